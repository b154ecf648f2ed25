#include "segment/dbscan_validity.h"

#include "algo/dbcv.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The clustering first, then those of the stretches. */
struct judged {
  struct cs_matrix matrix;
  struct cs_dbcv labelling[CS_STRETCHES + 1];
  uint32_t *label; /* [stretches][n] */
};

static enum cs_status take_rows(struct cs_matrix *matrix, const struct cs_kdtree *tree,
                                struct cs_error *err) {
  CS_TRY(cs_matrix_alloc(matrix, tree->n, tree->d, err));
  for (size_t l = 0; l < tree->leaves; l++) {
    struct cs_leaf leaf = cs_kdtree_leaf(tree, l);
    for (size_t i = 0; i < leaf.m; i++)
      for (size_t j = 0; j < tree->d; j++)
        cs_matrix_row(matrix, tree->row[leaf.begin + i])[j] = leaf.x[j * leaf.m + i];
  }
  return CS_OK;
}

static enum cs_status take_stretches(struct judged *judged, const struct cs_kdtree *tree,
                                     const struct cs_dbscan_params *params, const struct cs_levels *levels,
                                     struct cs_error *err) {
  size_t n = tree->n;
  CS_TRY(cs_alloc(&judged->label, n * levels->stretches, sizeof *judged->label, "labels", err));
  for (size_t s = 0; s < levels->stretches; s++) {
    struct cs_dbscan_params at = *params;
    struct cs_dbscan fit = CS_DBSCAN_INIT;
    uint32_t *label = judged->label + s * n;
    at.eps = levels->stretch[s].level.eps;
    CS_TRY(cs_dbscan_fit(&fit, tree, &at, err));
    memcpy(label, fit.label, n * sizeof *label);
    judged->labelling[s + 1] = (struct cs_dbcv){.k = fit.k, .label = label};
    cs_dbscan_release(&fit);
  }
  return CS_OK;
}

static double index_of(const struct cs_dbcv *labelling) {
  return labelling->k < 2 ? NAN : labelling->index;
}

enum cs_status cs_dbscan_validity(const struct cs_dbscan *fit, const struct cs_kdtree *tree,
                                  const struct cs_dbscan_params *params, struct cs_levels *levels,
                                  double *dbcv, struct cs_error *err) {
  size_t stretches = levels ? levels->stretches : 0;
  struct judged judged = {CS_MATRIX_INIT, {{.k = fit->k, .label = fit->label}}, NULL};
  *dbcv = NAN;
  for (size_t s = 0; s < stretches; s++) levels->stretch[s].dbcv = NAN;
  if (fit->n > CS_DBCV_ROWS || params->weight) return CS_OK;
  enum cs_status status = take_rows(&judged.matrix, tree, err);
  if (status == CS_OK && levels) status = take_stretches(&judged, tree, params, levels, err);
  if (status == CS_OK)
    status = cs_dbcv(&judged.matrix, judged.labelling, stretches + 1, params->threads, err);
  if (status == CS_OK) *dbcv = index_of(&judged.labelling[0]);
  for (size_t s = 0; status == CS_OK && s < stretches; s++)
    levels->stretch[s].dbcv = index_of(&judged.labelling[s + 1]);
  cs_matrix_release(&judged.matrix);
  free(judged.label);
  return status;
}
