/* census.h - rows and columns of a table that only passes by: counted from its bytes, part by part.
 *
 * CSV and TSV count as records outside quotes, the first being the header; JSON Lines as lines that aren't blank; of an array of
 * JSON the objects at its first level. Nothing is checked: what isn't a table has some count, too.
 */
#ifndef CS_TRACK_CENSUS_H
#define CS_TRACK_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cs_census_kind { CS_CENSUS_UNKNOWN, CS_CENSUS_CELLS, CS_CENSUS_LINES, CS_CENSUS_ARRAY };

struct cs_census {
  enum cs_census_kind kind;
  uint64_t records, columns; /* of the records the header is one; columns 0: of JSON they aren't counted */
  size_t commas[4];          /* , ; TAB | of the first record */
  bool quoted, escaped, in_record;
  int depth;
};

/* All zero at the start. */
void cs_census_add(struct cs_census *census, const char *data, size_t len);
void cs_census_end(struct cs_census *census);
uint64_t cs_census_rows(const struct cs_census *census);

#endif
