#include "data/table_inside.h"

#include "base/num.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { RAW_CELLS = 64 }; /* found in one go */

struct cs_table *cs_table_new(void) {
  struct cs_table *table = calloc(1, sizeof *table);
  if (table) table->decimal = table->written_decimal = '.';
  return table;
}

void cs_table_free(struct cs_table *table) {
  if (!table) return;
  /* A header that failed half-way has left names without columns. */
  for (size_t i = table->columns_read; table->appended && i < table->names.count; i++) {
    free(table->appended[i - table->columns_read].value);
    free(table->appended[i - table->columns_read].code);
  }
  free(table->appended);
  free(table->text);
  free(table->row);
  free(table->skip);
  free(table->segment);
  free(table->dropped);
  free(table->edit);
  free(table->edited);
  cs_map_release(&table->names);
  cs_map_release(&table->edits);
  cs_str_release(&table->header);
  cs_json_guide_release(&table->guide);
  cs_arena_release(&table->arena);
  free(table);
}

enum cs_status cs_table_begin(struct cs_table *table, size_t rows, struct cs_error *err) {
  if (rows >= CS_ROW_OFFSET_MASK) return cs_fail_memory(err, (double)rows * 8, "rows");
  table->rows = rows;
  return CS_OK;
}

/* --- shape --- */

size_t cs_table_rows(const struct cs_table *table) {
  return table->rows;
}

bool cs_table_is_json(const struct cs_table *table) {
  for (size_t i = 0; i < table->segments; i++)
    if (cs_segment_is_json(&table->segment[i])) return true;
  return false;
}

size_t cs_table_kept(const struct cs_table *table) {
  return table->rows - table->dropped_count;
}

size_t cs_table_columns(const struct cs_table *table) {
  return table->names.count;
}

size_t cs_table_columns_read(const struct cs_table *table) {
  return table->columns_read;
}

uint64_t cs_table_bytes(const struct cs_table *table) {
  return table->bytes;
}

struct cs_slice cs_table_name(const struct cs_table *table, size_t column) {
  return cs_map_key(&table->names, (uint32_t)column);
}

size_t cs_table_find(const struct cs_table *table, struct cs_slice name) {
  uint32_t index = cs_map_find(&table->names, name);
  return index == CS_MAP_NONE ? SIZE_MAX : index;
}

const char *cs_table_sha256(const struct cs_table *table) {
  return table->sha256;
}

/* --- places --- */

size_t cs_table_segment(const struct cs_table *table, size_t row) {
  size_t low = 0, high = table->segments;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (table->segment[middle].first_row <= row)
      low = middle;
    else
      high = middle;
  }
  return low;
}

uint64_t cs_table_line(const struct cs_table *table, size_t segment, size_t row) {
  size_t first = table->segment[segment].first_row;
  size_t begin = table->row[first] & CS_ROW_OFFSET_MASK, end = table->row[row] & CS_ROW_OFFSET_MASK;
  uint64_t feeds =
      table->segment[segment].one_line ? row - first : cs_csv_count(table->text + begin, end - begin, '\n');
  uint64_t line = 1 + table->segment[segment].lines + feeds;
  for (size_t i = first; i <= row; i++) line += table->row[i] >> CS_ROW_OFFSET_BITS;
  for (size_t i = 0; i < table->skips; i++)
    if (table->skip[i].row >= first && table->skip[i].row <= row) line += table->skip[i].lines;
  return line;
}

void cs_table_where(const struct cs_table *table, size_t row, const char **source, uint64_t *line) {
  *source = "-";
  *line = row + 1;
  if (!table->segments || row >= table->rows) return;
  size_t segment = cs_table_segment(table, row);
  *source = table->segment[segment].source;
  *line = cs_table_line(table, segment, row);
}

enum cs_status cs_table_fail(const struct cs_table *table, size_t row, size_t column, struct cs_error *err,
                             const char *format, ...) {
  if (!err) return CS_DATA;
  char message[768], place[320] = "", name[192] = "";
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  if (row != SIZE_MAX) {
    const char *source;
    uint64_t line;
    cs_table_where(table, row, &source, &line);
    snprintf(place, sizeof place, "%.256s:%llu: ", source, (unsigned long long)line);
  } else if (table->segments) {
    snprintf(place, sizeof place, "%.256s: ", table->segment[0].source);
  }
  if (column != SIZE_MAX) {
    struct cs_slice text = cs_table_name(table, column);
    snprintf(name, sizeof name, "column '%.*s': ", (int)(text.len < 128 ? text.len : 128), text.data);
  }
  return cs_fail(err, CS_DATA, "%s%s%s", place, name, message);
}

