#include "algo/paretonbd.h"

#include "algo/gammafn.h"

#include <math.h>
#include <stdbool.h>

enum { R, ALPHA, S, BETA, D }; /* the parameters' places */

/* --- the rule of Gauss and Legendre, 16 points --- */

enum { HALF = 8 };

static const double node[HALF] = {0.09501250983763745, 0.2816035507792589, 0.45801677765722737,
                                  0.6178762444026438,  0.755404408355003,  0.8656312023878318,
                                  0.9445750230732326,  0.9894009349916499};
static const double node_weight[HALF] = {0.18945061045506859,  0.1826034150449236,  0.16915651939500262,
                                         0.14959598881657676,  0.12462897125553403, 0.09515851168249259,
                                         0.062253523938647706, 0.027152459411754037};

/* An integral over y in (0, length) of (a / (a + y))^p (b / (b + y))^q by w = ln((c + y) / c), c the smaller of a and b: so
 * both powers fall at most like e^-pw and e^-qw, and are smooth on the scale of 1 otherwise, however far apart a and b are.
 * (0, W) is cut into pieces; where 40 powers of e have gone nothing is left. */
struct pieces {
  double base; /* c */
  double width;
  int count;
};

static const double negligible = 40;

/* How fast ln(b + y) grows by ln(a + y), at the most: the ratio runs from one end to the other. */
static double steepest(double a, double b, double length) {
  return fmax(a / b, (a + length) / (b + length));
}

/* Where a power has become negligible. */
static double spent(double base, double exponent) {
  return base * expm1(negligible / exponent);
}

/* least is how the whole falls at least, by w. */
static struct pieces cut(double base, double length, double least, double most) {
  const double by_piece = 3, smooth = 1.5;
  double whole = log1p(length / base), reach = whole * least > negligible ? negligible / least : whole;
  double width = by_piece / most < smooth ? by_piece / most : smooth;
  int count = (int)ceil(reach / width);
  if (count < 1) count = 1;
  return (struct pieces){base, reach / count, count};
}

static struct pieces cut_powers(double a, double p, double b, double q, double length) {
  length = fmin(length, spent(b, q));
  if (a <= b) return cut(a, length, p - 1, p - 1 + q * steepest(a, b, length));
  length = fmin(length, spent(a, p));
  return cut(b, length, 0, q + p * steepest(b, a, length));
}

/* The k-th point (of 16 a piece) and its weight. */
static double point_of(const struct pieces *pieces, int k, double *weight) {
  int piece = k / (2 * HALF), place = k % (2 * HALF), i = place / 2;
  double middle = (piece + 0.5) * pieces->width, half = pieces->width / 2;
  *weight = half * node_weight[i];
  return place % 2 ? middle + half * node[i] : middle - half * node[i];
}

static int points_of(const struct pieces *pieces) {
  return pieces->count * 2 * HALF;
}

/* --- the likelihood --- */

struct common {
  struct cs_paretonbd model;
  double log_r;
  struct cs_rising r;
};

static void prepare(struct common *common, const struct cs_paretonbd *model, double most) {
  common->model = *model;
  common->log_r = log(model->r);
  cs_rising_init(&common->r, model->r, most);
}

/* A summand of the likelihood in logarithms, but for (r)_x / r^x: bought x times until y and was a customer until then;
 * or moreover left at y. Derivatives by the logarithms of the parameters. */
static void summand(const struct common *common, double x, double y, bool leaves, struct cs_point *at) {
  const struct cs_paretonbd *m = &common->model;
  double bought = log1p(y / m->alpha), stayed = log1p(y / m->beta);
  double by_alpha = y / (m->alpha + y), by_beta = y / (m->beta + y), rest = m->beta / (m->beta + y);
  double leave = leaves ? 1 : 0;
  at->value = -m->r * bought + x * (common->log_r - log(m->alpha + y)) - m->s * stayed;
  if (leaves) at->value += log(m->s / (m->beta + y));
  at->gradient[R] = x - m->r * bought;
  at->gradient[ALPHA] = (m->r * y - x * m->alpha) / (m->alpha + y);
  at->gradient[S] = leave - m->s * stayed;
  at->gradient[BETA] = m->s * by_beta - leave * rest;
  at->hessian[R][R] = -m->r * bought;
  at->hessian[ALPHA][R] = m->r * by_alpha;
  at->hessian[ALPHA][ALPHA] = -(m->r + x) * by_alpha * (m->alpha / (m->alpha + y));
  at->hessian[S][S] = -m->s * stayed;
  at->hessian[BETA][S] = m->s * by_beta;
  at->hessian[BETA][BETA] = -(m->s + leave) * by_beta * rest;
}

