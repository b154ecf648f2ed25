/* name_rules.h - how segments of customers are called: rules, of which the first that fits names a segment, and words for
 * what tells segments of one name apart (configs/segment-names.yaml, which the program carries).
 *
 * Life cycle  CS_NAME_RULES_INIT, read; release in any case.
 */
#ifndef CS_SEGMENT_NAME_RULES_H
#define CS_SEGMENT_NAME_RULES_H

#include "base/error.h"
#include "base/memory.h"
#include "segment/criteria.h"

#include <stddef.h>

struct cs_name_rule {
  const char *name;
  const char *instead; /* for where rfm_segment calls others so; NULL: none */
  struct cs_criteria_part when;
};

/* low and high may be NULL: there are no such words. */
struct cs_name_difference {
  const char *column, *low, *lower, *higher, *high;
};

struct cs_name_rules {
  struct cs_name_rule *rule;
  size_t count, capacity;
  struct cs_criteria criteria;
  struct cs_name_difference *difference;
  size_t differences, difference_capacity;
  struct cs_arena texts;
};

#define CS_NAME_RULES_INIT                                                                                   \
  { NULL, 0, 0, CS_CRITERIA_INIT, NULL, 0, 0, CS_ARENA_INIT }

enum { CS_NAME_RULES_MOST = 1000, CS_NAME_BYTES = 60 };

/* path NULL: the rules that the program carries. CS_IO when the file can't be read, CS_USAGE when it holds no such rules, with
 * file, line and column. */
CS_MUST_CHECK enum cs_status cs_name_rules_read(struct cs_name_rules *rules, const char *path,
                                                struct cs_error *err);
void cs_name_rules_release(struct cs_name_rules *rules);

#endif
