/* yeojohnson.h - the power transformation for values of any sign (Yeo & Johnson 2000), its power by maximum likelihood.
 *
 *   T(x) = ((1 + x)^lambda - 1) / lambda                   x >= 0
 *          -((1 - x)^(2 - lambda) - 1) / (2 - lambda)      x < 0        (their logarithms where the power is 0)
 *
 * Anchor   Far from 0 the powers overflow, or differ in their last bits only: years, prices of one size. What is computed
 *          is therefore (T(x) - T(p)) / (1 + |p|)^q for a point p amid the values, q being the power of its side: once
 *          standardised that is the same. p is 0, and this T itself, where values of both signs are there.
 * Power    The likelihood is strictly concave in lambda (Kouider & Chen 1995; Marchand et al. 2022), so its derivative is
 *          0 at one place, which is found to the last bits. A maximiser that compares likelihoods (scikit-learn's) finds
 *          half of the digits.
 * Agrees   with scikit-learn's PowerTransformer, standardised, as far as its lambda is right.
 * Cost     O(n) a step, some ten steps; no memory.
 */
#ifndef CS_ALGO_YEOJOHNSON_H
#define CS_ALGO_YEOJOHNSON_H

#include <stddef.h>

struct cs_yeo_johnson {
  double lambda, anchor; /* anchor is p, in units of x */
};

/* v has no NaN. Of a constant, lambda is 1. */
struct cs_yeo_johnson cs_yeo_johnson_fit(const double *v, size_t n);

/* In place. What is beyond the doubles becomes infinite; NaN stays. */
void cs_yeo_johnson_apply(const struct cs_yeo_johnson *power, double *v, size_t n);

/* Back, in place. A value that nothing is transformed to becomes infinite. */
void cs_yeo_johnson_invert(const struct cs_yeo_johnson *power, double *v, size_t n);

#endif
