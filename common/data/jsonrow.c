#include "data/jsonrow.h"

#include <stddef.h>
#include <string.h>

void cs_json_blanks(struct cs_json_cursor *cursor) {
  while (cursor->at < cursor->end &&
         (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\t' || *cursor->at == '\r'))
    cursor->at++;
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
    while (cursor->at < cursor->end && (unsigned char)*cursor->at >= 0x20 && *cursor->at != '"' &&
           *cursor->at != '\\')
      cursor->at++;
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
  while (at < end && *at >= '0' && *at <= '9') at++;
  return at;
}

static enum cs_json_step read_number(struct cs_json_cursor *cursor, struct cs_slice *raw) {
  static const char what[] = "a malformed number";
  cursor->token = cursor->at;
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
  return cursor->at < cursor->end;
}

enum cs_json_step cs_json_next(struct cs_json_cursor *cursor, struct cs_json_member *member) {
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
  return reach(cursor) ? read_value(cursor, member) : CS_JSON_MORE;
}

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
