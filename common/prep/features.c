#include "prep/features.h"

#include "base/date.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "prep/money.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DERIVED_MAX = 11, BLOCK = 8192 };

enum form {
  FORM_DATE,
  FORM_COUNT,
  FORM_QUANTITY,
  FORM_RATIO,
  FORM_CELL,
  FORM_SEGMENT,
  FORM_CATEGORY,
  FORM_CHANNEL
};

static const struct {
  const char *name;
  enum form form;
} features[CS_FEATURES] = {
    [CS_FEATURE_FIRST] = {"first_purchase_date", FORM_DATE},
    [CS_FEATURE_LAST] = {"last_purchase_date", FORM_DATE},
    [CS_FEATURE_PURCHASE_DAYS] = {"purchase_days", FORM_COUNT},
    [CS_FEATURE_ORDERS] = {"total_transactions", FORM_QUANTITY},
    [CS_FEATURE_SPENT] = {"total_spent", FORM_QUANTITY},
    [CS_FEATURE_GROSS] = {"gross_spent", FORM_QUANTITY},
    [CS_FEATURE_REFUNDED] = {"refunded", FORM_QUANTITY},
    [CS_FEATURE_AVERAGE] = {"avg_transaction_value", FORM_QUANTITY},
    [CS_FEATURE_REPEAT_MEAN] = {"repeat_spend_mean", FORM_QUANTITY},
    [CS_FEATURE_SPENT_12M] = {"spent_12m", FORM_QUANTITY},
    [CS_FEATURE_DISCOUNT] = {"discount_share", FORM_RATIO},
    [CS_FEATURE_CATEGORIES] = {"category_count", FORM_COUNT},
    [CS_FEATURE_RECENCY] = {"days_since_last_purchase", FORM_QUANTITY},
    [CS_FEATURE_BT_X] = {"bt_x", FORM_COUNT},
    [CS_FEATURE_BT_TX] = {"bt_tx", FORM_QUANTITY},
    [CS_FEATURE_BT_T] = {"bt_T", FORM_QUANTITY},
    [CS_FEATURE_BT_ZBAR] = {"bt_zbar", FORM_QUANTITY},
    [CS_FEATURE_TENURE] = {"tenure_days", FORM_COUNT},
    [CS_FEATURE_INTERVAL] = {"purchase_interval", FORM_QUANTITY},
    [CS_FEATURE_INTERVAL_CV] = {"purchase_interval_cv", FORM_RATIO},
    [CS_FEATURE_REFUND_SHARE] = {"refund_share", FORM_RATIO},
    [CS_FEATURE_ENTROPY] = {"category_entropy", FORM_RATIO},
    [CS_FEATURE_FIRST_CATEGORY] = {"first_category", FORM_CATEGORY},
    [CS_FEATURE_LAST_CATEGORY] = {"last_category", FORM_CATEGORY},
    [CS_FEATURE_CHANNELS] = {"channel_count", FORM_COUNT},
    [CS_FEATURE_MAIN_CHANNEL] = {"main_channel", FORM_CHANNEL},
    [CS_FEATURE_MAIN_CHANNEL_SHARE] = {"main_channel_share", FORM_RATIO},
    [CS_FEATURE_WEEKEND] = {"weekend_share", FORM_RATIO},
    [CS_FEATURE_EVENING] = {"evening_share", FORM_RATIO},
    [CS_FEATURE_HOLDOUT_DAYS] = {"holdout_purchase_days", FORM_COUNT},
    [CS_FEATURE_HOLDOUT_ORDERS] = {"holdout_transactions", FORM_COUNT},
    [CS_FEATURE_HOLDOUT_SPENT] = {"holdout_spent", FORM_QUANTITY},
    [CS_FEATURE_SCORE_R] = {"rfm_recency", FORM_COUNT},
    [CS_FEATURE_SCORE_F] = {"rfm_frequency", FORM_COUNT},
    [CS_FEATURE_SCORE_M] = {"rfm_monetary", FORM_COUNT},
    [CS_FEATURE_SCORE] = {"rfm_score", FORM_COUNT},
    [CS_FEATURE_CELL] = {"rfm_cell", FORM_CELL},
    [CS_FEATURE_SEGMENT] = {"rfm_segment", FORM_SEGMENT},
    [CS_FEATURE_ALIVE] = {"p_alive", FORM_RATIO},
    [CS_FEATURE_ORDERS_12M] = {"expected_orders_12m", FORM_RATIO},
    [CS_FEATURE_ORDER_VALUE] = {"expected_order_value", FORM_QUANTITY},
    [CS_FEATURE_CLV_SIMPLE] = {"clv_simple", FORM_QUANTITY},
    [CS_FEATURE_CLV_ADVANCED] = {"clv_advanced", FORM_QUANTITY},
    [CS_FEATURE_CHURN] = {"churn_risk", FORM_RATIO},
    [CS_FEATURE_HOLDOUT_EXPECTED] = {"holdout_expected", FORM_RATIO},
    [CS_FEATURE_ENGAGEMENT_RECENCY] = {"engagement_recency", FORM_RATIO},
    [CS_FEATURE_ENGAGEMENT_FREQUENCY] = {"engagement_frequency", FORM_RATIO},
    [CS_FEATURE_ENGAGEMENT_BREADTH] = {"engagement_breadth", FORM_RATIO},
    [CS_FEATURE_ENGAGEMENT] = {"engagement_score", FORM_RATIO},
    [CS_FEATURE_IS_ACTIVE] = {"is_active", FORM_COUNT},
    [CS_FEATURE_IS_DORMANT] = {"is_dormant", FORM_COUNT},
    [CS_FEATURE_IS_ONE_TIME] = {"is_one_time", FORM_COUNT},
    [CS_FEATURE_IS_FREQUENT] = {"is_frequent", FORM_COUNT},
    [CS_FEATURE_IS_HIGH_VALUE] = {"is_high_value", FORM_COUNT},
    [CS_FEATURE_IS_PRICE_SENSITIVE] = {"is_price_sensitive", FORM_COUNT},
    [CS_FEATURE_KEY] = {"key_account", FORM_COUNT},
};

