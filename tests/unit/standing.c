/* Where clusters stand, as scipy and numpy say (tests/oracle/standing.py). */
#include "segment/standing.h"

#include "base/memory.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 12 };

static struct cs_error err;

/* A table of these columns of numbers; copies them. */
static struct cs_table *table_of(const double *const *column, size_t count) {
  struct cs_table *table = cs_table_new();
  CHECK(cs_table_begin(table, ROWS, &err) == CS_OK);
  for (size_t j = 0; j < count; j++) {
    const char name[] = {(char)('a' + j), '\0'};
    double *value;
    CHECK(cs_alloc(&value, ROWS, sizeof *value, "a column", &err) == CS_OK);
    memcpy(value, column[j], ROWS * sizeof *value);
    CHECK(cs_table_add_number(table, name, CS_KIND_QUANTITY, value, &err) == CS_OK);
  }
  return table;
}

int main(void) {
  static const double x[ROWS] = {4, 1, 1, NAN, 9, 2.5, 1, 7, 7, 2.5, 30, -3};
  static const double same[ROWS] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
  static const uint32_t label[ROWS] = {0, 0, 1, 1, 1, 2, 2, 0, 1, 2, 0, 1};
  static const uint32_t alone[ROWS] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  UNIT_BEGIN;
  TEST("standing: medians, ranks and effects are those of numpy and scipy, whatever the threads") {
    const double *const column[] = {x, x, x};
    struct cs_table *table = table_of(column, 3);
    for (int threads = 1; threads <= 3; threads++) {
      struct cs_standings standings = CS_STANDINGS_INIT;
      CHECK(cs_standings_find(&standings, table, (const size_t[]){2, 0, 1}, NULL, 3, label, 3, threads,
                              &err) == CS_OK);
      for (size_t j = 0; j < 3; j++) {
        const struct cs_standing *at = &standings.of[j];
        CHECK(at->numeric && at->column == (j + 2) % 3);
        CHECK(at->median[0] == 5.5 && at->median[1] == 4 && at->median[2] == 2.5);
        CHECK_NEAR(at->rank[0], 63.63636363636364, 1e-13);
        CHECK_NEAR(at->rank[1], 59.09090909090909, 1e-13);
        CHECK_NEAR(at->rank[2], 45.45454545454546, 1e-13);
        CHECK_NEAR(at->effect[0], 0.5812985754018675, 1e-15);
        CHECK_NEAR(at->effect[1], -0.2553367574195119, 1e-15);
        CHECK_NEAR(at->effect[2], -0.4346157573098075, 1e-15);
      }
      cs_standings_release(&standings);
    }
    cs_table_free(table);
  }
  TEST("standing: a cluster without a value stands nowhere, where all are the same nobody stands out") {
    const double *const column[] = {x, same};
    struct cs_table *table = table_of(column, 2);
    struct cs_standings standings = CS_STANDINGS_INIT;
    CHECK(cs_standings_find(&standings, table, (const size_t[]){0, 1}, NULL, 2, alone, 2, 2, &err) == CS_OK);
    CHECK(isnan(standings.of[0].median[1]) && isnan(standings.of[0].rank[1]) &&
          isnan(standings.of[0].effect[1]));
    CHECK(standings.of[1].rank[0] == 50 && standings.of[1].rank[1] == 50);
    CHECK(standings.of[1].effect[0] == 0 && standings.of[1].effect[1] == 0);
    cs_standings_release(&standings);
    cs_table_free(table);
  }
  UNIT_END;
}
