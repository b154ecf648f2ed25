#include "track/experiment.h"

#include "base/memory.h"
#include "base/num.h"
#include "data/output.h"
#include "track/store.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 250, SECOND = 19 /* 2026-01-31T23:59:59 */ };

static const char *const part[] = {
    "format",      "version",           "id",          "name",        "state",  "began",
    "ended",       "seconds",           "command",     "exit_status", "signal", "error",
    "cpu_seconds", "peak_memory_bytes", "params",      "metrics",     "tags",   "notes",
    "steps",       "artifacts",         "environment", "mlflow",
};

enum { PARTS = sizeof part / sizeof *part };

/* The place of a part in the record; what nobody knows comes last. */
static struct cs_node *object_of(struct cs_experiment *experiment, const char *key) {
  struct cs_node *object = cs_node_edit(experiment->root, key);
  return object ? object : cs_node_add_object(experiment->root, key);
}

static struct cs_node *array_of(struct cs_experiment *experiment, const char *key) {
  struct cs_node *array = cs_node_edit(experiment->root, key);
  return array ? array : cs_node_add_array(experiment->root, key);
}

static void drop(struct cs_node *object, const char *key) {
  cs_node_free(cs_node_take(object, key));
}

/* --- making --- */

enum cs_status cs_experiment_make(struct cs_experiment *experiment, const char *folder,
                                  const struct cs_experiment_begin *begin, struct cs_node *environment,
                                  struct cs_error *err) {
  struct cs_node *root = experiment->root = cs_node_object();
  cs_str_add_text(&experiment->folder, folder);
  cs_node_add_text(root, "format", "cs-experiment");
  cs_node_add_integer(root, "version", 1);
  cs_node_add_text(root, "id", cs_store_id(folder));
  cs_node_add_text(root, "name", begin->name);
  cs_node_add_text(root, "state", "running");
  cs_node_add_text(root, "began", begin->began);
  static const char *const unknown[] = {"ended", "seconds",     "exit_status",      "signal",
                                        "error", "cpu_seconds", "peak_memory_bytes"};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) cs_node_add_null(root, unknown[i]);
  struct cs_node *command = cs_node_add_array(root, "command");
  for (size_t i = 0; i < begin->words; i++) {
    struct cs_str word = CS_STR_INIT;
    cs_str_add_text(&word, begin->command[i]);
    cs_node_add_name(command, NULL, &word);
    cs_str_release(&word);
  }
  for (size_t i = 0; i < 3; i++) cs_node_add_object(root, (const char *[]){"params", "metrics", "tags"}[i]);
  for (size_t i = 0; i < 3; i++) cs_node_add_array(root, (const char *[]){"notes", "steps", "artifacts"}[i]);
  cs_node_add_node(root, "environment", environment);
  cs_node_add_null(root, "mlflow");
  return cs_str_check(&experiment->folder, "a path", err);
}

void cs_experiment_release(struct cs_experiment *experiment) {
  cs_node_free(experiment->root);
  cs_str_release(&experiment->folder);
  *experiment = (struct cs_experiment)CS_EXPERIMENT_INIT;
}

/* --- steps --- */

struct step {
  struct cs_node *node;
  const char *began;
  double pid;
};

/* Programs of one pipe begin in any order, milliseconds apart; their numbers are in that of the pipe. */
static int by_begin(const void *a, const void *b) {
  const struct step *x = a, *y = b;
  int order = strncmp(x->began, y->began, SECOND);
  return order ? order : (x->pid > y->pid) - (x->pid < y->pid);
}

struct steps {
  struct step *step;
  size_t count, capacity;
};

static enum cs_status read_step(struct steps *steps, const char *path, struct cs_error *err) {
  CS_TRY(cs_grow(&steps->step, &steps->capacity, steps->count + 1, sizeof *steps->step, "the steps", err));
  struct step *step = &steps->step[steps->count];
  CS_TRY(cs_node_read(&step->node, path, err));
  step->began = cs_node_text(cs_node_get(step->node, "began"), "");
  step->pid = cs_node_number(cs_node_get(step->node, "pid"), 0);
  steps->count++;
  return CS_OK;
}

/* Files that are written whole and renamed: one that is there is whole. */
static enum cs_status read_steps(struct steps *steps, const char *folder, struct cs_error *err) {
  struct cs_str path = CS_STR_INIT;
  cs_str_add_format(&path, "%s/steps", folder);
  CS_TRY(cs_str_check(&path, "a path", err));
  size_t stem = path.len;
  DIR *list = opendir(cs_str_text(&path));
  enum cs_status status = CS_OK;
  if (!list && errno != ENOENT) status = cs_fail_errno(err, "%s", cs_str_text(&path));
  struct dirent *entry;
  while (list && status == CS_OK && (entry = readdir(list))) {
    size_t len = strlen(entry->d_name);
    if (entry->d_name[0] == '.' || len < 5 || strcmp(entry->d_name + len - 5, ".json") != 0) continue;
    path.len = stem;
    cs_str_add_format(&path, "/%s", entry->d_name);
    status = cs_str_check(&path, "a path", err);
    if (status == CS_OK) status = read_step(steps, cs_str_text(&path), err);
  }
  if (list) closedir(list);
  cs_str_release(&path);
  return status;
}

