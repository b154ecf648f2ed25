/* dates.h - a column of dates: its order of day and month, or that it holds counts of days or seconds, is found out once
 * for the column, or told by --date-format.
 *
 * Life cycle   whole tables: cs_dates_recognise, then read. Part by part: cs_dates_look before the rows of a part are
 *              read; while cs_dates_open the rows have to wait, since a later cell may tell; a cell that isn't read
 *              although cs_date_orders() knows it is one too many: cs_dates_fail_mixed.
 */
#ifndef CS_PREP_DATES_H
#define CS_PREP_DATES_H

#include "base/date.h"
#include "base/error.h"
#include "base/str.h"
#include "base/word.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A month as cells write it, "2024-02-" or with slashes: the dates of a table are of a few dozen. */
struct cs_dates_month {
  uint64_t text;  /* the eight bytes, 0 where there is none */
  int32_t before; /* the day before the first */
  uint32_t known; /* a bit for each day that was read */
};

enum { CS_DATES_MONTH_BITS = 6, CS_DATES_MONTHS = 1 << CS_DATES_MONTH_BITS };

struct cs_dates {
  const char *format;       /* --date-format, or NULL */
  unsigned orders;          /* without it: those that all cells so far allow, as cs_date_orders() */
  enum cs_date_order order; /* the one to read in */
  bool short_years;         /* some cells have a year of two digits */
  struct cs_str last;       /* the text read last: rows of an order repeat its date */
  int64_t last_moment;
  bool last_ok;
  struct cs_dates_month month[CS_DATES_MONTHS]; /* by a hash of the text */
};

#define CS_DATES_INIT                                                                                        \
  {                                                                                                          \
    NULL, (1u << CS_DATE_ORDERS) - 1, CS_DATE_YMD, false, CS_STR_INIT, 0, false, {                           \
      { 0, 0, 0 }                                                                                            \
    }                                                                                                        \
  }

void cs_dates_release(struct cs_dates *dates);

/* Whether --date-format may be this: conversions (base/date.h), or one of excel, unix and unix-ms for counts. */
bool cs_dates_format_valid(const char *format);

/* Looks through the columns columns[0..count) together. CS_DATA: day and month can be read either way in every cell, or
 * the cells contradict each other, or all years are of two digits; the message says how to tell. Other cells that are no
 * dates are left to the rules. */
CS_MUST_CHECK enum cs_status cs_dates_recognise(struct cs_dates *dates, const struct cs_table *table,
                                                const size_t *columns, size_t count, const char *format,
                                                struct cs_error *err);

/* Looks at the rows from `from` on until the order is decided. *first is the first of them with a date, or SIZE_MAX.
 * CS_DATA as above. */
CS_MUST_CHECK enum cs_status cs_dates_look(struct cs_dates *dates, const struct cs_table *table,
                                           size_t column, size_t from, size_t *first, struct cs_error *err);

/* Whether the cells so far can be read with the day first and with the month first, or all have years of two digits. */
bool cs_dates_open(const struct cs_dates *dates);

/* CS_DATA: the cells contradict each other at this row; nothing has told how to read them, from this row on. */
enum cs_status cs_dates_fail_mixed(const struct cs_table *table, size_t row, size_t column,
                                   struct cs_error *err);
enum cs_status cs_dates_fail_open(const struct cs_dates *dates, const struct cs_table *table, size_t row,
                                  size_t column, struct cs_error *err);

/* Where the month of a day written YYYY-MM-DD is remembered. */
static inline struct cs_dates_month *cs_dates_month(struct cs_dates *dates, struct cs_slice cell) {
  return &dates->month[cs_word_first(cell.data) * 0x9e3779b97f4a7c15u >> (64 - CS_DATES_MONTH_BITS)];
}

/* A cell as a moment. */
bool cs_dates_read(struct cs_dates *dates, struct cs_slice cell, int64_t *moment);

/* What it does first, for loops over many cells: a day YYYY-MM-DD that was read before; false says nothing of others. */
static inline bool cs_dates_recall(struct cs_dates *dates, struct cs_slice cell, int64_t *moment) {
  if (cell.len != CS_DATE_ISO_DAY || dates->format || dates->order != CS_DATE_YMD) return false;
  const struct cs_dates_month *month = cs_dates_month(dates, cell);
  unsigned ones = (unsigned char)cell.data[9] - '0', day = ((unsigned char)cell.data[8] - '0') * 10 + ones;
  *moment = ((int64_t)month->before + day) * CS_DAY_SECONDS;
  return ones < 10 && day < 32 && month->text == cs_word_first(cell.data) && month->known >> day & 1;
}

/* Takes what was found out by another, for a thread of its own. */
void cs_dates_copy(struct cs_dates *dates, const struct cs_dates *from);

/* "year-month-day", "day-month-year", "month-day-year", "serial days", "unix seconds", "unix milliseconds" or the format. */
const char *cs_dates_describe(const struct cs_dates *dates);

#endif
