#include "data/blanks.h"
#include "data/table.h"
#include "unit.h"

#include <stdlib.h>

static const struct {
  const char *text, *squeezed;
} cases[] = {
    {" 00004 0001  19970101\n", "00004 0001 19970101\n"},
    {"a  b\t \tc   \r\n   d e\n", "a b c\r\nd e\n"},
    {"  \n\n \r\na\n", "\n\n\r\na\n"},
    {"a b  ", "a b"},
    {"", ""},
    {"   ", ""},
    {"\"a  b\"  c\n", "\"a  b\" c\n"},
    {"a \" b \n  c\"  d \n", "a \" b \n  c\" d\n"},
    {"\"a \"\" b\"  c\n", "\"a \"\" b\" c\n"},
    {"\"\"  \"  \"  x\n", "\"\" \"  \" x\n"},
    {"5\"  6\n", "5\" 6\n"},
    {"a\r  b\r", "a\rb\r"},
};

/* The text in pieces of `size` bytes, each in the place where it would be read to. */
static bool is_squeezed(const char *text, size_t size, const char *expected) {
  struct cs_blanks blanks = {false, false, false, false};
  char room[256];
  size_t len = strlen(text), fill = 0;
  for (size_t at = 0; at < len; at += size) {
    size_t piece = len - at < size ? len - at : size;
    char *from = room + fill + blanks.pending;
    memcpy(from, text + at, piece);
    fill += cs_blanks_squeeze(&blanks, room + fill, from, piece);
  }
  return fill == strlen(expected) && memcmp(room, expected, fill) == 0;
}

/* A table read in blocks of some bytes: its cells, "a|b/c|d/", or the message. */
static const char *cells_of(const char *text, size_t block) {
  static const char *const path = "blanks.txt";
  static char answer[1024];
  struct cs_read_options read = CS_READ_OPTIONS_INIT;
  struct cs_error err = CS_ERROR_INIT;
  struct cs_table *table = cs_table_new();
  struct cs_str scratch = CS_STR_INIT, out = CS_STR_INIT;
  read.delimiter = ' ';
  read.no_header = true;
  read.block = block;
  FILE *file = fopen(path, "wb");
  if (file) {
    fputs(text, file);
    fclose(file);
  }
  enum cs_status status = cs_table_read(table, &path, 1, &read, NULL, &err);
  for (size_t row = 0; status == CS_OK && row < cs_table_rows(table); row++) {
    for (size_t column = 0; column < cs_table_columns(table); column++) {
      struct cs_slice cell;
      if (cs_table_cells(table, row, &column, 1, &cell, &scratch, &err) != CS_OK) break;
      cs_str_add(&out, cell.data, cell.len);
      cs_str_add_byte(&out, column + 1 < cs_table_columns(table) ? '|' : '/');
    }
  }
  snprintf(answer, sizeof answer, "%s", status == CS_OK ? cs_str_text(&out) : err.text);
  cs_str_release(&scratch);
  cs_str_release(&out);
  cs_table_free(table);
  return answer;
}

int main(void) {
  UNIT_BEGIN;
  TEST("blanks: runs become one, those at the ends of lines nothing, those within quotes stay") {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
      if (!is_squeezed(cases[i].text, 256, cases[i].squeezed)) unit_fail(__FILE__, __LINE__, cases[i].text);
  }
  TEST("blanks: the text may come in pieces of any size") {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
      for (size_t size = 1; size < 20; size++)
        if (!is_squeezed(cases[i].text, size, cases[i].squeezed))
          unit_fail(__FILE__, __LINE__, cases[i].text);
  }
  TEST("blanks: a table of any blocks has the cells that awk sees, and quoted ones") {
    char text[4000] = "  01 \t 19970101   2  29.33 \r\n", expected[4000] = "01|19970101|2|29.33/";
    for (int i = 0; i < 20; i++) {
      strcat(text, " \"x  y\"   7 \t\t 8   9\n\n                                                  \n");
      strcat(expected, "x  y|7|8|9/");
    }
    for (size_t block = 64; block < 200; block++)
      if (strcmp(cells_of(text, block), expected) != 0) unit_fail(__FILE__, __LINE__, cells_of(text, block));
    CHECK_TEXT(cells_of(text, 0), expected);
  }
  TEST("blanks: messages name the line in the file") {
    CHECK_TEXT(cells_of("a b\n\n   \n  c   d \n e\n", 0), "blanks.txt:5: expected 2 cells, found 1");
  }
  UNIT_END;
}
