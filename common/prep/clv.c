#include "prep/clv.h"

#include "algo/auc.h"
#include "algo/stats.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12, STEPS_MOST = 60, TIMES_MOST = STEPS_MOST + 2, BLOCK = 1024 };

/* Above this correlation of frequency and spend the gamma-gamma model's independence is in doubt. */
static const double correlation_most = 0.3;

static double of(const struct cs_customers *customers, enum cs_feature feature, size_t i) {
  return customers->value[feature] ? customers->value[feature][i] : NAN;
}

/* --- histories --- */

/* The customers who have one, side by side. */
struct gathered {
  double *x, *tx, *T, *zbar;
  size_t n;
};

static void release(struct gathered *gathered) {
  free(gathered->x);
  free(gathered->tx);
  free(gathered->T);
  free(gathered->zbar);
}

static bool has_history(const struct cs_customers *customers, size_t i) {
  return !isnan(of(customers, CS_FEATURE_BT_X, i) + of(customers, CS_FEATURE_BT_TX, i) +
                of(customers, CS_FEATURE_BT_T, i));
}

static enum cs_status gather(struct gathered *gathered, const struct cs_customers *customers,
                             struct cs_error *err) {
  *gathered = (struct gathered){.n = 0};
  double **array[] = {&gathered->x, &gathered->tx, &gathered->T, &gathered->zbar};
  for (size_t k = 0; k < sizeof array / sizeof *array; k++)
    CS_TRY(cs_alloc(array[k], customers->n, sizeof(double), "histories", err));
  for (size_t i = 0; i < customers->n; i++) {
    if (!has_history(customers, i)) continue;
    gathered->x[gathered->n] = of(customers, CS_FEATURE_BT_X, i);
    gathered->tx[gathered->n] = of(customers, CS_FEATURE_BT_TX, i);
    gathered->T[gathered->n] = of(customers, CS_FEATURE_BT_T, i);
    gathered->zbar[gathered->n++] = of(customers, CS_FEATURE_BT_ZBAR, i);
  }
  return CS_OK;
}

/* --- fitting --- */

static const char *model_name(enum cs_clv_model model) {
  return model == CS_CLV_PARETO_NBD ? "Pareto/NBD" : "BG/NBD";
}

static void tell_of_fit(struct cs_notes *notes, const char *name, const struct cs_fit *fit,
                        const char *consequence) {
  if (fit->end == CS_FIT_TOO_FEW)
    cs_note(notes, CS_NOTE_WARNING, "%s: too few repeat buyers, or all alike, to fit it: %s", name,
            consequence);
  if (fit->end == CS_FIT_AT_INFINITY)
    cs_note(notes, CS_NOTE_WARNING,
            "%s: the likelihood has no maximum, parameters run to infinity: customers differ less than the "
            "model allows, or none drops out; expectations are usable, parameters mean nothing",
            name);
  if (fit->end == CS_FIT_STOPPED)
    cs_note(notes, CS_NOTE_WARNING, "%s: the fit stopped before it converged (gradient %g)", name,
            fit->gradient_norm);
}

static void count_repeats(struct cs_clv *clv, const struct gathered *gathered) {
  for (size_t i = 0; i < gathered->n; i++) {
    double x = gathered->x[i];
    clv->repeaters += x > 0;
    clv->repeats[x < CS_CLV_BINS - 1 ? (int)x : CS_CLV_BINS - 1]++;
  }
  clv->customers = gathered->n;
}

/* How many customers the model expects in each bin: the probabilities depend on the age alone, so equal ages are done
 * once. */
