#include "segment/dbscan_rows.h"

#include "algo/cores.h"
#include "base/memory.h"
#include "segment/labels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cs_dbscan_rows_release(struct cs_dbscan_rows *rows) {
  free(rows->label);
  free(rows->core);
  free(rows->noise);
  free(rows->distance);
  free(rows->score);
  *rows = (struct cs_dbscan_rows)CS_DBSCAN_ROWS_INIT;
}

static enum cs_status begin(struct cs_dbscan_rows *rows, const struct cs_dbscan_columns *wanted, size_t n,
                            struct cs_error *err) {
  *rows = (struct cs_dbscan_rows){.n = n, .score = rows->score};
  CS_TRY(cs_alloc(&rows->label, n, sizeof *rows->label, "labels", err));
  if (wanted->point_type) {
    CS_TRY(cs_alloc(&rows->core, n, sizeof *rows->core, "core points", err));
    CS_TRY(cs_alloc(&rows->noise, n, sizeof *rows->noise, "noise", err));
  }
  if (wanted->distance) CS_TRY(cs_alloc(&rows->distance, n, sizeof *rows->distance, "distances", err));
  return CS_OK;
}

static void note_noise(const struct cs_dbscan_rows *rows) {
  for (size_t i = 0; rows->noise && i < rows->n; i++) rows->noise[i] = rows->label[i] == CS_NOISE;
}

/* Noise comes to the clusters that are nearest. */
static void give_away(const struct cs_dbscan_rows *rows, const uint32_t *nearest) {
  for (size_t i = 0; i < rows->n; i++)
    if (rows->label[i] == CS_NOISE) rows->label[i] = nearest[i];
}

/* --- learnt from them --- */

static enum cs_status look_around(const struct cs_dbscan_rows *rows, const struct cs_dbscan_columns *wanted,
                                  const struct cs_dbscan *fit, const struct cs_kdtree *tree, int threads,
                                  struct cs_error *err) {
  uint32_t *nearest = NULL;
  bool all = wanted->noise == CS_NOISE_NEAREST;
  if (!all && !rows->distance) return CS_OK;
  if (all) CS_TRY(cs_alloc(&nearest, rows->n, sizeof *nearest, "labels", err));
  enum cs_status status = cs_dbscan_nearest(fit, tree, threads, nearest, rows->distance, err);
  if (status == CS_OK && all) give_away(rows, nearest);
  free(nearest);
  return status;
}

enum cs_status cs_dbscan_rows_learn(struct cs_dbscan_rows *rows, const struct cs_dbscan_columns *wanted,
                                    const struct cs_dbscan *fit, const struct cs_kdtree *tree, int threads,
                                    struct cs_error *err) {
  CS_TRY(begin(rows, wanted, fit->n, err));
  memcpy(rows->label, fit->label, fit->n * sizeof *rows->label);
  if (rows->core) cs_dbscan_core_rows(fit, tree, rows->core);
  note_noise(rows);
  return look_around(rows, wanted, fit, tree, threads, err);
}

/* --- applied to them --- */

struct apply {
  const struct cs_dbscan_columns *wanted;
  const struct cs_dbscan_model *model;
  struct cs_kdtree points, rows;
  uint32_t *rank; /* [points], or NULL */
  uint32_t *place;
  double *square;
};

static uint32_t cluster_at(const struct apply *apply, uint32_t place) {
  return place == CS_CORES_NONE ? CS_NOISE : apply->model->cluster[apply->points.row[place]];
}

static enum cs_status rank_points(struct apply *apply, struct cs_error *err) {
  if (apply->model->border != CS_BORDER_FIRST) return CS_OK;
  CS_TRY(cs_alloc(&apply->rank, apply->points.n, sizeof *apply->rank, "core points", err));
  for (size_t place = 0; place < apply->points.n; place++)
    apply->rank[place] = apply->model->first[cluster_at(apply, (uint32_t)place)];
  return CS_OK;
}

static enum cs_status label_rows(struct apply *apply, const struct cs_dbscan_rows *to, int threads,
                                 struct cs_error *err) {
  struct cs_cores cores = {.tree = &apply->points, .rank = apply->rank};
  double limit = apply->model->eps * apply->model->eps;
  uint32_t *nearest = NULL;
  bool all = apply->wanted->noise == CS_NOISE_NEAREST;
  cs_cores_find(&cores, &apply->rows, NULL, limit, threads, apply->place, NULL);
  for (size_t at = 0; at < to->n; at++) to->label[apply->rows.row[at]] = cluster_at(apply, apply->place[at]);
  note_noise(to);
  if (!to->core && !to->distance && !all) return CS_OK;
  if (all) CS_TRY(cs_alloc(&nearest, to->n, sizeof *nearest, "labels", err));
  cores.rank = NULL;
  cs_cores_find(&cores, &apply->rows, NULL, INFINITY, threads, apply->place, apply->square);
  for (size_t at = 0; at < to->n; at++) {
    uint32_t row = apply->rows.row[at];
    if (to->core) to->core[row] = apply->square[at] == 0;
    if (to->distance) to->distance[row] = sqrt(apply->square[at]);
    if (all) nearest[row] = cluster_at(apply, apply->place[at]);
  }
  if (all) give_away(to, nearest);
  free(nearest);
  return CS_OK;
}

