#include "base/date.h"

#include "base/rng.h"

#include "unit.h"

#include <time.h>

static int64_t at(int year, int month, int day, int hour, int minute, int second) {
  int64_t days = cs_days_from_civil((struct cs_civil){year, month, day});
  return days * CS_DAY_SECONDS + hour * 3600 + minute * 60 + second;
}

static bool parse(const char *text, enum cs_date_order order, int64_t *moment) {
  return cs_date_parse(cs_slice_of(text), order, moment);
}

/* Read in every order, and to the same moment. */
static void check_any(const char *text, int64_t expected) {
  for (enum cs_date_order order = CS_DATE_YMD; order <= CS_DATE_MDY; order++) {
    int64_t moment = -1;
    bool good = parse(text, order, &moment) && moment == expected;
    if (!good) unit_fail(__FILE__, __LINE__, text);
  }
}

static void check_open(const char *text, int64_t day_first, int64_t month_first) {
  int64_t moment = -1;
  if (parse(text, CS_DATE_YMD, &moment)) unit_fail(__FILE__, __LINE__, text);
  if (!parse(text, CS_DATE_DMY, &moment) || moment != day_first) unit_fail(__FILE__, __LINE__, text);
  if (!parse(text, CS_DATE_MDY, &moment) || moment != month_first) unit_fail(__FILE__, __LINE__, text);
}

static void check_none(const char *text) {
  int64_t moment;
  for (enum cs_date_order order = CS_DATE_YMD; order <= CS_DATE_MDY; order++)
    if (parse(text, order, &moment)) unit_fail(__FILE__, __LINE__, text);
  if (cs_date_orders(cs_slice_of(text))) unit_fail(__FILE__, __LINE__, text);
}

static void test_calendar(void) {
  TEST("date: the calendar agrees with the C library's on every day from 0001 to 9999") {
    int64_t first = cs_days_from_civil((struct cs_civil){1, 1, 1}), bad = 0;
    CHECK(first == -719162);
    for (int64_t day = first; day <= 2932896; day++) {
      time_t seconds = (time_t)(day * CS_DAY_SECONDS);
      struct tm tm;
      gmtime_r(&seconds, &tm);
      struct cs_civil civil = cs_civil_from_days(day);
      bad += civil.year != tm.tm_year + 1900 || civil.month != tm.tm_mon + 1 || civil.day != tm.tm_mday ||
             cs_days_from_civil(civil) != day || cs_weekday(day) % 7 != tm.tm_wday || !cs_civil_valid(civil);
    }
    CHECK(bad == 0);
  }
  TEST("date: years before 1 and after 9999 come back too") {
    for (int64_t day = -3000000; day < 10000000; day += 997)
      CHECK(cs_days_from_civil(cs_civil_from_days(day)) == day);
  }
  TEST("date: days that don't exist are invalid") {
    CHECK(cs_civil_valid((struct cs_civil){2000, 2, 29}) && cs_civil_valid((struct cs_civil){2012, 2, 29}));
    CHECK(!cs_civil_valid((struct cs_civil){1900, 2, 29}) && !cs_civil_valid((struct cs_civil){2011, 2, 29}));
    CHECK(!cs_civil_valid((struct cs_civil){2011, 4, 31}) && cs_civil_valid((struct cs_civil){2011, 8, 31}));
    CHECK(!cs_civil_valid((struct cs_civil){2011, 0, 1}) && !cs_civil_valid((struct cs_civil){2011, 13, 1}));
    CHECK(!cs_civil_valid((struct cs_civil){2011, 1, 0}) && !cs_civil_valid((struct cs_civil){0, 1, 1}));
    CHECK(!cs_civil_valid((struct cs_civil){10000, 1, 1}));
  }
  TEST("date: adding months keeps the day or takes the month's last") {
    int64_t day = cs_days_from_civil((struct cs_civil){2011, 1, 31});
    char text[CS_DATE_TEXT];
    cs_date_print(cs_days_add_months(day, 1), text);
    CHECK_TEXT(text, "2011-02-28");
    cs_date_print(cs_days_add_months(day, 13), text);
    CHECK_TEXT(text, "2012-02-29");
    cs_date_print(cs_days_add_months(day, -12), text);
    CHECK_TEXT(text, "2010-01-31");
    cs_date_print(cs_days_add_months(day, -1), text);
    CHECK_TEXT(text, "2010-12-31");
    cs_date_print(cs_days_add_months(day, -25), text);
    CHECK_TEXT(text, "2008-12-31");
  }
  TEST("date: the day of a moment is rounded towards the past") {
    CHECK(cs_day_of(0) == 0 && cs_day_of(86399) == 0 && cs_day_of(86400) == 1);
    CHECK(cs_day_of(-1) == -1 && cs_day_of(-86400) == -1 && cs_day_of(-86401) == -2);
  }
  TEST("date: printing") {
    char text[CS_DATE_TEXT];
    cs_date_print(-719162, text);
    CHECK_TEXT(text, "0001-01-01");
    cs_moment_print(-1, text);
    CHECK_TEXT(text, "1969-12-31 23:59:59");
    cs_moment_print(at(2011, 12, 9, 8, 26, 5), text);
    CHECK_TEXT(text, "2011-12-09 08:26:05");
  }
}

