#include "data/weights.h"

#include "base/memory.h"
#include "base/num.h"
#include "data/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sums of weighed squares stay doubles. */
static const double HEAVIEST = 1e100;

static enum cs_status check_rows(const struct cs_table *table, const struct cs_features *features,
                                 enum cs_weight_sign sign, struct cs_error *err) {
  const double *weight = features->matrix.x;
  size_t n = features->matrix.n, column = features->columns.column[0];
  double most = 0;
  for (size_t i = 0; i < n; i++) {
    if (weight[i] < 0 && sign == CS_WEIGHTS_POSITIVE)
      return cs_table_fail(table, i, column, err, "a weight can't be below 0");
    if (!(fabs(weight[i]) <= HEAVIEST))
      return cs_table_fail(table, i, column, err, "a weight can't be above %g", HEAVIEST);
    most = fmax(most, fabs(weight[i]));
  }
  if (most > 0) return CS_OK;
  return cs_table_fail(table, SIZE_MAX, column, err, "no row weighs anything");
}

enum cs_status cs_weights_of_rows(const struct cs_table *table, const char *name, enum cs_weight_sign sign,
                                  int threads, double **weight, struct cs_error *err) {
  struct cs_features features = CS_FEATURES_INIT;
  *weight = NULL;
  enum cs_status status =
      cs_features_load(&features, table, &name, 1, &(struct cs_features_options){.threads = threads}, err);
  if (status == CS_OK) status = check_rows(table, &features, sign, err);
  if (status == CS_OK) *weight = features.matrix.x, features.matrix.x = NULL;
  cs_features_release(&features);
  return status;
}

static enum cs_status set_weight(struct cs_slice item, const char *option, const char *const *names, size_t d,
                                 double *weight, struct cs_error *err) {
  size_t equals = item.len, j = 0;
  while (equals && item.data[equals - 1] != '=') equals--;
  struct cs_slice name = cs_slice_trim((struct cs_slice){item.data, equals ? equals - 1 : 0}),
                  number = cs_slice_trim((struct cs_slice){item.data + equals, item.len - equals});
  double value;
  while (j < d && !cs_slice_is(name, names[j])) j++;
  if (j == d)
    return cs_fail(err, CS_USAGE, "%s: '%.*s' is none of the features", option, (int)name.len, name.data);
  if (!isnan(weight[j]))
    return cs_fail(err, CS_USAGE, "%s: '%.*s' comes twice", option, (int)name.len, name.data);
  if (!cs_num_parse(number.data, number.len, '.', &value) || !(value > 0) || isinf(value))
    return cs_fail(err, CS_USAGE, "%s: the weight of '%.*s' must be a number above 0", option, (int)name.len,
                   name.data);
  weight[j] = value;
  return CS_OK;
}

enum cs_status cs_weights_of_features(const char *text, const char *option, const char *const *names,
                                      size_t d, double *weight, struct cs_error *err) {
  for (size_t j = 0; j < d; j++) weight[j] = NAN;
  for (const char *at = text; *at;) {
    size_t len = strcspn(at, ",");
    struct cs_slice item = cs_slice_trim((struct cs_slice){at, len});
    if (item.len) CS_TRY(set_weight(item, option, names, d, weight, err));
    at += len + (at[len] == ',');
  }
  for (size_t j = 0; j < d; j++)
    if (isnan(weight[j])) weight[j] = 1;
  return CS_OK;
}
