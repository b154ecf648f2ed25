/* Vectors of eight numbers, for processors with AVX-512. */
#include "algo/lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx2,fma,popcnt")))
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 8, ROWS = 4, SINGLES = 16, SINGLE_ROWS = 2, SINGLE_BROAD = CS_PANEL };
typedef __m512d vector;
typedef __m512 single;

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
TARGET INLINE uint32_t v_at_most(vector a, vector b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
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

TARGET INLINE single s_set(float value) {
  return _mm512_set1_ps(value);
}
TARGET INLINE single s_load(const float *from) {
  return _mm512_loadu_ps(from);
}
TARGET INLINE void s_store(float *to, single a) {
  _mm512_storeu_ps(to, a);
}
TARGET INLINE single s_add(single a, single b) {
  return _mm512_add_ps(a, b);
}
TARGET INLINE single s_subtract(single a, single b) {
  return _mm512_sub_ps(a, b);
}
TARGET INLINE single s_multiply(single a, single b) {
  return _mm512_mul_ps(a, b);
}
TARGET INLINE single s_plus_product(single sum, single a, single b) {
  return _mm512_fmadd_ps(a, b, sum);
}
TARGET INLINE single s_less_product(single sum, single a, single b) {
  return _mm512_fnmadd_ps(a, b, sum);
}
TARGET INLINE single s_min(single a, single b) {
  return _mm512_min_ps(a, b);
}
TARGET INLINE single s_max(single a, single b) {
  return _mm512_max_ps(a, b);
}
TARGET INLINE single s_where_less(single a, single b, single yes, single no) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
}
TARGET INLINE void s_store_float(float *to, single a) {
  s_store(to, a);
}
TARGET INLINE void s_store_count(uint32_t *to, single a) {
  _mm512_storeu_si512(to, _mm512_cvttps_epi32(a));
}
TARGET INLINE __m128 four_of(const double *x, size_t row, size_t d, __m256d origin) {
  return _mm256_cvtpd_ps(_mm256_sub_pd(_mm256_loadu_pd(x + row * d), origin));
}
/* Four columns of row[0], row[4], row[8] and row[12]. */
TARGET INLINE single s_load_rows(const double *x, const uint16_t *row, size_t d, const double *origin) {
  __m256d from = _mm256_loadu_pd(origin);
  single a = _mm512_castps128_ps512(four_of(x, row[0], d, from));
  a = _mm512_insertf32x4(a, four_of(x, row[4], d, from), 1);
  a = _mm512_insertf32x4(a, four_of(x, row[8], d, from), 2);
  return _mm512_insertf32x4(a, four_of(x, row[12], d, from), 3);
}
TARGET INLINE void s_transpose(single part[4]) {
  vector low = _mm512_castps_pd(_mm512_unpacklo_ps(part[0], part[1])),
         high = _mm512_castps_pd(_mm512_unpackhi_ps(part[0], part[1])),
         low2 = _mm512_castps_pd(_mm512_unpacklo_ps(part[2], part[3])),
         high2 = _mm512_castps_pd(_mm512_unpackhi_ps(part[2], part[3]));
  part[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, low2));
  part[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, low2));
  part[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high, high2));
  part[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high, high2));
}

TARGET static uint32_t differ(const uint32_t label[CS_GROUP], const uint32_t other[CS_GROUP]) {
  uint32_t bits = 0;
  for (unsigned i = 0; i < CS_GROUP; i += SINGLES)
    bits |= (uint32_t)_mm512_cmpneq_epi32_mask(_mm512_loadu_si512(label + i), _mm512_loadu_si512(other + i))
            << i;
  return bits;
}

#include "algo/lanes_kernels.h"

/* The numbers are looked up one by one: an instruction that gathers them takes twice as long. */
TARGET static size_t pick(const float *gap, const uint32_t *slot, const float *most, size_t rows,
                          uint16_t *row) {
  const __m512i each = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  size_t count = 0, i = 0;
  for (; i + SINGLES <= rows; i += SINGLES) {
    float least[SINGLES];
    for (size_t l = 0; l < SINGLES; l++) least[l] = most[slot[i + l]];
    __mmask16 open = _mm512_cmp_ps_mask(s_load(gap + i), s_load(least), _CMP_NGT_UQ);
    __m512i picked = _mm512_maskz_compress_epi32(open, _mm512_add_epi32(each, _mm512_set1_epi32((int)i)));
    _mm256_storeu_si256((__m256i *)(row + count), _mm512_cvtepi32_epi16(picked));
    count += (size_t)__builtin_popcount(open);
  }
  return pick_rest(gap, slot, most, i, rows, row, count);
}

const struct cs_lanes cs_lanes_avx512 = {"avx512", gather,    v_nearest, gather_quick, s_nearest, weigh,
                                         closer,   potential, apart,     add,          move,      extend,
                                         pick,     within,    count,     beside,       square,    differ};
#endif
