#include "segment/evidence.h"

#include "algo/stats.h"
#include "base/memory.h"
#include "segment/behind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- the table --- */

/* A number, "-" where it isn't defined, right-aligned, with a mark behind it; in powers of ten where it would break its column
 * or `digits` is below 0. */
static void add_cell(struct cs_str *out, int width, int digits, double value, bool best) {
  char mark = best ? '*' : ' ';
  if (isnan(value))
    cs_str_add_format(out, "  %*s ", width, "-");
  else if (digits < 0 || snprintf(NULL, 0, "%.*f", digits, value) > width)
    cs_str_add_format(out, "  %*.4g%c", width, value, mark);
  else
    cs_str_add_format(out, "  %*.*f%c", width, digits, value, mark);
}

/* Decimals that leave about six digits of the largest value; -1 where that is too small for four. */
static int decimals(double largest) {
  if (largest > 0 && largest < 0.01) return -1;
  int digits = 4;
  for (double bound = 100; digits > 0 && largest >= bound; bound *= 10) digits--;
  return digits;
}

static double most_error(const struct cs_sweep *sweep) {
  double most = 0;
  for (size_t i = 0; i < sweep->count; i++) most = fmax(most, sweep->candidate[i].silhouette_error);
  return most;
}

static const struct cs_candidate *last_of(const struct cs_sweep *sweep) {
  return &sweep->candidate[sweep->count - 1];
}

static void add_head(const struct cs_sweep *sweep, struct cs_str *out) {
  cs_str_add_text(out, "                                    Davies-    Calinski-\n"
                       "     k       inertia  silhouette    Bouldin     Harabasz");
  if (sweep->gap_rows) cs_str_add_text(out, "       gap");
  if (sweep->stability_rows) cs_str_add_text(out, "  stability");
  cs_str_add_text(out, "   smallest\n");
}

static void add_notes(const struct cs_sweep *sweep, struct cs_str *out) {
  size_t n = sweep->matrix->n;
  cs_str_add_text(out, "* best of its column; inertia: its elbow (Kneedle)\n");
  if (sweep->gap_rows) {
    cs_str_add_text(out, "  gap: * the smallest k that reaches the next less its standard error");
    if (!isnan(sweep->gap_of_one)) cs_str_add_format(out, "; one cluster has %.4f", sweep->gap_of_one);
    cs_str_add_text(out, "\n");
  }
  if (sweep->stability_rows)
    cs_str_add_format(out,
                      "  stability: least mean Jaccard over 100 bootstrap resamples, * still %.2f less two "
                      "standard errors\n",
                      CS_BUSINESS_JACCARD);
  if (sweep->silhouette_rows && sweep->silhouette_rows < n)
    cs_str_add_format(out, "  silhouette: of a sample of %zu rows, standard error %.4f at most\n",
                      sweep->silhouette_rows, most_error(sweep));
  if (sweep->gap_rows && sweep->gap_rows < n)
    cs_str_add_format(out, "  gap: of a sample of %zu rows\n", sweep->gap_rows);
  if (sweep->stability_rows && sweep->stability_rows < n)
    cs_str_add_format(out, "  stability: of a sample of %zu rows\n", sweep->stability_rows);
}

void cs_evidence_table(const struct cs_sweep *sweep, const struct cs_choice *choice, struct cs_str *out) {
  const struct cs_candidate *candidate = sweep->candidate;
  size_t count = sweep->count, silhouette = cs_best_silhouette(candidate, count),
         davies_bouldin = cs_best_davies_bouldin(candidate, count),
         calinski_harabasz = cs_best_calinski_harabasz(candidate, count),
         gap = cs_best_gap(candidate, count, sweep->gap_of_one);
  add_head(sweep, out);
  for (size_t i = 0; i < count; i++) {
    const struct cs_candidate *row = &candidate[i];
    cs_str_add_format(out, "%c %4zu", i == choice->chosen ? '>' : ' ', row->k);
    add_cell(out, 12, decimals(candidate[0].inertia), row->inertia, i == sweep->elbow);
    add_cell(out, 9, 4, row->silhouette, i == silhouette);
    add_cell(out, 8, 4, row->davies_bouldin, i == davies_bouldin);
    add_cell(out, 10, 1, row->calinski_harabasz, i == calinski_harabasz);
    if (sweep->gap_rows) add_cell(out, 7, 4, row->gap, i == gap);
    if (sweep->stability_rows) add_cell(out, 8, 3, cs_candidate_jaccard(row), cs_candidate_stable(row));
    cs_str_add_format(out, "  %zu (%.1f %%)\n", row->smallest,
                      100 * (double)row->smallest / (double)row->rows);
  }
  add_notes(sweep, out);
}

