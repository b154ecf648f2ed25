#include "algo/likelihood.h"

#include <math.h>
#include <stdlib.h>

enum { SAMPLE_MAX = 65536, DIGITS = 9 };

/* Of a log-likelihood: e^0.00001 times as likely is no evidence for anything. */
static const double negligible = 1e-5;
/* The second search begins so far from an end that the first one went to, where there still is a slope. */
static const double start_within = 5;

double cs_round_digits(double value, int digits) {
  if (!isfinite(value) || value == 0) return value;
  int places = digits - 1 - (int)floor(log10(fabs(value)));
  /* Powers of ten up to 22 are exact, and so the quotient is the double nearest to the decimal. */
  double power = pow(10, abs(places));
  return places < 0 ? round(value / power) * power : round(value * power) / power;
}

struct cs_fit cs_fit_too_few(double *parameter, int d) {
  struct cs_fit fit = {.end = CS_FIT_TOO_FEW, .log_likelihood = NAN, .gradient_norm = NAN};
  for (int i = 0; i < d; i++) parameter[i] = NAN;
  for (int i = 0; i < CS_NEWTON_MAX; i++) fit.error[i] = NAN;
  return fit;
}

/* --- from logarithms of the parameters to coordinates --- */

/* A likelihood of certain observations. */
struct task {
  const struct cs_likelihood *likelihood;
  const struct cs_observations *observations;
  int threads;
};

static void change_coordinates(const struct cs_coordinates *at, int d, const struct cs_point *by_log,
                               struct cs_point *point) {
  *point = (struct cs_point){.value = by_log->value};
  for (int i = 0; i < d; i++) {
    for (int k = 0; k < d; k++) point->gradient[i] += at->slope[k][i] * by_log->gradient[k];
    for (int j = 0; j <= i; j++)
      for (int k = 0; k < d; k++)
        for (int l = 0; l < d; l++)
          point->hessian[i][j] +=
              at->slope[k][i] * at->slope[l][j] * by_log->hessian[k > l ? k : l][k > l ? l : k];
  }
  for (int k = 0; k < d; k++) point->hessian[at->bent][at->bent] += at->bend[k] * by_log->gradient[k];
}

static void evaluate(const void *context, const double *theta, struct cs_point *point) {
  const struct task *task = context;
  struct cs_coordinates at = {.bent = 0};
  struct cs_point by_log;
  task->likelihood->locate(task->likelihood->unit, theta, &at);
  task->likelihood->sum(task->observations, at.parameter, task->threads, &by_log);
  change_coordinates(&at, task->likelihood->d, &by_log, point);
}

/* --- the search --- */

static struct cs_newton_end maximise(const struct task *task, const double *start) {
  const struct cs_likelihood *likelihood = task->likelihood;
  struct cs_newton newton = {likelihood->d, likelihood->low, likelihood->high, negligible, evaluate, task};
  return cs_newton_maximise(&newton, start);
}

/* The best of the ends to which the starts lead; the first of those that are as good. */
static struct cs_newton_end search(const struct task *task) {
  struct cs_newton_end best = maximise(task, task->likelihood->start[0]);
  for (int i = 1; i < task->likelihood->starts; i++) {
    struct cs_newton_end end = maximise(task, task->likelihood->start[i]);
    if (!(end.at.value <= best.at.value + negligible)) best = end;
  }
  return best;
}

static enum cs_status search_all(const struct task *all, struct cs_newton_end *end, struct cs_error *err) {
  const struct cs_likelihood *likelihood = all->likelihood;
  if (all->observations->n <= SAMPLE_MAX) {
    *end = search(all);
    return CS_OK;
  }
  struct cs_observations thin;
  CS_TRY(cs_observations_thin(&thin, all->observations, SAMPLE_MAX / 2, err));
  struct task task = {likelihood, &thin, all->threads};
  struct cs_newton_end first = search(&task);
  cs_observations_release(&thin);
  for (int i = 0; i < likelihood->d; i++)
    if (first.bound >> i & 1) first.theta[i] = fmin(fmax(first.theta[i], -start_within), start_within);
  *end = maximise(all, first.theta);
  return CS_OK;
}

/* --- what is said of it --- */

static double gradient_norm(const struct cs_newton_end *end, int d) {
  double sum = 0;
  for (int i = 0; i < d; i++)
    if (!(end->bound >> i & 1)) sum += end->at.gradient[i] * end->at.gradient[i];
  return sqrt(sum);
}

/* Of parameter i: the delta method, from the coordinates. */
static double standard_error(const struct cs_coordinates *at, int d, int i, unsigned bound,
                             double covariance[CS_NEWTON_MAX][CS_NEWTON_MAX]) {
  double variance = 0;
  for (int j = 0; j < d; j++) {
    if (at->slope[i][j] != 0 && bound >> j & 1) return NAN;
    for (int k = 0; k < d; k++) variance += at->slope[i][j] * at->slope[i][k] * covariance[j][k];
  }
  return at->parameter[i] * sqrt(variance);
}

static void describe(const struct cs_newton_end *end, int d, const struct cs_coordinates *at,
                     struct cs_fit *fit) {
  double covariance[CS_NEWTON_MAX][CS_NEWTON_MAX];
  bool known = cs_newton_covariance(&end->at, d, end->bound, covariance);
  *fit = (struct cs_fit){.iterations = end->evaluations, .infinite = end->bound, .zero = end->low};
  fit->end = !end->converged ? CS_FIT_STOPPED : end->bound ? CS_FIT_AT_INFINITY : CS_FIT_CONVERGED;
  fit->gradient_norm = gradient_norm(end, d);
  for (int i = 0; i < CS_NEWTON_MAX; i++)
    fit->error[i] = known && i < d ? standard_error(at, d, i, end->bound, covariance) : NAN;
}

enum cs_status cs_likelihood_fit(const struct cs_likelihood *likelihood,
                                 const struct cs_observations *observations, int threads, double *parameter,
                                 struct cs_fit *fit, struct cs_error *err) {
  struct task task = {likelihood, observations, threads};
  struct cs_newton_end end;
  struct cs_coordinates at = {.bent = 0};
  struct cs_point rounded;
  CS_TRY(search_all(&task, &end, err));
  likelihood->locate(likelihood->unit, end.theta, &at);
  describe(&end, likelihood->d, &at, fit);
  for (int i = 0; i < likelihood->d; i++) parameter[i] = cs_round_digits(at.parameter[i], DIGITS);
  likelihood->sum(observations, parameter, threads, &rounded);
  fit->log_likelihood = rounded.value;
  return CS_OK;
}
