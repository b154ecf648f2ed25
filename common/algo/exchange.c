/* Single moves between clusters (Hartigan & Wong 1979). */
#include "algo/kmeans_inside.h"

enum { PASSES = 100 };

/* The cluster into which row x of weight w should move from `from`, or `from`: by what the inertia would lose
 * and gain (the optimal-transfer stage). */
static size_t better_cluster(const struct start *start, const double *weight, const double *x, double w,
                             size_t from) {
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

/* Moves a row, and the two centres with it. */
static void move_row(struct start *start, double *weight, size_t row, size_t from, size_t to) {
  size_t d = start->points->d;
  const double *x = cs_points_row(start->points, row);
  double w = cs_points_weight(start->points, row), *a = start->centre + from * d, *b = start->centre + to * d;
  weight[from] -= w;
  weight[to] += w;
  for (size_t j = 0; j < d; j++) {
    a[j] -= (x[j] - a[j]) * (w / weight[from]);
    b[j] += (x[j] - b[j]) * (w / weight[to]);
  }
  start->label[row] = (uint32_t)to;
}

bool cs_exchange(struct start *start) {
  const struct cs_points *points = start->points;
  double *weight = start->weight;
  bool moved = true, any = false;
  for (size_t c = 0; c < start->k; c++) weight[c] = cs_sums_weight(&start->sums, points, c);
  for (int pass = 0; pass < PASSES && moved; pass++) {
    moved = false;
    for (size_t i = 0; i < points->n; i++) {
      size_t from = start->label[i],
             to = better_cluster(start, weight, cs_points_row(points, i), cs_points_weight(points, i), from);
      if (to == from) continue;
      move_row(start, weight, i, from, to);
      moved = any = true;
    }
  }
  if (any) cs_centres_of_labels(start);
  return any;
}
