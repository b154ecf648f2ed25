#include "prep/days.h"

#include "algo/stats.h"
#include "base/date.h"
#include "base/memory.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>

/* The thresholds of days.h. */
enum {
  APART_GAP = 30,
  APART_TIMES = 3,
  APART_DAYS = 2,
  APART_SHARE = 100,
  SPIKE_DAYS = 10,
  SPIKE_LINES = 100,
  SPIKE_TIMES = 10,
  NEAR_DAYS = 56,
  NEAR_LEAST = 4,
  WEEK = 7,
  HOLE_DAYS = 7,
  HOLE_TIMES = 6,
  HOLE_SHARE = 50,
  HOLE_AROUND = 15
};

void cs_days_release(struct cs_days *days) {
  free(days->day);
  *days = (struct cs_days)CS_DAYS_INIT;
}

/* --- days --- */

enum cs_status cs_days_of_calendar(struct cs_days *days, const uint32_t *lines, size_t span, int64_t first,
                                   struct cs_error *err) {
  size_t count = 0;
  for (size_t i = 0; i < span; i++) count += lines[i] > 0;
  CS_TRY(cs_alloc(&days->day, count, sizeof *days->day, "days", err));
  for (size_t i = 0; i < span; i++)
    if (lines[i]) days->day[days->count++] = (struct cs_day){first + (int64_t)i, lines[i]};
  return CS_OK;
}

static int compare_days(const void *a, const void *b) {
  int64_t left = ((const struct cs_day *)a)->day, right = ((const struct cs_day *)b)->day;
  return (left > right) - (left < right);
}

enum cs_status cs_days_of_column(struct cs_days *days, const double *value, size_t n, struct cs_error *err) {
  size_t count = 0;
  CS_TRY(cs_alloc(&days->day, n, sizeof *days->day, "days", err));
  for (size_t i = 0; i < n; i++)
    if (!isnan(value[i])) days->day[count++] = (struct cs_day){(int64_t)value[i], 1};
  if (count) qsort(days->day, count, sizeof *days->day, compare_days);
  for (size_t i = 0; i < count; i++) {
    if (days->count && days->day[days->count - 1].day == days->day[i].day)
      days->day[days->count - 1].lines++;
    else
      days->day[days->count++] = days->day[i];
  }
  return CS_OK;
}

/* --- the last days --- */

struct cs_days_apart cs_days_apart(const struct cs_days *days) {
  int64_t longest = 0;
  uint64_t all = 0, before = 0;
  for (size_t i = 0; i < days->count; i++) all += days->day[i].lines;
  for (size_t i = 1; i < days->count; i++) {
    int64_t gap = days->day[i].day - days->day[i - 1].day;
    size_t left = days->count - i;
    before += days->day[i - 1].lines;
    bool few = left == 1 || (all - before) * APART_SHARE <= all;
    if (i >= APART_DAYS && few && gap > APART_GAP && gap > APART_TIMES * longest)
      return (struct cs_days_apart){left, days->day[i].day, gap};
    /* A date that is wrong may be an early one. */
    if (before * APART_SHARE > all && gap > longest) longest = gap;
  }
  return (struct cs_days_apart){0, 0, 0};
}

/* --- spikes --- */

static double median(double *value, size_t count) {
  cs_sort(value, count);
  return cs_quantile_sorted(value, count, 0.5);
}

/* The lines of the same days of the week around day i, without its own. begin is the first day that is near enough. */
static size_t take_near(const struct cs_days *days, size_t i, size_t begin, double *out) {
  size_t count = 0;
  for (size_t k = begin; k < days->count && days->day[k].day - days->day[i].day <= NEAR_DAYS; k++)
    if (k != i && (days->day[k].day - days->day[i].day) % WEEK == 0)
      out[count++] = (double)days->day[k].lines;
  return count;
}

static void tell_spike(struct cs_days_spikes *spikes, struct cs_day day) {
  spikes->count++;
  size_t at = spikes->told;
  while (at > 0 && spikes->day[at - 1].lines < day.lines) at--;
  if (at == CS_DAYS_TOLD) return;
  if (spikes->told < CS_DAYS_TOLD) spikes->told++;
  for (size_t k = spikes->told - 1; k > at; k--) spikes->day[k] = spikes->day[k - 1];
  spikes->day[at] = day;
}

static void find_spikes(const struct cs_days *days, double *room, struct cs_days_spikes *spikes) {
  for (size_t i = 0; i < days->count; i++) room[i] = (double)days->day[i].lines;
  double of_all = median(room, days->count);
  for (size_t i = 0, begin = 0; i < days->count; i++) {
    while (days->day[i].day - days->day[begin].day > NEAR_DAYS) begin++;
    uint64_t lines = days->day[i].lines;
    if (lines < SPIKE_LINES) continue;
    size_t near = take_near(days, i, begin, room);
    double usual = near < NEAR_LEAST ? of_all : median(room, near);
    if ((double)lines >= SPIKE_TIMES * usual) tell_spike(spikes, days->day[i]);
  }
}

enum cs_status cs_days_spikes(const struct cs_days *days, struct cs_days_spikes *spikes,
                              struct cs_error *err) {
  double *room;
  *spikes = (struct cs_days_spikes){.count = 0};
  if (days->count < SPIKE_DAYS) return CS_OK;
  CS_TRY(cs_alloc(&room, days->count, sizeof *room, "days", err));
  find_spikes(days, room, spikes);
  free(room);
  return CS_OK;
}

/* --- holes --- */

