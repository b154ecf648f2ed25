/* segments.h - who the clusters of a clustering are for people: their numbers, how these came down from an older model,
 * and their names.
 *
 * A cluster's position 0 .. k-1 is that of the fit, its number is what the table says. Without an older model number is
 * position + 1, or that of the model that is applied. With an older one, cs_segments_follow() leaves a cluster the number of the old one that it goes on as
 * (matching.h); others get numbers that no cluster of this line of models ever had.
 *
 * Life cycle  CS_SEGMENTS_INIT, begin, perhaps follow; release in any case.
 */
#ifndef CS_SEGMENT_SEGMENTS_H
#define CS_SEGMENT_SEGMENTS_H

#include "algo/contingency.h"
#include "base/error.h"
#include "base/str.h"
#include "data/document.h"
#include "segment/older.h"

#include <stddef.h>
#include <stdint.h>

struct cs_segments {
  size_t k;
  uint32_t *number; /* [k] */
  uint32_t highest; /* that was ever given */
  char **name;      /* [k], or NULL: they have none */
  /* of an older model; k x old k */
  struct cs_contingency both;
  uint32_t *old_number; /* [old k] */
  size_t *partner;      /* [k], the old cluster, or SIZE_MAX */
};

#define CS_SEGMENTS_INIT                                                                                     \
  { 0, NULL, 0, NULL, CS_CONTINGENCY_INIT, NULL, NULL }

/* number is [k], or NULL: 1 to k. */
CS_MUST_CHECK enum cs_status cs_segments_begin(struct cs_segments *segments, size_t k, const uint32_t *number,
                                               struct cs_error *err);
void cs_segments_release(struct cs_segments *segments);

/* Takes copies of the names, which are [k]. */
CS_MUST_CHECK enum cs_status cs_segments_name(struct cs_segments *segments, const char *const *name,
                                              struct cs_error *err);

/* label and old_label are [n], positions. CS_USAGE beyond CS_MATCHING_MOST clusters. */
CS_MUST_CHECK enum cs_status cs_segments_follow(struct cs_segments *segments, const uint32_t *label,
                                                const struct cs_older *older, const uint32_t *old_label,
                                                size_t n, struct cs_error *err);

/* Whether cs_segments_follow() was called. */
static inline bool cs_segments_followed(const struct cs_segments *segments) {
  return segments->partner != NULL;
}

/* The position of the lowest number above `above`, or k: for going through clusters in the order of their numbers. */
size_t cs_segments_next(const uint32_t *number, size_t k, uint32_t above);

/* What became of the old clusters, a line for each fact: rows that keep their number, clusters that are new, clusters that
 * are gone. */
void cs_segments_tell(const struct cs_segments *segments, void (*say)(void *context, const char *line),
                      void *context);

/* "1 High-Value (12.3 %); 2 Loyal (30.0 %); ...": size is [k], of n rows. */
void cs_segments_tell_names(const struct cs_segments *segments, const size_t *size, size_t n,
                            void (*say)(void *context, const char *line), void *context);

/* Adds numbers[], names[], highest_number and match{} to a model. */
void cs_segments_add(const struct cs_segments *segments, struct cs_node *model);

#endif
