/* plant.h - the rows of one customer in a table, with the dirt that is planted in them, each piece noted.
 *
 * Copies   of a row stand directly behind it, or behind the rows of a customer up to CS_GEN_COPY_DISTANCE later, which
 *          is drawn anew for it: nothing is remembered from customer to customer.
 */
#ifndef CS_GEN_PLANT_H
#define CS_GEN_PLANT_H

#include "gen/tables.h"

struct cs_gen_person {
  uint64_t index;
  struct cs_gen_customer customer;
  struct cs_gen_history history;
};

struct cs_gen_planting {
  const struct cs_gen_params *params;
  enum cs_gen_detail detail;
  bool anonymous; /* no table needs more of a customer than the id */
  struct cs_gen_person person, other;
};

#define CS_GEN_PERSON_INIT                                                                                   \
  { 0, CS_GEN_CUSTOMER_INIT, CS_GEN_HISTORY_INIT }

void cs_gen_planting_release(struct cs_gen_planting *planting);

/* Draws customer `index`, orders and refunds included. */
CS_MUST_CHECK enum cs_status cs_gen_planting_draw(struct cs_gen_planting *planting, uint64_t index,
                                                  struct cs_error *err);

/* Adds what `table` has of the customer drawn, and to `noted`, when it isn't NULL, what is wrong with it. */
CS_MUST_CHECK enum cs_status cs_gen_planting_add(struct cs_gen_planting *planting, enum cs_gen_table table,
                                                 struct cs_rows *rows, struct cs_rows *noted,
                                                 struct cs_error *err);

#endif
