/* cores.h - the core point that is nearest to a row: what puts rows on the border of a cluster, and new rows into it.
 *
 * Shapes   bits are those of the rows of each leaf [leaves], NULL: all; results go by the places of the rows' tree.
 * Units    distances are squared, and canonical (lanes.h).
 * Ties     of equally near core points the lexicographically less.
 * Repeats  neither threads nor the order of rows change a bit.
 */
#ifndef CS_ALGO_CORES_H
#define CS_ALGO_CORES_H

#include "algo/kdtree.h"

struct cs_cores {
  const struct cs_kdtree *tree;
  const uint32_t *bits;
  const uint32_t *
      rank; /* [n] of the places, or NULL: not the nearest core point in reach is asked for, but one of the lowest rank */
};

#define CS_CORES_NONE UINT32_MAX /* no core point is in reach */

/* rows may be the tree of the core points itself, or another one in the same space. which: for what rows it is asked. Of these place[] is set,
 * and square[] unless that is NULL: to the squared distance, where there is one. limit: of the squared distance. */
void cs_cores_find(const struct cs_cores *cores, const struct cs_kdtree *rows, const uint32_t *which,
                   double limit, int threads, uint32_t *place, double *square);

#endif
