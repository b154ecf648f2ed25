#include "prep/merged.h"

#include "base/memory.h"
#include "base/num.h"
#include "prep/days.h"
#include "prep/select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum rule {
  RULE_NOT_SELECTED,
  RULE_NO_CUSTOMER,
  RULE_BAD_DATE,
  RULE_BAD_NUMBER,
  RULE_AFTER_AS_OF,
  RULE_MISSING,
  RULE_ORDERS,
  RULE_NEGATIVE,
  RULE_REVERSED,
  RULE_CONTRADICTION,
  RULE_DUPLICATE,
  RULES
};

static const struct {
  const char *name;
  bool bad;
} rules[RULES] = {
    [RULE_NOT_SELECTED] = {"not_selected", false},
    [RULE_NO_CUSTOMER] = {"no_customer", true},
    [RULE_BAD_DATE] = {"bad_date", true},
    [RULE_BAD_NUMBER] = {"bad_number", true},
    [RULE_AFTER_AS_OF] = {"after_as_of", false},
    [RULE_MISSING] = {"missing_value", true},
    [RULE_ORDERS] = {"orders_not_positive", true},
    [RULE_NEGATIVE] = {"negative_value", true},
    [RULE_REVERSED] = {"dates_reversed", true},
    [RULE_CONTRADICTION] = {"contradiction", true},
    [RULE_DUPLICATE] = {"duplicate_customer", true},
};

struct reading {
  struct cs_table *table;
  const struct cs_mapping *mapping;
  const struct cs_orders_options *options;
  struct cs_customers *customers;
  struct cs_bad_rows *bad;
  struct cs_audit *audit;
  struct cs_dates dates;
  struct cs_numbers numbers;
  struct cs_columns number_columns;
  struct cs_formula formula[CS_AGGREGATES]; /* of those that are computed */
  struct cs_conditions where, exclude;
  struct cs_map ids;
  size_t *columns;
  struct cs_slice *cells;
  struct cs_str scratch, id;
  struct cs_money rejected[RULES], kept;
  size_t email;   /* the column of e-mail addresses, or CS_NO_COLUMN */
  unsigned named; /* one bit for each aggregate whose column has its name */
  unsigned odd;   /* of them in the row at hand: no numbers to whoever reads them next */
};

static bool is_date(int aggregate) {
  return aggregate == CS_AGGREGATE_FIRST || aggregate == CS_AGGREGATE_LAST;
}

/* --- a row --- */

static double *at(struct reading *reading, enum cs_aggregate aggregate, size_t row) {
  double *value = reading->customers->value[aggregate];
  return value ? &value[row] : NULL;
}

static double get(struct reading *reading, enum cs_aggregate aggregate, size_t row) {
  double *value = at(reading, aggregate, row);
  return value ? *value : NAN;
}

/* Whether the text of a cell is what whoever reads it next takes for this number. */
static bool is_plain(const struct reading *reading, struct cs_slice cell, double value) {
  double read;
  char sign = reading->numbers.told ? reading->numbers.sign : '.';
  return cs_num_parse(cell.data, cell.len, sign, &read) && read == value;
}

/* A number of the row, by column or formula; RULES where it is one, or missing. */
static enum rule read_number(struct reading *reading, int aggregate, double *value) {
  size_t column = reading->mapping->aggregate[aggregate];
  enum cs_formula_result result;
  double number = NAN;
  if (column == CS_COMPUTED)
    result = cs_formula_value(&reading->formula[aggregate], reading->table, reading->cells, &reading->numbers,
                              &number);
  else
    result = cs_numbers_read(&reading->numbers, reading->cells[column], aggregate == CS_AGGREGATE_DISCOUNT,
                             &number)
                 ? CS_FORMULA_VALUE
                 : CS_FORMULA_BAD;
  if (result == CS_FORMULA_VALUE) *value = number;
  if (result == CS_FORMULA_VALUE && reading->named >> aggregate & 1 &&
      !is_plain(reading, reading->cells[column], number))
    reading->odd |= 1u << aggregate;
  return result == CS_FORMULA_BAD ? RULE_BAD_NUMBER : RULES;
}

