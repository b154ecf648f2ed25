#include "prep/orders.h"

#include "base/memory.h"
#include "prep/orders_inside.h"
#include "prep/select.h"
#include "prep/status.h"

#include <stdlib.h>
#include <string.h>

void cs_orders_release(struct cs_orders *orders) {
  cs_lines_release(&orders->lines);
  free(orders->bad.row);
  for (size_t i = 0; i < orders->kept_count; i++) {
    cs_map_release(&orders->kept[i].texts);
    free(orders->kept[i].carried);
    free(orders->kept[i].name);
  }
  free(orders->kept);
  cs_map_release(&orders->customers);
  cs_map_release(&orders->products);
  cs_map_release(&orders->categories);
  cs_map_release(&orders->channels);
  *orders = (struct cs_orders)CS_ORDERS_INIT;
}

enum cs_status cs_bad_rows_add(struct cs_bad_rows *bad, size_t row, struct cs_error *err) {
  CS_TRY(cs_grow(&bad->row, &bad->capacity, bad->count + 1, sizeof *bad->row, "bad rows", err));
  bad->row[bad->count++] = row;
  return CS_OK;
}

enum cs_status cs_orders_number_columns(struct cs_orders_reader *reader, struct cs_number_columns *columns,
                                        struct cs_error *err) {
  reader->number_columns.count = 0;
  CS_TRY(cs_order_number_columns(&reader->shape, &reader->number_columns, err));
  *columns =
      (struct cs_number_columns){reader->table, reader->number_columns.column, reader->number_columns.count};
  return CS_OK;
}

/* --- what the columns hold --- */

static bool name_holds(struct cs_slice name, const char *part) {
  size_t len = strlen(part);
  for (size_t i = 0; i + len <= name.len; i++) {
    size_t same = 0;
    while (same < len && (name.data[i + same] | 0x20) == part[same]) same++;
    if (same == len) return true;
  }
  return false;
}

static bool uses_discounts(const struct cs_orders_reader *reader) {
  return reader->shape.column[CS_ROLE_DISCOUNT] != CS_NO_COLUMN && reader->orders->has_amount &&
         !cs_order_list_is_product(reader->shape.column);
}

/* A discount column whose name or cells say per cent, or whose values are all within 0..1, holds shares; else money. */
static enum cs_discount discount_of(const struct cs_orders_reader *reader) {
  double largest = reader->discounts.largest;
  if (!uses_discounts(reader) || reader->discounts.other || !reader->discounts.any) return CS_DISCOUNT_NONE;
  if (largest <= 1) return CS_DISCOUNT_SHARE;
  if (reader->discounts.per_cent) return CS_DISCOUNT_NONE; /* some are shares, others aren't */
  struct cs_slice name = cs_table_name(reader->table, reader->shape.column[CS_ROLE_DISCOUNT]);
  bool per_cent = name_holds(name, "percent") || name_holds(name, "pct") || name_holds(name, "%");
  return per_cent && largest <= 100 ? CS_DISCOUNT_PERCENT : CS_DISCOUNT_MONEY;
}

/* --- begin --- */

/* COLUMN, or COLUMN=mode and so on. */
static enum cs_status parse_kept_item(const struct cs_table *table, struct cs_slice item,
                                      struct cs_kept *kept, struct cs_error *err) {
  static const char *const how[] = {"mode", "first", "last"};
  struct cs_slice name = item;
  size_t equals = item.len;
  *kept = (struct cs_kept){.carry = CS_CARRY_MODE, .texts = CS_MAP_INIT};
  while (equals && item.data[equals - 1] != '=') equals--;
  if (equals && cs_table_find(table, item) == SIZE_MAX) {
    struct cs_slice word = cs_slice_trim((struct cs_slice){item.data + equals, item.len - equals});
    int carry = 0;
    while (carry < 3 && !cs_slice_is(word, how[carry])) carry++;
    if (carry == 3) return cs_fail(err, CS_USAGE, "--keep: must be COLUMN=mode, COLUMN=first or COLUMN=last");
    kept->carry = (enum cs_carry)carry;
    name = cs_slice_trim((struct cs_slice){item.data, equals - 1});
  }
  return cs_column_named(table, name, "--keep", &kept->column, err);
}

