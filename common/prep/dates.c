#include "prep/dates.h"

#include <string.h>

enum { DMY = 1 << CS_DATE_DMY, MDY = 1 << CS_DATE_MDY, ANY = (1 << CS_DATE_ORDERS) - 1 };

void cs_dates_release(struct cs_dates *dates) {
  cs_str_release(&dates->last);
  *dates = (struct cs_dates)CS_DATES_INIT;
}

static bool is_decided(unsigned orders) {
  return (orders & (orders - 1)) == 0;
}

static bool is_open(const struct cs_dates *dates) {
  return dates->orders == (DMY | MDY) || (dates->orders == ANY && dates->short_years);
}

enum cs_status cs_dates_fail_mixed(const struct cs_table *table, size_t row, size_t column,
                                   struct cs_error *err) {
  return cs_table_fail(
      table, row, column, err,
      "this date is written in another way than those before it (another order of day, month and year, or a "
      "count of days or seconds); say how to read them all with --date-format, for example "
      "--date-format '%%d/%%m/%%Y'");
}

enum cs_status cs_dates_fail_open(const struct cs_dates *dates, const struct cs_table *table, size_t row,
                                  size_t column, struct cs_error *err) {
  if (dates->orders == ANY)
    return cs_table_fail(
        table, row, column, err,
        "a year of two digits; say how to read these dates with --date-format '%%d/%%m/%%y' or "
        "--date-format '%%m/%%d/%%y' (or with - or . for /, or %%b for the name of a month)");
  return cs_table_fail(
      table, row, column, err,
      "no cell tells whether day or month comes first; say it with --date-format '%%d/%%m/%%Y' or "
      "--date-format '%%m/%%d/%%Y' (or with - or . for /)");
}

/* A column whose cells are looked at one after the other. */
struct looking {
  const struct cs_table *table;
  size_t column;
  size_t short_year; /* the first row with a year of two digits, or SIZE_MAX */
  struct cs_str scratch, last;
};

/* What the cell of a row allows; 0 where it is missing, no date, or the text of the row before. */
static enum cs_status look(struct looking *looking, size_t row, unsigned *orders, struct cs_error *err) {
  struct cs_slice cell;
  *orders = 0;
  cs_str_clear(&looking->scratch);
  CS_TRY(cs_table_cells(looking->table, row, &looking->column, 1, &cell, &looking->scratch, err));
  if (cs_table_is_missing(looking->table, cell)) return CS_OK;
  if (cs_slice_equal(cell, (struct cs_slice){cs_str_text(&looking->last), looking->last.len})) return CS_OK;
  cs_str_clear(&looking->last);
  cs_str_add(&looking->last, cell.data, cell.len);
  *orders = cs_date_orders(cell);
  if (!*orders && looking->short_year == SIZE_MAX && cs_date_has_short_year(cell)) looking->short_year = row;
  return CS_OK;
}

/* Rows from `from` on, as far as nothing is decided yet, or all. */
static enum cs_status intersect(struct cs_dates *dates, struct looking *looking, size_t from, bool all,
                                size_t *first, struct cs_error *err) {
  size_t rows = cs_table_rows(looking->table);
  for (size_t row = from; row < rows && (all || !is_decided(dates->orders)); row++) {
    unsigned orders;
    CS_TRY(look(looking, row, &orders, err));
    if (!orders) continue;
    if (*first == SIZE_MAX) *first = row;
    dates->orders &= orders;
    if (!dates->orders) return cs_dates_fail_mixed(looking->table, row, looking->column, err);
  }
  return CS_OK;
}

static enum cs_status look_through(struct cs_dates *dates, const struct cs_table *table, size_t column,
                                   size_t from, bool all, size_t *first, struct cs_error *err) {
  struct looking looking = {table, column, SIZE_MAX, CS_STR_INIT, CS_STR_INIT};
  *first = SIZE_MAX;
  enum cs_status status = intersect(dates, &looking, from, all, first, err);
  cs_str_release(&looking.scratch);
  cs_str_release(&looking.last);
  dates->order = CS_DATE_YMD;
  while (dates->order < CS_DATE_UNIX_MS && !(dates->orders & 1u << dates->order)) dates->order++;
  dates->short_years |= looking.short_year != SIZE_MAX;
  if (*first == SIZE_MAX) *first = looking.short_year;
  return status;
}

