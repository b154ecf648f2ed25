#include "segment/inputs.h"

#include "base/memory.h"
#include "data/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cs_inputs_release(struct cs_inputs *inputs) {
  cs_features_release(&inputs->features);
  free(inputs->names);
  free(inputs->scaler);
  free(inputs->weight);
  *inputs = (struct cs_inputs)CS_INPUTS_INIT;
}

/* The column of weights is no feature. */
static enum cs_status choose(struct cs_inputs *inputs, const struct cs_table *table,
                             const struct cs_inputs_options *options, struct cs_notes *notes,
                             struct cs_error *err) {
  const char *weights = options->row_weights;
  const struct cs_features_options how = {.features = options->features,
                                          .exclude = options->exclude,
                                          .id = options->id,
                                          .weights = weights,
                                          .unscaled = options->scale == CS_SCALE_NONE,
                                          .threads = options->threads};
  if (weights && cs_table_find(table, cs_slice_of(weights)) == SIZE_MAX)
    return cs_fail(err, CS_USAGE, "--row-weights: no column '%s'", weights);
  if (weights) CS_TRY(cs_weights_of_rows(table, weights, options->threads, &inputs->weight, err));
  return cs_features_find(&inputs->features, table, &how, notes, err);
}

/* The names of the features, in one piece of memory. */
static enum cs_status keep_names(struct cs_inputs *inputs, const struct cs_table *table,
                                 struct cs_error *err) {
  const struct cs_columns *columns = &inputs->features.columns;
  size_t bytes = columns->count * sizeof *inputs->names;
  for (size_t j = 0; j < columns->count; j++) bytes += cs_table_name(table, columns->column[j]).len + 1;
  CS_TRY(cs_alloc(&inputs->names, bytes, 1, "names", err));
  char *to = (char *)(inputs->names + columns->count);
  for (size_t j = 0; j < columns->count; j++) {
    struct cs_slice name = cs_table_name(table, columns->column[j]);
    inputs->names[j] = memcpy(to, name.data, name.len);
    to += name.len + 1;
  }
  return CS_OK;
}

static enum cs_status weigh(struct cs_inputs *inputs, const char *text, struct cs_error *err) {
  size_t d = inputs->features.matrix.d;
  double *weight;
  if (!text) return CS_OK;
  CS_TRY(cs_alloc(&weight, d, sizeof *weight, "weights", err));
  enum cs_status status = cs_weights_of_features(text, "--feature-weights", inputs->names, d, weight, err);
  if (status == CS_OK && !inputs->scaler) {
    status = cs_alloc(&inputs->scaler, d, sizeof *inputs->scaler, "scales", err);
    for (size_t j = 0; status == CS_OK && j < d; j++)
      inputs->scaler[j] = (struct cs_scaler){.method = CS_SCALE_STANDARD, .scale = 1};
  }
  for (size_t j = 0; status == CS_OK && j < d; j++) inputs->scaler[j].scale /= sqrt(weight[j]);
  free(weight);
  return status;
}

enum cs_status cs_inputs_find(struct cs_inputs *inputs, const struct cs_table *table,
                              const struct cs_inputs_options *options, struct cs_notes *notes,
                              struct cs_error *err) {
  struct cs_matrix *matrix = &inputs->features.matrix;
  CS_TRY(choose(inputs, table, options, notes, err));
  CS_TRY(keep_names(inputs, table, err));
  if (!inputs->features.prepared && options->scale != CS_SCALE_NONE) {
    CS_TRY(cs_alloc(&inputs->scaler, matrix->d, sizeof *inputs->scaler, "scales", err));
    CS_TRY(cs_space_fit(matrix, options->scale, inputs->scaler, err));
  }
  CS_TRY(weigh(inputs, options->feature_weights, err));
  if (inputs->scaler) cs_space_apply(matrix, inputs->scaler, options->threads);
  return CS_OK;
}

enum cs_status cs_inputs_load(struct cs_features *features, const struct cs_table *table,
                              const char *const *names, const struct cs_scaler *scaler, size_t d, int threads,
                              struct cs_error *err) {
  const struct cs_features_options how = {.threads = threads};
  CS_TRY(cs_features_load(features, table, names, d, &how, err));
  if (scaler) cs_space_apply(&features->matrix, scaler, threads);
  return CS_OK;
}
