/* Fences are R's (quantile type 7, sd, mad); robust location and scatter are those of covMcd(alpha = 0.75, nsamp =
 * "deterministic", use.correction = FALSE) of R's robustbase 0.95, quantiles of chi-squared R's qchisq. */
#include "algo/outliers.h"
#include "algo/chisquare.h"
#include "algo/mcd.h"
#include "algo/symmetric.h"

#include "iris.h"
#include "unit.h"

/* Hawkins, Bradu & Kass 1984: three columns, rows 1 to 14 are outliers that hide one another. */
/* clang-format off */
static const double hbk[75][3] = {
    {10.1, 19.6, 28.3}, {9.5, 20.5, 28.9}, {10.7, 20.2, 31}, {9.9, 21.5, 31.7}, {10.3, 21.1, 31.1},
    {10.8, 20.4, 29.2}, {10.5, 20.9, 29.1}, {9.9, 19.6, 28.8}, {9.7, 20.7, 31}, {9.3, 19.7, 30.3},
    {11, 24, 35}, {12, 23, 37}, {12, 26, 34}, {11, 34, 34}, {3.4, 2.9, 2.1},
    {3.1, 2.2, 0.3}, {0, 1.6, 0.2}, {2.3, 1.6, 2}, {0.8, 2.9, 1.6}, {3.1, 3.4, 2.2},
    {2.6, 2.2, 1.9}, {0.4, 3.2, 1.9}, {2, 2.3, 0.8}, {1.3, 2.3, 0.5}, {1, 0, 0.4},
    {0.9, 3.3, 2.5}, {3.3, 2.5, 2.9}, {1.8, 0.8, 2}, {1.2, 0.9, 0.8}, {1.2, 0.7, 3.4},
    {3.1, 1.4, 1}, {0.5, 2.4, 0.3}, {1.5, 3.1, 1.5}, {0.4, 0, 0.7}, {3.1, 2.4, 3},
    {1.1, 2.2, 2.7}, {0.1, 3, 2.6}, {1.5, 1.2, 0.2}, {2.1, 0, 1.2}, {0.5, 2, 1.2},
    {3.4, 1.6, 2.9}, {0.3, 1, 2.7}, {0.1, 3.3, 0.9}, {1.8, 0.5, 3.2}, {1.9, 0.1, 0.6},
    {1.8, 0.5, 3}, {3, 0.1, 0.8}, {3.1, 1.6, 3}, {3.1, 2.5, 1.9}, {2.1, 2.8, 2.9},
    {2.3, 1.5, 0.4}, {3.3, 0.6, 1.2}, {0.3, 0.4, 3.3}, {1.1, 3, 0.3}, {0.5, 2.4, 0.9},
    {1.8, 3.2, 0.9}, {1.8, 0.7, 0.7}, {2.4, 3.4, 1.5}, {1.6, 2.1, 3}, {0.3, 1.5, 3.3},
    {0.4, 3.4, 3}, {0.9, 0.1, 0.3}, {1.1, 2.7, 0.2}, {2.8, 3, 2.9}, {2, 0.7, 2.7},
    {0.2, 1.8, 0.8}, {1.6, 2, 1.2}, {0.1, 0, 1.1}, {2, 0.6, 0.3}, {1, 2.2, 2.9},
    {2.2, 2.5, 2.3}, {0.6, 2, 1.5}, {0.3, 1.7, 2.2}, {0, 2.2, 1.6}, {0.3, 0.4, 2.6}
};
/* clang-format on */

static struct cs_error err;

static struct cs_fence fence_of(enum cs_fence_rule rule, double parameter, const double *v, size_t n) {
  struct cs_fence fence;
  CHECK(cs_fence_fit(&fence, rule, parameter, v, n, &err) == CS_OK);
  return fence;
}

static void sepal_width(double *v) {
  for (int i = 0; i < 150; i++) v[i] = iris[i][1];
}

/* The rows beyond the quantile of chi-squared, as a sum of 2^0, 2^1 ... by their place in `rows`, or -1 for another one. */
static int beyond(const struct cs_mcd *mcd, const double *x, size_t n, double cut, const int *rows,
                  size_t count) {
  double factor[16], room[4];
  size_t d = mcd->d, seen = 0;
  if (cs_symmetric_factor(mcd->scatter, d, 0, factor) < d) return -1;
  for (size_t i = 0; i < n; i++) {
    if (cs_mahalanobis(x + i * d, mcd->centre, factor, d, room) <= cut) continue;
    if (seen == count || rows[seen] != (int)i + 1) return -1;
    seen++;
  }
  return (int)seen;
}

