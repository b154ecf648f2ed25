/* What columns are like, however many blocks, threads and missing numbers they have. */
#include "data/traits.h"

#include "base/rng.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 30000, ALL = CS_TRAIT_CONSTANT | CS_TRAIT_WHOLE | CS_TRAIT_SKEWED };

static double column[4 * ROWS];

/* The traits of column[n]; in rows of four, of which the others are all different. */
static struct cs_traits traits_of(const double *v, size_t n, unsigned asked, int threads) {
  static double row[4 * ROWS];
  struct cs_traits traits[3];
  for (size_t i = 0; i < n; i++) {
    row[4 * i] = (double)i / 3;
    row[4 * i + 1] = v[i];
    row[4 * i + 2] = -(double)i / 7;
  }
  for (size_t j = 0; j < 3; j++) traits[j].v = row + j;
  CHECK(cs_traits_find(traits, 3, asked, n, 4, threads, NULL) == CS_OK);
  CHECK(n < 2 || !(traits[0].constant || traits[0].code || traits[0].row_number || traits[0].skewed));
  struct cs_traits alone = {.v = v};
  CHECK(cs_traits_find(&alone, 1, asked, n, 1, 1, NULL) == CS_OK);
  CHECK(alone.constant == traits[1].constant && alone.code == traits[1].code &&
        alone.row_number == traits[1].row_number && alone.skewed == traits[1].skewed);
  return alone;
}

static void shuffle(double *v, size_t n) {
  struct cs_rng rng;
  cs_rng_init(&rng, n, 0);
  for (size_t i = n; i > 1; i--) {
    size_t j = cs_rng_below(&rng, i);
    double kept = v[i - 1];
    v[i - 1] = v[j];
    v[j] = kept;
  }
}

/* Of n values a part p is high, the rest is low. */
static bool is_skewed(double low, double high, double p, size_t n) {
  for (size_t i = 0; i < n; i++) column[i] = (double)i < p * (double)n ? high : low;
  shuffle(column, n);
  bool skewed = traits_of(column, n, ALL, 3).skewed;
  for (size_t i = 0; i < n; i++) column[i] = isnan(column[i]) ? NAN : high - column[i] + low;
  CHECK(traits_of(column, n, ALL, 2).skewed == skewed);
  return skewed;
}

int main(void) {
  UNIT_BEGIN;
  TEST("traits: a column of one value is constant, wherever another one stands it isn't") {
    for (size_t at = 0; at < ROWS; at += 2999) {
      for (size_t i = 0; i < ROWS; i++) column[i] = i % 7 ? 2.5 : NAN;
      CHECK(traits_of(column, ROWS, ALL, 2).constant);
      column[at] = 2.25;
      CHECK(!traits_of(column, ROWS, CS_TRAIT_CONSTANT, 2).constant);
    }
    for (size_t i = 0; i < ROWS; i++) column[i] = i < ROWS / 2 ? 2.5 : -2.5;
    CHECK(!traits_of(column, ROWS, CS_TRAIT_CONSTANT, 2).constant);
    for (size_t i = 0; i < ROWS; i++) column[i] = i / 8192 ? 2.5 : 3; /* as long as a block */
    CHECK(!traits_of(column, ROWS, CS_TRAIT_CONSTANT, 2).constant);
    column[0] = 0, column[1] = -0.0;
    CHECK(traits_of(column, 2, ALL, 1).constant);
    column[0] = column[1] = NAN;
    CHECK(traits_of(column, 2, ALL, 1).constant && !traits_of(column, 2, ALL, 1).code);
  }
  TEST("traits: ten whole numbers are codes, eleven aren't, a fraction is none") {
    for (size_t at = 0; at < ROWS; at += 2999) {
      for (size_t i = 0; i < ROWS; i++) column[i] = i % 5 ? (double)(i % 10) : NAN;
      CHECK(traits_of(column, ROWS, ALL, 3).code);
      CHECK(!traits_of(column, ROWS, CS_TRAIT_CONSTANT, 3).code);
      column[at] = 10; /* the multiples of five are missing */
      CHECK(traits_of(column, ROWS, CS_TRAIT_WHOLE, 3).code);
      column[at] = 8.5;
      CHECK(!traits_of(column, ROWS, CS_TRAIT_WHOLE, 3).code);
    }
    for (size_t i = 0; i < ROWS; i++) column[i] = (double)(i / (ROWS / 10));
    CHECK(traits_of(column, ROWS, ALL, 2).code);
    for (size_t i = 0; i < ROWS; i++) column[i] = (double)(i / (ROWS / 11));
    CHECK(!traits_of(column, ROWS, ALL, 2).code);
  }
  TEST("traits: a row number has every whole number once, in any order") {
    for (size_t i = 0; i < ROWS; i++) column[i] = (double)i - 77;
    CHECK(traits_of(column, ROWS, ALL, 2).row_number);
    shuffle(column, ROWS);
    CHECK(traits_of(column, ROWS, CS_TRAIT_WHOLE, 2).row_number);
    double kept = column[20000];
    column[20000] = kept == 5 ? 6 : 5;
    CHECK(!traits_of(column, ROWS, ALL, 2).row_number);
    column[20000] = NAN;
    CHECK(!traits_of(column, ROWS, ALL, 2).row_number);
  }
  TEST("traits: two values are skewed beyond 2 where less than 14.6447 % of them are one of the two") {
    /* g1 = (1 - 2 p) / sqrt(p (1 - p)), which is 2 at p = (2 - sqrt 2) / 4 = 0.1464466 */
    static const struct {
      double low, high;
    } at[] = {{0, 1},          {-3, 5.25},       {1e6, 1e6 + 1}, {0, 1e300},
              {-1e300, 1e300}, {1e-300, 3e-300}, {-5e-7, 0},     {1e-320, 1e-310}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
      CHECK(is_skewed(at[i].low, at[i].high, 0.1463, ROWS));
      CHECK(!is_skewed(at[i].low, at[i].high, 0.1466, ROWS));
    }
    for (size_t i = 0; i < ROWS; i++) column[i] = i % 3 ? NAN : i % 30 == 0;
    CHECK(traits_of(column, ROWS, ALL, 2).skewed);
    for (size_t i = 0; i < ROWS; i++) column[i] = i % 3 ? NAN : i % 18 == 0;
    CHECK(!traits_of(column, ROWS, ALL, 2).skewed);
    CHECK(!traits_of(column, ROWS, CS_TRAIT_WHOLE, 2).skewed);
  }
  TEST("traits: the skewness of blocks that lie far apart is that of all") {
    /* Two thirds at -1, 0, 1 and a block at 1000: by far more than 2 with 5 %, less with a third. */
    for (size_t i = 0; i < ROWS; i++) column[i] = i < ROWS / 20 ? (double)(1000 + i % 3) : (double)(i % 3);
    CHECK(traits_of(column, ROWS, ALL, 2).skewed);
    for (size_t i = 0; i < ROWS; i++) column[i] = i < ROWS / 3 ? (double)(1000 + i % 3) : (double)(i % 3);
    CHECK(!traits_of(column, ROWS, ALL, 2).skewed);
  }
  UNIT_END;
}
