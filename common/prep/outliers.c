#include "prep/outliers.h"

#include "algo/chisquare.h"
#include "algo/mcd.h"
#include "algo/symmetric.h"
#include "base/memory.h"
#include "base/num.h"
#include "data/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RULES = CS_FENCE_RULES + 1 };

static const struct {
  const char *name;
  double parameter, least, most; /* most: below it */
} rule_table[RULES] = {
    [CS_FENCE_IQR] = {"iqr", 1.5, 0, 1e9},
    [CS_FENCE_Z] = {"z", 3, 0, 1e9},
    [CS_FENCE_MAD] = {"mad", 3.5, 0, 1e9},
    [CS_FENCE_PERCENTILE] = {"percentile", 1, 0, 50},
    [CS_OUTLIER_MAHALANOBIS] = {"mahalanobis", 97.5, 0, 100},
};

static void release_rule(struct cs_outlier_rule *rule) {
  free(rule->fence);
  free(rule->centre);
  free(rule->scatter);
  free(rule->factor);
}

void cs_outliers_release(struct cs_outliers *outliers) {
  for (size_t i = 0; i < outliers->rules; i++) release_rule(&outliers->rule[i]);
  cs_basis_release(&outliers->columns);
  free(outliers->mark);
  *outliers = (struct cs_outliers)CS_OUTLIERS_INIT;
}

/* --- what is wanted --- */

static int rule_named(struct cs_slice name) {
  int rule = 0;
  while (rule < RULES && !cs_slice_is(name, rule_table[rule].name)) rule++;
  return rule;
}

static enum cs_status fail_unknown(struct cs_slice name, struct cs_error *err) {
  size_t least = name.len / 2 + 1;
  const char *near = NULL;
  for (int rule = 0; rule < RULES; rule++) {
    size_t distance = cs_slice_distance(name, cs_slice_of(rule_table[rule].name));
    if (distance >= least) continue;
    least = distance;
    near = rule_table[rule].name;
  }
  if (near)
    return cs_fail(err, CS_USAGE, "must be a list of rules: there is no '%.*s', did you mean '%s'?",
                   (int)name.len, name.data, near);
  return cs_fail(err, CS_USAGE,
                 "must be a list of rules iqr, z, mad, percentile, mahalanobis, as iqr=3:flag: there is no "
                 "'%.*s'",
                 (int)name.len, name.data);
}

static bool is_within(const struct cs_outlier_rule *rule) {
  return rule->parameter > rule_table[rule->rule].least && rule->parameter < rule_table[rule->rule].most;
}

static enum cs_status parse_parameter(struct cs_outlier_rule *rule, struct cs_slice number,
                                      struct cs_error *err) {
  rule->parameter = rule_table[rule->rule].parameter;
  if (!number.data) return CS_OK;
  if (cs_num_parse(number.data, number.len, '.', &rule->parameter) && is_within(rule)) return CS_OK;
  return cs_fail(err, CS_USAGE, "must give %s a number above %g and below %g, not '%.*s'",
                 rule_table[rule->rule].name, rule_table[rule->rule].least, rule_table[rule->rule].most,
                 (int)number.len, number.data);
}

static enum cs_status parse_rule(struct cs_outlier_rule *rule, struct cs_slice item, struct cs_error *err) {
  struct cs_slice word = item, number = item, name = item;
  cs_list_next(&word, ':', &number);
  if (!cs_list_next(&number, '=', &name)) name.len = 0;
  rule->rule = rule_named(name);
  if (rule->rule == RULES) return fail_unknown(name, err);
  CS_TRY(parse_parameter(rule, number, err));
  rule->drops = cs_slice_is(cs_slice_trim(word), "drop");
  if (rule->drops || !word.data || cs_slice_is(cs_slice_trim(word), "flag")) return CS_OK;
  return cs_fail(err, CS_USAGE, "must say flag or drop behind the colon, not '%.*s'", (int)word.len,
                 word.data);
}

