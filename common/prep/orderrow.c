#include "prep/orderrow.h"

#include "base/map.h"
#include "prep/lines.h"
#include "prep/money.h"
#include "prep/plainrows.h"

#include <stdlib.h>

enum { FIGURES_MOST = 17 };

void cs_order_scratch_release(struct cs_order_scratch *scratch) {
  cs_dates_release(&scratch->dates);
  cs_str_release(&scratch->word);
  cs_str_release(&scratch->text);
  cs_str_release(&scratch->joined);
  cs_arena_release(&scratch->arena);
  free(scratch->cells);
  free(scratch->spare);
  *scratch = (struct cs_order_scratch)CS_ORDER_SCRATCH_INIT;
}

enum cs_status cs_order_scratch_begin(struct cs_order_scratch *scratch, const struct cs_table *table,
                                      struct cs_error *err) {
  size_t columns = cs_table_columns_read(table);
  cs_arena_release(&scratch->arena);
  if (scratch->cells && scratch->width == columns) return CS_OK;
  free(scratch->cells);
  free(scratch->spare);
  scratch->cells = scratch->spare = NULL;
  CS_TRY(cs_alloc(&scratch->spare, columns, sizeof *scratch->spare, "cells", err));
  CS_TRY(cs_alloc(&scratch->cells, CS_SIMPLE_ROWS * columns, sizeof *scratch->cells, "cells", err));
  scratch->width = columns;
  return CS_OK;
}

enum cs_status cs_order_number_columns(const struct cs_order_shape *shape, struct cs_columns *columns,
                                       struct cs_error *err) {
  static const enum cs_role numbers[] = {CS_ROLE_QUANTITY, CS_ROLE_PRICE, CS_ROLE_AMOUNT, CS_ROLE_DISCOUNT};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (shape->column[numbers[i]] < CS_COMPUTED)
      CS_TRY(cs_columns_add(columns, shape->column[numbers[i]], err));
  return cs_formula_columns(&shape->amount, columns, err);
}

bool cs_order_list_is_product(const size_t *column) {
  return column[CS_ROLE_AMOUNT] != CS_NO_COLUMN && column[CS_ROLE_QUANTITY] != CS_NO_COLUMN &&
         column[CS_ROLE_PRICE] != CS_NO_COLUMN;
}

struct cs_slice cs_customer_id(struct cs_slice cell) {
  cell = cs_slice_trim(cell);
  if (!cell.len || cell.data[cell.len - 1] != '0') return cell;
  size_t digits = 0;
  while (digits < cell.len && cell.data[digits] >= '0' && cell.data[digits] <= '9') digits++;
  if (digits == 0 || digits + 1 >= cell.len || cell.data[digits] != '.') return cell;
  for (size_t i = digits + 1; i < cell.len; i++)
    if (cell.data[i] != '0') return cell;
  cell.len = digits;
  return cell;
}

/* --- cells --- */

/* A row at hand. */
struct reading {
  const struct cs_order_shape *shape;
  struct cs_order_scratch *scratch;
  const struct cs_slice *cells; /* by column */
  struct cs_order_row *row;
};

static inline bool is_there(const struct reading *reading, enum cs_role role, struct cs_slice *cell) {
  size_t column = reading->shape->column[role];
  if (column == CS_NO_COLUMN) return false;
  *cell = reading->cells[column];
  return !cs_cell_is_missing(reading->shape->table, reading->shape->missing_first, *cell);
}

/* A number of a column that must be there if the table has it; `otherwise` if the table hasn't. */
static bool read_number(const struct reading *reading, enum cs_role role, double otherwise, double *value) {
  struct cs_slice cell;
  *value = otherwise;
  if (reading->shape->column[role] == CS_NO_COLUMN) return true;
  return is_there(reading, role, &cell) && cs_numbers_read(&reading->scratch->numbers, cell, false, value);
}

static bool read_amount(const struct reading *reading, double *value) {
  const struct cs_order_shape *shape = reading->shape;
  if (shape->column[CS_ROLE_AMOUNT] != CS_COMPUTED) return read_number(reading, CS_ROLE_AMOUNT, 0, value);
  if (cs_formula_value(&shape->amount, shape->table, reading->cells, &reading->scratch->numbers, value) ==
      CS_FORMULA_VALUE)
    return true;
  *value = 0;
  return false;
}

static void read_numbers(const struct reading *reading) {
  struct cs_order_row *row = reading->row;
  const size_t *column = reading->shape->column;
  bool own_amount = column[CS_ROLE_AMOUNT] != CS_NO_COLUMN,
       counted = column[CS_ROLE_QUANTITY] != CS_NO_COLUMN;
  row->has_numbers = read_number(reading, CS_ROLE_QUANTITY, 1, &row->quantity);
  if (own_amount) {
    row->has_numbers &= read_amount(reading, &row->amount);
    if (!read_number(reading, CS_ROLE_PRICE, 1, &row->price)) row->price = 1;
  } else {
    row->has_numbers &= read_number(reading, CS_ROLE_PRICE, 0, &row->price);
    row->amount = row->quantity * row->price;
    if (row->has_numbers && !isfinite(row->amount)) row->has_numbers = false;
  }
  if (!row->has_numbers) row->quantity = row->amount = 0;
  row->amount = cs_money_snap(row->amount, fabs(row->amount));
  row->negative = row->quantity < 0 || (row->amount < 0 && !(counted && !own_amount));
}

