/* The sums of sums.h are whole numbers of 2^-62 of the largest value of a column, and of the largest weight. Where one value dwarfs the
 * others, or one weight, that is coarse beside what is within a cluster; then the means are taken anew, from the centres on. */
#include "algo/kmeans_inside.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 64 };

/* Shifts below this part of what rows are off their centre are rounding. */
static const double NOTHING = 1e-11;

/* What the rows of each cluster are off its centre. */
struct offset {
  double *sum;    /* [k][d] */
  double *square; /* [k] */
  double *weight; /* [k] */
};

bool cs_is_coarse(const struct start *start, double inertia) {
  const struct cs_points *points = start->points;
  double unit = 0;
  if (!points->whole) return true;
  for (size_t j = 0; j < points->d; j++) unit += 1 / (points->scale[j] * points->scale[j]);
  return sqrt(unit) * 0x1p-31 > NOTHING * sqrt(inertia / points->total);
}

static void measure(const struct start *start, struct offset *offset) {
  const struct cs_points *points = start->points;
  size_t k = start->k, d = points->d;
  memset(offset->sum, 0, k * d * sizeof *offset->sum);
  memset(offset->square, 0, k * sizeof *offset->square);
  memset(offset->weight, 0, k * sizeof *offset->weight);
  for (size_t i = 0; i < points->n; i++) {
    const double *x = cs_points_row(points, i), *centre = start->centre + start->label[i] * d;
    double *sum = offset->sum + start->label[i] * d, weight = cs_points_weight(points, i);
    for (size_t j = 0; j < d; j++) sum[j] += weight * (x[j] - centre[j]);
    offset->square[start->label[i]] += weight * cs_square_distance(x, centre, d);
    offset->weight[start->label[i]] += weight;
  }
}

/* Moves the centres that aren't the means. Whether there are any. */
static bool move(struct start *start, const struct offset *offset) {
  size_t d = start->points->d;
  bool moved = false;
  for (size_t c = 0; c < start->k; c++) {
    double shift = 0, weight = offset->weight[c], *centre = start->centre + c * d;
    if (!(weight > 0)) continue;
    for (size_t j = 0; j < d; j++)
      shift += (offset->sum[c * d + j] / weight) * (offset->sum[c * d + j] / weight);
    if (!(sqrt(shift) > NOTHING * sqrt(offset->square[c] / weight))) continue;
    for (size_t j = 0; j < d; j++) centre[j] += offset->sum[c * d + j] / weight;
    moved = true;
  }
  return moved;
}

enum cs_status cs_refine(struct start *start, bool *moved, struct cs_error *err) {
  struct offset offset = {NULL, NULL, NULL};
  size_t k = start->k;
  *moved = false;
  enum cs_status status = cs_alloc(&offset.sum, k, start->points->d * sizeof *offset.sum, "centres", err);
  if (status == CS_OK) status = cs_alloc(&offset.square, k, sizeof *offset.square, "centres", err);
  if (status == CS_OK) status = cs_alloc(&offset.weight, k, sizeof *offset.weight, "centres", err);
  for (int round = 0; status == CS_OK && round < ROUNDS; round++) {
    measure(start, &offset);
    if (!move(start, &offset)) break;
    *moved = true;
    cs_assign(start);
  }
  free(offset.sum);
  free(offset.square);
  free(offset.weight);
  return status;
}
