#include "prep/netting.h"

#include "base/memory.h"

#include <stdlib.h>

/* What makes lines of one group, and what is taken off. */
enum pass {
  PASS_ORDER_AMOUNT,  /* the same order, amount off amount: without products */
  PASS_ORDER_PRODUCT, /* the same order and product */
  PASS_PRODUCT        /* the same product, whatever the order */
};

/* Below this part of the whole a rest is what rounding left. */
static const double rest_of_rounding = 1e-9;

static int compare_numbers(double a, double b) {
  return (a > b) - (a < b);
}

static int compare_group(const struct cs_line *a, const struct cs_line *b, enum pass pass) {
  if (a->customer != b->customer) return a->customer < b->customer ? -1 : 1;
  if (pass != PASS_PRODUCT && a->order != b->order) return a->order < b->order ? -1 : 1;
  if (pass != PASS_ORDER_AMOUNT && a->product != b->product) return a->product < b->product ? -1 : 1;
  return 0;
}

static int compare_within(const struct cs_line *a, const struct cs_line *b) {
  if (a->moment != b->moment) return a->moment < b->moment ? -1 : 1;
  if (a->order != b->order) return a->order < b->order ? -1 : 1;
  int order = compare_numbers(a->quantity, b->quantity);
  return order ? order : compare_numbers(a->amount, b->amount);
}

static int compare_pass(const void *a, const void *b, enum pass pass) {
  int order = compare_group(a, b, pass);
  return order ? order : compare_within(a, b);
}

static int compare_order_amount(const void *a, const void *b) {
  return compare_pass(a, b, PASS_ORDER_AMOUNT);
}

static int compare_order_product(const void *a, const void *b) {
  return compare_pass(a, b, PASS_ORDER_PRODUCT);
}

static int compare_product(const void *a, const void *b) {
  return compare_pass(a, b, PASS_PRODUCT);
}

/* What is set off against each other: pieces where they are counted, else money. */
struct matching {
  struct cs_orders *orders;
  const struct cs_netting *netting;
  enum pass pass;
  bool by_amount;
  size_t *stack; /* [purchases]: lines of the group up to the cancellation, the latest on top */
};

static double measure_of(const struct matching *matching, const struct cs_line *line) {
  return matching->by_amount ? line->amount : line->quantity;
}

static void take(struct cs_line *line, double part) {
  if (part >= 1) {
    line->amount = line->quantity = 0;
  } else {
    line->amount -= line->amount * part;
    line->quantity -= line->quantity * part;
  }
}

/* Takes as much as there is of both. Returns whether the line has something left. */
static bool set_off(struct matching *matching, struct cs_line *line, struct cs_line *refund) {
  double have = measure_of(matching, line), need = measure_of(matching, refund);
  double taken = have < need ? have : need;
  double off_line = have - taken <= rest_of_rounding * have ? 1 : taken / have;
  double off_refund = need - taken <= rest_of_rounding * need ? 1 : taken / need;
  matching->netting->matched(matching->netting->context, line, refund->amount * off_refund);
  if (matching->orders->list) matching->orders->list[line->at] *= 1 - off_line;
  take(line, off_line);
  take(refund, off_refund);
  return off_line < 1;
}

/* The lines [begin, end) and the cancellations [from, to) are of one group, each in order of time. */
static void match_group(struct matching *matching, size_t begin, size_t end, size_t from, size_t to) {
  struct cs_line *lines = matching->orders->purchase.line, *refunds = matching->orders->refund.line;
  size_t depth = 0;
  for (size_t i = from; i < to; i++) {
    struct cs_line *refund = &refunds[i];
    for (; begin < end && lines[begin].moment <= refund->moment; begin++)
      if (measure_of(matching, &lines[begin]) > 0) matching->stack[depth++] = begin;
    while (depth && measure_of(matching, refund) > 0)
      if (!set_off(matching, &lines[matching->stack[depth - 1]], refund)) depth--;
  }
}

