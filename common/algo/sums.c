#include "algo/sums.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows of which parts add up exactly: 2^12 of up to 2^31 units, 2^10 times. */
enum { PENDING_MOST = 1 << 12, REST_BITS = 31 };

enum cs_status cs_sums_begin(struct cs_sums *sums, size_t k, size_t d, struct cs_error *err) {
  *sums = (struct cs_sums){k, d, NULL, NULL, NULL, 0};
  enum cs_status status = cs_alloc(&sums->sum, k, (d + 1) * sizeof *sums->sum, "sums", err);
  if (status == CS_OK)
    status = cs_alloc(&sums->part, k, 2 * cs_lanes_room(d) * sizeof *sums->part, "sums", err);
  if (status == CS_OK) status = cs_alloc(&sums->weight, k, 2 * sizeof *sums->weight, "sums", err);
  if (status != CS_OK) cs_sums_release(sums);
  return status;
}

void cs_sums_release(struct cs_sums *sums) {
  free(sums->sum);
  free(sums->part);
  free(sums->weight);
  *sums = (struct cs_sums)CS_SUMS_INIT;
}

static void clear_parts(struct cs_sums *sums) {
  memset(sums->part, 0, sums->k * 2 * cs_lanes_room(sums->d) * sizeof *sums->part);
  memset(sums->weight, 0, sums->k * 2 * sizeof *sums->weight);
  sums->pending = 0;
}

void cs_sums_clear(struct cs_sums *sums) {
  memset(sums->sum, 0, sums->k * (sums->d + 1) * sizeof *sums->sum);
  clear_parts(sums);
}

static cs_exact exact(double whole, double rest) {
  return (cs_exact)(int64_t)whole * ((cs_exact)1 << REST_BITS) + (int64_t)rest;
}

void cs_sums_end(struct cs_sums *sums) {
  size_t d = sums->d, room = cs_lanes_room(d);
  if (!sums->pending) return;
  for (size_t c = 0; c < sums->k; c++) {
    cs_exact *sum = sums->sum + c * (d + 1);
    const double *part = sums->part + c * 2 * room, *weight = sums->weight + c * 2;
    for (size_t j = 0; j < d; j++) sum[j] += exact(part[j], part[room + j]);
    sum[d] += exact(weight[0], weight[1]);
  }
  clear_parts(sums);
}

/* Room for so many rows more. */
static void expect(struct cs_sums *sums, size_t rows) {
  if (sums->pending + rows > PENDING_MOST) cs_sums_end(sums);
  sums->pending += rows;
}

static void count_weight(double *weight, double whole, double rest) {
  weight[0] += whole, weight[1] += rest;
}

static void add(struct cs_sums *sums, const struct cs_points *points, size_t row, size_t to, size_t from) {
  size_t size = 2 * cs_lanes_room(sums->d);
  bool leaves = from != SIZE_MAX;
  double weight = cs_points_weight(points, row), whole = weight, rest = 0;
  expect(sums, 1);
  points->lanes->add(cs_points_row(points, row), points->whole ? 1 : weight, points->scale, sums->d,
                     points->whole ? weight : 1, sums->part + to * size,
                     leaves ? sums->part + from * size : NULL);
  if (!points->whole) {
    double units = weight * points->scale[sums->d];
    whole = rint(units), rest = rint((units - whole) * 0x1p31);
  }
  count_weight(sums->weight + to * 2, whole, rest);
  if (leaves) count_weight(sums->weight + from * 2, -whole, -rest);
}

void cs_sums_add(struct cs_sums *sums, const struct cs_points *points, size_t row, size_t cluster) {
  add(sums, points, row, cluster, SIZE_MAX);
}

void cs_sums_move(struct cs_sums *sums, const struct cs_points *points, size_t row, size_t from, size_t to) {
  add(sums, points, row, to, from);
}

void cs_sums_move_group(struct cs_sums *sums, const struct cs_points *points, size_t base,
                        const uint16_t row[CS_GROUP], uint32_t which, const uint32_t *from,
                        const uint32_t *to) {
  if (!points->weight && which) {
    expect(sums, CS_GROUP);
    points->lanes->move(cs_points_row(points, base), row, which, points->scale, sums->d, from, to, sums->part,
                        sums->weight);
  }
  for (; points->weight && which; which &= which - 1) {
    unsigned i = (unsigned)__builtin_ctz(which);
    add(sums, points, base + row[i], to[i], from ? from[i] : SIZE_MAX);
  }
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
