/* labels.h - the columns that say which cluster a row is in: its number and, where it has one, its name. */
#ifndef CS_SEGMENT_LABELS_H
#define CS_SEGMENT_LABELS_H

#include "data/table.h"
#include "segment/segments.h"

#include <stdbool.h>
#include <stdint.h>

/* The name in cluster_name of rows that are in no cluster, whose number is -1. */
#define CS_LABEL_NOISE "Noise"

/* The columns' names, label and LABEL_name, must be free: better known before the work than after it. named: clusters will have
 * names. CS_USAGE. */
CS_MUST_CHECK enum cs_status cs_labels_check(const char *label, bool named, const struct cs_table *table,
                                             struct cs_error *err);

/* Appends them. cluster is [rows], positions in segments; one that isn't below k is none. */
CS_MUST_CHECK enum cs_status cs_labels_add(const char *label, const struct cs_segments *segments,
                                           struct cs_table *table, const uint32_t *cluster,
                                           struct cs_error *err);

/* The same for a column that an option of its name asks for. */
CS_MUST_CHECK enum cs_status cs_labels_check_option(const char *name, const struct cs_table *table,
                                                    struct cs_error *err);

#endif
