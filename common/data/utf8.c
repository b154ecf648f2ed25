#include "data/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

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

const char *cs_utf8_flaw(char byte) {
  return byte == 0 ? "a NUL byte: this is no text, or text in another encoding (--encoding utf-16)"
                   : "not UTF-8 text; if it is Western European, use --encoding latin1";
}
