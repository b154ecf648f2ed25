#include "prep/gaps.h"

#include "unit.h"

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_gaps gaps;
  UNIT_BEGIN;

  TEST("gaps: columns close over the rows that miss a value in any of them, and open again") {
    double a[10] = {NAN, 1, 2, 3, NAN, 5, 6, 7, 8, 9}, b[10] = {0, 1, 2, NAN, NAN, 5, 6, 7, 8, NAN};
    double *v[2] = {a, b};
    const double closed[6] = {1, 2, 5, 6, 7, 8}, open[10] = {-1, 1, 2, -1, -1, 5, 6, 7, 8, -1};
    CHECK(cs_gaps_find(&gaps, &(struct cs_vectors){10, 2, v}, &err) == CS_OK && gaps.count == 4);
    CHECK(cs_gaps_has(&gaps, 0) && !cs_gaps_has(&gaps, 1) && cs_gaps_has(&gaps, 9));
    for (int j = 0; j < 2; j++) {
      cs_gaps_close(&gaps, v[j]);
      CHECK(memcmp(v[j], closed, sizeof closed) == 0);
    }
    CHECK(cs_gaps_row(&gaps, 0) == 1 && cs_gaps_row(&gaps, 2) == 5 && cs_gaps_row(&gaps, 5) == 8);
    for (int j = 0; j < 2; j++) {
      cs_gaps_open(&gaps, v[j], -1);
      CHECK(memcmp(v[j], open, sizeof open) == 0);
    }
    cs_gaps_release(&gaps);
  }
  TEST("gaps: where nothing is missing nothing moves, and where all is nothing is left") {
    double a[2] = {3, 4}, none[2] = {NAN, NAN}, *v = a;
    CHECK(cs_gaps_find(&gaps, &(struct cs_vectors){2, 1, &v}, &err) == CS_OK && gaps.count == 0 && !gaps.bit);
    cs_gaps_close(&gaps, a);
    cs_gaps_open(&gaps, a, 0);
    CHECK(a[0] == 3 && a[1] == 4 && cs_gaps_row(&gaps, 1) == 1);
    v = none;
    CHECK(cs_gaps_find(&gaps, &(struct cs_vectors){2, 1, &v}, &err) == CS_OK && gaps.count == 2);
    cs_gaps_open(&gaps, none, 7);
    CHECK(none[0] == 7 && none[1] == 7);
    cs_gaps_release(&gaps);
  }
  UNIT_END;
}
