/* cursor.h - cells of rows that are visited one after the other: those of plain records are cut many rows at a time.
 *
 * Life cycle  CS_CURSOR_INIT, begin, cells of each row, release. Each thread has its own.
 */
#ifndef CS_DATA_CURSOR_H
#define CS_DATA_CURSOR_H

#include "data/table.h"

struct cs_cursor {
  const struct cs_table *table;
  struct cs_slice *cells; /* [CS_SIMPLE_ROWS][columns read] */
  bool simple[CS_SIMPLE_ROWS];
  size_t first, count; /* the rows that are cut */
  struct cs_str scratch;
};

#define CS_CURSOR_INIT                                                                                       \
  { .scratch = CS_STR_INIT }

CS_MUST_CHECK enum cs_status cs_cursor_begin(struct cs_cursor *cursor, const struct cs_table *table,
                                             struct cs_error *err);
void cs_cursor_release(struct cs_cursor *cursor);

/* As cs_table_cells(); the texts live until the next call. */
CS_MUST_CHECK enum cs_status cs_cursor_cells(struct cs_cursor *cursor, size_t row, const size_t *columns,
                                             size_t count, struct cs_slice *cells, struct cs_error *err);

#endif
