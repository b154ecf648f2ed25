#include "algo/space.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <stdlib.h>

enum { BLOCK = 4096 };

enum cs_status cs_space_fit(const struct cs_matrix *matrix, enum cs_scale_method method,
                            struct cs_scaler *scaler, struct cs_error *err) {
  double *column;
  enum cs_status status = CS_OK;
  CS_TRY(cs_alloc(&column, matrix->n, sizeof *column, "a column", err));
  for (size_t j = 0; j < matrix->d && status == CS_OK; j++) {
    for (size_t i = 0; i < matrix->n; i++) column[i] = cs_matrix_row(matrix, i)[j];
    status = cs_scaler_fit(&scaler[j], method, column, matrix->n, NULL, err);
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
