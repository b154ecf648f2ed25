/* observations.h - rows of up to three numbers, equal ones counted together, and sums over them in blocks.
 *
 * Order    rows are sorted by their first number, then the second, then the third; the order given doesn't matter.
 * Repeats  a sum is one of fixed blocks, added in order: the same bits for any number of threads and any order of the
 *          rows given.
 * Cost     O(n log n) to group, 32 bytes a row. Histories in whole days are often equal, which makes their sums cheap.
 */
#ifndef CS_ALGO_OBSERVATIONS_H
#define CS_ALGO_OBSERVATIONS_H

#include "algo/newton.h"
#include "base/error.h"

#include <stddef.h>

enum { CS_OBSERVED_MAX = 3 };

struct cs_observed {
  double value[CS_OBSERVED_MAX]; /* finite */
  double weight;                 /* how many rows are like this */
};

struct cs_observations {
  size_t n;
  struct cs_observed *row;
};

#define CS_OBSERVATIONS_INIT                                                                                 \
  { 0, NULL }

/* Sorts row[0..n) and puts equal rows together, in place; n falls to the number of different ones. */
void cs_observations_group(struct cs_observations *observations);

/* Every so manieth of the sorted rows with its weight, about `most` of them: a first look at all. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_observations_thin(struct cs_observations *thin,
                                                  const struct cs_observations *all, size_t most,
                                                  struct cs_error *err);

void cs_observations_release(struct cs_observations *observations);

/* What a model adds to a point for rows of observations. */
struct cs_terms {
  const void *model;
  void (*add)(const void *model, const struct cs_observed *row, size_t n, struct cs_point *sum);
};

void cs_observations_sum(const struct cs_observations *observations, const struct cs_terms *terms,
                         int threads, struct cs_point *sum);

/* The same of n rows that are laid out on demand, rows begin .. begin + count - 1 at a time: neither sorted nor put
 * together, and in need of no memory. */
struct cs_rows {
  size_t n;
  const void *source;
  void (*get)(const void *source, size_t begin, size_t count, struct cs_observed *row);
};

void cs_rows_sum(const struct cs_rows *rows, const struct cs_terms *terms, int threads, struct cs_point *sum);

#endif