static enum cs_status parse_kept(struct cs_orders *orders, const struct cs_table *table, const char *text,
                                 struct cs_error *err) {
  struct cs_slice rest = cs_slice_of(text ? text : ""), item;
  size_t capacity = 0;
  while (text && cs_list_next(&rest, ',', &item)) {
    struct cs_kept kept;
    if (!item.len) continue;
    CS_TRY(parse_kept_item(table, item, &kept, err));
    CS_TRY(
        cs_grow(&orders->kept, &capacity, orders->kept_count + 1, sizeof *orders->kept, "columns kept", err));
    struct cs_slice name = cs_table_name(table, kept.column);
    CS_TRY(cs_alloc(&kept.name, name.len + 1, 1, "a name", err));
    memcpy(kept.name, name.data, name.len);
    orders->kept[orders->kept_count++] = kept;
  }
  orders->lines.kept = orders->kept_count;
  return CS_OK;
}

static enum cs_status make_room(struct cs_orders_reader *reader, struct cs_error *err) {
  struct cs_order_shape *shape = &reader->shape;
  shape->kept_count = reader->orders->kept_count;
  CS_TRY(cs_alloc(&shape->kept, shape->kept_count, sizeof *shape->kept, "columns kept", err));
  for (size_t i = 0; i < shape->kept_count; i++) shape->kept[i] = reader->orders->kept[i].column;
  CS_TRY(cs_alloc(&reader->code, shape->kept_count, sizeof *reader->code, "columns kept", err));
  reader->threads = reader->options->threads > 1 ? reader->options->threads : 1;
  if (reader->threads > CS_ROUND_PIECES) reader->threads = CS_ROUND_PIECES;
  for (int i = 0; i < CS_ROUNDS; i++)
    CS_TRY(cs_round_make(&reader->round[i], reader->threads, shape->kept_count, err));
  return CS_OK;
}

static enum cs_status take_known(struct cs_orders_reader *reader, const struct cs_map *known,
                                 struct cs_error *err) {
  if (!known) return CS_OK;
  reader->known = true;
  for (uint32_t i = 0, index; i < known->count; i++)
    CS_TRY(cs_map_add(&reader->orders->customers, cs_map_key(known, i), &index, err));
  return cs_alloc(&reader->reached, known->count, sizeof *reader->reached, "customers", err);
}

static void take_mapping(struct cs_orders *orders, const struct cs_mapping *mapping, enum cs_dedupe dedupe) {
  orders->mapping = *mapping;
  orders->has_amount = cs_mapping_has_amount(mapping);
  orders->has_order_id = mapping->column[CS_ROLE_ORDER] != CS_NO_COLUMN;
  orders->counts_copies = dedupe == CS_DEDUPE_NO || (dedupe == CS_DEDUPE_AUTO && !orders->has_order_id);
  orders->lines.hashed = orders->counts_copies;
}

static void find_emails(struct cs_orders_reader *reader) {
  reader->shape.email = cs_email_column(reader->table, reader->shape.column[CS_ROLE_CUSTOMER]);
  reader->audit->has_emails |= reader->shape.email != CS_NO_COLUMN;
}

static enum cs_status begin(struct cs_orders_reader *reader, const struct cs_map *known,
                            struct cs_error *err) {
  const struct cs_orders_options *options = reader->options;
  struct cs_order_shape *shape = &reader->shape;
  CS_TRY(cs_conditions_parse(&shape->where, reader->table, options->where, "--where", err));
  CS_TRY(cs_conditions_parse(&shape->exclude, reader->table, options->exclude, "--exclude-rows", err));
  CS_TRY(parse_kept(reader->orders, reader->table, options->keep, err));
  find_emails(reader);
  if (shape->column[CS_ROLE_AMOUNT] == CS_COMPUTED)
    CS_TRY(cs_formula_parse(&shape->amount, reader->table, reader->orders->mapping.amount, "--map", err));
  CS_TRY(make_room(reader, err));
  return take_known(reader, known, err);
}

