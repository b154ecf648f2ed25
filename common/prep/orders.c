#include "prep/orders.h"

#include "base/memory.h"
#include "prep/duplicates.h"
#include "prep/select.h"
#include "prep/status.h"

#include <stdlib.h>
#include <string.h>

/* The row rules, in their order (docs/cleaning.md). */
enum rule {
  RULE_NOT_SELECTED,
  RULE_NO_CUSTOMER,
  RULE_UNKNOWN_CUSTOMER,
  RULE_BAD_DATE,
  RULE_BAD_NUMBER,
  RULE_AFTER_AS_OF,
  RULE_NOT_COMPLETED,
  RULE_CANCELLED,
  RULE_QUANTITY,
  RULE_PRICE,
  RULE_DUPLICATE,
  RULES /* the row is a line of a purchase */
};

static const struct {
  const char *name;
  bool bad;
} rules[RULES] = {
    [RULE_NOT_SELECTED] = {"not_selected", false},
    [RULE_NO_CUSTOMER] = {"no_customer", true},
    [RULE_UNKNOWN_CUSTOMER] = {"unknown_customer", true},
    [RULE_BAD_DATE] = {"bad_date", true},
    [RULE_BAD_NUMBER] = {"bad_number", true},
    [RULE_AFTER_AS_OF] = {"after_as_of", false},
    [RULE_NOT_COMPLETED] = {"not_completed", false},
    [RULE_CANCELLED] = {"cancelled", false},
    [RULE_QUANTITY] = {"quantity_not_positive", true},
    [RULE_PRICE] = {"price_not_positive", true},
    [RULE_DUPLICATE] = {"duplicate", true},
};

/* How the column of discounts is written. */
enum discount { DISCOUNT_NONE, DISCOUNT_SHARE, DISCOUNT_PERCENT, DISCOUNT_MONEY };

/* The state of one reading. */
struct reading {
  const struct cs_table *table;
  const struct cs_orders_options *options;
  const size_t *column; /* by role */
  struct cs_orders *orders;
  struct cs_audit *audit;
  const struct cs_map *known;
  struct cs_dates dates;
  struct cs_conditions where, exclude;
  struct cs_duplicates seen;
  size_t *columns; /* 0, 1, ... */
  struct cs_slice *cells;
  struct cs_str scratch;
  bool cancel_letter; /* ids are figures, so that C536379 is a cancellation */
  enum discount discount;
  uint8_t *reached; /* by customer: the rules that its best row has passed */
  size_t reached_capacity;
  uint8_t *order_state; /* by order id: what its lines before said */
  size_t order_state_capacity, orders_known;
  struct cs_money rejected[RULES], kept, guests;
};

/* One row, read. */
struct row {
  size_t number;
  struct cs_slice customer;
  bool has_customer, has_date, has_numbers, cancelled;
  int64_t moment;
  double quantity, price, amount; /* signed */
  enum cs_order_state state;
  struct cs_slice order;
};

void cs_orders_release(struct cs_orders *orders) {
  free(orders->purchase.line);
  free(orders->refund.line);
  free(orders->category);
  free(orders->list);
  free(orders->bad.row);
  for (size_t i = 0; i < orders->kept_count; i++) {
    cs_map_release(&orders->kept[i].texts);
    free(orders->kept[i].code);
    free(orders->kept[i].name);
  }
  free(orders->kept);
  cs_map_release(&orders->customers);
  cs_map_release(&orders->order_ids);
  cs_map_release(&orders->products);
  cs_map_release(&orders->categories);
  *orders = (struct cs_orders)CS_ORDERS_INIT;
}

struct cs_slice cs_customer_id(struct cs_slice cell) {
  cell = cs_slice_trim(cell);
  size_t digits = 0;
  while (digits < cell.len && cell.data[digits] >= '0' && cell.data[digits] <= '9') digits++;
  if (digits == 0 || digits + 1 >= cell.len || cell.data[digits] != '.') return cell;
  for (size_t i = digits + 1; i < cell.len; i++)
    if (cell.data[i] != '0') return cell;
  cell.len = digits;
  return cell;
}

/* --- what the columns hold --- */

static bool is_digits(struct cs_slice text) {
  for (size_t i = 0; i < text.len; i++)
    if (text.data[i] < '0' || text.data[i] > '9') return false;
  return text.len > 0;
}

