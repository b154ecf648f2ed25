#include "track/mlflow.h"

#include "base/date.h"
#include "track/address.h"
#include "track/mlflow_files.h"
#include "track/mlflow_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const double connect_seconds = 10, silent_seconds = 30, first_pause = 0.5;

void cs_mlflow_result_release(struct cs_mlflow_result *result) {
  cs_str_release(&result->uri);
  cs_str_release(&result->run_id);
  cs_str_release(&result->experiment_id);
  cs_str_release(&result->page);
}

/* --- the environment --- */

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

bool cs_mlflow_environment(struct cs_mlflow_params *params) {
  const char *insecure = setting("MLFLOW_TRACKING_INSECURE_TLS");
  if (!params->uri) params->uri = setting("MLFLOW_TRACKING_URI");
  if (!params->experiment) params->experiment = setting("MLFLOW_EXPERIMENT_NAME");
  if (!params->experiment) params->experiment = "Default";
  if (!params->user) params->user = setting("MLFLOW_TRACKING_USERNAME");
  if (!params->password) params->password = setting("MLFLOW_TRACKING_PASSWORD");
  if (!params->token) params->token = setting("MLFLOW_TRACKING_TOKEN");
  if (!params->authorities) params->authorities = setting("MLFLOW_TRACKING_SERVER_CERT_PATH");
  if (insecure && (strcasecmp(insecure, "true") == 0 || strcmp(insecure, "1") == 0))
    params->any_certificate = true;
  return params->uri != NULL;
}

/* --- facts --- */

/* Batches in turn. *lost: one may have been taken though its answer didn't come. */
static enum cs_status send_batches(struct cs_mlflow_push *push, bool *lost, struct cs_error *err) {
  struct cs_mlflow_batches batches = {&push->facts, push->skip_param, push->skip_point, 0, 0, 0};
  struct cs_str body = CS_STR_INIT;
  bool more;
  enum cs_status status;
  while ((status = cs_mlflow_batch_next(&batches, cs_str_text(&push->result->run_id), &body, &more, err)) ==
             CS_OK &&
         more) {
    struct cs_mlflow_call call = {"POST", "/api/2.0/mlflow/runs/log-batch", &body, -1, 0, CS_MLFLOW_ONCE};
    status = cs_mlflow_call(&push->line, &call, NULL, lost, err);
    if (status != CS_OK) break;
  }
  cs_str_release(&body);
  return status == CS_NO ? CS_IO : status;
}

static size_t unmarked(const bool *mark, size_t count) {
  size_t left = 0;
  for (size_t i = 0; i < count; i++) left += !mark[i];
  return left;
}

enum cs_status cs_mlflow_send_facts(struct cs_mlflow_push *push, struct cs_error *err) {
  const struct cs_mlflow_facts *facts = &push->facts;
  bool lost = false;
  enum cs_status status;
  CS_TRY(cs_alloc(&push->skip_param, facts->params.count, sizeof(bool), "parameters", err));
  CS_TRY(cs_alloc(&push->skip_point, facts->points, sizeof(bool), "metrics", err));
  CS_TRY(cs_mlflow_known(push, err));
  push->result->params = unmarked(push->skip_param, facts->params.count);
  push->result->metrics = unmarked(push->skip_point, facts->points);
  push->result->tags = facts->tags.count;
  for (int again = 1; (status = send_batches(push, &lost, err)) != CS_OK && lost; again++) {
    if (again > push->line.retries || !cs_mlflow_pause(&push->line, again, 0)) break;
    CS_TRY(cs_mlflow_known(push, err));
  }
  return status;
}

/* --- files --- */

/* The part of the server's own store that is reached through the server itself, or NULL. A host of its own would get
 * credentials that aren't meant for it. */
