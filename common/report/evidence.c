#include "report/evidence.h"

#include "algo/stats.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the table --- */

/* A number of up to seven significant digits, "-" where it isn't defined, right-aligned, with a mark behind it. It has an
 * exponent where it is too wide, and where `digits` is below 0. */
static void add_cell(struct cs_str *out, int width, int digits, double value, bool best) {
  if (isnan(value))
    cs_str_add_format(out, "  %*s ", width, "-");
  else if (digits < 0 || fabs(value) >= 1e10)
    cs_str_add_format(out, "  %*.3e%c", width, value, best ? '*' : ' ');
  else
    cs_str_add_format(out, "  %*.*f%c", width, digits, value, best ? '*' : ' ');
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

void cs_evidence_table(const struct cs_sweep *sweep, const struct cs_choice *choice, struct cs_str *out) {
  const struct cs_candidate *candidate = sweep->candidate;
  size_t count = sweep->count, silhouette = cs_best_silhouette(candidate, count),
         davies_bouldin = cs_best_davies_bouldin(candidate, count),
         calinski_harabasz = cs_best_calinski_harabasz(candidate, count),
         elbow = cs_best_elbow(candidate, count);
  cs_str_add_text(out, "     k       inertia   silhouette  Davies-Bouldin  Calinski-Harabasz");
  cs_str_add_text(out, sweep->stability_rows ? "   stability  smallest\n" : "  smallest\n");
  for (size_t i = 0; i < count; i++) {
    const struct cs_candidate *row = &candidate[i];
    cs_str_add_format(out, "%c %4zu", i == choice->chosen ? '>' : ' ', row->k);
    add_cell(out, 12, decimals(candidate[0].inertia), row->inertia, i == elbow);
    add_cell(out, 10, 4, row->silhouette, i == silhouette);
    add_cell(out, 13, 4, row->davies_bouldin, i == davies_bouldin);
    add_cell(out, 16, 1, row->calinski_harabasz, i == calinski_harabasz);
    if (sweep->stability_rows) add_cell(out, 8, 3, cs_candidate_jaccard(row), cs_candidate_stable(row));
    cs_str_add_format(out, "  %zu (%.1f %%)\n", row->smallest,
                      100 * (double)row->smallest / (double)row->rows);
  }
  cs_str_add_text(out, "* best of its column; inertia: its elbow, farthest below the chord");
  if (sweep->stability_rows)
    cs_str_add_format(
        out,
        ";\n  stability: least mean Jaccard over 100 bootstrap resamples, * still %.2f less two "
        "standard errors",
        CS_BUSINESS_JACCARD);
  cs_str_add_text(out, "\n");
  if (sweep->silhouette_rows && sweep->silhouette_rows < sweep->matrix->n)
    cs_str_add_format(out, "  silhouette: of a sample of %zu rows, standard error %.4f at most\n",
                      sweep->silhouette_rows, most_error(sweep));
  if (sweep->stability_rows && sweep->stability_rows < sweep->matrix->n)
    cs_str_add_format(out, "  stability: of a sample of %zu rows\n", sweep->stability_rows);
}

/* --- words --- */

enum { CRITERIA = 3 };

void cs_evidence_criteria(const struct cs_sweep *sweep, struct cs_str *out) {
  static const char *const name[CRITERIA] = {"silhouette", "Davies-Bouldin", "Calinski-Harabasz"};
  const struct cs_candidate *candidate = sweep->candidate;
  size_t best[CRITERIA] = {cs_best_silhouette(candidate, sweep->count),
                           cs_best_davies_bouldin(candidate, sweep->count),
                           cs_best_calinski_harabasz(candidate, sweep->count)};
  bool said[CRITERIA] = {false}, any = false;
  for (int a = 0; a < CRITERIA; a++) {
    const char *agree[CRITERIA];
    int count = 0;
    for (int b = a; b < CRITERIA && best[a] != SIZE_MAX && !said[a]; b++)
      if (best[b] == best[a]) agree[count++] = name[b];
    if (count == 0) continue;
    cs_str_add_text(out, any ? ", " : "");
    for (int i = 0; i < count; i++)
      cs_str_add_format(out, "%s%s", i == 0 ? "" : i == count - 1 ? " and " : ", ", agree[i]);
    cs_str_add_format(out, count > 1 ? " prefer %zu" : " prefers %zu", candidate[best[a]].k);
    for (int b = a; b < CRITERIA; b++) said[b] |= best[b] == best[a];
    any = true;
  }
  size_t elbow = cs_best_elbow(candidate, sweep->count);
  if (elbow != SIZE_MAX)
    cs_str_add_format(out, "%sthe elbow of the inertia is at %zu", any ? "; " : "", candidate[elbow].k);
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
        out, "%zu of %d votes (silhouette, Davies-Bouldin, Calinski-Harabasz), ties to the smaller k",
        choice->votes, CRITERIA);
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

/* The name that the reader knows a prepared column by. */
static const char *plain_name(const char *name) {
  static const char prefix[] = "scaled__";
  return strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
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
    cs_str_add_format(out, "%s%s %s", i ? " and " : ", with ", most[i] > 0 ? "higher" : "lower",
                      plain_name(names[where[i]]));
  return CS_OK;
}

/* Compares the runner-up with the chosen: what the finer of the two separates. */
static enum cs_status add_extra(const struct cs_sweep *sweep, const struct cs_choice *choice,
                                const char *const *names, struct cs_str *out, struct cs_error *err) {
  bool finer = choice->runner_up > choice->chosen;
  const struct cs_kmeans *coarse = &sweep->fit[finer ? choice->chosen : choice->runner_up];
  const struct cs_kmeans *fine = &sweep->fit[finer ? choice->runner_up : choice->chosen];
  struct cs_extra extra = {0, 0, 0};
  CS_TRY(cs_extra_find(coarse->label, coarse->k, fine->label, fine->k, coarse->n, &extra, err));
  size_t rows = fine->size[extra.cluster];
  double share = 100 * (double)rows / (double)fine->n;
  if (finer)
    cs_str_add_format(out, "; its extra cluster would separate %zu rows (%.1f %%), %s in cluster %zu here",
                      rows, share, extra.common == rows ? "all" : "most of them", extra.parent + 1);
  else
    cs_str_add_format(out, "; it would not separate cluster %zu (%zu rows, %.1f %%)", extra.cluster + 1, rows,
                      share);
  return add_difference(sweep->matrix, fine->centre + extra.cluster * fine->d,
                        coarse->centre + extra.parent * coarse->d, names, out, err);
}

enum cs_status cs_evidence_runner_up(const struct cs_sweep *sweep, const struct cs_choice *choice,
                                     const char *const *names, struct cs_str *out, struct cs_error *err) {
  if (choice->runner_up == SIZE_MAX) return CS_OK;
  const struct cs_candidate *other = &sweep->candidate[choice->runner_up];
  if (choice->rule == CS_RULE_BUSINESS)
    add_failure(other, out);
  else
    cs_str_add_format(out, "%zu of %d votes, silhouette %.4f", choice->runner_up_votes, CRITERIA,
                      other->silhouette);
  return add_extra(sweep, choice, names, out, err);
}
