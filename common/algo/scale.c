#include "algo/scale.h"

#include "algo/stats.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const char *const names[CS_SCALE_METHODS] = {
    [CS_SCALE_STANDARD] = "standard",
    [CS_SCALE_MINMAX] = "minmax",
    [CS_SCALE_ROBUST] = "robust",
    [CS_SCALE_MAXABS] = "maxabs",
    [CS_SCALE_LOG] = "log",
    [CS_SCALE_NONE] = "none",
    [CS_SCALE_YEO_JOHNSON] = "yeo-johnson",
    [CS_SCALE_QUANTILE] = "quantile",
    [CS_SCALE_QUANTILE_NORMAL] = "quantile-normal",
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

static bool has_quantiles(const struct cs_scaler *scaler) {
  return scaler->method == CS_SCALE_QUANTILE || scaler->method == CS_SCALE_QUANTILE_NORMAL;
}

static void transform(const struct cs_scaler *scaler, double *v, size_t n) {
  if (scaler->method == CS_SCALE_LOG)
    for (size_t i = 0; i < n; i++) v[i] = log1p(v[i]);
  if (scaler->method == CS_SCALE_YEO_JOHNSON) cs_yeo_johnson_apply(&scaler->power, v, n);
  if (has_quantiles(scaler))
    cs_quantiles_apply(&scaler->quantiles, scaler->method == CS_SCALE_QUANTILE_NORMAL, v, n);
}

static void transform_back(const struct cs_scaler *scaler, double *v, size_t n) {
  if (scaler->method == CS_SCALE_LOG)
    for (size_t i = 0; i < n; i++) v[i] = expm1(v[i]);
  if (scaler->method == CS_SCALE_YEO_JOHNSON) cs_yeo_johnson_invert(&scaler->power, v, n);
  if (has_quantiles(scaler))
    cs_quantiles_invert(&scaler->quantiles, scaler->method == CS_SCALE_QUANTILE_NORMAL, v, n);
}

static void rescale(const struct cs_scaler *scaler, double *v, size_t n) {
  double centre = scaler->centre, scale = scaler->scale;
  for (size_t i = 0; i < n; i++) v[i] = (v[i] - centre) / scale;
}

static void fit_standard(struct cs_scaler *scaler, const double *v, size_t n) {
  scaler->scale = cs_deviation(v, n, 0);
  /* The rounded mean of a repeated value may differ from it, and the result would then not be 0. */
  scaler->centre = scaler->scale > 0 ? cs_mean(v, n) : v[0];
}

static void fit_extremes(struct cs_scaler *scaler, const double *v, size_t n) {
  double lowest = v[0], highest = v[0];
  for (size_t i = 1; i < n; i++) {
    if (v[i] < lowest) lowest = v[i];
    if (v[i] > highest) highest = v[i];
  }
  bool absolute = scaler->method == CS_SCALE_MAXABS;
  scaler->centre = absolute ? 0 : lowest;
  scaler->scale = absolute ? fmax(fabs(lowest), fabs(highest)) : highest - lowest;
}

static enum cs_status fit_robust(struct cs_scaler *scaler, const double *v, size_t n, struct cs_error *err) {
  static const double p[] = {0.25, 0.5, 0.75};
  double quartile[3];
  CS_TRY(cs_quantiles(v, n, p, 3, quartile, err));
  scaler->centre = quartile[1];
  scaler->scale = quartile[2] - quartile[0];
  return CS_OK;
}

/* Centre and scale of what is transformed already. */
static enum cs_status fit_linear(struct cs_scaler *scaler, const double *v, size_t n, struct cs_error *err) {
  switch (scaler->method) {
  case CS_SCALE_STANDARD:
  case CS_SCALE_LOG:
  case CS_SCALE_YEO_JOHNSON: fit_standard(scaler, v, n); return CS_OK;
  case CS_SCALE_MINMAX:
  case CS_SCALE_MAXABS: fit_extremes(scaler, v, n); return CS_OK;
  case CS_SCALE_ROBUST: return fit_robust(scaler, v, n, err);
  default: return CS_OK;
  }
}

static enum cs_status fit_transform(struct cs_scaler *scaler, const double *v, size_t n,
                                    struct cs_error *err) {
  if (scaler->method == CS_SCALE_YEO_JOHNSON) scaler->power = cs_yeo_johnson_fit(v, n);
  return has_quantiles(scaler) ? cs_quantiles_fit(&scaler->quantiles, v, n, err) : CS_OK;
}

static bool is_flat(const struct cs_scaler *scaler) {
  const struct cs_quantiles *quantiles = &scaler->quantiles;
  if (quantiles->count > 0) return quantiles->value[0] == quantiles->value[quantiles->count - 1];
  return scaler->scale == 0;
}

enum cs_status cs_scaler_fit(struct cs_scaler *scaler, enum cs_scale_method method, double *v, size_t n,
                             bool *flat, struct cs_error *err) {
  *scaler = (struct cs_scaler){.method = method, .scale = 1};
  if (n == 0) return cs_fail(err, CS_DATA, "there is no value to learn a scale from");
  CS_TRY(fit_transform(scaler, v, n, err));
  transform(scaler, v, n);
  CS_TRY(fit_linear(scaler, v, n, err));
  if (flat) *flat = is_flat(scaler);
  if (scaler->scale == 0) scaler->scale = 1;
  if (!isfinite(scaler->scale)) return cs_fail(err, CS_DATA, "the values span more than a double can hold");
  rescale(scaler, v, n);
  return CS_OK;
}

void cs_scaler_apply(const struct cs_scaler *scaler, double *v, size_t n) {
  transform(scaler, v, n);
  rescale(scaler, v, n);
}

void cs_scaler_invert(const struct cs_scaler *scaler, double *v, size_t n) {
  double centre = scaler->centre, scale = scaler->scale;
  for (size_t i = 0; i < n; i++) v[i] = v[i] * scale + centre;
  transform_back(scaler, v, n);
}

void cs_scaler_release(struct cs_scaler *scaler) {
  cs_quantiles_release(&scaler->quantiles);
}
