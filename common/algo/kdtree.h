/* kdtree.h - rows of a matrix in a balanced tree of boxes (Bentley 1975; split at the median of the widest column), so that what is near
 * is found without looking at the rest.
 *
 * Shapes    node 1 is the root, the halves of node v are 2 v and 2 v + 1, leaf l is node leaves + l. Places 0 .. n-1 are the rows in the
 *           order of the tree: those of node v are cs_kdtree_begin(v) .. cs_kdtree_begin(v + 1) - 1, as many in each node of a level,
 *           give or take one. A leaf holds at most CS_GROUP rows, column by column: a block of lanes.h.
 * Exact     the squared distance to a box, computed in the order of the columns as the canonical distance is (lanes.h), is never above that of
 *           a row in it, to the last bit, since rounding keeps the order of numbers. So no tolerance is needed to rule a box out.
 * Repeats   which of several rows of the same number come first depends on their order; what is nearest doesn't.
 * Cost      O(n d + n log n) time; besides the matrix, which is rearranged in place, 4 bytes a row and 2 d numbers a node, of which there
 *           are fewer than n / 8.
 */
#ifndef CS_ALGO_KDTREE_H
#define CS_ALGO_KDTREE_H

#include "algo/lanes.h"
#include "base/error.h"
#include "base/matrix.h"
#include "base/sort.h"

#include <stdbool.h>

struct cs_kdtree {
  size_t n, d, leaves; /* a power of two */
  unsigned depth;      /* leaves = 2^depth */
  double *x;           /* leaf after leaf */
  uint32_t *row;       /* [n], of each place */
  double *box;         /* [2 leaves][2][d]: low and high of each node */
  const struct cs_lanes *lanes;
};

#define CS_KDTREE_INIT                                                                                       \
  { 0, 0, 0, 0, NULL, NULL, NULL, NULL }

/* Takes the rows of the matrix, which is empty then, whatever becomes of it. CS_DATA beyond 2^32 - 2 rows. */
CS_MUST_CHECK enum cs_status cs_kdtree_build(struct cs_kdtree *tree, struct cs_matrix *matrix, int threads,
                                             struct cs_error *err);
void cs_kdtree_release(struct cs_kdtree *tree);

/* visit(context, leaf, thread) for each leaf, some of them side by side: thread is as cs_parallel() has it. */
void cs_kdtree_each_leaf(const struct cs_kdtree *tree, int threads,
                         void (*visit)(void *context, size_t leaf, int thread), void *context);

static inline unsigned cs_kdtree_level(size_t node) {
  return 63 - (unsigned)__builtin_clzll(node);
}

/* The first place of a node. Of the node behind the last of its level it is n. */
static inline size_t cs_kdtree_begin(const struct cs_kdtree *tree, unsigned level, size_t node) {
  return tree->n * (node - ((size_t)1 << level)) >> level;
}

static inline size_t cs_kdtree_rows(const struct cs_kdtree *tree, size_t node) {
  unsigned level = cs_kdtree_level(node);
  return cs_kdtree_begin(tree, level, node + 1) - cs_kdtree_begin(tree, level, node);
}

static inline const double *cs_kdtree_box(const struct cs_kdtree *tree, size_t node) {
  return tree->box + node * 2 * tree->d;
}

/* A leaf as a block: m rows from the place `begin` on, x[d][m]. */
struct cs_leaf {
  size_t begin, m;
  const double *x;
};

static inline struct cs_leaf cs_kdtree_leaf(const struct cs_kdtree *tree, size_t leaf) {
  size_t begin = tree->n * leaf >> tree->depth, end = tree->n * (leaf + 1) >> tree->depth;
  return (struct cs_leaf){begin, end - begin, tree->x + begin * tree->d};
}

/* Which of two rows is lexicographically less: below 0 the first, above 0 the second. */
static inline int cs_leaf_compare(const struct cs_leaf *a, size_t in_a, const struct cs_leaf *b, size_t in_b,
                                  size_t d) {
  int order = 0;
  for (size_t j = 0; j < d && !order; j++) {
    double x = a->x[j * a->m + in_a], y = b->x[j * b->m + in_b];
    order = (x > y) - (x < y);
  }
  return order;
}

/* The canonical squared distance of two rows. */
static inline double cs_leaf_square(const struct cs_leaf *a, size_t in_a, const struct cs_leaf *b,
                                    size_t in_b, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) {
    double t = a->x[j * a->m + in_a] - b->x[j * b->m + in_b];
    sum += t * t;
  }
  return sum;
}

/* The leaf that holds a place. */
static inline size_t cs_kdtree_leaf_of(const struct cs_kdtree *tree, size_t place) {
  return (((place + 1) << tree->depth) - 1) / tree->n;
}

static inline int cs_kdtree_compare(const struct cs_kdtree *tree, size_t a, size_t b) {
  struct cs_leaf in_a = cs_kdtree_leaf(tree, cs_kdtree_leaf_of(tree, a)),
                 in_b = cs_kdtree_leaf(tree, cs_kdtree_leaf_of(tree, b));
  return cs_leaf_compare(&in_a, a - in_a.begin, &in_b, b - in_b.begin, tree->d);
}

/* The squared distance between the nearest points of two boxes [2][d]. */
static inline double cs_box_gap(const double *a, const double *b, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) {
    double t = a[j] - b[d + j], u = b[j] - a[d + j];
    t = t > u ? t : u;
    t = t > 0 ? t : 0;
    sum += t * t;
  }
  return sum;
}

/* That between the farthest points of two boxes; of a box and itself it is that of its corners. */
static inline double cs_box_reach(const double *a, const double *b, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) {
    double t = a[d + j] - b[j], u = b[d + j] - a[j];
    t = t > u ? t : u;
    sum += t * t;
  }
  return sum;
}

/* --- what is near a box, the nearer half first --- */

struct cs_near {
  const struct cs_kdtree *tree;
  const double *from; /* a box, of this or of another tree */
  double limit;       /* squared distance; may be lowered on the way */
  unsigned waiting;
  uint32_t node[64];
};

static inline struct cs_near cs_near_begin(const struct cs_kdtree *tree, const double *from, double limit) {
  struct cs_near near;
  near.tree = tree;
  near.from = from;
  near.limit = limit;
  near.waiting = 0;
  return near;
}

static inline void cs_near_add(struct cs_near *near, size_t node) {
  near->node[near->waiting++] = (uint32_t)node;
}

static inline double cs_near_gap(const struct cs_near *near, size_t node) {
  return cs_box_gap(near->from, cs_kdtree_box(near->tree, node), near->tree->d);
}

/* The limit for what is to be nearer than that, not as near. */
static inline double cs_nearer_than(double square) {
  return square > 0 ? cs_sort_number(cs_sort_key(square) - 1) : -1;
}

/* The next node that waits whose gap is within the limit, or 0. */
static inline size_t cs_near_next(struct cs_near *near) {
  while (near->waiting) {
    size_t node = near->node[--near->waiting];
    if (cs_near_gap(near, node) <= near->limit) return node;
  }
  return 0;
}

/* Goes on to the halves of a node. */
static inline void cs_near_below(struct cs_near *near, size_t node) {
  bool first = cs_near_gap(near, 2 * node) <= cs_near_gap(near, 2 * node + 1);
  cs_near_add(near, 2 * node + first);
  cs_near_add(near, 2 * node + !first);
}

static inline bool cs_kdtree_is_leaf(const struct cs_kdtree *tree, size_t node) {
  return node >= tree->leaves;
}

#endif
