#include "algo/yeojohnson.h"

#include <math.h>
#include <stdbool.h>

enum { BLOCK = 512, STEPS_MAX = 200, FEW = 8192 };

/* --- the transformation --- */

/* ln((1 + x) / (1 + p)) for x, p >= 0, with all its digits where they are close. */
static double log_ratio(double x, double p) {
  double gap = (x - p) / (1 + p);
  return fabs(gap) < 0.5 ? log1p(gap) : log1p(x) - log1p(p);
}

/* The x of which z is the log_ratio(). */
static double from_log_ratio(double z, double p) {
  return fabs(z) < 0.5 ? p + (1 + p) * expm1(z) : expm1(z + log1p(p));
}

/* (e^(power z) - 1) / power */
static double grown(double power, double z) {
  return fabs(power) < 1e-20 ? z : expm1(power * z) / power;
}

/* The z of which `value` is grown(). Infinite where there is none. */
static double ungrown(double power, double value) {
  if (fabs(power) < 1e-20) return value;
  return power * value <= -1 ? copysign(INFINITY, value) : log1p(power * value) / power;
}

static double forward(double lambda, double anchor, double x) {
  if (anchor < 0) return -forward(2 - lambda, -anchor, -x);
  if (!(x < 0)) return grown(lambda, log_ratio(x, anchor));
  double below = -grown(2 - lambda, log1p(-x));
  return anchor == 0 ? below : below * exp(-lambda * log1p(anchor)) + grown(lambda, -log1p(anchor));
}

static double backward(double lambda, double anchor, double t) {
  if (anchor < 0) return -backward(2 - lambda, -anchor, -t);
  double zero = grown(lambda, -log1p(anchor));
  if (!(t < zero)) return from_log_ratio(ungrown(lambda, t), anchor);
  return -expm1(ungrown(2 - lambda, anchor == 0 ? -t : (zero - t) * exp(lambda * log1p(anchor))));
}

void cs_yeo_johnson_apply(const struct cs_yeo_johnson *power, double *v, size_t n) {
  for (size_t i = 0; i < n; i++) v[i] = forward(power->lambda, power->anchor, v[i]);
}

void cs_yeo_johnson_invert(const struct cs_yeo_johnson *power, double *v, size_t n) {
  for (size_t i = 0; i < n; i++) v[i] = backward(power->lambda, power->anchor, v[i]);
}

/* --- the power --- */

/* The values, mirrored where all are below 0. z is ln(1 + x), from the anchor, above 0 and ln(1 - x) below. */
struct sample {
  const double *v;
  size_t n, stride;    /* v[0], v[stride], ... v[(n - 1) * stride] */
  double sign, anchor; /* -1: mirrored; the anchor isn't below 0 */
  double mean;         /* of z, negative below 0 */
  double least, most;  /* z above 0 */
  double deepest;      /* z below 0, or 0 */
};

static double z_of(const struct sample *sample, double x) {
  return x < 0 ? log1p(-x) : log_ratio(x, sample->anchor);
}

/* Sums of a pair of variables about their means, blocks merged as by Chan, Golub & LeVeque (1983). */
struct moments {
  double count, mean_t, mean_d, square, product;
};

static void merge(struct moments *all, const double *t, const double *d, size_t n) {
  struct moments part = {.count = (double)n};
  for (size_t i = 0; i < n; i++) {
    part.mean_t += t[i];
    part.mean_d += d[i];
  }
  part.mean_t /= part.count;
  part.mean_d /= part.count;
  for (size_t i = 0; i < n; i++) {
    part.square += (t[i] - part.mean_t) * (t[i] - part.mean_t);
    part.product += (t[i] - part.mean_t) * (d[i] - part.mean_d);
  }
  double count = all->count + part.count, weight = all->count * part.count / count;
  double gap_t = part.mean_t - all->mean_t, gap_d = part.mean_d - all->mean_d;
  all->square += part.square + gap_t * gap_t * weight;
  all->product += part.product + gap_t * gap_d * weight;
  all->mean_t += gap_t * part.count / count;
  all->mean_d += gap_d * part.count / count;
  all->count = count;
}

/* (u e^u - e^u + 1) / u^2 for small u, where the differences would leave nothing. */
static double slope_series(double u) {
  double sum = 0, term = 1;
  static const double coefficient[] = {1.0 / 2,   1.0 / 3,    1.0 / 8,     1.0 / 30,     1.0 / 144,
                                       1.0 / 840, 1.0 / 5760, 1.0 / 45360, 1.0 / 403200, 1.0 / 3991680};
  for (size_t k = 0; k < sizeof coefficient / sizeof *coefficient; k++, term *= u)
    sum += coefficient[k] * term;
  return sum;
}

/* t is grown(power, z) and d its derivative by the power, both times e^-shift. */
static void terms(double power, double z, double shift, double *t, double *d) {
  double u = power * z, unit = shift > 0 ? exp(-shift) : 1;
  if (fabs(u) < 0.1) {
    *t = grown(power, z) * unit;
    *d = z * z * slope_series(u) * unit;
    return;
  }
  double less = shift > 0 ? exp(u - shift) - unit : expm1(u);
  *t = less / power;
  *d = (u * (less + unit) - less) / (power * power);
}

