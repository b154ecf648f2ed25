/* Tables from JSON rows: whatever the blanks, the order of keys, the keys left out and the size of blocks, the tokens are
 * those that were put in, and a message names the line and column where the fault was put. */
#include "base/str.h"
#include "data/output.h"
#include "data/table.h"

#include "unit.h"

#include <stdint.h>
#include <stdlib.h>

enum { COLUMNS = 5 };

static const char *const path[] = {"rows.json"};
static const char *const key[COLUMNS] = {"id", "name of the customer", "\xc3\xa9t\xc3\xa9", "x",
                                         "a \\\"quoted\\\" key"};
/* The same keys as some write them. */
static const char *const other_key[COLUMNS] = {"\\u0069d", "name\\u0020of the customer", "\\u00e9t\\u00e9",
                                               "\\u0078", "a \\u0022quoted\\u0022 key"};
static const char *const token[] = {"0",
                                    "-0",
                                    "12345678901234567890123456789012345678901234567890",
                                    "1e400",
                                    "-1.50E-07",
                                    "true",
                                    "false",
                                    "null",
                                    "\"\"",
                                    "\"text\"",
                                    "\"\\u00e9\\ud83d\\ude39\"",
                                    "\"a text that is longer than two vectors of sixteen bytes\"",
                                    "\"\\\"{[,:\\\\\"",
                                    "\"\xe2\x82\xac\"",
                                    "\" \""};
static const char *const blank[] = {"", "", " ", "\n  ", "\t", "\r\n"};

#define ANY(list) (list)[below(sizeof(list) / sizeof *(list))]

static uint64_t state = 7;

static unsigned below(unsigned n) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(state >> 33) % n;
}

/* How a text of rows is set. Nothing changes from row to row but where `messy`. */
struct style {
  const char *before, *behind; /* keys, and values */
  bool array, messy;
};

struct rows {
  struct cs_str text, want; /* what is read, and JSON Lines of it */
};

static const char *some(const struct style *style, const char *usual) {
  return style->messy && below(4) == 0 ? ANY(blank) : usual;
}

static void add_member(struct cs_str *text, const struct style *style, size_t column, const char *value,
                       bool first) {
  const char *name = style->messy && below(6) == 0 ? other_key[column] : key[column];
  cs_str_add_format(text, "%s%s\"%s\"%s:%s%s", first ? "" : ",", some(style, style->before), name,
                    some(style, ""), some(style, style->behind), value);
  cs_str_add_text(text, some(style, ""));
}

/* A row whose first column is always there, so that the order of columns is known after a first row of all. */
static void add_row(struct rows *rows, const struct style *style, bool all) {
  const char *value[COLUMNS];
  size_t shift = style->messy && !all ? below(COLUMNS) : 0;
  bool first = true;
  cs_str_add_byte(&rows->text, '{');
  for (size_t i = 0; i < COLUMNS; i++) {
    size_t column = (i + shift) % COLUMNS;
    value[column] = "null";
    if (style->messy && !all && below(6) == 0) continue;
    value[column] = ANY(token);
    add_member(&rows->text, style, column, value[column], first);
    first = false;
  }
  cs_str_add_byte(&rows->text, '}');
  for (size_t column = 0; column < COLUMNS; column++)
    cs_str_add_format(&rows->want, "%c\"%s\":%s", column ? ',' : '{', key[column], value[column]);
  cs_str_add_text(&rows->want, "}\n");
}

static void make_rows(struct rows *rows, const struct style *style, size_t count) {
  *rows = (struct rows){CS_STR_INIT, CS_STR_INIT};
  if (style->array) cs_str_add_text(&rows->text, " [");
  for (size_t row = 0; row < count; row++) {
    add_row(rows, style, row == 0);
    if (style->array && row + 1 < count) cs_str_add_byte(&rows->text, ',');
    cs_str_add_text(&rows->text, style->array ? some(style, "\n") : "\n");
  }
  if (style->array) cs_str_add_text(&rows->text, "] \n");
}

static struct style any_style(bool messy) {
  return (struct style){ANY(blank), ANY(blank), below(2), messy};
}

