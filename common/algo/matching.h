/* matching.h - which cluster of a new clustering goes on as which of an old one, both of the same rows.
 *
 * A new cluster may go on as an old one that at least half of its rows were in; no two go on as the same. Among all such
 * pairings it is one in which the most rows keep their cluster: an assignment problem, solved exactly (Kuhn 1955, by
 * shortest paths as in Jonker & Volgenant 1987). Agrees with scipy.optimize.linear_sum_assignment in the rows kept.
 *
 * Repeats  the result depends on the counts alone, not on the order of the rows.
 * Cost     O(k^2 (k + old k)) time at worst, O(k + old k) memory.
 */
#ifndef CS_ALGO_MATCHING_H
#define CS_ALGO_MATCHING_H

#include "algo/contingency.h"

enum { CS_MATCHING_MOST = 1000 }; /* clusters, either side: more would take too long */

/* partner[c] is the old cluster (a column of `both`) that new cluster c (a row of it) goes on as, or SIZE_MAX. */
CS_MUST_CHECK enum cs_status cs_matching_find(const struct cs_contingency *both, size_t *partner,
                                              struct cs_error *err);

#endif
