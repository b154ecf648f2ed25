#include "prep/habits.h"

#include "base/date.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EVENING = 18 * 3600, SATURDAY = 6, CHANNEL_SHIFT = 40, FEW = 64 };

/* --- when --- */

/* The purchase days one by one: the next line on a later day than `day`, from *at on. */
static bool next_day(const struct cs_line_list *lines, size_t *at, int64_t *day) {
  for (size_t i = *at; i < lines->count; i++) {
    int64_t of = lines->line[i].day;
    if (!cs_line_is_left(&lines->line[i]) || (*at > 0 && of == *day)) continue;
    *day = of;
    *at = i + 1;
    return true;
  }
  return false;
}

double cs_habit_interval_cv(const struct cs_line_list *lines) {
  size_t at = 0, count = 0;
  int64_t day = 0, before;
  double sum = 0, squares = 0;
  if (!next_day(lines, &at, &day)) return NAN;
  for (before = day; next_day(lines, &at, &day); before = day, count++) {
    double gap = (double)(day - before);
    sum += gap; /* whole numbers: sums are exact */
    squares += gap * gap;
  }
  if (count < 2) return NAN;
  double n = (double)count, mean = sum / n, variance = (squares - sum * sum / n) / (n - 1);
  return variance > 0 ? sqrt(variance) / mean : 0;
}

double cs_habit_weekend(const struct cs_line_list *lines) {
  size_t at = 0, days = 0, weekend = 0;
  for (int64_t day = 0; next_day(lines, &at, &day); days++) weekend += cs_weekday(day) >= SATURDAY;
  return days ? (double)weekend / (double)days : NAN;
}

double cs_habit_evening(const struct cs_line_list *lines, bool *timed) {
  size_t times = 0, evening = 0;
  int64_t before = 0;
  for (size_t i = 0; i < lines->count; i++) {
    int64_t moment = lines->line[i].moment;
    if (!cs_line_is_left(&lines->line[i]) || (times && moment == before)) continue;
    int64_t second = moment - (int64_t)lines->line[i].day * CS_DAY_SECONDS;
    *timed |= second != 0;
    evening += second >= EVENING;
    times++;
    before = moment;
  }
  return times ? (double)evening / (double)times : NAN;
}

/* --- of what --- */

/* Sorts, and puts the lengths of the runs of equal codes in their place, which are sorted, too. Returns how many runs. */
static size_t count_runs(uint64_t *code, size_t n) {
  size_t runs = 0, begin = 0;
  cs_sort_codes(code, n);
  for (size_t i = 1; i <= n; i++) {
    if (i < n && code[i] == code[begin]) continue;
    code[runs++] = i - begin;
    begin = i;
  }
  cs_sort_codes(code, runs);
  return runs;
}

/* The same of a few different codes, all below FEW: their counts, sorted. 0 where some code isn't. */
static size_t count_few(uint64_t *code, size_t n) {
  uint64_t count[FEW], there = 0;
  size_t runs = 0;
  for (size_t i = 0; i < n; i++) {
    if (code[i] >= FEW) return 0;
    uint64_t bit = (uint64_t)1 << code[i];
    count[code[i]] = (there & bit ? count[code[i]] : 0) + 1;
    there |= bit;
  }
  for (; there; there &= there - 1) code[runs++] = count[__builtin_ctzll(there)];
  cs_sort_codes(code, runs);
  return runs;
}

/* How many different ones, where all are below FEW; 0 where some one isn't, or there is none. */
static size_t count_few_categories(const struct cs_line_list *lines) {
  uint64_t there = 0;
  for (size_t i = 0; i < lines->count; i++) {
    const struct cs_line *line = &lines->line[i];
    if (!cs_line_is_left(line) || line->category == CS_CODE_MISSING) continue;
    if (line->category >= FEW) return 0;
    there |= (uint64_t)1 << line->category;
  }
  return (size_t)__builtin_popcountll(there);
}

