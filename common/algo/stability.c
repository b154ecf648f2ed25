#include "algo/stability.h"

#include "algo/kmeans.h"
#include "algo/sample.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

/* Streams of random numbers beside those of the fits, which count from 0. */
#define STREAM_ROWS     ((uint64_t)1 << 62)
#define STREAM_RESAMPLE ((uint64_t)1 << 61)
#define STREAM_STARTS   ((uint64_t)1 << 60)

struct task {
  const struct cs_matrix *matrix;
  const double *weight; /* [n], or NULL */
  const struct cs_stability_params *params;
  struct cs_stability *clustering;
  size_t count;
  const size_t *row; /* [n], the rows that are resampled */
  size_t n;
  double **jaccard;       /* [count][resamples][k] */
  struct cs_error *error; /* [threads] */
};

/* The distinct rows of resample r, and how often each was drawn. */
struct resample {
  size_t *row;
  double *weight;
  size_t n;
};

static void resample_release(struct resample *resample) {
  free(resample->row);
  free(resample->weight);
}

static enum cs_status draw(const struct task *task, size_t r, struct resample *resample,
                           struct cs_error *err) {
  *resample = (struct resample){NULL, NULL, 0};
  double *times;
  CS_TRY(cs_alloc(&times, task->n, sizeof *times, "a resample", err));
  enum cs_status status = cs_alloc(&resample->row, task->n, sizeof *resample->row, "a resample", err);
  if (status == CS_OK)
    status = cs_alloc(&resample->weight, task->n, sizeof *resample->weight, "a resample", err);
  if (status == CS_OK) {
    struct cs_rng rng;
    cs_rng_init(&rng, task->params->seed, STREAM_RESAMPLE + r);
    for (size_t i = 0; i < task->n; i++) times[cs_rng_below(&rng, task->n)]++;
    for (size_t i = 0; i < task->n; i++) {
      if (times[i] < 1) continue;
      resample->row[resample->n] = task->row[i];
      resample->weight[resample->n++] = times[i] * (task->weight ? task->weight[task->row[i]] : 1);
    }
  }
  free(times);
  return status;
}

/* For each of the k old clusters the best Jaccard coefficient with one of the k new ones, on the rows drawn.
 * A cluster of which no row was drawn is lost: 0. */
static enum cs_status compare(const struct resample *resample, const uint32_t *old, const uint32_t *new,
                              size_t k, double *best, struct cs_error *err) {
  size_t *both;
  CS_TRY(cs_alloc(&both, k * k + 2 * k, sizeof *both, "pairs of clusters", err));
  size_t *of_old = both + k * k, *of_new = of_old + k;
  for (size_t i = 0; i < resample->n; i++) {
    size_t a = old[resample->row[i]], b = new[i];
    both[a * k + b]++, of_old[a]++, of_new[b]++;
  }
  for (size_t a = 0; a < k; a++) {
    best[a] = 0;
    for (size_t b = 0; b < k; b++) {
      size_t common = both[a * k + b], all = of_old[a] + of_new[b] - common;
      double jaccard = all ? (double)common / (double)all : 0;
      if (jaccard > best[a]) best[a] = jaccard;
    }
  }
  free(both);
  return CS_OK;
}

static enum cs_status judge(const struct task *task, size_t r, size_t which, struct cs_error *err) {
  const struct cs_stability *clustering = &task->clustering[which];
  size_t k = clustering->k;
  struct resample resample;
  struct cs_matrix rows = CS_MATRIX_INIT;
  struct cs_points points = CS_POINTS_INIT;
  struct cs_kmeans fit = CS_KMEANS_INIT;
  struct cs_kmeans_params params = {.k = k,
                                    .restarts = task->params->starts,
                                    .max_iter = task->params->max_iter,
                                    .seeding = CS_SEED_PLUSPLUS,
                                    .exchange = CS_EXCHANGE_NO,
                                    .seed = task->params->seed,
                                    .threads = 1,
                                    .stream = STREAM_STARTS + (r << 40) + ((uint64_t)k << 20)};
  enum cs_status status = draw(task, r, &resample, err);
  if (status == CS_OK && resample.n >= k) {
    status = cs_sample_take(task->matrix, resample.row, resample.n, &rows, err);
    if (status == CS_OK) status = cs_points_begin(&points, &rows, resample.weight, 1, err);
    if (status == CS_OK) status = cs_kmeans_fit(&fit, &points, &params, err);
    if (status == CS_OK)
      status = compare(&resample, clustering->label, fit.label, k, task->jaccard[which] + r * k, err);
  }
  cs_kmeans_release(&fit);
  cs_points_release(&points);
  cs_matrix_release(&rows);
  resample_release(&resample);
  return status;
}

static void judge_piece(void *context, size_t piece, int thread) {
  const struct task *task = context;
  struct cs_error *err = &task->error[thread];
  if (err->status == CS_OK) err->status = judge(task, piece / task->count, piece % task->count, err);
}

static void summarise(const double *value, size_t resamples, size_t k, struct cs_stability *clustering) {
  for (size_t c = 0; c < k; c++) {
    double sum = 0, square = 0;
    for (size_t r = 0; r < resamples; r++) sum += value[r * k + c];
    double mean = sum / (double)resamples;
    for (size_t r = 0; r < resamples; r++) square += (value[r * k + c] - mean) * (value[r * k + c] - mean);
    double variance = resamples > 1 ? square / (double)(resamples - 1) : 0;
    clustering->jaccard[c] = mean;
    clustering->error[c] = sqrt(variance / (double)resamples);
  }
}

static enum cs_status run(struct task *task, struct cs_error *err) {
  size_t resamples = task->params->resamples,
         threads = task->params->threads < 1 ? 1 : (size_t)task->params->threads;
  CS_TRY(cs_alloc(&task->jaccard, task->count, sizeof *task->jaccard, "Jaccard coefficients", err));
  for (size_t i = 0; i < task->count; i++)
    CS_TRY(cs_alloc(&task->jaccard[i], resamples * task->clustering[i].k, sizeof **task->jaccard,
                    "Jaccard coefficients", err));
  CS_TRY(cs_alloc(&task->error, threads, sizeof *task->error, "threads", err));
  cs_parallel((int)threads, resamples * task->count, judge_piece, task);
  for (size_t t = 0; t < threads; t++)
    if (task->error[t].status != CS_OK) {
      *err = task->error[t];
      return err->status;
    }
  for (size_t i = 0; i < task->count; i++)
    summarise(task->jaccard[i], resamples, task->clustering[i].k, &task->clustering[i]);
  return CS_OK;
}

enum cs_status cs_stability(const struct cs_matrix *matrix, const double *weight,
                            struct cs_stability *clustering, size_t count,
                            const struct cs_stability_params *params, size_t *rows, struct cs_error *err) {
  struct task task = {
      .matrix = matrix, .weight = weight, .params = params, .clustering = clustering, .count = count};
  task.n = matrix->n < CS_STABILITY_ROWS ? matrix->n : CS_STABILITY_ROWS;
  *rows = task.n;
  size_t *row;
  CS_TRY(cs_alloc(&row, task.n, sizeof *row, "a sample of the rows", err));
  cs_sample_rows(matrix->n, task.n, params->seed, STREAM_ROWS, row);
  task.row = row;
  enum cs_status status = run(&task, err);
  for (size_t i = 0; task.jaccard && i < count; i++) free(task.jaccard[i]);
  free(task.jaccard);
  free(task.error);
  free(row);
  return status;
}
