#include "track/views.h"

#include "base/memory.h"
#include "report/grid.h"
#include "report/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- figures --- */

/* 0.5 s, 3 min 20 s, 2 h 5 min */
static const char *say_seconds(double seconds, char text[CS_SAY_TEXT]) {
  if (!(seconds >= 0))
    snprintf(text, CS_SAY_TEXT, "-");
  else if (seconds < 60)
    snprintf(text, CS_SAY_TEXT, "%.2f s", seconds);
  else if (seconds < 3600)
    snprintf(text, CS_SAY_TEXT, "%.0f min %.0f s", floor(seconds / 60), floor(fmod(seconds, 60)));
  else
    snprintf(text, CS_SAY_TEXT, "%.0f h %.0f min", floor(seconds / 3600), floor(fmod(seconds, 3600) / 60));
  return text;
}

static const char *say_bytes(double bytes, char text[CS_SAY_TEXT]) {
  static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  size_t u = 0;
  while (bytes >= 1024 && u + 1 < sizeof unit / sizeof *unit) bytes /= 1024, u++;
  snprintf(text, CS_SAY_TEXT, u ? "%.1f %s" : "%.0f %s", bytes, unit[u]);
  return text;
}

/* 2026-01-31 23:59:59 of 2026-01-31T23:59:59.123Z */
static const char *say_time(const char *time, char text[CS_SAY_TEXT]) {
  snprintf(text, CS_SAY_TEXT, "%.10s %.8s", time, strlen(time) > 19 ? time + 11 : "");
  return text;
}

/* Six digits for people. */
static const char *say_figure(const struct cs_fact *fact, char text[CS_SAY_TEXT]) {
  if (!fact || !fact->there) return NULL;
  if (isnan(fact->number) || strlen(fact->text) <= 10) return fact->text;
  snprintf(text, CS_SAY_TEXT, "%.6g", fact->number);
  return text;
}

static bool is_number(const struct cs_fact *fact) {
  return fact && fact->there && !isnan(fact->number);
}

static void add_fact(struct cs_sheet *sheet, const struct cs_fact *fact, enum cs_sheet_format format) {
  char text[CS_SAY_TEXT];
  bool people = format == CS_SHEET_TEXT || format == CS_SHEET_MARKDOWN;
  const char *value = people ? say_figure(fact, text) : fact && fact->there ? fact->text : NULL;
  (is_number(fact) ? cs_sheet_number : cs_sheet_text)(sheet, value);
}

static const struct cs_fact *fact_of(const struct cs_history *history, size_t run, const char *name) {
  return cs_facts_get(&history->run[run], name);
}

static const char *text_of(const struct cs_history *history, size_t run, const char *name) {
  const struct cs_fact *fact = fact_of(history, run, name);
  return fact && fact->there ? fact->text : "";
}

/* --- lists of names --- */

/* The next item of a comma list at *at, copied into item; false at the end. */
static bool next_item(const char **at, struct cs_str *item) {
  *at += strspn(*at, ", ");
  size_t len = strcspn(*at, ",");
  if (!len) return false;
  cs_str_clear(item);
  cs_str_add(item, *at, len);
  *at += len;
  return true;
}

/* --- choosing and ordering runs --- */

static enum cs_status keep_where(const struct cs_history *history, const char *where, size_t *row,
                                 size_t *count, struct cs_error *err) {
  struct cs_str item = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (const char *at = where ? where : ""; status == CS_OK && *count && next_item(&at, &item);) {
    struct cs_filter filter;
    status = cs_str_check(&item, "a filter", err);
    if (status != CS_OK) break;
    status = cs_filter_parse(&filter, cs_str_text(&item), history, err);
    size_t kept = 0;
    for (size_t i = 0; status == CS_OK && i < *count; i++)
      if (cs_filter_holds(&filter, &history->run[row[i]])) row[kept++] = row[i];
    if (status == CS_OK) *count = kept;
    cs_str_release(&filter.name);
  }
  cs_str_release(&item);
  return status;
}

