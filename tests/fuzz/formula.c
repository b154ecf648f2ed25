/* Formulas: the first line is the header of a table, the second its only row, the third the formula. What is accepted has a
 * finite value or none, and parentheses around it change nothing. */
#include "prep/formula.h"
#include "fuzz.h"
#include "prep/roles.h"

#include <math.h>
#include <stdlib.h>

enum { COLUMNS_MOST = 16 };

static bool read_table(struct cs_table *table, struct cs_slice text) {
  static const char *const path[] = {FUZZ_PATH};
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  struct cs_error err = CS_ERROR_INIT;
  options.format = CS_FORMAT_CSV;
  options.delimiter = '|';
  options.ragged = CS_RAGGED_PAD;
  fuzz_feed(text, 0);
  enum cs_status status = cs_table_read(table, path, 1, &options, NULL, &err);
  fuzz_check_error(status, &err);
  return status == CS_OK && cs_table_rows(table) == 1 && cs_table_columns_read(table) <= COLUMNS_MOST;
}

static bool parse(struct cs_formula *formula, const struct cs_table *table, struct cs_slice text) {
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = cs_formula_parse(formula, table, text, "--map", &err);
  FUZZ_CHECK(status == CS_OK || status == CS_USAGE);
  FUZZ_CHECK((status == CS_OK) == (err.text[0] == '\0'));
  return status == CS_OK;
}

static enum cs_formula_result value_of(const struct cs_formula *formula, const struct cs_table *table,
                                       const struct cs_slice *cells, double *value) {
  struct cs_numbers numbers = CS_NUMBERS_INIT;
  cs_numbers_begin(&numbers, '.');
  enum cs_formula_result result = cs_formula_value(formula, table, cells, &numbers, value);
  FUZZ_CHECK((result == CS_FORMULA_VALUE) == (isfinite(*value) != 0));
  return result;
}

static void check_columns(const struct cs_formula *formula, const struct cs_table *table) {
  struct cs_columns columns = CS_COLUMNS_INIT;
  struct cs_error err = CS_ERROR_INIT;
  FUZZ_CHECK(cs_formula_columns(formula, &columns, &err) == CS_OK && columns.count > 0);
  for (size_t i = 0; i < columns.count; i++) FUZZ_CHECK(columns.column[i] < cs_table_columns_read(table));
  cs_columns_release(&columns);
}

/* The same formula in parentheses. */
static void check_wrapped(const struct cs_table *table, const struct cs_slice *cells, struct cs_slice text,
                          enum cs_formula_result result, double value) {
  struct cs_formula formula = CS_FORMULA_INIT;
  struct cs_str wrapped = CS_STR_INIT;
  double again;
  cs_str_add_byte(&wrapped, '(');
  cs_str_add(&wrapped, text.data, text.len);
  cs_str_add_byte(&wrapped, ')');
  FUZZ_CHECK(cs_formula_is((struct cs_slice){cs_str_text(&wrapped), wrapped.len}));
  if (parse(&formula, table, (struct cs_slice){cs_str_text(&wrapped), wrapped.len})) {
    FUZZ_CHECK(value_of(&formula, table, cells, &again) == result);
    FUZZ_CHECK(result != CS_FORMULA_VALUE || again == value);
  }
  cs_formula_release(&formula);
  cs_str_release(&wrapped);
}

static void check_formula(const struct cs_table *table, struct cs_slice text) {
  struct cs_formula formula = CS_FORMULA_INIT;
  struct cs_slice cells[COLUMNS_MOST];
  struct cs_str scratch = CS_STR_INIT;
  struct cs_error err = CS_ERROR_INIT;
  size_t column[COLUMNS_MOST], left, right;
  double value;
  for (size_t i = 0; i < COLUMNS_MOST; i++) column[i] = i;
  if (parse(&formula, table, text) &&
      cs_table_cells(table, 0, column, cs_table_columns_read(table), cells, &scratch, &err) == CS_OK) {
    check_columns(&formula, table);
    enum cs_formula_result result = value_of(&formula, table, cells, &value);
    if (cs_formula_is_product(&formula, &left, &right))
      FUZZ_CHECK(left < cs_table_columns_read(table) && right < cs_table_columns_read(table));
    check_wrapped(table, cells, text, result, value);
  }
  cs_formula_release(&formula);
  cs_str_release(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cs_slice text = {(const char *)data, size};
  const char *header = size ? memchr(text.data, '\n', size) : NULL;
  const char *row = header ? memchr(header + 1, '\n', size - (size_t)(header + 1 - text.data)) : NULL;
  if (!row) return 0;
  struct cs_table *table = cs_table_new();
  size_t len = (size_t)(row + 1 - text.data);
  if (table && read_table(table, (struct cs_slice){text.data, len}))
    check_formula(table, (struct cs_slice){row + 1, size - len});
  cs_table_free(table);
  return 0;
}
