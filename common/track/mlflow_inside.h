/* mlflow_inside.h - the parts of a push; private to common/track/mlflow*.c. */
#ifndef CS_TRACK_MLFLOW_INSIDE_H
#define CS_TRACK_MLFLOW_INSIDE_H

#include "track/mlflow.h"
#include "track/mlflow_batch.h"
#include "track/mlflow_call.h"
#include "track/mlflow_facts.h"

struct cs_mlflow_push {
  const struct cs_mlflow_params *params;
  struct cs_mlflow_line line;
  struct cs_mlflow_facts facts;
  struct cs_mlflow_result *result;
  struct cs_notes *notes;
  struct cs_str artifact_uri;
  bool new_run;                  /* the server has nothing of it */
  bool *skip_param, *skip_point; /* [params], [points]: what isn't to be sent */
};

/* Appends texts in turn up to a NULL; those at odd places (the second, the fourth ...) percent-encoded. */
void cs_mlflow_add_path(struct cs_str *path, const char *const *part);

/* GET of that path, which is put together as above. */
CS_MUST_CHECK enum cs_status cs_mlflow_get(const struct cs_mlflow_push *push, const char *const *part,
                                           struct cs_node **answer, struct cs_error *err);

CS_MUST_CHECK enum cs_status cs_mlflow_post(const struct cs_mlflow_push *push, const char *path,
                                            const struct cs_node *body, enum cs_mlflow_repeat repeat,
                                            struct cs_node **answer, bool *lost, struct cs_error *err);

/* The run on the server: the one that the record names, one of the same id and beginning, or a new one. Fills result and
 * artifact_uri. */
CS_MUST_CHECK enum cs_status cs_mlflow_run_find(struct cs_mlflow_push *push, const struct cs_node *recorded,
                                                struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_mlflow_run_end(struct cs_mlflow_push *push, struct cs_error *err);

/* Sends what the server doesn't have. */
CS_MUST_CHECK enum cs_status cs_mlflow_send_facts(struct cs_mlflow_push *push, struct cs_error *err);

/* Marks in skip_param and skip_point what the run on the server has, and points that the record has twice. */
CS_MUST_CHECK enum cs_status cs_mlflow_known(struct cs_mlflow_push *push, struct cs_error *err);

/* The record's artifacts, those that may leave. */
CS_MUST_CHECK enum cs_status cs_mlflow_send_files(struct cs_mlflow_push *push,
                                                  const struct cs_node *artifacts, const char *folder,
                                                  struct cs_error *err);

#endif
