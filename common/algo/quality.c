#include "algo/quality.h"

#include "algo/points.h"
#include "algo/tiles.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_LEAST = 50, PIECE = 64 };

static enum cs_status sizes_of(const uint32_t *label, size_t n, size_t k, size_t **size,
                               struct cs_error *err) {
  CS_TRY(cs_alloc(size, k, sizeof **size, "clusters", err));
  for (size_t i = 0; i < n; i++) (*size)[label[i]]++;
  return CS_OK;
}

static size_t clusters_with_rows(const size_t *size, size_t k) {
  size_t count = 0;
  for (size_t c = 0; c < k; c++) count += size[c] > 0;
  return count;
}

/* --- silhouette --- */

struct silhouette {
  const struct cs_matrix *matrix;
  const uint32_t *label;
  const size_t *size;     /* [k] */
  struct cs_tiles *tiles; /* [k], the rows of each cluster */
  size_t k;
  double *value;
};

/* Sum of the distances of a row to the rows of a cluster. */
static double distance_to(const struct cs_tiles *tiles, const double *x) {
  double sum = 0;
  for (size_t tile = 0; tile < tiles->count; tile++)
    sum += cs_tile_distances(cs_tiles_at(tiles, tile), tiles->d, tiles->weight + tile * CS_TILE, x);
  return sum;
}

static double silhouette_of(const struct silhouette *task, size_t row) {
  size_t own = task->label[row];
  if (task->size[own] == 1) return 0;
  const double *x = cs_matrix_row(task->matrix, row);
  double inside = distance_to(&task->tiles[own], x) / (double)(task->size[own] - 1), outside = INFINITY;
  for (size_t c = 0; c < task->k; c++) {
    if (c == own || task->size[c] == 0) continue;
    double mean = distance_to(&task->tiles[c], x) / (double)task->size[c];
    if (mean < outside) outside = mean;
  }
  double larger = inside > outside ? inside : outside;
  return larger > 0 ? (outside - inside) / larger : 0;
}

static void silhouette_piece(void *context, size_t piece, int thread) {
  (void)thread;
  const struct silhouette *task = context;
  size_t end = (piece + 1) * PIECE < task->matrix->n ? (piece + 1) * PIECE : task->matrix->n;
  for (size_t i = piece * PIECE; i < end; i++) task->value[i] = silhouette_of(task, i);
}

/* The rows of each cluster as tiles of their own. */
static enum cs_status tile_clusters(struct silhouette *task, struct cs_error *err) {
  size_t n = task->matrix->n, k = task->k;
  size_t *rows, *start;
  CS_TRY(cs_alloc(&rows, n, sizeof *rows, "rows", err));
  enum cs_status status = cs_alloc(&start, k + 1, sizeof *start, "clusters", err);
  if (status == CS_OK) {
    for (size_t c = 0; c < k; c++) start[c + 1] = start[c] + task->size[c];
    for (size_t i = 0; i < n; i++) rows[start[task->label[i]]++] = i;
    for (size_t c = 0, first = 0; c < k && status == CS_OK; first = start[c++])
      status = cs_tiles_make(&task->tiles[c], task->matrix, rows + first, task->size[c], NULL, err);
    free(start);
  }
  free(rows);
  return status;
}

enum cs_status cs_silhouette(const struct cs_matrix *matrix, const uint32_t *label, size_t k, int threads,
                             double *value, struct cs_error *err) {
  size_t *size;
  CS_TRY(sizes_of(label, matrix->n, k, &size, err));
  struct silhouette task = {matrix, label, size, NULL, k, value};
  enum cs_status status = cs_alloc(&task.tiles, k, sizeof *task.tiles, "clusters", err);
  if (status == CS_OK && clusters_with_rows(size, k) < 2) {
    for (size_t i = 0; i < matrix->n; i++) value[i] = NAN;
  } else if (status == CS_OK) {
    status = tile_clusters(&task, err);
    if (status == CS_OK) cs_parallel(threads, (matrix->n + PIECE - 1) / PIECE, silhouette_piece, &task);
  }
  for (size_t c = 0; task.tiles && c < k; c++) cs_tiles_release(&task.tiles[c]);
  free(task.tiles);
  free(size);
  return status;
}

/* How many rows of a cluster of `size` are taken into a sample of n rows in k clusters. */
static size_t quota(size_t size, size_t n, size_t k) {
  size_t share = (size_t)((double)size * CS_SILHOUETTE_SAMPLE / (double)n + 0.5),
         least = CS_SILHOUETTE_SAMPLE / k;
  if (least > SAMPLE_LEAST) least = SAMPLE_LEAST;
  if (least < 1) least = 1;
  if (share < least) share = least;
  return share < size ? share : size;
}

/* Copies the sampled rows and their labels (Knuth, TAOCP 2, 3.4.2, algorithm S, within each cluster). */
static enum cs_status sample(const struct cs_matrix *matrix, const uint32_t *label, const size_t *size,
                             size_t k, uint64_t seed, struct cs_matrix *part, uint32_t *part_label,
                             struct cs_error *err) {
  size_t *seen, *taken, total = 0, to = 0;
  for (size_t c = 0; c < k; c++) total += quota(size[c], matrix->n, k);
  CS_TRY(cs_matrix_alloc(part, total, matrix->d, err));
  CS_TRY(cs_alloc(&seen, 2 * k, sizeof *seen, "clusters", err));
  taken = seen + k;
  struct cs_rng rng;
  cs_rng_init(&rng, seed, 0);
  for (size_t i = 0; i < matrix->n; i++) {
    size_t c = label[i], left = size[c] - seen[c]++, wanted = quota(size[c], matrix->n, k) - taken[c];
    if (wanted < left && cs_rng_below(&rng, left) >= wanted) continue;
    taken[c]++;
    memcpy(cs_matrix_row(part, to), cs_matrix_row(matrix, i), matrix->d * sizeof *part->x);
    part_label[to++] = label[i];
  }
  free(seen);
  return CS_OK;
}

