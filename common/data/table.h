/* table.h - a table read whole, kept verbatim, decoded only where a tool needs it, and written with columns appended.
 *
 * Invariants
 *   - A row is the very bytes that were read, in one growing text with one offset of 8 bytes a row; no pointer per
 *     cell. Memory is at most 1.25 x the input's bytes + 8 per decoded number + 8 per row + a constant.
 *   - Columns pass through untouched: while format and separator stay the same, rows are written byte for byte as
 *     they came in (CRLF becomes LF). Columns are appended, never reordered or reformatted.
 *   - Names are unique. Column indices are 0-based here; messages count lines and positions from 1.
 *   - Numbers in appended columns are finite, or NaN, which is a missing cell.
 * Life cycle
 *   init -> read (or begin, for a new table) -> decode, cell, edit, drop, add ... -> write -> release.
 * Ownership
 *   The table owns its text, names, appended columns and edits. Slices that it hands out live until the next call that
 *   changes the table, or, when they were unescaped into the caller's scratch, until that is cleared or used again.
 */
#ifndef CS_DATA_TABLE_H
#define CS_DATA_TABLE_H

#include "base/error.h"
#include "base/notes.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cs_format { CS_FORMAT_AUTO, CS_FORMAT_CSV, CS_FORMAT_TSV, CS_FORMAT_JSON, CS_FORMAT_JSONL };
enum cs_ragged { CS_RAGGED_ERROR, CS_RAGGED_PAD, CS_RAGGED_REJECT };

/* How to read. */
struct cs_read_options {
  enum cs_format format; /* AUTO: from the first bytes, per file */
  char delimiter;       /* 0: recognised from the header line, per file; ' ': any number of blanks and TABs */
  bool no_header;       /* names are c1, c2, ... */
  char decimal;         /* '.' or ',' */
  const char *encoding; /* "utf-8", or anything that iconv knows */
  const char *missing;  /* comma list of texts that mean a missing cell; the empty cell always does */
  enum cs_ragged ragged;
  size_t max_field; /* bytes */
  bool checksum;    /* SHA-256 of the input's bytes, in order */
  int threads;      /* 0 is 1 */
  size_t block;     /* bytes that are read at once; 0: as many as are good. No result depends on it. */
};

#define CS_READ_OPTIONS_INIT                                                                                 \
  {                                                                                                          \
    CS_FORMAT_AUTO, 0, false, '.', "utf-8", "NA,N/A,null,NULL,NaN", CS_RAGGED_ERROR, (size_t)1 << 20, false, \
        1, 0                                                                                                 \
  }

/* How an appended column is written. */
enum cs_kind {
  CS_KIND_INTEGER,  /* whole numbers; values are exact doubles */
  CS_KIND_QUANTITY, /* 15 significant digits */
  CS_KIND_RATIO,    /* 9 significant digits */
  CS_KIND_TEXT,     /* code[row] is an index into a list of texts, CS_TEXT_MISSING is a missing cell */
};

#define CS_TEXT_MISSING UINT32_MAX

struct cs_table;

/* NULL when memory is exhausted. */
struct cs_table *cs_table_new(void);
void cs_table_free(struct cs_table *table);

/* Reads paths[0..count) ("-" is standard input; no path at all is standard input too) as one table. Notes: ties between
 * delimiters, rows padded or rejected. CS_DATA with source and line for what is malformed, CS_IO for what can't be read. */
CS_MUST_CHECK enum cs_status cs_table_read(struct cs_table *table, const char *const *paths, size_t count,
                                           const struct cs_read_options *options, struct cs_notes *notes,
                                           struct cs_error *err);

/* The same part by part, for tools that need no row twice. Each part forgets the rows of the one before, with their edits
 * and marks, and reads whole rows of about `bytes` bytes; *more is false when there are none left. Columns keep their
 * indices; those of CSV and TSV are known when the first part was asked for, JSON rows may add some in each part.
 * cs_table_fail() and cs_table_where() know the rows of the part. paths and options outlive the parts. */
