#include "gen/dirt.h"

#include "base/date.h"
#include "base/num.h"

#include <stdio.h>
#include <string.h>

/* How the text of a cell is found. */
enum make {
  MAKE_WORD,     /* one of the words */
  MAKE_BLANKS,   /* the customer's id with blanks around it */
  MAKE_STRANGER, /* the id of a customer that isn't there */
  MAKE_FUTURE,   /* a date after the window */
  MAKE_PAST,     /* a date long before the window */
  MAKE_REVERSED, /* a last purchase before the first one */
  MAKE_TOO_MANY, /* more purchase days than orders */
  MAKE_AMOUNT,   /* the row's amounts, times a factor */
  MAKE_INCOME,   /* times a factor */
  MAKE_AGE       /* a birth date of very old people */
};

struct flaw {
  const char *column, *name, *rule;
  enum make make;
  const char *words; /* separated by '|' */
};

/* --- the catalogue --- */

/* Spellings of a value that isn't there: mostly nothing at all. */
#define ABSENT       "||||||NA|N/A|null|NaN"
#define TEXT_NUMBERS "unknown|1.234.5|12:50|#REF!"
#define NO_DATES     "yesterday|ca. 2023|#VALUE!|n/k"
#define NO_DAYS      "2023-02-30|2024-13-05|2023-04-31|0000-00-00"
#define NO_MOMENTS   "2023-02-30 10:15:00|2024-13-05 09:00:00|2023-04-31 18:30:00|0000-00-00 00:00:00"

#define NO_VALUE(column, rule)                                                                               \
  { column, "no_value", rule, MAKE_WORD, ABSENT }
#define LENGTH(array) (sizeof(array) / sizeof *(array))

#define CUSTOMER_MISSING                                                                                     \
  NO_VALUE("name", ""), NO_VALUE("email", ""), NO_VALUE("gender", ""), NO_VALUE("birth_date", ""),           \
      NO_VALUE("country", ""), NO_VALUE("region", ""), NO_VALUE("city", ""), NO_VALUE("income", ""),         \
      NO_VALUE("signup_date", ""), NO_VALUE("acquisition_channel", ""), NO_VALUE("loyalty_tier", "")

static const struct flaw customers_missing[] = {NO_VALUE("customer_id", "table_rejected"), CUSTOMER_MISSING};
static const struct flaw merged_missing[] = {
    NO_VALUE("customer_id", "no_customer"), CUSTOMER_MISSING,
    NO_VALUE("first_purchase_date", ""),    NO_VALUE("last_purchase_date", "missing_value"),
    NO_VALUE("purchase_days", ""),          NO_VALUE("total_transactions", "filled"),
    NO_VALUE("total_spent", "filled"),      NO_VALUE("gross_spent", "filled"),
    NO_VALUE("refunded", "filled"),         NO_VALUE("avg_transaction_value", "filled"),
    NO_VALUE("repeat_spend_mean", ""),      NO_VALUE("spent_12m", ""),
    NO_VALUE("discount_share", ""),         NO_VALUE("category_count", ""),
};
static const struct flaw orders_missing[] = {
    NO_VALUE("order_id", ""),
    NO_VALUE("customer_id", "no_customer"),
    NO_VALUE("order_date", "bad_date"),
    NO_VALUE("category", ""),
    NO_VALUE("quantity", "bad_number"),
    NO_VALUE("unit_price", ""),
    NO_VALUE("discount", ""),
    NO_VALUE("amount", "bad_number"),
    NO_VALUE("payment", ""),
    NO_VALUE("channel", ""),
    NO_VALUE("status", ""),
};

/* clang-format off */
#define CUSTOMER_INVALID                                                                                     \
  {"customer_id", "blanks_around", "", MAKE_BLANKS, ""},                                                     \
  {"email", "broken_email", "", MAKE_WORD, "nobody.example.com|nobody@|@example.com|no body@@example"},      \
  {"gender", "unknown_code", "", MAKE_WORD, "?|9|female?"},                                                  \
  {"birth_date", "impossible_date", "", MAKE_WORD, NO_DAYS},                                                 \
  {"birth_date", "future_date", "", MAKE_FUTURE, ""},                                                        \
  {"signup_date", "not_a_date", "", MAKE_WORD, NO_DATES},                                                    \
  {"income", "negative_number", "", MAKE_WORD, "-100|-25000|-1"},                                            \
  {"income", "not_a_number", "", MAKE_WORD, TEXT_NUMBERS}

