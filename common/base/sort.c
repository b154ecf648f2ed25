#include "base/sort.h"

#include <stdlib.h>

enum { FEW = 48 }; /* up to here insertion is quicker than a call of qsort() */

static int compare(const void *a, const void *b) {
  uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
  return (left > right) - (left < right);
}

void cs_sort_codes(uint64_t *code, size_t n) {
  size_t sorted = 1;
  while (sorted < n && code[sorted - 1] <= code[sorted]) sorted++;
  if (sorted >= n) return;
  if (n > FEW) {
    qsort(code, n, sizeof *code, compare);
    return;
  }
  for (size_t i = sorted; i < n; i++) {
    uint64_t value = code[i];
    size_t at = i;
    for (; at > 0 && code[at - 1] > value; at--) code[at] = code[at - 1];
    code[at] = value;
  }
}

size_t cs_sort_distinct(uint64_t *code, size_t n) {
  size_t distinct = 0;
  cs_sort_codes(code, n);
  for (size_t i = 0; i < n; i++)
    if (i == 0 || code[i] != code[distinct - 1]) code[distinct++] = code[i];
  return distinct;
}
