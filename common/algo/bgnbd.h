/* bgnbd.h - the BG/NBD model of repeat buying (Fader, Hardie & Lee 2005, "Counting your customers" the easy way).
 *
 * A customer buys at random at a rate of his own, gamma-distributed over customers with shape r and mean r / alpha, and after
 * each repeat purchase leaves with a probability of his own, beta-distributed with a and b. Who has bought once only can't
 * have left: his probability of being alive is 1, whatever the time, and says nothing.
 *
 * Units        alpha is in the unit of time of the histories; r, a, b have none.
 * Likelihood   x is a whole number, so the ratios of gamma and beta functions are rising factorials (gammafn.h), and time
 *              enters by logarithms of ratios: no overflow and no cancellation, up to a million purchases and parameters
 *              of 1e12.
 * Coordinates  of the fit, in order: CS_BGNBD_SHAPE ... below.
 * Expectation  Given that he is alive at T the customer's purchases N, if he stayed, are negative binomial, and he makes the
 *              k-th with the probability that he stayed after the ones before:
 *                E = sum over k >= 1 of P(N >= k) (b + x)_{k-1} / (a + b + x)_{k-1},
 *              all terms positive. The hypergeometric closed form is singular at a = 1 and loses its digits near it.
 * Cost         A forecast takes about 0.4 us a customer for 13 points of time within some of the model's time scale.
 */
#ifndef CS_ALGO_BGNBD_H
#define CS_ALGO_BGNBD_H

#include "algo/btyd.h"

struct cs_bgnbd {
  double r, alpha, a, b; /* above 0 */
};

/* The coordinates of a fit, as bits of cs_fit.infinite; and what it means when one is at its end. */
enum {
  CS_BGNBD_SHAPE = 1 << 0, /* r, with r / alpha kept. Infinite: all customers buy at the same rate */
  CS_BGNBD_RATE = 1 << 1,  /* r / alpha */
  CS_BGNBD_LEAVING =
      1 << 2, /* a / (a + b), the mean probability of leaving. Zero: nobody leaves; infinite: all do */
  CS_BGNBD_CERTAIN =
      1 << 3, /* a + b, with a / (a + b) kept. Infinite: all leave with the same probability; zero: each
                                leaves at once or never. Without meaning where nobody leaves: then it is set as well */
};

/* By maximum likelihood (likelihood.h), the standard errors in the order r, alpha, a, b. CS_DATA: see
 * cs_histories_observe(). CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_bgnbd_fit(struct cs_bgnbd *model, struct cs_fit *fit,
                                          const struct cs_histories *histories, int threads,
                                          struct cs_error *err);

double cs_bgnbd_log_likelihood(const struct cs_bgnbd *model, const struct cs_histories *histories,
                               int threads);

/* The probability that a customer with this history is one still at T. */
double cs_bgnbd_alive(const struct cs_bgnbd *model, double x, double tx, double T);

/* The mean number of repeat purchase days in (T, T + t[j]] of a customer with this history; t is ascending, above 0, count at
 * most CS_EXPECTED_MAX. */
void cs_bgnbd_expected(const struct cs_bgnbd *model, double x, double tx, double T, const double *t,
                       size_t count, double *out);

/* The probability of at least one purchase in (T, T + t]. */
double cs_bgnbd_any(const struct cs_bgnbd *model, double x, double tx, double T, double t);

/* The same three of all customers. */
void cs_bgnbd_forecast(const struct cs_bgnbd *model, const struct cs_histories *histories, int threads,
                       const struct cs_forecast *forecast);

/* The mean number of repeat purchase days of a new customer in (0, t], E[X(t)]. */
double cs_bgnbd_mean(const struct cs_bgnbd *model, double t);

/* P(X(t) = x) of a new customer, t > 0. Time is proportional to x. */
double cs_bgnbd_pmf(const struct cs_bgnbd *model, int x, double t);

#endif