static enum rule read_day(struct reading *reading, int aggregate, double *value) {
  int64_t moment;
  if (!cs_dates_read(&reading->dates, reading->cells[reading->mapping->aggregate[aggregate]], &moment))
    return RULE_BAD_DATE;
  *value = (double)cs_day_of(moment);
  return RULES;
}

/* Reads the aggregates of a row; the rule that the first unreadable number or the last unreadable date breaks, or RULES. */
static enum rule read_values(struct reading *reading, size_t row) {
  enum rule rule = RULES;
  reading->odd = 0;
  for (int i = 0; i < CS_AGGREGATES; i++) {
    size_t column = reading->mapping->aggregate[i];
    if (column == CS_NO_COLUMN) continue;
    if (column != CS_COMPUTED && cs_table_is_missing(reading->table, reading->cells[column])) continue;
    double *value = at(reading, (enum cs_aggregate)i, row);
    enum rule broken = is_date(i) ? read_day(reading, i, value) : read_number(reading, i, value);
    if (broken == RULE_BAD_DATE || (broken != RULES && rule == RULES)) rule = broken;
  }
  return rule;
}

/* As whoever reads it next expects it: with a point, unless --decimal said otherwise. */
static void print_number(const struct reading *reading, double value, char text[CS_NUM_TEXT]) {
  size_t len = cs_num_print(value, CS_NUM_QUANTITY, text);
  char *point = memchr(text, '.', len);
  if (point && reading->numbers.told) *point = reading->numbers.sign;
}

/* Puts a value where the cell is missing, or wrong. */
static enum cs_status put(struct reading *reading, enum cs_aggregate aggregate, size_t row, double value,
                          struct cs_error *err) {
  char text[CS_NUM_TEXT];
  size_t column = reading->mapping->aggregate[aggregate];
  bool corrected = !isnan(get(reading, aggregate, row));
  if (is_date(aggregate))
    cs_date_print((int64_t)value, text);
  else
    print_number(reading, value, text);
  *at(reading, aggregate, row) = value;
  cs_audit_cell(reading->audit, cs_aggregate_name(aggregate), !corrected, corrected);
  if (column == CS_COMPUTED) return CS_OK;
  return cs_table_edit(reading->table, row, column, cs_slice_of(text), err);
}

/* What the other aggregates say that this one is; NaN where they don't. */
static double told_by_others(struct reading *reading, enum cs_aggregate aggregate, size_t row) {
  double orders = get(reading, CS_AGGREGATE_ORDERS, row), spent = get(reading, CS_AGGREGATE_SPENT, row);
  double gross = get(reading, CS_AGGREGATE_GROSS, row), refunded = get(reading, CS_AGGREGATE_REFUNDED, row);
  double average = get(reading, CS_AGGREGATE_AVERAGE, row), count;
  switch (aggregate) {
  case CS_AGGREGATE_SPENT:
    return isnan(gross - refunded) ? cs_money_snap(average * orders, fabs(average * orders))
                                   : cs_money_snap(gross - refunded, fmax(gross, refunded));
  case CS_AGGREGATE_GROSS: return cs_money_snap(spent + refunded, fmax(fabs(spent), refunded));
  case CS_AGGREGATE_REFUNDED: return gross >= spent ? cs_money_snap(gross - spent, gross) : NAN;
  case CS_AGGREGATE_AVERAGE: return orders > 0 ? spent / orders : NAN;
  case CS_AGGREGATE_ORDERS:
    count = round(spent / average);
    return count >= 1 && fabs(count * average - spent) <= 1e-6 * fabs(spent) ? count : NAN;
  default: return NAN;
  }
}

static enum cs_status fill(struct reading *reading, size_t row, struct cs_error *err) {
  static const enum cs_aggregate order[] = {CS_AGGREGATE_SPENT, CS_AGGREGATE_ORDERS, CS_AGGREGATE_GROSS,
                                            CS_AGGREGATE_REFUNDED, CS_AGGREGATE_AVERAGE};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    if (!at(reading, order[i], row)) continue;
    double value = get(reading, order[i], row), told = told_by_others(reading, order[i], row);
    bool wrong = order[i] == CS_AGGREGATE_AVERAGE && value <= 0 && told > 0;
    if ((isnan(value) || wrong) && isfinite(told)) CS_TRY(put(reading, order[i], row, told, err));
  }
  return CS_OK;
}

