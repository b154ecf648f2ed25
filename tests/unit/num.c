#include "base/num.h"

#include "base/rng.h"

#include "unit.h"

#include <ctype.h>
#include <float.h>
#include <locale.h>
#include <stdlib.h>

static bool parses(const char *text, double *value) {
  return cs_num_parse(text, strlen(text), '.', value);
}

static bool refuses(const char *text) {
  double value;
  return !parses(text, &value);
}

static void check_value(const char *text, double expected) {
  double value = -77;
  CHECK(parses(text, &value));
  CHECK(memcmp(&value, &expected, sizeof value) == 0);
}

static void test_parse(void) {
  TEST("num: the usual forms are read") {
    check_value("0", 0);
    check_value("-0", -0.0);
    check_value("+7", 7);
    check_value(" \t12.50\t ", 12.5);
    check_value(".5", 0.5);
    check_value("5.", 5);
    check_value("007", 7);
    check_value("1e3", 1000);
    check_value("1.5E-3", 0.0015);
    check_value("-1e+2", -100);
  }
  TEST("num: what isn't a plain number is refused") {
    static const char *const bad[] = {"",           " ",        ".",     "-",     "+",   "e5",    "1e",
                                      "1e+",        "1 2",      "--1",   "+-1",   "-+1", "1.2.3", "1,5",
                                      "0x10",       "inf",      "-inf",  "nan",   "NaN", "1f",    "1_0",
                                      "\xc2\xa0 1", "infinity", "1e5.0", "12abc", "$1",  "1\n",   "- 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(refuses(bad[i]));
    double value;
    CHECK(!cs_num_parse("1\0", 2, '.', &value));
  }
  TEST("num: rounding is to the nearest double, ties to even") {
    check_value("9007199254740993", 9007199254740992.0);
    check_value("9007199254740993.0000000000000000000000000000000000001", 9007199254740994.0);
    check_value("2.2250738585072011e-308", 2.2250738585072011e-308);
    check_value("1.00000000000000011102230246251565404236316680908203125", 1.0);
    check_value("1.00000000000000011102230246251565404236316680908203126", 1.0000000000000002);
  }
  TEST("num: overflow is refused, underflow is zero") {
    check_value("1.7976931348623157e308", DBL_MAX);
    check_value("1.7976931348623158e308", DBL_MAX);
    CHECK(refuses("1.7976931348623159e308"));
    CHECK(refuses("1e309"));
    CHECK(refuses("-1e99999999999999999999"));
    CHECK(refuses("12345e9223372036854775807"));
    CHECK(refuses("0.00001e9223372036854775807"));
    check_value("4.9406564584124654e-324", 4.9406564584124654e-324);
    check_value("2.4703282292062328e-324", 4.9406564584124654e-324);
    check_value("2.4703282292062327e-324", 0);
    check_value("-1e-400", -0.0);
    check_value("1e-99999999999999999999", 0);
    check_value("123456789e-9223372036854775808", 0);
    check_value("0e99999999999999999999", 0);
    check_value("0.0e-5", 0);
  }
  TEST("num: a decimal comma takes the place of the point") {
    double value = 0;
    CHECK(cs_num_parse("1,5", 3, ',', &value) && value == 1.5);
    CHECK(cs_num_parse("-,5e1", 5, ',', &value) && value == -5);
    CHECK(!cs_num_parse("1.5", 3, ',', &value));
    CHECK(!cs_num_parse("1.000,5", 7, ',', &value));
    CHECK(!cs_num_parse("1,0,5", 5, ',', &value));
    char text[400] = "0,";
    memset(text + 2, '3', 300);
    CHECK(cs_num_parse(text, 302, ',', &value) && value == 1.0 / 3);
  }
  TEST("num: integers are read within 64 bits") {
    int64_t value = 0;
    CHECK(cs_num_parse_integer(" +42 ", 5, &value) && value == 42);
    CHECK(cs_num_parse_integer("-9223372036854775808", 20, &value) && value == INT64_MIN);
    CHECK(!cs_num_parse_integer("9223372036854775808", 19, &value));
    CHECK(!cs_num_parse_integer("1.0", 3, &value) && !cs_num_parse_integer("", 0, &value));
    CHECK(!cs_num_parse_integer("+-1", 3, &value) && !cs_num_parse_integer("1e3", 3, &value));
  }
  TEST("num: the grammar of JSON numbers") {
    static const char *const good[] = {"0", "-0", "10", "0.5", "1e5", "1E+5", "-1.25e-7"};
    static const char *const bad[] = {"",    "-",  "01", "1.", ".5",  "+1",  "1e",
                                      "1e+", " 1", "1 ", "00", "-01", "0x1", "NaN"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK(cs_num_is_json(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!cs_num_is_json(bad[i], strlen(bad[i])));
  }
}

static void check_print(double value, int digits, const char *expected) {
  char text[CS_NUM_TEXT];
  size_t len = cs_num_print(value, digits, text);
  CHECK_TEXT(text, expected);
  CHECK(len == strlen(expected));
}

static void test_print(void) {
  TEST("num: printing drops trailing zeros and rounds exactly") {
    check_print(0, 15, "0");
    check_print(-0.0, 15, "0");
    check_print(1.5, 15, "1.5");
    check_print(0.1 + 0.2, 15, "0.3");
    check_print(100, 9, "100");
    check_print(-1234.5678, 6, "-1234.57");
    check_print(2.675, 3, "2.67");
    check_print(0.125, 2, "0.12");
    check_print(1.0 / 3, 9, "0.333333333");
    check_print(999999.9999999999, 9, "1000000");
    check_print(9.9999999996, 9, "10");
    check_print(5, 1, "5");
  }
  TEST("num: the exponent form begins below 1e-5 and from 1e16") {
    check_print(0.00001, 15, "0.00001");
    check_print(0.0000123, 15, "0.0000123");
    check_print(0.00000999, 15, "9.99e-6");
    check_print(0.0000099999999999, 9, "0.00001");
    check_print(9999999999999998.0, 17, "9999999999999998");
    check_print(9999999999999998.0, 15, "1e16");
    check_print(1e16, 15, "1e16");
    check_print(1e15, 9, "1000000000000000");
    check_print(123456789012345.0, 9, "123456789000000");
    check_print(DBL_MAX, 17, "1.7976931348623157e308");
    check_print(-DBL_MIN, 17, "-2.2250738585072014e-308");
    check_print(4.9406564584124654e-324, 15, "4.94065645841247e-324");
  }
  TEST("num: the shortest text") {
    char text[CS_NUM_TEXT];
    CHECK(cs_num_shortest(0.1, text) == 3);
    CHECK_TEXT(text, "0.1");
    cs_num_shortest(-0.0, text);
    CHECK_TEXT(text, "0");
    cs_num_shortest(0.1 + 0.2, text);
    CHECK_TEXT(text, "0.30000000000000004");
    cs_num_shortest(-4.9406564584124654e-324, text);
    CHECK_TEXT(text, "-5e-324");
  }
}

/* Significant digits of a printed number, without zeros in front and behind. */
static void digits_of(const char *text, char *digits) {
  size_t count = 0;
  for (; *text && *text != 'e'; text++)
    if (isdigit((unsigned char)*text) && (count || *text != '0')) digits[count++] = *text;
  while (count && digits[count - 1] == '0') count--;
  digits[count] = '\0';
}

static double random_double(struct cs_rng *rng) {
  double value;
  do {
    uint64_t bits = cs_rng_bits(rng);
    if (cs_rng_below(rng, 8) == 0) bits &= 0x800fffffffffffffu; /* subnormal */
    memcpy(&value, &bits, sizeof value);
    int power = (int)cs_rng_below(rng, 24) - 8;
    switch (cs_rng_below(rng, 6)) {
    case 0: value = (double)(int64_t)cs_rng_below(rng, 100000000) / 100; break;
    case 1: value = ((double)cs_rng_below(rng, 100000000000) + 0.5) * pow(10, power - 8); break; /* ties */
    case 2: value = pow(10, power) * (1 + ((double)cs_rng_below(rng, 9) - 4) * 1e-16 * pow(4, power)); break;
    case 3: value = cs_rng_uniform(rng) * pow(10, power); break;
    default: break;
    }
  } while (!isfinite(value));
  return value;
}

/* The digits of %e, and the same number. */
static bool prints_as_printf(double value, int precision) {
  char text[CS_NUM_TEXT], form[64], digits[64], expected[64];
  size_t len = cs_num_print(value, precision, text);
  snprintf(form, sizeof form, "%.*e", precision - 1, value);
  digits_of(text, digits);
  digits_of(form, expected);
  if (len == strlen(text) && strcmp(digits, expected) == 0 && strtod(text, NULL) == strtod(form, NULL))
    return true;
  printf("# %s for %s\n", text, form);
  return false;
}

static const char *power_text(int power) {
  static char text[16];
  snprintf(text, sizeof text, "1e%d", power);
  return text;
}

static void test_against_libc(void) {
  struct cs_rng rng;
  cs_rng_init(&rng, 1, 0);
  TEST("num: reading agrees with strtod on random doubles written with 1 to 30 digits") {
    for (int i = 0; i < 50000; i++) {
      char text[400];
      snprintf(text, sizeof text, "%.*g", 1 + (int)cs_rng_below(&rng, 30), random_double(&rng));
      double expected = strtod(text, NULL), value = 0;
      bool good = parses(text, &value);
      CHECK(good == (bool)isfinite(expected));
      if (good) CHECK(memcmp(&value, &expected, sizeof value) == 0);
    }
  }
  TEST("num: short texts are read as all others, or left to those who read all") {
    static const char byte[] = "0123456789.,-+ e%\xc2";
    size_t read = 0;
    bool same = true;
    cs_rng_init(&rng, 7, 0);
    for (int i = 0; i < 400000 && same; i++) {
      char text[10], decimal = cs_rng_below(&rng, 4) ? '.' : ',';
      size_t len = cs_rng_below(&rng, sizeof text), kinds = cs_rng_below(&rng, 2) ? 11 : sizeof byte - 1;
      for (size_t at = 0; at < len; at++) text[at] = byte[cs_rng_below(&rng, kinds)];
      double quick, value;
      if (!cs_num_parse_short(text, len, decimal, &quick)) continue;
      read++;
      same = cs_num_parse(text, len, decimal, &value) && memcmp(&quick, &value, sizeof value) == 0;
    }
    CHECK(same && read > 10000);
    double value;
    CHECK(cs_num_parse_short("12345.67", 8, '.', &value) && value == 12345.67);
    CHECK(cs_num_parse_short("7", 1, '.', &value) && value == 7);
    CHECK(!cs_num_parse_short("", 0, '.', &value) && !cs_num_parse_short(".", 1, '.', &value));
  }
  TEST("num: texts of up to sixteen bytes and a sign are read as all others, or left to those who read all") {
    static const char byte[] = "0123456789.,-+ e%\xc2";
    size_t read = 0, longest = 0;
    bool same = true;
    cs_rng_init(&rng, 9, 0);
    for (int i = 0; i < 1000000 && same; i++) {
      char text[20 + CS_NUM_PADDED], decimal = cs_rng_below(&rng, 4) ? '.' : ',';
      size_t len = cs_rng_below(&rng, 20), kinds = cs_rng_below(&rng, 2) ? 11 : sizeof byte - 1;
      for (size_t at = 0; at < sizeof text; at++) text[at] = byte[cs_rng_below(&rng, kinds)];
      if (cs_rng_below(&rng, 2)) text[0] = '-';
      for (size_t at = 1; cs_rng_below(&rng, 2) && at < len; at++)
        if (text[at] == decimal) text[at] = '0'; /* one sign at most */
      if (len > 2 && cs_rng_below(&rng, 2)) text[1 + cs_rng_below(&rng, len - 1)] = decimal;
      double quick, value;
      if (!cs_num_parse_padded(text, len, decimal, &quick)) continue;
      read++;
      longest = len > longest ? len : longest;
      same = cs_num_parse(text, len, decimal, &value) && memcmp(&quick, &value, sizeof value) == 0;
    }
    CHECK(same && read > 30000 && longest == 17);
  }
  TEST("num: a number in the middle of others is read when it is short enough, and is no other") {
    static const struct {
      const char *text;
      double value; /* NaN: left to others */
    } cases[] = {{"7", 7},
                 {"-0", -0.0},
                 {"-12345678.9012345", -12345678.9012345},
                 {"9007199254740992", 9007199254740992.0},
                 {"9007199254740993", NAN},
                 {".5", 0.5},
                 {"5.", 5},
                 {"0.000000000000001", NAN},
                 {".000000000000001", 1e-15},
                 {"123456789012345.6", NAN},
                 {"12345678.5", 12345678.5},
                 {"1234567.5", 1234567.5},
                 {"1.2.3", NAN},
                 {"1.2345678.9", NAN},
                 {"", NAN},
                 {"-", NAN},
                 {".", NAN},
                 {"-.", NAN},
                 {"--1", NAN},
                 {"+1", NAN},
                 {"1e5", NAN},
                 {" 1", NAN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      char text[80] = "";
      double value = NAN;
      snprintf(text, sizeof text, "%s99999999999999999999", cases[i].text);
      bool read = cs_num_parse_padded(text, strlen(cases[i].text), '.', &value);
      CHECK(read == !isnan(cases[i].value));
      if (read) CHECK(value == cases[i].value && signbit(value) == signbit(cases[i].value));
    }
  }
  TEST("num: money, what is near it, and quotients of it are printed as printf's digits") {
    bool same = true;
    cs_rng_init(&rng, 8, 0);
    for (int i = 0; i < 1500000 && same; i++) {
      double cents = (double)cs_rng_below(&rng, (uint64_t)1 << (1 + cs_rng_below(&rng, 49))) / 100,
             value = cents;
      if (i % 3 == 0) value = nextafter(cents, i % 2 ? 0 : 1e20);
      if (i % 3 == 1) value = cents / (double)(1 + cs_rng_below(&rng, 50));
      same = prints_as_printf(value, CS_NUM_QUANTITY) && prints_as_printf(value, CS_NUM_RATIO);
    }
    CHECK(same);
  }
  TEST("num: halves of the last digit, and what is next to them, are rounded as printf does") {
    bool same = true;
    cs_rng_init(&rng, 9, 0);
    for (int i = 0; i < 500000 && same; i++) {
      int digits = 1 + (int)cs_rng_below(&rng, 15);
      double half = floor(cs_rng_uniform(&rng) * pow(10, digits)) + 0.5;
      half *= pow(2, (double)cs_rng_below(&rng, 21) - 10) * pow(10, (double)cs_rng_below(&rng, 17) - 8);
      double value = i % 3 == 0 ? half : nextafter(half, i % 3 == 1 ? 0 : 1e300);
      same = prints_as_printf(value, digits);
    }
    CHECK(same);
  }
  TEST("num: powers of ten and their neighbours, for any number of digits") {
    bool same = true;
    for (int power = -310; power < 309; power++) {
      double value = strtod(power_text(power), NULL), near = value, above = value;
      for (int step = 0; step < 4; step++) {
        for (int digits = 1; digits <= 17; digits++)
          same = same && prints_as_printf(near, digits) && prints_as_printf(above, digits);
        near = nextafter(near, 0);
        above = nextafter(above, DBL_MAX);
      }
    }
    CHECK(same);
  }
  TEST("num: whole numbers are printed as printf does") {
    bool same = true;
    cs_rng_init(&rng, 10, 0);
    for (int i = 0; i < 500000 && same; i++) {
      int64_t value = (int64_t)cs_rng_below(&rng, (uint64_t)1 << (1 + cs_rng_below(&rng, 53)));
      if (i < 100000) value = i;
      if (i % 5 == 0) value = -value;
      char text[CS_NUM_TEXT], want[64];
      size_t len = cs_num_print_integer(value, text);
      snprintf(want, sizeof want, "%lld", (long long)value);
      same = strcmp(text, want) == 0 && len == strlen(want);
    }
    static const int64_t edge[] = {0, 9, 10, 99999999, 100000000, 9999999999999999, -99999999, -100000000};
    for (size_t i = 0; i < sizeof edge / sizeof *edge && same; i++) {
      char text[CS_NUM_TEXT];
      cs_num_print_integer(edge[i], text);
      same = strtoll(text, NULL, 10) == edge[i];
    }
    CHECK(same);
  }
  TEST("num: the whole decimal expansion of a double reads back to it") {
    for (int i = 0; i < 2000; i++) {
      char text[1200];
      double below = fabs(random_double(&rng));
      if (below > 1e300) continue;
      snprintf(text, sizeof text, "%.1100f", below);
      double value = 0;
      CHECK(parses(text, &value) && value == below);
    }
  }
  TEST("num: printing agrees with printf's digits") {
    for (int i = 0; i < 50000; i++) {
      double value = random_double(&rng);
      int precision = 1 + (int)cs_rng_below(&rng, 17);
      char text[CS_NUM_TEXT];
      CHECK(prints_as_printf(value, precision));
      cs_num_print(value, precision, text);
      CHECK(cs_num_is_json(text, strlen(text)));
    }
  }
  TEST("num: the shortest text reads back to the same double") {
    for (int i = 0; i < 10000; i++) {
      double value = random_double(&rng), again;
      char text[CS_NUM_TEXT];
      size_t len = cs_num_shortest(value, text);
      CHECK(cs_num_is_json(text, len) && strtod(text, NULL) == value && parses(text, &again) &&
            again == value);
    }
  }
}

static void test_locale(void) {
  static const char *const comma[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
  TEST("num: the locale makes no difference") {
    for (size_t i = 0; i < sizeof comma / sizeof *comma; i++)
      if (setlocale(LC_ALL, comma[i])) break;
    check_value("1.5", 1.5);
    check_print(1.5, 15, "1.5");
    setlocale(LC_ALL, "C");
  }
}

int main(void) {
  UNIT_BEGIN;
  test_parse();
  test_print();
  test_against_libc();
  test_locale();
  UNIT_END;
}
