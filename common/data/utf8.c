#include "data/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* RFC 3629, table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
static bool begin_sequence(struct cs_utf8 *state, unsigned char byte) {
  state->low = 0x80;
  state->high = 0xbf;
  if (byte < 0x80) return byte != 0;
  if (byte < 0xc2 || byte > 0xf4) return false;
  state->need = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  if (byte == 0xe0) state->low = 0xa0;
  if (byte == 0xed) state->high = 0x9f;
  if (byte == 0xf0) state->low = 0x90;
  if (byte == 0xf4) state->high = 0x8f;
  return true;
}

size_t cs_utf8_check(struct cs_utf8 *state, const char *data, size_t len) {
  const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
  size_t at = 0;
  while (at < len) {
    if (state->need == 0) {
      /* Eight bytes at once while none is NUL or beyond ASCII. */
      for (uint64_t word; at + 8 <= len; at += 8) {
        memcpy(&word, data + at, 8);
        if (((word - ones) | word) & highs) break;
      }
      if (at == len) break;
      if (!begin_sequence(state, (unsigned char)data[at])) return at;
    } else {
      unsigned char byte = (unsigned char)data[at];
      if (byte < state->low || byte > state->high) return at;
      state->need--;
      state->low = 0x80;
      state->high = 0xbf;
    }
    at++;
  }
  return len;
}

bool cs_utf8_valid_plain(const char *data, size_t len) {
  struct cs_utf8 state = {0};
  return cs_utf8_check(&state, data, len) == len;
}

#if defined(__x86_64__)
#define AVX2   __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline))

/* Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte" (2021): what is wrong with two bytes in a row
 * shows in three of their half bytes, each of which rules some errors out. */
enum {
  TOO_SHORT = 1 << 0,  /* a lead byte, then no continuation */
  TOO_LONG = 1 << 1,   /* ASCII, then a continuation */
  OVERLONG_3 = 1 << 2, /* e0, then 80..9f */
  TOO_LARGE = 1 << 3,  /* f4, then 90..bf; f5 and above */
  SURROGATE = 1 << 4,  /* ed, then a0..bf */
  OVERLONG_2 = 1 << 5, /* c0 or c1 */
  OVERLONG_4 = 1 << 6, /* f0, then 80..8f; with f5 and above, 80..8f */
  TWO_CONTINUATIONS = -128,
  ANY_LOW = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS,
  FIRST_E = TOO_SHORT | OVERLONG_3 | SURROGATE,
  FIRST_F = TOO_SHORT | TOO_LARGE | OVERLONG_4,
  LARGE_LOW = ANY_LOW | TOO_LARGE | OVERLONG_4,
  ANY_NEXT = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS,
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

/* The bytes `back` places before those of `now`. */
#define BEFORE(now, last, back)                                                                              \
  _mm256_alignr_epi8(now, _mm256_permute2x128_si256(last, now, 0x21), 16 - (back))

INLINE AVX2 __m256i high_half(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
}

/* Not zero where the bytes of `now`, which follow those of `last`, are no UTF-8. */
INLINE AVX2 __m256i errors_in(__m256i now, __m256i last) {
  const __m256i first_high = TWICE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
                                   TOO_LONG, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS,
                                   TWO_CONTINUATIONS, TOO_SHORT | OVERLONG_2, TOO_SHORT, FIRST_E, FIRST_F);
  const __m256i first_low =
      TWICE(ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4, ANY_LOW | OVERLONG_2, ANY_LOW, ANY_LOW,
            ANY_LOW | TOO_LARGE, LARGE_LOW, LARGE_LOW, LARGE_LOW, LARGE_LOW, LARGE_LOW, LARGE_LOW, LARGE_LOW,
            LARGE_LOW, LARGE_LOW | SURROGATE, LARGE_LOW, LARGE_LOW);
  const __m256i second_high = TWICE(
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
      ANY_NEXT | OVERLONG_3 | OVERLONG_4, ANY_NEXT | OVERLONG_3 | TOO_LARGE, ANY_NEXT | SURROGATE | TOO_LARGE,
      ANY_NEXT | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);
  __m256i before = BEFORE(now, last, 1);
  __m256i errors = _mm256_and_si256(
      _mm256_and_si256(_mm256_shuffle_epi8(first_high, high_half(before)),
                       _mm256_shuffle_epi8(first_low, _mm256_and_si256(before, _mm256_set1_epi8(15)))),
      _mm256_shuffle_epi8(second_high, high_half(now)));
  /* The third and fourth bytes of a sequence are the continuations that may follow one. */
  __m256i third = _mm256_subs_epu8(BEFORE(now, last, 2), _mm256_set1_epi8(0xe0 - 0x80));
  __m256i fourth = _mm256_subs_epu8(BEFORE(now, last, 3), _mm256_set1_epi8(0xf0 - 0x80));
  __m256i due = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(-128));
  return _mm256_xor_si256(due, errors);
}

static AVX2 bool valid_avx2(const char *data, size_t len) {
  __m256i last = _mm256_setzero_si256(), errors = last, zero = last;
  size_t at = 0;
  for (; at + 32 <= len; at += 32) {
    __m256i now = _mm256_loadu_si256((const __m256i *)(const void *)(data + at));
    errors = _mm256_or_si256(errors, _mm256_cmpeq_epi8(now, zero));
    /* Bytes below 80 behind such: nothing can be wrong. */
    if (_mm256_movemask_epi8(_mm256_or_si256(now, last)))
      errors = _mm256_or_si256(errors, errors_in(now, last));
    last = now;
  }
  if (!_mm256_testz_si256(errors, errors)) return false;
  /* The last step may have cut a character. */
  size_t begin = at;
  for (size_t back = 1; back <= 3 && back <= at && begin == at; back++)
    if (((unsigned char)data[at - back] & 0xc0) == 0xc0) begin = at - back;
  return cs_utf8_valid_plain(data + begin, len - begin);
}
#endif

bool cs_utf8_valid(const char *data, size_t len) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return valid_avx2(data, len);
#endif
  return cs_utf8_valid_plain(data, len);
}

const char *cs_utf8_flaw(char byte) {
  return byte == 0 ? "a NUL byte: this is no text, or text in another encoding (--encoding utf-16)"
                   : "not UTF-8 text; if it is Western European, use --encoding latin1";
}
