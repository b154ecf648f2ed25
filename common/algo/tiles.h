/* tiles.h - rows laid out for distances: in tiles of 256 rows, column after column, so that one instruction
 * serves several rows while each row's squares are still added in the order of its columns.
 *
 * Shapes   x is [count][d][CS_TILE], weight is [count][CS_TILE]; the rows that fill up the last tile are
 *          copies of the last row and weigh 0.
 * Repeats  the distance of a row and a centre is canonical: ((0 + t0*t0) + t1*t1) + ..., t = x - centre,
 * without contraction. Every kernel here gives these very bits, at each width of vector. Order    sums over
 * rows are kept by block (CS_BLOCK rows, a whole number of tiles) and added in block order.
 */
#ifndef CS_ALGO_TILES_H
#define CS_ALGO_TILES_H

#include "base/error.h"
#include "base/matrix.h"

#include <stddef.h>
#include <stdint.h>

enum { CS_TILE = 256, CS_BLOCK_TILES = 16, CS_BLOCK = CS_TILE * CS_BLOCK_TILES };

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

static inline size_t cs_tiles_blocks(const struct cs_tiles *tiles) {
  return (tiles->count + CS_BLOCK_TILES - 1) / CS_BLOCK_TILES;
}

/* The rows of a tile that aren't filling. */
static inline size_t cs_tiles_rows(const struct cs_tiles *tiles, size_t tile) {
  size_t left = tiles->n - tile * CS_TILE;
  return left < CS_TILE ? left : CS_TILE;
}

/* Copies one row out of the tiles. */
void cs_tiles_row(const struct cs_tiles *tiles, size_t row, double *x);

/* --- kernels on one tile: x is [d][CS_TILE] --- */

/* The nearest of k centres [k][d] of each row, ties to the lower number, and its squared distance. */
void cs_tile_nearest(const double *x, size_t d, const double *centre, size_t k, uint64_t *label,
                     double *distance);

/* closest[i] = min(closest[i], squared distance to the point). */
void cs_tile_closer(const double *x, size_t d, const double *point, double *closest);

/* The weighted sum of what closest would be after cs_tile_closer(). */
double cs_tile_potential(const double *x, size_t d, const double *weight, const double *point,
                         const double *closest);

/* The weighted sum of the distances (not squared) to a point. */
double cs_tile_distances(const double *x, size_t d, const double *weight, const double *point);

#endif
