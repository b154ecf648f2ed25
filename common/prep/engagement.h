/* engagement.h - how much a customer deals with the shop, 0 to 100 with its parts, and flags of behaviour.
 *
 * Nothing is learnt here: a score of 62 means the same in any table and month. The formulas are conventions, written down
 * in docs/data-dictionary.md; the limits of 90 and 180 days are those of retail reports (active, dormant).
 */
#ifndef CS_PREP_ENGAGEMENT_H
#define CS_PREP_ENGAGEMENT_H

#include "base/error.h"
#include "prep/features.h"

/* Fills the engagement features and the flags, as far as what they are made of is there; after the scores. */
CS_MUST_CHECK enum cs_status cs_engagement_apply(struct cs_customers *customers, struct cs_error *err);

#endif
