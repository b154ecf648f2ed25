/* The BG/NBD model. Single values are by mpmath at 30 digits, expectations by numerical integration over the probability of
 * leaving; the fit of simulated histories is scipy's Nelder & Mead; published values are those of Fader, Hardie & Lee 2005 and
 * of R's BTYD and CLVTools, as tests/oracle/clv.py says. */
#include "algo/bgnbd.h"

#include "unit.h"

static const struct cs_bgnbd cdnow = {.243, 4.414, .793, 2.426};

struct known {
  double x, tx, T, log_likelihood, alive, any_52, expected_1, expected_39, expected_520;
};

static const struct known known[] = {
    {0, 0, 38.86, -0.554713276438158, 1.0, 0.174508906414837, 0.00559565788948405, 0.195098052011263,
     1.46454777144824},
    {2, 30.43, 38.86, -9.45860630706627, 0.726578570080673, 0.602841377088305, 0.0374479697417323,
     1.22602817476714, 7.3193138117111},
    {1, 1.71, 38.86, -4.46909327503259, 0.212100985377379, 0.132575245239746, 0.00606295179828289,
     0.203186987079754, 1.30741845082436},
    {26, 30.86, 31, -37.7265794733944, 0.968915649717525, 0.96891564966873, 0.710620937334675,
     20.7497261408573, 98.129627918524},
    {7, 29.43, 38.86, -21.8632762714635, 0.641756345946107, 0.639643581619673, 0.10662921297153,
     3.33705327485142, 17.7734689681008},
};
enum { KNOWN = sizeof known / sizeof *known };

