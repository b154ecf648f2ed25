#include "algo/yeojohnson.h"

#include "algo/scale.h"
#include "unit.h"

#include <stdlib.h>

enum { N_MAX = 10 };

/* By tests/oracle/scale.py, to 150 digits. */
static const struct {
  const char *name;
  size_t n;
  double value[N_MAX], lambda, expected[N_MAX];
} oracle[] = {
    {"yeo-johnson: values of both signs",
     8,
     {0, 1, 2, 4, 8, 16, 32, -0.5},
     -0.0042651519320739467,
     {-1.0772045632244565, -0.54656578604599626, -0.23688845991744886, 0.15249723230911288,
      0.5994993443134643, 1.0818977804674872, 1.5836153589033257, -1.5568509068054885}},
    {"yeo-johnson: positive values",
     6,
     {3, 7.5, 20, 55, 148, 403},
     -0.04483956466271833,
     {-1.4265183445134302, -0.91228878197209629, -0.31776667963298655, 0.30028167208546047,
      0.89041916931134124, 1.4658729647217112}},
    {"yeo-johnson: negative values are their mirror",
     6,
     {-3, -7.5, -20, -55, -148, -403},
     2.0448395646627184,
     {1.4265183445134302, 0.91228878197209629, 0.31776667963298655, -0.30028167208546047,
      -0.89041916931134124, -1.4658729647217112}},
    {"yeo-johnson: years, whose powers overflow",
     10,
     {2003, 1950, 1997, 2000, 2009, 2009, 1980, 1999, 2007, 1991},
     99.260343037709575,
     {0.42668131071038845, -1.8713955773777329, -0.2093720310548568, 0.085271988596391263, 1.2802738434161292,
      1.2802738434161292, -1.2584977063885621, -0.017806329176266896, 0.96747854641292386,
      -0.68290788855454332}},
    {"yeo-johnson: two values only",
     5,
     {0, 1, 1, 0, 0},
     -1.7744185288157419,
     {-0.81649658092772603, 1.2247448713915889, 1.2247448713915889, -0.81649658092772603,
      -0.81649658092772603}},
    {"yeo-johnson: large money",
     5,
     {1e9, 2.5e9, 2.1e12, 7e10, 3e9},
     -0.22536949684963076,
     {-1.2185943937176131, -0.60200080566434189, 1.4967680872890712, 0.8176101425822011,
      -0.49378303048931721}},
};

static void check_range(const double *v, size_t n) {
  double t[N_MAX];
  struct cs_yeo_johnson power = cs_yeo_johnson_fit(v, n);
  CHECK(isfinite(power.lambda) && isfinite(power.anchor));
  memcpy(t, v, n * sizeof *v);
  cs_yeo_johnson_apply(&power, t, n);
  for (size_t i = 0; i < n; i++) CHECK(isfinite(t[i]));
  for (size_t i = 1; i < n; i++) CHECK((v[i] > v[i - 1]) == (t[i] > t[i - 1]));
  cs_yeo_johnson_invert(&power, t, n);
  for (size_t i = 0; i < n; i++) CHECK_NEAR(t[i] / v[i], 1, 1e-12);
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  UNIT_BEGIN;

  for (size_t o = 0; o < sizeof oracle / sizeof *oracle; o++) {
    TEST(oracle[o].name) {
      double v[N_MAX];
      struct cs_scaler scaler;
      memcpy(v, oracle[o].value, sizeof v);
      CHECK(cs_scaler_fit(&scaler, CS_SCALE_YEO_JOHNSON, v, oracle[o].n, NULL, &err) == CS_OK);
      CHECK_NEAR(scaler.power.lambda / oracle[o].lambda, 1, 1e-13);
      for (size_t i = 0; i < oracle[o].n; i++) CHECK_NEAR(v[i], oracle[o].expected[i], 1e-12);
      cs_scaler_invert(&scaler, v, oracle[o].n);
      for (size_t i = 0; i < oracle[o].n; i++)
        CHECK_NEAR(v[i], oracle[o].value[i], 1e-12 * (1 + fabs(oracle[o].value[i])));
    }
  }
  TEST("yeo-johnson: repeated many times, so that a few of them tell where to begin, the power is the same") {
    enum { MANY = 65536 };
    double *v = malloc(MANY * sizeof *v);
    CHECK(v != NULL);
    for (size_t o = 0; v && o < sizeof oracle / sizeof *oracle; o++) {
      size_t n = MANY - MANY % oracle[o].n;
      for (size_t i = 0; i < n; i++) v[i] = oracle[o].value[i % oracle[o].n];
      CHECK_NEAR(cs_yeo_johnson_fit(v, n).lambda / oracle[o].lambda, 1, 1e-12);
    }
    free(v);
  }
  TEST("yeo-johnson: from the smallest to the largest doubles, close together and far apart") {
    check_range((const double[]){1e6, 1e6 + 1, 1e6 + 1}, 3);
    check_range((const double[]){1e9, 1e9 + 1, 1e9 + 3, 1e9 + 7}, 4);
    check_range((const double[]){5, 1e10, 7e200, 1e300}, 4);
    check_range((const double[]){1e308, 1.1e308, 1.7e308}, 3);
    check_range((const double[]){-1e308, 1e-300, 1e308}, 3);
    check_range((const double[]){-3e-9, -2e-9, 1e-9}, 3);
  }
  TEST("yeo-johnson: a constant is left as it is") {
    struct cs_yeo_johnson power = cs_yeo_johnson_fit((const double[]){7, 7, 7}, 3);
    CHECK(power.lambda == 1 && power.anchor == 0);
    power = cs_yeo_johnson_fit((const double[]){-2}, 1);
    CHECK(power.lambda == 1 && power.anchor == 0);
  }
  TEST("yeo-johnson: new values on the other side of 0, of any anchor") {
    for (int side = -1; side <= 1; side += 2)
      for (double lambda = -1.5; lambda <= 3; lambda += 0.5) {
        const struct cs_yeo_johnson plain = {lambda, 0}, anchored = {lambda, side * 4.0};
        double t[4] = {-6, -1, 0.5, 9}, u[4] = {-6, -1, 0.5, 9}, p = side * 4.0;
        double unit = pow(5, side > 0 ? lambda : 2 - lambda);
        cs_yeo_johnson_apply(&plain, t, 4);
        cs_yeo_johnson_apply(&plain, &p, 1);
        cs_yeo_johnson_apply(&anchored, u, 4);
        for (int i = 0; i < 4; i++) CHECK_NEAR(u[i], (t[i] - p) / unit, 1e-13 * (1 + fabs(t[i])));
        cs_yeo_johnson_invert(&anchored, u, 4);
        const double back[4] = {-6, -1, 0.5, 9};
        for (int i = 0; i < 4; i++) CHECK_NEAR(u[i], back[i], 1e-11);
      }
  }
  TEST("yeo-johnson: nothing is transformed to a value beyond the limit of a negative power") {
    const struct cs_yeo_johnson power = {-1, 0};
    double t[3] = {0.5, 1, NAN};
    cs_yeo_johnson_invert(&power, t, 3);
    CHECK_NEAR(t[0], 1, 1e-15);
    CHECK(isinf(t[1]) && isnan(t[2]));
  }
  UNIT_END;
}
