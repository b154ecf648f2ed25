#include "segment/segments.h"

#include "algo/matching.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_TOLD = 12 };

enum cs_status cs_segments_begin(struct cs_segments *segments, size_t k, const uint32_t *number,
                                 struct cs_error *err) {
  *segments = (struct cs_segments)CS_SEGMENTS_INIT;
  CS_TRY(cs_alloc(&segments->number, k, sizeof *segments->number, "clusters", err));
  segments->k = k;
  for (size_t c = 0; c < k; c++) {
    segments->number[c] = number ? number[c] : (uint32_t)c + 1;
    if (segments->number[c] > segments->highest) segments->highest = segments->number[c];
  }
  return CS_OK;
}

void cs_segments_release(struct cs_segments *segments) {
  cs_contingency_release(&segments->both);
  free(segments->number);
  free(segments->name);
  free(segments->old_number);
  free(segments->partner);
  *segments = (struct cs_segments)CS_SEGMENTS_INIT;
}

enum cs_status cs_segments_name(struct cs_segments *segments, const char *const *name, struct cs_error *err) {
  size_t bytes = segments->k * sizeof *segments->name;
  for (size_t c = 0; c < segments->k; c++) bytes += strlen(name[c]) + 1;
  free(segments->name);
  CS_TRY(cs_alloc(&segments->name, bytes, 1, "names", err));
  char *to = (char *)(segments->name + segments->k);
  for (size_t c = 0; c < segments->k; c++) {
    segments->name[c] = strcpy(to, name[c]);
    to += strlen(to) + 1;
  }
  return CS_OK;
}

enum cs_status cs_segments_follow(struct cs_segments *segments, const uint32_t *label,
                                  const struct cs_older *older, const uint32_t *old_label, size_t n,
                                  struct cs_error *err) {
  size_t most = segments->k > older->k ? segments->k : older->k;
  if (most > CS_MATCHING_MOST)
    return cs_fail(err, CS_USAGE, "--match: %zu clusters, more than the %d that can be matched", most,
                   CS_MATCHING_MOST);
  CS_TRY(cs_alloc(&segments->old_number, older->k, sizeof *segments->old_number, "clusters", err));
  memcpy(segments->old_number, older->number, older->k * sizeof *older->number);
  CS_TRY(cs_contingency_make(&segments->both, label, segments->k, old_label, older->k, n, err));
  CS_TRY(cs_alloc(&segments->partner, segments->k, sizeof *segments->partner, "clusters", err));
  CS_TRY(cs_matching_find(&segments->both, segments->partner, err));
  segments->highest = older->highest;
  for (size_t c = 0; c < segments->k; c++) {
    size_t partner = segments->partner[c];
    segments->number[c] = partner == SIZE_MAX ? ++segments->highest : older->number[partner];
  }
  return CS_OK;
}

size_t cs_segments_next(const uint32_t *number, size_t k, uint32_t above) {
  size_t next = k;
  for (size_t c = 0; c < k; c++)
    if (number[c] > above && (next == k || number[c] < number[next])) next = c;
  return next;
}

/* --- what became of them --- */

/* The old cluster with the lowest number above `above` that doesn't go on, or old k. */
static size_t next_gone(const struct cs_segments *segments, uint32_t above) {
  size_t count = segments->both.columns, old = cs_segments_next(segments->old_number, count, above), c = 0;
  while (old < count && c < segments->k) {
    if (segments->partner[c++] != old) continue;
    old = cs_segments_next(segments->old_number, count, segments->old_number[old]);
    c = 0;
  }
  return old;
}

static size_t rows_in_all(const struct cs_segments *segments) {
  size_t sum = 0;
  for (size_t c = 0; c < segments->k; c++) sum += segments->both.row_total[c];
  return sum;
}

static double share(size_t part, size_t whole) {
  return whole ? (double)part / (double)whole : 0;
}

static size_t rows_kept(const struct cs_segments *segments) {
  size_t sum = 0;
  for (size_t c = 0; c < segments->k; c++)
    if (segments->partner[c] != SIZE_MAX) sum += cs_contingency_at(&segments->both, c, segments->partner[c]);
  return sum;
}

/* Says a line, and clears it for the next. */
static void say_line(struct cs_str *line, void (*say)(void *context, const char *line), void *context) {
  say(context, cs_str_text(line));
  cs_str_clear(line);
}

static void add_kept(const struct cs_segments *segments, struct cs_str *line) {
  size_t gone_on = 0;
  for (size_t c = 0; c < segments->k; c++) gone_on += segments->partner[c] != SIZE_MAX;
  cs_str_add_format(line,
                    "matched: %.1f %% of the rows keep their cluster's number; %zu of %zu old clusters go on",
                    100 * share(rows_kept(segments), rows_in_all(segments)), gone_on, segments->both.columns);
}

