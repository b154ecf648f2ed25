#include "algo/quality.h"

#include "algo/points.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

enum cs_status cs_quality(const struct cs_matrix *matrix, const uint32_t *label, size_t k,
                          struct cs_quality *quality, struct cs_error *err) {
  *quality = (struct cs_quality){NAN, NAN};
  size_t *size;
  CS_TRY(sizes_of(label, matrix->n, k, &size, err));
  enum cs_status status = CS_OK;
  if (clusters_with_rows(size, k) > 1) status = between_and_within(matrix, label, size, k, quality, err);
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
