/* sample.h - rows drawn without repetition, for what is too dear to be computed on all of them. */
#ifndef CS_ALGO_SAMPLE_H
#define CS_ALGO_SAMPLE_H

#include "base/error.h"
#include "base/matrix.h"

#include <stdint.h>

/* `wanted` of n rows, ascending, each set of so many equally likely; all of them where wanted is n (Knuth, TAOCP 2, 3.4.2,
 * algorithm S). */
void cs_sample_rows(size_t n, size_t wanted, uint64_t seed, uint64_t stream, size_t *row);

/* A matrix of the rows row[count]. */
CS_MUST_CHECK enum cs_status cs_sample_take(const struct cs_matrix *matrix, const size_t *row, size_t count,
                                            struct cs_matrix *part, struct cs_error *err);

#endif