static bool has_cancel_letter(struct cs_slice id) {
  return id.len > 1 && (id.data[0] == 'C' || id.data[0] == 'c') &&
         is_digits((struct cs_slice){id.data + 1, id.len - 1});
}

/* Where most order ids are figures alone, a C before the figures marks a cancellation; where ids are C0001, C0002 ... it
 * says nothing. */
static enum cs_status recognise_cancel_letter(struct reading *reading, struct cs_error *err) {
  size_t column = reading->column[CS_ROLE_ORDER], rows = cs_table_rows(reading->table), plain = 0, letter = 0;
  if (column == CS_NO_COLUMN) return CS_OK;
  for (size_t row = 0; row < rows; row++) {
    struct cs_slice cell;
    cs_str_clear(&reading->scratch);
    CS_TRY(cs_table_cells(reading->table, row, &column, 1, &cell, &reading->scratch, err));
    cell = cs_slice_trim(cell);
    if (!cell.data) continue;
    plain += is_digits(cell);
    letter += has_cancel_letter(cell);
  }
  reading->cancel_letter = plain > letter;
  return CS_OK;
}

static bool name_holds(struct cs_slice name, const char *part) {
  size_t len = strlen(part);
  for (size_t i = 0; i + len <= name.len; i++) {
    size_t same = 0;
    while (same < len && (name.data[i + same] | 0x20) == part[same]) same++;
    if (same == len) return true;
  }
  return false;
}

/* A discount column whose name says per cent, or whose values are all within 0..1, holds shares; else money. */
static enum cs_status recognise_discount(struct reading *reading, struct cs_error *err) {
  const size_t *column = reading->column;
  if (column[CS_ROLE_DISCOUNT] == CS_NO_COLUMN || !reading->orders->has_amount) return CS_OK;
  struct cs_decoded decoded = {.column = column[CS_ROLE_DISCOUNT]};
  CS_TRY(cs_table_decode(reading->table, &decoded, 1, 1, err));
  if (!decoded.value) return CS_OK;
  double largest = 0;
  size_t rows = cs_table_rows(reading->table);
  for (size_t row = 0; row < rows; row++)
    if (decoded.value[row] > largest) largest = decoded.value[row];
  free(decoded.value);
  struct cs_slice name = cs_table_name(reading->table, column[CS_ROLE_DISCOUNT]);
  bool per_cent = name_holds(name, "percent") || name_holds(name, "pct") || name_holds(name, "%");
  if (largest <= 1)
    reading->discount = DISCOUNT_SHARE;
  else
    reading->discount = per_cent && largest <= 100 ? DISCOUNT_PERCENT : DISCOUNT_MONEY;
  return CS_OK;
}

static bool list_is_known(const struct reading *reading) {
  const size_t *column = reading->column;
  bool product = column[CS_ROLE_AMOUNT] != CS_NO_COLUMN && column[CS_ROLE_QUANTITY] != CS_NO_COLUMN &&
                 column[CS_ROLE_PRICE] != CS_NO_COLUMN;
  return product || reading->discount != DISCOUNT_NONE;
}

static enum cs_status parse_kept(struct cs_orders *orders, const struct cs_table *table, const char *text,
                                 struct cs_error *err) {
  static const char *const how[] = {"mode", "first", "last"};
  struct cs_slice rest = cs_slice_of(text ? text : ""), item;
  size_t capacity = 0;
  while (text && cs_list_next(&rest, ',', &item)) {
    if (!item.len) continue;
    struct cs_kept kept = {.carry = CS_CARRY_MODE, .texts = CS_MAP_INIT};
    struct cs_slice name = item;
    size_t equals = item.len;
    while (equals && item.data[equals - 1] != '=') equals--;
    if (equals && cs_table_find(table, item) == SIZE_MAX) {
      struct cs_slice word = cs_slice_trim((struct cs_slice){item.data + equals, item.len - equals});
      int carry = 0;
      while (carry < 3 && !cs_slice_is(word, how[carry])) carry++;
      if (carry == 3)
        return cs_fail(err, CS_USAGE, "--keep: must be COLUMN=mode, COLUMN=first or COLUMN=last");
      kept.carry = (enum cs_carry)carry;
      name = cs_slice_trim((struct cs_slice){item.data, equals - 1});
    }
    CS_TRY(cs_column_named(table, name, "--keep", &kept.column, err));
    CS_TRY(
        cs_grow(&orders->kept, &capacity, orders->kept_count + 1, sizeof *orders->kept, "columns kept", err));
    name = cs_table_name(table, kept.column);
    CS_TRY(cs_alloc(&kept.name, name.len + 1, 1, "a name", err));
    memcpy(kept.name, name.data, name.len);
    orders->kept[orders->kept_count++] = kept;
  }
  return CS_OK;
}

