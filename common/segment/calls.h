/* calls.h - what a column of names calls the rows of each cluster: so that a cluster isn't called what it calls others. */
#ifndef CS_SEGMENT_CALLS_H
#define CS_SEGMENT_CALLS_H

#include "base/map.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_calls {
  struct cs_map names; /* that occur */
  uint32_t *most;      /* [k], the one that most rows of the cluster have; CS_MAP_NONE where none has any */
};

#define CS_CALLS_INIT                                                                                        \
  { CS_MAP_INIT, NULL }

/* label is [rows], 0 .. k-1, or higher: of no cluster. A table without the column calls nobody anything. */
CS_MUST_CHECK enum cs_status cs_calls_find(struct cs_calls *calls, const struct cs_table *table,
                                           const char *column, const uint32_t *label, size_t k,
                                           struct cs_error *err);
void cs_calls_release(struct cs_calls *calls);

/* Whether the name is one of the column's (capitals, hyphens and blanks don't count), but not that which most rows of the
 * cluster have. */
bool cs_calls_others(const struct cs_calls *calls, size_t cluster, const char *name);

#endif