enum cs_status cs_outliers_parse(struct cs_outliers *outliers, const char *text, struct cs_error *err) {
  struct cs_slice rest = cs_slice_of(text), item;
  outliers->rules = 0;
  while (cs_list_next(&rest, ',', &item)) {
    struct cs_outlier_rule rule = {0};
    if (outliers->rules == CS_OUTLIER_RULES_MAX)
      return cs_fail(err, CS_USAGE, "must be a list of at most %d rules", CS_OUTLIER_RULES_MAX);
    CS_TRY(parse_rule(&rule, item, err));
    outliers->rule[outliers->rules++] = rule;
  }
  return CS_OK;
}

/* --- values --- */

/* t(x) of all columns, [columns] of [rows]. */
static enum cs_status read_columns(const struct cs_outliers *outliers, const struct cs_customers *customers,
                                   const struct cs_table *table, struct cs_vectors *values,
                                   struct cs_error *err) {
  CS_TRY(cs_vectors_begin(values, customers->n, outliers->columns.count, err));
  for (size_t j = 0; j < values->d; j++)
    CS_TRY(cs_basis_values(&outliers->columns.part[j], customers, table, &values->v[j], err));
  return CS_OK;
}

static bool is_whole(const struct cs_vectors *values, const struct cs_table *table, size_t i) {
  if (cs_table_dropped(table, i)) return false;
  for (size_t j = 0; j < values->d; j++)
    if (isnan(values->v[j][i])) return false;
  return true;
}

static void take_row(const struct cs_vectors *values, size_t i, double *row) {
  for (size_t j = 0; j < values->d; j++) row[j] = values->v[j][i];
}

/* --- learning --- */

static const char *why_not(enum cs_fence_state state) {
  return state == CS_FENCE_FEW ? "there are too few customers" : "too many values are equal";
}

static enum cs_status fit_fences(struct cs_outlier_rule *rule, const struct cs_outliers *outliers,
                                 const struct cs_vectors *values, const struct cs_table *table,
                                 struct cs_notes *notes, struct cs_error *err) {
  double *present;
  CS_TRY(cs_alloc(&rule->fence, values->d, sizeof *rule->fence, "fences", err));
  CS_TRY(cs_alloc(&present, values->n, sizeof *present, "fences", err));
  enum cs_status status = CS_OK;
  for (size_t j = 0; j < values->d && status == CS_OK; j++) {
    size_t n = 0;
    for (size_t i = 0; i < values->n; i++)
      if (!isnan(values->v[j][i]) && !cs_table_dropped(table, i)) present[n++] = values->v[j][i];
    status = cs_fence_fit(&rule->fence[j], (enum cs_fence_rule)rule->rule, rule->parameter, present, n, err);
    if (status == CS_OK && rule->fence[j].state != CS_FENCE_SET)
      cs_note(notes, CS_NOTE_WARNING, "--outliers %s: no fences of '%s': %s", rule_table[rule->rule].name,
              outliers->columns.part[j].source, why_not(rule->fence[j].state));
  }
  free(present);
  return status;
}

/* The rows without a missing value, one behind the other. */
static enum cs_status whole_rows(const struct cs_vectors *values, const struct cs_table *table,
                                 struct cs_matrix *x, struct cs_error *err) {
  CS_TRY(cs_matrix_alloc(x, values->n, values->d, err));
  size_t n = 0;
  for (size_t i = 0; i < values->n; i++)
    if (is_whole(values, table, i)) take_row(values, i, x->x + n++ * values->d);
  x->n = n;
  return CS_OK;
}

static enum cs_status take_distance(struct cs_outlier_rule *rule, const struct cs_mcd *mcd,
                                    struct cs_error *err) {
  size_t d = mcd->d;
  CS_TRY(cs_alloc(&rule->centre, d, sizeof *rule->centre, "distances", err));
  CS_TRY(cs_alloc(&rule->scatter, d, d * sizeof *rule->scatter, "distances", err));
  memcpy(rule->centre, mcd->centre, d * sizeof *rule->centre);
  memcpy(rule->scatter, mcd->scatter, d * d * sizeof *rule->scatter);
  return CS_OK;
}

static enum cs_status factorise(struct cs_outlier_rule *rule, size_t d, struct cs_error *err) {
  rule->reach = cs_chisquare_quantile(rule->parameter / 100, d);
  CS_TRY(cs_alloc(&rule->factor, d, d * sizeof *rule->factor, "distances", err));
  if (cs_symmetric_factor(rule->scatter, d, 0, rule->factor) == d) return CS_OK;
  free(rule->factor);
  rule->factor = NULL;
  return CS_OK;
}

