/* dirt.h - what is wrong with some rows, on purpose: which rows, which cell, and the rule by which cs-prep counts it.
 *
 * A row has one defect at most, so a rule's count can be told from what was planted. Defects change what is written,
 * never the customer behind it: the truth stays the truth.
 * Repeats  the dirt of customer i in a table depends on (seed, i, table, rates) alone.
 */
#ifndef CS_GEN_DIRT_H
#define CS_GEN_DIRT_H

#include "base/str.h"
#include "gen/behaviour.h"
#include "gen/customer.h"
#include "gen/merge.h"

#include <stddef.h>
#include <stdint.h>

enum cs_gen_table {
  CS_GEN_CUSTOMERS,
  CS_GEN_TRANSACTIONS,
  CS_GEN_MERGED,
  CS_GEN_DEFECTS, /* what is wrong with the others */
  CS_GEN_TABLES
};

enum { CS_GEN_CELL_TEXT = 48, CS_GEN_COPY_DISTANCE = 1000 };

/* What a table writes of a customer: the row, or one of the rows. */
struct cs_gen_subject {
  struct cs_gen_customer *customer; /* birth and income are changed by outliers */
  struct cs_gen_order *order;       /* of transactions: price, amount and moment, likewise */
  struct cs_gen_merged *merged;     /* of merged: the amounts, likewise */
};

/* One thing that is wrong with a row. */
struct cs_gen_defect {
  enum cs_gen_dirt dirt;
  const char *name, *column; /* column "": the row as a whole */
  const char *rule;          /* of docs/cleaning.md; "" where no rule of cs-prep counts it */
  bool replaces;             /* text stands in the column's cell, instead of what would */
  char text[CS_GEN_CELL_TEXT];
};

/* The random numbers of a customer's dirt in a table. */
void cs_gen_dirt_rng(struct cs_rng *rng, const struct cs_gen_params *params, uint64_t index,
                     enum cs_gen_table table);

/* What is wrong with a row; CS_GEN_DIRTS for nothing. Refunds aren't drawn here. */
enum cs_gen_dirt cs_gen_dirt_draw(const struct cs_gen_params *params, struct cs_rng *rng);

/* Sets the dirt of all orders; orders that didn't end as completed have none. */
void cs_gen_dirt_draw_orders(struct cs_gen_history *history, const struct cs_gen_params *params,
                             struct cs_rng *rng);

/* Draws a missing, invalid or outlying cell; for the last it changes the subject. */
void cs_gen_defect_draw(struct cs_gen_defect *defect, enum cs_gen_dirt dirt, enum cs_gen_table table,
                        const struct cs_gen_params *params, const struct cs_gen_subject *subject,
                        struct cs_rng *rng);

/* Notes an amount as what was planted. */
void cs_gen_defect_amount(struct cs_gen_defect *defect, int64_t cents);

#endif
