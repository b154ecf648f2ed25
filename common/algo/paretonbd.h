/* paretonbd.h - the Pareto/NBD model of repeat buying (Schmittlein, Morrison & Colombo 1987).
 *
 * A customer buys at random at a rate of his own, gamma-distributed over customers with shape r and mean r / alpha, and may
 * leave at any time, at a rate of his own, gamma-distributed with shape s and mean s / beta.
 *
 * Units        alpha and beta are in the unit of time of the histories; r and s have none.
 * Likelihood   alive at T, or left at some y between tx and T: the integral over y is taken by Gauss and Legendre's rule in
 *              ln(alpha + y), in pieces within which the integrand falls by a few powers of e at most, to about 1e-13. The
 *              hypergeometric closed forms are the same integral; this one has its derivatives under the sign, and
 *              no case alpha < beta.
 * Coordinates  of the fit, in order: CS_PARETONBD_SHAPE ... below.
 * Cost         16 to 200 evaluations of the integrand a history: a hundred times the BG/NBD's.
 */
#ifndef CS_ALGO_PARETONBD_H
#define CS_ALGO_PARETONBD_H

#include "algo/btyd.h"

struct cs_paretonbd {
  double r, alpha, s, beta; /* above 0 */
};

/* The coordinates of a fit, as bits of cs_fit.infinite. */
enum {
  CS_PARETONBD_SHAPE = 1 << 0, /* r, with r / alpha kept. Infinite: all customers buy at the same rate */
  CS_PARETONBD_RATE = 1 << 1,  /* r / alpha */
  CS_PARETONBD_LEAVING_SHAPE = 1 << 2, /* s, with s / beta kept. Infinite: all leave at the same rate */
  CS_PARETONBD_LEAVING = 1 << 3,       /* s / beta. Zero: nobody leaves */
};

/* By maximum likelihood (likelihood.h), the standard errors in the order r, alpha, s, beta. CS_DATA: see
 * cs_histories_observe(). CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_paretonbd_fit(struct cs_paretonbd *model, struct cs_fit *fit,
                                              const struct cs_histories *histories, int threads,
                                              struct cs_error *err);

double cs_paretonbd_log_likelihood(const struct cs_paretonbd *model, const struct cs_histories *histories,
                                   int threads);

/* The probability that a customer with this history is one still at T. */
double cs_paretonbd_alive(const struct cs_paretonbd *model, double x, double tx, double T);

/* The mean number of purchase days in (T, T + t[j]] of a customer with this history, j < count. */
void cs_paretonbd_expected(const struct cs_paretonbd *model, double x, double tx, double T, const double *t,
                           size_t count, double *out);

/* The probability of at least one purchase in (T, T + t]. */
double cs_paretonbd_any(const struct cs_paretonbd *model, double x, double tx, double T, double t);

/* The mean number of repeat purchase days of a new customer in (0, t], E[X(t)]. */
double cs_paretonbd_mean(const struct cs_paretonbd *model, double t);

#endif
