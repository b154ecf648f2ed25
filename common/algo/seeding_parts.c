/* Where k-means begins when nothing is left to chance: PCA-Part (Su & Dy 2007). */
#include "algo/seeding.h"
#include "algo/symmetric.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct parts {
  const struct cs_points *points;
  size_t count;
  uint32_t *label; /* [n] */
  double *mean;    /* [k][d] */
  double *squares; /* [k]: weighted sum of squares about the mean; negative where there is nothing to cut */
  double *scatter; /* [d][d] */
  double *vector;  /* [d][d] */
  double *off;     /* [d] */
};

/* Mean and sum of squares of a part. */
static void measure(struct parts *parts, size_t part) {
  const struct cs_points *points = parts->points;
  size_t d = points->d;
  double *mean = parts->mean + part * d, weight = 0;
  memset(mean, 0, d * sizeof *mean);
  parts->squares[part] = 0;
  for (size_t i = 0; i < points->n; i++) {
    if (parts->label[i] != part) continue;
    double w = cs_points_weight(points, i);
    weight += w;
    for (size_t j = 0; j < d; j++) mean[j] += w * (cs_points_row(points, i)[j] - points->origin[j]);
  }
  for (size_t j = 0; j < d; j++) mean[j] = points->origin[j] + (weight > 0 ? mean[j] / weight : 0);
  for (size_t i = 0; i < points->n; i++)
    if (parts->label[i] == part)
      parts->squares[part] +=
          cs_points_weight(points, i) * cs_square_distance(cs_points_row(points, i), mean, d);
}

/* The direction in which a part varies most. */
static const double *direction(struct parts *parts, size_t part) {
  const struct cs_points *points = parts->points;
  size_t d = points->d, first = 0;
  const double *mean = parts->mean + part * d;
  memset(parts->scatter, 0, d * d * sizeof *parts->scatter);
  memset(parts->vector, 0, d * d * sizeof *parts->vector);
  for (size_t i = 0; i < points->n; i++) {
    if (parts->label[i] != part) continue;
    double w = cs_points_weight(points, i);
    for (size_t j = 0; j < d; j++) parts->off[j] = cs_points_row(points, i)[j] - mean[j];
    for (size_t j = 0; j < d; j++)
      for (size_t l = 0; l <= j; l++) parts->scatter[j * d + l] += w * parts->off[j] * parts->off[l];
  }
  for (size_t j = 0; j < d; j++)
    for (size_t l = 0; l < j; l++) parts->scatter[l * d + j] = parts->scatter[j * d + l];
  cs_symmetric_diagonalise(parts->scatter, parts->vector, d);
  for (size_t j = 1; j < d; j++)
    if (parts->scatter[j * d + j] > parts->scatter[first * d + first]) first = j;
  return parts->vector + first * d;
}

/* Rows beyond the mean become a part of their own. False where there are none, or no others. */
static bool cut(struct parts *parts, size_t part) {
  const struct cs_points *points = parts->points;
  size_t d = points->d, beyond = 0, left = 0;
  const double *along = direction(parts, part), *mean = parts->mean + part * d;
  for (size_t i = 0; i < points->n; i++) {
    if (parts->label[i] != part) continue;
    double score = 0;
    for (size_t j = 0; j < d; j++) score += (cs_points_row(points, i)[j] - mean[j]) * along[j];
    if (score > 0) parts->label[i] = (uint32_t)parts->count;
    beyond += score > 0;
    left += !(score > 0);
  }
  if (!beyond) return false;
  if (left) return true;
  for (size_t i = 0; i < points->n; i++)
    if (parts->label[i] == parts->count) parts->label[i] = (uint32_t)part;
  return false;
}

static void run(struct parts *parts, size_t k) {
  memset(parts->label, 0, parts->points->n * sizeof *parts->label);
  measure(parts, 0);
  for (parts->count = 1; parts->count < k;) {
    size_t largest = 0;
    for (size_t part = 1; part < parts->count; part++)
      if (parts->squares[part] > parts->squares[largest]) largest = part;
    if (!(parts->squares[largest] > 0)) break;
    if (!cut(parts, largest)) {
      parts->squares[largest] = -1;
      continue;
    }
    measure(parts, largest);
    measure(parts, parts->count++);
  }
}

enum cs_status cs_seed_parts(const struct cs_points *points, size_t k, uint32_t *label, double *centre,
                             struct cs_error *err) {
  size_t d = points->d;
  struct parts parts = {.points = points, .label = label, .mean = centre};
  enum cs_status status = cs_alloc(&parts.squares, k, sizeof *parts.squares, "parts", err);
  if (status == CS_OK) status = cs_alloc(&parts.scatter, d, d * sizeof *parts.scatter, "parts", err);
  if (status == CS_OK) status = cs_alloc(&parts.vector, d, d * sizeof *parts.vector, "parts", err);
  if (status == CS_OK) status = cs_alloc(&parts.off, d, sizeof *parts.off, "parts", err);
  if (status == CS_OK) {
    run(&parts, k);
    /* Rows that are all alike can't be cut further: what is missing begins where the first part does, and is reseeded. */
    for (size_t c = parts.count; c < k; c++) memcpy(centre + c * d, centre, d * sizeof *centre);
  }
  free(parts.squares);
  free(parts.scatter);
  free(parts.vector);
  free(parts.off);
  return status;
}
