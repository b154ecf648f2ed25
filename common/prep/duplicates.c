#include "prep/duplicates.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct cs_duplicates_slot {
  uint64_t hash;
  uint64_t row; /* + 1; 0 where free */
};

void cs_duplicates_release(struct cs_duplicates *duplicates) {
  free(duplicates->slot);
  free(duplicates->columns);
  free(duplicates->cells);
  cs_str_release(&duplicates->scratch);
  *duplicates = (struct cs_duplicates)CS_DUPLICATES_INIT;
}

static uint64_t mix(uint64_t h) {
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

static uint64_t hash_cells(const struct cs_slice *cells, size_t count) {
  uint64_t h = 0x9e3779b97f4a7c15u;
  for (size_t i = 0; i < count; i++) {
    const char *data = cells[i].data;
    size_t len = data ? cells[i].len : 0;
    h = mix(h ^ len);
    for (; len >= 8; data += 8, len -= 8) {
      uint64_t word;
      memcpy(&word, data, 8);
      h = (h ^ word) * 0x9fb21c651e98df25u;
      h ^= h >> 32;
    }
    uint64_t rest = 0;
    if (len) memcpy(&rest, data, len);
    h = (h ^ rest) * 0x9fb21c651e98df25u;
    h ^= h >> 29;
  }
  return mix(h);
}

static enum cs_status grow(struct cs_duplicates *duplicates, struct cs_error *err) {
  size_t slots = duplicates->slots ? duplicates->slots * 2 : 1024;
  struct cs_duplicates_slot *slot;
  CS_TRY(cs_alloc(&slot, slots, sizeof *slot, "a table of rows", err));
  for (size_t i = 0; i < duplicates->slots; i++) {
    if (!duplicates->slot[i].row) continue;
    size_t at = duplicates->slot[i].hash & (slots - 1);
    while (slot[at].row) at = (at + 1) & (slots - 1);
    slot[at] = duplicates->slot[i];
  }
  free(duplicates->slot);
  duplicates->slot = slot;
  duplicates->slots = slots;
  return CS_OK;
}

static enum cs_status begin(struct cs_duplicates *duplicates, const struct cs_table *table,
                            struct cs_error *err) {
  size_t columns = cs_table_columns_read(table);
  CS_TRY(cs_alloc(&duplicates->columns, columns, sizeof *duplicates->columns, "columns", err));
  CS_TRY(cs_alloc(&duplicates->cells, columns, sizeof *duplicates->cells, "cells", err));
  for (size_t i = 0; i < columns; i++) duplicates->columns[i] = i;
  return CS_OK;
}

static enum cs_status row_equals(struct cs_duplicates *duplicates, const struct cs_table *table, size_t row,
                                 const struct cs_slice *cells, bool *equal, struct cs_error *err) {
  size_t columns = cs_table_columns_read(table);
  cs_str_clear(&duplicates->scratch);
  CS_TRY(
      cs_table_cells(table, row, duplicates->columns, columns, duplicates->cells, &duplicates->scratch, err));
  *equal = true;
  for (size_t i = 0; i < columns && *equal; i++) {
    size_t len = cells[i].data ? cells[i].len : 0,
           other = duplicates->cells[i].data ? duplicates->cells[i].len : 0;
    *equal = len == other && (len == 0 || memcmp(cells[i].data, duplicates->cells[i].data, len) == 0);
  }
  return CS_OK;
}

enum cs_status cs_duplicates_see(struct cs_duplicates *duplicates, const struct cs_table *table, size_t row,
                                 const struct cs_slice *cells, bool *seen, struct cs_error *err) {
  if (!duplicates->columns) CS_TRY(begin(duplicates, table, err));
  if (4 * (duplicates->count + 1) > 3 * duplicates->slots) CS_TRY(grow(duplicates, err));
  uint64_t hash = hash_cells(cells, cs_table_columns_read(table));
  size_t at = hash & (duplicates->slots - 1);
  *seen = false;
  for (; duplicates->slot[at].row; at = (at + 1) & (duplicates->slots - 1)) {
    if (duplicates->slot[at].hash != hash) continue;
    CS_TRY(row_equals(duplicates, table, (size_t)duplicates->slot[at].row - 1, cells, seen, err));
    if (*seen) return CS_OK;
  }
  duplicates->slot[at] = (struct cs_duplicates_slot){hash, row + 1};
  duplicates->count++;
  return CS_OK;
}
