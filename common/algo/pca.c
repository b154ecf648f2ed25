#include "algo/pca.h"

#include "algo/symmetric.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS_MAX = 64, BLOCK_ROWS_MIN = 1024 };

/* --- covariance --- */

struct moments {
  const struct cs_vectors *x;
  const double *mean;
  size_t block_rows;
  double *part; /* [blocks][d] sums, then [blocks][d][d] sums of products */
};

/* The cut depends on the rows alone. */
static size_t rows_of_block(size_t n) {
  size_t rows = (n + BLOCKS_MAX - 1) / BLOCKS_MAX;
  return rows > BLOCK_ROWS_MIN ? rows : BLOCK_ROWS_MIN;
}

static size_t block_end(const struct moments *m, size_t block) {
  size_t end = (block + 1) * m->block_rows;
  return end < m->x->n ? end : m->x->n;
}

/* Sums are of distances from the first row: a large offset costs no digits. */
static void sum_block(void *context, size_t block, int thread) {
  struct moments *m = context;
  (void)thread;
  size_t d = m->x->d;
  double *sum = m->part + block * d;
  for (size_t j = 0; j < d; j++) {
    const double *v = m->x->v[j];
    for (size_t i = block * m->block_rows; i < block_end(m, block); i++) sum[j] += v[i] - v[0];
  }
}

/* The lower triangle of the sums of products of deviations; the workspace of a row is the last d of the
 * block's. */
static void product_block(void *context, size_t block, int thread) {
  struct moments *m = context;
  (void)thread;
  size_t d = m->x->d;
  double *product = m->part + block * (d + 1) * d, *deviation = product + d * d;
  for (size_t i = block * m->block_rows; i < block_end(m, block); i++) {
    for (size_t j = 0; j < d; j++) deviation[j] = m->x->v[j][i] - m->mean[j];
    for (size_t j = 0; j < d; j++)
      for (size_t k = 0; k <= j; k++) product[j * d + k] += deviation[j] * deviation[k];
  }
}

static enum cs_status find_mean(const struct cs_vectors *x, int threads, double *mean, struct cs_error *err) {
  struct moments m = {x, NULL, rows_of_block(x->n), NULL};
  size_t blocks = (x->n + m.block_rows - 1) / m.block_rows, d = x->d;
  CS_TRY(cs_alloc(&m.part, blocks * d, sizeof(double), "the means", err));
  cs_parallel(threads, blocks, sum_block, &m);
  for (size_t j = 0; j < d; j++) {
    double sum = 0;
    for (size_t b = 0; b < blocks; b++) sum += m.part[b * d + j];
    mean[j] = x->v[j][0] + sum / (double)x->n;
  }
  free(m.part);
  return CS_OK;
}

static enum cs_status find_covariance(const struct cs_vectors *x, const double *mean, int threads,
                                      double *covariance, struct cs_error *err) {
  struct moments m = {x, mean, rows_of_block(x->n), NULL};
  size_t blocks = (x->n + m.block_rows - 1) / m.block_rows, d = x->d, stride = (d + 1) * d;
  CS_TRY(cs_alloc(&m.part, blocks * stride, sizeof(double), "the covariances", err));
  cs_parallel(threads, blocks, product_block, &m);
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k <= j; k++) {
      double sum = 0;
      for (size_t b = 0; b < blocks; b++) sum += m.part[b * stride + j * d + k];
      covariance[j * d + k] = covariance[k * d + j] = sum / (double)(x->n - 1);
    }
  free(m.part);
  return CS_OK;
}

/* --- components --- */

static void fix_sign(double *component, size_t d) {
  double largest = 0;
  for (size_t j = 0; j < d; j++) largest = fmax(largest, fabs(component[j]));
  size_t first = 0;
  while (first + 1 < d && fabs(component[first]) < largest * (1 - 1e-9)) first++;
  if (component[first] < 0)
    for (size_t j = 0; j < d; j++) component[j] = -component[j];
}

/* --- fit and apply --- */

/* order becomes 0..d-1 by decreasing value, equal ones in their order; d is small. */
static void order_decreasing(const double *a, size_t d, size_t *order) {
  for (size_t i = 0; i < d; i++) {
    size_t j = i;
    for (; j > 0 && a[order[j - 1] * (d + 1)] < a[i * (d + 1)]; j--) order[j] = order[j - 1];
    order[j] = i;
  }
}

static size_t count_for(double fraction, const double *a, size_t d, const size_t *order, double total) {
  double sum = 0;
  for (size_t i = 0; i < d; i++) {
    sum += a[order[i] * (d + 1)] / total;
    /* All the variance is reached by the last component that varies, whatever the rounding of the sum. */
    if (sum >= fraction || sum >= 1 - 1e-12) return i + 1;
  }
  return d;
}