/* --- reading a row --- */

static bool is_there(const struct reading *reading, enum cs_role role, struct cs_slice *cell) {
  size_t column = reading->column[role];
  if (column == CS_NO_COLUMN) return false;
  *cell = reading->cells[column];
  return !cs_table_is_missing(reading->table, *cell);
}

/* A number of a column that must be there if the table has it; `otherwise` if the table hasn't. */
static bool read_number(const struct reading *reading, enum cs_role role, double otherwise, double *value) {
  struct cs_slice cell;
  *value = otherwise;
  if (reading->column[role] == CS_NO_COLUMN) return true;
  return is_there(reading, role, &cell) && cs_table_number(reading->table, cell, value);
}

static void read_numbers(struct reading *reading, struct row *row) {
  bool own_amount = reading->column[CS_ROLE_AMOUNT] != CS_NO_COLUMN;
  row->has_numbers = read_number(reading, CS_ROLE_QUANTITY, 1, &row->quantity);
  if (own_amount) {
    row->has_numbers &= read_number(reading, CS_ROLE_AMOUNT, 0, &row->amount);
    if (!read_number(reading, CS_ROLE_PRICE, 1, &row->price)) row->price = 1;
  } else {
    row->has_numbers &= read_number(reading, CS_ROLE_PRICE, 0, &row->price);
    row->amount = row->quantity * row->price;
    if (row->has_numbers && !isfinite(row->amount)) row->has_numbers = false;
  }
  if (!row->has_numbers) row->quantity = row->amount = 0;
  row->amount = cs_money_snap(row->amount, fabs(row->amount));
}

/* A blank state is that of the order's lines before: shop systems write it in the first line only. */
static enum cs_status read_state(struct reading *reading, struct row *row, struct cs_error *err) {
  struct cs_slice cell;
  if (reading->column[CS_ROLE_STATUS] == CS_NO_COLUMN) return CS_OK;
  row->state = is_there(reading, CS_ROLE_STATUS, &cell) ? cs_order_state_of(cell) : CS_STATE_UNKNOWN;
  if (!row->order.len) return CS_OK;
  uint32_t order;
  CS_TRY(cs_map_add(&reading->orders->order_ids, row->order, &order, err));
  if (order >= reading->orders_known) {
    CS_TRY(
        cs_grow(&reading->order_state, &reading->order_state_capacity, (size_t)order + 1, 1, "orders", err));
    reading->order_state[order] = CS_STATE_UNKNOWN;
    reading->orders_known = (size_t)order + 1;
  }
  if (row->state == CS_STATE_UNKNOWN)
    row->state = (enum cs_order_state)reading->order_state[order];
  else if (row->state != CS_STATE_RETURNING)
    reading->order_state[order] = (uint8_t)row->state;
  return CS_OK;
}

static enum cs_status read_row(struct reading *reading, size_t number, struct row *row,
                               struct cs_error *err) {
  struct cs_slice cell;
  cs_str_clear(&reading->scratch);
  CS_TRY(cs_table_cells(reading->table, number, reading->columns, cs_table_columns_read(reading->table),
                        reading->cells, &reading->scratch, err));
  *row = (struct row){.number = number, .state = CS_STATE_BOUGHT, .order = {"", 0}};
  if (is_there(reading, CS_ROLE_CUSTOMER, &cell)) {
    row->customer = cs_customer_id(cell);
    row->has_customer = true;
  }
  if (is_there(reading, CS_ROLE_ORDER, &cell)) row->order = cs_slice_trim(cell);
  row->has_date =
      is_there(reading, CS_ROLE_DATE, &cell) && cs_dates_read(&reading->dates, cell, &row->moment);
  read_numbers(reading, row);
  CS_TRY(read_state(reading, row, err));
  bool counted = reading->column[CS_ROLE_QUANTITY] != CS_NO_COLUMN;
  row->cancelled = (reading->cancel_letter && has_cancel_letter(row->order)) || row->quantity < 0 ||
                   (row->amount < 0 && !(counted && reading->column[CS_ROLE_AMOUNT] == CS_NO_COLUMN)) ||
                   row->state == CS_STATE_RETURNING;
  return CS_OK;
}

