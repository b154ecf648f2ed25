/* outliers.h - which values of a column lie outside its fences, by four rules with a parameter each.
 *
 *   iqr         Q1 - k IQR and Q3 + k IQR, k = 1.5 (Tukey 1977; quantiles of type 7)
 *   z           mean -+ k standard deviations (divisor n - 1, as R's scale), k = 3
 *   mad         median -+ k MAD / 0.6745, k = 3.5: the modified z score of Iglewicz & Hoaglin (1993)
 *   percentile  the quantiles (type 7) at k and 100 - k per cent, k = 1
 *
 * A value on a fence is inside.
 *
 * Shapes   v is [n]. NaN is never passed in.
 * Repeats  the result depends on v and the rule, not on the order of v.
 */
#ifndef CS_ALGO_OUTLIERS_H
#define CS_ALGO_OUTLIERS_H

#include "base/error.h"

#include <stddef.h>

enum cs_fence_rule { CS_FENCE_IQR, CS_FENCE_Z, CS_FENCE_MAD, CS_FENCE_PERCENTILE, CS_FENCE_RULES };

/* Why there are no fences. */
enum cs_fence_state {
  CS_FENCE_SET,
  CS_FENCE_FEW, /* too few values: by iqr and mad fewer than 5; by z as few as can't be outside (Shiffler 1988: with n values
                   none is beyond (n - 1) / sqrt(n)); by percentile fewer than 100 / k */
  CS_FENCE_FLAT /* the middle has no width: half of the values, or more, are equal, and all others would be outside */
};

struct cs_fence {
  enum cs_fence_state state;
  double lower, upper; /* -INFINITY and INFINITY unless they are set */
};

CS_MUST_CHECK enum cs_status cs_fence_fit(struct cs_fence *fence, enum cs_fence_rule rule, double parameter,
                                          const double *v, size_t n, struct cs_error *err);

#endif
