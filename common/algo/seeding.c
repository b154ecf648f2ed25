#include "algo/seeding.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows whose mass is one number, pieces of so many of them, and groups that are fetched ahead. */
enum { CHUNK = 8 * CS_GROUP, PIECE = 16, AHEAD = 2 };

static size_t chunks_of(const struct cs_points *points) {
  return (points->n + CHUNK - 1) / CHUNK;
}

static size_t chunk_end(const struct cs_points *points, size_t chunk) {
  size_t end = (chunk + 1) * CHUNK;
  return end < points->n ? end : points->n;
}

enum cs_status cs_seed_work_alloc(struct cs_seed_work *work, const struct cs_points *points, size_t k,
                                  int threads, struct cs_team *team, struct cs_error *err) {
  size_t d = points->d, chunks = chunks_of(points);
  *work = (struct cs_seed_work)CS_SEED_WORK_INIT;
  work->threads = threads;
  work->team = team;
  work->trials = 2 + (size_t)log((double)k);
  size_t scratch = d * CS_GROUP + 2 * CS_GROUP + work->trials * CS_TOTAL_LANES;
  enum cs_status status = cs_alloc(&work->closest, points->n, sizeof(double), "distances", err);
  if (status == CS_OK) status = cs_alloc(&work->mass, chunks, sizeof(double), "distances", err);
  if (status == CS_OK)
    status = cs_alloc(&work->potential, chunks, work->trials * sizeof(double), "distances", err);
  if (status == CS_OK) status = cs_alloc(&work->trial, work->trials, d * sizeof(double), "centres", err);
  if (status == CS_OK) status = cs_alloc(&work->last, d, sizeof(double), "centres", err);
  if (status == CS_OK) status = cs_alloc(&work->scratch, (size_t)threads, sizeof(double *), "threads", err);
  for (int t = 0; t < threads && status == CS_OK; t++)
    status = cs_alloc(&work->scratch[t], scratch, sizeof(double), "columns", err);
  if (status != CS_OK) cs_seed_work_release(work);
  return status;
}

void cs_seed_work_release(struct cs_seed_work *work) {
  for (int t = 0; t < work->threads && work->scratch; t++) free(work->scratch[t]);
  free(work->closest);
  free(work->mass);
  free(work->potential);
  free(work->trial);
  free(work->last);
  free(work->scratch);
  *work = (struct cs_seed_work)CS_SEED_WORK_INIT;
}

/* --- drawing --- */

/* A row drawn with probability weight * squared distance to the nearest of the first `count` centres (weight alone where there are none),
 * mass[] being the sums by chunk. The walk within a chunk adds in another order than its mass was added in: it ends at
 * the last row with a mass. */
static size_t draw(const struct cs_points *points, const struct cs_seed_work *work, size_t count,
                   struct cs_rng *rng) {
  double total = 0;
  size_t chunks = chunks_of(points), found, chunk = 0;
  for (size_t c = 0; c < chunks; c++) total += work->mass[c];
  double left = cs_rng_uniform(rng) * total;
  for (size_t c = 0; c < chunks; c++) {
    if (work->mass[c] <= 0) continue;
    chunk = c;
    if (left < work->mass[c]) break;
    left -= work->mass[c];
  }
  found = chunk * CHUNK;
  for (size_t row = chunk * CHUNK; row < chunk_end(points, chunk); row++) {
    double here = cs_points_weight(points, row);
    if (count > 0) {
      double last = cs_square_distance(cs_points_row(points, row), work->last, points->d);
      here *= count > 1 ? fmin(work->closest[row], last) : last;
    }
    if (here <= 0) continue;
    found = row;
    if (left < here) break;
    left -= here;
  }
  return found;
}

/* --- trials --- */

struct trials {
  const struct cs_points *points;
  struct cs_seed_work *work;
  size_t count, centres; /* trials; centres that there are, of which the last isn't in closest yet */
};

/* What a thread works with: a group of rows, and what belongs to them. */
struct group {
  double *x, *closest, *weight, *total;
};

static struct group group_of(const struct trials *trials, int thread) {
  double *scratch = trials->work->scratch[thread];
  size_t size = trials->points->d * CS_GROUP;
  return (struct group){scratch, scratch + size, scratch + size + CS_GROUP, scratch + size + 2 * CS_GROUP};
}

/* Brings closest up to date, and adds what each trial would leave. A weight of NULL is 1. */
static void try_rows(const struct trials *trials, size_t begin, const uint16_t row[CS_GROUP],
                     const double *weight, double *closest, const struct group *group) {
  const struct cs_points *points = trials->points;
  size_t d = points->d;
  if (trials->centres < 2)
    for (size_t i = 0; i < CS_GROUP; i++) closest[i] = INFINITY;
  points->lanes->gather(cs_points_row(points, begin), row, d, points->zero, group->x);
  if (trials->centres > 0) points->lanes->closer(group->x, d, trials->work->last, closest);
  for (size_t t = 0; t < trials->count; t++)
    points->lanes->potential(group->x, d, weight, trials->work->trial + t * d, closest,
                             group->total + t * CS_TOTAL_LANES);
}

