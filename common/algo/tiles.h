/* tiles.h - rows laid out for distances: in tiles of 256 rows, column after column, so that one instruction
 * serves several rows while each row's squares are still added in the order of its columns.
 *
 * Shapes   x is [count][d][CS_TILE], weight is [count][CS_TILE]; the rows that fill up the last tile are
 *          copies of the last row and weigh 0.
 * Repeats  the distance of a row and a centre is canonical: ((0 + t0*t0) + t1*t1) + ..., t = x - centre,
 * without contraction. Every kernel here gives these very bits, at each width of vector.
 */
#ifndef CS_ALGO_TILES_H
#define CS_ALGO_TILES_H

#include "base/error.h"
#include "base/matrix.h"

#include <stddef.h>
#include <stdint.h>

enum { CS_TILE = 256 };

struct cs_tiles {
  size_t n, d, count;
  double *x, *weight;
  double total; /* sum of the weights */
};

#define CS_TILES_INIT                                                                                        \
  { 0, 0, 0, NULL, NULL, 0 }

/* Copies rows[0..n) of the matrix (the first n when rows is NULL), weighing weight[i] (1 when weight is
 * NULL). */
CS_MUST_CHECK enum cs_status cs_tiles_make(struct cs_tiles *tiles, const struct cs_matrix *matrix,
                                           const size_t *rows, size_t n, const double *weight,
                                           struct cs_error *err);
void cs_tiles_release(struct cs_tiles *tiles);

static inline const double *cs_tiles_at(const struct cs_tiles *tiles, size_t tile) {
  return tiles->x + tile * tiles->d * CS_TILE;
}

/* --- kernels on one tile: x is [d][CS_TILE] --- */

/* The weighted sum of the distances (not squared) to a point. */
double cs_tile_distances(const double *x, size_t d, const double *weight, const double *point);

#endif
