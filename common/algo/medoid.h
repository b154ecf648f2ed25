/* medoid.h - the medoid of each cluster: the row of it whose distances to the cluster's rows have the least sum.
 *
 * Exact, without the distances between all pairs: the sum is a convex function of the place, so that its value and slope at
 * one row bound it from below at all others (a cutting plane, Kelley 1960); rows whose bound is above the least sum seen
 * aren't looked at, the others in the order of their bounds. Some tens or hundreds of a cluster are, more with many columns:
 * of 64 nearly all, as then no row is much nearer to the middle than others.
 *
 * Shapes   label is [n], 0 .. k-1; weight is [n] or NULL: 1 each.
 * Units    sums of Euclidean distances, each times the weight of the row that it goes to.
 * Agrees   with cluster::pam(x, 1) of R, and with sums over all pairs. Of equal sums the first row in the table has it.
 * Repeats  the result doesn't depend on threads.
 * Cost     O(n d) time for each row looked at, O(n d) memory besides the matrix.
 */
#ifndef CS_ALGO_MEDOID_H
#define CS_ALGO_MEDOID_H

#include "base/error.h"
#include "base/matrix.h"

#include <stddef.h>
#include <stdint.h>

/* medoid is [k], rows; SIZE_MAX where a cluster has none. */
CS_MUST_CHECK enum cs_status cs_medoids_find(const struct cs_matrix *matrix, const double *weight,
                                             const uint32_t *label, size_t k, int threads, size_t *medoid,
                                             struct cs_error *err);

#endif
