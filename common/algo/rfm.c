#include "algo/rfm.h"

#include "algo/stats.h"

const char *cs_rfm_dimension_name(enum cs_rfm_dimension dimension) {
  static const char *const name[CS_RFM_DIMENSIONS] = {"recency", "frequency", "monetary"};
  return name[dimension];
}

enum cs_status cs_rfm_cuts_fit(const double *v, size_t n, double cuts[CS_RFM_CUTS], struct cs_error *err) {
  static const double p[CS_RFM_CUTS] = {0.2, 0.4, 0.6, 0.8};
  for (int i = 0; i < CS_RFM_CUTS; i++) cuts[i] = 0;
  if (n == 0) return CS_OK;
  CS_TRY(cs_quantiles(v, n, p, CS_RFM_CUTS, cuts, err));
  for (int i = 0; i < CS_RFM_CUTS; i++) cuts[i] += CS_RFM_OFFSET;
  return CS_OK;
}

int cs_rfm_score(double value, const double cuts[CS_RFM_CUTS]) {
  int score = 1;
  for (int i = 0; i < CS_RFM_CUTS; i++) score += value >= cuts[i];
  return score;
}

int cs_rfm_score_recency(double days, const double cuts[CS_RFM_CUTS]) {
  return CS_RFM_SCORES + 1 - cs_rfm_score(days, cuts);
}

/* --- cells --- */

int cs_rfm_cell(int recency, int frequency, int monetary) {
  return ((recency - 1) * CS_RFM_SCORES + frequency - 1) * CS_RFM_SCORES + monetary - 1;
}

static void put(struct cs_rfm_cells *cells, const struct cs_rfm_box *box, bool has) {
  const struct cs_rfm_range *score = box->score;
  for (int r = score[CS_RFM_RECENCY].from; r <= score[CS_RFM_RECENCY].to; r++)
    for (int f = score[CS_RFM_FREQUENCY].from; f <= score[CS_RFM_FREQUENCY].to; f++)
      for (int m = score[CS_RFM_MONETARY].from; m <= score[CS_RFM_MONETARY].to; m++)
        cells->has[cs_rfm_cell(r, f, m)] = has;
}

void cs_rfm_cells_add(struct cs_rfm_cells *cells, const struct cs_rfm_box *box) {
  put(cells, box, true);
}

void cs_rfm_cells_remove(struct cs_rfm_cells *cells, const struct cs_rfm_box *box) {
  put(cells, box, false);
}

size_t cs_rfm_cells_count(const struct cs_rfm_cells *cells) {
  size_t count = 0;
  for (int cell = 0; cell < CS_RFM_CELLS; cell++) count += cells->has[cell];
  return count;
}

/* The number of cells of the box, or 0 where one of them isn't in the set. */
static size_t size_within(const struct cs_rfm_cells *cells, const struct cs_rfm_box *box) {
  struct cs_rfm_cells outside = {{false}};
  cs_rfm_cells_add(&outside, box);
  size_t size = cs_rfm_cells_count(&outside);
  for (int cell = 0; cell < CS_RFM_CELLS; cell++)
    if (outside.has[cell] && !cells->has[cell]) return 0;
  return size;
}

/* The next range of scores: 1, 1-2, .. 1-5, 2, .. 5. False behind the last, which begins anew. */
static bool next_range(struct cs_rfm_range *range) {
  if (range->to < CS_RFM_SCORES) {
    range->to++;
    return true;
  }
  range->from = range->to = range->from < CS_RFM_SCORES ? range->from + 1 : 1;
  return range->from > 1;
}

static bool next_box(struct cs_rfm_box *box) {
  return next_range(&box->score[CS_RFM_MONETARY]) || next_range(&box->score[CS_RFM_FREQUENCY]) ||
         next_range(&box->score[CS_RFM_RECENCY]);
}

size_t cs_rfm_cells_largest(const struct cs_rfm_cells *cells, struct cs_rfm_box *box) {
  struct cs_rfm_box at = {{{1, 1}, {1, 1}, {1, 1}}};
  size_t most = 0;
  do {
    size_t size = size_within(cells, &at);
    if (size > most) {
      most = size;
      *box = at;
    }
  } while (next_box(&at));
  return most;
}

size_t cs_rfm_cover(struct cs_rfm_coverage *coverage, const struct cs_rfm_cells *cells) {
  size_t named = 0;
  for (int cell = 0; cell < CS_RFM_CELLS; cell++) {
    if (!cells->has[cell] || coverage->count[cell]++ > 0) continue;
    coverage->first[cell] = coverage->rules;
    named++;
  }
  coverage->rules++;
  return named;
}

void cs_rfm_uncovered(const struct cs_rfm_coverage *coverage, struct cs_rfm_cells *cells) {
  for (int cell = 0; cell < CS_RFM_CELLS; cell++) cells->has[cell] = coverage->count[cell] == 0;
}

void cs_rfm_contested(const struct cs_rfm_coverage *coverage, struct cs_rfm_cells *cells) {
  for (int cell = 0; cell < CS_RFM_CELLS; cell++) cells->has[cell] = coverage->count[cell] > 1;
}
