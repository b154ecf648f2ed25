/* clv.h - what customers are expected to do and to be worth: BG/NBD or Pareto/NBD for purchases, gamma-gamma for spend.
 *
 * Units    bt_tx, bt_T and the models' rates are in the time unit; money is the data's. A purchase is a purchase day.
 * Values   expected_orders_12m    E[purchase days in the next 12 months | history]
 *          churn_risk             1 - P(at least one purchase within the horizon | history)
 *          clv_advanced           margin x expected_order_value x sum over months m of the horizon of
 *                                 (E[Y(m)] - E[Y(m - 1)]) / (1 + discount)^m, as lifetimes and Fader & Hardie's note
 *          clv_simple             margin x total_spent / max(tenure, 12 months) x horizon
 * Repeats  parameters are rounded to 9 digits by the fits, so that nothing hangs on an optimiser's last bits.
 */
#ifndef CS_PREP_CLV_H
#define CS_PREP_CLV_H

#include "algo/bgnbd.h"
#include "algo/gammagamma.h"
#include "algo/paretonbd.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/notes.h"
#include "data/document.h"
#include "prep/features.h"

enum cs_clv_model { CS_CLV_BG_NBD, CS_CLV_PARETO_NBD, CS_CLV_NONE };

struct cs_clv_options {
  enum cs_clv_model model;
  enum cs_time_unit unit;
  struct cs_duration horizon;
  struct cs_rate discount;
  double month_days; /* how long a month is */
  double margin;
  int threads;
};

enum { CS_CLV_BINS = 8 }; /* customers with 0, 1, ... 6 repeat purchases, and with more */

/* What is learnt. */
struct cs_clv {
  enum cs_clv_model model;
  enum cs_time_unit unit;
  double unit_days;
  size_t customers, repeaters;
  bool has_purchases; /* the model of purchases is fitted */
  struct cs_bgnbd bg_nbd;
  struct cs_paretonbd pareto_nbd;
  struct cs_fit purchases;
  double repeats[CS_CLV_BINS], repeats_expected[CS_CLV_BINS]; /* customers; of BG/NBD */
  bool has_spend;                                             /* gamma-gamma is fitted and has a mean */
  struct cs_gammagamma gamma_gamma;
  struct cs_fit spend;
  double correlation; /* of repeat purchases and mean spend among repeat buyers; NaN where there is none */
  double mean_spend;  /* mean bt_zbar of repeat buyers; NaN where there is none */
};

#define CS_CLV_INIT                                                                                          \
  { .model = CS_CLV_NONE }

/* How well the predictions did after --calibration-end. */
struct cs_holdout {
  bool known;
  double days;             /* length of the holdout */
  double expected, actual; /* purchase days of all customers */
  double auc;              /* of churn_risk, against no purchase at all; NaN where all or none came back */
  double auc_recency;      /* the same of days_since_last_purchase */
};

/* Learns from the customers' bt_*. Too few repeat buyers, or an optimum at infinity, are notes, not errors. */
CS_MUST_CHECK enum cs_status cs_clv_fit(struct cs_clv *clv, const struct cs_customers *customers,
                                        const struct cs_clv_options *options, struct cs_notes *notes,
                                        struct cs_error *err);

/* Fills the features of lifetime value, and holdout_expected where there is a holdout of so many days (0: there is none).
 * Without a fitted model of purchases they are there and empty. */
CS_MUST_CHECK enum cs_status cs_clv_apply(const struct cs_clv *clv, struct cs_customers *customers,
                                          const struct cs_clv_options *options, double holdout_days,
                                          struct cs_error *err);

/* Compares the features of the holdout with what was expected. */
CS_MUST_CHECK enum cs_status cs_holdout_judge(struct cs_holdout *holdout,
                                              const struct cs_customers *customers, double holdout_days,
                                              struct cs_error *err);

/* One sentence: model, parameters' basis, horizon, discount and margin. */
void cs_clv_describe(const struct cs_clv *clv, const struct cs_clv_options *options, struct cs_str *text);

/* As the member clv{} of a model, and back; a model without it gives CS_CLV_NONE. The messages name the file. */
void cs_clv_add(const struct cs_clv *clv, const struct cs_holdout *holdout, struct cs_node *model);
CS_MUST_CHECK enum cs_status cs_clv_get(struct cs_clv *clv, const struct cs_node *model, const char *path,
                                        struct cs_error *err);

#endif