enum cs_status cs_orders_begin(struct cs_orders_reader **out, struct cs_orders *orders,
                               const struct cs_table *table, const struct cs_mapping *mapping,
                               const struct cs_orders_options *options, const struct cs_map *known,
                               struct cs_audit *audit, struct cs_error *err) {
  struct cs_orders_reader *reader;
  CS_TRY(cs_alloc(&reader, 1, sizeof *reader, "orders", err));
  take_mapping(orders, mapping, options->dedupe);
  orders->unit = options->unit;
  *reader = (struct cs_orders_reader){.table = table,
                                      .options = options,
                                      .orders = orders,
                                      .audit = audit,
                                      .dates = CS_DATES_INIT,
                                      .columns = cs_table_columns_read(table),
                                      .open = SIZE_MAX,
                                      .seen = CS_DUPLICATES_INIT,
                                      .odd_orders = CS_MAP_INIT};
  reader->dates.format = options->date_format;
  cs_numbers_begin(&reader->numbers, options->decimal);
  reader->shape = (struct cs_order_shape){.table = table,
                                          .missing_first = cs_table_missing_first(table),
                                          .column = orders->mapping.column,
                                          .where = CS_CONDITIONS_INIT,
                                          .exclude = CS_CONDITIONS_INIT};
  enum cs_status status = begin(reader, known, err);
  *out = reader;
  if (status == CS_OK) return CS_OK;
  cs_orders_reader_free(reader);
  *out = NULL;
  return status;
}

void cs_orders_reader_free(struct cs_orders_reader *reader) {
  if (!reader) return;
  cs_conditions_release(&reader->shape.where);
  cs_conditions_release(&reader->shape.exclude);
  free(reader->shape.kept);
  cs_formula_release(&reader->shape.amount);
  cs_columns_release(&reader->number_columns);
  cs_dates_release(&reader->dates);
  cs_duplicates_release(&reader->seen);
  free(reader->open_bad.row);
  free(reader->reached);
  cs_map_release(&reader->odd_orders);
  free(reader->odd_state);
  for (int i = 0; i < CS_ROUNDS; i++) cs_round_release(&reader->round[i], reader->threads);
  free(reader->code);
  free(reader);
}

/* --- next --- */

/* JSON rows may bring columns that rows before didn't have. These rows lack what the column says, which is as good as a
 * missing cell for some roles, and for others would have been another rule. */
static enum cs_status learn_columns(struct cs_orders_reader *reader, struct cs_error *err) {
  static const enum cs_role late[] = {CS_ROLE_PRODUCT, CS_ROLE_CATEGORY, CS_ROLE_DISCOUNT, CS_ROLE_STATUS,
                                      CS_ROLE_CHANNEL};
  const struct cs_mapping *old = &reader->orders->mapping;
  struct cs_mapping mapping;
  size_t columns = cs_table_columns_read(reader->table);
  if (columns == reader->columns) return CS_OK;
  reader->columns = columns;
  CS_TRY(cs_mapping_find(&mapping, reader->table, reader->options->map, reader->options->id, err));
  struct cs_mapping same = mapping;
  for (size_t i = 0; i < sizeof late / sizeof *late; i++)
    if (old->column[late[i]] == CS_NO_COLUMN) same.column[late[i]] = CS_NO_COLUMN;
  if (reader->rows && (same.kind != old->kind || memcmp(same.column, old->column, sizeof same.column) != 0))
    return cs_mapping_fail(
        &mapping, reader->table, err,
        "a column that says what the rows are comes too late: the first rows have to have it");
  take_mapping(reader->orders, &mapping, reader->options->dedupe);
  find_emails(reader);
  return CS_OK;
}

