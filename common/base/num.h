/* num.h - text to number and back, in the C locale whatever the locale is.
 *
 * Reading is exact (the nearest double); printing is exact too. What one exact multiplication or division can do is done
 * so (Clinger 1990); the rest is for std::from_chars and std::to_chars of libstdc++ (Eisel-Lemire, Ryu), which are 5 to 8
 * times faster than strtod and printf.
 */
#ifndef CS_BASE_NUM_H
#define CS_BASE_NUM_H

#include "base/word.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  CS_NUM_TEXT = 40,     /* bytes that any number printed here needs at most, with its NUL */
  CS_NUM_QUANTITY = 15, /* significant digits of quantities in the data's own units */
  CS_NUM_RATIO = 9,     /* significant digits of dimensionless numbers */
};

/* [+-]? (digits [. digits*] | . digits) ([eE] [+-]? digits)?, blanks and TABs around it ignored; `decimal` stands for
 * the point. False for anything else: hex, inf, nan, a value beyond the doubles. Underflow gives zero. */
bool cs_num_parse(const char *text, size_t len, char decimal, double *value);

/* A short number: digits / 10^fraction. */
struct cs_num_short {
  uint32_t digits;
  uint8_t fraction; /* 0..7 */
  bool has_sign;    /* a decimal sign, be it behind the last digit */
};

/* The same for what most cells are: at most eight bytes, digits with a decimal sign among them or without. False says
 * nothing of others. word holds the bytes of the text, the last one on top, and zeros below. All digits at once (after W.
 * Mula, "SIMD-ized parsing"). */
static inline bool cs_num_take_short(uint64_t word, size_t len, char decimal, struct cs_num_short *number) {
  const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u, zeros = 0x3030303030303030u;
  uint64_t other = word ^ ones * (unsigned char)decimal, sign = (other - ones) & ~other & highs;
  number->fraction = 0;
  number->has_sign = sign != 0;
  if (sign) {
    unsigned at = (unsigned)__builtin_ctzll(sign) & ~7u; /* in bits, the first one's */
    uint64_t below = ((uint64_t)1 << at) - 1;
    word = (word & ~(below << 8 | 0xff)) | (word & below) << 8;
    number->fraction = (uint8_t)(7 - at / 8);
    if (!--len) return false;
  }
  word |= zeros >> 4 * len >> 4 * len; /* what is missing of eight digits */
  uint64_t digit = word - zeros;
  if (((word + 0x4646464646464646u) | digit) & highs) return false;
  digit = digit * 10 + (digit >> 8);
  const uint64_t pairs = 0x000000ff000000ffu;
  number->digits =
      (uint32_t)(((digit & pairs) * 0x000f424000000064u + (digit >> 16 & pairs) * 0x0000271000000001u) >> 32);
  return true;
}

/* A whole number and a power of ten, both exact, so that the quotient is rounded once (Clinger 1990). */
static inline double cs_num_short_value(const struct cs_num_short *number) {
  static const double power_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
  return number->fraction ? number->digits / power_of_ten[number->fraction] : number->digits;
}

static inline bool cs_num_parse_short(const char *text, size_t len, char decimal, double *value) {
  struct cs_num_short number;
  if (len - 1 > 7 || !cs_num_take_short(cs_word_top(text, len), len, decimal, &number)) return false;
  *value = cs_num_short_value(&number);
  return true;
}

/* [+-]? digits, blanks around ignored, within int64_t. */
bool cs_num_parse_integer(const char *text, size_t len, int64_t *value);

/* Whether the text is a number by the grammar of RFC 8259 (no '+', no leading zero, no bare point). */
bool cs_num_is_json(const char *text, size_t len);

/* The shortest text that reads back to the same double. value is finite. Returns the length; text is NUL-terminated. */
size_t cs_num_shortest(double value, char text[CS_NUM_TEXT]);

/* `digits` (1..17) significant digits, trailing zeros dropped, exponent form only below 1e-5 or from 1e16, -0 is "0".
 * value is finite. Returns the length; text is NUL-terminated. */
size_t cs_num_print(double value, int digits, char text[CS_NUM_TEXT]);

/* A whole number, |value| < 10^16. Returns the length; text is NUL-terminated. */
size_t cs_num_print_integer(int64_t value, char text[CS_NUM_TEXT]);

#ifdef __cplusplus
}
#endif
#endif
