/* features.h - what is known of each customer: aggregates, what follows from them, scores, as columns.
 *
 * Shapes   value[feature] is [n], NaN where a customer has none; NULL where the input can't tell it at all.
 * Units    docs/data-dictionary.md. Dates are days since 1970-01-01.
 */
#ifndef CS_PREP_FEATURES_H
#define CS_PREP_FEATURES_H

#include "base/error.h"
#include "base/map.h"
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
  CS_FEATURE_BT_X = CS_AGGREGATE_BT_X,
  CS_FEATURE_BT_TX = CS_AGGREGATE_BT_TX,
  CS_FEATURE_BT_T = CS_AGGREGATE_BT_T,
  CS_FEATURE_BT_ZBAR = CS_AGGREGATE_BT_ZBAR,
  CS_FEATURE_TENURE = CS_AGGREGATES,
  CS_FEATURE_INTERVAL,
  CS_FEATURE_INTERVAL_CV,
  CS_FEATURE_REFUND_SHARE,
  CS_FEATURE_ENTROPY,
  CS_FEATURE_FIRST_CATEGORY, /* index of a text in `categories` */
  CS_FEATURE_LAST_CATEGORY,
  CS_FEATURE_CHANNELS,
  CS_FEATURE_MAIN_CHANNEL, /* index of a text in `channels` */
  CS_FEATURE_MAIN_CHANNEL_SHARE,
  CS_FEATURE_WEEKEND,
  CS_FEATURE_EVENING,
  CS_FEATURE_HOLDOUT_DAYS,
  CS_FEATURE_HOLDOUT_ORDERS,
  CS_FEATURE_HOLDOUT_SPENT,
  CS_FEATURE_SCORE_R,
  CS_FEATURE_SCORE_F,
  CS_FEATURE_SCORE_M,
  CS_FEATURE_SCORE,
  CS_FEATURE_CELL,    /* R * 100 + F * 10 + M */
  CS_FEATURE_SEGMENT, /* index of a text in `segments` */
  CS_FEATURE_ALIVE,
  CS_FEATURE_ORDERS_12M,
  CS_FEATURE_ORDER_VALUE,
  CS_FEATURE_CLV_SIMPLE,
  CS_FEATURE_CLV_ADVANCED,
  CS_FEATURE_CHURN,
  CS_FEATURE_HOLDOUT_EXPECTED,
  CS_FEATURE_ENGAGEMENT_RECENCY,
  CS_FEATURE_ENGAGEMENT_FREQUENCY,
  CS_FEATURE_ENGAGEMENT_BREADTH,
  CS_FEATURE_ENGAGEMENT,
  CS_FEATURE_IS_ACTIVE,
  CS_FEATURE_IS_DORMANT,
  CS_FEATURE_IS_ONE_TIME,
  CS_FEATURE_IS_FREQUENT,
  CS_FEATURE_IS_HIGH_VALUE,
  CS_FEATURE_IS_PRICE_SENSITIVE,
  CS_FEATURE_KEY,
  CS_FEATURES
};

/* What is made besides the totals of each customer, which always are: bits of --make. */
enum cs_make {
  CS_MAKE_HABITS = 1,     /* regularity, categories, channels, times */
  CS_MAKE_RFM = 2,        /* scores, segments, key accounts */
  CS_MAKE_CLV = 4,        /* bt_*, lifetime value, churn risk */
  CS_MAKE_ENGAGEMENT = 8, /* the score with its parts, flags */
  CS_MAKE_ALL = 15
};

struct cs_customers {
  size_t n;
  unsigned make;
  double *value[CS_FEATURES];
  int64_t as_of;                              /* the day that recency is counted to */
  int64_t end;                                /* the last day that was observed: age is counted to it */
  double unit_days;                           /* of bt_tx and bt_T */
  const struct cs_map *categories, *channels; /* the texts; somebody else's; may be NULL */
  const struct cs_map *segments;
};

#define CS_CUSTOMERS_INIT                                                                                    \
  { .make = CS_MAKE_ALL, .unit_days = 7 }

void cs_customers_release(struct cs_customers *customers);

/* Makes room for a feature, NaN throughout. */
CS_MUST_CHECK enum cs_status cs_customers_room(struct cs_customers *customers, enum cs_feature feature,
                                               struct cs_error *err);

/* "total_spent" */
const char *cs_feature_name(enum cs_feature feature);

/* Whether it is written as a number: not a date, a cell of scores or a text. */
bool cs_feature_is_number(enum cs_feature feature);

/* The feature of that name, or CS_FEATURES. */
enum cs_feature cs_feature_named(struct cs_slice name);

/* Fills what follows from the aggregates that are there: recency, average, tenure, interval, refund share, and the
 * buy-till-you-die summary; or, where that is what there is, what follows from the summary. */
CS_MUST_CHECK enum cs_status cs_customers_derive(struct cs_customers *customers, int threads,
                                                 struct cs_error *err);

/* Appends every feature that the table doesn't have yet as a column, in the order above. Numbers become the table's and are
 * the customers' no more: there may be fifty of them for each of a million customers. */
CS_MUST_CHECK enum cs_status cs_customers_give(struct cs_customers *customers, struct cs_table *table,
                                               struct cs_error *err);

#endif
