/* The published optima of iris (R 4.2.2, Hartigan-Wong, best of 200 starts), small cases by hand or by
 * exhaustive search (tests/oracle/quality.py), and what must hold of every result. */
#include "algo/kmeans.h"
#include "base/rng.h"
#include "iris.h"
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static struct cs_error err;

static struct cs_kmeans fit_of(const struct cs_matrix *matrix, const double *weight,
                               struct cs_kmeans_params params) {
  struct cs_points points = CS_POINTS_INIT;
  struct cs_kmeans fit = CS_KMEANS_INIT;
  bool ok = cs_points_begin(&points, matrix, weight, 1, &err) == CS_OK &&
            cs_kmeans_fit(&fit, &points, &params, &err) == CS_OK;
  CHECK(ok);
  cs_points_release(&points);
  return fit;
}

static struct cs_kmeans_params with(size_t k, size_t restarts) {
  struct cs_kmeans_params params = CS_KMEANS_PARAMS_INIT;
  params.k = k;
  params.restarts = restarts;
  return params;
}

static bool same(const struct cs_kmeans *a, const struct cs_kmeans *b) {
  return a->n == b->n && a->k == b->k && memcmp(a->label, b->label, a->n * sizeof *a->label) == 0 &&
         memcmp(a->centre, b->centre, a->k * a->d * sizeof *a->centre) == 0 &&
         memcmp(&a->inertia, &b->inertia, sizeof a->inertia) == 0 && a->recurred == b->recurred;
}

/* Blobs that overlap, so that starts differ; rows enough for several blocks. */
static struct cs_matrix blobs(size_t n, size_t d, uint64_t seed) {
  struct cs_matrix matrix = CS_MATRIX_INIT;
  CHECK(cs_matrix_alloc(&matrix, n, d, &err) == CS_OK);
  struct cs_rng rng;
  cs_rng_init(&rng, seed, 0);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < d; j++)
      cs_matrix_row(&matrix, i)[j] = cs_rng_normal(&rng) + (double)((i % 5) * (j + 1) % 7);
  return matrix;
}

/* By the definition, and by cs_kmeans_assign(). */
static bool labels_are_nearest(const struct cs_matrix *matrix, const struct cs_kmeans *fit) {
  uint32_t *label = malloc(matrix->n * sizeof *label);
  bool ok = cs_kmeans_assign(matrix, fit->centre, fit->k, 2, label, &err) == CS_OK &&
            memcmp(label, fit->label, matrix->n * sizeof *label) == 0;
  for (size_t i = 0; i < matrix->n; i++) {
    size_t nearest = 0;
    double least = INFINITY;
    for (size_t c = 0; c < fit->k; c++) {
      double square = 0;
      for (size_t j = 0; j < matrix->d; j++) {
        double t = cs_matrix_row(matrix, i)[j] - fit->centre[c * matrix->d + j];
        square += t * t;
      }
      if (square < least) least = square, nearest = c;
    }
    ok &= fit->label[i] == nearest;
  }
  free(label);
  return ok;
}

