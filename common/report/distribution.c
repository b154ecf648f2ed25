#include "report/distribution.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* A factor between the 5 % and the 95 % quantiles. */
static const double LOG_FROM = 100;

static void set_edges(struct cs_distribution *distribution, const double *quantile) {
  double low = quantile[CS_P01], high = quantile[CS_P99];
  distribution->log = low > 0 && quantile[CS_P95] / quantile[CS_P05] > LOG_FROM;
  for (size_t b = 0; b <= CS_BINS; b++) {
    double part = (double)b / CS_BINS;
    distribution->edge[b] = distribution->log ? low * pow(high / low, part) : low + part * (high - low);
  }
  distribution->edge[CS_BINS] = high;
}

/* The bin of a value by its place, mended by the edges themselves. */
static size_t bin_of(const struct cs_distribution *distribution, double value) {
  const double *edge = distribution->edge;
  double low = edge[0], high = edge[CS_BINS];
  if (!(value > low)) return 0;
  if (!(value < high)) return CS_BINS - 1;
  double part = distribution->log ? log(value / low) / log(high / low) : (value - low) / (high - low);
  size_t b = (size_t)fmin(part * CS_BINS, CS_BINS - 1);
  while (b > 0 && value < edge[b]) b--;
  while (b + 1 < CS_BINS && value >= edge[b + 1]) b++;
  return b;
}

enum cs_status cs_distribution_find(struct cs_distribution *distribution, const struct cs_profile_cell *all,
                                    const double *value, const uint32_t *group, size_t n, size_t k,
                                    struct cs_error *err) {
  *distribution = (struct cs_distribution){.count = NULL};
  if (all->count == 0) return CS_OK;
  CS_TRY(cs_alloc(&distribution->count, k * CS_BINS, sizeof *distribution->count, "a distribution", err));
  set_edges(distribution, all->quantile);
  for (size_t i = 0; i < n; i++)
    if (!isnan(value[i])) distribution->count[group[i] * CS_BINS + bin_of(distribution, value[i])]++;
  return CS_OK;
}

void cs_distribution_release(struct cs_distribution *distribution) {
  free(distribution->count);
  *distribution = (struct cs_distribution){.count = NULL};
}
