#include "report/insights.h"

#include "algo/stats.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* The share of the values that are there for which a test holds. */
static double share_of(const double *value, size_t n, bool (*holds)(double)) {
  size_t count = 0, held = 0;
  for (size_t i = 0; i < n; i++) {
    if (isnan(value[i])) continue;
    count++;
    held += holds(value[i]);
  }
  return count ? (double)held / (double)count : NAN;
}

static bool is_active(double days) {
  return days <= CS_ACTIVE_DAYS;
}

static bool is_dormant(double days) {
  return days > CS_DORMANT_DAYS;
}

static bool is_once(double orders) {
  return orders == 1;
}

/* From the sum of what the best so many customers hold, and between two customers in proportion. */
static void find_curve(struct cs_insights *insights, const double *above, size_t n) {
  for (size_t p = 0; p < CS_LORENZ_POINTS; p++) {
    double place = (double)n * (double)p / (CS_LORENZ_POINTS - 1);
    size_t whole = (size_t)place;
    double next = whole < n ? above[whole + 1] : above[n];
    insights->held[p] = (above[whole] + (place - (double)whole) * (next - above[whole])) / above[n];
  }
}

/* sorted is ascending and [n], above [n + 1] becomes what the best 0, 1, ... n hold together. */
static void find_concentration(struct cs_insights *insights, const double *sorted, double *above, size_t n) {
  double weighted = 0;
  above[0] = 0;
  for (size_t i = 0; i < n; i++) above[i + 1] = above[i] + sorted[n - 1 - i];
  for (size_t p = 0; p < CS_LORENZ_POINTS; p++) insights->held[p] = NAN;
  insights->gini = NAN;
  if (!(above[n] > 0)) return;
  for (size_t i = 0; i < n; i++) weighted += (2 * (double)(i + 1) - (double)n - 1) * (sorted[i] / above[n]);
  insights->gini = weighted / (double)n;
  find_curve(insights, above, n);
}

enum cs_status cs_insights_find(struct cs_insights *insights, const double *revenue, const double *orders,
                                const double *recency, size_t n, struct cs_error *err) {
  double *sorted = NULL, *above = NULL;
  size_t count = 0;
  enum cs_status status = cs_alloc(&sorted, n, sizeof *sorted, "the revenue", err);
  if (status == CS_OK) status = cs_alloc(&above, n + 1, sizeof *above, "the revenue", err);
  if (status == CS_OK) {
    for (size_t i = 0; i < n; i++)
      if (!isnan(revenue[i])) sorted[count++] = revenue[i] > 0 ? revenue[i] : 0;
    cs_sort(sorted, count);
    find_concentration(insights, sorted, above, count);
    insights->active = share_of(recency, n, is_active);
    insights->dormant = share_of(recency, n, is_dormant);
    insights->once = share_of(orders, n, is_once);
  }
  free(sorted);
  free(above);
  return status;
}