/* 240 customers simulated by r = 1.2, alpha = 8, a = 1.5, b = 4: repeat purchases, day of the last, weeks of age. */
static const int simulated[][3] = {
    {2, 72, 46},   {1, 196, 32},  {2, 269, 51},  {2, 32, 37},   {3, 31, 56},   {2, 18, 30},   {1, 1, 45},
    {2, 81, 35},   {6, 378, 59},  {3, 129, 37},  {7, 129, 37},  {2, 67, 49},   {2, 241, 46},  {2, 121, 48},
    {3, 102, 50},  {1, 77, 52},   {4, 276, 45},  {2, 75, 33},   {1, 49, 56},   {2, 114, 46},  {2, 109, 40},
    {4, 114, 57},  {6, 315, 51},  {1, 13, 59},   {2, 79, 38},   {1, 3, 51},    {0, 0, 46},    {3, 302, 56},
    {1, 119, 52},  {11, 164, 57}, {3, 239, 37},  {3, 39, 50},   {5, 68, 48},   {11, 255, 41}, {1, 174, 35},
    {1, 3, 44},    {2, 110, 44},  {2, 21, 52},   {4, 68, 57},   {1, 239, 57},  {0, 0, 55},    {5, 139, 49},
    {1, 39, 51},   {1, 4, 44},    {7, 252, 58},  {3, 121, 35},  {3, 19, 38},   {2, 53, 51},   {1, 2, 33},
    {9, 109, 36},  {3, 258, 37},  {7, 258, 48},  {4, 106, 32},  {3, 117, 33},  {3, 28, 40},   {1, 32, 36},
    {2, 91, 44},   {1, 168, 46},  {9, 274, 43},  {2, 80, 41},   {9, 337, 52},  {13, 293, 50}, {1, 54, 46},
    {2, 125, 49},  {1, 44, 42},   {0, 0, 50},    {1, 6, 51},    {2, 38, 34},   {4, 256, 48},  {1, 18, 36},
    {2, 27, 33},   {1, 188, 36},  {1, 154, 49},  {0, 0, 52},    {0, 0, 34},    {1, 11, 50},   {4, 134, 58},
    {2, 208, 41},  {1, 89, 47},   {13, 284, 43}, {3, 25, 56},   {2, 61, 37},   {1, 15, 31},   {2, 8, 30},
    {1, 39, 54},   {4, 84, 31},   {1, 151, 38},  {2, 64, 57},   {3, 113, 55},  {0, 0, 56},    {4, 192, 42},
    {2, 112, 48},  {1, 58, 46},   {0, 0, 48},    {3, 195, 41},  {1, 11, 32},   {5, 196, 30},  {0, 0, 36},
    {4, 264, 49},  {1, 70, 57},   {2, 133, 32},  {1, 33, 36},   {5, 198, 37},  {2, 18, 35},   {7, 122, 59},
    {1, 33, 34},   {1, 50, 41},   {1, 27, 41},   {2, 19, 57},   {1, 10, 58},   {1, 63, 45},   {10, 115, 38},
    {0, 0, 33},    {1, 3, 57},    {5, 266, 39},  {1, 166, 54},  {5, 88, 45},   {7, 234, 48},  {2, 29, 57},
    {2, 19, 33},   {1, 87, 43},   {11, 213, 40}, {7, 292, 49},  {3, 156, 43},  {4, 76, 52},   {0, 0, 59},
    {1, 68, 57},   {1, 366, 58},  {0, 0, 39},    {1, 24, 45},   {9, 205, 32},  {1, 38, 49},   {1, 164, 30},
    {1, 46, 31},   {3, 93, 33},   {1, 160, 45},  {4, 243, 56},  {12, 123, 43}, {1, 292, 48},  {2, 182, 45},
    {1, 36, 57},   {1, 109, 42},  {6, 116, 43},  {0, 0, 34},    {2, 125, 56},  {4, 272, 47},  {2, 13, 43},
    {2, 186, 45},  {5, 366, 57},  {9, 342, 50},  {1, 9, 40},    {4, 81, 37},   {1, 74, 36},   {1, 118, 33},
    {0, 0, 53},    {3, 106, 30},  {2, 188, 30},  {3, 12, 43},   {3, 23, 53},   {8, 220, 50},  {0, 0, 53},
    {2, 17, 59},   {1, 182, 41},  {1, 78, 45},   {1, 315, 57},  {0, 0, 32},    {4, 200, 53},  {1, 5, 37},
    {1, 97, 57},   {9, 346, 56},  {1, 6, 38},    {17, 258, 39}, {1, 111, 32},  {2, 242, 38},  {2, 187, 42},
    {0, 0, 49},    {2, 80, 43},   {4, 303, 54},  {3, 218, 38},  {3, 216, 32},  {1, 30, 48},   {5, 235, 45},
    {1, 258, 51},  {23, 359, 53}, {9, 263, 40},  {4, 260, 41},  {1, 101, 51},  {4, 86, 47},   {1, 5, 59},
    {4, 77, 32},   {2, 17, 57},   {1, 36, 44},   {2, 19, 50},   {2, 15, 31},   {1, 14, 35},   {1, 199, 58},
    {1, 6, 54},    {1, 29, 41},   {1, 33, 58},   {1, 14, 31},   {4, 38, 31},   {8, 228, 55},  {3, 259, 40},
    {1, 6, 53},    {0, 0, 39},    {1, 136, 31},  {5, 272, 46},  {3, 212, 33},  {2, 187, 52},  {4, 53, 49},
    {4, 106, 39},  {4, 269, 41},  {7, 134, 51},  {1, 9, 41},    {2, 398, 57},  {4, 300, 56},  {1, 75, 45},
    {7, 345, 56},  {11, 317, 51}, {2, 317, 47},  {5, 333, 59},  {1, 15, 47},   {3, 202, 58},  {2, 76, 48},
    {15, 187, 31}, {2, 5, 48},    {5, 85, 51},   {1, 13, 41},   {3, 289, 49},  {4, 98, 32},   {1, 90, 44},
    {0, 0, 52},    {0, 0, 52},    {1, 78, 30},   {2, 64, 35},   {1, 191, 37},  {1, 26, 44},   {1, 54, 31},
    {3, 280, 48},  {1, 213, 36}};
enum { N = sizeof simulated / sizeof *simulated };

static double x[N], tx[N], T[N];

/* Histories in some unit of so many weeks. */
static struct cs_histories histories_in(double weeks) {
  for (int i = 0; i < N; i++) {
    x[i] = simulated[i][0];
    tx[i] = simulated[i][1] / 7.0 / weeks;
    T[i] = simulated[i][2] / weeks;
  }
  return (struct cs_histories){N, x, tx, T};
}

static double relative(double value, double expected) {
  return fabs(value - expected) / fabs(expected);
}

