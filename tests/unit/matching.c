/* Matchings against all that are possible, and, where these are too many, against scipy (tests/oracle/matching.py). */
#include "algo/matching.h"
#include "unit.h"

#include <stdbool.h>
#include <stdint.h>

static uint64_t state;

static uint32_t draw(uint32_t below) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((state >> 33) % below);
}

static struct cs_error err;

/* Rows kept by the best of all ways in which rows `at` and up may take columns that aren't taken. */
static size_t best_of_all(const struct cs_contingency *both, size_t at, unsigned taken) {
  if (at == both->rows) return 0;
  size_t best = best_of_all(both, at + 1, taken);
  for (size_t j = 0; j < both->columns; j++) {
    size_t common = cs_contingency_at(both, at, j);
    if (taken >> j & 1 || !common || 2 * common < both->row_total[at]) continue;
    size_t kept = common + best_of_all(both, at + 1, taken | 1u << j);
    if (kept > best) best = kept;
  }
  return best;
}

/* Rows kept; checks on the way that no column is taken twice or by less than half a row. */
static size_t kept(const struct cs_contingency *both) {
  size_t partner[128], sum = 0;
  bool taken[128] = {false}, sound = true;
  CHECK(cs_matching_find(both, partner, &err) == CS_OK);
  for (size_t i = 0; i < both->rows; i++) {
    if (partner[i] == SIZE_MAX) continue;
    size_t common = cs_contingency_at(both, i, partner[i]);
    sound &= !taken[partner[i]] && common && 2 * common >= both->row_total[i];
    taken[partner[i]] = true;
    sum += common;
  }
  CHECK(sound);
  return sum;
}

static void test_all_small(void) {
  uint32_t first[24], second[24];
  bool same = true;
  for (int round = 0; round < 3000; round++) {
    uint32_t rows = 1 + draw(6), columns = 1 + draw(6), n = 1 + draw(24);
    struct cs_contingency both;
    for (uint32_t i = 0; i < n; i++)
      first[i] = draw(rows), second[i] = draw(2) ? first[i] % columns : draw(columns);
    CHECK(cs_contingency_make(&both, first, rows, second, columns, n, &err) == CS_OK);
    same &= kept(&both) == best_of_all(&both, 0, 0);
    cs_contingency_release(&both);
  }
  CHECK(same);
}

static size_t drawn(uint32_t rows, uint32_t columns, uint32_t n) {
  static uint32_t first[2000], second[2000];
  struct cs_contingency both;
  for (uint32_t i = 0; i < n; i++) {
    first[i] = draw(rows);
    second[i] = draw(2) ? first[i] * 7 % columns : draw(columns);
  }
  CHECK(cs_contingency_make(&both, first, rows, second, columns, n, &err) == CS_OK);
  size_t sum = kept(&both);
  cs_contingency_release(&both);
  return sum;
}

static void test_scipy(void) {
  state = 1;
  CHECK(drawn(40, 37, 2000) == 725);
  CHECK(drawn(25, 60, 400) == 123);
  CHECK(drawn(90, 90, 300) == 119);
}

/* Two halves of an old cluster: the first of a tie goes on. A cluster of three thirds is new, and so is one without rows. */
static void test_words(void) {
  static const uint32_t first[] = {0, 0, 0, 1, 1, 1, 2, 2, 2}, second[] = {0, 0, 0, 0, 0, 0, 0, 1, 2};
  struct cs_contingency both;
  size_t partner[4];
  CHECK(cs_contingency_make(&both, first, 4, second, 3, 9, &err) == CS_OK);
  CHECK(cs_matching_find(&both, partner, &err) == CS_OK);
  CHECK((partner[0] == 0) != (partner[1] == 0));
  CHECK(partner[2] == SIZE_MAX && partner[3] == SIZE_MAX);
  CHECK(both.row_total[3] == 0);
  CHECK(both.column_total[0] == 7);
  cs_contingency_release(&both);
}

int main(void) {
  UNIT_BEGIN;
  TEST("matching: of all pairings of few clusters one that keeps the most rows is found") {
    test_all_small();
  }
  TEST("matching: with many clusters as many rows are kept as by scipy") {
    test_scipy();
  }
  TEST("matching: half of a cluster goes on, a third doesn't, one without rows is new") {
    test_words();
  }
  UNIT_END;
}