static bool put(const struct cs_str *text) {
  remove(*path);
  FILE *file = fopen(*path, "wb");
  if (!file) return false;
  size_t put = fwrite(text->data, 1, text->len, file);
  return fclose(file) == 0 && put == text->len;
}

static enum cs_status read_rows(struct cs_table *table, const struct cs_str *text, size_t block,
                                struct cs_error *err) {
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  struct cs_notes notes = CS_NOTES_INIT;
  options.block = block;
  if (!put(text)) return cs_fail(err, CS_IO, "cannot write");
  enum cs_status status = cs_table_read(table, path, 1, &options, &notes, err);
  cs_notes_release(&notes);
  return status;
}

static enum cs_status write_rows(const struct cs_table *table, const char *to, struct cs_error *err) {
  const struct cs_write_options options = {.format = CS_FORMAT_JSONL};
  struct cs_output *output;
  enum cs_status status = cs_output_open(&output, to, err);
  if (status == CS_OK) status = cs_table_write(table, output, &options, err);
  if (status == CS_OK) return cs_output_commit(&output, err);
  cs_output_abort(&output);
  return status;
}

static bool same_file(const char *name, const struct cs_str *want) {
  char *got = calloc(1, want->len + 2);
  FILE *file = fopen(name, "rb");
  if (!got || !file) return false;
  size_t len = fread(got, 1, want->len + 1, file);
  bool same = len == want->len && memcmp(got, want->data, len) == 0;
  fclose(file);
  free(got);
  return same;
}

/* Whether rows of a style come out as they should. */
static bool come_out(bool messy, size_t count, size_t block) {
  struct style style = any_style(messy);
  struct cs_error err = CS_ERROR_INIT;
  struct cs_table *table = cs_table_new();
  struct rows rows;
  make_rows(&rows, &style, count);
  bool right = table && read_rows(table, &rows.text, block, &err) == CS_OK &&
               write_rows(table, "out.jsonl", &err) == CS_OK && same_file("out.jsonl", &rows.want);
  if (!right)
    printf("# %s\n# %.*s\n", err.text, (int)(rows.text.len < 2000 ? rows.text.len : 2000), rows.text.data);
  cs_table_free(table);
  cs_str_release(&rows.text);
  cs_str_release(&rows.want);
  return right;
}

/* "FILE:LINE:COLUMN: " of text[at]. */
static void place_of(const struct cs_str *text, size_t at, char *place, size_t size) {
  size_t line = 1, begin = 0;
  for (size_t i = 0; i < at; i++) {
    if (text->data[i] != '\n') continue;
    line++;
    begin = i + 1;
  }
  snprintf(place, size, "%s:%zu:%zu: ", *path, line, at - begin + 1);
}

/* Whether a fault between rows, or within one, is told at its place. */
static bool is_told(bool messy, size_t count, size_t block) {
  static const char *const fault[] = {
      "{\"id\":1,\"x\":@", "{\"id\":01,\"x\":1}", "{\"id\":[1]}",     "@",
      "{\"id\":1 @",       "{\"id\":1,\"id\":2}", "{\"id\":\"\\q\"}", "{\"id\":1"};
  static const size_t within[] = {12, 6, 6, 0, 8, 9, 7, 0};
  struct style style = any_style(messy);
  struct cs_error err = CS_ERROR_INIT;
  struct cs_table *table = cs_table_new();
  struct rows rows;
  char place[64];
  unsigned which = below(sizeof within / sizeof *within);
  style.array = false;
  make_rows(&rows, &style, count);
  if (below(2)) rows.text.len--; /* on the line of the row before it */
  size_t at = rows.text.len + within[which];
  cs_str_add_text(&rows.text, fault[which]);
  place_of(&rows.text, at, place, sizeof place);
  bool right = table && read_rows(table, &rows.text, block, &err) == CS_DATA &&
               strncmp(err.text, place, strlen(place)) == 0;
  if (!right) printf("# %s, not %s (%s)\n", err.text, place, fault[which]);
  cs_table_free(table);
  cs_str_release(&rows.text);
  cs_str_release(&rows.want);
  return right;
}

