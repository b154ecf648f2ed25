#include "algo/kmeans.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  WIDE_ROWS = 100000,      /* from here on the threads share one start; below, each has starts of its own */
  PARTIALS_MOST = 1 << 25, /* numbers; beyond, partial sums would outgrow the rows */
  EXCHANGE_PASSES = 100,
  SETTLE_ROUNDS = 16,
};

/* The workspace of one start at a time. */
struct start {
  const struct cs_tiles *tiles;
  const struct cs_kmeans_params *params;
  size_t k;
  int threads;     /* that share this start */
  uint32_t *label; /* [n] */
  double *centre;  /* [k][d] */
  double *old;     /* [k][d] */
  double *sum;     /* [k][d + 1], the last is the weight */
  double *partial; /* [blocks or 1][k][d + 1] */
  size_t *changed; /* [blocks], rows with a new label */
  double *inertia; /* [blocks] */
  double *row;     /* [d] */
  struct cs_seed_work seed;
  double shift; /* squared shift of the centres at which the tolerance is met */
  size_t iterations;
  bool converged;
};

static size_t block_end(const struct cs_tiles *tiles, size_t block) {
  size_t end = (block + 1) * CS_BLOCK_TILES;
  return end < tiles->count ? end : tiles->count;
}

static size_t sums_of(const struct start *start) {
  return start->k * (start->tiles->d + 1);
}

static double *partial_of(const struct start *start, size_t block) {
  return start->partial + (start->threads > 1 ? block * sums_of(start) : 0);
}

/* Adds the rows of a tile to the sums of their clusters. */
static void add_tile(const struct start *start, size_t tile, double *sum) {
  const struct cs_tiles *tiles = start->tiles;
  size_t d = tiles->d, rows = cs_tiles_rows(tiles, tile);
  const double *x = cs_tiles_at(tiles, tile), *weight = tiles->weight + tile * CS_TILE;
  const uint32_t *label = start->label + tile * CS_TILE;
  for (size_t i = 0; i < rows; i++) {
    double *to = sum + label[i] * (d + 1), w = weight[i];
    for (size_t j = 0; j < d; j++) to[j] += w * x[j * CS_TILE + i];
    to[d] += w;
  }
}

static void sum_block(struct start *start, size_t block) {
  double *sum = partial_of(start, block);
  memset(sum, 0, sums_of(start) * sizeof *sum);
  for (size_t tile = block * CS_BLOCK_TILES; tile < block_end(start->tiles, block); tile++)
    add_tile(start, tile, sum);
}

