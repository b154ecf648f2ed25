#include "prep/aggregate.h"

#include "base/date.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/sort.h"
#include "prep/days.h"
#include "prep/habits.h"
#include "prep/netting.h"

#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, BLOCK = 1024, FEW = 256, LISTS = 5, STEPS = 5 };

/* Makes a moment positive, and smaller than 2^56. */
#define MOMENT_BIAS ((int64_t)1 << 48)

/* Sums over the customers of a block; blocks are added in their order. */
struct sums {
  struct cs_netted netted;
  struct cs_money gross, refunded, written, later; /* after the calibration */
  uint64_t usable, customers, orders_cancelled, lines_cancelled;
  uint64_t copies, lines_before, lines_later, not_only_before, within; /* purchases; customers with some */
};

/* What one thread works with: the customer at hand. */
struct worker {
  struct cs_unpacked unpacked;
  struct cs_line_list purchase, refund;
  struct cs_line_list later_purchase, later_refund; /* after the calibration */
  struct cs_line_list early;                        /* before the window */
  bool timed;                                       /* some line has a time of day */
  struct cs_netting netting;
  uint64_t *scratch; /* [purchases] */
  size_t scratch_capacity;
  struct cs_money gross, refunded, year;
  unsigned purchases, refunds; /* kinds of lines, a bit each */
  int64_t first_day;           /* of the data */
  uint32_t *day_lines;         /* [days] */
  int64_t year_ago;
};

struct adding {
  struct cs_orders *orders;
  struct cs_customers *customers;
  struct cs_audit *audit;
  struct sums *sums; /* [blocks] */
  struct worker *worker;
  int threads;
  enum cs_status *status; /* [threads] */
  struct cs_error *error;
  int64_t year_ago; /* first day of the last twelve months */
};

/* --- the lines of a customer --- */

/* Whatever the order of the rows was. */
static int compare_lines(const void *a, const void *b) {
  const struct cs_line *left = a, *right = b;
  if (left->moment != right->moment) return left->moment < right->moment ? -1 : 1;
  if (left->order != right->order) return left->order < right->order ? -1 : 1;
  if (left->amount != right->amount) return left->amount < right->amount ? -1 : 1;
  if (left->quantity != right->quantity) return left->quantity < right->quantity ? -1 : 1;
  return (left->list > right->list) - (left->list < right->list);
}

static void sort_lines(struct cs_line *line, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if (compare_lines(&line[i - 1], &line[i]) <= 0) continue;
    qsort(line, count, sizeof *line, compare_lines);
    return;
  }
}

/* What a line would have cost without its discount; never less than what was paid. */
static double list_value(const struct cs_orders *orders, const struct cs_line *line) {
  double list = line->amount, share = line->list;
  if (isnan(line->list) || cs_order_list_is_product(orders->mapping.column))
    return isnan(line->list) ? list : line->list;
  if (orders->discount == CS_DISCOUNT_PERCENT) share /= 100;
  if (orders->discount == CS_DISCOUNT_MONEY)
    list = line->amount + line->list;
  else if (share < 1)
    list = line->amount / (1 - share);
  list = cs_money_snap(list, fabs(list));
  return isfinite(list) && list > line->amount ? list : line->amount;
}

static inline enum cs_status add_line(struct cs_line_list *lines, const struct cs_line *line, uint64_t order,
                                      double list, struct cs_error *err) {
  CS_TRY(cs_grow(&lines->line, &lines->capacity, lines->count + 1, sizeof *lines->line, "order lines", err));
  struct cs_line *added = &lines->line[lines->count++];
  *added = *line;
  added->order = order;
  added->list = list;
  return CS_OK;
}

static bool is_purchase(const struct cs_orders *orders, enum cs_line_kind kind) {
  bool letter = kind == CS_LINE_LETTER_PURCHASE || kind == CS_LINE_LETTER_BOTH;
  return kind == CS_LINE_PURCHASE || kind == CS_LINE_BOTH || (letter && !orders->cancel_letter);
}

static bool is_refund(const struct cs_orders *orders, enum cs_line_kind kind) {
  bool letter = kind == CS_LINE_LETTER_PURCHASE || kind == CS_LINE_LETTER_NOTHING;
  return kind == CS_LINE_REFUND || kind == CS_LINE_BOTH || kind == CS_LINE_LETTER_BOTH ||
         (letter && orders->cancel_letter);
}

/* Without an id of its order a line belongs to its day. */
static uint64_t order_of(const struct cs_line *line) {
  if (line->order != CS_ORDER_NONE) return line->order;
  return CS_ORDER_DAY | (uint64_t)((int64_t)line->day + ((int64_t)1 << 40));
}

