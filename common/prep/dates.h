/* dates.h - a column of dates: its order of day and month is found out once for the column, or told by --date-format.
 */
#ifndef CS_PREP_DATES_H
#define CS_PREP_DATES_H

#include "base/date.h"
#include "base/error.h"
#include "base/str.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_dates {
  const char *format;       /* --date-format, or NULL */
  enum cs_date_order order; /* without it */
  struct cs_str last;       /* the text read last: rows of an order repeat its date */
  int64_t last_moment;
  bool last_ok;
};

#define CS_DATES_INIT                                                                                        \
  { NULL, CS_DATE_YMD, CS_STR_INIT, 0, false }

void cs_dates_release(struct cs_dates *dates);

/* Looks through the columns columns[0..count) together. CS_DATA: day and month can be read either way in every cell, or
 * the cells contradict each other; the message says how to tell. Cells that are no dates are left to the rules. */
CS_MUST_CHECK enum cs_status cs_dates_recognise(struct cs_dates *dates, const struct cs_table *table,
                                                const size_t *columns, size_t count, const char *format,
                                                struct cs_error *err);

/* A cell as a moment. */
bool cs_dates_read(struct cs_dates *dates, struct cs_slice cell, int64_t *moment);

/* "year-month-day", "day-month-year", "month-day-year" or the format. */
const char *cs_dates_describe(const struct cs_dates *dates);

#endif