/* The same of `rows` rows, fewer than a group: those that fill it up weigh nothing. */
static void try_few(const struct trials *trials, size_t begin, size_t rows, const struct group *group) {
  double *closest = trials->work->closest + begin;
  uint16_t row[CS_GROUP];
  for (size_t i = 0; i < CS_GROUP; i++) {
    row[i] = (uint16_t)(i < rows ? i : rows - 1);
    group->closest[i] = closest[row[i]];
    group->weight[i] = i < rows ? cs_points_weight(trials->points, begin + i) : 0;
  }
  try_rows(trials, begin, row, group->weight, group->closest, group);
  memcpy(closest, group->closest, rows * sizeof *closest);
}

/* Fetches a group ahead: left to itself the processor does it late. */
CS_PREFETCHES void expect(const struct trials *trials, size_t begin) {
  enum { LINE = 64 / sizeof(double) };
  const double *x = cs_points_row(trials->points, begin), *closest = trials->work->closest + begin;
  for (size_t j = 0; j < trials->points->d * CS_GROUP; j += LINE) __builtin_prefetch(x + j);
  for (size_t i = 0; i < CS_GROUP; i += LINE) __builtin_prefetch(closest + i, 1);
}

static void try_chunk(const struct trials *trials, size_t chunk, const struct group *group) {
  const struct cs_points *points = trials->points;
  uint16_t row[CS_GROUP];
  size_t end = chunk_end(points, chunk), begin = chunk * CHUNK;
  for (size_t i = 0; i < CS_GROUP; i++) row[i] = (uint16_t)i;
  for (; begin + CS_GROUP <= end; begin += CS_GROUP) {
    if (begin + (AHEAD + 1) * CS_GROUP <= points->n) expect(trials, begin + AHEAD * CS_GROUP);
    try_rows(trials, begin, row, points->weight ? points->weight + begin : NULL,
             trials->work->closest + begin, group);
  }
  if (begin < end) try_few(trials, begin, end - begin, group);
}

static double lanes_total(const double total[CS_TOTAL_LANES]) {
  double sum[CS_TOTAL_LANES];
  memcpy(sum, total, sizeof sum);
  for (size_t half = CS_TOTAL_LANES / 2; half; half /= 2)
    for (size_t l = 0; l < half; l++) sum[l] += sum[half + l];
  return sum[0];
}

static void try_piece(void *context, size_t piece, int thread) {
  const struct trials *trials = context;
  const struct cs_points *points = trials->points;
  struct group group = group_of(trials, thread);
  size_t end = (piece + 1) * PIECE < chunks_of(points) ? (piece + 1) * PIECE : chunks_of(points);
  for (size_t chunk = piece * PIECE; chunk < end; chunk++) {
    memset(group.total, 0, trials->count * CS_TOTAL_LANES * sizeof *group.total);
    try_chunk(trials, chunk, &group);
    for (size_t t = 0; t < trials->count; t++)
      trials->work->potential[chunk * trials->count + t] = lanes_total(group.total + t * CS_TOTAL_LANES);
  }
}

/* Makes the trial that leaves least the last centre, the earlier one on a tie. */
static void take_best(const struct trials *trials) {
  const struct cs_points *points = trials->points;
  struct cs_seed_work *work = trials->work;
  size_t chunks = chunks_of(points), best = 0;
  double least = INFINITY;
  cs_team_run(work->team, (chunks + PIECE - 1) / PIECE, try_piece, (void *)trials);
  for (size_t t = 0; t < trials->count; t++) {
    double sum = 0;
    for (size_t chunk = 0; chunk < chunks; chunk++) sum += work->potential[chunk * trials->count + t];
    if (sum < least) best = t, least = sum;
  }
  for (size_t chunk = 0; chunk < chunks; chunk++)
    work->mass[chunk] = work->potential[chunk * trials->count + best];
  memcpy(work->last, work->trial + best * points->d, points->d * sizeof *work->last);
}

static void plusplus(const struct cs_points *points, size_t k, struct cs_rng *rng, struct cs_seed_work *work,
                     double *centre) {
  size_t d = points->d;
  struct trials trials = {points, work, 1, 0};
  for (size_t chunk = 0; chunk < chunks_of(points); chunk++) {
    work->mass[chunk] = 0;
    for (size_t i = chunk * CHUNK; i < chunk_end(points, chunk); i++)
      work->mass[chunk] += cs_points_weight(points, i);
  }
  for (; trials.centres < k; trials.centres++) {
    for (size_t t = 0; t < trials.count; t++)
      memcpy(work->trial + t * d, cs_points_row(points, draw(points, work, trials.centres, rng)),
             d * sizeof *work->trial);
    take_best(&trials);
    memcpy(centre + trials.centres * d, work->last, d * sizeof *centre);
    trials.count = work->trials;
  }
}

/* k rows without repetition; rows of equal values may come, Lloyd's reseeding parts them. */
static void forgy(const struct cs_points *points, size_t k, struct cs_rng *rng, double *centre) {
  size_t left = k;
  for (size_t row = 0; row < points->n && left;
       row++) /* selection sampling: Knuth, TAOCP 2, 3.4.2, algorithm S */
    if (cs_rng_below(rng, points->n - row) < left)
      memcpy(centre + --left * points->d, cs_points_row(points, row), points->d * sizeof *centre);
}

void cs_seed(enum cs_seeding seeding, const struct cs_points *points, size_t k, struct cs_rng rng,
             struct cs_seed_work *work, double *centre) {
  if (seeding == CS_SEED_RANDOM)
    forgy(points, k, &rng, centre);
  else
    plusplus(points, k, &rng, work, centre);
}
