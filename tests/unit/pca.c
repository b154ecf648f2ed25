#include "algo/pca.h"
#include "algo/scale.h"
#include "base/rng.h"
#include "iris.h"
#include "unit.h"

#include <float.h>
#include <stdlib.h>

static struct cs_vectors vectors(size_t n, size_t d) {
  struct cs_vectors x = CS_VECTORS_INIT;
  if (cs_vectors_alloc(&x, n, d, NULL) != CS_OK) exit(2);
  return x;
}

static struct cs_vectors measurements(bool scaled) {
  struct cs_vectors x = vectors(150, 4);
  for (size_t j = 0; j < 4; j++) {
    struct cs_scaler scaler;
    for (size_t i = 0; i < 150; i++) x.v[j][i] = iris[i][j];
    if (cs_scaler_fit(&scaler, scaled ? CS_SCALE_STANDARD : CS_SCALE_NONE, x.v[j], 150, NULL, NULL) != CS_OK)
      exit(2);
  }
  return x;
}

/* n rows of d columns with a random mixture of d independent ones. */
static struct cs_vectors mixture(size_t n, size_t d) {
  struct cs_vectors x = vectors(n, d);
  struct cs_rng rng;
  cs_rng_init(&rng, 3, n);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < d; j++)
      x.v[j][i] = cs_rng_normal(&rng) * (double)(j + 1) + (j ? x.v[j - 1][i] : 100);
  return x;
}

