/* advice.h - what to do about each segment of customers, and what is at stake. Nothing is said of what a campaign would bring: that isn't in the
 * data.
 *
 * Units     money is what segments spent in the last 12 months (spent_12m), times the margin.
 * Likeness  segments that hardly differ are to be treated as one: where the effects (profile.h) of their means differ by less than
 *           CS_ALIKE in each key column, as the largest of them.
 */
#ifndef CS_REPORT_ADVICE_H
#define CS_REPORT_ADVICE_H

#include "report/advice_rules.h"
#include "report/report.h"

#define CS_ALIKE 0.2

enum { CS_FIRST_ACTIONS = 3 };

struct cs_segment_advice {
  const struct cs_advice_rule *rule; /* NULL: none fits */
  double at_stake;                   /* NaN: nothing is, or it isn't known */
  size_t treat_as;                   /* another segment; SIZE_MAX: it stands for itself */
};

struct cs_advice {
  struct cs_segment_advice *of;   /* [k]; NULL where the rows are no customers */
  double at_stake, share;         /* of all segments together, and as a share of what all spent; NaN */
  double margin;                  /* 0..1 */
  size_t first[CS_FIRST_ACTIONS]; /* segments to begin with: by priority, then by what they spent */
  size_t firsts;
};

#define CS_ADVICE_INIT                                                                                       \
  { NULL, 0, 0, 1, {0}, 0 }

/* The rules outlive the advice. */
CS_MUST_CHECK enum cs_status cs_advice_find(struct cs_advice *advice, const struct cs_report *report,
                                            const struct cs_table *table, const struct cs_advice_rules *rules,
                                            double margin, int threads, struct cs_error *err);
void cs_advice_release(struct cs_advice *advice);

#endif