/* --- the rules --- */

/* The first rule that the row fails, without regard to the customer and to duplicates. */
static enum rule rule_of_values(const struct reading *reading, const struct row *row) {
  if (!row->has_date) return RULE_BAD_DATE;
  if (!row->has_numbers) return RULE_BAD_NUMBER;
  if (reading->options->has_as_of && cs_day_of(row->moment) > reading->options->as_of)
    return RULE_AFTER_AS_OF;
  if (row->state == CS_STATE_VOID) return RULE_NOT_COMPLETED;
  if (row->cancelled) return RULE_CANCELLED;
  if (row->quantity <= 0) return RULE_QUANTITY;
  if (reading->column[CS_ROLE_PRICE] != CS_NO_COLUMN && row->price <= 0) return RULE_PRICE;
  return RULE_DUPLICATE;
}

static bool is_selected(const struct reading *reading) {
  return cs_conditions_all(&reading->where, reading->cells) &&
         !cs_conditions_any(&reading->exclude, reading->cells);
}

/* --- keeping lines --- */

enum cs_status cs_bad_rows_add(struct cs_bad_rows *bad, size_t row, struct cs_error *err) {
  CS_TRY(cs_grow(&bad->row, &bad->capacity, bad->count + 1, sizeof *bad->row, "bad rows", err));
  bad->row[bad->count++] = row;
  return CS_OK;
}

/* Days and rows are numbers of another range than the ids' indices, so that both may stand in one table. */
static enum cs_status order_of(struct reading *reading, const struct row *row, uint32_t *order,
                               struct cs_error *err) {
  if (row->order.len) return cs_map_add(&reading->orders->order_ids, row->order, order, err);
  if (reading->options->unit == CS_ORDER_ROW)
    *order = 0x80000000u | (uint32_t)row->number;
  else
    *order = 0x80000000u | (uint32_t)(cs_day_of(row->moment) + 0x40000000);
  return CS_OK;
}

/* Without a product column a cancellation can only be told by the same quantity and amount: these are the product. */
static enum cs_status product_of(struct reading *reading, const struct cs_line *line, uint32_t *product,
                                 struct cs_error *err) {
  struct cs_slice cell = {"", 0};
  char both[2 * sizeof(double)];
  if (reading->column[CS_ROLE_PRODUCT] != CS_NO_COLUMN) {
    if (is_there(reading, CS_ROLE_PRODUCT, &cell)) cell = cs_slice_trim(cell);
    if (!cell.data) cell = (struct cs_slice){"", 0};
  } else {
    memcpy(both, &line->amount, sizeof(double));
    memcpy(both + sizeof(double), &line->quantity, sizeof(double));
    cell = (struct cs_slice){both, sizeof both};
  }
  return cs_map_add(&reading->orders->products, cell, product, err);
}

static enum cs_status make_line(struct reading *reading, const struct row *row, uint32_t customer,
                                struct cs_line *line, struct cs_error *err) {
  *line = (struct cs_line){.moment = row->moment,
                           .amount = fabs(row->amount),
                           .quantity = fabs(row->quantity),
                           .customer = customer};
  CS_TRY(order_of(reading, row, &line->order, err));
  return product_of(reading, line, &line->product, err);
}

static enum cs_status add_line(struct cs_lines *lines, const struct cs_line *line, struct cs_error *err) {
  CS_TRY(cs_grow(&lines->line, &lines->capacity, lines->count + 1, sizeof *lines->line, "order lines", err));
  lines->line[lines->count++] = *line;
  return CS_OK;
}

