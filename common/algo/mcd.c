#include "algo/mcd.h"

#include "algo/chisquare.h"
#include "algo/mcd_inside.h"
#include "algo/symmetric.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 200 };

/* A determinant counts as less when its logarithm is less by this: a smaller difference is rounding. */
static const double least_step = 1e-12;

void cs_mcd_release(struct cs_mcd *mcd) {
  free(mcd->centre);
  free(mcd->scatter);
  free(mcd->raw_centre);
  free(mcd->raw_scatter);
  *mcd = (struct cs_mcd)CS_MCD_INIT;
}

/* --- rows --- */

static int compare_ranked(const void *a, const void *b) {
  double left = ((const struct cs_mcd_ranked *)a)->value, right = ((const struct cs_mcd_ranked *)b)->value;
  return (left > right) - (left < right);
}

void cs_mcd_rank(struct cs_mcd_ranked *ranked, size_t n) {
  qsort(ranked, n, sizeof *ranked, compare_ranked);
}

/* Rows by the first column, equal ones by the next, and so on. */
static void sort_rows(const struct cs_matrix *x, struct cs_mcd_ranked *ranked, size_t n, size_t column) {
  if (column == x->d || n < 2) return;
  for (size_t i = 0; i < n; i++) ranked[i].value = cs_matrix_row(x, ranked[i].row)[column];
  cs_mcd_rank(ranked, n);
  for (size_t begin = 0, end; begin < n; begin = end) {
    for (end = begin + 1; end < n && ranked[end].value == ranked[begin].value;) end++;
    sort_rows(x, ranked + begin, end - begin, column + 1);
  }
}

static enum cs_status begin_rows(struct cs_mcd_rows *rows, const struct cs_matrix *x, struct cs_error *err) {
  size_t n = x->n, d = x->d;
  *rows = (struct cs_mcd_rows){.n = n, .d = d};
  CS_TRY(cs_alloc(&rows->z, n, d * sizeof *rows->z, "robust distances", err));
  CS_TRY(cs_alloc(&rows->y, n, d * sizeof *rows->y, "robust distances", err));
  CS_TRY(cs_alloc(&rows->distance, n, sizeof *rows->distance, "robust distances", err));
  CS_TRY(cs_alloc(&rows->room, n, sizeof *rows->room, "robust distances", err));
  CS_TRY(cs_alloc(&rows->ranked, n, sizeof *rows->ranked, "robust distances", err));
  CS_TRY(cs_alloc(&rows->in, n, sizeof *rows->in, "robust distances", err));
  for (size_t i = 0; i < n; i++) rows->ranked[i].row = i;
  sort_rows(x, rows->ranked, n, 0);
  for (size_t i = 0; i < n; i++)
    memcpy(rows->z + i * d, cs_matrix_row(x, rows->ranked[i].row), d * sizeof *rows->z);
  return CS_OK;
}

static void release_rows(struct cs_mcd_rows *rows) {
  free(rows->z);
  free(rows->y);
  free(rows->distance);
  free(rows->room);
  free(rows->ranked);
  free(rows->in);
}

/* Returns d, or the first column that is constant. */
static size_t standardise(struct cs_mcd_rows *rows, double *middle, double *scale) {
  size_t n = rows->n, d = rows->d;
  for (size_t j = 0; j < d; j++) {
    for (size_t i = 0; i < n; i++) rows->room[i] = rows->z[i * d + j];
    middle[j] = cs_mcd_median(rows->room, n);
    double spread = 0;
    for (size_t i = 0; i < n; i++) spread = fmax(spread, fabs(rows->room[i] - middle[j]));
    if (!(spread > 0)) return j;
    for (size_t i = 0; i < n; i++) rows->z[i * d + j] = (rows->z[i * d + j] - middle[j]) / spread;
    double of_spread = cs_mcd_scale(rows->z + j, n, d, rows->room);
    if (!(of_spread > 0)) of_spread = 1;
    for (size_t i = 0; i < n; i++) rows->z[i * d + j] /= of_spread;
    scale[j] = spread * of_spread;
  }
  return d;
}

/* --- subsets --- */

void cs_mcd_choose(struct cs_mcd_rows *rows, size_t count) {
  size_t below = 0;
  memcpy(rows->room, rows->distance, rows->n * sizeof *rows->room);
  double last = cs_mcd_select(rows->room, rows->n, count - 1);
  for (size_t i = 0; i < rows->n; i++) below += rows->in[i] = rows->distance[i] < last;
  for (size_t i = 0; i < rows->n && below < count; i++) {
    if (rows->distance[i] != last) continue;
    rows->in[i] = true;
    below++;
  }
}

