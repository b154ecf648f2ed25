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
  uint32_t *slot; /* [slots], index of the key + 1, 0 where free */
  size_t slots;   /* a power of two, or 0 */
  size_t *start;  /* [count + 1], offsets of the keys in text */
  uint32_t *hash; /* [count] */
  size_t count, start_capacity, hash_capacity;
  struct cs_str text;
};

#define CS_MAP_INIT                                                                                          \
  { NULL, 0, NULL, NULL, 0, 0, 0, CS_STR_INIT }

void cs_map_release(struct cs_map *map);

/* The index of key, which is added when it is new (*index is then the old count). */
CS_MUST_CHECK enum cs_status cs_map_add(struct cs_map *map, struct cs_slice key, uint32_t *index,
                                        struct cs_error *err);

/* The index of key, or CS_MAP_NONE. */
uint32_t cs_map_find(const struct cs_map *map, struct cs_slice key);

/* The key at index, valid until the next addition. */
struct cs_slice cs_map_key(const struct cs_map *map, uint32_t index);

#endif