/* ... or is an order by itself. */
static void number_lines(struct cs_line_list *lines) {
  for (size_t i = 0; i < lines->count; i++)
    if (lines->line[i].order >= CS_ORDER_DAY) lines->line[i].order = CS_ORDER_DAY | i;
}

/* A line goes to those of the window, to those after the calibration, or nowhere. */
static inline enum cs_status take_line(const struct cs_orders *orders, struct worker *worker,
                                       const struct cs_line *line, struct sums *sums, struct cs_error *err) {
  bool purchase = worker->purchases >> line->kind & 1, refund = worker->refunds >> line->kind & 1;
  bool later = orders->has_holdout && line->day > orders->end;
  uint64_t order = order_of(line);
  double list = orders->has_list ? list_value(orders, line) : line->amount;
  if (line->day < orders->begin) {
    sums->lines_before += purchase;
    return purchase || refund ? add_line(&worker->early, line, order, list, err) : CS_OK;
  }
  if (purchase) CS_TRY(add_line(later ? &worker->later_purchase : &worker->purchase, line, order, list, err));
  return refund ? add_line(later ? &worker->later_refund : &worker->refund, line, order, list, err) : CS_OK;
}

/* The lists that a customer's lines go to. */
static void lists_of(struct worker *worker, struct cs_line_list *lists[LISTS]) {
  lists[0] = &worker->purchase;
  lists[1] = &worker->refund;
  lists[2] = &worker->later_purchase;
  lists[3] = &worker->later_refund;
  lists[4] = &worker->early;
}

/* Of lines that sort alike: how many have the hash of one before. Without those that stand among the purchases, too. */
static size_t count_hashes(const struct worker *worker, const struct cs_line *line, size_t count,
                           bool refunds) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (!refunds || !(worker->purchases >> line[i].kind & 1)) worker->scratch[n++] = line[i].hash;
  return n - cs_sort_distinct(worker->scratch, n);
}

/* Lines whose rows are the same: by moment, order, amount, quantity and list value, between which they stand together, and
 * by 32 bits of the row's hash. That two different ones of 1,000 such lines are taken for one has odds of 1 to 8,600. */
static size_t count_copies(const struct worker *worker, const struct cs_line *line, size_t count,
                           bool refunds) {
  size_t copies = 0;
  for (size_t begin = 0, end; begin < count; begin = end) {
    for (end = begin + 1; end < count && compare_lines(&line[begin], &line[end]) == 0;) end++;
    if (end - begin > 1) copies += count_hashes(worker, line + begin, end - begin, refunds);
  }
  return copies;
}

static bool shares_moments(const struct cs_line_list *lines) {
  bool shared = false;
  for (size_t i = 1; i < lines->count; i++) shared |= lines->line[i].moment == lines->line[i - 1].moment;
  return shared;
}

/* Lines that stand in the order of their moments: those of one are sorted, and the copies among them counted. */
static size_t sort_moments(const struct cs_orders *orders, const struct worker *worker,
                           struct cs_line_list *lines) {
  bool refunds = lines == &worker->refund || lines == &worker->later_refund;
  size_t copies = 0;
  if (!shares_moments(lines)) return 0;
  for (size_t begin = 0, end = 1; end <= lines->count; end++) {
    struct cs_line *line = &lines->line[begin];
    if (end < lines->count && lines->line[end].moment == line->moment) continue;
    if (end - begin > 1) sort_lines(line, end - begin);
    if (end - begin > 1 && orders->counts_copies) copies += count_copies(worker, line, end - begin, refunds);
    begin = end;
  }
  return copies;
}

/* The places of a few lines by their moments, in the lowest byte. */
static void order_moments(const struct cs_line *line, size_t count, uint64_t place[FEW]) {
  for (size_t i = 0; i < count; i++) place[i] = (uint64_t)(line[i].moment + MOMENT_BIAS) << 8 | i;
  cs_sort_codes(place, count);
}

static enum cs_status take_few(const struct cs_orders *orders, struct worker *worker, struct sums *sums,
                               struct cs_error *err) {
  uint64_t place[FEW];
  const struct cs_line *line = worker->unpacked.line;
  order_moments(line, worker->unpacked.count, place);
  for (size_t i = 0; i < worker->unpacked.count; i++)
    CS_TRY(take_line(orders, worker, &line[(unsigned char)place[i]], sums, err));
  return CS_OK;
}

