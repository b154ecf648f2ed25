#include "algo/order.h"

#include "algo/stats.h"
#include "base/rng.h"
#include "unit.h"

#include <float.h>
#include <stdlib.h>

/* More values than are sorted at a time, so that they have to be narrowed down. */
enum { N = 3 * CS_ORDER_ROOM + 17, SHAPES = 6, RANKS = 1000 };

static double draw(struct cs_rng *rng, size_t i, int shape) {
  double z = cs_rng_normal(rng);
  switch (shape) {
  case 0: return z;
  case 1: return floor(z);                       /* a few values, each of them often */
  case 2: return i % 1000 ? 7 : z;               /* one value nearly always */
  case 3: return exp(30 * z) * (i % 2 ? 1 : -1); /* all exponents, both signs */
  case 4: return 1e9 + (double)(i % 97) / 1e6;   /* equal but for the last bits */
  default: return i % 3 ? 0.0 : i % 2 ? DBL_MAX : -DBL_MAX;
  }
}

/* Whether the values at these ranks are those of the sorted copy. */
static bool agrees(const double *v, const double *sorted, const size_t *rank, size_t count) {
  double *out = malloc(count * sizeof *out);
  struct cs_error err = CS_ERROR_INIT;
  bool same = out && cs_order(v, N, rank, count, out, &err) == CS_OK;
  for (size_t i = 0; same && i < count; i++) same = out[i] == sorted[rank[i]];
  free(out);
  return same;
}

int main(void) {
  double *v = malloc(N * sizeof *v), *sorted = malloc(N * sizeof *sorted);
  size_t rank[RANKS];
  struct cs_rng rng;
  UNIT_BEGIN;
  if (!v || !sorted) return 99;

  for (int shape = 0; shape < SHAPES; shape++) {
    cs_rng_init(&rng, 7, (uint64_t)shape);
    for (size_t i = 0; i < N; i++) v[i] = sorted[i] = draw(&rng, i, shape);
    cs_sort(sorted, N);
    TEST("order: one rank, the first, the last, and ranks beside each other") {
      for (size_t r = 0; r < N; r += N / 5) CHECK(agrees(v, sorted, &r, 1));
      const size_t few[] = {0, 0, 1, N / 2, N / 2 + 1, N - 2, N - 1, N - 1};
      CHECK(agrees(v, sorted, few, 8));
    }
    TEST("order: a thousand ranks") {
      for (size_t i = 0; i < RANKS; i++) rank[i] = (N - 1) * i / (RANKS - 1);
      CHECK(agrees(v, sorted, rank, RANKS));
    }
  }
  TEST("order: short vectors, and no rank at all") {
    struct cs_error err = CS_ERROR_INIT;
    const double three[] = {2, -1, 5};
    const size_t all[] = {0, 1, 2};
    double out[3];
    CHECK(cs_order(three, 3, all, 3, out, &err) == CS_OK && out[0] == -1 && out[1] == 2 && out[2] == 5);
    CHECK(three[0] == 2);
    CHECK(cs_order(three, 3, all, 0, out, &err) == CS_OK);
    CHECK(cs_order(three + 2, 1, all, 1, out, &err) == CS_OK && out[0] == 5);
  }
  free(v);
  free(sorted);
  UNIT_END;
}
