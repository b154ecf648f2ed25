#include "algo/rfm.h"
#include "unit.h"

/* Quintiles of mtcars mpg as in the tests of the R package rfm. */
static const double mpg[32] = {21,   21,   22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8,
                               16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5,
                               15.2, 13.3, 19.2, 27.3, 26,   30.4, 15.8, 19.7, 15,   21.4};

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
  TEST("rfm: rows of the published result have the published segments") {
    CHECK_TEXT(cs_rfm_segment_name(cs_rfm_segment_of(3, 4, 3)), "Potential Loyalist");
    CHECK_TEXT(cs_rfm_segment_name(cs_rfm_segment_of(4, 1, 2)), "New Customers");
    CHECK_TEXT(cs_rfm_segment_name(cs_rfm_segment_of(3, 2, 3)), "Loyal Customers");
    CHECK_TEXT(cs_rfm_segment_name(cs_rfm_segment_of(5, 5, 5)), "Champions");
    CHECK_TEXT(cs_rfm_segment_name(cs_rfm_segment_of(1, 1, 1)), "Lost");
  }
  TEST("rfm: each of the 125 cells has a segment, and each segment a cell") {
    int cells[CS_RFM_SEGMENTS] = {0};
    for (int cell = 0; cell < 125; cell++) {
      enum cs_rfm_segment segment = cs_rfm_segment_of(cell / 25 + 1, cell / 5 % 5 + 1, cell % 5 + 1);
      CHECK(segment < CS_RFM_SEGMENTS);
      if (segment < CS_RFM_SEGMENTS) cells[segment]++;
    }
    for (int segment = 0; segment < CS_RFM_SEGMENTS; segment++) CHECK(cells[segment] > 0);
  }
  TEST("rfm: no value gives cuts without NaN") {
    CHECK(cs_rfm_cuts_fit(mpg, 0, cuts, &err) == CS_OK);
    for (int i = 0; i < CS_RFM_CUTS; i++) CHECK(cuts[i] == 0);
  }
  UNIT_END;
}
