#include "algo/gap.h"

#include "algo/kmeans.h"
#include "algo/pca.h"
#include "algo/sample.h"
#include "algo/silhouette.h"
#include "algo/stats.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

/* Streams of random numbers beside those of the fits and of stability.c. */
#define STREAM_ROWS   ((uint64_t)3 << 60)
#define STREAM_BOX    ((uint64_t)5 << 60)
#define STREAM_STARTS ((uint64_t)6 << 60)

enum { MAX_ITER = 1000, SAMPLE_STARTS = 20 };

struct task {
  const struct cs_gap_params *params;
  const struct cs_gap *clustering; /* [count] */
  size_t count, n;
  const uint32_t *one; /* [n] zeros: the labels of one cluster */
  double *side;        /* [d], of the box, in units of the longest */
  double unit;
  size_t d;
  double *log_within;     /* [count][references] */
  struct cs_error *error; /* [threads] */
};

/* log W of each clustering into every step-th number. */
static enum cs_status measure(const struct task *task, const struct cs_matrix *matrix,
                              const uint32_t *const *label, double unit, int threads, double *log_within,
                              size_t step, struct cs_error *err) {
  struct cs_silhouette *pairs;
  CS_TRY(cs_alloc(&pairs, task->count, sizeof *pairs, "clusterings", err));
  for (size_t c = 0; c < task->count; c++)
    pairs[c] = (struct cs_silhouette){.k = task->clustering[c].k, .label = label[c]};
  enum cs_status status = cs_silhouettes(matrix, pairs, task->count, matrix->n, 0, threads, err);
  for (size_t c = 0; c < task->count; c++) log_within[c * step] = log(pairs[c].within) + log(unit);
  free(pairs);
  return status;
}

/* --- k-means --- */

/* A table that k-means has parted in each number of clusters. */
struct parted {
  struct cs_matrix matrix;
  struct cs_kmeans *fit;  /* [count] */
  const uint32_t **label; /* [count] */
};

#define PARTED_INIT                                                                                          \
  { CS_MATRIX_INIT, NULL, NULL }

static void parted_release(struct parted *parted, size_t count) {
  for (size_t c = 0; parted->fit && c < count; c++) cs_kmeans_release(&parted->fit[c]);
  cs_matrix_release(&parted->matrix);
  free(parted->fit);
  free(parted->label);
}

/* `number` tells one table from another. */
static enum cs_status part(const struct task *task, struct parted *parted, size_t number, size_t starts,
                           int threads, struct cs_error *err) {
  struct cs_points points;
  CS_TRY(cs_alloc(&parted->fit, task->count, sizeof *parted->fit, "clusterings", err));
  CS_TRY(cs_alloc(&parted->label, task->count, sizeof *parted->label, "clusterings", err));
  CS_TRY(cs_points_begin(&points, &parted->matrix, NULL, threads, err));
  enum cs_status status = CS_OK;
  for (size_t c = 0; c < task->count && status == CS_OK; c++) {
    struct cs_kmeans_params params = CS_KMEANS_PARAMS_INIT;
    params.k = task->clustering[c].k;
    params.restarts = starts;
    params.max_iter = MAX_ITER;
    params.seed = task->params->seed;
    params.stream = STREAM_STARTS + ((uint64_t)number << 40) + ((uint64_t)params.k << 20);
    params.threads = threads;
    if (params.k > 1) status = cs_kmeans_fit(&parted->fit[c], &points, &params, err);
    parted->label[c] = params.k > 1 ? parted->fit[c].label : task->one;
  }
  cs_points_release(&points);
  return status;
}

/* --- references --- */