static double entropy_of(const uint64_t *count, size_t runs, size_t n) {
  double entropy = 0;
  for (size_t i = 0; i < runs && runs > 1; i++) {
    double share = (double)count[i] / (double)n;
    entropy -= share * log(share);
  }
  return n ? entropy : NAN;
}

size_t cs_habit_categories(const struct cs_line_list *lines, uint64_t *scratch, double *entropy) {
  size_t n = 0, runs = entropy ? 0 : count_few_categories(lines);
  if (runs) return runs;
  for (size_t i = 0; i < lines->count; i++)
    if (cs_line_is_left(&lines->line[i]) && lines->line[i].category != CS_CODE_MISSING)
      scratch[n++] = lines->line[i].category;
  runs = count_few(scratch, n);
  if (!runs) runs = count_runs(scratch, n);
  if (entropy) *entropy = entropy_of(scratch, runs, n);
  return runs;
}

static bool sorts_before(const struct cs_map *texts, uint32_t code, uint32_t other) {
  return cs_slice_compare(cs_map_key(texts, code), cs_map_key(texts, other)) < 0;
}

/* The best of the lines [begin, end) of one moment. */
static void take_category(const struct cs_line *line, const struct cs_map *texts, uint32_t *best) {
  if (!cs_line_is_left(line) || line->category == CS_CODE_MISSING || line->category == *best) return;
  if (*best == CS_CODE_MISSING || sorts_before(texts, line->category, *best)) *best = line->category;
}

uint32_t cs_habit_first_category(const struct cs_line_list *lines, const struct cs_map *texts) {
  uint32_t best = CS_CODE_MISSING;
  for (size_t i = 0; i < lines->count; i++) {
    if (best != CS_CODE_MISSING && lines->line[i].moment != lines->line[i - 1].moment) break;
    take_category(&lines->line[i], texts, &best);
  }
  return best;
}

uint32_t cs_habit_last_category(const struct cs_line_list *lines, const struct cs_map *texts) {
  uint32_t best = CS_CODE_MISSING;
  for (size_t i = lines->count; i > 0; i--) {
    if (best != CS_CODE_MISSING && lines->line[i - 1].moment != lines->line[i].moment) break;
    take_category(&lines->line[i - 1], texts, &best);
  }
  return best;
}

/* --- through what --- */

/* A channel and an order: of the order 40 bits, mixed, so that two of a customer's 1,000 orders are taken for one with odds
 * of 1 in 2,000,000. */
static uint64_t channel_order(const struct cs_line *line) {
  uint64_t mixed = (line->order ^ line->order >> 31) * 0x9e3779b97f4a7c15u;
  return (uint64_t)line->channel << CHANNEL_SHIFT | mixed >> (64 - CHANNEL_SHIFT);
}

struct cs_channel_mix cs_habit_channels(const struct cs_line_list *lines, const struct cs_map *texts,
                                        uint64_t *scratch) {
  struct cs_channel_mix mix = {0, CS_CODE_MISSING, NAN};
  size_t n = 0, orders = 0, most = 0;
  for (size_t i = 0; i < lines->count; i++)
    if (cs_line_is_left(&lines->line[i]) && lines->line[i].channel != CS_CODE_MISSING)
      scratch[n++] = channel_order(&lines->line[i]);
  cs_sort_codes(scratch, n);
  for (size_t i = 0; i < n; mix.channels++) {
    uint32_t channel = (uint32_t)(scratch[i] >> CHANNEL_SHIFT);
    size_t count = 0;
    for (size_t begin = i; i < n && scratch[i] >> CHANNEL_SHIFT == channel; i++)
      count += i == begin || scratch[i] != scratch[i - 1];
    orders += count;
    if (count < most || (count == most && !sorts_before(texts, channel, mix.main))) continue;
    most = count;
    mix.main = channel;
  }
  if (orders) mix.share = (double)most / (double)orders;
  return mix;
}
