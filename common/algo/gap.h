/* gap.h - the gap statistic (Tibshirani, Walther & Hastie 2001): how much tighter clusters are than those that k-means finds where there
 * are none, in rows drawn uniformly from the box of the principal components around the data.
 *
 *   W(k)     the sum over the clusters of the distances between their rows, each pair once, by twice their number of rows
 *   gap(k)   the mean of log W of the references, less log W
 *   error    sqrt(1 + 1 / B) times the standard deviation of log W of the B references, with divisor B - 1
 *
 * Shapes   label is [n], 0 .. k-1.
 * Units    none: neither scale nor offset matters.
 * Repeats  reference b is the same whatever is asked for; neither threads nor vectors change a bit.
 * Agrees   with R's cluster::clusGap (spaceH0 = "scaledPCA", d.power = 1), which draws other references.
 * Cost     O(B m^2 d) for all k together, and B x starts runs of k-means for each, of the m rows that are used, at most CS_GAP_ROWS;
 *          memory O(m (d + the number of clusterings)) for each thread.
 */
#ifndef CS_ALGO_GAP_H
#define CS_ALGO_GAP_H

#include "base/error.h"
#include "base/matrix.h"

#include <stdint.h>

enum { CS_GAP_ROWS = 2000 };

struct cs_gap_params {
  size_t references; /* B; of 1 the error is NaN */
  size_t starts;     /* of k-means on a reference; 0: as cs_gap_starts() says */
  uint64_t seed;
  int threads;
};

#define CS_GAP_PARAMS_INIT                                                                                   \
  { 20, 0, 42, 1 }

/* Few do: a reference has nothing that could be missed. */
static inline size_t cs_gap_starts(size_t rows) {
  return rows <= 500 ? 10 : rows <= 1000 ? 5 : 3;
}

/* One clustering to be judged. */
struct cs_gap {
  size_t k;              /* in */
  const uint32_t *label; /* in; NULL where k is 1 */
  double log_within;     /* out, as the next two: NaN where W is 0, or k not below the rows that are used */
  double gap, error;
};

/* Judges several clusterings of the same rows, in ascending order of k. *rows is how many rows were used: above CS_GAP_ROWS a sample
 * of that many, which k-means parts anew. */
CS_MUST_CHECK enum cs_status cs_gap(const struct cs_matrix *matrix, struct cs_gap *clustering, size_t count,
                                    const struct cs_gap_params *params, size_t *rows, struct cs_error *err);

#endif
