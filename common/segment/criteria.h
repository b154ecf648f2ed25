/* criteria.h - what a segment's median customer must have of some columns, as files of rules put it: {total_spent: {rank-from: 75}}. */
#ifndef CS_SEGMENT_CRITERIA_H
#define CS_SEGMENT_CRITERIA_H

#include "base/error.h"
#include "base/memory.h"
#include "data/yaml.h"
#include "segment/standing.h"

#include <stddef.h>

/* Infinite where nothing is asked. */
struct cs_criterion {
  const char *column;
  double rank_from, rank_to; /* 0 .. 100, his place among all customers */
  double from, to;           /* in the column's units */
};

struct cs_criteria {
  struct cs_criterion *of;
  size_t count, capacity;
};

#define CS_CRITERIA_INIT                                                                                     \
  { NULL, 0, 0 }

/* Those of a rule: its place in the list. */
struct cs_criteria_part {
  size_t first, count;
};

/* Goes through the value of the key `when`, which is at hand, and adds its criteria. Texts are kept in the arena. */
CS_MUST_CHECK enum cs_status cs_criteria_read(struct cs_criteria *criteria, struct cs_yaml *yaml,
                                              struct cs_arena *texts, struct cs_criteria_part *part,
                                              struct cs_error *err);
void cs_criteria_release(struct cs_criteria *criteria);

/* Adds the columns of the table that the criteria ask for, each once, to column[count], which has room. */
void cs_criteria_want(const struct cs_criteria *criteria, const struct cs_table *table, size_t *column,
                      size_t *count);
void cs_columns_want(const struct cs_table *table, const char *name, size_t *column, size_t *count);

/* Of the standings that of this column; NULL where the table hasn't it, or it isn't numeric. */
const struct cs_standing *cs_standings_get(const struct cs_standings *standings, const struct cs_table *table,
                                           const char *column);

/* Whether all of a part hold of a cluster. A criterion on a column that isn't there doesn't. */
bool cs_criteria_hold(const struct cs_criteria *criteria, struct cs_criteria_part part,
                      const struct cs_standings *standings, const struct cs_table *table, size_t cluster);

#endif
