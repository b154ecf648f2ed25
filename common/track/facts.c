#include "track/facts.h"

#include "base/notes.h"
#include "base/num.h"
#include "track/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- of one run --- */

static enum cs_status put(struct cs_facts *facts, const char *name, const char *text, double number,
                          struct cs_error *err) {
  uint32_t index;
  CS_TRY(cs_map_add(&facts->names, cs_slice_of(name), &index, err));
  CS_TRY(cs_grow(&facts->fact, &facts->capacity, facts->names.count, sizeof *facts->fact, "the facts", err));
  const char *copy = cs_arena_copy(&facts->texts, text ? text : "", text ? strlen(text) : 0);
  if (!copy) return cs_fail_memory(err, 0, "the facts");
  facts->fact[index] = (struct cs_fact){copy, number, text != NULL};
  return CS_OK;
}

static enum cs_status put_node(struct cs_facts *facts, const char *name, const struct cs_node *node,
                               struct cs_error *err) {
  char text[CS_NUM_TEXT];
  if (cs_node_is_number(node)) {
    double value = cs_node_number(node, NAN);
    if (fabs(value) < 1e15 && value == floor(value))
      snprintf(text, sizeof text, "%.0f", value + 0.0);
    else
      cs_num_shortest(value, text);
    return put(facts, name, text, value, err);
  }
  if (!node || cs_node_is_null(node)) return put(facts, name, NULL, NAN, err);
  const char *words = cs_node_text(node, cs_node_bool(node, false) ? "true" : "false");
  double number = NAN;
  if (!cs_num_parse(words, strlen(words), '.', &number)) number = NAN;
  return put(facts, name, words, number, err);
}

/* The members of an object, each behind a prefix. */
static enum cs_status put_members(struct cs_facts *facts, const char *prefix, const struct cs_node *object,
                                  struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (const struct cs_node *at = cs_node_first(object); status == CS_OK && at; at = cs_node_next(at)) {
    cs_str_clear(&name);
    cs_str_add_format(&name, "%s%s", prefix, cs_node_key(at));
    status = cs_str_check(&name, "a name", err);
    if (status == CS_OK) status = put_node(facts, cs_str_text(&name), at, err);
  }
  cs_str_release(&name);
  return status;
}

/* Of each series its last value. */
static enum cs_status put_metrics(struct cs_facts *facts, const struct cs_node *metrics,
                                  struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (const struct cs_node *at = cs_node_first(metrics); status == CS_OK && at; at = cs_node_next(at)) {
    const struct cs_node *last = NULL;
    for (const struct cs_node *entry = cs_node_first(at); entry; entry = cs_node_next(entry)) last = entry;
    cs_str_clear(&name);
    cs_str_add_format(&name, "metric.%s", cs_node_key(at));
    status = cs_str_check(&name, "a name", err);
    if (status == CS_OK) status = put_node(facts, cs_str_text(&name), cs_node_get(last, "value"), err);
  }
  cs_str_release(&name);
  return status;
}

/* "cs-report", "cs-report_2": the how-manieth step of its program this is. */
static void name_step(const struct cs_node *steps, const struct cs_node *step, struct cs_str *name) {
  const char *tool = cs_node_text(cs_node_get(step, "tool"), "");
  size_t number = 1;
  for (const struct cs_node *at = cs_node_first(steps); at != step; at = cs_node_next(at))
    number += strcmp(cs_node_text(cs_node_get(at, "tool"), ""), tool) == 0;
  cs_str_add_text(name, tool);
  if (number > 1) cs_str_add_format(name, "_%zu", number);
}

static enum cs_status put_step(struct cs_facts *facts, const struct cs_node *steps,
                               const struct cs_node *step, struct cs_error *err) {
  static const char *const part[][2] = {{"param", "options"}, {"metric", "metrics"}};
  struct cs_str name = CS_STR_INIT, prefix = CS_STR_INIT;
  enum cs_status status = CS_OK;
  name_step(steps, step, &name);
  for (size_t i = 0; status == CS_OK && i < 2; i++) {
    cs_str_clear(&prefix);
    cs_str_inherit(&prefix, &name);
    cs_str_add_format(&prefix, "%s.%s.", part[i][0], cs_str_text(&name));
    status = cs_str_check(&prefix, "a name", err);
    if (status == CS_OK)
      status = put_members(facts, cs_str_text(&prefix), cs_node_get(step, part[i][1]), err);
  }
  cs_str_release(&name);
  cs_str_release(&prefix);
  return status;
}

static enum cs_status put_command(struct cs_facts *facts, const struct cs_node *command,
                                  struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  for (const struct cs_node *word = cs_node_first(command); word; word = cs_node_next(word))
    cs_str_add_format(&text, "%s%s", text.len ? " " : "", cs_node_text(word, ""));
  enum cs_status status = cs_str_check(&text, "a command", err);
  if (status == CS_OK) status = put(facts, "command", cs_str_text(&text), NAN, err);
  cs_str_release(&text);
  return status;
}

