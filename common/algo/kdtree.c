#include "algo/kdtree.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  APART = 6, /* levels that are split one after the other, the nodes of each side by side */
  LOOK = 64, /* rows by which the widest column is found */
  LEAVES_AT_ONCE = 32,
  SAMPLE_FROM = 600 /* rows from which on a select looks at a sample first */
};

struct build {
  struct cs_kdtree *tree;
  unsigned level;   /* that is split */
  double **scratch; /* [threads][CS_GROUP + 1][d] */
};

/* --- splitting --- */

static double *row_at(const struct cs_kdtree *tree, size_t place) {
  return tree->x + place * tree->d;
}

static inline void swap_rows(const struct cs_kdtree *tree, size_t a, size_t b) {
  double *x = row_at(tree, a), *y = row_at(tree, b);
  uint32_t row = tree->row[a];
  tree->row[a] = tree->row[b];
  tree->row[b] = row;
  for (size_t j = 0; j < tree->d; j++) {
    double t = x[j];
    x[j] = y[j];
    y[j] = t;
  }
}

/* The column in which some of the rows lie farthest apart. */
static size_t widest(const struct cs_kdtree *tree, size_t begin, size_t end) {
  size_t step = (end - begin + LOOK - 1) / LOOK, best = 0;
  double most = -1;
  for (size_t j = 0; j < tree->d; j++) {
    double low = row_at(tree, begin)[j], high = low;
    for (size_t i = begin + step; i < end; i += step) {
      double value = row_at(tree, i)[j];
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    if (high - low > most) most = high - low, best = j;
  }
  return best;
}

/* Puts the row that is to stand at place k of a sort there, and the lower and higher ones to its sides: Floyd and Rivest (1975), "The algorithm
 * SELECT", CACM 18(3). Both ends are included. */
static void select_row(const struct cs_kdtree *tree, size_t column, ptrdiff_t left, ptrdiff_t right,
                       ptrdiff_t k) {
  const size_t d = tree->d;
  const double *x = tree->x + column;
  while (right > left) {
    if (right - left > SAMPLE_FROM) {
      double n = (double)(right - left + 1), i = (double)(k - left + 1), z = log(n), s = 0.5 * exp(2 * z / 3);
      double sd = 0.5 * sqrt(z * s * (n - s) / n) * (i < n / 2 ? -1 : 1);
      ptrdiff_t from = (ptrdiff_t)((double)k - i * s / n + sd),
                to = (ptrdiff_t)((double)k + (n - i) * s / n + sd);
      select_row(tree, column, from > left ? from : left, to < right ? to : right, k);
    }
    double pivot = x[(size_t)k * d];
    ptrdiff_t i = left, j = right;
    swap_rows(tree, (size_t)left, (size_t)k);
    if (x[(size_t)right * d] > pivot) swap_rows(tree, (size_t)right, (size_t)left);
    while (i < j) {
      swap_rows(tree, (size_t)i, (size_t)j);
      i++, j--;
      while (x[(size_t)i * d] < pivot) i++;
      while (x[(size_t)j * d] > pivot) j--;
    }
    if (x[(size_t)left * d] == pivot)
      swap_rows(tree, (size_t)left, (size_t)j);
    else
      swap_rows(tree, (size_t)++j, (size_t)right);
    if (j <= k) left = j + 1;
    if (k <= j) right = j - 1;
  }
}

static void split(const struct cs_kdtree *tree, unsigned level, size_t node) {
  size_t begin = cs_kdtree_begin(tree, level, node), end = cs_kdtree_begin(tree, level, node + 1);
  size_t middle = cs_kdtree_begin(tree, level + 1, 2 * node + 1);
  select_row(tree, widest(tree, begin, end), (ptrdiff_t)begin, (ptrdiff_t)end - 1, (ptrdiff_t)middle);
}

/* --- boxes --- */

static double *box_of(const struct cs_kdtree *tree, size_t node) {
  return tree->box + node * 2 * tree->d;
}

/* Turns the rows of a leaf into columns, and finds its box. */
static void end_leaf(const struct cs_kdtree *tree, size_t leaf, double *scratch) {
  size_t d = tree->d, begin = tree->n * leaf >> tree->depth,
         m = (tree->n * (leaf + 1) >> tree->depth) - begin;
  double *x = row_at(tree, begin), *box = box_of(tree, tree->leaves + leaf);
  memcpy(scratch, x, m * d * sizeof *x);
  for (size_t j = 0; j < d; j++) {
    double low = scratch[j], high = low;
    for (size_t i = 0; i < m; i++) {
      double value = scratch[i * d + j];
      x[j * m + i] = value;
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    box[j] = low;
    box[d + j] = high;
  }
}

static void join_boxes(const struct cs_kdtree *tree, size_t node) {
  size_t d = tree->d;
  double *box = box_of(tree, node);
  const double *a = box_of(tree, 2 * node), *b = box_of(tree, 2 * node + 1);
  for (size_t j = 0; j < d; j++) {
    box[j] = a[j] < b[j] ? a[j] : b[j];
    box[d + j] = a[d + j] > b[d + j] ? a[d + j] : b[d + j];
  }
}

static void build_below(const struct build *build, unsigned level, size_t node, double *scratch) {
  if (level == build->tree->depth) {
    end_leaf(build->tree, node - build->tree->leaves, scratch);
    return;
  }
  split(build->tree, level, node);
  build_below(build, level + 1, 2 * node, scratch);
  build_below(build, level + 1, 2 * node + 1, scratch);
  join_boxes(build->tree, node);
}

/* --- the whole --- */

static void split_piece(void *context, size_t piece, int thread) {
  const struct build *build = context;
  (void)thread;
  split(build->tree, build->level, ((size_t)1 << build->level) + piece);
}

static void build_piece(void *context, size_t piece, int thread) {
  const struct build *build = context;
  build_below(build, build->level, ((size_t)1 << build->level) + piece, build->scratch[thread]);
}

static void run(struct build *build, int threads) {
  struct cs_kdtree *tree = build->tree;
  for (; build->level < APART && build->level < tree->depth; build->level++)
    cs_parallel(threads, (size_t)1 << build->level, split_piece, build);
  cs_parallel(threads, (size_t)1 << build->level, build_piece, build);
  for (size_t node = ((size_t)1 << build->level) - 1; node > 0; node--) join_boxes(tree, node);
}

static enum cs_status build_tree(struct build *build, int threads, struct cs_error *err) {
  struct cs_kdtree *tree = build->tree;
  size_t count = threads > 1 ? (size_t)threads : 1;
  CS_TRY(cs_alloc(&tree->row, tree->n, sizeof *tree->row, "places of rows", err));
  CS_TRY(cs_alloc(&tree->box, 2 * tree->leaves, 2 * tree->d * sizeof *tree->box, "boxes", err));
  CS_TRY(cs_alloc(&build->scratch, count, sizeof *build->scratch, "threads", err));
  enum cs_status status = CS_OK;
  for (size_t t = 0; t < count && status == CS_OK; t++)
    status = cs_alloc(&build->scratch[t], CS_GROUP, tree->d * sizeof(double), "columns", err);
  for (size_t i = 0; i < tree->n; i++) tree->row[i] = (uint32_t)i;
  if (status == CS_OK) run(build, threads);
  for (size_t t = 0; t < count; t++) free(build->scratch[t]);
  free(build->scratch);
  return status;
}

enum cs_status cs_kdtree_build(struct cs_kdtree *tree, struct cs_matrix *matrix, int threads,
                               struct cs_error *err) {
  *tree =
      (struct cs_kdtree){.n = matrix->n, .d = matrix->d, .leaves = 1, .x = matrix->x, .lanes = cs_lanes()};
  *matrix = (struct cs_matrix)CS_MATRIX_INIT;
  enum cs_status status = CS_OK;
  if (tree->n >= UINT32_MAX) status = cs_fail(err, CS_DATA, "more than %u rows", UINT32_MAX - 1);
  while (tree->leaves * CS_GROUP < tree->n) tree->leaves *= 2, tree->depth++;
  struct build build = {.tree = tree};
  if (status == CS_OK) status = build_tree(&build, threads, err);
  if (status != CS_OK) cs_kdtree_release(tree);
  return status;
}

struct visits {
  const struct cs_kdtree *tree;
  void (*visit)(void *context, size_t leaf, int thread);
  void *context;
};

static void visit_piece(void *context, size_t piece, int thread) {
  const struct visits *visits = context;
  size_t end = (piece + 1) * LEAVES_AT_ONCE;
  for (size_t leaf = piece * LEAVES_AT_ONCE; leaf < end && leaf < visits->tree->leaves; leaf++)
    visits->visit(visits->context, leaf, thread);
}

void cs_kdtree_each_leaf(const struct cs_kdtree *tree, int threads,
                         void (*visit)(void *context, size_t leaf, int thread), void *context) {
  struct visits visits = {tree, visit, context};
  cs_parallel(threads, (tree->leaves + LEAVES_AT_ONCE - 1) / LEAVES_AT_ONCE, visit_piece, &visits);
}

void cs_kdtree_release(struct cs_kdtree *tree) {
  struct cs_matrix matrix = {tree->n, tree->d, tree->x};
  cs_matrix_release(&matrix);
  free(tree->row);
  free(tree->box);
  *tree = (struct cs_kdtree)CS_KDTREE_INIT;
}
