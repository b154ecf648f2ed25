/* distribution.h - how the values of one column lie in each group: counts between edges that are the same for all groups.
 *
 * Shapes  edge is [CS_BINS + 1], count is [k][CS_BINS].
 * Scale   logarithmic where 99 of 100 values are above 0, and 100 times as large at their 95 % quantile as at their 5 % quantile. What lies
 *         beyond the 1 % and 99 % quantiles counts in the outermost bins.
 */
#ifndef CS_REPORT_DISTRIBUTION_H
#define CS_REPORT_DISTRIBUTION_H

#include "base/error.h"
#include "report/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CS_BINS = 32 };

struct cs_distribution {
  bool log;
  double edge[CS_BINS + 1]; /* ascending; all the same where the column is constant */
  size_t *count;            /* NULL: no value is there */
};

/* value is [n], NaN where a cell is missing; all is the cell of all rows in its column. */
CS_MUST_CHECK enum cs_status cs_distribution_find(struct cs_distribution *distribution,
                                                  const struct cs_profile_cell *all, const double *value,
                                                  const uint32_t *group, size_t n, size_t k,
                                                  struct cs_error *err);
void cs_distribution_release(struct cs_distribution *distribution);

#endif