static void test_parse(void) {
  int64_t day = at(2011, 12, 9, 0, 0, 0), hour = at(2011, 12, 9, 8, 26, 0),
          evening = at(2011, 12, 9, 20, 26, 0);
  TEST("date: known moments, by date -u +%s") {
    check_any("2011-12-09 08:26:00", 1323419160);
    check_any("1969-12-31 23:59:59", -1);
    check_any("1997-01-01", 852076800);
  }
  TEST("date: the year first") {
    check_any("2011-12-09", day);
    check_any("2011/12/09", day);
    check_any("2011.12.09", day);
    check_any("2011-12-9", day);
    check_any("20111209", day);
    check_any(" 2011-12-09\t", day);
    check_any("2011-12-09T08:26:00", hour);
    check_any("2011/12/09 08:26", hour);
    check_any("2011-12-09 8:26", hour);
    check_any("20111209T082600Z", hour);
    check_any("20111209 08:26", hour);
  }
  TEST("date: fractions and zones are read and dropped") {
    check_any("2011-12-09 08:26:00.999", hour);
    check_any("2011-12-09T08:26:00,5", hour);
    check_any("2011-12-09T08:26:00.000Z", hour);
    check_any("2011-12-09T08:26Z", hour);
    check_any("2011-12-09T08:26:00+01:00", hour);
    check_any("2011-12-09 08:26:00 -0500", hour);
    check_any("2011-12-09 08:26:00+00", hour);
    check_any("2011-12-09 08:26:00 UTC", hour);
    check_any("2011-12-09 08:26 gmt", hour);
  }
  TEST("date: a month's name") {
    check_any("9 Dec 2011", day);
    check_any("09-Dec-2011", day);
    check_any("09DEC2011", day);
    check_any("9. December 2011", day);
    check_any("Dec 9, 2011", day);
    check_any("december 9 2011", day);
    check_any("Dec. 9, 2011 8:26 AM", hour);
    check_any("2011-Dec-09", day);
    check_any("Fri, 9 Dec 2011 08:26:00 +0000", hour);
    check_any("Friday, December 9, 2011, 8:26 PM", evening);
    check_any("1 Sept 2011", at(2011, 9, 1, 0, 0, 0));
    check_any("1 May 2011", at(2011, 5, 1, 0, 0, 0));
  }
  TEST("date: 12-hour clocks") {
    check_any("2011-12-09 08:26 PM", evening);
    check_any("2011-12-09 8:26pm", evening);
    check_any("2011-12-09 8:26:00\xe2\x80\xafPM", evening);
    check_any("2011-12-09 12:00 AM", day);
    check_any("2011-12-09 12:00 PM", day + 12 * 3600);
    check_any("2011-12-09 8 PM", day + 20 * 3600);
  }
  TEST("date: day and month in figures follow the order that is given") {
    check_open("9/12/2011", day, at(2011, 9, 12, 0, 0, 0));
    check_open("9.12.2011", day, at(2011, 9, 12, 0, 0, 0));
    check_open("9. 12. 2011", day, at(2011, 9, 12, 0, 0, 0));
    check_open("09-12-2011 08:26", hour, at(2011, 9, 12, 8, 26, 0));
    check_open("09/12/2011 8:26 PM", evening, at(2011, 9, 12, 20, 26, 0));
  }
  TEST("date: an order is never changed for a cell that doesn't fit it") {
    int64_t moment;
    CHECK(!parse("13/2/2011", CS_DATE_MDY, &moment) && parse("13/2/2011", CS_DATE_DMY, &moment));
    CHECK(!parse("2/13/2011", CS_DATE_DMY, &moment) && parse("2/13/2011", CS_DATE_MDY, &moment));
    CHECK(!parse("2/13/2011", CS_DATE_YMD, &moment));
  }
  TEST("date: what is no date") {
    static const char *const bad[] = {"",
                                      " ",
                                      "x",
                                      "2011",
                                      "2011-12",
                                      "2011-13-01",
                                      "2011-02-29",
                                      "2011-12-00",
                                      "2011-00-10",
                                      "2011-12/09",
                                      "2011-12-091",
                                      "02011-12-09",
                                      "12011-12-09",
                                      "20111309",
                                      "2011120",
                                      "201112091",
                                      "9/12/11",
                                      "11-12-09",
                                      "9/12/02011",
                                      "9 /12/2011",
                                      "2011-12-09x",
                                      "2011-12-09 x",
                                      "2011-12-09T",
                                      "2011-12-09 24:00",
                                      "2011-12-09 08:60",
                                      "2011-12-09 08:26:60",
                                      "2011-12-09 08:26:",
                                      "2011-12-09 08:26:00.",
                                      "2011-12-09 08",
                                      "2011-12-09 8:2",
                                      "2011-12-09 008:26",
                                      "2011-12-09 13:00 PM",
                                      "2011-12-09 0:30 AM",
                                      "2011-12-09 08:26 XM",
                                      "2011-12-09 08:26 PMX",
                                      "2011-12-09 08:26 EST",
                                      "2011-12-09 08:26 +1",
                                      "2011-12-09 08:26 +01:0",
                                      "9 Dez 2011",
                                      "Dec 2011",
                                      "9 Dec 11",
                                      "9 Dec 20111",
                                      "Dec Dec 2011",
                                      "9 9 2011",
                                      "2011 12 09",
                                      "32 Jan 2011",
                                      "Fri",
                                      "Fri 2011",
                                      "31/4/2011",
                                      "1.5",
                                      "-2011-12-09",
                                      "2011--12-09",
                                      "12.12",
                                      "1e20111209",
                                      "0000-01-01",
                                      "00000101",
                                      "2011-1a-09",
                                      "2011-12-09 08:26:00 08:26:00",
                                      "9/Dec 12/2011",
                                      "+20111209"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) check_none(bad[i]);
  }
}

