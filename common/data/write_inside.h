/* write_inside.h - what the writers of delimited and of JSON rows share. Private to data/.
 *
 * Rows are formatted in batches, by several threads at a time. Each has a writer of its own; what belongs to the whole
 * table is shared and doesn't change meanwhile.
 */
#ifndef CS_DATA_WRITE_INSIDE_H
#define CS_DATA_WRITE_INSIDE_H

#include "base/num.h"
#include "data/table_inside.h"

struct cs_writer {
  /* of the whole table */
  const struct cs_table *table;
  enum cs_format format;
  char delimiter;
  struct cs_slice missing;
  size_t appended;   /* how many appended columns are written */
  bool edits;        /* rows are written as edited */
  const bool *bare;  /* JSON: [columns], numbers without quotes */
  const char *keys;  /* JSON: what stands before the values of each column */
  const size_t *key; /* JSON: [columns + 1], where that begins */

  /* of the batch at hand */
  struct cs_slice *cells;           /* [columns_read] */
  const struct cs_segment *segment; /* of the row at hand */
  size_t segment_begin, segment_end;
  struct cs_str batch, scratch;
};

/* The row's segment, or NULL when nothing was read. */
const struct cs_segment *cs_writer_segment(struct cs_writer *writer, size_t row);

/* The text of a cell of an appended column of texts; data is NULL where it is missing. */
static inline struct cs_slice cs_writer_text(const struct cs_appended *column, size_t row) {
  uint32_t code = column->code[row];
  return code == CS_TEXT_MISSING ? (struct cs_slice){NULL, 0} : column->text[code];
}

/* Prints a cell of an appended column of numbers. Returns the length, 0 where it is missing. */
size_t cs_writer_number(const struct cs_appended *column, size_t row, char text[CS_NUM_TEXT]);

/* The texts of all columns that were read, into writer->cells. */
CS_MUST_CHECK enum cs_status cs_writer_cells(struct cs_writer *writer, size_t row, struct cs_error *err);

/* --- writecsv.c --- */

/* The header line as it stood, while it says the same in the format that is written. */
void cs_writer_header(struct cs_writer *writer);

/* Adds a row with its line feed. */
CS_MUST_CHECK enum cs_status cs_writer_delimited_row(struct cs_writer *writer,
                                                     const struct cs_segment *segment, size_t row,
                                                     struct cs_error *err);

/* --- writejson.c --- */

/* Takes from bare[columns] the columns that a row shows to be no bare numbers. */
CS_MUST_CHECK enum cs_status cs_writer_narrow(struct cs_writer *writer, const struct cs_segment *segment,
                                              size_t row, bool *bare, struct cs_error *err);

/* What can be known of that without the rows: identities and texts are no numbers. */
void cs_writer_bare(const struct cs_writer *writer, bool *bare);

/* What stands before the values: {"first": and ,"second": and so on. key[columns + 1] receives where each begins. */
void cs_writer_keys(const struct cs_writer *writer, struct cs_str *keys, size_t *key);

/* Adds a row as an object. */
CS_MUST_CHECK enum cs_status cs_writer_json_row(struct cs_writer *writer, const struct cs_segment *segment,
                                                size_t row, struct cs_error *err);

#endif
