/* btyd.h - what the buy-till-you-die models (bgnbd.h, paretonbd.h) have in common.
 *
 * Units   time is in any unit, the same in all places; a fitted rate is in purchase days by that unit. Results don't
 *         depend on the unit but by rounding.
 * Order   a fit doesn't depend on the order of the customers, to the last bit; a log-likelihood does, in its rounding.
 */
#ifndef CS_ALGO_BTYD_H
#define CS_ALGO_BTYD_H

#include "algo/likelihood.h"
#include "algo/observations.h"
#include "base/error.h"

#include <stddef.h>

enum { CS_EXPECTED_MAX = 64 }; /* points of time in one call */

/* Customers' purchase histories, one customer each. */
struct cs_histories {
  size_t n;
  const double *x;  /* [n] repeat purchase days: whole numbers >= 0 */
  const double *tx; /* [n] age at the last purchase, 0 where x is 0 */
  const double *T;  /* [n] age at the end of observation; 0 <= tx <= T */
};

/* What is foretold of each customer; any of the arrays may be NULL. */
struct cs_forecast {
  const double *t;  /* [count] lengths of time from the end of observation on, ascending, above 0 */
  size_t count;     /* at most CS_EXPECTED_MAX; 0: alive alone */
  double *alive;    /* [n] the probability of being a customer still at the end of observation */
  double *any;      /* [n] the probability of a purchase day within t[count - 1] */
  double *expected; /* [n][count] the mean number of purchase days within t[j] */
};

/* For the models: histories as observations {x, tx, T}, checked and grouped, and the mean time by repeat purchase, which
 * is 0 where there are too few customers with repeat purchases, or no time. CS_DATA names the customer, counted
 * from 1. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_histories_observe(const struct cs_histories *histories,
                                                  struct cs_observations *observations, double *unit,
                                                  struct cs_error *err);

/* The most repeat purchases that a customer has made. */
double cs_histories_most(const struct cs_histories *histories);

/* For the models: the log-likelihood of the histories as they are. */
double cs_histories_sum(const struct cs_histories *histories, const struct cs_terms *terms, int threads);

/* For the models: work(context, begin, end) over blocks of customers. */
void cs_histories_each(const struct cs_histories *histories, int threads,
                       void (*work)(void *context, size_t begin, size_t end), void *context);

#endif
