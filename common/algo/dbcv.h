/* dbcv.h - how well dense clusters are told apart: density-based clustering validation (Moulavi, Jaskowiak, Campello, Zimek & Sander 2014),
 * exactly. Of each cluster, the minimum spanning tree of mutual reachability distances max(core a, core b, |a b|) is made, where
 *
 *   core(a) = (sum over the other rows b of the cluster of (1 / |a b|)^d / (rows - 1))^(-1/d), rows equal to a adding nothing
 *
 * and its inner part: rows of two links or more, and the links between them. A cluster's validity is that of
 *
 *   S  its sparseness, the longest inner link; of all links where no link is inner
 *   D  its separation, the least mutual reachability between an inner row and one of another cluster; each row has its own cluster's core
 *
 * as (D - S) / max(D, S), from -1 to 1, and the index is the mean over all rows, noise counting 0.
 *
 * Shapes   label is [n], 0 .. k-1 or CS_NOISE; a cluster may be empty. d is the number of columns.
 * Agrees   with validity_index() of the Python package hdbscan on rows in lexicographic order, whose rules for ties these are: the tree grows
 *          from the first row by the first of the nearest ones, and a row hangs on the first row of the tree that is as near, give or take
 *          1e-5 of the distance. (Only where distances are nearly equal does that decide anything.) Two things differ.
 *          hdbscan's tolerance is at least 1e-8, here the unit doesn't matter; and it must be given the distances themselves
 *          (metric = "precomputed"), since those that it computes itself aren't 0 between equal rows.
 * Defined  always, and finite. A cluster of one row counts as noise (hdbscan stops there). Of two rows the first is the
 *          inner one. Equal rows alone have S = 0, so 1, or 0 where D is 0, too. Of fewer than two clusters nothing is separate: 0
 *          (hdbscan: NaN). Rows count as equal where they are so near that the square of their distance, in units of the largest
 *          number, is below the least double.
 * Repeats  the result depends on rows and labels alone, not on the order of rows, nor on threads or vectors.
 * Cost     O(n^2 d) time a labelling, labellings side by side; O(n d) memory a thread, no distance is kept.
 */
#ifndef CS_ALGO_DBCV_H
#define CS_ALGO_DBCV_H

#include "algo/dbscan.h"
#include "base/error.h"
#include "base/matrix.h"

enum { CS_DBCV_ROWS = 5000 }; /* up to here the index takes a fraction of a second */

/* A labelling to be judged. */
struct cs_dbcv {
  size_t k;              /* in */
  const uint32_t *label; /* in */
  double index;          /* out */
};

CS_MUST_CHECK enum cs_status cs_dbcv(const struct cs_matrix *matrix, struct cs_dbcv *labelling, size_t count,
                                     int threads, struct cs_error *err);

#endif
