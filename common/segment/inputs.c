#include "segment/inputs.h"

#include "base/memory.h"

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

/* What the features are once they are scaled inside. */
static const char *const scales[CS_SCALE_METHODS] = {[CS_SCALE_STANDARD] = "mean 0, variance 1",
                                                     [CS_SCALE_MINMAX] = "0 to 1",
                                                     [CS_SCALE_ROBUST] = "median 0, quartiles 1 apart",
                                                     [CS_SCALE_MAXABS] = "largest absolute value 1"};

/* The column of weights is no feature. */
static enum cs_status choose(struct cs_inputs *inputs, const struct cs_table *table,
                             const struct cs_inputs_options *options, struct cs_notes *notes,
                             struct cs_error *err) {
  const char *weights = options->row_weights;
  const struct cs_features_options how = {.features = options->features,
                                          .exclude = options->exclude,
                                          .id = options->id,
                                          .weights = weights,
                                          .scaled = scales[options->scale],
                                          .threads = options->threads};
  if (weights && cs_table_find(table, cs_slice_of(weights)) == SIZE_MAX)
    return cs_fail(err, CS_USAGE, "--row-weights: no column '%s'", weights);
  if (weights)
    CS_TRY(cs_weights_of_rows(table, weights, options->sign, options->threads, &inputs->weight, err));
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

/* A fault of the values in column `bad` of the features, or of all where that is SIZE_MAX. */
static enum cs_status blame(const struct cs_inputs *inputs, const struct cs_table *table,
                            enum cs_status status, size_t bad, struct cs_error *err) {
  if (status != CS_DATA) return status;
  size_t column = bad == SIZE_MAX ? SIZE_MAX : inputs->features.columns.column[bad];
  const char *advice = inputs->scaler ? "" : ": scale them first";
  return cs_table_fail(table, SIZE_MAX, column, err, "%s%s", err->text, advice);
}

static enum cs_status scale(struct cs_inputs *inputs, const struct cs_table *table,
                            enum cs_scale_method method, int threads, struct cs_error *err) {
  struct cs_matrix *matrix = &inputs->features.matrix;
  size_t bad;
  if (inputs->features.prepared || method == CS_SCALE_NONE) return CS_OK;
  CS_TRY(cs_alloc(&inputs->scaler, matrix->d, sizeof *inputs->scaler, "scales", err));
  enum cs_status status = cs_space_fit(matrix, method, inputs->scaler, threads, &bad, err);
  return blame(inputs, table, status, bad, err);
}

enum cs_status cs_inputs_find(struct cs_inputs *inputs, const struct cs_table *table,
                              const struct cs_inputs_options *options, struct cs_notes *notes,
                              struct cs_error *err) {
  struct cs_matrix *matrix = &inputs->features.matrix;
  size_t bad;
  CS_TRY(choose(inputs, table, options, notes, err));
  CS_TRY(keep_names(inputs, table, err));
  CS_TRY(scale(inputs, table, options->scale, options->threads, err));
  CS_TRY(weigh(inputs, options->feature_weights, err));
  if (inputs->scaler) cs_space_apply(matrix, inputs->scaler, options->threads);
  enum cs_status status = cs_space_check(matrix, options->threads, &bad, err);
  return blame(inputs, table, status, bad, err);
}

enum cs_status cs_inputs_load(struct cs_features *features, const struct cs_table *table,
                              const char *const *names, const struct cs_scaler *scaler, size_t d, int threads,
                              struct cs_error *err) {
  const struct cs_features_options how = {.threads = threads};
  CS_TRY(cs_features_load(features, table, names, d, &how, err));
  if (scaler) cs_space_apply(&features->matrix, scaler, threads);
  return CS_OK;
}
