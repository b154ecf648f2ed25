/* advice_rules.h - what is advised for segments of customers: rules, of which the first that fits counts
 * (configs/recommendations.yaml, which the program carries).
 *
 * Life cycle  CS_ADVICE_RULES_INIT, read; release in any case.
 */
#ifndef CS_REPORT_ADVICE_RULES_H
#define CS_REPORT_ADVICE_RULES_H

#include "segment/criteria.h"

#include <stdbool.h>

struct cs_advice_rule {
  const char *action, *channel, *kpi, *caution; /* caution may be NULL */
  int priority;                                 /* 1 comes first */
  bool at_stake, noise;
  struct cs_criteria_part when;
};

struct cs_advice_rules {
  struct cs_advice_rule *rule;
  size_t count, capacity;
  struct cs_criteria criteria;
  struct cs_arena texts;
};

#define CS_ADVICE_RULES_INIT                                                                                 \
  { NULL, 0, 0, CS_CRITERIA_INIT, CS_ARENA_INIT }

enum { CS_ADVICE_RULES_MOST = 1000, CS_ADVICE_BYTES = 200, CS_ADVICE_PRIORITIES = 9 };

/* path NULL: the rules that the program carries. CS_IO when the file can't be read, CS_USAGE when it holds no such rules, with
 * file, line and column. */
CS_MUST_CHECK enum cs_status cs_advice_rules_read(struct cs_advice_rules *rules, const char *path,
                                                  struct cs_error *err);
void cs_advice_rules_release(struct cs_advice_rules *rules);

#endif
