#include "algo/kmeans.h"

#include "algo/kmeans_inside.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  WIDE_ROWS = 100000, /* from here on the threads share one start; below, each has starts of its own */
  SETTLE_ROUNDS = 16,
};

static bool exchanges(const struct start *start) {
  enum cs_kmeans_exchange exchange = start->params->exchange;
  return exchange == CS_EXCHANGE_YES ||
         (exchange == CS_EXCHANGE_AUTO && start->points->n <= CS_KMEANS_EXCHANGE_ROWS);
}

/* Lloyd and exchanges in turn until neither changes anything. */
static void descend(struct start *start) {
  cs_lloyd(start);
  for (int turn = 0; turn < SETTLE_ROUNDS && start->converged && exchanges(start) && cs_exchange(start);
       turn++)
    cs_lloyd(start);
}

static void run_start(struct start *start, size_t restart) {
  const struct cs_kmeans_params *params = start->params;
  struct cs_rng rng;
  cs_rng_init(&rng, params->seed, params->stream + restart);
  if (params->begin)
    memcpy(start->centre, params->begin, start->k * start->points->d * sizeof *start->centre);
  else
    cs_seed(params->seeding, start->points, start->k, rng, &start->seed, start->centre);
  cs_sums_clear(&start->sums);
  start->labelled = false;
  start->iterations = 0;
  descend(start);
}

/* --- the numbering of clusters --- */

struct rank {
  size_t cluster, d;
  double weight;
  const double *centre;
};

static int compare_ranks(const void *a, const void *b) {
  const struct rank *p = a, *q = b;
  if (p->weight != q->weight) return p->weight > q->weight ? -1 : 1;
  for (size_t j = 0; j < p->d; j++)
    if (p->centre[j] != q->centre[j]) return p->centre[j] < q->centre[j] ? -1 : 1;
  return p->cluster < q->cluster ? -1 : p->cluster > q->cluster;
}

/* What the threads need to number the clusters. */
struct numbering {
  struct start *start;
  struct rank *rank; /* [k] */
  uint32_t *number;  /* [k]: of the cluster that had this one */
  size_t *rows;      /* [threads][k] */
};

static void count_block(void *context, size_t block, int thread) {
  const struct numbering *numbering = context;
  const uint32_t *label = numbering->start->label + block * CS_BLOCK;
  size_t *rows = numbering->rows + (size_t)thread * numbering->start->k;
  for (size_t i = 0; i < cs_points_block_rows(numbering->start->points, block); i++) rows[label[i]]++;
}

static void number_block(void *context, size_t block, int thread) {
  (void)thread;
  const struct numbering *numbering = context;
  uint32_t *label = numbering->start->label + block * CS_BLOCK;
  for (size_t i = 0; i < cs_points_block_rows(numbering->start->points, block); i++)
    label[i] = numbering->number[label[i]];
}

/* The rows of each cluster into rows[0 .. k). */
static void count_rows(const struct numbering *numbering) {
  const struct start *start = numbering->start;
  size_t k = start->k, *rows = numbering->rows;
  memset(rows, 0, (size_t)start->threads * k * sizeof *rows);
  cs_team_run(start->team, cs_points_blocks(start->points), count_block, (void *)numbering);
  for (size_t t = 1; t < (size_t)start->threads; t++)
    for (size_t c = 0; c < k; c++) rows[c] += rows[t * k + c];
}

/* Puts centres and labels into the order of the clusters. */
static void renumber(const struct numbering *numbering) {
  struct start *start = numbering->start;
  struct rank *rank = numbering->rank;
  size_t k = start->k, d = start->points->d;
  memcpy(start->old, start->centre, k * d * sizeof *start->old);
  count_rows(numbering);
  for (size_t c = 0; c < k; c++)
    rank[c] = (struct rank){c, d, start->points->weight ? 0 : (double)numbering->rows[c], start->old + c * d};
  for (size_t i = 0; start->points->weight && i < start->points->n; i++)
    rank[start->label[i]].weight += start->points->weight[i];
  qsort(rank, k, sizeof *rank, compare_ranks);
  for (size_t c = 0; c < k; c++) {
    numbering->number[rank[c].cluster] = (uint32_t)c;
    memcpy(start->centre + c * d, rank[c].centre, d * sizeof *start->centre);
  }
  cs_team_run(start->team, cs_points_blocks(start->points), number_block, (void *)numbering);
}

static void settle_rounds(const struct numbering *numbering, bool *changed) {
  struct start *start = numbering->start;
  for (int round = 0; round < SETTLE_ROUNDS; round++) {
    renumber(numbering);
    size_t moved = start->tied ? cs_assign(start) : 0;
    *changed |= moved > 0;
    if (!moved || !start->converged) break;
    cs_centres_of_labels(start);
    cs_lloyd(start);
  }
}

/* Numbers the clusters; a row that is as near to two centres may then belong to the other one, which moves them. Whether any label
 * changed but for its number; size[k] are the rows of each cluster. */
