#include "segment/calls.h"

#include <ctype.h>
#include <stdlib.h>

enum { NAMES_MOST = 4096 }; /* of a column that holds names of groups, not of customers */

void cs_calls_release(struct cs_calls *calls) {
  cs_map_release(&calls->names);
  free(calls->most);
  *calls = (struct cs_calls)CS_CALLS_INIT;
}

/* What each row is called: an index of names, CS_MAP_NONE where it is missing. */
static enum cs_status read_calls(struct cs_calls *calls, const struct cs_table *table, size_t column,
                                 uint32_t *called, struct cs_error *err) {
  struct cs_str scratch = CS_STR_INIT;
  enum cs_status status = CS_OK;
  for (size_t i = 0; status == CS_OK && i < cs_table_rows(table); i++) {
    struct cs_slice cell;
    cs_str_clear(&scratch);
    status = cs_table_cells(table, i, &column, 1, &cell, &scratch, err);
    called[i] = CS_MAP_NONE;
    if (status == CS_OK && !cs_table_is_missing(table, cell) && calls->names.count < NAMES_MOST)
      status = cs_map_add(&calls->names, cell, &called[i], err);
  }
  cs_str_release(&scratch);
  return status;
}

/* Of names that as many rows have the lower text, so that the order of rows decides nothing. */
static bool is_better(const struct cs_calls *calls, const size_t *count, uint32_t name, uint32_t than) {
  if (!count[name]) return false;
  if (than == CS_MAP_NONE || count[name] != count[than])
    return than == CS_MAP_NONE || count[name] > count[than];
  return cs_slice_compare(cs_map_key(&calls->names, name), cs_map_key(&calls->names, than)) < 0;
}

static enum cs_status count_calls(struct cs_calls *calls, const uint32_t *called, const uint32_t *label,
                                  size_t n, size_t k, struct cs_error *err) {
  size_t names = calls->names.count, *count;
  CS_TRY(cs_alloc(&count, k * names, sizeof *count, "names of groups", err));
  for (size_t i = 0; i < n; i++)
    if (called[i] != CS_MAP_NONE && label[i] < k) count[label[i] * names + called[i]]++;
  for (size_t c = 0; c < k; c++) {
    calls->most[c] = CS_MAP_NONE;
    for (uint32_t name = 0; name < names; name++)
      if (is_better(calls, count + c * names, name, calls->most[c])) calls->most[c] = name;
  }
  free(count);
  return CS_OK;
}

enum cs_status cs_calls_find(struct cs_calls *calls, const struct cs_table *table, const char *column,
                             const uint32_t *label, size_t k, struct cs_error *err) {
  size_t at = cs_table_find(table, cs_slice_of(column)), n = cs_table_rows(table);
  uint32_t *called;
  if (at >= cs_table_columns_read(table)) return CS_OK;
  CS_TRY(cs_alloc(&calls->most, k, sizeof *calls->most, "names of groups", err));
  CS_TRY(cs_alloc(&called, n, sizeof *called, "names of groups", err));
  enum cs_status status = read_calls(calls, table, at, called, err);
  if (status == CS_OK) status = count_calls(calls, called, label, n, k, err);
  free(called);
  return status;
}

/* As people see it: the same letter, and a blank for a hyphen. */
static int plain(char byte) {
  return byte == '-' || byte == '_' ? ' ' : tolower((unsigned char)byte);
}

static bool is_same(struct cs_slice a, struct cs_slice b) {
  bool same = a.len == b.len;
  for (size_t i = 0; same && i < a.len; i++) same = plain(a.data[i]) == plain(b.data[i]);
  return same;
}

bool cs_calls_others(const struct cs_calls *calls, size_t cluster, const char *name) {
  for (uint32_t i = 0; i < calls->names.count; i++)
    if (is_same(cs_map_key(&calls->names, i), cs_slice_of(name))) return calls->most[cluster] != i;
  return false;
}
