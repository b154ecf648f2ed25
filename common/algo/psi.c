#include "algo/psi.h"

#include "algo/chisquare.h"
#include "algo/stats.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* --- bins --- */

/* The different numbers of v, ascending, or more than CS_PSI_VALUES. */
static size_t find_values(const double *v, size_t n, double value[CS_PSI_VALUES]) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    size_t at = count;
    while (at > 0 && value[at - 1] > v[i]) at--;
    if (at > 0 && value[at - 1] == v[i]) continue;
    if (count == CS_PSI_VALUES) return CS_PSI_VALUES + 1;
    for (size_t j = count++; j > at; j--) value[j] = value[j - 1];
    value[at] = v[i];
  }
  return count;
}

/* Which bin of the numbers x is in: its value, or the first whose edge isn't below it. The last takes what is left. */
static size_t place_of(const struct cs_psi *psi, size_t bins, double x) {
  size_t b = 0;
  while (b + 1 < bins && (psi->by_value ? psi->bin[b].upper != x : psi->bin[b].upper < x)) b++;
  return b;
}

static void count_numbers(struct cs_psi *psi, size_t bins, int sample, const double *v, size_t n) {
  for (size_t i = 0; v && i < n; i++)
    if (!isnan(v[i])) psi->bin[place_of(psi, bins, v[i])].count[sample]++;
}

static size_t numbers_in(const struct cs_psi *psi, size_t bins, int sample) {
  size_t sum = 0;
  for (size_t b = 0; b < bins; b++) sum += psi->bin[b].count[sample];
  return sum;
}

/* A bin without older values goes into the next one, so that only values beyond all older ones can be where none were. */
static size_t join_empty(struct cs_psi *psi, size_t bins) {
  size_t kept = 0;
  for (size_t b = 0; b < bins; b++) {
    struct cs_psi_bin *bin = &psi->bin[b];
    if (bin->count[0] == 0 && b + 1 < bins)
      psi->bin[b + 1].count[1] += bin->count[1];
    else if (bin->count[0] + bin->count[1] > 0)
      psi->bin[kept++] = *bin;
  }
  return kept;
}

/* The edges of the bins of numbers: v is [n], all there. */
static enum cs_status find_edges(struct cs_psi *psi, const double *v, size_t n, size_t *bins,
                                 struct cs_error *err) {
  double value[CS_PSI_VALUES], p[CS_PSI_DECILES - 1];
  size_t values = find_values(v, n, value), edges = CS_PSI_DECILES - 1;
  psi->by_value = values <= CS_PSI_VALUES;
  if (psi->by_value) {
    edges = values;
  } else {
    for (size_t i = 0; i < edges; i++) p[i] = (double)(i + 1) / CS_PSI_DECILES;
    CS_TRY(cs_quantiles(v, n, p, edges, value, err));
  }
  for (size_t i = 0; i < edges; i++) psi->bin[i] = (struct cs_psi_bin){.upper = value[i]};
  psi->bin[edges] = (struct cs_psi_bin){.upper = INFINITY};
  *bins = edges + 1;
  return CS_OK;
}

/* --- the index --- */

/* One bin's part of the index; p and q are shares. */
static double part_of(double p, double q) {
  p = fmax(p, CS_PSI_FLOOR);
  q = fmax(q, CS_PSI_FLOOR);
  return (q - p) * log(q / p);
}

double cs_psi_of_counts(const size_t *older, const size_t *newer, size_t bins) {
  double n = 0, m = 0, sum = 0;
  for (size_t b = 0; b < bins; b++) n += (double)older[b], m += (double)newer[b];
  for (size_t b = 0; b < bins; b++) sum += part_of((double)older[b] / n, (double)newer[b] / m);
  return sum;
}

static enum cs_status without_missing(const double *v, size_t n, double **numbers, size_t *count,
                                      struct cs_error *err) {
  CS_TRY(cs_alloc(numbers, v ? n : 0, sizeof **numbers, "the values of a feature", err));
  *count = 0;
  for (size_t i = 0; v && i < n; i++)
    if (!isnan(v[i])) (*numbers)[(*count)++] = v[i];
  return CS_OK;
}

enum cs_status cs_psi_find(struct cs_psi *psi, const double *older, size_t n, const double *newer, size_t m,
                           struct cs_error *err) {
  double *numbers;
  size_t count, bins = 0;
  *psi = (struct cs_psi){.index = 0};
  CS_TRY(without_missing(older, n, &numbers, &count, err));
  enum cs_status status = find_edges(psi, numbers, count, &bins, err);
  free(numbers);
  CS_TRY(status);
  count_numbers(psi, bins, 0, older, n);
  count_numbers(psi, bins, 1, newer, m);
  psi->bins = join_empty(psi, bins);
  size_t missing[2] = {n - numbers_in(psi, psi->bins, 0), m - numbers_in(psi, psi->bins, 1)};
  if (missing[0] + missing[1] > 0)
    psi->bin[psi->bins++] = (struct cs_psi_bin){.upper = NAN, .count = {missing[0], missing[1]}};
  for (size_t b = 0; b < psi->bins; b++)
    psi->index += part_of((double)psi->bin[b].count[0] / (double)n, (double)psi->bin[b].count[1] / (double)m);
  if (psi->bins > 1)
    psi->chance = cs_chisquare_quantile(0.95, psi->bins - 1) * (1 / (double)n + 1 / (double)m);
  return CS_OK;
}
