/* stability.h - how surely clusters come back: bootstrap resampling and the Jaccard coefficient of each cluster with
 * what is most like it in the clustering of the resample (Hennig 2007, fpc::clusterboot).
 *
 * A resample draws n of n rows with repetition; k-means then works on the distinct rows drawn, each weighing as often
 * as it was drawn, and the two clusterings are compared on these distinct rows: clusterboot's multipleboot = TRUE.
 *
 * Shapes   jaccard and error are [k].
 * Units    0 (never seen again) .. 1 (always the same); Hennig reads below 0.6 as unstable, 0.75 and more as stable,
 *          above 0.85 as very stable.
 * Repeats  resample r is the same for each k and each number of threads.
 * Cost     resamples x starts runs of k-means for each k; rows beyond CS_STABILITY_ROWS are sampled.
 */
#ifndef CS_ALGO_STABILITY_H
#define CS_ALGO_STABILITY_H

#include "base/error.h"
#include "base/matrix.h"

#include <stdint.h>

enum { CS_STABILITY_ROWS = 5000 };

struct cs_stability_params {
  size_t resamples, starts, max_iter;
  uint64_t seed;
  int threads;
};

#define CS_STABILITY_PARAMS_INIT                                                                             \
  { 100, 10, 1000, 42, 1 }

/* One clustering to be judged. */
struct cs_stability {
  size_t k;              /* in */
  const uint32_t *label; /* in: [n], 0 .. k-1 */
  double *jaccard;       /* out: [k], mean over the resamples */
  double *error; /* out: [k], standard error of that mean: sd (divisor resamples - 1) / sqrt(resamples) */
};

/* Judges several clusterings of the same rows, whose weights ([n], or NULL) count in the fits, not in the drawing or comparing. *rows is how many rows were resampled: above CS_STABILITY_ROWS
 * a sample of that many, with the labels that they have in the whole. */
CS_MUST_CHECK enum cs_status cs_stability(const struct cs_matrix *matrix, const double *weight,
                                          struct cs_stability *clustering, size_t count,
                                          const struct cs_stability_params *params, size_t *rows,
                                          struct cs_error *err);

#endif
