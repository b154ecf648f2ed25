#include "prep/aggregate.h"

#include "base/date.h"
#include "base/memory.h"
#include "prep/netting.h"

#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, LONG_GAP = 30, MIN_DAYS = 10, SPIKE_LINES = 100, SPIKE_TIMES = 20 };

/* Sums of one customer that are taken before lines lose what was cancelled. */
struct totals {
  struct cs_money gross, refunded, year;
};

struct adding {
  struct cs_orders *orders;
  struct cs_customers *customers;
  struct cs_audit *audit;
  struct totals *totals; /* [customers] */
  int64_t year_ago;      /* first day of the last twelve months */
  uint32_t *scratch;     /* [purchases] */
};

/* --- money --- */

static void refund_matched(void *context, const struct cs_line *line, double amount) {
  struct adding *adding = context;
  if (cs_day_of(line->moment) >= adding->year_ago)
    cs_money_add(&adding->totals[line->customer].year, -amount);
}

static void add_money(struct adding *adding) {
  const struct cs_lines *lines = &adding->orders->purchase, *refunds = &adding->orders->refund;
  for (size_t i = 0; i < lines->count; i++) {
    struct totals *totals = &adding->totals[lines->line[i].customer];
    cs_money_add(&totals->gross, lines->line[i].amount);
    if (cs_day_of(lines->line[i].moment) >= adding->year_ago)
      cs_money_add(&totals->year, lines->line[i].amount);
  }
  for (size_t i = 0; i < refunds->count; i++)
    cs_money_add(&adding->totals[refunds->line[i].customer].refunded, refunds->line[i].amount);
}

static void add_unmatched(struct adding *adding) {
  const struct cs_lines *refunds = &adding->orders->refund;
  for (size_t i = 0; i < refunds->count; i++)
    if (cs_day_of(refunds->line[i].moment) >= adding->year_ago)
      cs_money_add(&adding->totals[refunds->line[i].customer].year, -refunds->line[i].amount);
}

/* --- one customer --- */

static bool is_left(const struct cs_line *line) {
  return line->quantity > 0;
}

static int compare_codes(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static size_t count_distinct(uint32_t *code, size_t count) {
  size_t distinct = 0;
  if (count) qsort(code, count, sizeof *code, compare_codes);
  for (size_t i = 0; i < count; i++) distinct += i == 0 || code[i] != code[i - 1];
  return distinct;
}

/* The different orders among lines; all of them, or those with something left. */
static size_t count_orders(const struct cs_line *line, size_t count, bool left_only, uint32_t *scratch) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (!left_only || is_left(&line[i])) scratch[n++] = line[i].order;
  return count_distinct(scratch, n);
}

static size_t count_categories(const struct cs_line *line, size_t count, const uint32_t *category,
                               uint32_t *scratch) {
  size_t n = 0;
  for (size_t i = 0; i < count; i++)
    if (is_left(&line[i]) && category[line[i].at] != CS_TEXT_MISSING) scratch[n++] = category[line[i].at];
  return count_distinct(scratch, n);
}

static double discount_share(const struct cs_line *line, size_t count, const double *list) {
  struct cs_money all = CS_MONEY_INIT, paid = CS_MONEY_INIT;
  for (size_t i = 0; i < count; i++) {
    if (!is_left(&line[i])) continue;
    cs_money_add(&all, list[line[i].at]);
    cs_money_add(&paid, line[i].amount);
  }
  double value = cs_money_value(&all), given = cs_money_snap(value - cs_money_value(&paid), value);
  return value > 0 && given > 0 ? given / value : 0;
}

/* First and last day, days with a purchase, and the mean of what was left on the days after the first. */
static void add_days(struct cs_customers *customers, uint32_t customer, const struct cs_line *line,
                     size_t count) {
  int64_t first = 0, last = 0;
  size_t days = 0;
  struct cs_money repeat = CS_MONEY_INIT;
  for (size_t i = 0; i < count; i++) {
    if (!is_left(&line[i])) continue;
    int64_t day = cs_day_of(line[i].moment);
    if (days == 0) first = day;
    if (days == 0 || day != last) days++;
    if (days > 1) cs_money_add(&repeat, line[i].amount);
    last = day;
  }
  double total = cs_money_value(&repeat),
         mean = days > 1 ? cs_money_snap(total, total) / (double)(days - 1) : 0;
  customers->value[CS_FEATURE_FIRST][customer] = (double)first;
  customers->value[CS_FEATURE_LAST][customer] = (double)last;
  customers->value[CS_FEATURE_PURCHASE_DAYS][customer] = (double)days;
  if (customers->value[CS_FEATURE_REPEAT_MEAN]) customers->value[CS_FEATURE_REPEAT_MEAN][customer] = mean;
}

