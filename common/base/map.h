/* map.h - an insertion-ordered set of texts: text to index 0, 1, 2, ... and back.
 *
 * Keys are copied into one growing text, so a map costs the bytes of its keys plus 20 to 28 bytes a key and no
 * pointer per key. Open addressing, load at most 3/4; the hash is seeded with a constant: results never depend on it.
 */
#ifndef CS_BASE_MAP_H
#define CS_BASE_MAP_H

#include "base/error.h"
#include "base/memory.h"
#include "base/str.h"
#include "base/word.h"

#include <stdint.h>

#define CS_MAP_NONE UINT32_MAX
#define CS_MAP_SEED 0xcbf29ce484222325u

struct cs_map {
  uint64_t *slot; /* [slots], the key's hash above, its index + 1 below; 0 where free */
  size_t slots;   /* a power of two, or 0 */
  size_t *start;  /* [count + 1], offsets of the keys in text */
  size_t count, start_capacity;
  struct cs_str text;
};

#define CS_MAP_INIT                                                                                          \
  { NULL, 0, NULL, 0, 0, CS_STR_INIT }

void cs_map_release(struct cs_map *map);

/* The index of key, which is added when it is new (*index is then the old count). */
CS_MUST_CHECK enum cs_status cs_map_add(struct cs_map *map, struct cs_slice key, uint32_t *index,
                                        struct cs_error *err);

/* The index of key, or CS_MAP_NONE. */
uint32_t cs_map_find(const struct cs_map *map, struct cs_slice key);

/* What the last bytes of a key, at most 16, make of the hash of those before. */
static inline uint32_t cs_map_hash_ends(uint64_t hash, struct cs_word_ends ends, size_t len) {
  hash = cs_word_fold(hash ^ ends.first, ends.last ^ (0x9e3779b97f4a7c15u + len * 2));
  return (uint32_t)(hash ^ hash >> 32);
}

/* The hash of a key. */
static inline uint32_t cs_map_hash_as(struct cs_slice key, bool padded) {
  uint64_t hash = CS_MAP_SEED;
  for (; key.len > 16; key.data += 8, key.len -= 8)
    hash = cs_word_fold(hash ^ cs_word_first(key.data), 0xd6e8feb86659fd93u);
  struct cs_word_ends ends =
      padded ? cs_word_ends_padded(key.data, key.len) : cs_word_ends(key.data, key.len);
  return cs_map_hash_ends(hash, ends, key.len);
}
static inline uint32_t cs_map_hash(struct cs_slice key) {
  return cs_map_hash_as(key, false);
}

/* The same where 8 bytes can be read from where the key begins. */
static inline uint32_t cs_map_hash_padded(struct cs_slice key) {
  return cs_map_hash_as(key, true);
}

/* For many look-ups in a row: the same two with a hash that was found out before. */
CS_MUST_CHECK enum cs_status cs_map_add_hashed(struct cs_map *map, struct cs_slice key, uint32_t hash,
                                               uint32_t *index, struct cs_error *err);
uint32_t cs_map_find_hashed(const struct cs_map *map, struct cs_slice key, uint32_t hash);

/* What a slot that isn't free holds. */
static inline uint32_t cs_map_index_in(uint64_t slot) {
  return (uint32_t)slot - 1;
}

static inline uint32_t cs_map_hash_in(uint64_t slot) {
  return (uint32_t)(slot >> 32);
}

/* Fetches what a look-up by this hash will look at: some time later each what it will look at then. The second returns the
 * index that the key has in all likelihood, or CS_MAP_NONE. */
CS_PREFETCHES void cs_map_expect(const struct cs_map *map, uint32_t hash) {
  if (map->slots) __builtin_prefetch(&map->slot[hash & (map->slots - 1)]);
}

static inline uint32_t cs_map_expect_key(const struct cs_map *map, uint32_t hash) {
  if (!map->slots) return CS_MAP_NONE;
  for (size_t at = hash & (map->slots - 1); map->slot[at]; at = (at + 1) & (map->slots - 1)) {
    if (cs_map_hash_in(map->slot[at]) != hash) continue;
    __builtin_prefetch(&map->start[cs_map_index_in(map->slot[at])]);
    return cs_map_index_in(map->slot[at]);
  }
  return CS_MAP_NONE;
}

CS_PREFETCHES void cs_map_expect_text(const struct cs_map *map, uint32_t index) {
  if (index < map->count) __builtin_prefetch(map->text.data + map->start[index]);
}

/* The key at index, valid until the next addition. */
static inline struct cs_slice cs_map_key(const struct cs_map *map, uint32_t index) {
  size_t begin = map->start[index];
  return (struct cs_slice){map->text.data + begin, map->start[index + 1] - begin};
}

#endif
