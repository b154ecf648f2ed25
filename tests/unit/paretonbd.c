/* The Pareto/NBD model. Single values are by mpmath at 30 digits (numerical integration); the fit is scipy's Nelder & Mead;
 * E[X(t)] is that of R's BTYD manual, P(alive) that of its vignette. */
#include "algo/paretonbd.h"

#include "unit.h"

static const struct cs_paretonbd cdnow = {.553, 10.578, .606, 11.669};

static const struct {
  double x, tx, T, log_likelihood, alive, any_52, expected_1, expected_39, expected_520;
} known[] = {
    {0, 0, 38.86, -0.52104629408089, 0.295286604616894, 0.0799040483852036, 0.00328339609259358,
     0.107081468215309, 0.677260257309458},
    {2, 30.43, 38.86, -9.55428324515041, 0.869167559153011, 0.631516794395308, 0.0446178585950809,
     1.4551231932576, 9.20324613313168},
    {1, 1.71, 38.86, -4.45019433388101, 0.168002326724345, 0.0955201748592006, 0.0052461554102988,
     0.171092980553783, 1.08211512192482},
    {26, 30.86, 31, -39.1316715403028, 0.997918731055158, 0.976189744574044, 0.63283217889681,
     20.1170260773705, 121.658481317611},
    {7, 29.43, 38.86, -21.5946432181126, 0.749501407667034, 0.692842774655382, 0.11382727450892,
     3.71225138047054, 23.4789489445517},
};
/* By tests/oracle/paretonbd.py. */
static const struct {
  struct cs_paretonbd model;
  double x, tx, T, horizon, alive, any;
} apart[] = {
    {{969455, 25714380, 0.000873, 0.00000024}, 3, 10, 53, 52, 0.995550645814614, 0.855176433572896},
    {{0.02, 4e5, 0.3, 2e-5}, 0, 0, 20, 1000, 0.0158489116802221, 3.31957284783574e-7},
    {{800, 3e-5, 0.01, 5e5}, 300, 40, 41, 52, 0.00219152355053096, 0.00219152354889593},
    {{250, 2e6, 0.9, 7e-6}, 20, 3, 60, 1, 0.0670417550035036, 8.98258856557746e-6},
    {{0.003, 6e-6, 700, 8e5}, 1, 15, 90, 1000, 0.871392071486884, 0.708129052500336},
};
enum { KNOWN = sizeof known / sizeof *known, N = 200 };

static double x[N], tx[N], T[N];

/* Histories by Weyl sequences: the same doubles as numpy's. */
static struct cs_histories weyl(void) {
  for (int i = 0; i < N; i++) {
    double u = fmod(i * 0.618033988749895, 1), v = fmod(i * 0.754877666246693, 1),
           w = fmod(i * 0.569840290998053, 1);
    double late = w < 0.5 ? 0.05 + 0.95 * v * v : 0.8 + 0.2 * v;
    T[i] = 20 + i % 30;
    x[i] = floor(16 * u * u * u * u * u);
    tx[i] = x[i] > 0 ? floor(T[i] * late * 4) / 4 : 0;
  }
  return (struct cs_histories){N, x, tx, T};
}

