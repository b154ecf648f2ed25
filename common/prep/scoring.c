#include "prep/scoring.h"

#include "algo/stats.h"
#include "base/date.h"
#include "base/memory.h"
#include "base/num.h"
#include "data/model.h"
#include "prep/roles.h"

#include <math.h>
#include <stdlib.h>

static const double key_account_share = 0.99;

/* What each dimension is made of, and where its score goes. */
static const struct {
  enum cs_feature value, score;
} dimensions[CS_RFM_DIMENSIONS] = {
    [CS_RFM_RECENCY] = {CS_FEATURE_RECENCY, CS_FEATURE_SCORE_R},
    [CS_RFM_FREQUENCY] = {CS_FEATURE_ORDERS, CS_FEATURE_SCORE_F},
    [CS_RFM_MONETARY] = {CS_FEATURE_SPENT, CS_FEATURE_SCORE_M},
};

static const char *dimension_name(int dimension) {
  return cs_rfm_dimension_name((enum cs_rfm_dimension)dimension);
}

void cs_scoring_release(struct cs_scoring *scoring) {
  cs_rules_release(&scoring->rules);
  free(scoring->segments);
  *scoring = (struct cs_scoring)CS_SCORING_INIT;
}

/* --- what is given --- */

static bool parse_numbers(struct cs_slice list, double at[CS_RFM_CUTS]) {
  struct cs_slice item;
  int count = 0;
  while (cs_list_next(&list, ',', &item)) {
    if (count == CS_RFM_CUTS || !cs_num_parse(item.data, item.len, '.', &at[count])) return false;
    if (count > 0 && at[count] < at[count - 1]) return false;
    count++;
  }
  return count == CS_RFM_CUTS;
}

static enum cs_status parse_cuts(struct cs_cuts *cuts, struct cs_slice item, struct cs_error *err) {
  struct cs_slice numbers = item, name;
  int dimension = 0;
  if (!cs_list_next(&numbers, '=', &name)) name.len = 0;
  while (dimension < CS_RFM_DIMENSIONS && !cs_slice_is(name, dimension_name(dimension))) dimension++;
  if (dimension == CS_RFM_DIMENSIONS || cuts[dimension].origin != CS_ORIGIN_NONE)
    return cs_fail(err, CS_USAGE,
                   "must give cuts of recency, frequency and monetary, each at most once, as "
                   "recency=30,60,90,180;frequency=2,3,5,10");
  if (!parse_numbers(numbers, cuts[dimension].at))
    return cs_fail(err, CS_USAGE, "must give %d ascending numbers for %s", CS_RFM_CUTS,
                   dimension_name(dimension));
  cuts[dimension].origin = CS_ORIGIN_GIVEN;
  return CS_OK;
}

enum cs_status cs_cuts_parse(struct cs_cuts cuts[CS_RFM_DIMENSIONS], const char *text, struct cs_error *err) {
  struct cs_slice rest = cs_slice_of(text), item;
  while (cs_list_next(&rest, ';', &item)) CS_TRY(parse_cuts(cuts, item, err));
  return CS_OK;
}

enum cs_status cs_scoring_begin(struct cs_scoring *scoring, const char *rules, const char *cuts,
                                struct cs_notes *notes, struct cs_error *err) {
  if (cuts) CS_TRY(cs_cuts_parse(scoring->cuts, cuts, err));
  if (!rules) return CS_OK;
  scoring->rules_origin = CS_ORIGIN_GIVEN;
  CS_TRY(cs_rules_read(&scoring->rules, rules, err));
  cs_rules_warn(&scoring->rules, rules, notes);
  return CS_OK;
}

/* --- learning --- */

/* A copy of the values that are there. */
static enum cs_status present(const double *value, size_t n, double **out, size_t *count,
                              struct cs_error *err) {
  CS_TRY(cs_alloc(out, n, sizeof **out, "scores", err));
  *count = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(value[i])) (*out)[(*count)++] = value[i];
  return CS_OK;
}

static enum cs_status fit_cuts(struct cs_cuts *cuts, const double *values, size_t n, struct cs_error *err) {
  double *value;
  size_t count;
  CS_TRY(present(values, n, &value, &count, err));
  enum cs_status status = cs_rfm_cuts_fit(value, count, cuts->at, err);
  cuts->origin = CS_ORIGIN_LEARNT;
  free(value);
  return status;
}

static enum cs_status fit_key_account(struct cs_scoring *scoring, const struct cs_customers *customers,
                                      struct cs_error *err) {
  double *value;
  size_t count;
  if (scoring->cuts[CS_RFM_MONETARY].origin == CS_ORIGIN_NONE || customers->n == 0) return CS_OK;
  CS_TRY(present(customers->value[CS_FEATURE_SPENT], customers->n, &value, &count, err));
  enum cs_status status =
      count ? cs_quantiles(value, count, &key_account_share, 1, &scoring->key_account, err) : CS_OK;
  free(value);
  return status;
}

