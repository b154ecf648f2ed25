/* auc.h - area under the receiver operating characteristic: how often a case has a higher score than a non-case.
 *
 * Shapes   score and is_case are [n]; scores are finite.
 * Ties     count half (Mann & Whitney 1947), as roc_auc_score of scikit-learn.
 * Cost     O(n log n) and one copy.
 */
#ifndef CS_ALGO_AUC_H
#define CS_ALGO_AUC_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* *auc is NaN unless there are both cases and others. */
CS_MUST_CHECK enum cs_status cs_auc(const double *score, const bool *is_case, size_t n, double *auc,
                                    struct cs_error *err);

#endif