/* Four sums side by side: one would wait for itself at each addition. */
static double weighted_sum(const double *weight, const double *value) {
  double sum[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < CS_TILE; i += 4)
    for (size_t l = 0; l < 4; l++) sum[l] += weight[i + l] * value[i + l];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Gives each row of a block its nearest centre. */
static void assign_block(struct start *start, size_t block) {
  const struct cs_tiles *tiles = start->tiles;
  uint64_t label[CS_TILE], changed = 0;
  double distance[CS_TILE], inertia = 0;
  for (size_t tile = block * CS_BLOCK_TILES; tile < block_end(tiles, block); tile++) {
    size_t rows = cs_tiles_rows(tiles, tile);
    uint32_t *to = start->label + tile * CS_TILE;
    cs_tile_nearest(cs_tiles_at(tiles, tile), tiles->d, start->centre, start->k, label, distance);
    for (size_t i = 0; i < rows; i++) {
      changed += to[i] != (uint32_t)label[i];
      to[i] = (uint32_t)label[i];
    }
    inertia += weighted_sum(tiles->weight + tile * CS_TILE, distance);
  }
  start->changed[block] = changed;
  start->inertia[block] = inertia;
}

static void reduce_block(struct start *start, size_t block) {
  const double *partial = partial_of(start, block);
  for (size_t s = 0; s < sums_of(start); s++) start->sum[s] += partial[s];
}

static void assign_piece(void *context, size_t block, int thread) {
  (void)thread;
  assign_block(context, block);
}

static void sum_piece(void *context, size_t block, int thread) {
  (void)thread;
  sum_block(context, block);
}

static void round_piece(void *context, size_t block, int thread) {
  (void)thread;
  assign_block(context, block);
  sum_block(context, block);
}

/* Runs `piece` over the blocks, then adds the partial sums up in the order of the blocks. */
static void sum_up(struct start *start, void (*piece)(void *, size_t, int)) {
  size_t blocks = cs_tiles_blocks(start->tiles);
  memset(start->sum, 0, sums_of(start) * sizeof *start->sum);
  if (start->threads > 1) cs_parallel(start->threads, blocks, piece, start);
  for (size_t block = 0; block < blocks; block++) {
    if (start->threads <= 1) piece(start, block, 0);
    reduce_block(start, block);
  }
}

static size_t changed_total(const struct start *start) {
  size_t changed = 0;
  for (size_t block = 0; block < cs_tiles_blocks(start->tiles); block++) changed += start->changed[block];
  return changed;
}

static double inertia_total(const struct start *start) {
  double inertia = 0;
  for (size_t block = 0; block < cs_tiles_blocks(start->tiles); block++) inertia += start->inertia[block];
  return inertia;
}

static double square_distance(const double *a, const double *b, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

static double weight_of(const struct start *start, size_t c) {
  return start->sum[c * (start->tiles->d + 1) + start->tiles->d];
}

/* Gives an empty cluster the row farthest from its centre, the first of them on a tie, among clusters that
 * have another row. False when no row is off its centre: there are fewer different rows than clusters. */
static bool reseed(struct start *start, size_t empty, size_t *members) {
  const struct cs_tiles *tiles = start->tiles;
  size_t farthest = SIZE_MAX;
  double most = 0;
  for (size_t i = 0; i < tiles->n; i++) {
    if (members[start->label[i]] < 2 || tiles->weight[i] <= 0) continue;
    cs_tiles_row(tiles, i, start->row);
    double distance = square_distance(start->row, start->centre + start->label[i] * tiles->d, tiles->d);
    if (distance > most) most = distance, farthest = i;
  }
  if (farthest == SIZE_MAX) return false;
  members[start->label[farthest]]--;
  members[empty] = 1;
  start->label[farthest] = (uint32_t)empty;
  cs_tiles_row(tiles, farthest, start->centre + empty * tiles->d);
  return true;
}

static void count_members(const struct start *start, size_t *members) {
  memset(members, 0, start->k * sizeof *members);
  for (size_t i = 0; i < start->tiles->n; i++) members[start->label[i]] += start->tiles->weight[i] > 0;
}

/* Whether labels were changed. */
static bool reseed_empty(struct start *start, size_t *members) {
  bool empty = false, changed = false;
  for (size_t c = 0; c < start->k; c++) empty |= !(weight_of(start, c) > 0);
  if (!empty) return false;
  count_members(start, members);
  for (size_t c = 0; c < start->k; c++)
    if (members[c] == 0) changed |= reseed(start, c, members);
  return changed;
}

/* The centres as the means of what sum holds; a cluster that stayed empty stays where it is. */
static void move_centres(struct start *start) {
  size_t d = start->tiles->d;
  for (size_t c = 0; c < start->k; c++) {
    const double *sum = start->sum + c * (d + 1);
    if (sum[d] > 0)
      for (size_t j = 0; j < d; j++) start->centre[c * d + j] = sum[j] / sum[d];
  }
}

static void centres_of_labels(struct start *start) {
  sum_up(start, sum_piece);
  move_centres(start);
}

/* One last assignment to centres that no longer move. */
static void assign_all(struct start *start) {
  cs_parallel(start->threads, cs_tiles_blocks(start->tiles), assign_piece, start);
}

/* Rounds until no row changes its cluster. On return labels belong to the centres; when it converged, the
 * centres are the means of the labels as well. */
static void lloyd(struct start *start, size_t *members) {
  const struct cs_kmeans_params *params = start->params;
  size_t size = start->k * start->tiles->d;
  start->converged = false;
  while (start->iterations < params->max_iter) {
    start->iterations++;
    sum_up(start, round_piece);
    if (changed_total(start) == 0) {
      start->converged = true;
      return;
    }
    if (reseed_empty(start, members)) sum_up(start, sum_piece);
    memcpy(start->old, start->centre, size * sizeof *start->old);
    move_centres(start);
    if (params->tolerance > 0 && square_distance(start->centre, start->old, size) <= start->shift) break;
  }
  assign_all(start);
  start->converged = changed_total(start) == 0;
}

/* The cluster into which row x of weight w should move from `from`, or `from`: by what the inertia would lose
 * and gain (Hartigan & Wong 1979, equation of the optimal-transfer stage). */
static size_t better_cluster(const struct start *start, const double *x, double w, size_t from) {
  size_t d = start->tiles->d, best = from;
  double left = weight_of(start, from) - w;
  if (!(left > 0)) return from;
  double least = square_distance(x, start->centre + from * d, d) * (left + w) / left * (1 - 1e-12);
  for (size_t c = 0; c < start->k; c++) {
    if (c == from) continue;
    double weight = weight_of(start, c),
           gain = square_distance(x, start->centre + c * d, d) * weight / (weight + w);
    if (gain < least) least = gain, best = c;
  }
  return best;
}

/* Moves row x, and the two centres with it. */
static void move_row(struct start *start, const double *x, double w, size_t from, size_t to) {
  size_t d = start->tiles->d;
  double *weight_from = start->sum + from * (d + 1) + d, *weight_to = start->sum + to * (d + 1) + d;
  double *a = start->centre + from * d, *b = start->centre + to * d;
  *weight_from -= w;
  *weight_to += w;
  for (size_t j = 0; j < d; j++) {
    a[j] -= (x[j] - a[j]) * (w / *weight_from);
    b[j] += (x[j] - b[j]) * (w / *weight_to);
  }
}

/* Passes of single moves until one makes none. Whether any was made; the centres are then the exact means
 * again. */
static bool exchange(struct start *start) {
  const struct cs_tiles *tiles = start->tiles;
  bool moved = true, any = false;
  for (int pass = 0; pass < EXCHANGE_PASSES && moved; pass++) {
    moved = false;
    for (size_t i = 0; i < tiles->n; i++) {
      cs_tiles_row(tiles, i, start->row);
      size_t from = start->label[i], to = better_cluster(start, start->row, tiles->weight[i], from);
      if (to == from) continue;
      move_row(start, start->row, tiles->weight[i], from, to);
      start->label[i] = (uint32_t)to;
      moved = any = true;
    }
  }
  if (any) centres_of_labels(start);
  return any;
}

static bool exchanges(const struct start *start) {
  enum cs_kmeans_algorithm algorithm = start->params->algorithm;
  return algorithm == CS_KMEANS_HARTIGAN_WONG ||
         (algorithm == CS_KMEANS_AUTO && start->tiles->n <= CS_KMEANS_EXCHANGE_ROWS);
}

/* Lloyd and exchanges in turn until neither changes anything. */
static void descend(struct start *start, size_t *members) {
  lloyd(start, members);
  for (int turn = 0; turn < SETTLE_ROUNDS && start->converged && exchanges(start) && exchange(start); turn++)
    lloyd(start, members);
}

static void run_start(struct start *start, size_t restart, size_t *members) {
  struct cs_rng rng;
  cs_rng_init(&rng, start->params->seed, start->params->stream + restart);
  cs_seed(start->params->seeding, start->tiles, start->k, rng, &start->seed, start->threads, start->centre);
  for (size_t i = 0; i < start->tiles->n; i++) start->label[i] = UINT32_MAX;
  start->iterations = 0;
  descend(start, members);
}

/* --- the numbering of clusters --- */

struct rank {
  size_t cluster, size, d;
  const double *centre;
};

static int compare_ranks(const void *a, const void *b) {
  const struct rank *p = a, *q = b;
  if (p->size != q->size) return p->size > q->size ? -1 : 1;
  for (size_t j = 0; j < p->d; j++)
    if (p->centre[j] != q->centre[j]) return p->centre[j] < q->centre[j] ? -1 : 1;
  return p->cluster < q->cluster ? -1 : p->cluster > q->cluster;
}

/* Puts centres and labels into the order of the clusters. */
static void renumber(struct start *start, size_t *members, struct rank *rank, uint32_t *number) {
  size_t k = start->k, d = start->tiles->d;
  memcpy(start->old, start->centre, k * d * sizeof *start->old);
  memset(members, 0, k * sizeof *members);
  for (size_t i = 0; i < start->tiles->n; i++) members[start->label[i]]++;
  for (size_t c = 0; c < k; c++) rank[c] = (struct rank){c, members[c], d, start->old + c * d};
  qsort(rank, k, sizeof *rank, compare_ranks);
  for (size_t c = 0; c < k; c++) {
    number[rank[c].cluster] = (uint32_t)c;
    memcpy(start->centre + c * d, rank[c].centre, d * sizeof *start->centre);
  }
  for (size_t i = 0; i < start->tiles->n; i++) start->label[i] = number[start->label[i]];
}

/* Numbers the clusters; a row that is as near to two centres may then belong to the other one, which moves
 * them. */
static enum cs_status settle(struct start *start, size_t *members, struct cs_error *err) {
  struct rank *rank;
  uint32_t *number;
  CS_TRY(cs_alloc(&rank, start->k, sizeof *rank, "clusters", err));
  enum cs_status status = cs_alloc(&number, start->k, sizeof *number, "clusters", err);
  for (int round = 0; status == CS_OK && round < SETTLE_ROUNDS; round++) {
    renumber(start, members, rank, number);
    assign_all(start);
    if (!start->converged || changed_total(start) == 0) break;
    centres_of_labels(start);
    lloyd(start, members);
  }
  free(rank);
  free(number);
  return status;
}

/* --- several starts --- */

static void start_release(struct start *start) {
  free(start->label);
  free(start->centre);
  free(start->old);
  free(start->sum);
  free(start->partial);
  free(start->changed);
  free(start->inertia);
  free(start->row);
  cs_seed_work_release(&start->seed);
  memset(start, 0, sizeof *start);
}

static enum cs_status start_alloc(struct start *start, const struct cs_tiles *tiles,
                                  const struct cs_kmeans_params *params, int threads, struct cs_error *err) {
  size_t k = params->k, d = tiles->d, blocks = cs_tiles_blocks(tiles);
  *start = (struct start){.tiles = tiles, .params = params, .k = k, .threads = threads};
  CS_TRY(cs_alloc(&start->label, tiles->n, sizeof *start->label, "labels", err));
  CS_TRY(cs_alloc(&start->centre, k, d * sizeof *start->centre, "centres", err));
  CS_TRY(cs_alloc(&start->old, k, d * sizeof *start->old, "centres", err));
  CS_TRY(cs_alloc(&start->sum, k, (d + 1) * sizeof *start->sum, "centres", err));
  CS_TRY(cs_alloc(&start->partial, (threads > 1 ? blocks : 1) * k, (d + 1) * sizeof *start->partial,
                  "centres", err));
  CS_TRY(cs_alloc(&start->changed, blocks, sizeof *start->changed, "centres", err));
  CS_TRY(cs_alloc(&start->inertia, blocks, sizeof *start->inertia, "centres", err));
  CS_TRY(cs_alloc(&start->row, d, sizeof *start->row, "centres", err));
  return cs_seed_work_alloc(&start->seed, tiles, k, err);
}

/* Mean variance of the columns times the tolerance. */
static double shift_of(const struct cs_tiles *tiles, double tolerance) {
  double sum = 0;
  for (size_t j = 0; j < tiles->d && tolerance > 0; j++) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < tiles->n; i++)
      mean += tiles->weight[i] * cs_tiles_at(tiles, i / CS_TILE)[j * CS_TILE + i % CS_TILE];
    mean /= tiles->total;
    for (size_t i = 0; i < tiles->n; i++) {
      double t = cs_tiles_at(tiles, i / CS_TILE)[j * CS_TILE + i % CS_TILE] - mean;
      square += tiles->weight[i] * t * t;
    }
    sum += square / tiles->total;
  }
  return tolerance * sum / (double)tiles->d;
}

