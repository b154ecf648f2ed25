/* merged.h - a table of customers whose purchases are added up already: checked, with cells filled where others tell
 * them, and turned into features.
 *
 * Rules   docs/cleaning.md; a row counts under the first that it fails and is dropped from the table.
 * Cells   what is there is kept. A missing cell is filled where the other aggregates decide it (spend from gross and
 *         refunds, the average from spend and orders ...); an average that can't be is corrected. Each is counted.
 */
#ifndef CS_PREP_MERGED_H
#define CS_PREP_MERGED_H

#include "base/error.h"
#include "data/table.h"
#include "prep/features.h"
#include "prep/orders.h"
#include "prep/quality.h"
#include "prep/roles.h"

/* options->where, exclude, date_format and as_of count. */
CS_MUST_CHECK enum cs_status cs_merged_read(struct cs_customers *customers, struct cs_table *table,
                                            const struct cs_mapping *mapping,
                                            const struct cs_orders_options *options, struct cs_bad_rows *bad,
                                            struct cs_audit *audit, struct cs_error *err);

/* The customers of a table that says nothing of purchases: known gets their ids, row[i] is the row of id i (owned by the
 * caller). Rows without an id, or with one that was there before, are dropped and counted. */
CS_MUST_CHECK enum cs_status cs_plain_read(struct cs_map *known, size_t **row, struct cs_table *table,
                                           size_t column, struct cs_bad_rows *bad, struct cs_audit *audit,
                                           struct cs_error *err);

#endif