static enum cs_status fit_distance(struct cs_outlier_rule *rule, const struct cs_outliers *outliers,
                                   const struct cs_vectors *values, const struct cs_table *table,
                                   struct cs_notes *notes, struct cs_error *err) {
  const struct cs_mcd_params params = CS_MCD_PARAMS_INIT;
  struct cs_matrix x = CS_MATRIX_INIT;
  struct cs_mcd mcd = CS_MCD_INIT;
  size_t d = values->d, follows = d;
  CS_TRY(whole_rows(values, table, &x, err));
  bool few = x.n <= 5 * d;
  enum cs_status status = few ? CS_OK : cs_mcd_fit(&mcd, &x, &params, &follows, err);
  if (status == CS_OK && !few && follows == d) status = take_distance(rule, &mcd, err);
  if (status == CS_OK && rule->scatter) status = factorise(rule, d, err);
  if (status == CS_OK && few)
    cs_note(notes, CS_NOTE_WARNING, "--outliers mahalanobis: no distances: %s", why_not(CS_FENCE_FEW));
  if (status == CS_OK && follows < d)
    cs_note(notes, CS_NOTE_WARNING,
            "--outliers mahalanobis: no distances: of most customers '%s' follows from the columns before it",
            outliers->columns.part[follows].source);
  cs_mcd_release(&mcd);
  cs_matrix_release(&x);
  return status;
}

static enum cs_status fit_rules(struct cs_outliers *outliers, const struct cs_vectors *values,
                                const struct cs_table *table, struct cs_notes *notes, struct cs_error *err) {
  for (size_t i = 0; i < outliers->rules; i++) {
    struct cs_outlier_rule *rule = &outliers->rule[i];
    CS_TRY(rule->rule == CS_OUTLIER_MAHALANOBIS ? fit_distance(rule, outliers, values, table, notes, err)
                                                : fit_fences(rule, outliers, values, table, notes, err));
  }
  return CS_OK;
}

enum cs_status cs_outliers_fit(struct cs_outliers *outliers, const struct cs_customers *customers,
                               const struct cs_table *table, const char *basis, struct cs_notes *notes,
                               struct cs_error *err) {
  struct cs_vectors values = CS_VECTORS_INIT;
  if (!outliers->rules) return CS_OK;
  CS_TRY(cs_basis_fit_totals(&outliers->columns, customers, table, basis, err));
  if (!outliers->columns.count)
    return cs_fail(err, CS_USAGE, "--outliers: --basis names nothing but what is learnt of the customers");
  enum cs_status status = read_columns(outliers, customers, table, &values, err);
  if (status == CS_OK) status = fit_rules(outliers, &values, table, notes, err);
  cs_vectors_release(&values);
  return status;
}

/* --- marking --- */

/* The first column outside the rule's fences; with mahalanobis the first of all; `columns` where none is. */
static size_t column_outside(const struct cs_outlier_rule *rule, const struct cs_vectors *values, size_t i,
                             double *room) {
  size_t d = values->d;
  for (size_t j = 0; j < d && rule->fence; j++)
    if (values->v[j][i] < rule->fence[j].lower || values->v[j][i] > rule->fence[j].upper) return j;
  if (!rule->factor) return d;
  take_row(values, i, room);
  for (size_t j = 0; j < d; j++)
    if (isnan(room[j])) return d;
  return cs_mahalanobis(room, rule->centre, rule->factor, d, room + d) > rule->reach ? 0 : d;
}

static enum cs_status drop(struct cs_outliers *outliers, struct cs_customers *customers,
                           struct cs_table *table, size_t i, struct cs_error *err) {
  for (int feature = 0; feature < CS_FEATURES; feature++)
    if (customers->value[feature]) customers->value[feature][i] = NAN;
  outliers->dropped++;
  return cs_table_drop(table, i, err);
}

