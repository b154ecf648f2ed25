#include "track/views_inside.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    for (; place > 0 && comes_before(cs_view_fact(history, own, name),
                                     cs_view_fact(history, row[place - 1], name), largest);
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
  const struct cs_fact *seconds = cs_view_fact(history, run, "seconds"),
                       *name = cs_view_fact(history, run, "name");
  cs_sheet_text(sheet, cs_view_text(history, run, "id"));
  cs_sheet_text(sheet, cs_view_text(history, run, "state"));
  if (format == CS_SHEET_CSV)
    cs_view_add_fact(sheet, seconds, format);
  else
    cs_sheet_text(sheet, cs_view_is_number(seconds) ? cs_view_seconds(seconds->number, text) : NULL);
  cs_sheet_number(sheet, cs_view_text(history, run, "steps"));
  const char *at = cs_str_text(names);
  for (size_t c = 0; c < count; c++, at += strlen(at) + 1)
    cs_view_add_fact(sheet, cs_view_fact(history, run, at), format);
  cs_sheet_text(sheet, name && name->there ? name->text : NULL);
  cs_sheet_text(sheet, cs_view_text(history, run, "command"));
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
  else if (cs_view_is_number(fact))
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

/* The finished runs that have the metric; returns how many. */
static size_t find_finished(const struct cs_history *history, const char *metric, size_t *row) {
  size_t count = 0;
  for (size_t i = 0; i < history->count; i++)
    if (strcmp(cs_view_text(history, i, "state"), "finished") == 0 &&
        cs_view_is_number(cs_view_fact(history, i, metric)))
      row[count++] = i;
  return count;
}

static enum cs_status best_sheet(const struct cs_history *history, const char *metric, const size_t *row,
                                 size_t rows, const struct cs_view *view, struct cs_str *out,
                                 struct cs_error *err) {
  struct cs_sheet sheet = CS_SHEET_INIT;
  cs_sheet_column(&sheet, 'l', "run");
  cs_sheet_column(&sheet, 'r', metric + strlen("metric."));
  cs_sheet_column(&sheet, 'f', "name");
  cs_sheet_column(&sheet, 'f', "command");
  for (size_t i = 0; i < rows; i++) {
    const struct cs_fact *called = cs_view_fact(history, row[i], "name");
    cs_sheet_text(&sheet, cs_view_text(history, row[i], "id"));
    cs_view_add_fact(&sheet, cs_view_fact(history, row[i], metric), view->format);
    cs_sheet_text(&sheet, called && called->there ? called->text : NULL);
    cs_sheet_text(&sheet, cs_view_text(history, row[i], "command"));
  }
  enum cs_status status = cs_sheet_write(&sheet, view->format, view->width, out, err);
  cs_sheet_release(&sheet);
  return status;
}

enum cs_status cs_view_best(const struct cs_history *history, const char *metric, bool minimise, size_t most,
                            const struct cs_view *view, struct cs_str *out, struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  size_t *row, count = 0;
  CS_TRY(cs_alloc(&row, history->count, sizeof *row, "the runs", err));
  enum cs_status status = cs_history_name(history, "metric.", metric, &name, err);
  if (status == CS_OK) count = find_finished(history, cs_str_text(&name), row);
  if (status == CS_OK && count == 0)
    status = cs_fail(err, CS_NO, "no finished run has the metric '%s'", metric);
  if (status == CS_OK) {
    order_by(history, cs_str_text(&name), !minimise, row, count);
    status = best_sheet(history, cs_str_text(&name), row, count < most ? count : most, view, out, err);
  }
  free(row);
  cs_str_release(&name);
  return status;
}
