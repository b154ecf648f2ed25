/* seeding.h - where k-means begins: greedy k-means++ (Arthur & Vassilvitskii 2007, with the 2 + floor(ln k)
 * trials per centre that scikit-learn takes), k different rows at random (Forgy 1965), or the means of parts: the one with the largest
 * sum of squares is cut through its mean, across its first principal component, until there are k (Su & Dy 2007, PCA-Part).
 *
 * Shapes   centre is [k][d].
 * Repeats  decided by the points, k and the random state; not by threads or vectors.
 * Cost     O(n k d (2 + ln k)) for k-means++, in k passes over the rows; O(n d^2 ln k) or so for parts.
 */
#ifndef CS_ALGO_SEEDING_H
#define CS_ALGO_SEEDING_H

#include "algo/points.h"
#include "base/rng.h"
#include "base/team.h"

enum cs_seeding { CS_SEED_PLUSPLUS, CS_SEED_RANDOM, CS_SEED_PARTS };

struct cs_seed_work {
  size_t trials;
  double *closest;   /* [n], squared distance to the nearest centre so far, but for the last one */
  double *mass;      /* [chunks], weighted sums of closest, with the last one */
  double *potential; /* [chunks][trials] */
  double *trial;     /* [trials][d] */
  double *last;      /* [d] */
  double **scratch;  /* [threads]: a group and totals */
  int threads;
  struct cs_team *team;
};

#define CS_SEED_WORK_INIT                                                                                    \
  { 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL }

CS_MUST_CHECK enum cs_status cs_seed_work_alloc(struct cs_seed_work *work, const struct cs_points *points,
                                                size_t k, int threads, struct cs_team *team,
                                                struct cs_error *err);
void cs_seed_work_release(struct cs_seed_work *work);

/* Fills centre. k is at most the number of rows; the rows weigh more than 0 together. */
void cs_seed(enum cs_seeding seeding, const struct cs_points *points, size_t k, struct cs_rng rng,
             struct cs_seed_work *work, double *centre);

/* CS_SEED_PARTS; label is [n] and becomes the parts. */
CS_MUST_CHECK enum cs_status cs_seed_parts(const struct cs_points *points, size_t k, uint32_t *label,
                                           double *centre, struct cs_error *err);

#endif