/* Runs whose fact is missing stay behind the others whatever the direction. */
static bool comes_before(const struct cs_fact *a, const struct cs_fact *b, bool largest) {
  bool has_a = a && a->there, has_b = b && b->there;
  int order = cs_fact_compare(a, b);
  return has_a && has_b && largest ? order > 0 : order < 0;
}

static void order_by(const struct cs_history *history, const char *name, bool largest, size_t *row,
                     size_t count) {
  for (size_t i = 1; i < count; i++) {
    size_t own = row[i], place = i;
    for (; place > 0 &&
           comes_before(fact_of(history, own, name), fact_of(history, row[place - 1], name), largest);
         place--)
      row[place] = row[place - 1];
    row[place] = own;
  }
}

static enum cs_status sort_rows(const struct cs_history *history, const char *sort, size_t *row, size_t count,
                                struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  if (!sort || !history->count) return CS_OK;
  bool largest = *sort == '-';
  enum cs_status status = cs_history_name(history, NULL, sort + largest, &name, err);
  if (status == CS_OK) order_by(history, cs_str_text(&name), largest, row, count);
  cs_str_release(&name);
  return status;
}

/* --- the list --- */

/* Full names of the columns asked for, each with a NUL behind it. */
static enum cs_status find_columns(const struct cs_history *history, const char *columns,
                                   struct cs_str *names, size_t *count, struct cs_error *err) {
  struct cs_str item = CS_STR_INIT, full = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (const char *at = columns ? columns : ""; status == CS_OK && next_item(&at, &item);) {
    status = cs_str_check(&item, "a name", err);
    if (status == CS_OK) status = cs_history_name(history, NULL, cs_str_text(&item), &full, err);
    if (status == CS_OK) {
      cs_str_add(names, cs_str_text(&full), full.len + 1);
      ++*count;
    }
  }
  cs_str_release(&item);
  cs_str_release(&full);
  return status;
}

static void list_row(const struct cs_history *history, size_t run, const struct cs_str *names, size_t count,
                     enum cs_sheet_format format, struct cs_sheet *sheet) {
  char text[CS_SAY_TEXT];
  const struct cs_fact *seconds = fact_of(history, run, "seconds"), *name = fact_of(history, run, "name");
  cs_sheet_text(sheet, text_of(history, run, "id"));
  cs_sheet_text(sheet, text_of(history, run, "state"));
  if (format == CS_SHEET_CSV)
    add_fact(sheet, seconds, format);
  else
    cs_sheet_text(sheet, is_number(seconds) ? say_seconds(seconds->number, text) : NULL);
  cs_sheet_number(sheet, text_of(history, run, "steps"));
  const char *at = cs_str_text(names);
  for (size_t c = 0; c < count; c++, at += strlen(at) + 1) add_fact(sheet, fact_of(history, run, at), format);
  cs_sheet_text(sheet, name && name->there ? name->text : NULL);
  cs_sheet_text(sheet, text_of(history, run, "command"));
}

static enum cs_status list_sheet(const struct cs_history *history, const struct cs_list_options *options,
                                 const size_t *row, size_t rows, const struct cs_view *view,
                                 struct cs_str *out, struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  struct cs_str names = CS_STR_INIT;
  size_t count = 0;
  enum cs_status status = find_columns(history, options->columns, &names, &count, err);
  cs_sheet_column(&sheet, 'l', "run");
  cs_sheet_column(&sheet, 'l', "state");
  cs_sheet_column(&sheet, 'r', view->format == CS_SHEET_CSV ? "seconds" : "took");
  cs_sheet_column(&sheet, 'r', "steps");
  const char *at = cs_str_text(&names);
  for (size_t c = 0; c < count; c++, at += strlen(at) + 1) cs_sheet_column(&sheet, 'r', at);
  cs_sheet_column(&sheet, 'f', "name");
  cs_sheet_column(&sheet, 'f', "command");
  for (size_t i = 0; i < rows; i++) list_row(history, row[i], &names, count, view->format, &sheet);
  if (status == CS_OK) status = cs_str_check(&names, "the names", err);
  if (status == CS_OK) status = cs_sheet_write(&sheet, view->format, view->width, out, err);
  cs_str_release(&names);
  cs_sheet_release(&sheet);
  return status;
}

