#include "base/num.h"

#include <algorithm>
#include <charconv>
#include <climits>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <system_error>

namespace {

struct Text {
  const char *begin, *end;
};

Text trimmed(const char *text, size_t len) {
  const char *begin = text, *end = text + len;
  while (begin < end && (*begin == ' ' || *begin == '\t')) begin++;
  while (begin < end && (end[-1] == ' ' || end[-1] == '\t')) end--;
  return {begin, end};
}

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

const char *skip_digits(const char *at, const char *end) {
  while (at < end && is_digit(*at)) at++;
  return at;
}

/* What may stand behind the digits of a number: nothing, or a whole exponent. */
bool is_exponent_or_nothing(const char *at, const char *end) {
  if (at == end) return true;
  if (*at != 'e' && *at != 'E') return false;
  at++;
  if (at < end && (*at == '+' || *at == '-')) at++;
  return at < end && skip_digits(at, end) == end;
}

/* from_chars reports underflow as it reports overflow; only the exponent's side tells which. */
bool is_underflow(const char *begin, const char *end) {
  const char *mark = begin;
  while (mark < end && *mark != 'e' && *mark != 'E') mark++;
  long exponent = 0;
  if (mark < end) {
    const char *digits = mark + 1;
    bool negative = *digits == '-';
    if (*digits == '-' || *digits == '+') digits++;
    /* Beyond any length of text, so that the sum below can't overflow and the exponent decides. */
    if (std::from_chars(digits, end, exponent).ec != std::errc() || exponent > LONG_MAX / 2) return negative;
    if (negative) exponent = -exponent;
  }
  const char *first = begin;
  while (first < mark && (*first == '0' || *first == '.' || *first == '-')) first++;
  const char *point = begin;
  while (point < mark && *point != '.') point++;
  /* The power of ten of the first digit that isn't zero. */
  long power = first < point ? static_cast<long>(point - first) - 1 : static_cast<long>(point - first);
  return power + exponent < 0;
}

/* The powers of ten that are exact as doubles. */
constexpr double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int exact_powers = 22;
constexpr size_t digits_of_64_bits = 19; /* that always fit */
constexpr uint64_t exact_integers = uint64_t{1} << 53;

/* The significant digits of a number, digit[0].digit[1]digit[2]... x 10^exponent, with zeros behind them as far as layout()
 * copies. */
struct Digits {
  char digit[CS_NUM_TEXT];
  int count;
  int exponent;
};

enum { FIGURES = 16 }; /* that two words hold */

/* number < 10^8 as eight figures, the first in the lowest byte: halves, pairs and single figures are divided side by side
 * (after P. Khuong, "How to print integers really fast"). */
uint64_t eight_figures(uint64_t number) {
  uint64_t four = number / 10000, upper;
  four |= (number - 10000 * four) << 32;
  upper = four * 10486 >> 20 & 0x0000007f0000007f;
  uint64_t two = upper | (four - 100 * upper) << 16;
  upper = two * 103 >> 10 & 0x000f000f000f000f;
  return upper | (two - 10 * upper) << 8;
}

/* As text, the first figure first. */
void put_figures(char *out, uint64_t figures) {
  figures |= 0x3030303030303030;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  figures = __builtin_bswap64(figures);
#endif
  std::memcpy(out, &figures, sizeof figures);
}

/* How many of eight figures there are without the zeros behind them. */
int without_zeros(uint64_t figures) {
  return figures ? 8 - __builtin_clzll(figures) / 8 : 0;
}

constexpr uint64_t whole_power(int power) {
  return power ? 10 * whole_power(power - 1) : 1;
}

/* The digits of a whole number that has `digits` of them. */
void put_digits(uint64_t whole, int digits, Digits &out) {
  static constexpr uint64_t fill[] = {
      whole_power(16), whole_power(15), whole_power(14), whole_power(13), whole_power(12), whole_power(11),
      whole_power(10), whole_power(9),  whole_power(8),  whole_power(7),  whole_power(6),  whole_power(5),
      whole_power(4),  whole_power(3),  whole_power(2),  whole_power(1)};
  whole *= fill[digits];
  uint64_t front = eight_figures(whole / 100000000), back = eight_figures(whole % 100000000);
  put_figures(out.digit, front);
  put_figures(out.digit + 8, back);
  put_figures(out.digit + 16, 0);
  put_figures(out.digit + 24, 0);
  out.count = back ? 8 + without_zeros(back) : without_zeros(front);
}

/* 10^(i - 7), as near as doubles are. */
constexpr double power_from_7[] = {1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0,  1e1,  1e2,
                                   1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12,
                                   1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The power of ten of the first digit, 1e-7 <= value < 1e22; one wrong at most, where a power of ten is no double. */
int exponent_of(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  int binary = static_cast<int>(bits >> 52) - 1023;
  int exponent = binary * 1233 >> 12; /* log10 2 is 0.30103: at most one too small */
  return exponent + (value >= power_from_7[exponent + 8]);
}

/* value x 10^shift, from `least` to below `most`, to the nearest whole number; -1 for others, and for half a unit. One
 * multiplication or division with an exact power of ten is rounded to a double, but never past another double: only what
 * becomes half a unit isn't told by it, and there the error of the rounding tells. */
int64_t scaled_whole(double value, int shift, double least, double most) {
  double power = power_of_ten[shift < 0 ? -shift : shift];
  double scaled = shift < 0 ? value / power : value * power;
  if (scaled < least || scaled >= most) return -1;
  int64_t whole = static_cast<int64_t>(scaled);
  double rest = scaled - static_cast<double>(whole);
  if (rest == 0.5) {
    double error = shift < 0 ? std::fma(-scaled, power, value) : std::fma(value, power, -scaled);
    return error == 0 ? -1 : whole + (error > 0);
  }
  return whole + (rest > 0.5);
}

/* False for what is out of its range, and for halves. value is above 0. */
bool quick_digits(double value, int digits, Digits &out) {
  if (digits > 15 || !(value >= 1e-7 && value < 1e22)) return false;
  out.exponent = exponent_of(value);
  double most = power_of_ten[digits];
  int64_t whole = scaled_whole(value, digits - 1 - out.exponent, power_of_ten[digits - 1], most);
  if (whole < 0) return false;
  if (static_cast<double>(whole) == most) { /* rounded up to a digit more */
    whole = digits = 1;
    out.exponent++;
  }
  put_digits(static_cast<uint64_t>(whole), digits, out);
  return true;
}

void exact_digits(double value, int digits, Digits &out) {
  char form[CS_NUM_TEXT];
  char *end = std::to_chars(form, form + sizeof form, value, std::chars_format::scientific, digits - 1).ptr;
  char *mark = end;
  while (*--mark != 'e') {
  }
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, out.exponent);
  std::memset(out.digit, '0', sizeof out.digit);
  out.count = 0;
  for (const char *at = form; at < mark; at++)
    if (*at != '.') out.digit[out.count++] = *at;
  while (out.count > 1 && out.digit[out.count - 1] == '0') out.count--;
}

} // namespace

