#include "prep/engagement.h"

#include "algo/rfm.h"

#include <math.h>

/* Half of the recency part is gone after this many days; half of the frequency part is reached at so many orders a year. */
static const double half_life = 90, half_orders = 4, year = 365.25;
static const double active_days = 90, dormant_days = 180, sensitive_share = 0.1;
static const double weight_recency = 0.5, weight_frequency = 0.3, weight_breadth = 0.2;

static double of(const struct cs_customers *customers, enum cs_feature feature, size_t i) {
  return customers->value[feature] ? customers->value[feature][i] : NAN;
}

static double recency_part(const struct cs_customers *customers, size_t i) {
  double days = of(customers, CS_FEATURE_RECENCY, i);
  return exp2(-fmax(days, 0) / half_life) + 0 * days;
}

/* Nobody is extrapolated from less than half a year. */
static double frequency_part(const struct cs_customers *customers, size_t i) {
  double orders = of(customers, CS_FEATURE_ORDERS, i), days = of(customers, CS_FEATURE_TENURE, i);
  double a_year = orders / fmax(days, year / 2) * year + 0 * days;
  return a_year / (a_year + half_orders);
}

static double breadth_part(const struct cs_customers *customers, size_t i) {
  double categories = of(customers, CS_FEATURE_CATEGORIES, i);
  return categories >= 1 ? 1 - 1 / categories : NAN;
}

/* The mean of the parts that are there, by their weights. */
static double score(const struct cs_customers *customers, size_t i) {
  double part[] = {of(customers, CS_FEATURE_ENGAGEMENT_RECENCY, i),
                   of(customers, CS_FEATURE_ENGAGEMENT_FREQUENCY, i),
                   of(customers, CS_FEATURE_ENGAGEMENT_BREADTH, i)};
  const double weight[] = {weight_recency, weight_frequency, weight_breadth};
  double sum = 0, weights = 0;
  for (int k = 0; k < 3; k++) {
    if (isnan(part[k])) continue;
    sum += weight[k] * part[k];
    weights += weight[k];
  }
  return isnan(part[0]) ? NAN : 100 * sum / weights;
}

/* 1 or 0, NaN where the value is. */
static double flag(double value, bool set) {
  return isnan(value) ? NAN : set;
}

static double derived(const struct cs_customers *customers, enum cs_feature feature, size_t i) {
  double days = of(customers, CS_FEATURE_RECENCY, i), orders = of(customers, CS_FEATURE_ORDERS, i);
  double frequency = of(customers, CS_FEATURE_SCORE_F, i), money = of(customers, CS_FEATURE_SCORE_M, i);
  double share = of(customers, CS_FEATURE_DISCOUNT, i);
  switch (feature) {
  case CS_FEATURE_ENGAGEMENT_RECENCY: return recency_part(customers, i);
  case CS_FEATURE_ENGAGEMENT_FREQUENCY: return frequency_part(customers, i);
  case CS_FEATURE_ENGAGEMENT_BREADTH: return breadth_part(customers, i);
  case CS_FEATURE_ENGAGEMENT: return score(customers, i);
  case CS_FEATURE_IS_ACTIVE: return flag(days, days <= active_days);
  case CS_FEATURE_IS_DORMANT: return flag(days, days > dormant_days);
  case CS_FEATURE_IS_ONE_TIME: return flag(orders, orders == 1);
  case CS_FEATURE_IS_FREQUENT: return flag(frequency, frequency == CS_RFM_SCORES);
  case CS_FEATURE_IS_HIGH_VALUE: return flag(money, money == CS_RFM_SCORES);
  default: return flag(share, share >= sensitive_share);
  }
}

/* What a feature needs to be there at all, also in a table without rows; a feature comes after those it needs. */
static const struct {
  enum cs_feature feature, needs, needs_too;
} made_of[] = {
    {CS_FEATURE_ENGAGEMENT_RECENCY, CS_FEATURE_RECENCY, CS_FEATURE_RECENCY},
    {CS_FEATURE_ENGAGEMENT_FREQUENCY, CS_FEATURE_ORDERS, CS_FEATURE_TENURE},
    {CS_FEATURE_ENGAGEMENT_BREADTH, CS_FEATURE_CATEGORIES, CS_FEATURE_CATEGORIES},
    {CS_FEATURE_ENGAGEMENT, CS_FEATURE_ENGAGEMENT_RECENCY, CS_FEATURE_ENGAGEMENT_FREQUENCY},
    {CS_FEATURE_IS_ACTIVE, CS_FEATURE_RECENCY, CS_FEATURE_RECENCY},
    {CS_FEATURE_IS_DORMANT, CS_FEATURE_RECENCY, CS_FEATURE_RECENCY},
    {CS_FEATURE_IS_ONE_TIME, CS_FEATURE_ORDERS, CS_FEATURE_ORDERS},
    {CS_FEATURE_IS_FREQUENT, CS_FEATURE_SCORE_F, CS_FEATURE_SCORE_F},
    {CS_FEATURE_IS_HIGH_VALUE, CS_FEATURE_SCORE_M, CS_FEATURE_SCORE_M},
    {CS_FEATURE_IS_PRICE_SENSITIVE, CS_FEATURE_DISCOUNT, CS_FEATURE_DISCOUNT},
};

enum cs_status cs_engagement_apply(struct cs_customers *customers, struct cs_error *err) {
  for (size_t k = 0; k < sizeof made_of / sizeof *made_of; k++) {
    enum cs_feature feature = made_of[k].feature;
    if (!customers->value[made_of[k].needs] || !customers->value[made_of[k].needs_too]) continue;
    CS_TRY(cs_customers_room(customers, feature, err));
    for (size_t i = 0; i < customers->n; i++) customers->value[feature][i] = derived(customers, feature, i);
  }
  return CS_OK;
}
