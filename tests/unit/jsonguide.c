/* The fast tokenizer against one that reads byte by byte: the same members, the same verdict at the same byte, on
 * random rows, right and wrong, cut anywhere, with a guide and without. */
#include "data/jsonrow.h"
#include "data/jsonscan.h"

#include "unit.h"

#include <stdlib.h>

/* --- the plain one --- */

struct plain {
  const char *text;
  size_t len, at;
};

struct found {
  size_t key, key_len, value, value_len;
  enum cs_json_kind kind;
};

static int peek(const struct plain *plain) {
  return plain->at < plain->len ? (unsigned char)plain->text[plain->at] : -1;
}

/* The next byte that is no blank, or -1. */
static int dark(struct plain *plain) {
  while (peek(plain) == ' ' || peek(plain) == '\n' || peek(plain) == '\t' || peek(plain) == '\r') plain->at++;
  return peek(plain);
}

/* The four digits behind \u at that byte, or -1. */
static long code_at(const struct plain *plain, size_t at) {
  char digits[5] = "", *end;
  memcpy(digits, plain->text + at + 2, 4);
  if (strspn(digits, "0123456789abcdefABCDEF") != 4) return -1;
  return strtol(digits, &end, 16);
}

/* An escape is judged when all of it is there. */
static enum cs_json_step plain_escape(struct plain *plain) {
  size_t left = plain->len - plain->at;
  if (left < 2) return CS_JSON_MORE;
  char letter = plain->text[plain->at + 1];
  if (letter != 'u') {
    if (letter == 0 || !strchr("\"\\/bfnrt", letter)) return CS_JSON_BAD;
    plain->at += 2;
    return CS_JSON_MEMBER;
  }
  if (left < 6) return CS_JSON_MORE;
  long code = code_at(plain, plain->at);
  if (code <= 0 || (code >= 0xdc00 && code <= 0xdfff)) return CS_JSON_BAD;
  if (code >= 0xd800 && code <= 0xdbff) {
    if (left < 12) return CS_JSON_MORE;
    const char *second = plain->text + plain->at + 6;
    if (second[0] != '\\' || second[1] != 'u') return CS_JSON_BAD;
    long low = code_at(plain, plain->at + 6);
    if (low < 0xdc00 || low > 0xdfff) return CS_JSON_BAD;
    plain->at += 6;
  }
  plain->at += 6;
  return CS_JSON_MEMBER;
}

static enum cs_json_step plain_string(struct plain *plain, size_t *begin, size_t *len) {
  *begin = ++plain->at;
  for (;;) {
    int byte = peek(plain);
    if (byte < 0) return CS_JSON_MORE;
    if (byte < 0x20) return CS_JSON_BAD;
    if (byte == '"') break;
    if (byte == '\\') {
      enum cs_json_step step = plain_escape(plain);
      if (step != CS_JSON_MEMBER) return step;
    } else {
      plain->at++;
    }
  }
  *len = plain->at++ - *begin;
  return CS_JSON_MEMBER;
}

/* A number by states; the verdict "wrong" stands at its first byte. */
static enum cs_json_step plain_number(struct plain *plain, size_t *begin, size_t *len) {
  enum { SIGN, WHOLE, ZERO, ZEROS, POINT, FRACTION, E, E_SIGN, EXPONENT } state = SIGN;
  size_t at = *begin = plain->at;
  if (plain->text[at] == '-') at++;
  for (; at < plain->len; at++) {
    char byte = plain->text[at];
    bool digit = byte >= '0' && byte <= '9', e = byte == 'e' || byte == 'E';
    if (state == SIGN && digit)
      state = byte == '0' ? ZERO : WHOLE;
    else if (state == WHOLE && digit)
      state = WHOLE;
    else if ((state == ZERO || state == ZEROS) && digit)
      state = ZEROS;
    else if ((state == WHOLE || state == ZERO) && byte == '.')
      state = POINT;
    else if ((state == POINT || state == FRACTION) && digit)
      state = FRACTION;
    else if ((state == WHOLE || state == ZERO || state == FRACTION) && e)
      state = E;
    else if (state == E && (byte == '+' || byte == '-'))
      state = E_SIGN;
    else if ((state == E || state == E_SIGN || state == EXPONENT) && digit)
      state = EXPONENT;
    else
      break;
  }
  if (at == plain->len) return CS_JSON_MORE;
  if (state != WHOLE && state != ZERO && state != FRACTION && state != EXPONENT) return CS_JSON_BAD;
  *len = at - *begin;
  plain->at = at;
  return CS_JSON_MEMBER;
}

static enum cs_json_step plain_word(struct plain *plain, const char *word, size_t *begin, size_t *len) {
  *begin = plain->at;
  *len = strlen(word);
  for (size_t i = 0; i < *len; i++) {
    if (plain->at + i == plain->len) return CS_JSON_MORE;
    if (plain->text[plain->at + i] != word[i]) return CS_JSON_BAD;
  }
  plain->at += *len;
  return CS_JSON_MEMBER;
}

