#include "gen/behaviour.h"

#include "base/date.h"
#include "base/memory.h"
#include "base/num.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>

enum { DRAWS_MAX = 200, HOURS = 24 };

static const double year_days = 365.25;

/* --- segments --- */

static const char *const segment_name[CS_GEN_SEGMENTS] = {
    "high_value", "loyal", "bargain_hunter", "occasional", "new", "at_risk", "outlier"};

/* The centre of the population is what an overlap of 1 makes of every segment. */
static const struct cs_gen_law population = {8, 3, 0.02, 20, 60, 8, 4, 0.15, 6, 14, 0, 0.9, 0, 1, 1};

static const struct cs_gen_law segment_law[CS_GEN_SEGMENTS] = {
    [CS_GEN_HIGH_VALUE] = {48, 12, 0.001, 100, 110, 4, 3, 0.04, 25, 10, 0, 0.45, 0, 0.05, 10},
    [CS_GEN_LOYAL] = {22, 7, 0.002, 100, 50, 4, 4, 0.08, 25, 10, 0, 0.5, 0, 0.1, 8},
    [CS_GEN_BARGAIN_HUNTER] = {7, 16, 0.005, 60, 36, 9, 4, 0.65, 10, 30, 0, 0.6, 0, 0.32, 3},
    [CS_GEN_OCCASIONAL] = {1.35, 10, 0.01, 60, 40, 6, 4, 0.03, 10, 10, 0, 0.55, 0.12, 0.3, 1},
    [CS_GEN_NEW] = {6, 5, 0.01, 60, 32, 8, 6, 0.04, 30, 12, 0.93, 1, 0, 0.055, 1},
    [CS_GEN_AT_RISK] = {25, 20, 0.07, 60, 78, 6, 3, 0.04, 18, 10, 0, 0.35, 0.34, 0.62, 8},
    [CS_GEN_OUTLIER] = {60, 6, 0.001, 100, 480, 4, 3, 0.1, 10, 20, 0, 0.6, 0, 0.3, 12},
};

const char *cs_gen_segment_name(enum cs_gen_segment segment) {
  return segment_name[segment];
}

static const char *const dirt_name[CS_GEN_DIRTS] = {"missing", "duplicate", "outlier", "invalid", "refund"};

const char *cs_gen_dirt_name(enum cs_gen_dirt dirt) {
  return dirt_name[dirt];
}

void cs_gen_params_default(struct cs_gen_params *params) {
  *params = (struct cs_gen_params){.seed = 42};
  enum cs_status status = cs_gen_day_parse(CS_GEN_START, &params->start, NULL);
  if (status == CS_OK) status = cs_gen_day_parse(CS_GEN_END, &params->end, NULL);
  if (status == CS_OK) status = cs_gen_mix_parse(CS_GEN_MIX, params->mix, NULL);
  cs_num_parse(CS_GEN_OVERLAP, sizeof CS_GEN_OVERLAP - 1, '.', &params->overlap);
}

enum cs_status cs_gen_day_parse(const char *text, int64_t *day, struct cs_error *err) {
  int64_t moment;
  if (!cs_date_parse_format(cs_slice_of(text), "%Y-%m-%d", &moment))
    return cs_fail(err, CS_USAGE, "must be a date as 2024-12-31");
  *day = cs_day_of(moment);
  return CS_OK;
}

static int segment_find(struct cs_slice name) {
  int s = 0;
  while (s < CS_GEN_SEGMENTS && !cs_slice_is(name, segment_name[s])) s++;
  return s;
}

static double mix_total(const double mix[CS_GEN_SEGMENTS]) {
  double total = 0;
  for (int s = 0; s < CS_GEN_SEGMENTS; s++) total += mix[s];
  return total;
}