/* Sums of summands, relative to e^scale; the first is the largest or near it. */
struct mixture {
  double scale, sum;
  double first[D], second[D][D]; /* sums of gradients, and of Hessians with their outer products */
};

static void mix(struct mixture *mixture, const struct cs_point *at, double log_weight) {
  double part = exp(at->value + log_weight - mixture->scale);
  static const bool apart[D][D] = {
      [S] = {true, true}, [BETA] = {true, true}}; /* no mixed second derivatives */
  mixture->sum += part;
  for (int i = 0; i < D; i++) {
    mixture->first[i] += part * at->gradient[i];
    for (int j = 0; j <= i; j++)
      mixture->second[i][j] +=
          part * ((apart[i][j] ? 0 : at->hessian[i][j]) + at->gradient[i] * at->gradient[j]);
  }
}

/* All that can have happened. */
static void mix_history(const struct common *common, double x, double tx, double T, struct mixture *mixture) {
  const struct cs_paretonbd *m = &common->model;
  struct cs_point at;
  struct pieces pieces = cut_powers(m->alpha + tx, m->r + x + 1, m->beta + tx, m->s + 1, T - tx);
  summand(common, x, tx, false, &at);
  *mixture = (struct mixture){.scale = at.value};
  summand(common, x, T, false, &at);
  mix(mixture, &at, 0);
  for (int k = 0; k < points_of(&pieces) && T > tx; k++) {
    double weight, w = point_of(&pieces, k, &weight), grown = pieces.base * expm1(w);
    summand(common, x, tx + grown, true, &at);
    mix(mixture, &at, log(weight * (pieces.base + grown)));
  }
}

static void add_history(const struct common *common, double x, double tx, double T, double weight,
                        struct cs_point *sum) {
  struct mixture mixture;
  struct cs_jet rising = cs_rising_get(&common->r, x);
  mix_history(common, x, tx, T, &mixture);
  sum->value += weight * (mixture.scale + log(mixture.sum) + rising.value);
  sum->gradient[R] += weight * rising.first;
  sum->hessian[R][R] += weight * rising.second;
  for (int i = 0; i < D; i++) {
    double mean = mixture.first[i] / mixture.sum;
    sum->gradient[i] += weight * mean;
    for (int j = 0; j <= i; j++)
      sum->hessian[i][j] += weight * (mixture.second[i][j] - mean * mixture.first[j]) / mixture.sum;
  }
}

static void add_histories(const void *model, const struct cs_observed *row, size_t n, struct cs_point *sum) {
  struct cs_point all = *sum;
  for (size_t i = 0; i < n; i++)
    add_history(model, row[i].value[0], row[i].value[1], row[i].value[2], row[i].weight, &all);
  *sum = all;
}

static void sum_observations(const struct cs_observations *observations, const double *parameter, int threads,
                             struct cs_point *sum) {
  struct cs_paretonbd model = {parameter[R], parameter[ALPHA], parameter[S], parameter[BETA]};
  struct common common;
  prepare(&common, &model, observations->row[observations->n - 1].value[0]);
  cs_observations_sum(observations, &(struct cs_terms){&common, add_histories}, threads, sum);
}

double cs_paretonbd_log_likelihood(const struct cs_paretonbd *model, const struct cs_histories *histories,
                                   int threads) {
  struct common common;
  prepare(&common, model, cs_histories_most(histories));
  return cs_histories_sum(histories, &(struct cs_terms){&common, add_histories}, threads);
}