static void match_pass(struct matching *matching, int (*compare)(const void *, const void *)) {
  struct cs_lines *lines = &matching->orders->purchase, *refunds = &matching->orders->refund;
  if (lines->count) qsort(lines->line, lines->count, sizeof *lines->line, compare);
  if (refunds->count) qsort(refunds->line, refunds->count, sizeof *refunds->line, compare);
  size_t begin = 0, from = 0;
  while (begin < lines->count && from < refunds->count) {
    int order = compare_group(&lines->line[begin], &refunds->line[from], matching->pass);
    if (order < 0) {
      begin++;
    } else if (order > 0) {
      from++;
    } else {
      size_t end = begin, to = from;
      while (end < lines->count && !compare_group(&lines->line[end], &lines->line[begin], matching->pass))
        end++;
      while (to < refunds->count && !compare_group(&refunds->line[to], &refunds->line[from], matching->pass))
        to++;
      match_group(matching, begin, end, from, to);
      begin = end;
      from = to;
    }
  }
}

/* Whether a cancellation carries the id of an order that has purchases. */
static enum cs_status refunds_name_orders(const struct cs_orders *orders, bool *named, struct cs_error *err) {
  size_t count = orders->order_ids.count;
  unsigned char *bought;
  *named = false;
  CS_TRY(cs_alloc(&bought, count, 1, "orders", err));
  for (size_t i = 0; i < orders->purchase.count; i++)
    if (orders->purchase.line[i].order < count) bought[orders->purchase.line[i].order] = 1;
  for (size_t i = 0; i < orders->refund.count && !*named; i++)
    *named = orders->refund.line[i].order < count && bought[orders->refund.line[i].order];
  free(bought);
  return CS_OK;
}

static double total_amount(const struct cs_lines *lines) {
  struct cs_money total = CS_MONEY_INIT;
  for (size_t i = 0; i < lines->count; i++) cs_money_add(&total, lines->line[i].amount);
  return cs_money_value(&total);
}

static void count_left(const struct cs_orders *orders, const double *before, struct cs_audit *audit) {
  /* Amounts may be 0, quantities are what tells; `before` is the sorted lines' own. */
  for (size_t i = 0; i < orders->refund.count; i++) {
    const struct cs_line *refund = &orders->refund.line[i];
    if (refund->quantity == 0 && refund->amount == 0)
      audit->cancellations.matched++;
    else if (before[refund->at] > refund->quantity)
      audit->cancellations.partly++;
    else
      audit->cancellations.unmatched++;
  }
}

static enum cs_status match_all(struct matching *matching, struct cs_error *err) {
  const size_t *column = matching->orders->mapping.column;
  bool products = column[CS_ROLE_PRODUCT] != CS_NO_COLUMN, counted = column[CS_ROLE_QUANTITY] != CS_NO_COLUMN,
       named;
  CS_TRY(refunds_name_orders(matching->orders, &named, err));
  if (named) {
    matching->pass = products ? PASS_ORDER_PRODUCT : PASS_ORDER_AMOUNT;
    matching->by_amount = matching->orders->has_amount && !(products && counted);
    match_pass(matching, products ? compare_order_product : compare_order_amount);
  }
  matching->pass = PASS_PRODUCT;
  matching->by_amount = matching->orders->has_amount && products && !counted;
  match_pass(matching, compare_product);
  return CS_OK;
}

enum cs_status cs_orders_net(struct cs_orders *orders, const struct cs_netting *netting,
                             struct cs_audit *audit, struct cs_error *err) {
  double *before;
  struct matching matching = {.orders = orders, .netting = netting};
  if (!orders->refund.count) return CS_OK;
  CS_TRY(cs_alloc(&before, orders->refund.count, sizeof *before, "cancellations", err));
  for (size_t i = 0; i < orders->refund.count; i++) {
    before[i] = orders->refund.line[i].quantity;
    orders->refund.line[i].at = (uint32_t)i;
  }
  audit->cancellations.amount = total_amount(&orders->refund);
  enum cs_status status =
      cs_alloc(&matching.stack, orders->purchase.count, sizeof *matching.stack, "order lines", err);
  if (status == CS_OK) status = match_all(&matching, err);
  if (status == CS_OK) {
    double rest = total_amount(&orders->refund), amount = audit->cancellations.amount;
    audit->cancellations.unmatched_amount = cs_money_snap(rest, amount);
    audit->cancellations.matched_amount = cs_money_snap(amount - rest, amount);
    count_left(orders, before, audit);
  }
  free(matching.stack);
  free(before);
  return status;
}
