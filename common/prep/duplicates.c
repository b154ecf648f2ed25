#include "prep/duplicates.h"

#include "base/memory.h"
#include "base/word.h"

#include <stdlib.h>
#include <string.h>

enum { SLOT = 10, FEWEST = 1024 };

/* --- hashes --- */

static inline uint64_t mix(uint64_t h) {
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

/* Two states, so that no two texts of the same length meet in both. */
struct hash {
  uint64_t a, b;
};

static void add_word(struct hash *hash, uint64_t word) {
  hash->a = (hash->a ^ word) * 0x9fb21c651e98df25u;
  hash->a ^= hash->a >> 32;
  hash->b = (hash->b + word) * 0xd6e8feb86659fd93u;
  hash->b ^= hash->b >> 29;
}

static void add_text(struct hash *hash, struct cs_slice text) {
  const char *data = text.data;
  size_t len = text.len;
  for (; len >= 8; data += 8, len -= 8) add_word(hash, cs_word_first(data));
  if (len) add_word(hash, cs_word_top(data, len));
}

/* Sixteen bytes at a time; the last sixteen may overlap those before. `low` keeps what `high` was, so that rows that meet
 * in one of them don't in the other. */
struct cs_row_hash cs_record_hash(struct cs_slice record) {
  const uint64_t odd = 0x9fb21c651e98df25u, other = 0xd6e8feb86659fd93u;
  const char *data = record.data;
  size_t len = record.len;
  uint64_t high = 0x9e3779b97f4a7c15u + len * odd, low = 0xc2b2ae3d27d4eb4fu;
  for (; len > 16; data += 16, len -= 16) {
    high = cs_word_fold(cs_word_first(data) ^ high, cs_word_first(data + 8) ^ odd);
    low = (low ^ high) * other;
  }
  struct cs_word_ends ends =
      record.len > 16 ? (struct cs_word_ends){cs_word_first(data + len - 16), cs_word_first(data + len - 8)}
                      : cs_word_ends(data, len);
  high = mix(cs_word_fold(ends.first ^ high, ends.last ^ other));
  low = (low ^ low >> 32 ^ high) * odd;
  return (struct cs_row_hash){high ? high : 1, (uint16_t)(low >> 48)};
}

/* Commas within cells have to be told from those between them. */
struct cs_row_hash cs_row_hash(const struct cs_slice *cells, size_t count, struct cs_str *scratch) {
  uint64_t inside = 0;
  while (count && !cells[count - 1].len) count--;
  cs_str_clear(scratch);
  for (size_t i = 0; i < count; i++) {
    if (i) cs_str_add_byte(scratch, ',');
    if (!cells[i].len) continue;
    if (memchr(cells[i].data, ',', cells[i].len)) inside = mix(inside ^ scratch->len) + cells[i].len;
    cs_str_add(scratch, cells[i].data, cells[i].len);
  }
  struct cs_row_hash hash = cs_record_hash((struct cs_slice){scratch->data, scratch->len});
  if (inside) hash.high = mix(hash.high ^ inside) | 1;
  return hash;
}

uint64_t cs_text_hash(struct cs_slice text) {
  struct hash hash = {0x9e3779b97f4a7c15u ^ text.len, 0xc2b2ae3d27d4eb4fu};
  add_text(&hash, text);
  return mix(hash.a ^ mix(hash.b));
}

/* --- slots --- */

void cs_duplicates_release(struct cs_duplicates *duplicates) {
  free(duplicates->slot);
  *duplicates = (struct cs_duplicates)CS_DUPLICATES_INIT;
}

static unsigned char *slot_at(const struct cs_duplicates *duplicates, size_t at) {
  return duplicates->slot + at * SLOT;
}

/* 0 where the slot is free. */
static uint64_t high_at(const struct cs_duplicates *duplicates, size_t at) {
  uint64_t high;
  memcpy(&high, slot_at(duplicates, at), sizeof high);
  return high;
}

static uint16_t low_at(const struct cs_duplicates *duplicates, size_t at) {
  uint16_t low;
  memcpy(&low, slot_at(duplicates, at) + sizeof(uint64_t), sizeof low);
  return low;
}

/* Where the search begins: in ascending order of the hashes. */
static size_t home_of(uint64_t high, size_t slots) {
  return (size_t)((high >> 32) * slots >> 32);
}

static size_t all_slots(const struct cs_duplicates *duplicates) {
  return duplicates->slots + duplicates->spare;
}

/* Moves every hash to the end of a larger array, in order, and then each to its new home or behind the one before. The
 * second never overtakes the first: a hash stands at most where the others after it just fit in. */
static enum cs_status grow(struct cs_duplicates *duplicates, struct cs_error *err) {
  size_t before = all_slots(duplicates), slots = duplicates->slots + duplicates->slots / 8;
  if (slots < FEWEST) slots = FEWEST;
  if (slots > UINT32_MAX) return cs_fail(err, CS_MEMORY, "too many rows to tell duplicates");
  size_t spare = FEWEST + slots / 64, all = slots + spare, from = all;
  CS_TRY(cs_grow(&duplicates->slot, &duplicates->capacity, all * SLOT, 1, "hashes of rows", err));
  for (size_t at = before; at-- > 0;)
    if (high_at(duplicates, at)) memmove(slot_at(duplicates, --from), slot_at(duplicates, at), SLOT);
  memset(duplicates->slot, 0, from * SLOT);
  for (size_t free_from = 0; from < all; from++) {
    size_t to = home_of(high_at(duplicates, from), slots);
    if (to < free_from) to = free_from;
    if (to < from) {
      memcpy(slot_at(duplicates, to), slot_at(duplicates, from), SLOT);
      memset(slot_at(duplicates, from), 0, SLOT);
    } else {
      to = from;
    }
    free_from = to + 1;
  }
  duplicates->slots = slots;
  duplicates->spare = spare;
  return CS_OK;
}

/* Makes room at `at`, moving the hashes up to the next gap. */
static bool open_slot(struct cs_duplicates *duplicates, size_t at) {
  size_t gap = at, all = all_slots(duplicates);
  while (gap < all && high_at(duplicates, gap)) gap++;
  if (gap == all) return false;
  memmove(slot_at(duplicates, at + 1), slot_at(duplicates, at), (gap - at) * SLOT);
  return true;
}

enum cs_status cs_duplicates_see(struct cs_duplicates *duplicates, struct cs_row_hash hash, bool *seen,
                                 struct cs_error *err) {
  if (10 * (duplicates->count + 1) > 9 * duplicates->slots) CS_TRY(grow(duplicates, err));
  *seen = false;
  for (;;) {
    size_t at = home_of(hash.high, duplicates->slots), all = all_slots(duplicates);
    uint64_t high = 0;
    while (at < all && (high = high_at(duplicates, at)) && high < hash.high) at++;
    for (; at < all && (high = high_at(duplicates, at)) == hash.high; at++) {
      *seen = low_at(duplicates, at) == hash.low;
      if (*seen) return CS_OK;
    }
    if (at < all && open_slot(duplicates, at)) {
      memcpy(slot_at(duplicates, at), &hash.high, sizeof hash.high);
      memcpy(slot_at(duplicates, at) + sizeof hash.high, &hash.low, sizeof hash.low);
      duplicates->count++;
      return CS_OK;
    }
    CS_TRY(grow(duplicates, err));
  }
}

void cs_duplicates_expect(const struct cs_duplicates *duplicates, struct cs_row_hash hash) {
  if (duplicates->slots) __builtin_prefetch(slot_at(duplicates, home_of(hash.high, duplicates->slots)));
}
