#include "algo/bgnbd.h"

#include "algo/bgnbd_expected.h"
#include "algo/gammafn.h"

#include <math.h>

enum { R, ALPHA, A, B, D }; /* the parameters' places */

/* --- the likelihood --- */

/* What the terms of all customers have in common. */
struct common {
  struct cs_bgnbd model;
  double log_rate, log_stay; /* of r / alpha, of b / (a + b) */
  struct cs_rising r, b, c;  /* c is a + b */
};

static void prepare(struct common *common, const struct cs_bgnbd *model, double most) {
  common->model = *model;
  common->log_rate = log(model->r / model->alpha);
  common->log_stay = -log1p(model->a / model->b);
  cs_rising_init(&common->r, model->r, most);
  cs_rising_init(&common->b, model->b, most);
  cs_rising_init(&common->c, model->a + model->b, most);
}

/* ln of P(left at tx) / P(alive at T) of a history with x > 0. */
static double log_odds_left(const struct cs_bgnbd *model, double x, double tx, double T) {
  double grown = log1p((T - tx) / (model->alpha + tx));
  return log(model->a / (model->b + (x - 1))) + (model->r + x) * grown;
}

/* ln(1 + e^w) */
static double log_one_plus_exp(double w) {
  return w > 0 ? w + log1p(exp(-w)) : log1p(exp(w));
}

static double logistic(double w) {
  return 1 / (1 + exp(-w));
}

/* The factors that depend on x alone: (r)_x / alpha^x and (b)_x / (a + b)_x. */
static void add_purchases(const struct common *common, double x, double weight, struct cs_point *sum) {
  const struct cs_bgnbd *m = &common->model;
  struct cs_jet r = cs_rising_get(&common->r, x), b = cs_rising_get(&common->b, x),
                c = cs_rising_get(&common->c, x);
  double leave = m->a / (m->a + m->b), stay = m->b / (m->a + m->b), mixed = leave * stay * (x + c.first);
  sum->value += weight * (x * (common->log_rate + common->log_stay) + r.value + b.value - c.value);
  sum->gradient[R] += weight * (x + r.first);
  sum->gradient[ALPHA] -= weight * x;
  sum->gradient[A] -= weight * leave * (x + c.first);
  sum->gradient[B] += weight * (leave * x + b.first - stay * c.first);
  sum->hessian[R][R] += weight * r.second;
  sum->hessian[A][A] -= weight * (leave * leave * c.second + mixed);
  sum->hessian[B][A] -= weight * (leave * stay * c.second - mixed);
  sum->hessian[B][B] += weight * (b.second - stay * stay * c.second - mixed);
}

/* (1 + T / alpha)^-(r + x): no purchase but the x. */
static void add_time(const struct cs_bgnbd *m, double x, double T, double weight, struct cs_point *sum) {
  double grown = log1p(T / m->alpha), part = T / (m->alpha + T), rest = m->alpha / (m->alpha + T);
  sum->value -= weight * (m->r + x) * grown;
  sum->gradient[R] -= weight * m->r * grown;
  sum->gradient[ALPHA] += weight * (m->r + x) * part;
  sum->hessian[R][R] -= weight * m->r * grown;
  sum->hessian[ALPHA][R] += weight * m->r * part;
  sum->hessian[ALPHA][ALPHA] -= weight * (m->r + x) * part * rest;
}

/* 1 + P(left at tx) / P(alive at T). */
static void add_leaving(const struct cs_bgnbd *m, double x, double tx, double T, double weight,
                        struct cs_point *sum) {
  double w = log_odds_left(m, x, tx, T), left = logistic(w), spread = left * logistic(-w);
  double at_T = m->alpha / (m->alpha + T), at_tx = m->alpha / (m->alpha + tx);
  double grown = log1p((T - tx) / (m->alpha + tx)), shrunk = at_T * ((T - tx) / (m->alpha + tx));
  double share = m->b / (m->b + (x - 1)), all = m->r + x;
  const double slope[D] = {m->r * grown, -all * shrunk, 1, -share};
  sum->value += weight * log_one_plus_exp(w);
  for (int i = 0; i < D; i++) {
    sum->gradient[i] += weight * left * slope[i];
    for (int j = 0; j <= i; j++) sum->hessian[i][j] += weight * spread * slope[i] * slope[j];
  }
  sum->hessian[R][R] += weight * left * m->r * grown;
  sum->hessian[ALPHA][R] -= weight * left * m->r * shrunk;
  sum->hessian[ALPHA][ALPHA] += weight * left * all * (at_T * (1 - at_T) - at_tx * (1 - at_tx));
  sum->hessian[B][B] -= weight * left * share * ((x - 1) / (m->b + (x - 1)));
}