static enum cs_status settle(struct start *start, bool *changed, size_t *size, struct cs_error *err) {
  struct numbering numbering = {.start = start};
  enum cs_status status = cs_alloc(&numbering.rank, start->k, sizeof *numbering.rank, "clusters", err);
  if (status == CS_OK)
    status = cs_alloc(&numbering.number, start->k, sizeof *numbering.number, "clusters", err);
  if (status == CS_OK)
    status =
        cs_alloc(&numbering.rows, start->k, (size_t)start->threads * sizeof *numbering.rows, "clusters", err);
  if (status == CS_OK) {
    settle_rounds(&numbering, changed);
    count_rows(&numbering);
    memcpy(size, numbering.rows, start->k * sizeof *size);
  }
  free(numbering.rank);
  free(numbering.number);
  free(numbering.rows);
  return status;
}

/* --- several starts --- */

/* Mean variance of the columns times the tolerance. */
static double shift_of(const struct cs_points *points, double tolerance) {
  double sum = 0;
  for (size_t j = 0; j < points->d && tolerance > 0; j++) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < points->n; i++) mean += cs_points_weight(points, i) * cs_points_row(points, i)[j];
    mean /= points->total;
    for (size_t i = 0; i < points->n; i++) {
      double t = cs_points_row(points, i)[j] - mean;
      square += cs_points_weight(points, i) * t * t;
    }
    sum += square / points->total;
  }
  return tolerance * sum / (double)points->d;
}

struct starts {
  struct start *start; /* [threads]: a workspace each */
  double *inertia;     /* [restarts] */
  struct best {
    double inertia;
    size_t restart, iterations;
    bool converged, tied;
    uint32_t *label;
    double *centre;
  } * best; /* [threads], the best start that the thread has seen */
};

static void swap_labels(uint32_t **a, uint32_t **b) {
  uint32_t *label = *a;
  *a = *b;
  *b = label;
}

/* Less inertia, or as much and earlier. */
static bool beats(double inertia, size_t restart, const struct best *best) {
  return best->restart == SIZE_MAX || inertia < best->inertia ||
         (inertia == best->inertia && restart < best->restart);
}

/* The labels change hands: those that the start gets instead are labels as good to begin with. */
static void keep_best(struct best *best, struct start *start, size_t restart, double inertia) {
  if (!beats(inertia, restart, best)) return;
  best->inertia = inertia;
  best->restart = restart;
  best->iterations = start->iterations;
  best->converged = start->converged;
  best->tied = start->tied;
  swap_labels(&best->label, &start->label);
  memcpy(best->centre, start->centre, start->k * start->points->d * sizeof *best->centre);
}

static void start_piece(void *context, size_t restart, int thread) {
  struct starts *starts = context;
  struct start *start = &starts->start[thread];
  run_start(start, restart);
  starts->inertia[restart] = cs_start_inertia(start);
  keep_best(&starts->best[thread], start, restart, starts->inertia[restart]);
}

static void starts_release(struct starts *starts, size_t count) {
  for (size_t t = 0; t < count; t++) {
    if (starts->start) cs_start_release(&starts->start[t]);
    if (starts->best) {
      free(starts->best[t].label);
      free(starts->best[t].centre);
    }
  }
  free(starts->start);
  free(starts->best);
  free(starts->inertia);
}

static enum cs_status starts_alloc(struct starts *starts, size_t count, const struct cs_points *points,
                                   const struct cs_kmeans_params *params, int shared, struct cs_error *err) {
  CS_TRY(cs_alloc(&starts->start, count, sizeof *starts->start, "starts", err));
  CS_TRY(cs_alloc(&starts->best, count, sizeof *starts->best, "starts", err));
  CS_TRY(cs_alloc(&starts->inertia, params->restarts, sizeof *starts->inertia, "starts", err));
  double shift = shift_of(points, params->tolerance);
  for (size_t t = 0; t < count; t++) {
    CS_TRY(cs_start_alloc(&starts->start[t], points, params, shared, err));
    CS_TRY(cs_alloc(&starts->best[t].label, points->n, sizeof *starts->best[t].label, "labels", err));
    CS_TRY(cs_alloc(&starts->best[t].centre, params->k, points->d * sizeof(double), "centres", err));
    starts->best[t].restart = SIZE_MAX;
    starts->start[t].shift = shift;
  }
  return CS_OK;
}

static bool is_empty(const size_t *size, size_t k) {
  for (size_t c = 0; c < k; c++)
    if (size[c] == 0) return true;
  return false;
}

/* Numbers the clusters, whose centres are the means of their rows when this is done. */
static enum cs_status settle_and_refine(struct start *start, double inertia, bool *changed, size_t *size,
                                        struct cs_error *err) {
  bool moved = !start->converged;
  CS_TRY(settle(start, changed, size, err));
  if (!cs_is_coarse(start, inertia)) return CS_OK;
  if (start->converged) {
    CS_TRY(cs_refine(start, &moved, err));
    *changed |= moved;
    start->tied &= !moved;
    if (moved) CS_TRY(settle(start, changed, size, err));
  }
  if (!moved || !is_empty(size, start->k)) return CS_OK;
  return cs_fail(err, CS_DATA,
                 "the values, or weights, are too different in size to tell %zu clusters apart: leave the "
                 "largest out, or take logarithms (cs-scale --method log)",
                 start->k);
}