static void put_money(struct adding *adding, uint32_t customer) {
  struct cs_customers *customers = adding->customers;
  const struct totals *totals = &adding->totals[customer];
  if (!adding->orders->has_amount) return;
  double gross = cs_money_value(&totals->gross), refunded = cs_money_value(&totals->refunded);
  double largest = gross > refunded ? gross : refunded;
  customers->value[CS_FEATURE_GROSS][customer] = cs_money_snap(gross, gross);
  customers->value[CS_FEATURE_REFUNDED][customer] = cs_money_snap(refunded, refunded);
  customers->value[CS_FEATURE_SPENT][customer] = cs_money_snap(gross - refunded, largest);
  customers->value[CS_FEATURE_SPENT_12M][customer] = cs_money_snap(cs_money_value(&totals->year), largest);
}

/* The lines of one customer, in order of time. */
static void add_customer(struct adding *adding, const struct cs_line *line, size_t count) {
  struct cs_orders *orders = adding->orders;
  struct cs_customers *customers = adding->customers;
  uint32_t customer = line->customer;
  size_t bought = count_orders(line, count, false, adding->scratch);
  size_t left = count_orders(line, count, true, adding->scratch);
  adding->audit->cancellations.orders_cancelled += bought - left;
  if (!left) return;
  customers->value[CS_FEATURE_ORDERS][customer] = (double)left;
  add_days(customers, customer, line, count);
  put_money(adding, customer);
  if (orders->category)
    customers->value[CS_FEATURE_CATEGORIES][customer] =
        (double)count_categories(line, count, orders->category, adding->scratch);
  if (orders->list)
    customers->value[CS_FEATURE_DISCOUNT][customer] = discount_share(line, count, orders->list);
}

static int compare_lines(const void *a, const void *b) {
  const struct cs_line *left = a, *right = b;
  if (left->customer != right->customer) return left->customer < right->customer ? -1 : 1;
  if (left->moment != right->moment) return left->moment < right->moment ? -1 : 1;
  if (left->order != right->order) return left->order < right->order ? -1 : 1;
  if (left->product != right->product) return left->product < right->product ? -1 : 1;
  return (left->at > right->at) - (left->at < right->at);
}

static void add_customers(struct adding *adding) {
  struct cs_lines *lines = &adding->orders->purchase;
  if (lines->count) qsort(lines->line, lines->count, sizeof *lines->line, compare_lines);
  for (size_t begin = 0, end; begin < lines->count; begin = end) {
    end = begin;
    while (end < lines->count && lines->line[end].customer == lines->line[begin].customer) end++;
    add_customer(adding, &lines->line[begin], end - begin);
  }
}

/* --- the audit --- */

static void end_audit(struct adding *adding) {
  struct cs_audit *audit = adding->audit;
  const struct cs_orders *orders = adding->orders;
  struct cs_money gross = CS_MONEY_INIT, refunded = CS_MONEY_INIT, written = CS_MONEY_INIT;
  const double *count = adding->customers->value[CS_FEATURE_ORDERS];
  for (size_t i = 0; i < adding->customers->n; i++) {
    const struct totals *totals = &adding->totals[i];
    cs_money_add_total(&gross, &totals->gross);
    cs_money_add_total(&refunded, &totals->refunded);
    if (isnan(count[i])) continue;
    audit->customers.written++;
    if (orders->has_amount) cs_money_add(&written, adding->customers->value[CS_FEATURE_SPENT][i]);
  }
  audit->revenue.gross = cs_money_value(&gross);
  audit->revenue.refunded = cs_money_value(&refunded);
  audit->revenue.net = cs_money_snap(audit->revenue.gross - audit->revenue.refunded, audit->revenue.gross);
  audit->net_written = cs_money_value(&written);
}

