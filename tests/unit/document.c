#include "data/document.h"

#include "unit.h"

#include <float.h>
#include <stdlib.h>
#include <unistd.h>

static enum cs_status parse(struct cs_node **root, const char *text, struct cs_error *err) {
  return cs_node_parse(root, cs_slice_of(text), "m.json", err);
}

/* The message of a text that must be refused, "accepted" if it isn't. */
static const char *refusal(const char *text, size_t len, struct cs_error *err) {
  struct cs_node *root;
  enum cs_status status = cs_node_parse(&root, (struct cs_slice){text, len}, "m.json", err);
  if (status == CS_OK) {
    cs_node_free(root);
    return "accepted";
  }
  return root || status != CS_DATA ? "wrong status" : err->text;
}

static void check_refused(const char *text, const char *message) {
  struct cs_error err = CS_ERROR_INIT;
  CHECK_TEXT(refusal(text, strlen(text), &err), message);
}

static bool accepts(const char *text) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_node *root;
  if (parse(&root, text, &err) != CS_OK) return false;
  cs_node_free(root);
  return true;
}

/* text after having been read and written on one line; the caller clears out. */
static const char *rewritten(const char *text, struct cs_str *out) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_node *root;
  cs_str_clear(out);
  if (parse(&root, text, &err) != CS_OK) return err.text[0] ? "refused" : "?";
  if (cs_node_write_line(root, out, &err) != CS_OK) cs_str_add_text(out, "failed");
  cs_node_free(root);
  return cs_str_text(out);
}

static void test_write(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_str out = CS_STR_INIT;
  struct cs_node *root = cs_node_object();
  TEST("document: objects are indented, arrays of scalars stand on one line") {
    cs_node_add_text(root, "format", "cs-model");
    cs_node_add_integer(root, "seed", 9007199254740993);
    cs_node_add_number(root, "third", 1.0 / 3);
    cs_node_add_number(root, "none", NAN);
    cs_node_add_numbers(root, "empty", NULL, 0);
    struct cs_node *rows = cs_node_add_array(root, "rows");
    const double row[] = {1, 2.5, -0.0};
    cs_node_add_numbers(rows, NULL, row, 3);
    cs_node_add_object(rows, NULL);
    cs_node_add_bool(cs_node_add_object(root, "inner"), "yes", true);
    CHECK(cs_node_write(root, &out, &err) == CS_OK);
    CHECK_TEXT(cs_str_text(&out), "{\n"
                                  "  \"format\": \"cs-model\",\n"
                                  "  \"seed\": 9007199254740993,\n"
                                  "  \"third\": 0.3333333333333333,\n"
                                  "  \"none\": null,\n"
                                  "  \"empty\": [],\n"
                                  "  \"rows\": [\n"
                                  "    [1, 2.5, 0],\n"
                                  "    {}\n"
                                  "  ],\n"
                                  "  \"inner\": {\n"
                                  "    \"yes\": true\n"
                                  "  }\n"
                                  "}\n");
  }
  TEST("document: an integer that was added can be read in the same tree") {
    CHECK(cs_node_number(cs_node_get(root, "seed"), 0) == 9007199254740992.0);
    CHECK(cs_node_is_number(cs_node_get(root, "seed")));
  }
  TEST("document: one line has no blanks and no newline") {
    cs_str_clear(&out);
    CHECK(cs_node_write_line(root, &out, &err) == CS_OK);
    CHECK_TEXT(cs_str_text(&out),
               "{\"format\":\"cs-model\",\"seed\":9007199254740993,\"third\":0.3333333333333333,"
               "\"none\":null,\"empty\":[],\"rows\":[[1,2.5,0],{}],\"inner\":{\"yes\":true}}");
  }
  cs_node_free(root);
  TEST("document: control bytes are escaped and bytes that are no UTF-8 replaced") {
    root = cs_node_object();
    cs_str_clear(&out);
    cs_node_add_text(root, "a\"\\\n", "\x01\t\x7f caf\xc3\xa9 \xff\xed\xa0\x80");
    cs_node_add_slice(root, "s", (struct cs_slice){"slice of", 5});
    CHECK(cs_node_write_line(root, &out, &err) == CS_OK);
    CHECK_TEXT(cs_str_text(&out), "{\"a\\\"\\\\\\n\":\"\\u0001\\t\x7f caf\xc3\xa9 "
                                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"s\":\"slice\"}");
    CHECK(accepts(cs_str_text(&out)));
    cs_node_free(root);
  }
  TEST("document: building on a missing parent is harmless, writing it fails") {
    struct cs_node *none = cs_node_add_object(NULL, "x");
    CHECK(none == NULL);
    cs_node_add_number(none, "x", 1);
    cs_node_add_numbers(none, "x", (const double[]){1}, 1);
    CHECK(cs_node_write(none, &out, &err) == CS_MEMORY);
  }
  TEST("document: what could not be added is told when the document is written") {
    struct cs_node *broken = cs_node_object(), *inner = cs_node_add_object(broken, "x");
    struct cs_str failed = {.failed = true};
    cs_str_clear(&out);
    CHECK(cs_node_write(broken, &out, &err) == CS_OK);
    cs_node_add_str(inner, "y", &failed);
    CHECK(cs_node_write(broken, &out, &err) == CS_MEMORY && strstr(err.text, "not enough memory"));
    cs_node_free(broken);
    broken = cs_node_object();
    cs_node_fail(broken);
    CHECK(cs_node_write(broken, &out, &err) == CS_MEMORY);
    cs_node_free(broken);
  }
  cs_str_release(&out);
}