/* A column that is known by the name of an aggregate gets plain numbers; of others a copy is appended. */
static enum cs_status make_plain(struct reading *reading, size_t row, struct cs_error *err) {
  for (int i = 0; reading->odd && i < CS_AGGREGATES; i++)
    if (reading->odd >> i & 1)
      CS_TRY(put(reading, (enum cs_aggregate)i, row, get(reading, (enum cs_aggregate)i, row), err));
  return CS_OK;
}

/* Whether a column that the features rest on is there without a value in this row. */
static bool is_missing(struct reading *reading, size_t row) {
  static const enum cs_aggregate needed[] = {CS_AGGREGATE_ORDERS, CS_AGGREGATE_SPENT};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (at(reading, needed[i], row) && isnan(get(reading, needed[i], row))) return true;
  bool when = at(reading, CS_AGGREGATE_LAST, row) || at(reading, CS_AGGREGATE_RECENCY, row);
  return when && isnan(get(reading, CS_AGGREGATE_LAST, row)) &&
         isnan(get(reading, CS_AGGREGATE_RECENCY, row));
}

static bool is_count(double value) {
  return isnan(value) || (value >= 1 && value == floor(value));
}

static bool is_negative(struct reading *reading, size_t row) {
  static const enum cs_aggregate never[] = {
      CS_AGGREGATE_GROSS,   CS_AGGREGATE_REFUNDED, CS_AGGREGATE_CATEGORIES,
      CS_AGGREGATE_RECENCY, CS_AGGREGATE_DISCOUNT, CS_AGGREGATE_BT_X,
      CS_AGGREGATE_BT_TX,   CS_AGGREGATE_BT_T,     CS_AGGREGATE_BT_ZBAR};
  for (size_t i = 0; i < sizeof never / sizeof *never; i++)
    if (get(reading, never[i], row) < 0) return true;
  /* More can be given back than was bought within the data; nothing else makes spend negative. */
  double refunded = get(reading, CS_AGGREGATE_REFUNDED, row), gross = get(reading, CS_AGGREGATE_GROSS, row);
  return get(reading, CS_AGGREGATE_SPENT, row) < 0 && (!(refunded > 0) || gross >= refunded);
}

static bool contradicts_itself(struct reading *reading, size_t row) {
  double x = get(reading, CS_AGGREGATE_BT_X, row), age_last = get(reading, CS_AGGREGATE_BT_TX, row);
  if (age_last > get(reading, CS_AGGREGATE_BT_T, row) || (x == 0 && age_last > 0)) return true;
  return get(reading, CS_AGGREGATE_PURCHASE_DAYS, row) > get(reading, CS_AGGREGATE_ORDERS, row) ||
         get(reading, CS_AGGREGATE_DISCOUNT, row) > 1;
}

static enum rule rule_of_values(struct reading *reading, size_t row) {
  const struct cs_orders_options *options = reading->options;
  if (options->has_as_of && get(reading, CS_AGGREGATE_LAST, row) > (double)options->as_of)
    return RULE_AFTER_AS_OF;
  if (is_missing(reading, row)) return RULE_MISSING;
  if (!is_count(get(reading, CS_AGGREGATE_ORDERS, row)) ||
      !is_count(get(reading, CS_AGGREGATE_PURCHASE_DAYS, row)) ||
      !is_count(get(reading, CS_AGGREGATE_BT_X, row) + 1))
    return RULE_ORDERS;
  if (is_negative(reading, row)) return RULE_NEGATIVE;
  if (get(reading, CS_AGGREGATE_FIRST, row) > get(reading, CS_AGGREGATE_LAST, row)) return RULE_REVERSED;
  return contradicts_itself(reading, row) ? RULE_CONTRADICTION : RULES;
}

static enum cs_status fail_numbers(struct reading *reading, size_t row, struct cs_error *err) {
  struct cs_number_columns columns = {reading->table, reading->number_columns.column,
                                      reading->number_columns.count};
  return cs_numbers_fail_mixed(&reading->numbers, &columns, row, err);
}

