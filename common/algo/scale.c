#include "algo/scale.h"

#include "algo/stats.h"
#include "base/memory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[CS_SCALE_METHODS] = {
    [CS_SCALE_STANDARD] = "standard", [CS_SCALE_MINMAX] = "minmax", [CS_SCALE_ROBUST] = "robust",
    [CS_SCALE_MAXABS] = "maxabs",     [CS_SCALE_LOG] = "log",       [CS_SCALE_NONE] = "none",
};

const char *cs_scale_name(enum cs_scale_method method) {
  return names[method];
}

bool cs_scale_find(const char *name, enum cs_scale_method *method) {
  for (int i = 0; i < CS_SCALE_METHODS; i++)
    if (strcmp(name, names[i]) == 0) {
      *method = (enum cs_scale_method)i;
      return true;
    }
  return false;
}

size_t cs_scale_outside(enum cs_scale_method method, const double *v, size_t n) {
  if (method != CS_SCALE_LOG) return SIZE_MAX;
  for (size_t i = 0; i < n; i++)
    if (v[i] <= -1) return i;
  return SIZE_MAX;
}

size_t cs_scale_beyond(const double *v, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (isinf(v[i])) return i;
  return SIZE_MAX;
}

/* The values that are there, transformed. */
static size_t gather(enum cs_scale_method method, const double *v, size_t n, double *out) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(v[i])) out[count++] = method == CS_SCALE_LOG ? log1p(v[i]) : v[i];
  return count;
}

/* sorted is ascending and not empty. */
static void fit_sorted(struct cs_scaler *scaler, const double *sorted, size_t n) {
  double lowest = sorted[0], highest = sorted[n - 1];
  switch (scaler->method) {
  case CS_SCALE_MINMAX:
    scaler->centre = lowest;
    scaler->scale = highest - lowest;
    break;
  case CS_SCALE_ROBUST:
    scaler->centre = cs_quantile_sorted(sorted, n, 0.5);
    scaler->scale = cs_quantile_sorted(sorted, n, 0.75) - cs_quantile_sorted(sorted, n, 0.25);
    break;
  case CS_SCALE_MAXABS:
    scaler->centre = 0;
    scaler->scale = fmax(fabs(lowest), fabs(highest));
    break;
  default: break;
  }
}

enum cs_status cs_scaler_fit(struct cs_scaler *scaler, enum cs_scale_method method, const double *v, size_t n,
                             bool *flat, struct cs_error *err) {
  double *work;
  *scaler = (struct cs_scaler){method, 0, 1};
  CS_TRY(cs_alloc(&work, n, sizeof *work, "a column", err));
  size_t count = gather(method, v, n, work);
  if (count == 0) {
    free(work);
    return cs_fail(err, CS_DATA, "there is no value to learn a scale from");
  }
  if (method == CS_SCALE_STANDARD || method == CS_SCALE_LOG) {
    scaler->scale = cs_deviation(work, count, 0);
    /* The rounded mean of a repeated value may differ from it, and the result would then not be 0. */
    scaler->centre = scaler->scale > 0 ? cs_mean(work, count) : work[0];
  } else if (method != CS_SCALE_NONE) {
    cs_sort(work, count);
    fit_sorted(scaler, work, count);
  }
  free(work);
  if (flat) *flat = scaler->scale == 0;
  if (scaler->scale == 0) scaler->scale = 1;
  if (!isfinite(scaler->scale)) return cs_fail(err, CS_DATA, "the values span more than a double can hold");
  return CS_OK;
}

void cs_scaler_apply(const struct cs_scaler *scaler, double *v, size_t n) {
  double centre = scaler->centre, scale = scaler->scale;
  if (scaler->method == CS_SCALE_LOG)
    for (size_t i = 0; i < n; i++) v[i] = log1p(v[i]);
  for (size_t i = 0; i < n; i++) v[i] = (v[i] - centre) / scale;
}

void cs_scaler_invert(const struct cs_scaler *scaler, double *v, size_t n) {
  double centre = scaler->centre, scale = scaler->scale;
  for (size_t i = 0; i < n; i++) v[i] = v[i] * scale + centre;
  if (scaler->method == CS_SCALE_LOG)
    for (size_t i = 0; i < n; i++) v[i] = expm1(v[i]);
}
