#include "segment/name_rules.h"

#include "base/num.h"
#include "data/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* configs/segment-names.yaml; see scripts/embed. */
extern const unsigned char cs_embedded_segment_names[];

struct reading {
  struct cs_yaml *yaml;
  struct cs_name_rules *rules;
  struct cs_error *err;
  bool has_version;
  /* what is read at the moment */
  struct cs_name_rule rule;
  struct cs_name_condition condition;
  struct cs_name_difference difference;
};

void cs_name_rules_release(struct cs_name_rules *rules) {
  free(rules->rule);
  free(rules->condition);
  free(rules->difference);
  cs_arena_release(&rules->texts);
  *rules = (struct cs_name_rules)CS_NAME_RULES_INIT;
}

/* --- values --- */

static enum cs_status next_text(struct reading *reading, const char *key, const char **text) {
  CS_TRY(cs_yaml_next(reading->yaml));
  return cs_yaml_text(reading->yaml, text, key);
}

/* A copy of the key or value at hand, which lives as long as the rules. */
static enum cs_status keep(struct reading *reading, const char *text, const char **copy) {
  *copy = cs_arena_copy(&reading->rules->texts, text, strlen(text));
  return *copy ? CS_OK : cs_fail_memory(reading->err, (double)strlen(text), "the name rules");
}

/* Words that stand in a cell and on a chart. */
static enum cs_status read_words(struct reading *reading, const char *key, const char **words) {
  const char *text;
  CS_TRY(next_text(reading, key, &text));
  size_t len = strlen(text);
  if (len == 0 || len > CS_NAME_BYTES)
    return cs_yaml_fail(reading->yaml, "%s: must have 1 to %d bytes", key, CS_NAME_BYTES);
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
      return cs_yaml_fail(reading->yaml, "%s: has a control character in it", key);
  return keep(reading, text, words);
}

static enum cs_status read_number(struct reading *reading, const char *key, double most, double *number) {
  const char *text;
  CS_TRY(next_text(reading, key, &text));
  if (!cs_num_parse(text, strlen(text), '.', number) || fabs(*number) > most || (most == 100 && *number < 0))
    return cs_yaml_fail(reading->yaml, "%s: '%s' is no number%s", key, text,
                        most == 100 ? " within 0..100" : "");
  return CS_OK;
}

/* --- rules --- */

static enum cs_status read_limit(void *context, const char *key) {
  struct reading *reading = context;
  struct cs_name_condition *condition = &reading->condition;
  const double any = HUGE_VAL;
  if (strcmp(key, "rank-from") == 0) return read_number(reading, "rank-from", 100, &condition->rank_from);
  if (strcmp(key, "rank-to") == 0) return read_number(reading, "rank-to", 100, &condition->rank_to);
  if (strcmp(key, "from") == 0) return read_number(reading, "from", any, &condition->from);
  if (strcmp(key, "to") == 0) return read_number(reading, "to", any, &condition->to);
  return cs_yaml_fail(reading->yaml, "'%s' is no limit: they are rank-from, rank-to, from and to", key);
}

static enum cs_status read_condition(void *context, const char *key) {
  struct reading *reading = context;
  struct cs_name_rules *rules = reading->rules;
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  struct cs_name_condition *condition = &reading->condition;
  *condition = (struct cs_name_condition){NULL, -INFINITY, INFINITY, -INFINITY, INFINITY};
  CS_TRY(keep(reading, key, &condition->column));
  CS_TRY(cs_yaml_next(reading->yaml));
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml, "%s must be a mapping, as {rank-from: 75}", condition->column);
  CS_TRY(cs_yaml_each_key(reading->yaml, read_limit, reading));
  if (condition->rank_from > condition->rank_to || condition->from > condition->to)
    return cs_yaml_fail_at(reading->yaml, place, "%s: no value is within its limits", condition->column);
  CS_TRY(cs_grow(&rules->condition, &rules->condition_capacity, rules->conditions + 1,
                 sizeof *rules->condition, "the name rules", reading->err));
  rules->condition[rules->conditions++] = *condition;
  reading->rule.count++;
  return CS_OK;
}

