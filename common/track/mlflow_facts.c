#include "track/mlflow_facts.h"

#include "base/date.h"
#include "base/num.h"
#include "data/encode.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cs_mlflow_facts_release(struct cs_mlflow_facts *facts) {
  free(facts->params.pair);
  free(facts->tags.pair);
  free(facts->point);
  cs_map_release(&facts->params.taken);
  cs_map_release(&facts->tags.taken);
  cs_map_release(&facts->metrics);
  cs_arena_release(&facts->arena);
  *facts = (struct cs_mlflow_facts)CS_MLFLOW_FACTS_INIT;
}

bool cs_mlflow_time(const char *text, int64_t *milliseconds) {
  int64_t seconds, part = 0;
  if (!text || !cs_date_parse(cs_slice_of(text), CS_DATE_YMD, &seconds)) return false;
  const char *point = strchr(text, '.');
  for (int i = 1; i <= 3; i++) {
    bool digit = point && point[i] >= '0' && point[i] <= '9';
    part = part * 10 + (digit ? point[i] - '0' : 0);
    if (!digit) point = NULL;
  }
  *milliseconds = seconds * 1000 + part;
  return seconds >= 0;
}

/* --- names --- */

static bool is_plain(char byte) {
  return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
         (byte && strchr("_./ -", byte));
}

/* Names are paths to some servers: none may mean another ("/a", "a//b", "a/", "./a", "a/.."). */
static void mend_path(struct cs_str *name) {
  char *text = name->data;
  for (size_t i = 0; i < name->len; i++)
    if (text[i] == '/' && (i == 0 || i + 1 == name->len || text[i - 1] == '/')) text[i] = '_';
  for (size_t begin = 0, len; begin < name->len; begin += len + 1) {
    len = strcspn(text + begin, "/");
    if (len <= 2 && strspn(text + begin, ".") == len) memset(text + begin, '_', len);
  }
}

static enum cs_status clean(struct cs_str *name, const char *text, struct cs_error *err) {
  for (; *text && name->len < CS_MLFLOW_NAME_MAX; text++) {
    if (is_plain(*text))
      cs_str_add_byte(name, *text);
    else if ((*text & 0xc0) != 0x80)
      cs_str_add_byte(name, '_'); /* one for a character of several bytes */
  }
  if (name->len == 0) cs_str_add_byte(name, '_');
  CS_TRY(cs_str_check(name, "a name", err));
  mend_path(name);
  return CS_OK;
}

/* Puts text, as a server takes it, among the names that are taken. */
static enum cs_status take_name(struct cs_mlflow_facts *facts, struct cs_map *taken, const char *text,
                                uint32_t *index, struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  enum cs_status status = clean(&name, text, err);
  size_t stem = name.len;
  for (int number = 2; status == CS_OK; number++) {
    size_t known = taken->count;
    status = cs_map_add(taken, (struct cs_slice){name.data, name.len}, index, err);
    if (status != CS_OK || *index == known) break;
    char suffix[16];
    size_t len = (size_t)snprintf(suffix, sizeof suffix, "_%d", number);
    name.len = stem + len > CS_MLFLOW_NAME_MAX ? CS_MLFLOW_NAME_MAX - len : stem;
    cs_str_add(&name, suffix, len);
    status = cs_str_check(&name, "a name", err);
  }
  if (status == CS_OK && strcmp(cs_str_text(&name), text) != 0) facts->renamed++;
  cs_str_release(&name);
  return status;
}

/* "cs-kmeans", "k" -> "cs-kmeans.k"; without the first, the second. */
static enum cs_status join(struct cs_mlflow_facts *facts, const char *of, const char *name, const char **text,
                           struct cs_error *err) {
  struct cs_str both = CS_STR_INIT;
  cs_str_add_format(&both, "%s%s%s", of ? of : "", of ? "." : "", name);
  enum cs_status status = cs_str_check(&both, "a name", err);
  *text = status == CS_OK ? cs_arena_copy(&facts->arena, cs_str_text(&both), both.len) : NULL;
  cs_str_release(&both);
  return *text ? status : cs_fail_memory(err, 0, "a name");
}