static enum cs_status do_row(struct reading *reading, size_t row, enum rule *rule, struct cs_error *err) {
  cs_str_clear(&reading->scratch);
  CS_TRY(cs_table_cells(reading->table, row, reading->columns, cs_table_columns_read(reading->table),
                        reading->cells, &reading->scratch, err));
  size_t customer = reading->mapping->column[CS_ROLE_CUSTOMER];
  bool has_id = reading->mapping->no_id || !cs_table_is_missing(reading->table, reading->cells[customer]);
  bool selected = cs_conditions_all(&reading->where, reading->cells) &&
                  !cs_conditions_any(&reading->exclude, reading->cells);
  const struct cs_numbers kept = reading->numbers;
  reading->numbers.seen = 0;
  *rule = read_values(reading, row);
  if (cs_numbers_contradict(&reading->numbers, reading->numbers.seen)) return fail_numbers(reading, row, err);
  if (!selected) reading->numbers = kept; /* its currency doesn't matter */
  if (!selected) *rule = RULE_NOT_SELECTED;
  if (selected && !has_id) *rule = RULE_NO_CUSTOMER;
  if (*rule != RULES) return CS_OK;
  uint64_t email =
      reading->email == CS_NO_COLUMN ? 0 : cs_email_hash(reading->table, reading->cells[reading->email]);
  cs_str_clear(&reading->id); /* a copy: editing a cell ends the life of the slices */
  if (!reading->mapping->no_id) {
    struct cs_slice id = cs_customer_id(reading->cells[customer]);
    cs_str_add(&reading->id, id.data, id.len);
  }
  CS_TRY(cs_str_check(&reading->id, "an id", err));
  CS_TRY(fill(reading, row, err));
  CS_TRY(make_plain(reading, row, err));
  *rule = rule_of_values(reading, row);
  if (*rule != RULES || reading->mapping->no_id) return CS_OK;
  uint32_t index;
  size_t before = reading->ids.count;
  CS_TRY(
      cs_map_add(&reading->ids, (struct cs_slice){cs_str_text(&reading->id), reading->id.len}, &index, err));
  if (reading->ids.count == before) *rule = RULE_DUPLICATE;
  return cs_emails_add(&reading->audit->emails, email, index, err);
}

static void note_place(const struct cs_table *table, size_t row, struct cs_places *places) {
  const char *source;
  uint64_t line;
  if (!cs_places_want(places, row)) return;
  cs_table_where(table, row, &source, &line);
  cs_places_add(places, row, source, line);
}

static enum cs_status take_row(struct reading *reading, size_t row, struct cs_error *err) {
  enum rule rule;
  CS_TRY(do_row(reading, row, &rule, err));
  double spent = get(reading, CS_AGGREGATE_SPENT, row);
  if (isnan(spent)) spent = 0;
  if (rule == RULES) {
    cs_money_add(&reading->kept, spent);
    reading->audit->customers.written++;
    return CS_OK;
  }
  reading->audit->stage[rule].rejected++;
  note_place(reading->table, row, &reading->audit->stage[rule].places);
  cs_money_add(&reading->rejected[rule], spent);
  for (int i = 0; i < CS_AGGREGATES; i++)
    if (reading->customers->value[i]) reading->customers->value[i][row] = NAN;
  CS_TRY(cs_table_drop(reading->table, row, err));
  return rules[rule].bad ? cs_bad_rows_add(reading->bad, row, err) : CS_OK;
}

/* --- begin and end --- */

/* Finds out how the numbers are written. */
static enum cs_status begin_numbers(struct reading *reading, struct cs_error *err) {
  const struct cs_mapping *mapping = reading->mapping;
  struct cs_numbers *numbers = &reading->numbers;
  cs_numbers_begin(numbers, reading->options->decimal);
  for (int i = 0; i < CS_AGGREGATES; i++) {
    size_t column = mapping->aggregate[i];
    if (column == CS_COMPUTED) {
      CS_TRY(cs_formula_parse(&reading->formula[i], reading->table, mapping->formula[i], "--map", err));
      CS_TRY(cs_formula_columns(&reading->formula[i], &reading->number_columns, err));
    } else if (column != CS_NO_COLUMN && !is_date(i)) {
      const char *name = cs_aggregate_name((enum cs_aggregate)i);
      if (cs_slice_is(cs_table_name(reading->table, column), name)) reading->named |= 1u << i;
      CS_TRY(cs_columns_add(&reading->number_columns, column, err));
    }
  }
  struct cs_number_columns columns = {reading->table, reading->number_columns.column,
                                      reading->number_columns.count};
  CS_TRY(cs_numbers_look(numbers, &columns, 0, err));
  CS_TRY(cs_numbers_end(numbers, &columns, 0, err));
  if (!numbers->told)
    cs_table_set_decimal(reading->table, numbers->sign); /* --basis may name other columns */
  return CS_OK;
}