static enum cs_status read_when(struct reading *reading) {
  CS_TRY(cs_yaml_next(reading->yaml));
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml, "when must be a mapping, as {total_spent: {rank-from: 75}}");
  return cs_yaml_each_key(reading->yaml, read_condition, reading);
}

static enum cs_status read_rule_key(void *context, const char *key) {
  struct reading *reading = context;
  if (strcmp(key, "name") == 0) return read_words(reading, "name", &reading->rule.name);
  if (strcmp(key, "instead") == 0) return read_words(reading, "instead", &reading->rule.instead);
  if (strcmp(key, "when") == 0) return read_when(reading);
  return cs_yaml_fail(reading->yaml, "'%s' is no key of a rule: they are name, instead and when", key);
}

static enum cs_status read_rule(void *context) {
  struct reading *reading = context;
  struct cs_name_rules *rules = reading->rules;
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml,
                        "a rule must be a mapping, as {name: Big, when: {total_spent: {rank-from: 75}}}");
  reading->rule = (struct cs_name_rule){NULL, NULL, rules->conditions, 0};
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
  const char *text;
  if (strcmp(key, "low") == 0) return read_words(reading, "low", &reading->difference.low);
  if (strcmp(key, "lower") == 0) return read_words(reading, "lower", &reading->difference.lower);
  if (strcmp(key, "higher") == 0) return read_words(reading, "higher", &reading->difference.higher);
  if (strcmp(key, "high") == 0) return read_words(reading, "high", &reading->difference.high);
  if (strcmp(key, "column") != 0)
    return cs_yaml_fail(reading->yaml,
                        "'%s' is no key of a difference: they are column, low, lower, higher and high", key);
  CS_TRY(next_text(reading, "column", &text));
  return keep(reading, text, &reading->difference.column);
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

static enum cs_status read_list(struct reading *reading, const char *key,
                                enum cs_status (*take)(void *context)) {
  CS_TRY(cs_yaml_next(reading->yaml));
  if (cs_yaml_kind(reading->yaml) != CS_YAML_LIST)
    return cs_yaml_fail(reading->yaml, "%s must be a list", key);
  return cs_yaml_each_item(reading->yaml, take, reading);
}

static enum cs_status read_top(void *context, const char *key) {
  struct reading *reading = context;
  const char *text;
  if (strcmp(key, "names") == 0) return read_list(reading, "names", read_rule);
  if (strcmp(key, "differences") == 0) return read_list(reading, "differences", read_difference);
  if (strcmp(key, "version") != 0)
    return cs_yaml_fail(reading->yaml,
                        "'%s' is no key of a file of name rules: they are version, names and differences",
                        key);
  CS_TRY(next_text(reading, "version", &text));
  reading->has_version = true;
  return strcmp(text, "1") == 0 ? CS_OK : cs_yaml_fail(reading->yaml, "version: '%s' is not 1", text);
}

static enum cs_status read_document(struct reading *reading) {
  struct cs_yaml *yaml = reading->yaml;
  CS_TRY(cs_yaml_next(yaml));
  struct cs_yaml_place place = cs_yaml_place(yaml);
  if (cs_yaml_kind(yaml) != CS_YAML_MAP)
    return cs_yaml_fail(yaml, "a file of name rules is a mapping with version, names and differences");
  CS_TRY(cs_yaml_each_key(yaml, read_top, reading));
  if (!reading->has_version) return cs_yaml_fail_at(yaml, place, "the version is absent (version: 1)");
  if (!reading->rules->count) return cs_yaml_fail_at(yaml, place, "there is no rule");
  return cs_yaml_next(yaml); /* the end, or a second document, which it refuses */
}

enum cs_status cs_name_rules_read(struct cs_name_rules *rules, const char *path, struct cs_error *err) {
  static const char what[] = "file of name rules";
  struct reading reading = {.rules = rules, .err = err};
  const char *carried = (const char *)cs_embedded_segment_names;
  if (path)
    CS_TRY(cs_yaml_open(&reading.yaml, path, what, err));
  else
    CS_TRY(cs_yaml_open_text(&reading.yaml, "segment-names.yaml", carried, what, err));
  enum cs_status status = read_document(&reading);
  cs_yaml_close(reading.yaml);
  return status;
}
