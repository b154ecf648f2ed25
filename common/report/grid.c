#include "report/grid.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FLEXIBLE_MIN = 8, INDENT = 2, GAP = 2 };

/* --- characters --- */

struct range {
  uint32_t first, last;
};

/* Marks that take no column (Unicode 15, the ranges that names meet), and characters that take two. */
static const struct range zero_width[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
    {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};
static const struct range double_width[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2614, 0x2615},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};
/* Controls, and the format characters that reorder or hide what stands beside them. */
static const struct range unsafe[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200E, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
};

static int is_in(uint32_t c, const struct range *range, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (c >= range[i].first && c <= range[i].last) return 1;
  return 0;
}
#define IS_IN(c, ranges) is_in(c, ranges, sizeof(ranges) / sizeof *(ranges))

/* One character of the text: how many bytes, how many columns, and whether it is shown as it is. */
struct glyph {
  size_t bytes, width;
  int shown;
};

static struct glyph next_glyph(const char *text) {
  const unsigned char *p = (const unsigned char *)text;
  static const struct glyph broken = {1, 1, 0};
  uint32_t c = p[0];
  size_t bytes = c < 0x80 ? 1 : (c >> 5) == 6 ? 2 : (c >> 4) == 14 ? 3 : (c >> 3) == 30 ? 4 : 0;
  static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
  if (bytes == 0) return broken;
  if (bytes > 1) c &= 0x7Fu >> bytes;
  for (size_t i = 1; i < bytes; i++) {
    if ((p[i] & 0xC0) != 0x80) return broken; /* a NUL ends it too */
    c = c << 6 | (p[i] & 0x3F);
  }
  if (c < least[bytes] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return broken;
  if (IS_IN(c, unsafe)) return (struct glyph){bytes, 1, 0};
  return (struct glyph){bytes, IS_IN(c, zero_width) ? 0 : IS_IN(c, double_width) ? 2 : 1, 1};
}

size_t cs_text_width(const char *text) {
  size_t width = 0;
  while (*text) {
    struct glyph glyph = next_glyph(text);
    width += glyph.width;
    text += glyph.bytes;
  }
  return width;
}

size_t cs_text_add(struct cs_str *out, const char *text, size_t width) {
  size_t whole = cs_text_width(text), used = 0;
  size_t room = whole > width && width > 0 ? width - 1 : width;
  while (*text) {
    struct glyph glyph = next_glyph(text);
    if (used + glyph.width > room) break;
    if (glyph.shown)
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