static void add_new(const struct cs_segments *segments, size_t cluster, struct cs_str *line) {
  const struct cs_contingency *both = &segments->both;
  size_t rows = both->row_total[cluster], from = 0;
  for (size_t old = 1; old < both->columns; old++)
    if (cs_contingency_at(both, cluster, old) > cs_contingency_at(both, cluster, from)) from = old;
  cs_str_add_format(line, "cluster %u is new: %zu rows (%.1f %%), %.1f %% of them were in cluster %u",
                    segments->number[cluster], rows, 100 * share(rows, rows_in_all(segments)),
                    100 * share(cs_contingency_at(both, cluster, from), rows), segments->old_number[from]);
}

static void add_gone(const struct cs_segments *segments, size_t old, struct cs_str *line) {
  const struct cs_contingency *both = &segments->both;
  size_t rows = both->column_total[old], to = 0;
  for (size_t c = 1; c < segments->k; c++)
    if (cs_contingency_at(both, c, old) > cs_contingency_at(both, to, old)) to = c;
  cs_str_add_format(line, "cluster %u is gone: ", segments->old_number[old]);
  if (rows)
    cs_str_add_format(line, "of the %zu rows that were in it %.1f %% are in cluster %u now", rows,
                      100 * share(cs_contingency_at(both, to, old), rows), segments->number[to]);
  else
    cs_str_add_text(line, "no row here would be in it");
}

void cs_segments_tell(const struct cs_segments *segments, void (*say)(void *context, const char *line),
                      void *context) {
  struct cs_str line = CS_STR_INIT;
  add_kept(segments, &line);
  say_line(&line, say, context);
  for (size_t c = 0; c < segments->k; c++) {
    if (segments->partner[c] != SIZE_MAX) continue;
    add_new(segments, c, &line);
    say_line(&line, say, context);
  }
  for (size_t old = next_gone(segments, 0); old < segments->both.columns;) {
    add_gone(segments, old, &line);
    say_line(&line, say, context);
    old = next_gone(segments, segments->old_number[old]);
  }
  cs_str_release(&line);
}

void cs_segments_tell_names(const struct cs_segments *segments, const size_t *size, size_t n,
                            void (*say)(void *context, const char *line), void *context) {
  const uint32_t *number = segments->number;
  struct cs_str line = CS_STR_INIT;
  size_t told = 0;
  for (size_t c = cs_segments_next(number, segments->k, 0); c < segments->k && told < NAMES_TOLD;
       c = cs_segments_next(number, segments->k, number[c]))
    cs_str_add_format(&line, "%s%u %s (%.1f %%)", told++ ? "; " : "names: ", number[c], segments->name[c],
                      100 * share(size[c], n));
  if (told < segments->k) cs_str_add_format(&line, "; and %zu more", segments->k - told);
  say_line(&line, say, context);
  cs_str_release(&line);
}

void cs_segments_add(const struct cs_segments *segments, struct cs_node *model) {
  struct cs_node *numbers = cs_node_add_array(model, "numbers");
  for (size_t c = 0; c < segments->k; c++) cs_node_add_integer(numbers, NULL, segments->number[c]);
  cs_node_add_integer(model, "highest_number", segments->highest);
  struct cs_node *names = segments->name ? cs_node_add_array(model, "names") : NULL;
  for (size_t c = 0; segments->name && c < segments->k; c++) cs_node_add_text(names, NULL, segments->name[c]);
  if (!cs_segments_followed(segments)) return;
  struct cs_node *match = cs_node_add_object(model, "match");
  cs_node_add_number(match, "rows_kept", share(rows_kept(segments), rows_in_all(segments)));
  struct cs_node *overlap = cs_node_add_array(match, "overlap"), *new = cs_node_add_array(match, "new"),
                 *gone = cs_node_add_array(match, "gone");
  for (size_t c = 0; c < segments->k; c++) {
    size_t partner = segments->partner[c];
    size_t common = partner == SIZE_MAX ? 0 : cs_contingency_at(&segments->both, c, partner);
    cs_node_add_number(overlap, NULL, share(common, segments->both.row_total[c]));
    if (partner == SIZE_MAX) cs_node_add_integer(new, NULL, segments->number[c]);
  }
  for (size_t old = next_gone(segments, 0); old < segments->both.columns;) {
    cs_node_add_integer(gone, NULL, segments->old_number[old]);
    old = next_gone(segments, segments->old_number[old]);
  }
}
