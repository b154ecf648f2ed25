#include "algo/points.h"

#include "base/memory.h"
#include "base/parallel.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum {
  PROBE = 1024,       /* rows of which the origin is the mean */
  UNIT_BITS = 31,     /* of a row's part in a sum, in units of its scale */
  WEIGHT_MOST = 1024, /* up to here a whole weight multiplies it */
};

void cs_points_release(struct cs_points *points) {
  free(points->origin);
  free(points->zero);
  free(points->scale);
  *points = (struct cs_points)CS_POINTS_INIT;
}

static void find_origin(struct cs_points *points) {
  size_t rows = points->n < PROBE ? points->n : PROBE;
  for (size_t i = 0; i < rows; i++) {
    const double *x = cs_points_row(points, i * (points->n / rows));
    for (size_t j = 0; j < points->d; j++) points->origin[j] += x[j] / (double)rows;
  }
}

/* The largest of each column: as it is, weighed, and from the origin. */
struct extent {
  const struct cs_points *points;
  double *largest; /* [blocks][2][d + 1] */
};

static void measure_block(void *context, size_t block, int thread) {
  (void)thread;
  const struct extent *extent = context;
  const struct cs_points *points = extent->points;
  size_t d = points->d, begin = block * CS_BLOCK, end = begin + cs_points_block_rows(points, block);
  double *size = extent->largest + block * 2 * (d + 1), *off = size + d + 1;
  const double *weight = points->whole ? NULL : points->weight;
  for (size_t i = begin; i < end; i += CS_GROUP)
    points->lanes->extend(cs_points_row(points, i), weight ? weight + i : NULL,
                          end - i < CS_GROUP ? end - i : CS_GROUP, d, points->origin, size, off);
  size[d] = weight ? 0 : 1;
  for (size_t i = begin; weight && i < end; i++) size[d] = fmax(size[d], weight[i]);
}

/* The power of two that brings numbers up to `largest` to at most 2^UNIT_BITS. */
static double scale_for(double largest) {
  if (!(largest > 0)) return 1;
  int exponent;
  frexp(largest, &exponent);
  int bits = UNIT_BITS - exponent;
  return ldexp(1, bits < DBL_MAX_EXP - 1 ? bits : DBL_MAX_EXP - 1);
}

static enum cs_status measure(struct cs_points *points, int threads, struct cs_error *err) {
  size_t d = points->d, blocks = cs_points_blocks(points), size = 2 * (d + 1);
  struct extent extent = {points, NULL};
  CS_TRY(cs_alloc(&extent.largest, blocks, size * sizeof *extent.largest, "columns", err));
  cs_parallel(threads, blocks, measure_block, &extent);
  for (size_t block = 1; block < blocks; block++)
    for (size_t s = 0; s < size; s++)
      extent.largest[s] = fmax(extent.largest[s], extent.largest[block * size + s]);
  for (size_t j = 0; j < d; j++) points->reach += extent.largest[d + 1 + j] * extent.largest[d + 1 + j];
  points->reach = sqrt(points->reach);
  for (size_t j = 0; j <= d; j++) points->scale[j] = scale_for(extent.largest[j]);
  if (points->whole) points->scale[d] = 1;
  free(extent.largest);
  return CS_OK;
}

static void weigh(struct cs_points *points) {
  points->whole = true;
  points->total = points->weight ? 0 : (double)points->n;
  points->heaviest = points->weight ? 0 : 1;
  for (size_t i = 0; points->weight && i < points->n; i++) {
    points->total += points->weight[i];
    points->heaviest = fmax(points->heaviest, points->weight[i]);
    points->whole &= points->weight[i] == floor(points->weight[i]) && points->weight[i] <= WEIGHT_MOST;
  }
}

enum cs_status cs_points_begin(struct cs_points *points, const struct cs_matrix *matrix, const double *weight,
                               int threads, struct cs_error *err) {
  size_t d = matrix->d;
  *points = (struct cs_points)CS_POINTS_INIT;
  points->n = matrix->n, points->d = d, points->x = matrix->x, points->weight = weight;
  points->lanes = cs_lanes();
  weigh(points);
  enum cs_status status = cs_alloc(&points->origin, d, sizeof *points->origin, "columns", err);
  if (status == CS_OK) status = cs_alloc(&points->zero, d, sizeof *points->zero, "columns", err);
  if (status == CS_OK) status = cs_alloc(&points->scale, d + 1, sizeof *points->scale, "columns", err);
  if (status == CS_OK) find_origin(points);
  if (status == CS_OK) status = measure(points, threads, err);
  if (status != CS_OK) cs_points_release(points);
  return status;
}

/* --- nearest centres --- */

/* What floats hold with their squares; and the clusters that they can number. */
static const double quick_most = 1e15;
enum { QUICK_CLUSTERS = 1 << 24, QUICK_COLUMNS = 1 << 14, DOUBTS_MOST = 16 };

