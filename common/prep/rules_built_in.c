/* The rules that the program carries. */
#include "prep/rules.h"

#include <string.h>

/* One box; entries of one name that follow each other are one rule. */
struct entry {
  const char *name;
  struct cs_rfm_box box;
  int first_weeks;
  const char *instead;
};

/* What the names mean, and why 13 weeks: docs/data-dictionary.md. */
static const struct entry standard[] = {
    {"Champions", {{{4, 5}, {4, 5}, {4, 5}}}, 0, NULL},
    {"Loyal", {{{4, 5}, {4, 5}, {1, 3}}}, 0, NULL},
    {"Loyal", {{{4, 5}, {3, 3}, {4, 5}}}, 0, NULL},
    {"Loyal", {{{3, 3}, {4, 5}, {1, 5}}}, 0, NULL},
    {"Potential loyalist", {{{4, 5}, {3, 3}, {1, 3}}}, 0, NULL},
    {"Potential loyalist", {{{4, 5}, {2, 2}, {1, 5}}}, 0, NULL},
    {"New", {{{4, 5}, {1, 1}, {1, 5}}}, 13, "Promising"},
    {"Promising", {{{3, 3}, {1, 2}, {3, 5}}}, 0, NULL},
    {"Needs attention", {{{3, 3}, {3, 3}, {1, 5}}}, 0, NULL},
    {"About to sleep", {{{3, 3}, {1, 2}, {1, 2}}}, 0, NULL},
    {"At risk", {{{1, 2}, {4, 5}, {1, 3}}}, 0, NULL},
    {"At risk", {{{1, 2}, {3, 3}, {1, 5}}}, 0, NULL},
    {"At risk", {{{1, 2}, {1, 2}, {4, 5}}}, 0, NULL},
    {"Can't lose", {{{1, 2}, {4, 5}, {4, 5}}}, 0, NULL},
    {"Hibernating", {{{2, 2}, {1, 2}, {1, 3}}}, 0, NULL},
    {"Hibernating", {{{1, 1}, {1, 2}, {3, 3}}}, 0, NULL},
    {"Lost", {{{1, 1}, {1, 2}, {1, 2}}}, 0, NULL},
};

/* The ten rules of the README of R's package rfm (A. Hebbali, MIT), then three for the ten cells that they leave: frequent
 * buyers of little who are recent, frequent buyers of little who have gone quiet, and one large order some time ago. */
static const struct entry published[] = {
    {"Champions", {{{5, 5}, {5, 5}, {5, 5}}}, 0, NULL},
    {"Potential Loyalist", {{{3, 5}, {3, 5}, {2, 5}}}, 0, NULL},
    {"Loyal Customers", {{{2, 4}, {2, 4}, {2, 4}}}, 0, NULL},
    {"Promising", {{{3, 4}, {1, 3}, {3, 5}}}, 0, NULL},
    {"New Customers", {{{4, 5}, {1, 3}, {1, 5}}}, 0, NULL},
    {"Can't Lose Them", {{{1, 2}, {3, 4}, {4, 5}}}, 0, NULL},
    {"At Risk", {{{1, 2}, {2, 5}, {4, 5}}}, 0, NULL},
    {"Need Attention", {{{1, 3}, {3, 5}, {3, 5}}}, 0, NULL},
    {"About To Sleep", {{{2, 3}, {1, 3}, {1, 4}}}, 0, NULL},
    {"Lost", {{{1, 1}, {1, 5}, {1, 5}}}, 0, NULL},
    {"Potential Loyalist", {{{3, 5}, {4, 5}, {1, 1}}}, 0, NULL},
    {"About To Sleep", {{{2, 2}, {4, 5}, {1, 2}}}, 0, NULL},
    {"At Risk", {{{2, 2}, {1, 1}, {5, 5}}}, 0, NULL},
};

static enum cs_status take(struct cs_rules *rules, const struct entry *entry, size_t count,
                           struct cs_error *err) {
  for (size_t i = 0; i < count; i++) {
    CS_TRY(cs_rules_add_box(rules, &entry[i].box, err));
    if (i + 1 < count && strcmp(entry[i + 1].name, entry[i].name) == 0) continue;
    CS_TRY(cs_rules_add_rule(rules, entry[i].name, entry[i].first_weeks, entry[i].instead, 0, err));
  }
  return cs_rules_end(rules, err);
}

enum cs_status cs_rules_standard(struct cs_rules *rules, struct cs_error *err) {
  return take(rules, standard, sizeof standard / sizeof *standard, err);
}

enum cs_status cs_rules_published(struct cs_rules *rules, struct cs_error *err) {
  return take(rules, published, sizeof published / sizeof *published, err);
}
