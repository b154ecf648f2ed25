#include "algo/quantiles.h"

#include "algo/normal.h"
#include "base/rng.h"
#include "unit.h"

#include <float.h>
#include <stdlib.h>

enum { N = 8, NEW = 5, MANY = 5000 };
static const double value[N] = {0, 1, 2, 4, 8, 16, 32, -0.5}, fresh[NEW] = {-9, 0.5, 3, 20, 99};

/* By tests/oracle/scale.py. */
static const double uniform[N] = {0.14285714285714285,
                                  0.2857142857142857,
                                  0.42857142857142855,
                                  0.5714285714285714,
                                  0.7142857142857142,
                                  0.8571428571428571,
                                  1,
                                  0};
static const double uniform_fresh[NEW] = {0, 0.21428571428571427, 0.5, 0.8928571428571428, 1};
static const double normal[N] = {-1.0675705238781414, -0.5659488219328631, -0.1800123697927051,
                                 0.18001236979270496, 0.5659488219328628,  1.0675705238781412,
                                 5.19933758270342,    -5.199337582605575};
static const double normal_fresh[NEW] = {-5.199337582605575, -0.7916386077433746, 0, 1.2418667918433202,
                                         5.19933758270342};

static void check(const struct cs_quantiles *quantiles, bool scores, const double *x, size_t n,
                  const double *expected) {
  double v[N];
  memcpy(v, x, n * sizeof *v);
  cs_quantiles_apply(quantiles, scores, v, n);
  for (size_t i = 0; i < n; i++) CHECK_NEAR(v[i], expected[i], 1e-9);
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_quantiles quantiles;
  UNIT_BEGIN;

  TEST("normal: quantiles agree with scipy, and probabilities undo them") {
    const double p[5] = {1e-7, 0.001, 0.3, 0.5, 0.975};
    const double expected[5] = {-5.1993375821928165, -3.090232306167813, -0.5244005127080409, 0,
                                1.959963984540054};
    for (int i = 0; i < 5; i++) CHECK_NEAR(cs_normal_quantile(p[i]), expected[i], 1e-14);
    for (double q = 1e-12; q < 1; q = q < 0.1 ? q * 1.7 : q + 0.0123)
      CHECK_NEAR(cs_normal_cdf(cs_normal_quantile(q)) / q, 1, 1e-13);
    CHECK_NEAR(cs_normal_quantile(1e-7), CS_NORMAL_LEAST, 1e-14);
  }
  TEST("quantiles: shares and normal scores agree with scikit-learn, of new values too") {
    CHECK(cs_quantiles_fit(&quantiles, value, N, &err) == CS_OK && quantiles.count == N);
    check(&quantiles, false, value, N, uniform);
    check(&quantiles, false, fresh, NEW, uniform_fresh);
    check(&quantiles, true, value, N, normal);
    check(&quantiles, true, fresh, NEW, normal_fresh);
    cs_quantiles_release(&quantiles);
  }
  TEST("quantiles: ties rank at their middle, the least at 0 and the greatest at 1") {
    const double ties[7] = {1, 3, 3, 3, 5, 5, 9};
    const double expected[7] = {0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0.75, 0.75, 1};
    CHECK(cs_quantiles_fit(&quantiles, ties, 7, &err) == CS_OK);
    check(&quantiles, false, ties, 7, expected);
    cs_quantiles_release(&quantiles);
  }
  TEST("quantiles: a constant and a single value are 0") {
    const double same[3] = {2, 2, 2}, zero[3] = {0, 0, 0};
    for (size_t n = 1; n <= 3; n += 2) {
      CHECK(cs_quantiles_fit(&quantiles, same, n, &err) == CS_OK && quantiles.count == n);
      check(&quantiles, false, same, n, zero);
      check(&quantiles, true, same, n, zero);
      cs_quantiles_release(&quantiles);
    }
  }
  TEST("quantiles: there and back, of more values than there are quantiles") {
    double *v = malloc(2 * MANY * sizeof *v), *back = v + MANY;
    struct cs_rng rng;
    cs_rng_init(&rng, 9, 0);
    for (size_t i = 0; v && i < MANY; i++) v[i] = exp(2 * cs_rng_normal(&rng));
    CHECK(v && cs_quantiles_fit(&quantiles, v, MANY, &err) == CS_OK && quantiles.count == CS_QUANTILES_MAX);
    for (int scores = 0; v && scores < 2; scores++) {
      memcpy(back, v, MANY * sizeof *v);
      cs_quantiles_apply(&quantiles, scores, back, MANY);
      cs_quantiles_invert(&quantiles, scores, back, MANY);
      for (size_t i = 0; i < MANY; i++) CHECK_NEAR(back[i] / v[i], 1, 1e-11);
    }
    cs_quantiles_release(&quantiles);
    free(v);
  }
  TEST("quantiles: a missing value stays missing, what is outside counts as the end") {
    double v[4] = {NAN, -7, 0.5, 7};
    CHECK(cs_quantiles_fit(&quantiles, value, N, &err) == CS_OK);
    cs_quantiles_apply(&quantiles, true, v, 1);
    CHECK(isnan(v[0]));
    cs_quantiles_invert(&quantiles, false, v, 4);
    CHECK(isnan(v[0]) && v[1] == -0.5 && v[2] == 3 && v[3] == 32);
    cs_quantiles_release(&quantiles);
  }
  TEST("quantiles: a span beyond the doubles is cut all the same") {
    const double wide[2] = {-DBL_MAX, DBL_MAX};
    double v[1] = {0};
    CHECK(cs_quantiles_fit(&quantiles, wide, 2, &err) == CS_OK);
    cs_quantiles_apply(&quantiles, false, v, 1);
    CHECK(v[0] == 0.5);
    cs_quantiles_invert(&quantiles, false, v, 1);
    CHECK(v[0] == 0);
    cs_quantiles_release(&quantiles);
  }
  UNIT_END;
}
