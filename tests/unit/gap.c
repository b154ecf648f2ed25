/* Against R's cluster::clusGap (tests/oracle/gap.R): log W is exact, the gaps are within what two sets of 200 references differ by. */
#include "algo/gap.h"
#include "algo/kmeans.h"
#include "base/rng.h"
#include "iris.h"
#include "unit.h"

#include <stdlib.h>

enum { MOST = 8 };

static struct cs_error err;
static struct cs_kmeans fit[MOST];

/* k-means of 1 to MOST clusters, and their gaps. */
static void gap_of(const struct cs_matrix *matrix, const struct cs_gap_params *params,
                   struct cs_gap clustering[MOST]) {
  struct cs_points points;
  struct cs_kmeans_params how = CS_KMEANS_PARAMS_INIT;
  size_t rows = 0;
  how.restarts = 50;
  CHECK(cs_points_begin(&points, matrix, NULL, 1, &err) == CS_OK);
  clustering[0] = (struct cs_gap){.k = 1};
  for (how.k = 2; how.k <= MOST; how.k++) {
    CHECK(cs_kmeans_fit(&fit[how.k - 1], &points, &how, &err) == CS_OK);
    clustering[how.k - 1] = (struct cs_gap){.k = how.k, .label = fit[how.k - 1].label};
  }
  CHECK(cs_gap(matrix, clustering, MOST, params, &rows, &err) == CS_OK);
  CHECK(rows == (matrix->n < CS_GAP_ROWS ? matrix->n : CS_GAP_ROWS));
  cs_points_release(&points);
}

static void forget(void) {
  for (size_t c = 1; c < MOST; c++) cs_kmeans_release(&fit[c]);
}

static bool same(const struct cs_gap *a, const struct cs_gap *b) {
  return memcmp(&a->log_within, &b->log_within, sizeof a->log_within) == 0 &&
         memcmp(&a->gap, &b->gap, sizeof a->gap) == 0 && memcmp(&a->error, &b->error, sizeof a->error) == 0;
}

