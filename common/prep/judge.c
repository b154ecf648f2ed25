/* What rows are: the row rules, and the lines of purchases and cancellations that are kept. */
#include "base/memory.h"
#include "prep/orders_inside.h"

#include <math.h>
#include <string.h>

enum { STEP = 10 }; /* rows between one fetch ahead and the next */

static const struct {
  const char *name;
  bool bad;
} rules[CS_ROW_RULES] = {
    [CS_RULE_NOT_SELECTED] = {"not_selected", false},
    [CS_RULE_NO_CUSTOMER] = {"no_customer", true},
    [CS_RULE_UNKNOWN_CUSTOMER] = {"unknown_customer", false},
    [CS_RULE_BAD_DATE] = {"bad_date", true},
    [CS_RULE_BAD_NUMBER] = {"bad_number", true},
    [CS_RULE_AFTER_AS_OF] = {"after_as_of", false},
    [CS_RULE_NOT_COMPLETED] = {"not_completed", false},
    [CS_RULE_CANCELLED] = {"cancelled", false},
    [CS_RULE_QUANTITY] = {"quantity_not_positive", true},
    [CS_RULE_PRICE] = {"price_not_positive", true},
    [CS_RULE_DUPLICATE] = {"duplicate", true},
};

const char *cs_row_rule_name(enum cs_row_rule rule) {
  return rules[rule].name;
}

bool cs_row_rule_is_bad(enum cs_row_rule rule) {
  return rules[rule].bad;
}

/* The first rule that the row fails, without regard to the customer and to duplicates. */
static enum cs_row_rule rule_of_values(const struct cs_orders_reader *reader, const struct cs_order_row *row,
                                       bool cancelled) {
  if (!row->has_date) return CS_RULE_BAD_DATE;
  if (!row->has_numbers) return CS_RULE_BAD_NUMBER;
  if (reader->options->has_as_of && cs_day_of(row->moment) > reader->options->as_of)
    return CS_RULE_AFTER_AS_OF;
  if (row->state == CS_STATE_VOID) return CS_RULE_NOT_COMPLETED;
  if (cancelled) return CS_RULE_CANCELLED;
  if (row->quantity <= 0) return CS_RULE_QUANTITY;
  if (reader->shape.column[CS_ROLE_PRICE] != CS_NO_COLUMN && row->price <= 0) return CS_RULE_PRICE;
  return CS_RULE_DUPLICATE;
}

static enum cs_row_rule rule_of(const struct cs_order_row *row, uint32_t customer, enum cs_row_rule values) {
  if (!row->selected) return CS_RULE_NOT_SELECTED;
  if (!row->has_customer) return CS_RULE_NO_CUSTOMER;
  return customer == CS_MAP_NONE ? CS_RULE_UNKNOWN_CUSTOMER : values;
}

static bool is_line(enum cs_row_rule rule) {
  return rule == CS_RULE_CANCELLED || rule == CS_RULE_DUPLICATE;
}

static void count_row(struct cs_tally *tally, const struct cs_order_row *row, enum cs_row_rule rule) {
  if (rule != CS_ROW_RULES) {
    tally->rejected[rule]++;
    cs_money_add(&tally->money[rule], row->amount);
    return;
  }
  cs_money_add(&tally->kept, row->amount);
  if (!tally->dated || row->moment < tally->first) tally->first = row->moment;
  if (!tally->dated || row->moment > tally->last) tally->last = row->moment;
  tally->dated = true;
}

static void count_copy(struct cs_tally *tally, enum cs_row_rule rule) {
  tally->removed++;
  tally->cancelled_twice += rule == CS_RULE_CANCELLED;
}

