/* drift.h - how far centres have gone from where they were: what decides which rows may have a new nearest centre.
 *
 * A row whose nearest centre a was nearer than the next by a gap keeps it as long as the gap is larger than what a and the one
 * of the others that went farthest have gone since, straight from there to here (Hamerly 2010, with both of his bounds in one number
 * that needn't be written again each round, and the norms of sums of Newling & Fleuret 2016 in place of sums of norms).
 *
 * A row remembers the round in which its gap was measured and its centre: a slot, stamp << bits | centre.
 *
 * Shapes    past is [stamps][k][d], most is [stamps << bits].
 * Cost      O(stamps k d) a round.
 */
#ifndef CS_ALGO_DRIFT_H
#define CS_ALGO_DRIFT_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct cs_drift {
  size_t k, d, stamps, room;
  unsigned bits;
  double *past, *gone; /* gone is [k] */
  float *most;         /* by slot: a gap above it is enough */
};

CS_MUST_CHECK enum cs_status cs_drift_begin(struct cs_drift *drift, size_t k, size_t d, struct cs_error *err);
void cs_drift_release(struct cs_drift *drift);

/* The centres are at centre[k][d] now: fills most, to which slack adds. */
void cs_drift_measure(struct cs_drift *drift, const double *centre, double slack);

/* Remembers centre[k][d] under a new stamp, and returns its first slot. There must be room: stamps < room. */
uint32_t cs_drift_mark(struct cs_drift *drift, const double *centre, double slack);

static inline uint32_t cs_drift_centre(const struct cs_drift *drift, uint32_t slot) {
  return slot & (((uint32_t)1 << drift->bits) - 1);
}

#endif
