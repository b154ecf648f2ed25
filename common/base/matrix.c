#define _DEFAULT_SOURCE /* madvise */
#include "base/matrix.h"

#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Rows are read in another order than they stand: of large pages there are few to be found. */
enum { CACHE_LINE = 64, LARGE_PAGE = 1 << 21, LARGE = 1 << 23, BEHIND = CS_MATRIX_BEHIND * sizeof(double) };

enum cs_status cs_matrix_alloc(struct cs_matrix *matrix, size_t n, size_t d, struct cs_error *err) {
  size_t row = d * sizeof(double), size = 0;
  *matrix = (struct cs_matrix){n, d, NULL};
  if (!row || n <= (SIZE_MAX / 2 - BEHIND) / row) {
    size_t unit = n * row < LARGE ? CACHE_LINE : LARGE_PAGE;
    size = ((n * row + BEHIND) / unit + 1) * unit;
    matrix->x = aligned_alloc(unit, size);
#ifdef MADV_HUGEPAGE
    if (matrix->x && unit == LARGE_PAGE) madvise(matrix->x, size, MADV_HUGEPAGE);
#endif
  }
  if (matrix->x) return CS_OK;
  *matrix = (struct cs_matrix)CS_MATRIX_INIT;
  return cs_fail_memory(err, (double)n * (double)row, "the matrix of features");
}

void cs_matrix_release(struct cs_matrix *matrix) {
  free(matrix->x);
  *matrix = (struct cs_matrix)CS_MATRIX_INIT;
}

enum cs_status cs_vectors_begin(struct cs_vectors *vectors, size_t n, size_t d, struct cs_error *err) {
  *vectors = (struct cs_vectors)CS_VECTORS_INIT;
  double **v;
  CS_TRY(cs_alloc(&v, d, sizeof *v, "columns", err));
  *vectors = (struct cs_vectors){n, d, v};
  return CS_OK;
}

enum cs_status cs_vectors_alloc(struct cs_vectors *vectors, size_t n, size_t d, struct cs_error *err) {
  enum cs_status status = cs_vectors_begin(vectors, n, d, err);
  for (size_t j = 0; j < d && status == CS_OK; j++)
    status = cs_alloc(&vectors->v[j], n, sizeof *vectors->v[j], "a column of numbers", err);
  if (status != CS_OK) cs_vectors_release(vectors);
  return status;
}

void cs_vectors_release(struct cs_vectors *vectors) {
  for (size_t j = 0; j < vectors->d; j++) free(vectors->v[j]);
  free(vectors->v);
  *vectors = (struct cs_vectors)CS_VECTORS_INIT;
}