static void add_value(struct cs_node *object, const char *name, const struct cs_fact *fact) {
  if (!fact->there)
    cs_node_add_null(object, name);
  else if (is_number(fact))
    cs_node_add_number(object, name, fact->number);
  else
    cs_node_add_text(object, name, fact->text);
}

static enum cs_status list_json(const struct cs_history *history, const size_t *row, size_t rows,
                                struct cs_str *out, struct cs_error *err) {
  struct cs_node *root = cs_node_object(), *array = cs_node_add_array(root, "runs");
  struct cs_str name = CS_STR_INIT;
  for (size_t i = 0; i < rows; i++) {
    const struct cs_facts *facts = &history->run[row[i]];
    struct cs_node *object = cs_node_add_object(array, NULL);
    for (uint32_t n = 0; n < facts->names.count; n++) {
      struct cs_slice key = cs_map_key(&facts->names, n);
      cs_str_clear(&name);
      cs_str_add(&name, key.data, key.len);
      if (name.failed)
        cs_node_fail(object);
      else
        add_value(object, cs_str_text(&name), &facts->fact[n]);
    }
  }
  cs_node_keep_integers(root);
  struct cs_node *list = cs_node_take(root, "runs");
  enum cs_status status = cs_node_write(list, out, err);
  cs_node_free(list);
  cs_node_free(root);
  cs_str_release(&name);
  return status;
}

enum cs_status cs_view_list(const struct cs_history *history, const struct cs_list_options *options,
                            const struct cs_view *view, struct cs_str *out, struct cs_error *err) {
  size_t *row, count = history->count;
  CS_TRY(cs_alloc(&row, count, sizeof *row, "the runs", err));
  for (size_t i = 0; i < count; i++) row[i] = count - 1 - i;
  enum cs_status status = keep_where(history, options->where, row, &count, err);
  if (status == CS_OK) status = sort_rows(history, options->sort, row, count, err);
  if (options->most && count > options->most) count = options->most;
  if (status == CS_OK)
    status = view->format == CS_SHEET_JSON ? list_json(history, row, count, out, err)
                                           : list_sheet(history, options, row, count, view, out, err);
  free(row);
  return status;
}

/* --- the best --- */

enum cs_status cs_view_best(const struct cs_history *history, const char *metric, bool minimise, size_t most,
                            const struct cs_view *view, struct cs_str *out, struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  struct cs_sheet sheet = CS_SHEET_INIT;
  size_t *row, count = 0;
  CS_TRY(cs_alloc(&row, history->count, sizeof *row, "the runs", err));
  enum cs_status status = cs_history_name(history, "metric.", metric, &name, err);
  for (size_t i = 0; status == CS_OK && i < history->count; i++)
    if (strcmp(text_of(history, i, "state"), "finished") == 0 &&
        is_number(fact_of(history, i, cs_str_text(&name))))
      row[count++] = i;
  if (status == CS_OK && count == 0)
    status = cs_fail(err, CS_NO, "no finished run has the metric '%s'", metric);
  if (status == CS_OK) {
    order_by(history, cs_str_text(&name), !minimise, row, count);
    cs_sheet_column(&sheet, 'l', "run");
    cs_sheet_column(&sheet, 'r', cs_str_text(&name) + strlen("metric."));
    cs_sheet_column(&sheet, 'f', "name");
    cs_sheet_column(&sheet, 'f', "command");
    for (size_t i = 0; i < count && i < most; i++) {
      const struct cs_fact *called = fact_of(history, row[i], "name");
      cs_sheet_text(&sheet, text_of(history, row[i], "id"));
      add_fact(&sheet, fact_of(history, row[i], cs_str_text(&name)), view->format);
      cs_sheet_text(&sheet, called && called->there ? called->text : NULL);
      cs_sheet_text(&sheet, text_of(history, row[i], "command"));
    }
    status = cs_sheet_write(&sheet, view->format, view->width, out, err);
  }
  free(row);
  cs_str_release(&name);
  cs_sheet_release(&sheet);
  return status;
}

/* --- the comparison --- */

