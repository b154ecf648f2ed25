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

/* --- without a loop over the digits --- */

#define CS_NUM_ONES  0x0101010101010101u
#define CS_NUM_HIGHS 0x8080808080808080u
#define CS_NUM_ZEROS 0x3030303030303030u

/* The lowest bit that is set marks the first decimal sign of a word; 0: there is none. */
static inline uint64_t cs_num_signs(uint64_t word, char decimal) {
  uint64_t other = word ^ CS_NUM_ONES * (unsigned char)decimal;
  return (other - CS_NUM_ONES) & ~other & CS_NUM_HIGHS;
}

/* Takes the byte of the first sign out, those before it move up. Returns how many stand behind it. */
static inline unsigned cs_num_take_sign(uint64_t *word, uint64_t signs) {
  unsigned at = (unsigned)__builtin_ctzll(signs) & ~7u; /* in bits */
  uint64_t below = ((uint64_t)1 << at) - 1;
  *word = (*word & ~(below << 8 | 0xff)) | (*word & below) << 8;
  return 7 - at / 8;
}

/* Eight digits at once (after W. Mula, "SIMD-ized parsing"), the first one lowest. False when another byte is among them. */
static inline bool cs_num_eight_digits(uint64_t word, uint32_t *digits) {
  uint64_t digit = word - CS_NUM_ZEROS;
  bool others = ((word + 0x4646464646464646u) | digit) & CS_NUM_HIGHS;
  digit = digit * 10 + (digit >> 8);
  const uint64_t pairs = 0x000000ff000000ffu;
  *digits =
      (uint32_t)(((digit & pairs) * 0x000f424000000064u + (digit >> 16 & pairs) * 0x0000271000000001u) >> 32);
  return !others;
}

/* The same for what most cells are: at most eight bytes, digits with a decimal sign among them or without. False says
 * nothing of others. word holds the bytes of the text, the last one on top, and zeros below. */
static inline bool cs_num_take_short(uint64_t word, size_t len, char decimal, struct cs_num_short *number) {
  uint64_t signs = cs_num_signs(word, decimal);
  number->fraction = 0;
  number->has_sign = signs != 0;
  if (signs) {
    number->fraction = (uint8_t)cs_num_take_sign(&word, signs);
    if (!--len) return false;
  }
  word |= CS_NUM_ZEROS >> 4 * len >> 4 * len; /* what is missing of eight digits */
  return cs_num_eight_digits(word, &number->digits);
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

enum { CS_NUM_PADDED = 17 }; /* bytes that can be read from the text's first on */

/* digits / 10^fraction, both exact, so that it is rounded once; false when one may not be. */
static inline bool cs_num_quotient(uint64_t digits, unsigned fraction, bool negative, double *value) {
  static const double power_of_ten[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (digits > (uint64_t)1 << 53) return false;
  double size = (double)(int64_t)digits / power_of_ten[fraction];
  uint64_t bits;
  memcpy(&bits, &size, sizeof bits);
  bits |= (uint64_t)negative << 63; /* no branch: half of all are */
  memcpy(value, &bits, sizeof bits);
  return true;
}

/* The same for a sign and at most sixteen bytes. No branch depends on how many there are. */
static inline bool cs_num_parse_padded(const char *text, size_t len, char decimal, double *value) {
  bool negative = len && *text == '-';
  text += negative, len -= negative;
  if (len - 1 > 15) return false;
  /* Two words, the last byte on top of the second. */
  cs_wide both = ((cs_wide)cs_word_first(text + 8) << 64 | cs_word_first(text)) << 8 * (16 - len);
  uint64_t front = (uint64_t)both, back = (uint64_t)(both >> 64);
  uint64_t in_front = cs_num_signs(front, decimal), in_back = cs_num_signs(back, decimal);
  unsigned fraction = 0;
  if (in_front) {
    fraction = 8 + cs_num_take_sign(&front, in_front);
  } else if (in_back) {
    unsigned first = (unsigned)(front >> 56);
    fraction = cs_num_take_sign(&back, in_back);
    back |= first;
    front <<= 8;
  }
  if (in_front | in_back && !--len) return false;
  size_t behind = len < 8 ? len : 8, before = len - behind;
  uint32_t high, low;
  bool right = cs_num_eight_digits(front | CS_NUM_ZEROS >> 4 * before >> 4 * before, &high);
  right &= cs_num_eight_digits(back | CS_NUM_ZEROS >> 4 * behind >> 4 * behind, &low);
  return right && cs_num_quotient(high * UINT64_C(100000000) + low, fraction, negative, value);
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
