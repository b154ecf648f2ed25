#include "gen/merge.h"

#include "base/date.h"

struct cs_gen_merged cs_gen_merge(const struct cs_gen_history *history, int64_t end) {
  const struct cs_gen_order *order = history->order;
  struct cs_gen_merged merged = {.first = cs_day_of(order[0].moment), .last = cs_day_of(order[0].moment)};
  int64_t year_ago = cs_days_add_months(end + 1, -12);
  unsigned seen = 0;
  merged.purchase_days = 1;
  merged.orders = (int64_t)history->count;
  for (size_t i = 0; i < history->count; i++) {
    int64_t day = cs_day_of(order[i].moment);
    if (day != merged.last) merged.purchase_days++;
    merged.last = day;
    merged.gross += order[i].amount;
    if (day != merged.first) merged.repeat_spent += order[i].amount;
    if (day >= year_ago) merged.spent_12m += order[i].amount;
    merged.list += order[i].quantity * order[i].unit_price;
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
  return merged->list > 0 ? (double)(merged->list - merged->gross) / (double)merged->list : 0;
}
