/* lanes_kernels.h - the loops of lanes.h for one width of vector. Included by one file for each, which says before what a
 * vector of doubles is: LANES, ROWS (vectors of rows that are worked on at a time), the type vector, and the operations v_set ...
 * v_store_count; and what a vector of floats is: SINGLES, SINGLE_BROAD (centres at a time), the type single, s_set ... s_transpose.
 */
#include <math.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* -O2 keeps the short loops over vectors, and with them the vectors, in memory */
#endif

#define FOR_ROWS(r) for (size_t r = 0; r < ROWS; r++)

TARGET static void gather(const double *x, const uint16_t row[CS_GROUP], size_t d, const double *origin,
                          double *group) {
  for (size_t i = 0; i < CS_GROUP; i += LANES) {
    size_t j = 0;
    for (; j + LANES <= d; j += LANES) {
      vector part[LANES], from = v_load(origin + j);
      for (size_t l = 0; l < LANES; l++) part[l] = v_subtract(v_load(x + row[i + l] * d + j), from);
      v_transpose(part);
      for (size_t l = 0; l < LANES; l++) v_store(group + (j + l) * CS_GROUP + i, part[l]);
    }
    for (; j < d; j++)
      for (size_t l = 0; l < LANES; l++) group[j * CS_GROUP + i + l] = x[row[i + l] * d + j] - origin[j];
  }
}

/* Columns four at a time: each part has those of every fourth row. */
TARGET INLINE void gather_four(const double *x, const uint16_t *row, size_t d, const double *origin,
                               float *group) {
  single part[4];
  for (size_t r = 0; r < 4; r++) part[r] = s_load_rows(x, row + r, d, origin);
  s_transpose(part);
  for (size_t j = 0; j < 4; j++) s_store(group + j * CS_GROUP, part[j]);
}

TARGET static void gather_quick(const double *x, const uint16_t row[CS_GROUP], size_t d, const double *origin,
                                float *group) {
  for (size_t i = 0; i < CS_GROUP; i += SINGLES) {
    size_t j = 0;
    for (; j + 4 <= d; j += 4) gather_four(x + j, row + i, d, origin + j, group + j * CS_GROUP + i);
    for (; j < d; j++)
      for (size_t l = 0; l < SINGLES; l++)
        group[j * CS_GROUP + i + l] = (float)(x[row[i + l] * d + j] - origin[j]);
  }
}

/* Square roots and their difference, all rounded to floats: for that a few parts in ten million are taken off. The number of those that
 * aren't above the slack. */
TARGET INLINE size_t find_gaps(const float second[CS_GROUP], float slack, float gap[CS_GROUP]) {
  uint32_t open = 0;
  for (size_t i = 0; i < CS_GROUP; i++) {
    float far = sqrtf(second[i] > 0 ? second[i] : 0), near = sqrtf(gap[i]);
    gap[i] = far * (1 - 4e-7F) - near;
    open += !(gap[i] > slack);
  }
  return open;
}

#define NUMBER     double
#define NAME(name) v_##name
#define PANELS     fine
#define VECTOR     vector
#define WIDTH      LANES
#define DEEP       ROWS
#define BROAD      (CS_PANEL / 2)
#include "algo/lanes_filter.h"

#define NUMBER     float
#define NAME(name) s_##name
#define PANELS     quick
#define VECTOR     single
#define WIDTH      SINGLES
#define DEEP       SINGLE_ROWS
#define BROAD      SINGLE_BROAD
#include "algo/lanes_filter.h"

TARGET static void weigh(const float *group, const struct cs_panels *panels, const float *factor,
                         uint32_t label[CS_GROUP], float first[CS_GROUP], float second[CS_GROUP],
                         float doubt[CS_GROUP]) {
  const single two = s_set(2), absolute = s_set(2 * panels->quick.absolute);
  for (size_t i = 0; i < CS_GROUP; i += SINGLE_ROWS * SINGLES) {
    struct s_best best;
    s_search(group + i, panels, factor, &best);
    for (size_t r = 0, at = i; r < SINGLE_ROWS; r++, at += SINGLES) {
      single length = best.length[r], most = s_multiply(length, two);
      s_store_count(label + at, best.label[r]);
      s_store(first + at, s_multiply(best.first[r], two));
      s_store(second + at, s_multiply(best.second[r], two));
      s_store(doubt + at,
              s_add(s_doubt(length, s_multiply(best.first[r], s_set(4)), most, panels), absolute));
    }
  }
}

