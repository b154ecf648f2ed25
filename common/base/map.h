/* map.h - an insertion-ordered set of texts: text to index 0, 1, 2, ... and back.
 *
 * Keys are copied into one growing text, so a map costs the bytes of its keys plus 20 to 28 bytes a key and no
 * pointer per key. Open addressing, load at most 3/4; the hash is seeded with a constant: results never depend on it.
 */
#ifndef CS_BASE_MAP_H
#define CS_BASE_MAP_H

#include "base/error.h"
#include "base/str.h"

#include <stdint.h>

#define CS_MAP_NONE UINT32_MAX

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

/* For many look-ups in a row: the hash of a key, found out before, and the same two with it. */
uint32_t cs_map_hash(struct cs_slice key);
CS_MUST_CHECK enum cs_status cs_map_add_hashed(struct cs_map *map, struct cs_slice key, uint32_t hash,
                                               uint32_t *index, struct cs_error *err);
uint32_t cs_map_find_hashed(const struct cs_map *map, struct cs_slice key, uint32_t hash);

/* Fetches what a look-up by this hash will look at: some time later each what it will look at then. The second returns the
 * index that the key has in all likelihood, or CS_MAP_NONE. */
void cs_map_expect(const struct cs_map *map, uint32_t hash);
uint32_t cs_map_expect_key(const struct cs_map *map, uint32_t hash);
void cs_map_expect_text(const struct cs_map *map, uint32_t index);

/* The key at index, valid until the next addition. */
static inline struct cs_slice cs_map_key(const struct cs_map *map, uint32_t index) {
  size_t begin = map->start[index];
  return (struct cs_slice){map->text.data + begin, map->start[index + 1] - begin};
}

#endif
