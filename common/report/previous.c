#include "report/previous.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool is_same(const struct cs_segment *a, const struct cs_segment *b) {
  return strcmp(a->label, b->label) == 0 && (!a->name || !b->name || strcmp(a->name, b->name) == 0);
}

/* place[t] becomes the segment of now that a segment of then is, or SIZE_MAX. */
static void pair(const struct cs_report *report, const struct cs_labels *then, size_t *place) {
  for (size_t t = 0; t < then->k; t++) {
    place[t] = SIZE_MAX;
    for (size_t s = 0; s < report->labels.k; s++)
      if (is_same(&then->segment[t], &report->labels.segment[s])) place[t] = s;
  }
}

static enum cs_status add_up(struct cs_previous *previous, const struct cs_table *table,
                             const struct cs_labels *then, const size_t *place, struct cs_error *err) {
  struct cs_decoded revenue = {.column = cs_table_find(table, cs_slice_of("total_spent"))};
  if (revenue.column != SIZE_MAX) CS_TRY(cs_table_decode(table, &revenue, 1, 1, err));
  for (size_t i = 0; i < previous->rows; i++) {
    size_t s = place[then->group[i]];
    if (s == SIZE_MAX) continue;
    if (previous->size[s]++ == 0) previous->revenue[s] = revenue.value ? 0 : NAN;
    if (revenue.value && !isnan(revenue.value[i])) previous->revenue[s] += revenue.value[i];
  }
  free(revenue.value);
  return CS_OK;
}

enum cs_status cs_previous_find(struct cs_previous *previous, const struct cs_report *report,
                                const struct cs_table *table, const char *label, int threads,
                                struct cs_error *err) {
  struct cs_labels then = CS_LABELS_INIT;
  size_t *place = NULL, k = report->labels.k;
  previous->rows = cs_table_rows(table);
  if (previous->rows == 0) return cs_fail(err, CS_DATA, "the table of the run before has no rows");
  enum cs_status status = cs_labels_read(&then, table, label, threads, err);
  if (status == CS_OK) status = cs_alloc(&place, then.k, sizeof *place, "the segments", err);
  if (status == CS_OK) status = cs_alloc(&previous->size, k, sizeof *previous->size, "the segments", err);
  if (status == CS_OK) status = cs_alloc(&previous->revenue, k, sizeof(double), "the segments", err);
  if (status == CS_OK) {
    pair(report, &then, place);
    for (size_t t = 0; t < then.k; t++) previous->gone += place[t] == SIZE_MAX;
    status = add_up(previous, table, &then, place, err);
  }
  for (size_t s = 0; status == CS_OK && s < k; s++)
    if (previous->size[s] == 0) previous->size[s] = SIZE_MAX, previous->revenue[s] = NAN;
  previous->there = status == CS_OK;
  free(place);
  cs_labels_release(&then);
  return status;
}

void cs_previous_release(struct cs_previous *previous) {
  free(previous->size);
  free(previous->revenue);
  *previous = (struct cs_previous)CS_PREVIOUS_INIT;
}
