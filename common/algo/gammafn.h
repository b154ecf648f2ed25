/* gammafn.h - the logarithm of the gamma function and what goes with it, without cancellation where arguments are huge.
 *
 * All arguments are above 0. Everything rests on Binet's remainder
 *
 *   J(z) = ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi) / 2,
 *
 * which is small and smooth: from z = 10 on by Stirling's series (Abramowitz & Stegun 1964, 6.1.40), below by
 * J(z) = J(z + 1) + (z + 1/2) ln(1 + 1/z) - 1. The C library's lgamma() writes to a global and has no derivatives.
 *
 * Digits   errors are a few units of 1e-16, times the value, or x, where that is above 1.
 */
#ifndef CS_ALGO_GAMMAFN_H
#define CS_ALGO_GAMMAFN_H

#include <stddef.h>

/* A function of z with its derivatives by ln z, the first and the second. */
struct cs_jet {
  double value, first, second;
};

struct cs_jet cs_binet(double z);

double cs_log_gamma(double z);
double cs_digamma(double z);
double cs_trigamma(double z);

/* ln of (z)_x / z^x = (1 + 1/z) (1 + 2/z) ... (1 + (x - 1)/z), the rising factorial without the powers of z, for a whole
 * number x >= 0: near 0 where z is huge. */
struct cs_jet cs_log_rising(double z, double x);

/* The same by look-up for small x. */
enum { CS_RISING_MAX = 512 };

struct cs_rising {
  double z;
  size_t count; /* x below it are in the table */
  struct cs_jet at[CS_RISING_MAX];
};

/* For x up to `most`, as far as the table goes. */
void cs_rising_init(struct cs_rising *table, double z, double most);

static inline struct cs_jet cs_rising_get(const struct cs_rising *table, double x) {
  return x < (double)table->count ? table->at[(size_t)x] : cs_log_rising(table->z, x);
}

#endif