static void add_histories(const void *model, const struct cs_observed *row, size_t n, struct cs_point *sum) {
  const struct common *common = model;
  struct cs_point all = *sum;
  for (size_t i = 0; i < n; i++) {
    double x = row[i].value[0], tx = row[i].value[1], T = row[i].value[2], weight = row[i].weight;
    add_purchases(common, x, weight, &all);
    add_time(&common->model, x, T, weight, &all);
    if (x > 0) add_leaving(&common->model, x, tx, T, weight, &all);
  }
  *sum = all;
}

static void sum_observations(const struct cs_observations *observations, const double *parameter, int threads,
                             struct cs_point *sum) {
  struct cs_bgnbd model = {parameter[R], parameter[ALPHA], parameter[A], parameter[B]};
  struct common common;
  prepare(&common, &model, observations->row[observations->n - 1].value[0]);
  cs_observations_sum(observations, &(struct cs_terms){&common, add_histories}, threads, sum);
}

double cs_bgnbd_log_likelihood(const struct cs_bgnbd *model, const struct cs_histories *histories,
                               int threads) {
  struct common common;
  prepare(&common, model, cs_histories_most(histories));
  return cs_histories_sum(histories, &(struct cs_terms){&common, add_histories}, threads);
}

/* --- the fit --- */

/* Coordinates: ln r, ln(rate), logit of a / (a + b), ln(a + b); the rate is by the unit. */
static void locate(double unit, const double *theta, struct cs_coordinates *at) {
  double shape = exp(theta[0]), size = exp(theta[3]);
  double leave = logistic(theta[2]), stay = logistic(-theta[2]);
  *at = (struct cs_coordinates){
      .parameter = {shape, unit * exp(theta[0] - theta[1]), size * leave, size * stay},
      .slope = {{1, 0, 0, 0}, {1, -1, 0, 0}, {0, 0, stay, 1}, {0, 0, -leave, 1}},
      .bend = {0, 0, -leave * stay, -leave * stay},
      .bent = 2,
  };
}

enum cs_status cs_bgnbd_fit(struct cs_bgnbd *model, struct cs_fit *fit, const struct cs_histories *histories,
                            int threads, struct cs_error *err) {
  /* 1e12 and its like: as good as infinity to 1e-8 of a purchase, and far from the end of the arithmetic. */
  static const double low[] = {-27.6, -27.6, -30, -27.6}, high[] = {27.6, 27.6, 30, 27.6};
  static const double start[][CS_NEWTON_MAX] = {
      {0, 0, -1, 1}, {-1.5, 0, -1, 1}, {1.5, 0.5, -1, 3}, {0, 1, 0, -1}};
  struct cs_observations observations;
  double unit, parameter[CS_NEWTON_MAX];
  enum cs_status status = cs_histories_observe(histories, &observations, &unit, err);
  if (status == CS_OK && !(unit > 0)) *fit = cs_fit_too_few(parameter, D);
  if (status == CS_OK && unit > 0) {
    struct cs_likelihood likelihood = {D,     low,  high,   sizeof start / sizeof *start,
                                       start, unit, locate, sum_observations};
    status = cs_likelihood_fit(&likelihood, &observations, threads, parameter, fit, err);
  }
  if (status == CS_OK) *model = (struct cs_bgnbd){parameter[R], parameter[ALPHA], parameter[A], parameter[B]};
  cs_observations_release(&observations);
  return status;
}

/* --- forecasts --- */

double cs_bgnbd_alive(const struct cs_bgnbd *model, double x, double tx, double T) {
  return x > 0 ? logistic(-log_odds_left(model, x, tx, T)) : 1;
}

