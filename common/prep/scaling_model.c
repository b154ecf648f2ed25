/* A scaling as a model: docs/schemas/scale.json. */
#include "data/model.h"
#include "prep/scaling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const impute_names[] = {"error", "median", "mean", "drop"};

static bool is_filled(const struct cs_scaling *scaling) {
  return scaling->impute == CS_IMPUTE_MEDIAN || scaling->impute == CS_IMPUTE_MEAN;
}

static void write_transform(const struct cs_scaler *scaler, struct cs_node *node) {
  if (scaler->method == CS_SCALE_YEO_JOHNSON) {
    cs_node_add_number(node, "lambda", scaler->power.lambda);
    cs_node_add_number(node, "anchor", scaler->power.anchor);
  }
  if (scaler->quantiles.count > 0)
    cs_node_add_numbers(node, "quantiles", scaler->quantiles.value, scaler->quantiles.count);
}

static void write_columns(const struct cs_scaling *scaling, struct cs_node *model) {
  struct cs_node *columns = cs_node_add_array(model, "columns");
  for (size_t j = 0; j < scaling->count; j++) {
    const struct cs_scaling_column *column = &scaling->column[j];
    struct cs_node *node = cs_node_add_object(columns, NULL);
    cs_node_add_text(node, "name", column->name);
    cs_node_add_text(node, "method", cs_scale_name(column->scaler.method));
    cs_node_add_number(node, "centre", column->scaler.centre);
    cs_node_add_number(node, "scale", column->scaler.scale);
    write_transform(&column->scaler, node);
    if (is_filled(scaling)) cs_node_add_number(node, "fill", column->fill);
    cs_node_add_bool(node, "appended", column->appended);
  }
}

void cs_scaling_write(const struct cs_scaling *scaling, struct cs_node *model) {
  struct cs_node *features = cs_node_add_array(model, "features");
  for (size_t j = 0; j < scaling->count; j++) cs_node_add_text(features, NULL, scaling->column[j].name);
  cs_node_add_text(model, "impute", impute_names[scaling->impute]);
  write_columns(scaling, model);
  const struct cs_pca *pca = &scaling->pca;
  if (pca->count == 0) return;
  struct cs_node *node = cs_node_add_object(model, "pca");
  cs_node_add_numbers(node, "mean", pca->mean, pca->d);
  struct cs_node *components = cs_node_add_array(node, "components");
  for (size_t c = 0; c < pca->count; c++)
    cs_node_add_numbers(components, NULL, pca->component + c * pca->d, pca->d);
  cs_node_add_numbers(node, "variance", pca->variance, pca->count);
  cs_node_add_numbers(node, "explained", pca->explained, pca->count);
}

static enum cs_status read_quantiles(struct cs_quantiles *quantiles, const struct cs_node *node,
                                     const char *path, const char *name, struct cs_error *err) {
  const struct cs_node *array = cs_node_get(node, "quantiles");
  size_t count = array && cs_node_is_array(array) ? cs_node_size(array) : 0;
  if (count == 0 || count > CS_QUANTILES_MAX)
    return cs_fail(err, CS_DATA, "%s: column '%s': quantiles must be an array of 1 to %d numbers", path, name,
                   CS_QUANTILES_MAX);
  CS_TRY(cs_alloc(&quantiles->value, count, sizeof(double), "the quantiles", err));
  quantiles->count = count;
  CS_TRY(cs_model_numbers(array, path, "quantiles", count, quantiles->value, err));
  for (size_t i = 1; i < count; i++)
    if (quantiles->value[i] < quantiles->value[i - 1])
      return cs_fail(err, CS_DATA, "%s: column '%s': the quantiles must ascend", path, name);
  return CS_OK;
}

static enum cs_status read_transform(struct cs_scaler *scaler, const struct cs_node *node, const char *path,
                                     const char *name, struct cs_error *err) {
  if (scaler->method == CS_SCALE_QUANTILE || scaler->method == CS_SCALE_QUANTILE_NORMAL)
    return read_quantiles(&scaler->quantiles, node, path, name, err);
  if (scaler->method != CS_SCALE_YEO_JOHNSON) return CS_OK;
  CS_TRY(cs_model_number(node, path, "lambda", &scaler->power.lambda, err));
  return cs_model_number(node, path, "anchor", &scaler->power.anchor, err);
}

