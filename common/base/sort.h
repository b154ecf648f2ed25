/* sort.h - codes in ascending order: a few by merging, many by the C library. */
#ifndef CS_BASE_SORT_H
#define CS_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

void cs_sort_codes(uint64_t *code, size_t n);

/* The same, equal ones put together: returns how many different ones there are, which are in front. */
size_t cs_sort_distinct(uint64_t *code, size_t n);

#endif