/* Days without lines before day i. */
static int64_t silence(const struct cs_days *days, size_t i) {
  return days->day[i].day - days->day[i - 1].day - 1;
}

/* The longest silence but for the longest fiftieth. */
static enum cs_status usual_silence(const struct cs_days *days, int64_t *usual, struct cs_error *err) {
  double *room;
  size_t steps = days->count - 1, apart = steps / HOLE_SHARE;
  CS_TRY(cs_alloc(&room, steps, sizeof *room, "days", err));
  for (size_t i = 0; i < steps; i++) room[i] = (double)silence(days, i + 1);
  cs_sort(room, steps);
  *usual = (int64_t)room[steps - 1 - (apart ? apart : 1)];
  if (*usual < 1) *usual = 1;
  free(room);
  return CS_OK;
}

static int64_t hole_days(const struct cs_days_holes *holes, size_t i) {
  return holes->hole[i].to - holes->hole[i].from + 1;
}

/* Drops the shortest of those that are told, the last of several. */
static void drop_shortest(struct cs_days_holes *holes) {
  size_t shortest = 0;
  for (size_t i = 1; i < holes->told; i++)
    if (hole_days(holes, i) <= hole_days(holes, shortest)) shortest = i;
  holes->told--;
  for (size_t i = shortest; i < holes->told; i++) holes->hole[i] = holes->hole[i + 1];
}

static void tell_hole(struct cs_days_holes *holes, int64_t from, int64_t to) {
  holes->count++;
  if (holes->told == CS_DAYS_TOLD) {
    int64_t least = hole_days(holes, 0);
    for (size_t i = 1; i < holes->told; i++)
      if (hole_days(holes, i) < least) least = hole_days(holes, i);
    if (to - from + 1 <= least) return;
    drop_shortest(holes);
  }
  holes->hole[holes->told].from = from;
  holes->hole[holes->told++].to = to;
}

enum cs_status cs_days_holes(const struct cs_days *days, struct cs_days_holes *holes, struct cs_error *err) {
  int64_t usual;
  *holes = (struct cs_days_holes){.count = 0};
  if (days->count < 2 * HOLE_AROUND) return CS_OK;
  CS_TRY(usual_silence(days, &usual, err));
  for (size_t i = HOLE_AROUND; i + HOLE_AROUND <= days->count; i++)
    if (silence(days, i) >= HOLE_DAYS && silence(days, i) > HOLE_TIMES * usual)
      tell_hole(holes, days->day[i - 1].day + 1, days->day[i].day - 1);
  return CS_OK;
}

/* --- warnings --- */

static void warn_apart(const struct cs_days *days, struct cs_notes *warnings) {
  struct cs_days_apart apart = cs_days_apart(days);
  char day[CS_DATE_TEXT];
  if (!apart.days) return;
  cs_date_print(apart.first, day);
  if (apart.days == 1)
    cs_note(warnings, CS_NOTE_WARNING,
            "the last date stands alone: %s is %lld days after the one before; if it is wrong, say --as-of, "
            "since all recency is counted from it",
            day, (long long)apart.gap);
  else
    cs_note(warnings, CS_NOTE_WARNING,
            "the last %zu dates stand alone: %s is %lld days after the one before; if they are wrong, say "
            "--as-of, since all recency is counted from the last",
            apart.days, day, (long long)apart.gap);
}

static void add_more(struct cs_str *text, size_t more) {
  if (more) cs_str_add_format(text, " and %zu more", more);
}

static void warn_spikes(const struct cs_days_spikes *spikes, struct cs_notes *warnings) {
  struct cs_str text = CS_STR_INIT;
  char day[CS_DATE_TEXT];
  for (size_t i = 0; i < spikes->told; i++) {
    cs_date_print(spikes->day[i].day, day);
    cs_str_add_format(&text, "%s%s (%llu lines)", i ? ", " : "", day,
                      (unsigned long long)spikes->day[i].lines);
  }
  add_more(&text, spikes->count - spikes->told);
  if (spikes->count && !text.failed)
    cs_note(warnings, CS_NOTE_WARNING, "%zu day%s ten times the usual lines or more: %s", spikes->count,
            spikes->count == 1 ? " has" : "s have", cs_str_text(&text));
  cs_str_release(&text);
}

static void warn_holes(const struct cs_days_holes *holes, struct cs_notes *warnings) {
  struct cs_str text = CS_STR_INIT;
  char from[CS_DATE_TEXT], to[CS_DATE_TEXT];
  for (size_t i = 0; i < holes->told; i++) {
    cs_date_print(holes->hole[i].from, from);
    cs_date_print(holes->hole[i].to, to);
    cs_str_add_format(&text, "%sfrom %s to %s", i ? ", " : "", from, to);
  }
  add_more(&text, holes->count - holes->told);
  if (holes->count && !text.failed)
    cs_note(warnings, CS_NOTE_WARNING, "no orders %s: closed, or is a part of the export missing?",
            cs_str_text(&text));
  cs_str_release(&text);
}

enum cs_status cs_days_warn(const struct cs_days *days, enum cs_days_of of, struct cs_notes *warnings,
                            struct cs_error *err) {
  struct cs_days_spikes spikes;
  struct cs_days_holes holes;
  warn_apart(days, warnings);
  if (of == CS_DAYS_OF_CUSTOMERS) return CS_OK;
  CS_TRY(cs_days_spikes(days, &spikes, err));
  CS_TRY(cs_days_holes(days, &holes, err));
  warn_spikes(&spikes, warnings);
  warn_holes(&holes, warnings);
  return CS_OK;
}
