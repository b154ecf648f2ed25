#include "algo/seeding.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t trials_of(size_t k) {
  return 2 + (size_t)log((double)k);
}

enum cs_status cs_seed_work_alloc(struct cs_seed_work *work, const struct cs_tiles *tiles, size_t k,
                                  struct cs_error *err) {
  *work = (struct cs_seed_work)CS_SEED_WORK_INIT;
  size_t trials = trials_of(k);
  enum cs_status status = cs_alloc(&work->closest, tiles->count, CS_TILE * sizeof(double), "distances", err);
  if (status == CS_OK) status = cs_alloc(&work->mass, tiles->count, sizeof(double), "distances", err);
  if (status == CS_OK)
    status = cs_alloc(&work->potential, tiles->count, trials * sizeof(double), "distances", err);
  if (status == CS_OK) status = cs_alloc(&work->trial, trials, tiles->d * sizeof(double), "centres", err);
  if (status != CS_OK) cs_seed_work_release(work);
  return status;
}

void cs_seed_work_release(struct cs_seed_work *work) {
  free(work->closest);
  free(work->mass);
  free(work->potential);
  free(work->trial);
  *work = (struct cs_seed_work)CS_SEED_WORK_INIT;
}

/* A row drawn with probability weight * closest (weight alone where closest is NULL), mass[] being the sums
 * by tile. The walk within a tile adds in another order than its mass was added in: it ends at the last row
 * with a mass. */
static size_t draw(const struct cs_tiles *tiles, const double *closest, const double *mass,
                   struct cs_rng *rng) {
  double total = 0;
  for (size_t tile = 0; tile < tiles->count; tile++) total += mass[tile];
  double left = cs_rng_uniform(rng) * total;
  size_t tile = 0;
  for (size_t t = 0; t < tiles->count; t++) {
    if (mass[t] <= 0) continue;
    tile = t;
    if (left < mass[t]) break;
    left -= mass[t];
  }
  size_t found = tile * CS_TILE;
  for (size_t row = tile * CS_TILE, end = row + cs_tiles_rows(tiles, tile); row < end; row++) {
    double here = tiles->weight[row] * (closest ? closest[row] : 1);
    if (here <= 0) continue;
    found = row;
    if (left < here) break;
    left -= here;
  }
  return found;
}

struct trials {
  const struct cs_tiles *tiles;
  struct cs_seed_work *work;
  size_t count;
};

/* What each candidate would leave of the potential. */
static void try_block(void *context, size_t block, int thread) {
  (void)thread;
  const struct trials *trials = context;
  const struct cs_tiles *tiles = trials->tiles;
  size_t begin = block * CS_BLOCK_TILES,
         end = begin + CS_BLOCK_TILES < tiles->count ? begin + CS_BLOCK_TILES : tiles->count;
  for (size_t tile = begin; tile < end; tile++)
    for (size_t t = 0; t < trials->count; t++)
      trials->work->potential[tile * trials->count + t] =
          cs_tile_potential(cs_tiles_at(tiles, tile), tiles->d, tiles->weight + tile * CS_TILE,
                            trials->work->trial + t * tiles->d, trials->work->closest + tile * CS_TILE);
}

/* Keeps the candidate that leaves least, the earlier one on a tie. */
static const double *best_trial(const struct trials *trials, int threads) {
  const struct cs_tiles *tiles = trials->tiles;
  struct cs_seed_work *work = trials->work;
  cs_parallel(threads, cs_tiles_blocks(tiles), try_block, (void *)trials);
  size_t best = 0;
  double least = INFINITY;
  for (size_t t = 0; t < trials->count; t++) {
    double sum = 0;
    for (size_t tile = 0; tile < tiles->count; tile++) sum += work->potential[tile * trials->count + t];
    if (sum < least) best = t, least = sum;
  }
  const double *point = work->trial + best * tiles->d;
  for (size_t tile = 0; tile < tiles->count; tile++) {
    work->mass[tile] = work->potential[tile * trials->count + best];
    cs_tile_closer(cs_tiles_at(tiles, tile), tiles->d, point, work->closest + tile * CS_TILE);
  }
  return point;
}

static void plusplus(const struct cs_tiles *tiles, size_t k, struct cs_rng *rng, struct cs_seed_work *work,
                     int threads, double *centre) {
  size_t d = tiles->d;
  for (size_t i = 0; i < tiles->count * CS_TILE; i++) work->closest[i] = INFINITY;
  for (size_t tile = 0; tile < tiles->count; tile++) {
    work->mass[tile] = 0;
    for (size_t i = 0; i < CS_TILE; i++) work->mass[tile] += tiles->weight[tile * CS_TILE + i];
  }
  struct trials trials = {tiles, work, 1};
  for (size_t c = 0; c < k; c++) {
    for (size_t t = 0; t < trials.count; t++)
      cs_tiles_row(tiles, draw(tiles, c ? work->closest : NULL, work->mass, rng), work->trial + t * d);
    memcpy(centre + c * d, best_trial(&trials, threads), d * sizeof *centre);
    trials.count = trials_of(k);
  }
}

/* k rows without repetition; rows of equal values may come, Lloyd's reseeding parts them. */
static void forgy(const struct cs_tiles *tiles, size_t k, struct cs_rng *rng, double *centre) {
  size_t left = k;
  for (size_t row = 0; row < tiles->n && left;
       row++) /* selection sampling: Knuth, TAOCP 2, 3.4.2, algorithm S */
    if (cs_rng_below(rng, tiles->n - row) < left) cs_tiles_row(tiles, row, centre + --left * tiles->d);
}

void cs_seed(enum cs_seeding seeding, const struct cs_tiles *tiles, size_t k, struct cs_rng rng,
             struct cs_seed_work *work, int threads, double *centre) {
  if (seeding == CS_SEED_RANDOM)
    forgy(tiles, k, &rng, centre);
  else
    plusplus(tiles, k, &rng, work, threads, centre);
}
