/* quality.h - how well labels part the rows: Davies-Bouldin (1979) and Calinski-Harabasz (1974), both Euclidean and as
 * scikit-learn's (the silhouette has a file of its own); and how alike two labellings are (Hubert & Arabie 1985).
 *
 * Shapes   label is [n], 0 .. k-1; a cluster may be empty, and then takes no part.
 * Units    none: Davies-Bouldin from 0 (better), Calinski-Harabasz higher is better, the adjusted Rand index 1 for the same
 *          partition and about 0 for unrelated ones.
 * Repeats  threads don't change a bit.
 * Cost     O(n d).
 */
#ifndef CS_ALGO_QUALITY_H
#define CS_ALGO_QUALITY_H

#include "algo/points.h"
#include "base/error.h"

#include <stdint.h>

struct cs_quality {
  double davies_bouldin, calinski_harabasz; /* NaN where not defined, or beyond the doubles */
};

/* Of points without weights. */
CS_MUST_CHECK enum cs_status cs_quality(const struct cs_points *points, const uint32_t *label, size_t k,
                                        int threads, struct cs_quality *quality, struct cs_error *err);

/* The adjusted Rand index of two labellings a (0 .. ka-1) and b (0 .. kb-1); 1 when both are a single
 * cluster. */
CS_MUST_CHECK enum cs_status cs_rand_adjusted(const uint32_t *a, size_t ka, const uint32_t *b, size_t kb,
                                              size_t n, double *index, struct cs_error *err);

#endif
