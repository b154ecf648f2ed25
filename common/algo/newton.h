/* newton.h - the maximum of a smooth function of up to four variables within bounds, by Newton's method with
 * safeguards.
 *
 * Why       A likelihood of four parameters with exact first and second derivatives is at its maximum to the last bits
 *           after some ten evaluations, and its curvature there gives the standard errors. A general optimiser without
 *           second derivatives (NLopt's) needs hundreds, stops at half of the digits, and would be a library more.
 * Steps     Levenberg's and Marquardt's damping where the function isn't concave or the step overshoots. A step is taken
 *           only if the function rises; where the rise is below its rounding, only if the gradient shrinks.
 * Infinity  A maximum that lies at infinity is approached along a coordinate whose tail falls like e^-theta: each step of
 *           Newton's is one unit then, and gains a third of the one before. Once the gain in sight is negligible the
 *           coordinate is put on its bound, if the function isn't lower there, and stays. The caller chooses coordinates
 *           such that each way to infinity is one of them, and bounds that are as good as infinity.
 * Repeats   the result depends on the problem and the start alone.
 */
#ifndef CS_ALGO_NEWTON_H
#define CS_ALGO_NEWTON_H

#include <stdbool.h>

enum { CS_NEWTON_MAX = 4 };

/* A function's value at a point, with its derivatives. The upper triangle of the Hessian isn't looked at. */
struct cs_point {
  double value, gradient[CS_NEWTON_MAX], hessian[CS_NEWTON_MAX][CS_NEWTON_MAX];
};

struct cs_newton {
  int d;
  const double *low, *high; /* [d], the bounds */
  double negligible;        /* a difference of the function that means nothing: 1e-5 of a log-likelihood */
  /* A value that is no number, or -infinity, is a point to keep away from. */
  void (*evaluate)(const void *context, const double *theta, struct cs_point *point);
  const void *context;
};

struct cs_newton_end {
  double theta[CS_NEWTON_MAX];
  struct cs_point at; /* theta */
  bool converged;     /* false: it stopped before, after too many steps or where no step led upwards */
  int evaluations;
  unsigned bound; /* bit i: theta[i] is on a bound */
  unsigned low;   /* those of them that are on the lower one */
};

struct cs_newton_end cs_newton_maximise(const struct cs_newton *problem, const double *start);

/* The inverse of the negative Hessian: the covariance of the estimates. Rows and columns of the variables whose bit is
 * set in `fixed` are 0. False where it isn't positive definite. */
bool cs_newton_covariance(const struct cs_point *point, int d, unsigned fixed,
                          double covariance[CS_NEWTON_MAX][CS_NEWTON_MAX]);

#endif