/* --- words --- */

static void add_separator(struct cs_str *out, const char *text) {
  if (out->len) cs_str_add_text(out, text);
}

/* What the gap statistic says where it prefers none of the k that were tried. */
static void add_gap(const struct cs_sweep *sweep, struct cs_str *out) {
  if (cs_gap_prefers_one(sweep->candidate, sweep->gap_of_one)) {
    add_separator(out, "; ");
    cs_str_add_text(out, "the gap statistic prefers 1: no clusters");
  } else if (sweep->count > 1 && !isnan(last_of(sweep)->gap) &&
             cs_best_gap(sweep->candidate, sweep->count, sweep->gap_of_one) == SIZE_MAX) {
    add_separator(out, "; ");
    cs_str_add_format(out, "the gap statistic has no preference, it still rises at %zu", last_of(sweep)->k);
  }
}

void cs_evidence_criteria(const struct cs_sweep *sweep, struct cs_str *out) {
  static const char *const name[CS_VOTES] = {"silhouette", "Davies-Bouldin", "Calinski-Harabasz", "gap"};
  const struct cs_candidate *candidate = sweep->candidate;
  size_t best[CS_VOTES] = {cs_best_silhouette(candidate, sweep->count),
                           cs_best_davies_bouldin(candidate, sweep->count),
                           cs_best_calinski_harabasz(candidate, sweep->count),
                           cs_best_gap(candidate, sweep->count, sweep->gap_of_one)};
  bool said[CS_VOTES] = {false};
  for (int a = 0; a < CS_VOTES; a++) {
    const char *agree[CS_VOTES];
    int count = 0;
    for (int b = a; b < CS_VOTES && best[a] != SIZE_MAX && !said[a]; b++)
      if (best[b] == best[a]) agree[count++] = name[b];
    if (count == 0) continue;
    add_separator(out, ", ");
    for (int i = 0; i < count; i++)
      cs_str_add_format(out, "%s%s", i == 0 ? "" : i == count - 1 ? " and " : ", ", agree[i]);
    cs_str_add_format(out, count > 1 ? " prefer %zu" : " prefers %zu", candidate[best[a]].k);
    for (int b = a; b < CS_VOTES; b++) said[b] |= best[b] == best[a];
  }
  add_gap(sweep, out);
  if (sweep->elbow != SIZE_MAX) {
    add_separator(out, "; ");
    cs_str_add_format(out, "the elbow of the inertia is at %zu", candidate[sweep->elbow].k);
  }
}

static void add_stability(const struct cs_candidate *candidate, struct cs_str *out) {
  cs_str_add_format(out,
                    "least stable cluster %.3f, %.3f less two standard errors, smallest %zu rows (%.1f %%)",
                    cs_candidate_jaccard(candidate), cs_candidate_bound(candidate), candidate->smallest,
                    100 * (double)candidate->smallest / (double)candidate->rows);
}

static void add_business_reason(const struct cs_sweep *sweep, const struct cs_choice *choice,
                                struct cs_str *out) {
  const struct cs_candidate *chosen = &sweep->candidate[choice->chosen];
  if (choice->verdict == CS_VERDICT_RELIABLE)
    cs_str_add_format(
        out,
        "the most segments from %d to %d that all come back under resampling and hold %.0f %% of "
        "the rows (",
        CS_BUSINESS_LEAST_K, CS_BUSINESS_MOST_K, 100 * CS_BUSINESS_SHARE);
  else if (choice->verdict == CS_VERDICT_TWO)
    cs_str_add_text(out, "only heavy and light buyers can be told apart reliably (");
  else
    cs_str_add_text(out, "no reliable segmentation (");
  add_stability(chosen, out);
  cs_str_add_text(out, ")");
}

void cs_evidence_reason(const struct cs_sweep *sweep, const struct cs_choice *choice, struct cs_str *out) {
  if (choice->rule == CS_RULE_FIXED)
    cs_str_add_text(out, "as given");
  else if (choice->rule == CS_RULE_VOTE)
    cs_str_add_format(
        out, "%zu of %d votes (silhouette, Davies-Bouldin, Calinski-Harabasz, gap), ties to the smaller k",
        choice->votes, CS_VOTES);
  else
    add_business_reason(sweep, choice, out);
}

