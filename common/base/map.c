#include "base/map.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void cs_map_release(struct cs_map *map) {
  free(map->slot);
  free(map->start);
  cs_str_release(&map->text);
  *map = (struct cs_map)CS_MAP_INIT;
}

/* The slot that holds key, or the free one where it belongs. */
static size_t find_slot(const struct cs_map *map, struct cs_slice key, uint32_t hash) {
  size_t at = hash & (map->slots - 1);
  while (map->slot[at]) {
    uint64_t slot = map->slot[at];
    if (cs_map_hash_in(slot) == hash && cs_slice_equal(cs_map_key(map, cs_map_index_in(slot)), key)) break;
    at = (at + 1) & (map->slots - 1);
  }
  return at;
}

static enum cs_status rehash(struct cs_map *map, struct cs_error *err) {
  size_t slots = map->slots ? map->slots * 2 : 64;
  uint64_t *slot;
  CS_TRY(cs_alloc(&slot, slots, sizeof *slot, "a table of names", err));
  for (size_t i = 0; i < map->slots; i++) {
    if (!map->slot[i]) continue;
    size_t at = cs_map_hash_in(map->slot[i]) & (slots - 1);
    while (slot[at]) at = (at + 1) & (slots - 1);
    slot[at] = map->slot[i];
  }
  free(map->slot);
  map->slot = slot;
  map->slots = slots;
  return CS_OK;
}

uint32_t cs_map_find_hashed(const struct cs_map *map, struct cs_slice key, uint32_t hash) {
  if (!map->slots) return CS_MAP_NONE;
  size_t at = find_slot(map, key, hash);
  return map->slot[at] ? cs_map_index_in(map->slot[at]) : CS_MAP_NONE;
}

uint32_t cs_map_find(const struct cs_map *map, struct cs_slice key) {
  return cs_map_find_hashed(map, key, cs_map_hash(key));
}

enum cs_status cs_map_add_hashed(struct cs_map *map, struct cs_slice key, uint32_t hash, uint32_t *index,
                                 struct cs_error *err) {
  if (4 * (map->count + 1) > 3 * map->slots) CS_TRY(rehash(map, err));
  size_t at = find_slot(map, key, hash);
  if (!map->slot[at]) {
    if (map->count >= CS_MAP_NONE - 1) return cs_fail(err, CS_MEMORY, "more than 4294967294 different texts");
    CS_TRY(cs_grow(&map->start, &map->start_capacity, map->count + 2, sizeof *map->start, "names", err));
    cs_str_add(&map->text, key.data, key.len);
    CS_TRY(cs_str_check(&map->text, "names", err));
    if (map->count == 0) map->start[0] = 0;
    map->start[map->count + 1] = map->text.len;
    map->slot[at] = (uint64_t)hash << 32 | ++map->count;
  }
  *index = cs_map_index_in(map->slot[at]);
  return CS_OK;
}

enum cs_status cs_map_add(struct cs_map *map, struct cs_slice key, uint32_t *index, struct cs_error *err) {
  return cs_map_add_hashed(map, key, cs_map_hash(key), index, err);
}