static enum cs_status mark_rows(struct cs_outliers *outliers, const struct cs_vectors *values, double *room,
                                struct cs_customers *customers, struct cs_table *table,
                                struct cs_error *err) {
  for (size_t i = 0; i < values->n; i++) {
    outliers->mark[i] = CS_TEXT_MISSING;
    if (cs_table_dropped(table, i)) continue;
    for (size_t k = 0; k < outliers->rules && outliers->mark[i] == CS_TEXT_MISSING; k++) {
      size_t column = column_outside(&outliers->rule[k], values, i, room);
      if (column == values->d) continue;
      outliers->mark[i] = (uint32_t)(k * values->d + column);
      outliers->rule[k].customers++;
      if (outliers->rule[k].drops) CS_TRY(drop(outliers, customers, table, i, err));
    }
  }
  return CS_OK;
}

enum cs_status cs_outliers_mark(struct cs_outliers *outliers, struct cs_customers *customers,
                                struct cs_table *table, struct cs_error *err) {
  struct cs_vectors values = CS_VECTORS_INIT;
  double *room = NULL;
  if (!outliers->rules) return CS_OK;
  CS_TRY(cs_alloc(&outliers->mark, customers->n, sizeof *outliers->mark, "outliers", err));
  enum cs_status status = cs_alloc(&room, outliers->columns.count, 2 * sizeof *room, "outliers", err);
  if (status == CS_OK) status = read_columns(outliers, customers, table, &values, err);
  if (status == CS_OK) status = mark_rows(outliers, &values, room, customers, table, err);
  cs_vectors_release(&values);
  free(room);
  return status;
}

bool cs_outliers_drop(const struct cs_outliers *outliers) {
  for (size_t i = 0; i < outliers->rules; i++)
    if (outliers->rule[i].drops) return true;
  return false;
}

void cs_outliers_account(const struct cs_outliers *outliers, struct cs_audit *audit) {
  for (size_t i = 0; i < outliers->rules && i < CS_MARKED_MAX; i++) {
    const struct cs_outlier_rule *rule = &outliers->rule[i];
    audit->outliers.rule[audit->outliers.rules++] = (struct cs_marked){
        rule_table[rule->rule].name, rule->drops ? "drop" : "flag", rule->parameter, rule->customers};
  }
}

static void print_mark(const struct cs_outliers *outliers, size_t rule, size_t column, struct cs_str *text) {
  cs_str_add_text(text, rule_table[outliers->rule[rule].rule].name);
  if (outliers->rule[rule].rule == CS_OUTLIER_MAHALANOBIS) return;
  cs_str_add_format(text, ":%s", outliers->columns.part[column].source);
}

/* The texts of all marks, end to end: slices of them once all are there. */
static enum cs_status print_marks(const struct cs_outliers *outliers, struct cs_str *text,
                                  struct cs_slice *slices, struct cs_error *err) {
  size_t d = outliers->columns.count, count = outliers->rules * d, at = 0;
  for (size_t i = 0; i < count; i++) {
    size_t before = text->len;
    print_mark(outliers, i / d, i % d, text);
    slices[i].len = text->len - before;
  }
  CS_TRY(cs_str_check(text, "outliers", err));
  for (size_t i = 0; i < count; at += slices[i++].len) slices[i].data = cs_str_text(text) + at;
  return CS_OK;
}

enum cs_status cs_outliers_add_column(struct cs_outliers *outliers, struct cs_table *table,
                                      struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  struct cs_slice *slices;
  size_t count = outliers->rules * outliers->columns.count;
  if (!outliers->rules) return CS_OK;
  CS_TRY(cs_alloc(&slices, count, sizeof *slices, "outliers", err));
  enum cs_status status = print_marks(outliers, &text, slices, err);
  if (status == CS_OK) {
    status = cs_table_add_text(table, "outlier_rule", outliers->mark, slices, count, err);
    outliers->mark = NULL;
  }
  free(slices);
  cs_str_release(&text);
  return status;
}

/* --- models --- */

static void add_rule(const struct cs_outlier_rule *rule, size_t d, struct cs_node *node) {
  cs_node_add_text(node, "rule", rule_table[rule->rule].name);
  cs_node_add_number(node, "parameter", rule->parameter);
  cs_node_add_text(node, "action", rule->drops ? "drop" : "flag");
  if (rule->fence) {
    struct cs_node *fences = cs_node_add_array(node, "fences");
    for (size_t j = 0; j < d; j++) {
      const double ends[] = {rule->fence[j].lower, rule->fence[j].upper};
      if (rule->fence[j].state == CS_FENCE_SET)
        cs_node_add_numbers(fences, NULL, ends, 2);
      else
        cs_node_add_null(fences, NULL);
    }
  } else if (rule->scatter) {
    cs_node_add_numbers(node, "centre", rule->centre, d);
    cs_node_add_numbers(node, "scatter", rule->scatter, d * d);
  }
}