/* --- parameters and tags --- */

/* Whole characters that fit. */
static size_t fitting(const char *text, size_t most) {
  size_t len = strlen(text);
  if (len <= most) return len;
  while (most > 0 && (text[most] & 0xc0) == 0x80) most--;
  return most;
}

static enum cs_status add_pair(struct cs_mlflow_facts *facts, struct cs_mlflow_pairs *pairs, const char *name,
                               const char *value, struct cs_error *err) {
  size_t len = fitting(value, pairs == &facts->params ? CS_MLFLOW_PARAM_MAX : CS_MLFLOW_TAG_MAX);
  uint32_t index;
  CS_TRY(take_name(facts, &pairs->taken, name, &index, err));
  CS_TRY(cs_grow(&pairs->pair, &pairs->capacity, pairs->count + 1, sizeof *pairs->pair, "parameters", err));
  facts->cut += value[len] != '\0';
  struct cs_slice key = cs_map_key(&pairs->taken, index);
  struct cs_mlflow_pair pair = {cs_arena_copy(&facts->arena, key.data, key.len),
                                cs_arena_copy(&facts->arena, value, len)};
  if (!pair.key || !pair.value) return cs_fail_memory(err, 0, "a parameter");
  pairs->pair[pairs->count++] = pair;
  return CS_OK;
}

/* A value of any kind as text; null is none. */
static enum cs_status add_value(struct cs_mlflow_facts *facts, struct cs_mlflow_pairs *pairs, const char *of,
                                const char *name, const struct cs_node *value, struct cs_error *err) {
  if (!value || cs_node_is_null(value)) return CS_OK;
  struct cs_str text = CS_STR_INIT;
  const char *key;
  enum cs_status status = join(facts, of, name, &key, err);
  if (status == CS_OK && cs_node_is_text(value))
    cs_str_add_text(&text, cs_node_text(value, ""));
  else if (status == CS_OK)
    status = cs_node_write_line(value, &text, err);
  if (status == CS_OK) status = cs_str_check(&text, "a value", err);
  if (status == CS_OK) status = add_pair(facts, pairs, key, cs_str_text(&text), err);
  cs_str_release(&text);
  return status;
}

static enum cs_status add_values(struct cs_mlflow_facts *facts, struct cs_mlflow_pairs *pairs, const char *of,
                                 const struct cs_node *object, struct cs_error *err) {
  for (const struct cs_node *value = cs_node_first(object); value; value = cs_node_next(value))
    CS_TRY(add_value(facts, pairs, of, cs_node_key(value), value, err));
  return CS_OK;
}

/* --- metrics --- */

static enum cs_status add_point(struct cs_mlflow_facts *facts, uint32_t name, double value, int64_t step,
                                int64_t time, struct cs_error *err) {
  if (!isfinite(value)) {
    facts->left_out++;
    return CS_OK;
  }
  CS_TRY(cs_grow(&facts->point, &facts->capacity, facts->points + 1, sizeof *facts->point, "metrics", err));
  facts->point[facts->points++] = (struct cs_mlflow_point){name, value, time, step};
  return CS_OK;
}

/* The series of one metric, as the run's own are recorded. */
static enum cs_status add_series(struct cs_mlflow_facts *facts, const struct cs_node *series,
                                 struct cs_error *err) {
  uint32_t name;
  CS_TRY(take_name(facts, &facts->metrics, cs_node_key(series), &name, err));
  for (const struct cs_node *at = cs_node_first(series); at; at = cs_node_next(at)) {
    int64_t time;
    double step = cs_node_number(cs_node_get(at, "step"), 0);
    if (!cs_mlflow_time(cs_node_text(cs_node_get(at, "time"), NULL), &time)) time = facts->began;
    if (!(fabs(step) < 9e15)) step = 0;
    CS_TRY(add_point(facts, name, cs_node_number(cs_node_get(at, "value"), NAN), (int64_t)step, time, err));
  }
  return CS_OK;
}

