/* duplicates.h - which rows are an exact copy of one before: each cell equal, as text.
 *
 * A row is known by 80 bits of the hash of its cells. That another row is taken for its copy has odds of n^2 / 2^81 in n
 * rows: 1 in 200,000,000 among 100 million.
 * Memory   10 bytes a slot, four fifths to nine tenths of which are full.
 */
#ifndef CS_PREP_DUPLICATES_H
#define CS_PREP_DUPLICATES_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_row_hash {
  uint64_t high;
  uint16_t low;
};

/* The hash of a row, whose cells are in the order of the table's columns. Missing cells at the end don't change it. scratch
 * receives the cells with commas between them; where it fails, so has this. */
struct cs_row_hash cs_row_hash(const struct cs_slice *cells, size_t count, struct cs_str *scratch);

/* The same of a row that stands like that in its record: commas between cells, none within them or behind the last. */
struct cs_row_hash cs_record_hash(struct cs_slice record);

/* The hash of one text. */
uint64_t cs_text_hash(struct cs_slice text);

/* The hashes in ascending order with gaps between them. */
struct cs_duplicates {
  unsigned char *slot;
  size_t slots, spare; /* homes, and the slots behind them */
  size_t count, capacity;
};

#define CS_DUPLICATES_INIT                                                                                   \
  { NULL, 0, 0, 0, 0 }

void cs_duplicates_release(struct cs_duplicates *duplicates);

/* Whether an equal row was seen before; else it is remembered. */
CS_MUST_CHECK enum cs_status cs_duplicates_see(struct cs_duplicates *duplicates, struct cs_row_hash hash,
                                               bool *seen, struct cs_error *err);

/* Fetches what cs_duplicates_see() will look at. */
void cs_duplicates_expect(const struct cs_duplicates *duplicates, struct cs_row_hash hash);

#endif