/* Of a customer who is one at T. */
static double any_given_alive(const struct cs_bgnbd *model, double x, double T, double t) {
  return -expm1(-(model->r + x) * log1p(t / (model->alpha + T)));
}

static void expected_given_alive(const struct cs_bgnbd *model, double x, double T, const double *t,
                                 size_t count, double *out) {
  struct cs_bgnbd_customer customer = {model->r + x, model->alpha + T, model->a, model->b + x};
  cs_bgnbd_sum(&customer, t, count, out);
}

void cs_bgnbd_expected(const struct cs_bgnbd *model, double x, double tx, double T, const double *t,
                       size_t count, double *out) {
  double alive = cs_bgnbd_alive(model, x, tx, T);
  expected_given_alive(model, x, T, t, count, out);
  for (size_t j = 0; j < count; j++) out[j] *= alive;
}

double cs_bgnbd_any(const struct cs_bgnbd *model, double x, double tx, double T, double t) {
  return cs_bgnbd_alive(model, x, tx, T) * any_given_alive(model, x, T, t);
}

struct forecast_job {
  const struct cs_bgnbd *model;
  const struct cs_histories *histories;
  const struct cs_forecast *forecast;
};

static void forecast_block(void *context, size_t begin, size_t end) {
  const struct forecast_job *job = context;
  const struct cs_histories *h = job->histories;
  const struct cs_forecast *f = job->forecast;
  for (size_t i = begin; i < end; i++) {
    double alive = cs_bgnbd_alive(job->model, h->x[i], h->tx[i], h->T[i]);
    if (f->alive) f->alive[i] = alive;
    if (f->count == 0) continue;
    if (f->any) f->any[i] = alive * any_given_alive(job->model, h->x[i], h->T[i], f->t[f->count - 1]);
    if (!f->expected) continue;
    double *out = f->expected + i * f->count;
    expected_given_alive(job->model, h->x[i], h->T[i], f->t, f->count, out);
    for (size_t j = 0; j < f->count; j++) out[j] *= alive;
  }
}

void cs_bgnbd_forecast(const struct cs_bgnbd *model, const struct cs_histories *histories, int threads,
                       const struct cs_forecast *forecast) {
  struct forecast_job job = {model, histories, forecast};
  cs_histories_each(histories, threads, forecast_block, &job);
}

double cs_bgnbd_mean(const struct cs_bgnbd *model, double t) {
  double out;
  cs_bgnbd_expected(model, 0, 0, 0, &t, 1, &out);
  return out;
}

/* --- the distribution of a new customer's purchases --- */

/* P(N = x) and P(N >= x) of the negative binomial number that he would make if he stayed. */
static void purchases_if_staying(const struct cs_bgnbd *model, int x, double t, double *equal,
                                 double *at_least) {
  double q = t / (model->alpha + t), below = 0;
  double start = -model->r * log1p(t / model->alpha);
  double log_term = start; /* ln P(N = n) */
  for (int n = 0; n < x; n++) {
    below += exp(log_term);
    log_term += log(q * ((model->r + n) / (n + 1.0)));
  }
  *equal = exp(log_term);
  *at_least = 1 - below;
  if (*at_least > 1e-3) return;
  /* The tail itself, where the difference would leave few digits. */
  double term = *equal, tail = 0, n = x;
  for (double last = -1; tail > last; n += 1) {
    last = tail;
    tail += term;
    term *= q * (model->r + n) / (n + 1);
  }
  *at_least = tail;
}

double cs_bgnbd_pmf(const struct cs_bgnbd *model, int x, double t) {
  double equal, at_least;
  purchases_if_staying(model, x, t, &equal, &at_least);
  /* Stayed after each of x purchases and made no more; or left after the last of x. */
  double stay = 1;
  for (int i = 0; i < x - 1; i++) stay *= (model->b + i) / (model->a + model->b + i);
  if (x == 0) return equal;
  double rest = model->a + model->b + (x - 1);
  return stay * ((model->b + (x - 1)) / rest * equal + model->a / rest * at_least);
}