/* The derivative of the log likelihood by lambda, divided by n: decreasing. The terms are kept within the doubles by a
 * factor that the quotient doesn't feel. */
static double slope(const struct sample *sample, double lambda) {
  double t[BLOCK], d[BLOCK];
  struct moments all = {0, 0, 0, 0, 0};
  double reach = fmax(lambda * sample->least, lambda * sample->most);
  double shift = fmax(reach, (2 - lambda) * sample->deepest);
  if (shift < 300) shift = 0;
  for (size_t begin = 0; begin < sample->n; begin += BLOCK) {
    size_t count = sample->n - begin < BLOCK ? sample->n - begin : BLOCK;
    for (size_t i = 0; i < count; i++) {
      double x = sample->sign * sample->v[(begin + i) * sample->stride], z = z_of(sample, x);
      terms(x < 0 ? 2 - lambda : lambda, z, shift, &t[i], &d[i]);
      if (x < 0) t[i] = -t[i];
    }
    merge(&all, t, d, count);
  }
  return all.square > 0 ? sample->mean - all.product / all.square : 0;
}

/* Anderson & Bjorck's (1973) factor for the end that stays when the other one moves a second time. */
static double weight(double at_next, double at_old) {
  double factor = 1 - at_next / at_old;
  return factor > 0 ? factor : 0.5;
}

/* Where the slope, positive at low and negative at high, is 0: regula falsi. */
static double find_root(const struct sample *sample, double low, double at_low, double high, double at_high) {
  double last = low, at_last = at_low;
  for (int step = 0, side = 0; step < STEPS_MAX; step++) {
    double next = high - at_high * ((high - low) / (at_high - at_low));
    if (!(next > low && next < high)) next = low + (high - low) / 2;
    double at_next = slope(sample, next);
    /* What is left to go, by the slope of the slope. */
    double rest = fabs(at_next * (next - last)), fall = fabs(at_next - at_last);
    if (at_next == 0 || rest <= 1e-14 * fmax(1, fabs(next)) * fall) return next;
    last = next;
    at_last = at_next;
    if (at_next > 0) {
      if (side > 0) at_high *= weight(at_next, at_low);
      low = next;
      at_low = at_next;
      side = 1;
    } else {
      if (side < 0) at_low *= weight(at_next, at_high);
      high = next;
      at_high = at_next;
      side = -1;
    }
  }
  return last;
}

/* From a first guess, in steps that double, to the first power beyond the maximum. */
static double find_lambda(const struct sample *sample, double from, double step) {
  double at_from = slope(sample, from), direction = at_from > 0 ? 1 : -1;
  for (; at_from != 0 && step < 0x1p60; step *= 2) {
    double to = from + direction * step, at_to = slope(sample, to);
    if (at_to == 0) return to;
    if (at_to > 0 && direction < 0) return find_root(sample, to, at_to, from, at_from);
    if (at_to < 0 && direction > 0) return find_root(sample, from, at_from, to, at_to);
    from = to;
    at_from = at_to;
  }
  return from;
}

/* Of z with its sign. */
static double mean_log(const struct sample *sample) {
  double sum = 0, lost = 0;
  for (size_t i = 0; i < sample->n; i++) {
    double x = sample->sign * sample->v[i * sample->stride], z = z_of(sample, x);
    double term = (x < 0 ? -z : z) - lost, next = sum + term;
    lost = (next - sum) - term; /* Kahan's step */
    sum = next;
  }
  return sum / (double)sample->n;
}

static void look(struct sample *sample) {
  double lowest = sample->v[0], highest = sample->v[0];
  for (size_t i = 0; i < sample->n; i++) {
    lowest = fmin(lowest, sample->v[i]);
    highest = fmax(highest, sample->v[i]);
  }
  sample->sign = highest <= 0 ? -1 : 1;
  double near = sample->sign < 0 ? -highest : lowest, far = sample->sign < 0 ? -lowest : highest;
  sample->anchor = near < 0 ? 0 : expm1(mean_log(sample));
  sample->mean = mean_log(sample);
  sample->least = near < 0 ? 0 : z_of(sample, near);
  sample->most = z_of(sample, far);
  sample->deepest = near < 0 ? log1p(-near) : 0;
}

/* A few of the values tell where to look: half of the steps are theirs then. Without them the search begins at 1, which
 * changes nothing. */
static double guess(const struct sample *sample, double *step) {
  *step = 1;
  if (sample->n < 4 * FEW) return 1;
  struct sample few = *sample;
  few.stride = sample->n / FEW;
  few.n = FEW;
  few.mean = mean_log(&few);
  double lambda = find_lambda(&few, 1, 1);
  *step = 0.02 * fmax(1, fabs(lambda));
  return lambda;
}

struct cs_yeo_johnson cs_yeo_johnson_fit(const double *v, size_t n) {
  struct sample sample = {.v = v, .n = n, .stride = 1};
  bool constant = true;
  for (size_t i = 1; i < n && constant; i++) constant = v[i] == v[0];
  if (constant) return (struct cs_yeo_johnson){1, 0};
  look(&sample);
  double step, from = guess(&sample, &step), lambda = find_lambda(&sample, from, step);
  if (sample.sign < 0) return (struct cs_yeo_johnson){2 - lambda, -sample.anchor};
  return (struct cs_yeo_johnson){lambda, sample.anchor};
}
