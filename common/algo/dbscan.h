/* dbscan.h - density clustering exactly as published (Ester, Kriegel, Sander & Xu 1996): a row is a core point if min_points rows, itself
 * among them, or rows of that weight, are no farther than eps; core points no farther than eps from each other are of one cluster; a
 * row that is near a core point belongs to a cluster, too, and lies on its border; the rest is noise.
 *
 * Shapes     label is [n], of the rows of the matrix; core is a bit for each place of the tree, by leaf.
 * Units      eps is a Euclidean distance. A distance counts by its square, as scikit-learn and R's dbscan have it: the canonical sum of
 *            squares (lanes.h) is at most eps * eps, rounded once.
 * Order      clusters are numbered by decreasing weight (rows, where they have none), ties by the lexicographically smaller mean.
 * Border     belongs to the cluster of the nearest core point, the lexicographically smaller one of several; by CS_BORDER_FIRST to the
 *            cluster with the first core row of those in reach, which is what scikit-learn's and R's order comes to.
 * Repeats    the result depends on the rows and the params (but threads) and nothing else, nor, but for CS_BORDER_FIRST, on the rows' order.
 * Cost       O(n log n) time where eps holds a constant number of rows, and less than O(n^2) where clusters are dense; besides the
 *            tree 12 bytes a row, whatever the number of neighbours.
 */
#ifndef CS_ALGO_DBSCAN_H
#define CS_ALGO_DBSCAN_H

#include "algo/kdtree.h"

#include <stdbool.h>

enum cs_border { CS_BORDER_NEAREST, CS_BORDER_FIRST };

#define CS_NOISE UINT32_MAX /* the label of rows that belong to no cluster */

struct cs_dbscan_params {
  double eps, min_points;
  const double *weight; /* [n] of the rows, or NULL: 1; finite, also below 0 */
  enum cs_border border;
  int threads;
};

#define CS_DBSCAN_PARAMS_INIT                                                                                \
  { 0, 5, NULL, CS_BORDER_NEAREST, 1 }

struct cs_dbscan {
  size_t n, k;         /* rows, clusters */
  uint32_t *label;     /* 0 .. k-1, or CS_NOISE */
  size_t *size;        /* [k], rows */
  size_t core, noise;  /* rows */
  uint32_t *core_bits; /* [leaves], of the rows of each leaf */
  uint32_t *first; /* [k]: the first row that is a core point of the cluster, which CS_BORDER_FIRST goes by */
};

#define CS_DBSCAN_INIT                                                                                       \
  { 0, 0, NULL, NULL, 0, 0, NULL, NULL }

CS_MUST_CHECK enum cs_status cs_dbscan_fit(struct cs_dbscan *fit, const struct cs_kdtree *tree,
                                           const struct cs_dbscan_params *params, struct cs_error *err);
void cs_dbscan_release(struct cs_dbscan *fit);

/* The rows of the largest cluster, which needn't be the heaviest; 0 where there is none. */
size_t cs_dbscan_largest(const struct cs_dbscan *fit);

/* The core points alone: core_bits is [leaves]. Returns how many there are in *count. */
CS_MUST_CHECK enum cs_status cs_dbscan_find_core(const struct cs_kdtree *tree,
                                                 const struct cs_dbscan_params *params, uint32_t *core_bits,
                                                 size_t *count, struct cs_error *err);

/* How each row lies to the core points: cluster[n] is that of the nearest one, distance[n] how far that is, 0 of a core point itself.
 * Either may be NULL. CS_NOISE and infinity where there is no core point. */
CS_MUST_CHECK enum cs_status cs_dbscan_nearest(const struct cs_dbscan *fit, const struct cs_kdtree *tree,
                                               int threads, uint32_t *cluster, double *distance,
                                               struct cs_error *err);

/* The core points, each once, by cluster and then lexicographically: a matrix and the cluster of each row, both the caller's. */
CS_MUST_CHECK enum cs_status cs_dbscan_points(const struct cs_dbscan *fit, const struct cs_kdtree *tree,
                                              struct cs_matrix *matrix, uint32_t **cluster,
                                              struct cs_error *err);

/* core[n]: whether the row is a core point. */
void cs_dbscan_core_rows(const struct cs_dbscan *fit, const struct cs_kdtree *tree, bool *core);

#endif