static enum cs_status begin(struct reading *reading, struct cs_error *err) {
  struct cs_customers *customers = reading->customers;
  struct cs_table *table = reading->table;
  size_t columns = cs_table_columns_read(table), dates[2], count = 0;
  customers->n = cs_table_rows(table);
  reading->email = cs_email_column(table, reading->mapping->column[CS_ROLE_CUSTOMER]);
  reading->audit->has_emails = reading->email != CS_NO_COLUMN;
  for (int i = 0; i < CS_AGGREGATES; i++) {
    if (reading->mapping->aggregate[i] == CS_NO_COLUMN) continue;
    CS_TRY(cs_customers_room(customers, (enum cs_feature)i, err));
    if (is_date(i)) dates[count++] = reading->mapping->aggregate[i];
  }
  CS_TRY(cs_alloc(&reading->columns, columns, sizeof *reading->columns, "columns", err));
  CS_TRY(cs_alloc(&reading->cells, columns, sizeof *reading->cells, "cells", err));
  for (size_t i = 0; i < columns; i++) reading->columns[i] = i;
  CS_TRY(begin_numbers(reading, err));
  CS_TRY(cs_conditions_parse(&reading->where, table, reading->options->where, "--where", err));
  CS_TRY(cs_conditions_parse(&reading->exclude, table, reading->options->exclude, "--exclude-rows", err));
  return cs_dates_recognise(&reading->dates, table, dates, count, reading->options->date_format, err);
}

static enum cs_status look_at_last_days(struct reading *reading, struct cs_error *err) {
  const double *last = reading->customers->value[CS_FEATURE_LAST];
  struct cs_days days = CS_DAYS_INIT;
  if (!last || reading->options->has_as_of) return CS_OK;
  enum cs_status status = cs_days_of_column(&days, last, reading->customers->n, err);
  if (status == CS_OK) status = cs_days_warn(&days, CS_DAYS_OF_CUSTOMERS, &reading->audit->warnings, err);
  cs_days_release(&days);
  return status;
}

static void end(struct reading *reading) {
  struct cs_audit *audit = reading->audit;
  struct cs_money left = reading->kept;
  uint64_t rows = audit->customers.written;
  for (int rule = RULES - 1; rule >= 0; rule--) {
    audit->stage[rule].revenue = left;
    audit->stage[rule].customers = rows;
    cs_money_add_total(&left, &reading->rejected[rule]);
    rows += audit->stage[rule].rejected;
  }
  audit->net_written = cs_money_value(&reading->kept);
  audit->decimal = reading->numbers.sign;
  cs_numbers_warn(&reading->numbers, &audit->warnings);
  const double *first = reading->customers->value[CS_FEATURE_FIRST],
               *last = reading->customers->value[CS_FEATURE_LAST];
  double earliest = INFINITY, latest = -INFINITY;
  for (size_t i = 0; last && i < reading->customers->n; i++) {
    if (last[i] > latest) latest = last[i];
    if ((first ? first[i] : last[i]) < earliest) earliest = first ? first[i] : last[i];
  }
  audit->dates.known = latest >= earliest;
  reading->customers->as_of = reading->options->as_of;
  if (!audit->dates.known) return;
  audit->dates.first = (int64_t)earliest;
  audit->dates.last = (int64_t)latest;
  audit->dates.order = cs_dates_describe(&reading->dates);
  if (!reading->options->has_as_of) reading->customers->as_of = audit->dates.last + 1;
  audit->dates.as_of = reading->customers->as_of;
  reading->customers->end =
      latest == (double)audit->dates.as_of ? audit->dates.as_of : audit->dates.as_of - 1;
}

static enum cs_status read_all(struct reading *reading, struct cs_error *err) {
  CS_TRY(begin(reading, err));
  for (size_t row = 0; row < reading->customers->n; row++)
    if (!cs_table_dropped(reading->table, row)) CS_TRY(take_row(reading, row, err));
  end(reading);
  cs_audit_end_emails(reading->audit);
  return look_at_last_days(reading, err);
}