/* --- cells --- */

struct cs_slice cs_cell_text(enum cs_format format, struct cs_slice raw, struct cs_str *scratch) {
  switch (format) {
  case CS_FORMAT_TSV: return cs_tsv_text(raw, scratch);
  case CS_FORMAT_JSON: return cs_json_text(raw, scratch);
  default: return cs_csv_text(raw, scratch);
  }
}

/* Cells that were unescaped into scratch follow it when it moves. */
static void follow(struct cs_slice *cells, size_t count, uintptr_t old, size_t old_len, const char *now) {
  for (size_t i = 0; i < count; i++) {
    uintptr_t data = (uintptr_t)cells[i].data;
    if (data >= old && data < old + old_len) cells[i].data = now + (data - old);
  }
}

static struct cs_slice unescape(enum cs_format format, struct cs_slice raw, struct cs_slice *cells,
                                size_t count, struct cs_str *scratch) {
  uintptr_t old = (uintptr_t)scratch->data;
  size_t old_len = scratch->len;
  struct cs_slice text = cs_cell_text(format, raw, scratch);
  if (old && old != (uintptr_t)scratch->data) follow(cells, count, old, old_len, scratch->data);
  return text;
}

void cs_table_raw_cells(const struct cs_table *table, const struct cs_segment *segment, size_t row,
                        size_t first, struct cs_slice *cell, size_t count) {
  const struct cs_scan scan = cs_segment_scan(segment);
  size_t found =
      cs_scan_cells(&scan, cs_table_record(table, row, false), table->text + table->len, first, cell, count);
  for (; found < count; found++) cell[found] = (struct cs_slice){"", 0};
}

static void delimited_cells(const struct cs_table *table, const struct cs_segment *segment, size_t row,
                            const size_t *columns, size_t count, struct cs_slice *cells,
                            struct cs_str *scratch) {
  struct cs_slice raw[RAW_CELLS];
  size_t end = 0, have = SIZE_MAX; /* have: the first cell that is in raw */
  for (size_t i = 0; i < count; i++) {
    size_t position = cs_segment_position(segment, columns[i]);
    if (position >= end) end = position + 1;
  }
  for (size_t i = 0; i < count; i++) {
    size_t position = cs_segment_position(segment, columns[i]), first = position - position % RAW_CELLS;
    if (first != have)
      cs_table_raw_cells(table, segment, row, first, raw, end - first < RAW_CELLS ? end - first : RAW_CELLS);
    have = first;
    cells[i] = (struct cs_slice){"", 0};
    cells[i] = unescape(segment->format, raw[position - first], cells, i, scratch);
  }
}

size_t cs_json_find(const struct cs_table *table, const struct cs_json_member *member,
                    struct cs_str *scratch) {
  struct cs_slice key = member->key;
  if (member->key_escaped) {
    cs_str_clear(scratch);
    key = cs_json_text(key, scratch);
  }
  size_t column = cs_table_find(table, key);
  return column < table->columns_read ? column : SIZE_MAX;
}

/* All columns of a row in one pass, cells[column] each; scratch has room for the record. */
static void all_delimited_cells(const struct cs_table *table, const struct cs_segment *segment, size_t row,
                                struct cs_slice *cells, struct cs_str *scratch) {
  struct cs_slice raw[RAW_CELLS];
  for (size_t first = 0; first < segment->cells; first += RAW_CELLS) {
    size_t count = segment->cells - first < RAW_CELLS ? segment->cells - first : RAW_CELLS;
    cs_table_raw_cells(table, segment, row, first, raw, count);
    for (size_t i = 0; i < count; i++)
      cells[segment->column ? segment->column[first + i] : first + i] =
          cs_cell_text(segment->format, raw[i], scratch);
  }
}

static void all_json_cells(const struct cs_table *table, size_t row, struct cs_slice *cells,
                           struct cs_str *scratch) {
  struct cs_json_cursor cursor = cs_table_object(table, row);
  struct cs_json_member member;
  struct cs_str key = CS_STR_INIT;
  for (size_t column = 0; column < table->columns_read; column++) cells[column] = (struct cs_slice){NULL, 0};
  while (cs_json_next(&cursor, &member) == CS_JSON_MEMBER) {
    size_t column = cs_json_column(table, &cursor, &member, &key);
    if (column != SIZE_MAX && member.kind != CS_JSON_NULL)
      cells[column] = cs_json_value_text(&member, scratch);
  }
  if (key.failed) scratch->failed = true;
  cs_str_release(&key);
}

