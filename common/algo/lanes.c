/* Vectors of two numbers, which every processor has that these programs are built for, and the choice among the widths. */
#include "algo/lanes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define TARGET
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 2, ROWS = 2 };
typedef double vector __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t mask __attribute__((vector_size(LANES * sizeof(int64_t))));

INLINE vector v_set(double value) {
  return (vector){value, value};
}
INLINE vector v_load(const double *from) {
  vector a;
  memcpy(&a, from, sizeof a);
  return a;
}
INLINE void v_store(double *to, vector a) {
  memcpy(to, &a, sizeof a);
}
INLINE vector v_add(vector a, vector b) {
  return a + b;
}
INLINE vector v_subtract(vector a, vector b) {
  return a - b;
}
INLINE vector v_multiply(vector a, vector b) {
  return a * b;
}
INLINE vector v_plus_product(vector sum, vector a, vector b) {
  return sum + a * b;
}
INLINE vector v_less_product(vector sum, vector a, vector b) {
  return sum - a * b;
}
INLINE vector v_where_less(vector a, vector b, vector yes, vector no) {
  mask less = (mask)(a < b);
  return (vector)(((mask)yes & less) | ((mask)no & ~less));
}
INLINE vector v_min(vector a, vector b) {
  return v_where_less(a, b, a, b);
}
INLINE vector v_max(vector a, vector b) {
  return v_where_less(b, a, a, b);
}
INLINE vector v_root(vector a) {
  return (vector){sqrt(a[0]), sqrt(a[1])};
}
INLINE void v_store_float(float *to, vector a) {
  to[0] = (float)a[0], to[1] = (float)a[1];
}
INLINE void v_store_count(uint32_t *to, vector a) {
  to[0] = (uint32_t)a[0], to[1] = (uint32_t)a[1];
}
INLINE void v_transpose(vector row[LANES]) {
  vector first = {row[0][0], row[1][0]}, second = {row[0][1], row[1][1]};
  row[0] = first, row[1] = second;
}

#include "algo/lanes_kernels.h"

const struct cs_lanes cs_lanes_plain = {"plain", gather, nearest, closer, potential, apart, add};

/* --- the choice --- */

static const struct cs_lanes *const widths[] = {
    &cs_lanes_plain,
#if defined(__x86_64__)
    &cs_lanes_avx2,
    &cs_lanes_avx512,
#endif
};

static size_t limit = sizeof widths / sizeof *widths;

static bool runs_here(const struct cs_lanes *lanes) {
#if defined(__x86_64__)
  if (lanes == &cs_lanes_avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (lanes == &cs_lanes_avx512) return __builtin_cpu_supports("avx512f") && runs_here(&cs_lanes_avx2);
#endif
  return lanes == &cs_lanes_plain;
}

const struct cs_lanes *cs_lanes(void) {
  size_t width = limit - 1;
  while (!runs_here(widths[width])) width--; /* plain does */
  return widths[width];
}

int cs_lanes_limit(const char *name) {
  for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
    if (strcmp(widths[i]->name, name) != 0) continue;
    limit = i + 1;
    return 1;
  }
  return strcmp(name, "avx2") == 0 || strcmp(name, "avx512") == 0;
}
