/* Rows of JSON. The values are those of nst/JSONTestSuite (MIT, 318 parsing tests), y_ accepted and n_ refused, each put
 * into an object. */
#include "data/jsonrow.h"

#include "unit.h"

static const char *const good[] = {
    /* y_number_* */
    "123e65", "0e+1", "0e1", " 4",
    "-0.000000000000000000000000000000000000000000000000000000000000000000000000000001", "20e1", "-0", "-123",
    "-1", "1E22", "1E-2", "1E+2", "123e45", "123.456e78", "1e-2", "1e+2", "123", "123.456789",
    /* y_string_*, but for \u0000 */
    "\"\\u0060\\u012a\\u12AB\"", "\"\\uD801\\udc37\"", "\"\\ud83d\\ude39\\ud83d\\udc8d\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\\u0000\"", "\"\\\"\"", "\"a/*b*/c/*d//e\"", "\"\\\\a\"",
    "\"\\\\n\"", "\"\\u0012\"", "\"\\uFFFF\"", "\"asd\"", "\"\\uDBFF\\uDFFF\"", "\"new\\u00A0line\"", "\"\"",
    "\"\\u0821\"", "\"\x7f\"", "\" \"", "\"\\uD834\\uDd1e\"", "true", "false", "null"};

static const char *const wrong[] = {
    /* n_number_* */
    "++1234", "+1", "-01", "-1.0.", "-2.", ".-1", ".2e-3", "0.1.2", "0.3e+", "0.3e", "0.e1", "0_CAPITAL_E",
    "0E+", "0E", "0e+", "0e", "1.0e+", "1.0e-", "1.0e", "1 000.0", "1eE2", "2.e+3", "2.e-3", "2.e3", "9.e+",
    "Inf", "NaN", "\xef\xbc\x91", "1+2", "0x1", "0x42", "Infinity", "0e+-1", "-123.123foo", "-Infinity",
    "-foo", "- 1", "-012", "-.123", "-1x", "1ea", "1.", ".123", "1.2a-3", "1.8011670033376514H-308", "012",
    "00",
    /* n_string_* */
    "\"\\uD800\\\"", "\"\\uD800\\u\"", "\"\\uD800\\u1\"", "\"\\uD800\\u1x\"", "\xc3\xa9", "\"\\x00\"",
    "\"\\\\\\\"", "\"\\\t\"", "\"\\\xf0\x9f\x8c\x80\"", "\"\\\"", "\"\\u00A\"", "\"\\uD834\\uDd\"",
    "\"\\uD800\\uD800\\x\"", "\"\\a\"", "\"\\uqqqq\"", "\\u0020\"asd\"", "\\n", "\"", "'single quote'", "abc",
    "\"new\nline\"", "\"\t\"", "\"\\UA66D\"", "\"x\"x",
    /* i_string_*: lone surrogates are refused, not mended */
    "\"\\uDADA\"", "\"\\ud800\"", "\"\\uDd1ea\"", "\"\\ud800abc\"", "\"\\uDc00\\uD800\"",
    /* and what no cell can hold */
    "\"\\u0000\"", "[]", "{}", "nul", "tru", "True", "fals", "nullx", ""};

static enum cs_json_step look(const char *text, size_t len) {
  struct cs_json_cursor cursor = cs_json_begin(NULL, text, text + len);
  struct cs_json_member member;
  enum cs_json_step step;
  do step = cs_json_next(&cursor, &member);
  while (step == CS_JSON_MEMBER);
  return step;
}

static enum cs_json_step look_text(const char *text) {
  return look(text, strlen(text));
}

static const char *wrap(const char *value) {
  static char text[256];
  snprintf(text, sizeof text, "{ \"k\" :%s}", value);
  return text;
}

static const char *text_of(const char *raw, struct cs_str *scratch) {
  static char text[64];
  cs_str_clear(scratch);
  struct cs_slice cell = cs_json_text(cs_slice_of(raw), scratch);
  snprintf(text, sizeof text, "%.*s", (int)cell.len, cell.data);
  return text;
}

int main(void) {
  UNIT_BEGIN;
  struct cs_str scratch = CS_STR_INIT;
  TEST("json: every scalar that RFC 8259 allows is taken") {
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
      if (look_text(wrap(good[i])) != CS_JSON_END) unit_fail(__FILE__, __LINE__, good[i]);
  }
  TEST("json: everything else is refused, or more of it is asked for") {
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
      if (look_text(wrap(wrong[i])) == CS_JSON_END) unit_fail(__FILE__, __LINE__, wrong[i]);
  }
  TEST("json: malformed objects are refused") {
    static const char *const objects[] = {"{,}",        "{\"a\"}",   "{\"a\":1,}", "{\"a\":1 \"b\":2}",
                                          "{a:1}",      "{'a':1}",   "{1:1}",      "{\"a\":1,,\"b\":2}",
                                          "{\"a\"::1}", "{\"a\" 1}", "{\"a\":}",   "{:1}",
                                          "{\"a\":1]"};
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
      if (look_text(objects[i]) != CS_JSON_BAD) unit_fail(__FILE__, __LINE__, objects[i]);
  }
  TEST("json: an object cut at any byte asks for more and is never called malformed") {
    const char *text =
        "{\"k\\n\": \"v\\u00e9\\ud83d\\ude39\" ,\"n\":-1.5e+3, \"t\":true,\"z\":null,\"f\":false }";
    for (size_t len = 1; len < strlen(text); len++) CHECK(look(text, len) == CS_JSON_MORE);
    CHECK(look_text(text) == CS_JSON_END);
  }
  TEST("json: members keep the text of their values") {
    const char *text = "{\"a\":1.50,\"b\\n\":\"x\\ty\",\"c\":null,\"d\":true} rest";
    struct cs_json_cursor cursor = cs_json_begin(NULL, text, text + strlen(text));
    struct cs_json_member member;
    CHECK(cs_json_next(&cursor, &member) == CS_JSON_MEMBER);
    CHECK(member.kind == CS_JSON_NUMBER && cs_slice_is(member.value, "1.50") && !member.key_escaped);
    CHECK(cs_json_next(&cursor, &member) == CS_JSON_MEMBER);
    CHECK(member.kind == CS_JSON_TEXT && cs_slice_is(member.value, "x\\ty") && member.key_escaped);
    CHECK(cs_json_next(&cursor, &member) == CS_JSON_MEMBER);
    CHECK(member.kind == CS_JSON_NULL && cs_slice_is(member.key, "c"));
    CHECK(cs_json_next(&cursor, &member) == CS_JSON_MEMBER && member.kind == CS_JSON_WORD);
    CHECK(cs_json_next(&cursor, &member) == CS_JSON_END && strcmp(cursor.at, " rest") == 0);
  }
  TEST("json: escapes become UTF-8") {
    CHECK_TEXT(text_of("plain", &scratch), "plain");
    CHECK_TEXT(text_of("\\\"\\\\\\/\\b\\f\\n\\r\\t", &scratch), "\"\\/\b\f\n\r\t");
    CHECK_TEXT(text_of("\\u0041\\u00e9\\u20ac\\uD834\\uDd1e.", &scratch),
               "A\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e.");
  }
  cs_str_release(&scratch);
  UNIT_END;
}