static enum cs_status expect_repeats(struct cs_clv *clv, const struct gathered *gathered,
                                     struct cs_error *err) {
  double *age;
  CS_TRY(cs_alloc(&age, gathered->n, sizeof *age, "ages", err));
  if (gathered->n) memcpy(age, gathered->T, gathered->n * sizeof *age);
  cs_sort(age, gathered->n);
  for (size_t begin = 0, end; begin < gathered->n; begin = end) {
    double count, rest = 1;
    for (end = begin; end < gathered->n && age[end] == age[begin];) end++;
    count = (double)(end - begin);
    for (int x = 0; x < CS_CLV_BINS - 1; x++) {
      double p = cs_bgnbd_pmf(&clv->bg_nbd, x, age[begin]);
      clv->repeats_expected[x] += count * p;
      rest -= p;
    }
    clv->repeats_expected[CS_CLV_BINS - 1] += count * fmax(rest, 0);
  }
  free(age);
  return CS_OK;
}

static enum cs_status fit_purchases(struct cs_clv *clv, const struct gathered *gathered, int threads,
                                    struct cs_notes *notes, struct cs_error *err) {
  const struct cs_histories histories = {gathered->n, gathered->x, gathered->tx, gathered->T};
  if (clv->model == CS_CLV_PARETO_NBD)
    CS_TRY(cs_paretonbd_fit(&clv->pareto_nbd, &clv->purchases, &histories, threads, err));
  else
    CS_TRY(cs_bgnbd_fit(&clv->bg_nbd, &clv->purchases, &histories, threads, err));
  clv->has_purchases = clv->purchases.end != CS_FIT_TOO_FEW;
  tell_of_fit(notes, model_name(clv->model), &clv->purchases,
              "expected orders, lifetime value and churn risk are left empty");
  return clv->has_purchases && clv->model == CS_CLV_BG_NBD ? expect_repeats(clv, gathered, err) : CS_OK;
}

/* Pearson's correlation of x and zbar among repeat buyers, and their mean zbar. */
static void relate_spend(struct cs_clv *clv, const struct gathered *gathered) {
  double n = 0, x_mean = 0, z_mean = 0, xx = 0, zz = 0, xz = 0;
  for (size_t i = 0; i < gathered->n; i++) {
    double x = gathered->x[i], z = gathered->zbar[i];
    if (!(x > 0 && z > 0)) continue;
    n++; /* running means and products: Welford 1962 */
    double dx = x - x_mean, dz = z - z_mean;
    x_mean += dx / n;
    z_mean += dz / n;
    xx += dx * (x - x_mean);
    zz += dz * (z - z_mean);
    xz += dx * (z - z_mean);
  }
  clv->correlation = xx > 0 && zz > 0 ? xz / sqrt(xx * zz) : NAN;
  clv->mean_spend = n > 0 ? z_mean : NAN;
}

static enum cs_status fit_spend(struct cs_clv *clv, const struct gathered *gathered, int threads,
                                struct cs_notes *notes, struct cs_error *err) {
  relate_spend(clv, gathered);
  CS_TRY(cs_gammagamma_fit(&clv->gamma_gamma, &clv->spend, gathered->n, gathered->x, gathered->zbar, threads,
                           err));
  bool fitted = clv->spend.end != CS_FIT_TOO_FEW;
  clv->has_spend = fitted && !isnan(cs_gammagamma_mean(&clv->gamma_gamma, 0, 0));
  tell_of_fit(notes, "gamma-gamma", &clv->spend, "a customer's own mean stands for the expected order value");
  if (fitted && !clv->has_spend)
    cs_note(notes, CS_NOTE_WARNING,
            "gamma-gamma: q is %.3g, so spend has no mean in it: a customer's own mean stands for the "
            "expected order value",
            clv->gamma_gamma.q);
  if (fabs(clv->correlation) > correlation_most)
    cs_note(notes, CS_NOTE_WARNING,
            "gamma-gamma: frequency and mean spend correlate (%.2f); the model takes them to be independent",
            clv->correlation);
  return CS_OK;
}

