/* pca.h - principal components (Pearson 1901; Hotelling 1933) by the covariance matrix and cyclic Jacobi rotations
 * (Jacobi 1846; Rutishauser 1966).
 *
 * Shapes   x is d columns of [n], mean is [d], component is [count][d], variance and explained are [count].
 * Units    variance has divisor n - 1 and squared units of x; explained is the share of the total variance.
 * Order    by decreasing variance. In each component the coordinate of largest magnitude is positive, the first of
 *          those that are equal within 1e-9 (two standardised columns always are).
 * Repeats  the result depends on x and params alone: not on threads.
 * Cost     O(n d^2 + d^3); O(d^2) memory a block of rows, of which there are at most 64.
 * Agrees   with scikit-learn's PCA(svd_solver="full") and R's prcomp but for the signs.
 */
#ifndef CS_ALGO_PCA_H
#define CS_ALGO_PCA_H

#include "base/error.h"
#include "base/matrix.h"

#include <stddef.h>

struct cs_pca_params {
  size_t count;    /* how many components, 1..d, or 0: as many as `fraction` takes */
  double fraction; /* the least share of the variance that the components explain together, in (0, 1] */
  int threads;
};

struct cs_pca {
  size_t d, count;
  size_t rank; /* how many directions vary at all, beyond rounding */
  double *mean, *component, *variance, *explained;
};

#define CS_PCA_INIT                                                                                          \
  { 0, 0, 0, NULL, NULL, NULL, NULL }

/* x has no NaN. CS_DATA: fewer than two rows, nothing varies, or variances beyond the doubles; CS_USAGE:
 * count > d. */
CS_MUST_CHECK enum cs_status cs_pca_fit(struct cs_pca *pca, const struct cs_vectors *x,
                                        const struct cs_pca_params *params, struct cs_error *err);

/* Room for the arrays, zeroed: for a caller that has the numbers already. */
CS_MUST_CHECK enum cs_status cs_pca_alloc(struct cs_pca *pca, size_t d, size_t count, struct cs_error *err);

/* The coordinates of the rows of x along the components: score is pca->count columns of at least [x->n], the
 * caller's. */
void cs_pca_apply(const struct cs_pca *pca, const struct cs_vectors *x, struct cs_vectors *score,
                  int threads);

/* The points nearest to the scores' that the components span: x is pca->d columns of at least [score->n], the caller's. */
void cs_pca_invert(const struct cs_pca *pca, const struct cs_vectors *score, struct cs_vectors *x,
                   int threads);

void cs_pca_release(struct cs_pca *pca);

#endif