static void test_round_trip(void) {
  struct cs_str out = CS_STR_INIT;
  struct cs_error err = CS_ERROR_INIT;
  TEST("document: doubles come back bit for bit") {
    const double value[] = {0.1 + 0.2,
                            DBL_MAX,
                            -DBL_MAX,
                            DBL_MIN,
                            4.9406564584124654e-324,
                            1e22,
                            1e23,
                            5e-7,
                            1.0 / 3,
                            9007199254740991.0,
                            123456789012345680.0};
    size_t count = sizeof value / sizeof *value, i = 0;
    struct cs_node *root = cs_node_object(), *again;
    cs_node_add_numbers(root, "v", value, count);
    CHECK(cs_node_write(root, &out, &err) == CS_OK);
    CHECK(parse(&again, cs_str_text(&out), &err) == CS_OK);
    for (const struct cs_node *node = cs_node_first(cs_node_get(again, "v")); node;
         node = cs_node_next(node), i++)
      CHECK(cs_node_number(node, 0) == value[i]);
    CHECK(i == count);
    cs_node_free(root);
    cs_node_free(again);
  }
  TEST("document: what was written reads back the same") {
    CHECK_TEXT(rewritten(" { \"a\" : [ 1.50 , -0, 1E2, true, false, null, \"x\" ] , \"\" : {} }\r\n", &out),
               "{\"a\":[1.5,0,100,true,false,null,\"x\"],\"\":{}}");
    CHECK_TEXT(rewritten("\"\\ud83d\\ude00 \\u00e9\\/\\b\"", &out), "\"\xf0\x9f\x98\x80 \xc3\xa9/\\u0008\"");
    CHECK_TEXT(rewritten("\xef\xbb\xbf[7]", &out), "[7]");
  }
  cs_str_release(&out);
}

