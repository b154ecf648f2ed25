#include "algo/dbscan_signs.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* A share of a cluster's rows that is as good as all. */
static const double ALL = 0.99;

/* A share of all rows in clusters that is enough to say so. */
static const double NEARLY = 0.95;

/* --- duplicates --- */

static enum cs_status count_duplicates(struct cs_dbscan_signs *signs, const struct cs_kdtree *tree,
                                       const struct cs_dbscan_params *params, struct cs_error *err) {
  struct cs_dbscan_params at_once = *params;
  uint32_t *core_bits;
  at_once.eps = 0;
  CS_TRY(cs_alloc(&core_bits, tree->leaves, sizeof *core_bits, "core points", err));
  enum cs_status status = cs_dbscan_find_core(tree, &at_once, core_bits, &signs->duplicate, err);
  free(core_bits);
  return status;
}

/* --- a column whose values are the clusters --- */

/* label is [n], by the places of the tree. The value that more than half of a cluster's rows have, if there is one (Boyer & Moore's vote), and how many have it. */
struct vote {
  double value;
  size_t lead, count;
};

static void vote(const struct cs_kdtree *tree, const uint32_t *label, size_t column, struct vote *votes) {
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    for (size_t i = 0; i < block.m; i++) {
      uint32_t cluster = label[block.begin + i];
      if (cluster == CS_NOISE) continue;
      double value = block.x[column * block.m + i];
      struct vote *v = &votes[cluster];
      if (!v->lead) v->value = value;
      if (v->value == value)
        v->lead++;
      else
        v->lead--;
    }
  }
}

static void count_votes(const struct cs_kdtree *tree, const uint32_t *label, size_t column,
                        struct vote *votes) {
  for (size_t leaf = 0; leaf < tree->leaves; leaf++) {
    struct cs_leaf block = cs_kdtree_leaf(tree, leaf);
    for (size_t i = 0; i < block.m; i++) {
      uint32_t cluster = label[block.begin + i];
      if (cluster != CS_NOISE) votes[cluster].count += votes[cluster].value == block.x[column * block.m + i];
    }
  }
}

/* Whether nearly all rows are in clusters of a single value each, or in one more, and these values aren't the same. */
static bool is_lattice(const struct cs_dbscan *fit, const struct vote *votes) {
  size_t single = 0, rows = 0, largest = 0;
  bool differ = false;
  double first = NAN;
  for (size_t c = 0; c < fit->k; c++) {
    if ((double)votes[c].count < ALL * (double)fit->size[c]) {
      largest = fit->size[c] > largest ? fit->size[c] : largest;
      continue;
    }
    if (single++ == 0) first = votes[c].value;
    rows += fit->size[c];
    differ |= votes[c].value != first;
  }
  return single && (differ || largest) && (double)(rows + largest) >= NEARLY * (double)(fit->n - fit->noise);
}

static void look_at_columns(struct cs_dbscan_signs *signs, const struct cs_dbscan *fit,
                            const struct cs_kdtree *tree, uint32_t *label, struct vote *votes) {
  for (size_t place = 0; place < tree->n; place++) label[place] = fit->label[tree->row[place]];
  for (size_t j = 0; j < tree->d && signs->lattice == tree->d; j++) {
    for (size_t c = 0; c < fit->k; c++) votes[c] = (struct vote){0};
    vote(tree, label, j, votes);
    count_votes(tree, label, j, votes);
    if (is_lattice(fit, votes)) signs->lattice = j;
  }
}

static enum cs_status find_lattice(struct cs_dbscan_signs *signs, const struct cs_dbscan *fit,
                                   const struct cs_kdtree *tree, struct cs_error *err) {
  struct vote *votes;
  uint32_t *label = NULL;
  signs->lattice = tree->d;
  if (fit->k < 2) return CS_OK;
  CS_TRY(cs_alloc(&votes, fit->k, sizeof *votes, "clusters", err));
  enum cs_status status = cs_alloc(&label, tree->n, sizeof *label, "labels", err);
  if (status == CS_OK) look_at_columns(signs, fit, tree, label, votes);
  free(votes);
  free(label);
  return status;
}

/* --- the box of all rows --- */

static void measure_columns(struct cs_dbscan_signs *signs, const struct cs_kdtree *tree) {
  const double *box = cs_kdtree_box(tree, 1);
  signs->longest = 0, signs->shortest = INFINITY;
  for (size_t j = 0; j < tree->d; j++) {
    double span = box[tree->d + j] - box[j];
    if (span > signs->longest) signs->longest = span, signs->widest = j;
    if (span > 0 && span < signs->shortest) signs->shortest = span, signs->narrowest = j;
  }
}

enum cs_status cs_dbscan_find_signs(struct cs_dbscan_signs *signs, const struct cs_dbscan *fit,
                                    const struct cs_kdtree *tree, const struct cs_dbscan_params *params,
                                    struct cs_error *err) {
  const double *box = cs_kdtree_box(tree, 1);
  *signs = (struct cs_dbscan_signs){.beyond = cs_box_reach(box, box, tree->d) <= params->eps * params->eps};
  measure_columns(signs, tree);
  CS_TRY(find_lattice(signs, fit, tree, err));
  return count_duplicates(signs, tree, params, err);
}
