/* Levels are what DBSCAN finds at their eps, and the chosen one lasts. */
#include "algo/levels.h"

#include "algo/dbscan.h"
#include "base/rng.h"
#include "unit.h"

#include <stdlib.h>

enum { ROWS = 3000 };

static struct cs_error err;
static struct cs_rng rng;

/* Three blobs of different density on a ground of noise, in two columns. */
static void draw_rows(double *x) {
  static const double at[][3] = {{0, 0, 0.5}, {8, 0, 1}, {3, 9, 0.8}};
  for (size_t i = 0; i < ROWS; i++) {
    const double *blob = at[i % 3];
    bool noise = i % 20 == 19;
    for (size_t j = 0; j < 2; j++)
      x[2 * i + j] = noise ? -4 + 18 * cs_rng_uniform(&rng) : blob[j] + blob[2] * cs_rng_normal(&rng);
  }
}

struct found {
  struct cs_kdtree tree;
  struct cs_levels levels;
};

static void find(struct found *found, const double *x, size_t n, size_t d, size_t min_points,
                 const double *weight) {
  struct cs_matrix matrix;
  struct cs_reach reach;
  CHECK(cs_matrix_alloc(&matrix, n, d, &err) == CS_OK);
  memcpy(matrix.x, x, n * d * sizeof *x);
  CHECK(cs_kdtree_build(&found->tree, &matrix, 2, &err) == CS_OK);
  CHECK(cs_reach_find(&reach, &found->tree, min_points, weight, 2, &err) == CS_OK);
  CHECK(cs_levels_find(&found->levels, &reach, min_points, &err) == CS_OK);
  cs_reach_release(&reach);
}

/* What DBSCAN finds at that eps. */
static struct cs_eps_level level_at(const struct found *found, double eps, size_t min_points) {
  struct cs_dbscan_params params = {.eps = eps, .min_points = (double)min_points, .threads = 1};
  const struct cs_kdtree *tree = &found->tree;
  struct cs_dbscan fit;
  CHECK(cs_dbscan_fit(&fit, tree, &params, &err) == CS_OK);
  struct cs_eps_level level = {.eps = eps, .clusters = fit.k, .core = fit.core, .noise = fit.noise};
  size_t *cores = calloc(fit.k + 1, sizeof *cores);
  for (size_t place = 0; place < tree->n; place++) {
    size_t leaf = cs_kdtree_leaf_of(tree, place), i = place - cs_kdtree_leaf(tree, leaf).begin;
    if (fit.core_bits[leaf] >> i & 1) cores[fit.label[tree->row[place]]]++;
  }
  for (size_t c = 0; c < fit.k; c++) {
    level.significant += cores[c] >= found->levels.least;
    level.largest = cores[c] > level.largest ? cores[c] : level.largest;
  }
  free(cores);
  cs_dbscan_release(&fit);
  return level;
}

static bool is_dbscans(const struct found *found, const struct cs_eps_level *level, size_t min_points) {
  struct cs_eps_level same = level_at(found, level->eps, min_points);
  return same.clusters == level->clusters && same.significant == level->significant &&
         same.core == level->core && same.noise == level->noise && same.largest == level->largest;
}

/* Whether there are as many clusters of some size from the first eps to just before the last, and no more noise than may be. */
static bool is_sound(const struct found *found, const struct cs_stretch *stretch, size_t min_points) {
  bool sound = stretch->level.eps >= stretch->birth && stretch->level.eps < stretch->death;
  for (int part = 0; part <= 4; part++) {
    double eps = stretch->birth * pow(cs_stretch_factor(stretch), part / 4.0);
    struct cs_eps_level level = level_at(found, eps * (part < 4 ? 1 + 1e-12 : 1 - 1e-9), min_points);
    sound &= level.significant == stretch->level.significant && (double)level.noise <= 0.3 * ROWS;
  }
  return sound;
}

/* --- weights --- */

enum { SMALL_MOST = 60, HEAVIEST = 40 };

