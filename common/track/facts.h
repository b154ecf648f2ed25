/* facts.h - a run as names and values: what is listed, filtered, sorted, compared and pushed.
 *
 *   id name state began ended seconds exit_status cpu_seconds peak_memory_bytes steps command   of the run itself
 *   param.NAME metric.NAME tag.NAME                                     what was logged; of a metric the last value
 *   param.TOOL.OPTION metric.TOOL.METRIC                                of its steps; TOOL_2 is the second step of TOOL
 */
#ifndef CS_TRACK_FACTS_H
#define CS_TRACK_FACTS_H

#include "base/map.h"
#include "base/notes.h"
#include "track/experiment.h"

#include <stdbool.h>

/* A value: text always, and its number where it is one (else NaN). */
struct cs_fact {
  const char *text;
  double number;
  bool there; /* false: null, as of an option that wasn't set */
};

struct cs_facts {
  struct cs_map names;
  struct cs_fact *fact; /* [names.count], by index of the name */
  size_t capacity;
  struct cs_arena texts;
};

#define CS_FACTS_INIT                                                                                        \
  { CS_MAP_INIT, NULL, 0, CS_ARENA_INIT }

CS_MUST_CHECK enum cs_status cs_facts_take(struct cs_facts *facts, const struct cs_experiment *experiment,
                                           struct cs_error *err);
void cs_facts_release(struct cs_facts *facts);

/* NULL: the run has no such fact. */
const struct cs_fact *cs_facts_get(const struct cs_facts *facts, const char *name);

/* The runs of a store, each with its facts. Records that can't be read are told in notes and left out. */
struct cs_history {
  struct cs_facts *run; /* [count] */
  size_t count, capacity;
};

#define CS_HISTORY_INIT                                                                                      \
  { NULL, 0, 0 }

/* Of the run of a folder. CS_IO, CS_DATA: its record can't be read. */
CS_MUST_CHECK enum cs_status cs_history_add(struct cs_history *history, const char *folder,
                                            struct cs_error *err);

/* Of all runs of the store, the oldest first. */
CS_MUST_CHECK enum cs_status cs_history_read(struct cs_history *history, const char *store,
                                             struct cs_notes *notes, struct cs_error *err);
void cs_history_release(struct cs_history *history);

/* The full name that people mean: itself; behind metric. param. or tag.; or the end of exactly one such name, as
 * "silhouette" of "metric.cs-kmeans.silhouette". kind is "metric.", "param.", "tag." or NULL for all. CS_USAGE: no run
 * has it, or several names end so. */
CS_MUST_CHECK enum cs_status cs_history_name(const struct cs_history *history, const char *kind,
                                             const char *name, struct cs_str *full, struct cs_error *err);

/* --- filters: NAME=VALUE NAME!=VALUE NAME<VALUE NAME<=VALUE NAME>VALUE NAME>=VALUE, or NAME alone: it has one --- */

struct cs_filter {
  struct cs_str name;
  char comparison[3]; /* "" where only its presence is asked for */
  const char *value;
};

CS_MUST_CHECK enum cs_status cs_filter_parse(struct cs_filter *filter, const char *text,
                                             const struct cs_history *history, struct cs_error *err);
bool cs_filter_holds(const struct cs_filter *filter, const struct cs_facts *facts);

/* Text with * and ? in it is a pattern; numbers compare as numbers. Order: missing last. */
int cs_fact_compare(const struct cs_fact *a, const struct cs_fact *b);

#endif