static void end_stages(struct adding *adding, uint64_t usable) {
  struct cs_audit *audit = adding->audit;
  struct cs_stage *stage = cs_audit_stage(audit, "netted");
  for (size_t i = 0; i < adding->orders->purchase.count; i++)
    stage->rejected += !is_left(&adding->orders->purchase.line[i]);
  stage->customers = audit->customers.written;
  cs_money_add(&stage->revenue, audit->revenue.gross - audit->cancellations.matched_amount);
  stage = cs_audit_stage(audit, "unmatched_cancellations");
  stage->customers = audit->customers.written;
  cs_money_add(&stage->revenue, audit->revenue.net);
  stage = cs_audit_stage(audit, "no_order_left");
  stage->customers = audit->customers.written;
  cs_money_add(&stage->revenue, audit->net_written);
  audit->customers.seen = adding->customers->n;
  audit->customers.no_usable_row = adding->customers->n - usable;
  audit->customers.no_order_left = usable - audit->customers.written;
}

/* The customers with a line, of either kind. */
static enum cs_status count_usable(const struct cs_orders *orders, uint64_t *usable, struct cs_error *err) {
  unsigned char *has;
  CS_TRY(cs_alloc(&has, orders->customers.count, 1, "customers", err));
  for (size_t i = 0; i < orders->purchase.count; i++) has[orders->purchase.line[i].customer] = 1;
  for (size_t i = 0; i < orders->refund.count; i++) has[orders->refund.line[i].customer] = 1;
  *usable = 0;
  for (size_t i = 0; i < orders->customers.count; i++) *usable += has[i];
  free(has);
  return CS_OK;
}

/* What a date typed wrong looks like, and a day with many times the usual lines. */
static enum cs_status look_at_days(const struct cs_orders *orders, struct cs_audit *audit,
                                   struct cs_error *err) {
  if (!audit->dates.known) return CS_OK;
  size_t span = (size_t)(audit->dates.last - audit->dates.first) + 1, days = 0, previous = 0, largest_gap = 0;
  uint32_t *lines, most = 0;
  CS_TRY(cs_alloc(&lines, span, sizeof *lines, "days", err));
  for (size_t i = 0; i < orders->purchase.count; i++)
    lines[cs_day_of(orders->purchase.line[i].moment) - audit->dates.first]++;
  size_t last_gap = 0;
  for (size_t day = 0; day < span; day++) {
    if (!lines[day]) continue;
    if (last_gap > largest_gap) largest_gap = last_gap;
    last_gap = day - previous;
    previous = day;
    if (lines[day] > most) most = lines[day];
    lines[days++] = lines[day];
  }
  if (days) qsort(lines, days, sizeof *lines, compare_codes);
  uint32_t median = days ? lines[days / 2] : 0;
  free(lines);
  if (days >= 3 && last_gap > LONG_GAP && last_gap > 3 * largest_gap)
    cs_note(&audit->warnings, CS_NOTE_WARNING,
            "the last date stands alone, %zu days after the one before: if it is wrong, say --as-of, since "
            "all recency is "
            "counted from it",
            last_gap);
  if (days >= MIN_DAYS && most >= SPIKE_LINES && most / SPIKE_TIMES >= median)
    cs_note(&audit->warnings, CS_NOTE_WARNING, "one day has %u lines, %u times the median day",
            (unsigned)most, (unsigned)(most / (median ? median : 1)));
  return CS_OK;
}

/* --- all of it --- */

static enum cs_status make_room(const struct cs_orders *orders, struct cs_customers *customers,
                                struct cs_error *err) {
  static const enum cs_feature always[] = {CS_FEATURE_FIRST, CS_FEATURE_LAST, CS_FEATURE_PURCHASE_DAYS,
                                           CS_FEATURE_ORDERS};
  static const enum cs_feature money[] = {CS_FEATURE_SPENT, CS_FEATURE_GROSS, CS_FEATURE_REFUNDED,
                                          CS_FEATURE_REPEAT_MEAN, CS_FEATURE_SPENT_12M};
  for (size_t i = 0; i < sizeof always / sizeof *always; i++)
    CS_TRY(cs_customers_room(customers, always[i], err));
  for (size_t i = 0; orders->has_amount && i < sizeof money / sizeof *money; i++)
    CS_TRY(cs_customers_room(customers, money[i], err));
  if (orders->mapping.column[CS_ROLE_CATEGORY] != CS_NO_COLUMN)
    CS_TRY(cs_customers_room(customers, CS_FEATURE_CATEGORIES, err));
  return orders->list ? cs_customers_room(customers, CS_FEATURE_DISCOUNT, err) : CS_OK;
}

