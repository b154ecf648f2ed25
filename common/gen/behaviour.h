/* behaviour.h - how a synthetic customer buys: the laws that the analysis assumes, with known parameters.
 *
 * Law       Orders while alive are a Poisson process whose rate is gamma distributed over customers, times a weekly and
 *           a yearly season of mean 1; after each repeat order the customer drops out for good with a probability that
 *           is beta distributed over customers (BG/NBD: Fader, Hardie & Lee 2005). An order's amount is gamma
 *           distributed around the customer's mean, which is inverse-gamma distributed (gamma-gamma: Fader & Hardie
 *           2013). Each order is discounted with the customer's own, beta-distributed probability.
 * Segments  A segment is one set of these parameters and a definition (how many orders, how long silent); a history
 *           that doesn't meet the definition is drawn anew, so the law is the conditional one.
 * Repeats   Customer i depends on (seed, i, start, end, mix, overlap) alone: not on how many there are, nor on the
 *           rates of dirt.
 * Units     rates are orders a year; amounts are cents; a discount is whole per cent; days count from 1970-01-01.
 */
#ifndef CS_GEN_BEHAVIOUR_H
#define CS_GEN_BEHAVIOUR_H

#include "base/error.h"
#include "base/rng.h"

#include <stddef.h>
#include <stdint.h>

enum cs_gen_segment {
  CS_GEN_HIGH_VALUE,
  CS_GEN_LOYAL,
  CS_GEN_BARGAIN_HUNTER,
  CS_GEN_OCCASIONAL,
  CS_GEN_NEW,
  CS_GEN_AT_RISK,
  CS_GEN_OUTLIER,
  CS_GEN_SEGMENTS
};

const char *cs_gen_segment_name(enum cs_gen_segment segment);

/* What can be wrong with a row; a row has one defect at most. */
enum cs_gen_dirt {
  CS_GEN_DIRT_MISSING,   /* a cell without a value */
  CS_GEN_DIRT_DUPLICATE, /* a row that is there twice */
  CS_GEN_DIRT_OUTLIER,   /* a value that is extreme and possible */
  CS_GEN_DIRT_INVALID,   /* a value that can't be */
  CS_GEN_DIRT_REFUND,    /* no defect: an order that was cancelled or given back */
  CS_GEN_DIRTS           /* nothing */
};

const char *cs_gen_dirt_name(enum cs_gen_dirt dirt);

struct cs_gen_params {
  uint64_t seed;
  int64_t start, end; /* days, both within the window */
  double overlap;     /* 0: as apart as the segments' laws are; 1: one population (outliers stay outliers) */
  double mix[CS_GEN_SEGMENTS]; /* weights, not all zero */
  double rate[CS_GEN_DIRTS];   /* shares of the rows, together 1 at most; refunds are shares of the orders */
};

/* The defaults, as text. */
#define CS_GEN_START   "2023-01-01"
#define CS_GEN_END     "2024-12-31"
#define CS_GEN_OVERLAP "0.05"
#define CS_GEN_MIX                                                                                           \
  "high_value=0.13,loyal=0.19,bargain_hunter=0.17,occasional=0.2,new=0.14,at_risk=0.15,outlier=0.02"

/* Seed 42, and the defaults above. */
void cs_gen_params_default(struct cs_gen_params *params);

/* A date as YYYY-MM-DD. CS_USAGE: "must be ...". */
CS_MUST_CHECK enum cs_status cs_gen_day_parse(const char *text, int64_t *day, struct cs_error *err);

/* "high_value=0.1,loyal=0.2": weights of the segments named, zero for all others. CS_USAGE: an unknown or
 * repeated name, a weight that is no number of at least 0, no positive weight. */
CS_MUST_CHECK enum cs_status cs_gen_mix_parse(const char *text, double mix[CS_GEN_SEGMENTS],
                                              struct cs_error *err);

/* CS_USAGE: end before start, dates outside 1000-01-01..9999-12-31, overlap outside 0..1, a mix that is none, rates
 * that are more than 1 together. */
CS_MUST_CHECK enum cs_status cs_gen_params_check(const struct cs_gen_params *params, struct cs_error *err);