static enum cs_json_step plain_value(struct plain *plain, struct found *found) {
  int byte = peek(plain);
  found->kind = byte == '"' ? CS_JSON_TEXT : byte == 'n' ? CS_JSON_NULL : CS_JSON_WORD;
  if (byte == '"') return plain_string(plain, &found->value, &found->value_len);
  if (byte == 't') return plain_word(plain, "true", &found->value, &found->value_len);
  if (byte == 'f') return plain_word(plain, "false", &found->value, &found->value_len);
  if (byte == 'n') return plain_word(plain, "null", &found->value, &found->value_len);
  found->kind = CS_JSON_NUMBER;
  if (byte == '-' || (byte >= '0' && byte <= '9'))
    return plain_number(plain, &found->value, &found->value_len);
  return CS_JSON_BAD;
}

static enum cs_json_step plain_next(struct plain *plain, bool first, struct found *found) {
  if (first) plain->at++;
  int byte = dark(plain);
  if (byte == '}') {
    plain->at++;
    return CS_JSON_END;
  }
  if (!first && byte >= 0) {
    if (byte != ',') return CS_JSON_BAD;
    plain->at++;
    byte = dark(plain);
  }
  if (byte < 0) return CS_JSON_MORE;
  if (byte != '"') return CS_JSON_BAD;
  enum cs_json_step step = plain_string(plain, &found->key, &found->key_len);
  if (step != CS_JSON_MEMBER) return step;
  byte = dark(plain);
  if (byte < 0) return CS_JSON_MORE;
  if (byte != ':') return CS_JSON_BAD;
  plain->at++;
  return dark(plain) < 0 ? CS_JSON_MORE : plain_value(plain, found);
}

/* --- random rows --- */

static uint64_t state = 42;

static unsigned below(unsigned n) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)(state >> 33) % n;
}

#define ANY(list) (list)[below(sizeof(list) / sizeof *(list))]

static const char *const keys[] = {"a",
                                   "income",
                                   "the name of a customer",
                                   "k\\n",
                                   "\xc3\xa9t\xc3\xa9",
                                   "",
                                   "a key that is longer than thirty-two bytes, and longer still",
                                   "\\u00e9"};
static const char *const values[] = {
    "0",
    "-0",
    "1",
    "12",
    "1234567890123456789",
    "12345678901234567",
    "-1.5e+30",
    "0.25",
    "1E400",
    "3.",
    "00",
    "01",
    "-",
    "1e",
    "1e+",
    ".5",
    "true",
    "false",
    "null",
    "nul",
    "trux",
    "NaN",
    "[1]",
    "{}",
    "\"\"",
    "\"x\"",
    "\"\\ud83d\\ude39\"",
    "\"\\ud83d\"",
    "\"\\u0000\"",
    "\"\\x\"",
    "\"a text of some length, with \\\"quotes\\\"\"",
    "\"\xe2\x82\xac \xf0\x9f\x98\x80 and thirty bytes of other text behind them\"",
    "\"\t\"",
    "'x'"};
static const char *const blanks[] = {"", " ", "\n", "  \r\n\t", "                                   "};
static const char mutations[] = "\"\\{}[],: \n\t0123456789.-+eEtfnu\x01\x1f\x7f\xc3";

/* Text of random length, mostly of bytes that stand for themselves. */
static void add_text(struct cs_str *row) {
  cs_str_add_byte(row, '"');
  for (unsigned left = below(50); left; left--) {
    if (below(40))
      cs_str_add_byte(row, (char)('a' + below(26)));
    else
      cs_str_add_text(row, below(2) ? "\\\\" : "\\u00fc");
  }
  cs_str_add_byte(row, '"');
}

/* A row in one of few ways to set blanks; some members are left out or changed. */
static void add_row(struct cs_str *row, const char *before, const char *behind, unsigned wrong) {
  unsigned members = 0;
  cs_str_add_text(row, "{");
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (below(8) == 0) continue;
    if (members++) cs_str_add_text(row, ",");
    cs_str_add_text(row, before);
    cs_str_add_format(row, "\"%s\"%s:%s", below(30) ? keys[i] : ANY(keys), below(40) ? "" : ANY(blanks),
                      behind);
    unsigned kind = below(8);
    if (kind < 3)
      cs_str_add_format(row, "%u", below(1000000));
    else if (kind < 7)
      add_text(row);
    else
      cs_str_add_text(row, values[below(wrong ? sizeof values / sizeof *values : 9)]);
    if (below(20) == 0) cs_str_add_text(row, ANY(blanks));
  }
  cs_str_add_text(row, "}");
  for (; wrong > 1 && row->len; wrong--)
    row->data[below((unsigned)row->len)] = mutations[below(sizeof mutations - 1)];
}

/* --- side by side --- */

static size_t column_of(const char *text, const struct found *found) {
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strlen(keys[i]) == found->key_len && memcmp(keys[i], text + found->key, found->key_len) == 0)
      return i;
  return SIZE_MAX;
}

