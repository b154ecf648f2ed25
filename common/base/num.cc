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
constexpr size_t digits_of_64_bits = 19; /* that always fit */
constexpr uint64_t exact_integers = uint64_t{1} << 53;

enum { FIGURES = 16 }; /* that two words hold */

/* Up to 17 significant digits of a number, zeros behind them: d.ddd x 10^exponent. */
struct Digits {
  uint64_t front, back; /* sixteen figures, the first in the lowest byte of front */
  char last;            /* the seventeenth, as text */
  int count;            /* without the zeros behind */
  int exponent;
};

/* number < 10^8 as eight figures, the first in the lowest byte: halves, pairs and single figures are divided side by side
 * (after P. Khuong, "How to print integers really fast"); q + (n - d q) << k is n << k less a multiple of q. */
inline uint64_t eight_figures(uint32_t number) {
  uint64_t part = number / 10000;
  uint64_t four = (static_cast<uint64_t>(number) << 32) - part * ((uint64_t{10000} << 32) - 1);
  part = four * 10486 >> 20 & 0x0000007f0000007f;
  uint64_t two = (four << 16) - part * ((100 << 16) - 1);
  part = two * 103 >> 10 & 0x000f000f000f000f;
  return (two << 8) - part * ((10 << 8) - 1);
}

/* number < 10^4 as four. */
inline uint32_t four_figures(uint32_t number) {
  uint32_t part = number * 10486 >> 20;
  uint32_t two = (number << 16) - part * ((100 << 16) - 1);
  part = two * 103 >> 10 & 0x000f000f;
  return (two << 8) - part * ((10 << 8) - 1);
}

/* As text, the first figure first. */
inline void put_figures(char *out, uint64_t figures) {
  figures |= 0x3030303030303030;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  figures = __builtin_bswap64(figures);
#endif
  std::memcpy(out, &figures, sizeof figures);
}

/* The zeros behind the last figure that is none; not all are. Counted from below, which older processors do faster. */
inline int zeros_behind(uint64_t figures) {
  return __builtin_ctzll(__builtin_bswap64(figures)) / 8;
}

constexpr uint64_t whole_power[] = {1,
                                    10,
                                    100,
                                    1000,
                                    10000,
                                    100000,
                                    1000000,
                                    10000000,
                                    100000000,
                                    1000000000,
                                    10000000000,
                                    100000000000,
                                    1000000000000,
                                    10000000000000,
                                    100000000000000,
                                    1000000000000000};

/* The digits of a whole number above 0 that has `digits` of them. */
inline void put_digits(uint64_t whole, int digits, Digits &out) {
  whole *= whole_power[FIGURES - digits];
  uint32_t front = static_cast<uint32_t>(whole / whole_power[8]);
  uint32_t back = static_cast<uint32_t>(whole - whole_power[8] * front);
  out.front = eight_figures(front);
  out.back = back ? eight_figures(back) : 0;
  out.count = back ? FIGURES - zeros_behind(out.back) : FIGURES / 2 - zeros_behind(out.front);
}

/* 10^(i - 5), as near as doubles are. */
constexpr double power_from_5[] = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0,  1e1,  1e2,  1e3,  1e4, 1e5,
                                   1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr double quick_least = power_from_5[0], quick_most = 1e15;

/* The power of ten of the first digit. A power of ten that is no double is taken for what it is near to, never another. */
inline int exponent_of(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  int binary = static_cast<int>(bits >> 52) - 1023;
  int exponent = binary * 1233 >> 12; /* log10 2 is 0.30103: at most one too small */
  return exponent + (value >= power_from_5[exponent + 6]);
}

/* The whole number that value x 10^shift, which is near to half a unit, is rounded to; -1 when it is half a unit. */
[[gnu::noinline, gnu::cold]] int64_t beside_half(double value, int shift, double scaled) {
  int64_t whole = static_cast<int64_t>(scaled);
  double rest = scaled - static_cast<double>(whole);
  if (rest != 0.5) return whole + (rest > 0.5);
  double power = power_of_ten[shift < 0 ? -shift : shift];
  double error = shift < 0 ? std::fma(-scaled, power, value) : std::fma(value, power, -scaled);
  return error == 0 ? -1 : whole + (error > 0);
}

/* One multiplication or division with an exact power of ten is rounded to a double, but never past another double: only
 * what becomes half a unit isn't told by it, and there the error of the rounding tells. False for halves; quick_least <=
 * value < quick_most, and at most 15 digits. */
