/* methods.h - what the texts of --method and --pca mean.
 *
 *   --method   METHOD | COLUMNS=METHOD, separated by commas: "log", "total_spent=log,age=minmax,robust". COLUMNS is one
 *              name, glob, range or position (data/columns.h); METHOD alone is for all other columns.
 *   --pca      a number of components (2) or the share of the variance that they are to explain (0.95).
 */
#ifndef CS_PREP_METHODS_H
#define CS_PREP_METHODS_H

#include "algo/pca.h"
#include "algo/scale.h"
#include "base/error.h"
#include "data/columns.h"
#include "data/table.h"

#include <stdbool.h>

/* Whether a text can be a --method; the message says "must be ...". */
CS_MUST_CHECK enum cs_status cs_methods_check(const char *text, struct cs_error *err);

/* Gives each of the columns its method: method is [columns->count], text has been checked or is NULL. CS_USAGE or CS_DATA
 * when it names what isn't there, or isn't scaled. */
CS_MUST_CHECK enum cs_status cs_methods_assign(const struct cs_table *table, const struct cs_columns *columns,
                                               const char *text, enum cs_scale_method *method,
                                               struct cs_error *err);

/* Whether a text can be a --pca; the message says "must be ...". */
CS_MUST_CHECK enum cs_status cs_components_check(const char *text, struct cs_error *err);

/* false when it can't. The number of threads isn't known from it. */
bool cs_components_parse(const char *text, struct cs_pca_params *params);

#endif