/* In the order in which they began. */
static enum cs_status take_steps(struct cs_experiment *experiment, struct cs_error *err) {
  struct steps steps = {0};
  enum cs_status status = read_steps(&steps, cs_str_text(&experiment->folder), err);
  if (steps.count) qsort(steps.step, steps.count, sizeof *steps.step, by_begin);
  if (status == CS_OK) {
    drop(experiment->root, "steps");
    struct cs_node *array = array_of(experiment, "steps");
    for (size_t i = 0; i < steps.count; i++) {
      cs_node_add_node(array, NULL, steps.step[i].node);
      steps.step[i].node = NULL;
    }
  }
  for (size_t i = 0; i < steps.count; i++) cs_node_free(steps.step[i].node);
  free(steps.step);
  return status;
}

/* --- reading and writing --- */

static enum cs_status record_path(const char *folder, struct cs_str *path, struct cs_error *err) {
  cs_str_add_format(path, "%s/experiment.json", folder);
  return cs_str_check(path, "a path", err);
}

static enum cs_status check_format(const struct cs_node *root, const char *path, struct cs_error *err) {
  if (strcmp(cs_node_text(cs_node_get(root, "format"), ""), "cs-experiment") != 0)
    return cs_fail(err, CS_DATA, "%s: not the record of a run", path);
  double version = cs_node_number(cs_node_get(root, "version"), 0);
  if (version != 1)
    return cs_fail(err, CS_DATA, "%s: version %g of a record is not known here", path, version);
  return CS_OK;
}

static enum cs_status read_record(struct cs_experiment *experiment, const char *folder,
                                  struct cs_error *err) {
  struct cs_str path = CS_STR_INIT;
  cs_str_add_text(&experiment->folder, folder);
  enum cs_status status = record_path(folder, &path, err);
  if (status == CS_OK) status = cs_str_check(&experiment->folder, "a path", err);
  if (status == CS_OK) status = cs_node_read(&experiment->root, cs_str_text(&path), err);
  if (status == CS_OK) status = check_format(experiment->root, cs_str_text(&path), err);
  cs_str_release(&path);
  return status;
}

static void set_state(struct cs_experiment *experiment, const char *state) {
  drop(experiment->root, "state");
  cs_node_add_text(experiment->root, "state", state);
}

enum cs_status cs_experiment_read(struct cs_experiment *experiment, const char *folder,
                                  struct cs_error *err) {
  CS_TRY(read_record(experiment, folder, err));
  if (strcmp(cs_node_text(cs_node_get(experiment->root, "state"), ""), "running") != 0) return CS_OK;
  CS_TRY(take_steps(experiment, err));
  if (cs_store_is_held(folder)) return CS_OK;
  /* It may have ended since the record was read: then it says so now. */
  cs_experiment_release(experiment);
  CS_TRY(read_record(experiment, folder, err));
  if (strcmp(cs_node_text(cs_node_get(experiment->root, "state"), ""), "running") != 0) return CS_OK;
  set_state(experiment, "killed");
  return take_steps(experiment, err);
}

enum cs_status cs_experiment_write(struct cs_experiment *experiment, struct cs_error *err) {
  struct cs_str text = CS_STR_INIT, path = CS_STR_INIT;
  struct cs_node *ordered = cs_node_object();
  for (size_t i = 0; i < PARTS; i++) {
    struct cs_node *node = cs_node_take(experiment->root, part[i]);
    if (node) cs_node_add_node(ordered, part[i], node);
  }
  for (const struct cs_node *node; (node = cs_node_first(experiment->root));) {
    struct cs_str key = CS_STR_INIT;
    cs_str_add_text(&key, cs_node_key(node));
    if (!key.failed)
      cs_node_add_node(ordered, cs_str_text(&key), cs_node_take(experiment->root, cs_str_text(&key)));
    bool failed = key.failed;
    cs_str_release(&key);
    if (failed) break;
  }
  cs_node_free(experiment->root);
  experiment->root = ordered;
  cs_node_keep_integers(ordered);
  enum cs_status status = cs_node_write(ordered, &text, err);
  if (status == CS_OK) status = record_path(cs_str_text(&experiment->folder), &path, err);
  if (status == CS_OK) status = cs_output_file(cs_str_text(&path), &text, err);
  cs_str_release(&text);
  cs_str_release(&path);
  return status;
}