static const struct flaw customers_invalid[] = {CUSTOMER_INVALID};

static const struct flaw merged_invalid[] = {
  CUSTOMER_INVALID,
  {"first_purchase_date",   "impossible_date",    "bad_date",            MAKE_WORD,     NO_DAYS},
  {"first_purchase_date",   "not_a_date",         "bad_date",            MAKE_WORD,     NO_DATES},
  {"last_purchase_date",    "impossible_date",    "bad_date",            MAKE_WORD,     NO_DAYS},
  {"last_purchase_date",    "future_date",        "after_as_of",         MAKE_FUTURE,   ""},
  {"last_purchase_date",    "before_first",       "dates_reversed",      MAKE_REVERSED, ""},
  {"purchase_days",         "more_than_orders",   "contradiction",       MAKE_TOO_MANY, ""},
  {"purchase_days",         "not_a_count",        "orders_not_positive", MAKE_WORD,     "0|-2|1.5"},
  {"total_transactions",    "not_a_count",        "orders_not_positive", MAKE_WORD,     "0|-3|2.5"},
  {"total_transactions",    "not_a_number",       "bad_number",          MAKE_WORD,     TEXT_NUMBERS},
  {"total_spent",           "negative_number",    "negative_value",      MAKE_WORD,     "-120.5|-3.99|-10000"},
  {"total_spent",           "not_a_number",       "bad_number",          MAKE_WORD,     TEXT_NUMBERS},
  {"gross_spent",           "negative_number",    "negative_value",      MAKE_WORD,     "-120.5|-3.99"},
  {"refunded",              "negative_number",    "negative_value",      MAKE_WORD,     "-5|-0.01"},
  {"spent_12m",             "not_a_number",       "bad_number",          MAKE_WORD,     TEXT_NUMBERS},
  {"discount_share",        "more_than_all",      "contradiction",       MAKE_WORD,     "1.5|25"},
  {"discount_share",        "negative_number",    "negative_value",      MAKE_WORD,     "-0.2|-1"},
  {"category_count",        "negative_number",    "negative_value",      MAKE_WORD,     "-1"},
};

/* No order has half cents: a negative amount takes nothing from another order by chance. */
static const struct flaw orders_invalid[] = {
  {"customer_id", "unknown_customer", "unknown_customer",      MAKE_STRANGER, ""},
  {"customer_id", "blanks_around",    "",                      MAKE_BLANKS,   ""},
  {"order_date",  "impossible_date",  "bad_date",              MAKE_WORD,     NO_MOMENTS},
  {"order_date",  "not_a_date",       "bad_date",              MAKE_WORD,     NO_DATES},
  {"order_date",  "future_date",      "after_as_of",           MAKE_FUTURE,   ""},
  {"quantity",    "zero",             "quantity_not_positive", MAKE_WORD,     "0|0.0"},
  {"quantity",    "not_a_number",     "bad_number",            MAKE_WORD,     "two|1 or 2|#REF!"},
  {"unit_price",  "zero",             "price_not_positive",    MAKE_WORD,     "0"},
  {"unit_price",  "negative_number",  "price_not_positive",    MAKE_WORD,     "-4.99|-0.01"},
  {"amount",      "negative_number",  "cancelled",             MAKE_WORD,     "-12.345|-7.005|-250.125"},
  {"amount",      "not_a_number",     "bad_number",            MAKE_WORD,     "12.50.00|free|12:50|#N/A"},
  {"status",      "unknown_code",     "",                      MAKE_WORD,     "???|in limbo|7"},
};

#define CUSTOMER_OUTLIER                                                                                     \
  {"income", "huge_income", "", MAKE_INCOME, ""},                                                            \
  {"birth_date", "extreme_age", "", MAKE_AGE, ""}

