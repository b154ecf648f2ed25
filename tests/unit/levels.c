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

static void find(struct found *found, const double *x, size_t n, size_t d, size_t min_points) {
  struct cs_matrix matrix;
  struct cs_reach reach;
  CHECK(cs_matrix_alloc(&matrix, n, d, &err) == CS_OK);
  memcpy(matrix.x, x, n * d * sizeof *x);
  CHECK(cs_kdtree_build(&found->tree, &matrix, 2, &err) == CS_OK);
  CHECK(cs_reach_find(&reach, &found->tree, min_points, 2, &err) == CS_OK);
  CHECK(cs_levels_find(&found->levels, &reach, min_points, &err) == CS_OK);
  cs_reach_release(&reach);
}

static bool is_dbscans(const struct found *found, const struct cs_eps_level *level, size_t min_points) {
  struct cs_dbscan_params params = {.eps = level->eps, .min_points = (double)min_points, .threads = 1};
  struct cs_dbscan fit;
  CHECK(cs_dbscan_fit(&fit, &found->tree, &params, &err) == CS_OK);
  size_t large = 0;
  for (size_t c = 0; c < fit.k; c++) large += fit.size[c] >= found->levels.least;
  double off =
      fabs((double)level->largest - (fit.k ? (double)fit.size[0] : 0)); /* border rows may be another's */
  bool same = fit.k == level->clusters && fit.core == level->core && fit.noise == level->noise &&
              large == level->significant && off <= 0.01 * ROWS;
  cs_dbscan_release(&fit);
  return same;
}

int main(void) {
  static double x[2 * ROWS];
  static struct found found;
  UNIT_BEGIN;
  TEST("levels: clusters, core points and noise at every eps are DBSCAN's") {
    size_t wrong = 0;
    cs_rng_init(&rng, 1, 0);
    draw_rows(x);
    find(&found, x, ROWS, 2, 5);
    CHECK(found.levels.count == CS_LEVELS && found.levels.least == 60);
    for (size_t l = 0; l < found.levels.count; l++) wrong += !is_dbscans(&found, &found.levels.level[l], 5);
    CHECK(wrong <= 2); /* a border row may make or unmake a cluster of some size */
    CHECK(is_dbscans(&found, &found.levels.chosen, 5) && is_dbscans(&found, &found.levels.at_knee, 5));
    CHECK((double)found.levels.level[0].noise <= 0.5 * ROWS &&
          (double)found.levels.level[0].noise > 0.49 * ROWS);
    CHECK((double)found.levels.level[CS_LEVELS - 1].largest <= 0.95 * ROWS);
  }
  TEST("levels: three blobs on noise last longest") {
    CHECK(cs_levels_last(&found.levels) && found.levels.chosen.significant == 3);
    CHECK(found.levels.stretch[0].factor > 2 && found.levels.eps == found.levels.chosen.eps);
    for (size_t s = 1; s < found.levels.stretches; s++)
      CHECK(found.levels.stretch[s].factor <= found.levels.stretch[s - 1].factor);
    CHECK(found.levels.chosen.validity > 0.3 && found.levels.chosen.validity < 1);
    cs_kdtree_release(&found.tree);
  }
  TEST("levels: two rows and their like have the validity that their distances make") {
    /* Twelve rows at 0, 1, ... 11, and twelve at 100, ... 111: links of 1 within (3 rows make a core point), of 89 between. */
    double line[24];
    for (size_t i = 0; i < 24; i++) line[i] = (double)(i % 12) + (i < 12 ? 0 : 100);
    find(&found, line, 24, 1, 3);
    CHECK(cs_levels_last(&found.levels) && found.levels.chosen.significant == 2);
    CHECK_NEAR(found.levels.chosen.validity, 1 - 1.0 / 89,
               1e-12); /* the ends, core points from 2 on, are there by links of 1 */
    cs_kdtree_release(&found.tree);
  }
  TEST("levels: one population has none that lasts, and the eps of the knee") {
    cs_rng_init(&rng, 2, 0);
    for (size_t i = 0; i < ROWS; i++) x[2 * i] = cs_rng_normal(&rng), x[2 * i + 1] = cs_rng_normal(&rng);
    find(&found, x, ROWS, 2, 5);
    if (cs_levels_last(&found.levels)) CHECK(found.levels.stretch[0].factor < 1.5);
    cs_kdtree_release(&found.tree);
  }
  TEST("levels: fewer rows than make a core point have no eps; equal rows and one more have") {
    double few[] = {1, 2, 3}, equal[] = {1, 1, 1, 1, 1, 1, 1, 5};
    find(&found, few, 3, 1, 5);
    CHECK(found.levels.eps == 0);
    cs_kdtree_release(&found.tree);
    find(&found, equal, 8, 1, 5);
    CHECK(found.levels.eps > 0);
    cs_kdtree_release(&found.tree);
  }
  UNIT_END;
}