void cs_customers_release(struct cs_customers *customers) {
  for (int i = 0; i < CS_FEATURES; i++) free(customers->value[i]);
  *customers = (struct cs_customers)CS_CUSTOMERS_INIT;
}

enum cs_status cs_customers_room(struct cs_customers *customers, enum cs_feature feature,
                                 struct cs_error *err) {
  CS_TRY(cs_alloc(&customers->value[feature], customers->n, sizeof(double), "features", err));
  for (size_t i = 0; i < customers->n; i++) customers->value[feature][i] = NAN;
  return CS_OK;
}

const char *cs_feature_name(enum cs_feature feature) {
  return features[feature].name;
}

bool cs_feature_is_number(enum cs_feature feature) {
  enum form form = features[feature].form;
  return form == FORM_COUNT || form == FORM_QUANTITY || form == FORM_RATIO;
}

enum cs_feature cs_feature_named(struct cs_slice name) {
  int feature = 0;
  while (feature < CS_FEATURES && !cs_slice_is(name, features[feature].name)) feature++;
  return (enum cs_feature)feature;
}

/* --- what follows from the aggregates --- */

/* The value of one customer, NaN where there is none. */
static double of(const struct cs_customers *customers, enum cs_feature feature, size_t i) {
  const double *value = customers->value[feature];
  return value ? value[i] : NAN;
}

static double purchase_days(const struct cs_customers *customers, size_t i) {
  double days = of(customers, CS_FEATURE_PURCHASE_DAYS, i);
  return isnan(days) ? of(customers, CS_FEATURE_ORDERS, i) : days;
}

