/* days.h - what a log's days say of the log: a last date that stands alone, days with far too many lines, days without any.
 *
 * Shapes   day is [n], ascending, each day once, with at least one line.
 * Repeats  the result depends on the days and their lines alone.
 * Cost     O(n log n).
 */
#ifndef CS_PREP_DAYS_H
#define CS_PREP_DAYS_H

#include "base/error.h"
#include "base/notes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CS_DAYS_TOLD = 5 /* how many of a kind are named */ };

struct cs_day {
  int64_t day; /* since 1970-01-01 */
  uint64_t lines;
};

struct cs_days {
  struct cs_day *day;
  size_t count;
};

#define CS_DAYS_INIT                                                                                         \
  { NULL, 0 }

void cs_days_release(struct cs_days *days);

/* The days of a calendar that have lines: lines is [span], the first of them on the day `first`. */
CS_MUST_CHECK enum cs_status cs_days_of_calendar(struct cs_days *days, const uint32_t *lines, size_t span,
                                                 int64_t first, struct cs_error *err);

/* The days of a column of dates, NaN where there is none. */
CS_MUST_CHECK enum cs_status cs_days_of_column(struct cs_days *days, const double *value, size_t n,
                                               struct cs_error *err);

/* The last days, where they stand apart from the rest: after a gap of more than 30 days that is more than 3 times the
 * longest before it, but for gaps with at most 1 % of the lines before them. They are one day, or hold at most 1 % of the
 * lines; there are at least 2 days before them. */
struct cs_days_apart {
  size_t days; /* how many; 0: none */
  int64_t first, gap;
};

struct cs_days_apart cs_days_apart(const struct cs_days *days);

/* Days with at least 100 lines and at least 10 times as many as is usual: the median of the other days with lines that
 * are the same day of the week within 8 weeks before and after, or of all days where these are fewer than 4. The
 * log has at least 10 days. told[] are those with the most lines, the earlier first of two that are equal. */
struct cs_days_spikes {
  size_t count, told;
  struct cs_day day[CS_DAYS_TOLD];
};

CS_MUST_CHECK enum cs_status cs_days_spikes(const struct cs_days *days, struct cs_days_spikes *spikes,
                                            struct cs_error *err);

/* Runs of at least 7 days without a line that are more than 6 times the usual, which is the longest but for the longest
 * fiftieth (at least 1) of all steps from a day with lines to the next, and at least 1. There are at least 15 days with
 * lines before a hole and as many behind it. told[] are the longest, in the order of time. */
struct cs_days_holes {
  size_t count, told;
  struct {
    int64_t from, to; /* first and last day without lines */
  } hole[CS_DAYS_TOLD];
};

CS_MUST_CHECK enum cs_status cs_days_holes(const struct cs_days *days, struct cs_days_holes *holes,
                                           struct cs_error *err);

/* Warnings of all three, or of the first alone where days are the last ones of customers. */
enum cs_days_of { CS_DAYS_OF_LINES, CS_DAYS_OF_CUSTOMERS };

CS_MUST_CHECK enum cs_status cs_days_warn(const struct cs_days *days, enum cs_days_of of,
                                          struct cs_notes *warnings, struct cs_error *err);

#endif
