/* Dates: what a text says of its order is what it can be read as, and days go to text and back. */
#include "base/date.h"
#include "fuzz.h"

#include <string.h>

static const int64_t first_day = -719162; /* 0001-01-01 */
static const int64_t last_day = 2932896;  /* 9999-12-31 */

static void check_moment(int64_t moment) {
  char text[CS_DATE_TEXT];
  int64_t back, day = cs_day_of(moment);
  FUZZ_CHECK(day >= first_day && day <= last_day);
  cs_moment_print(moment, text);
  FUZZ_CHECK(strlen(text) == 19);
  FUZZ_CHECK(cs_date_parse(cs_slice_of(text), CS_DATE_YMD, &back) && back == moment);
  FUZZ_CHECK(cs_date_parse_format(cs_slice_of(text), "%Y-%m-%d %H:%M:%S", &back) && back == moment);
  cs_date_print(day, text);
  FUZZ_CHECK(cs_date_parse(cs_slice_of(text), CS_DATE_DMY, &back) && back == day * CS_DAY_SECONDS);
  struct cs_civil civil = cs_civil_from_days(day);
  FUZZ_CHECK(cs_civil_valid(civil) && cs_days_from_civil(civil) == day);
  FUZZ_CHECK(cs_weekday(day) >= 1 && cs_weekday(day) <= 7);
}

static void check_orders(struct cs_slice text) {
  unsigned orders = cs_date_orders(text), found = 0;
  int64_t moment[CS_DATE_ORDERS];
  for (int order = CS_DATE_YMD; order < CS_DATE_ORDERS; order++) {
    if (!cs_date_parse(text, (enum cs_date_order)order, &moment[order])) continue;
    found |= 1u << order;
    check_moment(moment[order]);
  }
  /* A year first can be read in any order, but speaks for YMD alone. */
  FUZZ_CHECK(orders == found || (orders == 1u << CS_DATE_YMD && found & orders));
  /* Nothing is open where YMD will do: all orders read the same. */
  if (found & 1u << CS_DATE_YMD)
    for (int order = CS_DATE_DMY; order <= CS_DATE_MDY; order++)
      if (found & 1u << order) FUZZ_CHECK(moment[order] == moment[CS_DATE_YMD]);
}

static void check_format(struct cs_slice text) {
  char format[128];
  int64_t moment;
  const char *cut = memchr(text.data, '\n', text.len);
  size_t len = cut ? (size_t)(cut - text.data) : 0;
  if (!cut || len >= sizeof format) return;
  memcpy(format, text.data, len);
  format[len] = '\0';
  struct cs_slice cell = {cut + 1, text.len - len - 1};
  bool valid = cs_date_format_valid(format);
  if (valid && cs_date_parse_format(cell, format, &moment)) check_moment(moment);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct fuzz_input input = {data, size};
  unsigned months = fuzz_byte(&input);
  struct cs_slice text = fuzz_rest(&input);
  int64_t moment;
  check_orders(text);
  if (text.len) check_format(text);
  if (cs_date_parse(text, CS_DATE_DMY, &moment)) {
    int64_t day = cs_day_of(moment), later = cs_days_add_months(day, (int)months);
    struct cs_civil from = cs_civil_from_days(day), to = cs_civil_from_days(later);
    FUZZ_CHECK(to.year * 12 + to.month == from.year * 12 + from.month + (int)months && to.day <= from.day);
  }
  return 0;
}
