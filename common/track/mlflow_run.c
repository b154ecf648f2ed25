#include "track/mlflow_inside.h"

#include "track/address.h"

#include <string.h>

void cs_mlflow_add_path(struct cs_str *path, const char *const *part) {
  for (size_t i = 0; part[i]; i++) {
    if (i % 2)
      cs_address_add_encoded(path, part[i], "");
    else
      cs_str_add_text(path, part[i]);
  }
}

enum cs_status cs_mlflow_get(const struct cs_mlflow_push *push, const char *const *part,
                             struct cs_node **answer, struct cs_error *err) {
  struct cs_str path = CS_STR_INIT;
  cs_mlflow_add_path(&path, part);
  enum cs_status status = cs_str_check(&path, "an address", err);
  if (status == CS_OK) {
    struct cs_mlflow_call call = {.method = "GET", .path = cs_str_text(&path), .file = -1};
    status = cs_mlflow_call(&push->line, &call, answer, NULL, err);
  }
  cs_str_release(&path);
  return status;
}

enum cs_status cs_mlflow_post(const struct cs_mlflow_push *push, const char *path, const struct cs_node *body,
                              enum cs_mlflow_repeat repeat, struct cs_node **answer, bool *lost,
                              struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = cs_node_write_line(body, &text, err);
  if (lost) *lost = false;
  if (status == CS_OK) {
    struct cs_mlflow_call call = {"POST", path, &text, -1, 0, repeat};
    status = cs_mlflow_call(&push->line, &call, answer, lost, err);
  }
  cs_str_release(&text);
  return status;
}

/* A text of the answer that has to be there. */
static enum cs_status take_text(const struct cs_mlflow_push *push, const struct cs_node *object,
                                const char *key, struct cs_str *text, struct cs_error *err) {
  const char *found = cs_node_text(cs_node_get(object, key), "");
  if (!*found)
    return cs_fail(err, CS_IO, "%s: the answer has no '%s': no MLflow server answers there", push->line.base,
                   key);
  cs_str_clear(text);
  cs_str_add_text(text, found);
  return cs_str_check(text, "an answer", err);
}

/* --- the experiment --- */

/* CS_NO: there is none of that name. */
static enum cs_status get_experiment(struct cs_mlflow_push *push, struct cs_error *err) {
  const char *name = push->params->experiment;
  const char *part[] = {"/api/2.0/mlflow/experiments/get-by-name?experiment_name=", name, NULL};
  struct cs_node *answer = NULL;
  CS_TRY(cs_mlflow_get(push, part, &answer, err));
  const struct cs_node *experiment = cs_node_get(answer, "experiment");
  bool deleted = strcmp(cs_node_text(cs_node_get(experiment, "lifecycle_stage"), ""), "deleted") == 0;
  enum cs_status status =
      deleted
          ? cs_fail(err, CS_IO, "%s: the experiment '%s' was deleted there: restore it, or name another one",
                    push->line.base, name)
          : take_text(push, experiment, "experiment_id", &push->result->experiment_id, err);
  cs_node_free(answer);
  return status;
}

static enum cs_status create_experiment(struct cs_mlflow_push *push, struct cs_error *err) {
  struct cs_node *body = cs_node_object(), *answer = NULL;
  cs_node_add_text(body, "name", push->params->experiment);
  enum cs_status status =
      cs_mlflow_post(push, "/api/2.0/mlflow/experiments/create", body, CS_MLFLOW_REPEAT, &answer, NULL, err);
  if (status == CS_OK) status = take_text(push, answer, "experiment_id", &push->result->experiment_id, err);
  cs_node_free(answer);
  cs_node_free(body);
  return status;
}

/* Somebody else, or a call of ours whose answer was lost, may make it between the two questions. */
static enum cs_status find_experiment(struct cs_mlflow_push *push, struct cs_error *err) {
  struct cs_error again = CS_ERROR_INIT;
  enum cs_status status = get_experiment(push, err);
  if (status != CS_NO) return status;
  status = create_experiment(push, err);
  if (status == CS_OK || status == CS_MEMORY) return status;
  return get_experiment(push, &again) == CS_OK ? CS_OK : CS_IO;
}

/* --- the run --- */

static enum cs_status take_run(struct cs_mlflow_push *push, const struct cs_node *info,
                               struct cs_error *err) {
  CS_TRY(take_text(push, info, "run_id", &push->result->run_id, err));
  CS_TRY(take_text(push, info, "experiment_id", &push->result->experiment_id, err));
  cs_str_clear(&push->artifact_uri);
  cs_str_add_text(&push->artifact_uri, cs_node_text(cs_node_get(info, "artifact_uri"), ""));
  return cs_str_check(&push->artifact_uri, "an answer", err);
}

static bool is_deleted(const struct cs_node *info) {
  return strcmp(cs_node_text(cs_node_get(info, "lifecycle_stage"), "active"), "deleted") == 0;
}

/* CS_NO: it isn't there any more. */
static enum cs_status get_recorded(struct cs_mlflow_push *push, const char *run_id, struct cs_error *err) {
  const char *part[] = {"/api/2.0/mlflow/runs/get?run_id=", run_id, NULL};
  struct cs_node *answer = NULL;
  struct cs_error fault = CS_ERROR_INIT;
  enum cs_status status = cs_mlflow_get(push, part, &answer, &fault);
  const struct cs_node *info = cs_node_get(cs_node_get(answer, "run"), "info");
  if (status == CS_NO || (status == CS_OK && is_deleted(info))) {
    cs_note(push->notes, CS_NOTE_WARNING, "the run that was made there before is gone: it is made anew");
    status = CS_NO;
  } else if (status == CS_OK) {
    status = take_run(push, info, err);
  } else {
    status = cs_fail(err, status, "%s", fault.text);
  }
  cs_node_free(answer);
  return status;
}

