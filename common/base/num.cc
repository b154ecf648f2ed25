#include "base/num.h"

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

} // namespace

extern "C" bool cs_num_parse(const char *text, size_t len, char decimal, double *value) {
  auto [begin, end] = trimmed(text, len);
  if (begin < end && *begin == '+') {
    begin++;
    if (begin < end && *begin == '-') return false;
  }
  const char *at = begin < end && *begin == '-' ? begin + 1 : begin;
  const char *whole = skip_digits(at, end);
  size_t digits = static_cast<size_t>(whole - at);
  const char *point = nullptr;
  at = whole;
  if (at < end && *at == decimal) {
    point = at++;
    const char *fraction = skip_digits(at, end);
    digits += static_cast<size_t>(fraction - at);
    at = fraction;
  }
  if (digits == 0) return false;
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

/* Digits and decimal exponent from the scientific form; then laid out by hand, as to_chars' %g form would
 * switch to exponents at other places. */
extern "C" size_t cs_num_print(double value, int digits, char text[CS_NUM_TEXT]) {
  if (value == 0) {
    std::memcpy(text, "0", 2);
    return 1;
  }
  char form[CS_NUM_TEXT];
  char *end =
      std::to_chars(form, form + sizeof form, std::fabs(value), std::chars_format::scientific, digits - 1)
          .ptr;
  char *mark = end;
  while (*--mark != 'e') {
  }
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, exponent);
  char digit[CS_NUM_TEXT];
  int count = 0;
  for (const char *at = form; at < mark; at++)
    if (*at != '.') digit[count++] = *at;
  while (count > 1 && digit[count - 1] == '0') count--;

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
  for (int i = 0; i < count || i <= exponent; i++) {
    if (i == exponent + 1 && exponent >= 0) *out++ = '.';
    *out++ = i < count ? digit[i] : '0';
  }
  return terminated(text, out);
}