static const char *proxied(const char *uri) {
  static const char scheme[] = "mlflow-artifacts:/";
  if (strncmp(uri, scheme, sizeof scheme - 1) != 0) return NULL;
  uri += sizeof scheme - 1;
  if (*uri == '/') return uri[1] == '/' ? uri + 2 : NULL; /* "///path" has no host, either */
  return uri;
}

static enum cs_status put_file(struct cs_mlflow_push *push, const char *root, struct cs_mlflow_file *file,
                               struct cs_error *err) {
  struct cs_str path = CS_STR_INIT;
  cs_str_add_text(&path, "/api/2.0/mlflow-artifacts/artifacts/");
  cs_address_add_encoded(&path, root, "/");
  cs_str_add_byte(&path, '/');
  cs_address_add_encoded(&path, cs_str_text(&file->name), "/");
  enum cs_status status = cs_str_check(&path, "an address", err);
  if (status == CS_OK) {
    struct cs_mlflow_call call = {"PUT", cs_str_text(&path), NULL, file->fd, file->bytes, CS_MLFLOW_REPEAT};
    status = cs_mlflow_call(&push->line, &call, NULL, NULL, err);
  }
  cs_str_release(&path);
  return status == CS_NO ? CS_IO : status;
}

/* Names of files by what became of them. */
struct fates {
  struct cs_str names[CS_MLFLOW_GONE + 1];
  size_t count[CS_MLFLOW_GONE + 1];
};

static void tell_fates(struct cs_mlflow_push *push, const struct fates *fates) {
  static const char *const why[] = {
      [CS_MLFLOW_GOES] = "",
      [CS_MLFLOW_STAYS] = "may hold rows of customers, and stay here without --upload-data",
      [CS_MLFLOW_CHANGED] = "aren't what the run wrote any more, and stay here",
      [CS_MLFLOW_GONE] = "aren't there any more, or can't be read",
  };
  for (int fate = CS_MLFLOW_STAYS; fate <= CS_MLFLOW_GONE; fate++)
    if (fates->count[fate])
      cs_note(push->notes, fate == CS_MLFLOW_STAYS ? CS_NOTE_INFO : CS_NOTE_WARNING, "files that %s: %s",
              why[fate], cs_str_text(&fates->names[fate]));
}

static enum cs_status send_file(struct cs_mlflow_push *push, const char *root, const struct cs_node *artifact,
                                const char *folder, struct cs_map *taken, struct fates *fates,
                                struct cs_error *err) {
  struct cs_mlflow_file file = CS_MLFLOW_FILE_INIT;
  enum cs_status status = cs_mlflow_file_open(&file, artifact, folder, push->params->upload_data, taken, err);
  if (status == CS_OK && file.fate == CS_MLFLOW_GOES) status = put_file(push, root, &file, err);
  if (status == CS_OK) {
    struct cs_str *names = &fates->names[file.fate];
    cs_str_add_format(names, "%s%s", names->len ? ", " : "", cs_str_text(&file.name));
    fates->count[file.fate]++;
  }
  cs_mlflow_file_release(&file);
  return status;
}

enum cs_status cs_mlflow_send_files(struct cs_mlflow_push *push, const struct cs_node *artifacts,
                                    const char *folder, struct cs_error *err) {
  const char *uri = cs_str_text(&push->artifact_uri), *root = proxied(uri);
  struct cs_map taken = CS_MAP_INIT;
  struct fates fates = {{CS_STR_INIT}, {0}};
  enum cs_status status = CS_OK;
  if (!cs_node_first(artifacts)) return CS_OK;
  if (!root) {
    push->result->stays = cs_node_size(artifacts);
    cs_note(
        push->notes, CS_NOTE_WARNING,
        "the server keeps files elsewhere (%.*s:), where only its own client can bring them: none was sent",
        (int)strcspn(uri, ":"), uri);
    return CS_OK;
  }
  for (const struct cs_node *at = cs_node_first(artifacts); at && status == CS_OK; at = cs_node_next(at))
    status = send_file(push, root, at, folder, &taken, &fates, err);
  push->result->artifacts = fates.count[CS_MLFLOW_GOES];
  push->result->stays =
      fates.count[CS_MLFLOW_STAYS] + fates.count[CS_MLFLOW_CHANGED] + fates.count[CS_MLFLOW_GONE];
  tell_fates(push, &fates);
  for (int fate = 0; fate <= CS_MLFLOW_GONE; fate++) cs_str_release(&fates.names[fate]);
  cs_map_release(&taken);
  return status;
}