enum cs_status cs_panels_begin(struct cs_panels *panels, size_t k, size_t d, struct cs_error *err) {
  size_t room = (k + CS_PANEL - 1) / CS_PANEL * CS_PANEL;
  *panels = (struct cs_panels){.d = d, .k = k};
  enum cs_status status = cs_alloc(&panels->fine.centre, room, d * sizeof(double), "centres", err);
  if (status == CS_OK) status = cs_alloc(&panels->fine.half, room, sizeof(double), "centres", err);
  if (status == CS_OK) status = cs_alloc(&panels->quick.centre, room, d * sizeof(float), "centres", err);
  if (status == CS_OK) status = cs_alloc(&panels->quick.half, room, sizeof(float), "centres", err);
  if (status != CS_OK) cs_panels_release(panels);
  for (size_t c = k; status == CS_OK && c < room; c++)
    panels->fine.half[c] = INFINITY, panels->quick.half[c] = INFINITY;
  return status;
}

void cs_panels_release(struct cs_panels *panels) {
  free(panels->fine.centre);
  free(panels->fine.half);
  free(panels->quick.centre);
  free(panels->quick.half);
  *panels = (struct cs_panels){0};
}

/* With y = x - o and b = c - o, each rounded once (twice to a float), what nearest() makes of |y|^2 - 2 (y b - |b|^2 / 2) is within
 * (d + 8) u (|y| + |b|)^2 of |x - c|^2, u = 2^-53 or 2^-24 (Higham 2002, 3.1), and (|y| + |b|)^2 <= 2 |y|^2 + 2 |b|^2; what
 * is too small for a number is within (d + 8) of the least. A canonical squared distance D is within (d + 3) u D of what it should be, so
 * that two of them stand as the distances do if these differ by 2 (d + 4) u (|y| + |b|). All are taken a tenth larger. */
static const double unit = 1.1 * DBL_EPSILON / 2, quick_unit = 1.1 * FLT_EPSILON / 2;

void cs_panels_put(struct cs_panels *panels, const struct cs_points *points, size_t c, const double *centre) {
  double square = 0;
  size_t to = c / CS_PANEL * points->d * CS_PANEL + c % CS_PANEL;
  for (size_t j = 0; j < points->d; j++) {
    double b = centre[j] - points->origin[j];
    panels->fine.centre[to + j * CS_PANEL] = b;
    panels->quick.centre[to + j * CS_PANEL] = (float)b;
    square += b * b;
  }
  panels->fine.half[c] = square / 2 * (1 - panels->fine.relative);
  panels->quick.half[c] = (float)(square / 2 * (1 - panels->quick.relative));
  if (!(square <= panels->fine.longest)) panels->fine.longest = square;
  panels->quick.longest = (float)(panels->fine.longest * (1 + panels->quick.relative));
}

double cs_panels_set(struct cs_panels *panels, const struct cs_points *points, const double *centre) {
  double d = (double)points->d;
  panels->fine.relative = 2 * (d + 8) * unit, panels->quick.relative = (float)(2 * (d + 8) * quick_unit);
  panels->fine.absolute = (d + 8) * DBL_MIN, panels->quick.absolute = (float)((d + 8) * FLT_MIN);
  panels->fine.longest = 0;
  for (size_t c = 0; c < panels->k; c++) cs_panels_put(panels, points, c, centre + c * points->d);
  panels->quick_fits = points->reach <= quick_most && panels->fine.longest <= quick_most * quick_most &&
                       panels->k <= QUICK_CLUSTERS && points->d <= QUICK_COLUMNS;
  return 2 * (d + 4) * unit * (points->reach + sqrt(panels->fine.longest));
}

size_t cs_nearest_centre(const double *x, const double *centre, size_t k, size_t d) {
  size_t nearest = 0;
  double least = INFINITY;
  for (size_t c = 0; c < k; c++) {
    double distance = cs_square_distance(x, centre + c * d, d);
    if (distance < least) least = distance, nearest = c;
  }
  return nearest;
}

size_t cs_points_nearest(const struct cs_points *points, size_t base, const uint16_t row[CS_GROUP],
                         const struct cs_panels *panels, const double *centre, double slack, void *scratch,
                         size_t *doubts, uint32_t label[CS_GROUP], float gap[CS_GROUP]) {
  const double *x = cs_points_row(points, base);
  float *quick = scratch, least = (float)slack * 1.000001F;
  double *group = scratch;
  if (panels->quick_fits && *doubts < DOUBTS_MOST) {
    points->lanes->gather_quick(x, row, points->d, points->origin, quick);
    bool sure = !points->lanes->nearest_quick(quick, panels, least, label, gap);
    *doubts += sure ? -(*doubts > 0) : 2;
    if (sure) return 0;
  }
  points->lanes->gather(x, row, points->d, points->origin, group);
  size_t open = points->lanes->nearest(group, panels, least, label, gap);
  for (size_t i = 0; open && i < CS_GROUP; i++)
    if (!(gap[i] > least))
      label[i] = (uint32_t)cs_nearest_centre(x + row[i] * points->d, centre, panels->k, points->d);
  return open;
}