static double relative(double value, double expected) {
  return fabs(value - expected) / fabs(expected);
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  UNIT_BEGIN;

  TEST("paretonbd: likelihood, survival, chance and expectation of single customers are mpmath's") {
    const double t[] = {1, 39, 520};
    for (int i = 0; i < KNOWN; i++) {
      double out[3];
      struct cs_histories history = {1, &known[i].x, &known[i].tx, &known[i].T};
      CHECK_NEAR(cs_paretonbd_log_likelihood(&cdnow, &history, 1), known[i].log_likelihood, 1e-11);
      CHECK_NEAR(cs_paretonbd_alive(&cdnow, known[i].x, known[i].tx, known[i].T), known[i].alive, 1e-12);
      CHECK_NEAR(cs_paretonbd_any(&cdnow, known[i].x, known[i].tx, known[i].T, 52), known[i].any_52, 1e-12);
      cs_paretonbd_expected(&cdnow, known[i].x, known[i].tx, known[i].T, t, 3, out);
      CHECK(relative(out[0], known[i].expected_1) < 1e-11 && relative(out[1], known[i].expected_39) < 1e-11);
      CHECK(relative(out[2], known[i].expected_520) < 1e-11);
    }
  }
  TEST("paretonbd: parameters many powers of ten apart are integrated as well, and as soon") {
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
      CHECK(relative(cs_paretonbd_alive(&apart[i].model, apart[i].x, apart[i].tx, apart[i].T),
                     apart[i].alive) < 1e-11);
      CHECK(relative(cs_paretonbd_any(&apart[i].model, apart[i].x, apart[i].tx, apart[i].T, apart[i].horizon),
                     apart[i].any) < 1e-11);
    }
  }
  TEST("paretonbd: the published expectations of a new customer and P(alive)") {
    const struct cs_paretonbd manual = {.55, 10.56, .61, 11.64}; /* that of the manual's example */
    static const double mean[] = {0,         .05077821, .09916088, .14542507, .18979930,
                                  .23247466, .27361274, .31335159, .35181024, .38909211};
    for (int t = 1; t < 10; t++) CHECK_NEAR(cs_paretonbd_mean(&manual, t), mean[t], 5.1e-9);
    CHECK_NEAR(cs_paretonbd_alive(&cdnow, 26, 30.86, 31), 0.9979, 0.00005);
    double year = 52, out;
    cs_paretonbd_expected(&cdnow, 26, 30.86, 31, &year, 1, &out);
    CHECK_NEAR(out, 25.46, 0.005);
  }
  TEST("paretonbd: s = 1 is no singularity, and heavy buyers who stopped are gone") {
    const struct cs_paretonbd one = {.5, 20, 1, 4}, heavy = {2, 3, 8, 400};
    double t = 39, out, count = 300, last = 95, age = 100;
    cs_paretonbd_expected(&one, 3, 20, 30, &t, 1, &out);
    CHECK(relative(out, 1.10157376746711) < 1e-12);
    CHECK_NEAR(cs_paretonbd_any(&one, 3, 20, 30, 39), 0.40768229321488, 1e-12);
    CHECK_NEAR(cs_paretonbd_log_likelihood(&heavy, &(struct cs_histories){1, &count, &last, &age}, 1),
               31.1921358568339, 1e-10);
    CHECK(relative(cs_paretonbd_alive(&heavy, 300, 95, 100), 5.24707899271643e-5) < 1e-10);
    CHECK(relative(cs_paretonbd_any(&heavy, 300, 95, 100, 1), 4.94096423751243e-5) < 1e-10);
    CHECK(isfinite(cs_paretonbd_alive(&cdnow, 1e5, 10, 100)) &&
          cs_paretonbd_alive(&cdnow, 1e5, 10, 100) < 1e-300);
    CHECK(cs_paretonbd_alive(&cdnow, 3, 30, 30) == 1);
  }
  TEST("paretonbd: rates of leaving that are nearly all alike don't cut the integral short") {
    const struct cs_paretonbd slow = {1.07, 3.29, 26.6, 7680};
    double count[] = {40, 0}, last[] = {60, 0}, age[] = {100, 100};
    CHECK_NEAR(cs_paretonbd_log_likelihood(&slow, &(struct cs_histories){1, count, last, age}, 1),
               -63.8855214486736725, 1e-11);
    CHECK_NEAR(cs_paretonbd_log_likelihood(&slow, &(struct cs_histories){1, count + 1, last + 1, age}, 1),
               -2.99800573128823961, 1e-12);
    CHECK(relative(cs_paretonbd_alive(&slow, 40, 60, 100), 2.963160601205322e-7) < 1e-12);
    CHECK(relative(cs_paretonbd_any(&slow, 40, 60, 100, 52), 2.9372876135039017e-7) < 1e-12);
    CHECK_NEAR(cs_paretonbd_alive(&slow, 0, 0, 100), 0.35557054114191983, 1e-12);
    CHECK_NEAR(cs_paretonbd_any(&slow, 0, 0, 100, 520), 0.22003896927496802, 1e-12);
  }
  TEST("paretonbd: customers are fitted as scipy does, with any number of threads") {
    struct cs_histories histories = weyl();
    struct cs_paretonbd model, many;
    struct cs_fit fit, again;
    CHECK(cs_paretonbd_fit(&model, &fit, &histories, 1, &err) == CS_OK && fit.end == CS_FIT_CONVERGED);
    CHECK_NEAR(fit.log_likelihood, -1247.4461910517766, 1e-8);
    CHECK_NEAR(model.r, 0.21168726, 1e-6);
    CHECK_NEAR(model.alpha, 1.01177396, 1e-6);
    CHECK_NEAR(model.s, 0.25908586, 1e-6);
    CHECK_NEAR(model.beta, 2.61632072, 1e-5);
    CHECK(cs_paretonbd_fit(&many, &again, &histories, 5, &err) == CS_OK);
    CHECK(memcmp(&model, &many, sizeof model) == 0);
  }
  UNIT_END;
}
