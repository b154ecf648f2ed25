#include "algo/sums.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows of which parts add up exactly: 2^12 of up to 2^31 units, 2^10 times. */
enum { PENDING_MOST = 1 << 12, REST_BITS = 31 };

enum cs_status cs_sums_begin(struct cs_sums *sums, size_t k, size_t d, struct cs_error *err) {
  *sums = (struct cs_sums){k, d, NULL, NULL, 0};
  enum cs_status status = cs_alloc(&sums->sum, k, (d + 1) * sizeof *sums->sum, "sums", err);
  if (status == CS_OK) status = cs_alloc(&sums->part, k, 2 * (d + 1) * sizeof *sums->part, "sums", err);
  if (status != CS_OK) cs_sums_release(sums);
  return status;
}

void cs_sums_release(struct cs_sums *sums) {
  free(sums->sum);
  free(sums->part);
  *sums = (struct cs_sums)CS_SUMS_INIT;
}

static void clear_parts(struct cs_sums *sums) {
  memset(sums->part, 0, sums->k * 2 * (sums->d + 1) * sizeof *sums->part);
  sums->pending = 0;
}

void cs_sums_clear(struct cs_sums *sums) {
  memset(sums->sum, 0, sums->k * (sums->d + 1) * sizeof *sums->sum);
  clear_parts(sums);
}

void cs_sums_end(struct cs_sums *sums) {
  size_t width = sums->d + 1;
  if (!sums->pending) return;
  for (size_t c = 0; c < sums->k; c++)
    for (size_t j = 0; j < width; j++) {
      const double *part = sums->part + c * 2 * width + j;
      sums->sum[c * width + j] +=
          (cs_exact)(int64_t)part[0] * ((cs_exact)1 << REST_BITS) + (int64_t)part[width];
    }
  clear_parts(sums);
}

static void add(struct cs_sums *sums, const struct cs_points *points, size_t row, double *to, double *from) {
  size_t d = sums->d, width = d + 1;
  double weight = cs_points_weight(points, row), units = points->whole ? weight : weight * points->scale[d];
  if (sums->pending == PENDING_MOST) cs_sums_end(sums);
  sums->pending++;
  points->lanes->add(cs_points_row(points, row), points->whole ? 1 : weight, points->scale, d,
                     points->whole ? weight : 1, to, from);
  double whole = rint(units), rest = points->whole ? 0 : rint((units - whole) * 0x1p31);
  to[d] += whole, to[width + d] += rest;
  if (from) from[d] -= whole, from[width + d] -= rest;
}

void cs_sums_add(struct cs_sums *sums, const struct cs_points *points, size_t row, size_t cluster) {
  add(sums, points, row, sums->part + cluster * 2 * (sums->d + 1), NULL);
}

void cs_sums_move(struct cs_sums *sums, const struct cs_points *points, size_t row, size_t from, size_t to) {
  size_t size = 2 * (sums->d + 1);
  add(sums, points, row, sums->part + to * size, sums->part + from * size);
}

void cs_sums_take(struct cs_sums *sums, struct cs_sums *other) {
  cs_sums_end(other);
  for (size_t s = 0; s < sums->k * (sums->d + 1); s++) sums->sum[s] += other->sum[s];
  memset(other->sum, 0, sums->k * (sums->d + 1) * sizeof *other->sum);
}

double cs_sums_weight(const struct cs_sums *sums, const struct cs_points *points, size_t cluster) {
  return (double)sums->sum[cluster * (sums->d + 1) + sums->d] * 0x1p-31 / points->scale[sums->d];
}

/* sum / weight of whole numbers, rounded as little as two roundings do: the mean of equal rows is the row. */
static double whole_mean(cs_exact sum, cs_exact weight) {
  cs_exact mean = sum / weight;
  return (double)mean + (double)(sum - mean * weight) / (double)weight;
}

void cs_sums_mean(const struct cs_sums *sums, const struct cs_points *points, size_t cluster, double *mean) {
  const cs_exact *sum = sums->sum + cluster * (sums->d + 1), weight = sum[sums->d];
  if (weight <= 0) return;
  for (size_t j = 0; j < sums->d; j++) {
    double units = points->whole ? whole_mean(sum[j], weight >> REST_BITS) * 0x1p-31
                                 : (double)sum[j] / (double)weight * points->scale[sums->d];
    mean[j] = units / points->scale[j];
  }
}