inline bool quick_digits(double value, int digits, Digits &out) {
  out.exponent = exponent_of(value);
  int shift = digits - 1 - out.exponent;
  double scaled = shift < 0 ? value / power_of_ten[-shift] : value * power_of_ten[shift];
  double above = scaled + 0.5; /* rounded up to a whole number at most where that is right */
  int64_t whole = static_cast<int64_t>(above);
  if (static_cast<double>(whole) == above && (whole = beside_half(value, shift, scaled)) < 0) return false;
  if (static_cast<uint64_t>(whole) == whole_power[digits]) { /* rounded up to a digit more */
    whole = digits = 1;
    out.exponent++;
  }
  put_digits(static_cast<uint64_t>(whole), digits, out);
  return true;
}

void exact_digits(double value, int digits, Digits &out) {
  char form[CS_NUM_TEXT], digit[FIGURES + 2] = {};
  char *end = std::to_chars(form, form + sizeof form, value, std::chars_format::scientific, digits - 1).ptr;
  char *mark = end;
  while (*--mark != 'e') {
  }
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, out.exponent);
  int count = 0;
  for (const char *at = form; at < mark; at++)
    if (*at != '.') digit[count++] = *at;
  while (count > 1 && digit[count - 1] == '0') count--;
  out.front = out.back = 0;
  for (int i = 0; i < 8; i++) {
    out.front |= static_cast<uint64_t>(digit[i] & 15) << 8 * i;
    out.back |= static_cast<uint64_t>(digit[i + 8] & 15) << 8 * i;
  }
  out.last = digit[FIGURES];
  out.count = count;
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

extern "C" size_t cs_num_print_integer(int64_t value, char text[CS_NUM_TEXT]) {
  char *out = text;
  *out = '-';
  out += value < 0;
  uint64_t size = static_cast<uint64_t>(value < 0 ? -value : value);
  if (size >= whole_power[8]) {
    uint64_t front = size / whole_power[8];
    out += cs_num_print_integer(static_cast<int64_t>(front), out);
    put_figures(out, eight_figures(static_cast<uint32_t>(size - front * whole_power[8])));
    return terminated(text, out + 8);
  }
  uint32_t number = static_cast<uint32_t>(size);
  uint64_t figures = number < 10000 ? uint64_t{four_figures(number)} << 32 : eight_figures(number);
  int zeros = __builtin_ctzll(figures | uint64_t{1} << 56) / 8; /* in front; the last figure stays */
  put_figures(out, figures >> 8 * zeros);
  return terminated(text, out + 8 - zeros);
}

/* The digits before the point, the point, the digits behind it, exponent -5 to 15. Copies more than there is, into the room
 * that any number has. */
static inline char *layout(char *out, const Digits &form) {
  int whole = form.exponent + 1; /* digits before the point */
  if (whole <= 0) {
    put_figures(out, 0);
    out[1] = '.';
    out += 2 - whole;
    put_figures(out, form.front);
    put_figures(out + 8, form.back);
    return out + form.count;
  }
  put_figures(out, form.front);
  put_figures(out + 8, form.back);
  if (form.count <= whole) return out + whole;
  out[whole] = '.';
  if (whole < 8) {
    put_figures(out + whole + 1, form.front >> 8 * whole | form.back << (64 - 8 * whole));
    put_figures(out + whole + 9, form.back >> 8 * whole);
  } else if (whole < FIGURES) {
    put_figures(out + whole + 1, form.back >> 8 * (whole - 8));
  }
  return out + 1 + form.count;
}

static char *layout_with_exponent(char *out, const Digits &form) {
  put_figures(out + 1, form.front);
  put_figures(out + 9, form.back);
  out[1 + FIGURES] = form.last;
  out[0] = out[1];
  out[1] = '.';
  out += form.count > 1 ? 1 + form.count : 1;
  *out++ = 'e';
  return std::to_chars(out, out + 5, form.exponent).ptr;
}

/* Laid out by hand, as to_chars' %g form would switch to exponents at other places. */
[[gnu::noinline]] static size_t print_exactly(double value, int digits, char text[CS_NUM_TEXT]) {
  Digits form = {};
  char *out = text;
  if (value == 0) {
    std::memcpy(text, "0", 2);
    return 1;
  }
  exact_digits(std::fabs(value), digits, form);
  *out = '-';
  out += value < 0;
  if (form.exponent < -5 || form.exponent >= FIGURES)
    return terminated(text, layout_with_exponent(out, form));
  out = layout(out, form);
  if (form.count > FIGURES) out[-1] = form.last;
  return terminated(text, out);
}

extern "C" size_t cs_num_print(double value, int digits, char text[CS_NUM_TEXT]) {
  Digits form;
  double size = std::fabs(value);
  if (digits > 15 || !(size >= quick_least && size < quick_most) || !quick_digits(size, digits, form))
    return print_exactly(value, digits, text);
  *text = '-';
  return terminated(text, layout(text + (value < 0), form));
}
