#include "algo/bgnbd_expected.h"

#include <math.h>
#include <stdbool.h>

/* As in tiles.c: two versions of the kernel, chosen when the program starts; wider vectors hold more points of time,
 * never other sums. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&    \
    !defined(__SANITIZE_THREAD__)
#define KERNEL __attribute__((target_clones("avx2", "default")))
#else
#define KERNEL
#endif

enum { LANES = 4, VECTORS = 2, WIDTH = LANES * VECTORS, STEPS = 8, TERMS_MAX = 10000 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

/* --- the series --- */

/* For several points of time: q = t / (alpha + t); p is the probability of n purchases, had he stayed, without its constant
 * factor, which cancels between `sum`, of p, and `weighted`, of p times the mean number that he makes of n. */
struct series {
  double q[WIDTH], p[WIDTH], sum[WIDTH], weighted[WIDTH];
};

/* What the points have in common: n, the probability of staying for the n-th purchase, and the sum of these. */
struct walk {
  double n, stays, made;
};

KERNEL static void add_terms(struct series *series, struct walk *walk, double r, double b, double c) {
  lanes q[VECTORS], p[VECTORS], sum[VECTORS], weighted[VECTORS];
  for (int v = 0; v < VECTORS; v++) {
    q[v] = *(lanes *)(series->q + v * LANES);
    p[v] = *(lanes *)(series->p + v * LANES);
    sum[v] = *(lanes *)(series->sum + v * LANES);
    weighted[v] = *(lanes *)(series->weighted + v * LANES);
  }
  double n = walk->n, stays = walk->stays, made = walk->made;
  for (int step = 0; step < STEPS; step++, n += 1) {
    double inverse = 1 / ((n + 1) * (c + n)), ratio = (r + n) * (c + n) * inverse;
    made += stays;
    stays *= (b + n) * (n + 1) * inverse;
    for (int v = 0; v < VECTORS; v++) {
      p[v] *= q[v] * ratio;
      sum[v] += p[v];
      weighted[v] += p[v] * made;
    }
  }
  *walk = (struct walk){n, stays, made};
  for (int v = 0; v < VECTORS; v++) {
    *(lanes *)(series->p + v * LANES) = p[v];
    *(lanes *)(series->sum + v * LANES) = sum[v];
    *(lanes *)(series->weighted + v * LANES) = weighted[v];
  }
}

/* Keeps the unnormalised sums within the doubles. */
static void rescale(struct series *series) {
  static const double large = 1e150;
  for (int j = 0; j < WIDTH; j++)
    if (series->sum[j] > large) {
      series->p[j] /= large;
      series->sum[j] /= large;
      series->weighted[j] /= large;
    }
}

/* Whether the terms not yet added are below the last bit at the longest time, where they fall most slowly. `made` grows no
 * faster than n. */
static bool is_done(const struct series *series, const struct walk *walk, double r) {
  enum { LAST = WIDTH - 1 };
  double q = series->q[LAST], ratio = fmax(q, q * (r + walk->n) / (walk->n + 1));
  if (!(ratio < 1)) return false;
  double rest = series->p[LAST] * walk->made * ratio / (1 - ratio) * (1 + 1 / (walk->n * (1 - ratio)));
  return rest <= 1e-16 * series->weighted[LAST];
}

/* For at most WIDTH points of time. */
static void sum_series(const struct cs_bgnbd_customer *customer, const double *t, size_t count, double *out) {
  struct series series;
  struct walk walk = {0, 1, 0};
  for (size_t j = 0; j < WIDTH; j++) {
    double time = t[j < count ? j : count - 1];
    series.q[j] = time / (customer->alpha + time);
    series.p[j] = series.sum[j] = 1;
    series.weighted[j] = 0;
  }
  do {
    add_terms(&series, &walk, customer->r, customer->b, customer->a + customer->b);
    rescale(&series);
  } while (!is_done(&series, &walk, customer->r));
  for (size_t j = 0; j < count; j++) out[j] = series.weighted[j] / series.sum[j];
}

/* About how many terms that takes: the mean, some standard deviations, and the tail. */
static double terms_needed(const struct cs_bgnbd_customer *customer, double t) {
  double scale = t / customer->alpha, mean = customer->r * scale;
  return mean + 9 * sqrt(mean * (1 + scale)) + 38 * (1 + scale);
}

/* --- the integral, where the series would be too long --- */

/* Of (1 - (1 + p t / alpha)^-r) / p, the mean number for a probability p of leaving, over p's beta distribution. With p a
 * logistic function of the variable the integrand is smooth and falls exponentially to both sides, and the trapezoidal rule
 * is exact as soon as its step is half of the width of the peak. */
struct integral {
  const struct cs_bgnbd_customer *customer;
  const double *t;
  size_t count;
  double step, mean;   /* of p */
  double weight, *sum; /* of the weights; [count], of the weighted values */
};

static double value_at(const struct integral *integral, double p, double t) {
  return -expm1(-integral->customer->r * log1p(p * (t / integral->customer->alpha))) / p;
}

/* Adds the nodes on one side of the mean's, from node 1 on, and what lies beyond the last one: where the value doesn't change
 * any more the weights are a geometric series. The value falls with p. */
static void add_side(struct integral *integral, double direction) {
  double a = integral->customer->a, b = integral->customer->b, longest = integral->t[integral->count - 1];
  double fall = direction < 0 ? a : b;
  for (int k = 1;; k++) {
    double u = direction * k * integral->step, odds = integral->mean * expm1(u);
    double p = integral->mean * exp(u) / (1 + odds), left = (1 - integral->mean) / (1 + odds);
    double weight = exp(a * u - (a + b) * log1p(odds)), beyond = weight / expm1(fall * integral->step);
    double value = value_at(integral, p, longest);
    double far = direction < 0
                     ? p * (b + (1 + integral->customer->r) * (1 + longest / integral->customer->alpha))
                     : left * (1 + a);
    bool last = far < 1e-17 || (weight + beyond) * value < 1e-18 * integral->sum[integral->count - 1];
    if (last) weight += beyond;
    integral->weight += weight;
    for (size_t j = 0; j < integral->count; j++)
      integral->sum[j] += weight * value_at(integral, p, integral->t[j]);
    if (last) return;
  }
}

static void sum_integral(const struct cs_bgnbd_customer *customer, const double *t, size_t count,
                         double *out) {
  double width = sqrt(1 / customer->a + 1 / customer->b);
  struct integral integral = {
      customer, t, count, fmin(0.25, width / 2), customer->a / (customer->a + customer->b), 1, out};
  for (size_t j = 0; j < count; j++) out[j] = value_at(&integral, integral.mean, t[j]);
  add_side(&integral, -1);
  add_side(&integral, 1);
  for (size_t j = 0; j < count; j++) out[j] /= integral.weight;
}

void cs_bgnbd_sum(const struct cs_bgnbd_customer *customer, const double *t, size_t count, double *out) {
  if (count > 0 && terms_needed(customer, t[count - 1]) > TERMS_MAX) {
    sum_integral(customer, t, count, out);
    return;
  }
  for (size_t j = 0; j < count; j += WIDTH)
    sum_series(customer, t + j, count - j < WIDTH ? count - j : WIDTH, out + j);
}
