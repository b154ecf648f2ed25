#include "base/matrix.h"

#include "base/memory.h"

#include <stdlib.h>

enum cs_status cs_matrix_alloc(struct cs_matrix *matrix, size_t n, size_t d, struct cs_error *err) {
  *matrix = (struct cs_matrix)CS_MATRIX_INIT;
  double *x;
  CS_TRY(cs_alloc(&x, n, d * sizeof *x, "the matrix of features", err));
  *matrix = (struct cs_matrix){n, d, x};
  return CS_OK;
}

void cs_matrix_release(struct cs_matrix *matrix) {
  free(matrix->x);
  *matrix = (struct cs_matrix)CS_MATRIX_INIT;
}