/* One "name=weight" of the list. */
static enum cs_status mix_item(struct cs_slice item, double mix[CS_GEN_SEGMENTS], unsigned *seen,
                               struct cs_error *err) {
  size_t equals = 0;
  while (equals < item.len && item.data[equals] != '=') equals++;
  if (equals == item.len)
    return cs_fail(err, CS_USAGE, "must be name=weight,..., as in high_value=0.1,loyal=0.2");
  int segment = segment_find(cs_slice_trim((struct cs_slice){item.data, equals}));
  if (segment == CS_GEN_SEGMENTS)
    return cs_fail(
        err, CS_USAGE,
        "must name segments: high_value, loyal, bargain_hunter, occasional, new, at_risk, outlier");
  if (*seen & 1u << segment) return cs_fail(err, CS_USAGE, "must name %s once", segment_name[segment]);
  *seen |= 1u << segment;
  double weight;
  if (!cs_num_parse(item.data + equals + 1, item.len - equals - 1, '.', &weight) || weight < 0 ||
      weight > 1e9)
    return cs_fail(err, CS_USAGE, "must give %s a weight from 0 to 1e9", segment_name[segment]);
  mix[segment] = weight;
  return CS_OK;
}

enum cs_status cs_gen_mix_parse(const char *text, double mix[CS_GEN_SEGMENTS], struct cs_error *err) {
  unsigned seen = 0;
  for (int s = 0; s < CS_GEN_SEGMENTS; s++) mix[s] = 0;
  for (const char *at = text;; at++) {
    struct cs_slice item = {at, 0};
    while (at[item.len] && at[item.len] != ',') item.len++;
    CS_TRY(mix_item(item, mix, &seen, err));
    at += item.len;
    if (!*at) break;
  }
  if (!(mix_total(mix) > 0)) return cs_fail(err, CS_USAGE, "must give one segment at least a weight above 0");
  return CS_OK;
}

enum cs_status cs_gen_params_check(const struct cs_gen_params *params, struct cs_error *err) {
  int64_t first = cs_days_from_civil((struct cs_civil){1000, 1, 1});
  int64_t last = cs_days_from_civil((struct cs_civil){9999, 12, 31});
  if (params->end < params->start)
    return cs_fail(err, CS_USAGE, "the end of the window lies before its start");
  if (params->start < first || params->end > last)
    return cs_fail(err, CS_USAGE, "the window must lie within the years 1000 to 9999");
  if (!(params->overlap >= 0 && params->overlap <= 1))
    return cs_fail(err, CS_USAGE, "overlap must be within 0..1");
  if (!(mix_total(params->mix) > 0)) return cs_fail(err, CS_USAGE, "the mix leaves every segment out");
  double rates = 0;
  for (int dirt = 0; dirt < CS_GEN_DIRTS; dirt++) rates += params->rate[dirt];
  /* 0.1 ten times is a little more than 1. */
  if (!(rates <= 1 + 1e-9))
    return cs_fail(
        err, CS_USAGE,
        "--missing, --duplicates, --outliers, --invalid and --refunds must be 1 together at most, since a "
        "row has one defect");
  return CS_OK;
}

static double blend(double from, double to, double share) {
  return from + share * (to - from);
}

/* On the log scale, on which rates and amounts differ by factors. */
static double blend_log(double from, double to, double share) {
  return share > 0 ? exp(blend(log(from), log(to), share)) : from;
}

struct cs_gen_law cs_gen_law_of(const struct cs_gen_params *params, enum cs_gen_segment segment) {
  struct cs_gen_law law = segment_law[segment];
  const struct cs_gen_law *to = &population;
  double share = segment == CS_GEN_OUTLIER ? 0 : params->overlap;
  law.rate = blend_log(law.rate, to->rate, share);
  law.rate_shape = blend_log(law.rate_shape, to->rate_shape, share);
  law.dropout = blend_log(law.dropout, to->dropout, share);
  law.dropout_size = blend_log(law.dropout_size, to->dropout_size, share);
  law.spend = blend_log(law.spend, to->spend, share);
  law.spend_shape = blend_log(law.spend_shape, to->spend_shape, share);
  law.order_shape = blend_log(law.order_shape, to->order_shape, share);
  law.discount = blend_log(law.discount, to->discount, share);
  law.discount_size = blend_log(law.discount_size, to->discount_size, share);
  law.depth = blend_log(law.depth, to->depth, share);
  law.signup_from = blend(law.signup_from, to->signup_from, share);
  law.signup_to = blend(law.signup_to, to->signup_to, share);
  law.silence_from = blend(law.silence_from, to->silence_from, share);
  law.silence_to = blend(law.silence_to, to->silence_to, share);
  law.orders_from = blend_log(law.orders_from, to->orders_from, share);
  return law;
}

