/* Numbers: read as strtod reads what the grammar allows, printed so that they read back. */
#include "base/num.h"
#include "fuzz.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *digits(const char *at) {
  while (*at >= '0' && *at <= '9') at++;
  return at;
}

/* Behind the exponent at `at`, at itself where there is none, NULL where it is half one. */
static const char *exponent(const char *at) {
  if (*at != 'e' && *at != 'E') return at;
  at++;
  if (*at == '+' || *at == '-') at++;
  const char *end = digits(at);
  return end == at ? NULL : end;
}

/* The grammar of num.h, on a text with a point. */
static bool is_number(const char *at) {
  if (*at == '+' || *at == '-') at++;
  const char *whole = digits(at), *end = whole;
  size_t count = (size_t)(whole - at);
  if (*whole == '.') {
    end = digits(whole + 1);
    count += (size_t)(end - whole - 1);
  }
  end = count ? exponent(end) : NULL;
  return end && !*end;
}

/* RFC 8259, section 6. */
static bool is_json(const char *at) {
  if (*at == '-') at++;
  const char *end = digits(at);
  if (end == at || (*at == '0' && end - at > 1)) return false;
  if (*end == '.') {
    at = end + 1;
    end = digits(at);
    if (end == at) return false;
  }
  end = exponent(end);
  return end && !*end;
}

/* Blanks off, and the decimal sign made a point; false where a point stood for itself. */
static bool plain(struct cs_slice text, char decimal, char *out) {
  struct cs_slice core = cs_slice_trim(text);
  for (size_t i = 0; i < core.len; i++) {
    if (core.data[i] == '\0' || (core.data[i] == '.' && decimal != '.')) return false;
    out[i] = core.data[i] == decimal ? '.' : core.data[i];
  }
  out[core.len] = '\0';
  return true;
}

static bool reference(const char *text, double *value) {
  if (!is_number(text)) return false;
  *value = strtod(text, NULL);
  return isfinite(*value);
}

static void check_printed(double value) {
  char text[CS_NUM_TEXT], expected[64];
  double back;
  size_t len = cs_num_shortest(value, text);
  FUZZ_CHECK(len == strlen(text) && cs_num_parse(text, len, '.', &back) && back == value);
  FUZZ_CHECK(cs_num_is_json(text, len));
  for (int count = 1; count <= 17; count++) {
    len = cs_num_print(value, count, text);
    FUZZ_CHECK(len == strlen(text) && len < CS_NUM_TEXT && cs_num_is_json(text, len));
    snprintf(expected, sizeof expected, "%.*e", count - 1, value);
    if (strtod(text, NULL) != strtod(expected, NULL)) fuzz_stop("%s instead of %s", text, expected);
    FUZZ_CHECK(text[0] != '-' || strtod(text, NULL) != 0);
  }
}

static void check_integer(struct cs_slice text, const char *core) {
  int64_t value = 0;
  bool taken = cs_num_parse_integer(text.data, text.len, &value);
  const char *begin = core + (*core == '+' || *core == '-'), *end = digits(begin);
  errno = 0;
  long long expected = strtoll(core, NULL, 10);
  bool is = end > begin && !*end && errno == 0;
  FUZZ_CHECK(taken == is);
  if (is) FUZZ_CHECK(value == expected);
}

static void check_text(struct cs_slice text, char decimal) {
  char core[256];
  double value = 0, expected = 0;
  bool taken = cs_num_parse(text.data, text.len, decimal, &value);
  bool is = plain(text, decimal, core) && reference(core, &expected);
  if (taken != is) fuzz_stop("'%.*s' is %sa number", (int)text.len, text.data, is ? "" : "no ");
  if (is && (value != expected || signbit(value) != signbit(expected)))
    fuzz_stop("'%s' read as %.17g, not %.17g", core, value, expected);
  if (is) check_printed(value);
  if (decimal == '.' && plain(text, decimal, core)) check_integer(text, core);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct fuzz_input input = {data, size};
  char decimal = fuzz_choice(&input, 2) ? ',' : '.', core[256];
  struct cs_slice text = fuzz_rest(&input);
  double bits;
  if (text.len == sizeof bits) {
    memcpy(&bits, text.data, sizeof bits);
    if (isfinite(bits)) check_printed(bits);
  }
  if (text.len >= sizeof core) return 0;
  check_text(text, decimal);
  memcpy(core, text.data, text.len);
  core[text.len] = '\0';
  FUZZ_CHECK(cs_num_is_json(text.data, text.len) == (strlen(core) == text.len && is_json(core)));
  return 0;
}
