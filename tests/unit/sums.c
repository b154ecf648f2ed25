/* Sums of rows that come and go are exact, whatever their order; means against those of whole numbers. */
#include "algo/sums.h"
#include "base/rng.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>

static struct cs_error err;

enum { N = 20000, D = 3, K = 4 };

static struct cs_points points_of(const struct cs_matrix *matrix, const double *weight) {
  struct cs_points points;
  CHECK(cs_points_begin(&points, matrix, weight, 2, &err) == CS_OK);
  return points;
}

static struct cs_sums sums_of(size_t k, size_t d) {
  struct cs_sums sums;
  CHECK(cs_sums_begin(&sums, k, d, &err) == CS_OK);
  return sums;
}

static bool same(const struct cs_sums *a, const struct cs_sums *b) {
  return memcmp(a->sum, b->sum, a->k * (a->d + 1) * sizeof *a->sum) == 0;
}

int main(void) {
  UNIT_BEGIN;
  double *x = malloc(N * D * sizeof *x), *weight = malloc(N * sizeof *weight);
  struct cs_rng rng;
  cs_rng_init(&rng, 9, 0);
  for (size_t i = 0; i < N; i++) {
    x[i * D] = cs_rng_normal(&rng) * 1e-3;
    x[i * D + 1] = cs_rng_normal(&rng) * 1e200;
    x[i * D + 2] = floor(cs_rng_normal(&rng) * 1e6) + 1e9;
    weight[i] = cs_rng_uniform(&rng) * 5;
  }
  struct cs_matrix matrix = {N, D, x};

  TEST("sums: rows that moved about leave what was there without them, with weights or not") {
    for (int weighed = 0; weighed < 2; weighed++) {
      struct cs_points points = points_of(&matrix, weighed ? weight : NULL);
      struct cs_sums straight = sums_of(K, D), roundabout = sums_of(K, D), part = sums_of(K, D);
      for (size_t i = 0; i < N; i++) cs_sums_add(&straight, &points, i, i % K);
      for (size_t i = N; i-- > 0;) cs_sums_add(i % 3 ? &roundabout : &part, &points, i, (i + 1) % K);
      cs_sums_take(&roundabout, &part);
      for (size_t i = 0; i < N; i++) cs_sums_move(&part, &points, i, (i + 1) % K, (i + 2) % K);
      for (size_t i = N; i-- > 0;) cs_sums_move(&part, &points, i, (i + 2) % K, i % K);
      cs_sums_take(&roundabout, &part);
      cs_sums_end(&straight);
      cs_sums_end(&roundabout);
      CHECK(same(&straight, &roundabout));
      cs_sums_release(&straight);
      cs_sums_release(&roundabout);
      cs_sums_release(&part);
      cs_points_release(&points);
    }
  }
  TEST("sums: means are those of long doubles") {
    struct cs_points points = points_of(&matrix, weight);
    struct cs_sums sums = sums_of(1, D);
    long double sum[D + 1] = {0};
    for (size_t i = 0; i < N; i++) {
      cs_sums_add(&sums, &points, i, 0);
      for (size_t j = 0; j < D; j++) sum[j] += (long double)(x[i * D + j] * weight[i]);
      sum[D] += (long double)weight[i];
    }
    double mean[D];
    cs_sums_end(&sums);
    cs_sums_mean(&sums, &points, 0, mean);
    CHECK_NEAR(cs_sums_weight(&sums, &points, 0), (double)sum[D], 1e-9);
    for (size_t j = 0; j < D; j++) CHECK_NEAR(mean[j] / (double)(sum[j] / sum[D]), 1, 1e-13);
    cs_sums_release(&sums);
    cs_points_release(&points);
  }
  TEST("sums: the mean of equal rows is the row, and whole numbers have the mean that they have") {
    double value[7 * 2] = {0.1, 1, 0.1, 2, 0.1, 4, 0.1, 8, 0.1, 16, 0.1, 32, 0.1, 65};
    struct cs_matrix seven = {7, 2, value};
    struct cs_points points = points_of(&seven, NULL);
    struct cs_sums sums = sums_of(1, 2);
    double mean[2];
    for (size_t i = 0; i < 7; i++) cs_sums_add(&sums, &points, i, 0);
    cs_sums_end(&sums);
    cs_sums_mean(&sums, &points, 0, mean);
    CHECK(mean[0] == 0.1 && mean[1] == 128.0 / 7);
    cs_sums_release(&sums);
    cs_points_release(&points);
  }
  TEST("sums: a whole weight is the row so many times, to the last bit") {
    double times[N];
    for (size_t i = 0; i < N; i++) times[i] = (double)(i % 4 ? i % 4 : 1000);
    struct cs_points bare = points_of(&matrix, NULL), weighed = points_of(&matrix, times);
    struct cs_sums once = sums_of(1, D), often = sums_of(1, D);
    for (size_t i = 0; i < 500; i++) {
      cs_sums_add(&once, &weighed, i, 0);
      for (double t = 0; t < times[i]; t++) cs_sums_add(&often, &bare, i, 0);
    }
    cs_sums_end(&once);
    cs_sums_end(&often);
    CHECK(same(&once, &often));
    cs_sums_release(&once);
    cs_sums_release(&often);
    cs_points_release(&bare);
    cs_points_release(&weighed);
  }
  TEST("sums: parts are put away before they would be rounded") {
    for (size_t i = 0; i < N; i++) weight[i] = 1021;
    struct cs_points points = points_of(&matrix, weight);
    struct cs_sums late = sums_of(1, D), often = sums_of(1, D);
    for (size_t i = 0; i < N; i++) {
      cs_sums_add(&late, &points, i, 0);
      cs_sums_add(&often, &points, i, 0);
      cs_sums_end(&often);
    }
    cs_sums_end(&late);
    CHECK(same(&late, &often));
    cs_sums_release(&late);
    cs_sums_release(&often);
    cs_points_release(&points);
  }
  free(x);
  free(weight);
  UNIT_END;
}
