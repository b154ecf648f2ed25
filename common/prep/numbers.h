/* numbers.h - columns of numbers as people write them: which sign is the decimal one is found out once for all of them
 * together, never cell by cell, or told by --decimal.
 *
 * Besides plain numbers (base/num.h) these are read, with blanks (also U+00A0, U+2009, U+202F) between their parts:
 *   a currency before or behind    a sign of it ($, €, £, ...), a code of at most three letters (EUR, kr., zł), both (US$)
 *   groups of three digits         1,234.56  1.234,56  1 234,56  1'234.56; other groups make no number
 *   a minus before or behind       of digits or currency, also U+2212; or parentheses: (12.50)
 *   a per-cent sign                15% is 0.15, where the caller takes shares
 * The value is the nearest double of the decimal text.
 *
 * A cell says how it is written: 12.50 has a decimal point, 12,50 a decimal comma, 1.234 and 1,234 one or the other with
 * groups, 12 nothing. While it is open they are read with a point, and what they say is gathered in `seen`.
 * Life cycle  cs_numbers_begin; whole tables: cs_numbers_look, cs_numbers_end, then read. Part by part: read rows, then
 *             cs_numbers_settle before they are judged; rows have to wait while cs_numbers_open; at last cs_numbers_end.
 */
#ifndef CS_PREP_NUMBERS_H
#define CS_PREP_NUMBERS_H

#include "base/error.h"
#include "base/notes.h"
#include "base/num.h"
#include "base/str.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What a cell says of the decimal sign. */
enum {
  CS_NUMBER_POINT = 1,          /* it is a point: 12.50, 1,234.56, 1,234,567 */
  CS_NUMBER_COMMA = 2,          /* it is a comma */
  CS_NUMBER_POINT_OR_GROUP = 4, /* 1.234 */
  CS_NUMBER_COMMA_OR_GROUP = 8  /* 1,234 */
};

struct cs_numbers {
  char sign; /* the decimal sign to read with */
  bool decided;
  bool told;     /* by --decimal: a cell that needs the other one is no number, and nobody's contradiction */
  unsigned seen; /* as long as it is open: what the cells said; then: whether one needs the other sign */
  uint64_t
      currency; /* of the cells read: the hash of the first that is a sign or a code of three capitals, or 0 */
  bool currencies; /* they have several */
};

#define CS_NUMBERS_INIT                                                                                      \
  { '.', false, false, 0, 0, false }

/* decimal is '.', ',' or 0: to be found out. */
void cs_numbers_begin(struct cs_numbers *numbers, char decimal);

/* What cs_numbers_read() does with all but plain numbers that say nothing. */
bool cs_numbers_read_slowly(struct cs_numbers *numbers, struct cs_slice cell, bool share, double *value);

/* A cell as a number; `share` allows a per-cent sign. */
static inline bool cs_numbers_read(struct cs_numbers *numbers, struct cs_slice cell, bool share,
                                   double *value) {
  if (cell.data &&
      (cs_num_parse_short(cell.data, cell.len, numbers->sign, value) ||
       cs_num_parse(cell.data, cell.len, numbers->sign, value)) &&
      (numbers->decided || !memchr(cell.data, '.', cell.len)))
    return true;
  return cs_numbers_read_slowly(numbers, cell, share, value);
}

/* Whether a cell ends with a per-cent sign. */
bool cs_numbers_is_per_cent(struct cs_slice cell);

/* Columns of a table that are written alike. */
struct cs_number_columns {
  const struct cs_table *table;
  const size_t *column;
  size_t count;
};

/* Reads the rows from `from` on until a cell decides, or all. */
CS_MUST_CHECK enum cs_status cs_numbers_look(struct cs_numbers *numbers,
                                             const struct cs_number_columns *columns, size_t from,
                                             struct cs_error *err);

/* Takes what the cells of a row said that was read, the rows in their order; decides where it can. */
void cs_numbers_take(struct cs_numbers *numbers, unsigned seen);

/* Whether rows have to wait for a cell that decides: some can be read in two ways. */
bool cs_numbers_open(const struct cs_numbers *numbers);

/* There are no more rows: what is open is a point, as in all numbers without --decimal. CS_DATA where a cell as 1,234 is
 * among the rows from `from` on, which this would make a thousand of; the message says how to tell. */
CS_MUST_CHECK enum cs_status cs_numbers_end(struct cs_numbers *numbers,
                                            const struct cs_number_columns *columns, size_t from,
                                            struct cs_error *err);

/* Whether a row whose cells said `seen` needs the other decimal sign; and the failure, which names the cell. */
bool cs_numbers_contradict(const struct cs_numbers *numbers, unsigned seen);
enum cs_status cs_numbers_fail_mixed(const struct cs_numbers *numbers,
                                     const struct cs_number_columns *columns, size_t row,
                                     struct cs_error *err);

/* Takes what was found out by another, for a thread of its own. */
static inline void cs_numbers_copy(struct cs_numbers *numbers, const struct cs_numbers *from) {
  numbers->sign = from->sign;
  numbers->decided = from->decided;
  numbers->told = from->told;
}

/* Says that there are several currencies, if there are. */
void cs_numbers_warn(const struct cs_numbers *numbers, struct cs_notes *warnings);

/* Adds the currencies that another has seen. */
void cs_numbers_add_currency(struct cs_numbers *numbers, const struct cs_numbers *other);

#endif