/* An id as other programs write it could end the filter's text. */
static bool is_plain(const char *id) {
  return id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-")] == '\0';
}

static struct cs_node *search_body(const struct cs_mlflow_push *push) {
  struct cs_node *body = cs_node_object();
  struct cs_str filter = CS_STR_INIT;
  cs_node_add_text(cs_node_add_array(body, "experiment_ids"), NULL,
                   cs_str_text(&push->result->experiment_id));
  cs_str_add_format(&filter, "tags.`" CS_MLFLOW_ID_TAG "` = '%s'", push->facts.id);
  cs_node_add_str(body, "filter", &filter);
  cs_node_add_text(body, "run_view_type", "ACTIVE_ONLY");
  cs_node_add_integer(body, "max_results", 100);
  cs_str_release(&filter);
  return body;
}

/* A run that a push made which then ended before it could record so. The id is a second; two machines may share it, so
 * the beginning has to be the same to the millisecond. CS_NO: there is none. */
static enum cs_status search_run(struct cs_mlflow_push *push, struct cs_error *err) {
  struct cs_node *answer = NULL;
  if (!is_plain(push->facts.id)) return CS_NO;
  struct cs_node *body = search_body(push);
  enum cs_status status =
      cs_mlflow_post(push, "/api/2.0/mlflow/runs/search", body, CS_MLFLOW_REPEAT, &answer, NULL, err);
  cs_node_free(body);
  if (status != CS_OK) return status == CS_NO ? CS_IO : status;
  status = CS_NO;
  for (const struct cs_node *run = cs_node_first(cs_node_get(answer, "runs")); run && status == CS_NO;
       run = cs_node_next(run)) {
    const struct cs_node *info = cs_node_get(run, "info");
    if (cs_mlflow_number(cs_node_get(info, "start_time"), -1) == (double)push->facts.began)
      status = take_run(push, info, err);
  }
  cs_node_free(answer);
  return status;
}

static struct cs_node *create_body(const struct cs_mlflow_push *push) {
  const struct cs_mlflow_facts *facts = &push->facts;
  struct cs_node *body = cs_node_object();
  cs_node_add_text(body, "experiment_id", cs_str_text(&push->result->experiment_id));
  cs_node_add_text(body, "run_name", facts->name);
  cs_node_add_integer(body, "start_time", facts->began);
  struct cs_node *tags = cs_node_add_array(body, "tags");
  for (size_t i = 0; i < facts->identity; i++) {
    struct cs_node *tag = cs_node_add_object(tags, NULL);
    cs_node_add_text(tag, "key", facts->tags.pair[i].key);
    cs_node_add_text(tag, "value", facts->tags.pair[i].value);
  }
  return body;
}

static enum cs_status create_run(struct cs_mlflow_push *push, bool *lost, struct cs_error *err) {
  struct cs_node *body = create_body(push), *answer = NULL;
  enum cs_status status =
      cs_mlflow_post(push, "/api/2.0/mlflow/runs/create", body, CS_MLFLOW_ONCE, &answer, lost, err);
  if (status == CS_OK) status = take_run(push, cs_node_get(cs_node_get(answer, "run"), "info"), err);
  cs_node_free(answer);
  cs_node_free(body);
  return status == CS_NO ? CS_IO : status;
}

enum cs_status cs_mlflow_run_find(struct cs_mlflow_push *push, const struct cs_node *recorded,
                                  struct cs_error *err) {
  const char *run_id = cs_node_text(cs_node_get(recorded, "run_id"), NULL);
  const char *uri = cs_node_text(cs_node_get(recorded, "uri"), "");
  enum cs_status status = CS_NO;
  push->result->resumed = true;
  if (run_id && *run_id && strcmp(uri, push->line.base) == 0) status = get_recorded(push, run_id, err);
  if (status != CS_NO) return status;
  CS_TRY(find_experiment(push, err));
  /* A call whose answer was lost may have made the run: before it is made again, it is sought. */
  for (int again = 1;; again++) {
    bool lost = false;
    status = search_run(push, err);
    if (status != CS_NO) return status;
    push->result->resumed = false;
    status = create_run(push, &lost, err);
    push->new_run = status == CS_OK;
    if (!lost || again > push->line.retries || !cs_mlflow_pause(&push->line, again, 0)) return status;
  }
}

enum cs_status cs_mlflow_run_end(struct cs_mlflow_push *push, struct cs_error *err) {
  const struct cs_mlflow_facts *facts = &push->facts;
  struct cs_node *body = cs_node_object();
  cs_node_add_text(body, "run_id", cs_str_text(&push->result->run_id));
  cs_node_add_text(body, "run_name", facts->name);
  cs_node_add_text(body, "status", facts->status);
  if (facts->ended) cs_node_add_integer(body, "end_time", facts->ended);
  enum cs_status status =
      cs_mlflow_post(push, "/api/2.0/mlflow/runs/update", body, CS_MLFLOW_REPEAT, NULL, NULL, err);
  cs_node_free(body);
  return status;
}
