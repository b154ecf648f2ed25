/* rfm.h - recency, frequency and monetary scores of 1 to 5, and the segment that a cell of scores is called.
 *
 * Shapes   v is [n]; cuts is [CS_RFM_CUTS], ascending.
 * Units    those of v: days for recency, orders for frequency, money for spend.
 * Source   R package rfm 0.3 (Hebbali), after SPSS: the cuts are the type-7 quantiles at 20, 40, 60 and 80 %
 * plus 1, the intervals are closed below and open above. Equal values always get equal scores, so bins may be
 * of unequal size or empty. Repeats  the result depends on v alone.
 */
#ifndef CS_ALGO_RFM_H
#define CS_ALGO_RFM_H

#include "base/error.h"

#include <stddef.h>

enum { CS_RFM_SCORES = 5, CS_RFM_CUTS = CS_RFM_SCORES - 1 };

/* The cuts of a vector without NaN. n may be 0: the cuts are then 0. */
CS_MUST_CHECK enum cs_status cs_rfm_cuts_fit(const double *v, size_t n, double cuts[CS_RFM_CUTS],
                                             struct cs_error *err);

/* 1 below the first cut .. 5 from the last one on: more is better, for frequency and money. */
int cs_rfm_score(double value, const double cuts[CS_RFM_CUTS]);

/* 5 below the first cut .. 1 from the last one on: fewer days are better. */
int cs_rfm_score_recency(double days, const double cuts[CS_RFM_CUTS]);

/* The segments, in the order of their rules. */
enum cs_rfm_segment {
  CS_RFM_CHAMPIONS,
  CS_RFM_POTENTIAL_LOYALIST,
  CS_RFM_LOYAL,
  CS_RFM_PROMISING,
  CS_RFM_NEW,
  CS_RFM_CANNOT_LOSE,
  CS_RFM_AT_RISK,
  CS_RFM_NEED_ATTENTION,
  CS_RFM_ABOUT_TO_SLEEP,
  CS_RFM_LOST,
  CS_RFM_SEGMENTS
};

/* The segment of a cell of scores, each 1..5: the first of the ten rules of the rfm package's README that
 * matches. Those leave ten of the 125 cells without a name; three more rules name them
 * (docs/data-dictionary.md). */
enum cs_rfm_segment cs_rfm_segment_of(int recency, int frequency, int monetary);

/* "Champions" */
const char *cs_rfm_segment_name(enum cs_rfm_segment segment);

#endif
