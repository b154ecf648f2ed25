#include "report/grid.h"
#include "unit.h"

#include <stdint.h>

static const char *cut(struct cs_str *out, const char *text, size_t width) {
  cs_str_clear(out);
  cs_text_add(out, text, width);
  return cs_str_text(out);
}

int main(void) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_str out = CS_STR_INIT;
  struct cs_grid grid;
  UNIT_BEGIN;

  TEST("grid: width counts terminal columns") {
    CHECK(cs_text_width("abc") == 3);
    CHECK(cs_text_width("Zürich") == 6);
    CHECK(cs_text_width("e\xCC\x81t\xC3\xA9") == 3); /* a combining accent */
    CHECK(cs_text_width("顧客") == 4);
    CHECK(cs_text_width("") == 0);
  }
  TEST("grid: a long text is cut with an ellipsis, never inside a character") {
    CHECK_TEXT(cut(&out, "Champions", 9), "Champions");
    CHECK_TEXT(cut(&out, "Champions", 5), "Cham…");
    CHECK_TEXT(cut(&out, "顧客顧客", 4), "顧…");
    CHECK_TEXT(cut(&out, "éééé", 3), "éé…");
    CHECK_TEXT(cut(&out, "abc", 0), "");
  }
  TEST("grid: what could drive the terminal or reorder the line is replaced") {
    CHECK_TEXT(cut(&out, "a\x1b[31mb", 80), "a?[31mb");
    CHECK_TEXT(cut(&out, "a\nb\rc\td", 80), "a?b?c?d");
    CHECK_TEXT(cut(&out,
                   "a\xE2\x80\xAE"
                   "b",
                   80),
               "a?b"); /* right-to-left override */
    CHECK_TEXT(cut(&out,
                   "a\xC2\x9B"
                   "b",
                   80),
               "a?b");                                            /* the C1 control CSI */
    CHECK_TEXT(cut(&out, "a\xFF\xC3", 80), "a??");                /* no UTF-8 */
    CHECK_TEXT(cut(&out, "a\xC0\xAF\xED\xA0\x80", 80), "a?????"); /* overlong, surrogate */
  }
  TEST("grid: columns are aligned and lines have no blanks at their end") {
    cs_str_clear(&out);
    cs_grid_init(&grid, "lrl");
    cs_grid_add(&grid, "a");
    cs_grid_add(&grid, "1");
    cs_grid_add(&grid, "x");
    cs_grid_add(&grid, "für");
    cs_grid_add(&grid, "22");
    cs_grid_add(&grid, "%s", "");
    CHECK(cs_grid_write(&grid, 80, &out, &err) == CS_OK);
    CHECK_TEXT(cs_str_text(&out), "  a     1  x\n  für  22\n");
    cs_grid_release(&grid);
  }
  TEST("grid: flexible columns give way, the last one first") {
    cs_str_clear(&out);
    cs_grid_init(&grid, "fr"
                        "f");
    cs_grid_add(&grid, "abcdefghijkl");
    cs_grid_add(&grid, "1");
    cs_grid_add(&grid, "ABCDEFGHIJKL");
    CHECK(cs_grid_write(&grid, 26, &out, &err) == CS_OK);
    CHECK_TEXT(cs_str_text(&out), "  abcdefghij…  1  ABCDEFG…\n");
    cs_grid_release(&grid);
  }
  TEST("grid: a paragraph is broken at blanks, a word is never lost") {
    cs_str_clear(&out);
    cs_text_wrap(&out, "one two three fourteenletters five", 10, 2);
    CHECK_TEXT(cs_str_text(&out), "one two\n  three\n  fourteenletters\n  five\n");
  }
  cs_str_release(&out);
  UNIT_END;
}
