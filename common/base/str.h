/* str.h - a growing byte string, and a slice of somebody else's bytes.
 *
 * data is always NUL-terminated once anything was added. Adding never fails visibly: after an exhausted allocation
 * `failed` is set, further additions are ignored, and cs_str_check() tells, once, at the end.
 */
#ifndef CS_BASE_STR_H
#define CS_BASE_STR_H

#include "base/error.h"
#include "base/word.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cs_slice {
  const char *data; /* not NUL-terminated */
  size_t len;
};

struct cs_str {
  char *data;
  size_t len, capacity;
  bool failed;
};

#define CS_STR_INIT                                                                                          \
  { NULL, 0, 0, false }

void cs_str_release(struct cs_str *str);
void cs_str_clear(struct cs_str *str);

void cs_str_add_grow(struct cs_str *str, const char *data, size_t len);
static inline void cs_str_add(struct cs_str *str, const char *data, size_t len) {
  if (str->capacity - str->len <= len || str->failed) { /* capacity is 0, or more than len */
    cs_str_add_grow(str, data, len);
    return;
  }
  if (len) memcpy(str->data + str->len, data, len);
  str->data[str->len += len] = '\0';
}
static inline void cs_str_add_byte(struct cs_str *str, char byte) {
  cs_str_add(str, &byte, 1);
}
void cs_str_add_text(struct cs_str *str, const char *text);
void cs_str_add_format(struct cs_str *str, const char *format, ...) CS_PRINTF(2, 3);

/* str is made of part's text, and so of nothing when that failed: `failed` passes on. Wherever the text of one goes into
 * another by cs_str_text(). */
void cs_str_inherit(struct cs_str *str, const struct cs_str *part);

/* Makes room for `more` bytes behind len and returns their place, or NULL. The caller adds to len what it wrote. */
char *cs_str_reserve_grow(struct cs_str *str, size_t more);
static inline char *cs_str_reserve(struct cs_str *str, size_t more) {
  if (str->capacity - str->len <= more || str->failed) return cs_str_reserve_grow(str, more);
  return str->data + str->len;
}

/* The text, "" when nothing was added. */
const char *cs_str_text(const struct cs_str *str);

CS_MUST_CHECK enum cs_status cs_str_check(const struct cs_str *str, const char *what, struct cs_error *err);

struct cs_slice cs_slice_of(const char *text);

/* Texts of fewer than 8 bytes without a call: ids, codes. */
static inline bool cs_slice_equal(struct cs_slice a, struct cs_slice b) {
  if (a.len != b.len || a.len == 0) return a.len == b.len;
  if (a.len < 4) return a.data[0] == b.data[0] && memcmp(a.data, b.data, a.len) == 0;
  if (a.len <= 8)
    return cs_word_four(a.data) == cs_word_four(b.data) &&
           cs_word_four(a.data + a.len - 4) == cs_word_four(b.data + b.len - 4);
  return cs_word_at(a.data) == cs_word_at(b.data) && memcmp(a.data + 8, b.data + 8, a.len - 8) == 0;
}

/* By bytes, a beginning before what it begins: below, at or above 0. */
static inline int cs_slice_compare(struct cs_slice a, struct cs_slice b) {
  size_t len = a.len < b.len ? a.len : b.len;
  int order = len ? memcmp(a.data, b.data, len) : 0;
  return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool cs_slice_is(struct cs_slice slice, const char *text);

/* Without blanks and TABs at both ends. Most texts have none there. */
struct cs_slice cs_slice_trim_blanks(struct cs_slice slice);
static inline struct cs_slice cs_slice_trim(struct cs_slice slice) {
  bool plain = slice.len && slice.data[0] != ' ' && slice.data[0] != '\t' &&
               slice.data[slice.len - 1] != ' ' && slice.data[slice.len - 1] != '\t';
  return plain ? slice : cs_slice_trim_blanks(slice);
}

/* Glob match with * and ? over the whole slice. */
bool cs_slice_glob(struct cs_slice slice, struct cs_slice pattern);

/* Edit distance (Damerau-Levenshtein, optimal string alignment), ignoring ASCII case; at most 64 bytes of each count. */
size_t cs_slice_distance(struct cs_slice a, struct cs_slice b);

#endif