/* Most rows have nothing to unescape, and their cells stand in the order of the columns. */
static bool simple_cells(const struct cs_table *table, const struct cs_segment *segment,
                         struct cs_slice record, struct cs_slice *cells) {
  const struct cs_scan scan = cs_segment_scan(segment);
  bool simple = false;
  if (!segment->column) cs_scan_simple_records(&scan, &record, 1, table->text + table->len, cells, &simple);
  return simple;
}

enum cs_status cs_table_all_cells(const struct cs_table *table, size_t row, bool edits,
                                  struct cs_slice *cells, struct cs_str *scratch, struct cs_error *err) {
  const struct cs_segment *segment = &table->segment[cs_table_segment(table, row)];
  bool json = cs_segment_is_json(segment);
  struct cs_slice record = cs_table_record(table, row, json);
  cs_str_clear(scratch);
  for (size_t i = json ? table->columns_read : segment->cells; i < table->columns_read; i++)
    cells[i] = (struct cs_slice){"", 0};
  if (!json && !table->edited && simple_cells(table, segment, record, cells)) return CS_OK;
  cs_str_reserve(scratch, record.len); /* so that it never moves below */
  if (json)
    all_json_cells(table, row, cells, scratch);
  else
    all_delimited_cells(table, segment, row, cells, scratch);
  if (edits && cs_bit_get(table->edited, row))
    for (size_t column = 0; column < table->columns_read; column++)
      cs_table_edited(table, row, column, &cells[column]);
  return cs_str_check(scratch, "the text of a row", err);
}

char cs_table_simple_rows(const struct cs_table *table, size_t first, size_t count, struct cs_slice *cells,
                          bool *simple) {
  struct cs_slice record[CS_SIMPLE_ROWS];
  size_t at = cs_table_segment(table, first);
  const struct cs_segment *segment = &table->segment[at];
  bool cut = !cs_segment_is_json(segment) && !segment->column && !table->edited &&
             segment->cells == table->columns_read && first + count <= cs_segment_end(table, at);
  for (size_t i = 0; i < count; i++) simple[i] = false;
  if (!cut) return segment->delimiter;
  const struct cs_scan scan = cs_segment_scan(segment);
  for (size_t i = 0; i < count; i++) record[i] = cs_table_record(table, first + i, false);
  cs_scan_simple_records(&scan, record, count, table->text + table->len, cells, simple);
  return segment->delimiter;
}

static void json_cells(const struct cs_table *table, size_t row, const size_t *columns, size_t count,
                       struct cs_slice *cells, struct cs_str *scratch) {
  struct cs_json_cursor cursor = cs_table_object(table, row);
  struct cs_json_member member;
  struct cs_str key = CS_STR_INIT;
  for (size_t i = 0; i < count; i++) cells[i] = (struct cs_slice){NULL, 0};
  while (cs_json_next(&cursor, &member) == CS_JSON_MEMBER) {
    size_t column = cs_json_column(table, &cursor, &member, &key);
    if (member.kind == CS_JSON_NULL) continue;
    for (size_t i = 0; i < count; i++)
      if (columns[i] == column) cells[i] = unescape(CS_FORMAT_JSON, member.value, cells, count, scratch);
  }
  if (key.failed) scratch->failed = true;
  cs_str_release(&key);
}

enum cs_status cs_table_cells(const struct cs_table *table, size_t row, const size_t *columns, size_t count,
                              struct cs_slice *cells, struct cs_str *scratch, struct cs_error *err) {
  const struct cs_segment *segment = &table->segment[cs_table_segment(table, row)];
  bool json = cs_segment_is_json(segment);
  if (json)
    json_cells(table, row, columns, count, cells, scratch);
  else
    delimited_cells(table, segment, row, columns, count, cells, scratch);
  if (cs_bit_get(table->edited, row))
    for (size_t i = 0; i < count; i++) cs_table_edited(table, row, columns[i], &cells[i]);
  return cs_str_check(scratch, "the text of a cell", err);
}

bool cs_table_is_missing(const struct cs_table *table, struct cs_slice cell) {
  if (!cell.data || cell.len == 0) return true;
  if ((unsigned char)cell.data[0] <= ' ' || (unsigned char)cell.data[cell.len - 1] <= ' ')
    cell = cs_slice_trim(cell);
  if (cell.len == 0) return true;
  unsigned char first = (unsigned char)cell.data[0];
  if (!(table->missing_first[first / 64] >> first % 64 & 1)) return false;
  for (size_t i = 0; i < table->missings; i++)
    if (cs_slice_equal(cell, table->missing[i])) return true;
  return false;
}

const uint64_t *cs_table_missing_first(const struct cs_table *table) {
  return table->missing_first;
}

