#include "algo/dbscan.h"

#include "algo/dbscan_inside.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <stdlib.h>

/* --- borders --- */

/* The rows of a leaf that are no core points. */
struct fringe {
  const struct cs_density *density;
  size_t node;
  struct cs_leaf leaf;
  uint32_t rows;
  double square[CS_GROUP]; /* of the distance to the nearest core point so far, or the limit */
  uint32_t core[CS_GROUP]; /* its place, or CS_NOISE */
};

/* The nearest core point, or of equally near ones the lexicographically less. */
static void ask_nearest(struct fringe *fringe, size_t i, const struct cs_leaf *other, uint32_t cores) {
  const struct cs_kdtree *tree = fringe->density->tree;
  uint32_t near = cores & tree->lanes->within(other->x, other->m, tree->d, fringe->leaf.x + i, fringe->leaf.m,
                                              fringe->square[i]);
  FOR_BITS(j, near) {
    double square = cs_leaf_square(&fringe->leaf, i, other, j, tree->d);
    uint32_t place = (uint32_t)(other->begin + j), best = fringe->core[i];
    if (square > fringe->square[i]) continue;
    if (square == fringe->square[i] && best != CS_NOISE && cs_kdtree_compare(tree, best, place) <= 0)
      continue;
    fringe->square[i] = square;
    fringe->core[i] = place;
  }
}

/* The core point of the cluster whose first core row comes first: scratch[root] is that row. */
static void ask_first(struct fringe *fringe, size_t i, const struct cs_leaf *other, uint32_t cores) {
  const struct cs_density *density = fringe->density;
  const struct cs_kdtree *tree = density->tree;
  uint32_t near = cores & tree->lanes->within(other->x, other->m, tree->d, fringe->leaf.x + i, fringe->leaf.m,
                                              density->limit);
  FOR_BITS(j, near) {
    uint32_t place = (uint32_t)(other->begin + j), best = fringe->core[i];
    if (best == CS_NOISE || density->scratch[density->root[place]] < density->scratch[density->root[best]])
      fringe->core[i] = place;
  }
}

static double widest(const struct fringe *fringe) {
  double most = 0;
  FOR_BITS(i, fringe->rows) most = fringe->square[i] > most ? fringe->square[i] : most;
  return most;
}

static void ask_leaf(struct fringe *fringe, size_t node) {
  const struct cs_density *density = fringe->density;
  const struct cs_kdtree *tree = density->tree;
  struct cs_leaf other = cs_kdtree_leaf(tree, node - tree->leaves);
  uint32_t cores = density->core_bits[node - tree->leaves];
  if (!cores) return;
  FOR_BITS(i, fringe->rows) {
    if (density->params->border == CS_BORDER_FIRST)
      ask_first(fringe, i, &other, cores);
    else
      ask_nearest(fringe, i, &other, cores);
  }
}

static void ask_below(struct fringe *fringe, size_t root) {
  const struct cs_kdtree *tree = fringe->density->tree;
  struct cs_near near = cs_near_begin(tree, fringe->node, widest(fringe));
  cs_near_add(&near, root);
  for (size_t node; (node = cs_near_next(&near));) {
    if (!cs_kdtree_is_leaf(tree, node)) {
      cs_near_below(&near, node);
    } else {
      ask_leaf(fringe, node);
      near.limit = widest(fringe);
    }
  }
}

static void settle_leaf(const struct cs_density *density, size_t leaf) {
  const struct cs_kdtree *tree = density->tree;
  struct fringe fringe = {
      .density = density, .node = tree->leaves + leaf, .leaf = cs_kdtree_leaf(tree, leaf)};
  fringe.rows = cs_group_bits(fringe.leaf.m) & ~density->core_bits[leaf];
  if (!fringe.rows) return;
  FOR_BITS(i, fringe.rows) fringe.square[i] = density->limit, fringe.core[i] = CS_NOISE;
  ask_leaf(&fringe, fringe.node);
  for (size_t node = fringe.node; node > 1; node /= 2) ask_below(&fringe, node ^ 1);
  FOR_BITS(i, fringe.rows) {
    if (fringe.core[i] != CS_NOISE) density->root[fringe.leaf.begin + i] = density->root[fringe.core[i]];
  }
}

static void settle_piece(void *context, size_t piece, int thread) {
  const struct cs_density *density = context;
  (void)thread;
  for (size_t leaf = piece * CS_LEAVES_AT_ONCE; leaf < cs_density_piece_end(density, piece); leaf++)
    settle_leaf(density, leaf);
}

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

/* scratch[root] is the first row that is a core point of the set. */
static void find_first_rows(const struct cs_density *density) {
  const struct cs_kdtree *tree = density->tree;
  for (size_t place = 0; place < tree->n; place++) density->scratch[place] = CS_NOISE;
  for (size_t place = 0; place < tree->n; place++) {
    uint32_t root = density->root[place];
    if (root != CS_NOISE && tree->row[place] < density->scratch[root])
      density->scratch[root] = tree->row[place];
  }
}

/* --- the whole --- */

static enum cs_status fit_all(struct cs_dbscan *fit, struct cs_density *density, struct cs_error *err) {
  const struct cs_kdtree *tree = density->tree;
  CS_TRY(cs_density_find_core(density, err));
  CS_TRY(cs_density_join(density, err));
  find_roots(density);
  if (density->params->border == CS_BORDER_FIRST) find_first_rows(density);
  cs_parallel(density->params->threads, cs_density_pieces(density), settle_piece, density);
  CS_TRY(cs_density_number(density, &fit->k, &fit->size, err));
  for (size_t leaf = 0; leaf < tree->leaves; leaf++)
    fit->core += (size_t)__builtin_popcount(density->core_bits[leaf]);
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

void cs_dbscan_release(struct cs_dbscan *fit) {
  free(fit->label);
  free(fit->size);
  free(fit->core_bits);
  *fit = (struct cs_dbscan)CS_DBSCAN_INIT;
}
