#include "base/sort.h"

#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>

enum { MOST = 600, TIMES = 4 };

static int compare(const void *a, const void *b) {
  uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

/* Of n codes below `most` in no order, as the C library sorts them. */
static bool agrees(struct cs_rng *rng, size_t n, uint64_t most) {
  uint64_t code[MOST], same[MOST];
  size_t distinct = n > 0;
  for (size_t i = 0; i < n; i++) code[i] = same[i] = most ? cs_rng_bits(rng) % most : cs_rng_bits(rng);
  qsort(same, n, sizeof *same, compare);
  cs_sort_codes(code, n);
  if (memcmp(code, same, n * sizeof *code) != 0) return false;
  for (size_t i = 1; i < n; i++) distinct += same[i] != same[i - 1];
  for (size_t i = 0; i < n; i++) code[i] = same[(i * 7 + 3) % n];
  return n % 7 == 0 || cs_sort_distinct(code, n) == distinct;
}

int main(void) {
  struct cs_rng rng;
  cs_rng_init(&rng, 1, 0);
  UNIT_BEGIN;
  TEST("sort: any number of codes, few or many different ones, is sorted as by the C library") {
    size_t wrong = 0;
    for (size_t n = 0; n < MOST; n++)
      for (int i = 0; i < TIMES; i++)
        wrong += !agrees(&rng, n, 0) + !agrees(&rng, n, 5) + !agrees(&rng, n, n + 1);
    CHECK(wrong == 0);
  }
  TEST("sort: sorted ones, and those the other way round") {
    uint64_t up[MOST], down[MOST];
    for (size_t n = 1; n < MOST; n++) {
      size_t wrong = 0;
      for (size_t i = 0; i < n; i++) up[i] = down[n - 1 - i] = i * i;
      cs_sort_codes(up, n);
      cs_sort_codes(down, n);
      for (size_t i = 0; i < n; i++) wrong += up[i] != i * i || down[i] != i * i;
      CHECK(wrong == 0);
    }
  }
  TEST("sort: what has a key is sorted by it, equal ones as they came; numbers are in the order of their "
       "keys") {
    enum { MANY = 5000 };
    static struct cs_keyed keyed[MANY], room[MANY];
    for (size_t n = 0; n < MANY; n = 2 * n + 1) {
      size_t wrong = 0;
      for (size_t i = 0; i < n; i++)
        keyed[i] = (struct cs_keyed){
            i, cs_sort_key(cs_rng_below(&rng, 3) ? cs_rng_exponential(&rng) : (double)cs_rng_below(&rng, 5))};
      cs_sort_keyed(keyed, room, n);
      for (size_t i = 1; i < n; i++) {
        double before = cs_sort_number(keyed[i - 1].key), here = cs_sort_number(keyed[i].key);
        wrong += before > here || (before == here && keyed[i - 1].value >= keyed[i].value);
      }
      CHECK(wrong == 0);
    }
  }
  UNIT_END;
}