/* Days from the first purchase to the last, by the dates or by the summary. */
static double active_days(const struct cs_customers *customers, size_t i) {
  double days = of(customers, CS_FEATURE_LAST, i) - of(customers, CS_FEATURE_FIRST, i);
  return isnan(days) ? of(customers, CS_FEATURE_BT_TX, i) * customers->unit_days : days;
}

static double average(const struct cs_customers *customers, size_t i) {
  double orders = of(customers, CS_FEATURE_ORDERS, i);
  return orders > 0 ? of(customers, CS_FEATURE_SPENT, i) / orders : NAN;
}

static double interval(const struct cs_customers *customers, size_t i) {
  double days = purchase_days(customers, i), span = active_days(customers, i);
  return days > 1 && span > 0 ? span / (days - 1) : NAN;
}

static double refund_share(const struct cs_customers *customers, size_t i) {
  double gross = of(customers, CS_FEATURE_GROSS, i);
  return gross > 0 ? of(customers, CS_FEATURE_REFUNDED, i) / gross : NAN;
}

/* Orders of one day alone are one purchase day. */
static double repeats(const struct cs_customers *customers, size_t i) {
  double span = active_days(customers, i);
  return span > 0 ? purchase_days(customers, i) - 1 : 0 * span;
}

static double last_age(const struct cs_customers *customers, size_t i) {
  return repeats(customers, i) > 0 ? active_days(customers, i) / customers->unit_days
                                   : 0 * active_days(customers, i);
}

static double repeat_mean(const struct cs_customers *customers, size_t i) {
  double mean = of(customers, CS_FEATURE_REPEAT_MEAN, i);
  if (!isnan(mean)) return mean;
  return repeats(customers, i) > 0 ? average(customers, i) : 0 * average(customers, i);
}

/* What follows from the summary of another program: whole days. */
static double days_of_units(const struct cs_customers *customers, double units) {
  return round(units * customers->unit_days);
}

/* The feature of one customer from the others. NaN where it can't be told. */
static double derived(const struct cs_customers *customers, enum cs_feature feature, size_t i) {
  double first = of(customers, CS_FEATURE_FIRST, i), last = of(customers, CS_FEATURE_LAST, i);
  double age = of(customers, CS_FEATURE_BT_T, i), age_last = of(customers, CS_FEATURE_BT_TX, i);
  switch (feature) {
  case CS_FEATURE_PURCHASE_DAYS: return of(customers, CS_FEATURE_BT_X, i) + 1;
  case CS_FEATURE_ORDERS: return of(customers, CS_FEATURE_PURCHASE_DAYS, i);
  case CS_FEATURE_RECENCY:
    return isnan(last) ? days_of_units(customers, age - age_last) : (double)customers->as_of - last;
  case CS_FEATURE_TENURE:
    return isnan(first) ? days_of_units(customers, age) : (double)customers->as_of - first;
  case CS_FEATURE_AVERAGE: return average(customers, i);
  case CS_FEATURE_REFUND_SHARE: return refund_share(customers, i);
  case CS_FEATURE_INTERVAL: return interval(customers, i);
  case CS_FEATURE_BT_X: return repeats(customers, i);
  case CS_FEATURE_BT_TX: return last_age(customers, i);
  case CS_FEATURE_BT_T: return ((double)customers->end - first) / customers->unit_days;
  case CS_FEATURE_BT_ZBAR: return repeat_mean(customers, i);
  default: return NAN;
  }
}

