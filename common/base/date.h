/* date.h - the proleptic Gregorian calendar in integers; no clock, no time zone, no locale.
 *
 * Units  a day is a count since 1970-01-01; a moment is seconds since then, as written (no zone is applied).
 * Source days_from_civil and civil_from_days after H. Hinnant, "chrono-compatible low-level date algorithms".
 */
#ifndef CS_BASE_DATE_H
#define CS_BASE_DATE_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { CS_DATE_TEXT = 32, CS_DAY_SECONDS = 86400 };

struct cs_civil {
  int year, month, day; /* month 1..12, day 1..31 */
};

int64_t cs_days_from_civil(struct cs_civil civil);
struct cs_civil cs_civil_from_days(int64_t days);

/* A day that exists in the years 1 to 9999. */
bool cs_civil_valid(struct cs_civil civil);

/* 1 is Monday, 7 is Sunday. */
int cs_weekday(int64_t days);

/* The same day of the month `months` later (or earlier), the last day of that month where there is no such day. */
int64_t cs_days_add_months(int64_t days, int months);

/* The order in which the parts of a date are written. */
enum cs_date_order { CS_DATE_YMD, CS_DATE_DMY, CS_DATE_MDY };

/* A date, with or without a time of day: 2011-12-09, 2011/12/09, 20111209, 9.12.2011, 12/9/2011 8:26, 9 Dec 2011,
 * 09DEC2011, Dec 9, 2011, Fri, 9 December 2011, 2011-12-09T08:26:00, seconds and their fraction (dropped), a zone Z, UTC,
 * GMT or +hh:mm (which is ignored), AM/PM; blanks around it are ignored.
 * `order` decides where the written form leaves it open, which is day and month in figures before the year: with
 * CS_DATE_YMD these are refused, and 13/2/2011 is no date with CS_DATE_MDY: a reading is never guessed cell by cell.
 * Forms with the year first or with the month's name are read in any order. A year of two digits is refused.
 * *moment is in seconds since 1970-01-01 00:00:00 as written. */
bool cs_date_parse(struct cs_slice text, enum cs_date_order order, int64_t *moment);

/* What the text says of the order in which a column's dates are written: which of the three it can be read as, as a
 * set of bits 1 << CS_DATE_YMD | ...; 0 when it is no date at all. Year first is YMD alone, a month's name fits all
 * three. A caller intersects the sets of a column; what is left then says:
 *   with the bit of YMD   nothing is open: parse with CS_DATE_YMD
 *   DMY or MDY alone      decided by a day above 12
 *   DMY and MDY           ambiguous: the user must say which
 *   0                     not a column of dates, or one in mixed orders */
unsigned cs_date_orders(struct cs_slice text);

/* With a format of %Y %y %m %d %e %b %B %H %I %M %S %p %% and literal text (a subset of strptime, English names; a blank
 * stands for any blanks). %Y is four digits, %y two and 1969..2068 as in POSIX. Trailing text makes it false. */
bool cs_date_parse_format(struct cs_slice text, const char *format, int64_t *moment);

/* Whether the format is made of the conversions above and holds year, month and day. */
bool cs_date_format_valid(const char *format);

/* "YYYY-MM-DD". */
void cs_date_print(int64_t days, char text[CS_DATE_TEXT]);

/* "YYYY-MM-DD HH:MM:SS". */
void cs_moment_print(int64_t moment, char text[CS_DATE_TEXT]);

/* The day of a moment (rounding towards the past). */
int64_t cs_day_of(int64_t moment);

#endif