/* Lines of purchases without an order, by moment: if time leaves none out, they are the list. */
static enum cs_status take_sorted(const struct cs_orders *orders, struct worker *worker, struct sums *sums,
                                  struct cs_error *err) {
  struct cs_unpacked *unpacked = &worker->unpacked;
  struct cs_line_list *list = &worker->purchase;
  struct cs_line *line = unpacked->line;
  size_t count = unpacked->count, capacity = unpacked->capacity;
  if (line[0].day < orders->begin || (orders->has_holdout && line[count - 1].day > orders->end)) {
    for (size_t i = 0; i < count; i++) CS_TRY(take_line(orders, worker, &line[i], sums, err));
    return CS_OK;
  }
  for (size_t i = 0; i < count; i++) {
    line[i].order = order_of(&line[i]);
    line[i].list = orders->has_list ? list_value(orders, &line[i]) : line[i].amount;
  }
  unpacked->line = list->line;
  unpacked->capacity = list->capacity;
  *list = (struct cs_line_list){.line = line, .count = count, .capacity = capacity};
  return CS_OK;
}

static enum cs_status take_many(const struct cs_orders *orders, struct worker *worker,
                                struct cs_line_list *lists[LISTS], struct sums *sums, struct cs_error *err) {
  for (size_t i = 0; i < worker->unpacked.count; i++)
    CS_TRY(take_line(orders, worker, &worker->unpacked.line[i], sums, err));
  for (size_t i = 0; i < LISTS; i++) sort_lines(lists[i]->line, lists[i]->count);
  return CS_OK;
}

static enum cs_status take_lines(const struct cs_orders *orders, struct worker *worker, struct sums *sums,
                                 struct cs_error *err) {
  struct cs_line_list *lists[LISTS];
  size_t count = worker->unpacked.count;
  lists_of(worker, lists);
  for (size_t i = 0; i < LISTS; i++) lists[i]->count = 0;
  CS_TRY(cs_grow(&worker->scratch, &worker->scratch_capacity, count, sizeof *worker->scratch, "orders", err));
  if (worker->unpacked.by_moment)
    CS_TRY(take_sorted(orders, worker, sums, err));
  else if (count <= FEW)
    CS_TRY(take_few(orders, worker, sums, err));
  else
    CS_TRY(take_many(orders, worker, lists, sums, err));
  for (size_t i = 0; i < LISTS; i++) sums->copies += sort_moments(orders, worker, lists[i]);
  if (orders->unit == CS_ORDER_UNIT_ROW) {
    number_lines(&worker->purchase);
    number_lines(&worker->later_purchase);
  }
  return CS_OK;
}

/* --- money --- */

static void refund_matched(void *context, const struct cs_line *line, double amount) {
  struct worker *worker = context;
  if (line->day >= worker->year_ago) cs_money_add(&worker->year, -amount);
}

/* What was bought and given back, and the lines of each day. */
static void add_up(struct worker *worker) {
  struct cs_money gross = CS_MONEY_INIT, year = CS_MONEY_INIT;
  for (size_t i = 0; i < worker->purchase.count; i++) {
    const struct cs_line *line = &worker->purchase.line[i];
    cs_money_add(&gross, line->amount);
    if (line->day >= worker->year_ago) cs_money_add(&year, line->amount);
    worker->day_lines[line->day - worker->first_day]++;
  }
  worker->gross = gross;
  worker->year = year;
  worker->refunded = (struct cs_money)CS_MONEY_INIT;
  for (size_t i = 0; i < worker->refund.count; i++)
    cs_money_add(&worker->refunded, worker->refund.line[i].amount);
}

static void add_unmatched(struct worker *worker) {
  for (size_t i = 0; i < worker->refund.count; i++)
    if (worker->refund.line[i].day >= worker->year_ago)
      cs_money_add(&worker->year, -worker->refund.line[i].amount);
}

/* --- one customer --- */

static size_t count_unsorted(const struct cs_line_list *lines, bool left_only, uint64_t *scratch) {
  size_t n = 0;
  for (size_t i = 0; i < lines->count; i++)
    if (!left_only || cs_line_is_left(&lines->line[i])) scratch[n++] = lines->line[i].order;
  return cs_sort_distinct(scratch, n);
}

/* The different orders among lines; all of them, or those with something left. Most ascend as time does. */
static size_t count_orders(const struct cs_line_list *lines, bool left_only, uint64_t *scratch) {
  size_t orders = 0;
  uint64_t next = 0; /* the least that is another one */
  for (size_t i = 0; i < lines->count; i++) {
    const struct cs_line *line = &lines->line[i];
    if (left_only && !cs_line_is_left(line)) continue;
    if (line->order + 1 < next) return count_unsorted(lines, left_only, scratch);
    orders += line->order >= next;
    next = line->order + 1;
  }
  return orders;
}

static double discount_share(const struct cs_line_list *lines) {
  struct cs_money all = CS_MONEY_INIT, paid = CS_MONEY_INIT;
  for (size_t i = 0; i < lines->count; i++) {
    if (!cs_line_is_left(&lines->line[i])) continue;
    cs_money_add(&all, lines->line[i].list);
    cs_money_add(&paid, lines->line[i].amount);
  }
  double value = cs_money_value(&all), given = cs_money_snap(value - cs_money_value(&paid), value);
  return value > 0 && given > 0 ? given / value : 0;
}

