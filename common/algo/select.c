#include "algo/select.h"

#include "algo/contingency.h"

#include <math.h>

/* The position of the greatest value, the first on a tie; SIZE_MAX when all are NaN. */
static size_t best_of(const struct cs_candidate *evidence, size_t count,
                      double (*value)(const struct cs_candidate *evidence)) {
  size_t best = SIZE_MAX;
  for (size_t i = 0; i < count; i++)
    if (!isnan(value(&evidence[i])) && (best == SIZE_MAX || value(&evidence[i]) > value(&evidence[best])))
      best = i;
  return best;
}

static double by_silhouette(const struct cs_candidate *evidence) {
  return evidence->silhouette;
}

static double by_davies_bouldin(const struct cs_candidate *evidence) {
  return -evidence->davies_bouldin;
}

static double by_calinski_harabasz(const struct cs_candidate *evidence) {
  return evidence->calinski_harabasz;
}

size_t cs_best_silhouette(const struct cs_candidate *evidence, size_t count) {
  return best_of(evidence, count, by_silhouette);
}

size_t cs_best_davies_bouldin(const struct cs_candidate *evidence, size_t count) {
  return best_of(evidence, count, by_davies_bouldin);
}

size_t cs_best_calinski_harabasz(const struct cs_candidate *evidence, size_t count) {
  return best_of(evidence, count, by_calinski_harabasz);
}

/* False where either isn't known. */
static bool reaches_next(double gap, const struct cs_candidate *next) {
  return gap >= next->gap - next->gap_error;
}

bool cs_gap_prefers_one(const struct cs_candidate *evidence, double gap_of_one) {
  return evidence->k == 2 && reaches_next(gap_of_one, evidence);
}

size_t cs_best_gap(const struct cs_candidate *evidence, size_t count, double gap_of_one) {
  if (cs_gap_prefers_one(evidence, gap_of_one)) return SIZE_MAX;
  for (size_t i = 0; i + 1 < count; i++)
    if (evidence[i + 1].k == evidence[i].k + 1 && reaches_next(evidence[i].gap, &evidence[i + 1])) return i;
  return SIZE_MAX;
}

double cs_candidate_jaccard(const struct cs_candidate *evidence) {
  double least = NAN;
  for (size_t c = 0; evidence->jaccard && c < evidence->k; c++)
    if (!(evidence->jaccard[c] >= least)) least = evidence->jaccard[c];
  return least;
}

double cs_candidate_bound(const struct cs_candidate *evidence) {
  double least = NAN;
  for (size_t c = 0; evidence->jaccard && c < evidence->k; c++) {
    double bound = evidence->jaccard[c] - 2 * evidence->error[c];
    if (!(bound >= least)) least = bound;
  }
  return least;
}

bool cs_candidate_stable(const struct cs_candidate *evidence) {
  return cs_candidate_bound(evidence) >= CS_BUSINESS_JACCARD;
}

bool cs_candidate_sizeable(const struct cs_candidate *evidence) {
  return evidence->smallest >= CS_BUSINESS_ROWS &&
         (double)evidence->smallest >= CS_BUSINESS_SHARE * (double)evidence->rows;
}

/* --- vote --- */

static size_t votes_for(size_t position, const size_t ballot[CS_VOTES]) {
  size_t votes = 0;
  for (size_t i = 0; i < CS_VOTES; i++) votes += ballot[i] == position;
  return votes;
}

struct cs_choice cs_select_vote(const struct cs_candidate *evidence, size_t count, double gap_of_one) {
  const size_t ballot[CS_VOTES] = {
      cs_best_silhouette(evidence, count), cs_best_davies_bouldin(evidence, count),
      cs_best_calinski_harabasz(evidence, count), cs_best_gap(evidence, count, gap_of_one)};
  struct cs_choice choice = {CS_RULE_VOTE, CS_VERDICT_RELIABLE, 0, SIZE_MAX, 0, 0};
  for (size_t i = 0; i < count; i++)
    if (votes_for(i, ballot) > choice.votes) choice.chosen = i, choice.votes = votes_for(i, ballot);
  for (size_t i = 0; i < count; i++) {
    if (i == choice.chosen) continue;
    size_t votes = votes_for(i, ballot);
    bool better =
        choice.runner_up == SIZE_MAX || votes > choice.runner_up_votes ||
        (votes == choice.runner_up_votes && evidence[i].silhouette > evidence[choice.runner_up].silhouette);
    if (better) choice.runner_up = i, choice.runner_up_votes = votes;
  }
  return choice;
}

/* --- business --- */

static bool in_range(const struct cs_candidate *evidence) {
  return evidence->k >= CS_BUSINESS_LEAST_K && evidence->k <= CS_BUSINESS_MOST_K;
}

static bool passes(const struct cs_candidate *evidence) {
  return cs_candidate_stable(evidence) && cs_candidate_sizeable(evidence);
}

/* The other k that comes nearest to passing: the most stable finer one, whose extra segment is the one
 * forgone; where there is no finer one, the next coarser. */
static size_t runner_up(const struct cs_candidate *evidence, size_t count, size_t chosen) {
  size_t best = SIZE_MAX;
  for (size_t i = chosen + 1; i < count; i++) {
    if (!in_range(&evidence[i])) continue;
    bool better = best == SIZE_MAX || cs_candidate_bound(&evidence[i]) > cs_candidate_bound(&evidence[best]);
    if (better) best = i;
  }
  if (best == SIZE_MAX && chosen > 0) best = chosen - 1;
  return best;
}

struct cs_choice cs_select_business(const struct cs_candidate *evidence, size_t count) {
  struct cs_choice choice = {CS_RULE_BUSINESS, CS_VERDICT_UNRELIABLE, SIZE_MAX, SIZE_MAX, 0, 0};
  for (size_t i = 0; i < count; i++)
    if (in_range(&evidence[i]) && passes(&evidence[i]))
      choice.chosen = i, choice.verdict = CS_VERDICT_RELIABLE;
  if (choice.chosen == SIZE_MAX) {
    choice.chosen = 0; /* 2, or what is nearest to it in the range that was asked for */
    if (evidence[0].k == 2 && passes(&evidence[0])) choice.verdict = CS_VERDICT_TWO;
  }
  choice.runner_up = runner_up(evidence, count, choice.chosen);
  return choice;
}

/* --- what one more cluster separates --- */

enum cs_status cs_extra_find(const uint32_t *coarse, size_t coarse_k, const uint32_t *fine, size_t fine_k,
                             size_t n, struct cs_extra *extra, struct cs_error *err) {
  struct cs_contingency both;
  CS_TRY(cs_contingency_make(&both, fine, fine_k, coarse, coarse_k, n, err));
  double least = INFINITY;
  for (size_t f = 0; f < fine_k; f++) {
    double most = -1;
    size_t parent = 0;
    for (size_t c = 0; c < coarse_k; c++) {
      size_t common = cs_contingency_at(&both, f, c);
      double jaccard = (double)common / (double)(both.column_total[c] + both.row_total[f] - common);
      if (jaccard > most) most = jaccard;
      if (common > cs_contingency_at(&both, f, parent)) parent = c;
    }
    if (most < least) {
      least = most;
      *extra = (struct cs_extra){f, parent, cs_contingency_at(&both, f, parent)};
    }
  }
  cs_contingency_release(&both);
  return CS_OK;
}