static bool same_member(const char *text, const struct cs_json_member *member, const struct found *found) {
  return member->key.data == text + found->key && member->key.len == found->key_len &&
         member->value.data == text + found->value && member->value.len == found->value_len &&
         member->kind == found->kind &&
         member->key_escaped == (memchr(member->key.data, '\\', member->key.len) != NULL) &&
         member->value_escaped == (memchr(member->value.data, '\\', member->value.len) != NULL) &&
         (member->column == SIZE_MAX || member->column == column_of(text, found));
}

/* Whether both tokenizers say the same of a row of which `len` bytes are there; the guide is taught when there is one
 * and teach is set. */
static bool same_row(const char *text, size_t len, struct cs_json_guide *guide, bool teach) {
  struct plain plain = {text, len, 0};
  struct cs_json_cursor cursor = cs_json_begin(guide, text, text + len);
  size_t before = SIZE_MAX;
  for (bool first = true;; first = false) {
    struct cs_json_member member;
    struct found found;
    enum cs_json_step step = cs_json_next(&cursor, &member);
    if (step != plain_next(&plain, first, &found)) return false;
    if (step == CS_JSON_MORE) return true;
    if (cursor.at != text + plain.at) return false;
    if (step != CS_JSON_MEMBER) return true;
    if (!same_member(text, &member, &found)) return false;
    size_t column = column_of(text, &found);
    if (member.column == SIZE_MAX) cs_json_found(&cursor, column);
    if (guide && teach && column != SIZE_MAX && member.column == SIZE_MAX)
      cs_json_teach(guide, &member, before, column);
    before = column;
  }
}

/* Some rows of one table, then each of them cut at every `step` bytes. The row is a copy of exactly `len` bytes, so
 * that a sanitizer sees what is read beyond. */
static bool same_rows(unsigned wrong, size_t step) {
  struct cs_json_guide guide = CS_JSON_GUIDE_INIT;
  const char *before = ANY(blanks), *behind = ANY(blanks);
  bool same = true;
  for (int i = 0; i < 6 && same; i++) {
    struct cs_str row = CS_STR_INIT;
    add_row(&row, below(6) ? before : ANY(blanks), below(6) ? behind : ANY(blanks), wrong);
    for (size_t len = below((unsigned)step) + 1; len < row.len + step && same; len += step) {
      size_t there = len < row.len ? len : row.len;
      char *copy = malloc(there);
      if (!copy) return false;
      memcpy(copy, row.data, there);
      same = same_row(copy, there, NULL, false) && same_row(copy, there, &guide, false) &&
             same_row(copy, there, &guide, there == row.len);
      if (!same) printf("# %.*s\n", (int)there, copy);
      free(copy);
    }
    cs_str_release(&row);
  }
  cs_json_guide_release(&guide);
  return same;
}

static bool same_runs(enum cs_json_run run, const char *at, const char *end) {
  const char *plain = cs_json_run_bytes(run, at, end);
  return cs_json_run_words(run, at, end) == plain && cs_json_run_end(run, at, end) == plain;
}

static void fill(char *text, size_t len, unsigned odd) {
  for (size_t i = 0; i < len; i++) text[i] = below(odd) ? (char)('0' + below(10)) : (char)below(256);
}

int main(void) {
  UNIT_BEGIN;
  TEST("json: runs end at the same byte, whether looked at one by one, in words or in vectors") {
    char text[100];
    for (int round = 0; round < 20000; round++) {
      size_t begin = below(17), end = begin + below(80);
      fill(text, sizeof text, 1 + below(100));
      for (int run = CS_JSON_RUN_TEXT; run <= CS_JSON_RUN_DIGITS; run++)
        CHECK(same_runs((enum cs_json_run)run, text + begin, text + end));
    }
    for (int byte = 0; byte < 256; byte++) {
      memset(text, '7', sizeof text);
      text[20] = (char)byte;
      for (int run = CS_JSON_RUN_TEXT; run <= CS_JSON_RUN_DIGITS; run++)
        CHECK(same_runs((enum cs_json_run)run, text + 16, text + 48));
    }
  }
  TEST("json: what stands before a value is the same only when each byte is") {
    char a[80], b[80];
    for (size_t len = 1; len <= 60; len++) {
      for (size_t other = 0; other < len + CS_JSON_VECTOR; other++) {
        fill(a, sizeof a, 3);
        memcpy(b, a, sizeof b);
        b[other] ^= 1;
        CHECK(cs_json_same(a, b, len) == (other >= len));
      }
    }
  }
  TEST("json: right rows give the same members, guided or not, cut anywhere") {
    for (int round = 0; round < 300; round++) CHECK(same_rows(0, 1 + below(20)));
  }
  TEST("json: wrong values are refused at the same byte") {
    for (int round = 0; round < 1500; round++) CHECK(same_rows(1, 1 + below(200)));
  }
  TEST("json: rows with changed bytes are judged alike") {
    for (int round = 0; round < 3000; round++) CHECK(same_rows(2 + below(4), 1 + below(400)));
  }
  UNIT_END;
}