/* An array on one line: the column goes on over blocks and rows. */
static bool column_goes_on(size_t count, size_t block) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_table *table = cs_table_new();
  struct cs_str text = CS_STR_INIT;
  char place[64];
  cs_str_add_text(&text, "[\n ");
  for (size_t i = 0; i < count; i++) cs_str_add_format(&text, "{\"a\" : %zu} , ", i);
  cs_str_add_text(&text, "{\"a\":}]");
  place_of(&text, text.len - 2, place, sizeof place);
  bool right = table && read_rows(table, &text, block, &err) == CS_DATA &&
               strncmp(err.text, place, strlen(place)) == 0;
  if (!right) printf("# %s, not %s\n", err.text, place);
  cs_table_free(table);
  cs_str_release(&text);
  return right;
}

/* Whether one row, the first, the second or the last of three, is written anew as it should be. */
static bool is_mended(const char *odd, const char *mended, size_t at) {
  static const char plain[] = "{\"a\":0,\"b\":\"x\"}";
  struct cs_error err = CS_ERROR_INIT;
  struct cs_table *table = cs_table_new();
  struct rows rows = {CS_STR_INIT, CS_STR_INIT};
  for (size_t row = 0; row < 3; row++) {
    cs_str_add_format(&rows.text, "%s\n", row == at ? odd : plain);
    cs_str_add_format(&rows.want, "%s\n", row == at ? mended : plain);
  }
  bool right = table && read_rows(table, &rows.text, 0, &err) == CS_OK &&
               write_rows(table, "out.jsonl", &err) == CS_OK && same_file("out.jsonl", &rows.want);
  cs_table_free(table);
  cs_str_release(&rows.text);
  cs_str_release(&rows.want);
  return right;
}

int main(void) {
  static const size_t blocks[] = {64, 100, 4096, 0};
  UNIT_BEGIN;
  TEST("json: rows of one style come out with the tokens that went in") {
    for (int round = 0; round < 50; round++) CHECK(come_out(false, 1 + below(200), ANY(blocks)));
  }
  TEST("json: rows with keys in any order, left out, escaped and blanks anywhere come out alike") {
    for (int round = 0; round < 100; round++) CHECK(come_out(true, 1 + below(200), ANY(blocks)));
  }
  TEST("json: one row that is set otherwise is written as the others, they as they were") {
    static const char *const odd[] = {"{\"a\":1,\"b\":2 }",      "{\"a\":1,\"b\":2\n}", "{\"a\":1 ,\"b\":2}",
                                      "{\"a\" :1,\"b\":2}",      "{\"a\":1,\"b\": 2}",  "{ \"a\":1,\"b\":2}",
                                      "{\"\\u0061\":1,\"b\":2}", "{\"a\":1,\"b\":2}",   "{\"b\":2,\"a\":1}"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
      for (size_t at = i == 8; at < 3; at++) CHECK(is_mended(odd[i], "{\"a\":1,\"b\":2}", at));
    CHECK(is_mended("{\"a\":1}", "{\"a\":1,\"b\":null}", 0));
    CHECK(is_mended("{\"a\":1}", "{\"a\":1,\"b\":null}", 2));
    CHECK(is_mended("{\"b\":1}", "{\"a\":null,\"b\":1}", 1));
    CHECK(is_mended("{}", "{\"a\":null,\"b\":null}", 0));
    CHECK(is_mended("{}", "{\"a\":null,\"b\":null}", 2));
  }
  TEST("json: rows over several blocks come out alike") {
    for (int round = 0; round < 4; round++) CHECK(come_out(round % 2, 6000, 0));
  }
  TEST("json: a fault is told with the line and the column where it stands") {
    for (int round = 0; round < 400; round++) CHECK(is_told(round % 2, 1 + below(40), ANY(blocks)));
  }
  TEST("json: columns are counted on over rows and blocks") {
    for (int round = 0; round < 40; round++) CHECK(column_goes_on(below(1000), ANY(blocks)));
    CHECK(column_goes_on(100000, 0));
  }
  remove("out.jsonl");
  remove(*path);
  UNIT_END;
}
