/* dbscan_signs.h - what speaks against a density clustering.
 *
 * Cost   O(n d) time but for the duplicates, which cost as much as a fit at eps 0.
 */
#ifndef CS_ALGO_DBSCAN_SIGNS_H
#define CS_ALGO_DBSCAN_SIGNS_H

#include "algo/dbscan.h"

struct cs_dbscan_signs {
  bool beyond;      /* eps reaches over all rows */
  size_t duplicate; /* core points that rows equal to them are enough for */
  size_t
      lattice; /* a column of which nearly all rows are in clusters of a single value each, or in one more; d: there is none */
  double longest,
      shortest; /* of what the columns span, constant ones aside: the ratio tells whether they are in one unit */
  size_t widest, narrowest; /* these columns */
};

CS_MUST_CHECK enum cs_status cs_dbscan_find_signs(struct cs_dbscan_signs *signs, const struct cs_dbscan *fit,
                                                  const struct cs_kdtree *tree,
                                                  const struct cs_dbscan_params *params,
                                                  struct cs_error *err);

#endif
