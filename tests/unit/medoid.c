/* Medoids against the sums of distances over all pairs, which is what they are defined by. */
#include "algo/medoid.h"
#include "algo/points.h"
#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>

static struct cs_error err;

static double sum_of(const struct cs_matrix *matrix, const double *weight, const uint32_t *label,
                     size_t row) {
  double sum = 0;
  for (size_t i = 0; i < matrix->n; i++)
    if (label[i] == label[row])
      sum += (weight ? weight[i] : 1) *
             sqrt(cs_square_distance(cs_matrix_row(matrix, row), cs_matrix_row(matrix, i), matrix->d));
  return sum;
}

/* Whether no row of its cluster has a lower sum than a medoid, beyond rounding, nor the same one further up. */
static bool is_medoid(const struct cs_matrix *matrix, const double *weight, const uint32_t *label, uint32_t c,
                      size_t medoid) {
  double least = sum_of(matrix, weight, label, medoid);
  if (label[medoid] != c) return false;
  for (size_t i = 0; i < matrix->n; i++) {
    if (label[i] != c) continue;
    double sum = sum_of(matrix, weight, label, i);
    bool same =
        memcmp(cs_matrix_row(matrix, i), cs_matrix_row(matrix, medoid), matrix->d * sizeof(double)) == 0;
    if (sum < least * (1 - 1e-12) || (same && i < medoid)) return false;
  }
  return true;
}

/* Rows in k heaps, of `steps` different values a column (0: any). */
static void fill(struct cs_matrix *matrix, uint32_t *label, double *weight, uint32_t k, int steps,
                 uint64_t seed) {
  struct cs_rng rng;
  cs_rng_init(&rng, seed, 0);
  for (size_t i = 0; i < matrix->n; i++) {
    label[i] = (uint32_t)cs_rng_below(&rng, k);
    weight[i] = (double)cs_rng_below(&rng, 5) / 8;
    for (size_t j = 0; j < matrix->d; j++) {
      double x = cs_rng_normal(&rng) * (double)(j + 1) + label[i];
      cs_matrix_row(matrix, i)[j] = steps ? floor(x * steps) : x * x * x;
    }
  }
}

static bool holds(size_t n, size_t d, uint32_t k, int steps, bool weighted) {
  struct cs_matrix matrix;
  uint32_t *label = calloc(n, sizeof *label);
  double *weight = calloc(n, sizeof *weight);
  size_t one[8], three[8];
  bool sound = label && weight && cs_matrix_alloc(&matrix, n, d, &err) == CS_OK;
  if (!sound) return false;
  fill(&matrix, label, weight, k, steps, n * 31 + d);
  const double *used = weighted ? weight : NULL;
  sound &= cs_medoids_find(&matrix, used, label, k, 1, one, &err) == CS_OK;
  sound &= cs_medoids_find(&matrix, used, label, k, 3, three, &err) == CS_OK;
  for (uint32_t c = 0; sound && c < k; c++)
    sound = one[c] == three[c] && is_medoid(&matrix, used, label, c, one[c]);
  cs_matrix_release(&matrix);
  free(label);
  free(weight);
  return sound;
}

int main(void) {
  UNIT_BEGIN;
  TEST("medoid: no row of the cluster has a lower sum of distances, in 1 to 130 columns") {
    static const size_t widths[] = {1, 2, 3, 8, 20, 64, 130};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) CHECK(holds(700, widths[i], 3, 0, false));
    CHECK(holds(10000, 2, 2, 0, false)); /* more rows than a block has */
  }
  TEST("medoid: the same in many small clusters") {
    for (size_t n = 8; n < 160; n++)
      CHECK(holds(n, 1 + n % 6, 1 + (uint32_t)n % 3, n % 2 ? 0 : 3, n % 5 == 0));
  }
  TEST("medoid: of four corners whose sums are equal the first in the table has it") {
    struct cs_matrix matrix = {4, 2, (double[]){1, 1, 0, 0, 0, 1, 1, 0}};
    size_t medoid;
    CHECK(cs_medoids_find(&matrix, NULL, (const uint32_t[]){0, 0, 0, 0}, 1, 1, &medoid, &err) == CS_OK);
    CHECK(medoid == 0);
  }
  TEST("medoid: of rows with the same values the first has it, however many there are") {
    CHECK(holds(1500, 1, 2, 1, false));
    CHECK(holds(1500, 2, 2, 2, false));
  }
  TEST("medoid: a row's weight is what distances to it count") {
    CHECK(holds(600, 2, 3, 0, true));
    CHECK(holds(600, 8, 3, 1, true));
  }
  TEST("medoid: a cluster of one row is its own medoid, one without rows has none") {
    struct cs_matrix matrix = {3, 1, (double[]){1, 5, 5}};
    size_t medoid[3];
    CHECK(cs_medoids_find(&matrix, NULL, (const uint32_t[]){2, 0, 0}, 3, 2, medoid, &err) == CS_OK);
    CHECK(medoid[0] == 1 && medoid[1] == SIZE_MAX && medoid[2] == 0);
  }
  UNIT_END;
}
