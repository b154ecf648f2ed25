/* refunds.h - which orders were cancelled, given back, or given back in part, and how the export tells it.
 *
 * A customer's first order is never lost as a whole, so every customer has an order left. An order that comes back has a
 * second row of the same id, later, with the pieces and the money below 0 (or no pieces, where only the price of one was
 * reduced), as cs-prep nets it (docs/cleaning.md).
 * Repeats  drawn from a stream of its own: the orders are the same whatever the rate is.
 */
#ifndef CS_GEN_REFUNDS_H
#define CS_GEN_REFUNDS_H

#include "gen/behaviour.h"

#include <stdbool.h>

/* Sets end and back of all orders of customer `index`. */
void cs_gen_refunds_draw(struct cs_gen_history *history, const struct cs_gen_params *params, uint64_t index);

/* Whether the order has a row for what came back. */
bool cs_gen_order_has_return(const struct cs_gen_order *order);

/* Whether nothing is left of it. */
bool cs_gen_order_is_lost(const struct cs_gen_order *order);

#endif