enum cs_status cs_dates_recognise(struct cs_dates *dates, const struct cs_table *table, const size_t *columns,
                                  size_t count, const char *format, struct cs_error *err) {
  dates->format = format;
  for (size_t i = 0; i < count && !format; i++) {
    size_t first;
    CS_TRY(look_through(dates, table, columns[i], 0, true, &first, err));
    if (is_open(dates)) return cs_dates_fail_open(dates, table, first, columns[i], err);
  }
  return CS_OK;
}

enum cs_status cs_dates_look(struct cs_dates *dates, const struct cs_table *table, size_t column, size_t from,
                             size_t *first, struct cs_error *err) {
  *first = SIZE_MAX;
  if (dates->format || is_decided(dates->orders)) return CS_OK;
  return look_through(dates, table, column, from, false, first, err);
}

bool cs_dates_open(const struct cs_dates *dates) {
  return !dates->format && is_open(dates);
}

/* --- counts that were told --- */

static const char *const count_name[] = {"excel", "unix", "unix-ms"};

/* CS_DATE_YMD where the format is none of them. */
static enum cs_date_order told_count(const char *format) {
  for (int i = 0; i < 3; i++)
    if (strcmp(format, count_name[i]) == 0) return (enum cs_date_order)(CS_DATE_SERIAL + i);
  return CS_DATE_YMD;
}

bool cs_dates_format_valid(const char *format) {
  return told_count(format) != CS_DATE_YMD || cs_date_format_valid(format);
}

static bool read_told(const struct cs_dates *dates, struct cs_slice cell, int64_t *moment) {
  enum cs_date_order count = strchr(dates->format, '%') ? CS_DATE_YMD : told_count(dates->format);
  return count == CS_DATE_YMD ? cs_date_parse_format(cs_slice_trim(cell), dates->format, moment)
                              : cs_date_parse_count(cell, count, moment);
}

/* --- cells --- */

/* A form that is read in any order still says in which one the column isn't written. */
static bool read_found(const struct cs_dates *dates, struct cs_slice cell, int64_t *moment) {
  if (!cs_date_parse(cell, dates->order, moment)) return false;
  bool certain = dates->order == CS_DATE_YMD || dates->order > CS_DATE_MDY;
  return certain || cs_date_orders(cell) & 1u << dates->order;
}

/* Remembers the month of a day that was read, in the place of another. */
static void remember(struct cs_dates *dates, struct cs_slice cell, int64_t moment) {
  struct cs_dates_month *month = cs_dates_month(dates, cell);
  uint64_t text = cs_word_first(cell.data);
  unsigned day = (unsigned)((cell.data[8] - '0') * 10 + cell.data[9] - '0');
  if (month->text != text)
    *month = (struct cs_dates_month){.text = text, .before = (int32_t)(cs_day_of(moment) - day)};
  month->known |= 1u << day;
}

bool cs_dates_read(struct cs_dates *dates, struct cs_slice cell, int64_t *moment) {
  if (cs_dates_recall(dates, cell, moment)) return true;
  if (!dates->format && dates->order == CS_DATE_YMD && cs_date_parse_iso(cell, moment)) {
    if (cell.len == CS_DATE_ISO_DAY) remember(dates, cell, *moment);
    return true;
  }
  if (!dates->last.len ||
      !cs_slice_equal(cell, (struct cs_slice){cs_str_text(&dates->last), dates->last.len})) {
    dates->last_ok = dates->format ? read_told(dates, cell, &dates->last_moment)
                                   : read_found(dates, cell, &dates->last_moment);
    cs_str_clear(&dates->last);
    cs_str_add(&dates->last, cell.data, cell.len);
  }
  *moment = dates->last_moment;
  return dates->last_ok;
}

void cs_dates_copy(struct cs_dates *dates, const struct cs_dates *from) {
  if (dates->format != from->format || dates->order != from->order) cs_str_clear(&dates->last);
  dates->format = from->format;
  dates->orders = from->orders;
  dates->order = from->order;
}

const char *cs_dates_describe(const struct cs_dates *dates) {
  static const char *const name[] = {"year-month-day", "day-month-year", "month-day-year",
                                     "serial days",    "unix seconds",   "unix milliseconds"};
  return dates->format ? dates->format : name[dates->order];
}
