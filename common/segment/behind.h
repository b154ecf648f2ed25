/* behind.h - the columns behind the features of a clustering: what they are in the data's own units. */
#ifndef CS_SEGMENT_BEHIND_H
#define CS_SEGMENT_BEHIND_H

#include "data/features.h"

#include <stddef.h>

/* *column is an array of *count columns of the table, the caller's to free(): NAME for scaled__NAME where NAME was read, behind
 * components the same of all scaled__ columns, if there are any; otherwise the feature itself. */
CS_MUST_CHECK enum cs_status cs_behind_find(const struct cs_table *table, const struct cs_columns *features,
                                            size_t **column, size_t *count, struct cs_error *err);

/* The name that the reader knows a prepared column by. */
struct cs_slice cs_behind_plain(struct cs_slice name);

#endif
