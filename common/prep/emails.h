/* emails.h - e-mail addresses that more than one customer has: one person with two accounts, or a placeholder.
 *
 * Addresses are compared without blanks around them and without regard to the case of ASCII letters; a text without an @
 * is none. An address is known by 64 bits of its hash: that two of 10 million are taken for one has odds of 1 to 370,000.
 * Memory   22 to 43 bytes for each different pair of an address and a customer, whatever the rows; no text.
 * Repeats  the counts don't depend on the order in which pairs are seen, or on how often.
 */
#ifndef CS_PREP_EMAILS_H
#define CS_PREP_EMAILS_H

#include "base/error.h"
#include "base/str.h"
#include "data/table.h"

#include <stddef.h>
#include <stdint.h>

struct cs_email {
  uint64_t hash; /* 0 where the slot is free */
  uint32_t customer;
};

struct cs_emails {
  struct cs_email *slot;
  size_t slots, count; /* slots is a power of two, or 0 */
};

#define CS_EMAILS_INIT                                                                                       \
  { NULL, 0, 0 }

void cs_emails_release(struct cs_emails *emails);

/* The column of e-mail addresses by its name (email, E-Mail Address, billing_email, mail ...), the first of several; or
 * SIZE_MAX where there is none besides `customer`, the column by which customers are told apart. */
size_t cs_email_column(const struct cs_table *table, size_t customer);

/* Never 0 for an address; 0 for a missing cell and for what is none. */
uint64_t cs_email_hash(const struct cs_table *table, struct cs_slice cell);

/* A customer has this address. A hash of 0 is nothing. */
CS_MUST_CHECK enum cs_status cs_emails_add(struct cs_emails *emails, uint64_t hash, uint32_t customer,
                                           struct cs_error *err);

struct cs_emails_shared {
  uint64_t emails;    /* that more than one customer has */
  uint64_t customers; /* who have one of them */
};

/* Counts in place: the pairs are gone afterwards. */
struct cs_emails_shared cs_emails_count(struct cs_emails *emails);

#endif
