/* typical.h - the most typical row of each cluster, its medoid (medoid.h), as a table. */
#ifndef CS_SEGMENT_TYPICAL_H
#define CS_SEGMENT_TYPICAL_H

#include "base/matrix.h"
#include "data/table.h"
#include "segment/segments.h"

/* Writes to the file `path` the medoids' rows with what was appended to them, in the order of the clusters' numbers. weight is
 * [rows] or NULL, label is [rows]. */
CS_MUST_CHECK enum cs_status cs_typical_write(const char *path, const struct cs_table *table,
                                              const struct cs_matrix *matrix, const double *weight,
                                              const uint32_t *label, const struct cs_segments *segments,
                                              const struct cs_write_options *how, struct cs_error *err);

#endif