enum cs_status cs_clv_fit(struct cs_clv *clv, const struct cs_customers *customers,
                          const struct cs_clv_options *options, struct cs_notes *notes,
                          struct cs_error *err) {
  struct gathered gathered;
  *clv = (struct cs_clv){.model = options->model,
                         .unit = options->unit,
                         .unit_days = customers->unit_days,
                         .correlation = NAN,
                         .mean_spend = NAN};
  if (clv->model == CS_CLV_NONE || !customers->value[CS_FEATURE_BT_X]) return CS_OK;
  enum cs_status status = gather(&gathered, customers, err);
  if (status == CS_OK) {
    count_repeats(clv, &gathered);
    status = fit_purchases(clv, &gathered, options->threads, notes, err);
  }
  if (status == CS_OK && customers->value[CS_FEATURE_BT_ZBAR])
    status = fit_spend(clv, &gathered, options->threads, notes, err);
  release(&gathered);
  return status;
}

/* --- applying --- */

/* The times at which expectations are wanted, ascending, and what they are for. */
struct times {
  double at[TIMES_MOST], discount[STEPS_MOST];
  size_t count, steps;
  size_t step[STEPS_MOST], year, holdout; /* indices in at */
  double horizon;
};

struct applying {
  const struct cs_clv *clv;
  const struct cs_clv_options *options;
  struct cs_customers *customers;
  struct times times;
  bool has_holdout;
  double year_days, horizon_days;
};

/* Puts a time in its place among the others. */
static void add_time(struct times *times, double at) {
  size_t i = 0;
  while (i < times->count && times->at[i] < at) i++;
  if (i < times->count && times->at[i] == at) return;
  for (size_t k = times->count++; k > i; k--) times->at[k] = times->at[k - 1];
  times->at[i] = at;
}

static size_t index_of(const struct times *times, double at) {
  size_t i = 0;
  while (times->at[i] != at) i++;
  return i;
}

/* The horizon in steps of a month, the last one shorter where it isn't whole; of several months where there would be too
 * many. */
static void plan_times(struct applying *applying, double holdout_days) {
  struct times *times = &applying->times;
  const struct cs_clv_options *options = applying->options;
  double unit = applying->clv->unit_days, month = options->month_days, of_step[STEPS_MOST];
  double step = month * fmax(1, ceil(applying->horizon_days / month / STEPS_MOST - 1e-9));
  double rate_days = cs_time_unit_days(options->discount.unit, month);
  times->steps = (size_t)ceil(applying->horizon_days / step - 1e-9);
  for (size_t i = 0; i < times->steps; i++) {
    double days = i + 1 < times->steps ? step * (double)(i + 1) : applying->horizon_days;
    of_step[i] = days / unit;
    times->discount[i] = pow(1 + options->discount.rate, -days / rate_days);
    add_time(times, of_step[i]);
  }
  times->horizon = applying->horizon_days / unit;
  add_time(times, applying->year_days / unit);
  if (applying->has_holdout) add_time(times, holdout_days / unit);
  for (size_t i = 0; i < times->steps; i++) times->step[i] = index_of(times, of_step[i]);
  times->year = index_of(times, applying->year_days / unit);
  if (applying->has_holdout) times->holdout = index_of(times, holdout_days / unit);
}

static double order_value(const struct cs_clv *clv, double x, double zbar) {
  if (clv->has_spend) return cs_gammagamma_mean(&clv->gamma_gamma, x, x > 0 ? zbar : 0);
  return x > 0 ? zbar : clv->mean_spend;
}

static void put(struct cs_customers *customers, enum cs_feature feature, size_t i, double value) {
  if (customers->value[feature] && isfinite(value)) customers->value[feature][i] = value;
}

