#include "gen/rows.h"

#include "base/num.h"
#include "data/encode.h"

#include <string.h>

enum { DIGITS_MAX = 24 };

void cs_rows_release(struct cs_rows *rows) {
  cs_str_release(&rows->text);
  *rows = (struct cs_rows)CS_ROWS_INIT;
}

void cs_rows_init(struct cs_rows *rows, enum cs_format format, const char *const *name, size_t columns) {
  *rows = (struct cs_rows)CS_ROWS_INIT;
  rows->format = format;
  rows->name = name;
  rows->columns = columns;
}

static bool is_json(const struct cs_rows *rows) {
  return rows->format == CS_FORMAT_JSON || rows->format == CS_FORMAT_JSONL;
}

/* What stands before a cell: the separator, or in JSON the key. Each JSON row begins with a comma, which the table's
 * first one loses when it is written. */
static void cell_begin(struct cs_rows *rows) {
  size_t column = rows->column++;
  if (is_json(rows)) {
    if (!column && rows->format == CS_FORMAT_JSON) cs_str_add(&rows->text, ",\n", 2);
    cs_str_add_byte(&rows->text, column ? ',' : '{');
    cs_encode_json(&rows->text, cs_slice_of(rows->name[column]));
    cs_str_add_byte(&rows->text, ':');
  } else if (column) {
    cs_str_add_byte(&rows->text, rows->format == CS_FORMAT_TSV ? '\t' : ',');
  }
}

static void encode(struct cs_rows *rows, struct cs_slice cell) {
  if (is_json(rows))
    cs_encode_json(&rows->text, cell);
  else if (rows->format == CS_FORMAT_TSV)
    cs_encode_tsv(&rows->text, cell);
  else
    cs_encode_csv(&rows->text, cell, ',');
}

enum nature { NATURE_TEXT, NATURE_NUMBER };

/* Begins the cell; true when its replacement was put there. */
static bool begin(struct cs_rows *rows, enum nature nature) {
  bool replaced = rows->column == rows->replaced;
  struct cs_slice cell = rows->replacement;
  cell_begin(rows);
  if (!replaced) return false;
  if (is_json(rows) && cell.len == 0)
    cs_str_add_text(&rows->text, "null");
  else if (nature == NATURE_NUMBER && cs_num_is_json(cell.data, cell.len))
    cs_str_add(&rows->text, cell.data, cell.len);
  else
    encode(rows, cell);
  return true;
}

void cs_rows_replace(struct cs_rows *rows, size_t column, struct cs_slice text) {
  rows->replaced = column;
  rows->replacement = text;
}

static void number(struct cs_rows *rows, const char *text, size_t len) {
  if (!begin(rows, NATURE_NUMBER)) cs_str_add(&rows->text, text, len);
}

void cs_rows_word(struct cs_rows *rows, struct cs_slice cell) {
  if (begin(rows, NATURE_TEXT)) return;
  if (is_json(rows))
    cs_encode_json(&rows->text, cell);
  else
    cs_str_add(&rows->text, cell.data, cell.len);
}

void cs_rows_text(struct cs_rows *rows, struct cs_slice cell) {
  if (!begin(rows, NATURE_TEXT)) encode(rows, cell);
}

/* Writes the digits of value before `end` and returns where they begin. */
static char *digits(char *end, uint64_t value) {
  do *--end = (char)('0' + value % 10);
  while (value /= 10);
  return end;
}

void cs_rows_integer(struct cs_rows *rows, int64_t value) {
  char text[DIGITS_MAX], *end = text + sizeof text;
  char *at = digits(end, value < 0 ? -(uint64_t)value : (uint64_t)value);
  if (value < 0) *--at = '-';
  number(rows, at, (size_t)(end - at));
}

void cs_rows_cents(struct cs_rows *rows, int64_t value) {
  char text[DIGITS_MAX], *end = text + sizeof text, *at = end;
  uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
  unsigned cents = (unsigned)(size % 100);
  if (cents) {
    if (cents % 10) *--at = (char)('0' + cents % 10);
    *--at = (char)('0' + cents / 10);
    *--at = '.';
  }
  at = digits(at, size / 100);
  if (value < 0) *--at = '-';
  number(rows, at, (size_t)(end - at));
}

void cs_rows_number(struct cs_rows *rows, double value, int digit_count) {
  char text[CS_NUM_TEXT];
  number(rows, text, cs_num_print(value, digit_count, text));
}

void cs_rows_end(struct cs_rows *rows) {
  if (is_json(rows)) cs_str_add_byte(&rows->text, '}');
  if (rows->format != CS_FORMAT_JSON) cs_str_add_byte(&rows->text, '\n');
  rows->column = 0;
  rows->replaced = SIZE_MAX;
  rows->rows++;
}

enum cs_status cs_rows_write_header(const struct cs_rows *rows, struct cs_output *output,
                                    struct cs_error *err) {
  struct cs_rows header = CS_ROWS_INIT;
  uint64_t written = 0;
  if (is_json(rows)) return CS_OK;
  cs_rows_init(&header, rows->format, rows->name, rows->columns);
  for (size_t i = 0; i < rows->columns; i++) cs_rows_word(&header, cs_slice_of(rows->name[i]));
  cs_rows_end(&header);
  enum cs_status status = cs_rows_write(&header, output, &written, err);
  cs_rows_release(&header);
  return status;
}

enum cs_status cs_rows_write(struct cs_rows *rows, struct cs_output *output, uint64_t *written,
                             struct cs_error *err) {
  CS_TRY(cs_str_check(&rows->text, "rows", err));
  bool opens = rows->format == CS_FORMAT_JSON && !*written && rows->rows;
  if (opens) rows->text.data[0] = '[';
  CS_TRY(cs_output_write(output, cs_str_text(&rows->text), rows->text.len, err));
  *written += rows->rows;
  rows->rows = 0;
  cs_str_clear(&rows->text);
  return CS_OK;
}

enum cs_status cs_rows_write_end(enum cs_format format, struct cs_output *output, uint64_t written,
                                 struct cs_error *err) {
  const char *end = written ? "\n]\n" : "[]\n";
  return format == CS_FORMAT_JSON ? cs_output_write(output, end, strlen(end), err) : CS_OK;
}
