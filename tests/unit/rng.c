#include "base/rng.h"

#include "unit.h"

enum { DRAWS = 200000 };

struct moments {
  double mean, variance, least, most;
};

static struct moments moments_of(double (*draw)(struct cs_rng *rng, double a, double b), double a, double b) {
  struct cs_rng rng;
  struct moments m = {0, 0, INFINITY, -INFINITY};
  cs_rng_init(&rng, 42, 7);
  for (int i = 1; i <= DRAWS; i++) {
    double x = draw(&rng, a, b), gap = x - m.mean;
    m.mean += gap / i;
    m.variance += gap * (x - m.mean);
    m.least = fmin(m.least, x);
    m.most = fmax(m.most, x);
  }
  m.variance /= DRAWS;
  return m;
}

/* Mean and variance within five standard errors; that of the variance from the law's kurtosis. */
static void check_moments(struct moments m, double mean, double variance, double kurtosis) {
  CHECK_NEAR(m.mean, mean, 5 * sqrt(variance / DRAWS));
  CHECK_NEAR(m.variance, variance, 5 * variance * sqrt((kurtosis - 1) / DRAWS));
}

static double uniform(struct cs_rng *rng, double a, double b) {
  (void)a, (void)b;
  return cs_rng_uniform(rng);
}

static double normal(struct cs_rng *rng, double a, double b) {
  (void)a, (void)b;
  return cs_rng_normal(rng);
}

static double exponential(struct cs_rng *rng, double a, double b) {
  (void)a, (void)b;
  return cs_rng_exponential(rng);
}

static double gamma_of(struct cs_rng *rng, double shape, double b) {
  (void)b;
  return cs_rng_gamma(rng, shape);
}

static double poisson(struct cs_rng *rng, double mean, double b) {
  (void)b;
  return (double)cs_rng_poisson(rng, mean);
}

static void test_bits(void) {
  struct cs_rng rng, again;
  TEST("rng: xoshiro256** as published") {
    /* First outputs of the authors' xoshiro256starstar.c from the state 1, 2, 3, 4. */
    static const uint64_t expected[] = {11520u, 0u, 1509978240u, 1215971899390074240u, 1216172134540287360u};
    rng = (struct cs_rng){{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) CHECK(cs_rng_bits(&rng) == expected[i]);
  }
  TEST("rng: a copied state repeats the stream") {
    cs_rng_init(&rng, 42, 3);
    again = rng;
    for (int i = 0; i < 100; i++) CHECK(cs_rng_bits(&rng) == cs_rng_bits(&again));
  }
  TEST("rng: streams and seeds next to one another share nothing") {
    double dot = 0;
    int equal = 0;
    struct cs_rng seeds, streams;
    cs_rng_init(&rng, 1, 1);
    cs_rng_init(&streams, 1, 2);
    cs_rng_init(&seeds, 2, 1);
    for (int i = 0; i < DRAWS; i++) {
      uint64_t a = cs_rng_bits(&rng), b = cs_rng_bits(&streams), c = cs_rng_bits(&seeds);
      equal += (a == b) + (a == c);
      dot += ((double)(a >> 11) * 0x1p-53 - 0.5) * ((double)(b >> 11) * 0x1p-53 - 0.5);
    }
    CHECK(equal == 0);
    CHECK_NEAR(dot / DRAWS, 0, 5.0 / 12 / sqrt(DRAWS));
  }
}

static void test_below(void) {
  TEST("rng: integers below n are uniform (chi-squared) and never n") {
    struct cs_rng rng;
    cs_rng_init(&rng, 5, 0);
    enum { N = 7 };
    int count[N] = {0};
    double chi = 0;
    for (int i = 0; i < DRAWS; i++) {
      uint64_t at = cs_rng_below(&rng, N);
      CHECK(at < N);
      if (at < N) count[at]++;
    }
    for (int i = 0; i < N; i++) chi += pow(count[i] - (double)DRAWS / N, 2) / ((double)DRAWS / N);
    CHECK(chi < 22.46); /* 99.9 % quantile with 6 degrees of freedom */
  }
  TEST("rng: n of one, and n near 2^64, where bias would show") {
    struct cs_rng rng;
    cs_rng_init(&rng, 5, 1);
    uint64_t n =
        (uint64_t)3 << 62; /* 3/4 of 2^64: without rejection every third number comes twice as often */
    int third = 0;
    for (int i = 0; i < DRAWS; i++) {
      CHECK(cs_rng_below(&rng, 1) == 0);
      uint64_t x = cs_rng_below(&rng, n);
      CHECK(x < n);
      third += x % 3 == 0;
    }
    CHECK_NEAR((double)third / DRAWS, 1.0 / 3, 5 * sqrt(2.0 / 9 / DRAWS));
  }
}

static void test_laws(void) {
  TEST("rng: uniform") {
    struct moments m = moments_of(uniform, 0, 0);
    check_moments(m, 0.5, 1.0 / 12, 1.8);
    CHECK(m.least >= 0 && m.most < 1);
  }
  TEST("rng: normal") {
    check_moments(moments_of(normal, 0, 0), 0, 1, 3);
  }
  TEST("rng: exponential") {
    struct moments m = moments_of(exponential, 0, 0);
    check_moments(m, 1, 1, 9);
    CHECK(m.least >= 0);
  }
  TEST("rng: gamma, of shapes below and above one") {
    static const double shape[] = {0.05, 0.5, 1, 3.7, 100};
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
      struct moments m = moments_of(gamma_of, shape[i], 0);
      check_moments(m, shape[i], shape[i], 3 + 6 / shape[i]);
      CHECK(m.least >= 0 && isfinite(m.most));
    }
  }
  TEST("rng: beta") {
    struct moments m = moments_of(cs_rng_beta, 2, 3);
    check_moments(m, 0.4, 0.04, 2.357142857142857);
    m = moments_of(cs_rng_beta, 0.001, 0.001); /* where both gammas underflow */
    CHECK(m.least >= 0 && m.most <= 1);
    CHECK_NEAR(m.mean, 0.5, 0.01);
  }
  TEST("rng: poisson, also beyond where exp(-mean) underflows") {
    static const double mean[] = {0, 0.1, 4, 29.5, 30, 75};
    for (size_t i = 0; i < sizeof mean / sizeof *mean; i++)
      check_moments(moments_of(poisson, mean[i], 0), mean[i], mean[i], mean[i] > 0 ? 3 + 1 / mean[i] : 3);
    struct cs_rng rng;
    cs_rng_init(&rng, 1, 1);
    CHECK_NEAR((double)cs_rng_poisson(&rng, 100000), 100000, 5 * sqrt(100000));
  }
}

int main(void) {
  UNIT_BEGIN;
  test_bits();
  test_below();
  test_laws();
  UNIT_END;
}
