/* Rule files: YAML. */
#include "base/num.h"
#include "data/rulefile.h"
#include "prep/rules.h"

#include <string.h>

static const struct cs_rfm_box everything = {{{1, CS_RFM_SCORES}, {1, CS_RFM_SCORES}, {1, CS_RFM_SCORES}}};

struct reading {
  struct cs_yaml *yaml;
  struct cs_rules *rules;
  struct cs_error *err;
  /* the rule that is read */
  struct cs_str name, instead;
  int first_weeks;
  struct cs_rfm_box box;
  bool has_scores, has_cells;
};

/* --- values --- */

static enum cs_status next_text(struct reading *reading, const char *key, const char **text) {
  CS_TRY(cs_yaml_next(reading->yaml));
  return cs_yaml_text(reading->yaml, text, key);
}

static enum cs_status read_name(struct reading *reading, const char *key, struct cs_str *name) {
  const char *text;
  CS_TRY(next_text(reading, key, &text));
  const char *fault = cs_rules_name_fault(text);
  if (fault) return cs_yaml_fail(reading->yaml, "%s: %s", key, fault);
  cs_str_clear(name);
  cs_str_add_text(name, text);
  return cs_str_check(name, "the rule file", reading->err);
}

static bool is_score(char byte) {
  return byte >= '1' && byte < '1' + CS_RFM_SCORES;
}

/* "3", "4-5" */
static enum cs_status read_range(struct reading *reading, const char *key, struct cs_rfm_range *range) {
  const char *text;
  CS_TRY(next_text(reading, key, &text));
  size_t len = strlen(text);
  bool sound = is_score(text[0]) && (len == 1 || (len == 3 && text[1] == '-' && is_score(text[2])));
  range->from = text[0] - '0';
  range->to = sound ? text[len - 1] - '0' : 0;
  if (sound && range->from <= range->to) return CS_OK;
  return cs_yaml_fail(reading->yaml,
                      "%s: '%s' is neither a score nor a range of scores, as 3 or 4-5 (1 to %d)", key, text,
                      CS_RFM_SCORES);
}

static enum cs_status read_weeks(struct reading *reading, const char *key) {
  const char *text;
  int64_t weeks = 0;
  CS_TRY(next_text(reading, key, &text));
  if (!cs_num_parse_integer(text, strlen(text), &weeks) || weeks < 1 || weeks > CS_RULES_WEEKS_MAX)
    return cs_yaml_fail(reading->yaml, "%s: '%s' is no whole number within 1..%d", key, text,
                        CS_RULES_WEEKS_MAX);
  reading->first_weeks = (int)weeks;
  return CS_OK;
}

/* --- boxes --- */

/* The dimension of that name, or CS_RFM_DIMENSIONS. */
static int dimension_named(const char *name) {
  int dimension = 0;
  while (dimension < CS_RFM_DIMENSIONS &&
         strcmp(name, cs_rfm_dimension_name((enum cs_rfm_dimension)dimension)) != 0)
    dimension++;
  return dimension;
}

static enum cs_status read_box_key(void *context, const char *key) {
  struct reading *reading = context;
  int dimension = dimension_named(key);
  if (dimension == CS_RFM_DIMENSIONS)
    return cs_yaml_fail(reading->yaml, "'%s' is no dimension: they are recency, frequency and monetary", key);
  return read_range(reading, cs_rfm_dimension_name((enum cs_rfm_dimension)dimension),
                    &reading->box.score[dimension]);
}

static enum cs_status read_box(void *context) {
  struct reading *reading = context;
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml, "an item of cells must be a mapping, as {recency: 4-5, frequency: 1}");
  reading->box = everything;
  CS_TRY(cs_yaml_each_key(reading->yaml, read_box_key, reading));
  reading->has_cells = true;
  return cs_rules_add_box(reading->rules, &reading->box, reading->err);
}

