#include "algo/cores.h"

struct find {
  const struct cs_cores *cores;
  const struct cs_kdtree *rows;
  const uint32_t *which;
  double limit;
  uint32_t *place;
  double *square;
};

/* The rows of a leaf that ask. */
struct asking {
  const struct find *find;
  struct cs_leaf leaf;
  uint32_t rows;
  double square[CS_GROUP]; /* of the distance to the best core point so far, or the limit */
  uint32_t place[CS_GROUP];
};

static bool is_better(const struct asking *asking, size_t i, double square, uint32_t place) {
  const struct cs_cores *cores = asking->find->cores;
  uint32_t best = asking->place[i];
  if (cores->rank) return best == CS_CORES_NONE || cores->rank[place] < cores->rank[best];
  if (square != asking->square[i] || best == CS_CORES_NONE) return square <= asking->square[i];
  return cs_kdtree_compare(cores->tree, place, best) < 0;
}

static void ask_leaf(struct asking *asking, size_t node) {
  const struct cs_cores *cores = asking->find->cores;
  const struct cs_kdtree *tree = cores->tree;
  size_t leaf = node - tree->leaves;
  struct cs_leaf other = cs_kdtree_leaf(tree, leaf);
  uint32_t core = cores->bits ? cores->bits[leaf] : UINT32_MAX;
  if (!core) return;
  FOR_BITS(i, asking->rows) {
    double most = cores->rank ? asking->find->limit : asking->square[i];
    uint32_t near =
        core & tree->lanes->within(other.x, other.m, tree->d, asking->leaf.x + i, asking->leaf.m, most);
    FOR_BITS(j, near) {
      double square = cs_leaf_square(&asking->leaf, i, &other, j, tree->d);
      uint32_t place = (uint32_t)(other.begin + j);
      if (!is_better(asking, i, square, place)) continue;
      asking->square[i] = square;
      asking->place[i] = place;
    }
  }
}

/* How far it is worth looking. */
static double widest(const struct asking *asking) {
  double most = 0;
  if (asking->find->cores->rank) return asking->find->limit;
  FOR_BITS(i, asking->rows) most = asking->square[i] > most ? asking->square[i] : most;
  return most;
}

/* Whether all rows of a node are equal, so that one says what all say. */
static bool is_point(const struct cs_kdtree *tree, size_t node) {
  const double *box = cs_kdtree_box(tree, node);
  size_t j = 0;
  while (j < tree->d && box[j] == box[tree->d + j]) j++;
  return j == tree->d;
}

static size_t first_leaf(const struct cs_kdtree *tree, size_t node) {
  while (!cs_kdtree_is_leaf(tree, node)) node *= 2;
  return node;
}

static void find_leaf(void *context, size_t leaf, int thread) {
  const struct find *find = context;
  (void)thread;
  const struct cs_kdtree *tree = find->cores->tree, *rows = find->rows;
  struct asking asking = {.find = find, .leaf = cs_kdtree_leaf(rows, leaf)};
  asking.rows = cs_group_bits(asking.leaf.m) & (find->which ? find->which[leaf] : UINT32_MAX);
  if (!asking.rows) return;
  FOR_BITS(i, asking.rows) asking.square[i] = find->limit, asking.place[i] = CS_CORES_NONE;
  struct cs_near near = cs_near_begin(tree, cs_kdtree_box(rows, rows->leaves + leaf), find->limit);
  cs_near_add(&near, 1);
  for (size_t node; (node = cs_near_next(&near));) {
    if (!cs_kdtree_is_leaf(tree, node) && !is_point(tree, node)) {
      cs_near_below(&near, node);
    } else {
      ask_leaf(&asking, first_leaf(tree, node));
      near.limit = widest(&asking);
    }
  }
  FOR_BITS(i, asking.rows) {
    find->place[asking.leaf.begin + i] = asking.place[i];
    if (find->square) find->square[asking.leaf.begin + i] = asking.square[i];
  }
}

void cs_cores_find(const struct cs_cores *cores, const struct cs_kdtree *rows, const uint32_t *which,
                   double limit, int threads, uint32_t *place, double *square) {
  struct find find = {cores, rows, which, limit, place, square};
  cs_kdtree_each_leaf(rows, threads, find_leaf, &find);
}