void cs_tally_add(struct cs_tally *tally, const struct cs_tally *other) {
  for (int rule = 0; rule < CS_ROW_RULES; rule++) {
    tally->rejected[rule] += other->rejected[rule];
    cs_money_add_total(&tally->money[rule], &other->money[rule]);
    cs_places_merge(&tally->place[rule], &other->place[rule]);
  }
  cs_money_add_total(&tally->kept, &other->kept);
  cs_money_add_total(&tally->guest_money, &other->guest_money);
  cs_money_add_total(&tally->stranger_money, &other->stranger_money);
  tally->guests += other->guests;
  tally->strangers += other->strangers;
  tally->removed += other->removed;
  tally->cancelled_twice += other->cancelled_twice;
  if (!other->dated) return;
  if (!tally->dated || other->first < tally->first) tally->first = other->first;
  if (!tally->dated || other->last > tally->last) tally->last = other->last;
  tally->dated = true;
}

/* --- one row --- */

static enum cs_line_kind kind_of(const struct cs_order_row *row, const enum cs_row_rule rule[CS_READINGS]) {
  bool back = row->state == CS_STATE_REFUNDED;
  if (rule[CS_AS_PURCHASE] == CS_RULE_CANCELLED) return CS_LINE_REFUND;
  if (rule[CS_AS_CANCELLED] != CS_RULE_CANCELLED) return back ? CS_LINE_BOTH : CS_LINE_PURCHASE;
  if (rule[CS_AS_PURCHASE] != CS_RULE_DUPLICATE) return CS_LINE_LETTER_NOTHING;
  return back ? CS_LINE_LETTER_BOTH : CS_LINE_LETTER_PURCHASE;
}

static void mark_line(struct cs_order_row *row, uint32_t customer, enum cs_line_kind kind) {
  row->owner = customer;
  row->kind = kind;
}

static enum cs_status fail_numbers(struct cs_orders_reader *reader, size_t row, struct cs_error *err) {
  struct cs_number_columns columns;
  CS_TRY(cs_orders_number_columns(reader, &columns, err));
  return cs_numbers_fail_mixed(&reader->numbers, &columns, row, err);
}

/* A blank state is that of the order's lines before: shop systems write it in the first line only. */
static enum cs_status resolve_state(struct cs_orders_reader *reader, struct cs_order_row *row,
                                    struct cs_error *err) {
  if (!row->order.len || row->state == CS_STATE_RETURNING) return CS_OK;
  bool odd = row->state == CS_STATE_VOID || row->state == CS_STATE_REFUNDED;
  if (!odd && !reader->odd_orders.count) return CS_OK;
  uint32_t order = cs_map_find(&reader->odd_orders, row->order);
  if (row->state == CS_STATE_UNKNOWN) {
    if (order != CS_MAP_NONE) row->state = (enum cs_order_state)reader->odd_state[order];
    return CS_OK;
  }
  if (order == CS_MAP_NONE) {
    if (!odd) return CS_OK;
    CS_TRY(cs_map_add(&reader->odd_orders, row->order, &order, err));
    CS_TRY(cs_grow(&reader->odd_state, &reader->odd_capacity, (size_t)order + 1, 1, "orders", err));
  }
  reader->odd_state[order] = (uint8_t)row->state;
  return CS_OK;
}

/* The customer's index; CS_MAP_NONE when there is none, or it isn't among those known. */
static enum cs_status customer_of(struct cs_orders_reader *reader, const struct cs_order_row *row,
                                  uint32_t *customer, struct cs_error *err) {
  struct cs_map *customers = &reader->orders->customers;
  *customer = CS_MAP_NONE;
  if (!row->has_customer) return CS_OK;
  if (reader->known) {
    *customer = cs_map_find_hashed(customers, row->customer, row->customer_hash);
  } else {
    size_t before = customers->count;
    CS_TRY(cs_map_add_hashed(customers, row->customer, row->customer_hash, customer, err));
    if (customers->count == before) return CS_OK;
    CS_TRY(cs_grow(&reader->reached, &reader->reached_capacity, customers->count, sizeof *reader->reached,
                   "customers", err));
    memset(reader->reached[before], 0, sizeof *reader->reached);
  }
  return CS_OK;
}

/* The same of a row whose customer is looked up already, in all likelihood. */
static inline enum cs_status likely_customer(struct cs_orders_reader *reader, const struct cs_order_row *row,
                                             uint32_t *customer, struct cs_error *err) {
  const struct cs_map *customers = &reader->orders->customers;
  *customer = row->likely;
  if (*customer < customers->count && cs_slice_equal(cs_map_key(customers, *customer), row->customer))
    return CS_OK;
  return customer_of(reader, row, customer, err);
}

