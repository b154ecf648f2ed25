#include "algo/silhouette.h"

#include "algo/lanes.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLE_LEAST = 50, PIECE = 4 * CS_GROUP };

/* Of the silhouettes of a cluster's rows. */
struct sums {
  double sum, square;
  double within; /* of the distances to the rows of their own cluster */
};

struct task {
  const struct cs_matrix *matrix;
  const struct cs_lanes *lanes;
  double *zero;                     /* [d] */
  struct cs_silhouette *clustering; /* [count] */
  const uint32_t **label;           /* [count] */
  size_t count, clusters;           /* all those of all clusterings together */
  size_t *size;                     /* [clusters] */
  double **scratch;   /* [threads]: a group of rows, and for each cluster their distances to it */
  double ***sum;      /* [threads][count], within scratch */
  struct sums *piece; /* [pieces][clusters] */
  double *value;      /* [n] of the only clustering, or NULL */
};

/* The silhouette of row i of a group, from the sums of its distances to the clusters. */
static double silhouette_of(const double *sum, const size_t *size, size_t k, size_t own, size_t i) {
  if (size[own] == 1) return 0;
  double inside = sum[own * CS_GROUP + i] / (double)(size[own] - 1), outside = INFINITY;
  for (size_t c = 0; c < k; c++) {
    double mean = c != own && size[c] ? sum[c * CS_GROUP + i] / (double)size[c] : INFINITY;
    if (mean < outside) outside = mean;
  }
  double larger = inside > outside ? inside : outside;
  return larger > 0 ? (outside - inside) / larger : 0;
}

static void score_group(const struct task *task, size_t begin, size_t rows, int thread, struct sums *piece) {
  size_t d = task->matrix->d;
  double *group = task->scratch[thread], *first = group + d * CS_GROUP;
  uint16_t row[CS_GROUP];
  for (size_t i = 0; i < CS_GROUP; i++) row[i] = (uint16_t)(i < rows ? i : rows - 1);
  memset(first, 0, task->clusters * CS_GROUP * sizeof *first);
  task->lanes->gather(cs_matrix_row(task->matrix, begin), row, d, task->zero, group);
  task->lanes->apart(group, d, task->matrix->x, task->matrix->n, task->label, task->count, task->sum[thread]);
  for (size_t c = 0, at = 0; c < task->count; at += task->clustering[c++].k)
    for (size_t i = 0; i < rows; i++) {
      size_t own = task->label[c][begin + i];
      double value = silhouette_of(task->sum[thread][c], task->size + at, task->clustering[c].k, own, i);
      piece[at + own].sum += value;
      piece[at + own].square += value * value;
      piece[at + own].within += task->sum[thread][c][own * CS_GROUP + i];
      if (task->value) task->value[begin + i] = value;
    }
}

static void score_piece(void *context, size_t piece, int thread) {
  const struct task *task = context;
  size_t end = (piece + 1) * PIECE < task->matrix->n ? (piece + 1) * PIECE : task->matrix->n;
  for (size_t begin = piece * PIECE; begin < end; begin += CS_GROUP)
    score_group(task, begin, end - begin < CS_GROUP ? end - begin : CS_GROUP, thread,
                task->piece + piece * task->clusters);
}

static size_t pieces_of(const struct task *task) {
  return (task->matrix->n + PIECE - 1) / PIECE;
}

static enum cs_status make_room(struct task *task, int threads, struct cs_error *err) {
  size_t n = task->matrix->n, d = task->matrix->d, workers = threads > 1 ? (size_t)threads : 1;
  CS_TRY(cs_alloc(&task->zero, d, sizeof *task->zero, "columns", err));
  CS_TRY(cs_alloc(&task->label, task->count, sizeof *task->label, "clusterings", err));
  for (size_t c = 0; c < task->count; c++) {
    task->label[c] = task->clustering[c].label;
    task->clusters += task->clustering[c].k;
  }
  CS_TRY(cs_alloc(&task->size, task->clusters, sizeof *task->size, "clusters", err));
  for (size_t c = 0, at = 0; c < task->count; at += task->clustering[c++].k)
    for (size_t i = 0; i < n; i++) task->size[at + task->label[c][i]]++;
  CS_TRY(cs_alloc(&task->piece, pieces_of(task), task->clusters * sizeof *task->piece, "silhouettes", err));
  CS_TRY(cs_alloc(&task->scratch, workers, sizeof *task->scratch, "threads", err));
  CS_TRY(cs_alloc(&task->sum, workers, sizeof *task->sum, "threads", err));
  for (size_t t = 0; t < workers; t++) {
    CS_TRY(cs_alloc(&task->scratch[t], d + task->clusters, CS_GROUP * sizeof(double), "clusters", err));
    CS_TRY(cs_alloc(&task->sum[t], task->count, sizeof *task->sum[t], "clusterings", err));
    double *at = task->scratch[t] + d * CS_GROUP;
    for (size_t c = 0; c < task->count; at += task->clustering[c++].k * CS_GROUP) task->sum[t][c] = at;
  }
  return CS_OK;
}

static void task_release(struct task *task, int threads) {
  for (int t = 0; t < (threads > 1 ? threads : 1); t++) {
    if (task->scratch) free(task->scratch[t]);
    if (task->sum) free(task->sum[t]);
  }
  free(task->zero);
  free(task->label);
  free(task->size);
  free(task->piece);
  free(task->scratch);
  free(task->sum);
}

