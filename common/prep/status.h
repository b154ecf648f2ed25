/* status.h - what the words in a column of order states mean for a purchase. */
#ifndef CS_PREP_STATUS_H
#define CS_PREP_STATUS_H

#include "base/str.h"

enum cs_order_state {
  CS_STATE_UNKNOWN, /* blank */
  CS_STATE_BOUGHT,  /* anything else: completed, shipped, paid, pending, processing ... */
  CS_STATE_VOID, /* no purchase ever: cancelled, voided, failed, declined, expired, abandoned, draft, trash ... */
  CS_STATE_REFUNDED,  /* bought and given back whole: refunded, returned, chargeback */
  CS_STATE_RETURNING, /* the line itself is a return: return, refund, credit note */
};

/* Without case, blanks, hyphens and underscores, and without the wc- that WooCommerce puts before. */
enum cs_order_state cs_order_state_of(struct cs_slice word);

#endif
