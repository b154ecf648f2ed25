#include "report/advice_rules.h"

#include "data/rulefile.h"

#include <stdlib.h>
#include <string.h>

/* configs/recommendations.yaml; see scripts/embed. */
extern const unsigned char cs_embedded_recommendations[];

struct reading {
  struct cs_yaml *yaml;
  struct cs_advice_rules *rules;
  struct cs_error *err;
  struct cs_advice_rule rule; /* that is read at the moment */
};

void cs_advice_rules_release(struct cs_advice_rules *rules) {
  free(rules->rule);
  cs_criteria_release(&rules->criteria);
  cs_arena_release(&rules->texts);
  *rules = (struct cs_advice_rules)CS_ADVICE_RULES_INIT;
}

static enum cs_status read_words(struct reading *reading, const char *key, const char **words) {
  return cs_rule_file_words(reading->yaml, &reading->rules->texts, key, CS_ADVICE_BYTES, words, reading->err);
}

static enum cs_status next_text(struct reading *reading, const char *key, const char **text) {
  CS_TRY(cs_yaml_next(reading->yaml));
  return cs_yaml_text(reading->yaml, text, key);
}

static enum cs_status read_flag(struct reading *reading, const char *key, bool *flag) {
  const char *text;
  CS_TRY(next_text(reading, key, &text));
  *flag = strcmp(text, "true") == 0;
  return *flag || strcmp(text, "false") == 0
             ? CS_OK
             : cs_yaml_fail(reading->yaml, "%s: '%s' is neither true nor false", key, text);
}

static enum cs_status read_priority(struct reading *reading) {
  const char *text;
  CS_TRY(next_text(reading, "priority", &text));
  if (text[0] < '1' || text[0] > '0' + CS_ADVICE_PRIORITIES || text[1])
    return cs_yaml_fail(reading->yaml, "priority: '%s' is no number within 1..%d", text,
                        CS_ADVICE_PRIORITIES);
  reading->rule.priority = text[0] - '0';
  return CS_OK;
}

static enum cs_status read_rule_key(void *context, const char *key) {
  struct reading *reading = context;
  struct cs_advice_rule *rule = &reading->rule;
  if (strcmp(key, "action") == 0) return read_words(reading, "action", &rule->action);
  if (strcmp(key, "channel") == 0) return read_words(reading, "channel", &rule->channel);
  if (strcmp(key, "kpi") == 0) return read_words(reading, "kpi", &rule->kpi);
  if (strcmp(key, "caution") == 0) return read_words(reading, "caution", &rule->caution);
  if (strcmp(key, "priority") == 0) return read_priority(reading);
  if (strcmp(key, "at-stake") == 0) return read_flag(reading, "at-stake", &rule->at_stake);
  if (strcmp(key, "noise") == 0) return read_flag(reading, "noise", &rule->noise);
  if (strcmp(key, "when") == 0)
    return cs_criteria_read(&reading->rules->criteria, reading->yaml, &reading->rules->texts, &rule->when,
                            reading->err);
  return cs_yaml_fail(reading->yaml,
                      "'%s' is no key of a recommendation: they are when, noise, priority, at-stake, action, "
                      "channel, kpi and caution",
                      key);
}

static enum cs_status read_rule(void *context) {
  struct reading *reading = context;
  struct cs_advice_rules *rules = reading->rules;
  struct cs_yaml_place place = cs_yaml_place(reading->yaml);
  const struct cs_advice_rule *rule = &reading->rule;
  if (cs_yaml_kind(reading->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reading->yaml, "a recommendation must be a mapping with action, channel and kpi");
  reading->rule = (struct cs_advice_rule){.priority = CS_ADVICE_PRIORITIES};
  CS_TRY(cs_yaml_each_key(reading->yaml, read_rule_key, reading));
  if (!rule->action || !rule->channel || !rule->kpi)
    return cs_yaml_fail_at(reading->yaml, place, "a recommendation has an action, a channel and a kpi");
  if (rules->count == CS_ADVICE_RULES_MOST)
    return cs_yaml_fail_at(reading->yaml, place, "there are more than %d recommendations",
                           CS_ADVICE_RULES_MOST);
  CS_TRY(cs_grow(&rules->rule, &rules->capacity, rules->count + 1, sizeof *rules->rule, "the recommendations",
                 reading->err));
  rules->rule[rules->count++] = *rule;
  return CS_OK;
}

static enum cs_status read_top(void *context, const char *key, bool *known) {
  struct reading *reading = context;
  *known = strcmp(key, "recommendations") == 0;
  return *known ? cs_rule_file_list(reading->yaml, "recommendations", read_rule, reading) : CS_OK;
}

enum cs_status cs_advice_rules_read(struct cs_advice_rules *rules, const char *path, struct cs_error *err) {
  struct reading reading = {.rules = rules, .err = err};
  const struct cs_rule_file file = {.what = "file of recommendations",
                                    .keys = "version and recommendations",
                                    .name = "recommendations.yaml",
                                    .text = cs_embedded_recommendations,
                                    .yaml = &reading.yaml,
                                    .take = read_top,
                                    .context = &reading};
  return cs_rule_file_read(&file, path, err);
}
