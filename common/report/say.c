#include "report/say.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- columns --- */

static const struct {
  const char *name;
  struct cs_known_column column;
} known[] = {
    {"days_since_last_purchase",
     {"days since last purchase", "bought lately", "long since the last purchase", CS_UNIT_DAYS}},
    {"total_transactions", {"orders", "few orders", "many orders", CS_UNIT_COUNT}},
    {"total_spent", {"spend", "low spend", "high spend", CS_UNIT_MONEY}},
    {"spent_12m", {"spend, last 12 months", "little spent of late", "much spent of late", CS_UNIT_MONEY}},
    {"gross_spent", {"gross spend", NULL, NULL, CS_UNIT_MONEY}},
    {"refunded", {"refunds", "few refunds", "many refunds", CS_UNIT_MONEY}},
    {"avg_transaction_value", {"spend an order", "small orders", "large orders", CS_UNIT_MONEY}},
    {"repeat_spend_mean", {"spend a repeat day", NULL, NULL, CS_UNIT_MONEY}},
    {"expected_order_value", {"expected order value", NULL, NULL, CS_UNIT_MONEY}},
    {"clv_simple", {"lifetime value, simple", NULL, NULL, CS_UNIT_MONEY}},
    {"clv_advanced", {"lifetime value", "low lifetime value", "high lifetime value", CS_UNIT_MONEY}},
    {"discount_share", {"discount share", "buy at full price", "discounted purchases", CS_UNIT_SHARE}},
    {"refund_share", {"refund share", "send little back", "send much back", CS_UNIT_SHARE}},
    {"main_channel_share", {"share of main channel", "several channels", "one channel", CS_UNIT_SHARE}},
    {"weekend_share", {"weekend share", "buy on weekdays", "buy on weekends", CS_UNIT_SHARE}},
    {"evening_share", {"evening share", "buy by day", "buy in the evening", CS_UNIT_SHARE}},
    {"p_alive", {"still a customer, probability", NULL, NULL, CS_UNIT_SHARE}},
    {"churn_risk", {"churn risk", "low churn risk", "high churn risk", CS_UNIT_SHARE}},
    {"engagement_recency", {"engagement: recency", NULL, NULL, CS_UNIT_SHARE}},
    {"engagement_frequency", {"engagement: frequency", NULL, NULL, CS_UNIT_SHARE}},
    {"engagement_breadth", {"engagement: breadth", NULL, NULL, CS_UNIT_SHARE}},
    {"is_active", {"active (90 days)", NULL, NULL, CS_UNIT_SHARE}},
    {"is_dormant", {"dormant (180 days)", NULL, NULL, CS_UNIT_SHARE}},
    {"is_one_time", {"bought once", NULL, NULL, CS_UNIT_SHARE}},
    {"is_frequent", {"most frequent fifth", NULL, NULL, CS_UNIT_SHARE}},
    {"is_high_value", {"highest spending fifth", NULL, NULL, CS_UNIT_SHARE}},
    {"is_price_sensitive", {"price sensitive", NULL, NULL, CS_UNIT_SHARE}},
    {"key_account", {"key accounts", NULL, NULL, CS_UNIT_SHARE}},
    {"tenure_days", {"days since first purchase", "new customers", "customers for long", CS_UNIT_DAYS}},
    {"purchase_interval", {"days between purchases", "short intervals", "long intervals", CS_UNIT_DAYS}},
    {"purchase_days", {"purchase days", NULL, NULL, CS_UNIT_COUNT}},
    {"category_count", {"categories bought", "few categories", "many categories", CS_UNIT_COUNT}},
    {"channel_count", {"channels used", "one channel", "several channels", CS_UNIT_COUNT}},
    {"expected_orders_12m", {"expected orders, 12 months", NULL, NULL, CS_UNIT_COUNT}},
    {"engagement_score", {"engagement (0-100)", "hardly engaged", "engaged", CS_UNIT_SCORE}},
    {"rfm_recency", {"recency score", NULL, NULL, CS_UNIT_SCORE}},
    {"rfm_frequency", {"frequency score", NULL, NULL, CS_UNIT_SCORE}},
    {"rfm_monetary", {"monetary score", NULL, NULL, CS_UNIT_SCORE}},
    {"rfm_score", {"RFM score (3-15)", NULL, NULL, CS_UNIT_SCORE}},
};

struct cs_known_column cs_known_column(const char *name) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(known[i].name, name) == 0) return known[i].column;
  return (struct cs_known_column){NULL, NULL, NULL, CS_UNIT_NUMBER};
}

const char *cs_unit_name(enum cs_unit unit) {
  static const char *const names[] = {"number", "money", "count", "days", "share", "score"};
  return names[unit];
}

/* --- numbers --- */

static size_t group_digits(const char *plain, size_t len, char text[CS_SAY_TEXT]) {
  size_t sign = plain[0] == '-', digits = strcspn(plain + sign, "."), out = 0;
  for (size_t i = 0; i < len; i++) {
    size_t digit = i - sign;
    if (i > sign && digit < digits && (digits - digit) % 3 == 0) text[out++] = ',';
    text[out++] = plain[i];
  }
  return out;
}

const char *cs_say_number(char text[CS_SAY_TEXT], double value, int decimals) {
  char plain[CS_SAY_TEXT];
  if (isnan(value)) return "–";
  if (fabs(value) >= 1e15) {
    cs_num_print(value, 4, text);
    return text;
  }
  int len = snprintf(plain, sizeof plain, "%.*f", decimals, value);
  /* -0.00 is 0.00 */
  if (strspn(plain, "-0.") == (size_t)len && plain[0] == '-') memmove(plain, plain + 1, (size_t)len--);
  text[group_digits(plain, (size_t)len, text)] = '\0';
  return text;
}

const char *cs_say_percent(char text[CS_SAY_TEXT], double share) {
  if (isnan(share)) return "–";
  if (share > 0 && share < 0.005) return "<1 %";
  if (share < 1 && share >= 0.995) return ">99 %";
  snprintf(text, CS_SAY_TEXT, "%.0f %%", 100 * share + 0.0);
  return text;
}

const char *cs_say_money(char text[CS_SAY_TEXT], double value, const char *currency, int decimals) {
  char number[CS_SAY_TEXT];
  if (isnan(value)) return "–";
  const char *digits = cs_say_number(number, fabs(value), decimals);
  bool nothing = strspn(digits, "0.") == strlen(digits);
  snprintf(text, CS_SAY_TEXT, "%s%.16s%s", value < 0 && !nothing ? "-" : "", currency ? currency : "",
           digits);
  return text;
}

const char *cs_say_signed(char text[CS_SAY_TEXT], double value, int decimals) {
  snprintf(text, CS_SAY_TEXT, "%+.*f", decimals, value);
  if (strspn(text, "+-0.") == strlen(text)) memmove(text, text + 1, strlen(text));
  return text;
}

const char *cs_say(char text[CS_SAY_TEXT], const struct cs_saying *saying, double value) {
  if (saying->unit == CS_UNIT_MONEY) return cs_say_money(text, value, saying->currency, saying->decimals);
  if (saying->unit == CS_UNIT_SHARE) return cs_say_percent(text, value);
  return cs_say_number(text, value, saying->decimals);
}

int cs_say_decimals(double deviation) {
  if (!(deviation > 0)) return 2;
  int decimals = 1 - (int)floor(log10(deviation / 2));
  return decimals < 0 ? 0 : decimals > 6 ? 6 : decimals;
}

const char *cs_plural(size_t count) {
  return count == 1 ? "" : "s";
}
