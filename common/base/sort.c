#include "base/sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
  FEW = 256, /* up to here merging is quicker than a call of qsort() */
  RUN = 4    /* sorted at a time */
};

static int compare(const void *a, const void *b) {
  uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

/* Without a jump that depends on the codes, as all below: in no order they would mislead the processor every other time. */
static inline void order_two(uint64_t *a, uint64_t *b) {
  uint64_t low = *a < *b ? *a : *b, high = *a < *b ? *b : *a;
  *a = low;
  *b = high;
}

/* Up to RUN: each goes down through those before it. */
static inline void sort_run(uint64_t *code, size_t n) {
  if (n < 2) return;
  order_two(&code[0], &code[1]);
  if (n < 3) return;
  order_two(&code[1], &code[2]);
  order_two(&code[0], &code[1]);
  if (n < 4) return;
  order_two(&code[2], &code[3]);
  order_two(&code[1], &code[2]);
  order_two(&code[0], &code[1]);
}

/* The halves of n codes, the second of which has as many or one more, into one: from both ends at once, so that neither
 * half can run out before the middle is reached, and one step needn't wait for the other. */
static void merge(const uint64_t *code, size_t n, uint64_t *out) {
  size_t half = n / 2;
  const uint64_t *left = code, *right = code + half, *left_end = right, *right_end = code + n;
  for (size_t i = 0; i < half; i++) {
    size_t is_right = *right < *left;
    out[i] = is_right ? *right : *left;
    right += is_right;
    left += !is_right;
    size_t is_left = right_end[-1] < left_end[-1];
    out[n - 1 - i] = is_left ? left_end[-1] : right_end[-1];
    left_end -= is_left;
    right_end -= !is_left;
  }
  if (n % 2) out[half] = left < left_end ? *left : *right;
}

static void sort_few(uint64_t *code, size_t n, uint64_t *room) {
  if (n <= RUN) {
    sort_run(code, n);
    return;
  }
  sort_few(code, n / 2, room);
  sort_few(code + n / 2, n - n / 2, room);
  merge(code, n, room);
  memcpy(code, room, n * sizeof *code);
}

void cs_sort_codes(uint64_t *code, size_t n) {
  size_t sorted = 1;
  while (sorted < n && code[sorted - 1] <= code[sorted]) sorted++;
  if (sorted >= n) return;
  uint64_t room[FEW];
  if (n > FEW)
    qsort(code, n, sizeof *code, compare);
  else
    sort_few(code, n, room);
}

size_t cs_sort_distinct(uint64_t *code, size_t n) {
  size_t distinct = 0;
  cs_sort_codes(code, n);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || code[i] != code[distinct - 1]) code[distinct++] = code[i];
  return distinct;
}

/* --- by the digits of keys --- */

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = (64 + DIGIT_BITS - 1) / DIGIT_BITS };

static size_t digit_of(uint64_t key, int pass) {
  return key >> pass * DIGIT_BITS & (DIGITS - 1);
}

static void deal(const struct cs_keyed *from, struct cs_keyed *to, size_t n, int pass, uint32_t *place) {
  for (size_t i = 0; i < n; i++) to[place[digit_of(from[i].key, pass)]++] = from[i];
}

/* Turns counts into places; false where all keys have the same digit. */
static bool find_places(uint32_t *count, size_t n) {
  uint32_t sum = 0;
  for (size_t d = 0; d < DIGITS; d++) {
    uint32_t own = count[d];
    if (own == n) return false;
    count[d] = sum;
    sum += own;
  }
  return true;
}

void cs_sort_keyed(struct cs_keyed *keyed, struct cs_keyed *room, size_t n) {
  struct cs_keyed *from = keyed, *to = room;
  uint32_t count[DIGITS];
  for (int pass = 0; pass < PASSES; pass++) {
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < n; i++) count[digit_of(from[i].key, pass)]++;
    if (!find_places(count, n)) continue;
    deal(from, to, n, pass, count);
    struct cs_keyed *other = from;
    from = to;
    to = other;
  }
  if (from != keyed) memcpy(keyed, from, n * sizeof *keyed);
}