void cs_mcd_moments(const struct cs_mcd_rows *rows, const double *matrix, double *mean, double *covariance) {
  size_t d = rows->d, count = 0;
  memset(mean, 0, d * sizeof *mean);
  memset(covariance, 0, d * d * sizeof *covariance);
  for (size_t i = 0; i < rows->n; i++) {
    if (!rows->in[i]) continue;
    count++;
    for (size_t j = 0; j < d; j++) mean[j] += matrix[i * d + j];
  }
  for (size_t j = 0; j < d; j++) mean[j] /= (double)count;
  for (size_t i = 0; i < rows->n; i++) {
    if (!rows->in[i]) continue;
    const double *row = matrix + i * d;
    for (size_t j = 0; j < d; j++)
      for (size_t k = 0; k <= j; k++) covariance[j * d + k] += (row[j] - mean[j]) * (row[k] - mean[k]);
  }
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k <= j; k++)
      covariance[k * d + j] = covariance[j * d + k] = covariance[j * d + k] / (double)(count - 1);
}

/* A mean and a covariance with its factor. */
struct estimate {
  double *mean, *covariance, *factor;
  double log_determinant;
};

/* Of the rows that are marked, with their distances. Returns d, or the column that follows from those before it. */
static size_t estimate(struct cs_mcd_rows *rows, struct estimate *estimate, double *room) {
  size_t d = rows->d;
  cs_mcd_moments(rows, rows->z, estimate->mean, estimate->covariance);
  size_t follows = cs_symmetric_factor(estimate->covariance, d, CS_MCD_NOTHING, estimate->factor);
  if (follows < d) return follows;
  estimate->log_determinant = 0;
  for (size_t j = 0; j < d; j++) estimate->log_determinant += 2 * log(estimate->factor[j * (d + 1)]);
  for (size_t i = 0; i < rows->n; i++)
    rows->distance[i] = cs_mahalanobis(rows->z + i * d, estimate->mean, estimate->factor, d, room);
  return d;
}

static void copy_estimate(struct estimate *to, const struct estimate *from, size_t d) {
  memcpy(to->mean, from->mean, d * sizeof *to->mean);
  memcpy(to->covariance, from->covariance, d * d * sizeof *to->covariance);
  to->log_determinant = from->log_determinant;
}

/* Each step takes the rows nearest to the mean of those before: the determinant can only fall. */
static size_t concentrate(struct cs_mcd_rows *rows, size_t subset, struct estimate *now, double *room) {
  double before = INFINITY;
  for (int step = 0; step < STEPS_MAX; step++) {
    cs_mcd_choose(rows, subset);
    size_t follows = estimate(rows, now, room);
    if (follows < rows->d) return follows;
    if (!(now->log_determinant < before - least_step)) break;
    before = now->log_determinant;
  }
  return rows->d;
}

/* From a start's distances, and from those of the half of the rows nearest by them, whatever gives less. */
static size_t search_from(struct cs_mcd_rows *rows, size_t subset, struct estimate *now,
                          struct estimate *best, double *room) {
  double *kept = rows->y; /* free once the start is made */
  memcpy(kept, rows->distance, rows->n * sizeof *kept);
  for (int half = 0; half < 2; half++) {
    memcpy(rows->distance, kept, rows->n * sizeof *kept);
    if (half) {
      cs_mcd_choose(rows, (rows->n + 1) / 2);
      if (estimate(rows, now, room) < rows->d) continue;
    }
    size_t follows = concentrate(rows, subset, now, room);
    if (follows < rows->d) return follows;
    if (now->log_determinant < best->log_determinant - least_step) copy_estimate(best, now, rows->d);
  }
  return rows->d;
}

static size_t search(struct cs_mcd_rows *rows, size_t subset, struct estimate *now, struct estimate *best,
                     double *work) {
  size_t follows = rows->d;
  best->log_determinant = INFINITY;
  for (int start = 0; start < CS_MCD_STARTS && follows == rows->d; start++) {
    cs_mcd_start(rows, start, work);
    follows = search_from(rows, subset, now, best, work);
  }
  return follows;
}

/* --- the fit --- */

