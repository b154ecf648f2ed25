#include "segment/means.h"

#include "base/memory.h"
#include "segment/behind.h"

#include <math.h>
#include <stdlib.h>

/* Sums in the order of the rows, whatever reads them. */
struct means {
  const struct cs_means_of *of;
  struct cs_decoded *behind;
  size_t count;         /* columns */
  double *sum, *weight; /* [k][count], of the rows that have a value */
};

static void add_rows(void *context, size_t first, size_t rows, const double *x) {
  const struct means *means = context;
  for (size_t i = first; i < first + rows; i++, x += means->count) {
    if (means->of->label[i] >= means->of->k) continue;
    size_t at = means->of->label[i] * means->count;
    double w = means->of->weight ? means->of->weight[i] : 1;
    for (size_t j = 0; j < means->count; j++) {
      bool missing = isnan(x[j]);
      means->sum[at + j] += missing ? 0 : w * x[j];
      means->weight[at + j] += missing ? 0 : w;
    }
  }
}

/* Whether the matrix holds them as they were read. */
static bool are_features(const struct means *means, const struct cs_inputs *inputs) {
  const struct cs_columns *features = &inputs->features.columns;
  bool same = inputs->features.matrix.x && !inputs->scaler && means->count == features->count;
  for (size_t j = 0; same && j < means->count; j++) same = means->behind[j].column == features->column[j];
  return same;
}

static enum cs_status sum_up(struct means *means, int threads, struct cs_error *err) {
  const struct cs_matrix *matrix = &means->of->inputs->features.matrix;
  if (!are_features(means, means->of->inputs))
    return cs_table_visit_rows(means->of->table, means->behind, means->count, add_rows, means, threads, err);
  for (size_t j = 0; j < means->count; j++) means->behind[j].numeric = true;
  add_rows(means, 0, matrix->n, matrix->x);
  return CS_OK;
}

static void write_means(struct cs_node *model, const struct means *means) {
  struct cs_node *of = cs_node_add_array(model, "means_of"), *rows = cs_node_add_array(model, "means");
  for (size_t j = 0; j < means->count; j++)
    if (means->behind[j].numeric)
      cs_node_add_slice(of, NULL, cs_table_name(means->of->table, means->behind[j].column));
  for (size_t c = 0; c < means->of->k; c++) {
    struct cs_node *row = cs_node_add_array(rows, NULL);
    for (size_t j = 0, at = c * means->count; j < means->count; j++, at++)
      if (means->behind[j].numeric) /* NaN, written as null, where nothing is there */
        cs_node_add_number(row, NULL, means->sum[at] / means->weight[at]);
  }
}

enum cs_status cs_means_add(struct cs_node *model, const struct cs_means_of *of, int threads,
                            struct cs_error *err) {
  struct means means = {.of = of};
  size_t *column;
  CS_TRY(cs_behind_find(of->table, &of->inputs->features.columns, &column, &means.count, err));
  enum cs_status status = cs_alloc(&means.behind, means.count, sizeof *means.behind, "columns", err);
  if (status == CS_OK)
    status = cs_alloc(&means.sum, 2 * of->k, means.count * sizeof *means.sum, "means", err);
  for (size_t j = 0; status == CS_OK && j < means.count; j++) means.behind[j].column = column[j];
  if (status == CS_OK) {
    means.weight = means.sum + of->k * means.count;
    status = sum_up(&means, threads, err);
  }
  if (status == CS_OK) write_means(model, &means);
  free(means.behind);
  free(means.sum);
  free(column);
  return status;
}
