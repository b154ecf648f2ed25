/* scoring.h - scores of recency, frequency and money, and the segment that they make.
 *
 * Cuts are learnt from the customers (algo/rfm.h), given, or those of a model. Segments are named by rules (prep/rules.h).
 * Life cycle  CS_SCORING_INIT; fit, with begin before it where something is given, or get; apply; release in any case.
 */
#ifndef CS_PREP_SCORING_H
#define CS_PREP_SCORING_H

#include "algo/rfm.h"
#include "base/error.h"
#include "base/notes.h"
#include "data/document.h"
#include "prep/features.h"
#include "prep/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where they come from. */
enum cs_origin { CS_ORIGIN_NONE, CS_ORIGIN_LEARNT, CS_ORIGIN_GIVEN, CS_ORIGIN_MODEL };

struct cs_cuts {
  enum cs_origin origin; /* CS_ORIGIN_NONE: the feature isn't known, there is no score */
  double at[CS_RFM_CUTS];
};

struct cs_scoring {
  struct cs_cuts cuts[CS_RFM_DIMENSIONS];
  double key_account; /* the spend that 99 % of the customers don't exceed; with cuts of money */
  struct cs_rules rules;
  enum cs_origin rules_origin; /* CS_ORIGIN_NONE: the program's own */
  /* of the customers that were scored */
  uint64_t *segments; /* [rules.names.count] customers of each name; NULL without segments */
  bool has_log_begin;
  int64_t log_begin; /* day of the earliest first purchase */
};

#define CS_SCORING_INIT                                                                                      \
  { .rules = CS_RULES_INIT }

void cs_scoring_release(struct cs_scoring *scoring);

/* "recency=30,60,90,180;frequency=2,3,5,10": four numbers that don't descend, for each dimension that is named. Fills those
 * cuts, origin CS_ORIGIN_GIVEN. CS_USAGE: a message that begins "must ". */
CS_MUST_CHECK enum cs_status cs_cuts_parse(struct cs_cuts cuts[CS_RFM_DIMENSIONS], const char *text,
                                           struct cs_error *err);

/* Takes rules (a file) and cuts as they are given, before anything is learnt; either may be NULL. What is wrong with the
 * rules, but can be used, goes to notes. */
CS_MUST_CHECK enum cs_status cs_scoring_begin(struct cs_scoring *scoring, const char *rules, const char *cuts,
                                              struct cs_notes *notes, struct cs_error *err);

/* Learns the cuts that weren't given, if anything is scored; without rules takes the standard ones. */
CS_MUST_CHECK enum cs_status cs_scoring_fit(struct cs_scoring *scoring, const struct cs_customers *customers,
                                            bool scored, struct cs_notes *notes, struct cs_error *err);

/* Fills scores, cell, segment and key accounts; customers then point to the names. Without spend there are scores of recency
 * and frequency only. The first weeks of the log are those of these customers. */
CS_MUST_CHECK enum cs_status cs_scoring_apply(struct cs_scoring *scoring, struct cs_customers *customers,
                                              struct cs_error *err);

/* As the members rfm{} and key_account of a model, and back. The messages name the file. */
void cs_scoring_add(const struct cs_scoring *scoring, struct cs_node *model);
CS_MUST_CHECK enum cs_status cs_scoring_get(struct cs_scoring *scoring, const struct cs_node *model,
                                            const char *path, struct cs_error *err);

/* As the member rfm{} of an audit: the cuts and where they are from, and the customers of each segment. */
void cs_scoring_account(const struct cs_scoring *scoring, struct cs_node *audit);

#endif