/* --- draws --- */

void cs_gen_rng(struct cs_rng *rng, uint64_t seed, uint64_t index, enum cs_gen_stream stream) {
  cs_rng_init(rng, seed, index * CS_GEN_STREAMS + stream);
}

int cs_gen_pick(struct cs_rng *rng, const double *weight, int count, double total) {
  double left = cs_rng_uniform(rng) * total;
  int last = 0;
  for (int i = 0; i < count; i++) {
    if (weight[i] <= 0) continue;
    last = i;
    left -= weight[i];
    if (left < 0) break;
  }
  return last;
}

static double draw_beta(struct cs_rng *rng, double mean, double size) {
  return cs_rng_beta(rng, mean * size, (1 - mean) * size);
}

/* Segments follow a Kronecker sequence (multiples of the golden ratio, begun where the seed says) instead of
 * independent draws: any run of customers then holds the shares of the mix to within a customer or two. */
static enum cs_gen_segment segment_draw(const struct cs_gen_params *params, uint64_t index) {
  struct cs_rng rng;
  cs_rng_init(&rng, params->seed, UINT64_MAX);
  uint64_t golden = 0x9e3779b97f4a7c15u;
  double left = (double)((cs_rng_bits(&rng) + index * golden) >> 11) * 0x1p-53 * mix_total(params->mix);
  int last = 0;
  for (int s = 0; s < CS_GEN_SEGMENTS; s++) {
    if (params->mix[s] <= 0) continue;
    last = s;
    left -= params->mix[s];
    if (left < 0) break;
  }
  return last;
}

static struct cs_gen_truth truth_draw(const struct cs_gen_law *law, enum cs_gen_segment segment,
                                      struct cs_rng *rng) {
  struct cs_gen_truth truth = {.segment = segment};
  truth.rate = law->rate * cs_rng_gamma(rng, law->rate_shape) / law->rate_shape;
  truth.dropout = draw_beta(rng, law->dropout, law->dropout_size);
  truth.spend = law->spend * law->spend_shape / cs_rng_gamma(rng, law->spend_shape);
  truth.discount = draw_beta(rng, law->discount, law->discount_size);
  return truth;
}

/* --- when --- */

static const double weekday_weight[8] = {0, 0.95, 0.92, 0.94, 0.99, 1.10, 1.16, 0.94};
static const double month_weight[13] = {0,    0.92, 0.88, 0.96, 0.97, 1.00, 0.98,
                                        0.93, 0.92, 0.98, 1.02, 1.19, 1.25};

double cs_gen_season(int64_t day) {
  return weekday_weight[cs_weekday(day)] * month_weight[cs_civil_from_days(day).month];
}

static const double season_most = 1.16 * 1.25;

/* The month that a day lies in, kept from one order to the next. */
struct month {
  int64_t first, end;
  double weight;
};

static double season_in(struct month *month, int64_t day) {
  if (day < month->first || day >= month->end) {
    struct cs_civil civil = cs_civil_from_days(day);
    month->first = day - civil.day + 1;
    month->end = cs_days_add_months(month->first, 1);
    month->weight = month_weight[civil.month];
  }
  return weekday_weight[cs_weekday(day)] * month->weight;
}

/* Orders an hour of the day: quiet nights, a peak at noon and a higher one in the evening. */
static const double hour_weight[HOURS] = {1.2, 0.6, 0.3, 0.2, 0.2, 0.4, 1, 2,   3.2, 4.4, 5.2, 5.6,
                                          6,   5.4, 5,   5,   5.2, 6,   7, 7.8, 8,   7,   5,   2.6};
static const double hour_total = 94.3;

static int64_t second_draw(struct cs_rng *rng) {
  int64_t hour = cs_gen_pick(rng, hour_weight, HOURS, hour_total);
  return hour * 3600 + (int64_t)cs_rng_below(rng, 3600);
}

