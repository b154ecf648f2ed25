/* jsonscan.h - where a run of bytes ends, many at a time: 16 with SSE2, which every x86-64 has, else 8 in a word.
 *
 * The texts of a table are short: wider vectors, chosen when the program runs, cost more by the call than they save.
 * The _words forms give the same answers and are there on each processor. Private to data/.
 */
#ifndef CS_DATA_JSONSCAN_H
#define CS_DATA_JSONSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { CS_JSON_VECTOR = 16 };

enum cs_json_run {
  CS_JSON_RUN_TEXT,   /* ends before a quote, a backslash or a control character */
  CS_JSON_RUN_ASCII,  /* and before what is beyond ASCII */
  CS_JSON_RUN_DIGITS, /* ends before what is no digit */
};

static inline bool cs_json_runs_on(enum cs_json_run run, char byte) {
  unsigned char code = (unsigned char)byte;
  if (run == CS_JSON_RUN_DIGITS) return code >= '0' && code <= '9';
  return code >= 0x20 && byte != '"' && byte != '\\' && (run == CS_JSON_RUN_TEXT || code < 0x80);
}

static inline const char *cs_json_run_bytes(enum cs_json_run run, const char *at, const char *end) {
  while (at < end && cs_json_runs_on(run, *at)) at++;
  return at;
}

/* Whether any of the eight bytes ends the run. */
static inline bool cs_json_word_ends(enum cs_json_run run, uint64_t word) {
  const uint64_t ones = 0x0101010101010101u, highs = 0x80 * ones;
  uint64_t quote = word ^ '"' * ones, backslash = word ^ '\\' * ones;
  if (run == CS_JSON_RUN_DIGITS)
    return ((word & 0xf0 * ones) ^ 0x30 * ones) | ((word + 6 * ones) & 0x40 * ones);
  uint64_t found =
      ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((word - 0x20 * ones) & ~word);
  if (run == CS_JSON_RUN_ASCII) found |= word;
  return found & highs;
}

/* The first byte of [at, end) that ends the run, or end. */
static inline const char *cs_json_run_words(enum cs_json_run run, const char *at, const char *end) {
  for (uint64_t word; end - at >= 8; at += 8) {
    memcpy(&word, at, 8);
    if (cs_json_word_ends(run, word)) break;
  }
  return cs_json_run_bytes(run, at, end);
}

#ifdef __SSE2__
static inline __m128i cs_json_load(const char *at) {
  return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* A bit for each of 16 bytes that ends the run. */
static inline unsigned cs_json_vector_ends(enum cs_json_run run, __m128i bytes) {
  if (run == CS_JSON_RUN_DIGITS) {
    __m128i digit = _mm_add_epi8(bytes, _mm_set1_epi8(0x80 - '0')); /* signed: digits are the ten least */
    return (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(digit, _mm_set1_epi8(-128 + 9)));
  }
  __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  __m128i found = _mm_or_si128(control, _mm_or_si128(quote, backslash));
  if (run == CS_JSON_RUN_ASCII) found = _mm_or_si128(found, bytes);
  return (unsigned)_mm_movemask_epi8(found);
}

static inline const char *cs_json_run_end(enum cs_json_run run, const char *at, const char *end) {
  for (; end - at >= CS_JSON_VECTOR; at += CS_JSON_VECTOR) {
    unsigned ends = cs_json_vector_ends(run, cs_json_load(at));
    if (ends) return at + __builtin_ctz(ends);
  }
  return cs_json_run_words(run, at, end);
}

/* Whether two runs of bytes are the same; behind both there are CS_JSON_VECTOR bytes that may be looked at. */
static inline bool cs_json_same(const char *a, const char *b, size_t len) {
  size_t at = 0;
  for (;; at += CS_JSON_VECTOR) {
    unsigned other =
        0xffff ^ (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(cs_json_load(a + at), cs_json_load(b + at)));
    if (len - at <= CS_JSON_VECTOR) return (other & ((2u << (len - at - 1)) - 1)) == 0;
    if (other) return false;
  }
}
#else
static inline const char *cs_json_run_end(enum cs_json_run run, const char *at, const char *end) {
  return cs_json_run_words(run, at, end);
}

static inline bool cs_json_same(const char *a, const char *b, size_t len) {
  return memcmp(a, b, len) == 0;
}
#endif

#endif