/* Of ROWS vectors of rows to a point: several sums side by side, since one would wait for itself. */
TARGET INLINE void distances(const double *x, size_t d, const double *point, vector sum[ROWS]) {
  FOR_ROWS(r) sum[r] = v_set(0);
  for (size_t j = 0; j < d; j++) {
    vector to = v_set(point[j]);
    FOR_ROWS(r) {
      vector t = v_subtract(v_load(x + j * CS_GROUP + r * LANES), to);
      sum[r] = v_add(sum[r], v_multiply(t, t));
    }
  }
}

TARGET static void closer(const double *group, size_t d, const double *point, double closest[CS_GROUP]) {
  vector sum[ROWS];
  for (size_t i = 0; i < CS_GROUP; i += ROWS * LANES) {
    distances(group + i, d, point, sum);
    FOR_ROWS(r) {
      double *to = closest + i + r * LANES;
      v_store(to, v_min(v_load(to), sum[r]));
    }
  }
}

TARGET static void potential(const double *group, size_t d, const double *weight, const double *point,
                             const double closest[CS_GROUP], double total[CS_TOTAL_LANES]) {
  vector sum[ROWS];
  for (size_t i = 0; i < CS_GROUP; i += ROWS * LANES) {
    distances(group + i, d, point, sum);
    FOR_ROWS(r) {
      size_t at = i + r * LANES;
      vector least = v_min(v_load(closest + at), sum[r]);
      if (weight) least = v_multiply(least, v_load(weight + at));
      double *to = total + at % CS_TOTAL_LANES;
      v_store(to, v_add(v_load(to), least));
    }
  }
}

TARGET static void apart(const double *group, size_t d, const double *x, size_t n,
                         const uint32_t *const *label, size_t count, double *const *sum) {
  vector distance[ROWS];
  for (size_t i = 0; i < CS_GROUP; i += ROWS * LANES)
    for (size_t row = 0; row < n; row++) {
      distances(group + i, d, x + row * d, distance);
      FOR_ROWS(r) distance[r] = v_root(distance[r]);
      for (size_t c = 0; c < count; c++) {
        double *to = sum[c] + label[c][row] * CS_GROUP + i;
        FOR_ROWS(r) v_store(to + r * LANES, v_add(v_load(to + r * LANES), distance[r]));
      }
    }
}

/* A number in units of 1 / scale, as whole units and as 2^31sts of one: both are exact. */
TARGET INLINE void split(vector value, vector scale, vector *whole, vector *rest) {
  const vector round = v_set(0x1.8p52), fine = v_set(0x1p31);
  vector units = v_multiply(value, scale);
  *whole = v_subtract(v_add(units, round), round);
  *rest = v_subtract(v_add(v_multiply(v_subtract(units, *whole), fine), round), round);
}

TARGET INLINE void count_in(double *sum, vector units, vector times) {
  v_store(sum, v_plus_product(v_load(sum), units, times));
}

TARGET INLINE void add_row(const double *x, double weight, const double *scale, size_t d, double times,
                           double *to, double *from) {
  size_t j = 0, rest_at = cs_lanes_room(d);
  vector whole, rest, more = v_set(times), less = v_set(-times);
  for (; j + LANES <= d; j += LANES) {
    split(v_multiply(v_load(x + j), v_set(weight)), v_load(scale + j), &whole, &rest);
    count_in(to + j, whole, more);
    count_in(to + rest_at + j, rest, more);
    if (from) count_in(from + j, whole, less);
    if (from) count_in(from + rest_at + j, rest, less);
  }
#pragma GCC unroll 1
  for (; j < d; j++) {
    double units = x[j] * weight * scale[j], ones = units + 0x1.8p52 - 0x1.8p52,
           parts = (units - ones) * 0x1p31 + 0x1.8p52 - 0x1.8p52;
    to[j] += ones * times;
    to[rest_at + j] += parts * times;
    if (from) from[j] -= ones * times;
    if (from) from[rest_at + j] -= parts * times;
  }
}

TARGET static void add(const double *x, double weight, const double *scale, size_t d, double times,
                       double *to, double *from) {
  add_row(x, weight, scale, d, times, to, from);
}

TARGET static void move(const double *x, const uint16_t *row, uint32_t which, const double *scale, size_t d,
                        const uint32_t *from, const uint32_t *to, double *sum, double *weight) {
  size_t size = 2 * cs_lanes_room(d);
  for (; which; which &= which - 1) {
    unsigned i = (unsigned)__builtin_ctz(which);
    double *out = from ? sum + from[i] * size : NULL;
    add_row(x + row[i] * d, 1, scale, d, 1, sum + to[i] * size, out);
    weight[2 * to[i]]++;
    if (from) weight[2 * from[i]]--;
  }
}

