/* The names of a table's columns: from a header line, or made. */
#include "data/reader.h"

#include <stdio.h>

static enum cs_status fail_header(const struct cs_reader *reader, const char *format, struct cs_slice name,
                                  struct cs_error *err) {
  const struct cs_table *table = reader->table;
  char what[256];
  snprintf(what, sizeof what, format, (int)(name.len < 100 ? name.len : 100), name.data,
           table->segment[0].source);
  return cs_reader_fail(reader, reader->scan, err, "%s", what);
}

/* The names of the first input. */
static enum cs_status take_names(struct cs_reader *reader, const struct cs_slice *names, size_t count,
                                 struct cs_error *err) {
  struct cs_table *table = reader->table;
  for (size_t i = 0; i < count; i++) {
    uint32_t index;
    CS_TRY(cs_map_add(&table->names, names[i], &index, err));
    table->columns_read = table->names.count;
    if (index != i && names[i].len)
      return fail_header(reader, "column '%.*s' stands twice in the header", names[i], err);
    if (index != i)
      return cs_fail(err, CS_DATA,
                     "%s: columns %zu and %zu have no name (--no-header reads tables without names)",
                     reader->source->name, (size_t)index + 1, i + 1);
  }
  return CS_OK;
}

/* A further input has the same names in any order. */
static enum cs_status match_names(struct cs_reader *reader, const struct cs_slice *names, size_t count,
                                  struct cs_error *err) {
  struct cs_table *table = reader->table;
  size_t *position = cs_arena_alloc(&table->arena, (table->columns_read + 1) * sizeof *position);
  size_t *inverse = cs_arena_alloc(&table->arena, (count + 1) * sizeof *inverse);
  if (!position || !inverse)
    return cs_fail_memory(err, (double)table->columns_read * sizeof *position, "names");
  for (size_t column = 0; column < table->columns_read; column++) position[column] = SIZE_MAX;
  bool same = true;
  for (size_t i = 0; i < count; i++) {
    uint32_t column = cs_map_find(&table->names, names[i]);
    if (column == CS_MAP_NONE) return fail_header(reader, "column '%.*s' isn't in %s", names[i], err);
    if (position[column] != SIZE_MAX)
      return fail_header(reader, "column '%.*s' stands twice in the header", names[i], err);
    position[column] = i;
    inverse[i] = column;
    same = same && column == i;
  }
  for (size_t column = 0; column < table->columns_read; column++)
    if (position[column] == SIZE_MAX)
      return fail_header(reader, "column '%.*s' of %s is missing here",
                         cs_map_key(&table->names, (uint32_t)column), err);
  reader->segment->position = same ? NULL : position;
  reader->segment->column = same ? NULL : inverse;
  return CS_OK;
}

enum cs_status cs_reader_names(struct cs_reader *reader, const struct cs_slice *names, size_t count,
                               struct cs_error *err) {
  return reader->table->segments == 1 ? take_names(reader, names, count, err)
                                      : match_names(reader, names, count, err);
}

enum cs_status cs_reader_make_names(struct cs_reader *reader, size_t count, struct cs_error *err) {
  struct cs_table *table = reader->table;
  if (table->segments > 1) {
    if (count == table->columns_read) return CS_OK;
    return cs_reader_fail(reader, reader->scan, err, "%zu cells, but %s has %zu", count,
                          table->segment[0].source, table->columns_read);
  }
  for (size_t i = 0; i < count; i++) {
    char name[32];
    uint32_t index;
    snprintf(name, sizeof name, "c%zu", i + 1);
    CS_TRY(cs_map_add(&table->names, cs_slice_of(name), &index, err));
    table->columns_read = table->names.count;
  }
  return CS_OK;
}
