/* Rules in a model: rfm.rules[] of docs/schemas/prep.json. */
#include "data/model.h"
#include "prep/rules.h"

#include <math.h>

/* --- writing --- */

static void add_box(const struct cs_rfm_box *box, struct cs_node *cells) {
  struct cs_node *node = cs_node_add_object(cells, NULL);
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++) {
    const double range[2] = {box->score[i].from, box->score[i].to};
    cs_node_add_numbers(node, cs_rfm_dimension_name((enum cs_rfm_dimension)i), range, 2);
  }
}

void cs_rules_add(const struct cs_rules *rules, struct cs_node *node) {
  struct cs_node *array = cs_node_add_array(node, "rules");
  for (size_t i = 0; i < rules->count; i++) {
    const struct cs_rfm_rule *rule = &rules->rule[i];
    struct cs_node *entry = cs_node_add_object(array, NULL);
    cs_node_add_slice(entry, "name", cs_map_key(&rules->names, rule->name));
    struct cs_node *cells = cs_node_add_array(entry, "cells");
    for (size_t k = 0; k < rule->boxes; k++) add_box(&rules->box[rule->box + k], cells);
    if (!rule->first_weeks) continue;
    cs_node_add_integer(entry, "first_weeks", rule->first_weeks);
    cs_node_add_slice(entry, "instead", cs_map_key(&rules->names, rule->instead));
  }
}

/* --- reading --- */

struct reading {
  struct cs_rules *rules;
  const char *path;
  size_t at; /* the rule */
  struct cs_error *err;
};

static enum cs_status refuse(const struct reading *reading, const char *what) {
  return cs_fail(reading->err, CS_DATA, "%s: rfm.rules[%zu]: %s", reading->path, reading->at, what);
}

static bool is_score(double value) {
  return value >= 1 && value <= CS_RFM_SCORES && value == floor(value);
}

static enum cs_status get_box(const struct reading *reading, const struct cs_node *node) {
  struct cs_rfm_box box;
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++) {
    const char *key = cs_rfm_dimension_name((enum cs_rfm_dimension)i);
    double range[2];
    CS_TRY(cs_model_numbers(cs_node_get(node, key), reading->path, key, 2, range, reading->err));
    if (!is_score(range[0]) || !is_score(range[1]) || range[0] > range[1])
      return refuse(reading, "a range isn't one of scores");
    box.score[i] = (struct cs_rfm_range){(int)range[0], (int)range[1]};
  }
  return cs_rules_add_box(reading->rules, &box, reading->err);
}

static enum cs_status get_weeks(const struct reading *reading, const struct cs_node *node, int *weeks,
                                const char **instead) {
  const struct cs_node *number = cs_node_get(node, "first_weeks");
  *weeks = 0;
  *instead = cs_node_text(cs_node_get(node, "instead"), NULL);
  if (!number) return CS_OK;
  double value = cs_node_number(number, 0);
  if (!(value >= 1 && value <= CS_RULES_WEEKS_MAX) || value != floor(value) || !*instead ||
      cs_rules_name_fault(*instead))
    return refuse(reading, "first_weeks or instead can't be");
  *weeks = (int)value;
  return CS_OK;
}

static enum cs_status get_rule(const struct reading *reading, const struct cs_node *node) {
  const char *name = cs_node_text(cs_node_get(node, "name"), NULL), *instead;
  const struct cs_node *cells = cs_node_get(node, "cells");
  int weeks;
  if (!name || cs_rules_name_fault(name)) return refuse(reading, "it has no name");
  if (!cs_node_is_array(cells) || !cs_node_first(cells)) return refuse(reading, "it has no cells");
  CS_TRY(get_weeks(reading, node, &weeks, &instead));
  for (const struct cs_node *box = cs_node_first(cells); box; box = cs_node_next(box))
    CS_TRY(get_box(reading, box));
  return cs_rules_add_rule(reading->rules, name, weeks, instead, 0, reading->err);
}

enum cs_status cs_rules_get(struct cs_rules *rules, const struct cs_node *node, const char *path,
                            struct cs_error *err) {
  const struct cs_node *array = cs_node_get(node, "rules");
  struct reading reading = {rules, path, 0, err};
  if (!array) return cs_rules_published(rules, err);
  if (!cs_node_is_array(array) || !cs_node_first(array))
    return cs_fail(err, CS_DATA, "%s: rfm.rules isn't an array of rules", path);
  for (const struct cs_node *entry = cs_node_first(array); entry; entry = cs_node_next(entry)) {
    if (reading.at == CS_RULES_MAX)
      return cs_fail(err, CS_DATA, "%s: rfm.rules has more than %d rules", path, CS_RULES_MAX);
    CS_TRY(get_rule(&reading, entry));
    reading.at++;
  }
  return cs_rules_end(rules, err);
}
