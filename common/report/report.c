#include "report/report.h"

#include "base/map.h"
#include "base/num.h"
#include "data/columns.h"
#include "data/model.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LABELS_MAX = 1000 };

static const char *keep(struct cs_report *report, struct cs_slice text, enum cs_status *status,
                        struct cs_error *err) {
  const char *copy = *status == CS_OK ? cs_arena_copy(&report->texts, text.data, text.len) : NULL;
  if (!copy && *status == CS_OK) *status = cs_fail_memory(err, (double)text.len, "a name");
  return copy;
}

/* --- labels --- */

struct labels {
  struct cs_map map; /* texts of the labels in the order met */
  uint32_t *group;   /* [rows] first the position in map, then that of the segment */
  uint32_t *first;   /* [map.count] the first row of each */
  size_t *size;      /* [map.count] */
};

static void labels_release(struct labels *labels) {
  cs_map_release(&labels->map);
  free(labels->group);
  free(labels->first);
  free(labels->size);
}

static enum cs_status find_label_column(const struct cs_table *table, const char *list, size_t *column,
                                        struct cs_error *err) {
  struct cs_columns found = CS_COLUMNS_INIT;
  *column = cs_table_find(table, cs_slice_of("cluster"));
  if (!list && *column == SIZE_MAX)
    return cs_fail(
        err, CS_DATA,
        "there is no column 'cluster': cs-kmeans or cs-dbscan writes it, --label names another one");
  if (!list) return CS_OK;
  enum cs_status status = cs_columns_find(&found, table, list, "--label", err);
  if (status == CS_OK && found.count != 1)
    status = cs_fail(err, CS_USAGE, "--label must name one column, not %zu", found.count);
  if (status == CS_OK) *column = found.column[0];
  cs_columns_release(&found);
  return status;
}

static enum cs_status read_label(struct labels *labels, const struct cs_table *table, size_t row,
                                 size_t column, struct cs_str *scratch, struct cs_error *err) {
  struct cs_slice cell;
  cs_str_clear(scratch);
  CS_TRY(cs_table_cells(table, row, &column, 1, &cell, scratch, err));
  if (cs_table_is_missing(table, cell)) return cs_table_fail(table, row, column, err, "the row has no label");
  size_t known = labels->map.count;
  CS_TRY(cs_map_add(&labels->map, cs_slice_trim(cell), &labels->group[row], err));
  if (labels->map.count > LABELS_MAX)
    return cs_table_fail(table, SIZE_MAX, column, err, "more than %d different labels: no clustering",
                         LABELS_MAX);
  if (labels->map.count > known) labels->first[known] = (uint32_t)row;
  labels->size[labels->group[row]]++;
  return CS_OK;
}

static enum cs_status read_labels(struct labels *labels, const struct cs_table *table, size_t column,
                                  struct cs_error *err) {
  size_t rows = cs_table_rows(table);
  struct cs_str scratch = CS_STR_INIT;
  enum cs_status status = cs_alloc(&labels->group, rows, sizeof(uint32_t), "the labels", err);
  if (status == CS_OK) status = cs_alloc(&labels->first, LABELS_MAX + 1, sizeof(uint32_t), "the labels", err);
  if (status == CS_OK) status = cs_alloc(&labels->size, LABELS_MAX + 1, sizeof(size_t), "the labels", err);
  for (size_t i = 0; status == CS_OK && i < rows; i++)
    status = read_label(labels, table, i, column, &scratch, err);
  cs_str_release(&scratch);
  return status;
}

/* Whether segment a stands before b. Numbers by value, noise last; texts by size, then as they were met. */
static bool comes_before(const struct labels *labels, bool numbers, uint32_t a, uint32_t b) {
  struct cs_slice text[2] = {cs_map_key(&labels->map, a), cs_map_key(&labels->map, b)};
  double value[2] = {0, 0};
  if (!numbers) return labels->size[a] != labels->size[b] ? labels->size[a] > labels->size[b] : a < b;
  for (int i = 0; i < 2; i++) {
    cs_num_parse(text[i].data, text[i].len, '.', &value[i]);
    if (value[i] == -1) value[i] = INFINITY;
  }
  return value[0] != value[1] ? value[0] < value[1] : a < b;
}

/* order becomes the segments' labels in their order. */
static void order_labels(const struct labels *labels, uint32_t *order) {
  bool numbers = true;
  double ignored;
  for (uint32_t g = 0; g < labels->map.count; g++) {
    struct cs_slice text = cs_map_key(&labels->map, g);
    numbers = numbers && cs_num_parse(text.data, text.len, '.', &ignored);
  }
  for (uint32_t g = 0; g < labels->map.count; g++) {
    uint32_t place = g;
    for (; place > 0 && comes_before(labels, numbers, g, order[place - 1]); place--)
      order[place] = order[place - 1];
    order[place] = g;
  }
}

