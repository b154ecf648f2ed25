/* glyph.h - text, character by character, for whoever shows what others wrote.
 *
 * Text is UTF-8 that may be broken. Width is counted in terminal columns: wide East Asian characters are two, combining
 * marks none.
 */
#ifndef CS_REPORT_GLYPH_H
#define CS_REPORT_GLYPH_H

#include <stddef.h>
#include <stdint.h>

enum cs_glyph_kind {
  CS_GLYPH_PLAIN,
  CS_GLYPH_CONTROL, /* drives a terminal, ends a line */
  CS_GLYPH_FORMAT,  /* reorders or hides what stands beside it */
  CS_GLYPH_BROKEN,  /* no UTF-8, or no character */
};

struct cs_glyph {
  size_t bytes, width;
  uint32_t code;
  enum cs_glyph_kind kind;
};

/* The first one of a text that isn't empty. */
struct cs_glyph cs_glyph_first(const char *text);

#endif
