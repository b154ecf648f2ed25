#include "algo/outliers.h"

#include "algo/stats.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { FEWEST = 5 };

/* The 0.75 quantile of the standard normal distribution as Iglewicz & Hoaglin round it. */
static const double mad_of_normal = 0.6745;

static const struct cs_fence open_fence = {CS_FENCE_SET, -INFINITY, INFINITY};

/* A width that is nothing beside the values is rounding: sums and differences of equal numbers. */
static bool is_flat(double width, double lower, double upper) {
  return !(width > 1e-12 * fmax(fabs(lower), fabs(upper)));
}

static bool are_few(enum cs_fence_rule rule, double parameter, size_t n) {
  double count = (double)n;
  switch (rule) {
  case CS_FENCE_Z: return n < 3 || (count - 1) / sqrt(count) <= parameter;
  case CS_FENCE_PERCENTILE: return count * parameter < 100;
  default: return n < FEWEST;
  }
}

static enum cs_status fit_iqr(struct cs_fence *fence, double k, const double *v, size_t n,
                              struct cs_error *err) {
  static const double p[] = {0.25, 0.75};
  double quartile[2];
  CS_TRY(cs_quantiles(v, n, p, 2, quartile, err));
  double range = quartile[1] - quartile[0];
  if (is_flat(range, quartile[0], quartile[1]))
    fence->state = CS_FENCE_FLAT;
  else
    *fence = (struct cs_fence){CS_FENCE_SET, quartile[0] - k * range, quartile[1] + k * range};
  return CS_OK;
}

static void fit_z(struct cs_fence *fence, double k, const double *v, size_t n) {
  double mean = cs_mean(v, n), deviation = cs_deviation(v, n, 1);
  if (is_flat(deviation, mean, mean))
    fence->state = CS_FENCE_FLAT;
  else
    *fence = (struct cs_fence){CS_FENCE_SET, mean - k * deviation, mean + k * deviation};
}

static enum cs_status fit_mad(struct cs_fence *fence, double k, const double *v, size_t n,
                              struct cs_error *err) {
  static const double half = 0.5;
  double median, mad, *off;
  CS_TRY(cs_quantiles(v, n, &half, 1, &median, err));
  CS_TRY(cs_alloc(&off, n, sizeof *off, "deviations", err));
  for (size_t i = 0; i < n; i++) off[i] = fabs(v[i] - median);
  enum cs_status status = cs_quantiles(off, n, &half, 1, &mad, err);
  free(off);
  CS_TRY(status);
  double reach = k * mad / mad_of_normal;
  if (is_flat(mad, median, median))
    fence->state = CS_FENCE_FLAT;
  else
    *fence = (struct cs_fence){CS_FENCE_SET, median - reach, median + reach};
  return CS_OK;
}

static enum cs_status fit_percentile(struct cs_fence *fence, double k, const double *v, size_t n,
                                     struct cs_error *err) {
  const double p[] = {k / 100, 1 - k / 100};
  double end[2];
  CS_TRY(cs_quantiles(v, n, p, 2, end, err));
  if (is_flat(end[1] - end[0], end[0], end[1]))
    fence->state = CS_FENCE_FLAT;
  else
    *fence = (struct cs_fence){CS_FENCE_SET, end[0], end[1]};
  return CS_OK;
}

enum cs_status cs_fence_fit(struct cs_fence *fence, enum cs_fence_rule rule, double parameter,
                            const double *v, size_t n, struct cs_error *err) {
  *fence = open_fence;
  if (are_few(rule, parameter, n)) {
    fence->state = CS_FENCE_FEW;
    return CS_OK;
  }
  switch (rule) {
  case CS_FENCE_IQR: return fit_iqr(fence, parameter, v, n, err);
  case CS_FENCE_MAD: return fit_mad(fence, parameter, v, n, err);
  case CS_FENCE_PERCENTILE: return fit_percentile(fence, parameter, v, n, err);
  default: fit_z(fence, parameter, v, n); return CS_OK;
  }
}
