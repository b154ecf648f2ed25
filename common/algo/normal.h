/* normal.h - the standard normal distribution. */
#ifndef CS_ALGO_NORMAL_H
#define CS_ALGO_NORMAL_H

/* The probability of a value below x. */
double cs_normal_cdf(double x);

/* The x of which p is the probability, 0 < p < 1; to the last digits, as far as p tells them. */
double cs_normal_quantile(double p);

#endif
