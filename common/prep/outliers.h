/* outliers.h - customers who are far from the others, marked with the rule that says so, or dropped (--outliers).
 *
 * Columns  those of the basis that are totals or columns of the table, as t(x) (basis.h) before it is winsorised: on spend
 *          itself every wholesaler would be an outlier, on its logarithm only those are whom no shop of this kind has. The
 *          features are never changed.
 * Rules    of algo/outliers.h, each column by itself; and mahalanobis, all columns together: the robust distance (algo/mcd.h)
 *          beyond a quantile of chi-squared. The first rule that fires names the customer, its first column with it.
 * Missing  a value that is missing is no outlier; nor has a customer with one a distance.
 */
#ifndef CS_PREP_OUTLIERS_H
#define CS_PREP_OUTLIERS_H

#include "algo/outliers.h"
#include "base/error.h"
#include "base/notes.h"
#include "data/document.h"
#include "data/table.h"
#include "prep/basis.h"
#include "prep/features.h"
#include "prep/quality.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CS_OUTLIER_RULES_MAX = 8, CS_OUTLIER_MAHALANOBIS = CS_FENCE_RULES };

struct cs_outlier_rule {
  int rule; /* enum cs_fence_rule, or CS_OUTLIER_MAHALANOBIS */
  double parameter;
  bool drops;
  double reach;                      /* of mahalanobis: the largest squared distance that is none */
  struct cs_fence *fence;            /* [columns]; NULL for mahalanobis */
  uint64_t customers;                /* that it was the first to mark */
  double *centre, *scatter, *factor; /* [columns], [columns][columns]; NULL where there is no distance */
};

struct cs_outliers {
  struct cs_outlier_rule rule[CS_OUTLIER_RULES_MAX];
  size_t rules;
  struct cs_basis columns;
  uint32_t *mark; /* [customers], rule * columns + column; CS_TEXT_MISSING where none fires */
  size_t dropped;
};

#define CS_OUTLIERS_INIT                                                                                     \
  { .columns = CS_BASIS_INIT }

void cs_outliers_release(struct cs_outliers *outliers);

/* "iqr=3:flag,mahalanobis:drop": RULE[=PARAMETER][:flag|drop], flag by default. CS_USAGE: a message that begins "must ". */
CS_MUST_CHECK enum cs_status cs_outliers_parse(struct cs_outliers *outliers, const char *text,
                                               struct cs_error *err);

/* Learns fences and distance of the customers. Rules that can't be had for want of values, or of spread, are notes. */
CS_MUST_CHECK enum cs_status cs_outliers_fit(struct cs_outliers *outliers,
                                             const struct cs_customers *customers,
                                             const struct cs_table *table, const char *basis,
                                             struct cs_notes *notes, struct cs_error *err);

/* Marks the customers. Those whom a rule drops lose all their values and their row of the table. */
CS_MUST_CHECK enum cs_status cs_outliers_mark(struct cs_outliers *outliers, struct cs_customers *customers,
                                              struct cs_table *table, struct cs_error *err);

/* Whether a rule drops customers. */
bool cs_outliers_drop(const struct cs_outliers *outliers);

/* The rules and whom they marked, for the audit. */
void cs_outliers_account(const struct cs_outliers *outliers, struct cs_audit *audit);

/* Appends the column outlier_rule, "iqr:total_spent"; takes the marks. */
CS_MUST_CHECK enum cs_status cs_outliers_add_column(struct cs_outliers *outliers, struct cs_table *table,
                                                    struct cs_error *err);

/* As the member outliers{} of a model, and back; no rules where it has none. The messages name the file. */
void cs_outliers_add(const struct cs_outliers *outliers, struct cs_node *model);
CS_MUST_CHECK enum cs_status cs_outliers_get(struct cs_outliers *outliers, const struct cs_node *model,
                                             const char *path, struct cs_error *err);

#endif