TARGET INLINE vector v_largest(vector most, vector value) {
  return v_max(v_max(value, v_subtract(v_set(0), value)), most);
}

TARGET INLINE void extend_one(const double *x, const double *weight, size_t rows, size_t d, double origin,
                              double *size, double *off) {
  for (size_t i = 0; i < rows; i++) {
    double here = fabs(x[i * d]) * (weight ? weight[i] : 1), from = fabs(x[i * d] - origin);
    if (here > *size) *size = here;
    if (from > *off) *off = from;
  }
}

TARGET static void extend(const double *x, const double *weight, size_t rows, size_t d, const double *origin,
                          double *size, double *off) {
  size_t j = 0;
  for (; j + LANES <= d; j += LANES) {
    vector most = v_load(size + j), farthest = v_load(off + j), from = v_load(origin + j);
    for (size_t i = 0; i < rows; i++) {
      vector here = v_load(x + i * d + j);
      farthest = v_largest(farthest, v_subtract(here, from));
      if (weight) here = v_multiply(here, v_set(weight[i]));
      most = v_largest(most, here);
    }
    v_store(size + j, most);
    v_store(off + j, farthest);
  }
  for (; j < d; j++) extend_one(x + j, weight, rows, d, origin[j], size + j, off + j);
}

/* From row i on, after `count` that are picked. */
INLINE size_t pick_rest(const float *gap, const uint32_t *slot, const float *most, size_t i, size_t rows,
                        uint16_t *row, size_t count) {
  for (; i < rows; i++) {
    row[count] = (uint16_t)i;
    count += !(gap[i] > most[slot[i]]);
  }
  return count;
}

/* --- blocks of rows --- */

/* Of ROWS vectors of rows. */
TARGET INLINE void block_squares(const double *block, size_t m, size_t d, const double *point, size_t stride,
                                 vector sum[ROWS]) {
  FOR_ROWS(r) sum[r] = v_set(0);
  for (size_t j = 0; j < d; j++, block += m, point += stride) {
    vector to = v_set(*point);
    FOR_ROWS(r) {
      vector t = v_subtract(v_load(block + r * LANES), to);
      sum[r] = v_add(sum[r], v_multiply(t, t));
    }
  }
}

TARGET INLINE uint32_t bits_within(const double *block, size_t m, size_t d, const double *point,
                                   size_t stride, vector limit) {
  uint32_t bits = 0;
  for (size_t i = 0; i < m; i += ROWS * LANES) {
    vector sum[ROWS];
    block_squares(block + i, m, d, point, stride, sum);
    FOR_ROWS(r) bits |= v_at_most(sum[r], limit) << (i + r * LANES);
  }
  return bits & cs_group_bits(m);
}

TARGET static uint32_t within(const double *block, size_t m, size_t d, const double *point, size_t stride,
                              double limit) {
  return bits_within(block, m, d, point, stride, v_set(limit));
}

TARGET static void count(const double *a, size_t na, uint32_t which, const double *block, size_t m, size_t d,
                         double limit, uint32_t count[CS_GROUP]) {
  vector most = v_set(limit);
  for (; which; which &= which - 1) {
    unsigned i = (unsigned)__builtin_ctz(which);
    count[i] += (uint32_t)__builtin_popcount(bits_within(block, m, d, a + i, na, most));
  }
}

TARGET static uint32_t beside(const double *block, size_t m, size_t d, const double *box, double limit) {
  const vector zero = v_set(0), most = v_set(limit);
  uint32_t bits = 0;
  for (size_t i = 0; i < m; i += ROWS * LANES) {
    vector sum[ROWS];
    FOR_ROWS(r) sum[r] = zero;
    for (size_t j = 0; j < d; j++) {
      vector from = v_set(box[j]), to = v_set(box[d + j]);
      FOR_ROWS(r) {
        vector x = v_load(block + j * m + i + r * LANES);
        vector t = v_max(v_max(v_subtract(from, x), v_subtract(x, to)), zero);
        sum[r] = v_add(sum[r], v_multiply(t, t));
      }
    }
    FOR_ROWS(r) bits |= v_at_most(sum[r], most) << (i + r * LANES);
  }
  return bits & cs_group_bits(m);
}

TARGET static void square(const double *block, size_t m, size_t d, const double *point, size_t stride,
                          double square[CS_GROUP]) {
  for (size_t i = 0; i < m; i += ROWS * LANES) {
    vector sum[ROWS];
    block_squares(block + i, m, d, point, stride, sum);
    FOR_ROWS(r) v_store(square + i + r * LANES, sum[r]);
  }
}
