/* netting.h - cancellations taken off the purchases that they cancel.
 *
 * A cancellation first takes from the lines of its own order (where it carries the id of one), then from the same
 * customer's latest earlier lines of the same product, whole or in part; what is left over matches nothing. Where the
 * table has no products, only a line of the same quantity and amount is the same product.
 * Units    lines lose amount and quantity (and list value) in proportion; a line that is cancelled whole has both 0.
 * Repeats  the result doesn't depend on the order of the lines, which are sorted here.
 * Cost     O(n log n).
 */
#ifndef CS_PREP_NETTING_H
#define CS_PREP_NETTING_H

#include "base/error.h"
#include "prep/orders.h"
#include "prep/quality.h"

/* Called for each part of a cancellation that was matched: `amount` of the refund belongs to the line. */
struct cs_netting {
  void *context;
  void (*matched)(void *context, const struct cs_line *line, double amount);
};

/* Refunds are left with the amounts and quantities that matched nothing. Fills the audit's cancellations. */
CS_MUST_CHECK enum cs_status cs_orders_net(struct cs_orders *orders, const struct cs_netting *netting,
                                           struct cs_audit *audit, struct cs_error *err);

#endif
