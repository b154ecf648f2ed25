#include "base/str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISTANCE_MAX = 64 };

void cs_str_release(struct cs_str *str) {
  free(str->data);
  *str = (struct cs_str)CS_STR_INIT;
}

void cs_str_clear(struct cs_str *str) {
  str->len = 0;
  if (str->data) str->data[0] = '\0';
}

char *cs_str_reserve_grow(struct cs_str *str, size_t more) {
  if (str->failed) return NULL;
  if (more > SIZE_MAX / 4 || str->len > SIZE_MAX / 4) {
    str->failed = true;
    return NULL;
  }
  size_t need = str->len + more + 1;
  if (need > str->capacity) {
    size_t want = str->capacity + str->capacity / 2;
    if (want < need) want = need;
    if (want < 64) want = 64;
    char *grown = realloc(str->data, want);
    if (!grown) {
      str->failed = true;
      return NULL;
    }
    str->data = grown;
    str->capacity = want;
  }
  return str->data + str->len;
}

void cs_str_add_grow(struct cs_str *str, const char *data, size_t len) {
  char *place = cs_str_reserve(str, len);
  if (!place) return;
  if (len) memcpy(place, data, len);
  str->len += len;
  str->data[str->len] = '\0';
}

void cs_str_add_text(struct cs_str *str, const char *text) {
  cs_str_add(str, text, strlen(text));
}

void cs_str_add_format(struct cs_str *str, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (len < 0) str->failed = true;
  char *place = len >= 0 ? cs_str_reserve(str, (size_t)len) : NULL;
  if (place) {
    vsnprintf(place, (size_t)len + 1, format, again);
    str->len += (size_t)len;
  }
  va_end(again);
}

void cs_str_inherit(struct cs_str *str, const struct cs_str *part) {
  if (part->failed) str->failed = true;
}

const char *cs_str_text(const struct cs_str *str) {
  return str->data ? str->data : "";
}

enum cs_status cs_str_check(const struct cs_str *str, const char *what, struct cs_error *err) {
  return str->failed ? cs_fail_memory(err, (double)str->len, what) : CS_OK;
}

struct cs_slice cs_slice_of(const char *text) {
  return (struct cs_slice){text, strlen(text)};
}

bool cs_slice_is(struct cs_slice slice, const char *text) {
  return cs_slice_equal(slice, cs_slice_of(text));
}

struct cs_slice cs_slice_trim_blanks(struct cs_slice slice) {
  while (slice.len && (slice.data[0] == ' ' || slice.data[0] == '\t')) {
    slice.data++;
    slice.len--;
  }
  while (slice.len && (slice.data[slice.len - 1] == ' ' || slice.data[slice.len - 1] == '\t')) slice.len--;
  return slice;
}

/* Linear-space matching with one backtrack point: the last '*' seen. */
bool cs_slice_glob(struct cs_slice slice, struct cs_slice pattern) {
  size_t s = 0, p = 0, star = SIZE_MAX, mark = 0;
  while (s < slice.len) {
    if (p < pattern.len && pattern.data[p] == '*') {
      star = p++;
      mark = s;
    } else if (p < pattern.len && (pattern.data[p] == '?' || pattern.data[p] == slice.data[s])) {
      p++;
      s++;
    } else if (star != SIZE_MAX) {
      p = star + 1;
      s = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.len && pattern.data[p] == '*') p++;
  return p == pattern.len;
}

static int lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? byte + 32 : byte;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

size_t cs_slice_distance(struct cs_slice a, struct cs_slice b) {
  size_t before[DISTANCE_MAX + 1], row[DISTANCE_MAX + 1], next[DISTANCE_MAX + 1];
  a.len = least(a.len, DISTANCE_MAX);
  b.len = least(b.len, DISTANCE_MAX);
  memset(before, 0, sizeof before);
  for (size_t j = 0; j <= b.len; j++) row[j] = j;
  for (size_t i = 1; i <= a.len; i++) {
    next[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
      bool same = lower(a.data[i - 1]) == lower(b.data[j - 1]);
      next[j] = least(row[j - 1] + !same, least(row[j], next[j - 1]) + 1);
      if (i > 1 && j > 1 && lower(a.data[i - 1]) == lower(b.data[j - 2]) &&
          lower(a.data[i - 2]) == lower(b.data[j - 1]))
        next[j] = least(next[j], before[j - 2] + 1);
    }
    memcpy(before, row, sizeof row);
    memcpy(row, next, sizeof next);
  }
  return row[b.len];
}
