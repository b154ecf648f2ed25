#include "segment/typical.h"

#include "algo/medoid.h"
#include "base/memory.h"
#include "data/output.h"

#include <stdlib.h>

static enum cs_status write_rows(const char *path, const struct cs_table *table, const size_t *row,
                                 size_t count, const struct cs_write_options *how, struct cs_error *err) {
  struct cs_output *output;
  CS_TRY(cs_output_open(&output, path, err));
  enum cs_status status = cs_table_write_rows(table, CS_ROWS_WHOLE, row, count, output, how, err);
  if (status == CS_OK) return cs_output_commit(&output, err);
  cs_output_abort(&output);
  return status;
}

enum cs_status cs_typical_write(const char *path, const struct cs_table *table,
                                const struct cs_matrix *matrix, const double *weight, const uint32_t *label,
                                const struct cs_segments *segments, const struct cs_write_options *how,
                                struct cs_error *err) {
  const uint32_t *number = segments->number;
  size_t k = segments->k, count = 0, *medoid;
  CS_TRY(cs_alloc(&medoid, 2 * k, sizeof *medoid, "medoids", err));
  size_t *row = medoid + k;
  enum cs_status status = cs_medoids_find(matrix, weight, label, k, how->threads, medoid, err);
  for (size_t c = cs_segments_next(number, k, 0); status == CS_OK && c < k;
       c = cs_segments_next(number, k, number[c]))
    if (medoid[c] != SIZE_MAX) row[count++] = medoid[c];
  if (status == CS_OK) status = write_rows(path, table, row, count, how, err);
  free(medoid);
  return status;
}