void cs_table_set_decimal(struct cs_table *table, char decimal) {
  table->decimal = decimal;
}

bool cs_table_number(const struct cs_table *table, struct cs_slice cell, double *value) {
  return cell.data && cs_num_parse(cell.data, cell.len, table->decimal, value);
}

/* --- changes --- */

static enum cs_status set_bit(unsigned char **bits, size_t rows, size_t at, struct cs_error *err) {
  if (!*bits) CS_TRY(cs_alloc(bits, rows / 8 + 1, 1, "marks of rows", err));
  (*bits)[at >> 3] |= (unsigned char)(1u << (at & 7));
  return CS_OK;
}

enum cs_status cs_table_drop(struct cs_table *table, size_t row, struct cs_error *err) {
  if (cs_bit_get(table->dropped, row)) return CS_OK;
  CS_TRY(set_bit(&table->dropped, table->rows, row, err));
  table->dropped_count++;
  return CS_OK;
}

bool cs_table_dropped(const struct cs_table *table, size_t row) {
  return cs_bit_get(table->dropped, row);
}

bool cs_table_drops(const struct cs_table *table) {
  return table->dropped_count > 0;
}

bool cs_table_edited(const struct cs_table *table, size_t row, size_t column, struct cs_slice *text) {
  if (!cs_bit_get(table->edited, row)) return false;
  const size_t place[2] = {row, column};
  uint32_t index = cs_map_find(&table->edits, (struct cs_slice){(const char *)place, sizeof place});
  if (index == CS_MAP_NONE) return false;
  *text = table->edit[index];
  return true;
}

enum cs_status cs_table_edit(struct cs_table *table, size_t row, size_t column, struct cs_slice text,
                             struct cs_error *err) {
  const size_t place[2] = {row, column};
  const char *copy = cs_arena_copy(&table->arena, text.data, text.len);
  if (!copy) return cs_fail_memory(err, (double)text.len, "corrected cells");
  uint32_t index;
  CS_TRY(cs_grow(&table->edit, &table->edit_capacity, table->edits.count + 1, sizeof *table->edit,
                 "corrected cells", err));
  CS_TRY(cs_map_add(&table->edits, (struct cs_slice){(const char *)place, sizeof place}, &index, err));
  table->edit[index] = (struct cs_slice){copy, text.len};
  return set_bit(&table->edited, table->rows, row, err);
}

/* Adds the name; *column is where the appended column's record stands. */
static enum cs_status add_column(struct cs_table *table, const char *name, struct cs_appended column,
                                 struct cs_error *err) {
  if (cs_table_find(table, cs_slice_of(name)) != SIZE_MAX)
    return cs_fail(err, CS_USAGE,
                   "column '%s' exists already (--label or --prefix names the new one, or leave it out)",
                   name);
  size_t count = table->names.count - table->columns_read;
  CS_TRY(cs_grow(&table->appended, &table->appended_capacity, count + 1, sizeof *table->appended, "columns",
                 err));
  uint32_t index;
  CS_TRY(cs_map_add(&table->names, cs_slice_of(name), &index, err));
  table->appended[count] = column;
  return CS_OK;
}

enum cs_status cs_table_add_number(struct cs_table *table, const char *name, enum cs_kind kind, double *value,
                                   struct cs_error *err) {
  enum cs_status status = add_column(table, name, (struct cs_appended){.kind = kind, .value = value}, err);
  if (status != CS_OK) free(value);
  return status;
}

static enum cs_status copy_texts(struct cs_table *table, struct cs_appended *column,
                                 const struct cs_slice *texts, struct cs_error *err) {
  column->text = cs_arena_alloc(&table->arena, (column->texts + 1) * sizeof *column->text);
  if (!column->text) return cs_fail_memory(err, (double)column->texts * sizeof *column->text, "texts");
  for (size_t i = 0; i < column->texts; i++) {
    const char *copy = cs_arena_copy(&table->arena, texts[i].data, texts[i].len);
    if (!copy) return cs_fail_memory(err, (double)texts[i].len, "texts");
    column->text[i] = (struct cs_slice){copy, texts[i].len};
  }
  return CS_OK;
}

enum cs_status cs_table_add_text(struct cs_table *table, const char *name, uint32_t *code,
                                 const struct cs_slice *texts, size_t count, struct cs_error *err) {
  struct cs_appended column = {.kind = CS_KIND_TEXT, .code = code, .texts = count};
  enum cs_status status = copy_texts(table, &column, texts, err);
  if (status == CS_OK) status = add_column(table, name, column, err);
  if (status != CS_OK) free(code);
  return status;
}
