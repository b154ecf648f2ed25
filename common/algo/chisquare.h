/* chisquare.h - the chi-squared distribution of whole degrees of freedom, 1 to 1,000 (Abramowitz & Stegun 1964, 26.4.4
 * and 26.4.5: finite sums). Agrees with R's pchisq and qchisq to 1e-13, relative to 1 and to the quantile.
 */
#ifndef CS_ALGO_CHISQUARE_H
#define CS_ALGO_CHISQUARE_H

#include <stddef.h>

/* The probability of a value below x >= 0. */
double cs_chisquare_cdf(double x, size_t freedom);

/* The x of which p is the probability, 0 <= p < 1. */
double cs_chisquare_quantile(double p, size_t freedom);

#endif
