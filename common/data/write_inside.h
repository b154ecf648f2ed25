/* write_inside.h - what the writers of delimited and of JSON rows share. Private to data/. */
#ifndef CS_DATA_WRITE_INSIDE_H
#define CS_DATA_WRITE_INSIDE_H

#include "base/num.h"
#include "data/table_inside.h"

struct cs_writer {
  const struct cs_table *table;
  struct cs_output *output;
  enum cs_format format;
  char delimiter;
  const char *missing;
  size_t appended; /* how many appended columns are written */
  bool edits;      /* rows are written as edited */
  bool *bare;      /* JSON: [columns], numbers without quotes */
  size_t *key;     /* JSON: [columns + 1], where the text before a value begins in keys */
  struct cs_str keys;
  struct cs_slice *cells;           /* [columns_read] */
  size_t rows;                      /* written so far */
  const struct cs_segment *segment; /* of the row at hand */
  size_t segment_begin, segment_end;
  struct cs_str batch, scratch;
};

/* The text of an appended cell; data is NULL where it is missing. */
struct cs_slice cs_writer_appended(const struct cs_appended *column, size_t row, char number[CS_NUM_TEXT]);

/* The texts of all columns that were read, into writer->cells. */
CS_MUST_CHECK enum cs_status cs_writer_cells(struct cs_writer *writer, size_t row, struct cs_error *err);

/* --- writejson.c --- */

/* Finds which columns are bare numbers, and begins the document. */
CS_MUST_CHECK enum cs_status cs_writer_begin_json(struct cs_writer *writer, struct cs_error *err);

/* Adds a row as an object; segment is the row's, or NULL when nothing was read. */
CS_MUST_CHECK enum cs_status cs_writer_json_row(struct cs_writer *writer, const struct cs_segment *segment,
                                                size_t row, struct cs_error *err);

#endif
