#include "prep/netting.h"

#include "base/memory.h"

#include <math.h>
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

void cs_netting_release(struct cs_netting *netting) {
  free(netting->stack);
  free(netting->before);
  free(netting->like);
}

/* What is set off against each other: pieces where they are counted, else money. */
struct matching {
  struct cs_netting *netting;
  struct cs_line_list *purchases, *refunds;
  enum pass pass;
  bool by_amount;
};

static double measure_of(const struct matching *matching, const struct cs_line *line) {
  return matching->by_amount ? line->amount : line->quantity;
}

static void take(struct cs_line *line, double part) {
  if (part >= 1) {
    line->amount = line->quantity = line->list = 0;
  } else {
    line->amount -= line->amount * part;
    line->quantity -= line->quantity * part;
    line->list *= 1 - part;
  }
}

/* Takes as much as there is of both. Returns whether the line has something left. */
static bool set_off(struct matching *matching, struct cs_line *line, struct cs_line *refund) {
  double have = measure_of(matching, line), need = measure_of(matching, refund);
  double taken = have < need ? have : need;
  double off_line = have - taken <= rest_of_rounding * have ? 1 : taken / have;
  double off_refund = need - taken <= rest_of_rounding * need ? 1 : taken / need;
  matching->netting->matched(matching->netting->context, line, refund->amount * off_refund);
  take(line, off_line);
  take(refund, off_refund);
  return off_line < 1;
}

/* The lines [begin, end) and the cancellations [from, to) are of one group, each in order of time. */
static void match_group(struct matching *matching, size_t begin, size_t end, size_t from, size_t to) {
  struct cs_line *lines = matching->purchases->line, *refunds = matching->refunds->line;
  size_t *stack = matching->netting->stack;
  size_t depth = 0;
  for (size_t i = from; i < to; i++) {
    struct cs_line *refund = &refunds[i];
    for (; begin < end && lines[begin].moment <= refund->moment; begin++)
      if (measure_of(matching, &lines[begin]) > 0) stack[depth++] = begin;
    while (depth && measure_of(matching, refund) > 0)
      if (!set_off(matching, &lines[stack[depth - 1]], refund)) depth--;
  }
}

/* Lines without an id of their order are of no order in the first pass. */
static bool is_passed_over(const struct matching *matching, const struct cs_line *refund) {
  return matching->pass != PASS_PRODUCT && refund->order >= CS_ORDER_DAY;
}

static void match_pass(struct matching *matching, int (*compare)(const void *, const void *)) {
  struct cs_line_list *lines = matching->purchases, *refunds = matching->refunds;
  if (lines->count) qsort(lines->line, lines->count, sizeof *lines->line, compare);
  if (refunds->count) qsort(refunds->line, refunds->count, sizeof *refunds->line, compare);
  size_t begin = 0, from = 0;
  while (begin < lines->count && from < refunds->count) {
    int order = compare_group(&lines->line[begin], &refunds->line[from], matching->pass);
    if (is_passed_over(matching, &refunds->line[from])) {
      from++;
    } else if (order < 0) {
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

static void add_amounts(struct cs_money *total, const struct cs_line_list *lines) {
  for (size_t i = 0; i < lines->count; i++) cs_money_add(total, lines->line[i].amount);
}

static void count_left(const struct cs_line_list *refunds, const double *before, struct cs_netted *netted) {
  /* Amounts may be 0, quantities are what tells. */
  for (size_t i = 0; i < refunds->count; i++) {
    const struct cs_line *refund = &refunds->line[i];
    if (refund->quantity == 0 && refund->amount == 0)
      netted->matched++;
    else if (before[refund->at] > refund->quantity)
      netted->partly++;
    else
      netted->unmatched++;
  }
}

static int compare_alike(const void *a, const void *b) {
  const struct cs_line *left = *(struct cs_line *const *)a, *right = *(struct cs_line *const *)b;
  int order = compare_numbers(left->amount, right->amount);
  return order ? order : compare_numbers(left->quantity, right->quantity);
}

/* Without products, lines of the same amount and quantity are of the same product. */
static enum cs_status make_products(struct cs_netting *netting, struct cs_line_list *purchases,
                                    struct cs_line_list *refunds, struct cs_error *err) {
  size_t count = purchases->count + refunds->count;
  CS_TRY(cs_grow(&netting->like, &netting->like_capacity, count, sizeof *netting->like, "order lines", err));
  struct cs_line **like = netting->like;
  for (size_t i = 0; i < purchases->count; i++) like[i] = &purchases->line[i];
  for (size_t i = 0; i < refunds->count; i++) like[purchases->count + i] = &refunds->line[i];
  qsort(like, count, sizeof *like, compare_alike);
  uint32_t product = 0;
  for (size_t i = 0; i < count; i++) {
    if (i && compare_alike(&like[i - 1], &like[i]) != 0) product++;
    like[i]->product = product;
  }
  return CS_OK;
}

static void match_all(struct matching *matching) {
  const struct cs_netting *netting = matching->netting;
  matching->pass = netting->products ? PASS_ORDER_PRODUCT : PASS_ORDER_AMOUNT;
  matching->by_amount = netting->has_amount && !(netting->products && netting->counted);
  match_pass(matching, netting->products ? compare_order_product : compare_order_amount);
  matching->pass = PASS_PRODUCT;
  matching->by_amount = netting->has_amount && netting->products && !netting->counted;
  match_pass(matching, compare_product);
}

enum cs_status cs_net(struct cs_netting *netting, struct cs_line_list *purchases,
                      struct cs_line_list *refunds, struct cs_netted *netted, struct cs_error *err) {
  struct matching matching = {.netting = netting, .purchases = purchases, .refunds = refunds};
  if (!refunds->count) return CS_OK;
  CS_TRY(cs_grow(&netting->stack, &netting->stack_capacity, purchases->count, sizeof *netting->stack,
                 "order lines", err));
  CS_TRY(cs_grow(&netting->before, &netting->before_capacity, refunds->count, sizeof *netting->before,
                 "cancellations", err));
  if (!netting->products) CS_TRY(make_products(netting, purchases, refunds, err));
  qsort(refunds->line, refunds->count, sizeof *refunds->line, compare_product);
  for (size_t i = 0; i < refunds->count; i++) {
    netting->before[i] = refunds->line[i].quantity;
    refunds->line[i].at = (uint32_t)i;
  }
  add_amounts(&netted->amount, refunds);
  match_all(&matching);
  add_amounts(&netted->rest, refunds);
  count_left(refunds, netting->before, netted);
  return CS_OK;
}
