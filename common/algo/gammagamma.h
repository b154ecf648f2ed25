/* gammagamma.h - the gamma-gamma model of spend (Fader & Hardie 2013, "The gamma-gamma model of monetary value").
 *
 * The spend of a purchase is gamma-distributed with shape p around a customer's own scale, whose inverse is gamma-distributed
 * over customers with shape q and scale v. Spend doesn't depend on how often one buys.
 *
 * Units        v is in the unit of money; p and q have none.
 * Likelihood   of the mean spend of x purchases. Huge q and v with q / v kept (all customers are alike) lose no digits.
 * Coordinates  of the fit, in order: CS_GAMMAGAMMA_SPEND ... below.
 */
#ifndef CS_ALGO_GAMMAGAMMA_H
#define CS_ALGO_GAMMAGAMMA_H

#include "algo/likelihood.h"
#include "base/error.h"

#include <stddef.h>

struct cs_gammagamma {
  double p, q, v; /* above 0 */
};

/* The coordinates of a fit, as bits of cs_fit.infinite. */
enum {
  CS_GAMMAGAMMA_SPEND = 1 << 0,     /* p. Infinite: a customer spends the same each time */
  CS_GAMMAGAMMA_CUSTOMERS = 1 << 1, /* q, with v / q kept. Infinite: all customers have the same mean */
  CS_GAMMAGAMMA_SCALE = 1 << 2,     /* v / q */
};

/* By maximum likelihood (likelihood.h) from x[n] repeat purchases and their mean spend zbar[n]; only customers with both above
 * 0 take part. Standard errors in the order p, q, v. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_gammagamma_fit(struct cs_gammagamma *model, struct cs_fit *fit, size_t n,
                                               const double *x, const double *zbar, int threads,
                                               struct cs_error *err);

double cs_gammagamma_log_likelihood(const struct cs_gammagamma *model, size_t n, const double *x,
                                    const double *zbar, int threads);

/* E[M | x, zbar], the mean spend of a customer; x = 0 is a new one. NaN where there is no mean: q <= 1 and x = 0. */
double cs_gammagamma_mean(const struct cs_gammagamma *model, double x, double zbar);

#endif