struct starts {
  struct start *start; /* [threads]: a workspace each */
  size_t **members;    /* [threads][k] */
  double *inertia;     /* [restarts] */
  struct best {
    double inertia;
    size_t restart, iterations;
    bool converged;
    uint32_t *label;
    double *centre;
  } * best; /* [threads], the best start that the thread has seen */
};

static void keep_best(struct best *best, const struct start *start, size_t restart, double inertia) {
  bool better = best->restart == SIZE_MAX || inertia < best->inertia ||
                (inertia == best->inertia && restart < best->restart);
  if (!better) return;
  best->inertia = inertia;
  best->restart = restart;
  best->iterations = start->iterations;
  best->converged = start->converged;
  memcpy(best->label, start->label, start->tiles->n * sizeof *best->label);
  memcpy(best->centre, start->centre, start->k * start->tiles->d * sizeof *best->centre);
}

static void start_piece(void *context, size_t restart, int thread) {
  struct starts *starts = context;
  struct start *start = &starts->start[thread];
  run_start(start, restart, starts->members[thread]);
  starts->inertia[restart] = inertia_total(start);
  keep_best(&starts->best[thread], start, restart, starts->inertia[restart]);
}

static void starts_release(struct starts *starts, size_t count) {
  for (size_t t = 0; t < count; t++) {
    if (starts->start) start_release(&starts->start[t]);
    if (starts->members) free(starts->members[t]);
    if (starts->best) {
      free(starts->best[t].label);
      free(starts->best[t].centre);
    }
  }
  free(starts->start);
  free(starts->members);
  free(starts->best);
  free(starts->inertia);
}

