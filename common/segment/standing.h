/* standing.h - where the clusters of a table stand in its columns, against all rows.
 *
 * Shapes   of a column: median, rank and effect are [k].
 * Units    medians are in those of the column; a rank is the per cent of all rows that have less than the cluster's median, and
 *          half of those that have the same; an effect is (mean of the cluster - mean of all) / standard deviation of all (divisor
 *          n). Missing cells don't count; NaN where a cluster has no value, and an effect is 0 where all rows have the same.
 * Cost     O(n log k) time for each column, besides decoding; 24 bytes a row at a time, whatever the columns.
 */
#ifndef CS_SEGMENT_STANDING_H
#define CS_SEGMENT_STANDING_H

#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>

struct cs_standing {
  size_t column; /* of the table */
  bool numeric;  /* else there is nothing else */
  double *median, *rank, *effect;
};

struct cs_standings {
  struct cs_standing *of; /* [count], in the order of the columns asked for */
  size_t count;
  double *values;
};

#define CS_STANDINGS_INIT                                                                                    \
  { NULL, 0, NULL }

/* label is [rows], 0 .. k-1; a higher one is of no cluster: the row counts among all. known is [count]: the values of columns
 * that somebody has decoded already, NULL for others; or NULL. */
CS_MUST_CHECK enum cs_status cs_standings_find(struct cs_standings *standings, const struct cs_table *table,
                                               const size_t *column, const double *const *known, size_t count,
                                               const uint32_t *label, size_t k, int threads,
                                               struct cs_error *err);
void cs_standings_release(struct cs_standings *standings);

#endif
