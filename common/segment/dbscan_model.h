/* dbscan_model.h - what cs-dbscan --save writes and --load reads (docs/schemas/dbscan.json).
 *
 * Keys of its own: eps, min_points, border, clusters, core, noise, sizes[], metrics{}, numbers[], names[] and match{} (segments.h),
 * means_of[] and means[][] (means.h), first_rows[], and the core points, each once: core_points[][] in the space clustered, and
 * core_clusters[], positions. Beyond CS_DBSCAN_POINTS_MOST they are in a table MODEL.core.csv, unless MODEL is no regular file (/dev/stdout), whose SHA-256 is
 * core_sha256.
 */
#ifndef CS_SEGMENT_DBSCAN_MODEL_H
#define CS_SEGMENT_DBSCAN_MODEL_H

#include "algo/dbscan.h"
#include "data/document.h"
#include "data/table.h"
#include "segment/inputs.h"
#include "segment/segments.h"
#include "segment/space_model.h"

enum { CS_DBSCAN_POINTS_MOST = 100000 };

/* What was learnt. */
struct cs_dbscan_learnt {
  const struct cs_table *table;
  const struct cs_inputs *inputs; /* the matrix is in the tree */
  const struct cs_kdtree *tree;
  const struct cs_dbscan_params *params;
  const struct cs_dbscan *fit;
  double dbcv; /* NaN: it isn't known */
  const struct cs_segments *segments;
};

/* Adds everything but the head and the params; writes the file beside the one at `path` where there are too many points. */
CS_MUST_CHECK enum cs_status cs_dbscan_model_add(struct cs_node *model, const struct cs_dbscan_learnt *learnt,
                                                 const char *path, int threads, struct cs_error *err);

struct cs_dbscan_model {
  struct cs_node *root;
  struct cs_space_model space;
  struct cs_older older;
  double eps;
  enum cs_border border;
  size_t k;
  struct cs_matrix point; /* the core points */
  uint32_t *cluster;      /* [points] */
  uint32_t *first;        /* [k], see struct cs_dbscan */
};

#define CS_DBSCAN_MODEL_INIT                                                                                 \
  { NULL, CS_SPACE_MODEL_INIT, CS_OLDER_INIT, 0, CS_BORDER_NEAREST, 0, CS_MATRIX_INIT, NULL, NULL }

CS_MUST_CHECK enum cs_status cs_dbscan_model_read(struct cs_dbscan_model *model, const char *path,
                                                  int threads, struct cs_error *err);
void cs_dbscan_model_release(struct cs_dbscan_model *model);

/* The figures of a clustering, in the order of the model: for the log and the step record too. */
void cs_dbscan_metrics(const struct cs_dbscan *fit, double dbcv,
                       void (*visit)(void *context, const char *name, double value), void *context);

#endif
