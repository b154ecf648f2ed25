#include "algo/auc.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

struct scored {
  double score;
  bool is_case;
};

static int compare(const void *a, const void *b) {
  double left = ((const struct scored *)a)->score, right = ((const struct scored *)b)->score;
  return (left > right) - (left < right);
}

/* Pairs of a case above another, twice: equal scores count one. Whole numbers, so the sum is exact. */
static double count_pairs(const struct scored *row, size_t n) {
  double twice = 0, below = 0;
  for (size_t begin = 0, end; begin < n; begin = end) {
    double cases = 0, others = 0;
    for (end = begin; end < n && row[end].score == row[begin].score; end++) {
      cases += row[end].is_case;
      others += !row[end].is_case;
    }
    twice += cases * (2 * below + others);
    below += others;
  }
  return twice;
}

enum cs_status cs_auc(const double *score, const bool *is_case, size_t n, double *auc, struct cs_error *err) {
  struct scored *row;
  double cases = 0;
  CS_TRY(cs_alloc(&row, n, sizeof *row, "scores", err));
  for (size_t i = 0; i < n; i++) {
    row[i] = (struct scored){score[i], is_case[i]};
    cases += is_case[i];
  }
  if (n) qsort(row, n, sizeof *row, compare);
  double pairs = cases * ((double)n - cases);
  *auc = pairs > 0 ? count_pairs(row, n) / (2 * pairs) : NAN;
  free(row);
  return CS_OK;
}
