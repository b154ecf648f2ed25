/* experiment.h - the record of a run: experiment.json (docs/schemas/experiment.json), read, changed and written whole.
 *
 * While the run goes on its steps lie beside the record as files; they are taken into it when it ends, and when one
 * that was killed is read.
 * Life cycle  CS_EXPERIMENT_INIT; make or read (or cs_experiment_change(), which does all of it under the folder's lock);
 * release.
 */
#ifndef CS_TRACK_EXPERIMENT_H
#define CS_TRACK_EXPERIMENT_H

#include "base/error.h"
#include "base/str.h"
#include "data/document.h"

#include <stdbool.h>

struct cs_experiment {
  struct cs_node *root;
  struct cs_str folder;
};

#define CS_EXPERIMENT_INIT                                                                                   \
  { NULL, CS_STR_INIT }

/* What a run is called and marked with from its begin. */
struct cs_experiment_begin {
  const char *name;  /* or NULL */
  const char *began; /* "2026-01-31T23:59:59.123Z" */
  const char *const *command;
  size_t words;
};

/* A record that says "running"; environment is taken over. */
CS_MUST_CHECK enum cs_status cs_experiment_make(struct cs_experiment *experiment, const char *folder,
                                                const struct cs_experiment_begin *begin,
                                                struct cs_node *environment, struct cs_error *err);

/* As it stands: of a run that was killed the state is "killed", and its steps are there. CS_IO, CS_DATA. */
CS_MUST_CHECK enum cs_status cs_experiment_read(struct cs_experiment *experiment, const char *folder,
                                                struct cs_error *err);

/* Writes the record, its parts in their order. CS_IO. */
CS_MUST_CHECK enum cs_status cs_experiment_write(struct cs_experiment *experiment, struct cs_error *err);

/* Reads the record under the lock of its folder, lets `change` change it, writes it. */
CS_MUST_CHECK enum cs_status cs_experiment_change(const char *folder,
                                                  enum cs_status (*change)(void *context,
                                                                           struct cs_experiment *experiment,
                                                                           struct cs_error *err),
                                                  void *context, struct cs_error *err);

void cs_experiment_release(struct cs_experiment *experiment);

/* --- adding --- */

/* Names of parameters, metrics and tags are what MLflow takes: letters, digits, '_', '.', '/', '-' and blanks, at most
 * 250 bytes, neither absolute nor with '..' as a part. CS_USAGE. */
CS_MUST_CHECK enum cs_status cs_experiment_check_name(const char *name, struct cs_error *err);

/* A value that reads as a number or as true or false is one; given again it replaces the one before. */
void cs_experiment_set_param(struct cs_experiment *experiment, const char *name, const char *value);
void cs_experiment_set_tag(struct cs_experiment *experiment, const char *name, const char *value);
/* The next value of a metric. */
void cs_experiment_add_metric(struct cs_experiment *experiment, const char *name, double value, int64_t step,
                              const char *now);
void cs_experiment_add_note(struct cs_experiment *experiment, const char *text, const char *now);

/* How a run ended. */
struct cs_experiment_end {
  const char *ended;
  double seconds, cpu_seconds, peak_memory_bytes;
  int exit_status, signal; /* signal 0: it ended by itself */
  const char *error;       /* why it couldn't be run, or NULL */
};

/* Says how it ended and takes in the steps. */
CS_MUST_CHECK enum cs_status cs_experiment_end(struct cs_experiment *experiment,
                                               const struct cs_experiment_end *end, struct cs_error *err);

#endif