/* A row that is a line in one reading or in both, unless it is a copy. */
static enum cs_status keep_row(struct cs_orders_reader *reader, struct cs_order_row *row, uint32_t customer,
                               enum cs_row_rule rule[CS_READINGS], bool open, struct cs_error *err) {
  bool seen = false;
  enum cs_line_kind kind = kind_of(row, rule);
  if (!reader->orders->counts_copies) CS_TRY(cs_duplicates_see(&reader->seen, row->hash, &seen, err));
  if (seen && !open) count_copy(&reader->certain, rule[CS_AS_PURCHASE]);
  for (int i = 0; i < CS_READINGS && seen && open; i++)
    if (is_line(rule[i])) count_copy(&reader->open_rows[i], rule[i]);
  if (seen) return CS_OK;
  for (int i = 0; i < CS_READINGS; i++)
    if (rule[i] == CS_RULE_DUPLICATE) rule[i] = CS_ROW_RULES;
  mark_line(row, customer, kind);
  return CS_OK;
}

/* Orders of customers that the table of customers lacks are nobody's fault, but somebody may want to see them. */
static bool is_rejected(enum cs_row_rule rule) {
  return rule != CS_ROW_RULES && (rules[rule].bad || rule == CS_RULE_UNKNOWN_CUSTOMER);
}

static enum cs_status note_bad(struct cs_orders_reader *reader, const struct cs_order_row *row,
                               const enum cs_row_rule rule[CS_READINGS], struct cs_error *err) {
  if (!is_rejected(rule[CS_AS_PURCHASE]) || !reader->options->rejects) return CS_OK;
  CS_TRY(cs_bad_rows_add(&reader->orders->bad, row->number, err));
  return is_rejected(rule[CS_AS_CANCELLED]) ? CS_OK : cs_bad_rows_add(&reader->open_bad, row->number, err);
}

/* A purchase of nobody who is known. */
static void count_guest(struct cs_orders_reader *reader, const struct cs_order_row *row,
                        enum cs_row_rule rule, bool open) {
  struct cs_tally *tally = open ? &reader->open_rows[CS_AS_PURCHASE] : &reader->certain;
  bool guest = rule == CS_RULE_NO_CUSTOMER;
  tally->guests += guest;
  tally->strangers += !guest;
  cs_money_add(guest ? &tally->guest_money : &tally->stranger_money, row->amount);
}

static void note_place(const struct cs_orders_reader *reader, const struct cs_order_row *row,
                       struct cs_tally *tally, enum cs_row_rule rule) {
  const char *source;
  uint64_t line;
  if (!cs_places_want(&tally->place[rule], reader->rows)) return;
  cs_table_where(reader->table, row->number, &source, &line);
  cs_places_add(&tally->place[rule], reader->rows, source, line);
}

static void count_discount(struct cs_orders_reader *reader, const struct cs_order_row *row) {
  if (isnan(row->discount)) return;
  reader->discounts.any |= isfinite(row->discount);
  reader->discounts.other |= !isfinite(row->discount);
  reader->discounts.per_cent |= row->per_cent;
  if (isfinite(row->discount)) reader->discounts.largest = fmax(reader->discounts.largest, row->discount);
}

static void reach(struct cs_orders_reader *reader, uint32_t customer, enum cs_reading reading,
                  enum cs_row_rule rule) {
  uint8_t *reached = &reader->reached[customer][reading];
  if (*reached < rule) *reached = (uint8_t)rule;
}