static enum cs_status add_figure(struct cs_mlflow_facts *facts, const char *of, const char *name,
                                 const struct cs_node *value, int64_t time, struct cs_error *err) {
  if (!value) return CS_OK;
  const char *key;
  uint32_t index;
  CS_TRY(join(facts, of, name, &key, err));
  CS_TRY(take_name(facts, &facts->metrics, key, &index, err));
  return add_point(facts, index, cs_node_number(value, NAN), 0, time, err);
}

/* --- steps --- */

static enum cs_status add_flow(struct cs_mlflow_facts *facts, const char *tool, const char *way,
                               const struct cs_node *flow, int64_t time, struct cs_error *err) {
  static const char *const figure[] = {"rows", "columns", "bytes"};
  const char *of;
  CS_TRY(join(facts, tool, way, &of, err));
  for (size_t i = 0; i < sizeof figure / sizeof *figure; i++)
    CS_TRY(add_figure(facts, of, figure[i], cs_node_get(flow, figure[i]), time, err));
  return add_value(facts, &facts->tags, of, "sha256", cs_node_get(flow, "sha256"), err);
}

static enum cs_status add_warnings(struct cs_mlflow_facts *facts, const char *tool,
                                   const struct cs_node *warnings, struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  const char *key;
  if (!cs_node_first(warnings)) return CS_OK;
  CS_TRY(join(facts, tool, "warnings", &key, err));
  for (const struct cs_node *warning = cs_node_first(warnings); warning; warning = cs_node_next(warning))
    cs_str_add_format(&text, "%s%s", text.len ? "\n" : "", cs_node_text(warning, ""));
  enum cs_status status = cs_str_check(&text, "warnings", err);
  if (status == CS_OK) status = add_pair(facts, &facts->tags, key, cs_str_text(&text), err);
  cs_str_release(&text);
  return status;
}

/* What a step measured is known at its end. */
static int64_t end_of(const struct cs_mlflow_facts *facts, const struct cs_node *step) {
  int64_t began;
  double seconds = cs_node_number(cs_node_get(step, "wall_seconds"), 0);
  if (!cs_mlflow_time(cs_node_text(cs_node_get(step, "began"), NULL), &began)) began = facts->began;
  return began + (seconds > 0 && seconds < 1e9 ? (int64_t)(seconds * 1000) : 0);
}

static enum cs_status add_step(struct cs_mlflow_facts *facts, const struct cs_node *step, const char *tool,
                               struct cs_error *err) {
  static const char *const figure[] = {"wall_seconds", "cpu_seconds", "peak_memory_bytes"};
  int64_t time = end_of(facts, step);
  CS_TRY(add_values(facts, &facts->params, tool, cs_node_get(step, "options"), err));
  for (const struct cs_node *metric = cs_node_first(cs_node_get(step, "metrics")); metric;
       metric = cs_node_next(metric))
    CS_TRY(add_figure(facts, tool, cs_node_key(metric), metric, time, err));
  for (size_t i = 0; i < sizeof figure / sizeof *figure; i++)
    CS_TRY(add_figure(facts, tool, figure[i], cs_node_get(step, figure[i]), time, err));
  CS_TRY(add_flow(facts, tool, "input", cs_node_get(step, "input"), time, err));
  CS_TRY(add_flow(facts, tool, "output", cs_node_get(step, "output"), time, err));
  CS_TRY(add_value(facts, &facts->tags, tool, "version", cs_node_get(step, "tool_version"), err));
  CS_TRY(add_value(facts, &facts->tags, tool, "status", cs_node_get(step, "status"), err));
  return add_warnings(facts, tool, cs_node_get(step, "warnings"), err);
}