/* A few blobs, on a grid or not, in one column or two. */
static void draw_small(double *x, size_t n, size_t d, size_t blobs, double spread, bool grid) {
  for (size_t i = 0; i < n * d; i++) {
    x[i] = (double)(i / d % blobs) * 10 + spread * cs_rng_normal(&rng);
    if (grid) x[i] = floor(x[i]);
  }
}

static bool is_same_level(const struct cs_eps_level *a, const struct cs_eps_level *b) {
  return a->eps == b->eps && a->clusters == b->clusters && a->significant == b->significant &&
         a->core == b->core && a->noise == b->noise && a->largest == b->largest;
}

static bool is_same_stretch(const struct cs_stretch *a, const struct cs_stretch *b) {
  return a->birth == b->birth && a->death == b->death && is_same_level(&a->level, &b->level) &&
         a->apart == b->apart && a->spread == b->spread && a->score == b->score;
}

static bool is_same(const struct cs_levels *a, const struct cs_levels *b) {
  bool same = a->n == b->n && a->least == b->least && a->stretches == b->stretches && a->lasts == b->lasts &&
              a->equal == b->equal && a->points == b->points && is_same_level(&a->chosen, &b->chosen) &&
              is_same_level(&a->knee, &b->knee);
  for (size_t s = 0; same && s < a->stretches; s++) same = is_same_stretch(&a->stretch[s], &b->stretch[s]);
  for (size_t p = 0; same && p < a->points; p++) same = a->curve[p] == b->curve[p];
  return same;
}

/* Weights of up to `most` on some rows, and the rows, each as often: returns how many. */
static size_t repeat(const double *x, size_t n, size_t d, size_t most, double *weight, double *repeated) {
  size_t rows = 0;
  for (size_t i = 0; i < n; i++) {
    weight[i] = cs_rng_below(&rng, 3) ? 1 + (double)cs_rng_below(&rng, most) : 1;
    for (size_t w = 0; w < (size_t)weight[i]; w++) memcpy(&repeated[rows++ * d], &x[i * d], d * sizeof *x);
  }
  return rows;
}

static void test_weights(void) {
  static struct found one, all;
  double x[2 * SMALL_MOST], weight[SMALL_MOST];
  static double repeated[2 * SMALL_MOST * HEAVIEST];
  size_t wrong = 0, lasts = 0, equal = 0, knee = 0;
  for (uint64_t round = 0; round < 4000; round++) {
    cs_rng_init(&rng, 3, round);
    size_t n = 1 + cs_rng_below(&rng, SMALL_MOST), d = 1 + cs_rng_below(&rng, 2),
           min_points = 1 + cs_rng_below(&rng, 12);
    draw_small(x, n, d, 1 + cs_rng_below(&rng, 4), 0.5 + 3 * cs_rng_uniform(&rng), cs_rng_below(&rng, 2));
    size_t rows = repeat(x, n, d, 1 + cs_rng_below(&rng, round % 4 ? 5 : HEAVIEST), weight, repeated);
    find(&one, x, n, d, min_points, weight);
    find(&all, repeated, rows, d, min_points, NULL);
    if (!is_same(&one.levels, &all.levels) && wrong++ < 5)
      printf("# round %d: n %zu of %zu, d %zu, min_points %zu\n", (int)round, n, rows, d, min_points);
    lasts += one.levels.lasts, equal += one.levels.equal, knee += !one.levels.lasts && !one.levels.equal;
    cs_kdtree_release(&one.tree);
    cs_kdtree_release(&all.tree);
  }
  if (wrong) printf("# %zu wrong\n", wrong);
  CHECK(wrong == 0 && lasts > 500 && equal > 500 && knee > 500);
}