static enum cs_status judge(struct cs_orders_reader *reader, struct cs_order_row *row, struct cs_error *err) {
  uint32_t customer;
  enum cs_row_rule value[CS_READINGS], rule[CS_READINGS];
  if (row->date_orders)
    return cs_dates_fail_mixed(reader->table, row->number, reader->shape.column[CS_ROLE_DATE], err);
  if (row->signs && cs_numbers_contradict(&reader->numbers, row->signs))
    return fail_numbers(reader, row->number, err);
  count_discount(reader, row);
  reader->plain_ids += row->plain_id;
  reader->letter_ids += row->letter_id;
  CS_TRY(resolve_state(reader, row, err));
  CS_TRY(likely_customer(reader, row, &customer, err));
  bool cancelled = row->negative || row->state == CS_STATE_RETURNING,
       letter = row->letter_id && row->order.len;
  value[CS_AS_PURCHASE] = rule_of_values(reader, row, cancelled);
  value[CS_AS_CANCELLED] = letter ? rule_of_values(reader, row, true) : value[CS_AS_PURCHASE];
  for (int i = 0; i < CS_READINGS; i++) rule[i] = rule_of(row, customer, value[i]);
  bool open = rule[CS_AS_PURCHASE] != rule[CS_AS_CANCELLED];
  if ((rule[CS_AS_PURCHASE] == CS_RULE_NO_CUSTOMER || rule[CS_AS_PURCHASE] == CS_RULE_UNKNOWN_CUSTOMER) &&
      value[CS_AS_PURCHASE] == CS_RULE_DUPLICATE)
    count_guest(reader, row, rule[CS_AS_PURCHASE], value[CS_AS_CANCELLED] != CS_RULE_DUPLICATE);
  if (row->selected && customer != CS_MAP_NONE)
    CS_TRY(cs_emails_add(&reader->audit->emails, row->email, customer, err));
  if (is_line(rule[CS_AS_PURCHASE]) || is_line(rule[CS_AS_CANCELLED]))
    CS_TRY(keep_row(reader, row, customer, rule, open, err));
  if (!open) count_row(&reader->certain, row, rule[CS_AS_PURCHASE]);
  if (!open && rule[CS_AS_PURCHASE] != CS_ROW_RULES)
    note_place(reader, row, &reader->certain, rule[CS_AS_PURCHASE]);
  for (int i = 0; i < CS_READINGS; i++) {
    if (open) count_row(&reader->open_rows[i], row, rule[i]);
    if (open && rule[i] != CS_ROW_RULES) note_place(reader, row, &reader->open_rows[i], rule[i]);
    if (customer != CS_MAP_NONE) reach(reader, customer, i, rule[i]);
  }
  return note_bad(reader, row, rule, err);
}

/* The same of a plain row, in fewer words: whether its customer is known is all that is left to ask, and whether it is a copy.
 */
static enum cs_status judge_plain(struct cs_orders_reader *reader, struct cs_order_row *row,
                                  struct cs_error *err) {
  uint32_t customer;
  bool seen = false;
  CS_TRY(likely_customer(reader, row, &customer, err));
  if (row->email) CS_TRY(cs_emails_add(&reader->audit->emails, row->email, customer, err));
  if (!reader->orders->counts_copies) CS_TRY(cs_duplicates_see(&reader->seen, row->hash, &seen, err));
  enum cs_row_rule rule = seen ? CS_RULE_DUPLICATE : CS_ROW_RULES;
  reader->plain_ids += row->plain_id;
  count_row(&reader->certain, row, rule);
  for (int i = 0; i < CS_READINGS; i++) reach(reader, customer, i, rule);
  if (!seen) mark_line(row, customer, CS_LINE_PURCHASE);
  if (!seen) return CS_OK;
  count_copy(&reader->certain, rule);
  note_place(reader, row, &reader->certain, rule);
  return note_bad(reader, row, (enum cs_row_rule[CS_READINGS]){rule, rule}, err);
}

/* --- the rows of a round --- */

