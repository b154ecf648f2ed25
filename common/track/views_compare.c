#include "track/views_inside.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What every run has of its own: told in the head, or of no meaning side by side. */
static bool is_own(struct cs_slice name) {
  static const char *const own[] = {"id", "ended"};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (cs_slice_is(name, own[i])) return true;
  return false;
}

static bool is_same(const struct cs_history *history, const char *name) {
  for (size_t i = 1; i < history->count; i++) {
    const struct cs_fact *a = cs_view_fact(history, 0, name), *b = cs_view_fact(history, i, name);
    bool has_a = a && a->there, has_b = b && b->there;
    if (has_a != has_b || (has_a && strcmp(a->text, b->text) != 0)) return false;
  }
  return true;
}

/* Of two runs with numbers: the second less the first, and in hundredths of the first. */
static void add_change(struct cs_sheet *sheet, const struct cs_history *history, const char *name) {
  const struct cs_fact *a = cs_view_fact(history, 0, name), *b = cs_view_fact(history, 1, name);
  char text[CS_SAY_TEXT];
  if (!cs_view_is_number(a) || !cs_view_is_number(b)) {
    cs_sheet_text(sheet, NULL);
    return;
  }
  double change = b->number - a->number, share = fabs(a->number) > 0 ? 100 * change / fabs(a->number) : NAN;
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
    cs_view_add_fact(&comparison->sheet, cs_view_fact(history, i, name), comparison->view->format);
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
    cs_sheet_column(&comparison.sheet, 'f', cs_view_text(history, i, "id"));
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
