/* The laws of cs-gen against their formulas, and what every customer must keep. */
#include "base/date.h"
#include "data/encode.h"
#include "gen/customer.h"
#include "gen/merge.h"
#include "gen/names.h"
#include "gen/refunds.h"

#include "unit.h"

enum { RUNS = 4000 };

static int64_t day_of(int year, int month, int day) {
  return cs_days_from_civil((struct cs_civil){year, month, day});
}

static struct cs_gen_params defaults(void) {
  struct cs_gen_params params;
  cs_gen_params_default(&params);
  return params;
}

static void only(struct cs_gen_params *params, enum cs_gen_segment segment) {
  for (int s = 0; s < CS_GEN_SEGMENTS; s++) params->mix[s] = s == (int)segment;
}

static bool mix_refused(const char *text) {
  double mix[CS_GEN_SEGMENTS];
  struct cs_error err = CS_ERROR_INIT;
  return cs_gen_mix_parse(text, mix, &err) == CS_USAGE && err.text[0];
}

/* Days of season that lie behind the first order, which comes in the middle of its day on average. */
static double season_after(int64_t first, int64_t end) {
  double sum = cs_gen_season(first) / 2;
  for (int64_t day = first + 1; day <= end; day++) sum += cs_gen_season(day);
  return sum;
}

/* The repeat orders of RUNS customers less what the law expects of each, in standard errors. */
static double repeat_error(double rate, double dropout) {
  struct cs_gen_history history = CS_GEN_HISTORY_INIT;
  struct cs_rng rng;
  int64_t start = day_of(2023, 1, 1), end = day_of(2024, 12, 31);
  double sum = 0, squares = 0;
  cs_rng_init(&rng, 5, 1);
  history.truth.rate = rate;
  history.truth.dropout = dropout;
  history.signup = start;
  for (int run = 0; run < RUNS; run++) {
    CHECK(cs_gen_history_times(&history, end, &rng, NULL) == CS_OK);
    double mean = rate / 365.25 * season_after(cs_day_of(history.order[0].moment), end);
    double expected = dropout > 0 ? (1 - exp(-mean * dropout)) / dropout : mean;
    double error = (double)history.count - 1 - expected;
    sum += error;
    squares += error * error;
  }
  cs_gen_history_release(&history);
  return sum / sqrt(squares);
}

static bool same_history(const struct cs_gen_history *a, const struct cs_gen_history *b) {
  bool same = a->count == b->count && a->signup == b->signup && a->truth.rate == b->truth.rate;
  for (size_t i = 0; same && i < a->count; i++)
    same = a->order[i].moment == b->order[i].moment && a->order[i].amount == b->order[i].amount &&
           a->order[i].category == b->order[i].category && a->order[i].payment == b->order[i].payment;
  return same;
}

static void check_orders(const struct cs_gen_history *history, const struct cs_gen_params *params) {
  CHECK(history->count >= 1);
  CHECK(history->signup >= params->start && history->signup <= params->end);
  for (size_t i = 0; i < history->count; i++) {
    const struct cs_gen_order *order = &history->order[i];
    int64_t day = cs_day_of(order->moment);
    CHECK(day >= history->signup && day <= params->end);
    CHECK(i == 0 || order->moment >= order[-1].moment);
    CHECK(order->quantity >= 1 && order->unit_price >= 1 && order->amount >= 1);
    CHECK(order->discount >= 0 && order->discount <= 60 && order->discount % 5 == 0);
    double exact = order->quantity * (double)order->unit_price * (100 - order->discount) / 100;
    CHECK(fabs((double)order->amount - exact) < 0.499);
  }
}

static bool reserved(const char *email) {
  const char *domain = strchr(email, '@');
  if (!domain || strchr(domain + 1, '@')) return false;
  size_t len = strlen(domain);
  return strcmp(domain, "@example.com") == 0 || strcmp(domain, "@example.org") == 0 ||
         strcmp(domain, "@example.net") == 0 || (len > 9 && strcmp(domain + len - 8, ".example") == 0);
}

static bool plain_ascii(const char *text) {
  for (; *text; text++)
    if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.@", *text)) return false;
  return true;
}

static bool is_utf8(const struct cs_str *text) {
  struct cs_str json = CS_STR_INIT;
  cs_encode_json(&json, (struct cs_slice){text->data, text->len});
  bool same = json.len == text->len + 2;
  cs_str_release(&json);
  return same;
}

static void check_fold(const char *text, bool german, const char *expected) {
  struct cs_str out = CS_STR_INIT;
  cs_gen_fold(&out, cs_slice_of(text), german);
  CHECK_TEXT(cs_str_text(&out), expected);
  cs_str_release(&out);
}