static size_t count_days(const struct cs_line_list *lines) {
  size_t days = 0;
  int64_t last = 0;
  for (size_t i = 0; i < lines->count; i++) {
    int64_t day = lines->line[i].day;
    if (!cs_line_is_left(&lines->line[i]) || (days && day == last)) continue;
    days++;
    last = day;
  }
  return days;
}

/* First and last day, days with a purchase, and the mean of what was left on the days after the first. */
static void add_days(struct cs_customers *customers, uint32_t customer, const struct cs_line_list *lines) {
  int64_t first = 0, last = 0;
  size_t days = 0;
  struct cs_money repeat = CS_MONEY_INIT;
  for (size_t i = 0; i < lines->count; i++) {
    if (!cs_line_is_left(&lines->line[i])) continue;
    int64_t day = lines->line[i].day;
    if (days == 0) first = day;
    if (days == 0 || day != last) days++;
    if (days > 1) cs_money_add(&repeat, lines->line[i].amount);
    last = day;
  }
  double total = cs_money_value(&repeat),
         mean = days > 1 ? cs_money_snap(total, total) / (double)(days - 1) : 0;
  customers->value[CS_FEATURE_FIRST][customer] = (double)first;
  customers->value[CS_FEATURE_LAST][customer] = (double)last;
  customers->value[CS_FEATURE_PURCHASE_DAYS][customer] = (double)days;
  if (customers->value[CS_FEATURE_REPEAT_MEAN]) customers->value[CS_FEATURE_REPEAT_MEAN][customer] = mean;
}

static void put_money(const struct worker *worker, struct cs_customers *customers, uint32_t customer) {
  double gross = cs_money_value(&worker->gross), refunded = cs_money_value(&worker->refunded);
  double largest = gross > refunded ? gross : refunded;
  customers->value[CS_FEATURE_GROSS][customer] = cs_money_snap(gross, gross);
  customers->value[CS_FEATURE_REFUNDED][customer] = cs_money_snap(refunded, refunded);
  customers->value[CS_FEATURE_SPENT][customer] = cs_money_snap(gross - refunded, largest);
  customers->value[CS_FEATURE_SPENT_12M][customer] = cs_money_snap(cs_money_value(&worker->year), largest);
}

static bool sorts_before(const struct cs_kept *kept, uint64_t code, uint64_t other) {
  return cs_slice_compare(cs_map_key(&kept->texts, (uint32_t)code),
                          cs_map_key(&kept->texts, (uint32_t)other)) < 0;
}

/* The most frequent code. Ties go to the text that sorts first. */
static uint32_t most_frequent(const struct cs_kept *kept, uint64_t *code, size_t n) {
  uint64_t best = CS_CODE_MISSING;
  size_t most = 0;
  cs_sort_codes(code, n);
  for (size_t begin = 0, end; begin < n; begin = end) {
    for (end = begin; end < n && code[end] == code[begin];) end++;
    if (end - begin < most || (end - begin == most && !sorts_before(kept, code[begin], best))) continue;
    most = end - begin;
    best = code[begin];
  }
  return (uint32_t)best;
}

/* Of the first or the last lines; those of one order and moment are as one, of which the text that sorts first is taken. */
static uint32_t first_or_last(const struct cs_kept *kept, const struct cs_line_list *lines,
                              const uint64_t *code) {
  uint32_t best = CS_CODE_MISSING;
  const struct cs_line *of = NULL;
  for (size_t i = 0; i < lines->count; i++) {
    const struct cs_line *line = &lines->line[i];
    if (!cs_line_is_left(line) || code[i] == CS_CODE_MISSING) continue;
    bool same = of && of->moment == line->moment && of->order == line->order;
    if (of && !same && kept->carry == CS_CARRY_FIRST) break;
    if (!same || sorts_before(kept, code[i], best)) best = (uint32_t)code[i];
    of = line;
  }
  return best;
}

/* The text that a customer's lines give to a carried column. */
static uint32_t carried(const struct cs_orders *orders, size_t which, struct worker *worker) {
  const struct cs_kept *kept = &orders->kept[which];
  const struct cs_line_list *lines = &worker->purchase;
  uint64_t *code = worker->scratch;
  size_t n = 0;
  for (size_t i = 0; i < lines->count; i++) {
    code[n] = worker->unpacked.code[lines->line[i].at * orders->kept_count + which];
    if (kept->carry != CS_CARRY_MODE || (cs_line_is_left(&lines->line[i]) && code[n] != CS_CODE_MISSING)) n++;
  }
  return kept->carry == CS_CARRY_MODE ? most_frequent(kept, code, n) : first_or_last(kept, lines, code);
}

