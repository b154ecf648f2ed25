/* Single moves between clusters (Hartigan & Wong 1979). Rows are looked at a group at a time: those that can't gain whatever was rounded are
 * passed over, the canonical distances decide on the others, in their order. */
#include "algo/kmeans_inside.h"

#include <math.h>

enum { PASSES = 100 };

/* For the rounding of a few products of floats. */
static const float rounding = 1 - 2e-6F;

/* The cluster into which row x of weight w should move from `from`, or `from`: by what the inertia would lose
 * and gain (the optimal-transfer stage). */
static size_t better_cluster(const struct start *start, const double *x, double w, size_t from) {
  const double *weight = start->weight;
  size_t d = start->points->d, best = from;
  double left = weight[from] - w;
  if (!(left > 0)) return from;
  double least = cs_square_distance(x, start->centre + from * d, d) * (left + w) / left * (1 - 1e-12);
  for (size_t c = 0; c < start->k; c++) {
    if (c == from) continue;
    double gain = cs_square_distance(x, start->centre + c * d, d) * weight[c] / (weight[c] + w);
    if (gain < least) least = gain, best = c;
  }
  return best;
}

/* What a row of the largest weight gains by and loses: cost[c] is of a squared distance to c what coming would cost; stay[c] turns that
 * of its own cluster into what leaving would save, and save[c] a squared distance. */
static void weigh_cluster(struct start *start, size_t c) {
  double weight = start->weight[c], most = start->points->heaviest, left = weight - most;
  start->cost[c] = (float)(weight / (weight + most));
  start->save[c] = left > 0 ? (float)(weight / left) : INFINITY;
  start->stay[c] = left > 0 ? (float)((weight + most) / left) : INFINITY;
}

/* Moves a row, and the two centres with it. */
static void move_row(struct start *start, size_t row, size_t from, size_t to) {
  size_t d = start->points->d;
  const double *x = cs_points_row(start->points, row);
  double w = cs_points_weight(start->points, row), *a = start->centre + from * d, *b = start->centre + to * d,
         *weight = start->weight;
  weight[from] -= w;
  weight[to] += w;
  for (size_t j = 0; j < d; j++) {
    a[j] -= (x[j] - a[j]) * (w / weight[from]);
    b[j] += (x[j] - b[j]) * (w / weight[to]);
  }
  start->label[row] = (uint32_t)to;
  cs_panels_put(&start->panels, start->points, from, a);
  cs_panels_put(&start->panels, start->points, to, b);
  weigh_cluster(start, from);
  weigh_cluster(start, to);
}

/* A bit for each row of a group that may be better elsewhere. */
static uint32_t find_movable(const struct start *start, size_t begin, const float *group) {
  uint32_t nearest[CS_GROUP], movable = 0;
  float first[CS_GROUP], second[CS_GROUP], doubt[CS_GROUP];
  if (!start->panels.quick_fits) return UINT32_MAX;
  start->points->lanes->weigh(group, &start->panels, start->cost, nearest, first, second, doubt);
  for (size_t i = 0; i < CS_GROUP && begin + i < start->points->n; i++) {
    uint32_t own = start->label[begin + i];
    float saved = first[i] * start->stay[own] + doubt[i] * start->save[own];
    movable |= (uint32_t) !(nearest[i] == own && second[i] * rounding > saved) << i;
  }
  return movable;
}

static bool exchange_group(struct start *start, size_t begin) {
  const struct cs_points *points = start->points;
  size_t rows = points->n - begin < CS_GROUP ? points->n - begin : CS_GROUP;
  uint16_t row[CS_GROUP];
  float *group = start->scratch[0];
  bool moved = false;
  for (size_t i = 0; i < CS_GROUP; i++) row[i] = (uint16_t)(i < rows ? i : rows - 1);
  points->lanes->gather_quick(cs_points_row(points, begin), row, points->d, points->origin, group);
  uint32_t ahead = cs_group_bits(rows), movable = find_movable(start, begin, group) & ahead;
  while (movable) {
    unsigned i = (unsigned)__builtin_ctz(movable);
    size_t from = start->label[begin + i], to = better_cluster(start, cs_points_row(points, begin + i),
                                                               cs_points_weight(points, begin + i), from);
    ahead &= ~(uint32_t)1 << i;
    movable &= ahead;
    if (to == from) continue;
    move_row(start, begin + i, from, to);
    movable = find_movable(start, begin, group) & ahead;
    moved = true;
  }
  return moved;
}

bool cs_exchange(struct start *start) {
  const struct cs_points *points = start->points;
  bool moved = true, any = false;
  cs_panels_set(&start->panels, points, start->centre);
  for (size_t c = start->k; c % CS_PANEL; c++) start->cost[c] = 1;
  for (size_t c = 0; c < start->k; c++) {
    start->weight[c] = cs_sums_weight(&start->sums, points, c);
    weigh_cluster(start, c);
  }
  for (int pass = 0; pass < PASSES && moved; pass++) {
    moved = false;
    for (size_t begin = 0; begin < points->n; begin += CS_GROUP) moved |= exchange_group(start, begin);
    any |= moved;
  }
  if (any) cs_centres_of_labels(start);
  return any;
}