static enum cs_status read_column(struct cs_scaling *scaling, size_t j, const struct cs_node *node,
                                  const char *path, struct cs_error *err) {
  struct cs_scaling_column *column = &scaling->column[j];
  const char *name = cs_node_text(cs_node_get(node, "name"), NULL);
  const char *method = cs_node_text(cs_node_get(node, "method"), "");
  if (!name) return cs_fail(err, CS_DATA, "%s: columns[%zu] has no name", path, j);
  if (!cs_scale_find(method, &column->scaler.method))
    return cs_fail(err, CS_DATA, "%s: column '%s' has an unknown method", path, name);
  column->name = cs_arena_copy(&scaling->names, name, strlen(name));
  if (!column->name) return cs_fail_memory(err, (double)strlen(name), "a column's name");
  column->fill = NAN;
  column->appended = cs_node_bool(cs_node_get(node, "appended"), true);
  CS_TRY(cs_model_number(node, path, "centre", &column->scaler.centre, err));
  CS_TRY(cs_model_number(node, path, "scale", &column->scaler.scale, err));
  if (!(column->scaler.scale > 0))
    return cs_fail(err, CS_DATA, "%s: column '%s': the scale must be above 0", path, name);
  CS_TRY(read_transform(&column->scaler, node, path, name, err));
  if (!is_filled(scaling)) return CS_OK;
  return cs_model_number(node, path, "fill", &column->fill, err);
}

static enum cs_status read_impute(struct cs_scaling *scaling, const struct cs_node *model, const char *path,
                                  struct cs_error *err) {
  const char *text = cs_node_text(cs_node_get(model, "impute"), "");
  for (size_t i = 0; i < sizeof impute_names / sizeof *impute_names; i++)
    if (strcmp(text, impute_names[i]) == 0) {
      scaling->impute = (enum cs_impute)i;
      return CS_OK;
    }
  return cs_fail(err, CS_DATA, "%s: impute must be error, median, mean or drop", path);
}

static enum cs_status read_pca(struct cs_scaling *scaling, const struct cs_node *model, const char *path,
                               struct cs_error *err) {
  const struct cs_node *node = cs_node_get(model, "pca"), *components = cs_node_get(node, "components");
  if (!node) return CS_OK;
  size_t d = scaling->count, count = components ? cs_node_size(components) : 0;
  if (count == 0 || count > d)
    return cs_fail(err, CS_DATA, "%s: pca has %zu components of %zu columns", path, count, d);
  CS_TRY(cs_pca_alloc(&scaling->pca, d, count, err));
  struct cs_pca *pca = &scaling->pca;
  CS_TRY(cs_model_numbers(cs_node_get(node, "mean"), path, "pca.mean", d, pca->mean, err));
  CS_TRY(cs_model_numbers(cs_node_get(node, "variance"), path, "pca.variance", count, pca->variance, err));
  CS_TRY(cs_model_numbers(cs_node_get(node, "explained"), path, "pca.explained", count, pca->explained, err));
  double *row = pca->component;
  for (const struct cs_node *c = cs_node_first(components); c; c = cs_node_next(c), row += d)
    CS_TRY(cs_model_numbers(c, path, "pca.components", d, row, err));
  return CS_OK;
}

enum cs_status cs_scaling_read(struct cs_scaling *scaling, const struct cs_node *model, const char *path,
                               struct cs_error *err) {
  const struct cs_node *columns = cs_node_get(model, "columns");
  size_t count = columns && cs_node_is_array(columns) ? cs_node_size(columns) : 0;
  if (count == 0) return cs_fail(err, CS_DATA, "%s: there are no columns", path);
  CS_TRY(read_impute(scaling, model, path, err));
  CS_TRY(cs_alloc(&scaling->column, count, sizeof *scaling->column, "the columns", err));
  for (const struct cs_node *c = cs_node_first(columns); c; c = cs_node_next(c))
    CS_TRY(read_column(scaling, scaling->count++, c, path, err));
  return read_pca(scaling, model, path, err);
}

void cs_scaling_release(struct cs_scaling *scaling) {
  for (size_t j = 0; j < scaling->count; j++) cs_scaler_release(&scaling->column[j].scaler);
  free(scaling->column);
  cs_pca_release(&scaling->pca);
  cs_arena_release(&scaling->names);
  *scaling = (struct cs_scaling)CS_SCALING_INIT;
}
