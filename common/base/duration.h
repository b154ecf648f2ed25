/* duration.h - lengths of time and rates per time as people write them: 12mo, 52 weeks, 30.4375d, 10%/year.
 *
 * Units are written out, so that weeks, months and years can't be confused: d w mo y, or day(s), week(s), month(s), year(s).
 * A bare number has no unit and is refused; so is "m", which may be minutes or months. A year is 12 months; how many days
 * a month has is the caller's to say.
 */
#ifndef CS_BASE_DURATION_H
#define CS_BASE_DURATION_H

#include "base/str.h"

#include <stdbool.h>

enum cs_time_unit { CS_TIME_DAY, CS_TIME_WEEK, CS_TIME_MONTH, CS_TIME_YEAR };

struct cs_duration {
  double count; /* above 0, finite */
  enum cs_time_unit unit;
};

/* A rate of growth: 0.1 a year. */
struct cs_rate {
  double rate; /* 0 or more */
  enum cs_time_unit unit;
};

bool cs_duration_parse(struct cs_slice text, struct cs_duration *duration);

/* "10%/year", "0.01/month"; "0" needs no unit. */
bool cs_rate_parse(struct cs_slice text, struct cs_rate *rate);

/* The days of a unit, when a month has month_days; of a duration. */
double cs_time_unit_days(enum cs_time_unit unit, double month_days);
double cs_duration_days(struct cs_duration duration, double month_days);

/* "week" */
const char *cs_time_unit_name(enum cs_time_unit unit);

#endif