static enum cs_status starts_alloc(struct starts *starts, size_t count, const struct cs_tiles *tiles,
                                   const struct cs_kmeans_params *params, int shared, struct cs_error *err) {
  CS_TRY(cs_alloc(&starts->start, count, sizeof *starts->start, "starts", err));
  CS_TRY(cs_alloc(&starts->members, count, sizeof *starts->members, "starts", err));
  CS_TRY(cs_alloc(&starts->best, count, sizeof *starts->best, "starts", err));
  CS_TRY(cs_alloc(&starts->inertia, params->restarts, sizeof *starts->inertia, "starts", err));
  double shift = shift_of(tiles, params->tolerance);
  for (size_t t = 0; t < count; t++) {
    CS_TRY(start_alloc(&starts->start[t], tiles, params, shared, err));
    CS_TRY(cs_alloc(&starts->members[t], params->k, sizeof *starts->members[t], "starts", err));
    CS_TRY(cs_alloc(&starts->best[t].label, tiles->n, sizeof *starts->best[t].label, "labels", err));
    CS_TRY(cs_alloc(&starts->best[t].centre, params->k, tiles->d * sizeof(double), "centres", err));
    starts->best[t].restart = SIZE_MAX;
    starts->start[t].shift = shift;
  }
  return CS_OK;
}

