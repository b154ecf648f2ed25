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

/* Significant digits of a number: 0.digits x 10^(exponent + 1). */
struct Digits {
  char digit[CS_NUM_TEXT];
  int count = 0;
  int exponent = 0;
};

/* The digits of a whole number, the zeros behind them dropped. Returns how many there were with these. */
int put_digits(uint64_t whole, Digits &out) {
  int all = static_cast<int>(std::to_chars(out.digit, out.digit + sizeof out.digit, whole).ptr - out.digit);
  for (out.count = all; out.count > 1 && out.digit[out.count - 1] == '0';) out.count--;
  return all;
}

/* Whole hundredths, as money is: the decimal that reads back to the value, so that no other of as many digits is nearer. */
bool hundredths(double value, int digits, Digits &out) {
  double scaled = value * 100;
  if (digits != CS_NUM_QUANTITY || !(scaled < 1e15)) return false;
  uint64_t whole = static_cast<uint64_t>(scaled + 0.5);
  if (static_cast<double>(whole) / 100 != value || whole == 0) return false;
  out.exponent = put_digits(whole, out) - 3;
  return true;
}

/* By one multiplication or division with an exact power of ten: false where its rounding could change a digit. value is
 * above 0. */
bool quick_digits(double value, int digits, Digits &out) {
  if (digits > 15 || !(value >= 1e-7 && value < 1e22)) return false;
  int binary;
  std::frexp(value, &binary);
  int exponent = (binary - 1) * 1233 >> 12; /* log10 2 is 0.30103: at most one too small */
  double scaled = 0;
  for (int tries = 0; tries < 2; tries++) {
    int shift = digits - 1 - exponent;
    if (shift > exact_powers || shift < -exact_powers) return false;
    scaled = shift >= 0 ? value * power_of_ten[shift] : value / power_of_ten[-shift];
    if (scaled < power_of_ten[digits]) break;
    exponent++;
  }
  if (scaled < power_of_ten[digits - 1] || scaled >= power_of_ten[digits]) return false;
  uint64_t whole = static_cast<uint64_t>(scaled);
  double rest = scaled - static_cast<double>(whole);
  if (std::fabs(rest - 0.5) <= scaled * 0x1p-52) return false;
  whole += rest > 0.5;
  /* Rounded up to the next power of ten, it has a digit more. */
  out.exponent = exponent + put_digits(whole, out) - digits;
  return true;
}

void exact_digits(double value, int digits, Digits &out) {
  char form[CS_NUM_TEXT];
  char *end = std::to_chars(form, form + sizeof form, value, std::chars_format::scientific, digits - 1).ptr;
  char *mark = end;
  while (*--mark != 'e') {
  }
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, out.exponent);
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

/* Laid out by hand, as to_chars' %g form would switch to exponents at other places. */
extern "C" size_t cs_num_print(double value, int digits, char text[CS_NUM_TEXT]) {
  if (value == 0) {
    std::memcpy(text, "0", 2);
    return 1;
  }
  Digits form;
  double size = std::fabs(value);
  if (!hundredths(size, digits, form) && !quick_digits(size, digits, form)) exact_digits(size, digits, form);
  const char *digit = form.digit;
  int count = form.count, exponent = form.exponent;

  char *out = text;
  if (value < 0) *out++ = '-';
  if (exponent < -5 || exponent >= 16) {
    *out++ = digit[0];
    if (count > 1) {
      *out++ = '.';
      std::memcpy(out, digit + 1, static_cast<size_t>(count - 1));
      out += count - 1;
    }
    *out++ = 'e';
    return terminated(text, std::to_chars(out, text + CS_NUM_TEXT - 1, exponent).ptr);
  }
  if (exponent < 0) {
    *out++ = '0';
    *out++ = '.';
    for (int i = -1; i > exponent; i--) *out++ = '0';
  }
  int whole = exponent < 0 ? count : std::min(exponent + 1, count); /* digits before the point */
  for (int i = 0; i < whole; i++) *out++ = digit[i];
  for (int i = count; i <= exponent; i++) *out++ = '0';
  if (whole < count) *out++ = '.';
  for (int i = whole; i < count; i++) *out++ = digit[i];
  return terminated(text, out);
}
