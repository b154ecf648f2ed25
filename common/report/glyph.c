#include "report/glyph.h"

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
static const struct range control[] = {{0x00, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x2029}};
static const struct range format[] = {
    {0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E},   {0x2060, 0x206F},
    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
};

static int is_in(uint32_t c, const struct range *range, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (c >= range[i].first && c <= range[i].last) return 1;
  return 0;
}
#define IS_IN(c, ranges) is_in(c, ranges, sizeof(ranges) / sizeof *(ranges))

struct cs_glyph cs_glyph_first(const char *text) {
  const unsigned char *p = (const unsigned char *)text;
  static const struct cs_glyph broken = {1, 1, 0xFFFD, CS_GLYPH_BROKEN};
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
  if ((c & 0xFFFE) == 0xFFFE) return (struct cs_glyph){bytes, 1, c, CS_GLYPH_BROKEN};
  if (IS_IN(c, control)) return (struct cs_glyph){bytes, 1, c, CS_GLYPH_CONTROL};
  if (IS_IN(c, format)) return (struct cs_glyph){bytes, 1, c, CS_GLYPH_FORMAT};
  return (struct cs_glyph){bytes,
                           IS_IN(c, zero_width)     ? 0
                           : IS_IN(c, double_width) ? 2
                                                    : 1,
                           c, CS_GLYPH_PLAIN};
}