/* What every run has of its own: told in the head, or of no meaning side by side. */
static bool is_own(struct cs_slice name) {
  static const char *const own[] = {"id", "ended"};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (cs_slice_is(name, own[i])) return true;
  return false;
}

static bool is_same(const struct cs_history *history, const char *name) {
  for (size_t i = 1; i < history->count; i++) {
    const struct cs_fact *a = fact_of(history, 0, name), *b = fact_of(history, i, name);
    bool has_a = a && a->there, has_b = b && b->there;
    if (has_a != has_b || (has_a && strcmp(a->text, b->text) != 0)) return false;
  }
  return true;
}

/* Of two runs with numbers: the second less the first, and in hundredths of the first. */
static void add_change(struct cs_sheet *sheet, const struct cs_history *history, const char *name) {
  const struct cs_fact *a = fact_of(history, 0, name), *b = fact_of(history, 1, name);
  char text[CS_SAY_TEXT];
  if (!is_number(a) || !is_number(b)) {
    cs_sheet_text(sheet, NULL);
    return;
  }
  double change = b->number - a->number, share = a->number ? 100 * change / fabs(a->number) : NAN;
  if (fabs(share) >= 0.05 && fabs(share) < 1e5)
    snprintf(text, sizeof text, "%+.6g (%+.1f %%)", change, share);
  else
    snprintf(text, sizeof text, change != 0 ? "%+.6g" : "0", change);
  cs_sheet_text(sheet, text);
}

/* The length of "param.cs-kmeans." in the name of what a step told; 0: nothing of a step. */
static size_t step_prefix(const char *name) {
  for (size_t i = 0; i < 2; i++) {
    const char *kind = i ? "metric." : "param.";
    size_t len = strlen(kind);
    const char *dot = strncmp(name, kind, len) == 0 ? strchr(name + len, '.') : NULL;
    if (dot) return (size_t)(dot - name) + 1;
  }
  return 0;
}

static bool has_prefix(const struct cs_facts *facts, const char *name, size_t len) {
  for (uint32_t n = 0; n < facts->names.count; n++) {
    struct cs_slice key = cs_map_key(&facts->names, n);
    if (key.len > len && memcmp(key.data, name, len) == 0) return true;
  }
  return false;
}

/* A step that one of the runs doesn't have has nothing to be compared. */
static bool is_in_all(const struct cs_history *history, const char *name) {
  size_t len = step_prefix(name);
  for (size_t i = 0; len && i < history->count; i++)
    if (!has_prefix(&history->run[i], name, len)) return false;
  return true;
}

static void add_names(struct cs_map *names, const struct cs_history *history, struct cs_error *err,
                      enum cs_status *status) {
  uint32_t index;
  for (size_t i = 0; *status == CS_OK && i < history->count; i++)
    for (uint32_t n = 0; *status == CS_OK && n < history->run[i].names.count; n++) {
      struct cs_slice key = cs_map_key(&history->run[i].names, n);
      if (!is_own(key)) *status = cs_map_add(names, key, &index, err);
    }
}

struct comparison {
  const struct cs_history *history;
  const struct cs_view *view;
  struct cs_sheet sheet;
  size_t same[2]; /* how many parameters, other values, are the same in all */
  size_t alone;   /* values of steps that aren't in all */
};

static void compare_name(struct comparison *comparison, const char *name, bool wanted_same) {
  const struct cs_history *history = comparison->history;
  if (!is_in_all(history, name)) {
    comparison->alone += !wanted_same;
    return;
  }
  bool same = is_same(history, name);
  if (same && !wanted_same) comparison->same[strncmp(name, "param.", 6) != 0]++;
  if (same != wanted_same) return;
  cs_sheet_text(&comparison->sheet, name);
  for (size_t i = 0; i < history->count; i++)
    add_fact(&comparison->sheet, fact_of(history, i, name), comparison->view->format);
  if (history->count == 2) add_change(&comparison->sheet, history, name);
}