enum cs_status cs_facts_take(struct cs_facts *facts, const struct cs_experiment *experiment,
                             struct cs_error *err) {
  static const char *const own[] = {"id",      "name",        "state",  "began",       "ended",
                                    "seconds", "exit_status", "signal", "cpu_seconds", "peak_memory_bytes"};
  const struct cs_node *root = experiment->root, *steps = cs_node_get(root, "steps");
  char count[CS_NUM_TEXT];
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    CS_TRY(put_node(facts, own[i], cs_node_get(root, own[i]), err));
  size_t all = cs_node_size(steps);
  snprintf(count, sizeof count, "%zu", all);
  CS_TRY(put(facts, "steps", count, (double)all, err));
  CS_TRY(put_command(facts, cs_node_get(root, "command"), err));
  CS_TRY(put_members(facts, "param.", cs_node_get(root, "params"), err));
  CS_TRY(put_members(facts, "tag.", cs_node_get(root, "tags"), err));
  CS_TRY(put_metrics(facts, cs_node_get(root, "metrics"), err));
  for (const struct cs_node *step = cs_node_first(steps); step; step = cs_node_next(step))
    CS_TRY(put_step(facts, steps, step, err));
  return CS_OK;
}

void cs_facts_release(struct cs_facts *facts) {
  cs_map_release(&facts->names);
  free(facts->fact);
  cs_arena_release(&facts->texts);
  *facts = (struct cs_facts)CS_FACTS_INIT;
}

const struct cs_fact *cs_facts_get(const struct cs_facts *facts, const char *name) {
  uint32_t index = cs_map_find(&facts->names, cs_slice_of(name));
  return index == CS_MAP_NONE ? NULL : &facts->fact[index];
}

/* --- of all --- */

enum cs_status cs_history_add(struct cs_history *history, const char *folder, struct cs_error *err) {
  struct cs_experiment experiment = CS_EXPERIMENT_INIT;
  CS_TRY(
      cs_grow(&history->run, &history->capacity, history->count + 1, sizeof *history->run, "the runs", err));
  struct cs_facts *facts = &history->run[history->count];
  *facts = (struct cs_facts)CS_FACTS_INIT;
  enum cs_status status = cs_experiment_read(&experiment, folder, err);
  if (status == CS_OK) status = cs_facts_take(facts, &experiment, err);
  cs_experiment_release(&experiment);
  if (status == CS_OK)
    history->count++;
  else
    cs_facts_release(facts);
  return status;
}

static enum cs_status add_listed(struct cs_history *history, const char *store, const char *id,
                                 struct cs_notes *notes, struct cs_error *err) {
  struct cs_error inner = CS_ERROR_INIT;
  struct cs_str folder = CS_STR_INIT;
  enum cs_status status = cs_store_folder(store, id, &folder, &inner);
  if (status == CS_OK) status = cs_history_add(history, cs_str_text(&folder), &inner);
  cs_str_release(&folder);
  if (status == CS_OK) return CS_OK;
  if (status != CS_DATA && status != CS_IO) return cs_fail(err, status, "%s", inner.text);
  cs_note(notes, CS_NOTE_WARNING, "left out: %s", inner.text);
  return CS_OK;
}

enum cs_status cs_history_read(struct cs_history *history, const char *store, struct cs_notes *notes,
                               struct cs_error *err) {
  struct cs_runs runs = CS_RUNS_INIT;
  enum cs_status status = cs_runs_list(&runs, store, err);
  for (size_t i = 0; status == CS_OK && i < runs.count; i++)
    status = add_listed(history, store, runs.id[i], notes, err);
  cs_runs_release(&runs);
  return status;
}

void cs_history_release(struct cs_history *history) {
  for (size_t i = 0; i < history->count; i++) cs_facts_release(&history->run[i]);
  free(history->run);
  *history = (struct cs_history)CS_HISTORY_INIT;
}

/* --- names --- */

static const char *const kinds[] = {"metric.", "param.", "tag."};

static bool is_kind(const char *kind, struct cs_slice name) {
  if (kind) return name.len > strlen(kind) && memcmp(name.data, kind, strlen(kind)) == 0;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (is_kind(kinds[i], name)) return true;
  return false;
}

/* Whether name ends in ".END". */
static bool ends_in(struct cs_slice name, const char *end) {
  size_t len = strlen(end);
  return name.len > len + 1 && memcmp(name.data + name.len - len, end, len) == 0 &&
         name.data[name.len - len - 1] == '.';
}

static bool has_name(const struct cs_history *history, const char *name) {
  for (size_t i = 0; i < history->count; i++)
    if (cs_facts_get(&history->run[i], name)) return true;
  return false;
}

