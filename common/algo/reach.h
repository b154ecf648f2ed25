/* reach.h - what DBSCAN finds at every eps, found once: how far each row must reach to be a core point, or not to be noise, and the
 * minimum spanning tree of the mutual reachability distances max(core a, core b, |a b|) (Campello, Moulavi & Sander 2013). Core points are
 * of one cluster at eps exactly if links of at most eps lead from one to the other.
 *
 * Shapes   core and quiet are [n], link is [n - 1]; all go by the places of the tree.
 * Weights  are whole numbers: all is as if a row that weighs w stood there w times. The w - 1 links between these rows, at the core distance
 *          of each of them, which nothing is nearer than, aren't in link.
 * Units    everything is squared, and canonical (lanes.h): a row is a core point at eps where core <= eps * eps.
 * Finds    links by Boruvka's rounds: each set looks for the nearest row outside. A row remembers the one that it found; as long as that one is
 *          outside there is none nearer, since sets only grow. Of a spanning tree among several least ones it is open which is
 *          found; what leads where at which eps isn't.
 * Repeats  core, quiet and the lengths of the links depend on the rows alone, not on their order, nor on threads.
 * Cost     about O(n log n) time in few columns; besides the tree 68 bytes a row while it is made, 32 when it is; weights are 8
 *          more.
 */
#ifndef CS_ALGO_REACH_H
#define CS_ALGO_REACH_H

#include "algo/kdtree.h"

struct cs_link {
  uint32_t a, b;
  double square;
};

struct cs_reach {
  size_t n;
  uint64_t total;   /* what all rows weigh */
  uint64_t *weight; /* [n], or NULL: 1 */
  double *
      core; /* to the min_points-th nearest row, itself being the first; infinite where there are fewer rows */
  double *
      quiet; /* from here on the row isn't noise: the least of max(|a b|, core b) over all rows b, itself among them */
  struct cs_link *link; /* by their length */
};

#define CS_REACH_INIT                                                                                        \
  { 0, 0, NULL, NULL, NULL, NULL }

/* 1 <= min_points <= CS_REACH_MOST. weight is [n] of the rows, or NULL: 1; whole numbers from 1 on, CS_REACH_HEAVIEST in all at most. */
enum { CS_REACH_MOST = 10000 };
#define CS_REACH_HEAVIEST 9007199254740992.0 /* 2^53: up to there doubles count */
CS_MUST_CHECK enum cs_status cs_reach_find(struct cs_reach *reach, const struct cs_kdtree *tree,
                                           size_t min_points, const double *weight, int threads,
                                           struct cs_error *err);
void cs_reach_release(struct cs_reach *reach);

static inline uint64_t cs_reach_weight(const struct cs_reach *reach, size_t place) {
  return reach->weight ? reach->weight[place] : 1;
}

#endif
