/* names.h - what clusters are called: customers by rules (name_rules.h), others by the one or two columns behind the features in
 * which they are farthest from the mean of all rows, in standard deviations ("high petal_length, low sepal_width").
 *
 * No two clusters of a table have the same name. Those of one rule are told apart by what differs most between them ("Loyal,
 * small baskets"), by their numbers only where nothing differs.
 *
 * Repeats     names depend on the rows and their clusters alone.
 * Life cycle  CS_NAMES_INIT, make; release in any case.
 */
#ifndef CS_SEGMENT_NAMES_H
#define CS_SEGMENT_NAMES_H

#include "data/columns.h"
#include "data/table.h"
#include "segment/name_rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_naming {
  const struct cs_table *table;
  const uint32_t *label; /* [rows], 0 .. k-1, or higher: in no cluster */
  size_t k;
  const uint32_t *number;            /* [k], of the clusters */
  const struct cs_columns *features; /* of the clustering */
  const struct cs_name_rules *rules; /* NULL: no customers */
  const char *const *kept; /* [k], names that clusters have already, NULL where they have none; or NULL */
  int threads;
};

struct cs_names {
  const char **name; /* [k] */
  const char **rule; /* [k], what the rules say now: for kept ones it may be another */
  struct cs_arena texts;
};

#define CS_NAMES_INIT                                                                                        \
  { NULL, NULL, CS_ARENA_INIT }

CS_MUST_CHECK enum cs_status cs_names_make(struct cs_names *names, const struct cs_naming *naming,
                                           struct cs_error *err);
void cs_names_release(struct cs_names *names);

/* Whether a name is, but for what sets it apart from others ("..., small baskets"), that of the rule. */
bool cs_name_is_of_rule(const char *name, const char *rule);

#endif