static void put_value(const struct applying *applying, size_t i, const double *expected) {
  const struct times *times = &applying->times;
  struct cs_customers *customers = applying->customers;
  double before = 0, purchases = 0;
  double each =
      order_value(applying->clv, of(customers, CS_FEATURE_BT_X, i), of(customers, CS_FEATURE_BT_ZBAR, i));
  for (size_t k = 0; k < times->steps; k++) {
    purchases += (expected[times->step[k]] - before) * times->discount[k];
    before = expected[times->step[k]];
  }
  put(customers, CS_FEATURE_ORDER_VALUE, i, each);
  put(customers, CS_FEATURE_CLV_ADVANCED, i, applying->options->margin * each * purchases);
}

static void predict(const struct applying *applying, size_t i) {
  const struct times *times = &applying->times;
  const struct cs_clv *clv = applying->clv;
  struct cs_customers *customers = applying->customers;
  double x = of(customers, CS_FEATURE_BT_X, i), tx = of(customers, CS_FEATURE_BT_TX, i),
         T = of(customers, CS_FEATURE_BT_T, i), alive, any, expected[TIMES_MOST];
  if (clv->model == CS_CLV_PARETO_NBD) {
    alive = cs_paretonbd_alive(&clv->pareto_nbd, x, tx, T);
    any = cs_paretonbd_any(&clv->pareto_nbd, x, tx, T, times->horizon);
    cs_paretonbd_expected(&clv->pareto_nbd, x, tx, T, times->at, times->count, expected);
  } else {
    alive = cs_bgnbd_alive(&clv->bg_nbd, x, tx, T);
    any = cs_bgnbd_any(&clv->bg_nbd, x, tx, T, times->horizon);
    cs_bgnbd_expected(&clv->bg_nbd, x, tx, T, times->at, times->count, expected);
  }
  put(customers, CS_FEATURE_ALIVE, i, alive);
  put(customers, CS_FEATURE_CHURN, i, 1 - any);
  put(customers, CS_FEATURE_ORDERS_12M, i, expected[times->year]);
  if (applying->has_holdout) put(customers, CS_FEATURE_HOLDOUT_EXPECTED, i, expected[times->holdout]);
  put_value(applying, i, expected);
}

/* What the past brings when it goes on: nobody is extrapolated from less than a year. */
static void put_simple(const struct applying *applying, size_t i) {
  struct cs_customers *customers = applying->customers;
  double spent = of(customers, CS_FEATURE_SPENT, i), tenure = of(customers, CS_FEATURE_TENURE, i);
  double days = fmax(tenure, applying->year_days) + 0 * tenure;
  put(customers, CS_FEATURE_CLV_SIMPLE, i,
      applying->options->margin * fmax(spent, 0) / days * applying->horizon_days + 0 * spent);
}

static void apply_block(void *context, size_t block, int thread) {
  const struct applying *applying = context;
  size_t begin = block * BLOCK, end = begin + BLOCK;
  (void)thread;
  if (end > applying->customers->n) end = applying->customers->n;
  for (size_t i = begin; i < end; i++) {
    put_simple(applying, i);
    if (applying->clv->has_purchases && has_history(applying->customers, i)) predict(applying, i);
  }
}

static enum cs_status make_room(const struct applying *applying, struct cs_error *err) {
  static const enum cs_feature purchases[] = {CS_FEATURE_ALIVE, CS_FEATURE_ORDERS_12M, CS_FEATURE_CHURN};
  static const enum cs_feature money[] = {CS_FEATURE_ORDER_VALUE, CS_FEATURE_CLV_ADVANCED};
  struct cs_customers *customers = applying->customers;
  bool expected = customers->value[CS_FEATURE_BT_X] && applying->clv->model != CS_CLV_NONE;
  for (size_t i = 0; i < 3 && expected; i++) CS_TRY(cs_customers_room(customers, purchases[i], err));
  for (size_t i = 0; i < 2 && expected && customers->value[CS_FEATURE_BT_ZBAR]; i++)
    CS_TRY(cs_customers_room(customers, money[i], err));
  if (expected && applying->has_holdout)
    CS_TRY(cs_customers_room(customers, CS_FEATURE_HOLDOUT_EXPECTED, err));
  if (customers->value[CS_FEATURE_SPENT] && customers->value[CS_FEATURE_TENURE])
    CS_TRY(cs_customers_room(customers, CS_FEATURE_CLV_SIMPLE, err));
  return CS_OK;
}

