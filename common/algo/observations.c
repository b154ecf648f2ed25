#include "algo/observations.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <stdlib.h>

/* Few enough for their sums to stand on the stack, many enough for the threads. */
enum { PIECES_MAX = 256, PIECE_LEAST = 1024, CHUNK = 256 };

/* --- equal rows together --- */

static int compare(const void *a, const void *b) {
  const struct cs_observed *one = a, *other = b;
  for (int i = 0; i < CS_OBSERVED_MAX; i++)
    if (one->value[i] != other->value[i]) return one->value[i] < other->value[i] ? -1 : 1;
  return 0;
}

void cs_observations_group(struct cs_observations *observations) {
  struct cs_observed *row = observations->row;
  size_t last = 0;
  if (observations->n == 0) return;
  qsort(row, observations->n, sizeof *row, compare);
  for (size_t i = 1; i < observations->n; i++)
    if (compare(&row[last], &row[i]) == 0)
      row[last].weight += row[i].weight;
    else
      row[++last] = row[i];
  observations->n = last + 1;
}

enum cs_status cs_observations_thin(struct cs_observations *thin, const struct cs_observations *all,
                                    size_t most, struct cs_error *err) {
  size_t stride = all->n / most > 1 ? all->n / most : 1;
  *thin = (struct cs_observations)CS_OBSERVATIONS_INIT;
  CS_TRY(cs_alloc(&thin->row, (all->n + stride - 1) / stride, sizeof *thin->row, "a sample", err));
  for (size_t i = 0; i < all->n; i += stride) thin->row[thin->n++] = all->row[i];
  return CS_OK;
}

void cs_observations_release(struct cs_observations *observations) {
  free(observations->row);
  *observations = (struct cs_observations)CS_OBSERVATIONS_INIT;
}

/* --- sums --- */

struct job {
  const struct cs_rows *rows;
  const struct cs_observed *row; /* NULL: they have to be laid out */
  const struct cs_terms *terms;
  size_t block;
  struct cs_point part[PIECES_MAX];
};

static void work(void *context, size_t piece, int thread) {
  struct job *job = context;
  struct cs_observed chunk[CHUNK];
  size_t n = job->rows->n, begin = piece * job->block, end = n - begin < job->block ? n : begin + job->block;
  (void)thread;
  for (size_t count; begin < end; begin += count) {
    count = end - begin < CHUNK ? end - begin : CHUNK;
    if (!job->row) job->rows->get(job->rows->source, begin, count, chunk);
    job->terms->add(job->terms->model, job->row ? job->row + begin : chunk, count, &job->part[piece]);
  }
}

static void add_point(struct cs_point *sum, const struct cs_point *part) {
  sum->value += part->value;
  for (int i = 0; i < CS_NEWTON_MAX; i++) {
    sum->gradient[i] += part->gradient[i];
    for (int j = 0; j <= i; j++) sum->hessian[i][j] += part->hessian[i][j];
  }
}

static void run(const struct cs_rows *rows, const struct cs_observed *row, const struct cs_terms *terms,
                int threads, struct cs_point *sum) {
  struct job job = {.rows = rows, .row = row, .terms = terms};
  size_t block = (rows->n + PIECES_MAX - 1) / PIECES_MAX;
  job.block = block > PIECE_LEAST ? block : PIECE_LEAST;
  size_t pieces = (rows->n + job.block - 1) / job.block;
  cs_parallel(threads, pieces, work, &job);
  *sum = (struct cs_point){.value = 0};
  for (size_t piece = 0; piece < pieces; piece++) add_point(sum, &job.part[piece]);
}

void cs_observations_sum(const struct cs_observations *observations, const struct cs_terms *terms,
                         int threads, struct cs_point *sum) {
  run(&(struct cs_rows){.n = observations->n}, observations->row, terms, threads, sum);
}

void cs_rows_sum(const struct cs_rows *rows, const struct cs_terms *terms, int threads,
                 struct cs_point *sum) {
  run(rows, NULL, terms, threads, sum);
}