enum cs_status cs_scoring_fit(struct cs_scoring *scoring, const struct cs_customers *customers, bool scored,
                              struct cs_notes *notes, struct cs_error *err) {
  if (!scoring->rules.count) CS_TRY(cs_rules_standard(&scoring->rules, err));
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++) {
    struct cs_cuts *cuts = &scoring->cuts[i];
    const double *value = customers->value[dimensions[i].value];
    if (!value && cuts->origin == CS_ORIGIN_GIVEN)
      cs_note(notes, CS_NOTE_WARNING, "--rfm-cuts: the cuts of %s aren't used, as %s isn't known",
              dimension_name(i), cs_feature_name(dimensions[i].value));
    if (!value) cuts->origin = CS_ORIGIN_NONE;
    if (value && scored && cuts->origin == CS_ORIGIN_NONE) CS_TRY(fit_cuts(cuts, value, customers->n, err));
  }
  return fit_key_account(scoring, customers, err);
}

/* --- applying --- */

/* One score of every customer, where cuts and values are known. */
static enum cs_status score(const struct cs_scoring *scoring, int dimension, struct cs_customers *customers,
                            bool *scored, struct cs_error *err) {
  const struct cs_cuts *cuts = &scoring->cuts[dimension];
  const double *value = customers->value[dimensions[dimension].value];
  *scored = value && cuts->origin != CS_ORIGIN_NONE;
  if (!*scored) return CS_OK;
  CS_TRY(cs_customers_room(customers, dimensions[dimension].score, err));
  double *out = customers->value[dimensions[dimension].score];
  for (size_t i = 0; i < customers->n; i++)
    if (!isnan(value[i]))
      out[i] = dimension == CS_RFM_RECENCY ? cs_rfm_score_recency(value[i], cuts->at)
                                           : cs_rfm_score(value[i], cuts->at);
  return CS_OK;
}

static void find_log_begin(struct cs_scoring *scoring, const struct cs_customers *customers) {
  const double *first = customers->value[CS_FEATURE_FIRST];
  double earliest = INFINITY;
  for (size_t i = 0; first && i < customers->n; i++)
    if (first[i] < earliest) earliest = first[i];
  scoring->has_log_begin = earliest < INFINITY;
  scoring->log_begin = scoring->has_log_begin ? (int64_t)earliest : 0;
}

/* The day of the log on which the customer bought first. */
static double first_day(const struct cs_scoring *scoring, const struct cs_customers *customers, size_t i) {
  return scoring->has_log_begin ? customers->value[CS_FEATURE_FIRST][i] - (double)scoring->log_begin : NAN;
}

static enum cs_status combine(struct cs_scoring *scoring, struct cs_customers *customers,
                              struct cs_error *err) {
  CS_TRY(cs_customers_room(customers, CS_FEATURE_SCORE, err));
  CS_TRY(cs_customers_room(customers, CS_FEATURE_CELL, err));
  CS_TRY(cs_customers_room(customers, CS_FEATURE_SEGMENT, err));
  CS_TRY(
      cs_alloc(&scoring->segments, scoring->rules.names.count, sizeof *scoring->segments, "segments", err));
  find_log_begin(scoring, customers);
  customers->segments = &scoring->rules.names;
  for (size_t i = 0; i < customers->n; i++) {
    double r = customers->value[CS_FEATURE_SCORE_R][i], f = customers->value[CS_FEATURE_SCORE_F][i],
           m = customers->value[CS_FEATURE_SCORE_M][i];
    if (isnan(r + f + m)) continue;
    uint32_t name = cs_rules_name(&scoring->rules, (int)r, (int)f, (int)m, first_day(scoring, customers, i));
    customers->value[CS_FEATURE_SCORE][i] = r + f + m;
    customers->value[CS_FEATURE_CELL][i] = r * 100 + f * 10 + m;
    customers->value[CS_FEATURE_SEGMENT][i] = name;
    scoring->segments[name]++;
  }
  return CS_OK;
}

static enum cs_status mark_key_accounts(const struct cs_scoring *scoring, struct cs_customers *customers,
                                        struct cs_error *err) {
  CS_TRY(cs_customers_room(customers, CS_FEATURE_KEY, err));
  for (size_t i = 0; i < customers->n; i++) {
    double spent = customers->value[CS_FEATURE_SPENT][i];
    if (!isnan(spent)) customers->value[CS_FEATURE_KEY][i] = spent > 0 && spent > scoring->key_account;
  }
  return CS_OK;
}

