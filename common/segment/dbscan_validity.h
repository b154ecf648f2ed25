/* dbscan_validity.h - the index DBCV (dbcv.h) of a density clustering, and of what is found at the eps of each stretch. */
#ifndef CS_SEGMENT_DBSCAN_VALIDITY_H
#define CS_SEGMENT_DBSCAN_VALIDITY_H

#include "algo/dbscan.h"
#include "algo/levels.h"

/* Into *dbcv, and into the stretches unless levels is NULL. NaN where there are fewer than two clusters, beyond CS_DBCV_ROWS rows, and with
 * weights, which the index doesn't know. */
CS_MUST_CHECK enum cs_status cs_dbscan_validity(const struct cs_dbscan *fit, const struct cs_kdtree *tree,
                                                const struct cs_dbscan_params *params,
                                                struct cs_levels *levels, double *dbcv, struct cs_error *err);

#endif
