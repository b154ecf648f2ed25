/* basis.h - what is clustered: copies of a few features, transformed, winsorised and standardised, as columns scaled__*.
 *
 *   y = (clamp(t(x), low, high) - centre) / scale
 *
 * t is log1p for days, log for counts, log(max(x, floor)) for money, sqrt for shares, and x itself for anything else.
 * floor is the 1 % quantile of the positive values; low and high are the 1 % and 99 % quantiles of t(x); centre and scale
 * are mean and standard deviation (divisor n) of the winsorised copy; quantiles are of type 7. A missing value takes the
 * median of t(x). A feature without spread becomes 0. The features themselves are never changed.
 */
#ifndef CS_PREP_BASIS_H
#define CS_PREP_BASIS_H

#include "base/error.h"
#include "base/notes.h"
#include "data/document.h"
#include "data/table.h"
#include "prep/features.h"

#include <stddef.h>

enum cs_transform {
  CS_TRANSFORM_NONE,
  CS_TRANSFORM_LOG1P,
  CS_TRANSFORM_LOG,
  CS_TRANSFORM_LOG_FLOOR,
  CS_TRANSFORM_SQRT
};

struct cs_basis_part {
  char *source; /* the feature or the column */
  enum cs_transform transform;
  double floor, low, high, fill, centre, scale;
  double
      *value; /* t(x) of those it was learnt from, who are those that it is applied to first; may be NULL */
};

struct cs_basis {
  struct cs_basis_part *part;
  size_t count, capacity;
};

#define CS_BASIS_INIT                                                                                        \
  { NULL, 0, 0 }

void cs_basis_release(struct cs_basis *basis);

/* Learns the basis from the customers. `list` is --basis: "rfm", or a comma list of features and numeric columns of the
 * table, "rfm" among them. "rfm" is recency, frequency and spend as far as they are there, and the share of discounts
 * where at least 10 % of the customers have any. Rows of the table that are dropped are left out. CS_USAGE: a name that
 * is neither; CS_DATA: nothing to cluster, a column that isn't numeric. */
CS_MUST_CHECK enum cs_status cs_basis_fit(struct cs_basis *basis, const struct cs_customers *customers,
                                          const struct cs_table *table, const char *list, int threads,
                                          struct cs_notes *notes, struct cs_error *err);

/* The same of the parts of the list that are totals or columns of the table, before anything is learnt of the customers: what
 * rests on scores or models is left out. The basis may then be empty. */
CS_MUST_CHECK enum cs_status cs_basis_fit_totals(struct cs_basis *basis, const struct cs_customers *customers,
                                                 const struct cs_table *table, const char *list,
                                                 struct cs_error *err);

/* t(x) of a part in the rows of the table, neither winsorised nor scaled; NaN where x is missing. Owned by the caller. */
CS_MUST_CHECK enum cs_status cs_basis_values(const struct cs_basis_part *part,
                                             const struct cs_customers *customers,
                                             const struct cs_table *table, double **value,
                                             struct cs_error *err);

/* Appends the scaled__* columns. *filled counts the missing values that took the median. */
CS_MUST_CHECK enum cs_status cs_basis_apply(struct cs_basis *basis, const struct cs_customers *customers,
                                            struct cs_table *table, int threads, size_t *filled,
                                            struct cs_error *err);

/* The parts as the member `key` of an object, an array, and back. The messages name the file. */
void cs_basis_add_parts(const struct cs_basis *basis, struct cs_node *object, const char *key);
CS_MUST_CHECK enum cs_status cs_basis_get_parts(struct cs_basis *basis, const struct cs_node *object,
                                                const char *key, const char *path, struct cs_error *err);

/* As the members features[], scaling[] and basis[] of a model, and back. */
void cs_basis_add(const struct cs_basis *basis, struct cs_node *model);
CS_MUST_CHECK enum cs_status cs_basis_get(struct cs_basis *basis, const struct cs_node *model,
                                          const char *path, struct cs_error *err);

#endif
