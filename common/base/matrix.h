/* matrix.h - n rows of d doubles, row after row or column by column: the types in which tables and mathematics meet. */
#ifndef CS_BASE_MATRIX_H
#define CS_BASE_MATRIX_H

#include "base/error.h"

#include <stddef.h>

struct cs_matrix {
  size_t n, d;
  double *x; /* [n][d] */
};

#define CS_MATRIX_INIT                                                                                       \
  { 0, 0, NULL }

enum {
  CS_MATRIX_BEHIND = 32
}; /* numbers behind the last one that may be read, whatever they are: by vectors that are wider */

/* An n x d matrix, its numbers not set. It begins with a line of the cache, so that rows of 8 columns are one line each. */
CS_MUST_CHECK enum cs_status cs_matrix_alloc(struct cs_matrix *matrix, size_t n, size_t d,
                                             struct cs_error *err);
void cs_matrix_release(struct cs_matrix *matrix);

static inline double *cs_matrix_row(const struct cs_matrix *matrix, size_t row) {
  return matrix->x + row * matrix->d;
}

/* The same numbers as d columns of their own, which can be made and given away one by one. */
struct cs_vectors {
  size_t n, d;
  double **v; /* [d] of [n], each from cs_alloc(); v[j] may be NULL where it was given away */
};

#define CS_VECTORS_INIT                                                                                      \
  { 0, 0, NULL }

/* d columns, none of them there yet. */
CS_MUST_CHECK enum cs_status cs_vectors_begin(struct cs_vectors *vectors, size_t n, size_t d,
                                              struct cs_error *err);

/* d zeroed columns. */
CS_MUST_CHECK enum cs_status cs_vectors_alloc(struct cs_vectors *vectors, size_t n, size_t d,
                                              struct cs_error *err);
void cs_vectors_release(struct cs_vectors *vectors);

#endif
