/* rng.h - random numbers whose stream is decided by (seed, stream) alone: xoshiro256** (Blackman & Vigna 2018), its
 * state filled by splitmix64. State is a value: who copies it repeats the stream. Streams with different numbers are
 * independent, so customer 17 or restart 3 draws the same whatever came before.
 */
#ifndef CS_BASE_RNG_H
#define CS_BASE_RNG_H

#include <stdint.h>

struct cs_rng {
  uint64_t s[4];
};

void cs_rng_init(struct cs_rng *rng, uint64_t seed, uint64_t stream);

uint64_t cs_rng_bits(struct cs_rng *rng);

/* Uniform in [0, 1), 53 bits. */
double cs_rng_uniform(struct cs_rng *rng);

/* Uniform integer in [0, n), without bias (Lemire 2019); n > 0. */
uint64_t cs_rng_below(struct cs_rng *rng, uint64_t n);

/* Mean 0, variance 1 (Box & Muller 1958; the second value of a pair is thrown away, so state stays a value). */
double cs_rng_normal(struct cs_rng *rng);

/* Exponential with mean 1. */
double cs_rng_exponential(struct cs_rng *rng);

/* Gamma with the given shape > 0 and scale 1 (Marsaglia & Tsang 2000). */
double cs_rng_gamma(struct cs_rng *rng, double shape);

/* Beta(a, b), both > 0. */
double cs_rng_beta(struct cs_rng *rng, double a, double b);

/* Poisson with the given mean >= 0 (inversion in steps of at most 30, exact for any mean). */
uint64_t cs_rng_poisson(struct cs_rng *rng, double mean);

#endif
