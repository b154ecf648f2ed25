/* grid.h - text set in columns for a terminal of a given width.
 *
 * Cells are UTF-8; their width is counted in terminal columns (wide East Asian characters are two, combining marks
 * none). What could drive the terminal or reorder the line (control and bidirectional format characters, broken UTF-8)
 * is replaced by '?'. Columns that are marked flexible give way when the whole is too wide, the last one first: their
 * cells are cut with an ellipsis, never below 8 columns.
 */
#ifndef CS_REPORT_GRID_H
#define CS_REPORT_GRID_H

#include "base/error.h"
#include "base/str.h"

#include <stddef.h>

enum { CS_GRID_COLUMNS = 32 };

struct cs_grid {
  size_t columns, cells;
  const char *align;  /* one letter a column: 'l' left, 'r' right, 'f' left and flexible; outlives the grid */
  struct cs_str text; /* the cells, each with a NUL behind it */
};

/* align has one letter a column, at most CS_GRID_COLUMNS. */
void cs_grid_init(struct cs_grid *grid, const char *align);
void cs_grid_release(struct cs_grid *grid);

/* The next cell, row after row. */
void cs_grid_add(struct cs_grid *grid, const char *format, ...) CS_PRINTF(2, 3);

/* Appends the rows to out, each indented by two blanks, cells two blanks apart, nothing behind the last. */
CS_MUST_CHECK enum cs_status cs_grid_write(const struct cs_grid *grid, size_t width, struct cs_str *out,
                                           struct cs_error *err);

/* How many terminal columns a text takes. */
size_t cs_text_width(const char *text);

/* Appends text, cleaned, cut to `width` columns where it is longer; returns the columns it took. */
size_t cs_text_add(struct cs_str *out, const char *text, size_t width);

/* Appends a paragraph broken at blanks so that no line exceeds `width` where that can be helped, each line
 * but the first indented; a final newline. */
void cs_text_wrap(struct cs_str *out, const char *text, size_t width, size_t indent);

#endif
