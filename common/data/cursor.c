#include "data/cursor.h"

#include "base/memory.h"

#include <stdlib.h>

enum cs_status cs_cursor_begin(struct cs_cursor *cursor, const struct cs_table *table, struct cs_error *err) {
  cursor->table = table;
  cursor->first = cursor->count = 0;
  return cs_alloc(&cursor->cells, CS_SIMPLE_ROWS * cs_table_columns_read(table), sizeof *cursor->cells,
                  "cells", err);
}

void cs_cursor_release(struct cs_cursor *cursor) {
  free(cursor->cells);
  cs_str_release(&cursor->scratch);
  *cursor = (struct cs_cursor)CS_CURSOR_INIT;
}

static void cut(struct cs_cursor *cursor, size_t row) {
  size_t left = cs_table_rows(cursor->table) - row;
  cursor->first = row;
  cursor->count = left < CS_SIMPLE_ROWS ? left : CS_SIMPLE_ROWS;
  (void)cs_table_simple_rows(cursor->table, row, cursor->count, cursor->cells, cursor->simple);
}

enum cs_status cs_cursor_cells(struct cs_cursor *cursor, size_t row, const size_t *columns, size_t count,
                               struct cs_slice *cells, struct cs_error *err) {
  if (row < cursor->first || row >= cursor->first + cursor->count) cut(cursor, row);
  if (!cursor->simple[row - cursor->first]) {
    cs_str_clear(&cursor->scratch);
    return cs_table_cells(cursor->table, row, columns, count, cells, &cursor->scratch, err);
  }
  const struct cs_slice *own = cursor->cells + (row - cursor->first) * cs_table_columns_read(cursor->table);
  for (size_t c = 0; c < count; c++) cells[c] = own[columns[c]];
  return CS_OK;
}
