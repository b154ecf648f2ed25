#include "algo/newton.h"

#include <math.h>

enum { EVALUATIONS_MAX = 300, JUMPS_AFTER = 4 };

static const double step_max = 2, step_done = 1e-7, damping_least = 1e-3, damping_most = 1e12;

/* Where the search stands. */
struct search {
  const struct cs_newton *problem;
  struct cs_newton_end end;
  double damping;
  int jump_from; /* no coordinate is put on its bound before so many evaluations */
};

static bool is_fixed(unsigned fixed, int i) {
  return fixed >> i & 1;
}

/* --- linear algebra of the free coordinates --- */

/* Cholesky's factor of -H with `damping` times its diagonal added; false where that isn't positive definite. */
static bool factorise(const struct cs_point *point, int d, unsigned fixed, double damping,
                      double factor[CS_NEWTON_MAX][CS_NEWTON_MAX]) {
  double largest = 0;
  for (int i = 0; i < d; i++)
    if (!is_fixed(fixed, i)) largest = fmax(largest, fabs(point->hessian[i][i]));
  for (int i = 0; i < d; i++) {
    double diagonal = fabs(point->hessian[i][i]), least = 1e-14 * largest;
    for (int j = 0; j <= i; j++) {
      bool off = is_fixed(fixed, i) || is_fixed(fixed, j);
      double sum = off ? (i == j) : -point->hessian[i][j];
      if (i == j && !off) sum += damping * fmax(diagonal, least);
      for (int k = 0; k < j; k++) sum -= factor[i][k] * factor[j][k];
      if (i > j) {
        factor[i][j] = sum / factor[j][j];
        continue;
      }
      /* What is left of the diagonal must be more than its rounding. */
      if (!(sum > 1e-13 * diagonal) || !(sum > 0)) return false;
      factor[i][i] = sqrt(sum);
    }
  }
  return true;
}

static void solve(int d, double factor[CS_NEWTON_MAX][CS_NEWTON_MAX], const double *right, double *out) {
  for (int i = 0; i < d; i++) {
    double sum = right[i];
    for (int k = 0; k < i; k++) sum -= factor[i][k] * out[k];
    out[i] = sum / factor[i][i];
  }
  for (int i = d; i-- > 0;) {
    double sum = out[i];
    for (int k = i + 1; k < d; k++) sum -= factor[k][i] * out[k];
    out[i] = sum / factor[i][i];
  }
}

bool cs_newton_covariance(const struct cs_point *point, int d, unsigned fixed,
                          double covariance[CS_NEWTON_MAX][CS_NEWTON_MAX]) {
  double factor[CS_NEWTON_MAX][CS_NEWTON_MAX];
  if (!factorise(point, d, fixed, 0, factor)) return false;
  for (int i = 0; i < d; i++) {
    double unit[CS_NEWTON_MAX] = {0, 0, 0, 0};
    if (!is_fixed(fixed, i)) unit[i] = 1;
    solve(d, factor, unit, covariance[i]);
  }
  return true;
}

/* --- steps --- */

static void evaluate(struct search *search, const double *theta, struct cs_point *point) {
  search->problem->evaluate(search->problem->context, theta, point);
  search->end.evaluations++;
}

static double free_gradient(const struct search *search, const struct cs_point *point) {
  double largest = 0;
  for (int i = 0; i < search->problem->d; i++)
    if (!is_fixed(search->end.bound, i)) largest = fmax(largest, fabs(point->gradient[i]));
  return largest;
}

/* What the sum that the value is may be wrong by. */
static double rounding(double value) {
  return 1e-13 * (1 + fabs(value));
}

/* Takes the trial point if it is better. */
static bool accept(struct search *search, const double *theta, const struct cs_point *trial, double gain) {
  struct cs_newton_end *end = &search->end;
  double rise = trial->value - end->at.value, noise = rounding(end->at.value);
  bool blurred = gain < 10 * noise;
  if (blurred ? !(rise > -noise && free_gradient(search, trial) < free_gradient(search, &end->at))
              : !(rise > 1e-4 * gain))
    return false;
  for (int i = 0; i < search->problem->d; i++) end->theta[i] = theta[i];
  end->at = *trial;
  return true;
}

/* Newton's step with the damping, which is raised until it exists; and what the quadratic promises for it. */
static bool find_step(struct search *search, double *step, double *gain) {
  const struct cs_point *at = &search->end.at;
  double factor[CS_NEWTON_MAX][CS_NEWTON_MAX], right[CS_NEWTON_MAX];
  int d = search->problem->d;
  while (!factorise(at, d, search->end.bound, search->damping, factor)) {
    search->damping = fmax(damping_least, 10 * search->damping);
    if (!(search->damping < damping_most)) return false;
  }
  for (int i = 0; i < d; i++) right[i] = is_fixed(search->end.bound, i) ? 0 : at->gradient[i];
  solve(d, factor, right, step);
  *gain = 0;
  for (int i = 0; i < d; i++) *gain += right[i] * step[i] / 2;
  return true;
}

static double longest(const double *step, int d) {
  double largest = 0;
  for (int i = 0; i < d; i++) largest = fmax(largest, fabs(step[i]));
  return largest;
}

