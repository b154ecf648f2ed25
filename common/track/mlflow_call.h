/* mlflow_call.h - calls of MLflow's REST API: asked again with growing pauses while that makes sense, within one limit of
 * time for all of them. Private to track/.
 *
 * Source  https://mlflow.org/docs/latest/rest-api.html; which codes are asked again as in mlflow/utils/rest_utils.py.
 * Errors  CS_IO: no answer, or one that is no success; the text begins with the server's base address. CS_NO: what was
 *         asked for isn't there (RESOURCE_DOES_NOT_EXIST).
 */
#ifndef CS_TRACK_MLFLOW_CALL_H
#define CS_TRACK_MLFLOW_CALL_H

#include "data/document.h"
#include "track/http.h"

struct cs_mlflow_line {
  struct cs_http *http;
  const char *base;     /* of the address */
  const char *secret;   /* text that no message may hold, or NULL */
  double deadline;      /* on cs_mlflow_clock(); */
  double limit_seconds; /* for messages: how long that was */
  int retries;          /* of one call, after the first try */
  double pause;         /* before the first of them, doubled for each further one */
};

enum cs_mlflow_repeat {
  CS_MLFLOW_REPEAT, /* done twice is done once */
  CS_MLFLOW_ONCE,   /* asked again only when the server said, or can't but have, that it did nothing */
};

struct cs_mlflow_call {
  const char *method, *path; /* behind the base, with its query */
  const struct cs_str *json; /* or NULL */
  int file;                  /* or -1 */
  uint64_t bytes;
  enum cs_mlflow_repeat repeat;
};

double cs_mlflow_clock(void); /* seconds, monotonic */

/* *answer, which may be NULL where nobody wants it, is to be freed; an object, empty when the server sent nothing.
 * *lost, where not NULL: a call that was to be made once failed, and may have been done nevertheless. */
CS_MUST_CHECK enum cs_status cs_mlflow_call(const struct cs_mlflow_line *line,
                                            const struct cs_mlflow_call *call, struct cs_node **answer,
                                            bool *lost, struct cs_error *err);

/* Sleeps before try number `again` (from 1), at least `wait` seconds. False when the limit would be over by then. */
bool cs_mlflow_pause(const struct cs_mlflow_line *line, int again, double wait);

/* A number that a server may have sent as text, as JSON of 64-bit integers is. */
double cs_mlflow_number(const struct cs_node *node, double otherwise);

#endif