/* Why a business choice passed the runner-up over. */
static void add_failure(const struct cs_candidate *candidate, struct cs_str *out) {
  if (!cs_candidate_stable(candidate)) {
    cs_str_add_text(out, "not reliable: ");
    add_stability(candidate, out);
  } else if (!cs_candidate_sizeable(candidate)) {
    cs_str_add_format(out, "too small a segment: %zu rows (%.1f %%)", candidate->smallest,
                      100 * (double)candidate->smallest / (double)candidate->rows);
  } else {
    cs_str_add_text(out, "reliable too, but coarser");
  }
}

/* --- what the extra cluster is --- */

static void add_column(struct cs_str *out, const char *between, const char *word, const char *name) {
  struct cs_slice plain = cs_behind_plain(cs_slice_of(name));
  cs_str_add_format(out, "%s%s %.*s", between, word, (int)plain.len, plain.data);
}

/* Names the one or two columns in which the extra cluster lies farthest from its parent, in deviations of the column. */
static enum cs_status add_difference(const struct cs_matrix *matrix, const double *extra,
                                     const double *parent, const char *const *names, struct cs_str *out,
                                     struct cs_error *err) {
  double *column, most[2] = {0, 0};
  size_t where[2] = {0, 0};
  CS_TRY(cs_alloc(&column, matrix->n, sizeof *column, "a column", err));
  for (size_t j = 0; j < matrix->d; j++) {
    for (size_t i = 0; i < matrix->n; i++) column[i] = cs_matrix_row(matrix, i)[j];
    double deviation = sqrt(cs_variance(column, matrix->n, 0)), gap = (extra[j] - parent[j]) / deviation;
    if (!(deviation > 0)) continue;
    if (fabs(gap) > fabs(most[0])) {
      most[1] = most[0], where[1] = where[0];
      most[0] = gap, where[0] = j;
    } else if (fabs(gap) > fabs(most[1])) {
      most[1] = gap, where[1] = j;
    }
  }
  free(column);
  for (int i = 0; i < 2 && fabs(most[i]) > (i ? fabs(most[0]) / 2 : 0); i++)
    add_column(out, i ? " and " : ", with ", most[i] > 0 ? "higher" : "lower", names[where[i]]);
  return CS_OK;
}

/* Compares the runner-up with the chosen: what the finer of the two separates. */
static enum cs_status add_extra(const struct cs_sweep *sweep, const struct cs_choice *choice,
                                const struct cs_segments *segments, const char *const *names,
                                struct cs_str *out, struct cs_error *err) {
  bool finer = choice->runner_up > choice->chosen;
  const struct cs_kmeans *coarse = &sweep->fit[finer ? choice->chosen : choice->runner_up];
  const struct cs_kmeans *fine = &sweep->fit[finer ? choice->runner_up : choice->chosen];
  struct cs_extra extra = {0, 0, 0};
  CS_TRY(cs_extra_find(coarse->label, coarse->k, fine->label, fine->k, coarse->n, &extra, err));
  size_t rows = fine->size[extra.cluster];
  double share = 100 * (double)rows / (double)fine->n;
  if (finer)
    cs_str_add_format(out, "; its extra cluster would separate %zu rows (%.1f %%), %s in cluster %u here",
                      rows, share, extra.common == rows ? "all" : "most of them",
                      segments->number[extra.parent]);
  else
    cs_str_add_format(out, "; it would not separate cluster %u (%zu rows, %.1f %%)",
                      segments->number[extra.cluster], rows, share);
  return add_difference(sweep->matrix, fine->centre + extra.cluster * fine->d,
                        coarse->centre + extra.parent * coarse->d, names, out, err);
}

enum cs_status cs_evidence_runner_up(const struct cs_sweep *sweep, const struct cs_choice *choice,
                                     const struct cs_segments *segments, const char *const *names,
                                     struct cs_str *out, struct cs_error *err) {
  if (choice->runner_up == SIZE_MAX) return CS_OK;
  const struct cs_candidate *other = &sweep->candidate[choice->runner_up];
  if (choice->rule == CS_RULE_BUSINESS)
    add_failure(other, out);
  else
    cs_str_add_format(out, "%zu of %d votes, silhouette %.4f", choice->runner_up_votes, CS_VOTES,
                      other->silhouette);
  return add_extra(sweep, choice, segments, names, out, err);
}