static double product(const double *a, const double *b, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) sum += a[j] * b[j];
  return sum;
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_pca pca = CS_PCA_INIT;
  UNIT_BEGIN;

  /* Expected values by tests/oracle/scale.py. */
  TEST("pca: iris as measured agrees with scikit-learn and R") {
    static const double explained[4] = {0.9246187232017271, 0.05306648311706782, 0.01710260980792976,
                                        0.00521218387327537};
    static const double variance[4] = {4.228241706034864, 0.24267074792863336, 0.07820950004291938,
                                       0.02383509297344943};
    static const double component[4][4] = {
        {0.36138659178536864, -0.08452251406456868, 0.8566706059498349, 0.3582891971515507},
        {0.6565887712868423, 0.7301614347850266, -0.17337266279585706, -0.07548101991746337},
        {-0.5820298513060651, 0.5979108301000855, 0.0762360758209632, 0.5458314320200757},
        {0.3154871929039752, -0.31972310366612955, -0.47983898699463434, 0.7536574252640454}};
    struct cs_vectors x = measurements(false);
    struct cs_vectors score = vectors(150, 4);
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){4, 0, 1}, &err) == CS_OK);
    CHECK(pca.d == 4 && pca.count == 4 && pca.rank == 4);
    for (size_t c = 0; c < 4; c++) {
      CHECK_NEAR(pca.explained[c], explained[c], 1e-14);
      CHECK_NEAR(pca.variance[c], variance[c], 1e-13);
      for (size_t j = 0; j < 4; j++) CHECK_NEAR(pca.component[c * 4 + j], component[c][j], 1e-12);
    }
    cs_pca_apply(&pca, &x, &score, 1);
    CHECK_NEAR(score.v[0][0], -2.684125625969537, 1e-12);
    CHECK_NEAR(score.v[1][0], 0.31939724658510055, 1e-12);
    CHECK_NEAR(score.v[2][149], 0.36290964808537562, 1e-12);
    CHECK_NEAR(score.v[3][149], -0.15503862823011166, 1e-12);
    cs_pca_release(&pca);
    cs_vectors_release(&score);
    cs_vectors_release(&x);
  }
  TEST("pca: iris standardised agrees with scikit-learn and R") {
    static const double explained[4] = {0.7296244541329987, 0.2285076178670178, 0.03668921889282876,
                                        0.0051787091071548};
    struct cs_vectors x = measurements(true);
    struct cs_vectors score = vectors(150, 4);
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){4, 0, 1}, &err) == CS_OK);
    for (size_t c = 0; c < 4; c++) CHECK_NEAR(pca.explained[c], explained[c], 1e-14);
    CHECK_NEAR(pca.component[8], 0.719566352700817, 1e-12);
    cs_pca_apply(&pca, &x, &score, 1);
    CHECK_NEAR(score.v[0][0], -2.264702808807587, 1e-12);
    CHECK_NEAR(score.v[2][0], 0.12770602230015257, 1e-12);
    cs_pca_release(&pca);
    cs_vectors_release(&score);
    cs_vectors_release(&x);
  }
  TEST("pca: a fraction takes the fewest components that reach it") {
    struct cs_vectors x = measurements(true);
    const double fraction[5] = {0.7, 0.73, 0.95, 0.96, 1};
    const size_t expected[5] = {1, 2, 2, 3, 4};
    for (int i = 0; i < 5; i++) {
      CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){0, fraction[i], 1}, &err) == CS_OK);
      CHECK(pca.count == expected[i]);
      cs_pca_release(&pca);
    }
    cs_vectors_release(&x);
  }
  TEST("pca: components are orthonormal and scores have their variances, in 30 columns") {
    enum { D = 30 };
    struct cs_vectors x = mixture(500, D);
    struct cs_vectors score = vectors(500, D);
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){D, 0, 2}, &err) == CS_OK);
    cs_pca_apply(&pca, &x, &score, 2);
    for (size_t a = 0; a < D; a++) {
      double square = 0;
      for (size_t i = 0; i < 500; i++) square += score.v[a][i] * score.v[a][i];
      CHECK_NEAR(square / 499 / pca.variance[a], 1, 1e-10);
      for (size_t b = 0; b <= a; b++)
        CHECK_NEAR(product(pca.component + a * D, pca.component + b * D, D), a == b, 1e-13);
      CHECK(a == 0 || pca.variance[a] <= pca.variance[a - 1]);
    }
    struct cs_vectors back = vectors(500, D);
    cs_pca_invert(&pca, &score, &back, 2);
    for (size_t j = 0; j < D; j++)
      for (size_t i = 0; i < 500; i++) CHECK_NEAR(back.v[j][i], x.v[j][i], 1e-10);
    cs_vectors_release(&back);
    cs_vectors_release(&score);
    cs_pca_release(&pca);
    cs_vectors_release(&x);
  }
  TEST("pca: threads don't change a bit") {
    struct cs_vectors x = mixture(70000, 5);
    struct cs_pca other = CS_PCA_INIT;
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){5, 0, 1}, &err) == CS_OK);
    CHECK(cs_pca_fit(&other, &x, &(struct cs_pca_params){5, 0, 8}, &err) == CS_OK);
    CHECK(memcmp(pca.component, other.component, 25 * sizeof(double)) == 0);
    CHECK(memcmp(pca.variance, other.variance, 5 * sizeof(double)) == 0);
    cs_pca_release(&pca);
    cs_pca_release(&other);
    cs_vectors_release(&x);
  }
  TEST("pca: two equal loadings take their sign from the first column") {
    double a[4] = {-1, 1, 2, -2}, b[4] = {1, -1, -2, 2}, *v[2] = {a, b};
    const struct cs_vectors x = {4, 2, v};
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){1, 0, 1}, &err) == CS_OK);
    CHECK_NEAR(pca.component[0], sqrt(0.5), 1e-15);
    CHECK_NEAR(pca.component[1], -sqrt(0.5), 1e-15);
    CHECK(pca.rank == 1);
    cs_pca_release(&pca);
  }
  TEST("pca: columns of very different size are told apart to the last one") {
    double a[5], b[5], c[5], *v[3] = {a, b, c};
    for (size_t i = 0; i < 5; i++) {
      a[i] = 1e9 + (double)((i * 2) % 5) * 1e3;
      b[i] = (double)((i * 3) % 5);
      c[i] = (double)(i % 2) * 1e-3;
    }
    const struct cs_vectors x = {5, 3, v};
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){3, 0, 1}, &err) == CS_OK);
    CHECK_NEAR(pca.variance[0], 2.5e6, 1e-3);
    CHECK(pca.variance[1] > 1 && pca.variance[2] > 1e-8 && pca.variance[2] < 1e-6);
    cs_pca_release(&pca);
  }
  TEST("pca: one row, no variance, too many components and infinite variances are refused") {
    double a[3] = {1, 1, 1}, b[3] = {2, 2, 2}, *v[2] = {a, b};
    struct cs_vectors x = {1, 2, v};
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){1, 0, 1}, &err) == CS_DATA);
    x.n = 3;
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){1, 0, 1}, &err) == CS_DATA);
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){3, 0, 1}, &err) == CS_USAGE);
    a[0] = 1e300;
    CHECK(cs_pca_fit(&pca, &x, &(struct cs_pca_params){1, 0, 1}, &err) == CS_DATA);
  }
  UNIT_END;
}
