#include "report/advice.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* --- rules --- */

static const struct cs_advice_rule *rule_for(const struct cs_advice_rules *rules,
                                             const struct cs_standings *standings,
                                             const struct cs_report *report, const struct cs_table *table,
                                             size_t s) {
  for (size_t r = 0; r < rules->count; r++) {
    const struct cs_advice_rule *rule = &rules->rule[r];
    if (rule->noise == report->labels.segment[s].noise &&
        cs_criteria_hold(&rules->criteria, rule->when, standings, table, s))
      return rule;
  }
  return NULL;
}

/* The report keeps what it has decoded of columns that people look at first. */
static const double *values_of(const struct cs_report *report, struct cs_slice name) {
  for (size_t i = 0; i < report->keys; i++)
    if (cs_slice_is(name, report->column[report->key[i]].name)) return report->column[report->key[i]].value;
  return NULL;
}

static enum cs_status find_rules(struct cs_advice *advice, const struct cs_report *report,
                                 const struct cs_table *table, const struct cs_advice_rules *rules,
                                 int threads, struct cs_error *err) {
  struct cs_standings standings = CS_STANDINGS_INIT;
  size_t *column = NULL, count = 0, k = report->labels.k;
  const double **known = NULL;
  enum cs_status status = cs_alloc(&column, rules->criteria.count, sizeof *column, "the columns", err);
  if (status == CS_OK) status = cs_alloc(&known, rules->criteria.count, sizeof *known, "the columns", err);
  if (status == CS_OK) {
    cs_criteria_want(&rules->criteria, table, column, &count);
    for (size_t c = 0; c < count; c++) known[c] = values_of(report, cs_table_name(table, column[c]));
    status =
        cs_standings_find(&standings, table, column, known, count, report->labels.group, k, threads, err);
  }
  for (size_t s = 0; status == CS_OK && s < k; s++)
    advice->of[s].rule = rule_for(rules, &standings, report, table, s);
  cs_standings_release(&standings);
  free(column);
  free(known);
  return status;
}

/* --- money --- */

static void find_stakes(struct cs_advice *advice, const struct cs_report *report) {
  const struct cs_profile *profile = &report->profile;
  size_t year = cs_report_column(report, "spent_12m"), k = report->labels.k;
  advice->at_stake = advice->share = NAN;
  for (size_t s = 0; s < k; s++) advice->of[s].at_stake = NAN;
  if (year == SIZE_MAX) return;
  advice->at_stake = 0;
  for (size_t s = 0; s < k; s++) {
    if (!advice->of[s].rule || !advice->of[s].rule->at_stake) continue;
    advice->of[s].at_stake = advice->margin * cs_profile_at(profile, s, year)->sum;
    advice->at_stake += advice->of[s].at_stake;
  }
  double all = advice->margin * cs_profile_at(profile, k, year)->sum;
  if (all > 0) advice->share = advice->at_stake / all;
}

/* --- likeness --- */

static bool are_alike(const struct cs_report *report, size_t a, size_t b) {
  if (report->labels.segment[a].noise || report->labels.segment[b].noise || report->keys == 0) return false;
  for (size_t i = 0; i < report->keys; i++) {
    size_t j = report->key[i];
    double apart = cs_profile_effect(&report->profile, a, j) - cs_profile_effect(&report->profile, b, j);
    if (!(fabs(apart) < CS_ALIKE)) return false;
  }
  return true;
}

/* Whether a stands before b among segments that are alike: the larger one, the first of equal ones. */
static bool is_larger(const struct cs_report *report, size_t a, size_t b) {
  const size_t *size = report->profile.size;
  return size[a] != size[b] ? size[a] > size[b] : a < b;
}

/* The largest segment that this one is like, if it is larger itself. */
static size_t model_of(const struct cs_report *report, size_t s) {
  size_t best = s;
  for (size_t t = 0; t < report->labels.k; t++)
    if (is_larger(report, t, best) && are_alike(report, s, t)) best = t;
  return best == s ? SIZE_MAX : best;
}

/* --- what comes first --- */

static bool comes_before(const struct cs_advice *advice, const struct cs_report *report, size_t a, size_t b) {
  int x = advice->of[a].rule->priority, y = advice->of[b].rule->priority;
  double p = cs_profile_at(&report->profile, a, report->revenue)->sum,
         q = cs_profile_at(&report->profile, b, report->revenue)->sum;
  return x != y ? x < y : p > q;
}

static void find_first(struct cs_advice *advice, const struct cs_report *report) {
  for (size_t s = 0; s < report->labels.k; s++) {
    size_t place = advice->firsts;
    if (!advice->of[s].rule || report->labels.segment[s].small || advice->of[s].treat_as != SIZE_MAX)
      continue;
    while (place > 0 && comes_before(advice, report, s, advice->first[place - 1])) place--;
    if (place == CS_FIRST_ACTIONS) continue;
    if (advice->firsts < CS_FIRST_ACTIONS) advice->firsts++;
    for (size_t i = advice->firsts - 1; i > place; i--) advice->first[i] = advice->first[i - 1];
    advice->first[place] = s;
  }
}

enum cs_status cs_advice_find(struct cs_advice *advice, const struct cs_report *report,
                              const struct cs_table *table, const struct cs_advice_rules *rules,
                              double margin, int threads, struct cs_error *err) {
  *advice = (struct cs_advice){.margin = margin};
  if (!report->customers) return CS_OK;
  CS_TRY(cs_alloc(&advice->of, report->labels.k, sizeof *advice->of, "the advice", err));
  CS_TRY(find_rules(advice, report, table, rules, threads, err));
  for (size_t s = 0; s < report->labels.k; s++) advice->of[s].treat_as = model_of(report, s);
  find_stakes(advice, report);
  find_first(advice, report);
  return CS_OK;
}

void cs_advice_release(struct cs_advice *advice) {
  free(advice->of);
  *advice = (struct cs_advice)CS_ADVICE_INIT;
}
