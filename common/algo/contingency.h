/* contingency.h - how many rows two clusterings of the same rows have in common, cluster by cluster.
 *
 * Shapes   cell is [rows][columns]: rows are the clusters of the first, columns those of the second.
 * Cost     O(n) time, O(rows x columns) memory.
 */
#ifndef CS_ALGO_CONTINGENCY_H
#define CS_ALGO_CONTINGENCY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct cs_contingency {
  size_t rows, columns;
  size_t *cell;
  size_t *row_total, *column_total;
};

#define CS_CONTINGENCY_INIT                                                                                  \
  { 0, 0, NULL, NULL, NULL }

/* first is [n] with 0 .. rows-1, second is [n] with 0 .. columns-1; a higher number is none: the row counts in the other's totals alone. */
CS_MUST_CHECK enum cs_status cs_contingency_make(struct cs_contingency *table, const uint32_t *first,
                                                 size_t rows, const uint32_t *second, size_t columns,
                                                 size_t n, struct cs_error *err);
void cs_contingency_release(struct cs_contingency *table);

static inline size_t cs_contingency_at(const struct cs_contingency *table, size_t row, size_t column) {
  return table->cell[row * table->columns + column];
}

#endif
