/* How far rows must reach to be core points: to their min_points-th nearest. */
#include "algo/reach_inside.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct find {
  const struct cs_kdtree *tree;
  const struct cs_reach *reach;
  size_t min_points;
  double *nearest; /* [threads][CS_GROUP][min_points] */
};

/* The rows of a leaf, with the squared distances to the nearest rows so far, in order, each as often as the row weighs. */
struct asking {
  const struct find *find;
  size_t node;
  struct cs_leaf leaf;
  double *nearest; /* [m][min_points] */
};

static double *farthest(const struct asking *asking, size_t i) {
  return asking->nearest + (i + 1) * asking->find->min_points - 1;
}

/* Puts a distance among the nearest ones, the last of which drops out. */
static void put(double *first, double *last, double square) {
  while (last > first && last[-1] > square) {
    *last = last[-1];
    last--;
  }
  *last = square;
}

/* Puts it there so many times. */
static void put_often(double *first, size_t count, double square, size_t times) {
  size_t end = count;
  for (; end > times && first[end - times - 1] > square; end--) first[end - 1] = first[end - times - 1];
  for (; end > 0 && first[end - 1] > square; end--) first[end - 1] = square;
}

static void put_weighed(const struct asking *asking, size_t i, size_t begin, uint32_t near,
                        const double *square) {
  size_t count = asking->find->min_points;
  double *first = asking->nearest + i * count;
  const uint64_t *weight = asking->find->reach->weight + begin;
  FOR_BITS(j, near) put_often(first, count, square[j], weight[j] < count ? weight[j] : count);
}

static void ask_leaf(const struct asking *asking, size_t node) {
  const struct cs_kdtree *tree = asking->find->tree;
  struct cs_leaf other = cs_kdtree_leaf(tree, node - tree->leaves);
  double square[CS_GROUP];
  for (size_t i = 0; i < asking->leaf.m; i++) {
    const double *point = asking->leaf.x + i;
    double *first = asking->nearest + i * asking->find->min_points, *last = farthest(asking, i);
    uint32_t near = tree->lanes->within(other.x, other.m, tree->d, point, asking->leaf.m, *last);
    if (!near) continue;
    tree->lanes->square(other.x, other.m, tree->d, point, asking->leaf.m, square);
    if (asking->find->reach->weight) {
      put_weighed(asking, i, other.begin, near, square);
      continue;
    }
    FOR_BITS(j, near) {
      if (square[j] < *last) put(first, last, square[j]);
    }
  }
}

/* How far it is worth looking: piles of equal rows would be looked at to no end. */
static double widest(const struct asking *asking) {
  double most = 0;
  for (size_t i = 0; i < asking->leaf.m; i++) most = fmax(most, *farthest(asking, i));
  return cs_nearer_than(most);
}

static void find_leaf(void *context, size_t leaf, int thread) {
  const struct find *find = context;
  double *nearest = find->nearest + (size_t)thread * CS_GROUP * find->min_points;
  const struct cs_kdtree *tree = find->tree;
  struct asking asking = {find, tree->leaves + leaf, cs_kdtree_leaf(tree, leaf), nearest};
  for (size_t i = 0; i < asking.leaf.m * find->min_points; i++) nearest[i] = INFINITY;
  ask_leaf(&asking, asking.node);
  struct cs_near near = cs_near_begin(tree, cs_kdtree_box(tree, asking.node), widest(&asking));
  for (size_t up = asking.node; up > 1; up /= 2) {
    cs_near_add(&near, up ^ 1);
    for (size_t node; (node = cs_near_next(&near));) {
      if (!cs_kdtree_is_leaf(tree, node)) {
        cs_near_below(&near, node);
      } else {
        ask_leaf(&asking, node);
        near.limit = widest(&asking);
      }
    }
  }
  for (size_t i = 0; i < asking.leaf.m; i++) find->reach->core[asking.leaf.begin + i] = *farthest(&asking, i);
}

enum cs_status cs_reach_find_core(struct cs_reach *reach, const struct cs_kdtree *tree, size_t min_points,
                                  int threads, struct cs_error *err) {
  struct find find = {.tree = tree, .reach = reach, .min_points = min_points};
  size_t count = threads > 1 ? (size_t)threads : 1;
  CS_TRY(cs_alloc(&find.nearest, count * CS_GROUP, min_points * sizeof(double), "neighbours", err));
  cs_kdtree_each_leaf(tree, threads, find_leaf, &find);
  free(find.nearest);
  return CS_OK;
}
