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

#endif