int main(void) {
  static double x[2 * ROWS];
  static struct found found;
  UNIT_BEGIN;
  TEST("levels: clusters, core points and noise of every stretch are DBSCAN's, from its first eps to its "
       "last") {
    size_t wrong = 0;
    cs_rng_init(&rng, 1, 0);
    draw_rows(x);
    find(&found, x, ROWS, 2, 5, NULL);
    CHECK(found.levels.stretches > 1 && found.levels.least == 55);
    for (size_t s = 0; s < found.levels.stretches; s++) {
      wrong += !is_dbscans(&found, &found.levels.stretch[s].level, 5) ||
               !is_sound(&found, &found.levels.stretch[s], 5);
      CHECK(s == 0 || found.levels.stretch[s].score <= found.levels.stretch[s - 1].score);
    }
    CHECK(wrong == 0);
    CHECK(is_dbscans(&found, &found.levels.chosen, 5) && is_dbscans(&found, &found.levels.knee, 5));
  }
  TEST("levels: three blobs on noise last longest") {
    CHECK(found.levels.lasts && found.levels.chosen.significant == 3);
    CHECK(cs_stretch_factor(&found.levels.stretch[0]) > 1.5 && found.levels.stretch[0].score > 0.1);
    cs_kdtree_release(&found.tree);
  }
  TEST("levels: what a score is made of") {
    /* Twelve rows at 0, 1, ... 11, and twelve at 100, ... 111, three of which make a core point: the inner ones from 1 on, the ends from 2
     * on, and the two clusters meet by a link of 89. 70 % aren't noise from 1 on, when all rows are there. */
    double line[24];
    for (size_t i = 0; i < 24; i++) line[i] = (double)(i % 12) + (i < 12 ? 0 : 100);
    find(&found, line, 24, 1, 3, NULL);
    const struct cs_stretch *best = &found.levels.stretch[0];
    CHECK(found.levels.lasts && found.levels.stretches == 1 && best->level.significant == 2);
    CHECK_NEAR(best->birth, 1, 1e-12);
    CHECK_NEAR(best->death, 89, 1e-12);
    CHECK_NEAR(best->apart, 1 - 1.0 / 89, 1e-12);
    CHECK_NEAR(best->spread, 0.5, 1e-12);
    CHECK_NEAR(best->score, log(89) * (1 - 1.0 / 89) * 0.5, 1e-12);
    CHECK_NEAR(best->level.eps, pow(89, 0.75), 1e-9);
    const double *curve = found.levels.curve;
    CHECK(found.levels.points == 24 && curve[0] == 1 && curve[19] == 1 && curve[20] == 2 && curve[23] == 2);
    CHECK(found.levels.chosen.eps == 29.0 || fabs(found.levels.chosen.eps - pow(89, 0.75)) < 0.06);
    cs_kdtree_release(&found.tree);
  }
  TEST("levels: one population has none that lasts, and an eps at which there is one cluster") {
    for (uint64_t seed = 0; seed < 20; seed++) {
      cs_rng_init(&rng, 2, seed);
      for (size_t i = 0; i < ROWS; i++) x[2 * i] = cs_rng_normal(&rng), x[2 * i + 1] = cs_rng_normal(&rng);
      find(&found, x, ROWS, 2, 5, NULL);
      CHECK(!found.levels.lasts && found.levels.chosen.significant == 1);
      CHECK(found.levels.chosen.noise < ROWS / 10);
      cs_kdtree_release(&found.tree);
    }
  }
  TEST("levels: fewer rows than make a core point have no eps; equal rows and one more have") {
    double few[] = {1, 2, 3}, equal[] = {1, 1, 1, 1, 1, 1, 1, 5};
    find(&found, few, 3, 1, 5, NULL);
    CHECK(found.levels.chosen.eps == 0);
    cs_kdtree_release(&found.tree);
    find(&found, equal, 8, 1, 5, NULL);
    CHECK(found.levels.equal && !found.levels.lasts && found.levels.chosen.eps == 2);
    cs_kdtree_release(&found.tree);
  }
  TEST("levels: 4,000 small tables with weights have the levels of the tables in which the rows are "
       "repeated, all fields equal") {
    test_weights();
  }
  UNIT_END;
}
