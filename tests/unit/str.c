#include "base/str.h"

#include "unit.h"

#include <stdint.h>

static bool globs(const char *text, const char *pattern) {
  return cs_slice_glob(cs_slice_of(text), cs_slice_of(pattern));
}

static size_t distance(const char *a, const char *b) {
  size_t there = cs_slice_distance(cs_slice_of(a), cs_slice_of(b));
  CHECK(there == cs_slice_distance(cs_slice_of(b), cs_slice_of(a)));
  return there;
}

static void test_str(void) {
  struct cs_str str = CS_STR_INIT;
  TEST("str: nothing added reads as the empty text") {
    CHECK_TEXT(cs_str_text(&str), "");
    cs_str_clear(&str);
    cs_str_add(&str, NULL, 0);
    CHECK(str.len == 0 && cs_str_text(&str)[0] == '\0');
  }
  TEST("str: additions of every kind stand in their order") {
    cs_str_add_text(&str, "ab");
    cs_str_add_byte(&str, '\0');
    cs_str_add(&str, "cde", 2);
    cs_str_add_format(&str, "%d-%s", 42, "x");
    CHECK(str.len == 9 && memcmp(str.data, "ab\0cd42-x", 10) == 0);
  }
  TEST("str: what was cleared keeps nothing but its room") {
    size_t capacity = str.capacity;
    cs_str_clear(&str);
    CHECK(str.len == 0 && str.capacity == capacity);
    CHECK_TEXT(cs_str_text(&str), "");
  }
  TEST("str: many bytes, one at a time and in long formats") {
    for (int i = 0; i < 100000; i++) cs_str_add_byte(&str, (char)('a' + i % 26));
    cs_str_add_format(&str, "%*d", 5000, 7);
    CHECK(str.len == 105000 && str.data[99999] == 'a' + 99999 % 26 && str.data[104999] == '7' &&
          !str.data[105000]);
  }
  TEST("str: an absurd size fails once and for all, and is told") {
    struct cs_error err = CS_ERROR_INIT;
    CHECK(cs_str_reserve(&str, SIZE_MAX) == NULL && str.failed);
    cs_str_add_text(&str, "lost");
    CHECK(str.len == 105000);
    CHECK(cs_str_check(&str, "a text", &err) == CS_MEMORY);
    CHECK(strstr(err.text, "not enough memory for a text"));
  }
  TEST("str: what is made of a text that failed has failed too") {
    struct cs_str whole = CS_STR_INIT, part = CS_STR_INIT;
    cs_str_inherit(&whole, &part);
    CHECK(!whole.failed);
    cs_str_inherit(&whole, &str);
    CHECK(whole.failed && !part.failed);
    cs_str_release(&whole);
  }
  cs_str_release(&str);
  TEST("str: what was released can be used again") {
    CHECK(str.data == NULL && !str.failed);
    cs_str_add_text(&str, "again");
    CHECK_TEXT(cs_str_text(&str), "again");
  }
  cs_str_release(&str);
}

static void test_slices(void) {
  TEST("str: slices are compared byte for byte") {
    CHECK(cs_slice_is(cs_slice_of("abc"), "abc") && !cs_slice_is(cs_slice_of("abc"), "ab"));
    CHECK(!cs_slice_is(cs_slice_of("ab"), "abc") && cs_slice_is((struct cs_slice){NULL, 0}, ""));
    CHECK(!cs_slice_equal((struct cs_slice){"a\0b", 3}, (struct cs_slice){"a\0c", 3}));
  }
  TEST("str: trimming takes blanks and tabs at both ends alone") {
    CHECK(cs_slice_is(cs_slice_trim(cs_slice_of(" \ta b\t ")), "a b"));
    CHECK(cs_slice_trim(cs_slice_of(" \t ")).len == 0 && cs_slice_trim(cs_slice_of("")).len == 0);
    CHECK(cs_slice_is(cs_slice_trim(cs_slice_of("a\n")), "a\n"));
  }
  TEST("str: globs") {
    CHECK(globs("spend_a", "spend_*") && globs("spend_", "spend_*") && !globs("spend", "spend_*"));
    CHECK(globs("", "*") && globs("abc", "***") && globs("", "") && !globs("a", "") && !globs("", "?"));
    CHECK(globs("abc", "a?c") && !globs("ac", "a?c") && globs("a*c", "a*c") && globs("aXbXc", "a*b*c"));
    CHECK(globs("aab", "*ab") && globs("abab", "*ab") && !globs("aba", "*ab") &&
          globs("mississippi", "m*iss*pi"));
    CHECK(!globs("mississippi", "m*iss*pix") && !globs("Abc", "abc"));
  }
  TEST("str: a glob of many stars ends in time") {
    char text[2001], pattern[41];
    memset(text, 'a', 2000);
    text[2000] = '\0';
    for (int i = 0; i < 40; i += 2) memcpy(pattern + i, "a*", 2);
    pattern[39] = 'b';
    pattern[40] = '\0';
    CHECK(!globs(text, pattern));
  }
  TEST("str: the distance counts one for an insertion, a removal, a change, a swap") {
    CHECK(distance("", "") == 0 && distance("abc", "abc") == 0 && distance("abc", "ABC") == 0);
    CHECK(distance("", "abc") == 3 && distance("abc", "abd") == 1 && distance("abc", "ab") == 1);
    CHECK(distance("ab", "ba") == 1 && distance("abcd", "acbd") == 1 && distance("ca", "abc") == 3);
    CHECK(distance("totl_spent", "total_spent") == 1 && distance("kitten", "sitting") == 3);
  }
  TEST("str: long names are compared by their first 64 bytes") {
    char a[200], b[200];
    memset(a, 'a', sizeof a);
    memset(b, 'a', sizeof b);
    a[199] = b[199] = '\0';
    b[70] = 'x';
    CHECK(distance(a, b) == 0);
    b[10] = 'x';
    CHECK(distance(a, b) == 1);
  }
}

static void test_errors(void) {
  struct cs_error err = CS_ERROR_INIT;
  TEST("error: the status is returned and the text filled, control bytes replaced") {
    CHECK(cs_fail(&err, CS_DATA, "%s:%d: %s", "f", 3, "a\033[1m\tb\n") == CS_DATA && err.status == CS_DATA);
    CHECK_TEXT(err.text, "f:3: a?[1m?b?");
    CHECK(cs_fail(NULL, CS_USAGE, "x") == CS_USAGE);
  }
  TEST("error: a text that is too long is cut") {
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CHECK(cs_fail(&err, CS_DATA, "%s", text) == CS_DATA && strlen(err.text) == sizeof err.text - 1);
  }
}

int main(void) {
  UNIT_BEGIN;
  test_str();
  test_slices();
  test_errors();
  UNIT_END;
}
