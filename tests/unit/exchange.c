/* Rows that the filter passes over couldn't move: the exchange is the one that asks every row. */
#include "algo/kmeans_inside.h"
#include "base/rng.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>

enum { N = 1500, D = 5 };

static struct cs_error err;

/* Hartigan & Wong's optimal transfer, row after row, as it is written down. Moves are counted. */
static size_t plain(const struct cs_points *points, size_t k, double *centre, double *weight,
                    uint32_t *label) {
  size_t d = points->d, moves = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t i = 0; i < points->n; i++) {
      const double *x = cs_points_row(points, i);
      double w = cs_points_weight(points, i);
      size_t from = label[i], to = from;
      double left = weight[from] - w;
      if (!(left > 0)) continue;
      double least = cs_square_distance(x, centre + from * d, d) * (left + w) / left * (1 - 1e-12);
      for (size_t c = 0; c < k; c++) {
        double gain = cs_square_distance(x, centre + c * d, d) * weight[c] / (weight[c] + w);
        if (c != from && gain < least) least = gain, to = c;
      }
      if (to == from) continue;
      weight[from] -= w, weight[to] += w;
      for (size_t j = 0; j < d; j++) {
        centre[from * d + j] -= (x[j] - centre[from * d + j]) * (w / weight[from]);
        centre[to * d + j] += (x[j] - centre[to * d + j]) * (w / weight[to]);
      }
      label[i] = (uint32_t)to;
      moved = true;
      moves++;
    }
  }
  return moves;
}

/* Of a table of which every 100th row is `far` out. Returns the moves. */
static size_t check_exchange(size_t k, double far, bool weighed) {
  static double x[N * D], weight[N];
  static uint32_t label[N];
  struct cs_rng rng;
  cs_rng_init(&rng, k, 0);
  for (size_t i = 0; i < N; i++) {
    weight[i] = (double)cs_rng_below(&rng, 7) + (i % 3 ? 0 : 0.25);
    for (size_t j = 0; j < D; j++) x[i * D + j] = 5 + cs_rng_normal(&rng) * (i % 100 ? 1 : far);
  }
  struct cs_matrix matrix = {N, D, x};
  struct cs_points points;
  struct start start;
  struct cs_kmeans_params params = CS_KMEANS_PARAMS_INIT;
  params.k = k;
  CHECK(cs_points_begin(&points, &matrix, weighed ? weight : NULL, 1, &err) == CS_OK);
  CHECK(cs_start_alloc(&start, &points, &params, 1, &err) == CS_OK);
  memcpy(start.centre, x, k * D * sizeof *x);
  cs_lloyd(&start);
  double *centre = malloc(k * D * sizeof *centre), *sum = malloc(k * sizeof *sum);
  CHECK(centre && sum);
  memcpy(centre, start.centre, k * D * sizeof *centre);
  memcpy(label, start.label, sizeof label);
  for (size_t c = 0; c < k; c++) sum[c] = cs_sums_weight(&start.sums, &points, c);
  size_t moves = plain(&points, k, centre, sum, label);
  CHECK(cs_exchange(&start) == (moves > 0));
  CHECK(memcmp(label, start.label, sizeof label) == 0);
  free(centre);
  free(sum);
  cs_start_release(&start);
  cs_points_release(&points);
  return moves;
}

int main(void) {
  UNIT_BEGIN;
  TEST("exchange: the rows that move, and where to, are those of the plain method") {
    static const char *const width[] = {"plain", "avx2", "avx512"};
    for (size_t w = 0; w < 3; w++) {
      CHECK(cs_lanes_limit(width[w]));
      size_t moves = 0;
      for (size_t k = 1; k < 30; k += 3)
        for (double far = 1; far < 1e20; far *= 1e6)
          moves += check_exchange(k, far, false) + check_exchange(k, far, true);
      CHECK(moves > 1000);
    }
  }
  UNIT_END;
}
