/* Vectors of two numbers, which every processor has that these programs are built for, and the choice among the widths. */
#include "algo/lanes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define TARGET
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 2, ROWS = 2, SINGLES = 4, SINGLE_ROWS = 2, SINGLE_BROAD = CS_PANEL / 2 };
typedef double vector __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t mask __attribute__((vector_size(LANES * sizeof(int64_t))));
typedef float single __attribute__((vector_size(SINGLES * sizeof(float))));
typedef int32_t single_mask __attribute__((vector_size(SINGLES * sizeof(int32_t))));

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
INLINE uint32_t v_at_most(vector a, vector b) {
  return (uint32_t)(a[0] <= b[0]) | (uint32_t)(a[1] <= b[1]) << 1;
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

INLINE single s_set(float value) {
  return (single){value, value, value, value};
}
INLINE single s_load(const float *from) {
  single a;
  memcpy(&a, from, sizeof a);
  return a;
}
INLINE void s_store(float *to, single a) {
  memcpy(to, &a, sizeof a);
}
INLINE single s_add(single a, single b) {
  return a + b;
}
INLINE single s_subtract(single a, single b) {
  return a - b;
}
INLINE single s_multiply(single a, single b) {
  return a * b;
}
INLINE single s_plus_product(single sum, single a, single b) {
  return sum + a * b;
}
INLINE single s_less_product(single sum, single a, single b) {
  return sum - a * b;
}
INLINE single s_where_less(single a, single b, single yes, single no) {
  single_mask less = (single_mask)(a < b);
  return (single)(((single_mask)yes & less) | ((single_mask)no & ~less));
}
INLINE single s_min(single a, single b) {
  return s_where_less(a, b, a, b);
}
INLINE single s_max(single a, single b) {
  return s_where_less(b, a, a, b);
}
INLINE void s_store_float(float *to, single a) {
  s_store(to, a);
}
INLINE void s_store_count(uint32_t *to, single a) {
  for (size_t l = 0; l < SINGLES; l++) to[l] = (uint32_t)a[l];
}
INLINE single s_load_rows(const double *x, const uint16_t *row, size_t d, const double *origin) {
  const double *from = x + row[0] * d;
  return (single){(float)(from[0] - origin[0]), (float)(from[1] - origin[1]), (float)(from[2] - origin[2]),
                  (float)(from[3] - origin[3])};
}
INLINE void s_transpose(single part[4]) {
  single row[4];
  memcpy(row, part, sizeof row);
  for (size_t j = 0; j < 4; j++) part[j] = (single){row[0][j], row[1][j], row[2][j], row[3][j]};
}

INLINE uint32_t differ(const uint32_t label[CS_GROUP], const uint32_t other[CS_GROUP]) {
  uint32_t bits = 0;
  for (unsigned i = 0; i < CS_GROUP; i++) bits |= (uint32_t)(label[i] != other[i]) << i;
  return bits;
}

#include "algo/lanes_kernels.h"

TARGET static size_t pick(const float *gap, const uint32_t *slot, const float *most, size_t rows,
                          uint16_t *row) {
  return pick_rest(gap, slot, most, 0, rows, row, 0);
}

const struct cs_lanes cs_lanes_plain = {"plain", gather,    v_nearest, gather_quick, s_nearest, weigh,
                                        closer,  potential, apart,     add,          move,      extend,
                                        pick,    within,    count,     beside,       square,    differ};

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
  if (lanes == &cs_lanes_avx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("popcnt");
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