/* Distances know nothing of where the box lies, or how it is turned. */
static enum cs_status draw(const struct task *task, size_t b, struct cs_matrix *matrix,
                           struct cs_error *err) {
  struct cs_rng rng;
  CS_TRY(cs_matrix_alloc(matrix, task->n, task->d, err));
  cs_rng_init(&rng, task->params->seed, STREAM_BOX + b);
  for (size_t i = 0; i < task->n; i++)
    for (size_t j = 0; j < task->d; j++) cs_matrix_row(matrix, i)[j] = cs_rng_uniform(&rng) * task->side[j];
  return CS_OK;
}

static enum cs_status refer(const struct task *task, size_t b, struct cs_error *err) {
  const struct cs_gap_params *params = task->params;
  struct parted parted = PARTED_INIT;
  enum cs_status status = draw(task, b, &parted.matrix, err);
  if (status == CS_OK)
    status = part(task, &parted, b, params->starts ? params->starts : cs_gap_starts(task->n), 1, err);
  if (status == CS_OK)
    status = measure(task, &parted.matrix, parted.label, task->unit, 1, task->log_within + b,
                     params->references, err);
  parted_release(&parted, task->count);
  return status;
}

static void refer_piece(void *context, size_t piece, int thread) {
  const struct task *task = context;
  struct cs_error *err = &task->error[thread];
  if (err->status == CS_OK) err->status = refer(task, piece, err);
}

static enum cs_status refer_all(struct task *task, struct cs_error *err) {
  size_t threads = task->params->threads < 1 ? 1 : (size_t)task->params->threads;
  CS_TRY(cs_alloc(&task->log_within, task->count * task->params->references, sizeof *task->log_within,
                  "references", err));
  CS_TRY(cs_alloc(&task->error, threads, sizeof *task->error, "threads", err));
  cs_parallel((int)threads, task->params->references, refer_piece, task);
  for (size_t t = 0; t < threads; t++)
    if (task->error[t].status != CS_OK) {
      *err = task->error[t];
      return err->status;
    }
  return CS_OK;
}

/* --- the box --- */

static enum cs_status take_columns(const struct cs_matrix *matrix, struct cs_vectors *columns,
                                   struct cs_error *err) {
  CS_TRY(cs_vectors_alloc(columns, matrix->n, matrix->d, err));
  for (size_t j = 0; j < matrix->d; j++)
    for (size_t i = 0; i < matrix->n; i++) columns->v[j][i] = cs_matrix_row(matrix, i)[j];
  return CS_OK;
}

static double range_of(const double *v, size_t n) {
  double low = v[0], high = v[0];
  for (size_t i = 1; i < n; i++) low = fmin(low, v[i]), high = fmax(high, v[i]);
  return high - low;
}

/* Its sides are as long as the rows reach along each principal component. CS_DATA: there is none. */
static enum cs_status find_box(struct task *task, const struct cs_matrix *matrix, struct cs_error *err) {
  struct cs_vectors columns = CS_VECTORS_INIT, score = CS_VECTORS_INIT;
  struct cs_pca pca = CS_PCA_INIT;
  struct cs_pca_params params = {.count = matrix->d, .threads = task->params->threads};
  task->d = matrix->d;
  CS_TRY(cs_alloc(&task->side, task->d, sizeof *task->side, "columns", err));
  enum cs_status status = take_columns(matrix, &columns, err);
  if (status == CS_OK) status = cs_pca_fit(&pca, &columns, &params, err);
  if (status == CS_OK) status = cs_vectors_alloc(&score, matrix->n, task->d, err);
  if (status == CS_OK) {
    cs_pca_apply(&pca, &columns, &score, params.threads);
    for (size_t j = 0; j < task->d; j++) task->side[j] = range_of(score.v[j], score.n);
    for (size_t j = 0; j < task->d; j++) task->unit = fmax(task->unit, task->side[j]);
    for (size_t j = 0; j < task->d; j++) task->side[j] /= task->unit;
  }
  cs_pca_release(&pca);
  cs_vectors_release(&score);
  cs_vectors_release(&columns);
  return status;
}

/* --- the whole --- */

