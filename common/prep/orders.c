#include "prep/orders.h"

#include "base/memory.h"
#include "base/parallel.h"
#include "prep/duplicates.h"
#include "prep/select.h"
#include "prep/status.h"

#include <stdlib.h>
#include <string.h>

/* Rows that are read side by side before they are judged one after the other. */
enum { PIECE = 128, PIECES = 16, ROUND = PIECE * PIECES, STEP = 10, BANKS = 4 };

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
    [RULE_UNKNOWN_CUSTOMER] = {"unknown_customer", false},
    [RULE_BAD_DATE] = {"bad_date", true},
    [RULE_BAD_NUMBER] = {"bad_number", true},
    [RULE_AFTER_AS_OF] = {"after_as_of", false},
    [RULE_NOT_COMPLETED] = {"not_completed", false},
    [RULE_CANCELLED] = {"cancelled", false},
    [RULE_QUANTITY] = {"quantity_not_positive", true},
    [RULE_PRICE] = {"price_not_positive", true},
    [RULE_DUPLICATE] = {"duplicate", true},
};

/* What rows came to. */
struct tally {
  uint64_t rejected[RULES];
  struct cs_money money[RULES], kept;
  struct cs_places place[RULES];
  uint64_t guests, strangers, removed, cancelled_twice;
  struct cs_money guest_money, stranger_money;
  bool dated;
  int64_t first, last; /* moments of purchases */
};

/* Where a letter before the figures of an order's id decides what a row is, both are counted until the last row tells
 * which it was. */
enum reading { AS_PURCHASE, AS_CANCELLED, READINGS };

/* Rows that are read together, while those of other rounds are judged, and the lines that these made are kept. */
struct round {
  struct cs_order_row *row;         /* [ROUND] */
  struct cs_slice *kept_cells;      /* [ROUND][kept_count] */
  struct cs_order_scratch *scratch; /* [threads] */
  size_t from, count;
  enum cs_status begun, status[PIECES];
  struct cs_error begin_error, error[PIECES];
};

struct cs_orders_reader {
  const struct cs_table *table;
  const struct cs_orders_options *options;
  struct cs_orders *orders;
  struct cs_audit *audit;
  struct cs_order_shape shape;
  bool known; /* there are no other customers */
  struct cs_dates dates;
  struct cs_numbers numbers;
  struct cs_columns number_columns; /* cs_numbers_look() needs them */
  size_t numbers_looked;            /* rows of the table whose numbers were looked at while they were open */
  bool waits;                       /* rows from next on have to, since their numbers are open */
  size_t columns;                   /* that the shape was made for */
  size_t looked;                    /* rows of the table whose dates were looked at */
  size_t next;                      /* the first row that wasn't read */
  size_t open;                      /* the first row whose date may be read in two ways, or SIZE_MAX */
  struct cs_duplicates seen;
  uint64_t rows, plain_ids, letter_ids;
  struct tally certain, open_rows[READINGS];
  struct cs_bad_rows open_bad;  /* bad only as purchases; they stand in orders->bad too */
  uint8_t (*reached)[READINGS]; /* by customer: the rules that its best row has passed */
  size_t reached_capacity;
  struct cs_map odd_orders; /* ids of orders that some line said were never completed, or refunded */
  uint8_t *odd_state;
  size_t odd_capacity;
  struct {
    bool any, per_cent, other; /* numbers, those with a per-cent sign, other texts */
    double largest;
  } discounts;
  int threads;
  struct round round[BANKS];
  uint32_t *code; /* [kept_count] */
};

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

/* --- the rules --- */

/* The first rule that the row fails, without regard to the customer and to duplicates. */
static enum rule rule_of_values(const struct cs_orders_reader *reader, const struct cs_order_row *row,
                                bool cancelled) {
  if (!row->has_date) return RULE_BAD_DATE;
  if (!row->has_numbers) return RULE_BAD_NUMBER;
  if (reader->options->has_as_of && cs_day_of(row->moment) > reader->options->as_of) return RULE_AFTER_AS_OF;
  if (row->state == CS_STATE_VOID) return RULE_NOT_COMPLETED;
  if (cancelled) return RULE_CANCELLED;
  if (row->quantity <= 0) return RULE_QUANTITY;
  if (reader->shape.column[CS_ROLE_PRICE] != CS_NO_COLUMN && row->price <= 0) return RULE_PRICE;
  return RULE_DUPLICATE;
}