enum cs_status cs_clv_apply(const struct cs_clv *clv, struct cs_customers *customers,
                            const struct cs_clv_options *options, double holdout_days, struct cs_error *err) {
  struct applying applying = {
      .clv = clv,
      .options = options,
      .customers = customers,
      .has_holdout = holdout_days > 0,
      .year_days = MONTHS * options->month_days,
      .horizon_days = cs_duration_days(options->horizon, options->month_days),
  };
  CS_TRY(make_room(&applying, err));
  if (clv->has_purchases) plan_times(&applying, holdout_days);
  cs_parallel(options->threads, (customers->n + BLOCK - 1) / BLOCK, apply_block, &applying);
  return CS_OK;
}

/* --- the holdout --- */

/* AUC of a feature for customers who didn't come back. */
static enum cs_status judge_feature(const struct cs_customers *customers, enum cs_feature feature,
                                    double *score, bool *gone, double *auc, struct cs_error *err) {
  size_t n = 0;
  *auc = NAN;
  if (!customers->value[feature]) return CS_OK;
  for (size_t i = 0; i < customers->n; i++) {
    double days = of(customers, CS_FEATURE_HOLDOUT_DAYS, i), value = of(customers, feature, i);
    if (isnan(days) || isnan(value)) continue;
    score[n] = value;
    gone[n++] = days == 0;
  }
  return cs_auc(score, gone, n, auc, err);
}

enum cs_status cs_holdout_judge(struct cs_holdout *holdout, const struct cs_customers *customers,
                                double holdout_days, struct cs_error *err) {
  double *score;
  bool *gone = NULL;
  *holdout = (struct cs_holdout){.known = customers->value[CS_FEATURE_HOLDOUT_DAYS] && holdout_days > 0,
                                 .days = holdout_days};
  if (!holdout->known) return CS_OK;
  for (size_t i = 0; i < customers->n; i++) {
    double actual = of(customers, CS_FEATURE_HOLDOUT_DAYS, i),
           expected = of(customers, CS_FEATURE_HOLDOUT_EXPECTED, i);
    if (!isnan(actual)) holdout->actual += actual;
    if (!isnan(expected)) holdout->expected += expected;
  }
  CS_TRY(cs_alloc(&score, customers->n, sizeof *score, "scores", err));
  enum cs_status status = cs_alloc(&gone, customers->n, sizeof *gone, "scores", err);
  if (status == CS_OK) status = judge_feature(customers, CS_FEATURE_CHURN, score, gone, &holdout->auc, err);
  if (status == CS_OK)
    status = judge_feature(customers, CS_FEATURE_RECENCY, score, gone, &holdout->auc_recency, err);
  free(score);
  free(gone);
  return status;
}

void cs_clv_describe(const struct cs_clv *clv, const struct cs_clv_options *options, struct cs_str *text) {
  if (clv->model == CS_CLV_NONE || !clv->customers) return;
  if (clv->has_purchases)
    cs_str_add_format(text, "%s of %zu customers, %zu of them repeat buyers; ", model_name(clv->model),
                      clv->customers, clv->repeaters);
  cs_str_add_format(text, "horizon %g %s%s of %g days, discount %g %% a %s, margin %g%s",
                    options->horizon.count, cs_time_unit_name(options->horizon.unit),
                    options->horizon.count == 1 ? "" : "s",
                    cs_time_unit_days(options->horizon.unit, options->month_days),
                    100 * options->discount.rate, cs_time_unit_name(options->discount.unit), options->margin,
                    options->margin == 1 ? " (values are revenue, not profit)" : "");
}