static enum cs_status read_cells(struct reading *reading) {
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  CS_TRY(cs_yaml_next(reading->yaml));
  if (cs_yaml_kind(reading->yaml) != CS_YAML_LIST)
    return cs_yaml_fail(reading->yaml, "cells must be a list, as [{recency: 4-5, frequency: 1}]");
  CS_TRY(cs_yaml_each_item(reading->yaml, read_box, reading));
  return reading->has_cells ? CS_OK : cs_yaml_fail_at(reading->yaml, place, "cells: the list is empty");
}

/* --- rules --- */

static enum cs_status read_rule_key(void *context, const char *key) {
  struct reading *reading = context;
  int dimension = dimension_named(key);
  if (strcmp(key, "name") == 0) return read_name(reading, "name", &reading->name);
  if (strcmp(key, "instead") == 0) return read_name(reading, "instead", &reading->instead);
  if (strcmp(key, "first-weeks") == 0) return read_weeks(reading, "first-weeks");
  if (strcmp(key, "cells") == 0) return read_cells(reading);
  if (dimension == CS_RFM_DIMENSIONS)
    return cs_yaml_fail(reading->yaml,
                        "'%s' is no key of a rule: they are name, recency, frequency, monetary, cells, "
                        "first-weeks and instead",
                        key);
  reading->has_scores = true;
  return read_box_key(reading, key);
}

static enum cs_status check_rule(struct reading *reading, struct cs_yaml_place place) {
  struct cs_yaml *yaml = reading->yaml;
  if (!reading->name.len) return cs_yaml_fail_at(yaml, place, "a rule without a name");
  if (reading->has_scores && reading->has_cells)
    return cs_yaml_fail_at(yaml, place,
                           "a rule has either cells, or recency, frequency and monetary of its own");
  if (!reading->first_weeks != !reading->instead.len)
    return cs_yaml_fail_at(yaml, place, "first-weeks and instead belong together: one of them is absent");
  if (reading->rules->count == CS_RULES_MAX)
    return cs_yaml_fail_at(yaml, place, "there are more than %d rules", CS_RULES_MAX);
  return CS_OK;
}

static enum cs_status read_rule(void *context) {
  struct reading *reading = context;
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml, "a rule must be a mapping, as {name: Champions, recency: 4-5}");
  cs_str_clear(&reading->name);
  cs_str_clear(&reading->instead);
  reading->first_weeks = 0;
  reading->box = everything;
  reading->has_scores = reading->has_cells = false;
  CS_TRY(cs_yaml_each_key(reading->yaml, read_rule_key, reading));
  CS_TRY(check_rule(reading, place));
  if (!reading->has_cells) CS_TRY(cs_rules_add_box(reading->rules, &reading->box, reading->err));
  return cs_rules_add_rule(reading->rules, cs_str_text(&reading->name), reading->first_weeks,
                           cs_str_text(&reading->instead), place.line, reading->err);
}

/* --- the whole file --- */

static enum cs_status read_rules(struct reading *reading) {
  CS_TRY(cs_yaml_next(reading->yaml));
  if (cs_yaml_kind(reading->yaml) != CS_YAML_LIST)
    return cs_yaml_fail(reading->yaml, "rules must be a list of rules");
  return cs_yaml_each_item(reading->yaml, read_rule, reading);
}

static enum cs_status read_top(void *context, const char *key, bool *known) {
  *known = strcmp(key, "rules") == 0;
  return *known ? read_rules(context) : CS_OK;
}

enum cs_status cs_rules_read(struct cs_rules *rules, const char *path, struct cs_error *err) {
  struct reading reading = {.rules = rules, .err = err, .name = CS_STR_INIT, .instead = CS_STR_INIT};
  const struct cs_rule_file file = {.what = "rule file",
                                    .keys = "version and rules",
                                    .count = &rules->count,
                                    .yaml = &reading.yaml,
                                    .take = read_top,
                                    .context = &reading};
  enum cs_status status = cs_rule_file_read(&file, path, err);
  if (status == CS_OK) status = cs_rules_end(rules, err);
  cs_str_release(&reading.name);
  cs_str_release(&reading.instead);
  return status;
}
