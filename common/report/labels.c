#include "report/labels.h"

#include "base/map.h"
#include "base/num.h"
#include "data/columns.h"

#include <math.h>
#include <stdlib.h>

/* Labels as they are met. */
struct met {
  struct cs_map map; /* their texts */
  uint32_t *first;   /* [map.count] the first row of each */
  size_t *size;      /* [map.count] rows */
};

static enum cs_status find_column(const struct cs_table *table, const char *list, size_t *column,
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

static enum cs_status read_row(struct cs_labels *labels, struct met *met, const struct cs_table *table,
                               size_t row, struct cs_str *scratch, struct cs_error *err) {
  struct cs_slice cell;
  size_t column = labels->column, known = met->map.count;
  cs_str_clear(scratch);
  CS_TRY(cs_table_cells(table, row, &column, 1, &cell, scratch, err));
  if (cs_table_is_missing(table, cell)) return cs_table_fail(table, row, column, err, "the row has no label");
  CS_TRY(cs_map_add(&met->map, cs_slice_trim(cell), &labels->group[row], err));
  if (met->map.count > CS_LABELS_MAX)
    return cs_table_fail(table, SIZE_MAX, column, err, "more than %d different labels: no clustering",
                         CS_LABELS_MAX);
  if (met->map.count > known) met->first[known] = (uint32_t)row;
  met->size[labels->group[row]]++;
  return CS_OK;
}

static enum cs_status read_rows(struct cs_labels *labels, struct met *met, const struct cs_table *table,
                                struct cs_error *err) {
  size_t rows = cs_table_rows(table);
  struct cs_str scratch = CS_STR_INIT;
  enum cs_status status = cs_alloc(&labels->group, rows, sizeof(uint32_t), "the labels", err);
  if (status == CS_OK) status = cs_alloc(&met->first, CS_LABELS_MAX + 1, sizeof(uint32_t), "the labels", err);
  if (status == CS_OK) status = cs_alloc(&met->size, CS_LABELS_MAX + 1, sizeof(size_t), "the labels", err);
  for (size_t i = 0; status == CS_OK && i < rows; i++)
    status = read_row(labels, met, table, i, &scratch, err);
  cs_str_release(&scratch);
  return status;
}

/* Whether segment a stands before b. */
static bool comes_before(const struct met *met, bool numbers, uint32_t a, uint32_t b) {
  struct cs_slice text[2] = {cs_map_key(&met->map, a), cs_map_key(&met->map, b)};
  double value[2] = {0, 0};
  if (!numbers) return met->size[a] != met->size[b] ? met->size[a] > met->size[b] : a < b;
  for (int i = 0; i < 2; i++) {
    cs_num_parse(text[i].data, text[i].len, '.', &value[i]);
    if (value[i] == -1) value[i] = INFINITY;
  }
  return value[0] != value[1] ? value[0] < value[1] : a < b;
}

/* order becomes the labels as they are shown. */
static void order_labels(const struct met *met, uint32_t *order) {
  bool numbers = true;
  double ignored;
  for (uint32_t g = 0; g < met->map.count; g++) {
    struct cs_slice text = cs_map_key(&met->map, g);
    numbers = numbers && cs_num_parse(text.data, text.len, '.', &ignored);
  }
  for (uint32_t g = 0; g < met->map.count; g++) {
    uint32_t place = g;
    for (; place > 0 && comes_before(met, numbers, g, order[place - 1]); place--)
      order[place] = order[place - 1];
    order[place] = g;
  }
}

static const char *keep(struct cs_labels *labels, struct cs_slice text, enum cs_status *status,
                        struct cs_error *err) {
  const char *copy = cs_arena_copy(&labels->texts, text.data, text.len);
  if (!copy) *status = cs_fail_memory(err, (double)text.len, "a name");
  return copy;
}

static enum cs_status name_segments(struct cs_labels *labels, const struct met *met,
                                    const struct cs_table *table, const uint32_t *order,
                                    struct cs_error *err) {
  enum cs_status status = CS_OK;
  struct cs_str scratch = CS_STR_INIT;
  /* cluster_name says nothing of other labels. */
  bool named = cs_slice_is(cs_table_name(table, labels->column), "cluster");
  size_t name_column = named ? cs_table_find(table, cs_slice_of("cluster_name")) : SIZE_MAX;
  for (size_t s = 0; status == CS_OK && s < labels->k; s++) {
    struct cs_segment *segment = &labels->segment[s];
    struct cs_slice label = cs_map_key(&met->map, order[s]), name = {NULL, 0};
    segment->noise = cs_slice_is(label, "-1");
    segment->small = met->size[order[s]] < CS_SMALL_SEGMENT;
    segment->label = keep(labels, label, &status, err);
    if (status != CS_OK || name_column == SIZE_MAX) continue;
    cs_str_clear(&scratch);
    status = cs_table_cells(table, met->first[order[s]], &name_column, 1, &name, &scratch, err);
    if (status == CS_OK && !cs_table_is_missing(table, name))
      segment->name = keep(labels, name, &status, err);
  }
  cs_str_release(&scratch);
  return status;
}

/* Turns places in the map into those of the segments. */
static enum cs_status make_segments(struct cs_labels *labels, const struct met *met,
                                    const struct cs_table *table, struct cs_error *err) {
  uint32_t order[CS_LABELS_MAX], place[CS_LABELS_MAX];
  labels->k = met->map.count;
  CS_TRY(cs_alloc(&labels->segment, labels->k, sizeof *labels->segment, "the segments", err));
  order_labels(met, order);
  for (uint32_t s = 0; s < labels->k; s++) place[order[s]] = s;
  for (size_t i = 0; i < cs_table_rows(table); i++) labels->group[i] = place[labels->group[i]];
  return name_segments(labels, met, table, order, err);
}

enum cs_status cs_labels_read(struct cs_labels *labels, const struct cs_table *table, const char *list,
                              struct cs_error *err) {
  struct met met = {CS_MAP_INIT, NULL, NULL};
  CS_TRY(find_column(table, list, &labels->column, err));
  enum cs_status status = read_rows(labels, &met, table, err);
  if (status == CS_OK) status = make_segments(labels, &met, table, err);
  cs_map_release(&met.map);
  free(met.first);
  free(met.size);
  return status;
}

void cs_labels_release(struct cs_labels *labels) {
  free(labels->segment);
  free(labels->group);
  cs_arena_release(&labels->texts);
  *labels = (struct cs_labels)CS_LABELS_INIT;
}
