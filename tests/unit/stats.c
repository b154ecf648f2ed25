#include "algo/stats.h"
#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* Sepal lengths of the first ten irises; expected values by tests/oracle/stats.py. */
static const double sepal[10] = {5.1, 4.9, 4.7, 4.6, 5.0, 5.4, 4.6, 5.0, 4.4, 4.9};

static bool sorted(const double *v, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (v[i - 1] > v[i]) return false;
  return true;
}

/* Fills v with one of the orders that make a careless quicksort slow or wrong. */
static void fill(double *v, size_t n, int order) {
  struct cs_rng rng;
  cs_rng_init(&rng, 1, (uint64_t)order);
  for (size_t i = 0; i < n; i++) {
    double x = (double)i;
    switch (order) {
    case 0: v[i] = cs_rng_normal(&rng); break;
    case 1: v[i] = x; break;
    case 2: v[i] = -x; break;
    case 3: v[i] = 7; break;
    case 4: v[i] = (double)(i % 3); break;
    default: v[i] = i < n / 2 ? x : (double)(n - i); break;
    }
  }
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  UNIT_BEGIN;

  TEST("stats: mean, variance and skewness agree with numpy and scipy") {
    CHECK_NEAR(cs_mean(sepal, 10), 4.86, 1e-15);
    CHECK_NEAR(cs_variance(sepal, 10, 0), 0.0764, 1e-15);
    CHECK_NEAR(cs_variance(sepal, 10, 1), 0.084888888888888889, 1e-15);
    CHECK_NEAR(cs_deviation(sepal, 10, 1), 0.29135697844549553, 1e-15);
    CHECK_NEAR(cs_skewness(sepal, 10), 0.19093277542794598, 1e-12);
  }
  TEST("stats: no value has no mean, one value has no sample variance") {
    CHECK(isnan(cs_mean(sepal, 0)));
    CHECK(isnan(cs_variance(sepal, 1, 1)));
    CHECK(cs_variance(sepal, 1, 0) == 0);
    CHECK(isnan(cs_deviation(sepal, 0, 0)));
  }
  TEST("stats: a constant has deviation 0 and skewness 0 although its mean rounds") {
    double v[10];
    for (int i = 0; i < 10; i++) v[i] = 0.1;
    CHECK(cs_deviation(v, 10, 0) == 0);
    CHECK(cs_skewness(v, 10) == 0);
  }
  TEST("stats: a small spread on a large offset keeps its digits") {
    double v[4] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    CHECK_NEAR(cs_variance(v, 4, 1), 30, 1e-12);
  }
  TEST("stats: the compensated sum finds what plain addition loses") {
    double v[4] = {1, 1e100, 1, -1e100};
    CHECK(cs_sum(v, 4) == 2);
  }
  TEST("stats: values near the largest and the smallest double neither overflow nor vanish") {
    double huge[3] = {1e308, 1.5e308, 1.2e308}, tiny[3] = {1e-300, 3e-300, 2e-300};
    CHECK_NEAR(cs_mean(huge, 3) / 1e308, 1.2333333333333333, 1e-15);
    CHECK_NEAR(cs_deviation(huge, 3, 0) / 1e308, 0.20548046676563256, 1e-15);
    CHECK_NEAR(cs_deviation(tiny, 3, 1) / 1e-300, 1, 1e-15);
    double both[2] = {-1.7e308, 1.7e308};
    CHECK_NEAR(cs_deviation(both, 2, 0) / 1e308, 1.7, 1e-15);
    CHECK(isfinite(cs_skewness(both, 2)));
  }
  TEST("stats: any order is sorted, at every size") {
    enum { N = 3000 };
    double *v = malloc(N * sizeof *v);
    CHECK(v != NULL);
    for (int order = 0; v && order < 6; order++)
      for (size_t n = 0; n <= N; n = n < 70 ? n + 1 : n * 2 - 17) {
        fill(v, n, order);
        double sum = cs_sum(v, n);
        cs_sort(v, n);
        CHECK(sorted(v, n));
        CHECK_NEAR(cs_sum(v, n), sum, 1e-9);
      }
    free(v);
  }
  TEST("stats: quantiles in place are those of the sorted values, in any order and at every size") {
    enum { N = 3000, P = 7 };
    static const double p[P] = {0, 0.01, 0.05, 0.5, 0.501, 0.95, 1};
    double *v = malloc(N * sizeof *v), *all = malloc(N * sizeof *all);
    CHECK(v != NULL && all != NULL);
    for (int order = 0; v && all && order < 6; order++)
      for (size_t n = 1; n <= N; n = n < 70 ? n + 1 : n * 2 - 17) {
        fill(v, n, order);
        fill(all, n, order);
        cs_sort(all, n);
        cs_quantiles_place(v, n, p, P);
        for (int i = 0; i < P; i++) CHECK(cs_quantile_sorted(v, n, p[i]) == cs_quantile_sorted(all, n, p[i]));
        cs_sort(v, n);
        CHECK(memcmp(v, all, n * sizeof *v) == 0);
      }
    free(v);
    free(all);
  }
  TEST("stats: quantiles are R's type 7") {
    double p[5] = {0, 0.25, 0.5, 0.9, 1}, q[5];
    CHECK(cs_quantiles(sepal, 10, p, 5, q, &err) == CS_OK);
    CHECK(q[0] == 4.4 && q[4] == 5.4);
    CHECK_NEAR(q[1], 4.625, 1e-15);
    CHECK_NEAR(q[2], 4.9, 1e-15);
    CHECK_NEAR(q[3], 5.13, 1e-14);
    CHECK(sepal[0] == 5.1);
    CHECK(cs_quantiles(sepal, 0, p, 5, q, &err) == CS_OK && isnan(q[2]));
    CHECK(cs_quantile_sorted(sepal, 1, 0.3) == 5.1);
  }
  TEST("stats: quantiles close to each other are those of the sorted values") {
    double v[10], p[201], q[201];
    memcpy(v, sepal, sizeof v);
    cs_sort(v, 10);
    for (int i = 0; i <= 200; i++) p[i] = i / 200.0;
    CHECK(cs_quantiles(sepal, 10, p, 201, q, &err) == CS_OK);
    for (int i = 0; i <= 200; i++) CHECK(q[i] == cs_quantile_sorted(v, 10, p[i]));
  }
  UNIT_END;
}