static enum cs_status order_add(struct cs_gen_history *history, int64_t moment, struct cs_error *err) {
  CS_TRY(cs_grow(&history->order, &history->capacity, history->count + 1, sizeof *history->order, "orders",
                 err));
  size_t at = history->count++;
  /* The time of day is drawn apart from the day, so orders of one day may come out of order. */
  while (at > 0 && history->order[at - 1].moment > moment) {
    history->order[at] = history->order[at - 1];
    at--;
  }
  history->order[at] = (struct cs_gen_order){.moment = moment, .dirt = CS_GEN_DIRTS};
  return CS_OK;
}

/* The first order comes on the day of the sign-up or, for every third customer, some days after it. */
static int64_t first_day(int64_t signup, int64_t end, struct cs_rng *rng) {
  double delay = cs_rng_uniform(rng) < 2.0 / 3 ? 0 : 1 + 5 * cs_rng_exponential(rng);
  return delay < (double)(end - signup) ? signup + (int64_t)delay : end;
}

/* In the BG/NBD model the first order makes a customer; only a repeat order can be the last by choice. */
static bool stays(const struct cs_gen_history *history, struct cs_rng *rng) {
  return history->count == 1 || cs_rng_uniform(rng) >= history->truth.dropout;
}

/* Thinning (Lewis & Shedler 1979): candidates come at the season's highest rate, each is kept with its day's
 * share. */
enum cs_status cs_gen_history_times(struct cs_gen_history *history, int64_t end, struct cs_rng *rng,
                                    struct cs_error *err) {
  double daily = history->truth.rate / year_days * season_most;
  int64_t day = first_day(history->signup, end, rng);
  double at = (double)day + cs_rng_uniform(rng);
  struct month month = {0, 0, 0};
  history->count = 0;
  CS_TRY(order_add(history, day * CS_DAY_SECONDS + second_draw(rng), err));
  while (history->count < CS_GEN_ORDERS_MAX && stays(history, rng)) {
    do {
      at += cs_rng_exponential(rng) / daily;
      day = at < (double)end + 1 ? (int64_t)floor(at) : end + 1;
    } while (day <= end && cs_rng_uniform(rng) * season_most >= season_in(&month, day));
    if (day > end) break;
    CS_TRY(order_add(history, day * CS_DAY_SECONDS + second_draw(rng), err));
  }
  return CS_OK;
}

static bool meets_definition(const struct cs_gen_history *history, const struct cs_gen_law *law,
                             const struct cs_gen_params *params) {
  double window = (double)(params->end - params->start + 1);
  double silence = (double)(params->end - cs_day_of(history->order[history->count - 1].moment));
  return (double)history->count >= floor(law->orders_from) && silence >= floor(law->silence_from * window) &&
         silence <= ceil(law->silence_to * window);
}

static int64_t signup_draw(const struct cs_gen_law *law, const struct cs_gen_params *params,
                           struct cs_rng *rng) {
  double window = (double)(params->end - params->start + 1);
  double share = blend(law->signup_from, law->signup_to, cs_rng_uniform(rng));
  int64_t day = params->start + (int64_t)floor(share * window);
  return day < params->end ? day : params->end;
}

/* --- what --- */

struct category {
  const char *name;
  double weight;
  int price; /* typical cents of one piece; dearer orders are more pieces before they are dearer pieces */
};

static const struct category categories[CS_GEN_CATEGORIES + 1] = {
    {"Clothing", 18, 2900}, {"Home & Kitchen", 15, 2400}, {"Beauty", 13, 1700}, {"Electronics", 10, 8900},
    {"Sports", 10, 3400},   {"Books", 10, 1400},          {"Toys", 8, 1900},    {"Garden", 6, 2600},
    {"Groceries", 6, 1200}, {"Jewellery", 4, 6900},       {NULL, 0, 0},
};
static const char *const payments[] = {"card", "paypal", "invoice", "direct_debit", "gift_card", NULL};
static const char *const channels[] = {"web", "app", "store", "phone", NULL};

const char *cs_gen_category_name(int category) {
  return categories[category].name;
}

const char *cs_gen_payment_name(int payment) {
  return payments[payment];
}

const char *cs_gen_channel_name(int channel) {
  return channels[channel];
}

/* What a customer tends to, drawn once. */
struct habits {
  double category[CS_GEN_CATEGORIES], category_total;
  double payment[5], channel[4];
};

