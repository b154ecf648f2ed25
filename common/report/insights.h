/* insights.h - what holds of all customers, whatever their segments: how revenue is spread, and who still buys.
 *
 * Units   shares are 0..1 of the customers that have the value.
 * Agrees  with DescTools::Lc and Gini(unbiased = FALSE) of R where no spend is below 0; below 0 counts as 0.
 */
#ifndef CS_REPORT_INSIGHTS_H
#define CS_REPORT_INSIGHTS_H

#include "base/error.h"

#include <stddef.h>

enum { CS_LORENZ_POINTS = 101, CS_ACTIVE_DAYS = 90, CS_DORMANT_DAYS = 180 };

struct cs_insights {
  double
      held[CS_LORENZ_POINTS]; /* the share of revenue that the best 0 %, 1 %, ... 100 % of customers hold */
  double gini;                /* 0: all spend the same, towards 1: one spends all; NaN without revenue */
  double active;              /* bought within CS_ACTIVE_DAYS */
  double dormant;             /* last bought more than CS_DORMANT_DAYS ago */
  double once;                /* bought once */
};

/* Columns are [n], NaN where a cell is missing. */
CS_MUST_CHECK enum cs_status cs_insights_find(struct cs_insights *insights, const double *revenue,
                                              const double *orders, const double *recency, size_t n,
                                              struct cs_error *err);

#endif