enum cs_status cs_orders_next(struct cs_orders_reader *reader, bool *keep, struct cs_error *err) {
  size_t rows = cs_table_rows(reader->table), first;
  bool kept = *keep;
  CS_TRY(learn_columns(reader, err));
  CS_TRY(cs_dates_look(&reader->dates, reader->table, reader->shape.column[CS_ROLE_DATE], reader->looked,
                       &first, err));
  if (reader->open == SIZE_MAX) reader->open = first;
  reader->looked = rows;
  *keep = true;
  if (cs_dates_open(&reader->dates)) return CS_OK;
  CS_TRY(cs_rounds_read(reader, rows, err));
  *keep = kept || reader->open_bad.count > 0 || reader->waits;
  if (!*keep) reader->next = reader->looked = reader->numbers_looked = 0;
  reader->open = SIZE_MAX;
  return CS_OK;
}

/* --- end --- */

/* Rows that waited for what no cell told. */
static enum cs_status end_numbers(struct cs_orders_reader *reader, struct cs_error *err) {
  struct cs_number_columns columns;
  CS_TRY(cs_orders_number_columns(reader, &columns, err));
  CS_TRY(cs_numbers_end(&reader->numbers, &columns, reader->next, err));
  if (reader->waits) CS_TRY(cs_rounds_read(reader, cs_table_rows(reader->table), err));
  for (int i = 0; i < reader->threads * CS_ROUNDS; i++)
    cs_numbers_add_currency(&reader->numbers, &reader->round[i % CS_ROUNDS].scratch[i / CS_ROUNDS].numbers);
  cs_numbers_warn(&reader->numbers, &reader->audit->warnings);
  return CS_OK;
}

/* The bad rows without those that are cancellations. */
static void drop_open_bad(struct cs_orders_reader *reader) {
  struct cs_bad_rows *bad = &reader->orders->bad;
  const struct cs_bad_rows *open = &reader->open_bad;
  size_t left = 0, at = 0;
  for (size_t i = 0; i < bad->count; i++) {
    if (at < open->count && open->row[at] == bad->row[i])
      at++;
    else
      bad->row[left++] = bad->row[i];
  }
  bad->count = left;
}

/* Sums of what was rejected become sums of what was left. */
static void end_stages(struct cs_orders_reader *reader, enum cs_reading reading) {
  struct cs_audit *audit = reader->audit;
  struct cs_tally *tally = &reader->certain;
  cs_tally_add(tally, &reader->open_rows[reading]);
  struct cs_money left = tally->kept;
  for (int rule = CS_ROW_RULES - 1; rule >= 0; rule--) {
    audit->stage[rule].rejected = tally->rejected[rule];
    audit->stage[rule].revenue = left;
    audit->stage[rule].places = tally->place[rule];
    cs_money_add_total(&left, &tally->money[rule]);
    for (size_t i = 0; i < reader->orders->customers.count; i++)
      audit->stage[rule].customers += reader->reached[i][reading] > rule;
  }
  audit->rows = reader->rows;
  audit->guests.rows = tally->guests;
  audit->guests.revenue = cs_money_value(&tally->guest_money);
  audit->strangers.rows = tally->strangers;
  audit->strangers.revenue = cs_money_value(&tally->stranger_money);
  audit->duplicates.found = audit->duplicates.removed = tally->removed;
  audit->cancellations.rows = tally->rejected[CS_RULE_CANCELLED];
  audit->cancellations.duplicates = tally->cancelled_twice;
}

static int64_t day_of_window(int64_t as_of, struct cs_duration window) {
  double months = window.unit == CS_TIME_YEAR ? 12 * window.count : window.count;
  if (window.unit == CS_TIME_DAY || window.unit == CS_TIME_WEEK)
    return as_of - (int64_t)cs_duration_days(window, 0);
  return cs_days_add_months(as_of, -(int)months);
}