static unsigned orders(const char *text) {
  return cs_date_orders(cs_slice_of(text));
}

static void test_orders(void) {
  enum { YMD = 1 << CS_DATE_YMD, DMY = 1 << CS_DATE_DMY, MDY = 1 << CS_DATE_MDY };
  TEST("date: orders that a text can be read in") {
    CHECK(orders("2011-12-09") == YMD && orders("20111209") == YMD && orders("2011/1/2 3:04") == YMD);
    CHECK(orders("1/2/2011") == (DMY | MDY) && orders("9.9.2011") == (DMY | MDY));
    CHECK(orders("13/2/2011") == DMY && orders("2/13/2011") == MDY);
    CHECK(orders("9 Dec 2011") == (YMD | DMY | MDY) && orders("Dec 9, 2011") == (YMD | DMY | MDY));
    CHECK(orders("13/13/2011") == 0 && orders("30/2/2011") == 0 && orders("31 Apr 2011") == 0 &&
          orders("abc") == 0);
  }
  TEST("date: what is in the set of orders is what can be parsed in them") {
    struct cs_rng rng;
    cs_rng_init(&rng, 3, 0);
    for (int i = 0; i < 20000; i++) {
      static const char piece[][6] = {"1", "2",   "13",  "09", "31", "2011", "1999", "-",  "/", ".",
                                      " ", "Dec", "feb", ", ", "T",  ":",    "08",   "PM", "Z", "+"};
      char text[64] = "";
      size_t pieces = 3 + cs_rng_below(&rng, 6);
      for (size_t k = 0; k < pieces; k++)
        strcat(text, piece[cs_rng_below(&rng, sizeof piece / sizeof *piece)]);
      unsigned set = orders(text);
      int64_t ymd = 0, dmy = 0, mdy = 0;
      bool y = parse(text, CS_DATE_YMD, &ymd), d = parse(text, CS_DATE_DMY, &dmy),
           m = parse(text, CS_DATE_MDY, &mdy);
      bool fits = set & YMD ? y && d && m && ymd == dmy && dmy == mdy
                            : !y && d == !!(set & DMY) && m == !!(set & MDY);
      if (!fits) unit_fail(__FILE__, __LINE__, text);
    }
  }
}

