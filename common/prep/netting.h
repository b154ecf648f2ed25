/* netting.h - cancellations of one customer taken off the purchases that they cancel.
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
#include "prep/lines.h"
#include "prep/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_line_list {
  struct cs_line *line;
  size_t count, capacity;
};

/* What the table has, what is to be called, and room to work in. `matched` is called for each part of a cancellation that
 * was matched: `amount` of the refund belongs to the line. */
struct cs_netting {
  bool products, counted, has_amount;
  void *context;
  void (*matched)(void *context, const struct cs_line *line, double amount);
  size_t *stack;
  size_t stack_capacity;
  double *before;
  size_t before_capacity;
  struct cs_line **like;
  size_t like_capacity;
};

void cs_netting_release(struct cs_netting *netting);

/* Sums over customers. */
struct cs_netted {
  uint64_t matched, partly, unmatched;
  struct cs_money amount, rest; /* of the cancellations: all of it, what matched nothing */
};

/* Refunds are left with the amounts and quantities that matched nothing. Without products the lines get them here. */
CS_MUST_CHECK enum cs_status cs_net(struct cs_netting *netting, struct cs_line_list *purchases,
                                    struct cs_line_list *refunds, struct cs_netted *netted,
                                    struct cs_error *err);

#endif
