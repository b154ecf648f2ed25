#include "algo/rfm.h"
#include "unit.h"

/* Quintiles of mtcars mpg as in the tests of the R package rfm. */
static const double mpg[32] = {21,   21,   22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8,
                               16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5,
                               15.2, 13.3, 19.2, 27.3, 26,   30.4, 15.8, 19.7, 15,   21.4};

static struct cs_rfm_box box(int r, int r2, int f, int f2, int m, int m2) {
  return (struct cs_rfm_box){{{r, r2}, {f, f2}, {m, m2}}};
}

static struct cs_rfm_cells cells_of(struct cs_rfm_box of) {
  struct cs_rfm_cells cells = {{false}};
  cs_rfm_cells_add(&cells, &of);
  return cells;
}

static bool is_box(const struct cs_rfm_box *got, struct cs_rfm_box want) {
  return memcmp(got, &want, sizeof want) == 0;
}

static void test_cells(void) {
  struct cs_rfm_box largest;
  TEST("rfm: the cells are numbered from 1-1-1 to 5-5-5, recency first") {
    CHECK(cs_rfm_cell(1, 1, 1) == 0 && cs_rfm_cell(1, 1, 2) == 1 && cs_rfm_cell(1, 2, 1) == 5 &&
          cs_rfm_cell(2, 1, 1) == 25 && cs_rfm_cell(5, 5, 5) == 124);
  }
  TEST("rfm: a box holds its corners and nothing outside of them") {
    struct cs_rfm_cells cells = cells_of(box(4, 5, 3, 3, 1, 2));
    CHECK(cs_rfm_cells_count(&cells) == 4);
    CHECK(cells.has[cs_rfm_cell(4, 3, 1)] && cells.has[cs_rfm_cell(5, 3, 2)]);
    CHECK(!cells.has[cs_rfm_cell(3, 3, 1)] && !cells.has[cs_rfm_cell(4, 4, 1)] &&
          !cells.has[cs_rfm_cell(4, 3, 3)]);
    struct cs_rfm_box part = box(5, 5, 1, 5, 2, 2);
    cs_rfm_cells_remove(&cells, &part);
    CHECK(cs_rfm_cells_count(&cells) == 3 && !cells.has[cs_rfm_cell(5, 3, 2)]);
  }
  TEST("rfm: the largest box of a set is found, the first of several, none in the empty set") {
    struct cs_rfm_cells cells = cells_of(box(1, 5, 1, 5, 1, 5));
    CHECK(cs_rfm_cells_largest(&cells, &largest) == 125);
    CHECK(is_box(&largest, box(1, 5, 1, 5, 1, 5)));
    struct cs_rfm_box hole = box(3, 3, 1, 5, 1, 5);
    cs_rfm_cells_remove(&cells, &hole);
    CHECK(cs_rfm_cells_largest(&cells, &largest) == 50);
    CHECK(is_box(&largest, box(1, 2, 1, 5, 1, 5)));
    cells = cells_of(box(2, 2, 5, 5, 3, 3));
    CHECK(cs_rfm_cells_largest(&cells, &largest) == 1);
    CHECK(is_box(&largest, box(2, 2, 5, 5, 3, 3)));
    cs_rfm_cells_remove(&cells, &largest);
    CHECK(cs_rfm_cells_largest(&cells, &largest) == 0);
  }
}

static void test_coverage(void) {
  struct cs_rfm_coverage coverage = {0};
  struct cs_rfm_cells found, first = cells_of(box(5, 5, 5, 5, 4, 5)),
                             second = cells_of(box(5, 5, 5, 5, 5, 5)),
                             third = cells_of(box(5, 5, 4, 5, 5, 5));
  TEST("rfm: a rule names the cells that none before it covers, and one without such can't fire") {
    CHECK(cs_rfm_cover(&coverage, &first) == 2);
    CHECK(cs_rfm_cover(&coverage, &second) == 0);
    CHECK(cs_rfm_cover(&coverage, &third) == 1);
    CHECK(coverage.rules == 3);
    CHECK(coverage.first[cs_rfm_cell(5, 5, 5)] == 0 && coverage.count[cs_rfm_cell(5, 5, 5)] == 3);
    CHECK(coverage.first[cs_rfm_cell(5, 4, 5)] == 2 && coverage.count[cs_rfm_cell(5, 4, 5)] == 1);
  }
  TEST("rfm: cells without a rule, and cells with several") {
    cs_rfm_uncovered(&coverage, &found);
    CHECK(cs_rfm_cells_count(&found) == 122 && !found.has[cs_rfm_cell(5, 5, 4)]);
    cs_rfm_contested(&coverage, &found);
    CHECK(cs_rfm_cells_count(&found) == 1 && found.has[cs_rfm_cell(5, 5, 5)]);
  }
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  double cuts[CS_RFM_CUTS];
  UNIT_BEGIN;

  TEST("rfm: the cuts are those of the R package: quintiles of type 7 plus 1") {
    CHECK(cs_rfm_cuts_fit(mpg, 32, cuts, &err) == CS_OK);
    CHECK_NEAR(cuts[0], 16.20, 1e-12);
    CHECK_NEAR(cuts[1], 18.92, 1e-12);
    CHECK_NEAR(cuts[2], 22.00, 1e-12);
    CHECK_NEAR(cuts[3], 25.08, 1e-12);
  }
  TEST("rfm: intervals are closed below and open above") {
    double four[CS_RFM_CUTS] = {4, 5, 6, 8};
    CHECK(cs_rfm_score(3.999, four) == 1);
    CHECK(cs_rfm_score(4, four) == 2);
    CHECK(cs_rfm_score(7, four) == 4);
    CHECK(cs_rfm_score(8, four) == 5);
    double days[CS_RFM_CUTS] = {115, 181, 297.4, 482};
    CHECK(cs_rfm_score_recency(114, days) == 5);
    CHECK(cs_rfm_score_recency(115, days) == 4);
    CHECK(cs_rfm_score_recency(297, days) == 3);
    CHECK(cs_rfm_score_recency(482, days) == 1);
  }
  TEST("rfm: no value gives cuts without NaN") {
    CHECK(cs_rfm_cuts_fit(mpg, 0, cuts, &err) == CS_OK);
    for (int i = 0; i < CS_RFM_CUTS; i++) CHECK(cuts[i] == 0);
  }
  test_cells();
  test_coverage();
  UNIT_END;
}
