/* The gamma-gamma model. Single values are by mpmath at 30 digits, the fit is scipy's Nelder & Mead; the customers' means are
 * those that the package lifetimes prints for CDNOW. */
#include "algo/gammagamma.h"
#include "algo/gammafn.h"

#include "unit.h"

enum { N = 200 };

static double x[N], zbar[N];

static void weyl(void) {
  for (int i = 0; i < N; i++) {
    double u = fmod(i * 0.618033988749895, 1), w = fmod(i * 0.569840290998053, 1);
    x[i] = floor(16 * u * u * u * u * u);
    zbar[i] = floor((5 + 40 * w * w) * 4) / 4;
  }
}

static double of_one(const struct cs_gammagamma *model, double count, double mean) {
  return cs_gammagamma_log_likelihood(model, 1, &count, &mean, 1);
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  UNIT_BEGIN;

  TEST("gammagamma: the gamma function's logarithm and its derivatives") {
    const double z[] = {0.1, 1, 7.5, 1e6};
    const double first[] = {-10.42375494041108, -0.5772156649015329, 1.946757484246087, 13.81551005796419};
    const double second[] = {101.4332991507927, 1.644934066848226, 0.1426158966967038, 1.000000500000167e-6};
    for (int i = 0; i < 4; i++) {
      CHECK_NEAR(cs_digamma(z[i]), first[i], 1e-14 * (1 + fabs(first[i])));
      CHECK_NEAR(cs_trigamma(z[i]), second[i], 1e-14 * second[i] + 1e-15);
    }
    CHECK_NEAR(cs_log_gamma(0.1), 2.252712651734206, 1e-14);
    CHECK_NEAR(cs_log_gamma(1.5), -0.1207822376352452, 1e-15);
    CHECK_NEAR(cs_log_gamma(1e6), 12815504.56914761, 1e-8);
  }
  TEST("gammagamma: likelihoods of single customers are mpmath's, also where all customers are alike") {
    const struct cs_gammagamma cdnow = {6.25, 3.74, 15.44}, flat = {0.3, 0.7, 2}, alike = {2, 1e9, 2e10};
    CHECK_NEAR(of_one(&cdnow, 1, 10), -3.92135050211197, 1e-12);
    CHECK_NEAR(of_one(&cdnow, 2, 22.35), -3.5513167597317, 1e-12);
    CHECK_NEAR(of_one(&cdnow, 30, 80.5), -6.3768599199998, 1e-11);
    CHECK_NEAR(of_one(&flat, 1, 10), -4.96817842984161, 1e-12);
    CHECK_NEAR(of_one(&flat, 30, 80.5), -8.09808759456402, 1e-12);
    CHECK_NEAR(of_one(&alike, 1, 10), -4.18887945398894, 1e-10);
    CHECK_NEAR(of_one(&alike, 30, 80.5), -22.048746678632, 1e-10);
  }
  TEST("gammagamma: the published means of CDNOW's first customers") {
    const struct cs_gammagamma cdnow = {6.248800, 3.744589, 15.447755};
    CHECK_NEAR(cs_gammagamma_mean(&cdnow, 2, 22.35), 24.658617, 0.00001);
    CHECK_NEAR(cs_gammagamma_mean(&cdnow, 1, 11.77), 18.911482, 0.00001);
    CHECK_NEAR(cs_gammagamma_mean(&cdnow, 0, 0), 35.171003, 0.00001);
    CHECK_NEAR(cs_gammagamma_mean(&cdnow, 7, 73.74), 71.462843, 0.0001);
  }
  TEST("gammagamma: without a mean there is none") {
    const struct cs_gammagamma wild = {0.5, 0.8, 10};
    CHECK(isnan(cs_gammagamma_mean(&wild, 0, 0)) && cs_gammagamma_mean(&wild, 3, 20) > 0);
  }
  TEST("gammagamma: customers are fitted as scipy does; those without repeat purchases take no part") {
    struct cs_gammagamma model, many;
    struct cs_fit fit, again;
    weyl();
    CHECK(cs_gammagamma_fit(&model, &fit, N, x, zbar, 1, &err) == CS_OK && fit.end == CS_FIT_CONVERGED);
    CHECK_NEAR(fit.log_likelihood, -318.5935725828378, 1e-8);
    CHECK_NEAR(model.q, 2.31103648, 2e-6);
    CHECK_NEAR(model.p / 187.030581, 1, 1e-4);
    CHECK_NEAR(model.p * model.v, 187.030581 * 0.142296069, 2e-4);
    CHECK(cs_gammagamma_fit(&many, &again, N, x, zbar, 6, &err) == CS_OK);
    CHECK(memcmp(&model, &many, sizeof model) == 0);
  }
  TEST("gammagamma: where everybody spends the same there is no maximum, and a mean all the same; few "
       "customers are too few") {
    double same_x[30], same_z[30];
    struct cs_gammagamma model;
    struct cs_fit fit;
    for (int i = 0; i < 30; i++) same_x[i] = 1 + i % 5, same_z[i] = 20;
    CHECK(cs_gammagamma_fit(&model, &fit, 30, same_x, same_z, 1, &err) == CS_OK &&
          fit.end != CS_FIT_CONVERGED);
    CHECK_NEAR(cs_gammagamma_mean(&model, 2, 20), 20, 0.01);
    CHECK(cs_gammagamma_fit(&model, &fit, 9, same_x, same_z, 1, &err) == CS_OK && fit.end == CS_FIT_TOO_FEW);
    CHECK(isnan(cs_gammagamma_mean(&model, 2, 20)));
  }
  UNIT_END;
}