static void test_refuse(void) {
  struct cs_error err = CS_ERROR_INIT;
  TEST("document: errors tell line and column") {
    check_refused("{\n  \"a\": 1,\n  \"\xc3\xa9\": x\n}", "m.json:3:8: expected a value");
    check_refused("", "m.json:1:1: unexpected end");
    check_refused("{\"a\":1,}", "m.json:1:8: expected a key in double quotes");
    check_refused("[1,]", "m.json:1:4: expected a value");
    check_refused("[1 2]", "m.json:1:4: expected ',' or ']'");
    check_refused("{\"a\" 1}", "m.json:1:6: expected ':'");
    check_refused("{\"a\":1", "m.json:1:7: expected ',' or '}'");
    check_refused("[\"abc", "m.json:1:2: a text without end");
  }
  TEST("document: text behind the document is refused") {
    check_refused("{} {}", "m.json:1:4: text behind the document");
    check_refused("1\n\n2", "m.json:3:1: text behind the document");
    CHECK_TEXT(refusal("[]\0", 3, &err), "m.json:1:3: text behind the document");
  }
  TEST("document: a repeated key is refused, also when one is escaped, and only within its object") {
    check_refused("{\"a\":1,\"a\":2}", "m.json:1:8: repeated key");
    check_refused("{\"a\":1,\"\\u0061\":2}", "m.json:1:8: repeated key");
    CHECK(accepts("{\"a\":{\"a\":1},\"A\":[{\"a\":1},{\"a\":2}]}"));
  }
  TEST("document: what isn't a JSON number is refused") {
    static const char *const bad[] = {"[01]",  "[1.]",       "[.5]", "[+1]",  "[1e]", "[0x10]",
                                      "[NaN]", "[Infinity]", "[-]",  "[--1]", "[1-2]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!accepts(bad[i]));
    check_refused("[1e400]", "m.json:1:2: number out of range");
    CHECK(accepts("[1e-400]"));
    check_refused("[0.0000000000000000000000000000000000000000000000000000000000000001]",
                  "m.json:1:2: a number of more than 63 characters");
  }
  TEST("document: 63 characters of a number are all read") {
    struct cs_node *root;
    CHECK(parse(&root, "0.000000000000000000000000000000000000000000000000000000000000125", &err) == CS_DATA);
    CHECK(parse(&root, "0.00000000000000000000000000000000000000000000000000000000000125", &err) == CS_DATA);
    CHECK(parse(&root, "0.0000000000000000000000000000000000000000000000000000000000125", &err) == CS_OK);
    CHECK(cs_node_number(root, 0) == 1.25e-59);
    cs_node_free(root);
  }
  TEST("document: bad bytes in a text are refused") {
    check_refused("[\"a\nb\"]", "m.json:1:4: control byte in a text");
    check_refused("[\"\xff\"]", "m.json:1:3: not UTF-8");
    check_refused("[\"\xc0\xaf\"]", "m.json:1:3: not UTF-8");
    check_refused("[\"\xed\xa0\x80\"]", "m.json:1:3: not UTF-8");
    check_refused("[\"\xf4\x90\x80\x80\"]", "m.json:1:3: not UTF-8");
    check_refused("[\"\xe2\x82\"]", "m.json:1:3: not UTF-8");
    check_refused("[\"\\u0000\"]", "m.json:1:3: \\u0000 in a text");
    check_refused("[\"\\ud800\"]", "m.json:1:3: half a surrogate pair");
    check_refused("[\"\\ud800\\u0041\"]", "m.json:1:3: half a surrogate pair");
    check_refused("[\"\\udc00\"]", "m.json:1:3: half a surrogate pair");
    check_refused("[\"\\u12g4\"]", "m.json:1:3: \\u needs four hexadecimal digits");
    check_refused("[\"\\x\"]", "m.json:1:3: unknown escape in a text");
    CHECK_TEXT(refusal("[\"\\\0\"]", 6, &err), "m.json:1:3: unknown escape in a text");
    CHECK_TEXT(refusal("[\"a\\", 4, &err), "m.json:1:4: unknown escape in a text");
  }
  TEST("document: depth is limited to 64") {
    char deep[140];
    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    deep[128] = '\0';
    CHECK(accepts(deep));
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    deep[130] = '\0';
    check_refused(deep, "m.json:1:65: nested more than 64 deep");
  }
  TEST("document: every cut of a document is refused") {
    const char *whole = "{\"a\": [1, \"\\u00e9\xc3\xa9\"], \"b\": {\"c\": null}}";
    for (size_t len = 0; len < strlen(whole); len++) {
      char *copy = malloc(len ? len : 1); /* exactly sized, for the sanitizer */
      memcpy(copy, whole, len);
      CHECK(strncmp(refusal(copy, len, &err), "m.json:1:", 9) == 0);
      free(copy);
    }
  }
}

static void test_look(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_node *root;
  CHECK(parse(&root, "{\"K\": 1, \"k\": 2, \"list\": [3, \"four\", true], \"o\": {}}", &err) == CS_OK);
  TEST("document: keys are matched with case") {
    CHECK(cs_node_number(cs_node_get(root, "k"), 0) == 2);
    CHECK(cs_node_get(root, "LIST") == NULL);
  }
  TEST("document: a wrong kind gives what the caller said") {
    CHECK(cs_node_number(cs_node_get(root, "list"), -1) == -1);
    CHECK(cs_node_number(NULL, -1) == -1);
    CHECK_TEXT(cs_node_text(cs_node_get(root, "k"), "none"), "none");
    CHECK(cs_node_bool(cs_node_get(root, "k"), true));
    CHECK(cs_node_get(NULL, "k") == NULL && cs_node_get(cs_node_get(root, "list"), "k") == NULL);
    CHECK(cs_node_first(NULL) == NULL && cs_node_first(cs_node_get(root, "k")) == NULL);
    CHECK(cs_node_size(cs_node_get(root, "o")) == 0 && cs_node_size(NULL) == 0);
  }
  TEST("document: a container is walked in order") {
    const struct cs_node *node = cs_node_first(cs_node_get(root, "list"));
    CHECK(cs_node_size(cs_node_get(root, "list")) == 3 && cs_node_number(node, 0) == 3);
    node = cs_node_next(node);
    CHECK_TEXT(cs_node_text(node, ""), "four");
    node = cs_node_next(node);
    CHECK(cs_node_bool(node, false) && cs_node_next(node) == NULL);
    CHECK_TEXT(cs_node_key(cs_node_first(root)), "K");
    CHECK_TEXT(cs_node_key(node), "");
  }
  cs_node_free(root);
}

static void test_file(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_node *root;
  TEST("document: a file that isn't there is an i/o error") {
    CHECK(cs_node_read(&root, "/nonexistent/m.json", &err) == CS_IO && root == NULL);
    CHECK_TEXT(err.text, "/nonexistent/m.json: No such file or directory");
  }
  TEST("document: a directory is an i/o error") {
    CHECK(cs_node_read(&root, "/", &err) == CS_IO && root == NULL);
  }
  TEST("document: an empty file is named") {
    CHECK(cs_node_read(&root, "/dev/null", &err) == CS_DATA);
    CHECK_TEXT(err.text, "/dev/null: empty");
  }
}

int main(void) {
  UNIT_BEGIN;
  test_write();
  test_round_trip();
  test_refuse();
  test_look();
  test_file();
  UNIT_END;
}
