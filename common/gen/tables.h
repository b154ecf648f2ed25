/* tables.h - the tables of a synthetic shop as columns, and their rows: customers, transactions, both merged, and what is
 * wrong with them. */
#ifndef CS_GEN_TABLES_H
#define CS_GEN_TABLES_H

#include "gen/behaviour.h"
#include "gen/customer.h"
#include "gen/dirt.h"
#include "gen/merge.h"
#include "gen/rows.h"

enum cs_gen_detail {
  CS_GEN_PLAIN,
  CS_GEN_WITH_TRUTH
}; /* truth: true_segment and true_* behind the columns */

/* The names of a table's columns; the transactions and the defects have no truth of their own. */
const char *const *cs_gen_table_columns(enum cs_gen_table table, enum cs_gen_detail detail, size_t *count);

/* A row of the customers, or, with merged, of the merged table; truth may be NULL. */
void cs_gen_customer_row(struct cs_rows *rows, const struct cs_gen_customer *customer,
                         const struct cs_gen_merged *merged, const struct cs_gen_truth *truth,
                         const struct cs_gen_defect *defect);

/* The customer's order `number`, from 1; and the row of what came back of it. */
void cs_gen_order_row(struct cs_rows *rows, const char *customer_id, size_t number,
                      const struct cs_gen_order *order, const struct cs_gen_defect *defect);
void cs_gen_return_row(struct cs_rows *rows, const char *customer_id, size_t number,
                       const struct cs_gen_order *order);

/* `number` is 0 where the row is no order's. */
void cs_gen_defect_row(struct cs_rows *rows, enum cs_gen_table table, const char *customer_id, size_t number,
                       const struct cs_gen_defect *defect);

#endif
