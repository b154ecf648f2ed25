/* csv.h - one CSV or TSV record: where it ends, whether it is well formed, and its cells.
 *
 * A record is the bytes between two line ends outside quotes, without its own CR LF. Quotes are counted
 * exactly ("" counts twice), so a record's end is known before anything else is. The grammar is RFC 4180,
 * strictly: a quote opens a cell at its first byte or not at all, and behind a closing quote only a delimiter
 * or the end follows. Private to data/.
 */
#ifndef CS_DATA_CSV_H
#define CS_DATA_CSV_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* --- splitting --- */

/* How far the search for a record's end has come. */
struct cs_csv_probe {
  size_t at; /* offset from the record's start */
  bool odd;  /* an odd number of quotes lies before it */
};

/* The index of the line feed that ends the record at data, or len while it isn't there. Goes on from probe.
 */
size_t cs_csv_record_end(struct cs_csv_probe *probe, const char *data, size_t len, bool quotes);

/* How many of data[0..len) are `byte`. */
size_t cs_csv_count(const char *data, size_t len, char byte);

/* --- judging --- */

struct cs_csv_judge;

enum cs_csv_verdict { CS_CSV_GOOD, CS_CSV_BAD, CS_CSV_NO_MEMORY };

/* delimiter isn't a quote, CR or LF. */
CS_MUST_CHECK enum cs_status cs_csv_judge_new(struct cs_csv_judge **judge, char delimiter,
                                              struct cs_error *err);
void cs_csv_judge_free(struct cs_csv_judge *judge);

/* Judges record[0..len), behind which a line feed must stand, and counts its cells. A record without a quote is
 * judged by counting its delimiters, every other one by libcsv in strict mode. After CS_CSV_BAD the judge
 * can't be used again. */
enum cs_csv_verdict cs_csv_judge_record(struct cs_csv_judge *judge, const char *record, size_t len,
                                        size_t *cells);

/* The same by libcsv whatever the record holds: the reference for tests. */
enum cs_csv_verdict cs_csv_judge_reference(struct cs_csv_judge *judge, const char *record, size_t len,
                                           size_t *cells);

/* What is wrong with a record, at which byte, and where the cell begins. */
struct cs_csv_flaw {
  const char *what; /* "quote inside an unquoted cell"; NULL when nothing is */
  size_t at, cell;
  bool too_long; /* no fault of quotes */
};

/* Looks byte by byte. `whole` says that the record ends at len: only then is a quote never closed. */
struct cs_csv_flaw cs_csv_diagnose(const char *record, size_t len, bool whole, char delimiter,
                                   size_t max_field);
struct cs_csv_flaw cs_tsv_diagnose(const char *record, size_t len, size_t max_field);

/* --- mending --- */

struct cs_csv_mended {
  size_t cells;   /* of the line */
  size_t longest; /* bytes of the longest cell */
};

/* Splits a line whose quotes are misplaced, and appends its first `most` cells to out as a good record. A quote opens a
 * cell (blanks before it are dropped) where one stands before a later delimiter or the line's end; other quotes between
 * the two are text. Where a quote right behind a delimiter comes before that, the opening quote is text, and so is every
 * quote within a cell that none opens. */
struct cs_csv_mended cs_csv_mend(struct cs_str *out, struct cs_slice line, char delimiter, size_t most);

/* --- reading cells of a record that was judged good --- */

/* The raw text of the cell at *at, quotes included; *at moves behind its delimiter, or to NULL behind the
 * last cell. */
static inline struct cs_slice cs_csv_next(const char **at, const char *end, char delimiter, bool quotes) {
  const char *begin = *at, *stop = begin;
  if (quotes && begin < end && *begin == '"') {
    do { /* from quote to quote; a doubled one opens again at once */
      stop = memchr(stop + 1, '"', (size_t)(end - stop - 1));
      stop = stop ? stop + 1 : end;
    } while (stop < end && *stop == '"');
  } else {
    while (stop < end && *stop != delimiter) stop++;
  }
  *at = stop < end ? stop + 1 : NULL;
  return (struct cs_slice){begin, (size_t)(stop - begin)};
}

/* The text of a raw cell. Only when it has to be unescaped is it added to scratch, which must have room for
 * it. */
struct cs_slice cs_csv_text(struct cs_slice raw, struct cs_str *scratch);
struct cs_slice cs_tsv_text(struct cs_slice raw, struct cs_str *scratch);

/* --- dialect --- */

/* The one of , ; TAB | that gives a record most cells; *tie is set to another one that gives as many, or to
 * 0. */
char cs_csv_recognise(struct cs_slice record, char *tie);

#endif
