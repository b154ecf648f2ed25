/* Tables read part by part: the same rows at the same places as when they are read whole. */
#include "base/str.h"
#include "data/table.h"
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

enum { FILES = 2 };

static const char *const path[FILES] = {"parts1", "parts2"};

static void put(const char *name, const char *text) {
  FILE *file = fopen(name, "wb");
  if (!file) return;
  fputs(text, file);
  fclose(file);
}

/* Each row as "file:line: cell|cell", and what is complained about. */
static void tell_rows(const struct cs_table *table, struct cs_str *story) {
  static const size_t columns[] = {0, 1};
  struct cs_str scratch = CS_STR_INIT;
  struct cs_slice cells[2];
  for (size_t row = 0; row < cs_table_rows(table); row++) {
    const char *source;
    uint64_t line;
    cs_str_clear(&scratch);
    cs_table_where(table, row, &source, &line);
    if (cs_table_cells(table, row, columns, 2, cells, &scratch, NULL) != CS_OK) return;
    cs_str_add_format(story, "%s:%llu: ", source, (unsigned long long)line);
    cs_str_add(story, cells[0].data, cells[0].len);
    cs_str_add_byte(story, '|');
    cs_str_add(story, cells[1].data, cells[1].len);
    cs_str_add_byte(story, '\n');
  }
  cs_str_release(&scratch);
}

static void tell(struct cs_str *story, size_t count, size_t bytes, size_t block, size_t *parts_read) {
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  struct cs_table *table = cs_table_new();
  struct cs_table_parts *parts = NULL;
  struct cs_error err = CS_ERROR_INIT;
  bool more = true;
  options.block = block;
  options.checksum = true;
  cs_str_clear(story);
  enum cs_status status = cs_table_parts_begin(&parts, table, path, count, &options, NULL, &err);
  for (*parts_read = 0; status == CS_OK && more; ++*parts_read) {
    status = cs_table_parts_next(parts, bytes, &more, &err);
    /* Rows before the one at fault belong to the part, or don't: only whole parts are told. */
    if (status == CS_OK) tell_rows(table, story);
  }
  cs_str_add_text(story, status == CS_OK ? cs_table_sha256(table) : err.text);
  cs_table_parts_free(parts);
  cs_table_free(table);
}

/* Whether every size of parts and blocks tells the same. */
static bool same_in_parts(const char *first, const char *second) {
  static const size_t sizes[] = {1, 7, 30, 100, 1000}, blocks[] = {1, 7, 64, 0};
  struct cs_str whole = CS_STR_INIT, story = CS_STR_INIT;
  size_t parts, count = second ? 2 : 1;
  bool same = true;
  put(path[0], first);
  if (second) put(path[1], second);
  tell(&whole, count, SIZE_MAX, 0, &parts);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes && same; i++)
    for (size_t j = 0; j < sizeof blocks / sizeof *blocks && same; j++) {
      tell(&story, count, sizes[i], blocks[j], &parts);
      same = strcmp(cs_str_text(&whole), cs_str_text(&story)) == 0;
      if (!same)
        printf("# parts of %zu, blocks of %zu:\n%s\n# whole:\n%s\n", sizes[i], blocks[j], cs_str_text(&story),
               cs_str_text(&whole));
    }
  for (size_t i = 0; i < FILES; i++) unlink(path[i]);
  cs_str_release(&whole);
  cs_str_release(&story);
  return same;
}

/* What is said of the fault in a text, by the part in which it stands. */
static const char *fault(const char *text, size_t bytes) {
  static char end[256];
  struct cs_str story = CS_STR_INIT;
  size_t parts;
  put(path[0], text);
  tell(&story, 1, bytes, 1, &parts);
  const char *last = strrchr(cs_str_text(&story), '\n');
  snprintf(end, sizeof end, "%s", last ? last + 1 : cs_str_text(&story));
  cs_str_release(&story);
  unlink(path[0]);
  return end;
}

int main(void) {
  UNIT_BEGIN;
  TEST("parts: CSV, with lines within cells and blank ones, over two files with other orders of columns") {
    CHECK(same_in_parts("a,b\n1,\"x\ny\"\n\n\n2,z\r\n3,\"\"\"\"\n\n4,5\n", "b,a\n\n6,7\n\n8,\"9\n\"\n10,11"));
    CHECK(same_in_parts("a,b\n", "b,a\n1,2\n3,4\n5,6\n"));
    CHECK(same_in_parts("a,b\n1,2\n3,4\n5,6\n7,8\n", "a,b\n"));
  }
  TEST("parts: a part holds about as much as was asked for") {
    struct cs_str text = CS_STR_INIT, story = CS_STR_INIT;
    size_t parts;
    cs_str_add_text(&text, "a,b\n");
    for (int i = 0; i < 1000; i++) cs_str_add_format(&text, "%d,x\n", i + 1000);
    put(path[0], cs_str_text(&text));
    tell(&story, 1, 700, 64, &parts);
    CHECK(parts >= 8 && parts <= 12); /* 7,000 bytes, and the one that has nothing left */
    unlink(path[0]);
    cs_str_release(&text);
    cs_str_release(&story);
  }
  TEST("parts: JSON Lines and arrays, keys in any order") {
    CHECK(same_in_parts(
        "{\"a\":1,\"b\":2}\n\n{\"b\":\"x\",\n\"a\":\"y\"}\n{\"a\":3,\"b\":4}{\"a\":5,\"b\":6}", NULL));
    CHECK(
        same_in_parts("[\n{\"a\":1,\"b\":2},\n{\"b\":3,\"a\":4}\n,{\"a\":5,\"b\":6}]\n", "a,b\n7,8\n9,10\n"));
  }
  TEST("parts: a fault is told with its line, whatever was forgotten before") {
    CHECK_TEXT(fault("a,b\n1,2\n\n3,4\n5\n", 1), "parts1:5: expected 2 cells, found 1");
    CHECK_TEXT(fault("a,b\n1,2\n\n3,4\n5\n", SIZE_MAX), "parts1:5: expected 2 cells, found 1");
    CHECK_TEXT(fault("{\"a\":1,\"b\":2}\n{\"a\":1,\"b\":2}\n{\"a\":[]}\n", 1),
               "parts1:3:6: a nested value: a table's cells are texts, numbers, true, false or null");
  }
  UNIT_END;
}