static void test_params(void) {
  struct cs_gen_params params = defaults();
  TEST("gen: the defaults are consistent") {
    CHECK(cs_gen_params_check(&params, NULL) == CS_OK);
    CHECK(params.start == day_of(2023, 1, 1) && params.end == day_of(2024, 12, 31));
    double total = 0;
    for (int s = 0; s < CS_GEN_SEGMENTS; s++) total += params.mix[s];
    CHECK_NEAR(total, 1, 1e-12);
    CHECK(params.overlap > 0 && params.overlap < 1);
  }
  TEST("gen: a mix names weights, and leaves out what it doesn't name") {
    CHECK(cs_gen_mix_parse(" loyal =3,new=0.5,outlier=0", params.mix, NULL) == CS_OK);
    CHECK(params.mix[CS_GEN_LOYAL] == 3 && params.mix[CS_GEN_NEW] == 0.5 && params.mix[CS_GEN_OUTLIER] == 0);
    CHECK(params.mix[CS_GEN_HIGH_VALUE] == 0);
  }
  TEST("gen: a mix that means nothing is refused") {
    const char *const bad[] = {"",          "loyal",  "loyal=-1",    "loyal=x",    "loyal=nan",
                               "loyal=inf", "loyl=1", "loyal=1,new", "loyal=1,",   "loyal=1,loyal=2",
                               "loyal=0",   "=1",     ",",           "loyal=1e10", "loyal=1;new"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(mix_refused(bad[i]));
  }
  TEST("gen: a window that ends before it starts, and an overlap beyond 1, are refused") {
    params = defaults();
    params.end = params.start - 1;
    CHECK(cs_gen_params_check(&params, NULL) == CS_USAGE);
    params = defaults();
    params.overlap = 1.5;
    CHECK(cs_gen_params_check(&params, NULL) == CS_USAGE);
    params.overlap = NAN;
    CHECK(cs_gen_params_check(&params, NULL) == CS_USAGE);
  }
}

static void test_laws(void) {
  TEST("gen: the season has mean 1 over the calendar's 28-year cycle") {
    double sum = 0;
    int64_t from = day_of(1972, 1, 1), to = day_of(2000, 1, 1);
    for (int64_t day = from; day < to; day++) sum += cs_gen_season(day);
    CHECK_NEAR(sum / (double)(to - from), 1, 0.002);
  }
  TEST("gen: repeat orders of one rate are as many as the rate says") CHECK_NEAR(repeat_error(12, 0), 0, 4);
  TEST("gen: with drop-out they are (1 - exp(-rate p t)) / p") {
    CHECK_NEAR(repeat_error(12, 0.2), 0, 4);
    CHECK_NEAR(repeat_error(40, 0.03), 0, 4);
  }
  TEST("gen: orders follow the week and the year") {
    struct cs_gen_history history = CS_GEN_HISTORY_INIT;
    struct cs_rng rng;
    double expected[13] = {0}, seen[13] = {0}, total = 0, orders = 0;
    int64_t start = day_of(2021, 1, 1), end = day_of(2024, 12, 31);
    cs_rng_init(&rng, 9, 1);
    history.truth.rate = 20;
    history.signup = start;
    for (int run = 0; run < RUNS / 2; run++) {
      CHECK(cs_gen_history_times(&history, end, &rng, NULL) == CS_OK);
      for (size_t i = 1; i < history.count; i++) {
        int64_t day = cs_day_of(history.order[i].moment);
        if (day < start + 100) continue;
        seen[cs_civil_from_days(day).month]++;
        orders++;
      }
    }
    for (int64_t day = start + 100; day <= end; day++) {
      expected[cs_civil_from_days(day).month] += cs_gen_season(day);
      total += cs_gen_season(day);
    }
    for (int m = 1; m <= 12; m++) {
      double want = orders * expected[m] / total;
      CHECK_NEAR(seen[m], want, 5 * sqrt(want));
    }
    cs_gen_history_release(&history);
  }
  TEST("gen: an overlap of 1 makes one law of all segments but the outliers") {
    struct cs_gen_params params = defaults();
    params.overlap = 1;
    struct cs_gen_law first = cs_gen_law_of(&params, CS_GEN_HIGH_VALUE);
    for (int s = 1; s < CS_GEN_OUTLIER; s++) {
      struct cs_gen_law law = cs_gen_law_of(&params, s);
      const double *a = (const double *)&first, *b = (const double *)&law;
      for (size_t i = 0; i < sizeof law / sizeof *a; i++) CHECK_NEAR(a[i], b[i], 1e-9 * (1 + fabs(b[i])));
    }
  }
}

static void test_histories(void) {
  struct cs_gen_history history = CS_GEN_HISTORY_INIT, other = CS_GEN_HISTORY_INIT;
  TEST("gen: rates and amounts of customers have the law's means") {
    struct cs_gen_params params = defaults();
    only(&params, CS_GEN_OUTLIER); /* the definition turns hardly any of these away */
    struct cs_gen_law law = cs_gen_law_of(&params, CS_GEN_OUTLIER);
    double rate = 0, inverse = 0;
    for (uint64_t i = 0; i < RUNS; i++) {
      CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
      rate += history.truth.rate / RUNS;
      inverse += 1 / history.truth.spend / RUNS;
    }
    CHECK_NEAR(rate / law.rate, 1, 4 / sqrt(law.rate_shape * RUNS));
    CHECK_NEAR(inverse * law.spend, 1, 4 / sqrt(law.spend_shape * RUNS));
  }
  TEST("gen: an order's amount has the customer's mean") {
    struct cs_gen_params params = defaults();
    double ratio = 0;
    size_t count = 0;
    only(&params, CS_GEN_LOYAL);
    struct cs_gen_law law = cs_gen_law_of(&params, CS_GEN_LOYAL);
    for (uint64_t i = 0; i < 1000; i++) {
      CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
      for (size_t k = 0; k < history.count; k++, count++)
        ratio += (double)history.order[k].amount / 100 / history.truth.spend;
    }
    /* A cent or two of rounding to usual prices comes on top of the standard error. */
    CHECK_NEAR(ratio / (double)count, 1, 4 / sqrt(law.order_shape * (double)count) + 0.005);
  }
  TEST("gen: every customer has orders in time, in the window, in whole cents that multiply out") {
    struct cs_gen_params params = defaults();
    for (uint64_t i = 0; i < 2000; i++) {
      CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
      check_orders(&history, &params);
    }
  }
  TEST("gen: windows of a day, of a leap day, of a month and of thirty years hold customers as well") {
    const int64_t start[] = {day_of(2024, 2, 29), day_of(2024, 2, 1), day_of(1990, 1, 1), day_of(1000, 1, 1)};
    const int64_t end[] = {day_of(2024, 2, 29), day_of(2024, 2, 29), day_of(2019, 12, 31),
                           day_of(1000, 1, 7)};
    struct cs_gen_params params = defaults();
    for (int w = 0; w < 4; w++) {
      params.start = start[w];
      params.end = end[w];
      for (uint64_t i = 0; i < 60; i++) {
        CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
        check_orders(&history, &params);
      }
    }
  }
  TEST("gen: the segments' definitions hold") {
    struct cs_gen_params params = defaults();
    double window = (double)(params.end - params.start + 1);
    int missed = 0;
    for (uint64_t i = 0; i < 3000; i++) {
      CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
      struct cs_gen_law law = cs_gen_law_of(&params, history.truth.segment);
      double silence = (double)(params.end - cs_day_of(history.order[history.count - 1].moment));
      missed += (double)history.count < floor(law.orders_from) ||
                silence < floor(law.silence_from * window) || silence > ceil(law.silence_to * window);
    }
    CHECK(missed == 0);
  }
  TEST("gen: any run of customers holds the mix to within three of them") {
    struct cs_gen_params params = defaults();
    for (uint64_t from = 0; from < 3000; from += 613) {
      double count[CS_GEN_SEGMENTS] = {0};
      for (uint64_t i = from; i < from + 500; i++) {
        CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
        count[history.truth.segment]++;
      }
      for (int s = 0; s < CS_GEN_SEGMENTS; s++) CHECK_NEAR(count[s], 500 * params.mix[s], 3);
    }
  }
  TEST("gen: a segment of weight zero never comes") {
    struct cs_gen_params params = defaults();
    params.mix[CS_GEN_OUTLIER] = params.mix[CS_GEN_HIGH_VALUE] = 0;
    for (uint64_t i = 0; i < 1000; i++) {
      CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
      CHECK(history.truth.segment != CS_GEN_OUTLIER && history.truth.segment != CS_GEN_HIGH_VALUE);
    }
  }
  TEST("gen: a customer is the same whichever was drawn before, and another with another seed") {
    struct cs_gen_params params = defaults();
    CHECK(cs_gen_history_draw(&history, &params, 7, NULL) == CS_OK);
    for (uint64_t i = 3; i < 8; i++) CHECK(cs_gen_history_draw(&other, &params, i, NULL) == CS_OK);
    CHECK(same_history(&history, &other));
    params.seed++;
    CHECK(cs_gen_history_draw(&other, &params, 7, NULL) == CS_OK);
    CHECK(!same_history(&history, &other));
  }
  cs_gen_history_release(&history);
  cs_gen_history_release(&other);
}

static void test_people(void) {
  TEST("gen: letters are folded to ASCII, in German with an e behind umlauts") {
    check_fold("Müller", true, "mueller");
    check_fold("Groß", true, "gross");
    check_fold("Märta Öberg", false, "martaoberg");
    check_fold("Łukasz Wiśniewski", false, "lukaszwisniewski");
    check_fold("D'Angelo-Żółć", false, "dangelozolc");
    check_fold("Conceição ñ\xc3", false, "conceicaon");
  }
  TEST("gen: customers are adults with UTF-8 names and addresses nobody can own") {
    struct cs_gen_params params = defaults();
    struct cs_gen_history history = CS_GEN_HISTORY_INIT;
    struct cs_gen_customer customer = CS_GEN_CUSTOMER_INIT;
    for (uint64_t i = 0; i < 3000; i++) {
      CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
      CHECK(cs_gen_customer_draw(&customer, &params, i, &history, NULL) == CS_OK);
      CHECK(reserved(customer.email.data) && plain_ascii(customer.email.data));
      CHECK(is_utf8(&customer.name) && strchr(customer.name.data, ' '));
      CHECK(cs_days_add_months(customer.birth, 18 * 12) <= customer.signup);
      CHECK(customer.income >= 1000 && customer.income < 1000000);
      CHECK(strchr("FMX", customer.gender) != NULL);
    }
    cs_gen_customer_release(&customer);
    cs_gen_history_release(&history);
  }
  TEST("gen: ids have one width") {
    char id[CS_GEN_ID_TEXT];
    cs_gen_customer_id(0, id);
    CHECK_TEXT(id, "C00000001");
    cs_gen_customer_id(CS_GEN_CUSTOMERS_MAX - 1, id);
    CHECK_TEXT(id, "C99999999");
  }
}

static void test_merge(void) {
  int64_t end = day_of(2024, 12, 31);
  struct cs_gen_order order[] = {
      {.moment = day_of(2023, 5, 1) * CS_DAY_SECONDS + 100,
       .unit_price = 1000,
       .quantity = 2,
       .discount = 10,
       .amount = 1800,
       .category = 1},
      {.moment = day_of(2023, 5, 1) * CS_DAY_SECONDS + 90000 - 3601,
       .unit_price = 500,
       .quantity = 1,
       .amount = 500,
       .category = 2},
      {.moment = day_of(2023, 12, 31) * CS_DAY_SECONDS + 86399,
       .unit_price = 300,
       .quantity = 1,
       .amount = 300,
       .category = 1},
      {.moment = day_of(2024, 1, 1) * CS_DAY_SECONDS,
       .unit_price = 700,
       .quantity = 1,
       .amount = 700,
       .category = 1},
      {.moment = day_of(2024, 1, 1) * CS_DAY_SECONDS + 5,
       .unit_price = 101,
       .quantity = 1,
       .amount = 101,
       .category = 3},
  };
  struct cs_gen_history history = {.order = order, .count = 5};
  TEST("gen: orders add up by order, by day, by year and by category") {
    struct cs_gen_merged merged = cs_gen_merge(&history, end);
    CHECK(merged.first == day_of(2023, 5, 1) && merged.last == day_of(2024, 1, 1));
    CHECK(merged.orders == 5 && merged.purchase_days == 3 && merged.categories == 3);
    CHECK(merged.spent == 3401 && merged.gross == 3401 && merged.refunded == 0);
    CHECK(merged.spent_12m == 801); /* from 2024-01-01 on */
    CHECK(merged.list == 3601);
    CHECK_NEAR(cs_gen_merged_average(&merged), 34.01 / 5, 1e-12);
    CHECK_NEAR(cs_gen_merged_repeat_mean(&merged), 11.01 / 2, 1e-12);
    CHECK_NEAR(cs_gen_merged_discount_share(&merged), 200.0 / 3601, 1e-12);
  }
  TEST("gen: one purchase day has no repeat spend") {
    history.count = 2;
    struct cs_gen_merged merged = cs_gen_merge(&history, end);
    CHECK(merged.purchase_days == 1 && merged.spent_12m == 0);
    CHECK(cs_gen_merged_repeat_mean(&merged) == 0);
  }
}

static void check_refund(const struct cs_gen_order *order, int64_t end) {
  if (!cs_gen_order_has_return(order)) return;
  CHECK(order->back.moment >= order->moment && cs_day_of(order->back.moment) <= end);
  CHECK(order->back.amount > 0 && order->back.amount <= order->amount);
  CHECK((order->back.amount == order->amount) == (order->end == CS_GEN_RETURNED));
  CHECK(order->back.quantity >= 0 && order->back.quantity <= order->quantity);
}

static void test_refunds(void) {
  struct cs_gen_history history = CS_GEN_HISTORY_INIT, plain = CS_GEN_HISTORY_INIT;
  struct cs_gen_params params = defaults();
  params.rate[CS_GEN_DIRT_REFUND] = 0.3;
  TEST("gen: refunds come at their rate, in their shares, and never take a customer's first order") {
    double orders = 0, refunds = 0, ends[CS_GEN_ENDS] = {0};
    for (uint64_t i = 0; i < 1500; i++) {
      CHECK(cs_gen_history_draw(&history, &params, i, NULL) == CS_OK);
      CHECK(cs_gen_history_draw(&plain, &params, i, NULL) == CS_OK);
      cs_gen_refunds_draw(&history, &params, i);
      CHECK(same_history(&history, &plain));
      CHECK(!cs_gen_order_is_lost(&history.order[0]));
      for (size_t k = 0; k < history.count; k++) {
        check_refund(&history.order[k], params.end);
        orders++;
        refunds += history.order[k].end != CS_GEN_COMPLETED;
        if (k > 0) ends[history.order[k].end]++;
      }
    }
    CHECK_NEAR(refunds, 0.3 * orders, 4 * sqrt(0.21 * orders));
    double later =
        ends[CS_GEN_CANCELLED] + ends[CS_GEN_REFUNDED] + ends[CS_GEN_RETURNED] + ends[CS_GEN_REDUCED];
    CHECK_NEAR(ends[CS_GEN_CANCELLED], 0.2 * later, 2 * sqrt(later));
    CHECK_NEAR(ends[CS_GEN_RETURNED], 0.25 * later, 2 * sqrt(later));
    CHECK_NEAR(ends[CS_GEN_REDUCED], 0.3 * later, 2 * sqrt(later));
  }
  TEST("gen: rates beyond all rows are refused, five fifths are not") {
    for (int dirt = 0; dirt < CS_GEN_DIRTS; dirt++) params.rate[dirt] = 0.2;
    CHECK(cs_gen_params_check(&params, NULL) == CS_OK);
    params.rate[CS_GEN_DIRT_MISSING] = 0.3;
    CHECK(cs_gen_params_check(&params, NULL) == CS_USAGE);
    params.rate[CS_GEN_DIRT_MISSING] = NAN;
    CHECK(cs_gen_params_check(&params, NULL) == CS_USAGE);
  }
  cs_gen_history_release(&history);
  cs_gen_history_release(&plain);
}

static void test_merge_refunds(void) {
  int64_t end = day_of(2024, 12, 31), day = day_of(2024, 3, 1);
  struct cs_gen_order order[] = {
      {.moment = day * CS_DAY_SECONDS, .unit_price = 1000, .quantity = 2, .amount = 2000, .category = 1},
      {.moment = (day + 9) * CS_DAY_SECONDS, .unit_price = 100, .quantity = 1, .amount = 100, .category = 2},
      {.moment = (day + 10) * CS_DAY_SECONDS, .unit_price = 500, .quantity = 1, .amount = 500, .category = 3},
  };
  struct cs_gen_history history = {.order = order, .count = 3};
  TEST("gen: what came back is taken off; an order that is lost leaves no day, no category, no count") {
    order[0].end = CS_GEN_REDUCED;
    order[0].back.amount = 1000;
    order[1].end = CS_GEN_CANCELLED;
    order[1].back.amount = 100;
    order[2].end = CS_GEN_RETURNED;
    order[2].back.amount = 500;
    struct cs_gen_merged merged = cs_gen_merge(&history, end);
    CHECK(merged.orders == 1 && merged.purchase_days == 1 && merged.categories == 1);
    CHECK(merged.first == day && merged.last == day);
    CHECK(merged.gross == 2500 && merged.refunded == 1500 && merged.spent == 1000 &&
          merged.spent_12m == 1000);
    CHECK_NEAR(cs_gen_merged_discount_share(&merged), 0, 1e-12);
    CHECK(cs_gen_merged_repeat_mean(&merged) == 0);
  }
}

int main(void) {
  UNIT_BEGIN;
  test_params();
  test_laws();
  test_histories();
  test_people();
  test_merge();
  test_refunds();
  test_merge_refunds();
  UNIT_END;
}
