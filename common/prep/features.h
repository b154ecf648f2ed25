/* features.h - what is known of each customer: aggregates, what follows from them, scores, as columns.
 *
 * Shapes   value[feature] is [n], NaN where a customer has none; NULL where the input can't tell it at all.
 * Units    docs/data-dictionary.md. Dates are days since 1970-01-01.
 */
#ifndef CS_PREP_FEATURES_H
#define CS_PREP_FEATURES_H

#include "algo/rfm.h"
#include "base/error.h"
#include "data/table.h"
#include "prep/roles.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are written. The first are the aggregates, one by one. */
enum cs_feature {
  CS_FEATURE_FIRST = CS_AGGREGATE_FIRST,
  CS_FEATURE_LAST = CS_AGGREGATE_LAST,
  CS_FEATURE_PURCHASE_DAYS = CS_AGGREGATE_PURCHASE_DAYS,
  CS_FEATURE_ORDERS = CS_AGGREGATE_ORDERS,
  CS_FEATURE_SPENT = CS_AGGREGATE_SPENT,
  CS_FEATURE_GROSS = CS_AGGREGATE_GROSS,
  CS_FEATURE_REFUNDED = CS_AGGREGATE_REFUNDED,
  CS_FEATURE_AVERAGE = CS_AGGREGATE_AVERAGE,
  CS_FEATURE_REPEAT_MEAN = CS_AGGREGATE_REPEAT_MEAN,
  CS_FEATURE_SPENT_12M = CS_AGGREGATE_SPENT_12M,
  CS_FEATURE_DISCOUNT = CS_AGGREGATE_DISCOUNT,
  CS_FEATURE_CATEGORIES = CS_AGGREGATE_CATEGORIES,
  CS_FEATURE_RECENCY = CS_AGGREGATE_RECENCY,
  CS_FEATURE_TENURE = CS_AGGREGATES,
  CS_FEATURE_INTERVAL,
  CS_FEATURE_REFUND_SHARE,
  CS_FEATURE_SCORE_R,
  CS_FEATURE_SCORE_F,
  CS_FEATURE_SCORE_M,
  CS_FEATURE_SCORE,
  CS_FEATURE_CELL,    /* R * 100 + F * 10 + M */
  CS_FEATURE_SEGMENT, /* enum cs_rfm_segment */
  CS_FEATURE_KEY,
  CS_FEATURES
};

struct cs_customers {
  size_t n;
  double *value[CS_FEATURES];
  int64_t as_of; /* day */
};

#define CS_CUSTOMERS_INIT                                                                                    \
  { 0, {NULL}, 0 }

void cs_customers_release(struct cs_customers *customers);

/* Makes room for a feature, NaN throughout. */
CS_MUST_CHECK enum cs_status cs_customers_room(struct cs_customers *customers, enum cs_feature feature,
                                               struct cs_error *err);

/* "total_spent" */
const char *cs_feature_name(enum cs_feature feature);

/* The feature of that name, or CS_FEATURES. */
enum cs_feature cs_feature_named(struct cs_slice name);

/* Fills what follows from the aggregates that are there: recency, average, tenure, interval, refund share. */
CS_MUST_CHECK enum cs_status cs_customers_derive(struct cs_customers *customers, struct cs_error *err);

/* What scores are learnt from the customers: the cuts, and the spend that 99 % of them don't exceed. */
struct cs_scoring {
  bool has_recency, has_frequency, has_monetary;
  double recency[CS_RFM_CUTS], frequency[CS_RFM_CUTS], monetary[CS_RFM_CUTS];
  double key_account;
};

CS_MUST_CHECK enum cs_status cs_scoring_fit(struct cs_scoring *scoring, const struct cs_customers *customers,
                                            struct cs_error *err);

/* Fills scores, cell, segment and key accounts. Without spend there are scores of recency and frequency only. */
CS_MUST_CHECK enum cs_status cs_scoring_apply(const struct cs_scoring *scoring,
                                              struct cs_customers *customers, struct cs_error *err);

/* Appends every feature that the table doesn't have yet as a column, in the order above. */
CS_MUST_CHECK enum cs_status cs_customers_add(const struct cs_customers *customers, struct cs_table *table,
                                              struct cs_error *err);

#endif
