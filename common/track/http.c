#include "track/http.h"

#include "base/memory.h"

void cs_http_answer_release(struct cs_http_answer *answer) {
  cs_str_release(&answer->body);
}

#ifdef CS_CURL

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <unistd.h>

struct cs_http {
  CURL *curl;
  struct curl_slist *headers; /* of a JSON body */
  struct curl_slist *plain;   /* of any other */
  double connect_seconds, silent_seconds;
};

bool cs_http_is_built(void) {
  return true;
}

void cs_http_close(struct cs_http *http) {
  if (!http) return;
  curl_slist_free_all(http->headers);
  curl_slist_free_all(http->plain);
  curl_easy_cleanup(http->curl);
  free(http);
}

static bool append(struct curl_slist **list, const char *line) {
  struct curl_slist *longer = curl_slist_append(*list, line);
  if (longer) *list = longer;
  return longer != NULL;
}

/* What is the same for all requests. No CURLOPT_NOSIGNAL: with it libcurl doesn't keep SIGPIPE from ending the process
 * when a server hangs up. */
static bool prepare(struct cs_http *http, const struct cs_http_params *params) {
  CURL *curl = http->curl;
#if LIBCURL_VERSION_NUM >= 0x075500
  CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  code |= curl_easy_setopt(curl, CURLOPT_USERAGENT, "cs/" CS_VERSION);
  code |= curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  if (params->user && params->password) {
    code |= curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    code |= curl_easy_setopt(curl, CURLOPT_USERNAME, params->user);
    code |= curl_easy_setopt(curl, CURLOPT_PASSWORD, params->password);
  } else if (params->token) {
    code |= curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
    code |= curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, params->token);
  }
  if (params->authorities) code |= curl_easy_setopt(curl, CURLOPT_CAINFO, params->authorities);
  if (params->any_certificate) {
    code |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    code |= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  /* No "Expect: 100-continue": not every server knows it, and each file would wait a second for it. */
  return code == CURLE_OK && append(&http->headers, "Content-Type: application/json") &&
         append(&http->headers, "Expect:") &&
         append(&http->plain, "Content-Type: application/octet-stream") && append(&http->plain, "Expect:");
}

enum cs_status cs_http_open(struct cs_http **http, const struct cs_http_params *params,
                            struct cs_error *err) {
  *http = NULL;
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return cs_fail(err, CS_MEMORY, "libcurl can't be started");
  CS_TRY(cs_alloc(http, 1, sizeof **http, "a connection", err));
  (*http)->connect_seconds = params->connect_seconds;
  (*http)->silent_seconds = params->silent_seconds;
  (*http)->curl = curl_easy_init();
  if ((*http)->curl && prepare(*http, params)) return CS_OK;
  cs_http_close(*http);
  *http = NULL;
  return cs_fail_memory(err, 0, "a connection");
}

/* --- the two ends of a request --- */

struct upload {
  int file;
  uint64_t left;
};

static size_t give(char *place, size_t size, size_t count, void *context) {
  struct upload *upload = context;
  size_t room = size * count;
  if (room > upload->left) room = (size_t)upload->left;
  ssize_t got = read(upload->file, place, room);
  if (got < 0 || (got == 0 && room > 0)) return CURL_READFUNC_ABORT; /* shorter than it was */
  upload->left -= (uint64_t)got;
  return (size_t)got;
}

static size_t take(char *data, size_t size, size_t count, void *context) {
  struct cs_str *body = context;
  size_t len = size * count;
  if (body->len + len > CS_HTTP_ANSWER_MAX) return 0;
  cs_str_add(body, data, len);
  return body->failed ? 0 : len;
}

/* --- what went wrong --- */

static enum cs_http_outcome outcome_of(CURLcode code) {
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_COULDNT_CONNECT: return CS_HTTP_UNREACHED;
  case CURLE_OPERATION_TIMEDOUT:
  case CURLE_GOT_NOTHING:
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_PARTIAL_FILE:
  case CURLE_SEND_FAIL_REWIND:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM: return CS_HTTP_LOST;
  default: return CS_HTTP_HOPELESS;
  }
}

