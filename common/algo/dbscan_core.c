/* Who is a core point: neighbours are counted until there are enough. */
#include "algo/dbscan_inside.h"
#include "algo/sums.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* Weights in whole numbers: sums don't depend on the order then. */
struct heft {
  int64_t *of; /* [n], places; NULL: each row weighs 1 */
  double unit;
  bool early; /* no row takes away what others have brought */
};

struct search {
  const struct cs_density *density;
  struct heft heft;
};

/* The rows of a leaf, of which those in `open` haven't enough neighbours yet. */
struct crowd {
  size_t node;
  struct cs_leaf leaf;
  uint32_t open, count[CS_GROUP];
  cs_exact heft[CS_GROUP];
};

/* --- weights --- */

enum { HEFT_BITS = 62 };

static enum cs_status weigh(struct search *search, struct cs_error *err) {
  const struct cs_kdtree *tree = search->density->tree;
  const double *weight = search->density->params->weight;
  struct heft *heft = &search->heft;
  double most = 0;
  int exponent;
  heft->early = true;
  if (!weight) return CS_OK;
  CS_TRY(cs_alloc(&heft->of, tree->n, sizeof *heft->of, "weights", err));
  for (size_t i = 0; i < tree->n; i++) {
    most = fmax(most, fabs(weight[i]));
    heft->early &= weight[i] >= 0;
  }
  frexp(most, &exponent);
  heft->unit = ldexp(1, exponent - HEFT_BITS);
  for (size_t place = 0; place < tree->n; place++)
    heft->of[place] = llrint(ldexp(weight[tree->row[place]], HEFT_BITS - exponent));
  return CS_OK;
}

static bool has_enough(const struct search *search, const struct crowd *crowd, size_t i) {
  double sum = search->heft.of ? (double)crowd->heft[i] * search->heft.unit : crowd->count[i];
  return sum >= search->density->params->min_points;
}

static void close_some(const struct search *search, struct crowd *crowd) {
  FOR_BITS(i, crowd->open) {
    if (has_enough(search, crowd, i)) crowd->open &= ~((uint32_t)1 << i);
  }
}

/* --- counting --- */

static void add_weights(const struct search *search, struct crowd *crowd, uint32_t which,
                        const struct cs_leaf *other) {
  const struct cs_kdtree *tree = search->density->tree;
  FOR_BITS(i, which) {
    uint32_t near = tree->lanes->within(other->x, other->m, tree->d, crowd->leaf.x + i, crowd->leaf.m,
                                        search->density->limit);
    FOR_BITS(j, near) crowd->heft[i] += search->heft.of[other->begin + j];
  }
}

static void count_leaf(const struct search *search, struct crowd *crowd, size_t node) {
  const struct cs_kdtree *tree = search->density->tree;
  double limit = search->density->limit;
  struct cs_leaf other = cs_kdtree_leaf(tree, node - tree->leaves);
  uint32_t near = crowd->open;
  if (node != crowd->node)
    near &= tree->lanes->beside(crowd->leaf.x, crowd->leaf.m, tree->d, cs_kdtree_box(tree, node), limit);
  if (!near) return;
  if (search->heft.of)
    add_weights(search, crowd, near, &other);
  else
    tree->lanes->count(crowd->leaf.x, crowd->leaf.m, near, other.x, other.m, tree->d, limit, crowd->count);
  if (search->heft.early) close_some(search, crowd);
}

/* All rows of the node are neighbours of all of the leaf. */
static void count_all(const struct search *search, struct crowd *crowd, size_t node) {
  uint32_t rows = (uint32_t)cs_kdtree_rows(search->density->tree, node);
  for (size_t i = 0; i < crowd->leaf.m; i++) crowd->count[i] += rows;
  close_some(search, crowd);
}

static void count_below(const struct search *search, struct crowd *crowd, size_t root) {
  const struct cs_kdtree *tree = search->density->tree;
  struct cs_near near = cs_near_begin(tree, cs_kdtree_box(tree, crowd->node), search->density->limit);
  cs_near_add(&near, root);
  for (size_t node; crowd->open && (node = cs_near_next(&near));) {
    if (!search->heft.of && cs_box_reach(near.from, cs_kdtree_box(tree, node), tree->d) <= near.limit)
      count_all(search, crowd, node);
    else if (cs_kdtree_is_leaf(tree, node))
      count_leaf(search, crowd, node);
    else
      cs_near_below(&near, node);
  }
}

/* Whether a node around the leaf is so small that all its rows are neighbours, and there are enough of them. */
static bool is_dense(const struct search *search, size_t node) {
  const struct cs_kdtree *tree = search->density->tree;
  if (search->heft.of) return false;
  for (; node && cs_box_reach(cs_kdtree_box(tree, node), cs_kdtree_box(tree, node), tree->d) <=
                     search->density->limit;
       node /= 2)
    if ((double)cs_kdtree_rows(tree, node) >= search->density->params->min_points) return true;
  return false;
}

static uint32_t core_of(const struct search *search, size_t leaf) {
  const struct cs_kdtree *tree = search->density->tree;
  struct crowd crowd = {.node = tree->leaves + leaf, .leaf = cs_kdtree_leaf(tree, leaf)};
  uint32_t all = cs_group_bits(crowd.leaf.m);
  crowd.open = all;
  if (is_dense(search, crowd.node)) return all;
  count_leaf(search, &crowd, crowd.node);
  for (size_t node = crowd.node; node > 1 && crowd.open; node /= 2) count_below(search, &crowd, node ^ 1);
  close_some(search, &crowd);
  return all & ~crowd.open;
}

static void find_core(void *context, size_t leaf, int thread) {
  const struct search *search = context;
  (void)thread;
  search->density->core_bits[leaf] = core_of(search, leaf);
}

enum cs_status cs_density_find_core(struct cs_density *density, struct cs_error *err) {
  struct search search = {.density = density};
  enum cs_status status = weigh(&search, err);
  if (status == CS_OK) cs_kdtree_each_leaf(density->tree, density->params->threads, find_core, &search);
  free(search.heft.of);
  return status;
}
