/* Vectors of four numbers, for processors with AVX2 and fused multiply-adds. */
#include "algo/lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma")))
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 4, ROWS = 2 };
typedef __m256d vector;

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

#include "algo/lanes_kernels.h"

const struct cs_lanes cs_lanes_avx2 = {"avx2", gather, nearest, closer, potential, apart, add};
#endif