/* Numbers the clusters of the best start and hands it over. */
static enum cs_status finish(struct cs_kmeans *fit, struct starts *starts, size_t count,
                             const struct cs_kmeans_params *params, struct cs_error *err) {
  struct best *best = &starts->best[0];
  for (size_t t = 1; t < count; t++) {
    const struct best *other = &starts->best[t];
    if (other->restart != SIZE_MAX && beats(other->inertia, other->restart, best)) best = &starts->best[t];
  }
  if (!isfinite(best->inertia))
    return cs_fail(err, CS_DATA, "the features are too large to take distances of");
  struct start *start = &starts->start[0];
  size_t k = params->k, d = start->points->d;
  swap_labels(&start->label, &best->label);
  memcpy(start->centre, best->centre, k * d * sizeof *best->centre);
  start->converged = best->converged;
  start->tied = best->tied;
  start->iterations = 0;
  bool changed = false;
  CS_TRY(settle_and_refine(start, best->inertia, &changed, fit->size, err));
  for (size_t r = 0; r < params->restarts; r++) fit->recurred += starts->inertia[r] == best->inertia;
  fit->inertia = changed ? cs_start_inertia(start) : best->inertia;
  fit->iterations = best->iterations;
  fit->converged = start->converged;
  swap_labels(&fit->label, &start->label);
  memcpy(fit->centre, start->centre, k * d * sizeof *fit->centre);
  return CS_OK;
}

static enum cs_status fit_starts(struct cs_kmeans *fit, const struct cs_points *points,
                                 const struct cs_kmeans_params *params, struct cs_error *err) {
  bool wide = points->n >= WIDE_ROWS;
  size_t own = params->threads < 1 ? 1 : (size_t)params->threads, count = wide ? 1 : own;
  if (count > params->restarts) count = params->restarts;
  struct starts starts = {NULL, NULL, NULL};
  enum cs_status status = starts_alloc(&starts, count, points, params, wide ? (int)own : 1, err);
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

/* Where nothing is left to chance, there is one start. */
static enum cs_status fit_begun(struct cs_kmeans *fit, const struct cs_points *points,
                                struct cs_kmeans_params params, struct cs_error *err) {
  double *parts = NULL;
  enum cs_status status = CS_OK;
  if (cs_kmeans_starts_once(&params)) params.restarts = 1;
  if (!params.begin && params.seeding == CS_SEED_PARTS) {
    CS_TRY(cs_alloc(&parts, params.k, points->d * sizeof *parts, "centres", err));
    status = cs_seed_parts(points, params.k, fit->label, parts, err);
    params.begin = parts;
  }
  if (status == CS_OK) status = fit_starts(fit, points, &params, err);
  free(parts);
  return status;
}

enum cs_status cs_kmeans_fit(struct cs_kmeans *fit, const struct cs_points *points,
                             const struct cs_kmeans_params *params, struct cs_error *err) {
  *fit = (struct cs_kmeans)CS_KMEANS_INIT;
  fit->n = points->n, fit->d = points->d, fit->k = params->k;
  if (params->k < 1 || params->k > points->n)
    return cs_fail(err, CS_DATA, "%zu rows can't make %zu clusters", points->n, params->k);
  enum cs_status status = cs_alloc(&fit->centre, params->k, points->d * sizeof *fit->centre, "centres", err);
  if (status == CS_OK) status = cs_alloc(&fit->label, points->n, sizeof *fit->label, "labels", err);
  if (status == CS_OK) status = cs_alloc(&fit->size, params->k, sizeof *fit->size, "clusters", err);
  if (status == CS_OK) status = fit_begun(fit, points, *params, err);
  if (status != CS_OK) cs_kmeans_release(fit);
  return status;
}

/* Differences of what is larger have squares above 0. */
static const double SMALLEST = 1e-140;

enum cs_status cs_kmeans_distinct(const struct cs_matrix *matrix, const double *weight, size_t limit,
                                  size_t *distinct, struct cs_error *err) {
  struct cs_map map = CS_MAP_INIT;
  double *key;
  CS_TRY(cs_alloc(&key, matrix->d, sizeof *key, "rows", err));
  enum cs_status status = CS_OK;
  for (size_t i = 0; i < matrix->n && map.count < limit && status == CS_OK; i++) {
    const double *row = cs_matrix_row(matrix, i);
    if (weight && !(weight[i] > 0)) continue;
    for (size_t j = 0; j < matrix->d; j++) key[j] = fabs(row[j]) > SMALLEST ? row[j] : 0;
    uint32_t index;
    status = cs_map_add(&map, (struct cs_slice){(const char *)key, matrix->d * sizeof *key}, &index, err);
  }
  *distinct = map.count;
  cs_map_release(&map);
  free(key);
  return status;
}
