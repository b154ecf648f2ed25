/* The core points by themselves: what is kept of a clustering, to find others' clusters by. */
#include "algo/dbscan.h"

#include "base/memory.h"

#include <stdlib.h>

struct point {
  const struct cs_kdtree *tree;
  uint32_t place, cluster;
};

static int by_cluster(const void *a, const void *b) {
  const struct point *x = a, *y = b;
  if (x->cluster != y->cluster) return x->cluster < y->cluster ? -1 : 1;
  return cs_kdtree_compare(x->tree, x->place, y->place);
}

static size_t list(const struct cs_dbscan *fit, const struct cs_kdtree *tree, struct point *point) {
  size_t count = 0;
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    FOR_BITS(i, fit->core_bits[leaf]) {
      uint32_t place = (uint32_t)(block.begin + i);
      point[count++] = (struct point){tree, place, fit->label[tree->row[place]]};
    }
  }
  return count;
}

/* In order, each once. Returns how many there are. */
static size_t sort(struct point *point, size_t count) {
  size_t distinct = 0;
  qsort(point, count, sizeof *point, by_cluster);
  for (size_t i = 0; i < count; i++)
    if (!distinct || by_cluster(&point[distinct - 1], &point[i]) != 0) point[distinct++] = point[i];
  return distinct;
}

enum cs_status cs_dbscan_points(const struct cs_dbscan *fit, const struct cs_kdtree *tree,
                                struct cs_matrix *matrix, uint32_t **cluster, struct cs_error *err) {
  struct point *point;
  size_t count = 0;
  *matrix = (struct cs_matrix)CS_MATRIX_INIT;
  *cluster = NULL;
  CS_TRY(cs_alloc(&point, fit->core, sizeof *point, "core points", err));
  list(fit, tree, point);
  if (fit->core) count = sort(point, fit->core);
  enum cs_status status = cs_matrix_alloc(matrix, count, tree->d, err);
  if (status == CS_OK) status = cs_alloc(cluster, count, sizeof **cluster, "core points", err);
  for (size_t i = 0; status == CS_OK && i < count; i++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, cs_kdtree_leaf_of(tree, point[i].place));
    for (size_t j = 0; j < tree->d; j++)
      cs_matrix_row(matrix, i)[j] = block.x[j * block.m + (point[i].place - block.begin)];
    (*cluster)[i] = point[i].cluster;
  }
  free(point);
  return status;
}
