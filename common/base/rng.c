#include "base/rng.h"

#include <math.h>

static uint64_t splitmix64(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

void cs_rng_init(struct cs_rng *rng, uint64_t seed, uint64_t stream) {
  uint64_t state = seed;
  state = splitmix64(&state) ^ (stream * 0xd1342543de82ef95u + 1);
  for (int i = 0; i < 4; i++) rng->s[i] = splitmix64(&state);
}

static uint64_t rotate(uint64_t x, int bits) {
  return x << bits | x >> (64 - bits);
}

uint64_t cs_rng_bits(struct cs_rng *rng) {
  uint64_t *s = rng->s;
  uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

double cs_rng_uniform(struct cs_rng *rng) {
  return (double)(cs_rng_bits(rng) >> 11) * 0x1p-53;
}

__extension__ typedef unsigned __int128 wide;

uint64_t cs_rng_below(struct cs_rng *rng, uint64_t n) {
  wide product = (wide)cs_rng_bits(rng) * n;
  if ((uint64_t)product < n) {
    uint64_t least = -n % n;
    while ((uint64_t)product < least) product = (wide)cs_rng_bits(rng) * n;
  }
  return (uint64_t)(product >> 64);
}

/* In (0, 1]: safe under a logarithm. */
static double positive(struct cs_rng *rng) {
  return 1 - cs_rng_uniform(rng);
}

double cs_rng_normal(struct cs_rng *rng) {
  double radius = sqrt(-2 * log(positive(rng)));
  return radius * cos(6.283185307179586477 * cs_rng_uniform(rng));
}

double cs_rng_exponential(struct cs_rng *rng) {
  return -log(positive(rng));
}

double cs_rng_gamma(struct cs_rng *rng, double shape) {
  if (shape < 1) { /* two statements: C leaves the order of two draws in one expression open */
    double larger = cs_rng_gamma(rng, shape + 1);
    return larger * pow(positive(rng), 1 / shape);
  }
  double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    double x = cs_rng_normal(rng), v = 1 + c * x;
    if (v <= 0) continue;
    v = v * v * v;
    if (log(positive(rng)) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

double cs_rng_beta(struct cs_rng *rng, double a, double b) {
  double x = cs_rng_gamma(rng, a), y = cs_rng_gamma(rng, b);
  return x + y > 0 ? x / (x + y) : a / (a + b);
}

uint64_t cs_rng_poisson(struct cs_rng *rng, double mean) {
  uint64_t count = 0;
  while (mean > 0) {
    double step = mean < 30 ? mean : 30;
    double limit = exp(-step), product = positive(rng);
    while (product > limit) {
      count++;
      product *= positive(rng);
    }
    mean -= step;
  }
  return count;
}
