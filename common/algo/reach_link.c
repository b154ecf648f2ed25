/* The minimum spanning tree: sets of rows look for the nearest row outside, and are joined to it, until one is left. */
#include "algo/reach_inside.h"

#include "algo/union.h"
#include "base/memory.h"
#include "base/sort.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#define NONE UINT32_MAX

struct sets {
  const struct cs_kdtree *tree;
  struct cs_reach *reach;
  int threads;
  double *least_core; /* [2 leaves], of the rows of each node */
  uint32_t *tag;      /* [2 leaves]: the set of all rows of a node, or NONE */
  uint32_t *set;      /* [n]: the root of each row's set */
  uint32_t *to; /* [n]: the nearest row outside when it was looked for, or NONE: none nearer than `length` */
  double *length;          /* [n]: of the link to it; never less later */
  cs_parent *parent;       /* [n] */
  _Atomic uint64_t *least; /* [n], roots: the least link out of the set so far, as the bits of a double */
  uint32_t *row;           /* [n], roots: the first row of which it is, or NONE */
  size_t links;
};

static double least_of(const struct sets *sets, uint32_t set) {
  return cs_sort_number(atomic_load_explicit(&sets->least[set], memory_order_relaxed));
}

static void offer(const struct sets *sets, uint32_t set, double length) {
  uint64_t bits = cs_sort_key(length), least = atomic_load_explicit(&sets->least[set], memory_order_relaxed);
  while (bits < least && !atomic_compare_exchange_weak_explicit(&sets->least[set], &least, bits,
                                                                memory_order_relaxed, memory_order_relaxed)) {
  }
}

/* --- looking for the nearest row outside --- */

/* The rows of a leaf that look. */
struct asking {
  const struct sets *sets;
  size_t node;
  struct cs_leaf leaf;
  uint32_t rows, to[CS_GROUP];
  double length[CS_GROUP]; /* of the least link so far, without the row's own core */
};

static double core_of(const struct asking *asking, size_t i) {
  return asking->sets->reach->core[asking->leaf.begin + i];
}

static uint32_t set_of(const struct asking *asking, size_t i) {
  return asking->sets->set[asking->leaf.begin + i];
}

static void ask_leaf(struct asking *asking, size_t node) {
  const struct sets *sets = asking->sets;
  const struct cs_kdtree *tree = sets->tree;
  struct cs_leaf other = cs_kdtree_leaf(tree, node - tree->leaves);
  const double *core = sets->reach->core + other.begin;
  const uint32_t *set = sets->set + other.begin;
  double square[CS_GROUP];
  FOR_BITS(i, asking->rows) {
    const double *point = asking->leaf.x + i;
    if (sets->tag[node] == set_of(asking, i)) continue;
    uint32_t near = tree->lanes->within(other.x, other.m, tree->d, point, asking->leaf.m, asking->length[i]);
    if (!near) continue;
    tree->lanes->square(other.x, other.m, tree->d, point, asking->leaf.m, square);
    FOR_BITS(j, near) {
      double length = square[j] > core[j] ? square[j] : core[j];
      if (length >= asking->length[i] || set[j] == set_of(asking, i)) continue;
      asking->length[i] = length;
      asking->to[i] = (uint32_t)(other.begin + j);
    }
  }
}

/* How far it is worth looking; rows of whose set somebody has found a link no longer than theirs can be look no more. */
static double widest(struct asking *asking) {
  double most = -1;
  FOR_BITS(i, asking->rows) {
    double least = least_of(asking->sets, set_of(asking, i));
    if (asking->length[i] > least) asking->length[i] = least, asking->to[i] = NONE;
    most = asking->length[i] > most ? asking->length[i] : most;
  }
  return cs_nearer_than(most);
}

static bool is_inside(const struct asking *asking, size_t node) {
  uint32_t tag = asking->sets->tag[node];
  return tag != NONE && tag == asking->sets->tag[asking->node];
}

