#include "report/labels.h"

#include "base/map.h"
#include "base/num.h"
#include "base/parallel.h"
#include "data/columns.h"
#include "data/cursor.h"

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

/* --- reading, some rows at a time --- */

enum { PIECE = 65536 };

/* What a thread knows of its piece. */
struct piece {
  struct cs_map map; /* the labels in it */
  struct cs_cursor cursor;
  size_t count[CS_LABELS_MAX + 1];
  uint32_t first[CS_LABELS_MAX + 1];
  enum cs_status status;
  struct cs_error err;
};

struct reading {
  struct cs_labels *labels;
  struct met *met;
  const struct cs_table *table;
  struct piece *piece;   /* [threads] */
  enum cs_status status; /* the first failure in the order of the rows */
  struct cs_error *err;
};

static size_t end_of(const struct reading *reading, size_t piece) {
  size_t rows = cs_table_rows(reading->table), end = (piece + 1) * PIECE;
  return end < rows ? end : rows;
}

static enum cs_status fail_many(const struct reading *reading, struct cs_error *err) {
  return cs_table_fail(reading->table, SIZE_MAX, reading->labels->column, err,
                       "more than %d different labels: no clustering", CS_LABELS_MAX);
}

static enum cs_status read_row(const struct reading *reading, struct piece *piece, size_t row) {
  struct cs_slice cell;
  const struct cs_table *table = reading->table;
  uint32_t *label = &reading->labels->group[row];
  size_t column = reading->labels->column, known = piece->map.count;
  CS_TRY(cs_cursor_cells(&piece->cursor, row, &column, 1, &cell, &piece->err));
  if (cs_table_is_missing(table, cell))
    return cs_table_fail(table, row, column, &piece->err, "the row has no label");
  CS_TRY(cs_map_add(&piece->map, cs_slice_trim(cell), label, &piece->err));
  if (piece->map.count > CS_LABELS_MAX) return fail_many(reading, &piece->err);
  if (piece->map.count > known) {
    piece->first[known] = (uint32_t)row;
    piece->count[known] = 0;
  }
  piece->count[*label]++;
  return CS_OK;
}

static void read_piece(void *context, size_t number, int thread) {
  struct reading *reading = context;
  struct piece *piece = &reading->piece[thread];
  cs_map_release(&piece->map);
  piece->status = CS_OK;
  for (size_t i = number * PIECE; piece->status == CS_OK && i < end_of(reading, number); i++)
    piece->status = read_row(reading, piece, i);
}

/* The labels of a piece become those of all, in the order in which they are met. */
static enum cs_status join(struct reading *reading, const struct piece *piece, size_t number) {
  uint32_t global[CS_LABELS_MAX + 1] = {0};
  struct met *met = reading->met;
  for (uint32_t g = 0; g < piece->map.count; g++) {
    size_t known = met->map.count;
    CS_TRY(cs_map_add(&met->map, cs_map_key(&piece->map, g), &global[g], reading->err));
    if (met->map.count > CS_LABELS_MAX) return fail_many(reading, reading->err);
    if (met->map.count > known) met->first[known] = piece->first[g];
    met->size[global[g]] += piece->count[g];
  }
  for (size_t i = number * PIECE; i < end_of(reading, number); i++)
    reading->labels->group[i] = global[reading->labels->group[i]];
  return CS_OK;
}

static void end_piece(void *context, size_t number, int thread) {
  struct reading *reading = context;
  const struct piece *piece = &reading->piece[thread];
  if (reading->status != CS_OK) return;
  reading->status = piece->status;
  if (piece->status == CS_OK)
    reading->status = join(reading, piece, number);
  else if (reading->err)
    *reading->err = piece->err;
}

static enum cs_status read_rows(struct reading *reading, int threads) {
  size_t rows = cs_table_rows(reading->table);
  struct met *met = reading->met;
  CS_TRY(cs_alloc(&reading->labels->group, rows, sizeof(uint32_t), "the labels", reading->err));
  CS_TRY(cs_alloc(&met->first, CS_LABELS_MAX + 1, sizeof(uint32_t), "the labels", reading->err));
  CS_TRY(cs_alloc(&met->size, CS_LABELS_MAX + 1, sizeof(size_t), "the labels", reading->err));
  CS_TRY(cs_alloc(&reading->piece, (size_t)threads, sizeof *reading->piece, "the labels", reading->err));
  for (int t = 0; reading->status == CS_OK && t < threads; t++)
    reading->status = cs_cursor_begin(&reading->piece[t].cursor, reading->table, reading->err);
  if (reading->status == CS_OK)
    cs_parallel_in_turn(threads, (rows + PIECE - 1) / PIECE, read_piece, end_piece, reading);
  for (int t = 0; t < threads; t++) {
    cs_map_release(&reading->piece[t].map);
    cs_cursor_release(&reading->piece[t].cursor);
  }
  return reading->status;
}

/* --- what they are called, and their order --- */

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
                              int threads, struct cs_error *err) {
  struct met met = {CS_MAP_INIT, NULL, NULL};
  struct reading reading = {.labels = labels, .met = &met, .table = table, .err = err};
  CS_TRY(find_column(table, list, &labels->column, err));
  enum cs_status status = read_rows(&reading, threads > 1 ? threads : 1);
  free(reading.piece);
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
