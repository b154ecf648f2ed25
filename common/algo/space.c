#include "algo/space.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum {
  BLOCK = 4096,
  FITS = 2 /* columns that are learnt from side by side: each needs a copy */
};

static size_t block_end(const struct cs_matrix *matrix, size_t block) {
  return (block + 1) * BLOCK < matrix->n ? (block + 1) * BLOCK : matrix->n;
}

static size_t blocks_of(const struct cs_matrix *matrix) {
  return (matrix->n + BLOCK - 1) / BLOCK;
}

/* --- learning --- */

struct fit {
  const struct cs_matrix *matrix;
  enum cs_scale_method method;
  struct cs_scaler *scaler;
  double *copy; /* [threads][n] */
  enum cs_status *status;
  struct cs_error *err; /* [d], both */
};

static void fit_column(void *context, size_t j, int thread) {
  const struct fit *fit = context;
  size_t n = fit->matrix->n, d = fit->matrix->d;
  double *copy = fit->copy + (size_t)thread * n;
  for (size_t i = 0; i < n; i++) copy[i] = fit->matrix->x[i * d + j];
  fit->status[j] = cs_scaler_fit(&fit->scaler[j], fit->method, copy, n, NULL, &fit->err[j]);
}

static enum cs_status fit_columns(struct fit *fit, int threads, size_t *bad, struct cs_error *err) {
  size_t d = fit->matrix->d, n = fit->matrix->n;
  threads = threads > 1 && d > 1 ? FITS : 1;
  CS_TRY(cs_alloc(&fit->copy, n, (size_t)threads * sizeof *fit->copy, "a column", err));
  CS_TRY(cs_alloc(&fit->status, d, sizeof *fit->status, "columns", err));
  CS_TRY(cs_alloc(&fit->err, d, sizeof *fit->err, "columns", err));
  cs_parallel(threads, d, fit_column, fit);
  for (size_t j = 0; j < d; j++) {
    if (fit->status[j] == CS_OK) continue;
    if (fit->status[j] == CS_DATA) *bad = j;
    if (err) *err = fit->err[j];
    return fit->status[j];
  }
  return CS_OK;
}

enum cs_status cs_space_fit(const struct cs_matrix *matrix, enum cs_scale_method method,
                            struct cs_scaler *scaler, int threads, size_t *bad, struct cs_error *err) {
  struct fit fit = {.matrix = matrix, .method = method, .scaler = scaler};
  *bad = SIZE_MAX;
  enum cs_status status = fit_columns(&fit, threads, bad, err);
  free(fit.copy);
  free(fit.status);
  free(fit.err);
  return status;
}

/* --- applying --- */

struct apply {
  struct cs_matrix *matrix;
  const struct cs_scaler *scaler;
};

static void apply_block(void *context, size_t block, int thread) {
  (void)thread;
  const struct apply *apply = context;
  const struct cs_scaler *scaler = apply->scaler;
  size_t d = apply->matrix->d;
  for (size_t i = block * BLOCK; i < block_end(apply->matrix, block); i++) {
    double *x = cs_matrix_row(apply->matrix, i);
    for (size_t j = 0; j < d; j++) x[j] = (x[j] - scaler[j].centre) / scaler[j].scale;
  }
}

void cs_space_apply(struct cs_matrix *matrix, const struct cs_scaler *scaler, int threads) {
  struct apply apply = {matrix, scaler};
  cs_parallel(threads, blocks_of(matrix), apply_block, &apply);
}

/* --- checking --- */

/* Squares of up to 2^32 rows add up to a double, and differences of a billionth have squares that keep their digits. */
static const double WIDEST = 1e140, NARROWEST = 1e-140;

struct extent {
  const struct cs_matrix *matrix;
  double *least, *most; /* [blocks][d] */
};

static void measure_block(void *context, size_t block, int thread) {
  (void)thread;
  const struct extent *extent = context;
  size_t d = extent->matrix->d;
  double *least = extent->least + block * d, *most = extent->most + block * d;
  const double *x = cs_matrix_row(extent->matrix, block * BLOCK);
  for (size_t j = 0; j < d; j++) least[j] = most[j] = x[j];
  for (size_t i = block * BLOCK; i < block_end(extent->matrix, block); i++, x += d)
    for (size_t j = 0; j < d; j++) {
      least[j] = x[j] < least[j] ? x[j] : least[j];
      most[j] = x[j] > most[j] ? x[j] : most[j];
    }
}

/* Half of what the values of a column span: the whole may not be a double. */
static double half_span(const struct extent *extent, size_t j) {
  double least = extent->least[j], most = extent->most[j];
  for (size_t block = 1; block < blocks_of(extent->matrix); block++) {
    least = fmin(least, extent->least[block * extent->matrix->d + j]);
    most = fmax(most, extent->most[block * extent->matrix->d + j]);
  }
  return most / 2 - least / 2;
}

static enum cs_status check_spans(const struct extent *extent, size_t *bad, struct cs_error *err) {
  double most = 0;
  for (size_t j = 0; j < extent->matrix->d; j++) {
    double span = half_span(extent, j);
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

enum cs_status cs_space_check(const struct cs_matrix *matrix, int threads, size_t *bad,
                              struct cs_error *err) {
  struct extent extent = {.matrix = matrix};
  size_t blocks = blocks_of(matrix), d = matrix->d;
  *bad = SIZE_MAX;
  if (!blocks) return CS_OK;
  CS_TRY(cs_alloc(&extent.least, blocks, 2 * d * sizeof *extent.least, "columns", err));
  extent.most = extent.least + blocks * d;
  cs_parallel(threads, blocks, measure_block, &extent);
  enum cs_status status = check_spans(&extent, bad, err);
  free(extent.least);
  return status;
}
