/* Writing JSON rows: the tokens that were read as JSON, else cells typed by what their columns hold. */
#include "data/columns.h"
#include "data/encode.h"
#include "data/write_inside.h"

static void add_json_cell(struct cs_writer *writer, struct cs_slice text, bool bare) {
  if (bare && cs_num_is_json(text.data, text.len))
    cs_str_add(&writer->batch, text.data, text.len);
  else
    cs_encode_json(&writer->batch, text);
}

/* Blanks mean missing, but stay what they are among texts. */
static bool is_null(const struct cs_table *table, struct cs_slice text, bool bare) {
  if (!cs_table_is_missing(table, text)) return false;
  return bare || text.len == 0 || cs_slice_trim(text).len > 0;
}

/* A cell of a record that was no JSON, or of an edited row. */
static void add_json_text(struct cs_writer *writer, struct cs_slice text, bool bare) {
  const struct cs_table *table = writer->table;
  bool number = bare && cs_num_is_json(text.data, text.len);
  /* Only where a number may mean missing have numbers to be asked. */
  if ((!number || table->missing_number) && is_null(table, text, bare))
    cs_str_add(&writer->batch, "null", 4);
  else if (number)
    cs_str_add(&writer->batch, text.data, text.len);
  else
    cs_encode_json(&writer->batch, text);
}

static void add_json_key(struct cs_writer *writer, size_t column) {
  size_t begin = writer->key[column], end = writer->key[column + 1];
  cs_str_add(&writer->batch, writer->keys + begin, end - begin);
}

static bool is_as_written(const struct cs_writer *writer, const struct cs_segment *segment, size_t row) {
  const struct cs_table *table = writer->table;
  return segment->members && segment->members == table->columns_read &&
         !(writer->edits && cs_bit_get(table->edited, row));
}

/* A row that was read as JSON keeps its tokens: numbers and strings stay what they were. */
static void add_json_tokens(struct cs_writer *writer, size_t row) {
  const struct cs_table *table = writer->table;
  struct cs_json_cursor cursor = cs_table_object(table, row);
  struct cs_json_member member;
  struct cs_slice edited;
  for (size_t column = 0; column < table->columns_read; column++)
    writer->cells[column] = (struct cs_slice){"null", 4};
  while (cs_json_next(&cursor, &member) == CS_JSON_MEMBER) {
    size_t column = cs_json_column(table, &cursor, &member, &writer->scratch);
    if (column == SIZE_MAX) continue;
    const char *value = cs_json_value(&member);
    writer->cells[column] = (struct cs_slice){value, (size_t)(cursor.at - value)};
  }
  for (size_t column = 0; column < table->columns_read; column++) {
    add_json_key(writer, column);
    if (!writer->edits || !cs_table_edited(table, row, column, &edited))
      cs_str_add(&writer->batch, writer->cells[column].data, writer->cells[column].len);
    else
      add_json_text(writer, edited, writer->bare[column]);
  }
}

static enum cs_status add_json_texts(struct cs_writer *writer, size_t row, struct cs_error *err) {
  const struct cs_table *table = writer->table;
  CS_TRY(cs_writer_cells(writer, row, err));
  for (size_t column = 0; column < table->columns_read; column++) {
    add_json_key(writer, column);
    add_json_text(writer, writer->cells[column], writer->bare[column]);
  }
  return CS_OK;
}

static struct cs_slice number_text(const struct cs_appended *column, size_t row, char number[CS_NUM_TEXT]) {
  size_t len = cs_writer_number(column, row, number);
  return (struct cs_slice){len ? number : NULL, len};
}

enum cs_status cs_writer_json_row(struct cs_writer *writer, const struct cs_segment *segment, size_t row,
                                  struct cs_error *err) {
  const struct cs_table *table = writer->table;
  if (segment && is_as_written(writer, segment, row)) {
    struct cs_slice record = cs_table_record(table, row, true);
    cs_str_add(&writer->batch, record.data, record.len - 1);
  } else if (segment && cs_segment_is_json(segment))
    add_json_tokens(writer, row);
  else if (segment)
    CS_TRY(add_json_texts(writer, row, err));
  for (size_t i = 0; i < writer->appended; i++) {
    const struct cs_appended *column = &table->appended[i];
    char number[CS_NUM_TEXT];
    struct cs_slice text =
        column->kind == CS_KIND_TEXT ? cs_writer_text(column, row) : number_text(column, row, number);
    add_json_key(writer, table->columns_read + i);
    if (!text.data)
      cs_str_add_text(&writer->batch, "null");
    else
      add_json_cell(writer, text, writer->bare[table->columns_read + i]);
  }
  cs_str_add_byte(&writer->batch, '}');
  return CS_OK;
}

void cs_writer_keys(const struct cs_writer *writer, struct cs_str *keys, size_t *key) {
  size_t columns = writer->table->columns_read + writer->appended;
  key[0] = 0;
  for (size_t column = 0; column < columns; column++) {
    cs_str_add_byte(keys, column ? ',' : '{');
    cs_encode_json(keys, cs_table_name(writer->table, column));
    cs_str_add_byte(keys, ':');
    key[column + 1] = keys->len;
  }
}

void cs_writer_bare(const struct cs_writer *writer, bool *bare) {
  const struct cs_table *table = writer->table;
  size_t columns = table->columns_read + writer->appended;
  for (size_t column = 0; column < columns; column++)
    bare[column] = !cs_role_is_id(cs_table_name(table, column));
  for (size_t i = 0; i < writer->appended; i++)
    if (table->appended[i].kind == CS_KIND_TEXT) bare[table->columns_read + i] = false;
}

enum cs_status cs_writer_narrow(struct cs_writer *writer, const struct cs_segment *segment, size_t row,
                                bool *bare, struct cs_error *err) {
  const struct cs_table *table = writer->table;
  /* JSON rows say themselves what their values are, but for edited ones. */
  if (cs_segment_is_json(segment) && !(writer->edits && cs_bit_get(table->edited, row))) return CS_OK;
  CS_TRY(cs_writer_cells(writer, row, err));
  for (size_t column = 0; column < table->columns_read; column++) {
    struct cs_slice cell = writer->cells[column];
    if (bare[column] && !cs_num_is_json(cell.data, cell.len) && !cs_table_is_missing(table, cell))
      bare[column] = false;
  }
  return CS_OK;
}
