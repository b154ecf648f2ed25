/* Vectors of four numbers, for processors with AVX2 and fused multiply-adds. */
#include "algo/lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma,popcnt")))
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 4, ROWS = 2, SINGLES = 8, SINGLE_ROWS = 2, SINGLE_BROAD = CS_PANEL / 2 };
typedef __m256d vector;
typedef __m256 single;

TARGET INLINE vector v_set(double value) {
  return _mm256_set1_pd(value);
}
TARGET INLINE vector v_load(const double *from) {
  return _mm256_loadu_pd(from);
}
TARGET INLINE void v_store(double *to, vector a) {
  _mm256_storeu_pd(to, a);
}
TARGET INLINE vector v_add(vector a, vector b) {
  return _mm256_add_pd(a, b);
}
TARGET INLINE vector v_subtract(vector a, vector b) {
  return _mm256_sub_pd(a, b);
}
TARGET INLINE vector v_multiply(vector a, vector b) {
  return _mm256_mul_pd(a, b);
}
TARGET INLINE vector v_plus_product(vector sum, vector a, vector b) {
  return _mm256_fmadd_pd(a, b, sum);
}
TARGET INLINE vector v_less_product(vector sum, vector a, vector b) {
  return _mm256_fnmadd_pd(a, b, sum);
}
TARGET INLINE vector v_min(vector a, vector b) {
  return _mm256_min_pd(a, b);
}
TARGET INLINE vector v_max(vector a, vector b) {
  return _mm256_max_pd(a, b);
}
TARGET INLINE uint32_t v_at_most(vector a, vector b) {
  return (uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_LE_OQ));
}
TARGET INLINE vector v_root(vector a) {
  return _mm256_sqrt_pd(a);
}
TARGET INLINE vector v_where_less(vector a, vector b, vector yes, vector no) {
  return _mm256_blendv_pd(no, yes, _mm256_cmp_pd(a, b, _CMP_LT_OQ));
}
TARGET INLINE void v_store_float(float *to, vector a) {
  _mm_storeu_ps(to, _mm256_cvtpd_ps(a));
}
TARGET INLINE void v_store_count(uint32_t *to, vector a) {
  _mm_storeu_si128((__m128i *)to, _mm256_cvttpd_epi32(a));
}
TARGET INLINE void v_transpose(vector row[LANES]) {
  vector low = _mm256_unpacklo_pd(row[0], row[1]), high = _mm256_unpackhi_pd(row[0], row[1]);
  vector low2 = _mm256_unpacklo_pd(row[2], row[3]), high2 = _mm256_unpackhi_pd(row[2], row[3]);
  row[0] = _mm256_permute2f128_pd(low, low2, 0x20);
  row[1] = _mm256_permute2f128_pd(high, high2, 0x20);
  row[2] = _mm256_permute2f128_pd(low, low2, 0x31);
  row[3] = _mm256_permute2f128_pd(high, high2, 0x31);
}

TARGET INLINE single s_set(float value) {
  return _mm256_set1_ps(value);
}
TARGET INLINE single s_load(const float *from) {
  return _mm256_loadu_ps(from);
}
TARGET INLINE void s_store(float *to, single a) {
  _mm256_storeu_ps(to, a);
}
TARGET INLINE single s_add(single a, single b) {
  return _mm256_add_ps(a, b);
}
TARGET INLINE single s_subtract(single a, single b) {
  return _mm256_sub_ps(a, b);
}
TARGET INLINE single s_multiply(single a, single b) {
  return _mm256_mul_ps(a, b);
}
TARGET INLINE single s_plus_product(single sum, single a, single b) {
  return _mm256_fmadd_ps(a, b, sum);
}
TARGET INLINE single s_less_product(single sum, single a, single b) {
  return _mm256_fnmadd_ps(a, b, sum);
}
TARGET INLINE single s_min(single a, single b) {
  return _mm256_min_ps(a, b);
}
TARGET INLINE single s_max(single a, single b) {
  return _mm256_max_ps(a, b);
}
TARGET INLINE single s_where_less(single a, single b, single yes, single no) {
  return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}
TARGET INLINE void s_store_float(float *to, single a) {
  s_store(to, a);
}
TARGET INLINE void s_store_count(uint32_t *to, single a) {
  _mm256_storeu_si256((__m256i *)to, _mm256_cvttps_epi32(a));
}
/* Four columns of row[0] and row[4]. */
TARGET INLINE single s_load_rows(const double *x, const uint16_t *row, size_t d, const double *origin) {
  vector from = v_load(origin);
  __m128 first = _mm256_cvtpd_ps(v_subtract(v_load(x + row[0] * d), from)),
         second = _mm256_cvtpd_ps(v_subtract(v_load(x + row[4] * d), from));
  return _mm256_insertf128_ps(_mm256_castps128_ps256(first), second, 1);
}
/* Four by four within each quarter... */
TARGET INLINE void s_transpose(single part[4]) {
  __m256d low = _mm256_castps_pd(_mm256_unpacklo_ps(part[0], part[1])),
          high = _mm256_castps_pd(_mm256_unpackhi_ps(part[0], part[1])),
          low2 = _mm256_castps_pd(_mm256_unpacklo_ps(part[2], part[3])),
          high2 = _mm256_castps_pd(_mm256_unpackhi_ps(part[2], part[3]));
  part[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(low, low2));
  part[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(low, low2));
  part[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(high, high2));
  part[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(high, high2));
}

TARGET static uint32_t differ(const uint32_t label[CS_GROUP], const uint32_t other[CS_GROUP]) {
  uint32_t same = 0;
  for (unsigned i = 0; i < CS_GROUP; i += SINGLES) {
    __m256i a = _mm256_loadu_si256((const __m256i *)(label + i)),
            b = _mm256_loadu_si256((const __m256i *)(other + i));
    same |= (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b))) << i;
  }
  return ~same;
}

#include "algo/lanes_kernels.h"

TARGET static size_t pick(const float *gap, const uint32_t *slot, const float *most, size_t rows,
                          uint16_t *row) {
  return pick_rest(gap, slot, most, 0, rows, row, 0);
}

const struct cs_lanes cs_lanes_avx2 = {"avx2", gather,    v_nearest, gather_quick, s_nearest, weigh,
                                       closer, potential, apart,     add,          move,      extend,
                                       pick,   within,    count,     beside,       square,    differ};
#endif
