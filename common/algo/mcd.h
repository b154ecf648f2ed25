/* mcd.h - robust location and scatter: the minimum covariance determinant (Rousseeuw 1985) of a subset of about three
 * quarters of the rows, found by concentration steps (Rousseeuw & Van Driessen 1999) from the six deterministic starts of
 * Hubert, Rousseeuw & Verdonck (2012), each taken as it is and by its nearer half, then reweighted.
 *
 * Shapes   x is [n][d], centre is [d], scatter is [d][d].
 * Units    those of x; scatter is scaled to be that of a normal distribution (Croux & Haesbroeck 1999), without the
 *          factors for small samples of Pison, Van Aelst & Willems (2002): below some 100 rows it is a little small.
 * Repeats  there are no random numbers, and the result doesn't depend on the order of the rows, which are sorted here.
 * Cost     O(n log n + n d^2) a start; 2 n d doubles and 33 bytes a row besides x.
 * Agrees   with covMcd(nsamp = "deterministic", use.correction = FALSE) of R's robustbase where both find the same subset.
 */
#ifndef CS_ALGO_MCD_H
#define CS_ALGO_MCD_H

#include "base/error.h"
#include "base/matrix.h"

#include <stddef.h>

struct cs_mcd {
  size_t d, subset; /* how many rows the subset has */
  double *centre, *scatter;
  double *raw_centre, *raw_scatter; /* of the subset, before reweighting */
};

#define CS_MCD_INIT                                                                                          \
  { 0, 0, NULL, NULL, NULL, NULL }

struct cs_mcd_params {
  double share; /* of the rows in the subset, 0.5 to 1 */
  double cut;   /* rows within this quantile of the chi-squared distribution count in the end, below 1 */
};

#define CS_MCD_PARAMS_INIT                                                                                   \
  { 0.75, 0.975 }

/* x has no NaN and more than 2 d rows. *follows is d; else the first column that is a combination of those before it (the
 * first by itself: constant) in a subset, so that there is no determinant to be least, and mcd stays empty. */
CS_MUST_CHECK enum cs_status cs_mcd_fit(struct cs_mcd *mcd, const struct cs_matrix *x,
                                        const struct cs_mcd_params *params, size_t *follows,
                                        struct cs_error *err);

void cs_mcd_release(struct cs_mcd *mcd);

#endif
