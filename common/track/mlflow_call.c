#include "track/mlflow_call.h"

#include "base/num.h"
#include "data/encode.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SAID_MAX = 300, PAUSE_MAX = 30 };

double cs_mlflow_clock(void) {
  struct timespec now = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double cs_mlflow_number(const struct cs_node *node, double otherwise) {
  const char *text = cs_node_text(node, NULL);
  double value;
  if (text) return cs_num_parse(text, strlen(text), '.', &value) ? value : otherwise;
  return cs_node_number(node, otherwise);
}

bool cs_mlflow_pause(const struct cs_mlflow_line *line, int again, double wait) {
  double seconds = line->pause;
  for (int i = 1; i < again && seconds < PAUSE_MAX; i++) seconds *= 2;
  if (seconds > PAUSE_MAX) seconds = PAUSE_MAX;
  if (seconds < wait) seconds = wait;
  if (cs_mlflow_clock() + seconds >= line->deadline) return false;
  struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
  return true;
}

/* --- what an answer says --- */

static bool is_passing(int code) {
  return code == 408 || code == 429 || code == 500 || code == 502 || code == 503 || code == 504;
}

/* Whether a server that answers so did nothing. */
static bool is_untouched(int code) {
  return code == 408 || code == 429 || code == 503;
}

/* The server's own words, cut to one short line of whole characters; nothing where it repeats what is secret. */
static void add_said(struct cs_str *text, const struct cs_mlflow_line *line, const struct cs_node *body) {
  const char *code = cs_node_text(cs_node_get(body, "error_code"), NULL);
  const char *message = cs_node_text(cs_node_get(body, "message"), NULL);
  if (code) cs_str_add_format(text, ": %.60s", code);
  if (!message || !*message || (line->secret && *line->secret && strstr(message, line->secret))) return;
  size_t end = strcspn(message, "\r\n"), len = 0;
  while (len < end) {
    size_t character = cs_utf8_length(message + len, end - len);
    if (!character || len + character > SAID_MAX) break;
    len += character;
  }
  cs_str_add_text(text, ": ");
  cs_str_add(text, message, len);
}

static const char *meaning_of(int code) {
  if (code == 401 || code == 403)
    return "the server refuses the credentials (MLFLOW_TRACKING_USERNAME and _PASSWORD, or _TOKEN)";
  if (code == 404 || code == 405) return "no MLflow server answers there";
  if (code == 413) return "the server takes no requests of that size";
  if (code >= 300 && code < 400) return "the server sends on to another address, which isn't followed";
  return "the server says no";
}

static enum cs_status refuse(const struct cs_mlflow_line *line, int code, const struct cs_node *body,
                             struct cs_error *err) {
  const char *error_code = cs_node_text(cs_node_get(body, "error_code"), "");
  bool absent = strcmp(error_code, "RESOURCE_DOES_NOT_EXIST") == 0;
  struct cs_str text = CS_STR_INIT;
  cs_str_add_format(&text, "%s: %s (HTTP %d)", line->base, absent ? "not there" : meaning_of(code), code);
  add_said(&text, line, body);
  enum cs_status status = cs_str_check(&text, "a message", err);
  if (status == CS_OK) status = cs_fail(err, absent ? CS_NO : CS_IO, "%s", cs_str_text(&text));
  cs_str_release(&text);
  return status;
}

/* An answer that is no JSON object is NULL: what it was meant to be is for the code to say. */
static enum cs_status read_body(const struct cs_http_answer *answer, struct cs_node **body,
                                struct cs_error *err) {
  struct cs_error flaw = CS_ERROR_INIT;
  *body = NULL;
  if (answer->body.len == 0) {
    *body = cs_node_object();
    return *body ? CS_OK : cs_fail_memory(err, 0, "an answer");
  }
  struct cs_slice text = {answer->body.data, answer->body.len};
  enum cs_status status = cs_node_parse(body, text, "answer", &flaw);
  if (status == CS_MEMORY) return cs_fail_memory(err, 0, "an answer");
  if (status == CS_OK && cs_node_is_object(*body)) return CS_OK;
  cs_node_free(*body);
  *body = NULL;
  return CS_OK;
}

static enum cs_status judge(const struct cs_mlflow_line *line, const struct cs_http_answer *answer,
                            struct cs_node **result, struct cs_error *err) {
  struct cs_node *body;
  CS_TRY(read_body(answer, &body, err));
  enum cs_status status = CS_OK;
  if (answer->code < 200 || answer->code > 299)
    status = refuse(line, answer->code, body, err);
  else if (!body)
    status = cs_fail(err, CS_IO, "%s: the answer is no JSON: no MLflow server answers there", line->base);
  if (status == CS_OK && result) {
    *result = body;
    return CS_OK;
  }
  cs_node_free(body);
  return status;
}

/* --- asking --- */

static enum cs_status send(const struct cs_mlflow_line *line, const struct cs_mlflow_call *call,
                           struct cs_http_answer *answer, struct cs_error *err) {
  struct cs_str url = CS_STR_INIT;
  struct cs_error flaw = CS_ERROR_INIT;
  double left = line->deadline - cs_mlflow_clock();
  answer->outcome = CS_HTTP_HOPELESS;
  answer->wait = 0;
  if (left <= 0)
    return cs_fail(err, CS_IO, "%s: not done within %g seconds", line->base, line->limit_seconds);
  if (call->file >= 0 && lseek(call->file, 0, SEEK_SET) != 0)
    return cs_fail_errno(err, "a file to be sent can't be read from its beginning");
  cs_str_add_format(&url, "%s%s", line->base, call->path);
  enum cs_status status = cs_str_check(&url, "an address", err);
  if (status == CS_OK) {
    struct cs_http_request request = {call->method,
                                      cs_str_text(&url),
                                      call->json,
                                      call->file,
                                      call->bytes,
                                      left,
                                      call->repeat == CS_MLFLOW_ONCE};
    status = cs_http_send(line->http, &request, answer, &flaw);
    if (status != CS_OK) cs_fail(err, status, "%s: %s", line->base, flaw.text);
  }
  cs_str_release(&url);
  return status;
}

enum next { DONE, AGAIN, LOST };

static enum next next_of(const struct cs_mlflow_call *call, enum cs_status status,
                         const struct cs_http_answer *answer) {
  bool once = call->repeat == CS_MLFLOW_ONCE;
  if (status == CS_OK) {
    if (!is_passing(answer->code)) return DONE;
    return once && !is_untouched(answer->code) ? LOST : AGAIN;
  }
  if (status != CS_IO || answer->outcome == CS_HTTP_HOPELESS) return DONE;
  return once && answer->outcome == CS_HTTP_LOST ? LOST : AGAIN;
}

static void add_tries(struct cs_error *err, int tries) {
  size_t len = strlen(err->text);
  if (tries > 1) snprintf(err->text + len, sizeof err->text - len, " (%d tries)", tries);
}

enum cs_status cs_mlflow_call(const struct cs_mlflow_line *line, const struct cs_mlflow_call *call,
                              struct cs_node **answer, bool *lost, struct cs_error *err) {
  struct cs_http_answer got = CS_HTTP_ANSWER_INIT;
  enum cs_status status;
  enum next next;
  int tries = 0;
  if (answer) *answer = NULL;
  do {
    status = send(line, call, &got, err);
    next = next_of(call, status, &got);
    tries++;
  } while (next == AGAIN && tries <= line->retries && cs_mlflow_pause(line, tries, got.wait));
  if (status == CS_OK) status = judge(line, &got, answer, err);
  if (next != DONE && status != CS_OK) add_tries(err, tries);
  if (lost) *lost = next == LOST;
  cs_http_answer_release(&got);
  return status;
}
