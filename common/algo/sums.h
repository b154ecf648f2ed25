/* sums.h - sums of rows by cluster, in whole numbers: nothing is rounded when rows come and go, so that neither their order nor the
 * threads that add them change a bit, and a row that moves costs two additions and not a new sum.
 *
 * A number is rounded once, to 2^-62 of the largest of its column: to its last bit where it is at least a 512th of it. Weights that
 * are whole numbers up to 1,024 multiply it then; others are multiplied in before. It is kept as two whole numbers of
 * 31 bits, in doubles, where those of 2^22 rows add up exactly and quickly; these go to sums of 128 bits in time.
 *
 * Shapes    sum is [k][d + 1], the last being the weight; part is [k][2][room of d] (lanes.h), weight [k][2].
 */
#ifndef CS_ALGO_SUMS_H
#define CS_ALGO_SUMS_H

#include "algo/points.h"

__extension__ typedef __int128 cs_exact;

struct cs_sums {
  size_t k, d;
  cs_exact *sum;
  double *part, *weight;
  size_t pending; /* rows in them */
};

#define CS_SUMS_INIT                                                                                         \
  { 0, 0, NULL, NULL, NULL, 0 }

CS_MUST_CHECK enum cs_status cs_sums_begin(struct cs_sums *sums, size_t k, size_t d, struct cs_error *err);
void cs_sums_release(struct cs_sums *sums);
void cs_sums_clear(struct cs_sums *sums);

void cs_sums_add(struct cs_sums *sums, const struct cs_points *points, size_t row, size_t cluster);
void cs_sums_move(struct cs_sums *sums, const struct cs_points *points, size_t row, size_t from, size_t to);

/* The rows base + row[i] for each bit i of `which`, to the clusters to[i], from from[i] unless that is NULL. */
void cs_sums_move_group(struct cs_sums *sums, const struct cs_points *points, size_t base,
                        const uint16_t row[CS_GROUP], uint32_t which, const uint32_t *from,
                        const uint32_t *to);

/* Adds another's, and clears those. */
void cs_sums_take(struct cs_sums *sums, struct cs_sums *other);

/* To be called before the two below, when rows were added or moved. */
void cs_sums_end(struct cs_sums *sums);

/* The weight of a cluster's rows. */
double cs_sums_weight(const struct cs_sums *sums, const struct cs_points *points, size_t cluster);

/* The mean of a cluster's rows into mean[d], which stays as it is where they weigh nothing. */
void cs_sums_mean(const struct cs_sums *sums, const struct cs_points *points, size_t cluster, double *mean);

#endif
