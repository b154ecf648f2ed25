/* glosh.h - how far a row lies outside of the cluster that it would come to last: the global-local outlier score from hierarchies of
 * Campello, Moulavi, Zimek & Sander (2015), "Hierarchical density estimates for data clustering, visualization, and outlier detection".
 *
 * score = 1 - e_min / e, where e is the eps at which a row, with others if need be, comes to a cluster of least rows or more, and e_min
 * that above 0 at which the first rows of that cluster came together: 0 in the densest part of a cluster, towards 1 far outside.
 *
 * Shapes   score is [n], by the places of the tree.
 * Agrees   with outlier_scores_ of the Python package hdbscan, whose min_samples is one less than min_points, and min_cluster_size is
 *          `least`; where links are of equal length, all of them count at once here,
 *          and `least` rows that are equal don't make all others outliers.
 * Weights  a row that weighs w (reach.h) has the score of w rows there: from w = least on they are a cluster by themselves.
 * Repeats  the result depends on the rows alone, not on their order.
 * Cost     O(n) time but for the union-find, 28 bytes a row.
 */
#ifndef CS_ALGO_GLOSH_H
#define CS_ALGO_GLOSH_H

#include "algo/reach.h"

CS_MUST_CHECK enum cs_status cs_glosh(const struct cs_reach *reach, size_t least, double *score,
                                      struct cs_error *err);

#endif
