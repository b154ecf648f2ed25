/* kmeans_columns.h - what cs-kmeans appends to a table: the cluster of each row and, if wanted, how it lies there. */
#ifndef CS_SEGMENT_KMEANS_COLUMNS_H
#define CS_SEGMENT_KMEANS_COLUMNS_H

#include "base/error.h"
#include "base/matrix.h"
#include "data/table.h"
#include "segment/segments.h"

#include <stdbool.h>
#include <stdint.h>

struct cs_kmeans_columns {
  const char *label;                     /* name of the column; that of the clusters' names is LABEL_name */
  const struct cs_segments *segments;    /* of the clusters: their numbers, and names if they have any */
  bool distance, silhouette, confidence; /* the columns of these names, too */
};

/* The columns' names must be free: better known before the work than after it. named: clusters will have names. CS_USAGE. */
CS_MUST_CHECK enum cs_status cs_kmeans_columns_check(const struct cs_kmeans_columns *columns, bool named,
                                                     const struct cs_table *table, struct cs_error *err);

/* Appends them. label is [rows], 0 .. k-1. */
CS_MUST_CHECK enum cs_status cs_kmeans_columns_add(const struct cs_kmeans_columns *columns,
                                                   struct cs_table *table, const struct cs_matrix *matrix,
                                                   const double *centre, size_t k, const uint32_t *label,
                                                   int threads, struct cs_error *err);

#endif