/* Finds the least link of each row that asks, less than its length. */
static void ask_all(struct asking *asking) {
  const struct sets *sets = asking->sets;
  const struct cs_kdtree *tree = sets->tree;
  if (sets->tag[asking->node] == NONE) ask_leaf(asking, asking->node);
  struct cs_near near = cs_near_begin(tree, cs_kdtree_box(tree, asking->node), widest(asking));
  for (size_t up = asking->node; up > 1; up /= 2) {
    cs_near_add(&near, up ^ 1);
    for (size_t node; (node = cs_near_next(&near));) {
      if (sets->least_core[node] > near.limit || is_inside(asking, node)) continue;
      if (!cs_kdtree_is_leaf(tree, node)) {
        cs_near_below(&near, node);
      } else {
        ask_leaf(asking, node);
        near.limit = widest(asking);
      }
    }
  }
}

/* --- the first round: every row is a set --- */

static void look_first(void *context, size_t leaf, int thread) {
  const struct sets *sets = context;
  const struct cs_kdtree *tree = sets->tree;
  struct asking asking = {.sets = sets, .node = tree->leaves + leaf, .leaf = cs_kdtree_leaf(tree, leaf)};
  (void)thread;
  asking.rows = cs_group_bits(asking.leaf.m);
  FOR_BITS(i, asking.rows) asking.length[i] = INFINITY, asking.to[i] = NONE;
  ask_all(&asking);
  FOR_BITS(i, asking.rows) {
    size_t place = asking.leaf.begin + i;
    double core = core_of(&asking, i);
    sets->reach->quiet[place] = fmin(core, asking.length[i]);
    sets->length[place] = fmax(core, asking.length[i]);
    sets->to[place] = asking.to[i];
  }
}

/* --- later rounds --- */

static bool is_outside(const struct sets *sets, size_t place) {
  return sets->to[place] != NONE && sets->set[sets->to[place]] != sets->set[place];
}

/* Links that were found before and still lead outside. */
static void offer_leaf(void *context, size_t leaf, int thread) {
  const struct sets *sets = context;
  struct cs_leaf block = cs_kdtree_leaf(sets->tree, leaf);
  (void)thread;
  for (size_t place = block.begin; place < block.begin + block.m; place++)
    if (is_outside(sets, place)) offer(sets, sets->set[place], sets->length[place]);
}

/* Whether a row may have a link less than its set's; where its core alone is as far, that is all there is to know of it. */
static bool has_to_ask(const struct sets *sets, size_t place, double least) {
  if (is_outside(sets, place) || sets->length[place] >= least) return false;
  if (sets->reach->core[place] < least) return true;
  sets->length[place] = least;
  sets->to[place] = NONE;
  return false;
}

static void look_again(void *context, size_t leaf, int thread) {
  const struct sets *sets = context;
  const struct cs_kdtree *tree = sets->tree;
  struct asking asking = {.sets = sets, .node = tree->leaves + leaf, .leaf = cs_kdtree_leaf(tree, leaf)};
  (void)thread;
  for (size_t i = 0; i < asking.leaf.m; i++) {
    size_t place = asking.leaf.begin + i;
    double least = least_of(sets, sets->set[place]);
    if (!has_to_ask(sets, place, least)) continue;
    asking.rows |= (uint32_t)1 << i;
    asking.length[i] = least;
    asking.to[i] = NONE;
  }
  if (!asking.rows) return;
  ask_all(&asking);
  FOR_BITS(i, asking.rows) {
    size_t place = asking.leaf.begin + i;
    sets->to[place] = asking.to[i];
    sets->length[place] = fmax(core_of(&asking, i), asking.length[i]);
    if (asking.to[i] != NONE) offer(sets, sets->set[place], sets->length[place]);
  }
}

/* Each set's row with the least link. */
static void find_rows(const struct sets *sets) {
  size_t n = sets->tree->n;
  for (size_t place = 0; place < n; place++) sets->row[place] = NONE;
  for (size_t place = 0; place < n; place++) {
    uint32_t set = sets->set[place];
    if (sets->row[set] == NONE && is_outside(sets, place) && sets->length[place] == least_of(sets, set))
      sets->row[set] = (uint32_t)place;
  }
}

