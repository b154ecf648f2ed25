#include "algo/tiles.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The kernels are compiled twice and chosen when the program starts. Wider vectors hold more rows, never
 * other sums: no multiply-add is contracted. A sanitizer isn't ready when the choice is made; clang names
 * clones in its own way. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define KERNEL __attribute__((target_clones("avx2", "default")))
#else
#define KERNEL
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize(                                                                                        \
    "O3") /* -O2 keeps the short loops over a group's vectors, and with them the sums, in memory */
#endif

enum { LANES = 4, GROUP = 16, VECTORS = GROUP / LANES };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

void cs_tiles_release(struct cs_tiles *tiles) {
  free(tiles->x);
  free(tiles->weight);
  *tiles = (struct cs_tiles)CS_TILES_INIT;
}

enum cs_status cs_tiles_make(struct cs_tiles *tiles, const struct cs_matrix *matrix, const size_t *rows,
                             size_t n, const double *weight, struct cs_error *err) {
  size_t d = matrix->d, count = (n + CS_TILE - 1) / CS_TILE;
  *tiles = (struct cs_tiles){n, d, count, NULL, NULL, 0};
  enum cs_status status =
      cs_alloc(&tiles->x, count * CS_TILE, d * sizeof *tiles->x, "the rows to cluster", err);
  if (status == CS_OK)
    status = cs_alloc(&tiles->weight, count * CS_TILE, sizeof *tiles->weight, "weights", err);
  if (status != CS_OK) {
    cs_tiles_release(tiles);
    return status;
  }
  for (size_t i = 0; i < count * CS_TILE; i++) {
    size_t from = i < n ? i : n - 1;
    const double *row = cs_matrix_row(matrix, rows ? rows[from] : from);
    double *to = tiles->x + i / CS_TILE * d * CS_TILE + i % CS_TILE;
    for (size_t j = 0; j < d; j++) to[j * CS_TILE] = row[j];
    if (i < n) tiles->weight[i] = weight ? weight[i] : 1;
    if (i < n) tiles->total += tiles->weight[i];
  }
  return CS_OK;
}

/* The squared distances of GROUP rows to a point. */
static inline __attribute__((always_inline)) void group_distance(const double *x, size_t d,
                                                                 const double *point, lanes sum[VECTORS]) {
  for (int v = 0; v < VECTORS; v++) sum[v] = (lanes){0, 0, 0, 0};
  for (size_t j = 0; j < d; j++) {
    const lanes *from = (const lanes *)(x + j * CS_TILE);
    for (int v = 0; v < VECTORS; v++) {
      lanes t = from[v] - point[j];
      sum[v] += t * t;
    }
  }
}

static inline __attribute__((always_inline)) double lanes_total(const lanes sum[VECTORS]) {
  lanes all = (sum[0] + sum[1]) + (sum[2] + sum[3]);
  return (all[0] + all[1]) + (all[2] + all[3]);
}

KERNEL double cs_tile_distances(const double *x, size_t d, const double *weight, const double *point) {
  lanes total[VECTORS] = {{0}};
  for (size_t i = 0; i < CS_TILE; i += GROUP) {
    lanes sum[VECTORS];
    double root[GROUP];
    group_distance(x + i, d, point, sum);
    memcpy(root, sum, sizeof sum);
    for (int r = 0; r < GROUP; r++) root[r] = sqrt(root[r]);
    const lanes *roots = (const lanes *)root, *w = (const lanes *)(weight + i);
    for (int v = 0; v < VECTORS; v++) total[v] += roots[v] * w[v];
  }
  return lanes_total(total);
}
