/* categories.h - which values of text columns are over- or under-represented in a segment: countries, channels, loyalty tiers.
 *
 * Looks at  text columns of 2 to 50 different values that are neither personal (privacy.h) nor dates, ids or labels.
 * Index     100 x (share of the value in the segment) / (share in all rows), missing cells left out.
 * Told      values with 10 rows in the segment and |z| >= 3, z being that of the share in the segment against the share in all other
 *           rows (two proportions, pooled), by decreasing |z|, at most CS_CATEGORIES_TOLD of a segment.
 * Cost      O(n) a column; 4 bytes a row.
 */
#ifndef CS_REPORT_CATEGORIES_H
#define CS_REPORT_CATEGORIES_H

#include "base/memory.h"
#include "data/columns.h"
#include "report/labels.h"

enum { CS_CATEGORY_VALUES = 50, CS_CATEGORIES_TOLD = 4, CS_CATEGORY_ROWS = 10, CS_CROSS_NAMES = 20 };

struct cs_category {
  const char *column, *value;
  size_t rows; /* of the segment that have it */
  double share, index, z;
};

/* Segments against the values of one column. */
struct cs_cross {
  size_t values; /* 0: there is no such column */
  const char *value[CS_CROSS_NAMES];
  size_t *count; /* [k][values] */
};

struct cs_categories {
  struct cs_category (*of)[CS_CATEGORIES_TOLD]; /* [k] */
  size_t *told;                                 /* [k] */
  struct cs_cross rfm; /* of rfm_segment, in the order of its rules' names as they are met, by size */
  struct cs_arena texts;
};

#define CS_CATEGORIES_INIT                                                                                   \
  { NULL, NULL, {0, {NULL}, NULL}, CS_ARENA_INIT }

/* left_out are columns that aren't looked at. */
CS_MUST_CHECK enum cs_status cs_categories_find(struct cs_categories *categories,
                                                const struct cs_table *table, const struct cs_labels *labels,
                                                const struct cs_columns *left_out, int threads,
                                                struct cs_error *err);
void cs_categories_release(struct cs_categories *categories);

#endif