/* What the line would have cost without its discount, never less than what was paid; or the discount as it stands there,
 * since only all rows together tell whether discounts are shares. */
static void read_list(const struct reading *reading) {
  struct cs_order_row *row = reading->row;
  struct cs_slice cell;
  row->list = row->discount = NAN;
  row->per_cent = false;
  if (cs_order_list_is_product(reading->shape->column)) {
    double list = row->quantity * row->price;
    list = cs_money_snap(list, fabs(list));
    row->list = isfinite(list) && list > row->amount ? list : row->amount;
  } else if (is_there(reading, CS_ROLE_DISCOUNT, &cell)) {
    if (!cs_numbers_read(&reading->scratch->numbers, cell, true, &row->discount)) row->discount = INFINITY;
    row->per_cent = isfinite(row->discount) && cs_numbers_is_per_cent(cell);
    if (isfinite(row->discount) && row->discount > 0) row->list = row->discount;
  }
}

/* The currencies of rows that weren't selected don't matter. */
static void read_money(const struct reading *reading) {
  struct cs_numbers *numbers = &reading->scratch->numbers;
  uint64_t currency = numbers->currency;
  bool currencies = numbers->currencies;
  numbers->seen = 0;
  read_numbers(reading);
  read_list(reading);
  reading->row->signs = numbers->seen;
  if (reading->row->selected) return;
  numbers->currency = currency;
  numbers->currencies = currencies;
}

static void read_date(const struct reading *reading) {
  struct cs_order_row *row = reading->row;
  struct cs_slice cell;
  row->has_date = false;
  row->date_orders = 0;
  row->moment = 0;
  if (!is_there(reading, CS_ROLE_DATE, &cell)) return;
  row->has_date = cs_dates_read(&reading->scratch->dates, cell, &row->moment);
  if (!row->has_date && !reading->scratch->dates.format) row->date_orders = cs_date_orders(cell);
}

bool cs_read_figures(struct cs_slice text, uint64_t *value) {
  *value = 0;
  if (!text.len || text.len > FIGURES_MOST || (text.len > 1 && text.data[0] == '0')) return false;
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] < '0' || text.data[i] > '9') return false;
    *value = *value * 10 + (uint64_t)(text.data[i] - '0');
  }
  return true;
}

bool cs_is_figures(struct cs_slice text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] < '0' || text.data[i] > '9') return false;
  return text.len > 0;
}

void cs_order_row_set_order(struct cs_order_row *row, const struct cs_table *table, struct cs_slice cell) {
  cell = cs_slice_trim(cell);
  struct cs_slice rest = cell.len ? (struct cs_slice){cell.data + 1, cell.len - 1} : (struct cs_slice){"", 0};
  row->plain_id = cs_is_figures(cell);
  row->letter_id = cell.len > 1 && (cell.data[0] | 0x20) == 'c' && cs_is_figures(rest);
  if (!cell.len || cs_table_is_missing(table, cell)) return;
  row->order = cell;
  if (cs_read_figures(cell, &row->order_key)) return;
  if (row->letter_id && cell.data[0] == 'C' && cs_read_figures(rest, &row->order_key))
    row->order_key |= CS_ORDER_LETTER;
  else
    row->order_key = CS_ORDER_HASH | cs_text_hash(cell) >> (64 - CS_ORDER_HASH_BITS);
}

static void read_order(const struct reading *reading) {
  size_t column = reading->shape->column[CS_ROLE_ORDER];
  cs_order_row_no_order(reading->row);
  if (column != CS_NO_COLUMN)
    cs_order_row_set_order(reading->row, reading->shape->table, reading->cells[column]);
}

static void read_text(const struct reading *reading, enum cs_role role, struct cs_order_text *text) {
  struct cs_slice cell;
  text->text = (struct cs_slice){NULL, 0};
  text->memo = NULL;
  if (!is_there(reading, role, &cell)) return;
  text->text = cs_slice_trim(cell);
  text->hash = cs_map_hash(text->text);
}

/* Most rows have the state of the row before. */
static enum cs_order_state read_state(const struct reading *reading) {
  struct cs_order_scratch *scratch = reading->scratch;
  struct cs_slice cell;
  if (reading->shape->column[CS_ROLE_STATUS] == CS_NO_COLUMN) return CS_STATE_BOUGHT;
  if (!is_there(reading, CS_ROLE_STATUS, &cell)) return CS_STATE_UNKNOWN;
  if (!scratch->word.len || !cs_slice_equal(cell, (struct cs_slice){scratch->word.data, scratch->word.len})) {
    scratch->state = cs_order_state_of(cell);
    cs_str_clear(&scratch->word);
    cs_str_add(&scratch->word, cell.data, cell.len);
  }
  return scratch->state;
}