static enum cs_status aggregate(struct adding *adding, struct cs_error *err) {
  struct cs_orders *orders = adding->orders;
  struct cs_netting netting = {adding, refund_matched};
  uint64_t usable;
  CS_TRY(make_room(orders, adding->customers, err));
  CS_TRY(cs_alloc(&adding->totals, adding->customers->n, sizeof *adding->totals, "customers", err));
  CS_TRY(cs_alloc(&adding->scratch, orders->purchase.count, sizeof *adding->scratch, "orders", err));
  CS_TRY(count_usable(orders, &usable, err));
  add_money(adding);
  CS_TRY(cs_orders_net(orders, &netting, adding->audit, err));
  add_unmatched(adding);
  add_customers(adding);
  end_audit(adding);
  end_stages(adding, usable);
  return look_at_days(orders, adding->audit, err);
}

enum cs_status cs_orders_aggregate(struct cs_orders *orders, struct cs_customers *customers,
                                   struct cs_audit *audit, struct cs_error *err) {
  customers->n = orders->customers.count;
  customers->as_of = orders->as_of;
  struct adding adding = {.orders = orders,
                          .customers = customers,
                          .audit = audit,
                          .year_ago = cs_days_add_months(orders->as_of, -MONTHS)};
  enum cs_status status = aggregate(&adding, err);
  free(adding.totals);
  free(adding.scratch);
  return status;
}

/* --- the table --- */

static bool is_figures(struct cs_slice id) {
  for (size_t i = 0; i < id.len; i++)
    if (id.data[i] < '0' || id.data[i] > '9') return false;
  return id.len > 0;
}

static int compare_bytes(struct cs_slice a, struct cs_slice b) {
  size_t len = a.len < b.len ? a.len : b.len;
  int order = len ? memcmp(a.data, b.data, len) : 0;
  return order ? order : (a.len > b.len) - (a.len < b.len);
}

static struct cs_slice without_zeros(struct cs_slice id) {
  while (id.len > 1 && *id.data == '0') id = (struct cs_slice){id.data + 1, id.len - 1};
  return id;
}

int cs_customer_id_compare(struct cs_slice a, struct cs_slice b) {
  bool figures = is_figures(a);
  if (figures != is_figures(b)) return figures ? -1 : 1;
  if (!figures) return compare_bytes(a, b);
  struct cs_slice left = without_zeros(a), right = without_zeros(b);
  if (left.len != right.len) return left.len < right.len ? -1 : 1;
  int order = compare_bytes(left, right);
  return order ? order : compare_bytes(a, b);
}

struct named {
  struct cs_slice id;
  uint32_t index;
};

static int compare_named(const void *a, const void *b) {
  return cs_customer_id_compare(((const struct named *)a)->id, ((const struct named *)b)->id);
}

/* value[to] = old value[from[to]], for every feature. */
static enum cs_status reorder(struct cs_customers *customers, const struct named *from, size_t n,
                              struct cs_error *err) {
  for (int feature = 0; feature < CS_FEATURES; feature++) {
    double *old = customers->value[feature], *value;
    if (!old) continue;
    CS_TRY(cs_alloc(&value, n, sizeof *value, "features", err));
    for (size_t i = 0; i < n; i++) value[i] = old[from[i].index];
    customers->value[feature] = value;
    free(old);
  }
  customers->n = n;
  return CS_OK;
}

/* The text that a customer's lines give to a carried column. Ties go to the text that sorts first. */
static uint32_t carried(const struct cs_kept *kept, const struct cs_line *line, size_t count,
                        uint32_t *scratch) {
  size_t n = 0;
  uint32_t best = CS_TEXT_MISSING;
  for (size_t i = 0; i < count; i++) {
    uint32_t code = kept->code[line[i].at];
    if (!is_left(&line[i]) || code == CS_TEXT_MISSING) continue;
    if (kept->carry == CS_CARRY_MODE) {
      scratch[n++] = code;
    } else if (best == CS_TEXT_MISSING || kept->carry == CS_CARRY_LAST) {
      best = code;
    }
  }
  if (n) qsort(scratch, n, sizeof *scratch, compare_codes);
  size_t most = 0;
  for (size_t begin = 0, end; begin < n; begin = end) {
    for (end = begin; end < n && scratch[end] == scratch[begin];) end++;
    bool first = end - begin == most && best != CS_TEXT_MISSING &&
                 compare_bytes(cs_map_key(&kept->texts, scratch[begin]), cs_map_key(&kept->texts, best)) < 0;
    if (end - begin <= most && !first) continue;
    most = end - begin;
    best = scratch[begin];
  }
  return best;
}

