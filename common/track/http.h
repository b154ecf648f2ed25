/* http.h - one request to a web server and its answer; libcurl is included by http.c only.
 *
 * http and https, no redirects (who is asked gets the credentials, nobody else), no start-up files. Credentials go into
 * the header and nowhere else. A build without libcurl has the same functions; open then says how to get it.
 *
 * Life cycle  open once, send as often as wanted (connections are kept), close. Not for several threads.
 * Errors      CS_NO: built without libcurl. CS_IO: no answer; `outcome` tells whether asking again makes sense.
 */
#ifndef CS_TRACK_HTTP_H
#define CS_TRACK_HTTP_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct cs_http;

struct cs_http_params {
  const char *user, *password; /* sent as Basic when both are there; NULL: not */
  const char *token;           /* else sent as Bearer; NULL: not */
  const char *authorities; /* file of certificates that are trusted instead of the system's; NULL: those */
  bool any_certificate;
  double connect_seconds; /* a connection takes no longer, */
  double silent_seconds;  /* and it isn't silent for longer */
};

struct cs_http_request {
  const char *method, *url;
  const struct cs_str *json; /* the body, or NULL */
  int file;                  /* descriptor at its beginning whose `bytes` are the body; -1: none */
  uint64_t bytes;
  double seconds; /* for all of it, above 0 */
  bool once;      /* over a new connection: libcurl may repeat what it sent over a kept one that broke */
};

enum cs_http_outcome {
  CS_HTTP_ANSWERED,
  CS_HTTP_UNREACHED, /* the server got nothing: ask again */
  CS_HTTP_LOST,      /* the server may have done what it was asked for */
  CS_HTTP_HOPELESS,  /* asking again would end the same way */
};

struct cs_http_answer {
  enum cs_http_outcome outcome;
  int code;
  struct cs_str body; /* at most CS_HTTP_ANSWER_MAX bytes */
  double wait;        /* seconds that the server wants to be left alone (Retry-After); 0 */
};

enum { CS_HTTP_ANSWER_MAX = 32 << 20 };

#define CS_HTTP_ANSWER_INIT                                                                                  \
  { CS_HTTP_HOPELESS, 0, CS_STR_INIT, 0 }

bool cs_http_is_built(void);

/* params' texts are copied. */
CS_MUST_CHECK enum cs_status cs_http_open(struct cs_http **http, const struct cs_http_params *params,
                                          struct cs_error *err);
void cs_http_close(struct cs_http *http); /* accepts NULL */

/* CS_OK whatever the code of the answer is. The error says why there is none, without the address. */
CS_MUST_CHECK enum cs_status cs_http_send(struct cs_http *http, const struct cs_http_request *request,
                                          struct cs_http_answer *answer, struct cs_error *err);
void cs_http_answer_release(struct cs_http_answer *answer);

#endif