static enum cs_status compare_names(struct comparison *comparison, const struct cs_map *names, bool same,
                                    struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  for (uint32_t n = 0; n < names->count; n++) {
    struct cs_slice key = cs_map_key(names, n);
    cs_str_clear(&name);
    cs_str_add(&name, key.data, key.len);
    if (!name.failed) compare_name(comparison, cs_str_text(&name), same);
  }
  enum cs_status status = cs_str_check(&name, "a name", err);
  cs_str_release(&name);
  return status;
}

static void add_rest(const struct comparison *comparison, bool same, struct cs_str *out) {
  if (!same)
    cs_str_add_format(out, "\nThe same in all: %zu parameters and %zu other values (--same shows them).\n",
                      comparison->same[0], comparison->same[1]);
  if (comparison->alone)
    cs_str_add_format(out, "%sNot compared: %zu values of steps that only some of the runs have.\n",
                      same ? "\n" : "", comparison->alone);
}

enum cs_status cs_view_compare(const struct cs_history *history, bool same, const struct cs_view *view,
                               struct cs_str *out, struct cs_error *err) {
  struct comparison comparison = {.history = history, .view = view, .sheet = CS_SHEET_INIT};
  struct cs_map names = CS_MAP_INIT;
  enum cs_status status = CS_OK;
  add_names(&names, history, err, &status);
  cs_sheet_column(&comparison.sheet, 'l', "what");
  for (size_t i = 0; i < history->count; i++)
    cs_sheet_column(&comparison.sheet, 'f', text_of(history, i, "id"));
  if (history->count == 2) cs_sheet_column(&comparison.sheet, 'r', "change");
  if (status == CS_OK) status = compare_names(&comparison, &names, false, err);
  if (status == CS_OK && same) status = compare_names(&comparison, &names, true, err);
  if (status == CS_OK) status = cs_sheet_write(&comparison.sheet, view->format, view->width, out, err);
  if (status == CS_OK && (view->format == CS_SHEET_TEXT || view->format == CS_SHEET_MARKDOWN))
    add_rest(&comparison, same, out);
  cs_map_release(&names);
  cs_sheet_release(&comparison.sheet);
  return status == CS_OK ? cs_str_check(out, "the comparison", err) : status;
}

/* --- one run --- */

static void add_line(struct cs_str *out, const char *name, const char *text) {
  cs_str_add_format(out, "%-12s ", name);
  cs_text_add(out, text, SIZE_MAX);
  cs_str_add_byte(out, '\n');
}

static void add_head(const struct cs_facts *facts, struct cs_str *out) {
  char text[CS_SAY_TEXT];
  static const char *const plain[] = {"name", "state", "command", "exit_status", "signal"};
  const struct cs_fact *fact = cs_facts_get(facts, "id");
  add_line(out, "run", fact ? fact->text : "");
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    fact = cs_facts_get(facts, plain[i]);
    if (fact && fact->there)
      add_line(out, strcmp(plain[i], "exit_status") ? plain[i] : "exit status", fact->text);
  }
  if ((fact = cs_facts_get(facts, "began")) && fact->there)
    add_line(out, "began (UTC)", say_time(fact->text, text));
  if (is_number(fact = cs_facts_get(facts, "seconds")))
    add_line(out, "took", say_seconds(fact->number, text));
  if (is_number(fact = cs_facts_get(facts, "cpu_seconds")))
    add_line(out, "processor", say_seconds(fact->number, text));
  if (is_number(fact = cs_facts_get(facts, "peak_memory_bytes")))
    add_line(out, "peak memory", say_bytes(fact->number, text));
}

static const char *say_rows(const struct cs_node *flow, char text[CS_SAY_TEXT]) {
  const struct cs_node *rows = cs_node_get(flow, "rows");
  return rows ? cs_say_number(text, cs_node_number(rows, NAN), 0) : NULL;
}

