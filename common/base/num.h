/* num.h - text to number and back, in the C locale whatever the locale is.
 *
 * Reading is exact (the nearest double); printing is exact too. What one exact multiplication or division can do is done
 * so (Clinger 1990); the rest is for std::from_chars and std::to_chars of libstdc++ (Eisel-Lemire, Ryu), which are 5 to 8
 * times faster than strtod and printf.
 */
#ifndef CS_BASE_NUM_H
#define CS_BASE_NUM_H

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

/* The same for what most cells are: at most 15 digits with a decimal sign among them or without. False says nothing of
 * others. A whole number below 2^53 by a power of ten, both exact, so that the quotient is rounded once (Clinger 1990). */
static inline bool cs_num_parse_short(const char *text, size_t len, char decimal, double *value) {
  static const double power_of_ten[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  uint64_t mantissa = 0;
  size_t at = 0, point;
  if (len > 16) return false;
  for (unsigned digit; at < len && (digit = (unsigned)text[at] - '0') < 10; at++)
    mantissa = mantissa * 10 + digit;
  point = at;
  if (at == len) {
    *value = (double)mantissa;
    return len > 0 && len < 16;
  }
  if (text[at++] != decimal || len < 2) return false;
  for (; at < len; at++) {
    unsigned digit = (unsigned)text[at] - '0';
    if (digit >= 10) return false;
    mantissa = mantissa * 10 + digit;
  }
  *value = (double)mantissa / power_of_ten[len - point - 1];
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

#ifdef __cplusplus
}
#endif
#endif
