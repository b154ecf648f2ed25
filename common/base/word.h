/* word.h - the bytes of short texts as numbers of 64 bits, without a loop. */
#ifndef CS_BASE_WORD_H
#define CS_BASE_WORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Eight bytes as they lie in memory: whatever the order of bytes is, the same text gives the same word. */
static inline uint64_t cs_word_at(const char *data) {
  uint64_t word;
  memcpy(&word, data, sizeof word);
  return word;
}

static inline uint64_t cs_word_four(const char *data) {
  uint32_t word;
  memcpy(&word, data, sizeof word);
  return word;
}

/* Eight bytes, the first one lowest, whatever the order of bytes is. */
static inline uint64_t cs_word_first(const char *data) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return cs_word_at(data);
#else
  uint64_t word = 0;
  for (unsigned i = 0; i < 8; i++) word |= (uint64_t)(unsigned char)data[i] << 8 * i;
  return word;
#endif
}

/* A text of 1 to 8 bytes, the last one on top, zeros below; of the second, eight bytes can be read. */
static inline uint64_t cs_word_top(const char *data, size_t len) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (len >= 4) return (cs_word_four(data + len - 4) << 8 * (len - 4) | cs_word_four(data)) << 8 * (8 - len);
#endif
  uint64_t word = 0;
  for (size_t i = 0; i < len; i++) word = word >> 8 | (uint64_t)(unsigned char)data[i] << 56;
  return word;
}

static inline uint64_t cs_word_top_padded(const char *data, size_t len) {
  return cs_word_first(data) << 8 * (8 - len);
}

/* A text of at most 16 bytes, which with its length it is told from all others by: the first eight, the last one on top; and
 * where there are more, the last eight. Of the second, eight bytes can be read, which saves it all branches. */
struct cs_word_ends {
  uint64_t first, last;
};

static inline struct cs_word_ends cs_word_ends(const char *data, size_t len) {
  if (len > 8) return (struct cs_word_ends){cs_word_first(data), cs_word_first(data + len - 8)};
  return (struct cs_word_ends){len ? cs_word_top(data, len) : 0, 0};
}

static inline struct cs_word_ends cs_word_ends_padded(const char *data, size_t len) {
  size_t beyond = len > 8 ? len - 8 : 0, missing = 8 + beyond - len; /* of the first eight: 0 to 8 */
  uint64_t longer = 0 - (uint64_t)(beyond > 0);
  return (struct cs_word_ends){cs_word_first(data) << 4 * missing << 4 * missing,
                               cs_word_first(data + beyond) & longer};
}

__extension__ typedef unsigned __int128 cs_wide;

/* The product of two words whole, its halves folded: every bit of it depends on every bit of both. */
static inline uint64_t cs_word_fold(uint64_t a, uint64_t b) {
  cs_wide product = (cs_wide)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#endif
