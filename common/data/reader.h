/* reader.h - how inputs become rows: what the formats share. Private to data/.
 *
 * What was read and isn't a row yet waits behind the rows in the table's own text, so that a plain row is never copied.
 * Each format reads until the rows take `limit` bytes or the input ends, and goes on from there when it is called again.
 */
#ifndef CS_DATA_READER_H
#define CS_DATA_READER_H

#include "data/blanks.h"
#include "data/scan.h"
#include "data/source.h"
#include "data/table_inside.h"
#include "data/utf8.h"

/* What reading one input needs; positions are in table->text. */
struct cs_reader {
  struct cs_table *table;
  struct cs_source *source;
  const struct cs_read_options *options;
  struct cs_notes *notes;
  struct cs_segment *segment; /* the newest of the table */
  size_t scan, fill;          /* what was read and isn't a row yet: [scan, fill) */
  size_t block;               /* bytes to read at once */
  size_t limit;               /* of table->len */
  uint64_t skipped;           /* physical lines since the last row */
  bool check_text;            /* what is read has to be UTF-8 at once */
  struct cs_utf8 utf8;        /* at fill, while check_text */
  const char *text_flaw;      /* what is wrong with the byte behind fill, or NULL */
  bool squeezes;              /* cells are separated by any number of blanks */
  struct cs_blanks blanks;    /* then: at fill */
  bool cr_only, cr_quoted;    /* lines end with a bare CR; a quote is open at fill */
  bool done;                  /* the input has no more rows */
};

/* Moves what waits to the end of the rows. */
void cs_reader_close_up(struct cs_reader *reader);

/* Room for one more block behind what waits. */
CS_MUST_CHECK enum cs_status cs_reader_reserve(struct cs_reader *reader, struct cs_error *err);

/* Reads a block to fill, where there is room, and leaves fill where it is; *got is 0 at the end. May run beside what
 * looks at [scan, fill). */
CS_MUST_CHECK enum cs_status cs_reader_ahead(struct cs_reader *reader, size_t *got, struct cs_error *err);

/* All of that: one more block. *more is false at the end. */
CS_MUST_CHECK enum cs_status cs_reader_fill(struct cs_reader *reader, bool *more, struct cs_error *err);

/* Makes a row of what lies at table->len, `len` bytes with what ends it. */
CS_MUST_CHECK enum cs_status cs_reader_keep(struct cs_reader *reader, size_t len, struct cs_error *err);

/* Makes rows of the records of a run, the first of which stands at scan: they begin at scan + begin[i]. Moves scan behind them. */
CS_MUST_CHECK enum cs_status cs_reader_keep_run(struct cs_reader *reader, const uint32_t *begin,
                                                const struct cs_scan_run *run, struct cs_error *err);

/* Moves the text that waits from `at` on by at least `by` bytes; *at is where it went. */
CS_MUST_CHECK enum cs_status cs_reader_widen(struct cs_reader *reader, size_t *at, size_t by,
                                             struct cs_error *err);

/* The physical line on which text[at] stands, at >= scan. */
uint64_t cs_reader_line(const struct cs_reader *reader, size_t at);

/* "FILE:LINE: message" about text[at]. */
enum cs_status cs_reader_fail(const struct cs_reader *reader, size_t at, struct cs_error *err,
                              const char *format, ...) CS_PRINTF(4, 5);

/* Settles the names of the columns: from the header's cells (unquoted), or c1, c2, ... */
CS_MUST_CHECK enum cs_status cs_reader_names(struct cs_reader *reader, const struct cs_slice *names,
                                             size_t count, struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_reader_make_names(struct cs_reader *reader, size_t count,
                                                  struct cs_error *err);

/* CSV and TSV. begin reads the header line. */
struct cs_delimited;
CS_MUST_CHECK enum cs_status cs_delimited_begin(struct cs_delimited **delimited, struct cs_reader *reader,
                                                struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_delimited_read(struct cs_delimited *delimited, struct cs_error *err);
void cs_delimited_free(struct cs_delimited *delimited);

/* JSON, an array or JSON Lines. */
struct cs_json_input;
CS_MUST_CHECK enum cs_status cs_json_input_new(struct cs_json_input **input, struct cs_reader *reader,
                                               struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_json_read(struct cs_json_input *input, struct cs_error *err);
void cs_json_input_free(struct cs_json_input *input);

#endif