static double expected(const struct cs_bgnbd *model, double count, double last, double age, double t) {
  double out;
  cs_bgnbd_expected(model, count, last, age, &t, 1, &out);
  return out;
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  UNIT_BEGIN;

  TEST("bgnbd: likelihood, survival, chance and expectation of single customers are mpmath's") {
    const double t[] = {1, 39, 52, 520};
    for (int i = 0; i < KNOWN; i++) {
      const struct known *k = &known[i];
      double out[4];
      CHECK_NEAR(cs_bgnbd_log_likelihood(&cdnow, &(struct cs_histories){1, &k->x, &k->tx, &k->T}, 1),
                 k->log_likelihood, 1e-12);
      CHECK_NEAR(cs_bgnbd_alive(&cdnow, k->x, k->tx, k->T), k->alive, 1e-13);
      CHECK_NEAR(cs_bgnbd_any(&cdnow, k->x, k->tx, k->T, 52), k->any_52, 1e-13);
      cs_bgnbd_expected(&cdnow, k->x, k->tx, k->T, t, 4, out);
      CHECK(relative(out[0], k->expected_1) < 1e-12 && relative(out[1], k->expected_39) < 1e-12);
      CHECK(relative(out[3], k->expected_520) < 1e-12);
    }
  }
  TEST("bgnbd: the published expectations of a new customer, and probabilities of so many purchases") {
    static const double t[] = {0.1429, 1, 3, 31.8571, 32, 78},
                        mean[] = {.0078, .0532, .1506, 1.0405, 1.0437, 1.8576};
    static const double pmf[] = {.0019995214, .0015170236, .0011633150, .0009003148, .0007023638,
                                 .0005517902, .0004361913, .0003467171, .0002769613, .0002222260};
    const struct cs_bgnbd fitted = {0.2425945, 4.4136019, .7929199, 2.4258881};
    for (int i = 0; i < 6; i++) CHECK_NEAR(cs_bgnbd_mean(&fitted, t[i]), mean[i], i < 5 ? 0.00006 : 0.0005);
    for (int i = 0; i < 10; i++) CHECK_NEAR(cs_bgnbd_pmf(&cdnow, 11 + i, 30), pmf[i], 5.1e-11);
    CHECK_NEAR(cs_bgnbd_pmf(&cdnow, 0, 39), 0.5737864, 5.1e-8);
    CHECK_NEAR(cs_bgnbd_pmf(&cdnow, 10, 2), 1.07869e-07, 5.1e-13);
  }
  TEST("bgnbd: probabilities of all numbers of purchases add up to one, and their mean is the expectation") {
    double sum = 0, mean = 0;
    for (int count = 0; count < 1500; count++) {
      double p = cs_bgnbd_pmf(&cdnow, count, 39);
      sum += p;
      mean += count * p;
    }
    CHECK_NEAR(sum, 1, 1e-12);
    CHECK_NEAR(mean, cs_bgnbd_mean(&cdnow, 39), 1e-11);
  }
  TEST("bgnbd: a = 1 is no singularity") {
    const struct cs_bgnbd one = {.5, 6, 1, 2.5}, near = {.5, 6, 1 + 1e-9, 2.5};
    CHECK(relative(expected(&one, 3, 20, 30, 39), 1.67737215539267) < 1e-12);
    CHECK(relative(expected(&near, 3, 20, 30, 39), 1.67737215539267) < 1e-8);
  }
  TEST("bgnbd: extremes don't overflow") {
    const struct cs_bgnbd huge = {5894.52613, 169645.00762, 1.97e14, 5.12e12};
    CHECK(cs_bgnbd_alive(&cdnow, 1000, 10, 100) == 0 || cs_bgnbd_alive(&cdnow, 1000, 10, 100) < 1e-300);
    CHECK(expected(&cdnow, 1000, 10, 100, 52) < 1e-290);
    CHECK(isfinite(expected(&cdnow, 5000, 99.9, 100, 1000)) && expected(&cdnow, 5000, 99.9, 100, 1000) > 0);
    CHECK(isfinite(expected(&huge, 10, 50, 60, 52)) && cs_bgnbd_alive(&huge, 10, 50, 60) >= 0);
    CHECK(isfinite(expected(&cdnow, 1e6, 90, 100, 10)));
  }
  TEST("bgnbd: expectation grows with time and stays below the rate without leaving") {
    double before = 0;
    for (double t = 1; t < 1000; t *= 2) {
      double now = expected(&cdnow, 4, 30, 40, t);
      CHECK(now > before && now < (cdnow.r + 4) / (cdnow.alpha + 40) * t);
      before = now;
    }
  }
  TEST("bgnbd: simulated customers are fitted as scipy does, and converge") {
    struct cs_histories histories = histories_in(1);
    struct cs_bgnbd model;
    struct cs_fit fit;
    CHECK(cs_bgnbd_fit(&model, &fit, &histories, 1, &err) == CS_OK && fit.end == CS_FIT_CONVERGED);
    CHECK_NEAR(fit.log_likelihood, -2329.5224064064223, 1e-9);
    CHECK_NEAR(model.r, 1.25535107, 1e-6);
    CHECK_NEAR(model.alpha, 6.90352279, 1e-5);
    CHECK_NEAR(model.a, 1.74077726, 1e-5);
    CHECK_NEAR(model.b, 4.09596983, 1e-5);
    CHECK(fit.gradient_norm < 1e-6);
    CHECK_NEAR(cs_bgnbd_log_likelihood(&model, &histories, 1), fit.log_likelihood, 1e-9);
  }
  TEST("bgnbd: a fit is the same for any number of threads and order of customers, and in any unit of time") {
    struct cs_histories histories = histories_in(1);
    struct cs_bgnbd one, many, days;
    struct cs_fit fit, again;
    CHECK(cs_bgnbd_fit(&one, &fit, &histories, 1, &err) == CS_OK);
    for (int i = 0; i < N / 2; i++) {
      double swap[] = {x[i], tx[i], T[i]};
      x[i] = x[N - 1 - i], tx[i] = tx[N - 1 - i], T[i] = T[N - 1 - i];
      x[N - 1 - i] = swap[0], tx[N - 1 - i] = swap[1], T[N - 1 - i] = swap[2];
    }
    CHECK(cs_bgnbd_fit(&many, &again, &histories, 7, &err) == CS_OK);
    CHECK(memcmp(&one, &many, sizeof one) == 0 && memcmp(&fit.error, &again.error, sizeof fit.error) == 0);
    histories = histories_in(1 / 7.0);
    CHECK(cs_bgnbd_fit(&days, &again, &histories, 1, &err) == CS_OK);
    CHECK(relative(days.alpha, 7 * one.alpha) < 1e-8 && relative(days.b, one.b) < 1e-8);
  }
  TEST("bgnbd: fewer than ten repeat buyers are too few, and said to be") {
    struct cs_histories histories = histories_in(1);
    struct cs_bgnbd model;
    struct cs_fit fit;
    histories.n = 9;
    CHECK(cs_bgnbd_fit(&model, &fit, &histories, 1, &err) == CS_OK && fit.end == CS_FIT_TOO_FEW);
    CHECK(isnan(model.r) && isnan(fit.log_likelihood));
    histories.n = 0;
    CHECK(cs_bgnbd_fit(&model, &fit, &histories, 1, &err) == CS_OK && fit.end == CS_FIT_TOO_FEW);
  }
  TEST("bgnbd: histories that can't be are refused") {
    const double count[] = {1.5}, zero[] = {0}, age[] = {10}, later[] = {11};
    struct cs_bgnbd model;
    struct cs_fit fit;
    CHECK(cs_bgnbd_fit(&model, &fit, &(struct cs_histories){1, count, age, age}, 1, &err) == CS_DATA);
    CHECK(cs_bgnbd_fit(&model, &fit, &(struct cs_histories){1, zero, age, age}, 1, &err) == CS_DATA);
    CHECK(cs_bgnbd_fit(&model, &fit, &(struct cs_histories){1, age, later, age}, 1, &err) == CS_DATA);
  }
  TEST("bgnbd: where nobody differs the optimum is at infinity, and foretells all the same") {
    double same_x[30], same_tx[30], same_T[30];
    struct cs_bgnbd model;
    struct cs_fit fit;
    for (int i = 0; i < 30; i++) same_x[i] = 5, same_tx[i] = 48, same_T[i] = 50;
    CHECK(cs_bgnbd_fit(&model, &fit, &(struct cs_histories){30, same_x, same_tx, same_T}, 1, &err) == CS_OK);
    CHECK(fit.end == CS_FIT_AT_INFINITY && fit.infinite);
    CHECK(isfinite(expected(&model, 5, 48, 50, 52)) && expected(&model, 5, 48, 50, 52) > 0);
  }
  UNIT_END;
}
