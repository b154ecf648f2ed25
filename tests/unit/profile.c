#include "report/profile.h"
#include "iris.h"
#include "unit.h"

#include <stdlib.h>

enum { N = 150, D = 4, K = 3 };

static double column[D][N];
static double *const columns[D] = {column[0], column[1], column[2], column[3]};
static uint32_t group[N];

/* The measurements, the species being the groups. */
static void fill(void) {
  for (size_t i = 0; i < N; i++) {
    group[i] = (uint32_t)(i / 50);
    for (size_t j = 0; j < D; j++) column[j][i] = iris[i][j];
  }
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_profile profile = CS_PROFILE_INIT;
  UNIT_BEGIN;

  /* Expected values by tests/oracle/profile.py. */
  TEST("profile: counts, sums, means and medians agree with pandas") {
    fill();
    CHECK(cs_profile_make(&profile, N, group, K, columns, D, 2, &err) == CS_OK);
    const struct cs_profile_cell *cell = cs_profile_at(&profile, 1, 2);
    CHECK(cell->count == 50 && profile.size[1] == 50);
    CHECK_NEAR(cell->sum, 213, 1e-12);
    CHECK_NEAR(cell->mean, 4.26, 1e-14);
    CHECK_NEAR(cell->median, 4.35, 1e-14);
    CHECK_NEAR(cs_profile_at(&profile, 0, 0)->median, 5.0, 1e-14);
    CHECK_NEAR(cs_profile_at(&profile, K, 3)->mean, 1.1993333333333336, 1e-14);
    CHECK_NEAR(cs_profile_at(&profile, K, 3)->median, 1.3, 1e-14);
  }
  TEST("profile: effects are in standard deviations, shares and indices against all rows") {
    CHECK_NEAR(cs_profile_effect(&profile, 0, 2), -1.3049873219363282, 1e-12);
    CHECK_NEAR(cs_profile_effect(&profile, 2, 3), 1.0881593901331532, 1e-12);
    CHECK_NEAR(cs_profile_share(&profile, 2, 2), 0.4924605286499911, 1e-12);
    CHECK_NEAR(cs_profile_index(&profile, 2, 2), 147.73815859499734, 1e-10);
    double total = 0;
    for (size_t g = 0; g < K; g++) total += cs_profile_share(&profile, g, 0);
    CHECK_NEAR(total, 1, 1e-14);
  }
  TEST("profile: the columns that set a group apart come by decreasing effect") {
    size_t top[D];
    CHECK(cs_profile_top(&profile, 0, 0, D, top) == 4);
    CHECK(top[0] == 2 && top[1] == 3 && top[2] == 0 && top[3] == 1);
    CHECK(cs_profile_top(&profile, 1, 0.3, D, top) == 1 && top[0] == 1);
    CHECK(cs_profile_top(&profile, 0, 0, 2, top) == 2 && top[0] == 2 && top[1] == 3);
    CHECK(cs_profile_top(&profile, 0, 99, 2, top) == 0);
    cs_profile_release(&profile);
  }
  TEST("profile: missing cells are skipped, a group without a value has no mean") {
    double v[4] = {1, NAN, NAN, NAN};
    double *const one[1] = {v};
    const uint32_t two[4] = {0, 0, 1, 1};
    CHECK(cs_profile_make(&profile, 4, two, 2, one, 1, 2, &err) == CS_OK);
    CHECK(cs_profile_at(&profile, 0, 0)->count == 1 && cs_profile_at(&profile, 0, 0)->mean == 1);
    CHECK(cs_profile_at(&profile, 1, 0)->count == 0 && isnan(cs_profile_at(&profile, 1, 0)->median));
    CHECK(cs_profile_effect(&profile, 1, 0) == 0);
    cs_profile_release(&profile);
  }
  TEST("profile: no share and no index of a total that isn't above 0") {
    double v[2] = {-5, 5};
    double *const one[1] = {v};
    const uint32_t two[2] = {0, 1};
    CHECK(cs_profile_make(&profile, 2, two, 2, one, 1, 2, &err) == CS_OK);
    CHECK(isnan(cs_profile_share(&profile, 1, 0)) && isnan(cs_profile_index(&profile, 1, 0)));
    cs_profile_release(&profile);
  }
  UNIT_END;
}
