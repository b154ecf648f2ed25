/* Whether bytes are UTF-8: the fast answer held against the exact one, and that against the table of RFC 3629. */
#include "data/utf8.h"

#include "base/rng.h"
#include "unit.h"

#include <stdint.h>

static bool is_text(const char *data, size_t len) {
  struct cs_utf8 state = {0};
  return cs_utf8_check(&state, data, len) == len && state.need == 0;
}

/* Writes a code point as UTF-8 would, whether it may or not; returns how many bytes it takes. */
static size_t encode(uint32_t code, unsigned char out[4]) {
  size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = len; i-- > 1; code >>= 6) out[i] = (unsigned char)(0x80 | (code & 0x3f));
  out[0] = (unsigned char)(len == 1 ? code : (0xf00u >> len & 0xff) | code);
  return len;
}

/* Every sequence of one to four of the bytes that begin or end a range of the table, between other text at each place of
 * a step. */
static bool same_on_all_borders(void) {
  static const unsigned char bytes[] = {0,    'a',  0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                        0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
                                        0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
  const size_t n = sizeof bytes;
  for (size_t i = 0; i < n * n * n * n; i++) {
    char text[80];
    size_t at = 24 + i % 16;
    memset(text, 'x', sizeof text);
    const size_t pick[4] = {i % n, i / n % n, i / n / n % n, i / n / n / n};
    for (size_t j = 0; j < 4; j++) text[at + j] = (char)bytes[pick[j]];
    if (cs_utf8_valid(text, sizeof text) != cs_utf8_valid_plain(text, sizeof text)) return false;
    if (cs_utf8_valid(text, at + 4) != cs_utf8_valid_plain(text, at + 4)) return false;
  }
  return true;
}

static bool same_on_random_text(void) {
  struct cs_rng rng;
  cs_rng_init(&rng, 1, 0);
  for (int i = 0; i < 100000; i++) {
    unsigned char text[200];
    size_t len = 0, want = cs_rng_below(&rng, 190);
    while (len < want)
      len += encode((uint32_t)(1 + cs_rng_below(&rng, cs_rng_below(&rng, 2) ? 0x7f : 0xd7fe)), text + len);
    if (len && cs_rng_below(&rng, 2)) text[cs_rng_below(&rng, len)] = (unsigned char)cs_rng_below(&rng, 256);
    size_t cut = len - (len ? cs_rng_below(&rng, len < 4 ? len : 4) : 0);
    if (cs_utf8_valid((char *)text, cut) != cs_utf8_valid_plain((char *)text, cut)) return false;
  }
  return true;
}

int main(void) {
  UNIT_BEGIN;
  TEST("utf8: each code point is text, but for NUL, surrogates and what lies beyond U+10FFFF") {
    for (uint32_t code = 0; code < 0x200000; code++) {
      unsigned char bytes[4];
      size_t len = encode(code, bytes);
      bool good = code > 0 && (code < 0xd800 || code > 0xdfff) && code <= 0x10ffff;
      if (is_text((const char *)bytes, len) != good) unit_fail(__FILE__, __LINE__, "code point");
    }
  }
  TEST("utf8: overlong forms, lone continuations and cut sequences are not") {
    static const char *const bad[] = {"\xc0\x80",     "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
                                      "\x80",         "a\xbf",    "\xc3",         "\xe2\x82",
                                      "\xf0\x9f\x98", "\xc3(",    "\xfe",         "\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!is_text(bad[i], strlen(bad[i])));
  }
  TEST("utf8: the fast answer is the exact one, for all sequences of bytes at the borders of the rules") {
    CHECK(same_on_all_borders());
  }
  TEST("utf8: the fast answer is the exact one on random text, spoiled and cut off") {
    CHECK(same_on_random_text());
  }
  UNIT_END;
}
