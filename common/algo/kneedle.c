#include "algo/kneedle.h"

#include <stdbool.h>
#include <stdint.h>

/* The curve, turned so that it is concave and increasing, in shares of its ranges. */
struct turned {
  const double *x, *y;
  size_t n;
  enum cs_curve curve;
  double x_low, x_range, y_low, y_range;
};

/* Those two are seen from their other end. */
static bool is_mirrored(enum cs_curve curve) {
  return curve == CS_CONCAVE_DECREASING || curve == CS_CONVEX_INCREASING;
}

static bool is_convex(enum cs_curve curve) {
  return curve == CS_CONVEX_INCREASING || curve == CS_CONVEX_DECREASING;
}

static size_t position(const struct turned *turned, size_t i) {
  return is_mirrored(turned->curve) ? turned->n - 1 - i : i;
}

/* How far the turned curve is above the diagonal. */
static double height(const struct turned *turned, size_t i) {
  size_t at = position(turned, i);
  double x = (turned->x[at] - turned->x_low) / turned->x_range,
         y = (turned->y[at] - turned->y_low) / turned->y_range;
  if (is_mirrored(turned->curve)) x = 1 - x;
  if (is_convex(turned->curve)) y = 1 - y;
  return y - x;
}

static bool measure(struct turned *turned) {
  double low = turned->y[0], high = low;
  for (size_t i = 1; i < turned->n; i++) {
    if (turned->y[i] < low) low = turned->y[i];
    if (turned->y[i] > high) high = turned->y[i];
  }
  turned->x_low = turned->x[0], turned->x_range = turned->x[turned->n - 1] - turned->x[0];
  turned->y_low = low, turned->y_range = high - low;
  return turned->x_range > 0 && turned->y_range > 0;
}

/* A knee is a local maximum behind which the height falls below it by the threshold before there is another one. Where it is level there
 * are maxima, and the ends are, where they aren't below their neighbour. (A minimum ends the search too, says the paper; but what has
 * not fallen below the threshold there doesn't when it rises from there.) */
size_t cs_kneedle(const double *x, const double *y, size_t n, enum cs_curve curve, double sensitivity) {
  struct turned turned = {.x = x, .y = y, .n = n, .curve = curve};
  if (n < 3 || !measure(&turned)) return SIZE_MAX;
  double step = sensitivity / (double)(n - 1), before = height(&turned, 0), here = before, threshold = 0;
  size_t knee = SIZE_MAX;
  for (size_t i = 0; i + 1 < n; i++) {
    double after = height(&turned, i + 1);
    if (here >= before && here >= after) knee = i, threshold = here - step;
    if (knee != SIZE_MAX && after < threshold) return position(&turned, knee);
    before = here, here = after;
  }
  return SIZE_MAX;
}
