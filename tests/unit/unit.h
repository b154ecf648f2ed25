/* unit.h - the smallest harness for unit tests in C: each file of tests/unit is a program that prints TAP.
 *
 *   TEST("map: an added key is found again") { ... CHECK(index == 0); CHECK_NEAR(x, 1.5, 1e-12); }
 *
 * inside  int main(void) { UNIT_BEGIN; TEST(...) {...} ... UNIT_END; }
 */
#ifndef CS_TESTS_UNIT_H
#define CS_TESTS_UNIT_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int unit_count, unit_failed;
static bool unit_ok;
static const char *unit_name;

static inline bool unit_next(const char *name) {
  if (unit_name) {
    printf("%sok %d - %s\n", unit_ok ? "" : "not ", ++unit_count, unit_name);
    unit_failed += !unit_ok;
  }
  unit_name = name;
  unit_ok = true;
  return name != NULL;
}

static inline void unit_fail(const char *file, int line, const char *what) {
  printf("# %s:%d: %s\n", file, line, what);
  unit_ok = false;
}

#define UNIT_BEGIN setvbuf(stdout, NULL, _IOLBF, 0)
#define UNIT_END                                                                                             \
  unit_next(NULL);                                                                                           \
  printf("1..%d\n", unit_count);                                                                             \
  return unit_failed != 0
#define TEST(name) if (unit_next(name))
#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    if (!(condition)) unit_fail(__FILE__, __LINE__, #condition);                                             \
  } while (0)
#define CHECK_NEAR(value, expected, tolerance)                                                               \
  do {                                                                                                       \
    double unit_value_ = (value), unit_expected_ = (expected);                                               \
    if (!(fabs(unit_value_ - unit_expected_) <= (tolerance))) {                                              \
      char unit_text_[256];                                                                                  \
      snprintf(unit_text_, sizeof unit_text_, "%s is %.17g, expected %.17g", #value, unit_value_,            \
               unit_expected_);                                                                              \
      unit_fail(__FILE__, __LINE__, unit_text_);                                                             \
    }                                                                                                        \
  } while (0)
#define CHECK_TEXT(value, expected)                                                                          \
  do {                                                                                                       \
    const char *unit_value_ = (value), *unit_expected_ = (expected);                                         \
    if (strcmp(unit_value_, unit_expected_) != 0) {                                                          \
      char unit_text_[2048];                                                                                 \
      snprintf(unit_text_, sizeof unit_text_, "%s is '%s', expected '%s'", #value, unit_value_,              \
               unit_expected_);                                                                              \
      unit_fail(__FILE__, __LINE__, unit_text_);                                                             \
    }                                                                                                        \
  } while (0)

#endif
