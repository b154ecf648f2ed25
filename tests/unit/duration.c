#include "base/duration.h"

#include "unit.h"

static bool is_duration(const char *text, double count, enum cs_time_unit unit) {
  struct cs_duration duration;
  return cs_duration_parse(cs_slice_of(text), &duration) && duration.count == count && duration.unit == unit;
}

static bool is_rate(const char *text, double wanted, enum cs_time_unit unit) {
  struct cs_rate rate;
  return cs_rate_parse(cs_slice_of(text), &rate) && fabs(rate.rate - wanted) < 1e-15 && rate.unit == unit;
}

int main(void) {
  struct cs_duration duration;
  struct cs_rate rate;
  UNIT_BEGIN;

  TEST("duration: each unit by its sign, its name and its plural") {
    CHECK(is_duration("12mo", 12, CS_TIME_MONTH) && is_duration("1 month", 1, CS_TIME_MONTH));
    CHECK(is_duration("30.4375d", 30.4375, CS_TIME_DAY) && is_duration("2 days", 2, CS_TIME_DAY));
    CHECK(is_duration(" 4.345w ", 4.345, CS_TIME_WEEK) && is_duration("52weeks", 52, CS_TIME_WEEK));
    CHECK(is_duration("1y", 1, CS_TIME_YEAR) && is_duration("1.5 years", 1.5, CS_TIME_YEAR));
  }
  TEST("duration: without a unit, or with one that may mean two things, it is none") {
    static const char *const bad[] = {"",    "12",         "12m",    "12M",   "mo",          "0d",
                                      "-3d", "12 mo nths", "1e999y", "nan d", "5 fortnights"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
      CHECK(!cs_duration_parse(cs_slice_of(bad[i]), &duration));
  }
  TEST("duration: rates need the time that they are per, but for none at all") {
    static const char *const bad[] = {"", "10%", "10", "-1%/year", "10%/m", "10%/", "/year", "ten/year"};
    CHECK(is_rate("10%/year", 0.1, CS_TIME_YEAR) && is_rate("0.01/month", 0.01, CS_TIME_MONTH));
    CHECK(is_rate("1 % / mo", 0.01, CS_TIME_MONTH) && is_rate("0", 0, CS_TIME_YEAR) &&
          is_rate("0%", 0, CS_TIME_YEAR));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!cs_rate_parse(cs_slice_of(bad[i]), &rate));
  }
  TEST("duration: a year is twelve months, whatever a month is") {
    CHECK(cs_time_unit_days(CS_TIME_WEEK, 30) == 7 && cs_time_unit_days(CS_TIME_YEAR, 30.4375) == 365.25);
    CHECK(cs_duration_days((struct cs_duration){12, CS_TIME_MONTH}, 30.4375) == 365.25);
    CHECK_TEXT(cs_time_unit_name(CS_TIME_WEEK), "week");
  }
  UNIT_END;
}
