#include "gen/customer.h"

#include "base/date.h"
#include "gen/names.h"

#include <math.h>

enum { ACQUISITIONS = 7, TIERS = 5, ADULT = 18, AGE_MAX = 90, ID_DIGITS = 8 };

static const char *const acquisitions[ACQUISITIONS] = {"organic_search", "paid_search", "social", "email",
                                                       "referral",       "affiliate",   "store"};

/* What a segment leans to. */
struct leaning {
  double age;    /* mean, in years */
  double income; /* factor on the country's median */
  double tier;   /* added to the tier's score */
  double acquisition[ACQUISITIONS];
};

static const struct leaning leanings[CS_GEN_SEGMENTS] = {
    [CS_GEN_HIGH_VALUE] = {46, 1.45, 0.3, {26, 12, 8, 18, 20, 4, 12}},
    [CS_GEN_LOYAL] = {44, 1.05, 0.4, {28, 12, 10, 20, 16, 4, 10}},
    [CS_GEN_BARGAIN_HUNTER] = {39, 0.85, 0, {16, 20, 16, 14, 6, 24, 4}},
    [CS_GEN_OCCASIONAL] = {43, 1, -0.2, {30, 20, 16, 10, 8, 8, 8}},
    [CS_GEN_NEW] = {36, 0.95, -0.3, {20, 24, 28, 6, 10, 8, 4}},
    [CS_GEN_AT_RISK] = {42, 1, 0, {28, 20, 14, 12, 8, 10, 8}},
    [CS_GEN_OUTLIER] = {48, 1.9, 0.5, {24, 8, 4, 14, 30, 4, 16}},
};

static const char *const tiers[TIERS] = {"none", "bronze", "silver", "gold", "platinum"};

void cs_gen_customer_release(struct cs_gen_customer *customer) {
  cs_str_release(&customer->name);
  cs_str_release(&customer->email);
  *customer = (struct cs_gen_customer)CS_GEN_CUSTOMER_INIT;
}

void cs_gen_customer_id(uint64_t index, char text[CS_GEN_ID_TEXT]) {
  uint64_t left = index + 1;
  text[0] = 'C';
  for (int i = ID_DIGITS; i > 0; i--) {
    text[i] = (char)('0' + left % 10);
    left /= 10;
  }
  text[ID_DIGITS + 1] = '\0';
}

static char gender_draw(struct cs_rng *rng) {
  double u = cs_rng_uniform(rng);
  return u < 0.53 ? 'F' : u < 0.985 ? 'M' : 'X';
}

/* Between 18 and 90 years before the sign-up. */
static int64_t birth_draw(int64_t signup, double mean, struct cs_rng *rng) {
  double least = ADULT + 3 * cs_rng_uniform(rng); /* drawn first: C leaves the order of arguments open */
  double age = fmin(fmax(mean + 13 * cs_rng_normal(rng), least), AGE_MAX);
  return signup - (int64_t)ceil(age * 365.25);
}

/* Lognormal, as incomes are but for their highest part; rising to the age of fifty or so. */
static int64_t income_draw(const struct cs_gen_country *country, double factor, double age,
                           struct cs_rng *rng) {
  double career = 1.05 - 0.35 * pow((age - 50) / 32, 2);
  double income = country->income * factor * fmax(career, 0.5) * exp(0.38 * cs_rng_normal(rng));
  return (int64_t)floor(income / 100 + 0.5) * 100;
}

/* The programme's tiers follow orders and spend of the last year, with some luck of the draw. */
static const char *tier_draw(const struct cs_gen_history *history, double leaning, int64_t end,
                             struct cs_rng *rng) {
  int64_t year_ago = cs_days_add_months(end + 1, -12) * CS_DAY_SECONDS;
  double orders = 0, spent = 0;
  for (size_t i = 0; i < history->count; i++) {
    if (history->order[i].moment < year_ago) continue;
    orders++;
    spent += (double)history->order[i].amount / 100;
  }
  double score = 0.4 * log1p(orders) + 0.25 * log1p(spent / 50) + leaning + 0.45 * cs_rng_normal(rng);
  return tiers[(int)fmin(fmax(floor(score + 0.4), 0), TIERS - 1)];
}

enum cs_status cs_gen_customer_draw(struct cs_gen_customer *customer, const struct cs_gen_params *params,
                                    uint64_t index, const struct cs_gen_history *history,
                                    struct cs_error *err) {
  struct cs_rng rng;
  cs_gen_rng(&rng, params->seed, index, CS_GEN_STREAM_IDENTITY);
  const struct leaning *leaning = &leanings[history->truth.segment];
  const struct cs_gen_country *country = cs_gen_country_draw(&rng);
  const struct cs_gen_place *place = cs_gen_place_draw(country, &rng);
  cs_gen_customer_id(index, customer->id);
  cs_str_clear(&customer->name);
  cs_str_clear(&customer->email);
  customer->gender = gender_draw(&rng);
  cs_gen_name_draw(country, customer->gender, index + 1, &rng, &customer->name, &customer->email);
  customer->signup = history->signup;
  customer->birth = birth_draw(history->signup, leaning->age, &rng);
  double age = (double)(history->signup - customer->birth) / 365.25;
  customer->income = income_draw(country, leaning->income, age, &rng);
  customer->country = country->name;
  customer->region = place->region;
  customer->city = place->city;
  customer->acquisition = acquisitions[cs_gen_pick(&rng, leaning->acquisition, ACQUISITIONS, 100)];
  customer->tier = tier_draw(history, leaning->tier, params->end, &rng);
  CS_TRY(cs_str_check(&customer->name, "names", err));
  return cs_str_check(&customer->email, "e-mail addresses", err);
}
