/* scan.h - many records at once: the plain ones of a stretch of CSV or TSV, 64 bytes a step.
 *
 * Plain is a record that ends, is UTF-8 without a NUL, has as many cells as expected, no quote but around whole cells
 * or doubled within them, and isn't longer than a cell may be. What is plain is certain; what isn't may still be right
 * and is judged one record at a time (csv.h), by libcsv where it has quotes.
 * Instruction sets differ in speed alone. Private to data/.
 */
#ifndef CS_DATA_SCAN_H
#define CS_DATA_SCAN_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_scan {
  char delimiter;
  bool quotes;
  size_t cells;   /* of each record */
  size_t longest; /* bytes of a record without its line feed */
};

enum cs_scan_stop {
  CS_SCAN_MORE, /* the next record doesn't end here */
  CS_SCAN_ODD,  /* the next record isn't plain */
  CS_SCAN_FULL, /* there is no room for more records */
};

struct cs_scan_run {
  size_t records; /* taken */
  size_t end;     /* behind the last of them */
  enum cs_scan_stop stop;
  bool quoted; /* perhaps some have a quote; where none has, each is one line */
};

/* Takes plain records from data[0..len), where a record begins, until one isn't. begin[0..room) receives where each
 * begins. len < 2^32. A record ends behind its line feed; a CR before that belongs to the line end. */
struct cs_scan_run cs_scan_records(const struct cs_scan *scan, const char *data, size_t len, uint32_t *begin,
                                   size_t room);

/* The raw cells of a record that was found well formed, without its line end: `count` from the first-th on, or as many as
 * there are. Returns how many. Bytes before `readable` may be looked at. */
size_t cs_scan_cells(const struct cs_scan *scan, struct cs_slice record, const char *readable, size_t first,
                     struct cs_slice *cell, size_t count);

/* All cells of records in which no byte needs more than cutting: their texts, scan->cells of each. simple[i] is false where
 * the i-th has a quote (in TSV a backslash), not exactly that many cells, or ends less than a step and 8 bytes before
 * `readable`: then its cells hold nothing of use. 8 bytes can be read from each byte of a cell. */
void cs_scan_simple_records(const struct cs_scan *scan, const struct cs_slice *records, size_t count,
                            const char *readable, struct cs_slice *cell, bool *simple);

/* The same by the instructions that every processor has, for tests. */
struct cs_scan_run cs_scan_records_plain(const struct cs_scan *scan, const char *data, size_t len,
                                         uint32_t *begin, size_t room);
size_t cs_scan_cells_plain(const struct cs_scan *scan, struct cs_slice record, const char *readable,
                           size_t first, struct cs_slice *cell, size_t count);
void cs_scan_simple_records_plain(const struct cs_scan *scan, const struct cs_slice *records, size_t count,
                                  const char *readable, struct cs_slice *cell, bool *simple);

#endif
