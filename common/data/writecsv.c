/* Writing CSV and TSV rows: as they came in where format and separator stay the same, else cell by cell. */
#include "data/encode.h"
#include "data/write_inside.h"

#include <math.h>

enum { CELL_ROOM = 1 + CS_NUM_TEXT }; /* that any number with its delimiter needs */

/* --- cells --- */

static void add_cell(struct cs_writer *writer, struct cs_slice text) {
  if (writer->format == CS_FORMAT_TSV)
    cs_encode_tsv(&writer->batch, text);
  else
    cs_encode_csv(&writer->batch, text, writer->delimiter);
}

static inline size_t print_number(const struct cs_appended *column, size_t row, char text[CS_NUM_TEXT]) {
  double value = column->value[row];
  /* Cluster numbers and counts are most of what is appended. */
  if (value > -1e15 && value < 1e15 && value == (double)(int64_t)value)
    return cs_num_print_integer((int64_t)value, text);
  if (!isfinite(value)) return 0;
  enum cs_kind kind = column->kind;
  int digits = kind == CS_KIND_INTEGER ? 17 : kind == CS_KIND_RATIO ? CS_NUM_RATIO : CS_NUM_QUANTITY;
  return cs_num_print(value, digits, text);
}

size_t cs_writer_number(const struct cs_appended *column, size_t row, char text[CS_NUM_TEXT]) {
  return print_number(column, row, text);
}

/* A computed number, with the decimal sign that the options said the table has. */
static void add_number(struct cs_writer *writer, const struct cs_appended *column, size_t row) {
  char text[CS_NUM_TEXT];
  size_t len = print_number(column, row, text);
  for (size_t i = 0; i < len; i++)
    if (text[i] == '.') text[i] = writer->table->written_decimal;
  add_cell(writer, len ? (struct cs_slice){text, len} : writer->missing);
}

/* --- delimited rows --- */

enum cs_status cs_writer_cells(struct cs_writer *writer, size_t row, struct cs_error *err) {
  return cs_table_all_cells(writer->table, row, writer->edits, writer->cells, &writer->scratch, err);
}

static bool is_verbatim_format(const struct cs_writer *writer, const struct cs_segment *segment) {
  return segment->format == writer->format && segment->delimiter == writer->delimiter;
}

static bool is_verbatim(const struct cs_writer *writer, const struct cs_segment *segment, size_t row) {
  return is_verbatim_format(writer, segment) && !segment->position && !segment->uneven &&
         !(writer->edits && cs_bit_get(writer->table->edited, row));
}

/* A CR that isn't of the line end belongs to the last cell, and would be lost before another line end. */
static bool ends_with_cr(struct cs_slice record) {
  return record.len && record.data[record.len - 1] == '\r';
}

static enum cs_status add_read_cells(struct cs_writer *writer, size_t row, struct cs_error *err) {
  CS_TRY(cs_writer_cells(writer, row, err));
  for (size_t column = 0; column < writer->table->columns_read; column++) {
    if (column) cs_str_add_byte(&writer->batch, writer->delimiter);
    if (writer->cells[column].data) add_cell(writer, writer->cells[column]);
  }
  return CS_OK;
}

static void add_appended_cell(struct cs_writer *writer, const struct cs_appended *column, size_t row) {
  if (column->kind != CS_KIND_TEXT) {
    add_number(writer, column, row);
    return;
  }
  struct cs_slice text = cs_writer_text(column, row);
  add_cell(writer, text.data ? text : writer->missing);
}

/* Numbers are printed where they are to stand, in room that is made for all of the row. */
static void add_appended_cells(struct cs_writer *writer, size_t row) {
  const struct cs_table *table = writer->table;
  struct cs_str *batch = &writer->batch;
  bool pointed = table->written_decimal == '.';
  char *to = cs_str_reserve(batch, writer->appended * CELL_ROOM);
  for (size_t i = 0; i < writer->appended && to; i++) {
    const struct cs_appended *column = &table->appended[i];
    *to = writer->delimiter;
    to += i || table->columns_read;
    size_t len = pointed && column->kind != CS_KIND_TEXT ? print_number(column, row, to) : 0;
    to += len;
    batch->len = (size_t)(to - batch->data);
    if (len) continue;
    add_appended_cell(writer, column, row);
    to = cs_str_reserve(batch, (writer->appended - i) * CELL_ROOM);
  }
}

enum cs_status cs_writer_delimited_row(struct cs_writer *writer, const struct cs_segment *segment, size_t row,
                                       struct cs_error *err) {
  size_t begin = writer->batch.len;
  struct cs_slice record = {NULL, 0};
  if (segment && is_verbatim(writer, segment, row)) record = cs_table_record(writer->table, row, false);
  if (record.data && !ends_with_cr(record)) {
    cs_str_add(&writer->batch, record.data, record.len);
  } else if (segment) {
    CS_TRY(add_read_cells(writer, row, err));
  }
  add_appended_cells(writer, row);
  /* A reader skips blank lines: an empty record of one column says that it is there. */
  if (writer->batch.len == begin && writer->format == CS_FORMAT_CSV) cs_str_add_text(&writer->batch, "\"\"");
  cs_str_add_byte(&writer->batch, '\n');
  return CS_OK;
}

void cs_writer_header(struct cs_writer *writer) {
  const struct cs_table *table = writer->table;
  size_t columns = table->columns_read + writer->appended, column = 0, begin = writer->batch.len;
  struct cs_slice header = {table->header.data, table->header.len};
  bool same = header.len && is_verbatim_format(writer, &table->segment[0]);
  /* A mark behind the one that was dropped is part of a name. */
  if (same && !cs_begins_with_mark(header) && !ends_with_cr(header)) {
    cs_str_add(&writer->batch, header.data, header.len);
    column = table->columns_read;
  }
  for (; column < columns; column++) {
    if (column) cs_str_add_byte(&writer->batch, writer->delimiter);
    add_cell(writer, cs_table_name(table, column));
  }
  if (writer->batch.len == begin && writer->format == CS_FORMAT_CSV) cs_str_add_text(&writer->batch, "\"\"");
  cs_str_add_byte(&writer->batch, '\n');
}
