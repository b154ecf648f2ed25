/* mlflow_facts.h - what the record of a run (docs/schemas/experiment.json) is in MLflow's words: parameters, metrics, tags,
 * by names and of sizes that a server takes. Private to track/.
 *
 * Names   letters, digits and "_./ -", at most 250 bytes, no path that means another one; other characters become "_", and
 *         a name that is taken then gets "_2". Options and metrics of a step are called TOOL.NAME, those of the second
 *         step of a tool TOOL_2.NAME.
 * Values  a parameter has at most 6,000 bytes, a tag 5,000; longer ones are cut. null, and what is no finite number, is
 *         left out. Notes say how often each of this happened.
 * Units   times are milliseconds since 1970, UTC.
 * Source  mlflow/utils/validation.py
 * Errors  CS_DATA: not the record of a run, or of a newer version. CS_MEMORY.
 */
#ifndef CS_TRACK_MLFLOW_FACTS_H
#define CS_TRACK_MLFLOW_FACTS_H

#include "base/map.h"
#include "base/memory.h"
#include "base/notes.h"
#include "data/document.h"

enum { CS_MLFLOW_NAME_MAX = 250, CS_MLFLOW_PARAM_MAX = 6000, CS_MLFLOW_TAG_MAX = 5000 };

struct cs_mlflow_pair {
  const char *key, *value;
};

struct cs_mlflow_pairs {
  struct cs_mlflow_pair *pair; /* [count] */
  size_t count, capacity;
  struct cs_map taken; /* the keys */
};

struct cs_mlflow_point {
  uint32_t name; /* in `metrics` */
  double value;
  int64_t time, step;
};

struct cs_mlflow_facts {
  const char *id, *name; /* name is the id where the run has none */
  const char *status;    /* RUNNING FINISHED FAILED KILLED */
  int64_t began, ended;  /* ended is 0 while it runs */
  struct cs_mlflow_pairs params, tags;
  size_t identity; /* the first of the tags: those that a run is made with, and found by */
  struct cs_map metrics;
  struct cs_mlflow_point *point; /* [points], those of one metric in a row */
  size_t points, capacity;
  size_t renamed, cut, left_out;
  struct cs_arena arena;
};

#define CS_MLFLOW_FACTS_INIT                                                                                 \
  { .arena = CS_ARENA_INIT }

/* The tag that tells one run from another, with the time of its beginning. */
#define CS_MLFLOW_ID_TAG "cs.run_id"

CS_MUST_CHECK enum cs_status cs_mlflow_facts_read(struct cs_mlflow_facts *facts,
                                                  const struct cs_node *experiment, struct cs_notes *notes,
                                                  struct cs_error *err);
void cs_mlflow_facts_release(struct cs_mlflow_facts *facts);

/* Milliseconds of "2026-11-27T02:15:00.123Z"; false when it is no such text. */
bool cs_mlflow_time(const char *text, int64_t *milliseconds);

#endif