static enum cs_status explain(CURLcode code, const struct cs_http_answer *answer, struct cs_error *err) {
  if (code == CURLE_OUT_OF_MEMORY || answer->body.failed) return cs_fail_memory(err, 0, "an answer");
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST: return cs_fail(err, CS_IO, "the name of the host isn't known");
  case CURLE_COULDNT_CONNECT: return cs_fail(err, CS_IO, "no connection: the server is away");
  case CURLE_OPERATION_TIMEDOUT: return cs_fail(err, CS_IO, "no answer in time");
  case CURLE_WRITE_ERROR:
    return cs_fail(err, CS_IO, "the answer has more than %d MiB", CS_HTTP_ANSWER_MAX >> 20);
  case CURLE_ABORTED_BY_CALLBACK:
    return cs_fail(err, CS_IO, "a file that was being sent became shorter, or can't be read");
  case CURLE_PEER_FAILED_VERIFICATION: return cs_fail(err, CS_IO, "the server's certificate isn't trusted");
  case CURLE_SSL_CACERT_BADFILE: return cs_fail(err, CS_IO, "the file of trusted certificates can't be used");
  default: break;
  }
  char text[256];
  snprintf(text, sizeof text, "%s", curl_easy_strerror(code));
  if (!isupper((unsigned char)text[1])) text[0] = (char)tolower((unsigned char)text[0]);
  return cs_fail(err, CS_IO, "%s", text);
}

/* --- a request --- */

static long milliseconds(double seconds) {
  return seconds < 0.001 ? 1 : seconds > 1e6 ? 1000000000 : (long)(seconds * 1000);
}

static CURLcode set_times(struct cs_http *http, double seconds) {
  double connect = http->connect_seconds < seconds ? http->connect_seconds : seconds;
  double silent = http->silent_seconds < seconds ? http->silent_seconds : seconds;
  CURLcode code = curl_easy_setopt(http->curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect));
  code |= curl_easy_setopt(http->curl, CURLOPT_TIMEOUT_MS, milliseconds(seconds));
  code |= curl_easy_setopt(http->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  code |= curl_easy_setopt(http->curl, CURLOPT_LOW_SPEED_TIME, (long)(silent < 1 ? 1 : silent));
  return code;
}

static CURLcode set_body(struct cs_http *http, const struct cs_http_request *request, struct upload *upload) {
  CURL *curl = http->curl;
  CURLcode code = curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L); /* forgets the body before */
  code |= curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->json ? http->headers : http->plain);
  if (request->json) {
    code |= curl_easy_setopt(curl, CURLOPT_POST, 1L);
    code |= curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->json->len);
    code |= curl_easy_setopt(curl, CURLOPT_POSTFIELDS, cs_str_text(request->json));
  } else if (request->file >= 0) {
    code |= curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    code |= curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->bytes);
    code |= curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    code |= curl_easy_setopt(curl, CURLOPT_READDATA, upload);
  }
  code |= curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
  return code;
}

enum cs_status cs_http_send(struct cs_http *http, const struct cs_http_request *request,
                            struct cs_http_answer *answer, struct cs_error *err) {
  struct upload upload = {request->file, request->bytes};
  CURL *curl = http->curl;
  long status = 0;
  curl_off_t wait = 0;
  cs_str_clear(&answer->body);
  answer->outcome = CS_HTTP_HOPELESS;
  CURLcode code = set_body(http, request, &upload);
  code |= set_times(http, request->seconds);
  code |= curl_easy_setopt(curl, CURLOPT_URL, request->url);
  /* When a kept connection turns out to be broken, libcurl sends the request again over another one: what may be sent once
   * only, and files, of which libcurl 7.88 then sends nothing and waits, begin with a new one. */
  code |= curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, (long)(request->once || request->file >= 0));
  code |= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  code |= curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer->body);
  if (code != CURLE_OK) return cs_fail_memory(err, 0, "a request");
  code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
  answer->code = (int)status;
  answer->wait = (double)wait;
  answer->outcome = code == CURLE_OK ? CS_HTTP_ANSWERED : outcome_of(code);
  return code == CURLE_OK ? CS_OK : explain(code, answer, err);
}

#else

bool cs_http_is_built(void) {
  return false;
}

enum cs_status cs_http_open(struct cs_http **http, const struct cs_http_params *params,
                            struct cs_error *err) {
  (void)params;
  *http = NULL;
  return cs_fail(err, CS_NO, "built without libcurl: apt-get install libcurl4-openssl-dev and build again");
}

void cs_http_close(struct cs_http *http) {
  (void)http;
}

enum cs_status cs_http_send(struct cs_http *http, const struct cs_http_request *request,
                            struct cs_http_answer *answer, struct cs_error *err) {
  (void)http;
  (void)request;
  answer->outcome = CS_HTTP_HOPELESS;
  return cs_fail(err, CS_NO, "built without libcurl");
}

#endif
