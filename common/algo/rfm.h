/* rfm.h - recency, frequency and monetary scores of 1 to 5, and sets of the 125 cells that they make.
 *
 * Shapes   v is [n]; cuts is [CS_RFM_CUTS], ascending.
 * Units    those of v: days for recency, orders for frequency, money for spend.
 * Source   R package rfm 0.3 (Hebbali), after SPSS: the cuts are the type-7 quantiles at 20, 40, 60 and 80 % plus
 *          CS_RFM_OFFSET, the intervals are closed below and open above. Equal values always get equal scores, so bins may
 *          be of unequal size or empty.
 * Repeats  the result depends on v alone.
 */
#ifndef CS_ALGO_RFM_H
#define CS_ALGO_RFM_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
  CS_RFM_SCORES = 5,
  CS_RFM_CUTS = CS_RFM_SCORES - 1,
  CS_RFM_CELLS = CS_RFM_SCORES * CS_RFM_SCORES * CS_RFM_SCORES,
  CS_RFM_QUANTILE_TYPE = 7,
  CS_RFM_OFFSET = 1
};

enum cs_rfm_dimension { CS_RFM_RECENCY, CS_RFM_FREQUENCY, CS_RFM_MONETARY, CS_RFM_DIMENSIONS };

/* "recency" */
const char *cs_rfm_dimension_name(enum cs_rfm_dimension dimension);

/* The cuts of a vector without NaN. n may be 0: the cuts are then 0. */
CS_MUST_CHECK enum cs_status cs_rfm_cuts_fit(const double *v, size_t n, double cuts[CS_RFM_CUTS],
                                             struct cs_error *err);

/* 1 below the first cut .. 5 from the last one on: more is better, for frequency and money. */
int cs_rfm_score(double value, const double cuts[CS_RFM_CUTS]);

/* 5 below the first cut .. 1 from the last one on: fewer days are better. */
int cs_rfm_score_recency(double days, const double cuts[CS_RFM_CUTS]);

/* --- cells --- */

/* The number of a cell, from its scores: 0 for 1-1-1 .. 124 for 5-5-5. */
int cs_rfm_cell(int recency, int frequency, int monetary);

/* All cells whose scores lie within from..to, both within 1..5, in each dimension. */
struct cs_rfm_range {
  int from, to;
};
struct cs_rfm_box {
  struct cs_rfm_range score[CS_RFM_DIMENSIONS];
};

/* A set of cells. */
struct cs_rfm_cells {
  bool has[CS_RFM_CELLS];
};

void cs_rfm_cells_add(struct cs_rfm_cells *cells, const struct cs_rfm_box *box);
void cs_rfm_cells_remove(struct cs_rfm_cells *cells, const struct cs_rfm_box *box);
size_t cs_rfm_cells_count(const struct cs_rfm_cells *cells);

/* The largest box whose cells are all in the set, of several the one that begins first. Returns the number of its cells, 0
 * for the empty set. */
size_t cs_rfm_cells_largest(const struct cs_rfm_cells *cells, struct cs_rfm_box *box);

/* Which of several rules cover which cells, where the first that covers a cell names it. Begins zeroed. */
struct cs_rfm_coverage {
  size_t rules;               /* so far */
  size_t count[CS_RFM_CELLS]; /* of rules that cover the cell */
  size_t first[CS_RFM_CELLS]; /* the first of them, from 0, where there is one */
};

/* Puts one more rule behind the others. Returns the number of cells that it names: with 0 it can never fire. */
size_t cs_rfm_cover(struct cs_rfm_coverage *coverage, const struct cs_rfm_cells *cells);

/* The cells that no rule covers, and those that several do. */
void cs_rfm_uncovered(const struct cs_rfm_coverage *coverage, struct cs_rfm_cells *cells);
void cs_rfm_contested(const struct cs_rfm_coverage *coverage, struct cs_rfm_cells *cells);

#endif
