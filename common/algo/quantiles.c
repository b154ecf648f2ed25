#include "algo/quantiles.h"

#include "algo/normal.h"
#include "algo/order.h"
#include "base/memory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* The ranks on either side of the quantile i of count, and the way from the first to the second: all in integers, so that
 * a quantile that is a value is that value. */
static double place_of(size_t n, size_t count, size_t i, size_t rank[2]) {
  if (count == 1) {
    rank[0] = rank[1] = 0;
    return 0;
  }
  uint64_t whole = (uint64_t)(n - 1) * i, rest = whole % (count - 1);
  rank[0] = (size_t)(whole / (count - 1));
  rank[1] = rank[0] + (rest > 0);
  return (double)rest / (double)(count - 1);
}

static double between(double a, double b, double part) {
  double value = a * (1 - part) + b * part;
  return a == b || part == 0 ? a : fmin(fmax(value, a), b);
}

static enum cs_status fit_ordered(struct cs_quantiles *quantiles, const double *v, size_t n, size_t *rank,
                                  double *value, struct cs_error *err) {
  size_t count = quantiles->count;
  for (size_t i = 0; i < count; i++) place_of(n, count, i, rank + 2 * i);
  CS_TRY(cs_order(v, n, rank, 2 * count, value, err));
  for (size_t i = 0; i < count; i++)
    quantiles->value[i] = between(value[2 * i], value[2 * i + 1], place_of(n, count, i, rank));
  return CS_OK;
}

enum cs_status cs_quantiles_fit(struct cs_quantiles *quantiles, const double *v, size_t n,
                                struct cs_error *err) {
  size_t count = n < CS_QUANTILES_MAX ? n : CS_QUANTILES_MAX, *rank = NULL;
  double *value = NULL;
  *quantiles = (struct cs_quantiles){NULL, count};
  enum cs_status status = cs_alloc(&quantiles->value, count, sizeof(double), "the quantiles", err);
  if (status == CS_OK) status = cs_alloc(&rank, 2 * count, sizeof *rank, "the quantiles", err);
  if (status == CS_OK) status = cs_alloc(&value, 2 * count, sizeof *value, "the quantiles", err);
  if (status == CS_OK) status = fit_ordered(quantiles, v, n, rank, value, err);
  free(value);
  free(rank);
  if (status != CS_OK) cs_quantiles_release(quantiles);
  return status;
}

/* How many of the ascending values are below x, or (upto) not above it. */
static size_t count_below(const double *value, size_t count, double x, bool upto) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (value[middle] < x || (upto && value[middle] == x))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* 0 to 1. */
static double share_below(const struct cs_quantiles *quantiles, double x) {
  const double *value = quantiles->value;
  size_t count = quantiles->count;
  if (isnan(x) || x <= value[0]) return isnan(x) ? x : 0;
  if (x >= value[count - 1]) return 1;
  size_t first = count_below(value, count, x, false);
  double last = (double)(count - 1);
  if (value[first] == x) return (double)(first + count_below(value, count, x, true) - 1) / 2 / last;
  double below = value[first - 1], span = value[first] - below;
  double part = isfinite(span) ? (x - below) / span : (x / 2 - below / 2) / (value[first] / 2 - below / 2);
  return ((double)(first - 1) + part) / last;
}

void cs_quantiles_apply(const struct cs_quantiles *quantiles, bool normal, double *v, size_t n) {
  bool constant = quantiles->value[0] == quantiles->value[quantiles->count - 1];
  for (size_t i = 0; i < n; i++) {
    bool middle = normal && constant && v[i] == quantiles->value[0];
    v[i] = middle ? 0.5 : share_below(quantiles, v[i]);
    if (!normal) continue;
    if (v[i] < 1e-7)
      v[i] = CS_NORMAL_LEAST;
    else if (v[i] > 1 - 1e-7)
      v[i] = -CS_NORMAL_LEAST;
    else
      v[i] = middle ? 0 : cs_normal_quantile(v[i]);
  }
}

static double value_at(const struct cs_quantiles *quantiles, double share) {
  double place = share * (double)(quantiles->count - 1);
  if (isnan(share)) return share;
  if (!(place > 0)) return quantiles->value[0];
  if (place >= (double)(quantiles->count - 1)) return quantiles->value[quantiles->count - 1];
  size_t first = (size_t)place;
  return between(quantiles->value[first], quantiles->value[first + 1], place - (double)first);
}

void cs_quantiles_invert(const struct cs_quantiles *quantiles, bool normal, double *v, size_t n) {
  for (size_t i = 0; i < n; i++) {
    /* The extremes were written with nine digits. */
    if (normal && fabs(v[i]) > -CS_NORMAL_LEAST - 1e-7) v[i] = v[i] < 0 ? -INFINITY : INFINITY;
    v[i] = value_at(quantiles, normal ? cs_normal_cdf(v[i]) : v[i]);
  }
}

void cs_quantiles_release(struct cs_quantiles *quantiles) {
  free(quantiles->value);
  *quantiles = (struct cs_quantiles)CS_QUANTILES_INIT;
}