static const struct flaw customers_outlier[] = {CUSTOMER_OUTLIER};
static const struct flaw merged_outlier[] = {CUSTOMER_OUTLIER, {"total_spent", "huge_amount", "", MAKE_AMOUNT, ""}};
static const struct flaw orders_outlier[] = {{"amount", "huge_amount", "", MAKE_AMOUNT, ""},
                                             {"order_date", "early_date", "", MAKE_PAST, ""}};

struct flaws {
  const struct flaw *flaw;
  size_t count;
};

#define FLAWS(array) {array, LENGTH(array)}
static const struct flaws catalogue[CS_GEN_DEFECTS][CS_GEN_DIRTS] = {
  [CS_GEN_CUSTOMERS] = {[CS_GEN_DIRT_MISSING] = FLAWS(customers_missing),
                        [CS_GEN_DIRT_OUTLIER] = FLAWS(customers_outlier),
                        [CS_GEN_DIRT_INVALID] = FLAWS(customers_invalid)},
  [CS_GEN_TRANSACTIONS] = {[CS_GEN_DIRT_MISSING] = FLAWS(orders_missing),
                           [CS_GEN_DIRT_OUTLIER] = FLAWS(orders_outlier),
                           [CS_GEN_DIRT_INVALID] = FLAWS(orders_invalid)},
  [CS_GEN_MERGED] = {[CS_GEN_DIRT_MISSING] = FLAWS(merged_missing),
                     [CS_GEN_DIRT_OUTLIER] = FLAWS(merged_outlier),
                     [CS_GEN_DIRT_INVALID] = FLAWS(merged_invalid)},
};
/* clang-format on */

/* --- which rows --- */

void cs_gen_dirt_rng(struct cs_rng *rng, const struct cs_gen_params *params, uint64_t index,
                     enum cs_gen_table table) {
  cs_gen_rng(rng, params->seed, index, (enum cs_gen_stream)(CS_GEN_STREAM_DIRT + (int)table));
}

static enum cs_gen_dirt draw_scaled(const struct cs_gen_params *params, double whole, struct cs_rng *rng) {
  double left = cs_rng_uniform(rng) * whole;
  for (int dirt = 0; dirt < CS_GEN_DIRT_REFUND; dirt++)
    if ((left -= params->rate[dirt]) < 0) return (enum cs_gen_dirt)dirt;
  return CS_GEN_DIRTS;
}

enum cs_gen_dirt cs_gen_dirt_draw(const struct cs_gen_params *params, struct cs_rng *rng) {
  return draw_scaled(params, 1, rng);
}

/* Refunded orders have no defect, so the others have them the more often: the rates are shares of all orders. */
void cs_gen_dirt_draw_orders(struct cs_gen_history *history, const struct cs_gen_params *params,
                             struct cs_rng *rng) {
  double whole = 1 - params->rate[CS_GEN_DIRT_REFUND];
  for (size_t i = 0; i < history->count; i++) {
    struct cs_gen_order *order = &history->order[i];
    order->dirt = order->end == CS_GEN_COMPLETED ? draw_scaled(params, whole, rng) : CS_GEN_DIRTS;
  }
}

/* --- which cell, and what stands in it --- */

static void pick_word(const char *words, char text[CS_GEN_CELL_TEXT], struct cs_rng *rng) {
  uint64_t count = 1;
  for (const char *at = words; *at; at++) count += *at == '|';
  for (uint64_t skip = cs_rng_below(rng, count); skip > 0; skip--) words = strchr(words, '|') + 1;
  size_t len = strcspn(words, "|");
  memcpy(text, words, len);
  text[len] = '\0';
}

/* The same time of another day. */
static int64_t on_day(int64_t moment, int64_t day) {
  return moment + (day - cs_day_of(moment)) * CS_DAY_SECONDS;
}

/* With the time of day where the column has one. */
static void print_when(const struct cs_gen_subject *subject, int64_t day, char text[CS_GEN_CELL_TEXT]) {
  if (subject->order)
    cs_moment_print(on_day(subject->order->moment, day), text);
  else
    cs_date_print(day, text);
}

