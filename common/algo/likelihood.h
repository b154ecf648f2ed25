/* likelihood.h - maximum likelihood for a model of a few positive parameters, from the first look to the standard errors.
 *
 * Coordinates  The search is in coordinates that run over all numbers (logarithms, a logit), chosen such that each limit
 *              of the model is one of them going to its end. An optimum there is "at infinity": recognised, stated, its
 *              log-likelihood within 1e-4 of the supremum, its parameters finite and good for predictions.
 * Search       Newton's method (newton.h) from several starts on a sample of at most 65,536 rows, then from the best end
 *              on all rows.
 * Rounding     The parameters are rounded to 9 significant digits, far inside their standard errors: what is computed from
 *              them doesn't hang on the last bits of a search.
 */
#ifndef CS_ALGO_LIKELIHOOD_H
#define CS_ALGO_LIKELIHOOD_H

#include "algo/newton.h"
#include "algo/observations.h"
#include "base/error.h"

enum cs_fit_end {
  CS_FIT_CONVERGED,
  CS_FIT_AT_INFINITY, /* converged, with one coordinate or more at its end */
  CS_FIT_STOPPED,     /* the best point found; no maximum */
  CS_FIT_TOO_FEW, /* not fitted, the parameters are NaN: fewer than CS_FIT_FEWEST observations that tell something */
};

/* Ten that came back: of fewer, even the mean rate, one number, is known to no better than a third, and the models have
 * three or four. */
enum { CS_FIT_FEWEST = 10 };

/* How a fit ended. Parameters are in the order of the model's structure, coordinates in that of its header. */
struct cs_fit {
  enum cs_fit_end end;
  double log_likelihood; /* at the rounded parameters */
  double
      gradient_norm; /* Euclidean, of the log-likelihood by the coordinates not at infinity, at the optimum */
  double error
      [CS_NEWTON_MAX]; /* the parameters' standard errors; NaN where they hang on a coordinate at infinity */
  int iterations;      /* evaluations of the likelihood of all rows */
  unsigned infinite;   /* bit i: coordinate i is at an end */
  unsigned zero;       /* those of them that are at the lower end: what the coordinate measures went to 0 */
};

/* Where a point of the coordinates lies among the parameters. */
struct cs_coordinates {
  double parameter[CS_NEWTON_MAX];
  double slope[CS_NEWTON_MAX][CS_NEWTON_MAX]; /* of the logarithm of parameter i by coordinate j */
  double bend[CS_NEWTON_MAX]; /* its second derivative by coordinate `bent`; all the others are 0 */
  int bent;
};

struct cs_likelihood {
  int d;
  const double *low, *high; /* [d]: the ends of the coordinates */
  int starts;
  const double (*start)[CS_NEWTON_MAX];
  double unit; /* of the observations: makes the coordinates free of it */
  void (*locate)(double unit, const double *theta, struct cs_coordinates *at);
  /* The log-likelihood at parameters, with its derivatives by their logarithms. */
  void (*sum)(const struct cs_observations *observations, const double *parameter, int threads,
              struct cs_point *sum);
};

/* The parameters of the maximum, rounded. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_likelihood_fit(const struct cs_likelihood *likelihood,
                                               const struct cs_observations *observations, int threads,
                                               double *parameter, struct cs_fit *fit, struct cs_error *err);

/* A fit that wasn't made, and parameters that say so. */
struct cs_fit cs_fit_too_few(double *parameter, int d);

/* The nearest number of `digits` significant digits, 1 to 15. */
double cs_round_digits(double value, int digits);

#endif
