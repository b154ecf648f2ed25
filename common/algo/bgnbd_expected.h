/* bgnbd_expected.h - the sum behind the BG/NBD model's expectations (bgnbd.h), without the probability of being alive. */
#ifndef CS_ALGO_BGNBD_EXPECTED_H
#define CS_ALGO_BGNBD_EXPECTED_H

#include <stddef.h>

/* A customer who is one: his rate is gamma with shape r and rate alpha, his probability of leaving is beta(a, b). */
struct cs_bgnbd_customer {
  double r, alpha, a, b;
};

/* out[j] is the mean number of purchases within t[j], j < count. To about 1e-14 relative. */
void cs_bgnbd_sum(const struct cs_bgnbd_customer *customer, const double *t, size_t count, double *out);

#endif