int main(void) {
  UNIT_BEGIN;
  const struct cs_matrix flowers = {150, 4, (double *)iris};
  struct cs_gap clustering[MOST], again[MOST];
  struct cs_gap_params params = CS_GAP_PARAMS_INIT, many = params;
  many.references = 200;

  TEST("gap: iris has clusGap's log W, and its gaps and errors nearly") {
    static const double log_within[MOST] = {4.551642, 3.808397, 3.519407, 3.368124,
                                            3.277033, 3.183405, 3.112055, 3.052865},
                        gap[MOST] = {0.0923, 0.3872, 0.4963, 0.5450, 0.5501, 0.5671, 0.5717, 0.5743},
                        error[MOST] = {0.0305, 0.0217, 0.0208, 0.0208, 0.0198, 0.0202, 0.0196, 0.0195};
    gap_of(&flowers, &many, clustering);
    for (size_t c = 0; c < MOST; c++) {
      CHECK_NEAR(clustering[c].log_within, log_within[c], 5e-7);
      CHECK_NEAR(clustering[c].gap, gap[c], 0.01);
      CHECK_NEAR(clustering[c].error, error[c], 0.005);
    }
    forget();
    gap_of(&flowers, &params, clustering);
    for (size_t c = 0; c < MOST; c++) CHECK_NEAR(clustering[c].gap, gap[c], 0.02);
    forget();
  }
  TEST("gap: two columns without heaps have clusGap's numbers, below zero at first") {
    static const double log_within[4] = {5.255630, 4.959447, 4.695343, 4.409542},
                        gap[MOST] = {-0.0633, -0.0363, -0.0055, 0.0825, 0.0769, 0.0857, 0.1060, 0.1293},
                        error[MOST] = {0.0129, 0.0131, 0.0127, 0.0128, 0.0129, 0.0122, 0.0119, 0.0120};
    double even[600][2];
    for (int i = 0; i < 600; i++) even[i][0] = sin(i * 12.9898), even[i][1] = cos(i * 78.233);
    const struct cs_matrix matrix = {600, 2, even[0]};
    gap_of(&matrix, &many, clustering);
    for (size_t c = 0; c < 4; c++) CHECK_NEAR(clustering[c].log_within, log_within[c], 5e-7);
    for (size_t c = 0; c < MOST; c++) {
      CHECK_NEAR(clustering[c].gap, gap[c], 0.01);
      CHECK_NEAR(clustering[c].error, error[c], 0.003);
    }
    forget();
  }
  TEST("gap: neither threads, nor what else is asked for, nor offset, scale or turn of the rows matter") {
    double turned[150][4];
    params.threads = 1;
    gap_of(&flowers, &params, clustering);
    params.threads = 7;
    memcpy(again, clustering, sizeof again);
    size_t rows = 0;
    CHECK(cs_gap(&flowers, again, MOST, &params, &rows, &err) == CS_OK);
    for (size_t c = 0; c < MOST; c++) CHECK(same(&again[c], &clustering[c]));
    CHECK(cs_gap(&flowers, again + 3, 1, &params, &rows, &err) == CS_OK);
    CHECK(same(&again[3], &clustering[3]));
    for (int i = 0; i < 150; i++) {
      turned[i][0] = 1e6 + 1000 * (0.6 * iris[i][0] - 0.8 * iris[i][3]);
      turned[i][1] = 1000 * (0.8 * iris[i][0] + 0.6 * iris[i][3]);
      turned[i][2] = 1000 * iris[i][1], turned[i][3] = -1000 * iris[i][2];
    }
    const struct cs_matrix other = {150, 4, turned[0]};
    CHECK(cs_gap(&other, again, MOST, &params, &rows, &err) == CS_OK);
    for (size_t c = 0; c < MOST; c++) {
      CHECK_NEAR(again[c].log_within, clustering[c].log_within + log(1000), 1e-9);
      CHECK_NEAR(again[c].gap, clustering[c].gap, 1e-6);
      CHECK_NEAR(again[c].error, clustering[c].error, 1e-6);
    }
    forget();
  }
  TEST("gap: the error is sqrt(1 + 1 / B) times the deviation of the references with divisor B - 1, as R's "
       "var()") {
    struct cs_gap one[MOST], two[MOST], three[MOST];
    struct cs_gap_params little = params;
    little.references = 1;
    gap_of(&flowers, &little, one);
    forget();
    little.references = 2;
    gap_of(&flowers, &little, two);
    forget();
    little.references = 3;
    gap_of(&flowers, &little, three);
    forget();
    for (size_t c = 0; c < MOST; c++) {
      double first = one[c].gap, second = 2 * two[c].gap - first, third = 3 * three[c].gap - first - second;
      double mean = three[c].gap, square = (first - mean) * (first - mean) +
                                           (second - mean) * (second - mean) +
                                           (third - mean) * (third - mean);
      CHECK(isnan(one[c].error));
      CHECK_NEAR(two[c].error, sqrt(1.5 / 2) * fabs(first - second), 1e-12);
      CHECK_NEAR(three[c].error, sqrt(4.0 / 3 * square / 2), 1e-12);
    }
  }
  TEST("gap: a sample of many rows has nearly the gap of all of a few, and three heaps stand out") {
    enum { ROWS = 3 * CS_GAP_ROWS };
    double *x = malloc(ROWS * 2 * sizeof *x);
    struct cs_rng rng;
    cs_rng_init(&rng, 1, 1);
    for (size_t i = 0; i < ROWS; i++)
      for (size_t j = 0; j < 2; j++) x[2 * i + j] = cs_rng_normal(&rng) + (j < i % 3 ? 8 : 0);
    const struct cs_matrix all = {ROWS, 2, x}, few = {CS_GAP_ROWS, 2, x};
    gap_of(&few, &params, again);
    forget();
    gap_of(&all, &params, clustering);
    forget();
    for (size_t c = 0; c < MOST; c++) CHECK_NEAR(clustering[c].gap, again[c].gap, 0.04);
    for (size_t c = 1; c < MOST; c++)
      CHECK((clustering[c - 1].gap >= clustering[c].gap - clustering[c].error) == (c >= 3));
    free(x);
  }
  TEST("gap: what isn't defined is NaN, and no failure") {
    static const double few[5] = {1, 1, 2, 3, 3}, equal[4] = {7, 7, 7, 7},
                        huge[4] = {0, 1e200, 3e200, -1e200};
    static const uint32_t apart[5] = {0, 0, 1, 2, 2}, halves[5] = {0, 0, 0, 1, 1}, each[5] = {0, 1, 2, 3, 4};
    struct cs_gap three[4] = {
        {.k = 1}, {.k = 2, .label = halves}, {.k = 3, .label = apart}, {.k = 5, .label = each}};
    const struct cs_matrix matrix = {5, 1, (double *)few}, flat = {4, 1, (double *)equal},
                           wide = {4, 1, (double *)huge};
    size_t rows = 0;
    CHECK(cs_gap(&matrix, three, 4, &params, &rows, &err) == CS_OK && rows == 5);
    /* R: log(W.k()) of these */
    CHECK_NEAR(three[0].log_within, log(12.0 / 10), 1e-15);
    CHECK_NEAR(three[1].log_within, log(2.0 / 6), 1e-15);
    CHECK(three[0].gap > -1 && three[0].error > 0);
    CHECK(isnan(three[2].log_within) && isnan(three[2].gap) && isnan(three[2].error));
    CHECK(isnan(three[3].log_within) && isnan(three[3].gap));
    CHECK(cs_gap(&flat, three, 2, &params, &rows, &err) == CS_OK && isnan(three[0].gap) &&
          isnan(three[1].gap));
    CHECK(cs_gap(&wide, three, 2, &params, &rows, &err) == CS_OK && isnan(three[0].gap));
    const struct cs_matrix single = {1, 1, (double *)few};
    CHECK(cs_gap(&single, three, 2, &params, &rows, &err) == CS_OK && isnan(three[0].gap));
  }
  UNIT_END;
}
