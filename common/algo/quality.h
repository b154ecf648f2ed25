/* quality.h - how well labels part the rows: silhouette (Rousseeuw 1987), Davies-Bouldin (1979), Calinski-Harabasz
 * (1974), all Euclidean and as scikit-learn's; and how alike two labellings are (Hubert & Arabie 1985).
 *
 * Shapes   label is [n], 0 .. k-1; a cluster may be empty, and then takes no part.
 * Units    none but the distances': silhouette -1..1, Davies-Bouldin from 0 (better), Calinski-Harabasz higher is
 *          better, the adjusted Rand index 1 for the same partition and about 0 for unrelated ones.
 * Repeats  neither threads nor the order of calls change a bit.
 * Cost     the silhouette O(n^2 d) time and O(n d) memory, no distance is kept; the others O(n d).
 */
#ifndef CS_ALGO_QUALITY_H
#define CS_ALGO_QUALITY_H

#include "base/error.h"
#include "base/matrix.h"

#include <stdbool.h>
#include <stdint.h>

enum {
  CS_SILHOUETTE_ROWS = 20000,   /* up to here the silhouette is that of all rows */
  CS_SILHOUETTE_SAMPLE = 10000, /* and above, of about so many */
};

/* The silhouette of each row into value[n]; 0 in a cluster of one row. NaN everywhere when fewer than two
 * clusters have rows. */
CS_MUST_CHECK enum cs_status cs_silhouette(const struct cs_matrix *matrix, const uint32_t *label, size_t k,
                                           int threads, double *value, struct cs_error *err);

struct cs_quality {
  double silhouette; /* mean; each of the three is NaN where it isn't defined */
  double davies_bouldin, calinski_harabasz;
  size_t silhouette_rows; /* on which the silhouette was computed */
};

/* All three. Above CS_SILHOUETTE_ROWS rows the silhouette is estimated on a sample drawn within each cluster
 * in proportion to its size (but at least 50 rows, or all, of up to 200 clusters), decided by the seed; the
 * clusters' means are weighed by size. */
CS_MUST_CHECK enum cs_status cs_quality(const struct cs_matrix *matrix, const uint32_t *label, size_t k,
                                        uint64_t seed, int threads, struct cs_quality *quality,
                                        struct cs_error *err);

/* The adjusted Rand index of two labellings a (0 .. ka-1) and b (0 .. kb-1); 1 when both are a single
 * cluster. */
CS_MUST_CHECK enum cs_status cs_rand_adjusted(const uint32_t *a, size_t ka, const uint32_t *b, size_t kb,
                                              size_t n, double *index, struct cs_error *err);

#endif
