/* Rows to centres that stay where they are, and how sure that is. */
#include "algo/kmeans.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>

struct assign {
  const struct cs_points *points;
  const struct cs_panels *panels;
  const double *centre;
  double slack;
  void **scratch; /* [threads]: a group of rows */
  uint32_t *label;
};

static void assign_block(void *context, size_t block, int thread) {
  const struct assign *assign = context;
  const struct cs_points *points = assign->points;
  size_t rows = cs_points_block_rows(points, block), d = points->d, doubts = 0;
  for (size_t i = 0; i < rows; i += CS_GROUP) {
    uint32_t label[CS_GROUP];
    uint16_t row[CS_GROUP];
    float gap[CS_GROUP];
    for (size_t r = 0; r < CS_GROUP; r++) row[r] = (uint16_t)(i + r < rows ? i + r : rows - 1);
    cs_points_nearest(points, block * CS_BLOCK, row, assign->panels, assign->centre, assign->slack,
                      assign->scratch[thread], &doubts, label, gap);
    for (size_t r = 0; r < CS_GROUP && i + r < rows; r++) {
      size_t at = block * CS_BLOCK + i + r;
      double square = cs_square_distance(cs_points_row(points, at), assign->centre + label[r] * d, d);
      assign->label[at] = isfinite(square) ? label[r] : UINT32_MAX;
    }
  }
}

static enum cs_status assign_all(struct assign *assign, int threads, struct cs_error *err) {
  const struct cs_points *points = assign->points;
  size_t count = threads > 1 ? (size_t)threads : 1;
  CS_TRY(cs_alloc(&assign->scratch, count, sizeof *assign->scratch, "threads", err));
  enum cs_status status = CS_OK;
  for (size_t t = 0; t < count && status == CS_OK; t++)
    status = cs_alloc(&assign->scratch[t], points->d, CS_GROUP * sizeof(double), "columns", err);
  if (status == CS_OK) cs_parallel(threads, cs_points_blocks(points), assign_block, assign);
  for (size_t t = 0; t < count; t++) free(assign->scratch[t]);
  free(assign->scratch);
  for (size_t i = 0; i < points->n && status == CS_OK; i++)
    if (assign->label[i] == UINT32_MAX)
      status = cs_fail(err, CS_DATA, "the features are too large to take distances of");
  return status;
}

enum cs_status cs_kmeans_assign(const struct cs_matrix *matrix, const double *centre, size_t k, int threads,
                                uint32_t *label, struct cs_error *err) {
  struct cs_points points = CS_POINTS_INIT;
  struct cs_panels panels = {0};
  CS_TRY(cs_points_begin(&points, matrix, NULL, threads, err));
  enum cs_status status = cs_panels_begin(&panels, k, matrix->d, err);
  if (status == CS_OK) {
    struct assign assign = {.points = &points, .panels = &panels, .centre = centre, .label = label};
    assign.slack = cs_panels_set(&panels, &points, centre);
    status = assign_all(&assign, threads, err);
  }
  cs_panels_release(&panels);
  cs_points_release(&points);
  return status;
}

/* --- how sure --- */

struct confidence {
  const struct cs_matrix *matrix;
  const double *centre;
  size_t k;
  const uint32_t *label;
  double *value;
};

static double confidence_of(const double *x, const double *centre, size_t k, size_t d, size_t own) {
  double next = INFINITY, here = cs_square_distance(x, centre + own * d, d);
  for (size_t c = 0; c < k; c++) {
    double distance = c == own ? INFINITY : cs_square_distance(x, centre + c * d, d);
    if (distance < next) next = distance;
  }
  return next > here ? 1 - sqrt(here / next) : 0;
}

static void confidence_block(void *context, size_t block, int thread) {
  (void)thread;
  const struct confidence *task = context;
  size_t begin = block * CS_BLOCK,
         end = begin + CS_BLOCK < task->matrix->n ? begin + CS_BLOCK : task->matrix->n;
  for (size_t i = begin; i < end; i++)
    task->value[i] =
        confidence_of(cs_matrix_row(task->matrix, i), task->centre, task->k, task->matrix->d, task->label[i]);
}

void cs_kmeans_confidence(const struct cs_matrix *matrix, const double *centre, size_t k,
                          const uint32_t *label, int threads, double *value) {
  struct confidence task = {matrix, centre, k, label, value};
  cs_parallel(threads, (matrix->n + CS_BLOCK - 1) / CS_BLOCK, confidence_block, &task);
}
