#include "segment/name_rules.h"

#include "data/rulefile.h"

#include <stdlib.h>
#include <string.h>

/* configs/segment-names.yaml; see scripts/embed. */
extern const unsigned char cs_embedded_segment_names[];

enum { COLUMN_BYTES = 1000 };

struct reading {
  struct cs_yaml *yaml;
  struct cs_name_rules *rules;
  struct cs_error *err;
  /* what is read at the moment */
  struct cs_name_rule rule;
  struct cs_name_difference difference;
};

void cs_name_rules_release(struct cs_name_rules *rules) {
  free(rules->rule);
  cs_criteria_release(&rules->criteria);
  free(rules->difference);
  cs_arena_release(&rules->texts);
  *rules = (struct cs_name_rules)CS_NAME_RULES_INIT;
}

/* --- values --- */

/* Words that stand in a cell and on a chart. */
static enum cs_status read_words(struct reading *reading, const char *key, const char **words) {
  return cs_rule_file_words(reading->yaml, &reading->rules->texts, key, CS_NAME_BYTES, words, reading->err);
}

/* --- rules --- */

static enum cs_status read_rule_key(void *context, const char *key) {
  struct reading *reading = context;
  if (strcmp(key, "name") == 0) return read_words(reading, "name", &reading->rule.name);
  if (strcmp(key, "instead") == 0) return read_words(reading, "instead", &reading->rule.instead);
  if (strcmp(key, "when") == 0)
    return cs_criteria_read(&reading->rules->criteria, reading->yaml, &reading->rules->texts,
                            &reading->rule.when, reading->err);
  return cs_yaml_fail(reading->yaml, "'%s' is no key of a rule: they are name, instead and when", key);
}

static enum cs_status read_rule(void *context) {
  struct reading *reading = context;
  struct cs_name_rules *rules = reading->rules;
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml,
                        "a rule must be a mapping, as {name: Big, when: {total_spent: {rank-from: 75}}}");
  reading->rule = (struct cs_name_rule){NULL, NULL, {0, 0}};
  CS_TRY(cs_yaml_each_key(reading->yaml, read_rule_key, reading));
  if (!reading->rule.name) return cs_yaml_fail_at(reading->yaml, place, "a rule without a name");
  if (rules->count == CS_NAME_RULES_MOST)
    return cs_yaml_fail_at(reading->yaml, place, "there are more than %d rules", CS_NAME_RULES_MOST);
  CS_TRY(cs_grow(&rules->rule, &rules->capacity, rules->count + 1, sizeof *rules->rule, "the name rules",
                 reading->err));
  rules->rule[rules->count++] = reading->rule;
  return CS_OK;
}

/* --- differences --- */

static enum cs_status read_difference_key(void *context, const char *key) {
  struct reading *reading = context;
  if (strcmp(key, "low") == 0) return read_words(reading, "low", &reading->difference.low);
  if (strcmp(key, "lower") == 0) return read_words(reading, "lower", &reading->difference.lower);
  if (strcmp(key, "higher") == 0) return read_words(reading, "higher", &reading->difference.higher);
  if (strcmp(key, "high") == 0) return read_words(reading, "high", &reading->difference.high);
  if (strcmp(key, "column") != 0)
    return cs_yaml_fail(reading->yaml,
                        "'%s' is no key of a difference: they are column, low, lower, higher and high", key);
  return cs_rule_file_words(reading->yaml, &reading->rules->texts, "column", COLUMN_BYTES,
                            &reading->difference.column, reading->err);
}

static enum cs_status read_difference(void *context) {
  struct reading *reading = context;
  struct cs_name_rules *rules = reading->rules;
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  const struct cs_name_difference *difference = &reading->difference;
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml, "a difference must be a mapping with column, lower and higher");
  reading->difference = (struct cs_name_difference){NULL, NULL, NULL, NULL, NULL};
  CS_TRY(cs_yaml_each_key(reading->yaml, read_difference_key, reading));
  if (!difference->column || !difference->lower || !difference->higher)
    return cs_yaml_fail_at(reading->yaml, place,
                           "a difference has a column, a word for lower and one for higher");
  if (rules->differences == CS_NAME_RULES_MOST)
    return cs_yaml_fail_at(reading->yaml, place, "there are more than %d differences", CS_NAME_RULES_MOST);
  CS_TRY(cs_grow(&rules->difference, &rules->difference_capacity, rules->differences + 1,
                 sizeof *rules->difference, "the name rules", reading->err));
  rules->difference[rules->differences++] = *difference;
  return CS_OK;
}

/* --- the whole file --- */

static enum cs_status read_top(void *context, const char *key, bool *known) {
  struct reading *reading = context;
  if (strcmp(key, "names") == 0) return cs_rule_file_list(reading->yaml, "names", read_rule, reading);
  if (strcmp(key, "differences") == 0)
    return cs_rule_file_list(reading->yaml, "differences", read_difference, reading);
  *known = false;
  return CS_OK;
}

enum cs_status cs_name_rules_read(struct cs_name_rules *rules, const char *path, struct cs_error *err) {
  struct reading reading = {.rules = rules, .err = err};
  const struct cs_rule_file file = {.what = "file of name rules",
                                    .keys = "version, names and differences",
                                    .name = "segment-names.yaml",
                                    .text = cs_embedded_segment_names,
                                    .count = &rules->count,
                                    .yaml = &reading.yaml,
                                    .take = read_top,
                                    .context = &reading};
  return cs_rule_file_read(&file, path, err);
}