/* How many steps up to this one are of its tool. */
static size_t number_of(const struct cs_node *steps, const struct cs_node *step, const char *tool) {
  size_t number = 0;
  for (const struct cs_node *at = cs_node_first(steps); at; at = cs_node_next(at)) {
    number += strcmp(cs_node_text(cs_node_get(at, "tool"), ""), tool) == 0;
    if (at == step) break;
  }
  return number;
}

static enum cs_status add_steps(struct cs_mlflow_facts *facts, const struct cs_node *steps,
                                struct cs_error *err) {
  for (const struct cs_node *step = cs_node_first(steps); step; step = cs_node_next(step)) {
    const char *tool = cs_node_text(cs_node_get(step, "tool"), NULL);
    if (!tool) continue;
    size_t number = number_of(steps, step, tool);
    struct cs_str name = CS_STR_INIT;
    cs_str_add_text(&name, tool);
    if (number > 1) cs_str_add_format(&name, "_%zu", number);
    enum cs_status status = cs_str_check(&name, "a name", err);
    if (status == CS_OK) status = add_step(facts, step, cs_str_text(&name), err);
    cs_str_release(&name);
    CS_TRY(status);
  }
  return CS_OK;
}

/* --- the run itself --- */

static enum cs_status read_head(struct cs_mlflow_facts *facts, const struct cs_node *experiment,
                                struct cs_error *err) {
  static const char *const state[] = {"running", "finished", "failed", "killed"};
  static const char *const status[] = {"RUNNING", "FINISHED", "FAILED", "KILLED"};
  const char *format = cs_node_text(cs_node_get(experiment, "format"), "");
  if (strcmp(format, "cs-experiment") != 0) return cs_fail(err, CS_DATA, "not the record of a run");
  if (cs_node_number(cs_node_get(experiment, "version"), 0) != 1)
    return cs_fail(err, CS_DATA, "the record of a run in a version that isn't known here");
  facts->id = cs_node_text(cs_node_get(experiment, "id"), "");
  facts->name = cs_node_text(cs_node_get(experiment, "name"), facts->id);
  if (!*facts->id) return cs_fail(err, CS_DATA, "the run has no id");
  if (!cs_mlflow_time(cs_node_text(cs_node_get(experiment, "began"), NULL), &facts->began))
    return cs_fail(err, CS_DATA, "began is no time");
  const char *own = cs_node_text(cs_node_get(experiment, "state"), "");
  for (size_t i = 0; i < sizeof state / sizeof *state; i++)
    if (strcmp(own, state[i]) == 0) facts->status = status[i];
  if (!facts->status) return cs_fail(err, CS_DATA, "state is none of running, finished, failed and killed");
  const struct cs_node *ended = cs_node_get(experiment, "ended");
  if (cs_node_is_text(ended) && !cs_mlflow_time(cs_node_text(ended, ""), &facts->ended))
    return cs_fail(err, CS_DATA, "ended is no time");
  return CS_OK;
}

static enum cs_status add_identity(struct cs_mlflow_facts *facts, const struct cs_node *experiment,
                                   struct cs_error *err) {
  const struct cs_node *program = cs_node_first(cs_node_get(experiment, "command"));
  CS_TRY(add_pair(facts, &facts->tags, CS_MLFLOW_ID_TAG, facts->id, err));
  CS_TRY(add_pair(facts, &facts->tags, "mlflow.source.type", "LOCAL", err));
  CS_TRY(add_pair(facts, &facts->tags, "mlflow.source.name", cs_node_text(program, "cs-track"), err));
  facts->identity = facts->tags.count;
  return CS_OK;
}

