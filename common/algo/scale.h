/* scale.h - one column onto a scale that columns in other units can share.
 *
 *   y = (t(x) - centre) / scale        t is x itself where nothing else is said
 *
 *   CS_SCALE_NONE             0                   1
 *   CS_SCALE_STANDARD         mean                standard deviation, divisor n
 *   CS_SCALE_MINMAX           minimum             maximum - minimum
 *   CS_SCALE_ROBUST           median              quartile 3 - quartile 1 (R's type 7)
 *   CS_SCALE_MAXABS           0                   largest absolute value
 *   CS_SCALE_LOG              mean of t           standard deviation of t; t(x) = ln(1 + x)
 *   CS_SCALE_YEO_JOHNSON      mean of t           standard deviation of t; t is in yeojohnson.h
 *   CS_SCALE_QUANTILE         0                   1; t is in quantiles.h
 *   CS_SCALE_QUANTILE_NORMAL  0                   1; t is in quantiles.h, as normal scores
 *
 * Agrees with   scikit-learn's StandardScaler, MinMaxScaler, RobustScaler, MaxAbsScaler, StandardScaler after log1p,
 *               PowerTransformer and QuantileTransformer. As there, a scale that would be 0 is 1, so a constant becomes 0
 *               and never NaN.
 * Shapes        v is [n].
 * Missing       NaN is never passed to fit, and stays NaN in apply and invert.
 */
#ifndef CS_ALGO_SCALE_H
#define CS_ALGO_SCALE_H

#include "algo/quantiles.h"
#include "algo/yeojohnson.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum cs_scale_method {
  CS_SCALE_STANDARD,
  CS_SCALE_MINMAX,
  CS_SCALE_ROBUST,
  CS_SCALE_MAXABS,
  CS_SCALE_LOG,
  CS_SCALE_NONE,
  CS_SCALE_YEO_JOHNSON,
  CS_SCALE_QUANTILE,
  CS_SCALE_QUANTILE_NORMAL,
  CS_SCALE_METHODS, /* how many there are */
};

struct cs_scaler {
  enum cs_scale_method method;
  double centre, scale;
  struct cs_yeo_johnson power;   /* of CS_SCALE_YEO_JOHNSON */
  struct cs_quantiles quantiles; /* of CS_SCALE_QUANTILE and CS_SCALE_QUANTILE_NORMAL, owned; else empty */
};

/* "standard", "minmax", ... as on the command line and in models. */
const char *cs_scale_name(enum cs_scale_method method);

/* false when there is no such method. */
bool cs_scale_find(const char *name, enum cs_scale_method *method);

/* The first value that the method can't take (ln needs x > -1), or SIZE_MAX. */
size_t cs_scale_outside(enum cs_scale_method method, const double *v, size_t n);

/* Learns from v and leaves it scaled, as cs_scaler_apply() would: no copy is made. Values that cs_scale_outside() finds
 * must have been refused before. *flat (which may be NULL) tells that the spread is 0: the scale is then 1. CS_DATA when
 * there is no value at all. */
CS_MUST_CHECK enum cs_status cs_scaler_fit(struct cs_scaler *scaler, enum cs_scale_method method, double *v,
                                           size_t n, bool *flat, struct cs_error *err);

/* In place. A value beyond the doubles becomes infinite, which the caller refuses (cs_scale_beyond). */
void cs_scaler_apply(const struct cs_scaler *scaler, double *v, size_t n);

/* The first value that is infinite, or SIZE_MAX. */
size_t cs_scale_beyond(const double *v, size_t n);

/* Back to the column's own units, in place. A value that nothing is scaled to, or something beyond the doubles, becomes
 * infinite. */
void cs_scaler_invert(const struct cs_scaler *scaler, double *v, size_t n);

/* Needed for the methods with quantiles only. */
void cs_scaler_release(struct cs_scaler *scaler);

#endif
