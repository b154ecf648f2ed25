#include "segment/kmeans_columns.h"

#include "algo/kmeans.h"
#include "algo/silhouette.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DISTANCE, SILHOUETTE, CONFIDENCE, COLUMNS };

static const char *const names[COLUMNS] = {"distance", "silhouette", "confidence"};

static void wanted(const struct cs_kmeans_columns *columns, bool want[COLUMNS]) {
  want[DISTANCE] = columns->distance;
  want[SILHOUETTE] = columns->silhouette;
  want[CONFIDENCE] = columns->confidence;
}

/* LABEL_name. */
static enum cs_status name_column(const char *label, struct cs_str *name, struct cs_error *err) {
  cs_str_add_format(name, "%s_name", label);
  return cs_str_check(name, "the name of a column", err);
}

static enum cs_status check_free(const struct cs_table *table, const char *name, struct cs_error *err) {
  if (cs_table_find(table, cs_slice_of(name)) == SIZE_MAX) return CS_OK;
  return cs_fail(err, CS_USAGE, "column '%s' exists already; --label NAME names the new one", name);
}

enum cs_status cs_kmeans_columns_check(const struct cs_kmeans_columns *columns, bool named,
                                       const struct cs_table *table, struct cs_error *err) {
  bool want[COLUMNS];
  struct cs_str name = CS_STR_INIT;
  wanted(columns, want);
  CS_TRY(check_free(table, columns->label, err));
  enum cs_status status = name_column(columns->label, &name, err);
  if (status == CS_OK && named) status = check_free(table, cs_str_text(&name), err);
  cs_str_release(&name);
  CS_TRY(status);
  for (int i = 0; i < COLUMNS; i++)
    if (want[i] && cs_table_find(table, cs_slice_of(names[i])) != SIZE_MAX)
      return cs_fail(err, CS_USAGE, "--%s: column '%s' exists already", names[i], names[i]);
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

static enum cs_status add_numbers(const struct cs_kmeans_columns *columns, struct cs_table *table,
                                  const uint32_t *label, size_t n, struct cs_error *err) {
  double *value;
  CS_TRY(cs_alloc(&value, n, sizeof *value, "labels", err));
  for (size_t i = 0; i < n; i++) value[i] = (double)columns->segments->number[label[i]];
  return cs_table_add_number(table, columns->label, CS_KIND_INTEGER, value, err);
}

static enum cs_status add_names(const struct cs_kmeans_columns *columns, struct cs_table *table,
                                const uint32_t *label, size_t n, struct cs_error *err) {
  const struct cs_segments *segments = columns->segments;
  struct cs_str name = CS_STR_INIT;
  struct cs_slice *text = NULL;
  uint32_t *code = NULL;
  enum cs_status status = name_column(columns->label, &name, err);
  if (status == CS_OK) status = cs_alloc(&text, segments->k, sizeof *text, "names", err);
  if (status == CS_OK) status = cs_alloc(&code, n, sizeof *code, "names", err);
  for (size_t c = 0; status == CS_OK && c < segments->k; c++) text[c] = cs_slice_of(segments->name[c]);
  if (status == CS_OK) {
    memcpy(code, label, n * sizeof *code);
    status = cs_table_add_text(table, cs_str_text(&name), code, text, segments->k, err);
  }
  free(text);
  cs_str_release(&name);
  return status;
}

enum cs_status cs_kmeans_columns_add(const struct cs_kmeans_columns *columns, struct cs_table *table,
                                     const struct cs_matrix *matrix, const double *centre, size_t k,
                                     const uint32_t *label, int threads, struct cs_error *err) {
  bool want[COLUMNS];
  double *value;
  wanted(columns, want);
  CS_TRY(add_numbers(columns, table, label, matrix->n, err));
  if (columns->segments->name) CS_TRY(add_names(columns, table, label, matrix->n, err));
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