/* The names of the kind that end so, each once. */
static enum cs_status find_endings(const struct cs_history *history, const char *kind, const char *name,
                                   struct cs_map *found, struct cs_error *err) {
  uint32_t index;
  for (size_t i = 0; i < history->count; i++) {
    const struct cs_map *names = &history->run[i].names;
    for (uint32_t n = 0; n < names->count; n++) {
      struct cs_slice at = cs_map_key(names, n);
      if (is_kind(kind, at) && ends_in(at, name)) CS_TRY(cs_map_add(found, at, &index, err));
    }
  }
  return CS_OK;
}

static enum cs_status choose_ending(const struct cs_map *found, const char *kind, const char *name,
                                    struct cs_str *full, struct cs_error *err) {
  if (found->count == 0)
    return cs_fail(err, CS_USAGE, "no run has %s%.*s '%s'", kind ? "a " : "anything called",
                   kind ? (int)strlen(kind) - 1 : 0, kind ? kind : "", name);
  struct cs_slice first = cs_map_key(found, 0);
  if (found->count > 1) {
    struct cs_slice second = cs_map_key(found, 1);
    return cs_fail(err, CS_USAGE, "'%s' may be %.*s or %.*s: say which", name, (int)first.len, first.data,
                   (int)second.len, second.data);
  }
  cs_str_add(full, first.data, first.len);
  return cs_str_check(full, "a name", err);
}

enum cs_status cs_history_name(const struct cs_history *history, const char *kind, const char *name,
                               struct cs_str *full, struct cs_error *err) {
  for (size_t i = 0; i <= sizeof kinds / sizeof *kinds; i++) {
    const char *prefix = i == 0 ? "" : kinds[i - 1];
    if (kind && i > 0 && strcmp(kind, prefix) != 0) continue;
    cs_str_clear(full);
    cs_str_add_format(full, "%s%s", prefix, name);
    CS_TRY(cs_str_check(full, "a name", err));
    if (has_name(history, cs_str_text(full)) && (!kind || is_kind(kind, cs_slice_of(cs_str_text(full)))))
      return CS_OK;
  }
  struct cs_map found = CS_MAP_INIT;
  cs_str_clear(full);
  enum cs_status status = find_endings(history, kind, name, &found, err);
  if (status == CS_OK) status = choose_ending(&found, kind, name, full, err);
  cs_map_release(&found);
  return status;
}

/* --- filters and order --- */

enum cs_status cs_filter_parse(struct cs_filter *filter, const char *text, const struct cs_history *history,
                               struct cs_error *err) {
  size_t len = strcspn(text, "=!<>");
  struct cs_str name = CS_STR_INIT;
  const char *at = text + len;
  *filter = (struct cs_filter){.name = CS_STR_INIT};
  if (len == 0) return cs_fail(err, CS_USAGE, "a filter begins with a name: '%s'", text);
  if (*at == '!' && at[1] != '=') return cs_fail(err, CS_USAGE, "'%s': write NAME!=VALUE", text);
  size_t sign = !*at ? 0 : *at == '!' || ((*at == '<' || *at == '>') && at[1] == '=') ? 2 : 1;
  memcpy(filter->comparison, at, sign);
  filter->value = at + sign;
  cs_str_add(&name, text, len);
  enum cs_status status = cs_str_check(&name, "a filter", err);
  if (status == CS_OK) status = cs_history_name(history, NULL, cs_str_text(&name), &filter->name, err);
  cs_str_release(&name);
  return status;
}

int cs_fact_compare(const struct cs_fact *a, const struct cs_fact *b) {
  bool has_a = a && a->there, has_b = b && b->there;
  if (!has_a || !has_b) return has_b - has_a;
  if (!isnan(a->number) && !isnan(b->number)) return (a->number > b->number) - (a->number < b->number);
  return strcmp(a->text, b->text);
}

bool cs_filter_holds(const struct cs_filter *filter, const struct cs_facts *facts) {
  const struct cs_fact *fact = cs_facts_get(facts, cs_str_text(&filter->name));
  bool there = fact && fact->there;
  if (!filter->comparison[0]) return there;
  if (!there) return strcmp(filter->comparison, "!=") == 0;
  struct cs_fact value = {filter->value, NAN, true};
  if (!cs_num_parse(filter->value, strlen(filter->value), '.', &value.number)) value.number = NAN;
  bool same = cs_fact_compare(fact, &value) == 0 ||
              cs_slice_glob(cs_slice_of(fact->text), cs_slice_of(filter->value));
  int order = cs_fact_compare(fact, &value);
  switch (filter->comparison[0]) {
  case '=': return same;
  case '!': return !same;
  case '<': return order < 0 || (filter->comparison[1] && same);
  default: return order > 0 || (filter->comparison[1] && same);
  }
}
