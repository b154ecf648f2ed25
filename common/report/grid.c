#include "report/grid.h"

#include "report/glyph.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FLEXIBLE_MIN = 8, INDENT = 2, GAP = 2 };

/* --- text --- */

size_t cs_text_width(const char *text) {
  size_t width = 0;
  while (*text) {
    struct cs_glyph glyph = cs_glyph_first(text);
    width += glyph.width;
    text += glyph.bytes;
  }
  return width;
}

size_t cs_text_add(struct cs_str *out, const char *text, size_t width) {
  size_t whole = cs_text_width(text), used = 0;
  size_t room = whole > width && width > 0 ? width - 1 : width;
  while (*text) {
    struct cs_glyph glyph = cs_glyph_first(text);
    if (used + glyph.width > room) break;
    if (glyph.kind == CS_GLYPH_PLAIN)
      cs_str_add(out, text, glyph.bytes);
    else
      cs_str_add_byte(out, '?');
    used += glyph.width;
    text += glyph.bytes;
  }
  if (whole <= width || width == 0) return used;
  cs_str_add_text(out, "…");
  return used + 1;
}

static void add_blanks(struct cs_str *out, size_t count) {
  while (count-- > 0) cs_str_add_byte(out, ' ');
}

void cs_text_wrap(struct cs_str *out, const char *text, size_t width, size_t indent) {
  size_t used = 0;
  int first = 1;
  while (*text) {
    size_t len = strcspn(text, " ");
    char word[512];
    snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), text);
    size_t wide = cs_text_width(word);
    if (!first && used + 1 + wide > width) {
      cs_str_add_byte(out, '\n');
      add_blanks(out, indent);
      used = indent;
    } else if (!first) {
      cs_str_add_byte(out, ' ');
      used++;
    }
    used += cs_text_add(out, word, SIZE_MAX);
    first = 0;
    text += len;
    while (*text == ' ') text++;
  }
  cs_str_add_byte(out, '\n');
}

/* --- the grid --- */

void cs_grid_init(struct cs_grid *grid, const char *align) {
  *grid = (struct cs_grid){strlen(align), 0, align, CS_STR_INIT};
}

void cs_grid_release(struct cs_grid *grid) {
  cs_str_release(&grid->text);
}

void cs_grid_add(struct cs_grid *grid, const char *format, ...) {
  char small[512];
  va_list args;
  va_start(args, format);
  vsnprintf(small, sizeof small, format, args); /* a longer cell could not be shown anyway */
  va_end(args);
  cs_str_add(&grid->text, small, strlen(small) + 1);
  grid->cells++;
}

static void find_widths(const struct cs_grid *grid, size_t width, size_t *widths) {
  const char *cell = cs_str_text(&grid->text);
  for (size_t c = 0; c < grid->columns; c++) widths[c] = 0;
  for (size_t i = 0; i < grid->cells; i++, cell += strlen(cell) + 1) {
    size_t wide = cs_text_width(cell);
    if (wide > widths[i % grid->columns]) widths[i % grid->columns] = wide;
  }
  size_t whole = INDENT + GAP * (grid->columns - 1);
  for (size_t c = 0; c < grid->columns; c++) whole += widths[c];
  for (size_t c = grid->columns; c-- > 0 && whole > width;) {
    if (grid->align[c] != 'f' || widths[c] <= FLEXIBLE_MIN) continue;
    size_t over = whole - width, can = widths[c] - FLEXIBLE_MIN, give = over < can ? over : can;
    widths[c] -= give;
    whole -= give;
  }
}

static void write_cell(struct cs_str *out, const char *cell, size_t width, char align) {
  size_t wide = cs_text_width(cell), pad = wide < width ? width - wide : 0;
  if (align == 'r') add_blanks(out, pad);
  cs_text_add(out, cell, width);
  if (align != 'r') add_blanks(out, pad);
}

static void trim_blanks(struct cs_str *out) {
  while (out->len > 0 && out->data[out->len - 1] == ' ') out->data[--out->len] = '\0';
}

enum cs_status cs_grid_write(const struct cs_grid *grid, size_t width, struct cs_str *out,
                             struct cs_error *err) {
  size_t widths[CS_GRID_COLUMNS];
  CS_TRY(cs_str_check(&grid->text, "the report", err));
  find_widths(grid, width, widths);
  const char *cell = cs_str_text(&grid->text);
  for (size_t i = 0; i < grid->cells; i++, cell += strlen(cell) + 1) {
    size_t c = i % grid->columns;
    add_blanks(out, c == 0 ? INDENT : GAP);
    write_cell(out, cell, widths[c], grid->align[c]);
    if (c + 1 < grid->columns) continue;
    trim_blanks(out);
    cs_str_add_byte(out, '\n');
  }
  return CS_OK;
}
