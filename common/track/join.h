/* join.h - which row of an older table is the same customer as a row of a newer one.
 *
 * Ids are compared as text, byte for byte: 007 is not 7, and 17850.0 is not 17850.
 * Cost  O(n + m) time; the bytes of all ids and 32 to 40 bytes an id besides the tables.
 */
#ifndef CS_TRACK_JOIN_H
#define CS_TRACK_JOIN_H

#include "data/table.h"

#include <stddef.h>
#include <stdint.h>

#define CS_JOIN_NONE UINT32_MAX

/* A table and its column of ids. */
struct cs_join_side {
  const struct cs_table *table;
  size_t id;
};

/* The column that `list` names as --id does; NULL: customer_id, else id, else the only one that is an id by its name. CS_USAGE: list
 * names nothing, or several; CS_DATA: without it there is none, or several. */
CS_MUST_CHECK enum cs_status cs_join_column(struct cs_join_side *side, const char *list,
                                            struct cs_error *err);

/* partner[i] becomes the row of older that row i of newer is, or CS_JOIN_NONE. CS_DATA: an id that is missing, or twice in one
 * table. */
CS_MUST_CHECK enum cs_status cs_join_rows(const struct cs_join_side *older, const struct cs_join_side *newer,
                                          uint32_t *partner, struct cs_error *err);

/* Of tables without a common id, how many rows of newer would find one if leading zeros, ".0" at the end, case and blanks around an id
 * didn't count. */
CS_MUST_CHECK enum cs_status cs_join_nearly(const struct cs_join_side *older,
                                            const struct cs_join_side *newer, size_t *rows,
                                            struct cs_error *err);

#endif
