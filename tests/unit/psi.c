#include "algo/psi.h"

#include "algo/chisquare.h"
#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>

static struct cs_error err = CS_ERROR_INIT;

static struct cs_psi measure(const double *older, size_t n, const double *newer, size_t m) {
  struct cs_psi psi = {0};
  CHECK(cs_psi_find(&psi, older, n, newer, m, &err) == CS_OK);
  return psi;
}

static void fill(double *v, size_t n, double first, double step) {
  for (size_t i = 0; i < n; i++) v[i] = first + step * (double)i;
}

/* How many of `rounds` pairs of samples of one population are beyond what chance is said to make. */
static size_t beyond(size_t rounds, size_t n, size_t m, bool whole) {
  enum { MOST = 2000 };
  double older[MOST], newer[MOST];
  struct cs_rng rng;
  size_t count = 0;
  cs_rng_init(&rng, 42, 1);
  for (size_t r = 0; r < rounds; r++) {
    for (size_t i = 0; i < n; i++) older[i] = cs_rng_normal(&rng);
    for (size_t i = 0; i < m; i++) newer[i] = cs_rng_normal(&rng);
    for (size_t i = 0; whole && i < n; i++) older[i] = older[i] > 0.5 ? 2 : older[i] > 0;
    for (size_t i = 0; whole && i < m; i++) newer[i] = newer[i] > 0.5 ? 2 : newer[i] > 0;
    struct cs_psi psi = measure(older, n, newer, m);
    count += psi.index > psi.chance;
  }
  return count;
}

int main(void) {
  UNIT_BEGIN;

  TEST("psi: 40, 30 and 30 % that become 35, 25 and 40 % are 0.0446") {
    const size_t older[3] = {400, 300, 300}, newer[3] = {70, 50, 80};
    CHECK_NEAR(cs_psi_of_counts(older, newer, 3), 0.0446, 0.00005);
    CHECK_NEAR(cs_psi_of_counts(older, newer, 3),
               -0.05 * log(0.35 / 0.4) - 0.05 * log(0.25 / 0.3) + 0.1 * log(0.4 / 0.3), 1e-15);
    CHECK_NEAR(cs_psi_of_counts(older, older, 3), 0, 0);
  }

  TEST("psi: the same values again are 0, whatever their order") {
    double older[100], newer[100];
    fill(older, 100, 1, 1);
    fill(newer, 100, 100, -1);
    struct cs_psi psi = measure(older, 100, newer, 100);
    CHECK_NEAR(psi.index, 0, 0);
    CHECK(psi.bins == 10 && !psi.by_value);
    for (size_t b = 0; b < psi.bins; b++) CHECK(psi.bin[b].count[0] == 10 && psi.bin[b].count[1] == 10);
    CHECK_NEAR(psi.bin[0].upper, 10.9, 1e-12); /* type 7 */
    CHECK(isinf(psi.bin[9].upper));
    CHECK_NEAR(psi.chance, 16.918977604620448 / 50, 1e-12); /* scipy.stats.chi2.ppf(0.95, 9) */
  }

  TEST("psi: an edge belongs to the bin below it") {
    double older[101], newer[1] = {10};
    fill(older, 101, 0, 1); /* the deciles are 10, 20, ... */
    struct cs_psi psi = measure(older, 101, newer, 1);
    CHECK(psi.bin[0].count[0] == 11 && psi.bin[0].count[1] == 1);
  }

  TEST("psi: an empty bin counts as one of a ten thousandth") {
    double older[100], newer[100];
    fill(older, 100, 0, 1);
    fill(newer, 100, 1000, 1); /* all above */
    struct cs_psi psi = measure(older, 100, newer, 100);
    double expected = 9 * (0.0001 - 0.1) * log(0.0001 / 0.1) + (1 - 0.1) * log(1 / 0.1);
    CHECK_NEAR(psi.index, expected, 1e-12);
  }

  TEST("psi: few different values are bins, others that come are one more, missing ones another") {
    const double older[10] = {1, 1, 1, 1, 2, 2, 2, 3, 3, NAN}, newer[10] = {1, 1, 2, 2, 3, 4, 5, 6, NAN, NAN};
    struct cs_psi psi = measure(older, 10, newer, 10);
    CHECK(psi.by_value && psi.bins == 5);
    CHECK(psi.bin[3].count[0] == 0 && psi.bin[3].count[1] == 3 && isinf(psi.bin[3].upper));
    CHECK(psi.bin[4].count[0] == 1 && psi.bin[4].count[1] == 2 && isnan(psi.bin[4].upper));
    CHECK_NEAR(psi.index,
               -0.2 * log(0.5) - 0.1 * log(2 / 3.0) - 0.1 * log(0.5) + 0.2999 * log(3000) + 0.1 * log(2),
               1e-12);
  }

  TEST("psi: equal edges, and edges without an older value between them, are one bin") {
    double older[100], newer[2] = {0, 3};
    for (size_t i = 0; i < 100; i++) older[i] = i < 55 ? 0 : (double)(i - 54);
    struct cs_psi psi = measure(older, 100, newer, 2);
    CHECK(!psi.by_value &&
          psi.bins == 6); /* 0 up to the fifth decile, then those at 60, 70, 80, 90 and above */
    for (size_t b = 0; b < psi.bins; b++) CHECK(psi.bin[b].count[0] > 0);
    CHECK(psi.bin[0].count[0] == 55 && psi.bin[0].count[1] == 1);
  }

  TEST("psi: a sample without any value, and one of a single value") {
    const double older[3] = {7, 7, 7}, newer[2] = {7, 7};
    struct cs_psi psi = measure(older, 3, newer, 2);
    CHECK(psi.bins == 1 && psi.index == 0 && psi.chance == 0);
    psi = measure(older, 3, NULL, 2);
    CHECK(psi.bins == 2);
    CHECK_NEAR(psi.index, 2 * 0.9999 * log(10000), 1e-12);
    psi = measure(NULL, 3, newer, 2);
    CHECK(psi.bins == 2 && psi.index > 18);
  }

  TEST("psi: of samples of one population 5 in 100 are beyond chance, as said") {
    const size_t rounds = 1000;
    size_t deciles = beyond(rounds, 1000, 800, false), values = beyond(rounds, 500, 500, true);
    CHECK(deciles > 30 && deciles < 75);
    CHECK(values > 30 && values < 75);
    printf("# %zu and %zu of %zu\n", deciles, values, rounds);
  }

  UNIT_END;
}
