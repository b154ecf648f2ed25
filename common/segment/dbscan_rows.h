/* dbscan_rows.h - how rows lie to the clusters of a density clustering, be it learnt from them or applied to them, and the columns that
 * say so.
 *
 * Life cycle  CS_DBSCAN_ROWS_INIT, learn or apply; release in any case.
 */
#ifndef CS_SEGMENT_DBSCAN_ROWS_H
#define CS_SEGMENT_DBSCAN_ROWS_H

#include "segment/dbscan_model.h"

#include <stdbool.h>
#include <stdint.h>

enum cs_noise { CS_NOISE_KEEP, CS_NOISE_NEAREST, CS_NOISE_DROP };

/* What is wanted. */
struct cs_dbscan_columns {
  const char *label;
  enum cs_noise noise;
  bool point_type, distance, outlier_score;
};

struct cs_dbscan_rows {
  size_t n;
  uint32_t *label;  /* [n], CS_NOISE: none */
  bool *core;       /* [n], if wanted: core points, and rows equal to one */
  bool *noise;      /* [n], if wanted: by DBSCAN, whatever cluster they were given */
  double *distance; /* [n], if wanted: to the nearest core point */
  double *score;    /* [n], the caller's to make, from cs_alloc(): outlier scores */
};

#define CS_DBSCAN_ROWS_INIT                                                                                  \
  { 0, NULL, NULL, NULL, NULL, NULL }

CS_MUST_CHECK enum cs_status cs_dbscan_rows_learn(struct cs_dbscan_rows *rows,
                                                  const struct cs_dbscan_columns *wanted,
                                                  const struct cs_dbscan *fit, const struct cs_kdtree *tree,
                                                  int threads, struct cs_error *err);

/* The rows of a matrix, which is taken, in the space of the model, whose points are taken. */
CS_MUST_CHECK enum cs_status cs_dbscan_rows_apply(struct cs_dbscan_rows *rows,
                                                  const struct cs_dbscan_columns *wanted,
                                                  struct cs_dbscan_model *model, struct cs_matrix *matrix,
                                                  int threads, struct cs_error *err);
void cs_dbscan_rows_release(struct cs_dbscan_rows *rows);

/* The columns' names must be free. CS_USAGE. */
CS_MUST_CHECK enum cs_status cs_dbscan_rows_check(const struct cs_dbscan_columns *wanted, bool named,
                                                  const struct cs_table *table, struct cs_error *err);

/* Appends the columns; drops noise if that is wanted. The rows' numbers are taken. */
CS_MUST_CHECK enum cs_status cs_dbscan_rows_add(struct cs_dbscan_rows *rows,
                                                const struct cs_dbscan_columns *wanted,
                                                const struct cs_segments *segments, struct cs_table *table,
                                                struct cs_error *err);

#endif
