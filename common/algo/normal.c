#include "algo/normal.h"

#include <math.h>

double cs_normal_cdf(double x) {
  return erfc(-x * 0.70710678118654752440) / 2; /* 1 / sqrt(2) */
}

double cs_normal_quantile(double p) {
  static const double root_two_pi = 2.50662827463100050242;
  if (p > 0.5) return -cs_normal_quantile(1 - p);
  /* Abramowitz & Stegun (1964) 26.2.23, three digits; two steps of Halley's method leave nothing to correct. */
  double t = sqrt(-2 * log(p));
  double x =
      (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (int step = 0; step < 2; step++) {
    double newton = (cs_normal_cdf(x) - p) * root_two_pi * exp(x * x / 2);
    x -= newton / (1 + x * newton / 2);
  }
  return x;
}
