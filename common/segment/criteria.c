#include "segment/criteria.h"

#include "base/num.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct reading {
  struct cs_yaml *yaml;
  struct cs_criteria *criteria;
  struct cs_arena *texts;
  struct cs_error *err;
  struct cs_criterion at_hand;
};

void cs_criteria_release(struct cs_criteria *criteria) {
  free(criteria->of);
  *criteria = (struct cs_criteria)CS_CRITERIA_INIT;
}

/* --- reading --- */

static enum cs_status keep(struct cs_arena *texts, const char *text, const char **copy,
                           struct cs_error *err) {
  *copy = cs_arena_copy(texts, text, strlen(text));
  return *copy ? CS_OK : cs_fail_memory(err, (double)strlen(text), "the rules");
}

static enum cs_status next_text(struct cs_yaml *yaml, const char *key, const char **text) {
  CS_TRY(cs_yaml_next(yaml));
  return cs_yaml_text(yaml, text, key);
}

static enum cs_status read_number(struct reading *reading, const char *key, double most, double *number) {
  const char *text;
  CS_TRY(next_text(reading->yaml, key, &text));
  if (!cs_num_parse(text, strlen(text), '.', number) || fabs(*number) > most || (most == 100 && *number < 0))
    return cs_yaml_fail(reading->yaml, "%s: '%s' is no number%s", key, text,
                        most == 100 ? " within 0..100" : "");
  return CS_OK;
}

static enum cs_status read_limit(void *context, const char *key) {
  struct reading *reading = context;
  struct cs_criterion *criterion = &reading->at_hand;
  const double any = HUGE_VAL;
  if (strcmp(key, "rank-from") == 0) return read_number(reading, "rank-from", 100, &criterion->rank_from);
  if (strcmp(key, "rank-to") == 0) return read_number(reading, "rank-to", 100, &criterion->rank_to);
  if (strcmp(key, "from") == 0) return read_number(reading, "from", any, &criterion->from);
  if (strcmp(key, "to") == 0) return read_number(reading, "to", any, &criterion->to);
  return cs_yaml_fail(reading->yaml, "'%s' is no limit: they are rank-from, rank-to, from and to", key);
}

static enum cs_status read_criterion(void *context, const char *key) {
  struct reading *reading = context;
  struct cs_criteria *criteria = reading->criteria;
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  struct cs_criterion *criterion = &reading->at_hand;
  *criterion = (struct cs_criterion){NULL, -INFINITY, INFINITY, -INFINITY, INFINITY};
  CS_TRY(keep(reading->texts, key, &criterion->column, reading->err));
  CS_TRY(cs_yaml_next(reading->yaml));
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml, "%s must be a mapping, as {rank-from: 75}", criterion->column);
  CS_TRY(cs_yaml_each_key(reading->yaml, read_limit, reading));
  if (criterion->rank_from > criterion->rank_to || criterion->from > criterion->to)
    return cs_yaml_fail_at(reading->yaml, place, "%s: no value is within its limits", criterion->column);
  CS_TRY(cs_grow(&criteria->of, &criteria->capacity, criteria->count + 1, sizeof *criteria->of, "the rules",
                 reading->err));
  criteria->of[criteria->count++] = *criterion;
  return CS_OK;
}

enum cs_status cs_criteria_read(struct cs_criteria *criteria, struct cs_yaml *yaml, struct cs_arena *texts,
                                struct cs_criteria_part *part, struct cs_error *err) {
  struct reading reading = {.yaml = yaml, .criteria = criteria, .texts = texts, .err = err};
  part->first = criteria->count;
  CS_TRY(cs_yaml_next(yaml));
  if (cs_yaml_kind(yaml) != CS_YAML_MAP)
    return cs_yaml_fail(yaml, "when must be a mapping, as {total_spent: {rank-from: 75}}");
  CS_TRY(cs_yaml_each_key(yaml, read_criterion, &reading));
  part->count = criteria->count - part->first;
  return CS_OK;
}

/* --- asking --- */

void cs_columns_want(const struct cs_table *table, const char *name, size_t *column, size_t *count) {
  size_t at = cs_table_find(table, cs_slice_of(name));
  for (size_t j = 0; j < *count; j++)
    if (column[j] == at) return;
  if (at != SIZE_MAX) column[(*count)++] = at;
}

void cs_criteria_want(const struct cs_criteria *criteria, const struct cs_table *table, size_t *column,
                      size_t *count) {
  for (size_t i = 0; i < criteria->count; i++) cs_columns_want(table, criteria->of[i].column, column, count);
}

const struct cs_standing *cs_standings_get(const struct cs_standings *standings, const struct cs_table *table,
                                           const char *column) {
  size_t at = cs_table_find(table, cs_slice_of(column));
  for (size_t j = 0; j < standings->count; j++)
    if (standings->of[j].column == at && standings->of[j].numeric) return &standings->of[j];
  return NULL;
}

static bool holds(const struct cs_criterion *criterion, const struct cs_standing *standing, size_t cluster) {
  if (!standing) return false;
  double rank = standing->rank[cluster], median = standing->median[cluster];
  return rank >= criterion->rank_from && rank <= criterion->rank_to && median >= criterion->from &&
         median <= criterion->to;
}

bool cs_criteria_hold(const struct cs_criteria *criteria, struct cs_criteria_part part,
                      const struct cs_standings *standings, const struct cs_table *table, size_t cluster) {
  for (size_t i = part.first; i < part.first + part.count; i++)
    if (!holds(&criteria->of[i], cs_standings_get(standings, table, criteria->of[i].column), cluster))
      return false;
  return true;
}