static double code_value(uint32_t code) {
  return code == CS_CODE_MISSING ? NAN : (double)code;
}

static void put_times(struct worker *worker, double **value, uint32_t customer) {
  value[CS_FEATURE_INTERVAL_CV][customer] = cs_habit_interval_cv(&worker->purchase);
  value[CS_FEATURE_WEEKEND][customer] = cs_habit_weekend(&worker->purchase);
  value[CS_FEATURE_EVENING][customer] = cs_habit_evening(&worker->purchase, &worker->timed);
}

static void put_categories(const struct cs_orders *orders, struct worker *worker, double **value,
                           uint32_t customer) {
  const struct cs_line_list *lines = &worker->purchase;
  const struct cs_map *texts = &orders->categories;
  double *entropy = value[CS_FEATURE_ENTROPY] ? &value[CS_FEATURE_ENTROPY][customer] : NULL;
  value[CS_FEATURE_CATEGORIES][customer] = (double)cs_habit_categories(lines, worker->scratch, entropy);
  if (!entropy) return;
  value[CS_FEATURE_FIRST_CATEGORY][customer] = code_value(cs_habit_first_category(lines, texts));
  value[CS_FEATURE_LAST_CATEGORY][customer] = code_value(cs_habit_last_category(lines, texts));
}

static void put_channels(const struct cs_orders *orders, struct worker *worker, double **value,
                         uint32_t customer) {
  struct cs_channel_mix mix = cs_habit_channels(&worker->purchase, &orders->channels, worker->scratch);
  value[CS_FEATURE_CHANNELS][customer] = (double)mix.channels;
  value[CS_FEATURE_MAIN_CHANNEL][customer] = code_value(mix.main);
  value[CS_FEATURE_MAIN_CHANNEL_SHARE][customer] = mix.share;
}

static void put_features(struct adding *adding, struct worker *worker, uint32_t customer,
                         size_t orders_left) {
  const struct cs_orders *orders = adding->orders;
  struct cs_customers *customers = adding->customers;
  double **value = customers->value;
  value[CS_FEATURE_ORDERS][customer] = (double)orders_left;
  add_days(customers, customer, &worker->purchase);
  if (orders->has_amount) put_money(worker, customers, customer);
  if (customers->make & CS_MAKE_HABITS) put_times(worker, value, customer);
  if (value[CS_FEATURE_CATEGORIES]) put_categories(orders, worker, value, customer);
  if (value[CS_FEATURE_CHANNELS]) put_channels(orders, worker, value, customer);
  if (orders->has_list) value[CS_FEATURE_DISCOUNT][customer] = discount_share(&worker->purchase);
  for (size_t i = 0; i < orders->kept_count; i++)
    orders->kept[i].carried[customer] = carried(orders, i, worker);
}

/* What was bought less what was given back, matched or not. */
static double net_amount(const struct cs_line_list *bought, const struct cs_line_list *back) {
  struct cs_money gross = CS_MONEY_INIT, refunded = CS_MONEY_INIT;
  for (size_t i = 0; i < bought->count; i++) cs_money_add(&gross, bought->line[i].amount);
  for (size_t i = 0; i < back->count; i++) cs_money_add(&refunded, back->line[i].amount);
  double plus = cs_money_value(&gross), minus = cs_money_value(&refunded);
  return cs_money_snap(plus - minus, fmax(plus, minus));
}

/* What happened after the calibration: netted by itself, as it would be in an export that begins there. */
static enum cs_status put_holdout(struct adding *adding, struct worker *worker, uint32_t customer,
                                  struct cs_error *err) {
  double **value = adding->customers->value;
  struct cs_line_list *bought = &worker->later_purchase, *back = &worker->later_refund;
  struct cs_netted ignored = {0};
  if (!adding->orders->has_holdout) return CS_OK;
  if (value[CS_FEATURE_HOLDOUT_SPENT]) value[CS_FEATURE_HOLDOUT_SPENT][customer] = net_amount(bought, back);
  if (back->count) {
    CS_TRY(cs_net(&worker->netting, bought, back, &ignored, err));
    sort_lines(bought->line, bought->count);
  }
  value[CS_FEATURE_HOLDOUT_DAYS][customer] = (double)count_days(bought);
  value[CS_FEATURE_HOLDOUT_ORDERS][customer] = (double)count_orders(bought, true, worker->scratch);
  return CS_OK;
}

static enum cs_status net_lines(struct worker *worker, struct sums *sums, struct cs_error *err) {
  if (!worker->refund.count) return CS_OK;
  CS_TRY(cs_net(&worker->netting, &worker->purchase, &worker->refund, &sums->netted, err));
  add_unmatched(worker);
  for (size_t i = 0; i < worker->purchase.count; i++)
    sums->lines_cancelled += !cs_line_is_left(&worker->purchase.line[i]);
  sort_lines(worker->purchase.line, worker->purchase.count);
  return CS_OK;
}