enum cs_status cs_scoring_apply(struct cs_scoring *scoring, struct cs_customers *customers,
                                struct cs_error *err) {
  bool scored[CS_RFM_DIMENSIONS], all = true;
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++) {
    CS_TRY(score(scoring, i, customers, &scored[i], err));
    all = all && scored[i];
  }
  if (all) CS_TRY(combine(scoring, customers, err));
  return scored[CS_RFM_MONETARY] ? mark_key_accounts(scoring, customers, err) : CS_OK;
}

/* --- models and audits --- */

static void add_origins(const struct cs_scoring *scoring, struct cs_node *rfm) {
  static const char *const word[] = {NULL, "learnt", "given", "model"};
  struct cs_node *from = cs_node_add_object(rfm, "cuts_from");
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++)
    if (scoring->cuts[i].origin != CS_ORIGIN_NONE)
      cs_node_add_text(from, dimension_name(i), word[scoring->cuts[i].origin]);
}

static struct cs_node *add_cuts(const struct cs_scoring *scoring, struct cs_node *parent) {
  struct cs_node *rfm = cs_node_add_object(parent, "rfm"), *cuts = cs_node_add_object(rfm, "cuts");
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++)
    if (scoring->cuts[i].origin != CS_ORIGIN_NONE)
      cs_node_add_numbers(cuts, dimension_name(i), scoring->cuts[i].at, CS_RFM_CUTS);
  add_origins(scoring, rfm);
  cs_node_add_integer(rfm, "quantile_type", CS_RFM_QUANTILE_TYPE);
  cs_node_add_integer(rfm, "offset", CS_RFM_OFFSET);
  cs_node_add_text(rfm, "ties", "equal values have equal scores; intervals are closed below, open above");
  return rfm;
}

void cs_scoring_add(const struct cs_scoring *scoring, struct cs_node *model) {
  struct cs_node *rfm = add_cuts(scoring, model);
  cs_rules_add(&scoring->rules, rfm);
  if (scoring->cuts[CS_RFM_MONETARY].origin != CS_ORIGIN_NONE)
    cs_node_add_number(model, "key_account", scoring->key_account);
}

static enum cs_status get_cuts(struct cs_cuts *cuts, const struct cs_node *node, const char *path,
                               const char *key, struct cs_error *err) {
  const struct cs_node *array = cs_node_get(node, key);
  if (!array) return CS_OK;
  CS_TRY(cs_model_numbers(array, path, key, CS_RFM_CUTS, cuts->at, err));
  for (int i = 1; i < CS_RFM_CUTS; i++)
    if (cuts->at[i] < cuts->at[i - 1])
      return cs_fail(err, CS_DATA, "%s: rfm.cuts.%s isn't ascending", path, key);
  cuts->origin = CS_ORIGIN_MODEL;
  return CS_OK;
}

enum cs_status cs_scoring_get(struct cs_scoring *scoring, const struct cs_node *model, const char *path,
                              struct cs_error *err) {
  const struct cs_node *rfm = cs_node_get(model, "rfm"), *cuts = cs_node_get(rfm, "cuts");
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++)
    CS_TRY(get_cuts(&scoring->cuts[i], cuts, path, dimension_name(i), err));
  scoring->rules_origin = CS_ORIGIN_MODEL;
  CS_TRY(cs_rules_get(&scoring->rules, rfm, path, err));
  if (scoring->cuts[CS_RFM_MONETARY].origin == CS_ORIGIN_NONE) return CS_OK;
  return cs_model_number(model, path, "key_account", &scoring->key_account, err);
}

void cs_scoring_account(const struct cs_scoring *scoring, struct cs_node *audit) {
  static const char *const origin[] = {"built in", NULL, "given", "model"};
  struct cs_node *rfm = add_cuts(scoring, audit);
  if (!scoring->segments) return;
  const struct cs_map *names = &scoring->rules.names;
  char day[CS_DATE_TEXT];
  cs_node_add_text(rfm, "rules_from", origin[scoring->rules_origin]);
  if (scoring->has_log_begin) cs_date_print(scoring->log_begin, day);
  cs_node_add_text(rfm, "log_begins", scoring->has_log_begin ? day : NULL);
  struct cs_node *segments = cs_node_add_array(rfm, "segments");
  for (uint32_t i = 0; i < names->count; i++) {
    struct cs_node *node = cs_node_add_object(segments, NULL);
    cs_node_add_slice(node, "name", cs_map_key(names, i));
    cs_node_add_integer(node, "customers", (int64_t)scoring->segments[i]);
  }
}
