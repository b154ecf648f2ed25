/* space.h - the space in which rows are clustered: every column of a matrix brought onto its scale, as it was learnt.
 *
 * Shapes   scaler is [d], one for each column of the matrix, of a method with centre and scale alone.
 * Repeats  threads don't change a bit.
 */
#ifndef CS_ALGO_SPACE_H
#define CS_ALGO_SPACE_H

#include "algo/scale.h"
#include "base/matrix.h"

/* Learns each column's scaler. CS_DATA when the values of column *bad (else SIZE_MAX) span more than a double can hold. With
 * several threads two columns are copied at a time, else one. */
CS_MUST_CHECK enum cs_status cs_space_fit(const struct cs_matrix *matrix, enum cs_scale_method method,
                                          struct cs_scaler *scaler, int threads, size_t *bad,
                                          struct cs_error *err);

/* In place. A value that gets beyond the doubles becomes infinite, which the clusterers refuse. */
void cs_space_apply(struct cs_matrix *matrix, const struct cs_scaler *scaler, int threads);

/* Squares of the distances of rows must be doubles, and not all of them so small that they lose digits. CS_DATA when they aren't: *bad is
 * the column of values too far apart, or SIZE_MAX where all columns have values too close together. */
CS_MUST_CHECK enum cs_status cs_space_check(const struct cs_matrix *matrix, int threads, size_t *bad,
                                            struct cs_error *err);

#endif