/* The parameters of a segment. */
struct cs_gen_law {
  double rate, rate_shape;      /* mean orders a year, and the gamma's shape */
  double dropout, dropout_size; /* mean of the beta, and its a + b */
  double spend,
      spend_shape;    /* harmonic mean of the customers' mean amounts, in units; the inverse gamma's shape */
  double order_shape; /* shape of an order's amount around the customer's mean */
  double discount, discount_size; /* mean of the beta of the share of orders with a discount, and its a + b */
  double depth;                   /* mean discount of a discounted order, in per cent */
  double signup_from, signup_to;  /* when customers sign up, as shares of the window */
  double silence_from, silence_to; /* days since the last order, as shares of the window */
  double orders_from;              /* orders at least */
};

/* The segment's law after blending by params->overlap. */
struct cs_gen_law cs_gen_law_of(const struct cs_gen_params *params, enum cs_gen_segment segment);

/* Mean 1 over a week and a year: the season's factor of a day. */
double cs_gen_season(int64_t day);

struct cs_gen_truth {
  enum cs_gen_segment segment;
  double rate;     /* orders a year while alive */
  double dropout;  /* probability of leaving after a repeat order */
  double spend;    /* mean amount of an order */
  double discount; /* probability of a discount */
};

/* How an order ended. */
enum cs_gen_end {
  CS_GEN_COMPLETED,
  CS_GEN_CANCELLED, /* before it became a purchase */
  CS_GEN_REFUNDED,  /* the whole of it; its own row says so */
  CS_GEN_RETURNED,  /* the whole of it; another row says so */
  CS_GEN_REDUCED,   /* a part of it; another row says so */
  CS_GEN_ENDS
};

struct cs_gen_order {
  int64_t moment;     /* seconds since 1970-01-01 */
  int64_t unit_price; /* cents */
  int64_t amount; /* cents: quantity * unit_price * (100 - discount) / 100, rounded half up; never a tie */
  int quantity, discount;
  int category, payment, channel; /* cs_gen_category_name() ... */
  enum cs_gen_end end;            /* cs_gen_refunds_draw() */
  struct {
    int64_t moment, amount;
    int quantity;
  } back;                /* what came back */
  enum cs_gen_dirt dirt; /* cs_gen_dirt_draw() */
};

const char *cs_gen_category_name(int category); /* NULL beyond the last */
const char *cs_gen_payment_name(int payment);
const char *cs_gen_channel_name(int channel);

enum { CS_GEN_CATEGORIES = 10, CS_GEN_ORDERS_MAX = 9999 };

struct cs_gen_history {
  struct cs_gen_truth truth;
  int64_t signup;             /* day */
  struct cs_gen_order *order; /* [count], in order of time; count is at least 1 */
  size_t count, capacity;
};

#define CS_GEN_HISTORY_INIT                                                                                  \
  { {CS_GEN_HIGH_VALUE, 0, 0, 0, 0}, 0, NULL, 0, 0 }

void cs_gen_history_release(struct cs_gen_history *history);

/* Draws customer `index` anew into history, whose room is used again. */
CS_MUST_CHECK enum cs_status cs_gen_history_draw(struct cs_gen_history *history,
                                                 const struct cs_gen_params *params, uint64_t index,
                                                 struct cs_error *err);

/* The order times alone, for a rate, a drop-out probability and a sign-up day; the definition of a segment
 * isn't applied. order[].moment and count are set. */
CS_MUST_CHECK enum cs_status cs_gen_history_times(struct cs_gen_history *history, int64_t end,
                                                  struct cs_rng *rng, struct cs_error *err);

/* The streams of a customer: each purpose draws from its own, so that a new one leaves the others as they
 * were. */
enum cs_gen_stream {
  CS_GEN_STREAM_BEHAVIOUR,
  CS_GEN_STREAM_IDENTITY,
  CS_GEN_STREAM_REFUNDS,
  CS_GEN_STREAM_DIRT, /* and one more for each of the other tables */
  CS_GEN_STREAMS = 8
};
void cs_gen_rng(struct cs_rng *rng, uint64_t seed, uint64_t index, enum cs_gen_stream stream);

/* The position of a weighted draw among weight[0..count), whose sum is `total`. */
int cs_gen_pick(struct cs_rng *rng, const double *weight, int count, double total);

#endif
