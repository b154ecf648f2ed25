/* symmetric.h - small symmetric matrices: their eigenvectors by cyclic Jacobi rotations (Jacobi 1846; Rutishauser 1966),
 * their factor by Cholesky, and the distances that it gives (Mahalanobis 1936).
 *
 * Shapes   all matrices are [d][d]; centre, row and room are [d].
 * Repeats  the result depends on the arguments alone.
 * Cost     O(d^3); a distance O(d^2).
 */
#ifndef CS_ALGO_SYMMETRIC_H
#define CS_ALGO_SYMMETRIC_H

#include <stddef.h>

/* a becomes diagonal with its eigenvalues, in no order; the rows of vector, which comes zeroed, become the eigenvectors. */
void cs_symmetric_diagonalise(double *a, double *vector, size_t d);

/* The lower triangle L with L L' = a; what is above it isn't touched. Returns d, or the first j whose row is a combination of
 * those before it: what is left of a[j][j] isn't above `least`. factor may be a. */
size_t cs_symmetric_factor(const double *a, size_t d, double least, double *factor);

/* (row - centre)' a^-1 (row - centre), of the factor of a. */
double cs_mahalanobis(const double *row, const double *centre, const double *factor, size_t d, double *room);

#endif
