#include "data/figures.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,bmi,popcnt")))
#endif

size_t cs_figures_take_plain(const struct cs_slice *cell, const struct cs_figure *figure, size_t first,
                             size_t count, size_t offset, char decimal) {
  for (size_t f = first; f < count; f++) {
    struct cs_slice text = cell[figure[f].position];
    if (!cs_num_parse_padded(text.data, text.len, decimal, figure[f].value + offset)) return f;
  }
  return count;
}

#if defined(__x86_64__)
/* cs_num_parse_padded() with one vector for all sixteen digits: their places are computed, and they are weighed in pairs. */
static inline AVX2 bool parse_avx2(const char *text, size_t len, char decimal, double *value) {
  bool negative = len && *text == '-';
  text += negative, len -= negative;
  if (len - 1 > 15) return false;
  const __m128i byte = _mm_loadu_si128((const __m128i *)(const void *)text);
  const __m128i digit = _mm_sub_epi8(byte, _mm_set1_epi8('0'));
  unsigned there = (1U << len) - 1;
  unsigned digits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
  unsigned signs = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(byte, _mm_set1_epi8(decimal))) & there;
  unsigned whole = (unsigned)__builtin_ctz(signs | 1U << len); /* digits before the sign */
  unsigned all = (unsigned)len - (signs != 0);
  if (((digits | signs) & there) != there || signs & (signs - 1) || !all) return false;
  /* The last digit goes to the last place, those before the sign one place less far. */
  const __m128i place = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m128i from = _mm_sub_epi8(place, _mm_set1_epi8((char)(16 - all)));
  from = _mm_sub_epi8(from, _mm_cmpgt_epi8(from, _mm_set1_epi8((char)(whole - 1))));
  __m128i sum = _mm_shuffle_epi8(digit, from);
  sum = _mm_maddubs_epi16(sum, _mm_set1_epi16(0x010a));  /* 10, 1 */
  sum = _mm_madd_epi16(sum, _mm_set1_epi32(0x00010064)); /* 100, 1 */
  sum = _mm_packus_epi32(sum, sum);
  sum = _mm_madd_epi16(sum, _mm_set1_epi32(0x00012710)); /* 10000, 1 */
  uint64_t halves = (uint64_t)_mm_cvtsi128_si64(sum);
  return cs_num_quotient((halves & UINT32_MAX) * UINT64_C(100000000) + (halves >> 32), all - whole, negative,
                         value);
}

static AVX2 size_t take_avx2(const struct cs_slice *cell, const struct cs_figure *figure, size_t first,
                             size_t count, size_t offset, char decimal) {
  for (size_t f = first; f < count; f++) {
    struct cs_slice text = cell[figure[f].position];
    if (!parse_avx2(text.data, text.len, decimal, figure[f].value + offset)) return f;
  }
  return count;
}
#endif

size_t cs_figures_take(const struct cs_slice *cell, const struct cs_figure *figure, size_t first,
                       size_t count, size_t offset, char decimal) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
    return take_avx2(cell, figure, first, count, offset, decimal);
#endif
  return cs_figures_take_plain(cell, figure, first, count, offset, decimal);
}
