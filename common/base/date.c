#include "base/date.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- the calendar --- */

int64_t cs_days_from_civil(struct cs_civil civil) {
  int64_t year = (int64_t)civil.year - (civil.month <= 2); /* years begin in March: the leap day comes last */
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

/* The same for the years 1 to 9999, where less is to be thought of. */
static inline int64_t day_of_valid(struct cs_civil civil) {
  static const int16_t before_month[] = {0,   306, 337, 0,   31,  61, 92,
                                         122, 153, 184, 214, 245, 275}; /* from March */
  unsigned year = (unsigned)civil.year - (civil.month <= 2), century = year / 100;
  return (int)(year * 365 + year / 4 - century + century / 4) + before_month[civil.month] + civil.day -
         719469;
}

struct cs_civil cs_civil_from_days(int64_t days) {
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_from_march = (5 * day_of_year + 2) / 153;
  int month = (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return (struct cs_civil){.year = (int)(year_of_era + era * 400 + (month <= 2)),
                           .month = month,
                           .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

static int month_days(int year, int month) {
  if (month == 2) return 28 + (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
  return 30 + ((month + (month >> 3)) & 1); /* 31 and 30 take turns, beginning anew in August */
}

static inline bool is_valid(struct cs_civil civil) {
  return civil.year >= 1 && civil.year <= 9999 && civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         (civil.day <= 28 || civil.day <= month_days(civil.year, civil.month));
}

bool cs_civil_valid(struct cs_civil civil) {
  return is_valid(civil);
}

/* The quotient rounded towards the past. */
static int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0);
}

int cs_weekday(int64_t days) {
  int64_t from_monday = (days + 3) % 7; /* 1970-01-01 was a Thursday */
  return (int)(from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

int64_t cs_days_add_months(int64_t days, int months) {
  struct cs_civil civil = cs_civil_from_days(days);
  int64_t count = (int64_t)civil.year * 12 + civil.month - 1 + months;
  civil.year = (int)floor_divide(count, 12);
  civil.month = (int)(count - (int64_t)civil.year * 12) + 1;
  int last = month_days(civil.year, civil.month);
  if (civil.day > last) civil.day = last;
  return cs_days_from_civil(civil);
}

int64_t cs_day_of(int64_t moment) {
  return floor_divide(moment, CS_DAY_SECONDS);
}

/* --- words and figures --- */

struct cursor {
  const char *at, *end;
};

static bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool peek(const struct cursor *in, char byte) {
  return in->at < in->end && *in->at == byte;
}

static bool take(struct cursor *in, char byte) {
  if (!peek(in, byte)) return false;
  in->at++;
  return true;
}

/* Blanks, TABs and the two no-break spaces (U+00A0, U+202F: what browsers put before AM and PM). Returns
 * whether there were any. */
static bool take_blanks(struct cursor *in) {
  const char *before = in->at;
  for (;;) {
    size_t left = (size_t)(in->end - in->at);
    if (left && (*in->at == ' ' || *in->at == '\t'))
      in->at++;
    else if (left >= 2 && memcmp(in->at, "\xc2\xa0", 2) == 0)
      in->at += 2;
    else if (left >= 3 && memcmp(in->at, "\xe2\x80\xaf", 3) == 0)
      in->at += 3;
    else
      return in->at > before;
  }
}

/* At most `most` digits. Returns how many there were. */
static int take_digits(struct cursor *in, int most, int *value) {
  int count = 0;
  for (*value = 0; count < most && in->at < in->end && is_digit(*in->at); count++)
    *value = *value * 10 + (*in->at++ - '0');
  return count;
}

/* The next letters, as far as they go. */
static struct cs_slice next_word(const struct cursor *in) {
  const char *end = in->at;
  while (end < in->end && is_letter(*end)) end++;
  return (struct cs_slice){in->at, (size_t)(end - in->at)};
}

/* Whether word is name or its first three (or `more`) letters, ignoring case. */
static bool is_word(struct cs_slice word, const char *name, size_t more) {
  size_t len = strlen(name);
  if (word.len != len && word.len != 3 && word.len != more) return false;
  if (word.len > len) return false;
  for (size_t i = 0; i < word.len; i++)
    if ((word.data[i] | 0x20) != (name[i] | 0x20)) return false;
  return true;
}

/* An English month's name, whole or three letters (or "Sept"): 1..12, or 0. */
static int take_month(struct cursor *in) {
  static const char *const name[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};
  struct cs_slice word = next_word(in);
  if (word.len < 3) return 0;
  for (int month = 0; month < 12; month++) {
    if (!is_word(word, name[month], month == 8 ? 4 : 3)) continue;
    in->at += word.len;
    return month + 1;
  }
  return 0;
}

static void take_weekday(struct cursor *in) {
  static const char *const name[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                     "Friday", "Saturday", "Sunday"};
  struct cs_slice word = next_word(in);
  if (word.len < 3) return;
  for (size_t day = 0; day < sizeof name / sizeof *name; day++) {
    if (!is_word(word, name[day], 3)) continue;
    in->at += word.len;
    take(in, ',');
    take_blanks(in);
    return;
  }
}

/* AM or PM: 1 or 2; 0 when there is neither. */
static int take_half(struct cursor *in) {
  struct cs_slice word = next_word(in);
  if (word.len != 2 || (word.data[1] | 0x20) != 'm') return 0;
  int half = (word.data[0] | 0x20) == 'a' ? 1 : (word.data[0] | 0x20) == 'p' ? 2 : 0;
  if (half) in->at += 2;
  return half;
}

/* --- the time of day --- */

struct clock {
  int hour, minute, second;
  int half; /* as take_half() */
};

static bool clock_seconds(const struct clock *clock, int *seconds) {
  int hour = clock->hour;
  if (clock->half) {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (clock->half == 2 ? 12 : 0);
  }
  if (hour < 0 || hour > 23 || clock->minute > 59 || clock->second > 59) return false;
  *seconds = hour * 3600 + clock->minute * 60 + clock->second;
  return true;
}

/* Z, UTC, GMT, +01:00, -0500, +01. True also when there is none. */
static bool take_zone(struct cursor *in) {
  struct cs_slice word = next_word(in);
  if (word.len) {
    if (!(word.len == 1 && (word.data[0] | 0x20) == 'z') && !is_word(word, "UTC", 3) &&
        !is_word(word, "GMT", 3))
      return false;
    in->at += word.len;
    return true;
  }
  if (!take(in, '+') && !take(in, '-')) return true;
  int hours, minutes = 0;
  if (take_digits(in, 2, &hours) != 2) return false;
  if (take(in, ':') || (in->at < in->end && is_digit(*in->at)))
    if (take_digits(in, 2, &minutes) != 2) return false;
  return hours <= 15 && minutes <= 59;
}

/* What follows the date, to the end: nothing, or a time of day. */
static bool take_time(struct cursor *in, int *seconds) {
  *seconds = 0;
  if (in->at == in->end) return true;
  bool marked = take(in, 'T') || take(in, 't');
  if (!marked) {
    bool comma = take(in, ',');
    if (!take_blanks(in) && !comma) return false;
  }
  struct clock clock = {0, 0, 0, 0};
  int digits = take_digits(in, 2, &clock.hour);
  if (digits == 0) return false;
  bool compact = marked && digits == 2 && in->at < in->end && is_digit(*in->at); /* T082600 */
  bool bare = !compact && !peek(in, ':');                                        /* 8 PM */
  if (!bare) {
    if (!compact) take(in, ':');
    if (take_digits(in, 2, &clock.minute) != 2) return false;
    if (compact ? in->at < in->end && is_digit(*in->at) : take(in, ':')) {
      if (take_digits(in, 2, &clock.second) != 2) return false;
      if (take(in, '.') || take(in, ',')) {
        const char *before = in->at;
        while (in->at < in->end && is_digit(*in->at)) in->at++;
        if (in->at == before) return false;
      }
    }
  }
  take_blanks(in);
  clock.half = take_half(in);
  if (bare && !clock.half) return false;
  take_blanks(in);
  return take_zone(in) && in->at == in->end && clock_seconds(&clock, seconds);
}

/* --- a date in any of the usual forms --- */

/* A date as it is written, its parts not yet in order where the form leaves that open. */
struct written {
  int year, month, day; /* open: day is what stands first, month what stands second */
  enum { FORM_YEAR_FIRST, FORM_NAMED, FORM_OPEN } form;
};

struct field {
  int value, digits; /* digits 0: a month's name */
};

static bool take_field(struct cursor *in, struct field *field) {
  field->digits = take_digits(in, 8, &field->value);
  if (field->digits) return in->at == in->end || !is_digit(*in->at);
  field->value = take_month(in);
  return field->value != 0;
}

/* '-', '/' or '.', or ' ' for blanks with a comma or a point before them, or 0 where figures and letters
 * meet. */
static char take_separator(struct cursor *in) {
  char mark = 0;
  if (in->at < in->end && strchr("-/.,", *in->at) && *in->at) mark = *in->at++;
  bool blanks = take_blanks(in);
  if (mark == '-' || mark == '/') return blanks ? '!' : mark;
  if (mark == '.') return mark;
  return blanks || mark == ',' ? ' ' : 0;
}

static bool written_numeric(const struct field field[3], const char separator[2], struct written *written) {
  if (separator[0] != separator[1] || !separator[0] || !strchr("-/.", separator[0])) return false;
  if (field[1].digits > 2) return false;
  if (field[0].digits == 4 && field[2].digits <= 2) {
    *written = (struct written){field[0].value, field[1].value, field[2].value, FORM_YEAR_FIRST};
    return true;
  }
  *written = (struct written){field[2].value, field[1].value, field[0].value, FORM_OPEN};
  return field[0].digits <= 2 && field[2].digits == 4;
}

static bool written_named(const struct field field[3], const char separator[2], struct written *written) {
  if (separator[0] == '!' || separator[1] == '!') return false;
  bool first = !field[0].digits; /* Dec 9, 2011 */
  const struct field *month = first ? &field[0] : &field[1];
  const struct field *day = first ? &field[1] : &field[0], *year = &field[2];
  if (!first && day->digits == 4) { /* 2011 Dec 9 */
    year = &field[0];
    day = &field[2];
  }
  *written = (struct written){year->value, month->value, day->value, FORM_NAMED};
  return !month->digits && year->digits == 4 && (day->digits == 1 || day->digits == 2);
}

static bool take_date(struct cursor *in, struct written *written) {
  take_weekday(in);
  struct field field[3];
  char separator[2];
  if (!take_field(in, &field[0])) return false;
  if (field[0].digits == 8) {
    int figures = field[0].value;
    *written = (struct written){figures / 10000, figures / 100 % 100, figures % 100, FORM_YEAR_FIRST};
    return true;
  }
  for (int i = 0; i < 2; i++) {
    separator[i] = take_separator(in);
    if (!take_field(in, &field[i + 1])) return false;
  }
  bool numeric = field[0].digits && field[1].digits && field[2].digits;
  return numeric ? written_numeric(field, separator, written) : written_named(field, separator, written);
}

static inline int two(const char *at) {
  unsigned tens = (unsigned)at[0] - '0', ones = (unsigned)at[1] - '0';
  return tens < 10 && ones < 10 ? (int)(tens * 10 + ones) : -1;
}

/* The day of a text that begins with YYYY-MM-DD, eight bytes of it at once: where figures stand 0 to 9 is left once
 * 0000-00- is taken off, and nothing of the dashes. */
static inline bool iso_day(const char *text, int64_t *day) {
  const uint64_t dashes = 0xff0000ff00000000u, slashes = 0x0200000200000000u; /* '-' ^ '/' */
  uint64_t word = cs_word_first(text) ^ 0x2d30302d30303030u;
  if ((word & dashes) == slashes) word &= ~dashes;
  if (((word + 0x7f76767f76767676u) | word) & 0x8080808080808080u) return false;
  word = word * 10 + (word >> 8);
  int year = (int)(word & 0xff) * 100 + (int)(word >> 16 & 0xff), month = (int)(word >> 40 & 0xff);
  struct cs_civil civil = {year, month, two(text + 8)};
  if (!is_valid(civil)) return false;
  *day = day_of_valid(civil);
  return true;
}

/* " 08:26:00" or with a T. A call, so that dates alone need not make room for it. */
__attribute__((noinline)) static bool iso_clock(const char *text, int64_t *moment) {
  int seconds;
  if ((text[0] != ' ' && text[0] != 'T') || text[3] != ':' || text[6] != ':') return false;
  struct clock clock = {two(text + 1), two(text + 4), two(text + 7), 0};
  if (clock.minute < 0 || clock.second < 0 || !clock_seconds(&clock, &seconds)) return false;
  *moment += seconds;
  return true;
}

bool cs_date_parse_iso(struct cs_slice text, int64_t *moment) {
  int64_t day;
  if ((text.len != 10 && text.len != 19) || !iso_day(text.data, &day)) return false;
  *moment = day * CS_DAY_SECONDS;
  return text.len == 10 || iso_clock(text.data + 10, moment);
}

static bool scan(struct cs_slice text, struct written *written, int *seconds) {
  struct cursor in = {text.data, text.data + text.len};
  return take_date(&in, written) && take_time(&in, seconds);
}

static struct cs_civil civil_of(const struct written *written, enum cs_date_order order) {
  if (written->form == FORM_OPEN && order == CS_DATE_MDY)
    return (struct cs_civil){written->year, written->day, written->month};
  return (struct cs_civil){written->year, written->month, written->day};
}

/* --- counts --- */

static const int64_t serial_epoch =
    -25569; /* 1899-12-30: with it the days behind the 1900-02-29 of spreadsheets fit */
static const int64_t first_day = -719162, last_day = 2932896; /* 0001-01-01, 9999-12-31 */

static double count_seconds(enum cs_date_order order, double count) {
  if (order == CS_DATE_SERIAL) return (count + (double)serial_epoch) * CS_DAY_SECONDS;
  return order == CS_DATE_UNIX ? count : count / 1000;
}

/* Digits with a fraction or without; the sign of the fraction may be a comma, since no other use of it fits. */
static bool read_count(struct cs_slice text, double *count, int *digits) {
  const char *mark = text.len ? memchr(text.data, ',', text.len) : NULL;
  struct cursor in = {text.data, text.data + text.len};
  while (in.at < in.end && is_digit(*in.at)) in.at++;
  *digits = (int)(in.at - text.data);
  if (take(&in, mark ? ',' : '.'))
    while (in.at < in.end && is_digit(*in.at)) in.at++;
  return *digits && in.at == in.end && cs_num_parse(text.data, text.len, mark ? ',' : '.', count);
}

bool cs_date_parse_count(struct cs_slice text, enum cs_date_order order, int64_t *moment) {
  double count;
  int digits;
  text = cs_slice_trim(text);
  bool before = text.len && text.data[0] == '-' && order != CS_DATE_SERIAL;
  if (before) text = (struct cs_slice){text.data + 1, text.len - 1};
  if (text.len > 64 || !read_count(text, &count, &digits)) return false;
  double seconds = count_seconds(order, before ? -count : count);
  /* Fractions of days are rounded, as their decimals are; those of seconds are dropped, as in all forms of a date. */
  seconds = order == CS_DATE_SERIAL ? round(seconds) : floor(seconds);
  if (seconds < (double)(first_day * CS_DAY_SECONDS) || seconds >= (double)((last_day + 1) * CS_DAY_SECONDS))
    return false;
  *moment = (int64_t)seconds;
  return true;
}

/* 2011120908: figures as 2011-12-09 08:00 rather than seconds, which would be of 2033. What would be the 18th century is of
 * 2024: 1727120721. */
static bool is_compact(struct cs_slice text) {
  struct cs_civil civil = {0, two(text.data + 4), two(text.data + 6)};
  civil.year = two(text.data) * 100 + two(text.data + 2);
  return civil.year >= 1900 && cs_civil_valid(civil) && two(text.data + 8) < 24;
}

/* The count that a text plausibly is, or CS_DATE_YMD. */
static enum cs_date_order count_order(struct cs_slice text) {
  static const double latest = 4102444800; /* 2100-01-01 */
  double count;
  int digits;
  if (text.len < 5 || text.len > 64 || !read_count(text, &count, &digits)) return CS_DATE_YMD;
  if (digits == 5 && count >= 20000 && count < 80000) return CS_DATE_SERIAL;
  if (digits == 10 && text.data[0] > '0' && count < latest && !is_compact(text)) return CS_DATE_UNIX;
  return digits == 13 && text.data[0] > '0' && count < latest * 1000 ? CS_DATE_UNIX_MS : CS_DATE_YMD;
}

bool cs_date_parse(struct cs_slice text, enum cs_date_order order, int64_t *moment) {
  text = cs_slice_trim(text);
  if (order > CS_DATE_MDY) return count_order(text) == order && cs_date_parse_count(text, order, moment);
  if (cs_date_parse_iso(text, moment)) return true;
  struct written written;
  int seconds;
  if (!scan(text, &written, &seconds)) return false;
  if (written.form == FORM_OPEN && order == CS_DATE_YMD) return false;
  struct cs_civil civil = civil_of(&written, order);
  if (!cs_civil_valid(civil)) return false;
  *moment = cs_days_from_civil(civil) * CS_DAY_SECONDS + seconds;
  return true;
}

unsigned cs_date_orders(struct cs_slice text) {
  text = cs_slice_trim(text);
  int64_t moment;
  if (cs_date_parse_iso(text, &moment)) return 1u << CS_DATE_YMD;
  struct written written;
  int seconds;
  if (!scan(text, &written, &seconds)) {
    enum cs_date_order count = count_order(text);
    return count == CS_DATE_YMD ? 0 : 1u << count;
  }
  bool dmy = cs_civil_valid(civil_of(&written, CS_DATE_DMY)),
       mdy = cs_civil_valid(civil_of(&written, CS_DATE_MDY));
  if (written.form == FORM_YEAR_FIRST) return dmy ? 1u << CS_DATE_YMD : 0;
  unsigned open = (dmy ? 1u << CS_DATE_DMY : 0) | (mdy ? 1u << CS_DATE_MDY : 0);
  return open && written.form == FORM_NAMED ? open | 1u << CS_DATE_YMD : open;
}

bool cs_date_has_short_year(struct cs_slice text) {
  text = cs_slice_trim(text);
  struct cursor in = {text.data, text.data + text.len};
  struct field field[3];
  char separator[2];
  int seconds;
  take_weekday(&in);
  for (int i = 0; i < 3; i++) {
    if (!take_field(&in, &field[i]) || field[i].digits > 2) return false;
    if (i < 2 && ((separator[i] = take_separator(&in)) == '!')) return false;
  }
  bool figures = field[0].digits && field[1].digits;
  return field[2].digits == 2 && (figures ? separator[0] == separator[1] && separator[0] > ' ' : true) &&
         take_time(&in, &seconds);
}

/* --- a date in a format that the user gave --- */

enum { NOT_SEEN = -1 };

struct parts {
  struct cs_civil civil;
  struct clock clock;
};

static bool take_exactly(struct cursor *in, int digits, int *value) {
  return take_digits(in, digits, value) == digits;
}

static bool take_conversion(struct cursor *in, char conversion, struct parts *parts) {
  switch (conversion) {
  case 'Y': return take_exactly(in, 4, &parts->civil.year);
  case 'y':
    if (!take_exactly(in, 2, &parts->civil.year)) return false;
    parts->civil.year += parts->civil.year < 69 ? 2000 : 1900;
    return true;
  case 'm': return take_digits(in, 2, &parts->civil.month) > 0;
  case 'e': take_blanks(in); /* fall through */
  case 'd': return take_digits(in, 2, &parts->civil.day) > 0;
  case 'b':
  case 'B': return (parts->civil.month = take_month(in)) != 0;
  case 'H': return take_digits(in, 2, &parts->clock.hour) > 0;
  case 'I':
    return take_digits(in, 2, &parts->clock.hour) > 0 && parts->clock.hour >= 1 && parts->clock.hour <= 12;
  case 'M': return take_digits(in, 2, &parts->clock.minute) > 0;
  case 'S': return take_digits(in, 2, &parts->clock.second) > 0;
  case 'p': return (parts->clock.half = take_half(in)) != 0;
  case '%': return take(in, '%');
  default: return false;
  }
}

bool cs_date_parse_format(struct cs_slice text, const char *format, int64_t *moment) {
  text = cs_slice_trim(text);
  struct cursor in = {text.data, text.data + text.len};
  struct parts parts = {{NOT_SEEN, NOT_SEEN, NOT_SEEN}, {0, 0, 0, 0}};
  for (const char *at = format; *at; at++) {
    if (*at == ' ') {
      take_blanks(&in);
    } else if (*at == '%') {
      if (!take_conversion(&in, *++at, &parts)) return false;
    } else if (!take(&in, *at)) {
      return false;
    }
  }
  int seconds;
  if (in.at != in.end || !cs_civil_valid(parts.civil) || !clock_seconds(&parts.clock, &seconds)) return false;
  *moment = cs_days_from_civil(parts.civil) * CS_DAY_SECONDS + seconds;
  return true;
}

bool cs_date_format_valid(const char *format) {
  bool year = false, month = false, day = false;
  for (const char *at = format; *at; at++) {
    if (*at != '%') continue;
    at++;
    if (!*at || !strchr("YymdebBHIMSp%", *at)) return false;
    year |= *at == 'Y' || *at == 'y';
    month |= *at == 'm' || *at == 'b' || *at == 'B';
    day |= *at == 'd' || *at == 'e';
  }
  return year && month && day;
}

/* --- printing --- */

/* `width` digits of value, with zeros in front; returns the place behind them. */
static char *put_digits(char *text, int value, int width) {
  for (int i = width; i-- > 0; value /= 10) text[i] = (char)('0' + value % 10);
  return text + width;
}

/* By hand: tables of orders are full of dates, and snprintf takes a quarter of the time of writing one. */
static char *put_date(char *text, int64_t days) {
  struct cs_civil civil = cs_civil_from_days(days);
  if (civil.year < 0 || civil.year > 9999)
    return text + snprintf(text, CS_DATE_TEXT, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
  text = put_digits(text, civil.year, 4);
  *text++ = '-';
  text = put_digits(text, civil.month, 2);
  *text++ = '-';
  return put_digits(text, civil.day, 2);
}

void cs_date_print(int64_t days, char text[CS_DATE_TEXT]) {
  *put_date(text, days) = '\0';
}

void cs_moment_print(int64_t moment, char text[CS_DATE_TEXT]) {
  int64_t day = cs_day_of(moment);
  int seconds = (int)(moment - day * CS_DAY_SECONDS);
  text = put_date(text, day);
  *text++ = ' ';
  text = put_digits(text, seconds / 3600, 2);
  *text++ = ':';
  text = put_digits(text, seconds / 60 % 60, 2);
  *text++ = ':';
  *put_digits(text, seconds % 60, 2) = '\0';
}
