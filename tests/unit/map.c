#include "base/map.h"

#include "unit.h"

static bool add(struct cs_map *map, struct cs_slice key, uint32_t expected) {
  struct cs_error err = CS_ERROR_INIT;
  uint32_t index = CS_MAP_NONE;
  return cs_map_add(map, key, &index, &err) == CS_OK && index == expected;
}

static struct cs_slice number(char text[32], int i) {
  snprintf(text, 32, "customer %d", i * 7919);
  return cs_slice_of(text);
}

int main(void) {
  UNIT_BEGIN;
  struct cs_map map = CS_MAP_INIT;
  char text[32];
  TEST("map: an empty one holds nothing") {
    CHECK(cs_map_find(&map, cs_slice_of("a")) == CS_MAP_NONE);
    CHECK(cs_map_find(&map, cs_slice_of("")) == CS_MAP_NONE);
  }
  TEST("map: keys are numbered as they come, once each") {
    CHECK(add(&map, cs_slice_of("b"), 0) && add(&map, cs_slice_of("a"), 1) && add(&map, cs_slice_of("b"), 0));
    CHECK(map.count == 2 && cs_map_find(&map, cs_slice_of("a")) == 1);
    CHECK(cs_slice_is(cs_map_key(&map, 0), "b") && cs_slice_is(cs_map_key(&map, 1), "a"));
  }
  TEST("map: the empty key and keys with a NUL are keys like others") {
    CHECK(add(&map, cs_slice_of(""), 2) && add(&map, (struct cs_slice){NULL, 0}, 2));
    CHECK(add(&map, (struct cs_slice){"x\0y", 3}, 3) && add(&map, (struct cs_slice){"x\0z", 3}, 4));
    CHECK(add(&map, cs_slice_of("x"), 5) && cs_map_key(&map, 2).len == 0 && cs_map_key(&map, 4).len == 3);
  }
  TEST("map: keys that are the beginnings of one another differ") {
    static const char zeros[40] = {0};
    for (uint32_t len = 1; len <= 40; len++) CHECK(add(&map, (struct cs_slice){zeros, len}, 5 + len));
    for (uint32_t len = 1; len <= 40; len++)
      CHECK(cs_map_find(&map, (struct cs_slice){zeros, len}) == 5 + len);
  }
  cs_map_release(&map);
  TEST("map: a released one is empty and can be used again") {
    CHECK(map.count == 0 && cs_map_find(&map, cs_slice_of("a")) == CS_MAP_NONE &&
          add(&map, cs_slice_of("a"), 0));
  }
  cs_map_release(&map);
  TEST("map: a hundred thousand keys, all found, no other") {
    size_t wrong = 0;
    for (int i = 0; i < 100000; i++) wrong += !add(&map, number(text, i), (uint32_t)i);
    for (int i = 0; i < 100000; i++) wrong += cs_map_find(&map, number(text, i)) != (uint32_t)i;
    for (int i = 100000; i < 101000; i++) wrong += cs_map_find(&map, number(text, i)) != CS_MAP_NONE;
    for (int i = 0; i < 100000; i += 97)
      wrong += !cs_slice_equal(cs_map_key(&map, (uint32_t)i), number(text, i));
    CHECK(wrong == 0 && map.count == 100000);
  }
  TEST("map: the load stays at 3/4 or below") {
    CHECK(4 * map.count <= 3 * map.slots);
  }
  cs_map_release(&map);
  TEST("map: the hash of a text is the same whatever lies behind it, and another for each text") {
    char line[64];
    size_t wrong = 0;
    for (size_t len = 0; len <= 40; len++) {
      for (size_t i = 0; i < sizeof line; i++) line[i] = (char)('a' + i % 26);
      struct cs_slice key = {line, len};
      uint32_t hash = cs_map_hash(key);
      for (size_t i = len; i < sizeof line; i++) {
        line[i] = '#';
        wrong += cs_map_hash(key) != hash || cs_map_hash_padded(key) != hash;
      }
      for (size_t i = 0; i < len; i++) {
        line[i] ^= 1;
        wrong += cs_map_hash(key) == hash || cs_map_hash(key) != cs_map_hash_padded(key);
        line[i] ^= 1;
      }
    }
    CHECK(wrong == 0);
  }
  UNIT_END;
}