/* Gamma weights of shape 0.7 make some categories a customer's own and leave others rare (a Dirichlet draw).
 */
static void habits_draw(struct habits *habits, struct cs_rng *rng) {
  static const double payment[5] = {45, 25, 15, 10, 5}, channel[4] = {55, 28, 14, 3};
  habits->category_total = 0;
  for (int c = 0; c < CS_GEN_CATEGORIES; c++) {
    habits->category[c] = categories[c].weight * cs_rng_gamma(rng, 0.7);
    habits->category_total += habits->category[c];
  }
  for (int i = 0; i < 5; i++) habits->payment[i] = payment[i] / 4;
  for (int i = 0; i < 4; i++) habits->channel[i] = channel[i] / 4;
  habits->payment[cs_gen_pick(rng, payment, 5, 100)] += 75;
  habits->channel[cs_gen_pick(rng, channel, 4, 100)] += 75;
}

/* Whole steps of 5 per cent around the law's depth, from 5 to 60. */
static int discount_draw(const struct cs_gen_law *law, struct cs_rng *rng) {
  double steps = floor((law->depth + 5 * cs_rng_normal(rng)) / 5 + 0.5);
  return 5 * (int)fmin(fmax(steps, 1), 12);
}

/* Prices end as prices do. */
static int64_t price_round(double cents) {
  int64_t whole = (int64_t)fmin(fmax(floor(cents / 100 + 0.5), 1), 1e9);
  return cents >= 1000 ? whole * 100 - 1 : (int64_t)fmax(floor(cents / 10 + 0.5) * 10 - 1, 9);
}

/* Sets quantity, price and amount so that the amount comes near `net` cents. The price moves by single cents
 * until the amount is no tie, so that every way of rounding gives the same cents. */
static void order_price(struct cs_gen_order *order, double net) {
  double list = net * 100 / (100 - order->discount);
  double pieces = floor(list / categories[order->category].price + 0.5);
  order->quantity = (int)fmin(fmax(pieces, 1), list > 100000 ? 1000 : 12);
  order->unit_price = price_round(list / order->quantity);
  int64_t scaled;
  while ((scaled = order->quantity * order->unit_price * (100 - order->discount)) % 100 == 50)
    order->unit_price++;
  order->amount = (scaled + 50) / 100;
}

static void orders_fill(struct cs_gen_history *history, const struct cs_gen_law *law, struct cs_rng *rng) {
  struct habits habits;
  habits_draw(&habits, rng);
  for (size_t i = 0; i < history->count; i++) {
    struct cs_gen_order *order = &history->order[i];
    double net = history->truth.spend * 100 * cs_rng_gamma(rng, law->order_shape) / law->order_shape;
    order->category = cs_gen_pick(rng, habits.category, CS_GEN_CATEGORIES, habits.category_total);
    order->payment = cs_gen_pick(rng, habits.payment, 5, 100);
    order->channel = cs_gen_pick(rng, habits.channel, 4, 100);
    if (cs_rng_uniform(rng) < history->truth.discount) order->discount = discount_draw(law, rng);
    order_price(order, net);
  }
}

/* --- a customer --- */

void cs_gen_history_release(struct cs_gen_history *history) {
  free(history->order);
  *history = (struct cs_gen_history)CS_GEN_HISTORY_INIT;
}

enum cs_status cs_gen_history_draw(struct cs_gen_history *history, const struct cs_gen_params *params,
                                   uint64_t index, struct cs_error *err) {
  struct cs_rng rng;
  cs_gen_rng(&rng, params->seed, index, CS_GEN_STREAM_BEHAVIOUR);
  enum cs_gen_segment segment = segment_draw(params, index);
  struct cs_gen_law law = cs_gen_law_of(params, segment);
  for (int draw = 0; draw < DRAWS_MAX; draw++) {
    history->truth = truth_draw(&law, segment, &rng);
    history->signup = signup_draw(&law, params, &rng);
    CS_TRY(cs_gen_history_times(history, params->end, &rng, err));
    if (meets_definition(history, &law, params)) break;
  }
  orders_fill(history, &law, &rng);
  return CS_OK;
}