enum cs_status cs_merged_read(struct cs_customers *customers, struct cs_table *table,
                              const struct cs_mapping *mapping, const struct cs_orders_options *options,
                              struct cs_bad_rows *bad, struct cs_audit *audit, struct cs_error *err) {
  struct reading reading = {.table = table,
                            .mapping = mapping,
                            .options = options,
                            .customers = customers,
                            .bad = bad,
                            .audit = audit,
                            .dates = CS_DATES_INIT,
                            .number_columns = CS_COLUMNS_INIT,
                            .where = CS_CONDITIONS_INIT,
                            .exclude = CS_CONDITIONS_INIT,
                            .ids = CS_MAP_INIT,
                            .scratch = CS_STR_INIT,
                            .id = CS_STR_INIT};
  audit->kind = "customers";
  audit->rows = audit->customers.seen = cs_table_kept(table);
  audit->has_revenue = mapping->aggregate[CS_AGGREGATE_SPENT] != CS_NO_COLUMN;
  for (int rule = 0; rule < RULES; rule++) cs_audit_stage(audit, rules[rule].name)->bad = rules[rule].bad;
  enum cs_status status = read_all(&reading, err);
  audit->customers.no_usable_row = audit->customers.seen - audit->customers.written;
  cs_dates_release(&reading.dates);
  for (int i = 0; i < CS_AGGREGATES; i++) cs_formula_release(&reading.formula[i]);
  cs_columns_release(&reading.number_columns);
  cs_conditions_release(&reading.where);
  cs_conditions_release(&reading.exclude);
  cs_map_release(&reading.ids);
  cs_str_release(&reading.scratch);
  cs_str_release(&reading.id);
  free(reading.columns);
  free(reading.cells);
  return status;
}

/* --- a table of customers without purchases --- */

struct plain {
  struct cs_map *known;
  size_t *rows;
  struct cs_table *table;
  size_t column[2], columns; /* of ids, and of e-mail addresses where there are any */
  struct cs_str scratch;
  struct cs_emails *emails;
};

static enum cs_status plain_row(struct plain *plain, size_t row, bool *bad, struct cs_error *err) {
  struct cs_slice cell[2] = {{NULL, 0}, {NULL, 0}};
  uint32_t index;
  size_t before = plain->known->count;
  cs_str_clear(&plain->scratch);
  CS_TRY(cs_table_cells(plain->table, row, plain->column, plain->columns, cell, &plain->scratch, err));
  *bad = cs_table_is_missing(plain->table, cell[0]);
  if (*bad) return CS_OK;
  CS_TRY(cs_map_add(plain->known, cs_customer_id(cell[0]), &index, err));
  *bad = plain->known->count == before;
  if (!*bad) plain->rows[index] = row;
  return cs_emails_add(plain->emails, cs_email_hash(plain->table, cell[1]), index, err);
}

enum cs_status cs_plain_read(struct cs_map *known, size_t **row, struct cs_table *table, size_t column,
                             struct cs_bad_rows *bad, struct cs_audit *audit, struct cs_error *err) {
  size_t rows = cs_table_rows(table);
  CS_TRY(cs_alloc(row, rows, sizeof **row, "customers", err));
  struct plain plain = {known, *row,        table,         {column, cs_email_column(table, column)},
                        1,     CS_STR_INIT, &audit->emails};
  enum cs_status status = CS_OK;
  audit->has_emails = plain.column[1] != CS_NO_COLUMN;
  plain.columns += audit->has_emails;
  audit->customers.table_rows = cs_table_kept(table);
  for (size_t i = 0; i < rows && status == CS_OK; i++) {
    bool is_bad = false;
    if (cs_table_dropped(table, i)) continue;
    status = plain_row(&plain, i, &is_bad, err);
    if (status != CS_OK || !is_bad) continue;
    audit->customers.table_rejected++;
    note_place(table, i, &audit->customers.table_places);
    status = cs_bad_rows_add(bad, i, err);
    if (status == CS_OK) status = cs_table_drop(table, i, err);
  }
  cs_str_release(&plain.scratch);
  return status;
}
