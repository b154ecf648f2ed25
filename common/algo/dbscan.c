#include "algo/dbscan.h"

#include "algo/cores.h"
#include "algo/dbscan_inside.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* --- roots --- */

static void find_roots(const struct cs_density *density) {
  const struct cs_kdtree *tree = density->tree;
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    for (size_t i = 0; i < block.m; i++) {
      size_t place = block.begin + i;
      bool core = density->core_bits[leaf] >> i & 1;
      density->root[place] = core ? cs_union_find(density->parent, (uint32_t)place) : CS_NOISE;
    }
  }
}

/* --- borders --- */

/* rank[place] is the first row that is a core point of the place's set. */
static void rank_sets(const struct cs_density *density, uint32_t *rank) {
  const struct cs_kdtree *tree = density->tree;
  uint32_t *first = density->scratch;
  for (size_t place = 0; place < tree->n; place++) first[place] = CS_NOISE;
  for (size_t place = 0; place < tree->n; place++) {
    uint32_t root = density->root[place];
    if (root != CS_NOISE && tree->row[place] < first[root]) first[root] = tree->row[place];
  }
  for (size_t place = 0; place < tree->n; place++)
    if (density->root[place] != CS_NOISE) rank[place] = first[density->root[place]];
}

/* Rows that aren't core points come to the sets that they are near. */
static enum cs_status settle(const struct cs_density *density, struct cs_error *err) {
  const struct cs_kdtree *tree = density->tree;
  struct cs_cores cores = {.tree = tree, .bits = density->core_bits};
  uint32_t *rest, *rank = NULL, *nearest = density->scratch;
  CS_TRY(cs_alloc(&rest, tree->leaves, sizeof *rest, "rows", err));
  enum cs_status status = CS_OK;
  if (density->params->border == CS_BORDER_FIRST)
    status = cs_alloc(&rank, tree->n, sizeof *rank, "sets", err);
  if (status == CS_OK) {
    if (rank) rank_sets(density, rank);
    cores.rank = rank;
    for (size_t leaf = 0; leaf < tree->leaves; leaf++) rest[leaf] = ~density->core_bits[leaf];
    cs_cores_find(&cores, tree, rest, density->limit, density->params->threads, nearest, NULL);
    for (size_t place = 0; place < tree->n; place++)
      if (density->root[place] == CS_NOISE && nearest[place] != CS_CORES_NONE)
        density->root[place] = density->root[nearest[place]];
  }
  free(rest);
  free(rank);
  return status;
}

static enum cs_status find_first(struct cs_dbscan *fit, const struct cs_density *density,
                                 struct cs_error *err) {
  const struct cs_kdtree *tree = density->tree;
  CS_TRY(cs_alloc(&fit->first, fit->k, sizeof *fit->first, "clusters", err));
  for (size_t c = 0; c < fit->k; c++) fit->first[c] = CS_NOISE;
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    size_t begin = cs_kdtree_leaf(tree, leaf).begin;
    FOR_BITS(i, density->core_bits[leaf]) {
      uint32_t *first = &fit->first[density->root[begin + i]], row = tree->row[begin + i];
      if (row < *first) *first = row;
    }
  }
  return CS_OK;
}

/* --- the whole --- */

enum cs_status cs_dbscan_find_core(const struct cs_kdtree *tree, const struct cs_dbscan_params *params,
                                   uint32_t *core_bits, size_t *count, struct cs_error *err) {
  struct cs_density density = {
      .tree = tree, .params = params, .limit = params->eps * params->eps, .core_bits = core_bits};
  *count = 0;
  CS_TRY(cs_density_find_core(&density, err));
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) *count += (size_t)__builtin_popcount(core_bits[leaf]);
  return CS_OK;
}

static enum cs_status fit_all(struct cs_dbscan *fit, struct cs_density *density, struct cs_error *err) {
  const struct cs_kdtree *tree = density->tree;
  CS_TRY(cs_dbscan_find_core(tree, density->params, density->core_bits, &fit->core, err));
  CS_TRY(cs_density_join(density, err));
  find_roots(density);
  CS_TRY(settle(density, err));
  CS_TRY(cs_density_number(density, &fit->k, &fit->size, err));
  CS_TRY(find_first(fit, density, err));
  for (size_t place = 0; place < tree->n; place++) {
    fit->label[tree->row[place]] = density->root[place];
    fit->noise += density->root[place] == CS_NOISE;
  }
  return CS_OK;
}

enum cs_status cs_dbscan_fit(struct cs_dbscan *fit, const struct cs_kdtree *tree,
                             const struct cs_dbscan_params *params, struct cs_error *err) {
  struct cs_density density = {.tree = tree, .params = params, .limit = params->eps * params->eps};
  *fit = (struct cs_dbscan){.n = tree->n};
  enum cs_status status = cs_alloc(&fit->core_bits, tree->leaves, sizeof *fit->core_bits, "core points", err);
  if (status == CS_OK) status = cs_alloc(&fit->label, tree->n, sizeof *fit->label, "labels", err);
  if (status == CS_OK) status = cs_alloc(&density.parent, tree->n, sizeof *density.parent, "sets", err);
  if (status == CS_OK) status = cs_alloc(&density.root, tree->n, sizeof *density.root, "sets", err);
  density.core_bits = fit->core_bits;
  density.scratch = fit->label;
  for (size_t i = 0; status == CS_OK && i < tree->n; i++) atomic_init(&density.parent[i], (uint32_t)i);
  if (status == CS_OK) status = fit_all(fit, &density, err);
  free(density.parent);
  free(density.root);
  if (status != CS_OK) cs_dbscan_release(fit);
  return status;
}

enum cs_status cs_dbscan_nearest(const struct cs_dbscan *fit, const struct cs_kdtree *tree, int threads,
                                 uint32_t *cluster, double *distance, struct cs_error *err) {
  const struct cs_cores cores = {.tree = tree, .bits = fit->core_bits};
  uint32_t *place;
  double *square = NULL;
  CS_TRY(cs_alloc(&place, tree->n, sizeof *place, "nearest rows", err));
  enum cs_status status = cs_alloc(&square, tree->n, sizeof *square, "distances", err);
  if (status == CS_OK) cs_cores_find(&cores, tree, NULL, INFINITY, threads, place, square);
  for (size_t at = 0; status == CS_OK && at < tree->n; at++) {
    uint32_t row = tree->row[at];
    if (cluster) cluster[row] = place[at] == CS_CORES_NONE ? CS_NOISE : fit->label[tree->row[place[at]]];
    if (distance) distance[row] = sqrt(square[at]);
  }
  free(place);
  free(square);
  return status;
}

size_t cs_dbscan_largest(const struct cs_dbscan *fit) {
  size_t largest = 0;
  for (size_t c = 0; c < fit->k; c++) largest = fit->size[c] > largest ? fit->size[c] : largest;
  return largest;
}

void cs_dbscan_core_rows(const struct cs_dbscan *fit, const struct cs_kdtree *tree, bool *core) {
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    for (size_t i = 0; i < block.m; i++) core[tree->row[block.begin + i]] = fit->core_bits[leaf] >> i & 1;
  }
}

void cs_dbscan_release(struct cs_dbscan *fit) {
  free(fit->label);
  free(fit->size);
  free(fit->core_bits);
  free(fit->first);
  *fit = (struct cs_dbscan)CS_DBSCAN_INIT;
}