/* One looks at the customers on the morning of as_of: the day before is the last that was observed, unless there are
 * orders of the day itself. */
static void end_dates(struct cs_orders_reader *reader) {
  const struct cs_tally *tally = &reader->certain;
  const struct cs_orders_options *options = reader->options;
  struct cs_orders *orders = reader->orders;
  struct cs_audit *audit = reader->audit;
  audit->dates.known = tally->dated;
  audit->dates.first = cs_day_of(tally->first);
  audit->dates.last = cs_day_of(tally->last);
  audit->dates.order = cs_dates_describe(&reader->dates);
  int64_t until = options->has_as_of ? options->as_of : audit->dates.last + 1;
  orders->data_end = audit->dates.last == until ? until : until - 1;
  orders->has_holdout = options->has_calibration_end;
  orders->end = options->has_calibration_end ? options->calibration_end : orders->data_end;
  orders->as_of = options->has_calibration_end ? options->calibration_end + 1 : until;
  orders->begin = options->has_window ? day_of_window(orders->as_of, options->window) : INT64_MIN;
  audit->dates.as_of = orders->as_of;
  audit->decimal = reader->numbers.sign;
}

static void warn_of_unknown(struct cs_audit *audit) {
  uint64_t unknown = audit->stage[CS_RULE_UNKNOWN_CUSTOMER].rejected;
  if (unknown <= audit->rows / 2) return;
  cs_note(
      &audit->warnings, CS_NOTE_WARNING,
      "%llu of %llu rows are orders of customers that the table of customers doesn't have (--rejects FILE "
      "receives them)",
      (unsigned long long)unknown, (unsigned long long)audit->rows);
}

static void name_audit(const struct cs_orders_reader *reader) {
  struct cs_audit *audit = reader->audit;
  audit->kind = "orders";
  audit->has_revenue = reader->orders->has_amount;
  audit->order = reader->orders->has_order_id                 ? "order id"
                 : reader->options->unit == CS_ORDER_UNIT_ROW ? "row"
                                                              : "customer-day";
}

enum cs_status cs_orders_end(struct cs_orders_reader *reader, struct cs_error *err) {
  struct cs_orders *orders = reader->orders;
  if (cs_dates_open(&reader->dates))
    return cs_dates_fail_open(&reader->dates, reader->table, reader->open, reader->shape.column[CS_ROLE_DATE],
                              err);
  CS_TRY(end_numbers(reader, err));
  for (int rule = 0; rule < CS_ROW_RULES; rule++)
    cs_audit_stage(reader->audit, cs_row_rule_name((enum cs_row_rule)rule))->bad =
        cs_row_rule_is_bad((enum cs_row_rule)rule);
  orders->cancel_letter = reader->plain_ids > reader->letter_ids;
  orders->discount = discount_of(reader);
  orders->has_list = orders->discount != CS_DISCOUNT_NONE || cs_order_list_is_product(reader->shape.column);
  if (orders->cancel_letter) drop_open_bad(reader);
  name_audit(reader);
  end_stages(reader, orders->cancel_letter ? CS_AS_CANCELLED : CS_AS_PURCHASE);
  end_dates(reader);
  cs_audit_end_emails(reader->audit);
  warn_of_unknown(reader->audit);
  return CS_OK;
}

static enum cs_status read_all(struct cs_orders_reader *reader, struct cs_error *err) {
  bool keep = true;
  CS_TRY(cs_orders_next(reader, &keep, err));
  return cs_orders_end(reader, err);
}

enum cs_status cs_orders_read(struct cs_orders *orders, const struct cs_table *table,
                              const struct cs_mapping *mapping, const struct cs_orders_options *options,
                              const struct cs_map *known, struct cs_audit *audit, struct cs_error *err) {
  struct cs_orders_reader *reader;
  CS_TRY(cs_orders_begin(&reader, orders, table, mapping, options, known, audit, err));
  enum cs_status status = read_all(reader, err);
  cs_orders_reader_free(reader);
  return status;
}
