/* mlflow_batch.h - the bodies of MLflow's log-batch: as few as the limits of a server allow. Private to track/.
 *
 * Limits  1,000 metrics, 100 parameters, 100 tags, 1,000 of all together, 1,000,000 bytes.
 * Source  mlflow/utils/validation.py; https://mlflow.org/docs/latest/rest-api.html
 */
#ifndef CS_TRACK_MLFLOW_BATCH_H
#define CS_TRACK_MLFLOW_BATCH_H

#include "track/mlflow_facts.h"

enum { CS_MLFLOW_BATCH_METRICS = 1000, CS_MLFLOW_BATCH_PAIRS = 100, CS_MLFLOW_BATCH_ALL = 1000 };
enum { CS_MLFLOW_BATCH_BYTES = 1000000 };

/* What is still to be sent. */
struct cs_mlflow_batches {
  const struct cs_mlflow_facts *facts;
  const bool *skip_param, *skip_point; /* [params], [points]; NULL: none */
  size_t tag, param, point;            /* where the next batch begins */
};

/* Makes the next body; *more is false when nothing was left. */
CS_MUST_CHECK enum cs_status cs_mlflow_batch_next(struct cs_mlflow_batches *batches, const char *run_id,
                                                  struct cs_str *body, bool *more, struct cs_error *err);

#endif
