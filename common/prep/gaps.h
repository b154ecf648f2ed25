/* gaps.h - rows without a value: columns are closed over them and opened again, in place.
 *
 * Memory   one bit a row, and none where no row is missing.
 */
#ifndef CS_PREP_GAPS_H
#define CS_PREP_GAPS_H

#include "base/error.h"
#include "base/matrix.h"

#include <stdbool.h>
#include <stddef.h>

struct cs_gaps {
  unsigned char *bit; /* [rows]; NULL when there is no gap */
  size_t rows, count; /* in all; missing */
};

#define CS_GAPS_INIT                                                                                         \
  { NULL, 0, 0 }

/* The rows in which any of the columns is NaN. */
CS_MUST_CHECK enum cs_status cs_gaps_find(struct cs_gaps *gaps, const struct cs_vectors *vectors,
                                          struct cs_error *err);
void cs_gaps_release(struct cs_gaps *gaps);

bool cs_gaps_has(const struct cs_gaps *gaps, size_t row);

/* The values move up over the gaps: rows - count of them are then in front. */
void cs_gaps_close(const struct cs_gaps *gaps, double *v);

/* They move back to their rows, and the gaps get `value`. */
void cs_gaps_open(const struct cs_gaps *gaps, double *v, double value);

/* The row of the i-th value that is there. */
size_t cs_gaps_row(const struct cs_gaps *gaps, size_t i);

#endif