/* Numbers the clusters of the best start and hands it over. */
static enum cs_status finish(struct cs_kmeans *fit, struct starts *starts, size_t count,
                             const struct cs_kmeans_params *params, struct cs_error *err) {
  struct best *best = &starts->best[0];
  for (size_t t = 1; t < count; t++) {
    const struct best *other = &starts->best[t];
    if (other->restart == SIZE_MAX) continue;
    if (best->restart == SIZE_MAX || other->inertia < best->inertia ||
        (other->inertia == best->inertia && other->restart < best->restart))
      best = &starts->best[t];
  }
  if (!isfinite(best->inertia))
    return cs_fail(err, CS_DATA, "the features are too large to take distances of: scale them first");
  struct start *start = &starts->start[0];
  size_t k = params->k, n = start->tiles->n, d = start->tiles->d;
  memcpy(start->label, best->label, n * sizeof *best->label);
  memcpy(start->centre, best->centre, k * d * sizeof *best->centre);
  start->converged = best->converged;
  start->iterations = 0;
  CS_TRY(settle(start, starts->members[0], err));
  for (size_t r = 0; r < params->restarts; r++) fit->recurred += starts->inertia[r] == best->inertia;
  fit->inertia = inertia_total(start);
  fit->iterations = best->iterations;
  fit->converged = start->converged;
  for (size_t i = 0; i < n; i++) fit->size[start->label[i]]++;
  memcpy(fit->label, start->label, n * sizeof *fit->label);
  memcpy(fit->centre, start->centre, k * d * sizeof *fit->centre);
  return CS_OK;
}

