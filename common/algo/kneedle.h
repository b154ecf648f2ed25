/* kneedle.h - where a curve bends: the knee of a concave curve, the elbow of a convex one (Satopaa, Albrecht, Irwin & Raghavan 2011,
 * "Finding a kneedle in a haystack"), of all points at once (their offline mode), without smoothing.
 *
 * Shapes   x and y are [n]; x ascends.
 * Units    none: both axes are taken as shares of their ranges.
 * Agrees   with KneeLocator of the Python package kneed 0.9.0.
 * Cost     O(n) time, no memory.
 */
#ifndef CS_ALGO_KNEEDLE_H
#define CS_ALGO_KNEEDLE_H

#include <stddef.h>

enum cs_curve {
  CS_CONCAVE_INCREASING,
  CS_CONCAVE_DECREASING,
  CS_CONVEX_INCREASING,
  CS_CONVEX_DECREASING,
};

/* The paper's default: how many mean steps of x the curve has to fall off behind a knee to make it one. */
#define CS_KNEEDLE_SENSITIVITY 1

/* The position of the knee; SIZE_MAX when there is none, or either axis has no range. */
size_t cs_kneedle(const double *x, const double *y, size_t n, enum cs_curve curve, double sensitivity);

#endif
