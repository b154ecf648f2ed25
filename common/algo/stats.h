/* stats.h - summaries of a vector of doubles, each saying with which program it agrees.
 *
 * Shapes   v is [n]. NaN is never passed in. Sums are compensated or blocked: the result depends on v alone.
 */
#ifndef CS_ALGO_STATS_H
#define CS_ALGO_STATS_H

#include "base/error.h"

#include <stddef.h>

double cs_mean(const double *v, size_t n); /* NaN when n is 0 */

/* The same where the sum is known: that of cs_sum(). */
double cs_mean_of_sum(const double *v, size_t n, double sum);

/* Sum of squared deviations / (n - ddof); ddof 0 is numpy's and StandardScaler's default, 1 is R's var(). */
double cs_variance(const double *v, size_t n, int ddof);

/* Its square root, also where the variance itself would overflow or underflow. NaN unless n > ddof. A column
 * of one repeated value has exactly 0. */
double cs_deviation(const double *v, size_t n, int ddof);

/* The same where the mean is known: that of cs_mean(). */
double cs_deviation_about(const double *v, size_t n, int ddof, double mean);

/* g1 = m3 / m2^1.5, as scipy.stats.skew; 0 for a constant. */
double cs_skewness(const double *v, size_t n);

/* Compensated sum (Neumaier 1974). */
double cs_sum(const double *v, size_t n);

/* Sorts ascending, in place. */
void cs_sort(double *v, size_t n);

/* Quantile of a sorted vector by R's type 7 (numpy's "linear"), p in [0, 1]. NaN when n is 0. */
double cs_quantile_sorted(const double *sorted, size_t n, double p);

/* The same of a vector in any order, for several p at once, ascending; v isn't changed, nor copied (order.h). */
CS_MUST_CHECK enum cs_status cs_quantiles(const double *v, size_t n, const double *p, size_t count,
                                          double *out, struct cs_error *err);

/* The same in place: v comes back in another order, so that cs_quantile_sorted() is right at these p, ascending, and at no others
 * (Hoare 1961, "Algorithm 65: FIND", for several ranks; O(n) for a few of them, O(n log n) at worst). */
void cs_quantiles_place(double *v, size_t n, const double *p, size_t count);

#endif
