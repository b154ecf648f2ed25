/* Against scikit-learn 1.2.1 (tests/oracle/quality.py), the cases of its own tests, and ELKI's published 20
 * points. */
#include "algo/quality.h"
#include "algo/kmeans.h"
#include "algo/lanes.h"
#include "algo/silhouette.h"
#include "algo/stability.h"
#include "base/rng.h"
#include "iris.h"
#include "unit.h"

#include <stdlib.h>

static struct cs_error err;

/* Everything at once. */
struct scores {
  double silhouette, davies_bouldin, calinski_harabasz;
  size_t rows;
};

static struct scores quality_of(const double *x, size_t n, size_t d, const uint32_t *label, size_t k) {
  const struct cs_matrix matrix = {n, d, (double *)x};
  struct cs_points points;
  struct cs_quality quality, alone;
  struct cs_silhouette silhouette = {.k = k, .label = label};
  CHECK(cs_points_begin(&points, &matrix, NULL, 1, &err) == CS_OK);
  CHECK(cs_quality(&points, label, k, 3, &quality, &err) == CS_OK);
  CHECK(cs_quality(&points, label, k, 1, &alone, &err) == CS_OK);
  CHECK(memcmp(&quality, &alone, sizeof quality) == 0);
  cs_points_release(&points);
  CHECK(cs_silhouettes(&matrix, &silhouette, 1, CS_SILHOUETTE_ROWS, 42, 2, &err) == CS_OK);
  return (struct scores){silhouette.mean, quality.davies_bouldin, quality.calinski_harabasz, silhouette.rows};
}

/* ELKI's set: two rows of noise, C1, one of noise, C2, C3. */
static const double elki[20][2] = {{3, 2}, {2, 5}, {2, 7},   {1, 8},   {2, 9},   {2, 8},  {3, 9},
                                   {7, 9}, {6, 2}, {7, 1},   {7, 3},   {7, 2},   {8, 3},  {9, 2},
                                   {8, 2}, {8, 1}, {10, 10}, {10, 11}, {11, 10}, {11, 11}};