enum cs_status cs_experiment_change(const char *folder,
                                    enum cs_status (*change)(void *context, struct cs_experiment *experiment,
                                                             struct cs_error *err),
                                    void *context, struct cs_error *err) {
  struct cs_experiment experiment = CS_EXPERIMENT_INIT;
  int lock;
  CS_TRY(cs_store_lock(folder, &lock, err));
  enum cs_status status = read_record(&experiment, folder, err);
  if (status == CS_OK) status = change(context, &experiment, err);
  if (status == CS_OK) status = cs_experiment_write(&experiment, err);
  cs_store_unlock(lock);
  cs_experiment_release(&experiment);
  return status;
}

/* --- adding --- */

static bool is_safe_path(const char *name) {
  if (name[0] == '/') return false;
  for (const char *at = name; *at;) {
    size_t len = strcspn(at, "/");
    if (len == 0 || (len <= 2 && strspn(at, ".") >= len)) return false;
    at += len;
    if (*at && !*++at) return false;
  }
  return true;
}

enum cs_status cs_experiment_check_name(const char *name, struct cs_error *err) {
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./- ";
  if (!*name) return cs_fail(err, CS_USAGE, "a name is empty");
  if (strlen(name) > NAME_MOST)
    return cs_fail(err, CS_USAGE, "a name of more than %d bytes: '%.40s...'", NAME_MOST, name);
  if (name[strspn(name, allowed)])
    return cs_fail(err, CS_USAGE, "'%s': a name has letters, digits, '_', '.', '/', '-' and blanks", name);
  if (!is_safe_path(name))
    return cs_fail(err, CS_USAGE, "'%s': a name is no absolute path and has no parts '.' or '..'", name);
  return CS_OK;
}

void cs_experiment_set_param(struct cs_experiment *experiment, const char *name, const char *value) {
  struct cs_node *params = object_of(experiment, "params");
  double number;
  drop(params, name);
  if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
    cs_node_add_bool(params, name, *value == 't');
  else if (cs_num_is_json(value, strlen(value)) && cs_num_parse(value, strlen(value), '.', &number))
    cs_node_add_number(params, name, number);
  else
    cs_node_add_text(params, name, value);
}

void cs_experiment_set_tag(struct cs_experiment *experiment, const char *name, const char *value) {
  struct cs_node *tags = object_of(experiment, "tags");
  drop(tags, name);
  cs_node_add_text(tags, name, value);
}

void cs_experiment_add_metric(struct cs_experiment *experiment, const char *name, double value, int64_t step,
                              const char *now) {
  struct cs_node *metrics = object_of(experiment, "metrics");
  struct cs_node *series = cs_node_edit(metrics, name);
  if (!series) series = cs_node_add_array(metrics, name);
  struct cs_node *entry = cs_node_add_object(series, NULL);
  cs_node_add_number(entry, "value", value);
  cs_node_add_integer(entry, "step", step);
  cs_node_add_text(entry, "time", now);
}

void cs_experiment_add_note(struct cs_experiment *experiment, const char *text, const char *now) {
  struct cs_node *entry = cs_node_add_object(array_of(experiment, "notes"), NULL);
  cs_node_add_text(entry, "time", now);
  cs_node_add_text(entry, "text", text);
}

/* --- the end --- */

enum cs_status cs_experiment_end(struct cs_experiment *experiment, const struct cs_experiment_end *end,
                                 struct cs_error *err) {
  struct cs_node *root = experiment->root;
  static const char *const known_now[] = {"ended", "seconds",     "exit_status",      "signal",
                                          "error", "cpu_seconds", "peak_memory_bytes"};
  for (size_t i = 0; i < sizeof known_now / sizeof *known_now; i++) drop(root, known_now[i]);
  bool well = !end->signal && !end->exit_status && !end->error;
  set_state(experiment, end->signal ? "killed" : well ? "finished" : "failed");
  cs_node_add_text(root, "ended", end->ended);
  cs_node_add_number(root, "seconds", round(end->seconds * 1e6) / 1e6);
  if (end->signal)
    cs_node_add_null(root, "exit_status");
  else
    cs_node_add_integer(root, "exit_status", end->exit_status);
  if (end->signal)
    cs_node_add_integer(root, "signal", end->signal);
  else
    cs_node_add_null(root, "signal");
  cs_node_add_text(root, "error", end->error);
  cs_node_add_number(root, "cpu_seconds", round(end->cpu_seconds * 1e6) / 1e6);
  cs_node_add_integer(root, "peak_memory_bytes", (int64_t)end->peak_memory_bytes);
  return take_steps(experiment, err);
}