/* What a line would have cost without its discount; never less than what was paid. */
static double list_value(const struct reading *reading, const struct row *row) {
  const size_t *column = reading->column;
  double list = row->amount, discount = 0;
  struct cs_slice cell;
  if (column[CS_ROLE_AMOUNT] != CS_NO_COLUMN && column[CS_ROLE_QUANTITY] != CS_NO_COLUMN &&
      column[CS_ROLE_PRICE] != CS_NO_COLUMN) {
    list = row->quantity * row->price;
  } else if (is_there(reading, CS_ROLE_DISCOUNT, &cell) && cs_table_number(reading->table, cell, &discount) &&
             discount > 0) {
    double share = reading->discount == DISCOUNT_PERCENT ? discount / 100 : discount;
    if (reading->discount == DISCOUNT_MONEY)
      list = row->amount + discount;
    else if (share < 1)
      list = row->amount / (1 - share);
  }
  list = cs_money_snap(list, fabs(list));
  return isfinite(list) && list > row->amount ? list : row->amount;
}

static enum cs_status keep_cell(struct reading *reading, struct cs_kept *kept, size_t at,
                                struct cs_error *err) {
  struct cs_slice cell = reading->cells[kept->column];
  CS_TRY(cs_grow(&kept->code, &kept->capacity, at + 1, sizeof *kept->code, "cells kept", err));
  kept->code[at] = CS_TEXT_MISSING;
  return cs_table_is_missing(reading->table, cell) ? CS_OK
                                                   : cs_map_add(&kept->texts, cell, &kept->code[at], err);
}

static enum cs_status add_purchase(struct reading *reading, const struct row *row, struct cs_line *line,
                                   struct cs_error *err) {
  struct cs_orders *orders = reading->orders;
  size_t at = orders->purchase.count;
  struct cs_slice cell;
  line->at = (uint32_t)at;
  CS_TRY(add_line(&orders->purchase, line, err));
  if (reading->column[CS_ROLE_CATEGORY] != CS_NO_COLUMN) {
    CS_TRY(cs_grow(&orders->category, &orders->category_capacity, at + 1, sizeof *orders->category,
                   "categories", err));
    orders->category[at] = CS_TEXT_MISSING;
    if (is_there(reading, CS_ROLE_CATEGORY, &cell))
      CS_TRY(cs_map_add(&orders->categories, cs_slice_trim(cell), &orders->category[at], err));
  }
  if (list_is_known(reading)) {
    CS_TRY(cs_grow(&orders->list, &orders->list_capacity, at + 1, sizeof *orders->list, "list values", err));
    orders->list[at] = list_value(reading, row);
  }
  for (size_t i = 0; i < orders->kept_count; i++) CS_TRY(keep_cell(reading, &orders->kept[i], at, err));
  return CS_OK;
}

/* A purchase or a cancellation that passed the rules before duplicates. */
static enum cs_status add_row(struct reading *reading, const struct row *row, uint32_t customer,
                              enum rule *rule, struct cs_error *err) {
  struct cs_audit *audit = reading->audit;
  const struct cs_orders_options *options = reading->options;
  bool seen;
  CS_TRY(cs_duplicates_see(&reading->seen, reading->table, row->number, reading->cells, &seen, err));
  audit->duplicates.found += seen;
  bool removes = options->dedupe == CS_DEDUPE_YES ||
                 (options->dedupe == CS_DEDUPE_AUTO && reading->orders->has_order_id);
  if (seen && removes) {
    audit->duplicates.removed++;
    audit->cancellations.duplicates += *rule == RULE_CANCELLED;
    return CS_OK;
  }
  struct cs_line line;
  CS_TRY(make_line(reading, row, customer, &line, err));
  if (*rule == RULE_CANCELLED) return add_line(&reading->orders->refund, &line, err);
  *rule = RULES;
  CS_TRY(add_purchase(reading, row, &line, err));
  if (row->state != CS_STATE_REFUNDED) return CS_OK;
  return add_line(&reading->orders->refund, &line, err);
}

/* The customer's index; CS_MAP_NONE when it isn't among those known. */
static enum cs_status customer_of(struct reading *reading, const struct row *row, uint32_t *customer,
                                  struct cs_error *err) {
  *customer = CS_MAP_NONE;
  if (!row->has_customer) return CS_OK;
  if (reading->known) {
    *customer = cs_map_find(reading->known, row->customer);
    return CS_OK;
  }
  size_t before = reading->orders->customers.count;
  CS_TRY(cs_map_add(&reading->orders->customers, row->customer, customer, err));
  if (reading->orders->customers.count == before) return CS_OK;
  CS_TRY(cs_grow(&reading->reached, &reading->reached_capacity, before + 1, 1, "customers", err));
  reading->reached[before] = 0;
  return CS_OK;
}

