#include "base/duration.h"

#include "base/num.h"

#include <math.h>
#include <string.h>

enum { UNITS = 4, MONTHS_A_YEAR = 12, DAYS_A_WEEK = 7 };

static const struct {
  const char *name, *many, *sign;
} units[UNITS] = {
    [CS_TIME_DAY] = {"day", "days", "d"},
    [CS_TIME_WEEK] = {"week", "weeks", "w"},
    [CS_TIME_MONTH] = {"month", "months", "mo"},
    [CS_TIME_YEAR] = {"year", "years", "y"},
};

const char *cs_time_unit_name(enum cs_time_unit unit) {
  return units[unit].name;
}

static bool parse_unit(struct cs_slice word, enum cs_time_unit *unit) {
  for (int i = 0; i < UNITS; i++) {
    if (!cs_slice_is(word, units[i].name) && !cs_slice_is(word, units[i].many) &&
        !cs_slice_is(word, units[i].sign))
      continue;
    *unit = (enum cs_time_unit)i;
    return true;
  }
  return false;
}

bool cs_duration_parse(struct cs_slice text, struct cs_duration *duration) {
  text = cs_slice_trim(text);
  size_t end = text.len;
  while (end && text.data[end - 1] >= 'a' && text.data[end - 1] <= 'z') end--;
  struct cs_slice word = {text.data + end, text.len - end};
  return parse_unit(word, &duration->unit) && cs_num_parse(text.data, end, '.', &duration->count) &&
         duration->count > 0;
}

static bool parse_share(struct cs_slice text, double *rate) {
  text = cs_slice_trim(text);
  bool per_cent = text.len && text.data[text.len - 1] == '%';
  if (!cs_num_parse(text.data, text.len - per_cent, '.', rate) || *rate < 0) return false;
  if (per_cent) *rate /= 100;
  return true;
}

bool cs_rate_parse(struct cs_slice text, struct cs_rate *rate) {
  const char *slash = text.len ? memchr(text.data, '/', text.len) : NULL;
  if (!slash) {
    rate->unit = CS_TIME_YEAR;
    return parse_share(text, &rate->rate) && rate->rate == 0;
  }
  size_t before = (size_t)(slash - text.data);
  return parse_share((struct cs_slice){text.data, before}, &rate->rate) &&
         parse_unit(cs_slice_trim((struct cs_slice){slash + 1, text.len - before - 1}), &rate->unit);
}

double cs_time_unit_days(enum cs_time_unit unit, double month_days) {
  switch (unit) {
  case CS_TIME_DAY: return 1;
  case CS_TIME_WEEK: return DAYS_A_WEEK;
  case CS_TIME_MONTH: return month_days;
  default: return MONTHS_A_YEAR * month_days;
  }
}

double cs_duration_days(struct cs_duration duration, double month_days) {
  return duration.count * cs_time_unit_days(duration.unit, month_days);
}
