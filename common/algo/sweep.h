/* sweep.h - k-means for several numbers of clusters on the same rows, with the evidence for each.
 *
 * Life cycle  cs_sweep_begin(), then for ascending k cs_sweep_fit(), then once cs_sweep_judge() and, if wanted,
 *             cs_sweep_gap() and cs_sweep_resample(), then the rules of select.h on candidate[0 .. count); release.
 */
#ifndef CS_ALGO_SWEEP_H
#define CS_ALGO_SWEEP_H

#include "algo/kmeans.h"
#include "algo/select.h"

#include <math.h>
#include <stdint.h>

struct cs_sweep {
  const struct cs_matrix *matrix; /* the caller's */
  struct cs_points points;
  struct cs_kmeans *fit;          /* [count] */
  struct cs_candidate *candidate; /* [count] */
  double *stability;              /* what candidate[].jaccard and error point into */
  size_t count, room;
  size_t restarts;        /* as they were for each k */
  size_t silhouette_rows; /* on which the silhouettes were computed */
  size_t stability_rows;  /* that were resampled; 0: not asked for */
  size_t gap_rows;        /* on which the gaps were computed; 0: not asked for */
  double gap_of_one;      /* the gap of a single cluster */
  size_t elbow;           /* of the inertia, by Kneedle; SIZE_MAX where it has none */
};

#define CS_SWEEP_INIT                                                                                        \
  { NULL, CS_POINTS_INIT, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, NAN, SIZE_MAX }

/* Room for `room` values of k. weight is [n], the caller's, or NULL: 1 each. */
CS_MUST_CHECK enum cs_status cs_sweep_begin(struct cs_sweep *sweep, const struct cs_matrix *matrix,
                                            const double *weight, size_t room, int threads,
                                            struct cs_error *err);
void cs_sweep_release(struct cs_sweep *sweep);

/* Adds params->k. */
CS_MUST_CHECK enum cs_status cs_sweep_fit(struct cs_sweep *sweep, const struct cs_kmeans_params *params,
                                          struct cs_error *err);

/* Silhouette (of a sample above `most` rows), Davies-Bouldin and Calinski-Harabasz of every k, and the elbow of the inertia. */
CS_MUST_CHECK enum cs_status cs_sweep_judge(struct cs_sweep *sweep, size_t most, uint64_t seed, int threads,
                                            struct cs_error *err);

/* The gap statistic of every k and of a single cluster, of a sample above CS_GAP_ROWS rows; each row counts once. */
CS_MUST_CHECK enum cs_status cs_sweep_gap(struct cs_sweep *sweep, uint64_t seed, int threads,
                                          struct cs_error *err);

/* The stability of every cluster of every k. */
CS_MUST_CHECK enum cs_status cs_sweep_resample(struct cs_sweep *sweep, uint64_t seed, int threads,
                                               struct cs_error *err);

#endif
