/* traits.h - what the numbers of columns are like: what makes a poor feature, or one to be warned of.
 *
 * Shapes   the numbers of a column are v[row * step]; NaN is a missing one.
 * Repeats  rows are looked at in blocks of a constant number, whatever the threads.
 */
#ifndef CS_DATA_TRAITS_H
#define CS_DATA_TRAITS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { CS_TRAITS_CODES = 10 };

/* What is asked for. */
enum cs_trait {
  CS_TRAIT_CONSTANT = 1,
  CS_TRAIT_WHOLE = 2, /* row numbers and codes */
  CS_TRAIT_SKEWED = 4,
};

struct cs_traits {
  const double *v;
  bool constant;   /* one value, or none */
  bool row_number; /* n different whole numbers without a gap, in any order */
  bool code;       /* CS_TRAITS_CODES different whole numbers or fewer */
  bool skewed;     /* the skewness g1 = m3 / m2^1.5 is beyond 2 to either side */
};

/* Sets those traits of the numbers traits[i].v, i < count, that `asked` names (CS_TRAIT_* | ...); the others are false. */
CS_MUST_CHECK enum cs_status cs_traits_find(struct cs_traits *traits, size_t count, unsigned asked, size_t n,
                                            size_t step, int threads, struct cs_error *err);

#endif
