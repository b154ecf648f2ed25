/* weights.h - what rows and features weigh, as the user says. */
#ifndef CS_DATA_WEIGHTS_H
#define CS_DATA_WEIGHTS_H

#include "base/error.h"
#include "data/table.h"

enum cs_weight_sign { CS_WEIGHTS_POSITIVE, CS_WEIGHTS_SIGNED };

/* The numbers of a column, one for each row, in memory that free(*weight) gives back. CS_DATA: no such column, a cell that is
 * missing or no number, one below 0 unless they are signed, or nothing but zeros. */
CS_MUST_CHECK enum cs_status cs_weights_of_rows(const struct cs_table *table, const char *name,
                                                enum cs_weight_sign sign, int threads, double **weight,
                                                struct cs_error *err);

/* "NAME=2,OTHER=0.5" for features of these names: weight[d], 1 where nothing is said. CS_USAGE, with `option`: a name that is none of a
 * feature or comes twice, what isn't a number above 0. */
CS_MUST_CHECK enum cs_status cs_weights_of_features(const char *text, const char *option,
                                                    const char *const *names, size_t d, double *weight,
                                                    struct cs_error *err);

#endif
