/* sort.h - codes in ascending order: a few by merging, many by the C library; what has a key by its digits. */
#ifndef CS_BASE_SORT_H
#define CS_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

void cs_sort_codes(uint64_t *code, size_t n);

/* The same, equal ones put together: returns how many different ones there are, which are in front. */
size_t cs_sort_distinct(uint64_t *code, size_t n);

/* What has a key. */
struct cs_keyed {
  uint64_t value, key;
};

/* By key; of equal keys in the order in which they came. room is [n]. O(n) time: as many passes as the keys differ in elevens of bits. */
void cs_sort_keyed(struct cs_keyed *keyed, struct cs_keyed *room, size_t n);

/* The key of a number from 0 on, or infinity, and the number of a key: they are in the same order. */
static inline uint64_t cs_sort_key(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline double cs_sort_number(uint64_t key) {
  double value;
  memcpy(&value, &key, sizeof value);
  return value;
}

#endif
