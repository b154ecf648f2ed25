#include "segment/kmeans_columns.h"

#include "algo/kmeans.h"
#include "algo/silhouette.h"
#include "base/memory.h"
#include "segment/labels.h"

#include <math.h>
#include <stdlib.h>

enum { DISTANCE, SILHOUETTE, CONFIDENCE, COLUMNS };

static const char *const names[COLUMNS] = {"distance", "silhouette", "confidence"};

static void wanted(const struct cs_kmeans_columns *columns, bool want[COLUMNS]) {
  want[DISTANCE] = columns->distance;
  want[SILHOUETTE] = columns->silhouette;
  want[CONFIDENCE] = columns->confidence;
}

enum cs_status cs_kmeans_columns_check(const struct cs_kmeans_columns *columns, bool named,
                                       const struct cs_table *table, struct cs_error *err) {
  bool want[COLUMNS];
  wanted(columns, want);
  CS_TRY(cs_labels_check(columns->label, named, table, err));
  for (int i = 0; i < COLUMNS; i++)
    if (want[i]) CS_TRY(cs_labels_check_option(names[i], table, err));
  return CS_OK;
}

static enum cs_status fill(int column, const struct cs_matrix *matrix, const double *centre, size_t k,
                           const uint32_t *label, int threads, double *value, struct cs_error *err) {
  size_t d = matrix->d;
  if (column == SILHOUETTE) return cs_silhouette_rows(matrix, label, k, threads, value, err);
  if (column == CONFIDENCE) cs_kmeans_confidence(matrix, centre, k, label, threads, value);
  for (size_t i = 0; column == DISTANCE && i < matrix->n; i++)
    value[i] = sqrt(cs_square_distance(cs_matrix_row(matrix, i), centre + label[i] * d, d));
  return CS_OK;
}

enum cs_status cs_kmeans_columns_add(const struct cs_kmeans_columns *columns, struct cs_table *table,
                                     const struct cs_matrix *matrix, const double *centre, size_t k,
                                     const uint32_t *label, int threads, struct cs_error *err) {
  bool want[COLUMNS];
  double *value;
  wanted(columns, want);
  CS_TRY(cs_labels_add(columns->label, columns->segments, table, label, err));
  for (int i = 0; i < COLUMNS; i++) {
    if (!want[i]) continue;
    CS_TRY(cs_alloc(&value, matrix->n, sizeof *value, "labels", err));
    enum cs_status status = fill(i, matrix, centre, k, label, threads, value, err);
    if (status != CS_OK) free(value);
    CS_TRY(status);
    CS_TRY(cs_table_add_number(table, names[i], CS_KIND_RATIO, value, err));
  }
  return CS_OK;
}