static bool is_selected(const struct reading *reading) {
  const struct cs_order_shape *shape = reading->shape;
  if (!shape->where.count && !shape->exclude.count) return true;
  return cs_conditions_all(&shape->where, reading->cells) &&
         !cs_conditions_any(&shape->exclude, reading->cells);
}

/* --- a row --- */

/* A text that stands in the scratch is moved to where the next row doesn't touch it. */
static enum cs_status settle(struct cs_order_scratch *scratch, struct cs_slice *text, struct cs_error *err) {
  if (!text->len || text->data < scratch->text.data || text->data >= scratch->text.data + scratch->text.len)
    return CS_OK;
  text->data = cs_arena_copy(&scratch->arena, text->data, text->len);
  return text->data ? CS_OK : cs_fail_memory(err, (double)text->len, "a text");
}

static enum cs_status settle_all(const struct reading *reading, struct cs_slice *kept, struct cs_error *err) {
  struct cs_order_row *row = reading->row;
  struct cs_slice *texts[] = {&row->customer, &row->order, &row->product.text, &row->category.text,
                              &row->channel.text};
  if (!reading->scratch->text.len) return CS_OK;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) CS_TRY(settle(reading->scratch, texts[i], err));
  for (size_t i = 0; i < reading->shape->kept_count; i++) CS_TRY(settle(reading->scratch, &kept[i], err));
  return CS_OK;
}

void cs_order_row_set_kept(struct cs_order_row *row, const struct cs_order_shape *shape,
                           const struct cs_slice *cells, struct cs_slice *kept) {
  row->kept = kept;
  for (size_t i = 0; i < shape->kept_count; i++) {
    kept[i] = cells[shape->kept[i]];
    if (cs_table_is_missing(shape->table, kept[i])) kept[i] = (struct cs_slice){NULL, 0};
  }
}

static void read_customer(const struct reading *reading) {
  struct cs_order_row *row = reading->row;
  struct cs_slice cell;
  row->has_customer = is_there(reading, CS_ROLE_CUSTOMER, &cell);
  row->customer = row->has_customer ? cs_customer_id(cell) : (struct cs_slice){NULL, 0};
  row->customer_hash = row->has_customer ? cs_map_hash(row->customer) : 0;
  row->likely = CS_MAP_NONE;
}

static enum cs_status read_row(const struct reading *reading, size_t number, struct cs_slice *kept,
                               struct cs_error *err) {
  struct cs_order_row *row = reading->row;
  const struct cs_order_shape *shape = reading->shape;
  struct cs_order_scratch *scratch = reading->scratch;
  CS_TRY(cs_table_all_cells(shape->table, number, true, scratch->spare, &scratch->text, err));
  row->plain = false;
  row->packed = 0;
  row->selected = is_selected(reading);
  row->state = read_state(reading);
  read_customer(reading);
  read_order(reading);
  read_date(reading);
  read_money(reading);
  read_text(reading, CS_ROLE_PRODUCT, &row->product);
  read_text(reading, CS_ROLE_CATEGORY, &row->category);
  read_text(reading, CS_ROLE_CHANNEL, &row->channel);
  cs_order_row_set_kept(row, shape, reading->cells, kept);
  row->hash = cs_row_hash(reading->cells, scratch->width, &scratch->joined);
  row->email = shape->email == CS_NO_COLUMN ? 0 : cs_email_hash(shape->table, reading->cells[shape->email]);
  return settle_all(reading, kept, err);
}

/* --- rows --- */

enum cs_status cs_order_rows_read(const struct cs_order_shape *shape, struct cs_order_scratch *scratch,
                                  size_t first, size_t count, struct cs_slice *kept,
                                  struct cs_order_row *rows, struct cs_error *err) {
  bool plain[CS_SIMPLE_ROWS] = {false}, possible = cs_plain_rows_possible(shape);
  for (size_t begin = 0, end; begin < count; begin = end) {
    end = begin + CS_SIMPLE_ROWS < count ? begin + CS_SIMPLE_ROWS : count;
    if (possible)
      cs_plain_rows_read(shape, scratch, first + begin, end - begin, kept + begin * shape->kept_count,
                         &rows[begin], plain);
    for (size_t i = begin; i < end; i++) {
      rows[i].number = first + i;
      rows[i].owner = CS_MAP_NONE;
      if (plain[i - begin]) continue;
      struct reading reading = {shape, scratch, scratch->spare, &rows[i]};
      CS_TRY(read_row(&reading, first + i, kept + i * shape->kept_count, err));
    }
  }
  return cs_str_check(&scratch->joined, "the text of a row", err);
}
