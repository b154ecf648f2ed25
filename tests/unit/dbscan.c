/* DBSCAN against every distance, asked one by one, on small tables of all kinds: ties at exactly eps, duplicates, weights. */
#include "algo/dbscan.h"
#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>

enum { ROWS_MOST = 400, COLUMNS_MOST = 10 };

struct table {
  size_t n, d;
  double x[ROWS_MOST * COLUMNS_MOST], weight[ROWS_MOST];
  bool weighted;
};

static struct cs_error err;
static struct cs_rng rng;

/* --- the reference --- */

struct truth {
  size_t k;
  bool core[ROWS_MOST];
  uint32_t label[ROWS_MOST];
};

static double square(const struct table *t, size_t a, size_t b) {
  double sum = 0;
  for (size_t j = 0; j < t->d; j++) {
    double gap = t->x[a * t->d + j] - t->x[b * t->d + j];
    sum += gap * gap;
  }
  return sum;
}

static double weight_of(const struct table *t, size_t i) {
  return t->weighted ? t->weight[i] : 1;
}

static int order(const struct table *t, size_t a, size_t b) {
  for (size_t j = 0; j < t->d; j++) {
    double x = t->x[a * t->d + j], y = t->x[b * t->d + j];
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

static void find_core(const struct table *t, double eps, double min_points, struct truth *truth) {
  for (size_t i = 0; i < t->n; i++) {
    double sum = 0;
    for (size_t j = 0; j < t->n; j++)
      if (square(t, i, j) <= eps * eps) sum += weight_of(t, j);
    truth->core[i] = sum >= min_points;
  }
}

/* Core rows of the same set as `row` get its number. */
static void spread(const struct table *t, double eps, struct truth *truth, size_t row, uint32_t number) {
  truth->label[row] = number;
  for (size_t j = 0; j < t->n; j++)
    if (truth->core[j] && truth->label[j] == CS_NOISE && square(t, row, j) <= eps * eps)
      spread(t, eps, truth, j, number);
}

/* Sets have the numbers of their first core rows, so that the first one in reach is the lowest. */
static uint32_t of_border(const struct table *t, double eps, const struct truth *truth, size_t row,
                          bool first) {
  size_t best = SIZE_MAX;
  for (size_t j = 0; j < t->n; j++) {
    if (!truth->core[j] || square(t, row, j) > eps * eps) continue;
    if (best == SIZE_MAX) {
      best = j;
    } else if (first) {
      if (truth->label[j] < truth->label[best]) best = j;
    } else {
      double gap = square(t, row, j), least = square(t, row, best);
      if (gap < least || (gap == least && order(t, j, best) < 0)) best = j;
    }
  }
  return best == SIZE_MAX ? CS_NOISE : truth->label[best];
}

/* Whether cluster a comes before b. */
static bool comes_first(const struct table *t, const struct truth *truth, const uint32_t *label, uint32_t a,
                        uint32_t b) {
  double in_a = 0, in_b = 0;
  size_t least_a = SIZE_MAX, least_b = SIZE_MAX;
  for (size_t i = 0; i < t->n; i++) {
    if (label[i] == a) in_a += weight_of(t, i);
    if (label[i] == b) in_b += weight_of(t, i);
    if (truth->core[i] && label[i] == a && (least_a == SIZE_MAX || order(t, i, least_a) < 0)) least_a = i;
    if (truth->core[i] && label[i] == b && (least_b == SIZE_MAX || order(t, i, least_b) < 0)) least_b = i;
  }
  if (in_a != in_b) return in_a > in_b;
  for (size_t j = 0; j < t->d; j++) {
    long double sum_a = 0, sum_b = 0;
    for (size_t i = 0; i < t->n; i++) {
      if (label[i] == a) sum_a += (long double)t->x[i * t->d + j] * (long double)weight_of(t, i);
      if (label[i] == b) sum_b += (long double)t->x[i * t->d + j] * (long double)weight_of(t, i);
    }
    if (sum_a != sum_b) return sum_a < sum_b; /* exact: 64 bits hold these sums */
  }
  return order(t, least_a, least_b) < 0;
}

static void find_truth(const struct table *t, double eps, double min_points, bool first,
                       struct truth *truth) {
  uint32_t label[ROWS_MOST], number[ROWS_MOST];
  truth->k = 0;
  find_core(t, eps, min_points, truth);
  for (size_t i = 0; i < t->n; i++) truth->label[i] = CS_NOISE;
  for (size_t i = 0; i < t->n; i++)
    if (truth->core[i] && truth->label[i] == CS_NOISE) spread(t, eps, truth, i, (uint32_t)truth->k++);
  for (size_t i = 0; i < t->n; i++)
    label[i] = truth->core[i] ? truth->label[i] : of_border(t, eps, truth, i, first);
  for (uint32_t a = 0; a < truth->k; a++) {
    number[a] = 0;
    for (uint32_t b = 0; b < truth->k; b++) number[a] += a != b && comes_first(t, truth, label, b, a);
  }
  for (size_t i = 0; i < t->n; i++) truth->label[i] = label[i] == CS_NOISE ? CS_NOISE : number[label[i]];
}

/* --- tables --- */

static double draw(int kind) {
  switch (kind) {
  case 0: return (double)cs_rng_below(&rng, 6); /* a lattice: many distances are exactly eps */
  case 1: return cs_rng_normal(&rng);
  case 2: return (double)cs_rng_below(&rng, 30) / 10; /* what isn't a whole number of halves is rounded */
  case 3: return cs_rng_uniform(&rng) < 0.7 ? 0 : cs_rng_normal(&rng);          /* duplicates, all on lines */
  default: return (double)cs_rng_below(&rng, 4) * 10 + cs_rng_normal(&rng) / 2; /* blobs */
  }
}

static void draw_table(struct table *t) {
  int kind = (int)cs_rng_below(&rng, 5);
  t->n = cs_rng_below(&rng, 10) ? 1 + cs_rng_below(&rng, 120) : 1 + cs_rng_below(&rng, ROWS_MOST);
  t->d = 1 + cs_rng_below(&rng, cs_rng_below(&rng, 2) ? 3 : COLUMNS_MOST);
  for (size_t i = 0; i < t->n * t->d; i++) t->x[i] = draw(kind);
  t->weighted = cs_rng_below(&rng, 4) == 0;
  bool below = cs_rng_below(&rng, 2);
  for (size_t i = 0; i < t->n; i++) {
    t->weight[i] = (double)cs_rng_below(&rng, 9) / 4;
    if (below && cs_rng_below(&rng, 4) == 0) t->weight[i] = -t->weight[i];
  }
}

/* The least of a few distances, so that there is more than one cluster. */
static double draw_eps(const struct table *t) {
  static const double round[] = {1, 2, 0.5, 0.1, 0.3, 1.5};
  double eps = INFINITY;
  for (size_t tries = 1 + cs_rng_below(&rng, 40); tries > 0; tries--) {
    double gap = sqrt(square(t, cs_rng_below(&rng, t->n), cs_rng_below(&rng, t->n)));
    if (gap > 0 && gap < eps) eps = gap;
  }
  return eps < INFINITY && cs_rng_below(&rng, 3) ? eps
                                                 : round[cs_rng_below(&rng, sizeof round / sizeof *round)];
}

/* --- the comparison --- */

static bool has_core(const struct cs_kdtree *tree, const struct cs_dbscan *fit, const bool *core) {
  bool same = true;
  for (size_t place = 0; place < tree->n; place++) {
    size_t leaf = cs_kdtree_leaf_of(tree, place), i = place - cs_kdtree_leaf(tree, leaf).begin;
    same &= (fit->core_bits[leaf] >> i & 1) == core[tree->row[place]];
  }
  return same;
}

static bool agrees(const struct table *t, const struct cs_dbscan_params *params, const struct truth *truth) {
  struct cs_matrix matrix;
  struct cs_kdtree tree;
  struct cs_dbscan fit;
  size_t core = 0, noise = 0, rows = 0;
  if (cs_matrix_alloc(&matrix, t->n, t->d, &err) != CS_OK) return false;
  memcpy(matrix.x, t->x, t->n * t->d * sizeof *t->x);
  if (cs_kdtree_build(&tree, &matrix, params->threads, &err) != CS_OK) return false;
  if (cs_dbscan_fit(&fit, &tree, params, &err) != CS_OK) return false;
  for (size_t i = 0; i < t->n; i++) core += truth->core[i], noise += truth->label[i] == CS_NOISE;
  for (size_t c = 0; c < fit.k; c++) rows += fit.size[c];
  bool same = fit.k == truth->k && fit.core == core && fit.noise == noise && rows == t->n - noise &&
              memcmp(fit.label, truth->label, t->n * sizeof *fit.label) == 0 &&
              has_core(&tree, &fit, truth->core);
  cs_dbscan_release(&fit);
  cs_kdtree_release(&tree);
  return same;
}

static void shuffle(struct table *t, struct truth *truth) {
  for (size_t i = t->n - 1; i > 0; i--) {
    size_t j = cs_rng_below(&rng, i + 1);
    for (size_t c = 0; c < t->d; c++) {
      double x = t->x[i * t->d + c];
      t->x[i * t->d + c] = t->x[j * t->d + c];
      t->x[j * t->d + c] = x;
    }
    double weight = t->weight[i];
    uint32_t label = truth->label[i];
    bool core = truth->core[i];
    t->weight[i] = t->weight[j], t->weight[j] = weight;
    truth->label[i] = truth->label[j], truth->label[j] = label;
    truth->core[i] = truth->core[j], truth->core[j] = core;
  }
}

static void test_all_distances(int first, int rounds) {
  static struct table t;
  static struct truth truth;
  size_t wrong = 0, clusters = 0, borders = 0;
  for (int round = first; round < first + rounds; round++) {
    cs_rng_init(&rng, 1, (uint64_t)round);
    draw_table(&t);
    struct cs_dbscan_params params = {.eps = draw_eps(&t),
                                      .min_points = (double)(1 + cs_rng_below(&rng, 8)),
                                      .weight = t.weighted ? t.weight : NULL,
                                      .border = cs_rng_below(&rng, 3) ? CS_BORDER_NEAREST : CS_BORDER_FIRST,
                                      .threads = 1 + (int)cs_rng_below(&rng, 3)};
    find_truth(&t, params.eps, params.min_points, params.border == CS_BORDER_FIRST, &truth);
    clusters += truth.k > 1;
    for (size_t i = 0; i < t.n; i++) borders += !truth.core[i] && truth.label[i] != CS_NOISE;
    bool same = agrees(&t, &params, &truth);
    if (same && params.border == CS_BORDER_NEAREST) {
      shuffle(&t, &truth);
      same = agrees(&t, &params, &truth);
    }
    if (!same && wrong++ < 5)
      printf("# round %d: n %zu, d %zu, eps %.17g, min_points %g%s\n", round, t.n, t.d, params.eps,
             params.min_points, t.weighted ? ", weights" : "");
  }
  CHECK(wrong == 0);
  if (clusters < (size_t)rounds / 4 || borders < (size_t)rounds)
    printf("# %zu with clusters, %zu border rows\n", clusters, borders);
  CHECK(clusters >= (size_t)rounds / 4 && borders >= (size_t)rounds);
}

int main(void) {
  UNIT_BEGIN;
  TEST("dbscan: 4,000 small tables come out as every distance says, shuffled too") {
    test_all_distances(0, 4000);
  }
  TEST("dbscan: with narrower vectors, too") {
    cs_lanes_limit("plain");
    test_all_distances(4000, 1000);
    cs_lanes_limit("avx2");
    test_all_distances(5000, 1000);
  }
  UNIT_END;
}
