#include "gen/merge.h"

#include "base/date.h"
#include "gen/refunds.h"

/* Money of an order, and its part of the list value: what was given back takes from both. */
static void add_money(struct cs_gen_merged *merged, const struct cs_gen_order *order, int64_t year_ago) {
  bool kept = order->end == CS_GEN_COMPLETED;
  int64_t left = kept ? order->amount : order->amount - order->back.amount, day = cs_day_of(order->moment);
  double list = (double)(order->quantity * order->unit_price);
  merged->gross += order->amount;
  merged->refunded += order->amount - left;
  if (day != merged->first) merged->repeat_spent += left;
  if (day >= year_ago) merged->spent_12m += left;
  merged->list += kept ? list : list * (double)left / (double)order->amount;
}

struct cs_gen_merged cs_gen_merge(const struct cs_gen_history *history, int64_t end) {
  const struct cs_gen_order *order = history->order;
  struct cs_gen_merged merged = {.first = cs_day_of(order[0].moment), .last = cs_day_of(order[0].moment)};
  int64_t year_ago = cs_days_add_months(end + 1, -12);
  unsigned seen = 0;
  merged.purchase_days = 1;
  for (size_t i = 0; i < history->count; i++) {
    int64_t day = cs_day_of(order[i].moment);
    if (order[i].end == CS_GEN_CANCELLED) continue;
    add_money(&merged, &order[i], year_ago);
    if (cs_gen_order_is_lost(&order[i])) continue;
    merged.orders++;
    if (day != merged.last) merged.purchase_days++;
    merged.last = day;
    if (!(seen & 1u << order[i].category)) merged.categories++;
    seen |= 1u << order[i].category;
  }
  merged.spent = merged.gross - merged.refunded;
  return merged;
}

double cs_gen_merged_average(const struct cs_gen_merged *merged) {
  return (double)merged->spent / 100 / (double)merged->orders;
}

double cs_gen_merged_repeat_mean(const struct cs_gen_merged *merged) {
  return merged->purchase_days > 1 ? (double)merged->repeat_spent / 100 / (double)(merged->purchase_days - 1)
                                   : 0;
}

double cs_gen_merged_discount_share(const struct cs_gen_merged *merged) {
  return merged->list > 0 ? (merged->list - (double)merged->spent) / merged->list : 0;
}
