/* tables.h - the three tables of a synthetic shop as columns: customers, transactions, and both merged. */
#ifndef CS_GEN_TABLES_H
#define CS_GEN_TABLES_H

#include "gen/behaviour.h"
#include "gen/customer.h"
#include "gen/rows.h"

enum cs_gen_table { CS_GEN_CUSTOMERS, CS_GEN_TRANSACTIONS, CS_GEN_MERGED, CS_GEN_TABLES };

enum cs_gen_detail {
  CS_GEN_PLAIN,
  CS_GEN_WITH_TRUTH
}; /* truth: true_segment and true_* behind the columns */

/* The names of a table's columns; the transactions have no truth of their own. */
const char *const *cs_gen_table_columns(enum cs_gen_table table, enum cs_gen_detail detail, size_t *count);

/* Adds what a table has of one customer: one row, or one for each order. */
void cs_gen_table_add(struct cs_rows *rows, enum cs_gen_table table, enum cs_gen_detail detail,
                      const struct cs_gen_params *params, const struct cs_gen_customer *customer,
                      const struct cs_gen_history *history);

#endif