/* --- all of it --- */

static void write_now(char text[32]) {
  struct timespec now = {0, 0};
  struct tm parts = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text + 19, 32 - 19, ".%03dZ", (int)(now.tv_nsec / 1000000) % 1000);
}

static enum cs_status go(struct cs_mlflow_push *push, const struct cs_node *experiment, const char *folder,
                         struct cs_error *err) {
  struct cs_mlflow_result *result = push->result;
  CS_TRY(cs_mlflow_run_find(push, cs_node_get(experiment, "mlflow"), err));
  cs_str_add_format(&result->page, "%s/#/experiments/%s/runs/%s", push->line.base,
                    cs_str_text(&result->experiment_id), cs_str_text(&result->run_id));
  CS_TRY(cs_str_check(&result->page, "an address", err));
  CS_TRY(cs_mlflow_send_facts(push, err));
  CS_TRY(cs_mlflow_run_end(push, err));
  CS_TRY(cs_mlflow_send_files(push, cs_node_get(experiment, "artifacts"), folder, err));
  write_now(result->pushed);
  return CS_OK;
}

static enum cs_status connect_and_go(struct cs_mlflow_push *push, const struct cs_address *address,
                                     const struct cs_node *experiment, const char *folder,
                                     struct cs_error *err) {
  const struct cs_mlflow_params *params = push->params;
  bool basic = params->user && params->password;
  struct cs_http_params http = {params->user,        params->password,        params->token,
                                params->authorities, params->any_certificate, connect_seconds,
                                silent_seconds};
  if (!basic) http.user = http.password = NULL;
  if (!basic && address->user.len) {
    http.user = cs_str_text(&address->user);
    http.password = cs_str_text(&address->password);
  }
  push->line = (struct cs_mlflow_line){.base = cs_str_text(&address->base),
                                       .secret = http.password ? http.password : http.token,
                                       .deadline = cs_mlflow_clock() + params->limit_seconds,
                                       .limit_seconds = params->limit_seconds,
                                       .retries = params->retries,
                                       .pause = first_pause};
  cs_str_add_text(&push->result->uri, push->line.base);
  CS_TRY(cs_str_check(&push->result->uri, "an address", err));
  CS_TRY(cs_http_open(&push->line.http, &http, err));
  enum cs_status status = go(push, experiment, folder, err);
  cs_http_close(push->line.http);
  return status == CS_NO ? CS_IO : status;
}

enum cs_status cs_mlflow_push(const struct cs_mlflow_params *params, const struct cs_node *experiment,
                              const char *folder, struct cs_mlflow_result *result, struct cs_notes *notes,
                              struct cs_error *err) {
  struct cs_mlflow_push push = {
      .params = params, .facts = CS_MLFLOW_FACTS_INIT, .result = result, .notes = notes};
  struct cs_address address = CS_ADDRESS_INIT;
  if (!params->uri) return cs_fail(err, CS_USAGE, "no server is named: MLFLOW_TRACKING_URI says where it is");
  enum cs_status status = cs_address_parse(&address, params->uri, err);
  if (status == CS_OK) status = cs_mlflow_facts_read(&push.facts, experiment, notes, err);
  if (status == CS_OK) status = connect_and_go(&push, &address, experiment, folder, err);
  cs_address_release(&address);
  cs_mlflow_facts_release(&push.facts);
  cs_str_release(&push.artifact_uri);
  free(push.skip_param);
  free(push.skip_point);
  return status;
}
