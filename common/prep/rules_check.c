/* What is wrong with rules, in words. */
#include "prep/rules.h"

/* "2-[4-5]-1" */
static void add_box(struct cs_str *text, const struct cs_rfm_box *box) {
  for (int i = 0; i < CS_RFM_DIMENSIONS; i++) {
    const struct cs_rfm_range *score = &box->score[i];
    if (i > 0) cs_str_add_byte(text, '-');
    if (score->from == score->to)
      cs_str_add_format(text, "%d", score->from);
    else
      cs_str_add_format(text, "[%d-%d]", score->from, score->to);
  }
}

/* The cells in as few boxes as taking the largest first makes: "2-1-5, 2-[4-5]-[1-2]". */
static void add_cells(struct cs_str *text, struct cs_rfm_cells cells) {
  struct cs_rfm_box box;
  const char *between = "";
  while (cs_rfm_cells_largest(&cells, &box)) {
    cs_str_add_text(text, between);
    add_box(text, &box);
    cs_rfm_cells_remove(&cells, &box);
    between = ", ";
  }
}

/* "Champions (line 4)" */
static void add_rule(struct cs_str *text, const struct cs_rules *rules, const struct cs_rfm_rule *rule) {
  struct cs_slice name = cs_map_key(&rules->names, rule->name);
  cs_str_add(text, name.data, name.len);
  if (rule->line) cs_str_add_format(text, " (line %zu)", rule->line);
}

/* "1 cell", "2 cells" */
static void add_count(struct cs_str *text, size_t count, const char *what) {
  cs_str_add_format(text, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* --- each kind --- */

static size_t add_uncovered(struct cs_str *text, const struct cs_rules *rules) {
  struct cs_rfm_cells cells;
  cs_rfm_uncovered(&rules->coverage, &cells);
  size_t count = cs_rfm_cells_count(&cells);
  if (!count) return 0;
  struct cs_slice other = cs_map_key(&rules->names, rules->other);
  add_count(text, count, "cell");
  cs_str_add_format(text, " without a rule (customers there are called %.*s):\n  ", (int)other.len,
                    other.data);
  add_cells(text, cells);
  cs_str_add_byte(text, '\n');
  return count;
}

static bool has_same_rules(const struct cs_rules *rules, int a, int b) {
  for (size_t i = 0; i < rules->count; i++)
    if (rules->rule[i].set.has[a] != rules->rule[i].set.has[b]) return false;
  return true;
}

/* Takes out of `cells` those that have the rules of `first`. */
static struct cs_rfm_cells split_off(const struct cs_rules *rules, struct cs_rfm_cells *cells, int first) {
  struct cs_rfm_cells same = {{false}};
  for (int cell = first; cell < CS_RFM_CELLS; cell++) {
    if (!cells->has[cell] || !has_same_rules(rules, first, cell)) continue;
    same.has[cell] = true;
    cells->has[cell] = false;
  }
  return same;
}

static void add_group(struct cs_str *text, const struct cs_rules *rules, struct cs_rfm_cells group,
                      int first) {
  const char *between = "  ";
  for (size_t i = 0; i < rules->count; i++) {
    if (!rules->rule[i].set.has[first]) continue;
    cs_str_add_text(text, between);
    add_rule(text, rules, &rules->rule[i]);
    between = ", then ";
  }
  cs_str_add_text(text, ":\n    ");
  add_cells(text, group);
  cs_str_add_byte(text, '\n');
}

static size_t add_contested(struct cs_str *text, const struct cs_rules *rules) {
  struct cs_rfm_cells cells;
  cs_rfm_contested(&rules->coverage, &cells);
  size_t count = cs_rfm_cells_count(&cells);
  if (!count) return 0;
  add_count(text, count, "cell");
  cs_str_add_text(text, " with several rules (the first one counts):\n");
  for (int cell = 0; cell < CS_RFM_CELLS; cell++)
    if (cells.has[cell]) add_group(text, rules, split_off(rules, &cells, cell), cell);
  return count;
}

static size_t count_idle(const struct cs_rules *rules) {
  size_t count = 0;
  for (size_t i = 0; i < rules->count; i++) count += rules->rule[i].named == 0;
  return count;
}

/* The rules that name the cells of an idle one. */
static void add_takers(struct cs_str *text, const struct cs_rules *rules, const struct cs_rfm_rule *idle) {
  const char *between = "";
  for (size_t i = 0; i < rules->count; i++) {
    bool takes = false;
    for (int cell = 0; cell < CS_RFM_CELLS; cell++)
      takes |= idle->set.has[cell] && rules->coverage.first[cell] == i;
    if (!takes) continue;
    cs_str_add_text(text, between);
    add_rule(text, rules, &rules->rule[i]);
    between = ", ";
  }
}

static size_t add_idle(struct cs_str *text, const struct cs_rules *rules) {
  size_t count = count_idle(rules);
  if (!count) return 0;
  add_count(text, count, "rule");
  cs_str_add_text(text, " that can never fire:\n");
  for (size_t i = 0; i < rules->count; i++) {
    const struct cs_rfm_rule *rule = &rules->rule[i];
    if (rule->named) continue;
    cs_str_add_text(text, "  ");
    add_rule(text, rules, rule);
    cs_str_add_format(text, ": its %s taken by ", rule->cells == 1 ? "cell is" : "cells are");
    add_takers(text, rules, rule);
    cs_str_add_byte(text, '\n');
  }
  return count;
}

/* --- all of them --- */

bool cs_rules_check(const struct cs_rules *rules, const char *path, struct cs_str *text) {
  size_t begin = text->len;
  cs_str_add_text(text, path);
  if (!text->failed) cs_error_clean(text->data + begin);
  cs_str_add_text(text, ": ");
  add_count(text, rules->count, "rule");
  cs_str_add_format(text, ", %d cells of recency-frequency-monetary scores\n", CS_RFM_CELLS);
  size_t found = add_uncovered(text, rules);
  found += add_contested(text, rules);
  found += add_idle(text, rules);
  if (!found) cs_str_add_text(text, "each cell has one rule\n");
  return found > 0;
}

static void warn_of_idle(const struct cs_rules *rules, const char *path, struct cs_notes *notes) {
  struct cs_str list = CS_STR_INIT;
  const char *between = "";
  for (size_t i = 0; i < rules->count; i++) {
    if (rules->rule[i].named) continue;
    cs_str_add_text(&list, between);
    add_rule(&list, rules, &rules->rule[i]);
    between = ", ";
  }
  if (list.len)
    cs_note(notes, CS_NOTE_WARNING, "%s: rules that can never fire, as others take their cells: %s", path,
            cs_str_text(&list));
  cs_str_release(&list);
}

void cs_rules_warn(const struct cs_rules *rules, const char *path, struct cs_notes *notes) {
  struct cs_rfm_cells cells;
  cs_rfm_uncovered(&rules->coverage, &cells);
  size_t count = cs_rfm_cells_count(&cells);
  if (count) {
    struct cs_slice other = cs_map_key(&rules->names, rules->other);
    cs_note(notes, CS_NOTE_WARNING,
            "%s: no rule covers %zu of the %d cells of scores; customers there are called %.*s "
            "(--check-rules shows them)",
            path, count, CS_RFM_CELLS, (int)other.len, other.data);
  }
  cs_rfm_contested(&rules->coverage, &cells);
  count = cs_rfm_cells_count(&cells);
  if (count)
    cs_note(notes, CS_NOTE_WARNING,
            "%s: several rules cover %zu of the %d cells of scores; the first one counts", path, count,
            CS_RFM_CELLS);
  warn_of_idle(rules, path, notes);
}
