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

enum { CS_DATE_TEXT = 32, CS_DATE_ISO_DAY = 10, CS_DAY_SECONDS = 86400 };

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

/* How a date is written: the order of its parts, or a count. */
enum cs_date_order {
  CS_DATE_YMD,
  CS_DATE_DMY,
  CS_DATE_MDY,
  CS_DATE_SERIAL, /* days since 1899-12-30, the time of day as their fraction: what spreadsheets keep */
  CS_DATE_UNIX,   /* seconds since 1970-01-01 */
  CS_DATE_UNIX_MS /* milliseconds */
};

enum { CS_DATE_ORDERS = CS_DATE_UNIX_MS + 1 };

/* A date, with or without a time of day: 2011-12-09, 2011/12/09, 20111209, 9.12.2011, 12/9/2011 8:26, 9 Dec 2011,
 * 09DEC2011, Dec 9, 2011, Fri, 9 December 2011, 2011-12-09T08:26:00, seconds and their fraction (dropped), a zone Z, UTC,
 * GMT or +hh:mm (which is ignored), AM/PM; blanks around it are ignored.
 * `order` decides where the written form leaves it open, which is day and month in figures before the year: with
 * CS_DATE_YMD these are refused, and 13/2/2011 is no date with CS_DATE_MDY: a reading is never guessed cell by cell.
 * Forms with the year first or with the month's name are read in any order of parts. A year of two digits is refused.
 * Counts are read by their own order alone, and only as plausible ones: a serial day of five figures from 20000 (1954) to
 * 79999 (2119), seconds of ten, milliseconds of thirteen (2001 to 2099), each with a fraction or without.
 * *moment is in seconds since 1970-01-01 00:00:00 as written. */
bool cs_date_parse(struct cs_slice text, enum cs_date_order order, int64_t *moment);

/* YYYY-MM-DD or YYYY/MM/DD, alone or with HH:MM:SS: what most columns hold, without the detours. False means only that
 * the text has another form or isn't valid. */
bool cs_date_parse_iso(struct cs_slice text, int64_t *moment);

/* What the text says of the order in which a column's dates are written: which it can be read as, as a set of bits
 * 1 << CS_DATE_YMD | ...; 0 when it is no date at all. Year first is YMD alone, a month's name fits the three orders of
 * parts, a count is itself alone. A caller intersects the sets of a column; what is left then says:
 *   with the bit of YMD   nothing is open: parse with CS_DATE_YMD
 *   DMY or MDY alone      decided by a day above 12
 *   a count               decided
 *   DMY and MDY           ambiguous: the user must say which
 *   0                     not a column of dates, or one in mixed orders */
unsigned cs_date_orders(struct cs_slice text);

/* Any count, however implausible: whole days from 0 to 9999-12-31, seconds or milliseconds of these days. */
bool cs_date_parse_count(struct cs_slice text, enum cs_date_order order, int64_t *moment);

/* Whether the text would be a date if a year of two digits were one: 9/12/11, 9-Dec-11 8:26. */
bool cs_date_has_short_year(struct cs_slice text);

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