static enum cs_status name_segments(struct cs_report *report, const struct cs_table *table,
                                    const struct labels *labels, size_t label_column, const uint32_t *order,
                                    struct cs_error *err) {
  enum cs_status status = CS_OK;
  struct cs_str scratch = CS_STR_INIT;
  /* cluster_name says nothing of other labels. */
  bool named = cs_slice_is(cs_table_name(table, label_column), "cluster");
  size_t name_column = named ? cs_table_find(table, cs_slice_of("cluster_name")) : SIZE_MAX;
  for (size_t s = 0; status == CS_OK && s < labels->map.count; s++) {
    struct cs_segment *segment = &report->segment[s];
    struct cs_slice label = cs_map_key(&labels->map, order[s]), name = {NULL, 0};
    segment->label = keep(report, label, &status, err);
    segment->noise = cs_slice_is(label, "-1");
    if (status != CS_OK || name_column == SIZE_MAX) continue;
    cs_str_clear(&scratch);
    status = cs_table_cells(table, labels->first[order[s]], &name_column, 1, &name, &scratch, err);
    if (status == CS_OK && !cs_table_is_missing(table, name))
      segment->name = keep(report, name, &status, err);
  }
  cs_str_release(&scratch);
  return status;
}

/* Turns positions in the map into those of the segments. */
static enum cs_status make_segments(struct cs_report *report, const struct cs_table *table,
                                    struct labels *labels, size_t label_column, struct cs_error *err) {
  uint32_t order[LABELS_MAX], place[LABELS_MAX];
  CS_TRY(cs_alloc(&report->segment, labels->map.count, sizeof *report->segment, "the segments", err));
  order_labels(labels, order);
  for (uint32_t s = 0; s < labels->map.count; s++) place[order[s]] = s;
  for (size_t i = 0; i < cs_table_rows(table); i++) labels->group[i] = place[labels->group[i]];
  return name_segments(report, table, labels, label_column, order, err);
}

/* --- columns --- */

static bool begins(struct cs_slice name, const char *prefix) {
  return name.len >= strlen(prefix) && memcmp(name.data, prefix, strlen(prefix)) == 0;
}

/* What names a row, a rank or a place in another space describes no segment by its mean. */
static bool describes(struct cs_slice name) {
  return !cs_role_is_id(name) && !cs_role_is_truth(name) && !cs_role_is_cluster(name) &&
         !cs_role_is_fit(name) && !begins(name, "scaled__") && !begins(name, "pca__") &&
         !cs_slice_is(name, "rfm_cell");
}

static enum cs_status candidates(const struct cs_table *table, size_t label,
                                 const struct cs_report_options *options, struct cs_columns *columns,
                                 struct cs_error *err) {
  struct cs_columns left_out = CS_COLUMNS_INIT;
  enum cs_status status = CS_OK;
  if (options->exclude) status = cs_columns_find(&left_out, table, options->exclude, "-x", err);
  if (status == CS_OK && options->id) status = cs_columns_find(&left_out, table, options->id, "--id", err);
  if (status == CS_OK && options->features)
    status = cs_columns_find(columns, table, options->features, "-f", err);
  size_t count = options->features ? 0 : cs_table_columns(table);
  if (status == CS_OK)
    status = cs_grow(&columns->column, &columns->capacity, columns->count + count, sizeof *columns->column,
                     "the columns", err);
  for (size_t c = 0; status == CS_OK && c < count; c++)
    if (describes(cs_table_name(table, c))) columns->column[columns->count++] = c;
  size_t kept = 0;
  for (size_t i = 0; status == CS_OK && i < columns->count; i++)
    if (columns->column[i] != label && !cs_columns_has(&left_out, columns->column[i]))
      columns->column[kept++] = columns->column[i];
  columns->count = kept;
  cs_columns_release(&left_out);
  return status;
}

static size_t column_of(const struct cs_report *report, size_t d, const char *name) {
  for (size_t j = 0; j < d; j++)
    if (strcmp(report->column[j], name) == 0) return j;
  return SIZE_MAX;
}

/* The numeric ones of the decoded columns; value[] takes them over. */
static enum cs_status take_numeric(struct cs_report *report, const struct cs_table *table,
                                   struct cs_decoded *decoded, size_t count, double **value, size_t *d,
                                   struct cs_error *err) {
  enum cs_status status = cs_alloc(&report->column, count, sizeof *report->column, "the columns", err);
  for (size_t i = 0; status == CS_OK && i < count; i++) {
    if (!decoded[i].value) continue;
    report->column[*d] = keep(report, cs_table_name(table, decoded[i].column), &status, err);
    value[(*d)++] = decoded[i].value;
    decoded[i].value = NULL;
  }
  return status;
}

