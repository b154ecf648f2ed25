#include "report/profile.h"

#include "algo/stats.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>

static const double quantile_p[CS_PROFILE_QUANTILES] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

/* What the columns are described with, side by side. */
struct describe {
  struct cs_profile *profile;
  double *const *value;
  const size_t *row; /* [n], by group */
  double **work;     /* [threads][n] */
};

static void find_mean(const double *value, size_t count, struct cs_profile_cell *cell) {
  cell->count = count;
  cell->sum = cs_sum(value, count);
  cell->mean = cs_mean_of_sum(value, count, cell->sum);
}

/* work is [count of the cell], and comes back in any order. */
static void find_quantiles(double *work, struct cs_profile_cell *cell) {
  cs_quantiles_place(work, cell->count, quantile_p, CS_PROFILE_QUANTILES);
  for (size_t q = 0; q < CS_PROFILE_QUANTILES; q++)
    cell->quantile[q] = cs_quantile_sorted(work, cell->count, quantile_p[q]);
  cell->median = cell->quantile[CS_P50];
}

static size_t gather(const double *value, const size_t *row, size_t n, double *work) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(value[row[i]])) work[count++] = value[row[i]];
  return count;
}

/* row becomes the rows of group 0, then those of group 1, ..., each in the order of the table. next is [k].
 */
static void order_rows(const struct cs_profile *profile, const uint32_t *group, size_t *next, size_t *row) {
  size_t start = 0;
  for (size_t g = 0; g < profile->k; g++) {
    next[g] = start;
    start += profile->size[g];
  }
  for (size_t i = 0; i < profile->n; i++) row[next[group[i]]++] = i;
}

static void describe_piece(void *context, size_t column, int thread) {
  const struct describe *all = context;
  struct cs_profile *profile = all->profile;
  const double *value = all->value[column];
  double *work = all->work[thread];
  size_t d = profile->d, k = profile->k, start = 0, count = 0;
  struct cs_profile_cell *cell = profile->cell + column, *whole = cell + k * d;
  for (size_t g = 0; g < k; g++) {
    size_t own = gather(value, all->row + start, profile->size[g], work + count);
    find_mean(work + count, own, &cell[g * d]);
    start += profile->size[g];
    count += own;
  }
  find_mean(work, count, whole);
  profile->deviation[column] = cs_deviation_about(work, count, 0, whole->mean);
  /* What needs the order is done: the quantiles of the groups change it, and then those of the whole. */
  for (size_t g = 0, at = 0; g < k; g++) {
    find_quantiles(work + at, &cell[g * d]);
    at += cell[g * d].count;
  }
  find_quantiles(work, whole);
}

static enum cs_status describe_columns(struct describe *all, int wanted, struct cs_error *err) {
  size_t threads = wanted > 1 ? (size_t)wanted : 1;
  enum cs_status status = cs_alloc(&all->work, threads, sizeof *all->work, "the profile", err);
  for (size_t t = 0; t < threads && status == CS_OK; t++)
    status = cs_alloc(&all->work[t], all->profile->n, sizeof(double), "the profile", err);
  if (status == CS_OK) cs_parallel((int)threads, all->profile->d, describe_piece, all);
  for (size_t t = 0; all->work && t < threads; t++) free(all->work[t]);
  free(all->work);
  return status;
}

enum cs_status cs_profile_make(struct cs_profile *profile, size_t n, const uint32_t *group, size_t k,
                               double *const *value, size_t d, int threads, struct cs_error *err) {
  size_t *row = NULL;
  *profile = (struct cs_profile){n, k, d, NULL, NULL, NULL};
  enum cs_status status = cs_alloc(&profile->size, k, sizeof *profile->size, "the profile", err);
  if (status == CS_OK)
    status = cs_alloc(&profile->cell, (k + 1) * d, sizeof *profile->cell, "the profile", err);
  if (status == CS_OK) status = cs_alloc(&profile->deviation, d, sizeof(double), "the profile", err);
  if (status == CS_OK) status = cs_alloc(&row, n + k, sizeof *row, "the profile", err);
  if (status == CS_OK) {
    for (size_t i = 0; i < n; i++) profile->size[group[i]]++;
    order_rows(profile, group, row + n, row);
    struct describe all = {.profile = profile, .value = value, .row = row};
    status = describe_columns(&all, threads, err);
  }
  free(row);
  if (status != CS_OK) cs_profile_release(profile);
  return status;
}

const struct cs_profile_cell *cs_profile_at(const struct cs_profile *profile, size_t group, size_t column) {
  return &profile->cell[group * profile->d + column];
}

double cs_profile_effect(const struct cs_profile *profile, size_t group, size_t column) {
  const struct cs_profile_cell *own = cs_profile_at(profile, group, column);
  const struct cs_profile_cell *all = cs_profile_at(profile, profile->k, column);
  if (own->count == 0 || !(profile->deviation[column] > 0)) return 0;
  return (own->mean - all->mean) / profile->deviation[column];
}

double cs_profile_index(const struct cs_profile *profile, size_t group, size_t column) {
  double all = cs_profile_at(profile, profile->k, column)->mean;
  return all > 0 ? 100 * (cs_profile_at(profile, group, column)->mean / all) : NAN;
}

double cs_profile_share(const struct cs_profile *profile, size_t group, size_t column) {
  double all = cs_profile_at(profile, profile->k, column)->sum;
  return all > 0 ? cs_profile_at(profile, group, column)->sum / all : NAN;
}

size_t cs_profile_strongest(const struct cs_profile *profile, double least, size_t want, size_t *column) {
  size_t count = 0;
  double found[CS_PROFILE_STRONGEST_MOST];
  for (size_t j = 0; j < profile->d; j++) {
    double between = 0;
    size_t place = count;
    for (size_t g = 0; g < profile->k; g++) {
      double effect = cs_profile_effect(profile, g, j);
      between += (double)profile->size[g] / (double)profile->n * effect * effect;
    }
    if (!(between > least)) continue;
    while (place > 0 && found[place - 1] < between) place--;
    if (place >= want) continue;
    if (count < want) count++;
    for (size_t i = count - 1; i > place; i--) column[i] = column[i - 1], found[i] = found[i - 1];
    column[place] = j;
    found[place] = between;
  }
  return count;
}

size_t cs_profile_top(const struct cs_profile *profile, size_t group, double least, size_t want,
                      size_t *column) {
  size_t count = 0;
  for (size_t j = 0; j < profile->d; j++) {
    double size = fabs(cs_profile_effect(profile, group, j));
    size_t place = count;
    if (size < least || size == 0) continue;
    while (place > 0 && fabs(cs_profile_effect(profile, group, column[place - 1])) < size) place--;
    if (place >= want) continue;
    if (count < want) count++;
    for (size_t i = count - 1; i > place; i--) column[i] = column[i - 1];
    column[place] = j;
  }
  return count;
}

void cs_profile_release(struct cs_profile *profile) {
  free(profile->size);
  free(profile->cell);
  free(profile->deviation);
  *profile = (struct cs_profile)CS_PROFILE_INIT;
}
