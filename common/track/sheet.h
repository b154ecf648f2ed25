/* sheet.h - a small table for people and for programs: text in columns, CSV, Markdown, or JSON objects.
 *
 * Life cycle  CS_SHEET_INIT; columns; cells row after row; write; release. An addition that finds no memory is told by
 * the writing.
 */
#ifndef CS_TRACK_SHEET_H
#define CS_TRACK_SHEET_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum cs_sheet_format { CS_SHEET_TEXT, CS_SHEET_MARKDOWN, CS_SHEET_CSV, CS_SHEET_JSON };
enum { CS_SHEET_COLUMNS = 32 };

struct cs_sheet {
  struct cs_str text; /* names, then cells, each with a NUL behind it */
  char align[CS_SHEET_COLUMNS + 1];
  size_t columns, cells;
  struct cs_str kinds; /* of each cell: '0' a number, 'a' text, '-' nothing */
};

#define CS_SHEET_INIT                                                                                        \
  { CS_STR_INIT, "", 0, 0, CS_STR_INIT }

void cs_sheet_release(struct cs_sheet *sheet);

/* align: 'l' left, 'r' right, 'f' left and shortened where the terminal is narrow. At most CS_SHEET_COLUMNS: what comes
 * beyond is an error of the writing. */
void cs_sheet_column(struct cs_sheet *sheet, char align, const char *name);

void cs_sheet_text(struct cs_sheet *sheet, const char *text); /* NULL: nothing */
void cs_sheet_number(struct cs_sheet *sheet,
                     const char *figure); /* a number as it is to be read; NULL: nothing */

CS_MUST_CHECK enum cs_status cs_sheet_write(const struct cs_sheet *sheet, enum cs_sheet_format format,
                                            size_t width, struct cs_str *out, struct cs_error *err);

#endif
