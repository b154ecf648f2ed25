#include "base/num.h"
#include "track/migration_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool number_of(const struct cs_segment *segment, double *value) {
  return cs_num_parse(segment->label, strlen(segment->label), '.', value);
}

static bool is_same(const struct cs_segment *a, const struct cs_segment *b) {
  double x, y;
  if (strcmp(a->label, b->label) == 0) return true;
  return number_of(a, &x) && number_of(b, &y) && x == y;
}

/* Where a segment stands among numbers, noise last. */
static double place_among(const struct cs_segment *segment) {
  double value = 0;
  if (segment->noise || !number_of(segment, &value)) return INFINITY;
  return value;
}

static bool all_numbers(const struct cs_labels *labels) {
  double ignored;
  for (size_t s = 0; s < labels->k; s++)
    if (!number_of(&labels->segment[s], &ignored)) return false;
  return true;
}

/* The segments in their order: those of OLD, and between them, or behind them, those that only NEW has. */
struct list {
  const struct cs_segment *of[2 * CS_LABELS_MAX];
  size_t count;
  bool numbers;
};

static size_t find(const struct list *list, const struct cs_segment *segment) {
  for (size_t s = 0; s < list->count; s++)
    if (is_same(list->of[s], segment)) return s;
  return SIZE_MAX;
}

static void insert(struct list *list, const struct cs_segment *segment) {
  size_t at = list->count++;
  while (list->numbers && at > 0 && place_among(list->of[at - 1]) > place_among(segment)) {
    list->of[at] = list->of[at - 1];
    at--;
  }
  list->of[at] = segment;
}

static void unite(const struct cs_migration *migration, struct list *list) {
  list->count = 0;
  list->numbers =
      all_numbers(&migration->side[CS_BEFORE].labels) && all_numbers(&migration->side[CS_NOW].labels);
  for (int p = 0; p < CS_PERIODS; p++) {
    const struct cs_labels *labels = &migration->side[p].labels;
    for (size_t s = 0; s < labels->k; s++)
      if (find(list, &labels->segment[s]) == SIZE_MAX) insert(list, &labels->segment[s]);
  }
}

/* Fills the segments of one table, and turns the groups of its rows into places among all. */
static void place_rows(struct cs_migration *migration, const struct list *list, enum cs_period period) {
  struct cs_labels *labels = &migration->side[period].labels;
  uint32_t place[CS_LABELS_MAX] = {0};
  for (size_t s = 0; s < labels->k; s++) {
    place[s] = (uint32_t)find(list, &labels->segment[s]);
    struct cs_migration_segment *segment = &migration->segment[place[s]];
    segment->there[period] = true;
    segment->name[period] = labels->segment[s].name;
  }
  for (size_t i = 0; i < migration->side[period].rows; i++) {
    labels->group[i] = place[labels->group[i]];
    migration->segment[labels->group[i]].size[period]++;
  }
}

enum cs_status cs_migration_find_segments(struct cs_migration *migration, struct cs_error *err) {
  struct list *list;
  CS_TRY(cs_alloc(&list, 1, sizeof *list, "the segments", err));
  unite(migration, list);
  migration->k = list->count;
  enum cs_status status =
      cs_alloc(&migration->segment, list->count, sizeof *migration->segment, "the segments", err);
  for (size_t s = 0; status == CS_OK && s < list->count; s++) {
    migration->segment[s].label = list->of[s]->label;
    migration->segment[s].noise = list->of[s]->noise;
    migration->segment[s].mean = NAN;
  }
  for (int p = 0; status == CS_OK && p < CS_PERIODS; p++) place_rows(migration, list, (enum cs_period)p);
  free(list);
  return status;
}

size_t cs_migration_segment_of(const struct cs_migration *migration, enum cs_period period, size_t row) {
  return migration->side[period].labels.group[row];
}

bool cs_migration_renamed(const struct cs_migration_segment *segment) {
  const char *before = segment->name[CS_BEFORE], *now = segment->name[CS_NOW];
  return before && now && strcmp(before, now) != 0;
}
