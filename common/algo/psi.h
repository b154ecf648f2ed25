/* psi.h - the population stability index: how far the values of a variable have moved from those of an older sample.
 *
 *   PSI = sum over bins of (q - p) ln(q / p), where p is the bin's share of the older values and q its share of the newer
 *
 * Bins     the deciles of the older values (quantiles of type 7): the first reaches down to minus infinity, the last up to
 *          infinity, each has its upper edge. Edges that are equal, or have no older value between them, are one. Where the older
 *          values are at most CS_PSI_VALUES different numbers, each of them is a bin, and all other numbers make one more.
 *          Missing values are a bin of their own.
 * Floor    a share below CS_PSI_FLOOR counts as that: an empty bin would be infinitely far away.
 * Shapes   older is [n], newer is [m]; NaN is a missing value.
 * Units    none; 0 is no change. By custom below 0.1 little has changed, from 0.25 on much (Siddiqi 2006, "Credit Risk
 *          Scorecards", who names Lewis 1994).
 * Chance   of two samples of one population PSI / (1/n + 1/m) is about chi-squared distributed with bins - 1 degrees of freedom
 *          (Yurdakul and Naranjo 2020, "Statistical properties of the population stability index").
 * Cost     O(n + m) time, 8 n bytes.
 */
#ifndef CS_ALGO_PSI_H
#define CS_ALGO_PSI_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { CS_PSI_DECILES = 10, CS_PSI_VALUES = 10, CS_PSI_BINS = CS_PSI_VALUES + 2 };

#define CS_PSI_FLOOR 0.0001

struct cs_psi_bin {
  double
      upper; /* edge, or the value itself; infinity: all above, or all other numbers; NaN: missing values */
  size_t count[2]; /* older, newer */
};

struct cs_psi {
  double index;
  double chance; /* what two samples of one population exceed in 5 of 100 cases */
  bool by_value;
  struct cs_psi_bin bin[CS_PSI_BINS];
  size_t bins; /* none of them empty in both */
};

/* n and m are above 0; a NULL sample is one whose values are all missing. */
CS_MUST_CHECK enum cs_status cs_psi_find(struct cs_psi *psi, const double *older, size_t n,
                                         const double *newer, size_t m, struct cs_error *err);

/* The same of counts by category, count[bins] each. */
double cs_psi_of_counts(const size_t *older, const size_t *newer, size_t bins);

#endif