static enum rule rule_of(const struct cs_order_row *row, uint32_t customer, enum rule values) {
  if (!row->selected) return RULE_NOT_SELECTED;
  if (!row->has_customer) return RULE_NO_CUSTOMER;
  return customer == CS_MAP_NONE ? RULE_UNKNOWN_CUSTOMER : values;
}

static bool is_line(enum rule rule) {
  return rule == RULE_CANCELLED || rule == RULE_DUPLICATE;
}

static void count_row(struct tally *tally, const struct cs_order_row *row, enum rule rule) {
  if (rule != RULES) {
    tally->rejected[rule]++;
    cs_money_add(&tally->money[rule], row->amount);
    return;
  }
  cs_money_add(&tally->kept, row->amount);
  if (!tally->dated || row->moment < tally->first) tally->first = row->moment;
  if (!tally->dated || row->moment > tally->last) tally->last = row->moment;
  tally->dated = true;
}

static void count_copy(struct tally *tally, enum rule rule) {
  tally->removed++;
  tally->cancelled_twice += rule == RULE_CANCELLED;
}

static void add_tally(struct tally *tally, const struct tally *other) {
  for (int rule = 0; rule < RULES; rule++) {
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

/* --- keeping lines --- */

enum cs_status cs_bad_rows_add(struct cs_bad_rows *bad, size_t row, struct cs_error *err) {
  CS_TRY(cs_grow(&bad->row, &bad->capacity, bad->count + 1, sizeof *bad->row, "bad rows", err));
  bad->row[bad->count++] = row;
  return CS_OK;
}

static inline enum cs_status code_of(struct cs_map *map, const struct cs_order_text *text, uint32_t *code,
                                     struct cs_error *err) {
  *code = text->memo ? text->memo->code : CS_CODE_MISSING;
  if (*code != CS_CODE_MISSING || !text->text.len) return CS_OK;
  CS_TRY(cs_map_add_hashed(map, text->text, text->hash, code, err));
  if (text->memo) text->memo->code = *code;
  return CS_OK;
}

static enum cs_line_kind kind_of(const struct cs_order_row *row, const enum rule rule[READINGS]) {
  bool back = row->state == CS_STATE_REFUNDED;
  if (rule[AS_PURCHASE] == RULE_CANCELLED) return CS_LINE_REFUND;
  if (rule[AS_CANCELLED] != RULE_CANCELLED) return back ? CS_LINE_BOTH : CS_LINE_PURCHASE;
  if (rule[AS_PURCHASE] != RULE_DUPLICATE) return CS_LINE_LETTER_NOTHING;
  return back ? CS_LINE_LETTER_BOTH : CS_LINE_LETTER_PURCHASE;
}

static void mark_line(struct cs_order_row *row, uint32_t customer, enum cs_line_kind kind) {
  row->owner = customer;
  row->kind = kind;
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

/* --- one row --- */

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
                               enum rule rule[READINGS], bool open, struct cs_error *err) {
  bool seen = false;
  enum cs_line_kind kind = kind_of(row, rule);
  if (!reader->orders->counts_copies) CS_TRY(cs_duplicates_see(&reader->seen, row->hash, &seen, err));
  if (seen && !open) count_copy(&reader->certain, rule[AS_PURCHASE]);
  for (int i = 0; i < READINGS && seen && open; i++)
    if (is_line(rule[i])) count_copy(&reader->open_rows[i], rule[i]);
  if (seen) return CS_OK;
  for (int i = 0; i < READINGS; i++)
    if (rule[i] == RULE_DUPLICATE) rule[i] = RULES;
  mark_line(row, customer, kind);
  return CS_OK;
}

/* Orders of customers that the table of customers lacks are nobody's fault, but somebody may want to see them. */
static bool is_rejected(enum rule rule) {
  return rule != RULES && (rules[rule].bad || rule == RULE_UNKNOWN_CUSTOMER);
}

static enum cs_status note_bad(struct cs_orders_reader *reader, const struct cs_order_row *row,
                               const enum rule rule[READINGS], struct cs_error *err) {
  if (!is_rejected(rule[AS_PURCHASE]) || !reader->options->rejects) return CS_OK;
  CS_TRY(cs_bad_rows_add(&reader->orders->bad, row->number, err));
  return is_rejected(rule[AS_CANCELLED]) ? CS_OK : cs_bad_rows_add(&reader->open_bad, row->number, err);
}

/* A purchase of nobody who is known. */
static void count_guest(struct cs_orders_reader *reader, const struct cs_order_row *row, enum rule rule,
                        bool open) {
  struct tally *tally = open ? &reader->open_rows[AS_PURCHASE] : &reader->certain;
  bool guest = rule == RULE_NO_CUSTOMER;
  tally->guests += guest;
  tally->strangers += !guest;
  cs_money_add(guest ? &tally->guest_money : &tally->stranger_money, row->amount);
}

static void note_place(const struct cs_orders_reader *reader, const struct cs_order_row *row,
                       struct tally *tally, enum rule rule) {
  const char *source;
  uint64_t line;
  if (!cs_places_want(&tally->place[rule], reader->rows)) return;
  cs_table_where(reader->table, row->number, &source, &line);
  cs_places_add(&tally->place[rule], reader->rows, source, line);
}

static enum cs_status fail_numbers(struct cs_orders_reader *reader, size_t row, struct cs_error *err);

static void count_discount(struct cs_orders_reader *reader, const struct cs_order_row *row) {
  if (isnan(row->discount)) return;
  reader->discounts.any |= isfinite(row->discount);
  reader->discounts.other |= !isfinite(row->discount);
  reader->discounts.per_cent |= row->per_cent;
  if (isfinite(row->discount)) reader->discounts.largest = fmax(reader->discounts.largest, row->discount);
}

static void reach(struct cs_orders_reader *reader, uint32_t customer, enum reading reading, enum rule rule) {
  uint8_t *reached = &reader->reached[customer][reading];
  if (*reached < rule) *reached = (uint8_t)rule;
}

static enum cs_status judge(struct cs_orders_reader *reader, struct cs_order_row *row, struct cs_error *err) {
  uint32_t customer;
  enum rule value[READINGS], rule[READINGS];
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
  value[AS_PURCHASE] = rule_of_values(reader, row, cancelled);
  value[AS_CANCELLED] = letter ? rule_of_values(reader, row, true) : value[AS_PURCHASE];
  for (int i = 0; i < READINGS; i++) rule[i] = rule_of(row, customer, value[i]);
  bool open = rule[AS_PURCHASE] != rule[AS_CANCELLED];
  if ((rule[AS_PURCHASE] == RULE_NO_CUSTOMER || rule[AS_PURCHASE] == RULE_UNKNOWN_CUSTOMER) &&
      value[AS_PURCHASE] == RULE_DUPLICATE)
    count_guest(reader, row, rule[AS_PURCHASE], value[AS_CANCELLED] != RULE_DUPLICATE);
  if (row->selected && customer != CS_MAP_NONE)
    CS_TRY(cs_emails_add(&reader->audit->emails, row->email, customer, err));
  if (is_line(rule[AS_PURCHASE]) || is_line(rule[AS_CANCELLED]))
    CS_TRY(keep_row(reader, row, customer, rule, open, err));
  if (!open) count_row(&reader->certain, row, rule[AS_PURCHASE]);
  if (!open && rule[AS_PURCHASE] != RULES) note_place(reader, row, &reader->certain, rule[AS_PURCHASE]);
  for (int i = 0; i < READINGS; i++) {
    if (open) count_row(&reader->open_rows[i], row, rule[i]);
    if (open && rule[i] != RULES) note_place(reader, row, &reader->open_rows[i], rule[i]);
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
  enum rule rule = seen ? RULE_DUPLICATE : RULES;
  reader->plain_ids += row->plain_id;
  count_row(&reader->certain, row, rule);
  for (int i = 0; i < READINGS; i++) reach(reader, customer, i, rule);
  if (!seen) mark_line(row, customer, CS_LINE_PURCHASE);
  if (!seen) return CS_OK;
  count_copy(&reader->certain, rule);
  note_place(reader, row, &reader->certain, rule);
  return note_bad(reader, row, (enum rule[READINGS]){rule, rule}, err);
}

/* --- the rows of a part --- */

static void read_piece(struct cs_orders_reader *reader, struct round *round, size_t piece, int thread) {
  size_t begin = piece * PIECE, end = begin + PIECE < round->count ? begin + PIECE : round->count;
  round->status[piece] = cs_order_rows_read(&reader->shape, &round->scratch[thread], round->from + begin,
                                            end - begin, round->kept_cells + begin * reader->shape.kept_count,
                                            &round->row[begin], &round->error[piece]);
}

static enum cs_status number_columns(struct cs_orders_reader *reader, struct cs_number_columns *columns,
                                     struct cs_error *err) {
  reader->number_columns.count = 0;
  CS_TRY(cs_order_number_columns(&reader->shape, &reader->number_columns, err));
  *columns =
      (struct cs_number_columns){reader->table, reader->number_columns.column, reader->number_columns.count};
  return CS_OK;
}

static enum cs_status fail_numbers(struct cs_orders_reader *reader, size_t row, struct cs_error *err) {
  struct cs_number_columns columns;
  CS_TRY(number_columns(reader, &columns, err));
  return cs_numbers_fail_mixed(&reader->numbers, &columns, row, err);
}

static size_t pieces_of(const struct round *round) {
  return (round->count + PIECE - 1) / PIECE;
}

/* As many of the rows from `from` on as a round takes. */
static enum cs_status begin_round(struct cs_orders_reader *reader, struct round *round, size_t from,
                                  size_t rows, struct cs_error *err) {
  round->from = from;
  round->count = rows - from < ROUND ? rows - from : ROUND;
  for (int i = 0; i < reader->threads; i++) {
    cs_dates_copy(&round->scratch[i].dates, &reader->dates);
    cs_numbers_copy(&round->scratch[i].numbers, &reader->numbers);
    CS_TRY(cs_order_scratch_begin(&round->scratch[i], reader->table, err));
  }
  return CS_OK;
}

static enum cs_status end_pieces(const struct round *round, struct cs_error *err) {
  for (size_t piece = 0; piece < pieces_of(round); piece++) {
    if (round->status[piece] == CS_OK) continue;
    *err = round->error[piece];
    return round->status[piece];
  }
  return CS_OK;
}

/* Fetches what rows behind this one will look at: each step finds what the one before fetched. */
static void expect(const struct cs_orders_reader *reader, const struct round *round, size_t i) {
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

static enum cs_status judge_round(struct cs_orders_reader *reader, const struct round *round,
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

static enum cs_status add_lines(struct cs_orders_reader *reader, const struct round *round,
                                struct cs_error *err) {
  const struct cs_lines *lines = &reader->orders->lines;
  for (size_t i = 0; i < round->count; i++) {
    if (i + 4 * STEP < round->count) cs_lines_expect(lines, round->row[i + 4 * STEP].owner);
    if (i + 2 * STEP < round->count) cs_lines_expect_place(lines, round->row[i + 2 * STEP].owner);
    if (round->row[i].owner != CS_MAP_NONE) CS_TRY(keep_line(reader, &round->row[i], err));
  }
  return CS_OK;
}

/* --- rounds whose numbers are open --- */

struct open_round {
  struct cs_orders_reader *reader;
  struct round *round;
};

static void read_open_piece(void *context, size_t piece, int thread) {
  struct open_round *open = context;
  read_piece(open->reader, open->round, piece, thread);
}

static enum cs_status read_round(struct cs_orders_reader *reader, struct round *round, size_t from,
                                 size_t rows, struct cs_error *err) {
  CS_TRY(begin_round(reader, round, from, rows, err));
  cs_parallel(reader->threads, pieces_of(round), read_open_piece, &(struct open_round){reader, round});
  return end_pieces(round, err);
}

/* Before rows are judged that were read while the decimal sign was open: the first of them that tells it decides; where
 * none does and some can be read in two ways, rows behind them are looked at; and where these don't tell either, all wait.
 * Rows that were read with a point and have a comma are read anew. */
static enum cs_status settle_numbers(struct cs_orders_reader *reader, struct round *round,
                                     struct cs_error *err) {
  struct cs_numbers *numbers = &reader->numbers;
  struct cs_number_columns columns;
  for (size_t i = 0; i < round->count; i++) cs_numbers_take(numbers, round->row[i].signs);
  if (cs_numbers_open(numbers)) {
    size_t from = round->from + round->count;
    if (from < reader->numbers_looked) from = reader->numbers_looked;
    CS_TRY(number_columns(reader, &columns, err));
    CS_TRY(cs_numbers_look(numbers, &columns, from, err));
    reader->numbers_looked = cs_table_rows(reader->table);
  }
  reader->waits = cs_numbers_open(numbers);
  if (!numbers->decided || numbers->sign != ',') return CS_OK;
  return read_round(reader, round, round->from, round->from + round->count, err);
}

static enum cs_status read_open(struct cs_orders_reader *reader, size_t rows, struct cs_error *err) {
  struct round *round = &reader->round[0];
  CS_TRY(read_round(reader, round, reader->next, rows, err));
  CS_TRY(settle_numbers(reader, round, err));
  if (reader->waits) return CS_OK;
  CS_TRY(judge_round(reader, round, err));
  return add_lines(reader, round, err);
}

/* --- rounds whose numbers are decided --- */

/* Rows in rounds, which are read, judged and kept at once: each stage has a round of its own. */
struct pass {
  struct cs_orders_reader *reader;
  size_t from, rows; /* of the table */
  enum cs_status judged, kept;
  struct cs_error judge_error, keep_error;
};

static struct round *round_of(const struct pass *pass, size_t batch) {
  return &pass->reader->round[batch % BANKS];
}

static size_t pass_begin(void *context, size_t batch) {
  struct pass *pass = context;
  struct round *round = round_of(pass, batch);
  round->begun =
      begin_round(pass->reader, round, pass->from + batch * ROUND, pass->rows, &round->begin_error);
  return round->begun == CS_OK ? pieces_of(round) : 0;
}

static void pass_read(void *context, size_t batch, size_t piece, int thread) {
  const struct pass *pass = context;
  read_piece(pass->reader, round_of(pass, batch), piece, thread);
}

static enum cs_status judge_read(struct cs_orders_reader *reader, const struct round *round,
                                 struct cs_error *err) {
  if (round->begun != CS_OK) *err = round->begin_error;
  CS_TRY(round->begun);
  CS_TRY(end_pieces(round, err));
  return judge_round(reader, round, err);
}

static bool pass_judge(void *context, size_t batch) {
  struct pass *pass = context;
  pass->judged = judge_read(pass->reader, round_of(pass, batch), &pass->judge_error);
  return pass->judged == CS_OK;
}

static bool pass_keep(void *context, size_t batch) {
  struct pass *pass = context;
  pass->kept = add_lines(pass->reader, round_of(pass, batch), &pass->keep_error);
  return pass->kept == CS_OK;
}

static enum cs_status read_decided(struct cs_orders_reader *reader, size_t rows, struct cs_error *err) {
  struct pass pass = {.reader = reader,
                      .from = reader->next,
                      .rows = rows,
                      .judge_error = CS_ERROR_INIT,
                      .keep_error = CS_ERROR_INIT};
  const struct cs_stages stages = {.batches = (rows - reader->next + ROUND - 1) / ROUND,
                                   .depth = BANKS,
                                   .begin = pass_begin,
                                   .work = pass_read,
                                   .in_turn = {pass_judge, pass_keep},
                                   .context = &pass};
  cs_parallel_stages(reader->threads, &stages);
  if (pass.kept != CS_OK) *err = pass.keep_error;
  CS_TRY(pass.kept);
  if (pass.judged != CS_OK) *err = pass.judge_error;
  return pass.judged;
}

/* As far as rows don't have to wait. */
static enum cs_status read_rows(struct cs_orders_reader *reader, size_t rows, struct cs_error *err) {
  reader->waits = false;
  while (reader->next < rows && !reader->waits)
    CS_TRY(reader->numbers.decided ? read_decided(reader, rows, err) : read_open(reader, rows, err));
  return CS_OK;
}

/* Rows that waited for what no cell told. */
static enum cs_status end_numbers(struct cs_orders_reader *reader, struct cs_error *err) {
  struct cs_number_columns columns;
  CS_TRY(number_columns(reader, &columns, err));
  CS_TRY(cs_numbers_end(&reader->numbers, &columns, reader->next, err));
  if (reader->waits) CS_TRY(read_rows(reader, cs_table_rows(reader->table), err));
  for (int i = 0; i < reader->threads * BANKS; i++)
    cs_numbers_add_currency(&reader->numbers, &reader->round[i % BANKS].scratch[i / BANKS].numbers);
  cs_numbers_warn(&reader->numbers, &reader->audit->warnings);
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

static enum cs_status make_round(struct round *round, int threads, size_t kept, struct cs_error *err) {
  CS_TRY(cs_alloc(&round->row, ROUND, sizeof *round->row, "rows", err));
  CS_TRY(cs_alloc(&round->kept_cells, ROUND * (kept + 1), sizeof *round->kept_cells, "cells", err));
  CS_TRY(cs_alloc(&round->scratch, (size_t)threads, sizeof *round->scratch, "threads", err));
  for (int i = 0; i < threads; i++) round->scratch[i] = (struct cs_order_scratch)CS_ORDER_SCRATCH_INIT;
  return CS_OK;
}

static void release_round(struct round *round, int threads) {
  for (int i = 0; i < threads && round->scratch; i++) cs_order_scratch_release(&round->scratch[i]);
  free(round->scratch);
  free(round->row);
  free(round->kept_cells);
}

static enum cs_status make_room(struct cs_orders_reader *reader, struct cs_error *err) {
  struct cs_order_shape *shape = &reader->shape;
  shape->kept_count = reader->orders->kept_count;
  CS_TRY(cs_alloc(&shape->kept, shape->kept_count, sizeof *shape->kept, "columns kept", err));
  for (size_t i = 0; i < shape->kept_count; i++) shape->kept[i] = reader->orders->kept[i].column;
  CS_TRY(cs_alloc(&reader->code, shape->kept_count, sizeof *reader->code, "columns kept", err));
  reader->threads = reader->options->threads > 1 ? reader->options->threads : 1;
  if (reader->threads > PIECES) reader->threads = PIECES;
  for (int i = 0; i < BANKS; i++)
    CS_TRY(make_round(&reader->round[i], reader->threads, shape->kept_count, err));
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
  for (int i = 0; i < BANKS; i++) release_round(&reader->round[i], reader->threads);
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
  CS_TRY(read_rows(reader, rows, err));
  *keep = kept || reader->open_bad.count > 0 || reader->waits;
  if (!*keep) reader->next = reader->looked = reader->numbers_looked = 0;
  reader->open = SIZE_MAX;
  return CS_OK;
}

/* --- end --- */

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
static void end_stages(struct cs_orders_reader *reader, enum reading reading) {
  struct cs_audit *audit = reader->audit;
  struct tally *tally = &reader->certain;
  add_tally(tally, &reader->open_rows[reading]);
  struct cs_money left = tally->kept;
  for (int rule = RULES - 1; rule >= 0; rule--) {
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
  audit->cancellations.rows = tally->rejected[RULE_CANCELLED];
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
  const struct tally *tally = &reader->certain;
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
  uint64_t unknown = audit->stage[RULE_UNKNOWN_CUSTOMER].rejected;
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
  for (int rule = 0; rule < RULES; rule++)
    cs_audit_stage(reader->audit, rules[rule].name)->bad = rules[rule].bad;
  orders->cancel_letter = reader->plain_ids > reader->letter_ids;
  orders->discount = discount_of(reader);
  orders->has_list = orders->discount != CS_DISCOUNT_NONE || cs_order_list_is_product(reader->shape.column);
  if (orders->cancel_letter) drop_open_bad(reader);
  name_audit(reader);
  end_stages(reader, orders->cancel_letter ? AS_CANCELLED : AS_PURCHASE);
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