static int64_t between(struct cs_rng *rng, int64_t least, int64_t most) {
  return least + (int64_t)cs_rng_below(rng, (uint64_t)(most - least + 1));
}

static void multiply_amounts(const struct cs_gen_subject *subject, int64_t factor,
                             char text[CS_GEN_CELL_TEXT]) {
  struct cs_gen_merged *merged = subject->merged;
  int64_t amount;
  if (subject->order) {
    subject->order->unit_price *= factor;
    amount = subject->order->amount *= factor;
  } else {
    merged->gross *= factor;
    merged->refunded *= factor;
    merged->repeat_spent *= factor;
    merged->spent_12m *= factor;
    amount = merged->spent *= factor;
    merged->list *= (double)factor;
  }
  cs_num_print((double)amount / 100, CS_NUM_QUANTITY, text);
}

/* Outliers change the subject, so that what hangs together stays together; `text` then tells what was planted. */
static void make_outlier(enum make make, const struct cs_gen_params *params,
                         const struct cs_gen_subject *subject, char text[CS_GEN_CELL_TEXT],
                         struct cs_rng *rng) {
  struct cs_gen_customer *customer = subject->customer;
  switch (make) {
  case MAKE_INCOME:
    customer->income *= between(rng, 30, 300);
    cs_num_print((double)customer->income, CS_NUM_QUANTITY, text);
    return;
  case MAKE_AGE:
    customer->birth = customer->signup - between(rng, 38000, 45000); /* 104 to 123 years */
    cs_date_print(customer->birth, text);
    return;
  case MAKE_PAST:
    subject->order->moment = on_day(subject->order->moment, params->start - between(rng, 3000, 9000));
    cs_moment_print(subject->order->moment, text);
    return;
  default: multiply_amounts(subject, between(rng, 20, 200), text);
  }
}

static void make_cell(const struct flaw *flaw, const struct cs_gen_params *params,
                      const struct cs_gen_subject *subject, char text[CS_GEN_CELL_TEXT], struct cs_rng *rng) {
  int64_t last = cs_days_from_civil((struct cs_civil){9999, 12, 31}), day;
  switch (flaw->make) {
  case MAKE_WORD: pick_word(flaw->words, text, rng); return;
  case MAKE_BLANKS:
    day = between(rng, 0, 2); /* blanks in front; one at least in all */
    snprintf(text, CS_GEN_CELL_TEXT, "%*s%s%*s", (int)day, "", subject->customer->id, day ? 0 : 1, "");
    return;
  case MAKE_STRANGER: snprintf(text, CS_GEN_CELL_TEXT, "X%s", subject->customer->id + 1); return;
  case MAKE_FUTURE:
    day = params->end + between(rng, 30, 9000);
    print_when(subject, day < last ? day : last, text);
    return;
  case MAKE_REVERSED: cs_date_print(subject->merged->first - between(rng, 1, 400), text); return;
  case MAKE_TOO_MANY:
    cs_num_print((double)(subject->merged->orders + between(rng, 1, 9)), CS_NUM_QUANTITY, text);
    return;
  default: make_outlier(flaw->make, params, subject, text, rng);
  }
}

void cs_gen_defect_draw(struct cs_gen_defect *defect, enum cs_gen_dirt dirt, enum cs_gen_table table,
                        const struct cs_gen_params *params, const struct cs_gen_subject *subject,
                        struct cs_rng *rng) {
  const struct flaws *flaws = &catalogue[table][dirt];
  const struct flaw *flaw = &flaws->flaw[cs_rng_below(rng, flaws->count)];
  *defect = (struct cs_gen_defect){.dirt = dirt,
                                   .name = flaw->name,
                                   .column = flaw->column,
                                   .rule = flaw->rule,
                                   .replaces = dirt != CS_GEN_DIRT_OUTLIER};
  make_cell(flaw, params, subject, defect->text, rng);
}

void cs_gen_defect_amount(struct cs_gen_defect *defect, int64_t cents) {
  cs_num_print((double)cents / 100, CS_NUM_QUANTITY, defect->text);
}