/* Mean and error of a clustering from those of its clusters; all[k] are the rows of each cluster, of which size[k] were scored. */
static void sum_up(struct cs_silhouette *clustering, const struct sums *sums, const size_t *size,
                   const size_t *all) {
  double n = 0, mean = 0, variance = 0;
  size_t clusters = 0;
  clustering->within = 0;
  for (size_t c = 0; c < clustering->k; c++) n += (double)all[c];
  for (size_t c = 0; c < clustering->k; c++) {
    if (!size[c]) continue;
    double rows = (double)size[c], share = (double)all[c] / n, here = sums[c].sum / rows;
    double spread = rows > 1 ? fmax(0, sums[c].square - rows * here * here) / (rows - 1) : 0;
    mean += here * share;
    clustering->within += sums[c].within / (4 * rows); /* each pair was met from both its ends */
    variance += share * share * spread / rows * (1 - rows / (double)all[c]);
    clusters++;
  }
  clustering->mean = clusters > 1 ? mean : NAN;
  clustering->error = clusters > 1 ? sqrt(variance) : NAN;
}

/* Scores all rows of the matrix; all[] are the sizes that stand behind those of a sample, or NULL. */
static enum cs_status score(const struct cs_matrix *matrix, struct cs_silhouette *clustering, size_t count,
                            int threads, const size_t *all, double *value, struct cs_error *err) {
  struct task task = {
      .matrix = matrix, .lanes = cs_lanes(), .clustering = clustering, .count = count, .value = value};
  enum cs_status status = make_room(&task, threads, err);
  if (status == CS_OK) {
    size_t pieces = pieces_of(&task);
    cs_parallel(threads, pieces, score_piece, &task);
    for (size_t piece = 1; piece < pieces; piece++)
      for (size_t c = 0; c < task.clusters; c++) {
        task.piece[c].sum += task.piece[piece * task.clusters + c].sum;
        task.piece[c].square += task.piece[piece * task.clusters + c].square;
        task.piece[c].within += task.piece[piece * task.clusters + c].within;
      }
    for (size_t c = 0, at = 0; c < count; at += clustering[c++].k) {
      sum_up(&clustering[c], task.piece + at, task.size + at, all ? all : task.size + at);
      clustering[c].rows = matrix->n;
    }
  }
  task_release(&task, threads);
  return status;
}

/* --- samples --- */

/* How many rows of a cluster of `size` are taken into a sample of `sample` of n rows in k clusters. */
static size_t quota(size_t size, size_t n, size_t k, size_t sample) {
  size_t share = (size_t)((double)size * (double)sample / (double)n + 0.5), least = sample / k;
  if (least > SAMPLE_LEAST) least = SAMPLE_LEAST;
  if (least < 1) least = 1;
  if (share < least) share = least;
  return share < size ? share : size;
}

/* Copies left[c] rows of each cluster, of which there are size[c], and their labels (Knuth, TAOCP 2, 3.4.2, algorithm S); both count
 * down. */
static void draw(const struct cs_matrix *matrix, const uint32_t *label, size_t *size, size_t *left,
                 uint64_t seed, struct cs_matrix *part, uint32_t *part_label) {
  struct cs_rng rng;
  size_t to = 0;
  cs_rng_init(&rng, seed, 0);
  for (size_t i = 0; i < matrix->n; i++) {
    size_t c = label[i], rows = size[c]--;
    if (left[c] < rows && cs_rng_below(&rng, rows) >= left[c]) continue;
    left[c]--;
    memcpy(cs_matrix_row(part, to), cs_matrix_row(matrix, i), matrix->d * sizeof *part->x);
    part_label[to++] = label[i];
  }
}

static enum cs_status score_sample(const struct cs_matrix *matrix, struct cs_silhouette *clustering,
                                   size_t most, uint64_t seed, int threads, struct cs_error *err) {
  size_t *size, total = 0, k = clustering->k,
                sample = most < CS_SILHOUETTE_SAMPLE ? most : CS_SILHOUETTE_SAMPLE;
  struct cs_matrix part = CS_MATRIX_INIT;
  uint32_t *label = NULL;
  CS_TRY(cs_alloc(&size, 3 * k, sizeof *size, "clusters", err));
  size_t *rows = size + k, *left = rows + k;
  for (size_t i = 0; i < matrix->n; i++) size[clustering->label[i]]++;
  for (size_t c = 0; c < k; c++) {
    rows[c] = size[c];
    left[c] = quota(size[c], matrix->n, k, sample);
    total += left[c];
  }
  enum cs_status status = cs_matrix_alloc(&part, total, matrix->d, err);
  if (status == CS_OK) status = cs_alloc(&label, total, sizeof *label, "labels", err);
  if (status == CS_OK) draw(matrix, clustering->label, rows, left, seed, &part, label);
  struct cs_silhouette sampled = {.k = k, .label = label};
  if (status == CS_OK) status = score(&part, &sampled, 1, threads, size, NULL, err);
  clustering->mean = sampled.mean;
  clustering->error = sampled.error;
  clustering->rows = sampled.rows;
  clustering->within = sampled.within;
  cs_matrix_release(&part);
  free(label);
  free(size);
  return status;
}

enum cs_status cs_silhouettes(const struct cs_matrix *matrix, struct cs_silhouette *clustering, size_t count,
                              size_t most, uint64_t seed, int threads, struct cs_error *err) {
  if (matrix->n <= most) return score(matrix, clustering, count, threads, NULL, NULL, err);
  for (size_t c = 0; c < count; c++) CS_TRY(score_sample(matrix, &clustering[c], most, seed, threads, err));
  return CS_OK;
}

enum cs_status cs_silhouette_rows(const struct cs_matrix *matrix, const uint32_t *label, size_t k,
                                  int threads, double *value, struct cs_error *err) {
  struct cs_silhouette clustering = {.k = k, .label = label};
  CS_TRY(score(matrix, &clustering, 1, threads, NULL, value, err));
  for (size_t i = 0; isnan(clustering.mean) && i < matrix->n; i++) value[i] = NAN;
  return CS_OK;
}