int main(void) {
  UNIT_BEGIN;
  const struct cs_matrix flowers = {150, 4, (double *)iris};

  TEST("kmeans: iris reaches the published optimum for each k up to 6") {
    static const double published[] = {681.370600, 152.347952, 78.851441, 57.228473, 46.446182, 39.039987};
    for (size_t k = 1; k <= 6; k++) {
      struct cs_kmeans fit = fit_of(&flowers, NULL, with(k, 100));
      CHECK_NEAR(fit.inertia, published[k - 1], 5e-7);
      CHECK(fit.converged && fit.recurred >= 1);
      cs_kmeans_release(&fit);
    }
  }
  TEST("kmeans: iris is never above the published inertia for k = 7 to 10") {
    static const double published[] = {34.298230, 29.988944, 27.786092, 25.849464};
    for (size_t k = 7; k <= 10; k++) {
      struct cs_kmeans fit = fit_of(&flowers, NULL, with(k, 1000));
      CHECK(fit.inertia <= published[k - 7] + 5e-7);
      cs_kmeans_release(&fit);
    }
  }
  TEST("kmeans: clusters come in the order of their sizes, centres are those published") {
    struct cs_kmeans fit = fit_of(&flowers, NULL, with(3, 100));
    static const double centre[3][4] = {{5.901613, 2.748387, 4.393548, 1.433871},
                                        {5.006, 3.428, 1.462, 0.246},
                                        {6.85, 3.073684, 5.742105, 2.071053}};
    CHECK(fit.size[0] == 62 && fit.size[1] == 50 && fit.size[2] == 38);
    for (size_t s = 0; s < 12; s++) CHECK_NEAR(fit.centre[s], centre[s / 4][s % 4], 5e-7);
    cs_kmeans_release(&fit);
  }
  TEST("kmeans: scikit-learn's six points make two triples of inertia 16, the tie of sizes by the smaller "
       "mean") {
    double x[] = {10, 2, 10, 4, 10, 0, 1, 2, 1, 4, 1, 0};
    const struct cs_matrix six = {6, 2, x};
    struct cs_kmeans fit = fit_of(&six, NULL, with(2, 10));
    CHECK(fit.inertia == 16);
    CHECK(fit.centre[0] == 1 && fit.centre[1] == 2 && fit.centre[2] == 10 && fit.centre[3] == 2);
    CHECK(fit.label[0] == 1 && fit.label[5] == 0);
    cs_kmeans_release(&fit);
  }
  TEST("kmeans: weights as extreme as 1e8 and 1e-8 decide where the centres are") {
    double x[] = {1, 1, 5, 5, 100, 100};
    const double weight[] = {1e8, 1e8, 1e8, 1e8, 1e-8, 1e-8};
    const struct cs_matrix points = {6, 1, x};
    struct cs_kmeans fit = fit_of(&points, weight, with(2, 10)), bare = fit_of(&points, NULL, with(2, 10));
    CHECK_NEAR(fit.centre[0], 1, 1e-9);
    CHECK_NEAR(fit.centre[1], 5, 1e-9);
    CHECK_NEAR(fit.inertia, 0.0001805, 1e-10);
    CHECK(bare.centre[0] == 3 && bare.centre[1] == 100);
    cs_kmeans_release(&fit);
    cs_kmeans_release(&bare);
  }
  TEST("kmeans: weights find the best of all partitions in two") {
    double x[] = {0, 1, 2, 5, 6, 11};
    const double weight[] = {3, 1, 4, 1, 5, 2};
    const struct cs_matrix points = {6, 1, x};
    struct cs_kmeans fit = fit_of(&points, weight, with(2, 20));
    CHECK_NEAR(fit.inertia, 47.75, 1e-12);
    cs_kmeans_release(&fit);
  }
  TEST("kmeans: a weight of 2 is the row given twice") {
    struct cs_matrix once = blobs(400, 3, 1), twice = CS_MATRIX_INIT;
    double weight[400];
    CHECK(cs_matrix_alloc(&twice, 600, 3, &err) == CS_OK);
    for (size_t i = 0; i < 400; i++) weight[i] = i < 200 ? 2 : 1;
    memcpy(twice.x, once.x, 1200 * sizeof(double));
    memcpy(twice.x + 1200, once.x, 600 * sizeof(double));
    struct cs_kmeans a = fit_of(&once, weight, with(4, 50)), b = fit_of(&twice, NULL, with(4, 50));
    CHECK_NEAR(a.inertia, b.inertia, 1e-9);
    cs_kmeans_release(&a);
    cs_kmeans_release(&b);
    cs_matrix_release(&once);
    cs_matrix_release(&twice);
  }
  TEST("kmeans: one thread and eight give the same bits, whether they share a start or not") {
    static const size_t rows[] = {300, 9000, 110000};
    for (size_t r = 0; r < 3; r++) {
      struct cs_matrix matrix = blobs(rows[r], 3, 7);
      struct cs_kmeans_params params = with(5, 3);
      params.max_iter = 30;
      struct cs_kmeans one = fit_of(&matrix, NULL, params);
      params.threads = 8;
      struct cs_kmeans eight = fit_of(&matrix, NULL, params);
      CHECK(same(&one, &eight));
      CHECK(labels_are_nearest(&matrix, &one));
      cs_kmeans_release(&one);
      cs_kmeans_release(&eight);
      cs_matrix_release(&matrix);
    }
  }
  TEST("kmeans: labels are the nearest centres, with and without exchanges, for each seeding, converged or "
       "not") {
    struct cs_matrix matrix = blobs(5000, 4, 3);
    for (int variant = 0; variant < 8; variant++) {
      struct cs_kmeans_params params = with(7, 3);
      params.exchange = variant & 1 ? CS_EXCHANGE_NO : CS_EXCHANGE_YES;
      params.seeding = variant & 2 ? CS_SEED_RANDOM : CS_SEED_PLUSPLUS;
      params.max_iter = variant & 4 ? 2 : 1000;
      struct cs_kmeans fit = fit_of(&matrix, NULL, params);
      CHECK(labels_are_nearest(&matrix, &fit));
      CHECK(fit.converged == !(variant & 4));
      for (size_t c = 1; c < 7; c++) CHECK(!fit.converged || fit.size[c - 1] >= fit.size[c]);
      cs_kmeans_release(&fit);
    }
    cs_matrix_release(&matrix);
  }
  TEST("kmeans: looking at every row gives the same bits, through more rounds than there are stamps") {
    struct cs_matrix matrix = blobs(60000, 2, 21);
    struct cs_kmeans_params params = with(40, 1);
    params.exchange = CS_EXCHANGE_NO;
    params.seeding = CS_SEED_RANDOM;
    params.algorithm = CS_KMEANS_LLOYD;
    struct cs_kmeans every = fit_of(&matrix, NULL, params);
    params.algorithm = CS_KMEANS_HAMERLY;
    struct cs_kmeans some = fit_of(&matrix, NULL, params);
    CHECK(every.iterations > 130 && some.iterations == every.iterations);
    CHECK(same(&every, &some) && labels_are_nearest(&matrix, &some));
    cs_kmeans_release(&every);
    cs_kmeans_release(&some);
    cs_matrix_release(&matrix);
  }
  TEST("kmeans: exchanges never end above Lloyd alone") {
    struct cs_matrix matrix = blobs(2000, 2, 11);
    struct cs_kmeans_params params = with(9, 1);
    for (params.seed = 0; params.seed < 20; params.seed++) {
      params.exchange = CS_EXCHANGE_NO;
      struct cs_kmeans lloyd = fit_of(&matrix, NULL, params);
      params.exchange = CS_EXCHANGE_YES;
      struct cs_kmeans polished = fit_of(&matrix, NULL, params);
      CHECK(polished.inertia <= lloyd.inertia * (1 + 1e-12));
      cs_kmeans_release(&lloyd);
      cs_kmeans_release(&polished);
    }
    cs_matrix_release(&matrix);
  }
  TEST("kmeans: an empty cluster is given the farthest row") {
    /* Random starts on heaps of equal rows put two centres in one place. */
    double x[60];
    for (size_t i = 0; i < 60; i++) x[i] = i < 56 ? 0 : (double)(i - 55) * 10;
    const struct cs_matrix heap = {60, 1, x};
    struct cs_kmeans_params params = with(5, 1);
    params.seeding = CS_SEED_RANDOM;
    for (params.seed = 0; params.seed < 50; params.seed++) {
      struct cs_kmeans fit = fit_of(&heap, NULL, params);
      CHECK(fit.inertia == 0 && fit.size[0] == 56 && fit.size[4] == 1);
      cs_kmeans_release(&fit);
    }
  }
  TEST("kmeans: as many clusters as rows leave nothing over, and one cluster is the mean") {
    struct cs_matrix matrix = blobs(12, 2, 5);
    struct cs_kmeans all = fit_of(&matrix, NULL, with(12, 5)), one = fit_of(&matrix, NULL, with(1, 1));
    CHECK(all.inertia == 0 && all.size[11] == 1);
    CHECK(one.size[0] == 12 && one.converged);
    cs_kmeans_release(&all);
    cs_kmeans_release(&one);
    cs_matrix_release(&matrix);
  }
  TEST("kmeans: a grid full of ties ends, with labels that its centres give") {
    struct cs_matrix grid = CS_MATRIX_INIT;
    CHECK(cs_matrix_alloc(&grid, 100, 2, &err) == CS_OK);
    for (size_t i = 0; i < 100; i++) grid.x[2 * i] = (double)(i % 10), grid.x[2 * i + 1] = (double)(i / 10);
    for (size_t k = 2; k <= 12; k++) {
      struct cs_kmeans_params params = with(k, 5);
      params.exchange = k % 2 ? CS_EXCHANGE_NO : CS_EXCHANGE_AUTO;
      struct cs_kmeans fit = fit_of(&grid, NULL, params);
      CHECK(fit.converged && labels_are_nearest(&grid, &fit));
      cs_kmeans_release(&fit);
    }
    cs_matrix_release(&grid);
  }
  TEST("kmeans: the tolerance stops early, and doesn't claim to have converged") {
    struct cs_matrix matrix = blobs(5000, 3, 9);
    struct cs_kmeans_params params = with(8, 1);
    params.exchange = CS_EXCHANGE_NO;
    struct cs_kmeans strict = fit_of(&matrix, NULL, params);
    params.tolerance = 0.01;
    struct cs_kmeans loose = fit_of(&matrix, NULL, params);
    CHECK(strict.converged && !loose.converged && loose.iterations < strict.iterations);
    cs_kmeans_release(&strict);
    cs_kmeans_release(&loose);
    cs_matrix_release(&matrix);
  }
  TEST("kmeans: fewer rows than clusters, and distances beyond the doubles, are refused") {
    double x[] = {1e200, -1e200, 3e200, 0};
    const struct cs_matrix huge = {4, 1, x};
    struct cs_points points = CS_POINTS_INIT;
    struct cs_kmeans fit;
    struct cs_kmeans_params params = with(5, 2);
    CHECK(cs_points_begin(&points, &huge, NULL, 1, &err) == CS_OK);
    CHECK(cs_kmeans_fit(&fit, &points, &params, &err) == CS_DATA);
    CHECK_TEXT(err.text, "4 rows can't make 5 clusters");
    params.k = 2;
    CHECK(cs_kmeans_fit(&fit, &points, &params, &err) == CS_DATA);
    CHECK(strstr(err.text, "too large") != NULL);
    cs_points_release(&points);
  }
  TEST("kmeans: rows far from the origin are clustered as long as they are near one another") {
    double x[] = {1e160, 1e160 + 1e146, 1e160 + 2e147, 1e160 + 2.1e147};
    const struct cs_matrix far = {4, 1, x};
    struct cs_kmeans fit = fit_of(&far, NULL, with(2, 5));
    CHECK(fit.size[0] == 2 && fit.label[0] == fit.label[1] && fit.label[2] == fit.label[3]);
    cs_kmeans_release(&fit);
  }
  TEST("kmeans: different rows are counted as values, 0 and -0 being one, no further than asked") {
    double x[] = {0, 1, -0.0, 1, 2, 2, 0, 1};
    const struct cs_matrix points = {4, 2, x};
    size_t distinct = 0;
    const double weight[] = {1, 0, 0, 2};
    CHECK(cs_kmeans_distinct(&points, NULL, 10, &distinct, &err) == CS_OK && distinct == 2);
    CHECK(cs_kmeans_distinct(&points, NULL, 1, &distinct, &err) == CS_OK && distinct == 1);
    CHECK(cs_kmeans_distinct(&points, weight, 10, &distinct, &err) == CS_OK && distinct == 1);
  }
  TEST("kmeans: rows whose squared distance isn't a double count as one") {
    double x[] = {0, 1e-200, 1, 1 + DBL_EPSILON};
    const struct cs_matrix points = {4, 1, x};
    size_t distinct = 0;
    CHECK(cs_kmeans_distinct(&points, NULL, 10, &distinct, &err) == CS_OK && distinct == 3);
  }
  UNIT_END;
}