int main(void) {
  UNIT_BEGIN;
  uint32_t species[150];
  for (uint32_t i = 0; i < 150; i++) species[i] = i / 50;

  TEST("quality: the species of iris score as in scikit-learn") {
    struct scores quality = quality_of(iris[0], 150, 4, species, 3);
    CHECK_NEAR(quality.silhouette, 0.50347744069329614, 1e-13);
    CHECK_NEAR(quality.davies_bouldin, 0.75137070947567375, 1e-13);
    CHECK_NEAR(quality.calinski_harabasz, 487.33087637489984, 1e-9);
    CHECK(quality.rows == 150);
  }
  TEST("quality: the silhouettes of rows are those of scikit-learn, the negative one too") {
    const struct cs_matrix flowers = {150, 4, (double *)iris};
    double value[150], other[150];
    CHECK(cs_silhouette_rows(&flowers, species, 3, 1, value, &err) == CS_OK);
    CHECK(cs_silhouette_rows(&flowers, species, 3, 8, other, &err) == CS_OK);
    CHECK_NEAR(value[0], 0.84646916701287045, 1e-13);
    CHECK_NEAR(value[50], 0.063715563270374559, 1e-13);
    CHECK_NEAR(value[106], -0.37484051567586052, 1e-13);
    CHECK(memcmp(value, other, sizeof value) == 0);
  }
  TEST("quality: clusters of more than one tile score as in scikit-learn") {
    double x[600][3];
    uint32_t label[600];
    for (uint32_t i = 0; i < 600; i++) {
      x[i][0] = sin(i * 12.9898) * 3 + (i % 4) * 2;
      x[i][1] = cos(i * 78.233) * 2 - (i % 4);
      x[i][2] = sin(i * 0.5);
      label[i] = i % 4;
    }
    struct scores quality = quality_of(x[0], 600, 3, label, 4);
    CHECK_NEAR(quality.silhouette, 0.0038709565619310404, 1e-12);
    CHECK_NEAR(quality.davies_bouldin, 2.2719353473564401, 1e-11);
    CHECK_NEAR(quality.calinski_harabasz, 178.21798654245592, 1e-9);
  }
  TEST("quality: scikit-learn's forty points have CH 108, DB 0.4714 and silhouette 0.7381") {
    static const double corner[4][2][2] = {
        {{0, 0}, {1, 1}}, {{3, 3}, {4, 4}}, {{0, 4}, {1, 3}}, {{3, 1}, {4, 0}}};
    double x[40][2];
    uint32_t label[40];
    for (uint32_t i = 0; i < 40; i++) {
      memcpy(x[i], corner[i / 10][i % 2], sizeof x[i]);
      label[i] = i / 10;
    }
    struct scores quality = quality_of(x[0], 40, 2, label, 4);
    CHECK_NEAR(quality.calinski_harabasz, 108, 1e-10);
    CHECK_NEAR(quality.davies_bouldin, 0.4714045207910317, 1e-12);
    CHECK_NEAR(quality.silhouette, 0.7381085996, 5e-11);
  }
  TEST("quality: ELKI's points, noise as one cluster, and the optimum of k = 3") {
    static const uint32_t noise[20] = {0, 0, 1, 1, 1, 1, 1, 0, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3};
    struct scores quality = quality_of(elki[0], 20, 2, noise, 4);
    CHECK_NEAR(quality.silhouette, 0.589897756171037, 1e-12);
    CHECK_NEAR(quality.calinski_harabasz, 40.7195512820513, 1e-10);
    CHECK_NEAR(quality.davies_bouldin, 0.972797, 5e-7);
  }
  TEST("quality: a row alone in its cluster has silhouette 0, noise as singletons scores as ELKI's") {
    static const uint32_t alone[20] = {0, 1, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5};
    struct scores quality = quality_of(elki[0], 20, 2, alone, 6);
    CHECK_NEAR(quality.silhouette, 0.520636492550455, 1e-12);
    CHECK_NEAR(quality.calinski_harabasz, 77.025, 1e-10);
    CHECK_NEAR(quality.davies_bouldin, 0.2359832889877154, 1e-13); /* scikit-learn's */
  }
  TEST("quality: what isn't defined is NaN, and the borders are scikit-learn's") {
    static const double three[3][2] = {{0, 1}, {1, 1}, {3, 4}};
    static const uint32_t pair[3] = {0, 0, 1}, one[3] = {0, 0, 0}, each[3] = {0, 1, 2};
    static const double equal[4] = {2, 2, 2, 2};
    static const uint32_t halves[4] = {0, 0, 1, 1};
    struct scores quality = quality_of(three[0], 3, 2, pair, 2);
    CHECK_NEAR(quality.davies_bouldin, 0.5 / sqrt(2.5 * 2.5 + 9), 1e-15);
    quality = quality_of(three[0], 3, 2, one, 1);
    CHECK(isnan(quality.silhouette) && isnan(quality.davies_bouldin) && isnan(quality.calinski_harabasz));
    quality = quality_of(three[0], 3, 2, each, 3);
    CHECK(quality.silhouette == 0 && isnan(quality.calinski_harabasz));
    quality = quality_of(equal, 4, 1, halves, 2);
    CHECK(quality.calinski_harabasz == 1 && quality.davies_bouldin == 0 && quality.silhouette == 0);
    /* Clusters of the same mean. */
    static const double cross[4][2] = {{-1, -1}, {1, 1}, {-1, -1}, {1, 1}};
    quality = quality_of(cross[0], 4, 2, halves, 2);
    CHECK(quality.calinski_harabasz == 0);
  }
  TEST("quality: a sampled silhouette is near that of all rows, and no thread changes it") {
    enum { ROWS = 21000 };
    double *x = malloc(ROWS * 2 * sizeof *x), *value = malloc(ROWS * sizeof *value), sum = 0;
    uint32_t *label = malloc(ROWS * sizeof *label);
    struct cs_rng rng;
    cs_rng_init(&rng, 1, 1);
    for (uint32_t i = 0; i < ROWS; i++) {
      label[i] = i % 100 == 0 ? 2 : i % 2; /* the third is small: 210 rows */
      for (int j = 0; j < 2; j++) x[2 * i + j] = cs_rng_normal(&rng) + 3 * label[i];
    }
    const struct cs_matrix matrix = {ROWS, 2, x};
    CHECK(cs_silhouette_rows(&matrix, label, 3, 2, value, &err) == CS_OK);
    for (size_t i = 0; i < ROWS; i++) sum += value[i];
    struct cs_silhouette one = {.k = 3, .label = label}, eight = one, exact = one;
    CHECK(cs_silhouettes(&matrix, &one, 1, CS_SILHOUETTE_ROWS, 42, 1, &err) == CS_OK);
    CHECK(cs_silhouettes(&matrix, &eight, 1, CS_SILHOUETTE_ROWS, 42, 8, &err) == CS_OK);
    CHECK(one.rows >= CS_SILHOUETTE_SAMPLE - 3 && one.rows <= CS_SILHOUETTE_SAMPLE + 3);
    CHECK(one.error > 0 && fabs(one.mean - sum / ROWS) < 4 * one.error && one.error < 0.004);
    CHECK(memcmp(&one, &eight, sizeof one) == 0);
    CHECK(cs_silhouettes(&matrix, &exact, 1, ROWS, 42, 3, &err) == CS_OK);
    CHECK_NEAR(exact.mean, sum / ROWS, 1e-12);
    CHECK(exact.error == 0 && exact.rows == ROWS);
    free(x);
    free(value);
    free(label);
  }
  TEST("quality: silhouettes of several clusterings at once are those of each, whatever the vectors") {
    enum { ROWS = 777, MOST = 5 };
    double x[ROWS * 3], value[ROWS], sum;
    uint32_t label[MOST][ROWS];
    struct cs_silhouette clustering[MOST], again[MOST];
    struct cs_rng rng;
    cs_rng_init(&rng, 3, 3);
    for (size_t i = 0; i < ROWS * 3; i++) x[i] = cs_rng_normal(&rng);
    for (size_t k = 2; k <= MOST + 1; k++)
      for (size_t i = 0; i < ROWS; i++) label[k - 2][i] = (uint32_t)cs_rng_below(&rng, k);
    const struct cs_matrix matrix = {ROWS, 3, x};
    for (size_t c = 0; c < MOST; c++)
      again[c] = clustering[c] = (struct cs_silhouette){.k = c + 2, .label = label[c]};
    CHECK(cs_silhouettes(&matrix, clustering, MOST, ROWS, 1, 3, &err) == CS_OK);
    for (size_t c = 0; c < MOST; c++) {
      CHECK(cs_silhouette_rows(&matrix, label[c], c + 2, 1, value, &err) == CS_OK);
      sum = 0;
      for (size_t i = 0; i < ROWS; i++) sum += value[i];
      CHECK_NEAR(clustering[c].mean, sum / ROWS, 1e-15);
    }
    static const char *const width[] = {"plain", "avx2", "avx512"};
    for (size_t w = 0; w < 3; w++) {
      CHECK(cs_lanes_limit(width[w]));
      CHECK(cs_silhouettes(&matrix, again, MOST, ROWS, 1, 1, &err) == CS_OK);
      for (size_t c = 0; c < MOST; c++) CHECK(again[c].mean == clustering[c].mean);
    }
  }
  TEST("quality: the adjusted Rand index of two labellings is scikit-learn's, 1 for the same partition") {
    static const uint32_t a[17] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2};
    static const uint32_t b[17] = {0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 2, 2, 2, 1, 1};
    static const uint32_t c[17] = {2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
    double index = 0;
    CHECK(cs_rand_adjusted(a, 3, b, 3, 17, &index, &err) == CS_OK);
    CHECK_NEAR(index, 0.26694045174538, 1e-14);
    CHECK(cs_rand_adjusted(a, 3, c, 3, 17, &index, &err) == CS_OK && index == 1);
  }
  TEST("quality: k-means finds the species of iris with the published index, scaled with a lower one") {
    double x[150][4], index = 0;
    for (int scaled = 0; scaled < 2; scaled++) {
      memcpy(x, iris, sizeof x);
      for (size_t j = 0; scaled && j < 4; j++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < 150; i++) mean += x[i][j] / 150;
        for (size_t i = 0; i < 150; i++) square += (x[i][j] - mean) * (x[i][j] - mean) / 150;
        for (size_t i = 0; i < 150; i++) x[i][j] = (x[i][j] - mean) / sqrt(square);
      }
      const struct cs_matrix flowers = {150, 4, x[0]};
      struct cs_points points;
      struct cs_kmeans fit;
      struct cs_kmeans_params params = CS_KMEANS_PARAMS_INIT;
      params.k = 3, params.restarts = 100;
      CHECK(cs_points_begin(&points, &flowers, NULL, 1, &err) == CS_OK);
      CHECK(cs_kmeans_fit(&fit, &points, &params, &err) == CS_OK);
      CHECK(cs_rand_adjusted(fit.label, 3, species, 3, 150, &index, &err) == CS_OK);
      CHECK_NEAR(index, scaled ? 0.620135 : 0.730238, 5e-7);
      cs_kmeans_release(&fit);
      cs_points_release(&points);
    }
  }
  TEST("stability: the setosa always come back, the other two clusters of iris nearly so, by any number of "
       "threads") {
    const struct cs_matrix flowers = {150, 4, (double *)iris};
    uint32_t label[150];
    double jaccard[3], error[3], again[3];
    struct cs_stability clustering = {3, species, jaccard, error};
    struct cs_stability_params params = CS_STABILITY_PARAMS_INIT;
    size_t rows = 0;
    CHECK(cs_stability(&flowers, NULL, &clustering, 1, &params, &rows, &err) == CS_OK);
    memcpy(again, jaccard, sizeof jaccard);
    params.threads = 8;
    CHECK(cs_stability(&flowers, NULL, &clustering, 1, &params, &rows, &err) == CS_OK);
    CHECK(rows == 150 && memcmp(again, jaccard, sizeof jaccard) == 0);
    CHECK(jaccard[0] > 0.98 && jaccard[1] > 0.6 && jaccard[1] < 0.85 && jaccard[2] > 0.6 &&
          jaccard[2] < 0.85);
    CHECK(error[0] >= 0 && error[1] > 0 && error[1] < 0.05);
    /* A partition that has nothing to do with the data doesn't come back. */
    for (uint32_t i = 0; i < 150; i++) label[i] = i % 3;
    clustering.label = label;
    CHECK(cs_stability(&flowers, NULL, &clustering, 1, &params, &rows, &err) == CS_OK);
    CHECK(jaccard[0] < 0.4 && jaccard[1] < 0.4 && jaccard[2] < 0.4);
  }
  UNIT_END;
}
