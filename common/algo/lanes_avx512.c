/* Vectors of eight numbers, for processors with AVX-512. */
#include "algo/lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx2,fma")))
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 8, ROWS = 4 };
typedef __m512d vector;

TARGET INLINE vector v_set(double value) {
  return _mm512_set1_pd(value);
}
TARGET INLINE vector v_load(const double *from) {
  return _mm512_loadu_pd(from);
}
TARGET INLINE void v_store(double *to, vector a) {
  _mm512_storeu_pd(to, a);
}
TARGET INLINE vector v_add(vector a, vector b) {
  return _mm512_add_pd(a, b);
}
TARGET INLINE vector v_subtract(vector a, vector b) {
  return _mm512_sub_pd(a, b);
}
TARGET INLINE vector v_multiply(vector a, vector b) {
  return _mm512_mul_pd(a, b);
}
TARGET INLINE vector v_plus_product(vector sum, vector a, vector b) {
  return _mm512_fmadd_pd(a, b, sum);
}
TARGET INLINE vector v_less_product(vector sum, vector a, vector b) {
  return _mm512_fnmadd_pd(a, b, sum);
}
TARGET INLINE vector v_min(vector a, vector b) {
  return _mm512_min_pd(a, b);
}
TARGET INLINE vector v_max(vector a, vector b) {
  return _mm512_max_pd(a, b);
}
TARGET INLINE vector v_root(vector a) {
  return _mm512_sqrt_pd(a);
}
TARGET INLINE vector v_where_less(vector a, vector b, vector yes, vector no) {
  return _mm512_mask_blend_pd(_mm512_cmp_pd_mask(a, b, _CMP_LT_OQ), no, yes);
}
TARGET INLINE void v_store_float(float *to, vector a) {
  _mm256_storeu_ps(to, _mm512_cvtpd_ps(a));
}
TARGET INLINE void v_store_count(uint32_t *to, vector a) {
  _mm256_storeu_si256((__m256i *)to, _mm512_cvttpd_epi32(a));
}
/* First pairs of numbers, then quarters of the vectors, and quarters again. */
TARGET INLINE void v_transpose(vector row[LANES]) {
  vector pair[LANES], quarter[LANES];
  for (int i = 0; i < LANES; i += 2) {
    pair[i] = _mm512_unpacklo_pd(row[i], row[i + 1]);
    pair[i + 1] = _mm512_unpackhi_pd(row[i], row[i + 1]);
  }
  for (int i = 0; i < LANES; i += 4)
    for (int odd = 0; odd < 2; odd++) {
      quarter[i + odd] = _mm512_shuffle_f64x2(pair[i + odd], pair[i + 2 + odd], 0x88);
      quarter[i + 2 + odd] = _mm512_shuffle_f64x2(pair[i + odd], pair[i + 2 + odd], 0xdd);
    }
  for (int i = 0; i < 4; i++) {
    row[i] = _mm512_shuffle_f64x2(quarter[i], quarter[4 + i], 0x88);
    row[4 + i] = _mm512_shuffle_f64x2(quarter[i], quarter[4 + i], 0xdd);
  }
}

#include "algo/lanes_kernels.h"

const struct cs_lanes cs_lanes_avx512 = {"avx512", gather, nearest, closer, potential, apart, add};
#endif