static enum cs_status fit_starts(struct cs_kmeans *fit, const struct cs_tiles *tiles,
                                 const struct cs_kmeans_params *params, struct cs_error *err) {
  bool wide = tiles->n >= WIDE_ROWS;
  size_t own = params->threads < 1 ? 1 : (size_t)params->threads, count = wide ? 1 : own;
  if (wide && cs_tiles_blocks(tiles) * params->k > PARTIALS_MOST / (tiles->d + 1)) own = 1;
  if (count > params->restarts) count = params->restarts;
  struct starts starts = {NULL, NULL, NULL, NULL};
  enum cs_status status = starts_alloc(&starts, count, tiles, params, wide ? (int)own : 1, err);
  if (status == CS_OK) {
    cs_parallel((int)count, params->restarts, start_piece, &starts);
    status = finish(fit, &starts, count, params, err);
  }
  starts_release(&starts, count);
  return status;
}

void cs_kmeans_release(struct cs_kmeans *fit) {
  free(fit->centre);
  free(fit->label);
  free(fit->size);
  *fit = (struct cs_kmeans)CS_KMEANS_INIT;
}

enum cs_status cs_kmeans_fit(struct cs_kmeans *fit, const struct cs_tiles *tiles,
                             const struct cs_kmeans_params *params, struct cs_error *err) {
  *fit = (struct cs_kmeans)CS_KMEANS_INIT;
  fit->n = tiles->n, fit->d = tiles->d, fit->k = params->k;
  if (params->k < 1 || params->k > tiles->n)
    return cs_fail(err, CS_DATA, "%zu rows can't make %zu clusters", tiles->n, params->k);
  enum cs_status status = cs_alloc(&fit->centre, params->k, tiles->d * sizeof *fit->centre, "centres", err);
  if (status == CS_OK) status = cs_alloc(&fit->label, tiles->n, sizeof *fit->label, "labels", err);
  if (status == CS_OK) status = cs_alloc(&fit->size, params->k, sizeof *fit->size, "clusters", err);
  if (status == CS_OK) status = fit_starts(fit, tiles, params, err);
  if (status != CS_OK) cs_kmeans_release(fit);
  return status;
}

/* --- applying --- */

struct assign {
  const struct cs_matrix *matrix;
  const double *centre;
  size_t k;
  uint32_t *label;
  double *distance;
};

static void assign_rows(void *context, size_t block, int thread) {
  (void)thread;
  const struct assign *assign = context;
  size_t d = assign->matrix->d, begin = block * CS_BLOCK;
  size_t end = begin + CS_BLOCK < assign->matrix->n ? begin + CS_BLOCK : assign->matrix->n;
  for (size_t i = begin; i < end; i++) {
    const double *x = cs_matrix_row(assign->matrix, i);
    double least = INFINITY;
    for (size_t c = 0; c < assign->k; c++) {
      double distance = square_distance(x, assign->centre + c * d, d);
      if (distance < least) least = distance, assign->label[i] = (uint32_t)c;
    }
    if (assign->distance) assign->distance[i] = sqrt(least);
  }
}

enum cs_status cs_kmeans_assign(const struct cs_matrix *matrix, const double *centre, size_t k, int threads,
                                uint32_t *label, double *distance, struct cs_error *err) {
  for (size_t i = 0; i < matrix->n; i++) label[i] = UINT32_MAX;
  struct assign assign = {matrix, centre, k, label, distance};
  cs_parallel(threads, (matrix->n + CS_BLOCK - 1) / CS_BLOCK, assign_rows, &assign);
  for (size_t i = 0; i < matrix->n; i++)
    if (label[i] == UINT32_MAX)
      return cs_fail(err, CS_DATA, "the features are too large to take distances of: scale them first");
  return CS_OK;
}

enum cs_status cs_kmeans_distinct(const struct cs_matrix *matrix, size_t limit, size_t *distinct,
                                  struct cs_error *err) {
  struct cs_map map = CS_MAP_INIT;
  double *key;
  CS_TRY(cs_alloc(&key, matrix->d, sizeof *key, "rows", err));
  enum cs_status status = CS_OK;
  for (size_t i = 0; i < matrix->n && map.count < limit && status == CS_OK; i++) {
    const double *row = cs_matrix_row(matrix, i);
    for (size_t j = 0; j < matrix->d; j++) key[j] = row[j] + 0.0; /* -0 is 0 */
    uint32_t index;
    status = cs_map_add(&map, (struct cs_slice){(const char *)key, matrix->d * sizeof *key}, &index, err);
  }
  *distinct = map.count;
  cs_map_release(&map);
  free(key);
  return status;
}
