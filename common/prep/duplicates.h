/* duplicates.h - which rows of a table are an exact copy of one before: each cell equal, as text. */
#ifndef CS_PREP_DUPLICATES_H
#define CS_PREP_DUPLICATES_H

#include "base/error.h"
#include "base/str.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows seen, by the hash of their cells: 16 bytes a slot, at most 3/4 full. */
struct cs_duplicates {
  struct cs_duplicates_slot *slot;
  size_t slots, count;
  size_t *columns; /* 0, 1, ... */
  struct cs_slice *cells;
  struct cs_str scratch;
};

#define CS_DUPLICATES_INIT                                                                                   \
  { NULL, 0, 0, NULL, NULL, CS_STR_INIT }

void cs_duplicates_release(struct cs_duplicates *duplicates);

/* Whether an equal row was seen before; else it is remembered. cells[column] are the row's, for every column read. */
CS_MUST_CHECK enum cs_status cs_duplicates_see(struct cs_duplicates *duplicates, const struct cs_table *table,
                                               size_t row, const struct cs_slice *cells, bool *seen,
                                               struct cs_error *err);

#endif
