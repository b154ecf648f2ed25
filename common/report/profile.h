/* profile.h - how groups of rows differ: for each group and column the count, sum, mean and quantiles, and how far the
 * group's mean lies from that of all rows, in standard deviations.
 *
 * Shapes   value[j] is [n] for each of d columns, group is [n] with 0 .. k-1; NaN is a missing cell and is skipped.
 * Agrees   with pandas groupby().agg(["count", "sum", "mean"]) and quantile(), R's type 7.
 * Repeats  the result doesn't depend on threads.
 * Cost     O(d n) time, O(threads n) memory besides what is given.
 */
#ifndef CS_REPORT_PROFILE_H
#define CS_REPORT_PROFILE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* 1 %, 5 %, ... */
enum { CS_P01, CS_P05, CS_P25, CS_P50, CS_P75, CS_P95, CS_P99, CS_PROFILE_QUANTILES };

struct cs_profile_cell {
  size_t count;     /* values that are there */
  double sum, mean; /* mean and quantiles are NaN without a value */
  double quantile[CS_PROFILE_QUANTILES];
  double median; /* one of them */
};

struct cs_profile {
  size_t n, k, d;
  size_t *size;                 /* [k] rows */
  struct cs_profile_cell *cell; /* [k + 1][d], the last row is that of all rows */
  double *deviation;            /* [d], of all rows, divisor n */
};

#define CS_PROFILE_INIT                                                                                      \
  { 0, 0, 0, NULL, NULL, NULL }

CS_MUST_CHECK enum cs_status cs_profile_make(struct cs_profile *profile, size_t n, const uint32_t *group,
                                             size_t k, double *const *value, size_t d, int threads,
                                             struct cs_error *err);

/* group k is all rows. */
const struct cs_profile_cell *cs_profile_at(const struct cs_profile *profile, size_t group, size_t column);

/* (mean of the group - mean of all) / deviation of all; 0 where the column is constant or the group has no
 * value. */
double cs_profile_effect(const struct cs_profile *profile, size_t group, size_t column);

/* 100 x mean of the group / mean of all; NaN where the mean of all isn't above 0. */
double cs_profile_index(const struct cs_profile *profile, size_t group, size_t column);

/* The group's part of the sum over all rows, 0..1; NaN where that isn't above 0. */
double cs_profile_share(const struct cs_profile *profile, size_t group, size_t column);

/* The columns that set the group apart most, by decreasing |effect|, at most `want`, none of them below
 * `least`. Returns how many. */
size_t cs_profile_top(const struct cs_profile *profile, size_t group, double least, size_t want,
                      size_t *column);

/* The columns whose groups differ most: by the part of their variance that lies between groups, which is to be above `least`, at most
 * `want` of them, no more than CS_PROFILE_STRONGEST_MOST. Returns how many. */
enum { CS_PROFILE_STRONGEST_MOST = 32 };
size_t cs_profile_strongest(const struct cs_profile *profile, double least, size_t want, size_t *column);

void cs_profile_release(struct cs_profile *profile);

#endif
