/* seeding.h - where k-means begins: greedy k-means++ (Arthur & Vassilvitskii 2007, with the 2 + floor(ln k)
 * trials per centre that scikit-learn takes), or k different rows at random (Forgy 1965).
 *
 * Shapes   centre is [k][d].
 * Repeats  decided by the tiles, k and the random state; not by threads.
 * Cost     O(n k d (2 + ln k)) for k-means++.
 */
#ifndef CS_ALGO_SEEDING_H
#define CS_ALGO_SEEDING_H

#include "algo/tiles.h"
#include "base/rng.h"

enum cs_seeding { CS_SEED_PLUSPLUS, CS_SEED_RANDOM };

struct cs_seed_work {
  double *closest;   /* [tiles->count][CS_TILE], to the nearest centre so far */
  double *mass;      /* [tiles->count], weighted sums of closest */
  double *potential; /* [tiles->count][trials] */
  double *trial;     /* [trials][d] */
};

#define CS_SEED_WORK_INIT                                                                                    \
  { NULL, NULL, NULL, NULL }

CS_MUST_CHECK enum cs_status cs_seed_work_alloc(struct cs_seed_work *work, const struct cs_tiles *tiles,
                                                size_t k, struct cs_error *err);
void cs_seed_work_release(struct cs_seed_work *work);

/* Fills centre. k is at most the number of rows; the rows weigh more than 0 together. */
void cs_seed(enum cs_seeding seeding, const struct cs_tiles *tiles, size_t k, struct cs_rng rng,
             struct cs_seed_work *work, int threads, double *centre);

#endif