/* From theta by the step, no farther than step_max and not beyond the bounds. */
static void walk(const struct search *search, const double *step, double *to) {
  const struct cs_newton *problem = search->problem;
  double size = longest(step, problem->d), scale = size > step_max ? step_max / size : 1;
  for (int i = 0; i < problem->d; i++)
    to[i] = fmin(fmax(search->end.theta[i] + scale * step[i], problem->low[i]), problem->high[i]);
}

/* --- bounds --- */

static void fix(struct search *search, int i) {
  search->end.bound |= 1u << i;
  if (search->end.theta[i] <= search->problem->low[i]) search->end.low |= 1u << i;
}

/* A coordinate that a step has brought to its bound, with the function still rising outwards, stays there. */
static void fix_arrived(struct search *search) {
  const struct cs_newton *problem = search->problem;
  for (int i = 0; i < problem->d; i++) {
    double theta = search->end.theta[i], slope = search->end.at.gradient[i];
    if ((theta <= problem->low[i] && slope <= 0) || (theta >= problem->high[i] && slope >= 0)) fix(search, i);
  }
}

/* Puts coordinate i on a bound if nothing worth mentioning is lost. */
static bool jump(struct search *search, int i, double bound, double loss) {
  double theta[CS_NEWTON_MAX];
  struct cs_point trial;
  for (int j = 0; j < search->problem->d; j++) theta[j] = search->end.theta[j];
  theta[i] = bound;
  evaluate(search, theta, &trial);
  if (!(trial.value >= search->end.at.value - loss)) return false;
  search->end.theta[i] = bound;
  search->end.at = trial;
  search->damping = 0;
  fix(search, i);
  return true;
}

/* The same for the coordinates that the function hardly depends on, to the side where `towards` leads first. */
static bool jump_any(struct search *search, const double *towards, double least, double loss) {
  const struct cs_newton *problem = search->problem;
  for (int i = 0; i < problem->d; i++) {
    if (is_fixed(search->end.bound, i) || !(fabs(towards[i]) > least)) continue;
    double first = towards[i] < 0 ? problem->low[i] : problem->high[i];
    double second = towards[i] < 0 ? problem->high[i] : problem->low[i];
    if (jump(search, i, first, loss) || jump(search, i, second, loss)) return true;
  }
  return false;
}

/* At a maximum: whether a coordinate, known worse than to a factor of e^2, may as well be on a bound. */
static bool jump_vague(struct search *search) {
  double covariance[CS_NEWTON_MAX][CS_NEWTON_MAX], vague[CS_NEWTON_MAX];
  int d = search->problem->d;
  bool known = cs_newton_covariance(&search->end.at, d, search->end.bound, covariance);
  for (int i = 0; i < d; i++) {
    double middle = search->problem->low[i] / 2 + search->problem->high[i] / 2;
    vague[i] = copysign(known ? sqrt(covariance[i][i]) : INFINITY, search->end.theta[i] - middle);
  }
  return jump_any(search, vague, 2, search->problem->negligible);
}

/* --- the search --- */

/* The last step, when it is too short for the value to tell: Newton's method doubles the digits with each. */
static void finish(struct search *search, const double *step) {
  double theta[CS_NEWTON_MAX];
  struct cs_point trial;
  walk(search, step, theta);
  evaluate(search, theta, &trial);
  if (trial.value >= search->end.at.value - rounding(search->end.at.value)) {
    search->end.at = trial;
    for (int i = 0; i < search->problem->d; i++) search->end.theta[i] = theta[i];
  }
  search->end.converged = true;
}

/* Tries the step. After a failure it is damped. False when there is nothing more to try. */
static bool try_step(struct search *search, const double *step, double gain) {
  double theta[CS_NEWTON_MAX];
  struct cs_point trial;
  walk(search, step, theta);
  evaluate(search, theta, &trial);
  if (accept(search, theta, &trial, gain)) {
    search->damping = search->damping > damping_least ? search->damping / 10 : 0;
    fix_arrived(search);
    return true;
  }
  search->damping = fmax(damping_least, 10 * search->damping);
  return search->damping < damping_most;
}

/* One step, or a jump. False at the end. */
static bool advance(struct search *search) {
  double step[CS_NEWTON_MAX], gain;
  int d = search->problem->d;
  if (!find_step(search, step, &gain)) return false;
  bool pure = search->damping == 0, near = gain < search->problem->negligible / 10;
  if (pure && longest(step, d) < step_done) {
    finish(search, step);
    return false;
  }
  if (near && search->end.evaluations >= search->jump_from) {
    if (jump_any(search, step, 0.01, search->problem->negligible / 1000)) return true;
    search->jump_from = search->end.evaluations + JUMPS_AFTER;
  }
  if (try_step(search, step, gain)) return true;
  /* No way up is left: at a maximum, if what the gradient still promises is below the rounding of the value. */
  search->end.converged = gain * search->damping < rounding(search->end.at.value) * 100;
  return false;
}

struct cs_newton_end cs_newton_maximise(const struct cs_newton *problem, const double *start) {
  struct search search = {.problem = problem};
  for (int i = 0; i < problem->d; i++)
    search.end.theta[i] = fmin(fmax(start[i], problem->low[i]), problem->high[i]);
  evaluate(&search, search.end.theta, &search.end.at);
  if (!isfinite(search.end.at.value)) return search.end;
  do {
    search.end.converged = false;
    while (search.end.evaluations < EVALUATIONS_MAX && advance(&search)) continue;
  } while (search.end.converged && jump_vague(&search));
  return search.end;
}
