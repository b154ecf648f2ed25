/* mlflow.h - the record of a run goes to an MLflow server: parameters, metrics, tags, and the files that may leave, through
 * MLflow's REST API. Nothing of it reads or writes mlruns/.
 *
 * Repeats  a second push goes on with the run that is there, be it known from the record's "mlflow" or found by id and time
 *          of beginning: what the server has isn't sent again, so no point of a metric stands there twice. A parameter
 *          keeps its first value there; that it has another one now is a warning.
 * Limits   batches as MLflow takes them (mlflow_batch.h); names and values are made to fit (mlflow_facts.h). All of it takes
 *          at most limit_seconds; what fails is tried again, with pauses of 0.5, 1, 2, ... seconds.
 * Privacy  rows of customers leave with upload_data only (mlflow_files.h). Credentials are in no message, no record and no
 *          argument of a program; what is recorded of the address is without them.
 * Errors   CS_USAGE: no address, or no http one. CS_DATA: not the record of a run. CS_NO: built without libcurl. CS_IO: the
 *          server is away, refuses, or answers what no MLflow server would; the run's own result stands: who pushes at the
 *          end of a run makes a warning of it.
 * Source   https://mlflow.org/docs/latest/rest-api.html; the environment as in mlflow/utils/credentials.py.
 */
#ifndef CS_TRACK_MLFLOW_H
#define CS_TRACK_MLFLOW_H

#include "base/error.h"
#include "base/notes.h"
#include "base/str.h"
#include "data/document.h"

#include <stdbool.h>

struct cs_mlflow_params {
  const char *uri;                     /* http://host:5000, or with user:password@ */
  const char *experiment;              /* by name; made when it isn't there */
  const char *user, *password, *token; /* Basic before Bearer, as MLflow's own client has it */
  const char *authorities;             /* a file of certificates; NULL: the system's */
  bool any_certificate, upload_data;
  double limit_seconds;
  int retries;
};

#define CS_MLFLOW_PARAMS_INIT                                                                                \
  { .limit_seconds = 300, .retries = 4 }

/* Fills what is NULL from MLFLOW_TRACKING_URI, MLFLOW_EXPERIMENT_NAME (else "Default"), MLFLOW_TRACKING_USERNAME and
 * _PASSWORD, _TOKEN, _SERVER_CERT_PATH and _INSECURE_TLS. False when there is no address: nobody wants a push. */
bool cs_mlflow_environment(struct cs_mlflow_params *params);

/* Filled as far as it came, also after a failure: a run that was made has its id. */
struct cs_mlflow_result {
  struct cs_str uri, run_id, experiment_id;
  struct cs_str page;                             /* where a browser shows the run */
  char pushed[32];                                /* when it was complete; "" before */
  bool resumed;                                   /* the run was there before */
  size_t params, metrics, tags, artifacts, stays; /* sent now; files that were not */
};

#define CS_MLFLOW_RESULT_INIT                                                                                \
  { .uri = CS_STR_INIT }

/* folder is the run's own, where the copies of its artifacts are. */
CS_MUST_CHECK enum cs_status cs_mlflow_push(const struct cs_mlflow_params *params,
                                            const struct cs_node *experiment, const char *folder,
                                            struct cs_mlflow_result *result, struct cs_notes *notes,
                                            struct cs_error *err);
void cs_mlflow_result_release(struct cs_mlflow_result *result);

/* Puts what the push made known into the record's "mlflow"{uri, run_id, pushed}. */
void cs_mlflow_record(struct cs_node *experiment, const struct cs_mlflow_result *result);

#endif
