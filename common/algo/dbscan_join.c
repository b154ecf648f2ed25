/* Which core points are of one cluster: leaves are joined to those of the other half of ever larger subtrees. What belongs together
 * already isn't looked at again, and that is nearly everything. */
#include "algo/dbscan_inside.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct join {
  const struct cs_density *density;
  uint32_t *
      tag; /* [2 leaves]: a place of the one set that has all core rows of a node; CS_NOISE: there is no such set, or it isn't known */
  unsigned height; /* of the subtrees whose halves are joined */
};

static uint32_t root_of(const struct join *join, size_t place) {
  return cs_union_find(join->density->parent, (uint32_t)place);
}

static uint32_t set_of(const struct join *join, size_t leaf) {
  uint32_t root = CS_NOISE;
  size_t begin = cs_kdtree_leaf(join->density->tree, leaf).begin;
  FOR_BITS(i, join->density->core_bits[leaf]) {
    uint32_t other = root_of(join, begin + i);
    if (root == CS_NOISE) root = other;
    if (root != other) return CS_NOISE;
  }
  return root;
}

static bool are_one_set(const struct join *join, size_t a, size_t b) {
  uint32_t in_a = join->tag[a], in_b = join->tag[b];
  return in_a != CS_NOISE && in_b != CS_NOISE && root_of(join, in_a) == root_of(join, in_b);
}

/* Joins the core rows of two leaves that are near. */
static void join_leaves(const struct join *join, size_t a, size_t b) {
  const struct cs_kdtree *tree = join->density->tree;
  const uint32_t *core_bits = join->density->core_bits - tree->leaves;
  struct cs_leaf from = cs_kdtree_leaf(tree, a - tree->leaves), to = cs_kdtree_leaf(tree, b - tree->leaves);
  bool once = join->tag[a] != CS_NOISE && join->tag[b] != CS_NOISE; /* one pair is enough */
  double limit = join->density->limit;
  uint32_t core = core_bits[a];
  if (!core_bits[b]) return;
  if (a != b) core &= tree->lanes->beside(from.x, from.m, tree->d, cs_kdtree_box(tree, b), limit);
  FOR_BITS(i, core) {
    uint32_t near = core_bits[b] & tree->lanes->within(to.x, to.m, tree->d, from.x + i, from.m, limit);
    uint32_t root = near ? root_of(join, from.begin + i) : 0;
    FOR_BITS(j, near) {
      root = cs_union_join(join->density->parent, root, (uint32_t)(to.begin + j));
      if (once) return;
    }
  }
}

static void join_within(void *context, size_t leaf, int thread) {
  const struct join *join = context;
  (void)thread;
  const struct cs_kdtree *tree = join->density->tree;
  size_t node = tree->leaves + leaf, begin = cs_kdtree_leaf(tree, leaf).begin;
  uint32_t core = join->density->core_bits[leaf];
  if (!core) return;
  uint32_t first = (uint32_t)(begin + (unsigned)__builtin_ctz(core));
  if (cs_box_reach(cs_kdtree_box(tree, node), cs_kdtree_box(tree, node), tree->d) > join->density->limit)
    join_leaves(join, node, node);
  else
    FOR_BITS(i, core) cs_union_join(join->density->parent, first, (uint32_t)(begin + i));
  join->tag[node] = set_of(join, leaf);
}

static void join_below(const struct join *join, size_t from, size_t root) {
  const struct cs_kdtree *tree = join->density->tree;
  struct cs_near near = cs_near_begin(tree, cs_kdtree_box(tree, from), join->density->limit);
  cs_near_add(&near, root);
  for (size_t node; (node = cs_near_next(&near));) {
    if (are_one_set(join, from, node)) continue;
    if (cs_kdtree_is_leaf(tree, node))
      join_leaves(join, from, node);
    else
      cs_near_below(&near, node);
  }
}

/* A leaf of the left half of a node of that height with its right half. */
static void join_halves(void *context, size_t leaf, int thread) {
  const struct join *join = context;
  size_t leaves = join->density->tree->leaves, half = (leaves + leaf) >> (join->height - 1);
  (void)thread;
  if (half % 2 == 0 && join->density->core_bits[leaf]) join_below(join, leaves + leaf, half + 1);
}

static void tag_nodes(const struct join *join) {
  size_t leaves = join->density->tree->leaves;
  for (size_t leaf = 0; leaf < leaves; leaf++)
    if (join->tag[leaves + leaf] == CS_NOISE) join->tag[leaves + leaf] = set_of(join, leaf);
  for (size_t node = leaves - 1; node > 0; node--)
    if (join->tag[node] == CS_NOISE && are_one_set(join, 2 * node, 2 * node + 1))
      join->tag[node] = join->tag[2 * node];
}

enum cs_status cs_density_join(struct cs_density *density, struct cs_error *err) {
  struct join join = {.density = density};
  const struct cs_kdtree *tree = density->tree;
  int threads = density->params->threads;
  CS_TRY(cs_alloc(&join.tag, tree->leaves, 2 * sizeof *join.tag, "sets", err));
  memset(join.tag, 0xff, 2 * tree->leaves * sizeof *join.tag);
  cs_kdtree_each_leaf(tree, threads, join_within, &join);
  for (join.height = 1; join.height <= tree->depth; join.height++) {
    cs_kdtree_each_leaf(tree, threads, join_halves, &join);
    tag_nodes(&join);
  }
  free(join.tag);
  return CS_OK;
}
