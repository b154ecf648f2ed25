/* columns.h - which columns are meant: the list grammar of -f, -x, --id, and the roles that names give to columns.
 *
 * Grammar: a comma list of exact name first, then glob (spend_*), name range (a..c), position 3 or 3..5 (from 1);
 * =NAME is a literal name. A name with a comma is written =NAME too, or "NAME" in double quotes ("" is a quote in it).
 * Blanks around an item are ignored where no name has them.
 */
#ifndef CS_DATA_COLUMNS_H
#define CS_DATA_COLUMNS_H

#include "base/error.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>

/* A list of columns, in the order named, without repetition. */
struct cs_columns {
  size_t *column;
  size_t count, capacity;
};

#define CS_COLUMNS_INIT                                                                                      \
  { NULL, 0, 0 }

void cs_columns_release(struct cs_columns *columns);

/* Adds what `list` names, a column once. `option` is what the user wrote ("-f"): it stands in the message. CS_USAGE: an
 * unknown name (with the nearest match), a glob or a range that matches nothing. */
CS_MUST_CHECK enum cs_status cs_columns_find(struct cs_columns *columns, const struct cs_table *table,
                                             const char *list, const char *option, struct cs_error *err);

/* The same for -f: globs and ranges pass over ids, truth, clusters and fit. */
CS_MUST_CHECK enum cs_status cs_columns_find_features(struct cs_columns *columns,
                                                      const struct cs_table *table, const char *list,
                                                      struct cs_error *err);

/* Adds a column unless it is there. */
CS_MUST_CHECK enum cs_status cs_columns_add(struct cs_columns *columns, size_t column, struct cs_error *err);

/* How many bytes of a name to print in a message: a long one is cut, not within a character. */
int cs_columns_shown(struct cs_slice name);

bool cs_columns_has(const struct cs_columns *columns, size_t column);

/* --- roles (DESIGN.md, "Roles of columns") --- */

bool cs_role_is_id(struct cs_slice name);        /* customer_id, Customer ID, id, fooId, fooID; never PAID */
bool cs_role_is_scaled(struct cs_slice name);    /* scaled__NAME */
bool cs_role_is_component(struct cs_slice name); /* pca__* */
bool cs_role_is_truth(struct cs_slice name);     /* true_* */
bool cs_role_is_cluster(struct cs_slice name);   /* cluster, cluster_*, *_cluster */
bool cs_role_is_fit(
    struct cs_slice name); /* point_type distance silhouette confidence outlier_score outlier_rule */

/* Why a role keeps a column from being a feature ("identity"), NULL when none does. */
const char *cs_role_of(struct cs_slice name);

#endif
