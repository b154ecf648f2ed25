#include "segment/behind.h"

#include "base/memory.h"

#include <string.h>

struct cs_slice cs_behind_plain(struct cs_slice name) {
  size_t skip = cs_role_is_scaled(name) ? strlen("scaled__") : 0;
  return (struct cs_slice){name.data + skip, name.len - skip};
}

/* The column that was read of which this one is a scaled copy, or SIZE_MAX. */
static size_t source_of(const struct cs_table *table, struct cs_slice name) {
  size_t source = cs_table_find(table, cs_behind_plain(name));
  return source < cs_table_columns_read(table) ? source : SIZE_MAX;
}

enum cs_status cs_behind_find(const struct cs_table *table, const struct cs_columns *features,
                              size_t **column, size_t *count, struct cs_error *err) {
  size_t columns = cs_table_columns(table);
  bool components = false, any_scaled = false;
  CS_TRY(cs_alloc(column, columns, sizeof **column, "columns", err));
  *count = 0;
  for (size_t j = 0; j < features->count; j++)
    components |= cs_role_is_component(cs_table_name(table, features->column[j]));
  for (size_t c = 0; c < columns; c++) any_scaled |= cs_role_is_scaled(cs_table_name(table, c));
  for (size_t c = 0; c < columns; c++) {
    struct cs_slice name = cs_table_name(table, c);
    bool scaled = cs_role_is_scaled(name), feature = cs_columns_has(features, c);
    bool wanted = feature && !(any_scaled && cs_role_is_component(name));
    if (!wanted && !(components && scaled)) continue;
    size_t source = scaled ? source_of(table, name) : SIZE_MAX;
    (*column)[(*count)++] = source == SIZE_MAX ? c : source;
  }
  return CS_OK;
}
