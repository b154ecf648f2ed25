/* Core distances, noise and the spanning tree against every distance, asked one by one; rows that weigh against rows that are repeated. */
#include "algo/reach.h"
#include "algo/dbscan.h"
#include "algo/glosh.h"
#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>

/* The thread sanitizer looks at each step of the search for the truth, too: it sees as many threads at work in fewer tables. */
#ifdef __SANITIZE_THREAD__
enum { TABLES = 300, SCORED = 30 };
#else
enum { TABLES = 1500, SCORED = 300 };
#endif
enum { ROWS_MOST = 300, COLUMNS_MOST = 8 };

static struct cs_error err;
static struct cs_rng rng;

struct table {
  size_t n, d;
  double x[ROWS_MOST * COLUMNS_MOST];
};

struct truth {
  double core[ROWS_MOST], quiet[ROWS_MOST], length[ROWS_MOST];
};

static double square(const struct table *t, size_t a, size_t b) {
  double sum = 0;
  for (size_t j = 0; j < t->d; j++) {
    double gap = t->x[a * t->d + j] - t->x[b * t->d + j];
    sum += gap * gap;
  }
  return sum;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The links by Prim's algorithm. */
static void find_truth(const struct table *t, size_t min_points, struct truth *truth) {
  double near[ROWS_MOST];
  bool in[ROWS_MOST] = {false};
  for (size_t i = 0; i < t->n; i++) {
    for (size_t j = 0; j < t->n; j++) near[j] = square(t, i, j);
    qsort(near, t->n, sizeof *near, compare);
    truth->core[i] = min_points <= t->n ? near[min_points - 1] : INFINITY;
  }
  for (size_t i = 0; i < t->n; i++) {
    truth->quiet[i] = INFINITY;
    for (size_t j = 0; j < t->n; j++)
      truth->quiet[i] = fmin(truth->quiet[i], fmax(square(t, i, j), truth->core[j]));
    near[i] = INFINITY;
  }
  for (size_t at = 0, links = 0; links + 1 < t->n; links++) {
    in[at] = true;
    size_t next = SIZE_MAX;
    for (size_t j = 0; j < t->n; j++) {
      if (in[j]) continue;
      near[j] = fmin(near[j], fmax(square(t, at, j), fmax(truth->core[at], truth->core[j])));
      if (next == SIZE_MAX || near[j] < near[next]) next = j;
    }
    truth->length[links] = near[next];
    at = next;
  }
  qsort(truth->length, t->n - 1, sizeof *truth->length, compare);
}

/* The links are a tree, and each is as long as it says. */
static bool is_tree(const struct table *t, const struct cs_kdtree *tree, const struct cs_reach *reach,
                    const struct truth *truth) {
  uint32_t set[ROWS_MOST];
  bool sound = true;
  for (uint32_t i = 0; i < t->n; i++) set[i] = i;
  for (size_t l = 0; l + 1 < t->n; l++) {
    uint32_t a = set[reach->link[l].a], b = set[reach->link[l].b];
    size_t row_a = tree->row[reach->link[l].a], row_b = tree->row[reach->link[l].b];
    sound &= a != b;
    sound &=
        reach->link[l].square == fmax(square(t, row_a, row_b), fmax(truth->core[row_a], truth->core[row_b]));
    for (size_t i = 0; i < t->n; i++)
      if (set[i] == b) set[i] = a;
  }
  return sound;
}

static bool agrees(const struct table *t, size_t min_points, int threads) {
  struct cs_matrix matrix;
  struct cs_kdtree tree;
  struct cs_reach reach;
  struct truth truth;
  find_truth(t, min_points, &truth);
  if (cs_matrix_alloc(&matrix, t->n, t->d, &err) != CS_OK) return false;
  memcpy(matrix.x, t->x, t->n * t->d * sizeof *t->x);
  if (cs_kdtree_build(&tree, &matrix, threads, &err) != CS_OK) return false;
  if (cs_reach_find(&reach, &tree, min_points, NULL, threads, &err) != CS_OK) return false;
  bool same = min_points > t->n || is_tree(t, &tree, &reach, &truth);
  for (size_t p = 0; p < t->n; p++)
    same &= reach.core[p] == truth.core[tree.row[p]] && reach.quiet[p] == truth.quiet[tree.row[p]];
  for (size_t l = 0; l + 1 < t->n; l++) same &= reach.link[l].square == truth.length[l];
  cs_reach_release(&reach);
  cs_kdtree_release(&tree);
  return same;
}

static double draw(int kind) {
  switch (kind) {
  case 0: return (double)cs_rng_below(&rng, 6);
  case 1: return cs_rng_normal(&rng);
  case 2: return cs_rng_uniform(&rng) < 0.7 ? 0 : cs_rng_normal(&rng);
  default: return (double)cs_rng_below(&rng, 4) * 10 + cs_rng_normal(&rng) / 2;
  }
}

static void test_all_distances(void) {
  static struct table t;
  size_t wrong = 0;
  for (int round = 0; round < TABLES; round++) {
    cs_rng_init(&rng, 2, (uint64_t)round);
    int kind = (int)cs_rng_below(&rng, 4), threads = 1 + (int)cs_rng_below(&rng, 3);
    t.n = 1 + cs_rng_below(&rng, cs_rng_below(&rng, 5) ? 80 : ROWS_MOST);
    t.d = 1 + cs_rng_below(&rng, COLUMNS_MOST);
    size_t min_points = 1 + cs_rng_below(&rng, 12);
    for (size_t i = 0; i < t.n * t.d; i++) t.x[i] = draw(kind);
    if (!agrees(&t, min_points, threads) && wrong++ < 5)
      printf("# round %d: n %zu, d %zu, min_points %zu, kind %d\n", round, t.n, t.d, min_points, kind);
  }
  CHECK(wrong == 0);
}

/* Outlier scores by their definition: at each eps, from the least on, the sets of rows within reach are found anew. */
static void score_all(const struct table *t, const struct truth *truth, size_t least, double *score) {
  double begin[ROWS_MOST], eps = -1;
  bool scored[ROWS_MOST] = {false};
  size_t before[ROWS_MOST] = {0}; /* rows of each row's set */
  for (size_t i = 0; i < t->n; i++) begin[i] = INFINITY, score[i] = 0;
  for (size_t l = 0; l + 1 < t->n; l++) {
    uint32_t set[ROWS_MOST];
    if (truth->length[l] == eps) continue;
    eps = truth->length[l];
    for (uint32_t i = 0; i < t->n; i++) set[i] = i;
    for (size_t i = 0; i < t->n; i++)
      for (size_t j = 0; j < i; j++) {
        uint32_t a = set[i], b = set[j];
        if (a == b || fmax(square(t, i, j), fmax(truth->core[i], truth->core[j])) > eps) continue;
        for (size_t k = 0; k < t->n; k++)
          if (set[k] == b) set[k] = a;
      }
    for (uint32_t s = 0; s < t->n; s++) {
      size_t rows = 0;
      bool grew = false;
      double first = INFINITY;
      for (size_t i = 0; i < t->n; i++) rows += set[i] == s;
      for (size_t i = 0; i < t->n; i++)
        if (set[i] == s) grew |= before[i] < rows, before[i] = rows, first = fmin(first, begin[i]);
      if (rows < least) continue;
      if (grew && eps > 0) first = fmin(first, eps);
      for (size_t i = 0; i < t->n; i++) {
        if (set[i] != s) continue;
        begin[i] = first;
        if (!scored[i] && eps > 0) score[i] = 1 - sqrt(first / eps);
        scored[i] = true;
      }
    }
  }
}

static void test_scores(void) {
  static struct table t;
  static struct truth truth;
  size_t wrong = 0, above = 0;
  for (int round = 0; round < SCORED; round++) {
    struct cs_matrix matrix;
    struct cs_kdtree tree;
    struct cs_reach reach;
    double want[ROWS_MOST], score[ROWS_MOST];
    cs_rng_init(&rng, 4, (uint64_t)round);
    int kind = (int)cs_rng_below(&rng, 4);
    t.n = 10 + cs_rng_below(&rng, 50);
    t.d = 1 + cs_rng_below(&rng, 3);
    size_t min_points = 2 + cs_rng_below(&rng, 5), least = 2 + cs_rng_below(&rng, 8);
    for (size_t i = 0; i < t.n * t.d; i++) t.x[i] = draw(kind);
    find_truth(&t, min_points, &truth);
    score_all(&t, &truth, least, want);
    CHECK(cs_matrix_alloc(&matrix, t.n, t.d, &err) == CS_OK);
    memcpy(matrix.x, t.x, t.n * t.d * sizeof *t.x);
    CHECK(cs_kdtree_build(&tree, &matrix, 1, &err) == CS_OK);
    CHECK(cs_reach_find(&reach, &tree, min_points, NULL, 1, &err) == CS_OK);
    CHECK(cs_glosh(&reach, least, score, &err) == CS_OK);
    for (size_t p = 0; p < t.n; p++)
      wrong += fabs(score[p] - want[tree.row[p]]) > 1e-14, above += score[p] > 0.3;
    cs_reach_release(&reach);
    cs_kdtree_release(&tree);
  }
  if (wrong || above <= 10 * SCORED / 3) printf("# %zu wrong, %zu above\n", wrong, above);
  CHECK(wrong == 0 && above > 10 * SCORED / 3);
}

/* 20,000 rows: what DBSCAN finds at an eps is what links and cores say. */
static void test_against_dbscan(void) {
  enum { ROWS = 20000 };
  struct cs_matrix matrix;
  struct cs_kdtree tree;
  struct cs_reach reach;
  CHECK(cs_matrix_alloc(&matrix, ROWS, 2, &err) == CS_OK);
  cs_rng_init(&rng, 3, 0);
  for (size_t i = 0; i < ROWS; i++) {
    double at = i % 20 ? (double)(i % 7) * 10 : 70 * cs_rng_uniform(&rng);
    matrix.x[2 * i] = at + cs_rng_normal(&rng);
    matrix.x[2 * i + 1] = (i % 20 ? 0 : 20 * cs_rng_uniform(&rng)) + cs_rng_normal(&rng);
  }
  CHECK(cs_kdtree_build(&tree, &matrix, 2, &err) == CS_OK);
  CHECK(cs_reach_find(&reach, &tree, 8, NULL, 2, &err) == CS_OK);
  for (double eps = 0.03; eps < 3; eps *= 1.3) {
    struct cs_dbscan_params params = {.eps = eps, .min_points = 8, .threads = 2};
    struct cs_dbscan fit;
    size_t core = 0, noise = 0, links = 0;
    CHECK(cs_dbscan_fit(&fit, &tree, &params, &err) == CS_OK);
    for (size_t i = 0; i < ROWS; i++) core += reach.core[i] <= eps * eps, noise += reach.quiet[i] > eps * eps;
    while (links + 1 < ROWS && reach.link[links].square <= eps * eps) links++;
    CHECK(fit.core == core && fit.noise == noise && fit.k == core - links);
    cs_dbscan_release(&fit);
  }
  bool sound = true;
  for (size_t l = 0; l + 1 < ROWS; l++) {
    uint32_t a = reach.link[l].a, b = reach.link[l].b;
    struct cs_leaf in_a = cs_kdtree_leaf(&tree, cs_kdtree_leaf_of(&tree, a)),
                   in_b = cs_kdtree_leaf(&tree, cs_kdtree_leaf_of(&tree, b));
    double gap = cs_leaf_square(&in_a, a - in_a.begin, &in_b, b - in_b.begin, 2);
    sound &= reach.link[l].square == fmax(gap, fmax(reach.core[a], reach.core[b]));
  }
  CHECK(sound);
  cs_reach_release(&reach);
  cs_kdtree_release(&tree);
}

/* --- weights --- */

/* What is known of each row, not of its place. */
struct known {
  struct cs_reach reach;
  double core[ROWS_MOST], quiet[ROWS_MOST], score[ROWS_MOST];
};

static void find_known(struct known *known, const struct table *t, const double *weight, size_t min_points,
                       size_t least) {
  struct cs_matrix matrix;
  struct cs_kdtree tree;
  double score[ROWS_MOST];
  CHECK(cs_matrix_alloc(&matrix, t->n, t->d, &err) == CS_OK);
  memcpy(matrix.x, t->x, t->n * t->d * sizeof *t->x);
  CHECK(cs_kdtree_build(&tree, &matrix, 1, &err) == CS_OK);
  CHECK(cs_reach_find(&known->reach, &tree, min_points, weight, 2, &err) == CS_OK);
  CHECK(cs_glosh(&known->reach, least, score, &err) == CS_OK);
  for (size_t place = 0; place < t->n; place++) {
    size_t row = tree.row[place];
    known->core[row] = known->reach.core[place];
    known->quiet[row] = known->reach.quiet[place];
    known->score[row] = score[place];
  }
  cs_kdtree_release(&tree);
}

/* The lengths of the links, those within rows that weigh among them, in order. */
static size_t list_links(const struct cs_reach *reach, double *length) {
  size_t count = 0;
  for (size_t l = 0; l + 1 < reach->n; l++) length[count++] = reach->link[l].square;
  for (size_t place = 0; place < reach->n; place++)
    for (uint64_t w = 1; w < cs_reach_weight(reach, place); w++) length[count++] = reach->core[place];
  qsort(length, count, sizeof *length, compare);
  return count;
}

/* Weights of up to `most` on some rows, and the table in which each row stands as often. */
static void repeat(const struct table *t, size_t most, double *weight, struct table *repeated) {
  *repeated = (struct table){.d = t->d};
  for (size_t i = 0; i < t->n; i++) {
    weight[i] = cs_rng_below(&rng, 2) ? 1 : 1 + (double)cs_rng_below(&rng, most);
    for (size_t w = 0; w < (size_t)weight[i]; w++)
      memcpy(&repeated->x[repeated->n++ * t->d], &t->x[i * t->d], t->d * sizeof *t->x);
  }
}

static bool is_same(const struct table *t, const double *weight, const struct known *one,
                    const struct known *all) {
  double length[ROWS_MOST], want[ROWS_MOST];
  size_t row = 0, count = list_links(&one->reach, length);
  bool same = one->reach.total == all->reach.n && count == list_links(&all->reach, want);
  for (size_t l = 0; same && l < count; l++) same &= length[l] == want[l];
  for (size_t i = 0; i < t->n; i++)
    for (size_t w = 0; w < (size_t)weight[i]; w++, row++)
      same &= one->core[i] == all->core[row] && one->quiet[i] == all->quiet[row] &&
              one->score[i] == all->score[row];
  return same;
}

static void test_weights(void) {
  static struct table t, repeated;
  static struct known one, all;
  double weight[ROWS_MOST];
  size_t wrong = 0, scored = 0;
  for (int round = 0; round < 4000; round++) {
    cs_rng_init(&rng, 5, (uint64_t)round);
    int kind = (int)cs_rng_below(&rng, 4);
    t.n = 1 + cs_rng_below(&rng, 40);
    t.d = 1 + cs_rng_below(&rng, 3);
    size_t min_points = 1 + cs_rng_below(&rng, 8), least = 1 + cs_rng_below(&rng, 9);
    for (size_t i = 0; i < t.n * t.d; i++) t.x[i] = draw(kind);
    repeat(&t, 1 + cs_rng_below(&rng, 7), weight, &repeated);
    if (repeated.n < min_points) continue;
    find_known(&one, &t, weight, min_points, least);
    find_known(&all, &repeated, NULL, min_points, least);
    if (!is_same(&t, weight, &one, &all) && wrong++ < 5)
      printf("# round %d: n %zu, d %zu, min_points %zu, least %zu, kind %d\n", round, t.n, t.d, min_points,
             least, kind);
    for (size_t i = 0; i < t.n; i++) scored += one.score[i] > 0.3;
    cs_reach_release(&one.reach);
    cs_reach_release(&all.reach);
  }
  CHECK(wrong == 0 && scored > 10000);
}

int main(void) {
  UNIT_BEGIN;
  TEST("reach: core distances, noise and links of 1,500 small tables are what every distance says") {
    test_all_distances();
  }
  TEST("reach: core points, noise and clusters at each eps are DBSCAN's") {
    test_against_dbscan();
  }
  TEST("reach: outlier scores are those of their definition, eps by eps") {
    test_scores();
  }
  TEST("reach: 4,000 small tables with weights have the core distances, noise, links and outlier scores of "
       "the tables in which the rows are repeated") {
    test_weights();
  }
  UNIT_END;
}