static enum cs_status do_row(struct reading *reading, size_t number, struct cs_error *err) {
  struct row row;
  uint32_t customer;
  CS_TRY(read_row(reading, number, &row, err));
  CS_TRY(customer_of(reading, &row, &customer, err));
  enum rule rule = rule_of_values(reading, &row);
  if (!is_selected(reading)) {
    rule = RULE_NOT_SELECTED;
  } else if (!row.has_customer) {
    if (rule == RULE_DUPLICATE) {
      reading->audit->guests.rows++;
      cs_money_add(&reading->guests, row.amount);
    }
    rule = RULE_NO_CUSTOMER;
  } else if (customer == CS_MAP_NONE) {
    rule = RULE_UNKNOWN_CUSTOMER;
  } else if (rule == RULE_DUPLICATE || rule == RULE_CANCELLED) {
    CS_TRY(add_row(reading, &row, customer, &rule, err));
  }
  if (customer != CS_MAP_NONE && reading->reached[customer] < rule)
    reading->reached[customer] = (uint8_t)rule;
  if (rule == RULES) {
    cs_money_add(&reading->kept, row.amount);
    return CS_OK;
  }
  reading->audit->stage[rule].rejected++;
  cs_money_add(&reading->rejected[rule], row.amount);
  return rules[rule].bad ? cs_bad_rows_add(&reading->orders->bad, number, err) : CS_OK;
}

/* --- begin and end --- */

static enum cs_status begin(struct reading *reading, struct cs_error *err) {
  const struct cs_table *table = reading->table;
  struct cs_orders *orders = reading->orders;
  size_t columns = cs_table_columns_read(table);
  if (cs_table_rows(table) > INT32_MAX) return cs_fail(err, CS_DATA, "more than 2147483647 rows");
  CS_TRY(cs_alloc(&reading->columns, columns, sizeof *reading->columns, "columns", err));
  CS_TRY(cs_alloc(&reading->cells, columns, sizeof *reading->cells, "cells", err));
  for (size_t i = 0; i < columns; i++) reading->columns[i] = i;
  orders->has_amount = cs_mapping_has_amount(&orders->mapping);
  orders->has_order_id = reading->column[CS_ROLE_ORDER] != CS_NO_COLUMN;
  CS_TRY(cs_conditions_parse(&reading->where, table, reading->options->where, "--where", err));
  CS_TRY(cs_conditions_parse(&reading->exclude, table, reading->options->exclude, "--exclude-rows", err));
  CS_TRY(parse_kept(orders, table, reading->options->keep, err));
  CS_TRY(cs_dates_recognise(&reading->dates, table, &reading->column[CS_ROLE_DATE], 1,
                            reading->options->date_format, err));
  CS_TRY(recognise_cancel_letter(reading, err));
  CS_TRY(recognise_discount(reading, err));
  for (uint32_t i = 0, index; reading->known && i < reading->known->count; i++)
    CS_TRY(cs_map_add(&orders->customers, cs_map_key(reading->known, i), &index, err));
  if (reading->known) {
    CS_TRY(cs_grow(&reading->reached, &reading->reached_capacity, reading->known->count + 1, 1, "customers",
                   err));
    memset(reading->reached, 0, reading->known->count + 1);
  }
  return CS_OK;
}

/* Sums of what was rejected become sums of what was left. */
static void end_stages(struct reading *reading) {
  struct cs_audit *audit = reading->audit;
  struct cs_money left = reading->kept;
  for (int rule = RULES - 1; rule >= 0; rule--) {
    audit->stage[rule].revenue = left;
    cs_money_add_total(&left, &reading->rejected[rule]);
    for (size_t i = 0; i < reading->orders->customers.count; i++)
      audit->stage[rule].customers += reading->reached[i] > rule;
  }
  audit->guests.revenue = cs_money_value(&reading->guests);
  audit->cancellations.rows = audit->stage[RULE_CANCELLED].rejected;
}