/* Fetches what rows behind this one will look at: each step finds what the one before fetched. */
static void expect(const struct cs_orders_reader *reader, const struct cs_round *round, size_t i) {
  const struct cs_orders *orders = reader->orders;
  struct cs_order_row *row = round->row;
  if (i + 3 * STEP < round->count) cs_map_expect(&orders->customers, row[i + 3 * STEP].customer_hash);
  if (i + 2 * STEP < round->count)
    row[i + 2 * STEP].likely = cs_map_expect_key(&orders->customers, row[i + 2 * STEP].customer_hash);
  if (i + STEP >= round->count) return;
  cs_map_expect_text(&orders->customers, row[i + STEP].likely);
  if (row[i + STEP].likely < orders->customers.count)
    __builtin_prefetch(reader->reached[row[i + STEP].likely], 1);
  if (!orders->counts_copies) cs_duplicates_expect(&reader->seen, row[i + STEP].hash);
}

enum cs_status cs_round_judge(struct cs_orders_reader *reader, const struct cs_round *round,
                              struct cs_error *err) {
  bool plain = !reader->known && !reader->options->has_as_of, drops = cs_table_drops(reader->table);
  for (size_t i = 0; i < round->count; i++) {
    struct cs_order_row *row = &round->row[i];
    expect(reader, round, i);
    if (drops && cs_table_dropped(reader->table, row->number)) continue;
    reader->rows++;
    CS_TRY(row->plain && plain ? judge_plain(reader, row, err) : judge(reader, row, err));
  }
  reader->next += round->count;
  return CS_OK;
}

/* --- keeping lines --- */

static inline enum cs_status code_of(struct cs_map *map, const struct cs_order_text *text, uint32_t *code,
                                     struct cs_error *err) {
  *code = text->memo ? text->memo->code : CS_CODE_MISSING;
  if (*code != CS_CODE_MISSING || !text->text.len) return CS_OK;
  CS_TRY(cs_map_add_hashed(map, text->text, text->hash, code, err));
  if (text->memo) text->memo->code = *code;
  return CS_OK;
}

static enum cs_status add_line(struct cs_orders_reader *reader, const struct cs_order_row *row,
                               struct cs_error *err) {
  struct cs_orders *orders = reader->orders;
  struct cs_line line = {.moment = row->moment,
                         .amount = fabs(row->amount),
                         .quantity = fabs(row->quantity),
                         .list = row->list,
                         .order = row->order_key,
                         .hash = (uint32_t)row->hash.high,
                         .kind = row->kind};
  CS_TRY(code_of(&orders->products, &row->product, &line.product, err));
  CS_TRY(code_of(&orders->categories, &row->category, &line.category, err));
  CS_TRY(code_of(&orders->channels, &row->channel, &line.channel, err));
  for (size_t i = 0; i < orders->kept_count; i++) {
    reader->code[i] = CS_CODE_MISSING;
    if (row->kept[i].data) CS_TRY(cs_map_add(&orders->kept[i].texts, row->kept[i], &reader->code[i], err));
  }
  return cs_lines_add(&orders->lines, row->owner, &line, reader->code, err);
}

/* The line of a row; of a usual one in fewer steps. */
static inline enum cs_status keep_line(struct cs_orders_reader *reader, const struct cs_order_row *row,
                                       struct cs_error *err) {
  struct cs_orders *orders = reader->orders;
  bool added = false;
  if (row->packed && !row->product.text.len && !row->channel.text.len && !orders->kept_count) {
    struct cs_usual_line line = {row->packed, row->moment, row->order_key, 0, (uint32_t)row->hash.high};
    CS_TRY(code_of(&orders->categories, &row->category, &line.category, err));
    CS_TRY(cs_lines_add_usual(&orders->lines, row->owner, &line, &added, err));
  }
  return added ? CS_OK : add_line(reader, row, err);
}

enum cs_status cs_round_keep(struct cs_orders_reader *reader, const struct cs_round *round,
                             struct cs_error *err) {
  const struct cs_lines *lines = &reader->orders->lines;
  for (size_t i = 0; i < round->count; i++) {
    if (i + 4 * STEP < round->count) cs_lines_expect(lines, round->row[i + 4 * STEP].owner);
    if (i + 2 * STEP < round->count) cs_lines_expect_place(lines, round->row[i + 2 * STEP].owner);
    if (round->row[i].owner != CS_MAP_NONE) CS_TRY(keep_line(reader, &round->row[i], err));
  }
  return CS_OK;
}
