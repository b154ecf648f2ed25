/* quantiles.h - a column onto its own ranks: what share of the values lies below.
 *
 *   y = the place of x among up to 1,000 evenly spaced quantiles, 0 to 1, linear between two of them; the middle of the
 *       places where several are equal to x, but 0 at and below the first and 1 at and above the last. As normal scores:
 *       the quantile of the standard normal distribution at y, from CS_NORMAL_LEAST to its opposite.
 *
 * Agrees   with scikit-learn's QuantileTransformer(n_quantiles=1000, subsample=n), but that there a normal score also
 *          takes what lies within 1e-7 of the extremes for them, in whatever units, and gives a constant -5.2, here 0.
 * Memory   the quantiles, and what cs_order() needs.
 */
#ifndef CS_ALGO_QUANTILES_H
#define CS_ALGO_QUANTILES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { CS_QUANTILES_MAX = 1000 };

/* The normal score of 0 is that of a ten millionth. */
#define CS_NORMAL_LEAST (-5.1993375821928165)

struct cs_quantiles {
  double *value; /* [count], ascending, owned */
  size_t count;
};

#define CS_QUANTILES_INIT                                                                                    \
  { NULL, 0 }

/* v has no NaN, n > 0. */
CS_MUST_CHECK enum cs_status cs_quantiles_fit(struct cs_quantiles *quantiles, const double *v, size_t n,
                                              struct cs_error *err);

/* In place; NaN stays. */
void cs_quantiles_apply(const struct cs_quantiles *quantiles, bool normal, double *v, size_t n);

/* Back, in place: what is outside 0 to 1 counts as the first or the last quantile. */
void cs_quantiles_invert(const struct cs_quantiles *quantiles, bool normal, double *v, size_t n);

void cs_quantiles_release(struct cs_quantiles *quantiles);

#endif
