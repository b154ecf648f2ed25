/* clv_model.c - lifetime value as the member clv{} of a model, and back. */
#include "prep/clv.h"

#include "data/model.h"

#include <math.h>
#include <string.h>

static const char *const model_word[] = {"bg-nbd", "pareto-nbd", "none"};
static const char *const end_word[] = {
    [CS_FIT_CONVERGED] = "converged",
    [CS_FIT_AT_INFINITY] = "at infinity",
    [CS_FIT_STOPPED] = "stopped",
    [CS_FIT_TOO_FEW] = "too few",
};

/* A parameter of a model: its key and where it is. */
struct parameter {
  const char *key;
  double *value;
};

enum { PARAMETERS_MOST = 4 };

static size_t list_bg_nbd(struct cs_bgnbd *model, struct parameter *out) {
  const struct parameter list[] = {
      {"r", &model->r}, {"alpha", &model->alpha}, {"a", &model->a}, {"b", &model->b}};
  memcpy(out, list, sizeof list);
  return sizeof list / sizeof *list;
}

static size_t list_pareto_nbd(struct cs_paretonbd *model, struct parameter *out) {
  const struct parameter list[] = {
      {"r", &model->r}, {"alpha", &model->alpha}, {"s", &model->s}, {"beta", &model->beta}};
  memcpy(out, list, sizeof list);
  return sizeof list / sizeof *list;
}

static size_t list_gamma_gamma(struct cs_gammagamma *model, struct parameter *out) {
  const struct parameter list[] = {{"p", &model->p}, {"q", &model->q}, {"v", &model->v}};
  memcpy(out, list, sizeof list);
  return sizeof list / sizeof *list;
}

/* --- writing --- */

static void add_fit(struct cs_node *clv, const char *key, const struct parameter *parameter, size_t count,
                    const struct cs_fit *fit) {
  struct cs_node *node = cs_node_add_object(clv, key);
  for (size_t i = 0; i < count; i++) cs_node_add_number(node, parameter[i].key, *parameter[i].value);
  cs_node_add_number(node, "log_likelihood", fit->log_likelihood);
  struct cs_node *errors = cs_node_add_object(node, "standard_errors");
  for (size_t i = 0; i < count; i++) cs_node_add_number(errors, parameter[i].key, fit->error[i]);
  cs_node_add_text(node, "end", end_word[fit->end]);
  cs_node_add_number(node, "gradient_norm", fit->gradient_norm);
  cs_node_add_integer(node, "iterations", fit->iterations);
}

static void add_bins(struct cs_node *node, const struct cs_clv *clv) {
  struct cs_node *bins = cs_node_add_array(node, "repeat_purchases");
  for (int x = 0; x < CS_CLV_BINS; x++) {
    struct cs_node *bin = cs_node_add_object(bins, NULL);
    cs_node_add_integer(bin, "from", x);
    cs_node_add_number(bin, "customers", clv->repeats[x]);
    cs_node_add_number(bin, "expected", clv->repeats_expected[x]);
  }
}

static void add_purchases(struct cs_node *node, struct cs_clv *clv) {
  struct parameter parameter[PARAMETERS_MOST];
  bool pareto = clv->model == CS_CLV_PARETO_NBD;
  if (!clv->has_purchases) {
    cs_node_add_null(node, pareto ? "pareto_nbd" : "bg_nbd");
  } else if (pareto) {
    size_t count = list_pareto_nbd(&clv->pareto_nbd, parameter);
    add_fit(node, "pareto_nbd", parameter, count, &clv->purchases);
  } else {
    size_t count = list_bg_nbd(&clv->bg_nbd, parameter);
    add_fit(node, "bg_nbd", parameter, count, &clv->purchases);
    add_bins(node, clv);
  }
}

static void add_spend(struct cs_node *node, struct cs_clv *clv) {
  struct parameter parameter[PARAMETERS_MOST];
  if (clv->has_spend)
    add_fit(node, "gamma_gamma", parameter, list_gamma_gamma(&clv->gamma_gamma, parameter), &clv->spend);
  else
    cs_node_add_null(node, "gamma_gamma");
  cs_node_add_number(node, "correlation", clv->correlation);
  cs_node_add_number(node, "mean_spend", clv->mean_spend);
}