static enum cs_status add_steps(const struct cs_node *steps, size_t width, struct cs_str *out,
                                struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  char text[CS_SAY_TEXT];
  static const char *const name[] = {"step", "status",      "rows in", "rows out",
                                     "took", "peak memory", "warnings"};
  for (size_t i = 0; i < sizeof name / sizeof *name; i++) cs_sheet_column(&sheet, i ? 'r' : 'l', name[i]);
  for (const struct cs_node *step = cs_node_first(steps); step; step = cs_node_next(step)) {
    const struct cs_node *operand = cs_node_first(cs_node_get(step, "operands"));
    const char *tool = cs_node_text(cs_node_get(step, "tool"), ""), *label = cs_node_text(operand, "");
    bool tap = strcmp(tool, "cs-track") == 0 && operand && cs_node_next(operand);
    struct cs_str called = CS_STR_INIT;
    cs_str_add_format(&called, "%s%s%s", tool, tap ? " " : "", tap ? label : "");
    if (tap) cs_str_add_format(&called, " %s", cs_node_text(cs_node_next(operand), ""));
    cs_sheet_text(&sheet, cs_str_text(&called));
    cs_str_release(&called);
    cs_sheet_number(&sheet, cs_say_number(text, cs_node_number(cs_node_get(step, "status"), NAN), 0));
    cs_sheet_number(&sheet, say_rows(cs_node_get(step, "input"), text));
    cs_sheet_number(&sheet, say_rows(cs_node_get(step, "output"), text));
    cs_sheet_text(&sheet, say_seconds(cs_node_number(cs_node_get(step, "wall_seconds"), NAN), text));
    cs_sheet_text(&sheet, say_bytes(cs_node_number(cs_node_get(step, "peak_memory_bytes"), 0), text));
    cs_sheet_number(&sheet, cs_say_number(text, (double)cs_node_size(cs_node_get(step, "warnings")), 0));
  }
  cs_str_add_byte(out, '\n');
  enum cs_status status = sheet.cells ? cs_sheet_write(&sheet, CS_SHEET_TEXT, width, out, err) : CS_OK;
  cs_sheet_release(&sheet);
  return status;
}

/* The facts of a kind, as two columns. */
static enum cs_status add_facts(const struct cs_facts *facts, const char *kind, const char *title,
                                size_t width, struct cs_str *out, struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  struct cs_str name = CS_STR_INIT;
  cs_sheet_column(&sheet, 'l', title);
  cs_sheet_column(&sheet, 'l', "");
  for (uint32_t n = 0; n < facts->names.count; n++) {
    struct cs_slice key = cs_map_key(&facts->names, n);
    if (key.len <= strlen(kind) || memcmp(key.data, kind, strlen(kind)) != 0) continue;
    cs_str_clear(&name);
    cs_str_add(&name, key.data + strlen(kind), key.len - strlen(kind));
    cs_sheet_text(&sheet, cs_str_text(&name));
    add_fact(&sheet, &facts->fact[n], CS_SHEET_TEXT);
  }
  enum cs_status status = cs_str_check(&name, "a name", err);
  if (status == CS_OK && sheet.cells) {
    cs_str_add_byte(out, '\n');
    status = cs_sheet_write(&sheet, CS_SHEET_TEXT, width, out, err);
  }
  cs_str_release(&name);
  cs_sheet_release(&sheet);
  return status;
}

static enum cs_status add_artifacts(const struct cs_node *artifacts, size_t width, struct cs_str *out,
                                    struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  char text[CS_SAY_TEXT];
  static const char *const name[] = {"file", "bytes", "SHA-256", "copy"};
  for (size_t i = 0; i < 4; i++) cs_sheet_column(&sheet, i == 1 ? 'r' : i ? 'l' : 'f', name[i]);
  for (const struct cs_node *at = cs_node_first(artifacts); at; at = cs_node_next(at)) {
    cs_sheet_text(&sheet, cs_node_text(cs_node_get(at, "path"), ""));
    cs_sheet_number(&sheet, cs_say_number(text, cs_node_number(cs_node_get(at, "bytes"), NAN), 0));
    snprintf(text, sizeof text, "%.12s", cs_node_text(cs_node_get(at, "sha256"), ""));
    cs_sheet_text(&sheet, text);
    cs_sheet_text(&sheet, cs_node_text(cs_node_get(at, "kept"), NULL) ? "yes" : "no");
  }
  enum cs_status status = CS_OK;
  if (sheet.cells) {
    cs_str_add_byte(out, '\n');
    status = cs_sheet_write(&sheet, CS_SHEET_TEXT, width, out, err);
  }
  cs_sheet_release(&sheet);
  return status;
}

