#include "segment/standing.h"

#include "algo/stats.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 2 }; /* columns that are decoded, and looked at side by side */

struct work {
  const uint32_t *label;
  size_t n, k;
  const double *const *known;   /* [columns], or NULL */
  const double *value[AT_ONCE]; /* NULL: not numeric */
  struct cs_standing *of[AT_ONCE];
  double *grouped[AT_ONCE]; /* [n], the values cluster by cluster */
  size_t *begin[AT_ONCE];   /* [k + 2] */
  double *sorted[AT_ONCE];  /* [k], the medians */
  size_t *below[AT_ONCE];   /* [2 k + 1] */
  enum cs_status status[AT_ONCE];
  struct cs_error err[AT_ONCE];
};

void cs_standings_release(struct cs_standings *standings) {
  free(standings->of);
  free(standings->values);
  *standings = (struct cs_standings)CS_STANDINGS_INIT;
}

/* Rows in no cluster are a group behind those of the clusters. */
static size_t group_of(const struct work *work, size_t row) {
  return work->label[row] < work->k ? work->label[row] : work->k;
}

/* The values that are there, group by group; returns how many. */
static size_t group(const struct work *work, const double *value, size_t *begin, double *grouped) {
  size_t groups = work->k + 1;
  memset(begin, 0, (groups + 1) * sizeof *begin);
  for (size_t i = 0; i < work->n; i++) begin[group_of(work, i) + 1] += !isnan(value[i]);
  for (size_t c = 0; c < groups; c++) begin[c + 1] += begin[c];
  for (size_t i = 0; i < work->n; i++)
    if (!isnan(value[i])) grouped[begin[group_of(work, i)]++] = value[i];
  memmove(begin + 1, begin, groups * sizeof *begin);
  begin[0] = 0;
  return begin[groups];
}

static void find_effects(const struct work *work, size_t at, size_t count) {
  const double *grouped = work->grouped[at];
  const size_t *begin = work->begin[at];
  double mean = cs_mean(grouped, count), deviation = cs_deviation(grouped, count, 0);
  for (size_t c = 0; c < work->k; c++) {
    double own = cs_mean(grouped + begin[c], begin[c + 1] - begin[c]);
    work->of[at]->effect[c] = deviation > 0 ? (own - mean) / deviation : isnan(own) ? NAN : 0;
  }
}

static enum cs_status find_medians(struct work *work, size_t at) {
  const size_t *begin = work->begin[at];
  const double half = 0.5;
  for (size_t c = 0; c < work->k; c++)
    CS_TRY(cs_quantiles(work->grouped[at] + begin[c], begin[c + 1] - begin[c], &half, 1,
                        &work->of[at]->median[c], &work->err[at]));
  return CS_OK;
}

/* Where among m sorted numbers the value falls: 2 i + 1 on the i-th, 2 i between that and the one before. */
static size_t place_of(const double *sorted, size_t m, double value) {
  size_t low = 0, high = m;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (sorted[middle] < value)
      low = middle + 1;
    else
      high = middle;
  }
  return 2 * low + (low < m && sorted[low] == value);
}

static void find_ranks(const struct work *work, size_t at, size_t count) {
  const double *median = work->of[at]->median;
  double *sorted = work->sorted[at];
  size_t m = 0, *below = work->below[at];
  for (size_t c = 0; c < work->k; c++)
    if (!isnan(median[c])) sorted[m++] = median[c];
  cs_sort(sorted, m);
  memset(below, 0, (2 * work->k + 1) * sizeof *below);
  for (size_t i = 0; i < count; i++) below[place_of(sorted, m, work->grouped[at][i])]++;
  for (size_t p = 1; p <= 2 * m; p++) below[p] += below[p - 1];
  for (size_t c = 0; c < work->k; c++) {
    size_t place = isnan(median[c]) ? 0 : place_of(sorted, m, median[c]);
    double less = place ? (double)(below[place - 1] + below[place]) / 2 : NAN;
    work->of[at]->rank[c] = 100 * less / (double)count;
  }
}

static void look(void *context, size_t at, int thread) {
  struct work *work = context;
  const double *value = work->value[at];
  (void)thread;
  work->of[at]->numeric = value != NULL;
  if (!value) return;
  size_t count = group(work, value, work->begin[at], work->grouped[at]);
  find_effects(work, at, count);
  work->status[at] = find_medians(work, at);
  if (work->status[at] == CS_OK) find_ranks(work, at, count);
}

/* The columns from `first` on, at most AT_ONCE. */
static enum cs_status look_at_some(struct work *work, const struct cs_table *table,
                                   struct cs_standings *standings, size_t first, int threads,
                                   struct cs_error *err) {
  size_t some = standings->count - first < AT_ONCE ? standings->count - first : AT_ONCE, unknown = 0;
  struct cs_decoded decoded[AT_ONCE];
  for (size_t a = 0; a < some; a++) {
    work->of[a] = &standings->of[first + a];
    work->value[a] = work->known ? work->known[first + a] : NULL;
    work->err[a] = (struct cs_error)CS_ERROR_INIT;
    work->status[a] = CS_OK;
    if (!work->value[a]) decoded[unknown++] = (struct cs_decoded){.column = work->of[a]->column};
  }
  enum cs_status status = unknown ? cs_table_decode(table, decoded, unknown, threads, err) : CS_OK;
  for (size_t a = 0, next = 0; status == CS_OK && a < some; a++)
    if (!work->value[a]) work->value[a] = decoded[next++].value;
  if (status == CS_OK) cs_parallel(threads, some, look, work);
  for (size_t u = 0; u < unknown; u++) free(decoded[u].value);
  for (size_t a = 0; a < some; a++) {
    if (status != CS_OK || work->status[a] == CS_OK) continue;
    status = work->status[a];
    if (err) *err = work->err[a];
  }
  return status;
}

static enum cs_status make_room(struct work *work, struct cs_standings *standings, const size_t *column,
                                size_t count, struct cs_error *err) {
  size_t k = work->k;
  CS_TRY(cs_alloc(&standings->of, count, sizeof *standings->of, "columns", err));
  CS_TRY(cs_alloc(&standings->values, count * k, 3 * sizeof *standings->values, "columns", err));
  standings->count = count;
  for (size_t j = 0; j < count; j++) {
    double *own = standings->values + 3 * j * k;
    standings->of[j] = (struct cs_standing){column[j], false, own, own + k, own + 2 * k};
  }
  for (size_t a = 0; a < AT_ONCE; a++) {
    CS_TRY(cs_alloc(&work->grouped[a], work->n, sizeof *work->grouped[a], "a column", err));
    CS_TRY(cs_alloc(&work->begin[a], 3 * k + 3, sizeof *work->begin[a], "clusters", err));
    CS_TRY(cs_alloc(&work->sorted[a], k, sizeof *work->sorted[a], "clusters", err));
    work->below[a] = work->begin[a] + k + 2;
  }
  return CS_OK;
}

enum cs_status cs_standings_find(struct cs_standings *standings, const struct cs_table *table,
                                 const size_t *column, const double *const *known, size_t count,
                                 const uint32_t *label, size_t k, int threads, struct cs_error *err) {
  struct work work = {.label = label, .n = cs_table_rows(table), .k = k, .known = known};
  enum cs_status status = make_room(&work, standings, column, count, err);
  for (size_t first = 0; status == CS_OK && first < count; first += AT_ONCE)
    status = look_at_some(&work, table, standings, first, threads, err);
  for (size_t a = 0; a < AT_ONCE; a++) {
    free(work.grouped[a]);
    free(work.begin[a]);
    free(work.sorted[a]);
  }
  return status;
}
