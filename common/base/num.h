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