/* a is diagonal, the rows of vector its eigenvectors. */
static enum cs_status choose(struct cs_pca *pca, const double *a, const double *vector, size_t d,
                             const struct cs_pca_params *params, size_t *order, struct cs_error *err) {
  double total = 0;
  for (size_t i = 0; i < d; i++) total += fmax(a[i * (d + 1)], 0);
  order_decreasing(a, d, order);
  CS_TRY(cs_pca_alloc(pca, d, params->count ? params->count : count_for(params->fraction, a, d, order, total),
                      err));
  double noise = a[order[0] * (d + 1)] * (double)d * DBL_EPSILON * 4;
  for (size_t i = 0; i < d; i++) pca->rank += a[i * (d + 1)] > noise;
  for (size_t i = 0; i < pca->count; i++) {
    pca->variance[i] = fmax(a[order[i] * (d + 1)], 0);
    pca->explained[i] = pca->variance[i] / total;
    memcpy(pca->component + i * d, vector + order[i] * d, d * sizeof(double));
    fix_sign(pca->component + i * d, d);
  }
  return CS_OK;
}

static enum cs_status check_spread(const double *covariance, size_t d, struct cs_error *err) {
  double total = 0;
  for (size_t i = 0; i < d; i++) total += covariance[i * (d + 1)];
  if (!isfinite(total)) return cs_fail(err, CS_DATA, "the variances are beyond what a double can hold");
  if (total <= DBL_MIN) return cs_fail(err, CS_DATA, "nothing varies, so there are no principal components");
  return CS_OK;
}

enum cs_status cs_pca_fit(struct cs_pca *pca, const struct cs_vectors *x, const struct cs_pca_params *params,
                          struct cs_error *err) {
  size_t d = x->d, *order = NULL;
  double *work = NULL;
  if (params->count > d)
    return cs_fail(err, CS_USAGE, "%zu principal components were asked for, there are only %zu columns",
                   params->count, d);
  if (x->n < 2) return cs_fail(err, CS_DATA, "principal components need two rows or more");
  CS_TRY(cs_alloc(&work, (2 * d + 1) * d, sizeof *work, "the principal components", err));
  double *covariance = work, *vector = work + d * d, *mean = work + 2 * d * d;
  enum cs_status status = cs_alloc(&order, d, sizeof *order, "the principal components", err);
  if (status == CS_OK) status = find_mean(x, params->threads, mean, err);
  if (status == CS_OK) status = find_covariance(x, mean, params->threads, covariance, err);
  if (status == CS_OK) status = check_spread(covariance, d, err);
  if (status == CS_OK) {
    cs_symmetric_diagonalise(covariance, vector, d);
    status = choose(pca, covariance, vector, d, params, order, err);
  }
  if (status == CS_OK) memcpy(pca->mean, mean, d * sizeof *mean);
  free(order);
  free(work);
  return status;
}

enum cs_status cs_pca_alloc(struct cs_pca *pca, size_t d, size_t count, struct cs_error *err) {
  *pca = (struct cs_pca){d, count, 0, NULL, NULL, NULL, NULL};
  enum cs_status status = cs_alloc(&pca->mean, d, sizeof(double), "the principal components", err);
  if (status == CS_OK)
    status = cs_alloc(&pca->component, count * d, sizeof(double), "the principal components", err);
  if (status == CS_OK)
    status = cs_alloc(&pca->variance, count, sizeof(double), "the principal components", err);
  if (status == CS_OK)
    status = cs_alloc(&pca->explained, count, sizeof(double), "the principal components", err);
  if (status != CS_OK) cs_pca_release(pca);
  return status;
}

/* to = (from - before) * factor + after, both ways between a point and its scores. */
struct projection {
  const struct cs_vectors *from;
  struct cs_vectors *to;
  size_t to_count;
  const double *before, *after; /* [from->d], [to_count], or NULL: 0 */
  const double *factor;         /* of column j of from in column c of to: [c * to_step + j * from_step] */
  size_t to_step, from_step;
};

static void project_column(const struct projection *p, size_t c, size_t begin, size_t end) {
  double *to = p->to->v[c];
  for (size_t i = begin; i < end; i++) to[i] = 0;
  for (size_t j = 0; j < p->from->d; j++) {
    const double *from = p->from->v[j];
    double before = p->before ? p->before[j] : 0, factor = p->factor[c * p->to_step + j * p->from_step];
    for (size_t i = begin; i < end; i++) to[i] += (from[i] - before) * factor;
  }
  for (size_t i = begin; p->after && i < end; i++) to[i] += p->after[c];
}

static void project_block(void *context, size_t block, int thread) {
  const struct projection *p = context;
  (void)thread;
  size_t begin = block * BLOCK_ROWS_MIN, end = begin + BLOCK_ROWS_MIN;
  if (end > p->from->n) end = p->from->n;
  for (size_t c = 0; c < p->to_count; c++) project_column(p, c, begin, end);
}

static void project(struct projection *p, int threads) {
  cs_parallel(threads, (p->from->n + BLOCK_ROWS_MIN - 1) / BLOCK_ROWS_MIN, project_block, p);
}

void cs_pca_apply(const struct cs_pca *pca, const struct cs_vectors *x, struct cs_vectors *score,
                  int threads) {
  project(&(struct projection){x, score, pca->count, pca->mean, NULL, pca->component, pca->d, 1}, threads);
}

void cs_pca_invert(const struct cs_pca *pca, const struct cs_vectors *score, struct cs_vectors *x,
                   int threads) {
  project(&(struct projection){score, x, pca->d, NULL, pca->mean, pca->component, 1, pca->d}, threads);
}

void cs_pca_release(struct cs_pca *pca) {
  free(pca->mean);
  free(pca->component);
  free(pca->variance);
  free(pca->explained);
  *pca = (struct cs_pca)CS_PCA_INIT;
}