void cs_outliers_add(const struct cs_outliers *outliers, struct cs_node *model) {
  if (!outliers->rules) return;
  struct cs_node *node = cs_node_add_object(model, "outliers");
  cs_basis_add_parts(&outliers->columns, node, "columns");
  struct cs_node *rules = cs_node_add_array(node, "rules");
  for (size_t i = 0; i < outliers->rules; i++)
    add_rule(&outliers->rule[i], outliers->columns.count, cs_node_add_object(rules, NULL));
}

static enum cs_status get_fences(struct cs_outlier_rule *rule, size_t d, const struct cs_node *fences,
                                 const char *path, struct cs_error *err) {
  CS_TRY(cs_alloc(&rule->fence, d, sizeof *rule->fence, "fences", err));
  size_t j = 0;
  for (const struct cs_node *node = cs_node_first(fences); node && j < d; node = cs_node_next(node), j++) {
    double ends[2];
    rule->fence[j] = (struct cs_fence){CS_FENCE_FLAT, -INFINITY, INFINITY};
    if (cs_node_is_null(node)) continue;
    CS_TRY(cs_model_numbers(node, path, "outliers.rules[].fences[]", 2, ends, err));
    rule->fence[j] = (struct cs_fence){CS_FENCE_SET, ends[0], ends[1]};
  }
  return j == d ? CS_OK : cs_fail(err, CS_DATA, "%s: outliers: there aren't fences of each column", path);
}

static enum cs_status get_distance(struct cs_outlier_rule *rule, size_t d, const struct cs_node *node,
                                   const char *path, struct cs_error *err) {
  if (!cs_node_get(node, "centre")) return CS_OK;
  CS_TRY(cs_alloc(&rule->centre, d, sizeof *rule->centre, "distances", err));
  CS_TRY(cs_alloc(&rule->scatter, d, d * sizeof *rule->scatter, "distances", err));
  CS_TRY(cs_model_numbers(cs_node_get(node, "centre"), path, "centre", d, rule->centre, err));
  CS_TRY(cs_model_numbers(cs_node_get(node, "scatter"), path, "scatter", d * d, rule->scatter, err));
  CS_TRY(factorise(rule, d, err));
  return rule->factor ? CS_OK : cs_fail(err, CS_DATA, "%s: outliers: no matrix of distances", path);
}

static enum cs_status get_rule(struct cs_outlier_rule *rule, size_t d, const struct cs_node *node,
                               const char *path, struct cs_error *err) {
  rule->rule = rule_named(cs_slice_of(cs_node_text(cs_node_get(node, "rule"), "")));
  rule->drops = strcmp(cs_node_text(cs_node_get(node, "action"), ""), "drop") == 0;
  if (rule->rule == RULES) return cs_fail(err, CS_DATA, "%s: outliers: a rule isn't that of a model", path);
  CS_TRY(cs_model_number(node, path, "parameter", &rule->parameter, err));
  if (!is_within(rule)) return cs_fail(err, CS_DATA, "%s: outliers: a parameter can't be", path);
  return rule->rule == CS_OUTLIER_MAHALANOBIS ? get_distance(rule, d, node, path, err)
                                              : get_fences(rule, d, cs_node_get(node, "fences"), path, err);
}

enum cs_status cs_outliers_get(struct cs_outliers *outliers, const struct cs_node *model, const char *path,
                               struct cs_error *err) {
  const struct cs_node *node = cs_node_get(model, "outliers");
  if (!node) return CS_OK;
  CS_TRY(cs_basis_get_parts(&outliers->columns, node, "columns", path, err));
  for (node = cs_node_first(cs_node_get(node, "rules")); node; node = cs_node_next(node)) {
    if (outliers->rules == CS_OUTLIER_RULES_MAX)
      return cs_fail(err, CS_DATA, "%s: outliers: too many rules", path);
    CS_TRY(get_rule(&outliers->rule[outliers->rules++], outliers->columns.count, node, path, err));
  }
  return CS_OK;
}