static void join_sets(struct sets *sets) {
  size_t n = sets->tree->n;
  find_rows(sets);
  for (size_t root = 0; root < n; root++) {
    uint32_t row = sets->row[root];
    if (row == NONE || cs_union_find(sets->parent, row) == cs_union_find(sets->parent, sets->to[row]))
      continue;
    cs_union_join(sets->parent, row, sets->to[row]);
    sets->reach->link[sets->links++] = (struct cs_link){row, sets->to[row], sets->length[row]};
  }
}

static void tag_nodes(const struct sets *sets) {
  const struct cs_kdtree *tree = sets->tree;
  for (size_t place = 0; place < tree->n; place++) {
    sets->set[place] = cs_union_find(sets->parent, (uint32_t)place);
    atomic_store_explicit(&sets->least[place], cs_sort_key(INFINITY), memory_order_relaxed);
  }
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    uint32_t tag = sets->set[block.begin];
    for (size_t i = 1; i < block.m; i++)
      if (sets->set[block.begin + i] != tag) tag = NONE;
    sets->tag[tree->leaves + leaf] = tag;
  }
  for (size_t node = tree->leaves - 1; node > 0; node--)
    sets->tag[node] = sets->tag[2 * node] == sets->tag[2 * node + 1] ? sets->tag[2 * node] : NONE;
}

static void find_least_cores(const struct sets *sets) {
  const struct cs_kdtree *tree = sets->tree;
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    double least = INFINITY;
    for (size_t i = 0; i < block.m; i++) least = fmin(least, sets->reach->core[block.begin + i]);
    sets->least_core[tree->leaves + leaf] = least;
  }
  for (size_t node = tree->leaves - 1; node > 0; node--)
    sets->least_core[node] = fmin(sets->least_core[2 * node], sets->least_core[2 * node + 1]);
}

static void link_all(struct sets *sets) {
  size_t n = sets->tree->n;
  for (size_t place = 0; place < n; place++) atomic_init(&sets->parent[place], (uint32_t)place);
  find_least_cores(sets);
  tag_nodes(sets);
  cs_kdtree_each_leaf(sets->tree, sets->threads, look_first, sets);
  while (sets->links + 1 < n) {
    cs_kdtree_each_leaf(sets->tree, sets->threads, offer_leaf, sets);
    cs_kdtree_each_leaf(sets->tree, sets->threads, look_again, sets);
    join_sets(sets);
    tag_nodes(sets);
  }
}

enum cs_status cs_reach_link(struct cs_reach *reach, const struct cs_kdtree *tree, int threads,
                             struct cs_error *err) {
  struct sets sets = {.tree = tree, .reach = reach, .threads = threads};
  size_t n = tree->n;
  enum cs_status status = cs_alloc(&sets.least_core, 2 * tree->leaves, sizeof(double), "nodes", err);
  if (status == CS_OK) status = cs_alloc(&sets.tag, 2 * tree->leaves, sizeof *sets.tag, "nodes", err);
  if (status == CS_OK) status = cs_alloc(&sets.set, n, sizeof *sets.set, "sets", err);
  if (status == CS_OK) status = cs_alloc(&sets.to, n, sizeof *sets.to, "links", err);
  if (status == CS_OK) status = cs_alloc(&sets.length, n, sizeof *sets.length, "links", err);
  if (status == CS_OK) status = cs_alloc(&sets.parent, n, sizeof *sets.parent, "sets", err);
  if (status == CS_OK) status = cs_alloc(&sets.least, n, sizeof *sets.least, "sets", err);
  if (status == CS_OK) status = cs_alloc(&sets.row, n, sizeof *sets.row, "sets", err);
  if (status == CS_OK) link_all(&sets);
  free(sets.least_core);
  free(sets.tag);
  free(sets.set);
  free(sets.to);
  free(sets.length);
  free(sets.parent);
  free(sets.least);
  free(sets.row);
  return status;
}