/* For the rules of time, which come before netting. */
static void count_taken(const struct worker *worker, struct sums *sums) {
  for (size_t i = 0; i < worker->later_purchase.count; i++)
    cs_money_add(&sums->later, worker->later_purchase.line[i].amount);
  sums->lines_later += worker->later_purchase.count;
  sums->not_only_before += worker->purchase.count || worker->later_purchase.count;
  sums->within += worker->purchase.count > 0;
}

static enum cs_status add_customer(struct adding *adding, struct worker *worker, struct sums *sums,
                                   uint32_t customer, struct cs_error *err) {
  CS_TRY(cs_lines_get(&adding->orders->lines, customer, &worker->unpacked, err));
  CS_TRY(take_lines(adding->orders, worker, sums, err));
  count_taken(worker, sums);
  if (!worker->purchase.count && !worker->refund.count) return CS_OK;
  sums->usable++;
  add_up(worker);
  cs_money_add_total(&sums->gross, &worker->gross);
  cs_money_add_total(&sums->refunded, &worker->refunded);
  size_t bought = count_orders(&worker->purchase, false, worker->scratch), left = bought;
  CS_TRY(net_lines(worker, sums, err));
  if (worker->refund.count) left = count_orders(&worker->purchase, true, worker->scratch);
  sums->orders_cancelled += bought - left;
  if (!left) return CS_OK;
  put_features(adding, worker, customer, left);
  CS_TRY(put_holdout(adding, worker, customer, err));
  sums->customers++;
  if (adding->orders->has_amount)
    cs_money_add(&sums->written, adding->customers->value[CS_FEATURE_SPENT][customer]);
  return CS_OK;
}

static void add_block(void *context, size_t block, int thread) {
  struct adding *adding = context;
  size_t begin = block * BLOCK, end = begin + BLOCK;
  if (end > adding->customers->n) end = adding->customers->n;
  for (size_t i = begin; i < end && adding->status[thread] == CS_OK; i++) {
    for (int step = 0; step < STEPS; step++)
      cs_lines_expect_all(&adding->orders->lines, (uint32_t)(i + STEPS - (size_t)step), step);
    adding->status[thread] = add_customer(adding, &adding->worker[thread], &adding->sums[block], (uint32_t)i,
                                          &adding->error[thread]);
  }
}

/* --- the audit --- */

static void add_sums(struct sums *sums, const struct sums *other) {
  sums->netted.matched += other->netted.matched;
  sums->netted.partly += other->netted.partly;
  sums->netted.unmatched += other->netted.unmatched;
  cs_money_add_total(&sums->netted.amount, &other->netted.amount);
  cs_money_add_total(&sums->netted.rest, &other->netted.rest);
  cs_money_add_total(&sums->gross, &other->gross);
  cs_money_add_total(&sums->refunded, &other->refunded);
  cs_money_add_total(&sums->written, &other->written);
  cs_money_add_total(&sums->later, &other->later);
  sums->copies += other->copies;
  sums->lines_before += other->lines_before;
  sums->lines_later += other->lines_later;
  sums->not_only_before += other->not_only_before;
  sums->within += other->within;
  sums->usable += other->usable;
  sums->customers += other->customers;
  sums->orders_cancelled += other->orders_cancelled;
  sums->lines_cancelled += other->lines_cancelled;
}

static void end_audit(struct cs_audit *audit, const struct sums *sums, size_t customers) {
  double amount = cs_money_value(&sums->netted.amount), rest = cs_money_value(&sums->netted.rest);
  audit->duplicates.found += sums->copies;
  audit->cancellations.matched = sums->netted.matched;
  audit->cancellations.partly = sums->netted.partly;
  audit->cancellations.unmatched = sums->netted.unmatched;
  audit->cancellations.orders_cancelled = sums->orders_cancelled;
  audit->cancellations.amount = amount;
  audit->cancellations.unmatched_amount = cs_money_snap(rest, amount);
  audit->cancellations.matched_amount = cs_money_snap(amount - rest, amount);
  audit->revenue.gross = cs_money_value(&sums->gross);
  audit->revenue.refunded = cs_money_value(&sums->refunded);
  audit->revenue.net = cs_money_snap(audit->revenue.gross - audit->revenue.refunded, audit->revenue.gross);
  audit->net_written = cs_money_value(&sums->written);
  audit->customers.seen = customers;
  audit->customers.written = sums->customers;
  audit->customers.no_usable_row = customers - sums->usable;
  audit->customers.no_order_left = sums->usable - sums->customers;
}