extern "C" bool cs_num_parse(const char *text, size_t len, char decimal, double *value) {
  auto [begin, end] = trimmed(text, len);
  if (begin < end && *begin == '+') {
    begin++;
    if (begin < end && *begin == '-') return false;
  }
  const char *first = begin < end && *begin == '-' ? begin + 1 : begin, *at = first, *point = nullptr;
  uint64_t mantissa = 0; /* right for as many digits as fit */
  for (; at < end && is_digit(*at); at++) mantissa = mantissa * 10 + static_cast<uint64_t>(*at - '0');
  size_t digits = static_cast<size_t>(at - first), fraction = 0;
  if (at < end && *at == decimal) {
    for (point = at++; at < end && is_digit(*at); at++)
      mantissa = mantissa * 10 + static_cast<uint64_t>(*at - '0');
    fraction = static_cast<size_t>(at - point) - 1;
    digits += fraction;
  }
  if (digits == 0) return false;
  /* Both exact, so that their quotient is rounded once (Clinger 1990). */
  if (at == end && digits <= digits_of_64_bits && mantissa <= exact_integers) {
    double size = static_cast<double>(mantissa) / power_of_ten[fraction];
    *value = first > begin ? -size : size;
    return true;
  }
  if (!is_exponent_or_nothing(at, end)) return false;

  char copy[128];
  std::unique_ptr<char[]> long_copy;
  if (point && decimal != '.') {
    size_t size = static_cast<size_t>(end - begin);
    char *to = copy;
    if (size > sizeof copy) {
      long_copy.reset(new (std::nothrow) char[size]);
      if (!(to = long_copy.get())) return false;
    }
    std::memcpy(to, begin, size);
    to[point - begin] = '.';
    begin = to;
    end = to + size;
  }
  auto result = std::from_chars(begin, end, *value);
  if (result.ec == std::errc::result_out_of_range) {
    if (!is_underflow(begin, end)) return false;
    *value = *begin == '-' ? -0.0 : 0.0;
    return true;
  }
  return result.ec == std::errc() && result.ptr == end;
}