/* Whether the features that this one is made of are there, also in a table without rows. */
static bool can_derive(const struct cs_customers *customers, enum cs_feature feature) {
  double *const *value = customers->value;
  bool dated = value[CS_FEATURE_FIRST] && value[CS_FEATURE_LAST];
  bool counted = value[CS_FEATURE_PURCHASE_DAYS] || value[CS_FEATURE_ORDERS];
  bool summary = value[CS_FEATURE_BT_X] && value[CS_FEATURE_BT_TX] && value[CS_FEATURE_BT_T];
  switch (feature) {
  case CS_FEATURE_PURCHASE_DAYS:
  case CS_FEATURE_ORDERS: return summary;
  case CS_FEATURE_RECENCY: return value[CS_FEATURE_LAST] || summary;
  case CS_FEATURE_TENURE: return value[CS_FEATURE_FIRST] || summary;
  case CS_FEATURE_AVERAGE: return value[CS_FEATURE_SPENT] && value[CS_FEATURE_ORDERS];
  case CS_FEATURE_REFUND_SHARE: return value[CS_FEATURE_REFUNDED] && value[CS_FEATURE_GROSS];
  case CS_FEATURE_BT_ZBAR: /* only beside bt_x */
    return value[CS_FEATURE_BT_X] && (value[CS_FEATURE_REPEAT_MEAN] || value[CS_FEATURE_AVERAGE]);
  case CS_FEATURE_INTERVAL: return (dated && counted) || summary;
  default: return dated && counted && customers->make & CS_MAKE_CLV;
  }
}

/* What is derived, in an order in which nothing rests on what comes later. */
struct deriving {
  struct cs_customers *customers;
  enum cs_feature feature[DERIVED_MAX];
  size_t count;
};

static void derive_block(void *context, size_t block, int thread) {
  const struct deriving *deriving = context;
  const struct cs_customers *customers = deriving->customers;
  size_t begin = block * BLOCK, end = customers->n - begin > BLOCK ? begin + BLOCK : customers->n;
  (void)thread;
  for (size_t k = 0; k < deriving->count; k++) {
    enum cs_feature feature = deriving->feature[k];
    for (size_t i = begin; i < end; i++) customers->value[feature][i] = derived(customers, feature, i);
  }
}

enum cs_status cs_customers_derive(struct cs_customers *customers, int threads, struct cs_error *err) {
  static const enum cs_feature order[DERIVED_MAX] = {
      CS_FEATURE_PURCHASE_DAYS, CS_FEATURE_ORDERS,       CS_FEATURE_RECENCY, CS_FEATURE_AVERAGE,
      CS_FEATURE_TENURE,        CS_FEATURE_INTERVAL,     CS_FEATURE_BT_X,    CS_FEATURE_BT_TX,
      CS_FEATURE_BT_T,          CS_FEATURE_REFUND_SHARE, CS_FEATURE_BT_ZBAR};
  struct deriving deriving = {customers, {0}, 0};
  for (size_t k = 0; k < DERIVED_MAX; k++) {
    if (customers->value[order[k]] || !can_derive(customers, order[k])) continue;
    CS_TRY(cs_customers_room(customers, order[k], err));
    deriving.feature[deriving.count++] = order[k];
  }
  cs_parallel(threads, (customers->n + BLOCK - 1) / BLOCK, derive_block, &deriving);
  return CS_OK;
}

/* --- columns --- */

static void print_key(const struct cs_map *texts, double index, struct cs_str *text) {
  struct cs_slice key = cs_map_key(texts, (uint32_t)index);
  cs_str_add(text, key.data, key.len);
}

static void print_text(const struct cs_customers *customers, enum form form, double value,
                       struct cs_str *text) {
  char date[CS_DATE_TEXT];
  if (form == FORM_DATE) {
    cs_date_print((int64_t)value, date);
    cs_str_add_text(text, date);
  } else if (form == FORM_CELL) {
    cs_str_add_format(text, "%d", (int)value);
  } else {
    print_key(form == FORM_SEGMENT    ? customers->segments
              : form == FORM_CATEGORY ? customers->categories
                                      : customers->channels,
              value, text);
  }
}

static enum cs_status add_printed(const struct cs_customers *customers, enum form form, double value,
                                  struct cs_map *texts, uint32_t *index, struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  print_text(customers, form, value, &text);
  enum cs_status status = cs_str_check(&text, "a text", err);
  if (status == CS_OK) status = cs_map_add(texts, (struct cs_slice){text.data, text.len}, index, err);
  cs_str_release(&text);
  return status;
}

