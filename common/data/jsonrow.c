#include "data/jsonrow.h"

#include "base/memory.h"
#include "data/jsonscan.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void cs_json_blanks(struct cs_json_cursor *cursor) {
  for (; cursor->at < cursor->end; cursor->at++) {
    char byte = *cursor->at;
    if (byte == '\n')
      cursor->line = cursor->at + 1;
    else if (byte != ' ' && byte != '\t' && byte != '\r')
      return;
  }
}

static enum cs_json_step bad(struct cs_json_cursor *cursor, const char *what) {
  cursor->what = what;
  return CS_JSON_BAD;
}

/* Inner functions give CS_JSON_MEMBER when they have read what they should. */

static int hexadecimal(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

/* Four digits at text, or -1. */
static long code_unit(const char *text) {
  long code = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hexadecimal(text[i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

static bool is_high(long code) {
  return code >= 0xd800 && code < 0xdc00;
}

static bool is_low(long code) {
  return code >= 0xdc00 && code < 0xe000;
}

/* \uXXXX at the cursor, with its second half when it is half of a pair. */
static enum cs_json_step skip_code(struct cs_json_cursor *cursor) {
  if (cursor->end - cursor->at < 6) return CS_JSON_MORE;
  long code = code_unit(cursor->at + 2);
  if (code < 0) return bad(cursor, "\\u without four hexadecimal digits");
  if (code == 0) return bad(cursor, "\\u0000, a NUL byte, can't stand in a table");
  if (is_low(code)) return bad(cursor, "a low surrogate without a high one");
  if (is_high(code)) {
    if (cursor->end - cursor->at < 12) return CS_JSON_MORE;
    if (cursor->at[6] != '\\' || cursor->at[7] != 'u' || !is_low(code_unit(cursor->at + 8)))
      return bad(cursor, "a high surrogate without a low one");
    cursor->at += 6;
  }
  cursor->at += 6;
  return CS_JSON_MEMBER;
}

static enum cs_json_step skip_escape(struct cs_json_cursor *cursor) {
  if (cursor->end - cursor->at < 2) return CS_JSON_MORE;
  char letter = cursor->at[1];
  if (letter == 'u') return skip_code(cursor);
  if (!strchr("\"\\/bfnrt", letter)) return bad(cursor, "an unknown escape in a string");
  cursor->at += 2;
  return CS_JSON_MEMBER;
}

/* A string whose opening quote is at the cursor. */
static enum cs_json_step read_string(struct cs_json_cursor *cursor, struct cs_slice *raw, bool *escaped) {
  const char *begin = cursor->at + 1;
  cursor->token = cursor->at++;
  *escaped = false;
  for (;;) {
    cursor->at = cs_json_run_end(CS_JSON_RUN_TEXT, cursor->at, cursor->end);
    if (cursor->at == cursor->end) return CS_JSON_MORE;
    if (*cursor->at == '"') break;
    if (*cursor->at != '\\') return bad(cursor, "a control character in a string");
    *escaped = true;
    enum cs_json_step step = skip_escape(cursor);
    if (step != CS_JSON_MEMBER) return step;
  }
  *raw = (struct cs_slice){begin, (size_t)(cursor->at - begin)};
  cursor->at++;
  return CS_JSON_MEMBER;
}

static const char *skip_digits(const char *at, const char *end) {
  return cs_json_run_end(CS_JSON_RUN_DIGITS, at, end);
}

static enum cs_json_step read_number(struct cs_json_cursor *cursor, struct cs_slice *raw) {
  static const char what[] = "a malformed number";
  const char *begin = cursor->at, *end = cursor->end, *at = begin + (*begin == '-'), *digits = at;
  at = skip_digits(at, end);
  if (at == end) return CS_JSON_MORE;
  if (at == digits || (*digits == '0' && at - digits > 1)) return bad(cursor, what);
  if (*at == '.') {
    digits = ++at;
    at = skip_digits(at, end);
    if (at == end) return CS_JSON_MORE;
    if (at == digits) return bad(cursor, what);
  }
  if (*at == 'e' || *at == 'E') {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    digits = at;
    at = skip_digits(at, end);
    if (at == end) return CS_JSON_MORE;
    if (at == digits) return bad(cursor, what);
  }
  *raw = (struct cs_slice){begin, (size_t)(at - begin)};
  cursor->at = at;
  return CS_JSON_MEMBER;
}

static enum cs_json_step read_word(struct cs_json_cursor *cursor, const char *word, struct cs_slice *raw) {
  size_t len = strlen(word), left = (size_t)(cursor->end - cursor->at), some = left < len ? left : len;
  if (memcmp(cursor->at, word, some) != 0)
    return bad(cursor, "neither a string, a number, true, false nor null");
  if (some < len) return CS_JSON_MORE;
  *raw = (struct cs_slice){cursor->at, len};
  cursor->at += len;
  return CS_JSON_MEMBER;
}

static enum cs_json_step read_value(struct cs_json_cursor *cursor, struct cs_json_member *member) {
  member->value_escaped = false;
  cursor->token = cursor->at;
  switch (*cursor->at) {
  case '"': member->kind = CS_JSON_TEXT; return read_string(cursor, &member->value, &member->value_escaped);
  case '{':
  case '[': return bad(cursor, "a nested value: a table's cells are texts, numbers, true, false or null");
  case 't': member->kind = CS_JSON_WORD; return read_word(cursor, "true", &member->value);
  case 'f': member->kind = CS_JSON_WORD; return read_word(cursor, "false", &member->value);
  case 'n': member->kind = CS_JSON_NULL; return read_word(cursor, "null", &member->value);
  default: break;
  }
  member->kind = CS_JSON_NUMBER;
  if (*cursor->at == '-' || (*cursor->at >= '0' && *cursor->at <= '9'))
    return read_number(cursor, &member->value);
  return bad(cursor, "neither a string, a number, true, false nor null");
}

/* Moves over blanks to the next token. */
static bool reach(struct cs_json_cursor *cursor) {
  cs_json_blanks(cursor);
  cursor->token = cursor->at; /* blanks make none longer */
  return cursor->at < cursor->end;
}

/* The brace or comma, the key and the colon, up to the value. */
static enum cs_json_step read_lead(struct cs_json_cursor *cursor, struct cs_json_member *member) {
  bool first = !cursor->inside;
  if (first) cursor->at++;
  cursor->inside = true;
  if (!reach(cursor)) return CS_JSON_MORE;
  if (*cursor->at == '}') {
    cursor->at++;
    return CS_JSON_END;
  }
  if (!first) {
    if (*cursor->at != ',') return bad(cursor, "expected ',' or '}'");
    cursor->at++;
    if (!reach(cursor)) return CS_JSON_MORE;
  }
  if (*cursor->at != '"') return bad(cursor, "expected a key in double quotes");
  enum cs_json_step step = read_string(cursor, &member->key, &member->key_escaped);
  if (step != CS_JSON_MEMBER) return step;
  if (!reach(cursor)) return CS_JSON_MORE;
  if (*cursor->at != ':') return bad(cursor, "expected ':' behind a key");
  cursor->at++;
  return reach(cursor) ? CS_JSON_MEMBER : CS_JSON_MORE;
}

/* --- the guide --- */

enum { GUIDE_COLUMNS = 4096, LEAD_BYTES = 240 };

void cs_json_guide_release(struct cs_json_guide *guide) {
  free(guide->lead);
  cs_str_release(&guide->text);
  *guide = (struct cs_json_guide)CS_JSON_GUIDE_INIT;
}

/* Makes the guide's list long enough for a column. */
static bool reach_column(struct cs_json_guide *guide, size_t column) {
  if (column < guide->count) return true;
  if (column >= GUIDE_COLUMNS) return false;
  if (cs_grow(&guide->lead, &guide->capacity, column + 1, sizeof *guide->lead, "keys", NULL) != CS_OK)
    return false;
  while (guide->count <= column) guide->lead[guide->count++] = (struct cs_json_lead){.next = SIZE_MAX};
  return true;
}

static void learn_lead(struct cs_json_guide *guide, const struct cs_json_member *member,
                       struct cs_json_lead *lead) {
  unsigned len = (unsigned)(cs_json_value(member) - member->lead);
  if (len > lead->room) {
    unsigned room = (len + CS_JSON_VECTOR - 1) / CS_JSON_VECTOR * CS_JSON_VECTOR;
    char *place = cs_str_reserve(&guide->text, room);
    if (!place) return;
    memset(place, 0, room);
    lead->begin = guide->text.len;
    lead->room = room;
    guide->text.len += room;
  }
  memcpy(guide->text.data + lead->begin, member->lead, len);
  lead->len = len;
  lead->key = (unsigned)(member->key.data - member->lead);
  lead->key_len = (unsigned)member->key.len;
  lead->escaped = member->key_escaped;
  lead->line = len;
  while (lead->line && member->lead[lead->line - 1] != '\n') lead->line--;
}

void cs_json_teach(struct cs_json_guide *guide, const struct cs_json_member *member, size_t before,
                   size_t column) {
  if (!reach_column(guide, column)) return;
  if (before == SIZE_MAX)
    guide->first = column;
  else if (before < guide->count)
    guide->lead[before].next = column;
  if (cs_json_value(member) - member->lead <= LEAD_BYTES) learn_lead(guide, member, &guide->lead[column]);
}

void cs_json_found(struct cs_json_cursor *cursor, size_t column) {
  const struct cs_json_guide *guide = cursor->guide;
  cursor->column = guide && column < guide->count ? guide->lead[column].next : SIZE_MAX;
}

/* Passes what stands before the value when it is what the guide expects. */
static inline bool follow(struct cs_json_cursor *cursor, struct cs_json_member *member) {
  size_t column = cursor->column;
  if (column == SIZE_MAX || column >= cursor->guide->count) return false;
  const struct cs_json_lead *lead = &cursor->guide->lead[column];
  if (lead->len == 0 || (size_t)(cursor->end - cursor->at) < lead->len + CS_JSON_VECTOR) return false;
  if (!cs_json_same(cursor->at, cursor->guide->text.data + lead->begin, lead->len)) return false;
  member->key = (struct cs_slice){cursor->at + lead->key, lead->key_len};
  member->key_escaped = lead->escaped;
  member->column = column;
  if (lead->line) cursor->line = cursor->at + lead->line;
  cursor->at += lead->len;
  cursor->inside = true;
  cursor->column = lead->next;
  return true;
}

enum cs_json_step cs_json_next(struct cs_json_cursor *cursor, struct cs_json_member *member) {
  member->lead = cursor->at;
  member->column = SIZE_MAX;
  enum cs_json_step step = follow(cursor, member) ? CS_JSON_MEMBER : read_lead(cursor, member);
  if (step != CS_JSON_MEMBER) return step;
  /* There may be more blanks than in the row that was taught. */
  return reach(cursor) ? read_value(cursor, member) : CS_JSON_MORE;
}

/* --- texts --- */

static size_t put_utf8(char *to, long code) {
  if (code < 0x80) {
    to[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    to[0] = (char)(0xc0 | code >> 6);
    to[1] = (char)(0x80 | (code & 0x3f));
    return 2;
  }
  if (code < 0x10000) {
    to[0] = (char)(0xe0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3f));
    to[2] = (char)(0x80 | (code & 0x3f));
    return 3;
  }
  to[0] = (char)(0xf0 | code >> 18);
  to[1] = (char)(0x80 | (code >> 12 & 0x3f));
  to[2] = (char)(0x80 | (code >> 6 & 0x3f));
  to[3] = (char)(0x80 | (code & 0x3f));
  return 4;
}

struct cs_slice cs_json_text(struct cs_slice raw, struct cs_str *scratch) {
  if (!memchr(raw.data, '\\', raw.len)) return raw;
  char *text = cs_str_reserve(scratch, raw.len); /* no escape is shorter than what it stands for */
  if (!text) return (struct cs_slice){"", 0};
  size_t len = 0;
  for (const char *at = raw.data, *end = at + raw.len; at < end;) {
    if (*at != '\\') {
      text[len++] = *at++;
    } else if (at[1] == 'u') {
      long code = code_unit(at + 2);
      at += 6;
      if (is_high(code)) {
        code = 0x10000 + ((code - 0xd800) << 10) + (code_unit(at + 2) - 0xdc00);
        at += 6;
      }
      len += put_utf8(text + len, code);
    } else {
      static const char letter[] = "bfnrt", meaning[] = "\b\f\n\r\t";
      const char *found = strchr(letter, at[1]);
      text[len++] = found ? meaning[found - letter] : at[1];
      at += 2;
    }
  }
  text[len] = '\0';
  scratch->len += len;
  return (struct cs_slice){text, len};
}