static void add_holdout(struct cs_node *node, const struct cs_holdout *holdout) {
  if (!holdout->known) return;
  struct cs_node *out = cs_node_add_object(node, "holdout");
  cs_node_add_number(out, "days", holdout->days);
  cs_node_add_number(out, "purchase_days", holdout->actual);
  cs_node_add_number(out, "expected", holdout->expected);
  cs_node_add_number(out, "auc_churn_risk", holdout->auc);
  cs_node_add_number(out, "auc_recency", holdout->auc_recency);
}

void cs_clv_add(const struct cs_clv *clv, const struct cs_holdout *holdout, struct cs_node *model) {
  struct cs_clv copy = *clv; /* the lists of parameters point into it */
  if (clv->model == CS_CLV_NONE) return;
  struct cs_node *node = cs_node_add_object(model, "clv");
  cs_node_add_text(node, "model", model_word[clv->model]);
  cs_node_add_text(node, "time_unit", cs_time_unit_name(clv->unit));
  cs_node_add_number(node, "time_unit_days", clv->unit_days);
  cs_node_add_integer(node, "customers", (int64_t)clv->customers);
  cs_node_add_integer(node, "repeat_buyers", (int64_t)clv->repeaters);
  add_purchases(node, &copy);
  add_spend(node, &copy);
  add_holdout(node, holdout);
}

/* --- reading --- */

static enum cs_status get_parameters(const struct cs_node *node, const char *path,
                                     const struct parameter *parameter, size_t count, bool *has,
                                     struct cs_error *err) {
  *has = node && !cs_node_is_null(node);
  for (size_t i = 0; i < count && *has; i++) {
    CS_TRY(cs_model_number(node, path, parameter[i].key, parameter[i].value, err));
    if (!(*parameter[i].value > 0))
      return cs_fail(err, CS_DATA, "%s: '%s' isn't above 0", path, parameter[i].key);
  }
  return CS_OK;
}

static enum cs_status get_unit(struct cs_clv *clv, const struct cs_node *node, const char *path,
                               struct cs_error *err) {
  const char *word = cs_node_text(cs_node_get(node, "time_unit"), "");
  int unit = 0;
  while (unit <= CS_TIME_YEAR && strcmp(word, cs_time_unit_name((enum cs_time_unit)unit)) != 0) unit++;
  if (unit > CS_TIME_YEAR) return cs_fail(err, CS_DATA, "%s: clv.time_unit isn't that of a model", path);
  clv->unit = (enum cs_time_unit)unit;
  CS_TRY(cs_model_number(node, path, "time_unit_days", &clv->unit_days, err));
  return clv->unit_days > 0 ? CS_OK : cs_fail(err, CS_DATA, "%s: 'time_unit_days' isn't above 0", path);
}

enum cs_status cs_clv_get(struct cs_clv *clv, const struct cs_node *model, const char *path,
                          struct cs_error *err) {
  struct parameter parameter[PARAMETERS_MOST];
  const struct cs_node *node = cs_node_get(model, "clv");
  *clv = (struct cs_clv)CS_CLV_INIT;
  if (!node) return CS_OK;
  const char *word = cs_node_text(cs_node_get(node, "model"), "");
  bool pareto = strcmp(word, model_word[CS_CLV_PARETO_NBD]) == 0;
  if (!pareto && strcmp(word, model_word[CS_CLV_BG_NBD]) != 0)
    return cs_fail(err, CS_DATA, "%s: clv.model isn't that of a model", path);
  clv->model = pareto ? CS_CLV_PARETO_NBD : CS_CLV_BG_NBD;
  CS_TRY(get_unit(clv, node, path, err));
  clv->customers = (size_t)cs_node_number(cs_node_get(node, "customers"), 0);
  clv->repeaters = (size_t)cs_node_number(cs_node_get(node, "repeat_buyers"), 0);
  size_t count = pareto ? list_pareto_nbd(&clv->pareto_nbd, parameter) : list_bg_nbd(&clv->bg_nbd, parameter);
  CS_TRY(get_parameters(cs_node_get(node, pareto ? "pareto_nbd" : "bg_nbd"), path, parameter, count,
                        &clv->has_purchases, err));
  clv->mean_spend = cs_node_number(cs_node_get(node, "mean_spend"), NAN);
  return get_parameters(cs_node_get(node, "gamma_gamma"), path, parameter,
                        list_gamma_gamma(&clv->gamma_gamma, parameter), &clv->has_spend, err);
}
