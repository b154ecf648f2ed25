#include "algo/rfm.h"

#include "algo/stats.h"

#include <stdbool.h>

enum cs_status cs_rfm_cuts_fit(const double *v, size_t n, double cuts[CS_RFM_CUTS], struct cs_error *err) {
  static const double p[CS_RFM_CUTS] = {0.2, 0.4, 0.6, 0.8};
  for (int i = 0; i < CS_RFM_CUTS; i++) cuts[i] = 0;
  if (n == 0) return CS_OK;
  CS_TRY(cs_quantiles(v, n, p, CS_RFM_CUTS, cuts, err));
  for (int i = 0; i < CS_RFM_CUTS; i++) cuts[i] += 1;
  return CS_OK;
}

int cs_rfm_score(double value, const double cuts[CS_RFM_CUTS]) {
  int score = 1;
  for (int i = 0; i < CS_RFM_CUTS; i++) score += value >= cuts[i];
  return score;
}

int cs_rfm_score_recency(double days, const double cuts[CS_RFM_CUTS]) {
  return CS_RFM_SCORES + 1 - cs_rfm_score(days, cuts);
}

struct range {
  int from, to;
};

struct rule {
  enum cs_rfm_segment segment;
  struct range recency, frequency, monetary;
};

/* Ten rules as published, then three for the cells that they leave: frequent buyers of little who are recent,
 * frequent buyers of little who have gone quiet, and one large order some time ago. */
static const struct rule rules[] = {
    {CS_RFM_CHAMPIONS, {5, 5}, {5, 5}, {5, 5}},
    {CS_RFM_POTENTIAL_LOYALIST, {3, 5}, {3, 5}, {2, 5}},
    {CS_RFM_LOYAL, {2, 4}, {2, 4}, {2, 4}},
    {CS_RFM_PROMISING, {3, 4}, {1, 3}, {3, 5}},
    {CS_RFM_NEW, {4, 5}, {1, 3}, {1, 5}},
    {CS_RFM_CANNOT_LOSE, {1, 2}, {3, 4}, {4, 5}},
    {CS_RFM_AT_RISK, {1, 2}, {2, 5}, {4, 5}},
    {CS_RFM_NEED_ATTENTION, {1, 3}, {3, 5}, {3, 5}},
    {CS_RFM_ABOUT_TO_SLEEP, {2, 3}, {1, 3}, {1, 4}},
    {CS_RFM_LOST, {1, 1}, {1, 5}, {1, 5}},
    {CS_RFM_POTENTIAL_LOYALIST, {3, 5}, {4, 5}, {1, 1}},
    {CS_RFM_ABOUT_TO_SLEEP, {2, 2}, {4, 5}, {1, 2}},
    {CS_RFM_AT_RISK, {2, 2}, {1, 1}, {5, 5}},
};

static bool within(int score, struct range range) {
  return score >= range.from && score <= range.to;
}

enum cs_rfm_segment cs_rfm_segment_of(int recency, int frequency, int monetary) {
  size_t count = sizeof rules / sizeof *rules;
  for (size_t i = 0; i < count; i++) {
    const struct rule *rule = &rules[i];
    if (within(recency, rule->recency) && within(frequency, rule->frequency) &&
        within(monetary, rule->monetary))
      return rule->segment;
  }
  return CS_RFM_SEGMENTS; /* never within 1..5: a unit test walks through all 125 cells */
}

const char *cs_rfm_segment_name(enum cs_rfm_segment segment) {
  static const char *const name[CS_RFM_SEGMENTS] = {
      "Champions", "Potential Loyalist", "Loyal Customers", "Promising", "New Customers", "Can't Lose Them",
      "At Risk",   "Need Attention",     "About To Sleep",  "Lost",
  };
  return segment < CS_RFM_SEGMENTS ? name[segment] : "";
}
