/* levels.h - the eps at which density clusters last: what reach.h knows is read at every eps, from the least to the one at which all rows are one
 * cluster, and between two changes of the clusters of some size - one comes up, two become one - is a stretch. That one is chosen of which
 * the most is to be said:
 *
 *   score = L A G    L  the logarithm of the factor from its first eps to its last: how long it lasts
 *                    A  the sum over its clusters of their share of the rows times 1 - (its first eps) / (the link by which the cluster meets
 *                       another one of the stretch): how far apart they are, noise and small clusters counting 0
 *                    G  the chance that two rows of its clusters aren't of the same one
 *
 * in the spirit of the relative validity of Moulavi, Jaskowiak, Campello, Zimek & Sander (2014), whose sparseness, the longest link within a
 * cluster, a single row spoils. Eps is at three quarters of the way through, in logarithms, when clusters have filled up.
 * A cluster is of some size if it has min_points core points, and the square root of the number of rows. A stretch counts from where at
 * most 30 % of the rows are noise, and above 0. Below a score of 0.004, or 0.1 / sqrt(n), which rows without any clusters reach, nothing lasts: then
 * eps is that of the knee of the k-distances, and at least where the last of several clusters has become one.
 *
 * Measured  tests/oracle/eps.py: on 18 of 20 sets of dense structure within 0.05 of the adjusted Rand index of the best eps that the truth
 *           can choose; the longest stretch alone on 17, the relative validity alone on 11 to 14, the knee on 9,
 *           and the stretch of the highest DBCV (dbcv.h) on 8: a row on the border spoils it, and so does a cluster's uneven density.
 * Units     eps are distances. A row that weighs w (reach.h) is counted as w rows wherever rows are.
 * Repeats   the result depends on the rows alone, not on their order, nor on threads.
 * Cost      O(n) time but for the union-find; 44 bytes a row.
 */
#ifndef CS_ALGO_LEVELS_H
#define CS_ALGO_LEVELS_H

#include "algo/reach.h"

#include <stdbool.h>

enum { CS_STRETCHES = 30, CS_KNEE_POINTS = 1000 };

/* The clusters at an eps. Rows and core points are counted by weight. */
struct cs_eps_level {
  double eps;
  size_t clusters;    /* of any size */
  size_t significant; /* of some size */
  size_t core, noise; /* rows */
  size_t largest;     /* core points of the largest cluster */
};

struct cs_stretch {
  double birth, death; /* eps: the clusters are these from birth on, and no more at death */
  struct cs_eps_level level;
  double apart, spread, score; /* A, G, L A G */
  double dbcv;                 /* of DBSCAN's clusters there: the caller's to find, no part of the score */
};

struct cs_levels {
  size_t n, least; /* rows, and the core points that a cluster of some size has */
  size_t stretches;
  struct cs_stretch stretch[CS_STRETCHES]; /* the longest ones, by their score */
  bool lasts;                              /* the first of them is chosen; else nothing lasts */
  bool equal;                 /* at eps 0 already 70 % of the rows aren't noise: they are repeated */
  struct cs_eps_level chosen; /* its eps is 0 where no row can have min_points neighbours */
  size_t points;
  double curve
      [CS_KNEE_POINTS]; /* distances to the min_points-th nearest row, ascending, of so many rows at equal steps */
  struct cs_eps_level knee; /* of the curve; at nine tenths of it where there is none */
};

CS_MUST_CHECK enum cs_status cs_levels_find(struct cs_levels *levels, const struct cs_reach *reach,
                                            size_t min_points, struct cs_error *err);

/* The factor from the first eps of a stretch to its last. */
static inline double cs_stretch_factor(const struct cs_stretch *stretch) {
  return stretch->death / stretch->birth;
}

#endif
