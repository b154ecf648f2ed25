/* space.h - the space in which rows are clustered: every column of a matrix brought onto its scale, as it was learnt.
 *
 * Shapes   scaler is [d], one for each column of the matrix.
 */
#ifndef CS_ALGO_SPACE_H
#define CS_ALGO_SPACE_H

#include "algo/scale.h"
#include "base/matrix.h"

/* Learns each column's scaler. CS_DATA when the values span more than a double can hold. */
CS_MUST_CHECK enum cs_status cs_space_fit(const struct cs_matrix *matrix, enum cs_scale_method method,
                                          struct cs_scaler *scaler, struct cs_error *err);

/* In place. A value that gets beyond the doubles becomes infinite, which the clusterers refuse. */
void cs_space_apply(struct cs_matrix *matrix, const struct cs_scaler *scaler, int threads);

#endif