/* The words as a shell takes them. */
static enum cs_status add_command(struct cs_mlflow_facts *facts, const struct cs_node *words,
                                  struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  if (!cs_node_first(words)) return CS_OK;
  for (const struct cs_node *at = cs_node_first(words); at; at = cs_node_next(at)) {
    const char *word = cs_node_text(at, "");
    bool bare = *word && word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789_./:=,+@%-")] == '\0';
    if (text.len) cs_str_add_byte(&text, ' ');
    if (!bare) cs_str_add_byte(&text, '\'');
    for (; *word; word++) cs_str_add(&text, *word == '\'' ? "'\\''" : word, *word == '\'' ? 4 : 1);
    if (!bare) cs_str_add_byte(&text, '\'');
  }
  enum cs_status status = cs_str_check(&text, "a command", err);
  if (status == CS_OK) status = add_pair(facts, &facts->tags, "cs.command", cs_str_text(&text), err);
  cs_str_release(&text);
  return status;
}

/* The notes of a run are its description there. */
static enum cs_status add_notes(struct cs_mlflow_facts *facts, const struct cs_node *notes,
                                struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  for (const struct cs_node *note = cs_node_first(notes); note; note = cs_node_next(note))
    cs_str_add_format(&text, "%s%s: %s", text.len ? "\n\n" : "", cs_node_text(cs_node_get(note, "time"), ""),
                      cs_node_text(cs_node_get(note, "text"), ""));
  enum cs_status status = cs_str_check(&text, "notes", err);
  if (status == CS_OK && text.len)
    status = add_pair(facts, &facts->tags, "mlflow.note.content", cs_str_text(&text), err);
  cs_str_release(&text);
  return status;
}

static enum cs_status add_run(struct cs_mlflow_facts *facts, const struct cs_node *experiment,
                              struct cs_error *err) {
  CS_TRY(add_identity(facts, experiment, err));
  CS_TRY(add_command(facts, cs_node_get(experiment, "command"), err));
  CS_TRY(add_value(facts, &facts->tags, "cs", "exit_status", cs_node_get(experiment, "exit_status"), err));
  CS_TRY(add_value(facts, &facts->tags, "cs", "signal", cs_node_get(experiment, "signal"), err));
  CS_TRY(add_values(facts, &facts->tags, NULL, cs_node_get(experiment, "tags"), err));
  CS_TRY(add_notes(facts, cs_node_get(experiment, "notes"), err));
  CS_TRY(add_values(facts, &facts->tags, "cs.environment", cs_node_get(experiment, "environment"), err));
  CS_TRY(add_values(facts, &facts->params, NULL, cs_node_get(experiment, "params"), err));
  for (const struct cs_node *series = cs_node_first(cs_node_get(experiment, "metrics")); series;
       series = cs_node_next(series))
    CS_TRY(add_series(facts, series, err));
  return CS_OK;
}

static void tell(const struct cs_mlflow_facts *facts, struct cs_notes *notes) {
  if (facts->renamed)
    cs_note(notes, CS_NOTE_INFO,
            "%zu name%s changed: MLflow takes letters, digits and \"_./ -\", each name once", facts->renamed,
            facts->renamed == 1 ? " is" : "s are");
  if (facts->cut)
    cs_note(notes, CS_NOTE_WARNING,
            "%zu value%s too long for MLflow and cut: to %d bytes a parameter, %d a tag", facts->cut,
            facts->cut == 1 ? " is" : "s are", CS_MLFLOW_PARAM_MAX, CS_MLFLOW_TAG_MAX);
  if (facts->left_out)
    cs_note(notes, CS_NOTE_INFO, "%zu metric value%s no finite number and left out", facts->left_out,
            facts->left_out == 1 ? " is" : "s are");
}

enum cs_status cs_mlflow_facts_read(struct cs_mlflow_facts *facts, const struct cs_node *experiment,
                                    struct cs_notes *notes, struct cs_error *err) {
  CS_TRY(read_head(facts, experiment, err));
  CS_TRY(add_run(facts, experiment, err));
  CS_TRY(add_steps(facts, cs_node_get(experiment, "steps"), err));
  tell(facts, notes);
  return CS_OK;
}