static void end_stages(struct cs_audit *audit, const struct sums *sums) {
  struct cs_stage *stage = cs_audit_stage(audit, "before_window");
  stage->rejected = sums->lines_before;
  stage->customers = sums->not_only_before;
  stage->revenue = sums->gross;
  cs_money_add_total(&stage->revenue, &sums->later);
  stage = cs_audit_stage(audit, "after_calibration");
  stage->rejected = sums->lines_later;
  stage->customers = sums->within;
  stage->revenue = sums->gross;
  stage = cs_audit_stage(audit, "netted");
  stage->rejected = sums->lines_cancelled;
  stage->customers = sums->customers;
  cs_money_add(&stage->revenue, audit->revenue.gross - audit->cancellations.matched_amount);
  stage = cs_audit_stage(audit, "unmatched_cancellations");
  stage->customers = sums->customers;
  cs_money_add(&stage->revenue, audit->revenue.net);
  stage = cs_audit_stage(audit, "no_order_left");
  stage->customers = sums->customers;
  cs_money_add(&stage->revenue, audit->net_written);
}

/* --- all of it --- */

/* Room for some features. */
static enum cs_status room_for(struct cs_customers *customers, const enum cs_feature *feature, size_t count,
                               struct cs_error *err) {
  for (size_t i = 0; i < count; i++) CS_TRY(cs_customers_room(customers, feature[i], err));
  return CS_OK;
}

#define ROOM_FOR(customers, list, err) room_for(customers, list, sizeof list / sizeof *list, err)

static enum cs_status make_room(const struct cs_orders *orders, struct cs_customers *customers,
                                struct cs_error *err) {
  static const enum cs_feature always[] = {CS_FEATURE_FIRST, CS_FEATURE_LAST, CS_FEATURE_PURCHASE_DAYS,
                                           CS_FEATURE_ORDERS};
  static const enum cs_feature times[] = {CS_FEATURE_INTERVAL_CV, CS_FEATURE_WEEKEND, CS_FEATURE_EVENING};
  static const enum cs_feature money[] = {CS_FEATURE_SPENT, CS_FEATURE_GROSS, CS_FEATURE_REFUNDED,
                                          CS_FEATURE_REPEAT_MEAN, CS_FEATURE_SPENT_12M};
  static const enum cs_feature category[] = {CS_FEATURE_ENTROPY, CS_FEATURE_FIRST_CATEGORY,
                                             CS_FEATURE_LAST_CATEGORY};
  static const enum cs_feature channel[] = {CS_FEATURE_CHANNELS, CS_FEATURE_MAIN_CHANNEL,
                                            CS_FEATURE_MAIN_CHANNEL_SHARE};
  static const enum cs_feature holdout[] = {CS_FEATURE_HOLDOUT_DAYS, CS_FEATURE_HOLDOUT_ORDERS};
  const size_t *column = orders->mapping.column;
  CS_TRY(ROOM_FOR(customers, always, err));
  if (orders->has_amount) CS_TRY(ROOM_FOR(customers, money, err));
  bool habits = customers->make & CS_MAKE_HABITS;
  if (habits) CS_TRY(ROOM_FOR(customers, times, err));
  if (column[CS_ROLE_CATEGORY] != CS_NO_COLUMN)
    CS_TRY(cs_customers_room(customers, CS_FEATURE_CATEGORIES, err));
  if (habits && column[CS_ROLE_CATEGORY] != CS_NO_COLUMN) CS_TRY(ROOM_FOR(customers, category, err));
  if (habits && column[CS_ROLE_CHANNEL] != CS_NO_COLUMN) CS_TRY(ROOM_FOR(customers, channel, err));
  if (orders->has_holdout) CS_TRY(ROOM_FOR(customers, holdout, err));
  if (orders->has_holdout && orders->has_amount)
    CS_TRY(cs_customers_room(customers, CS_FEATURE_HOLDOUT_SPENT, err));
  return orders->has_list ? cs_customers_room(customers, CS_FEATURE_DISCOUNT, err) : CS_OK;
}

/* The days from the first to the last purchase; at least one. */
static size_t span_of(const struct cs_audit *audit) {
  return (size_t)(audit->dates.last - audit->dates.first) + 1;
}

static enum cs_status look_at_days(const uint32_t *lines, struct cs_audit *audit, struct cs_error *err) {
  struct cs_days days = CS_DAYS_INIT;
  enum cs_status status = cs_days_of_calendar(&days, lines, span_of(audit), audit->dates.first, err);
  if (status == CS_OK) status = cs_days_warn(&days, CS_DAYS_OF_LINES, &audit->warnings, err);
  cs_days_release(&days);
  return status;
}