static enum cs_status carry_column(struct cs_orders *orders, struct cs_kept *kept, const struct named *named,
                                   size_t n, struct cs_table *table, struct cs_error *err) {
  const struct cs_lines *lines = &orders->purchase;
  uint32_t *by_customer, *scratch, *code;
  struct cs_slice *texts;
  CS_TRY(cs_alloc(&by_customer, orders->customers.count, sizeof *by_customer, "texts", err));
  enum cs_status status = cs_alloc(&scratch, lines->count, sizeof *scratch, "texts", err);
  if (status == CS_OK) {
    for (size_t begin = 0, end; begin < lines->count; begin = end) {
      for (end = begin; end < lines->count && lines->line[end].customer == lines->line[begin].customer;)
        end++;
      by_customer[lines->line[begin].customer] = carried(kept, &lines->line[begin], end - begin, scratch);
    }
    free(scratch);
    status = cs_alloc(&texts, kept->texts.count, sizeof *texts, "texts", err);
  }
  if (status == CS_OK) {
    for (uint32_t i = 0; i < kept->texts.count; i++) texts[i] = cs_map_key(&kept->texts, i);
    status = cs_alloc(&code, n, sizeof *code, "texts", err);
    if (status == CS_OK) {
      for (size_t i = 0; i < n; i++) code[i] = by_customer[named[i].index];
      status = cs_table_add_text(table, kept->name, code, texts, kept->texts.count, err);
    }
    free(texts);
  }
  free(by_customer);
  return status;
}

static enum cs_status add_ids(const struct named *named, size_t n, struct cs_table *table,
                              struct cs_error *err) {
  struct cs_slice *ids;
  uint32_t *code;
  CS_TRY(cs_alloc(&ids, n, sizeof *ids, "customers", err));
  enum cs_status status = cs_alloc(&code, n, sizeof *code, "customers", err);
  if (status == CS_OK) {
    for (size_t i = 0; i < n; i++) {
      ids[i] = named[i].id;
      code[i] = (uint32_t)i;
    }
    status = cs_table_add_text(table, "customer_id", code, ids, n, err);
  }
  free(ids);
  return status;
}

static enum cs_status fill_table(struct cs_orders *orders, struct cs_customers *customers,
                                 const struct named *named, size_t n, struct cs_table *table,
                                 struct cs_error *err) {
  CS_TRY(cs_table_begin(table, n, err));
  CS_TRY(add_ids(named, n, table, err));
  for (size_t i = 0; i < orders->kept_count; i++)
    CS_TRY(carry_column(orders, &orders->kept[i], named, n, table, err));
  return reorder(customers, named, n, err);
}

enum cs_status cs_orders_begin_table(struct cs_orders *orders, struct cs_customers *customers,
                                     struct cs_table *table, struct cs_error *err) {
  struct named *named;
  size_t n = 0;
  CS_TRY(cs_alloc(&named, customers->n, sizeof *named, "customers", err));
  for (uint32_t i = 0; i < customers->n; i++)
    if (!isnan(customers->value[CS_FEATURE_ORDERS][i]))
      named[n++] = (struct named){cs_map_key(&orders->customers, i), i};
  if (n) qsort(named, n, sizeof *named, compare_named);
  enum cs_status status = fill_table(orders, customers, named, n, table, err);
  free(named);
  return status;
}

enum cs_status cs_orders_join(struct cs_customers *customers, const size_t *row, size_t count,
                              struct cs_table *table, struct cs_error *err) {
  size_t rows = cs_table_rows(table);
  for (int feature = 0; feature < CS_FEATURES; feature++) {
    double *old = customers->value[feature];
    if (!old) continue;
    double *value;
    CS_TRY(cs_alloc(&value, rows, sizeof *value, "features", err));
    for (size_t i = 0; i < rows; i++) value[i] = NAN;
    for (size_t i = 0; i < count; i++) value[row[i]] = old[i];
    customers->value[feature] = value;
    free(old);
  }
  customers->n = rows;
  for (size_t i = 0; i < rows; i++)
    if (isnan(customers->value[CS_FEATURE_ORDERS][i]) && !cs_table_dropped(table, i))
      CS_TRY(cs_table_drop(table, i, err));
  return CS_OK;
}
