/* rules.h - which cells of RFM scores are called what: rules, of which the first that covers a cell names it.
 *
 * A rule has one or several boxes of cells. It may withhold its name in the first weeks of a log, where everybody looks
 * new: a customer whose first purchase lies within them is called by another name. Cells without a rule are called
 * "Other". The names are those of the rules, in their order.
 *
 * Life cycle  CS_RULES_INIT; one of read, standard, published, get; cs_rules_release in any case.
 */
#ifndef CS_PREP_RULES_H
#define CS_PREP_RULES_H

#include "algo/rfm.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "base/str.h"
#include "data/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CS_RULES_MAX = 1000, CS_RULES_WEEKS_MAX = 1000 };

struct cs_rfm_rule {
  uint32_t name;       /* in names */
  uint32_t instead;    /* the other name, within the first weeks */
  int first_weeks;     /* 0: the name is never withheld */
  size_t line;         /* of the file where it begins; 0 where there is no file */
  size_t box, boxes;   /* its boxes, among those of all rules */
  size_t cells, named; /* how many it covers, and how many it is the first to cover */
  struct cs_rfm_cells set;
};

struct cs_rules {
  struct cs_map names;
  uint32_t other; /* in names, where a cell has no rule */
  struct cs_rfm_rule *rule;
  size_t count, capacity;
  struct cs_rfm_box *box;
  size_t boxes, box_capacity;
  struct cs_rfm_coverage coverage;
};

#define CS_RULES_INIT                                                                                        \
  { .names = CS_MAP_INIT, .other = CS_MAP_NONE }

void cs_rules_release(struct cs_rules *rules);

/* A rule file (docs/data-dictionary.md). CS_IO when it can't be read, CS_USAGE when it is none, with file, line and
 * column. */
CS_MUST_CHECK enum cs_status cs_rules_read(struct cs_rules *rules, const char *path, struct cs_error *err);

/* The built-in rules, which configs/rfm-rules.yaml repeats: eleven names, each of the 125 cells once. */
CS_MUST_CHECK enum cs_status cs_rules_standard(struct cs_rules *rules, struct cs_error *err);

/* The rules of models that carry none: those of the README of R's package rfm, and three for the cells that they leave. */
CS_MUST_CHECK enum cs_status cs_rules_published(struct cs_rules *rules, struct cs_error *err);

/* As the member rules[] of a node, and back (CS_DATA, and cs_rules_published() where there is none). */
void cs_rules_add(const struct cs_rules *rules, struct cs_node *node);
CS_MUST_CHECK enum cs_status cs_rules_get(struct cs_rules *rules, const struct cs_node *node,
                                          const char *path, struct cs_error *err);

/* The name of a customer with these scores, as an index of names. `day` is that of the first purchase, from 0, the first
 * day of the log; NaN where it isn't known: then nothing is withheld. */
uint32_t cs_rules_name(const struct cs_rules *rules, int recency, int frequency, int monetary, double day);

/* Cells that no rule covers, cells that several cover, and rules that can never fire, as text for people. Returns whether
 * there are any; without, one line says that there are none. */
bool cs_rules_check(const struct cs_rules *rules, const char *path, struct cs_str *text);

/* The same as warnings, one for each kind. */
void cs_rules_warn(const struct cs_rules *rules, const char *path, struct cs_notes *notes);

/* --- making them --- */

/* What is wrong with a name ("is empty"), or NULL. */
const char *cs_rules_name_fault(const char *name);

/* Adds a box to the rule that comes next, and the rule itself, behind those that are there. weeks 0: instead isn't
 * used. */
CS_MUST_CHECK enum cs_status cs_rules_add_box(struct cs_rules *rules, const struct cs_rfm_box *box,
                                              struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_rules_add_rule(struct cs_rules *rules, const char *name, int first_weeks,
                                               const char *instead, size_t line, struct cs_error *err);

/* All rules are there. */
CS_MUST_CHECK enum cs_status cs_rules_end(struct cs_rules *rules, struct cs_error *err);

#endif