static enum cs_status begin_workers(struct adding *adding, struct cs_error *err) {
  const struct cs_orders *orders = adding->orders;
  size_t threads = (size_t)adding->threads;
  CS_TRY(cs_alloc(&adding->status, threads, sizeof *adding->status, "threads", err));
  CS_TRY(cs_alloc(&adding->error, threads, sizeof *adding->error, "threads", err));
  CS_TRY(cs_alloc(&adding->worker, threads, sizeof *adding->worker, "threads", err));
  for (size_t i = 0; i < threads; i++) {
    struct worker *worker = &adding->worker[i];
    worker->year_ago = adding->year_ago;
    worker->first_day = adding->audit->dates.first;
    for (enum cs_line_kind kind = CS_LINE_PURCHASE; kind <= CS_LINE_LETTER_NOTHING; kind++) {
      worker->purchases |= (unsigned)is_purchase(orders, kind) << kind;
      worker->refunds |= (unsigned)is_refund(orders, kind) << kind;
    }
    worker->netting.products = orders->mapping.column[CS_ROLE_PRODUCT] != CS_NO_COLUMN;
    worker->netting.counted = orders->mapping.column[CS_ROLE_QUANTITY] != CS_NO_COLUMN;
    worker->netting.has_amount = orders->has_amount;
    worker->netting.context = worker;
    worker->netting.matched = refund_matched;
    CS_TRY(cs_alloc(&worker->day_lines, span_of(adding->audit), sizeof *worker->day_lines, "days", err));
  }
  return CS_OK;
}

static void release(struct adding *adding) {
  for (int i = 0; i < adding->threads && adding->worker; i++) {
    struct worker *worker = &adding->worker[i];
    cs_unpacked_release(&worker->unpacked);
    cs_netting_release(&worker->netting);
    free(worker->purchase.line);
    free(worker->refund.line);
    free(worker->later_purchase.line);
    free(worker->later_refund.line);
    free(worker->early.line);
    free(worker->scratch);
    free(worker->day_lines);
  }
  free(adding->worker);
  free(adding->sums);
  free(adding->status);
  free(adding->error);
}

static enum cs_status add_blocks(struct adding *adding, size_t blocks, struct cs_error *err) {
  cs_parallel(adding->threads, blocks, add_block, adding);
  for (int i = 0; i < adding->threads; i++) {
    if (adding->status[i] == CS_OK) continue;
    *err = adding->error[i];
    return adding->status[i];
  }
  for (size_t i = 1; i < blocks; i++) add_sums(&adding->sums[0], &adding->sums[i]);
  size_t span = span_of(adding->audit);
  for (int i = 1; i < adding->threads; i++)
    for (size_t day = 0; day < span; day++)
      adding->worker[0].day_lines[day] += adding->worker[i].day_lines[day];
  return CS_OK;
}

/* Where dates have no time of day nothing is known of evenings. */
static void drop_evenings(struct adding *adding) {
  if (!adding->customers->value[CS_FEATURE_EVENING]) return;
  for (int i = 0; i < adding->threads; i++)
    if (adding->worker[i].timed) return;
  for (size_t i = 0; i < adding->customers->n; i++) adding->customers->value[CS_FEATURE_EVENING][i] = NAN;
}

static enum cs_status aggregate(struct adding *adding, struct cs_error *err) {
  struct cs_orders *orders = adding->orders;
  struct cs_audit *audit = adding->audit;
  size_t blocks = (adding->customers->n + BLOCK - 1) / BLOCK;
  CS_TRY(make_room(orders, adding->customers, err));
  for (size_t i = 0; i < orders->kept_count; i++)
    CS_TRY(cs_alloc(&orders->kept[i].carried, adding->customers->n, sizeof *orders->kept[i].carried, "texts",
                    err));
  CS_TRY(cs_alloc(&adding->sums, blocks + 1, sizeof *adding->sums, "customers", err));
  CS_TRY(begin_workers(adding, err));
  CS_TRY(add_blocks(adding, blocks, err));
  end_audit(audit, &adding->sums[0], adding->customers->n);
  end_stages(audit, &adding->sums[0]);
  audit->cut = orders->begin > INT64_MIN || orders->has_holdout;
  drop_evenings(adding);
  if (audit->dates.known) CS_TRY(look_at_days(adding->worker[0].day_lines, audit, err));
  cs_lines_release(&orders->lines);
  return CS_OK;
}

enum cs_status cs_orders_aggregate(struct cs_orders *orders, struct cs_customers *customers, int threads,
                                   struct cs_audit *audit, struct cs_error *err) {
  customers->n = orders->customers.count;
  customers->as_of = orders->as_of;
  customers->end = orders->end;
  customers->categories = &orders->categories;
  customers->channels = &orders->channels;
  struct adding adding = {.orders = orders,
                          .customers = customers,
                          .audit = audit,
                          .threads = threads > 1 ? threads : 1,
                          .year_ago = cs_days_add_months(orders->as_of, -MONTHS)};
  enum cs_status status = aggregate(&adding, err);
  release(&adding);
  return status;
}