static void add_notes(const struct cs_node *root, struct cs_str *out) {
  char text[CS_SAY_TEXT];
  const struct cs_node *notes = cs_node_get(root, "notes"), *step = cs_node_first(cs_node_get(root, "steps"));
  if (cs_node_size(notes)) cs_str_add_byte(out, '\n');
  for (const struct cs_node *note = cs_node_first(notes); note; note = cs_node_next(note)) {
    cs_str_add_format(out, "note, %s: ", say_time(cs_node_text(cs_node_get(note, "time"), ""), text));
    cs_text_add(out, cs_node_text(cs_node_get(note, "text"), ""), SIZE_MAX);
    cs_str_add_byte(out, '\n');
  }
  for (; step; step = cs_node_next(step)) {
    const char *tool = cs_node_text(cs_node_get(step, "tool"), ""),
               *error = cs_node_text(cs_node_get(step, "error"), NULL);
    const struct cs_node *warning = cs_node_first(cs_node_get(step, "warnings"));
    if (error)
      cs_str_add_format(out, "%s: ", tool), cs_text_add(out, error, SIZE_MAX), cs_str_add_byte(out, '\n');
    for (; warning; warning = cs_node_next(warning)) {
      cs_str_add_format(out, "%s: warning: ", tool);
      cs_text_add(out, cs_node_text(warning, ""), SIZE_MAX);
      cs_str_add_byte(out, '\n');
    }
  }
}

static enum cs_status show(const struct cs_experiment *experiment, const struct cs_facts *facts, size_t width,
                           struct cs_str *out, struct cs_error *err) {
  static const char *const kind[][2] = {{"tag.", "tag"}, {"metric.", "metric"}};
  const struct cs_node *root = experiment->root;
  add_head(facts, out);
  if (cs_node_size(cs_node_get(root, "steps")))
    CS_TRY(add_steps(cs_node_get(root, "steps"), width, out, err));
  for (size_t i = 0; i < 2; i++) CS_TRY(add_facts(facts, kind[i][0], kind[i][1], width, out, err));
  CS_TRY(add_artifacts(cs_node_get(root, "artifacts"), width, out, err));
  add_notes(root, out);
  return cs_str_check(out, "the run", err);
}

enum cs_status cs_view_run(const struct cs_experiment *experiment, const struct cs_view *view,
                           struct cs_str *out, struct cs_error *err) {
  struct cs_facts facts = CS_FACTS_INIT;
  if (view->format == CS_SHEET_JSON) {
    cs_node_keep_integers(experiment->root);
    return cs_node_write(experiment->root, out, err);
  }
  enum cs_status status = cs_facts_take(&facts, experiment, err);
  if (status == CS_OK) status = show(experiment, &facts, view->width, out, err);
  cs_facts_release(&facts);
  return status;
}

/* --- what became of the files --- */

void cs_view_verified_head(struct cs_sheet *sheet) {
  cs_sheet_column(sheet, 'l', "run");
  cs_sheet_column(sheet, 'f', "file");
  cs_sheet_column(sheet, 'l', "state");
}

enum cs_status cs_view_verified(const struct cs_experiment *experiment, struct cs_sheet *sheet, size_t *bad,
                                struct cs_error *err) {
  static const char *const word[] = {"same", "changed", "gone"};
  const struct cs_node *artifact = cs_node_first(cs_node_get(experiment->root, "artifacts"));
  for (; artifact; artifact = cs_node_next(artifact)) {
    enum cs_artifact_state state;
    CS_TRY(cs_artifact_check(experiment, artifact, &state, err));
    const char *kept = cs_node_text(cs_node_get(artifact, "kept"), NULL);
    cs_sheet_text(sheet, cs_node_text(cs_node_get(experiment->root, "id"), ""));
    cs_sheet_text(sheet, kept ? kept : cs_node_text(cs_node_get(artifact, "path"), ""));
    cs_sheet_text(sheet, word[state]);
    *bad += state != CS_ARTIFACT_SAME;
  }
  return CS_OK;
}