extern "C" bool cs_num_parse_integer(const char *text, size_t len, int64_t *value) {
  auto [begin, end] = trimmed(text, len);
  if (begin < end && *begin == '+') {
    begin++;
    if (begin < end && *begin == '-') return false;
  }
  auto result = std::from_chars(begin, end, *value);
  return result.ec == std::errc() && result.ptr == end;
}

extern "C" bool cs_num_is_json(const char *text, size_t len) {
  const char *at = text, *end = text + len;
  if (at < end && *at == '-') at++;
  const char *whole = skip_digits(at, end);
  if (whole == at || (*at == '0' && whole - at > 1)) return false;
  at = whole;
  if (at < end && *at == '.') {
    const char *fraction = skip_digits(++at, end);
    if (fraction == at) return false;
    at = fraction;
  }
  return is_exponent_or_nothing(at, end);
}

static size_t terminated(char *text, const char *end) {
  size_t len = static_cast<size_t>(end - text);
  text[len] = '\0';
  return len;
}

extern "C" size_t cs_num_shortest(double value, char text[CS_NUM_TEXT]) {
  if (value == 0) value = 0; /* -0 */
  return terminated(text, std::to_chars(text, text + CS_NUM_TEXT - 1, value).ptr);
}

/* value as a whole number, |value| < 10^16. */
extern "C" size_t cs_num_print_integer(int64_t value, char text[CS_NUM_TEXT]) {
  char *out = text;
  *out = '-';
  out += value < 0;
  uint64_t size = static_cast<uint64_t>(value < 0 ? -value : value);
  if (size >= 100000000) {
    uint64_t front = size / 100000000;
    out += cs_num_print_integer(static_cast<int64_t>(front), out);
    put_figures(out, eight_figures(size - front * 100000000));
    return terminated(text, out + 8);
  }
  uint64_t figures = eight_figures(size);
  int zeros = __builtin_ctzll(figures | uint64_t{1} << 56) / 8; /* in front; the last figure stays */
  put_figures(out, figures >> 8 * zeros);
  return terminated(text, out + 8 - zeros);
}

/* digit[0].digit[1]... x 10^exponent, the digits before the point first. Copies more than there is, into the room that any
 * number has. */
static char *layout(char *out, const Digits &form) {
  const char *digit = form.digit;
  int whole = form.exponent + 1; /* digits before the point */
  if (whole <= 0) {
    std::memcpy(out, "0.000000", 8);
    std::memcpy(out + 2 - whole, digit, FIGURES + 8);
    return out + 2 - whole + form.count;
  }
  std::memcpy(out, digit, FIGURES);
  if (form.count <= whole) return out + whole;
  out[whole] = '.';
  std::memcpy(out + whole + 1, digit + whole, FIGURES);
  return out + 1 + form.count;
}

static char *layout_with_exponent(char *out, const Digits &form) {
  *out++ = form.digit[0];
  if (form.count > 1) {
    *out++ = '.';
    std::memcpy(out, form.digit + 1, static_cast<size_t>(form.count - 1));
    out += form.count - 1;
  }
  *out++ = 'e';
  return std::to_chars(out, out + 5, form.exponent).ptr;
}

/* Laid out by hand, as to_chars' %g form would switch to exponents at other places. */
extern "C" size_t cs_num_print(double value, int digits, char text[CS_NUM_TEXT]) {
  if (value == 0) {
    std::memcpy(text, "0", 2);
    return 1;
  }
  Digits form;
  double size = std::fabs(value);
  if (!quick_digits(size, digits, form)) exact_digits(size, digits, form);
  char *out = text;
  *out = '-';
  out += value < 0;
  bool plain = form.exponent >= -5 && form.exponent < FIGURES;
  return terminated(text, plain ? layout(out, form) : layout_with_exponent(out, form));
}
