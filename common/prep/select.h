/* select.h - conditions on rows: --where and --exclude-rows.
 *
 * Grammar: COLUMN=VALUE,VALUE,...; COLUMN=...   A row meets a condition when its cell, without blanks around it, is one
 * of the values; * and ? in a value match as in a shell. Values with a comma or a semicolon stand in double quotes.
 */
#ifndef CS_PREP_SELECT_H
#define CS_PREP_SELECT_H

#include "base/error.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>

struct cs_condition {
  size_t column;
  struct cs_slice values; /* a comma list, in the option's text */
};

struct cs_conditions {
  struct cs_condition *condition;
  size_t count, capacity;
};

#define CS_CONDITIONS_INIT                                                                                   \
  { NULL, 0, 0 }

void cs_conditions_release(struct cs_conditions *conditions);

/* text may be NULL: no condition. CS_USAGE: an unknown column, a condition that is none. */
CS_MUST_CHECK enum cs_status cs_conditions_parse(struct cs_conditions *conditions,
                                                 const struct cs_table *table, const char *text,
                                                 const char *option, struct cs_error *err);

/* cells[column] is the row's text. */
bool cs_conditions_all(const struct cs_conditions *conditions, const struct cs_slice *cells);
bool cs_conditions_any(const struct cs_conditions *conditions, const struct cs_slice *cells);

#endif