/* Makes a covariance of the nearest `share` of a normal distribution that of all of it. */
static double consistency(double share, size_t d) {
  return share < 1 ? share / cs_chisquare_cdf(cs_chisquare_quantile(share, d), d + 2) : 1;
}

static void scale_matrix(double *matrix, size_t d, double factor) {
  for (size_t i = 0; i < d * d; i++) matrix[i] *= factor;
}

/* The rows within the cut, all with weight 1; `best` as it is where they are degenerate. */
static void reweight(struct cs_mcd_rows *rows, double cut, struct estimate *now, struct estimate *best,
                     double *room) {
  size_t d = rows->d, count = 0;
  double most = cs_chisquare_quantile(cut, d);
  copy_estimate(now, best, d);
  if (cs_symmetric_factor(best->covariance, d, 0, best->factor) < d) return;
  for (size_t i = 0; i < rows->n; i++)
    count += rows->in[i] = cs_mahalanobis(rows->z + i * d, best->mean, best->factor, d, room) <= most;
  if (count > d && estimate(rows, now, room) == d)
    scale_matrix(now->covariance, d, consistency((double)count / (double)rows->n, d));
  else
    copy_estimate(now, best, d);
}

static void give_units(const struct estimate *estimate, const double *middle, const double *scale, size_t d,
                       double *centre, double *scatter) {
  for (size_t j = 0; j < d; j++) {
    centre[j] = middle[j] + scale[j] * estimate->mean[j];
    for (size_t k = 0; k < d; k++) scatter[j * d + k] = estimate->covariance[j * d + k] * scale[j] * scale[k];
  }
}

/* Rousseeuw & Van Driessen's: the share of what lies between the least breakdown and all rows. */
static size_t size_of_subset(size_t n, size_t d, double share) {
  size_t half = (n + d + 1) / 2;
  return (size_t)(2 * (double)half - (double)n + 2 * (double)(n - half) * share);
}

static enum cs_status begin(struct cs_mcd *mcd, size_t d, double **work, struct cs_error *err) {
  mcd->d = d;
  CS_TRY(cs_alloc(&mcd->centre, d, sizeof(double), "robust distances", err));
  CS_TRY(cs_alloc(&mcd->scatter, d, d * sizeof(double), "robust distances", err));
  CS_TRY(cs_alloc(&mcd->raw_centre, d, sizeof(double), "robust distances", err));
  CS_TRY(cs_alloc(&mcd->raw_scatter, d, d * sizeof(double), "robust distances", err));
  return cs_alloc(work, d, (6 * d + 6) * sizeof(double), "robust distances", err);
}

static void fit(struct cs_mcd *mcd, struct cs_mcd_rows *rows, const struct cs_mcd_params *params,
                double *work, size_t *follows) {
  size_t d = rows->d;
  double *middle = work, *scale = middle + d, *at = scale + d;
  struct estimate now = {.mean = at, .covariance = at + d, .factor = at + d + d * d}, best = now;
  at += d + 2 * d * d;
  best.mean = at;
  best.covariance = at + d;
  work = at + d + d * d;
  mcd->subset = size_of_subset(rows->n, d, params->share);
  *follows = standardise(rows, middle, scale);
  if (*follows < d) return;
  for (size_t i = 0; i < rows->n; i++) rows->in[i] = true;
  *follows = estimate(rows, &now, work);
  if (*follows < d) return;
  *follows = search(rows, mcd->subset, &now, &best, work);
  if (*follows < d) return;
  scale_matrix(best.covariance, d, consistency((double)mcd->subset / (double)rows->n, d));
  give_units(&best, middle, scale, d, mcd->raw_centre, mcd->raw_scatter);
  reweight(rows, params->cut, &now, &best, work);
  give_units(&now, middle, scale, d, mcd->centre, mcd->scatter);
}

enum cs_status cs_mcd_fit(struct cs_mcd *mcd, const struct cs_matrix *x, const struct cs_mcd_params *params,
                          size_t *follows, struct cs_error *err) {
  struct cs_mcd_rows rows = {.n = 0};
  double *work = NULL;
  *mcd = (struct cs_mcd)CS_MCD_INIT;
  *follows = x->d;
  enum cs_status status = begin(mcd, x->d, &work, err);
  if (status == CS_OK) status = begin_rows(&rows, x, err);
  if (status == CS_OK) fit(mcd, &rows, params, work, follows);
  release_rows(&rows);
  free(work);
  if (status != CS_OK || *follows < x->d) cs_mcd_release(mcd);
  return status;
}
