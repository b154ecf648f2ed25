#include "algo/space.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { BLOCK = 4096 };

enum cs_status cs_space_fit(const struct cs_matrix *matrix, enum cs_scale_method method,
                            struct cs_scaler *scaler, size_t *bad, struct cs_error *err) {
  double *column;
  *bad = SIZE_MAX;
  enum cs_status status = CS_OK;
  CS_TRY(cs_alloc(&column, matrix->n, sizeof *column, "a column", err));
  for (size_t j = 0; j < matrix->d && status == CS_OK; j++) {
    for (size_t i = 0; i < matrix->n; i++) column[i] = cs_matrix_row(matrix, i)[j];
    status = cs_scaler_fit(&scaler[j], method, column, matrix->n, NULL, err);
    if (status == CS_DATA) *bad = j;
  }
  free(column);
  return status;
}

struct apply {
  struct cs_matrix *matrix;
  const struct cs_scaler *scaler;
};

static void apply_block(void *context, size_t block, int thread) {
  (void)thread;
  const struct apply *apply = context;
  size_t end = (block + 1) * BLOCK < apply->matrix->n ? (block + 1) * BLOCK : apply->matrix->n;
  for (size_t i = block * BLOCK; i < end; i++)
    for (size_t j = 0; j < apply->matrix->d; j++)
      cs_scaler_apply(&apply->scaler[j], cs_matrix_row(apply->matrix, i) + j, 1);
}

void cs_space_apply(struct cs_matrix *matrix, const struct cs_scaler *scaler, int threads) {
  struct apply apply = {matrix, scaler};
  cs_parallel(threads, (matrix->n + BLOCK - 1) / BLOCK, apply_block, &apply);
}

/* Squares of up to 2^32 rows add up to a double, and differences of a billionth have squares that keep their digits. */
static const double WIDEST = 1e140, NARROWEST = 1e-140;

/* Half of what the values of a column span: the whole may not be a double. */
static double half_span(const struct cs_matrix *matrix, size_t j) {
  double least = cs_matrix_row(matrix, 0)[j], most = least;
  for (size_t i = 1; i < matrix->n; i++) {
    double value = cs_matrix_row(matrix, i)[j];
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most / 2 - least / 2;
}

enum cs_status cs_space_check(const struct cs_matrix *matrix, size_t *bad, struct cs_error *err) {
  double most = 0;
  *bad = SIZE_MAX;
  for (size_t j = 0; j < matrix->d && matrix->n > 0; j++) {
    double span = half_span(matrix, j);
    if (!(span <= WIDEST)) {
      *bad = j;
      return cs_fail(err, CS_DATA, "the values are too far apart to take distances of");
    }
    if (span > most) most = span;
  }
  if (most > 0 && most < NARROWEST)
    return cs_fail(err, CS_DATA, "the values are too close together to take distances of");
  return CS_OK;
}
