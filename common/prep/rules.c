#include "prep/rules.h"

#include "base/memory.h"

#include <stdlib.h>

static const char other_name[] = "Other";

void cs_rules_release(struct cs_rules *rules) {
  cs_map_release(&rules->names);
  free(rules->rule);
  free(rules->box);
  *rules = (struct cs_rules)CS_RULES_INIT;
}

/* --- making them --- */

/* A code of C1 (U+0080 to U+009F) drives some terminals as a byte of C0 does. */
static bool is_control(const unsigned char *at) {
  return *at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0);
}

const char *cs_rules_name_fault(const char *name) {
  if (!*name) return "is empty";
  for (const char *at = name; *at; at++)
    if (is_control((const unsigned char *)at)) return "has control characters in it";
  return NULL;
}

enum cs_status cs_rules_add_box(struct cs_rules *rules, const struct cs_rfm_box *box, struct cs_error *err) {
  CS_TRY(cs_grow(&rules->box, &rules->box_capacity, rules->boxes + 1, sizeof *rules->box, "rules", err));
  rules->box[rules->boxes++] = *box;
  return CS_OK;
}

enum cs_status cs_rules_add_rule(struct cs_rules *rules, const char *name, int first_weeks,
                                 const char *instead, size_t line, struct cs_error *err) {
  struct cs_rfm_rule rule = {.first_weeks = first_weeks, .line = line};
  if (rules->count > 0) rule.box = rules->rule[rules->count - 1].box + rules->rule[rules->count - 1].boxes;
  rule.boxes = rules->boxes - rule.box;
  for (size_t i = 0; i < rule.boxes; i++) cs_rfm_cells_add(&rule.set, &rules->box[rule.box + i]);
  rule.cells = cs_rfm_cells_count(&rule.set);
  CS_TRY(cs_map_add(&rules->names, cs_slice_of(name), &rule.name, err));
  rule.instead = rule.name;
  if (first_weeks) CS_TRY(cs_map_add(&rules->names, cs_slice_of(instead), &rule.instead, err));
  CS_TRY(cs_grow(&rules->rule, &rules->capacity, rules->count + 1, sizeof *rules->rule, "rules", err));
  rules->rule[rules->count++] = rule;
  return CS_OK;
}

enum cs_status cs_rules_end(struct cs_rules *rules, struct cs_error *err) {
  struct cs_rfm_cells uncovered;
  for (size_t i = 0; i < rules->count; i++)
    rules->rule[i].named = cs_rfm_cover(&rules->coverage, &rules->rule[i].set);
  cs_rfm_uncovered(&rules->coverage, &uncovered);
  if (!cs_rfm_cells_count(&uncovered)) return CS_OK;
  return cs_map_add(&rules->names, cs_slice_of(other_name), &rules->other, err);
}

/* --- using them --- */

uint32_t cs_rules_name(const struct cs_rules *rules, int recency, int frequency, int monetary, double day) {
  int cell = cs_rfm_cell(recency, frequency, monetary);
  if (!rules->coverage.count[cell]) return rules->other;
  const struct cs_rfm_rule *rule = &rules->rule[rules->coverage.first[cell]];
  return day < 7.0 * rule->first_weeks ? rule->instead : rule->name;
}
