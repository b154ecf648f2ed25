/* order.h - order statistics of a vector that stays as it is, in little memory.
 *
 * Shapes   v is [n], rank and out are [count]. NaN is never passed in.
 * Repeats  the result is exact: it depends on v and rank alone.
 * Cost     O(n) a pass: two or three passes for a few ranks, one for each CS_ORDER_ROOM values that have to be looked at
 *          more closely; 1.2 MiB of workspace whatever n is.
 */
#ifndef CS_ALGO_ORDER_H
#define CS_ALGO_ORDER_H

#include "base/error.h"

#include <stddef.h>

enum { CS_ORDER_ROOM = 1 << 17 /* values that are sorted at a time */ };

/* out[i] is the value that would stand at rank[i] (from 0) if v were sorted ascending. rank is ascending, each below n. */
CS_MUST_CHECK enum cs_status cs_order(const double *v, size_t n, const size_t *rank, size_t count,
                                      double *out, struct cs_error *err);

#endif
