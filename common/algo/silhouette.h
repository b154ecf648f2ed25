/* silhouette.h - the silhouette of clusterings (Rousseeuw 1987), Euclidean and as scikit-learn's: by all distances, not those to centres.
 *
 * Shapes   label is [n], 0 .. k-1; a cluster may be empty, and then takes no part.
 * Units    -1..1; a row alone in its cluster has 0. NaN where fewer than two clusters have rows.
 * Repeats  neither threads nor vectors change a bit.
 * Cost     O(n^2 d) time for all clusterings together, since each distance is made once; O(threads k) memory, no distance is kept.
 */
#ifndef CS_ALGO_SILHOUETTE_H
#define CS_ALGO_SILHOUETTE_H

#include "base/error.h"
#include "base/matrix.h"

#include <stdint.h>

enum {
  CS_SILHOUETTE_ROWS = 20000,   /* up to here the silhouette is that of all rows */
  CS_SILHOUETTE_SAMPLE = 10000, /* and above, of about so many at most */
};

/* A clustering to be scored. */
struct cs_silhouette {
  size_t k;              /* in */
  const uint32_t *label; /* in */
  double mean, error;    /* out: over the rows; the standard error of a sample's, 0 where it is that of all */
  size_t rows;           /* out: on which it was computed */
  double within;         /* out: of these rows, W of gap.h */
};

/* Scores several clusterings of the same rows. Above `most` rows each is estimated on a sample of about as many, but no more than CS_SILHOUETTE_SAMPLE, drawn within each of its clusters in
 * proportion to its size (but at least 50 rows, or all, of up to 200 clusters), decided by the seed: the means of the
 * clusters are weighed by their sizes, and the error is that of stratified sampling. */
CS_MUST_CHECK enum cs_status cs_silhouettes(const struct cs_matrix *matrix, struct cs_silhouette *clustering,
                                            size_t count, size_t most, uint64_t seed, int threads,
                                            struct cs_error *err);

/* The silhouette of each row into value[n]. */
CS_MUST_CHECK enum cs_status cs_silhouette_rows(const struct cs_matrix *matrix, const uint32_t *label,
                                                size_t k, int threads, double *value, struct cs_error *err);

#endif
