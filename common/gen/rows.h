/* rows.h - a table written row by row as it is made, in memory that doesn't grow: CSV, TSV, JSON or JSON Lines.
 *
 * Life cycle  begin -> (a cell per column -> end of the row) ... -> finish. Cells are given in the order of the names.
 * Errors      of writing and of memory surface at the end of a row.
 */
#ifndef CS_GEN_ROWS_H
#define CS_GEN_ROWS_H

#include "base/error.h"
#include "base/str.h"
#include "data/output.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_rows {
  struct cs_output *output; /* not owned */
  enum cs_format format;    /* AUTO is CSV */
  const char *const *name;  /* [columns], not owned */
  size_t columns, column;
  uint64_t rows;
  struct cs_str text;
};

#define CS_ROWS_INIT                                                                                         \
  { NULL, CS_FORMAT_CSV, NULL, 0, 0, 0, CS_STR_INIT }

void cs_rows_release(struct cs_rows *rows);

/* Writes the header, or what opens a JSON document. */
CS_MUST_CHECK enum cs_status cs_rows_begin(struct cs_rows *rows, struct cs_output *output,
                                           enum cs_format format, const char *const *name, size_t columns,
                                           bool no_header, struct cs_error *err);

void cs_rows_text(struct cs_rows *rows, struct cs_slice cell);
void cs_rows_integer(struct cs_rows *rows, int64_t value);
void cs_rows_cents(struct cs_rows *rows, int64_t value); /* in units: 1250 is 12.5 */
void cs_rows_number(struct cs_rows *rows, double value, int digits);

CS_MUST_CHECK enum cs_status cs_rows_end(struct cs_rows *rows, struct cs_error *err);

/* Writes what is left, and what closes a JSON document. The caller commits the output. */
CS_MUST_CHECK enum cs_status cs_rows_finish(struct cs_rows *rows, struct cs_error *err);

#endif