enum { CS_PART_BYTES = 4 << 20 }; /* what tools ask for */
struct cs_table_parts;
CS_MUST_CHECK enum cs_status cs_table_parts_begin(struct cs_table_parts **parts, struct cs_table *table,
                                                  const char *const *paths, size_t count,
                                                  const struct cs_read_options *options,
                                                  struct cs_notes *notes, struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_table_parts_next(struct cs_table_parts *parts, size_t bytes, bool *more,
                                                 struct cs_error *err);
void cs_table_parts_free(struct cs_table_parts *parts);

/* The next part is added to the rows that are there, of which none was dropped or edited. */
void cs_table_parts_keep(struct cs_table_parts *parts);

/* Whether rows are JSON objects, so that later ones may add columns. */
bool cs_table_is_json(const struct cs_table *table);

/* Makes an empty table with `rows` rows and no columns, to which a tool adds what it made. */
CS_MUST_CHECK enum cs_status cs_table_begin(struct cs_table *table, size_t rows, struct cs_error *err);

/* --- shape --- */

size_t cs_table_rows(const struct cs_table *table);    /* dropped rows included */
size_t cs_table_kept(const struct cs_table *table);    /* rows that will be written */
size_t cs_table_columns(const struct cs_table *table); /* read and appended */
size_t cs_table_columns_read(const struct cs_table *table);
uint64_t cs_table_bytes(const struct cs_table *table); /* bytes read */

/* The name of a column. */
struct cs_slice cs_table_name(const struct cs_table *table, size_t column);

/* The column of that name, or SIZE_MAX. */
size_t cs_table_find(const struct cs_table *table, struct cs_slice name);

/* "" unless options.checksum: lower-case hexadecimal SHA-256. */
const char *cs_table_sha256(const struct cs_table *table);

/* --- cells --- */

/* The texts of some cells of a row, unquoted and unescaped: cells[i] is that of columns[i] (in any order). A JSON null
 * or an absent key gives data == NULL. Text that needs unescaping is put into scratch, which the caller clears between
 * rows. Columns that were read only. */
CS_MUST_CHECK enum cs_status cs_table_cells(const struct cs_table *table, size_t row, const size_t *columns,
                                            size_t count, struct cs_slice *cells, struct cs_str *scratch,
                                            struct cs_error *err);

/* The texts of all columns that were read, cells[column], with the edits or as they came in. Scratch is cleared first; text
 * that needs unescaping is put there. */
CS_MUST_CHECK enum cs_status cs_table_all_cells(const struct cs_table *table, size_t row, bool edits,
                                                struct cs_slice *cells, struct cs_str *scratch,
                                                struct cs_error *err);

/* The same for rows in a row of which most need no more than cutting: cells is [count][columns read], simple[i] tells
 * whether the i-th is one of these; the cells of others hold nothing of use. 8 bytes can be read from each byte of a cell.
 * count is at most CS_SIMPLE_ROWS. Returns what stands between the cells. */
enum { CS_SIMPLE_ROWS = 32 };
char cs_table_simple_rows(const struct cs_table *table, size_t first, size_t count, struct cs_slice *cells,
                          bool *simple);

/* Whether a cell means missing: data == NULL, blank, or one of the texts of options.missing. */
bool cs_table_is_missing(const struct cs_table *table, struct cs_slice cell);

/* The same for loops over many cells: what most of them begin with tells that they aren't. */
const uint64_t *cs_table_missing_first(
    const struct cs_table *table); /* [4], a bit for each byte that such a text begins with */
static inline bool cs_cell_is_missing(const struct cs_table *table, const uint64_t first_bytes[4],
                                      struct cs_slice cell) {
  if (!cell.len) return true;
  unsigned char first = (unsigned char)cell.data[0], last = (unsigned char)cell.data[cell.len - 1];
  if (first > ' ' && last > ' ' && !(first_bytes[first / 64] >> first % 64 & 1)) return false;
  return cs_table_is_missing(table, cell);
}

/* The decimal sign to read the table's numbers with, found out behind its reading. Computed numbers are still written with
 * a point: whoever reads them next wasn't told. */
void cs_table_set_decimal(struct cs_table *table, char decimal);

/* A cell as a number, with the table's decimal sign. */
bool cs_table_number(const struct cs_table *table, struct cs_slice cell, double *value);

/* One column as numbers. In: column. Out: the rest. It isn't numeric when a cell isn't a number (the first such row is
 * bad_row), or when every cell is missing (bad_row is SIZE_MAX). JSON strings, true and false are never numbers. */
struct cs_decoded {
  size_t column;
  double *
      value; /* of cs_table_decode() alone: [rows], NaN where missing, the caller's to free(); NULL when it isn't numeric */
  bool numeric;
  size_t missing;     /* how many cells are */
  size_t missing_row; /* the first of them */
  size_t bad_row;
};

/* Decodes count columns in one pass over the rows. Columns that were read, or appended numbers (copied). Dropped rows
 * are decoded too. */
CS_MUST_CHECK enum cs_status cs_table_decode(const struct cs_table *table, struct cs_decoded *decoded,
                                             size_t count, int threads, struct cs_error *err);

/* The same into x[rows][count], of the first `rows` rows. The numbers of a column with a bad cell are of no use. */
CS_MUST_CHECK enum cs_status cs_table_decode_rows(const struct cs_table *table, struct cs_decoded *decoded,
                                                  size_t count, size_t rows, double *x, int threads,
                                                  struct cs_error *err);

/* The same, and some rows after the other are handed out, x[rows][count] being those from `first` on: memory doesn't grow
 * with the rows. Which columns are numeric is known at the end. */
typedef void cs_rows_visit(void *context, size_t first, size_t rows, const double *x);
CS_MUST_CHECK enum cs_status cs_table_visit_rows(const struct cs_table *table, struct cs_decoded *decoded,
                                                 size_t count, cs_rows_visit *visit, void *context,
                                                 int threads, struct cs_error *err);

/* "orders.csv:17: column 'total_spent': <message>": fails with CS_DATA. column may be SIZE_MAX: no column is named;
 * row may be SIZE_MAX: no line is. Standard input is called "-". */
enum cs_status cs_table_fail(const struct cs_table *table, size_t row, size_t column, struct cs_error *err,
                             const char *format, ...) CS_PRINTF(5, 6);

/* The source's name and the line (from 1) on which a row begins. */
void cs_table_where(const struct cs_table *table, size_t row, const char **source, uint64_t *line);

/* --- changes --- */

/* The row will not be written. */
CS_MUST_CHECK enum cs_status cs_table_drop(struct cs_table *table, size_t row, struct cs_error *err);
bool cs_table_dropped(const struct cs_table *table, size_t row);
bool cs_table_drops(const struct cs_table *table); /* some row is */

/* Replaces the text of one cell that was read (the tool counts and reports it). */
CS_MUST_CHECK enum cs_status cs_table_edit(struct cs_table *table, size_t row, size_t column,
                                           struct cs_slice text, struct cs_error *err);

/* Appends a column of numbers; takes `value` ([rows], from cs_alloc()), also when it fails. An existing name is
 * CS_USAGE: "column 'x' exists already ...". */
CS_MUST_CHECK enum cs_status cs_table_add_number(struct cs_table *table, const char *name, enum cs_kind kind,
                                                 double *value, struct cs_error *err);

/* Appends a column of texts; takes `code` ([rows]) and copies texts[0..count). */
CS_MUST_CHECK enum cs_status cs_table_add_text(struct cs_table *table, const char *name, uint32_t *code,
                                               const struct cs_slice *texts, size_t count,
                                               struct cs_error *err);

/* --- writing --- */

struct cs_write_options {
  enum cs_format format; /* AUTO is CSV */
  char delimiter;        /* 0 is ',' for CSV */
  bool no_header;
  const char *missing; /* text of a missing cell in appended columns; NULL is the empty cell */
  int threads;         /* 0 is 1 */
};

struct cs_output;

/* Writes the kept rows with all columns. Nothing of an unfinished table is ever left under the output's name: the
 * caller commits or aborts the output. */
CS_MUST_CHECK enum cs_status cs_table_write(const struct cs_table *table, struct cs_output *output,
                                            const struct cs_write_options *options, struct cs_error *err);

/* What of a row is written. */
enum cs_row_form {
  CS_ROWS_AS_READ, /* as they were read, without appended columns: for rejects */
  CS_ROWS_WHOLE,   /* as cs_table_write() writes them */
};

/* Writes only some rows, header first. */
CS_MUST_CHECK enum cs_status cs_table_write_rows(const struct cs_table *table, enum cs_row_form what,
                                                 const size_t *rows, size_t count, struct cs_output *output,
                                                 const struct cs_write_options *options,
                                                 struct cs_error *err);

#endif