/* Read by this order alone, and said to be so. */
static void check_count(const char *text, enum cs_date_order order, int64_t expected) {
  int64_t moment = -1;
  bool good = parse(text, order, &moment) && moment == expected && orders(text) == 1u << order;
  for (int other = CS_DATE_YMD; other < CS_DATE_ORDERS; other++)
    good &= other == (int)order || !parse(text, (enum cs_date_order)other, &moment);
  if (!good) unit_fail(__FILE__, __LINE__, text);
}

static bool parse_count(const char *text, enum cs_date_order order, int64_t *moment) {
  return cs_date_parse_count(cs_slice_of(text), order, moment);
}

static void test_counts(void) {
  int64_t moment;
  TEST("date: serial days of spreadsheets, by Python's timedelta from 1899-12-30") {
    check_count("40886", CS_DATE_SERIAL, at(2011, 12, 9, 0, 0, 0));
    check_count(" 40886.351388889 ", CS_DATE_SERIAL, at(2011, 12, 9, 8, 26, 0));
    check_count("40886,351388888", CS_DATE_SERIAL, at(2011, 12, 9, 8, 26, 0));
    check_count("40886.5", CS_DATE_SERIAL, at(2011, 12, 9, 12, 0, 0));
    check_count("20000.0", CS_DATE_SERIAL, at(1954, 10, 3, 0, 0, 0));
    check_count("79999", CS_DATE_SERIAL, at(2119, 1, 10, 0, 0, 0));
  }
  TEST("date: seconds and milliseconds since 1970, by date -u") {
    check_count("1323419160", CS_DATE_UNIX, at(2011, 12, 9, 8, 26, 0));
    check_count("1323419160.75", CS_DATE_UNIX, at(2011, 12, 9, 8, 26, 0));
    check_count("1727120721", CS_DATE_UNIX, at(2024, 9, 23, 19, 45, 21)); /* not 1727-12-07 */
    check_count("1000000000", CS_DATE_UNIX, at(2001, 9, 9, 1, 46, 40));
    check_count("4102444799", CS_DATE_UNIX, at(2099, 12, 31, 23, 59, 59));
    check_count("1323419160999", CS_DATE_UNIX_MS, at(2011, 12, 9, 8, 26, 0));
    check_count("4102444799999", CS_DATE_UNIX_MS, at(2099, 12, 31, 23, 59, 59));
  }
  TEST("date: what is no plausible count, or another form") {
    static const char *const bad[] = {"19999",      "80000",     "1e5",         "4088",       "40886.5.1",
                                      "40.886",     "40,886.5",  "4102444800",  "0999999999", "4102444800000",
                                      "-40886",     "132341916", "13234191600", "40886-",     "4 0886",
                                      "2011120908", "x40886"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
      if (orders(bad[i])) unit_fail(__FILE__, __LINE__, bad[i]);
      for (int order = CS_DATE_YMD; order < CS_DATE_ORDERS; order++)
        if (parse(bad[i], (enum cs_date_order)order, &moment)) unit_fail(__FILE__, __LINE__, bad[i]);
    }
    CHECK(orders("20111209") == 1u << CS_DATE_YMD && !parse("2011-12-09", CS_DATE_SERIAL, &moment));
  }
  TEST("date: counts that were told need not be plausible, but are days that exist") {
    CHECK(parse_count("1", CS_DATE_SERIAL, &moment) && moment == at(1899, 12, 31, 0, 0, 0));
    CHECK(parse_count("2958465", CS_DATE_SERIAL, &moment) && moment == at(9999, 12, 31, 0, 0, 0));
    CHECK(!parse_count("2958466", CS_DATE_SERIAL, &moment) && !parse_count("-1", CS_DATE_SERIAL, &moment));
    CHECK(parse_count("852076800", CS_DATE_UNIX, &moment) && moment == at(1997, 1, 1, 0, 0, 0));
    CHECK(parse_count("-0.5", CS_DATE_UNIX, &moment) && moment == -1);
    CHECK(parse_count("-1", CS_DATE_UNIX_MS, &moment) && moment == -1);
    CHECK(!parse_count("", CS_DATE_UNIX, &moment) && !parse_count(".5", CS_DATE_UNIX, &moment));
    CHECK(!parse_count("99999999999999999999", CS_DATE_UNIX, &moment));
  }
  TEST("date: a year of two digits is seen as such") {
    static const char *const yes[] = {"9/12/11",   "09.12.11 8:26", "9-Dec-11",
                                      "Dec 9, 11", "11-12-09",      "Fri 9 Dec 11"},
                             *const no[] = {"9/12/2011", "9/12/1", "9 12 11", "1.5",     "9/12-11",
                                            "9/12",      "",       "x",       "9/12/11x"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
      if (!cs_date_has_short_year(cs_slice_of(yes[i]))) unit_fail(__FILE__, __LINE__, yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
      if (cs_date_has_short_year(cs_slice_of(no[i]))) unit_fail(__FILE__, __LINE__, no[i]);
  }
}

static bool parse_as(const char *text, const char *format, int64_t *moment) {
  return cs_date_parse_format(cs_slice_of(text), format, moment);
}

static void test_format(void) {
  int64_t moment = 0;
  TEST("date: a format of the user's") {
    CHECK(parse_as("09/12/11 08:26", "%d/%m/%y %H:%M", &moment) && moment == at(2011, 12, 9, 8, 26, 0));
    CHECK(parse_as("111209", "%y%m%d", &moment) && moment == at(2011, 12, 9, 0, 0, 0));
    CHECK(parse_as("9-december-2011", "%d-%b-%Y", &moment) && moment == at(2011, 12, 9, 0, 0, 0));
    CHECK(parse_as("Dec 9 2011  8:26:05 PM", "%b %e %Y %I:%M:%S %p", &moment) &&
          moment == at(2011, 12, 9, 20, 26, 5));
    CHECK(parse_as("2011 100% 12 9", "%Y 100%% %m %d", &moment) && moment == at(2011, 12, 9, 0, 0, 0));
    CHECK(parse_as("01.01.69", "%d.%m.%y", &moment) && moment == at(1969, 1, 1, 0, 0, 0));
    CHECK(parse_as("01.01.68", "%d.%m.%y", &moment) && moment == at(2068, 1, 1, 0, 0, 0));
  }
  TEST("date: what doesn't fit the format is refused") {
    CHECK(!parse_as("2011-12-09x", "%Y-%m-%d", &moment) && !parse_as("2011-12-09", "%Y-%m", &moment));
    CHECK(!parse_as("2011-12", "%Y-%m", &moment) && !parse_as("2011-02-30", "%Y-%m-%d", &moment));
    CHECK(!parse_as("11-12-09", "%Y-%m-%d", &moment) && !parse_as("2011-12-09", "%Y-%m-%d %H", &moment));
    CHECK(!parse_as("2011-12-09 25", "%Y-%m-%d %H", &moment) && !parse_as("2011-12-09", "%Y-%m-%", &moment));
    CHECK(!parse_as("2011-12-09", "%Y-%m-%q", &moment) && !parse_as("", "", &moment));
    CHECK(!parse_as("2011-12-09 0", "%Y-%m-%d %I", &moment) && !parse_as("2011-12-09", "%Y-%d-%mx", &moment));
  }
  TEST("date: a format is checked before it is used") {
    CHECK(cs_date_format_valid("%d.%m.%Y") && cs_date_format_valid("%b %e, %y at %I%p %%"));
    CHECK(!cs_date_format_valid("%d.%m") && !cs_date_format_valid("") && !cs_date_format_valid("%Y-%m-%d%"));
    CHECK(!cs_date_format_valid("%Y-%m-%d %Z") && !cs_date_format_valid("%Y-%j"));
  }
}

int main(void) {
  UNIT_BEGIN;
  test_calendar();
  test_parse();
  test_orders();
  test_counts();
  test_format();
  UNIT_END;
}