struct ranked {
  struct cs_slice text;
  uint32_t index;
};

static int compare_ranked(const void *a, const void *b) {
  struct cs_slice left = ((const struct ranked *)a)->text, right = ((const struct ranked *)b)->text;
  int order = memcmp(left.data, right.data, left.len < right.len ? left.len : right.len);
  if (order) return order;
  return (left.len > right.len) - (left.len < right.len);
}

/* Order ids are numbered by their text instead of by the row in which they came first. */
static enum cs_status rank_orders(struct cs_orders *orders, struct cs_error *err) {
  size_t count = orders->order_ids.count;
  struct ranked *ranked;
  uint32_t *rank;
  CS_TRY(cs_alloc(&ranked, count, sizeof *ranked, "orders", err));
  enum cs_status status = cs_alloc(&rank, count, sizeof *rank, "orders", err);
  if (status == CS_OK) {
    for (uint32_t i = 0; i < count; i++) ranked[i] = (struct ranked){cs_map_key(&orders->order_ids, i), i};
    qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (uint32_t i = 0; i < count; i++) rank[ranked[i].index] = i;
    struct cs_lines *lines[] = {&orders->purchase, &orders->refund};
    for (int which = 0; which < 2; which++)
      for (size_t i = 0; i < lines[which]->count; i++)
        if (lines[which]->line[i].order < count)
          lines[which]->line[i].order = rank[lines[which]->line[i].order];
    free(rank);
  }
  free(ranked);
  return status;
}

static void end_dates(struct reading *reading) {
  const struct cs_lines *lines = &reading->orders->purchase;
  struct cs_audit *audit = reading->audit;
  int64_t first = 0, last = 0;
  for (size_t i = 0; i < lines->count; i++) {
    int64_t moment = lines->line[i].moment;
    if (i == 0 || moment < first) first = moment;
    if (i == 0 || moment > last) last = moment;
  }
  audit->dates.known = lines->count > 0;
  audit->dates.first = cs_day_of(first);
  audit->dates.last = cs_day_of(last);
  audit->dates.order = cs_dates_describe(&reading->dates);
  reading->orders->as_of = reading->options->has_as_of ? reading->options->as_of : audit->dates.last + 1;
  audit->dates.as_of = reading->orders->as_of;
}

static enum cs_status read_all(struct reading *reading, struct cs_error *err) {
  CS_TRY(begin(reading, err));
  size_t rows = cs_table_rows(reading->table);
  for (size_t row = 0; row < rows; row++)
    if (!cs_table_dropped(reading->table, row)) CS_TRY(do_row(reading, row, err));
  end_stages(reading);
  end_dates(reading);
  return rank_orders(reading->orders, err);
}

enum cs_status cs_orders_read(struct cs_orders *orders, const struct cs_table *table,
                              const struct cs_mapping *mapping, const struct cs_orders_options *options,
                              const struct cs_map *known, struct cs_audit *audit, struct cs_error *err) {
  orders->mapping = *mapping;
  struct reading reading = {.table = table,
                            .options = options,
                            .column = orders->mapping.column,
                            .orders = orders,
                            .audit = audit,
                            .known = known,
                            .dates = CS_DATES_INIT,
                            .where = CS_CONDITIONS_INIT,
                            .exclude = CS_CONDITIONS_INIT,
                            .seen = CS_DUPLICATES_INIT,
                            .scratch = CS_STR_INIT};
  for (int rule = 0; rule < RULES; rule++) cs_audit_stage(audit, rules[rule].name)->bad = rules[rule].bad;
  audit->kind = "orders";
  audit->rows = cs_table_kept(table);
  audit->has_revenue = cs_mapping_has_amount(mapping);
  audit->order = mapping->column[CS_ROLE_ORDER] != CS_NO_COLUMN ? "order id"
                 : options->unit == CS_ORDER_ROW                ? "row"
                                                                : "customer-day";
  enum cs_status status = read_all(&reading, err);
  cs_dates_release(&reading.dates);
  cs_conditions_release(&reading.where);
  cs_conditions_release(&reading.exclude);
  cs_duplicates_release(&reading.seen);
  cs_str_release(&reading.scratch);
  free(reading.columns);
  free(reading.cells);
  free(reading.reached);
  free(reading.order_state);
  return status;
}