/* A model without clusters: all rows are noise. */
static void label_nothing(const struct cs_dbscan_rows *rows) {
  for (size_t i = 0; i < rows->n; i++) {
    rows->label[i] = CS_NOISE;
    if (rows->distance) rows->distance[i] = INFINITY;
  }
  note_noise(rows);
}

enum cs_status cs_dbscan_rows_apply(struct cs_dbscan_rows *rows, const struct cs_dbscan_columns *wanted,
                                    struct cs_dbscan_model *model, struct cs_matrix *matrix, int threads,
                                    struct cs_error *err) {
  struct apply apply = {.wanted = wanted, .model = model, .points = CS_KDTREE_INIT, .rows = CS_KDTREE_INIT};
  CS_TRY(begin(rows, wanted, matrix->n, err));
  if (model->point.n == 0) {
    label_nothing(rows);
    return CS_OK;
  }
  enum cs_status status = cs_alloc(&apply.place, matrix->n, sizeof *apply.place, "nearest rows", err);
  if (status == CS_OK) status = cs_alloc(&apply.square, matrix->n, sizeof *apply.square, "distances", err);
  if (status == CS_OK) status = cs_kdtree_build(&apply.points, &model->point, threads, err);
  if (status == CS_OK) status = cs_kdtree_build(&apply.rows, matrix, threads, err);
  if (status == CS_OK) status = rank_points(&apply, err);
  if (status == CS_OK) status = label_rows(&apply, rows, threads, err);
  cs_kdtree_release(&apply.points);
  cs_kdtree_release(&apply.rows);
  free(apply.rank);
  free(apply.place);
  free(apply.square);
  return status;
}

/* --- columns --- */

enum cs_status cs_dbscan_rows_check(const struct cs_dbscan_columns *wanted, bool named,
                                    const struct cs_table *table, struct cs_error *err) {
  CS_TRY(cs_labels_check(wanted->label, named, table, err));
  if (wanted->point_type && cs_table_find(table, cs_slice_of("point_type")) != SIZE_MAX)
    return cs_fail(err, CS_USAGE, "--point-type: column 'point_type' exists already");
  if (wanted->outlier_score && cs_table_find(table, cs_slice_of("outlier_score")) != SIZE_MAX)
    return cs_fail(err, CS_USAGE, "--outlier-score: column 'outlier_score' exists already");
  return wanted->distance ? cs_labels_check_option("distance", table, err) : CS_OK;
}

static enum cs_status add_types(const struct cs_dbscan_rows *rows, struct cs_table *table,
                                struct cs_error *err) {
  enum { CORE, BORDER, OUTSIDE, TYPES };
  const struct cs_slice names[TYPES] = {cs_slice_of("core"), cs_slice_of("border"), cs_slice_of("noise")};
  uint32_t *code;
  CS_TRY(cs_alloc(&code, rows->n, sizeof *code, "types of rows", err));
  for (size_t i = 0; i < rows->n; i++) code[i] = rows->core[i] ? CORE : rows->noise[i] ? OUTSIDE : BORDER;
  return cs_table_add_text(table, "point_type", code, names, TYPES, err);
}

static enum cs_status add_distances(struct cs_dbscan_rows *rows, struct cs_table *table,
                                    struct cs_error *err) {
  double *value = rows->distance;
  for (size_t i = 0; i < rows->n; i++)
    if (!isfinite(value[i])) value[i] = NAN; /* there is no core point: a missing cell */
  rows->distance = NULL;
  return cs_table_add_number(table, "distance", CS_KIND_RATIO, value, err);
}

enum cs_status cs_dbscan_rows_add(struct cs_dbscan_rows *rows, const struct cs_dbscan_columns *wanted,
                                  const struct cs_segments *segments, struct cs_table *table,
                                  struct cs_error *err) {
  CS_TRY(cs_labels_add(wanted->label, segments, table, rows->label, err));
  if (wanted->point_type) CS_TRY(add_types(rows, table, err));
  if (wanted->distance) CS_TRY(add_distances(rows, table, err));
  if (rows->score) {
    double *score = rows->score;
    rows->score = NULL;
    CS_TRY(cs_table_add_number(table, "outlier_score", CS_KIND_RATIO, score, err));
  }
  for (size_t i = 0; wanted->noise == CS_NOISE_DROP && i < rows->n; i++)
    if (rows->label[i] == CS_NOISE) CS_TRY(cs_table_drop(table, i, err));
  return CS_OK;
}
