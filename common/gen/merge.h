/* merge.h - a customer's orders added up: the aggregates of the merged table, as cs-prep defines them.
 *
 * Units    amounts are cents, dates are days.
 * Source   docs/data-dictionary.md; spend is by purchase day where buy-till-you-die models want it (Fader &
 * Hardie 2013).
 */
#ifndef CS_GEN_MERGE_H
#define CS_GEN_MERGE_H

#include "gen/behaviour.h"

#include <stdint.h>

struct cs_gen_merged {
  int64_t first, last;   /* days of the first and of the last order of which something is left */
  int64_t purchase_days; /* different days with such an order */
  int64_t orders;
  int64_t spent; /* net of refunds */
  int64_t gross; /* before refunds */
  int64_t refunded;
  int64_t repeat_spent; /* on the purchase days after the first one */
  int64_t spent_12m;    /* in the twelve months that end with `end` */
  double list;          /* quantity * unit price of what is left of all orders */
  int categories;       /* different ones */
};

/* `end` is the last day of the window; something is left of the history's first order. */
struct cs_gen_merged cs_gen_merge(const struct cs_gen_history *history, int64_t end);

/* In units: spent / orders. */
double cs_gen_merged_average(const struct cs_gen_merged *merged);

/* In units: the mean total of the repeat purchase days, 0 when there is none (as in the R package BTYD and in
 * lifetimes: such a customer doesn't take part in a gamma-gamma fit). */
double cs_gen_merged_repeat_mean(const struct cs_gen_merged *merged);

/* The part of the list value that was given as discount, 0..1. */
double cs_gen_merged_discount_share(const struct cs_gen_merged *merged);

#endif
