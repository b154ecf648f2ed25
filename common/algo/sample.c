#include "algo/sample.h"

#include "base/rng.h"

#include <string.h>

void cs_sample_rows(size_t n, size_t wanted, uint64_t seed, uint64_t stream, size_t *row) {
  size_t count = 0;
  struct cs_rng rng;
  cs_rng_init(&rng, seed, stream);
  for (size_t i = 0; i < n; i++)
    if (n == wanted || cs_rng_below(&rng, n - i) < wanted - count) row[count++] = i;
}

enum cs_status cs_sample_take(const struct cs_matrix *matrix, const size_t *row, size_t count,
                              struct cs_matrix *part, struct cs_error *err) {
  CS_TRY(cs_matrix_alloc(part, count, matrix->d, err));
  for (size_t i = 0; i < count; i++)
    memcpy(cs_matrix_row(part, i), cs_matrix_row(matrix, row[i]), matrix->d * sizeof *part->x);
  return CS_OK;
}
