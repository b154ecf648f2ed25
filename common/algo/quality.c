#include "algo/quality.h"

#include "algo/sums.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES = 64 }; /* at most, whatever the threads */

static size_t clusters_with_rows(const size_t *size, size_t k) {
  size_t count = 0;
  for (size_t c = 0; c < k; c++) count += size[c] > 0;
  return count;
}

/* scikit-learn's reading of the borders: two centres in one place don't count; no spread at all is 0. */
static double davies_bouldin(const double *centre, const double *spread, const size_t *size, size_t k,
                             size_t d) {
  double sum = 0;
  for (size_t a = 0; a < k; a++) {
    double worst = 0;
    for (size_t b = 0; b < k; b++) {
      if (a == b || !size[a] || !size[b]) continue;
      double apart = sqrt(cs_square_distance(centre + a * d, centre + b * d, d));
      if (apart > 0 && (spread[a] + spread[b]) / apart > worst) worst = (spread[a] + spread[b]) / apart;
    }
    sum += worst;
  }
  return sum / (double)clusters_with_rows(size, k);
}

struct task {
  const struct cs_points *points;
  const uint32_t *label;
  size_t k, blocks;     /* of a piece */
  struct cs_sums *sums; /* [threads] */
  double *centre;       /* [k][d] */
  double *part;         /* [pieces][k + 1]: the distances to the centres, and the sum of their squares */
};

static size_t piece_end(const struct task *task, size_t piece) {
  size_t end = (piece + 1) * task->blocks * CS_BLOCK;
  return end < task->points->n ? end : task->points->n;
}

static void sum_piece(void *context, size_t piece, int thread) {
  const struct task *task = context;
  for (size_t i = piece * task->blocks * CS_BLOCK; i < piece_end(task, piece); i++)
    cs_sums_add(&task->sums[thread], task->points, i, task->label[i]);
}

static void measure_piece(void *context, size_t piece, int thread) {
  (void)thread;
  const struct task *task = context;
  size_t d = task->points->d;
  double *part = task->part + piece * (task->k + 1);
  for (size_t i = piece * task->blocks * CS_BLOCK; i < piece_end(task, piece); i++) {
    double square = cs_square_distance(cs_points_row(task->points, i), task->centre + task->label[i] * d, d);
    part[task->label[i]] += sqrt(square);
    part[task->k] += square;
  }
}

/* The sum over the clusters of their sizes times the squared distances of their centres to that of all rows. */
static double between(const struct task *task, const size_t *size, double *all) {
  size_t d = task->points->d;
  double sum = 0;
  for (size_t j = 0; j < d; j++) {
    for (size_t c = 0; c < task->k; c++)
      all[j] += (double)size[c] * (task->centre[c * d + j] - task->points->origin[j]);
    all[j] = all[j] / (double)task->points->n + task->points->origin[j];
  }
  for (size_t c = 0; c < task->k; c++)
    if (size[c]) sum += (double)size[c] * cs_square_distance(task->centre + c * d, all, d);
  return sum;
}

static void judge(struct task *task, int threads, const size_t *size, double *all,
                  struct cs_quality *quality) {
  size_t n = task->points->n, k = task->k, clusters = clusters_with_rows(size, k);
  size_t pieces = (n + task->blocks * CS_BLOCK - 1) / (task->blocks * CS_BLOCK);
  cs_parallel(threads, pieces, sum_piece, task);
  for (int t = 1; t < threads; t++) cs_sums_take(&task->sums[0], &task->sums[t]);
  cs_sums_end(&task->sums[0]);
  for (size_t c = 0; c < k; c++)
    cs_sums_mean(&task->sums[0], task->points, c, task->centre + c * task->points->d);
  cs_parallel(threads, pieces, measure_piece, task);
  for (size_t piece = 1; piece < pieces; piece++)
    for (size_t c = 0; c <= k; c++) task->part[c] += task->part[piece * (k + 1) + c];
  double within = task->part[k];
  for (size_t c = 0; c < k; c++)
    if (size[c]) task->part[c] /= (double)size[c];
  quality->davies_bouldin = davies_bouldin(task->centre, task->part, size, k, task->points->d);
  if (clusters < n)
    quality->calinski_harabasz =
        within > 0 ? between(task, size, all) / (double)(clusters - 1) / (within / (double)(n - clusters))
                   : 1;
  if (isinf(quality->calinski_harabasz)) quality->calinski_harabasz = NAN;
}

static enum cs_status between_and_within(const struct cs_points *points, const uint32_t *label,
                                         const size_t *size, size_t k, int threads,
                                         struct cs_quality *quality, struct cs_error *err) {
  size_t d = points->d, workers = threads > 1 ? (size_t)threads : 1;
  struct task task = {
      .points = points, .label = label, .k = k, .blocks = (cs_points_blocks(points) + PIECES - 1) / PIECES};
  double *all = NULL;
  enum cs_status status = cs_alloc(&task.centre, k, d * sizeof *task.centre, "centres", err);
  if (status == CS_OK) status = cs_alloc(&all, d, sizeof *all, "centres", err);
  if (status == CS_OK) status = cs_alloc(&task.part, PIECES, (k + 1) * sizeof *task.part, "centres", err);
  if (status == CS_OK) status = cs_alloc(&task.sums, workers, sizeof *task.sums, "threads", err);
  for (size_t t = 0; t < workers && status == CS_OK; t++) status = cs_sums_begin(&task.sums[t], k, d, err);
  if (status == CS_OK) judge(&task, (int)workers, size, all, quality);
  for (size_t t = 0; t < workers && task.sums; t++) cs_sums_release(&task.sums[t]);
  free(task.sums);
  free(task.part);
  free(task.centre);
  free(all);
  return status;
}

enum cs_status cs_quality(const struct cs_points *points, const uint32_t *label, size_t k, int threads,
                          struct cs_quality *quality, struct cs_error *err) {
  *quality = (struct cs_quality){NAN, NAN};
  size_t *size;
  CS_TRY(cs_alloc(&size, k, sizeof *size, "clusters", err));
  for (size_t i = 0; i < points->n; i++) size[label[i]]++;
  enum cs_status status = CS_OK;
  if (clusters_with_rows(size, k) > 1)
    status = between_and_within(points, label, size, k, threads, quality, err);
  free(size);
  return status;
}

/* --- two labellings --- */

static double pairs(size_t count) {
  return (double)count * ((double)count - 1) / 2;
}

static double pairs_total(const size_t *count, size_t length) {
  double sum = 0;
  for (size_t i = 0; i < length; i++) sum += pairs(count[i]);
  return sum;
}

enum cs_status cs_rand_adjusted(const uint32_t *a, size_t ka, const uint32_t *b, size_t kb, size_t n,
                                double *index, struct cs_error *err) {
  size_t *both;
  CS_TRY(cs_alloc(&both, ka * kb + ka + kb, sizeof *both, "pairs of clusters", err));
  size_t *of_a = both + ka * kb, *of_b = of_a + ka;
  for (size_t i = 0; i < n; i++) both[a[i] * kb + b[i]]++, of_a[a[i]]++, of_b[b[i]]++;
  double same = pairs_total(both, ka * kb), in_a = pairs_total(of_a, ka), in_b = pairs_total(of_b, kb);
  double expected = n > 1 ? in_a * in_b / pairs(n) : 0, most = (in_a + in_b) / 2;
  *index = most > expected || most < expected ? (same - expected) / (most - expected) : 1;
  free(both);
  return CS_OK;
}
