/* older.h - who the clusters of a model are: the numbers and names that cs_segments_add() wrote.
 *
 * Life cycle  CS_OLDER_INIT, read; release in any case. The names live in the model.
 */
#ifndef CS_SEGMENT_OLDER_H
#define CS_SEGMENT_OLDER_H

#include "base/error.h"
#include "data/document.h"

#include <stddef.h>
#include <stdint.h>

struct cs_older {
  size_t k;
  uint32_t *number;  /* [k], of each cluster */
  uint32_t highest;  /* number that was ever given */
  const char **name; /* [k]; NULL where they have none */
};

#define CS_OLDER_INIT                                                                                        \
  { 0, NULL, 0, NULL }

/* numbers[], highest_number and names[] of a model of k clusters; without numbers they are called 1 to k. CS_DATA. */
CS_MUST_CHECK enum cs_status cs_older_read(struct cs_older *older, const struct cs_node *model, size_t k,
                                           const char *path, struct cs_error *err);
void cs_older_release(struct cs_older *older);

#endif