/* The least value, and how far it is to the largest one; 0 where there is none. */
static double least_of(const double *value, size_t n, double *span) {
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (value[i] < least) least = value[i];
    if (value[i] > most) most = value[i];
  }
  *span = least <= most ? most - least : 0;
  return least;
}

/* What has a text is a day, a cell or an index: a whole number of a range that a list can have room for, so that each text
 * is made and looked up once. */
static enum cs_status code_texts(const struct cs_customers *customers, const double *value, enum form form,
                                 struct cs_map *texts, uint32_t *code, struct cs_error *err) {
  double span, least = least_of(value, customers->n, &span);
  uint32_t *found; /* [span + 1], the index of the text + 1 */
  CS_TRY(cs_alloc(&found, (size_t)span + 1, sizeof *found, "texts", err));
  enum cs_status status = CS_OK;
  for (size_t i = 0; i < customers->n && status == CS_OK; i++) {
    code[i] = CS_TEXT_MISSING;
    if (isnan(value[i])) continue;
    uint32_t *known = &found[(size_t)(value[i] - least)];
    if (!*known) {
      status = add_printed(customers, form, value[i], texts, known, err);
      ++*known;
    }
    code[i] = *known - 1;
  }
  free(found);
  return status;
}

/* The texts of a map as slices, for a table that copies them. */
static enum cs_status add_coded(struct cs_table *table, const char *name, uint32_t *code,
                                const struct cs_map *texts, struct cs_error *err) {
  struct cs_slice *slices;
  enum cs_status status = cs_alloc(&slices, texts->count, sizeof *slices, "texts", err);
  if (status != CS_OK) {
    free(code);
    return status;
  }
  for (uint32_t i = 0; i < texts->count; i++) slices[i] = cs_map_key(texts, i);
  status = cs_table_add_text(table, name, code, slices, texts->count, err);
  free(slices);
  return status;
}

static enum cs_status add_text(const struct cs_customers *customers, struct cs_table *table, int feature,
                               struct cs_error *err) {
  const double *value = customers->value[feature];
  enum form form = features[feature].form;
  struct cs_map texts = CS_MAP_INIT;
  uint32_t *code;
  CS_TRY(cs_alloc(&code, customers->n, sizeof *code, "texts", err));
  enum cs_status status = code_texts(customers, value, form, &texts, code, err);
  if (status == CS_OK)
    status = add_coded(table, features[feature].name, code, &texts, err);
  else
    free(code);
  cs_map_release(&texts);
  return status;
}

/* The values become the table's. */
static enum cs_status give_number(struct cs_customers *customers, struct cs_table *table,
                                  enum cs_feature feature, struct cs_error *err) {
  static const enum cs_kind kind[] = {
      [FORM_COUNT] = CS_KIND_INTEGER, [FORM_QUANTITY] = CS_KIND_QUANTITY, [FORM_RATIO] = CS_KIND_RATIO};
  double *value = customers->value[feature];
  customers->value[feature] = NULL;
  return cs_table_add_number(table, features[feature].name, kind[features[feature].form], value, err);
}

enum cs_status cs_customers_give(struct cs_customers *customers, struct cs_table *table,
                                 struct cs_error *err) {
  for (int i = 0; i < CS_FEATURES; i++) {
    const double *value = customers->value[i];
    const char *name = features[i].name;
    bool aggregate = i < CS_FEATURE_SCORE_R;
    if (!value || (aggregate && cs_table_find(table, cs_slice_of(name)) != SIZE_MAX)) continue;
    CS_TRY(cs_feature_is_number((enum cs_feature)i) ? give_number(customers, table, (enum cs_feature)i, err)
                                                    : add_text(customers, table, i, err));
  }
  return CS_OK;
}
