/* rows.h - rows of a table as text, made cell by cell: CSV, TSV, JSON or JSON Lines.
 *
 * Life cycle  init -> (a cell per column -> end of the row) ... -> write, and again. Cells are given in the order of the
 *             names. Rows of one table can be made in several of these and written one after the other.
 * Errors      of memory surface when rows are written.
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
  enum cs_format format;   /* AUTO is CSV */
  const char *const *name; /* [columns], not owned */
  size_t columns, column;
  uint64_t rows; /* in text */
  struct cs_str text;
  size_t replaced; /* column of the row that `replacement` stands in; SIZE_MAX: none */
  struct cs_slice replacement;
};

#define CS_ROWS_INIT                                                                                         \
  {                                                                                                          \
    CS_FORMAT_CSV, NULL, 0, 0, 0, CS_STR_INIT, SIZE_MAX, {                                                   \
      NULL, 0                                                                                                \
    }                                                                                                        \
  }

void cs_rows_release(struct cs_rows *rows);

void cs_rows_init(struct cs_rows *rows, enum cs_format format, const char *const *name, size_t columns);

void cs_rows_text(struct cs_rows *rows, struct cs_slice cell);
void cs_rows_word(struct cs_rows *rows,
                  struct cs_slice cell); /* nothing in it that needs quotes in CSV or TSV */
void cs_rows_integer(struct cs_rows *rows, int64_t value);
void cs_rows_cents(struct cs_rows *rows, int64_t value); /* in units: 1250 is 12.5 */
void cs_rows_number(struct cs_rows *rows, double value, int digits);
void cs_rows_end(struct cs_rows *rows);

/* In the next row that column has this text, which must live until the row ends, whatever is given for it. In JSON an
 * empty text is null, and one that is a number is bare in place of a number. */
void cs_rows_replace(struct cs_rows *rows, size_t column, struct cs_slice text);

/* Writes the header line, where the format has one. */
CS_MUST_CHECK enum cs_status cs_rows_write_header(const struct cs_rows *rows, struct cs_output *output,
                                                  struct cs_error *err);

/* Writes the rows and forgets them. *written, 0 before the table's first row, counts them. */
CS_MUST_CHECK enum cs_status cs_rows_write(struct cs_rows *rows, struct cs_output *output, uint64_t *written,
                                           struct cs_error *err);

/* Writes what closes a table of so many rows. The caller commits the output. */
CS_MUST_CHECK enum cs_status cs_rows_write_end(enum cs_format format, struct cs_output *output,
                                               uint64_t written, struct cs_error *err);

#endif
