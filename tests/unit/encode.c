/* The cell encoders. */
#include "data/encode.h"

#include "unit.h"

#include <stdint.h>

static struct cs_slice bytes(const char *data, size_t len) {
  return (struct cs_slice){data, len};
}

/* A JSON string byte by byte, as RFC 8259 has it. */
static void plain_json(struct cs_str *out, const char *text, size_t len) {
  cs_str_add_byte(out, '"');
  for (size_t at = 0, more; at < len; at += more ? more : 1) {
    unsigned char byte = (unsigned char)text[at];
    more = cs_utf8_length(text + at, len - at);
    if (more == 0)
      cs_str_add_text(out, "\xef\xbf\xbd");
    else if (byte == '"' || byte == '\\')
      cs_str_add_format(out, "\\%c", byte);
    else if (byte == '\n' || byte == '\r' || byte == '\t')
      cs_str_add_text(out, byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t");
    else if (byte < 0x20)
      cs_str_add_format(out, "\\u%04x", byte);
    else
      cs_str_add(out, text + at, more);
  }
  cs_str_add_byte(out, '"');
}

/* Mostly letters, now and then any byte or a character of several. */
static size_t random_text(uint64_t *state, char *text, size_t len) {
  static const char *const odd[] = {"\"",       "\\",   "\n",  "\xc3\xa4", "\xf0\x9f\x98\x80",
                                    "\xe2\x82", "\x1f", "\x7f"};
  size_t at = 0;
  while (at + 4 < len) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    unsigned draw = (unsigned)(*state >> 40);
    if (draw % 8)
      text[at++] = (char)('a' + draw / 8 % 26);
    else if (draw % 16)
      text[at++] = (char)(draw / 16);
    else {
      const char *some = odd[draw / 16 % 8];
      memcpy(text + at, some, strlen(some));
      at += strlen(some);
    }
  }
  return at;
}

int main(void) {
  struct cs_str out = CS_STR_INIT;
  UNIT_BEGIN;
  TEST("csv: a plain cell stays as it is") {
    cs_encode_csv(&out, cs_slice_of("it's; 5 % of \xc3\xa4"), ',');
    CHECK_TEXT(cs_str_text(&out), "it's; 5 % of \xc3\xa4");
  }
  TEST("csv: delimiter, quote, line end and outer blanks are quoted") {
    const char *const cell[] = {"a,b", "a\"b", "a\nb", "a\rb", " a", "a ", "\ta"};
    const char *const want[] = {"\"a,b\"", "\"a\"\"b\"", "\"a\nb\"", "\"a\rb\"",
                                "\" a\"",  "\"a \"",     "\"\ta\""};
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) {
      cs_str_clear(&out);
      cs_encode_csv(&out, cs_slice_of(cell[i]), ',');
      CHECK_TEXT(cs_str_text(&out), want[i]);
    }
  }
  TEST("csv: one byte of a cell of any length is enough to quote it, any other byte isn't") {
    char text[41];
    for (size_t len = 1; len <= 40; len++)
      for (size_t at = 0; at < len; at++)
        for (int byte = 1; byte < 256; byte++) {
          memset(text, 'x', sizeof text);
          text[at] = (char)byte;
          bool blank = byte == ' ' || byte == '\t', end = at == 0 || at == len - 1;
          bool quoted = byte == ';' || byte == '"' || byte == '\n' || byte == '\r' || (blank && end);
          cs_str_clear(&out);
          cs_encode_csv(&out, bytes(text, len), ';');
          CHECK((out.data[0] == '"') == quoted && out.len == len + (quoted ? 2 : 0) + (byte == '"'));
        }
  }
  TEST("csv: another delimiter is the one that is quoted") {
    cs_str_clear(&out);
    cs_encode_csv(&out, cs_slice_of("a,b"), ';');
    cs_encode_csv(&out, cs_slice_of("a;b"), ';');
    CHECK_TEXT(cs_str_text(&out), "a,b\"a;b\"");
  }
  TEST("csv: an empty or absent cell is nothing") {
    cs_str_clear(&out);
    cs_encode_csv(&out, bytes("", 0), ',');
    cs_encode_csv(&out, bytes(NULL, 0), ',');
    CHECK_TEXT(cs_str_text(&out), "");
  }
  TEST("tsv: tab, line ends and backslash are escaped, quotes are not") {
    cs_str_clear(&out);
    cs_encode_tsv(&out, cs_slice_of("\ta\nb\rc\\\"d,"));
    CHECK_TEXT(cs_str_text(&out), "\\ta\\nb\\rc\\\\\"d,");
  }
  TEST("json: quotes, backslash and control bytes are escaped") {
    cs_str_clear(&out);
    cs_encode_json(&out, bytes("a\"\\/\n\r\t\x01\0z", 10));
    CHECK_TEXT(cs_str_text(&out), "\"a\\\"\\\\/\\n\\r\\t\\u0001\\u0000z\"");
  }
  TEST("json: UTF-8 of every length passes") {
    const char *text = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf";
    cs_str_clear(&out);
    cs_encode_json(&out, cs_slice_of(text));
    CHECK(out.len == strlen(text) + 2 && memcmp(out.data + 1, text, strlen(text)) == 0);
  }
  TEST("json: what is no UTF-8 becomes U+FFFD, byte by byte") {
    const char *const bad[] = {"\xff", "\xc3", "\xc0", "\x80", "\xf5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
      cs_str_clear(&out);
      cs_encode_json(&out, cs_slice_of(bad[i]));
      CHECK_TEXT(cs_str_text(&out), "\"\xef\xbf\xbd\"");
    }
    cs_str_clear(&out);
    cs_encode_json(&out, cs_slice_of("\xed\xa0\x80"
                                     "a"));
    CHECK_TEXT(cs_str_text(&out), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                                  "a\"");
  }
  TEST("json: random bytes of all lengths are encoded as byte by byte") {
    struct cs_str want = CS_STR_INIT;
    uint64_t state = 1;
    char text[80];
    for (size_t round = 0; round < 20000; round++) {
      size_t len = random_text(&state, text, 4 + round % 76);
      cs_str_clear(&out);
      cs_str_clear(&want);
      cs_encode_json(&out, bytes(text, len));
      plain_json(&want, text, len);
      CHECK(out.len == want.len && memcmp(out.data, want.data, want.len + 1) == 0);
    }
    cs_str_release(&want);
  }
  cs_str_release(&out);
  UNIT_END;
}
