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

/* Fewer than eight bytes; with the length no two texts have the same. */
static inline uint64_t cs_word_tail(const char *data, size_t len) {
  const unsigned char *byte = (const unsigned char *)data;
  if (len < 4) return len ? byte[0] | (uint64_t)byte[len / 2] << 8 | (uint64_t)byte[len - 1] << 16 : 0;
  return cs_word_four(data + len - 4) << 32 | cs_word_four(data);
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

static inline uint64_t cs_word_top_of_eight(const char *data, size_t len) {
  return cs_word_first(data) << 8 * (8 - len);
}

#endif
