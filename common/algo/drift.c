#include "algo/drift.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STAMPS_MOST = 64, STAMPS_LEAST = 2, PAST_MOST = 1 << 20 };

/* For the rounding of distances, and of their sum to a float. */
#define ROUNDING 1e-6

enum cs_status cs_drift_begin(struct cs_drift *drift, size_t k, size_t d, struct cs_error *err) {
  size_t room = PAST_MOST / k / (d + 1);
  if (room > STAMPS_MOST) room = STAMPS_MOST;
  if (room < STAMPS_LEAST) room = STAMPS_LEAST;
  *drift = (struct cs_drift){.k = k, .d = d, .room = room};
  while (((size_t)1 << drift->bits) < k) drift->bits++;
  enum cs_status status =
      cs_alloc(&drift->past, room * k, d * sizeof *drift->past, "the centres of before", err);
  if (status == CS_OK) status = cs_alloc(&drift->gone, k, sizeof *drift->gone, "centres", err);
  if (status == CS_OK)
    status = cs_alloc(&drift->most, room << drift->bits, sizeof *drift->most, "centres", err);
  if (status != CS_OK) cs_drift_release(drift);
  return status;
}

void cs_drift_release(struct cs_drift *drift) {
  free(drift->past);
  free(drift->gone);
  free(drift->most);
  *drift = (struct cs_drift){0};
}

static void measure_stamp(struct cs_drift *drift, size_t stamp, const double *centre, double slack) {
  size_t k = drift->k, d = drift->d, farthest = 0;
  const double *past = drift->past + stamp * k * d;
  double first = 0, second = 0, *gone = drift->gone;
  for (size_t c = 0; c < k; c++) {
    double square = 0;
    for (size_t j = 0; j < d; j++) {
      double t = centre[c * d + j] - past[c * d + j];
      square += t * t;
    }
    gone[c] = sqrt(square);
    if (!(gone[c] <= first))
      second = first, first = gone[c], farthest = c;
    else if (!(gone[c] <= second))
      second = gone[c];
  }
  float *most = drift->most + (stamp << drift->bits);
  for (size_t c = 0; c < k; c++)
    most[c] = (float)((gone[c] + (c == farthest ? second : first) + slack) * (1 + ROUNDING));
}

void cs_drift_measure(struct cs_drift *drift, const double *centre, double slack) {
  for (size_t stamp = 0; stamp < drift->stamps; stamp++) measure_stamp(drift, stamp, centre, slack);
}

uint32_t cs_drift_mark(struct cs_drift *drift, const double *centre, double slack) {
  size_t stamp = drift->stamps++;
  memcpy(drift->past + stamp * drift->k * drift->d, centre, drift->k * drift->d * sizeof *centre);
  measure_stamp(drift, stamp, centre, slack);
  return (uint32_t)(stamp << drift->bits);
}
