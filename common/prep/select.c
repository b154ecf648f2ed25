#include "prep/select.h"

#include "base/memory.h"
#include "prep/roles.h"

#include <stdlib.h>
#include <string.h>

void cs_conditions_release(struct cs_conditions *conditions) {
  free(conditions->condition);
  *conditions = (struct cs_conditions)CS_CONDITIONS_INIT;
}

static enum cs_status parse_one(struct cs_conditions *conditions, const struct cs_table *table,
                                struct cs_slice text, const char *option, struct cs_error *err) {
  const char *equals = memchr(text.data, '=', text.len);
  if (!equals)
    return cs_fail(err, CS_USAGE, "%s: '%.*s' is not COLUMN=VALUE,...", option, (int)text.len, text.data);
  struct cs_slice rest = {text.data, (size_t)(equals - text.data)}, name;
  cs_list_next(&rest, '\0', &name);
  CS_TRY(cs_grow(&conditions->condition, &conditions->capacity, conditions->count + 1,
                 sizeof *conditions->condition, "conditions", err));
  struct cs_condition *condition = &conditions->condition[conditions->count];
  CS_TRY(cs_column_named(table, name, option, &condition->column, err));
  condition->values = (struct cs_slice){equals + 1, text.len - (size_t)(equals + 1 - text.data)};
  conditions->count++;
  return CS_OK;
}

enum cs_status cs_conditions_parse(struct cs_conditions *conditions, const struct cs_table *table,
                                   const char *text, const char *option, struct cs_error *err) {
  size_t start = 0, len = text ? strlen(text) : 0;
  bool quoted = false;
  for (size_t at = 0; text && at <= len; at++) {
    quoted ^= at < len && text[at] == '"';
    if (at < len && (quoted || text[at] != ';')) continue;
    struct cs_slice part = cs_slice_trim((struct cs_slice){text + start, at - start});
    if (part.len) CS_TRY(parse_one(conditions, table, part, option, err));
    start = at + 1;
  }
  if (text && !conditions->count) return cs_fail(err, CS_USAGE, "%s: must be COLUMN=VALUE,...", option);
  return CS_OK;
}

static bool holds(const struct cs_condition *condition, const struct cs_slice *cells) {
  struct cs_slice cell = cs_slice_trim(cells[condition->column]), rest = condition->values, value;
  if (!cell.data) cell = (struct cs_slice){"", 0};
  while (cs_list_next(&rest, ',', &value))
    if (cs_slice_glob(cell, value)) return true;
  return false;
}

bool cs_conditions_all(const struct cs_conditions *conditions, const struct cs_slice *cells) {
  for (size_t i = 0; i < conditions->count; i++)
    if (!holds(&conditions->condition[i], cells)) return false;
  return true;
}

bool cs_conditions_any(const struct cs_conditions *conditions, const struct cs_slice *cells) {
  for (size_t i = 0; i < conditions->count; i++)
    if (holds(&conditions->condition[i], cells)) return true;
  return false;
}
