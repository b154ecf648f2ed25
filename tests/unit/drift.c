/* What the bounds promise: a row whose gap is above what its slot says has the nearest centre that it had. */
#include "algo/drift.h"
#include "algo/points.h"
#include "base/rng.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>

static struct cs_error err;

enum { N = 400, D = 3, K = 7, ROUNDS = 60 };

/* The nearest centre, and how much nearer it is than the next. */
static size_t nearest(const double *x, const double *centre, double *gap) {
  double first = INFINITY, second = INFINITY;
  size_t label = cs_nearest_centre(x, centre, K, D);
  for (size_t c = 0; c < K; c++) {
    double distance = sqrt(cs_square_distance(x, centre + c * D, D));
    if (distance < first)
      second = first, first = distance;
    else if (distance < second)
      second = distance;
  }
  *gap = second - first;
  return label;
}

int main(void) {
  UNIT_BEGIN;
  TEST("drift: a gap above what the centres have gone keeps its centre, and most rows need no look") {
    static double x[N * D], centre[K * D], gap[ROUNDS][N];
    static size_t label[ROUNDS][N];
    uint32_t first[ROUNDS];
    struct cs_drift drift;
    struct cs_rng rng;
    size_t kept = 0, asked = 0, wrong = 0;
    cs_rng_init(&rng, 4, 0);
    for (size_t i = 0; i < N * D; i++) x[i] = cs_rng_normal(&rng);
    for (size_t i = 0; i < K * D; i++) centre[i] = cs_rng_normal(&rng);
    CHECK(cs_drift_begin(&drift, K, D, &err) == CS_OK && drift.room >= ROUNDS);
    for (size_t round = 0; round < ROUNDS; round++) {
      cs_drift_measure(&drift, centre, 1e-12);
      for (size_t i = 0; i < N; i++) label[round][i] = nearest(x + i * D, centre, &gap[round][i]);
      for (size_t before = 0; before < round; before++)
        for (size_t i = 0; i < N; i++) {
          uint32_t slot = first[before] | (uint32_t)label[before][i];
          CHECK(cs_drift_centre(&drift, slot) == label[before][i]);
          asked++;
          if (!((float)gap[before][i] > drift.most[slot])) continue;
          kept++;
          wrong += label[round][i] != label[before][i];
        }
      first[round] = cs_drift_mark(&drift, centre, 1e-12);
      /* One centre goes far, the others a little. */
      for (size_t i = 0; i < K * D; i++)
        centre[i] += cs_rng_normal(&rng) * (i / D == round % K ? 0.05 : 0.005);
    }
    CHECK(wrong == 0 && kept > asked / 4 && kept < asked);
    cs_drift_release(&drift);
  }
  TEST("drift: centres that came back have gone nowhere, and the slack is left") {
    double here[4] = {0, 0, 3, 4}, there[4] = {3, 4, 3, 4};
    struct cs_drift drift;
    CHECK(cs_drift_begin(&drift, 2, 2, &err) == CS_OK);
    uint32_t slot = cs_drift_mark(&drift, here, 0.5);
    CHECK_NEAR(drift.most[slot], 0.5, 1e-5);
    cs_drift_measure(&drift, there, 0.5);
    CHECK_NEAR(drift.most[slot], 5.5, 1e-4);     /* its own way, the other's none */
    CHECK_NEAR(drift.most[slot + 1], 5.5, 1e-4); /* the other way round */
    cs_drift_measure(&drift, here, 0.5);
    CHECK_NEAR(drift.most[slot], 0.5, 1e-5);
    cs_drift_release(&drift);
  }
  TEST("drift: beyond the doubles no gap is enough") {
    double here[2] = {1e300, -1e300}, there[2] = {-1e300, 1e300};
    struct cs_drift drift;
    CHECK(cs_drift_begin(&drift, 2, 1, &err) == CS_OK);
    uint32_t slot = cs_drift_mark(&drift, here, 0);
    cs_drift_measure(&drift, there, 0);
    CHECK(!(3e38F > drift.most[slot]));
    cs_drift_release(&drift);
  }
  UNIT_END;
}
