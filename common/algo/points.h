/* points.h - the rows that k-means works on, with what is measured of them once: how far they reach, which bounds what rounding can
 * do to a distance, and how their sums are kept.
 *
 * Shapes    x is [n][d], weight [n] or NULL; both are the caller's.
 * Units     reach is a distance.
 * Repeats   neither threads nor vectors change a bit.
 */
#ifndef CS_ALGO_POINTS_H
#define CS_ALGO_POINTS_H

#include "algo/lanes.h"
#include "base/error.h"
#include "base/matrix.h"

#include <stdbool.h>

enum { CS_BLOCK = 4096 }; /* rows that a thread takes at a time, and that are summed up by themselves */

struct cs_points {
  size_t n, d;
  const double *x, *weight; /* a weight of NULL is 1 */
  double total, heaviest;   /* sum of the weights, and the largest */
  double *origin;           /* [d], among the rows: what is close to it is rounded little */
  double *zero;             /* [d] */
  double reach;             /* no row is farther from the origin */
  double *scale;            /* [d + 1]: of the sums of each column and of the weights (sums.h) */
  bool whole;               /* the weights are whole numbers */
  const struct cs_lanes *lanes;
};

#define CS_POINTS_INIT                                                                                       \
  { 0, 0, NULL, NULL, 0, 0, NULL, NULL, 0, NULL, false, NULL }

/* Weights are finite and not negative; some is above 0. */
CS_MUST_CHECK enum cs_status cs_points_begin(struct cs_points *points, const struct cs_matrix *matrix,
                                             const double *weight, int threads, struct cs_error *err);
void cs_points_release(struct cs_points *points);

static inline const double *cs_points_row(const struct cs_points *points, size_t row) {
  return points->x + row * points->d;
}

static inline double cs_points_weight(const struct cs_points *points, size_t row) {
  return points->weight ? points->weight[row] : 1;
}

static inline size_t cs_points_blocks(const struct cs_points *points) {
  return (points->n + CS_BLOCK - 1) / CS_BLOCK;
}

static inline size_t cs_points_block_rows(const struct cs_points *points, size_t block) {
  size_t left = points->n - block * CS_BLOCK;
  return left < CS_BLOCK ? left : CS_BLOCK;
}

/* The canonical squared distance of lanes.h. */
static inline double cs_square_distance(const double *a, const double *b, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

/* --- their nearest centres --- */

/* k centres of d numbers. */
CS_MUST_CHECK enum cs_status cs_panels_begin(struct cs_panels *panels, size_t k, size_t d,
                                             struct cs_error *err);
void cs_panels_release(struct cs_panels *panels);

/* Takes centre[k][d]. Returns the slack: a gap above it stands whatever was rounded, in nearest() and in the canonical distances. */
double cs_panels_set(struct cs_panels *panels, const struct cs_points *points, const double *centre);

/* Centre c is at centre[d] now. */
void cs_panels_put(struct cs_panels *panels, const struct cs_points *points, size_t c, const double *centre);

/* The nearest of k centres by the canonical distance, the first of several; centre 0 where no distance is finite. */
size_t cs_nearest_centre(const double *x, const double *centre, size_t k, size_t d);

/* A group of rows, counted from `base`: their nearest centres. What floats leave open doubles decide, and what these leave open the canonical
 * distance; its gap is not above the slack. Returns the number of these rows. *doubts, 0 to begin with,
 * remembers how often floats were asked in vain, so that they aren't asked for ever. scratch has room for a group of doubles. */
size_t cs_points_nearest(const struct cs_points *points, size_t base, const uint16_t row[CS_GROUP],
                         const struct cs_panels *panels, const double *centre, double slack, void *scratch,
                         size_t *doubts, uint32_t label[CS_GROUP], float gap[CS_GROUP]);

#endif
