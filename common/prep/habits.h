/* habits.h - what the order lines of one customer say besides how much: how regularly, when in the week and the day, of
 * which categories, through which channel.
 *
 * Lines    those with something left after netting count; they are sorted by time.
 * Repeats  the results don't depend on the order in which the rows were read, nor on the numbers that texts were given.
 */
#ifndef CS_PREP_HABITS_H
#define CS_PREP_HABITS_H

#include "base/map.h"
#include "prep/netting.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether a line has something left. */
static inline bool cs_line_is_left(const struct cs_line *line) {
  return line->quantity > 0;
}

/* Coefficient of variation of the days between purchase days (standard deviation with n - 1, as pandas' std(), by the
 * mean): 0 is clockwork, 1 about what chance does. NaN for fewer than three purchase days. */
double cs_habit_interval_cv(const struct cs_line_list *lines);

/* The part of the purchase days that are Saturdays or Sundays; NaN without a line. */
double cs_habit_weekend(const struct cs_line_list *lines);

/* The part of the different times of purchase at 18:00 or later. *timed is set where a line has a time of day. */
double cs_habit_evening(const struct cs_line_list *lines, bool *timed);

/* Different categories, and the entropy of their shares of the lines in nats, as scipy.stats.entropy; entropy may be NULL.
 * scratch is [lines]. */
size_t cs_habit_categories(const struct cs_line_list *lines, uint64_t *scratch, double *entropy);

/* The category of the first or of the last line that has one. Of lines of one moment the text that sorts first is taken.
 * CS_CODE_MISSING where there is none. */
uint32_t cs_habit_first_category(const struct cs_line_list *lines, const struct cs_map *texts);
uint32_t cs_habit_last_category(const struct cs_line_list *lines, const struct cs_map *texts);

/* Through which channels the orders came. */
struct cs_channel_mix {
  size_t channels;
  uint32_t main; /* of most orders, of ties the text that sorts first; CS_CODE_MISSING where there is none */
  double share;  /* of the orders; NaN where there is none */
};
struct cs_channel_mix cs_habit_channels(const struct cs_line_list *lines, const struct cs_map *texts,
                                        uint64_t *scratch);

#endif
