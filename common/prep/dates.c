#include "prep/dates.h"

enum { YMD = 1 << CS_DATE_YMD, DMY = 1 << CS_DATE_DMY, MDY = 1 << CS_DATE_MDY };

void cs_dates_release(struct cs_dates *dates) {
  cs_str_release(&dates->last);
  *dates = (struct cs_dates)CS_DATES_INIT;
}

/* What all cells of a column allow; rows where it became ambiguous are not kept: the first cell serves the message. */
static enum cs_status intersect(const struct cs_table *table, size_t column, unsigned *orders,
                                struct cs_error *err) {
  struct cs_str scratch = CS_STR_INIT, last = CS_STR_INIT;
  enum cs_status status = CS_OK;
  size_t rows = cs_table_rows(table), first = SIZE_MAX;
  for (size_t row = 0; row < rows && status == CS_OK; row++) {
    struct cs_slice cell;
    cs_str_clear(&scratch);
    status = cs_table_cells(table, row, &column, 1, &cell, &scratch, err);
    if (status != CS_OK || cs_table_is_missing(table, cell)) continue;
    if (cs_slice_equal(cell, (struct cs_slice){cs_str_text(&last), last.len})) continue;
    cs_str_clear(&last);
    cs_str_add(&last, cell.data, cell.len);
    unsigned cell_orders = cs_date_orders(cell);
    if (!cell_orders) continue;
    if (first == SIZE_MAX) first = row;
    *orders &= cell_orders;
    if (!*orders)
      status = cs_table_fail(
          table, row, column, err,
          "this date is written in another order of day, month and year than those before it; "
          "say how to read them all with --date-format, for example --date-format '%%d/%%m/%%Y'");
  }
  if (status == CS_OK && !(*orders & YMD) && (*orders & DMY) && (*orders & MDY))
    status = cs_table_fail(
        table, first, column, err,
        "no cell tells whether day or month comes first; say it with --date-format '%%d/%%m/%%Y' or "
        "--date-format '%%m/%%d/%%Y' (or with - or . for /)");
  cs_str_release(&scratch);
  cs_str_release(&last);
  return status;
}

enum cs_status cs_dates_recognise(struct cs_dates *dates, const struct cs_table *table, const size_t *columns,
                                  size_t count, const char *format, struct cs_error *err) {
  dates->format = format;
  if (format) return CS_OK;
  unsigned orders = YMD | DMY | MDY;
  for (size_t i = 0; i < count; i++) CS_TRY(intersect(table, columns[i], &orders, err));
  dates->order = orders & YMD ? CS_DATE_YMD : orders & DMY ? CS_DATE_DMY : CS_DATE_MDY;
  return CS_OK;
}

bool cs_dates_read(struct cs_dates *dates, struct cs_slice cell, int64_t *moment) {
  if (!dates->last.len ||
      !cs_slice_equal(cell, (struct cs_slice){cs_str_text(&dates->last), dates->last.len})) {
    dates->last_ok = dates->format
                         ? cs_date_parse_format(cs_slice_trim(cell), dates->format, &dates->last_moment)
                         : cs_date_parse(cell, dates->order, &dates->last_moment);
    cs_str_clear(&dates->last);
    cs_str_add(&dates->last, cell.data, cell.len);
  }
  *moment = dates->last_moment;
  return dates->last_ok;
}

const char *cs_dates_describe(const struct cs_dates *dates) {
  static const char *const name[] = {"year-month-day", "day-month-year", "month-day-year"};
  return dates->format ? dates->format : name[dates->order];
}