/* --- the fit --- */

/* Coordinates: ln r, ln(buying rate), ln s, ln(leaving rate); rates are by the unit. */
static void locate(double unit, const double *theta, struct cs_coordinates *at) {
  *at = (struct cs_coordinates){
      .parameter = {exp(theta[0]), unit * exp(theta[0] - theta[1]), exp(theta[2]),
                    unit * exp(theta[2] - theta[3])},
      .slope = {{1, 0, 0, 0}, {1, -1, 0, 0}, {0, 0, 1, 0}, {0, 0, 1, -1}},
  };
}

enum cs_status cs_paretonbd_fit(struct cs_paretonbd *model, struct cs_fit *fit,
                                const struct cs_histories *histories, int threads, struct cs_error *err) {
  static const double low[] = {-18.4, -27.6, -18.4, -27.6}, high[] = {27.6, 27.6, 18.4, 18.4};
  static const double start[][CS_NEWTON_MAX] = {{-0.5, 0.5, -0.5, -0.5}, {0, 0, 0, -2}, {1.5, 0.5, 1, -1}};
  struct cs_observations observations;
  double unit, parameter[CS_NEWTON_MAX];
  enum cs_status status = cs_histories_observe(histories, &observations, &unit, err);
  if (status == CS_OK && !(unit > 0)) *fit = cs_fit_too_few(parameter, D);
  if (status == CS_OK && unit > 0) {
    struct cs_likelihood likelihood = {D,     low,  high,   sizeof start / sizeof *start,
                                       start, unit, locate, sum_observations};
    status = cs_likelihood_fit(&likelihood, &observations, threads, parameter, fit, err);
  }
  if (status == CS_OK)
    *model = (struct cs_paretonbd){parameter[R], parameter[ALPHA], parameter[S], parameter[BETA]};
  cs_observations_release(&observations);
  return status;
}

/* --- forecasts --- */

double cs_paretonbd_alive(const struct cs_paretonbd *model, double x, double tx, double T) {
  struct common common = {.model = *model, .log_r = log(model->r)};
  struct mixture mixture;
  struct cs_point at;
  mix_history(&common, x, tx, T, &mixture);
  summand(&common, x, T, false, &at);
  return exp(at.value - mixture.scale) / mixture.sum;
}

/* (1 - (b / (b + t))^(s - 1)) / (s - 1), also where s is 1. */
static double stays(double s, double b, double t) {
  double grown = log1p(t / b);
  return fabs(s - 1) * grown < 1e-12 ? grown : -expm1(-(s - 1) * grown) / (s - 1);
}

void cs_paretonbd_expected(const struct cs_paretonbd *model, double x, double tx, double T, const double *t,
                           size_t count, double *out) {
  double alive = cs_paretonbd_alive(model, x, tx, T), beta = model->beta + T;
  double rate = (model->r + x) / (model->alpha + T);
  for (size_t j = 0; j < count; j++) out[j] = alive * rate * beta * stays(model->s, beta, t[j]);
}

/* Given that he is alive, the first purchase comes at tau with density R/(A + tau) (A/(A + tau))^R (B/(B + tau))^s. */
double cs_paretonbd_any(const struct cs_paretonbd *model, double x, double tx, double T, double t) {
  double shape = model->r + x, a = model->alpha + T, b = model->beta + T, sum = 0;
  struct pieces pieces = cut_powers(a, shape + 1, b, model->s, t);
  for (int k = 0; k < points_of(&pieces); k++) {
    double weight, w = point_of(&pieces, k, &weight), tau = pieces.base * expm1(w);
    double density = shape * exp(-shape * log1p(tau / a) - model->s * log1p(tau / b));
    sum += weight * density * ((pieces.base + tau) / (a + tau));
  }
  return cs_paretonbd_alive(model, x, tx, T) * fmin(sum, 1);
}

double cs_paretonbd_mean(const struct cs_paretonbd *model, double t) {
  return model->r / model->alpha * model->beta * stays(model->s, model->beta, t);
}