/* The mean over clusters of the mean silhouette of their sampled rows, each weighed by its size. */
static enum cs_status weigh(const uint32_t *label, const double *value, size_t rows, const size_t *size,
                            size_t k, size_t n, double *mean, struct cs_error *err) {
  double *sum;
  size_t *count;
  CS_TRY(sizes_of(label, rows, k, &count, err));
  enum cs_status status = cs_alloc(&sum, k, sizeof *sum, "clusters", err);
  if (status == CS_OK) {
    for (size_t i = 0; i < rows; i++) sum[label[i]] += value[i];
    *mean = 0;
    for (size_t c = 0; c < k; c++)
      if (count[c]) *mean += sum[c] / (double)count[c] * ((double)size[c] / (double)n);
    free(sum);
  }
  free(count);
  return status;
}

static enum cs_status mean_silhouette(const struct cs_matrix *matrix, const uint32_t *label,
                                      const size_t *size, size_t k, uint64_t seed, int threads,
                                      struct cs_quality *quality, struct cs_error *err) {
  struct cs_matrix part = CS_MATRIX_INIT;
  uint32_t *part_label = NULL;
  double *value = NULL;
  bool whole = matrix->n <= CS_SILHOUETTE_ROWS;
  enum cs_status status = cs_alloc(&part_label, matrix->n, sizeof *part_label, "labels", err);
  if (status == CS_OK && !whole) status = sample(matrix, label, size, k, seed, &part, part_label, err);
  const struct cs_matrix *rows = whole ? matrix : &part;
  const uint32_t *of = whole ? label : part_label;
  if (status == CS_OK) status = cs_alloc(&value, rows->n, sizeof *value, "silhouettes", err);
  if (status == CS_OK) status = cs_silhouette(rows, of, k, threads, value, err);
  if (status == CS_OK) status = weigh(of, value, rows->n, size, k, matrix->n, &quality->silhouette, err);
  quality->silhouette_rows = rows->n;
  cs_matrix_release(&part);
  free(part_label);
  free(value);
  return status;
}

/* --- Davies-Bouldin and Calinski-Harabasz --- */

/* Means of the clusters into centre[k][d], of all rows into centre[k]. Blocks keep the sums exact enough for
 * 1e9 rows. */
static void means(const struct cs_matrix *matrix, const uint32_t *label, const size_t *size, size_t k,
                  double *block, double *centre) {
  size_t n = matrix->n, d = matrix->d;
  memset(centre, 0, (k + 1) * d * sizeof *centre);
  for (size_t begin = 0; begin < n; begin += CS_BLOCK) {
    size_t end = begin + CS_BLOCK < n ? begin + CS_BLOCK : n;
    memset(block, 0, k * d * sizeof *block);
    for (size_t i = begin; i < end; i++)
      for (size_t j = 0; j < d; j++) block[label[i] * d + j] += cs_matrix_row(matrix, i)[j];
    for (size_t s = 0; s < k * d; s++) centre[s] += block[s];
  }
  for (size_t c = 0; c < k; c++)
    for (size_t j = 0; j < d; j++) centre[k * d + j] += centre[c * d + j];
  for (size_t c = 0; c < k; c++)
    for (size_t j = 0; j < d && size[c]; j++) centre[c * d + j] /= (double)size[c];
  for (size_t j = 0; j < d; j++) centre[k * d + j] /= (double)n;
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

static enum cs_status between_and_within(const struct cs_matrix *matrix, const uint32_t *label,
                                         const size_t *size, size_t k, struct cs_quality *quality,
                                         struct cs_error *err) {
  size_t n = matrix->n, d = matrix->d, clusters = clusters_with_rows(size, k);
  double *work, within = 0, between = 0;
  CS_TRY(cs_alloc(&work, (2 * k + 1) * d + k, sizeof *work, "centres", err));
  double *centre = work + k * d, *spread = centre + (k + 1) * d;
  means(matrix, label, size, k, work, centre);
  for (size_t begin = 0; begin < n; begin += CS_BLOCK) {
    double block = 0;
    for (size_t i = begin; i < n && i < begin + CS_BLOCK; i++) {
      double square = cs_square_distance(cs_matrix_row(matrix, i), centre + label[i] * d, d);
      block += square;
      spread[label[i]] += sqrt(square);
    }
    within += block;
  }
  for (size_t c = 0; c < k; c++) {
    if (!size[c]) continue;
    spread[c] /= (double)size[c];
    between += (double)size[c] * cs_square_distance(centre + c * d, centre + k * d, d);
  }
  quality->davies_bouldin = davies_bouldin(centre, spread, size, k, d);
  if (clusters < n)
    quality->calinski_harabasz =
        within > 0 ? between / (double)(clusters - 1) / (within / (double)(n - clusters)) : 1;
  free(work);
  return CS_OK;
}

enum cs_status cs_quality(const struct cs_matrix *matrix, const uint32_t *label, size_t k, uint64_t seed,
                          int threads, struct cs_quality *quality, struct cs_error *err) {
  *quality = (struct cs_quality){NAN, NAN, NAN, 0};
  size_t *size;
  CS_TRY(sizes_of(label, matrix->n, k, &size, err));
  enum cs_status status = CS_OK;
  if (clusters_with_rows(size, k) > 1) {
    status = between_and_within(matrix, label, size, k, quality, err);
    if (status == CS_OK) status = mean_silhouette(matrix, label, size, k, seed, threads, quality, err);
  }
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