static void compare(const double *reference, size_t references, struct cs_gap *clustering) {
  double b = (double)references, gap = cs_mean(reference, references) - clustering->log_within;
  if (!isfinite(gap)) {
    clustering->log_within = NAN;
    return;
  }
  clustering->gap = gap;
  clustering->error = sqrt((1 + 1 / b) * cs_variance(reference, references, 1));
}

static enum cs_status judge(struct task *task, const struct cs_matrix *matrix, const uint32_t *const *label,
                            struct cs_gap *clustering, struct cs_error *err) {
  size_t references = task->params->references;
  double *log_within;
  CS_TRY(find_box(task, matrix, err));
  CS_TRY(refer_all(task, err));
  CS_TRY(cs_alloc(&log_within, task->count, sizeof *log_within, "clusterings", err));
  enum cs_status status = measure(task, matrix, label, 1, task->params->threads, log_within, 1, err);
  for (size_t c = 0; c < task->count && status == CS_OK; c++) {
    clustering[c].log_within = log_within[c];
    compare(task->log_within + c * references, references, &clustering[c]);
  }
  free(log_within);
  return status;
}

static enum cs_status judge_all(struct task *task, const struct cs_matrix *matrix, struct cs_gap *clustering,
                                struct cs_error *err) {
  const uint32_t **label;
  CS_TRY(cs_alloc(&label, task->count, sizeof *label, "clusterings", err));
  for (size_t c = 0; c < task->count; c++) label[c] = clustering[c].label ? clustering[c].label : task->one;
  enum cs_status status = judge(task, matrix, label, clustering, err);
  free(label);
  return status;
}

/* A sample is parted anew, as the references are: by the borders of the whole, which weren't drawn for its rows, W would be the larger
 * for each k but 1, more than the error of the gap. */
static enum cs_status judge_sample(struct task *task, const struct cs_matrix *matrix,
                                   struct cs_gap *clustering, struct cs_error *err) {
  const struct cs_gap_params *params = task->params;
  struct parted sample = PARTED_INIT;
  size_t *row;
  CS_TRY(cs_alloc(&row, task->n, sizeof *row, "a sample of the rows", err));
  cs_sample_rows(matrix->n, task->n, params->seed, STREAM_ROWS, row);
  enum cs_status status = cs_sample_take(matrix, row, task->n, &sample.matrix, err);
  if (status == CS_OK) status = part(task, &sample, params->references, SAMPLE_STARTS, params->threads, err);
  if (status == CS_OK) status = judge(task, &sample.matrix, sample.label, clustering, err);
  parted_release(&sample, task->count);
  free(row);
  return status;
}

enum cs_status cs_gap(const struct cs_matrix *matrix, struct cs_gap *clustering, size_t count,
                      const struct cs_gap_params *params, size_t *rows, struct cs_error *err) {
  struct task task = {.params = params, .clustering = clustering};
  struct cs_error aside = CS_ERROR_INIT;
  uint32_t *one;
  *rows = task.n = matrix->n < CS_GAP_ROWS ? matrix->n : CS_GAP_ROWS;
  for (size_t c = 0; c < count; c++) clustering[c].log_within = clustering[c].gap = clustering[c].error = NAN;
  while (task.count < count && clustering[task.count].k < task.n) task.count++;
  if (task.count == 0) return CS_OK;
  CS_TRY(cs_alloc(&one, task.n, sizeof *one, "labels", err));
  task.one = one;
  enum cs_status status = task.n < matrix->n ? judge_sample(&task, matrix, clustering, &aside)
                                             : judge_all(&task, matrix, clustering, &aside);
  free(one);
  free(task.side);
  free(task.log_within);
  free(task.error);
  /* Rows that are all the same, or too far apart to have a variance, lie in no box: that isn't the run's failure. */
  if (status == CS_DATA) return CS_OK;
  if (status != CS_OK) *err = aside;
  return status;
}