int main(void) {
  UNIT_BEGIN;

  TEST("outliers: the fences of iris' sepal width, and who is outside") {
    double v[150];
    sepal_width(v);
    struct cs_fence iqr = fence_of(CS_FENCE_IQR, 1.5, v, 150), z = fence_of(CS_FENCE_Z, 3, v, 150),
                    mad = fence_of(CS_FENCE_MAD, 3.5, v, 150);
    CHECK_NEAR(iqr.lower, 2.05, 1e-12);
    CHECK_NEAR(iqr.upper, 4.05, 1e-12);
    int by_iqr = 0, by_z = 0, by_mad = 0;
    for (int i = 0; i < 150; i++) {
      by_iqr += v[i] < iqr.lower || v[i] > iqr.upper;
      by_z += v[i] < z.lower || v[i] > z.upper;
      by_mad += v[i] < mad.lower || v[i] > mad.upper;
    }
    CHECK(by_iqr == 4 && by_z == 1 && by_mad == 0); /* 2.0 4.1 4.2 4.4; 4.4; none */
    CHECK(4.4 > z.upper && 4.2 < z.upper);
  }
  TEST("outliers: equal values and few values have no fences") {
    const double same[] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 90}, few[] = {1, 2, 900};
    CHECK(fence_of(CS_FENCE_IQR, 1.5, same, 10).state == CS_FENCE_FLAT);
    CHECK(fence_of(CS_FENCE_MAD, 3.5, same, 10).state == CS_FENCE_FLAT);
    CHECK(fence_of(CS_FENCE_IQR, 1.5, few, 3).state == CS_FENCE_FEW);
    CHECK(fence_of(CS_FENCE_Z, 3, few, 3).state == CS_FENCE_FEW);
    CHECK(fence_of(CS_FENCE_PERCENTILE, 1, few, 3).state == CS_FENCE_FEW);
    CHECK(fence_of(CS_FENCE_IQR, 1.5, few, 0).lower == -INFINITY);
  }
  TEST("outliers: chi-squared as R's qchisq and pchisq") {
    CHECK_NEAR(cs_chisquare_quantile(0.975, 4), 11.1432867818778, 1e-11);
    CHECK_NEAR(cs_chisquare_quantile(0.975, 3), 9.34840360449614, 1e-11);
    CHECK_NEAR(cs_chisquare_quantile(0.5, 1), 0.454936423119573, 1e-12);
    CHECK_NEAR(cs_chisquare_cdf(11.1432867818778, 4), 0.975, 1e-12);
  }
  TEST("mcd: robustbase's centre and scatter of iris") {
    static const double centre[] = {5.77898550724638, 3.06231884057971, 3.61884057971014, 1.14130434782609};
    static const double scatter[] = {
        0.698342492274257,   -0.0853962039201238, 1.36177619190635,   0.569432954084355,
        -0.0853962039201238, 0.22076441388897,    -0.451051434970148, -0.166660493322161,
        1.36177619190635,    -0.451051434970148,  3.48509334493564,   1.47323505063981,
        0.569432954084355,   -0.166660493322161,  1.47323505063981,   0.657355387000694};
    static const int out[] = {42, 115, 118, 132, 135, 142};
    struct cs_matrix x = {150, 4, (double *)iris};
    struct cs_mcd_params params = CS_MCD_PARAMS_INIT;
    struct cs_mcd mcd;
    size_t follows;
    CHECK(cs_mcd_fit(&mcd, &x, &params, &follows, &err) == CS_OK && follows == 4);
    CHECK(mcd.subset == 113);
    for (int j = 0; j < 4; j++) CHECK_NEAR(mcd.centre[j], centre[j], 1e-12);
    for (int j = 0; j < 16; j++) CHECK_NEAR(mcd.scatter[j], scatter[j], 1e-12);
    CHECK(beyond(&mcd, &iris[0][0], 150, cs_chisquare_quantile(0.975, 4), out, 6) == 6);
    cs_mcd_release(&mcd);
  }
  TEST("mcd: outliers that hide one another are found, and pull at nothing") {
    static const double centre[] = {1.53770491803279, 1.78032786885246, 1.68688524590164};
    static const double scatter[] = {1.64468134301413,   0.0737370046914805, 0.170469189625088,
                                     0.0737370046914805, 1.67405547279002,   0.204467760102184,
                                     0.170469189625088,  0.204467760102184,  1.55475681112994};
    static const int out[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    struct cs_matrix x = {75, 3, (double *)hbk};
    struct cs_mcd_params params = CS_MCD_PARAMS_INIT;
    struct cs_mcd mcd;
    size_t follows;
    CHECK(cs_mcd_fit(&mcd, &x, &params, &follows, &err) == CS_OK && follows == 3);
    for (int j = 0; j < 3; j++) CHECK_NEAR(mcd.centre[j], centre[j], 1e-12);
    for (int j = 0; j < 9; j++) CHECK_NEAR(mcd.scatter[j], scatter[j], 1e-12);
    CHECK(beyond(&mcd, &hbk[0][0], 75, cs_chisquare_quantile(0.975, 3), out, 14) == 14);
    cs_mcd_release(&mcd);
  }
  TEST("mcd: a column that follows from others is named; the order of rows changes nothing") {
    double line[40][3], turned[75][3];
    struct cs_matrix x = {40, 3, &line[0][0]}, y = {75, 3, &turned[0][0]}, z = {75, 3, (double *)hbk};
    struct cs_mcd_params params = CS_MCD_PARAMS_INIT;
    struct cs_mcd mcd, again;
    size_t follows;
    for (int i = 0; i < 40; i++)
      line[i][0] = i * i % 17, line[i][1] = i % 7, line[i][2] = line[i][0] - 2 * line[i][1];
    CHECK(cs_mcd_fit(&mcd, &x, &params, &follows, &err) == CS_OK && follows == 2 && !mcd.centre);
    for (int i = 0; i < 75; i++)
      for (int j = 0; j < 3; j++) turned[i][j] = hbk[74 - i][j];
    CHECK(cs_mcd_fit(&mcd, &y, &params, &follows, &err) == CS_OK &&
          cs_mcd_fit(&again, &z, &params, &follows, &err) == CS_OK);
    CHECK(memcmp(mcd.scatter, again.scatter, 9 * sizeof(double)) == 0);
    cs_mcd_release(&mcd);
    cs_mcd_release(&again);
  }
  UNIT_END;
}
