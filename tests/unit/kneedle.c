/* Against the Python package kneed 0.9.0 (tests/oracle/kneedle.py), on the curves of its own tests and on walks. */
#include "algo/kneedle.h"
#include "unit.h"

#include <stdint.h>

static const double count[90] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
                                 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
                                 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53,
                                 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71,
                                 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89};

/* kneed's bumpy(). */
static const double bumpy[90] = {
    7305,   6979,   6666.6, 6463.2, 6326.5, 6048.8, 6032.8, 5762,   5742.8, 5398.2, 5256.8, 5227,   5001.7,
    4942,   4854.2, 4734.6, 4558.7, 4491.1, 4411.6, 4333,   4234.6, 4139.1, 4056.8, 4022.5, 3868,   3808.3,
    3745.3, 3692.3, 3645.6, 3618.3, 3574.3, 3504.3, 3452.4, 3401.2, 3382.4, 3340.7, 3301.1, 3247.6, 3190.3,
    3180,   3154.2, 3089.5, 3045.6, 2989,   2993.6, 2941.3, 2875.6, 2866.3, 2834.1, 2785.1, 2759.7, 2763.2,
    2720.1, 2660.1, 2690.2, 2635.7, 2632.9, 2574.6, 2556,   2545.7, 2513.4, 2491.6, 2496,   2466.5, 2442.7,
    2420.5, 2381.5, 2388.1, 2340.6, 2335,   2318.9, 2319,   2308.2, 2262.2, 2235.8, 2259.3, 2221,   2202.7,
    2184.3, 2170.1, 2160,   2127.7, 2134.7, 2102,   2101.4, 2066.4, 2074.3, 2063.7, 2048.1, 2031.9};

static uint64_t state = 1;

static double uniform(void) {
  state = state * 6364136223846793005U + 1442695040888963407U;
  return (double)(state >> 11) / 0x1p53;
}

int main(void) {
  UNIT_BEGIN;
  TEST("kneedle: the knee of the paper's figure 2 is at 0.22") {
    double x[10], y[10];
    for (int i = 0; i < 10; i++) x[i] = i / 9.0, y[i] = -1 / (x[i] + 0.1) + 5;
    size_t at = cs_kneedle(x, y, 10, CS_CONCAVE_INCREASING, CS_KNEEDLE_SENSITIVITY);
    CHECK(at == 2);
    CHECK_NEAR(x[at], 0.2222222222222222, 1e-15);
  }
  TEST("kneedle: the four kinds of curves bend where kneed says") {
    static const double curve[4][10] = {{0, 60, 80, 85, 90, 95, 96, 97, 98, 99},
                                        {99, 98, 97, 96, 95, 90, 85, 80, 60, 0},
                                        {1, 2, 3, 4, 5, 10, 15, 20, 40, 100},
                                        {100, 40, 20, 15, 10, 5, 4, 3, 2, 1}};
    static const size_t expected[4] = {2, 7, 7, 2};
    for (int kind = 0; kind < 4; kind++)
      CHECK(cs_kneedle(count, curve[kind], 10, (enum cs_curve)kind, 1) == expected[kind]);
  }
  TEST("kneedle: the less sensitive, the later a bumpy curve bends") {
    static const double sensitivity[6] = {0, 1, 3, 5, 10, 100};
    static const size_t expected[6] = {5, 26, 31, 53, 53, SIZE_MAX};
    for (int i = 0; i < 6; i++)
      CHECK(cs_kneedle(count, bumpy, 90, CS_CONVEX_DECREASING, sensitivity[i]) == expected[i]);
  }
  TEST("kneedle: the inertia of iris for k = 2 to 10 bends at 4") {
    static const double inertia[9] = {152.347952, 78.851441, 57.228473, 46.446182, 39.039987,
                                      34.298230,  29.988944, 27.786092, 25.849464};
    CHECK(cs_kneedle(count + 2, inertia, 9, CS_CONVEX_DECREASING, CS_KNEEDLE_SENSITIVITY) == 2);
  }
  TEST("kneedle: a line doesn't bend, a step does at its edge, and nothing is said of two points or of no "
       "range") {
    static const double step[6] = {0, 0, 0, 1, 1, 1};
    static const size_t expected[4] = {0, 5, 5, 0};
    CHECK(cs_kneedle(count, count, 5, CS_CONCAVE_INCREASING, 1) == SIZE_MAX);
    CHECK(cs_kneedle(count, count, 5, CS_CONVEX_INCREASING, 1) == SIZE_MAX);
    for (int kind = 0; kind < 4; kind++)
      CHECK(cs_kneedle(count, step, 6, (enum cs_curve)kind, 1) == expected[kind]);
    CHECK(cs_kneedle(count, step + 2, 2, CS_CONCAVE_INCREASING, 1) == SIZE_MAX);
    CHECK(cs_kneedle(count, step, 3, CS_CONCAVE_INCREASING, 1) == SIZE_MAX);
    CHECK(cs_kneedle(step, count, 3, CS_CONCAVE_INCREASING, 1) == SIZE_MAX);
    CHECK(cs_kneedle(count, count, 0, CS_CONCAVE_INCREASING, 1) == SIZE_MAX);
  }
  TEST("kneedle: 4000 walks of all kinds bend where kneed says") {
    static const double sensitivity[3] = {0.5, 1, 2};
    uint64_t digest = 14695981039346656037U;
    size_t found = 0;
    for (int walk = 0; walk < 4000; walk++) {
      double x[43] = {0}, y[43] = {0};
      size_t n = 3 + (size_t)(uniform() * 40);
      double bend = uniform() * 3;
      for (size_t i = 1; i < n; i++) {
        x[i] = x[i - 1] + (0.01 + uniform());
        double up = uniform(), down = uniform() * (walk % 2);
        y[i] = y[i - 1] + (bend * (double)i * (walk % 3 - 1) / (double)n + up - down);
      }
      for (size_t i = 0; i < n && walk % 2; i++) y[i] = -y[i];
      size_t at = cs_kneedle(x, y, n, (enum cs_curve)(walk % 4), sensitivity[walk % 7 % 3]);
      found += at != SIZE_MAX;
      digest = (digest ^ (uint64_t)(at + 1)) * 1099511628211U;
    }
    CHECK(found == 3759 && digest == 0x6b17dccf4dc87dU);
  }
  UNIT_END;
}
