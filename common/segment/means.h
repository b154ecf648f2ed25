/* means.h - the means of a clustering's columns in each cluster, in their own units: those behind the features (behind.h). */
#ifndef CS_SEGMENT_MEANS_H
#define CS_SEGMENT_MEANS_H

#include "data/document.h"
#include "data/table.h"
#include "segment/inputs.h"

struct cs_means_of {
  const struct cs_table *table;
  const struct cs_inputs *inputs; /* the matrix may be gone */
  const uint32_t *label;          /* [rows]; of one that isn't below k the row belongs to no cluster */
  size_t k;
  const double *weight; /* [rows], or NULL: 1 each */
};

/* Adds means_of[] and means[k][], of the rows that have a value; null where none has. */
CS_MUST_CHECK enum cs_status cs_means_add(struct cs_node *model, const struct cs_means_of *of, int threads,
                                          struct cs_error *err);

#endif