static enum cs_status describe(struct cs_report *report, const struct cs_table *table,
                               const struct labels *labels, const struct cs_columns *columns, int threads,
                               struct cs_error *err) {
  struct cs_decoded *decoded = NULL;
  double **value = NULL;
  size_t d = 0;
  enum cs_status status = cs_alloc(&decoded, columns->count, sizeof *decoded, "the columns", err);
  if (status == CS_OK) status = cs_alloc(&value, columns->count, sizeof *value, "the columns", err);
  for (size_t i = 0; status == CS_OK && i < columns->count; i++) decoded[i].column = columns->column[i];
  if (status == CS_OK) status = cs_table_decode(table, decoded, columns->count, threads, err);
  if (status == CS_OK) status = take_numeric(report, table, decoded, columns->count, value, &d, err);
  if (status == CS_OK)
    status = cs_profile_make(&report->profile, cs_table_rows(table), labels->group, labels->map.count, value,
                             d, err);
  for (size_t j = 0; j < d; j++) free(value[j]);
  for (size_t i = 0; decoded && i < columns->count; i++) free(decoded[i].value);
  free(value);
  free(decoded);
  if (status != CS_OK) return status;
  report->revenue = column_of(report, d, "total_spent");
  report->orders = column_of(report, d, "total_transactions");
  report->recency = column_of(report, d, "days_since_last_purchase");
  report->customers =
      report->revenue != SIZE_MAX && report->orders != SIZE_MAX && report->recency != SIZE_MAX;
  return CS_OK;
}

enum cs_status cs_report_make(struct cs_report *report, const struct cs_table *table,
                              const struct cs_report_options *options, struct cs_notes *notes,
                              struct cs_error *err) {
  struct labels labels = {CS_MAP_INIT, NULL, NULL, NULL};
  struct cs_columns columns = CS_COLUMNS_INIT;
  size_t label = SIZE_MAX;
  CS_TRY(find_label_column(table, options->label, &label, err));
  if (cs_table_rows(table) == 0)
    return cs_fail(err, CS_DATA, "there are no rows, so there is nothing to report");
  enum cs_status status = read_labels(&labels, table, label, err);
  if (status == CS_OK) status = make_segments(report, table, &labels, label, err);
  if (status == CS_OK) status = candidates(table, label, options, &columns, err);
  if (status == CS_OK) status = describe(report, table, &labels, &columns, options->threads, err);
  if (status == CS_OK && report->profile.d == 0)
    cs_note(notes, CS_NOTE_WARNING, "no numeric column describes the clusters: only their sizes are shown");
  cs_columns_release(&columns);
  labels_release(&labels);
  return status;
}

/* --- the model --- */

static const struct cs_node *selected(const struct cs_node *model, double k) {
  for (const struct cs_node *s = cs_node_first(cs_node_get(model, "selection")); s; s = cs_node_next(s))
    if (cs_node_number(cs_node_get(s, "k"), NAN) == k) return s;
  return NULL;
}

static const char *keep_text(struct cs_report *report, const struct cs_node *node, enum cs_status *status,
                             struct cs_error *err) {
  const char *text = cs_node_text(node, NULL);
  return text ? keep(report, cs_slice_of(text), status, err) : NULL;
}

static enum cs_status take_stability(struct cs_evidence *evidence, const struct cs_node *array,
                                     struct cs_error *err) {
  size_t count = array && cs_node_is_array(array) ? cs_node_size(array) : 0;
  if (count == 0) return CS_OK;
  CS_TRY(cs_alloc(&evidence->stability, count, sizeof(double), "the stability", err));
  for (const struct cs_node *s = cs_node_first(array); s; s = cs_node_next(s)) {
    double value = cs_node_number(s, NAN);
    if (!isnan(value)) evidence->stability[evidence->stability_count++] = value;
  }
  return CS_OK;
}

enum cs_status cs_report_add_model(struct cs_report *report, const char *path, struct cs_error *err) {
  struct cs_node *model = NULL;
  struct cs_evidence *evidence = &report->evidence;
  CS_TRY(cs_model_read(&model, path, NULL, err));
  const struct cs_node *choice = cs_node_get(model, "choice");
  enum cs_status status = CS_OK;
  evidence->tool = keep_text(report, cs_node_get(model, "tool"), &status, err);
  evidence->rule = keep_text(report, cs_node_get(choice, "rule"), &status, err);
  evidence->reason = keep_text(report, cs_node_get(choice, "reason"), &status, err);
  evidence->k = cs_node_number(cs_node_get(model, "k"), NAN);
  evidence->runner_up = cs_node_number(cs_node_get(choice, "runner_up"), NAN);
  evidence->silhouette = cs_node_number(cs_node_get(cs_node_get(model, "metrics"), "silhouette"), NAN);
  evidence->eps = cs_node_number(cs_node_get(model, "eps"), NAN);
  evidence->min_points = cs_node_number(cs_node_get(model, "min_points"), NAN);
  if (status == CS_OK)
    status = take_stability(evidence, cs_node_get(selected(model, evidence->k), "stability"), err);
  cs_node_free(model);
  return status;
}

void cs_report_release(struct cs_report *report) {
  free(report->segment);
  free(report->column);
  free(report->evidence.stability);
  cs_profile_release(&report->profile);
  cs_arena_release(&report->texts);
  *report = (struct cs_report)CS_REPORT_INIT;
}
