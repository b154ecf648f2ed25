#include "algo/chisquare.h"

#include <math.h>

double cs_chisquare_cdf(double x, size_t freedom) {
  double half = x / 2, root = sqrt(half), sum = 0;
  if (!(x > 0)) return 0;
  /* The terms are half^i exp(-half) / gamma(i + 1), for i = 0, 1, ... or 1/2, 3/2, ... below freedom / 2. */
  double i = freedom % 2 ? 0.5 : 0, term = exp(-half) * (freedom % 2 ? root * 1.12837916709551257390 : 1);
  for (; i < (double)freedom / 2; i++) {
    sum += term;
    term *= half / (i + 1);
  }
  return freedom % 2 ? erf(root) - sum : 1 - sum;
}

/* Halving: the function is cheap and never flat where it matters. */
double cs_chisquare_quantile(double p, size_t freedom) {
  double low = 0, high = (double)freedom;
  if (!(p > 0)) return 0;
  while (cs_chisquare_cdf(high, freedom) < p) high *= 2;
  for (;;) {
    double middle = low + (high - low) / 2;
    if (!(middle > low && middle < high)) return high;
    if (cs_chisquare_cdf(middle, freedom) < p)
      low = middle;
    else
      high = middle;
  }
}
