#include "algo/gammagamma.h"

#include "algo/gammafn.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>

enum { P, Q, V, D }; /* the parameters' places */

/* --- the likelihood --- */

/* What hangs on x alone. Observations are sorted by it, so it is made once for many customers; d = p x. */
struct by_x {
  double x, d;
  struct cs_jet rising;
  double log_gamma, digamma, trigamma;  /* of d */
  double above_digamma, above_trigamma; /* of d + q */
};

static struct by_x make_by_x(const struct cs_gammagamma *m, double x) {
  double d = m->p * x;
  return (struct by_x){.x = x,
                       .d = d,
                       .rising = cs_log_rising(m->q, d),
                       .log_gamma = cs_log_gamma(d),
                       .digamma = cs_digamma(d),
                       .trigamma = cs_trigamma(d),
                       .above_digamma = cs_digamma(m->q + d),
                       .above_trigamma = cs_trigamma(m->q + d)};
}

/* With w = x zbar / v:
 *   ln L = ln (q)_d - ln Gamma(d) + d ln w - ln zbar - (d + q) ln(1 + w). */
static void add_customer(const struct cs_gammagamma *m, const struct by_x *of, double zbar, double weight,
                         struct cs_point *sum) {
  double d = of->d, w = of->x * zbar / m->v, grown = log1p(w), part = w / (1 + w);
  double log_w = log(of->x * zbar / (m->v / m->q)); /* of w q: ln (q)_d is rising + d ln q */
  double at_d = log_w - log(m->q) + of->above_digamma - of->digamma - grown;
  sum->value += weight * (d * log_w + of->rising.value - of->log_gamma - log(zbar) - (d + m->q) * grown);
  sum->gradient[P] += weight * d * at_d;
  sum->gradient[Q] += weight * (d + of->rising.first - m->q * grown);
  sum->gradient[V] += weight * ((d + m->q) * part - d);
  sum->hessian[P][P] += weight * d * (at_d + d * (of->above_trigamma - of->trigamma));
  sum->hessian[Q][P] += weight * d * m->q * of->above_trigamma;
  sum->hessian[Q][Q] += weight * (of->rising.second - m->q * grown);
  sum->hessian[V][P] -= weight * d / (1 + w);
  sum->hessian[V][Q] += weight * m->q * part;
  sum->hessian[V][V] -= weight * (d + m->q) * part / (1 + w);
}

static void add_customers(const void *model, const struct cs_observed *row, size_t n, struct cs_point *sum) {
  struct cs_point all = *sum;
  struct by_x of = {.x = NAN};
  for (size_t i = 0; i < n; i++) {
    if (row[i].value[0] != of.x) of = make_by_x(model, row[i].value[0]);
    add_customer(model, &of, row[i].value[1], row[i].weight, &all);
  }
  *sum = all;
}

static void sum_observations(const struct cs_observations *observations, const double *parameter, int threads,
                             struct cs_point *sum) {
  struct cs_gammagamma model = {parameter[P], parameter[Q], parameter[V]};
  cs_observations_sum(observations, &(struct cs_terms){&model, add_customers}, threads, sum);
}

/* Customers as they are; those without a purchase or spend add nothing. */
struct customers {
  const double *x, *zbar;
};

static bool takes_part(double x, double zbar) {
  return x > 0 && zbar > 0 && zbar < INFINITY;
}

static void get(const void *source, size_t begin, size_t count, struct cs_observed *row) {
  const struct customers *customers = source;
  for (size_t i = 0; i < count; i++) {
    double x = customers->x[begin + i], zbar = customers->zbar[begin + i];
    row[i] = takes_part(x, zbar) ? (struct cs_observed){{x, zbar, 0}, 1} : (struct cs_observed){{1, 1, 0}, 0};
  }
}

double cs_gammagamma_log_likelihood(const struct cs_gammagamma *model, size_t n, const double *x,
                                    const double *zbar, int threads) {
  struct customers customers = {x, zbar};
  struct cs_point sum;
  cs_rows_sum(&(struct cs_rows){n, &customers, get}, &(struct cs_terms){model, add_customers}, threads, &sum);
  return sum.value;
}

/* --- the fit --- */

/* Coordinates: ln p, ln q, ln(v / q); v is by the unit. */
static void locate(double unit, const double *theta, struct cs_coordinates *at) {
  *at = (struct cs_coordinates){
      .parameter = {exp(theta[0]), exp(theta[1]), unit * exp(theta[1] + theta[2])},
      .slope = {{1, 0, 0}, {0, 1, 0}, {0, 1, 1}},
  };
}

/* The customers who take part, equal ones together, and their mean spend; 0: they are too few. */
static enum cs_status observe(struct cs_observations *observations, size_t n, const double *x,
                              const double *zbar, double *unit, struct cs_error *err) {
  double spend = 0;
  CS_TRY(cs_alloc(&observations->row, n, sizeof *observations->row, "customers' spend", err));
  for (size_t i = 0; i < n; i++)
    if (takes_part(x[i], zbar[i]))
      observations->row[observations->n++] = (struct cs_observed){{x[i], zbar[i], 0}, 1};
  double customers = (double)observations->n;
  cs_observations_group(observations);
  for (size_t i = 0; i < observations->n; i++)
    spend += observations->row[i].weight * observations->row[i].value[1];
  *unit = customers < CS_FIT_FEWEST ? 0 : spend / customers;
  return CS_OK;
}

enum cs_status cs_gammagamma_fit(struct cs_gammagamma *model, struct cs_fit *fit, size_t n, const double *x,
                                 const double *zbar, int threads, struct cs_error *err) {
  /* p up to 1e8: ln Gamma(p x) has no more digits to lose. */
  static const double low[] = {-18.4, -18.4, -27.6}, high[] = {18.4, 27.6, 27.6};
  static const double start[][CS_NEWTON_MAX] = {{0, 1.5, 0}, {1.8, 1.3, -1.8}, {0, 5, 0}, {3, 1, -3}};
  struct cs_observations observations = CS_OBSERVATIONS_INIT;
  double unit, parameter[CS_NEWTON_MAX];
  enum cs_status status = observe(&observations, n, x, zbar, &unit, err);
  if (status == CS_OK && !(unit > 0)) *fit = cs_fit_too_few(parameter, D);
  if (status == CS_OK && unit > 0) {
    struct cs_likelihood likelihood = {D,     low,  high,   sizeof start / sizeof *start,
                                       start, unit, locate, sum_observations};
    status = cs_likelihood_fit(&likelihood, &observations, threads, parameter, fit, err);
  }
  if (status == CS_OK) *model = (struct cs_gammagamma){parameter[P], parameter[Q], parameter[V]};
  cs_observations_release(&observations);
  return status;
}

double cs_gammagamma_mean(const struct cs_gammagamma *model, double x, double zbar) {
  double weight = model->p * x + model->q - 1;
  return weight > 0 ? model->p * (model->v + x * zbar) / weight : NAN;
}
