/* lanes.h - k-means' inner loops, several rows side by side in the lanes of a vector: rows are taken in groups of 32, column after
 * column, so that one instruction serves as many of them as the processor's vectors hold.
 *
 * Shapes    a group is [d][CS_GROUP]; panels of centres are [panels][d][CS_PANEL], the halves of their squared lengths
 *           [panels][CS_PANEL].
 * Filter    nearest() multiplies out |x - c|^2, with fused multiply-adds where there are any: quick, and not the same to the last bit at
 *           each width. What it says of a row whose gap is above the slack of the points (points.h) holds whatever was
 *           rounded; of any other row it says nothing.
 * Canonical the other distances are ((0 + t0*t0) + t1*t1) + ..., t = x - point, without contraction: the same bits at each width.
 */
#ifndef CS_ALGO_LANES_H
#define CS_ALGO_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CS_GROUP = 32, CS_PANEL = 8, CS_TOTAL_LANES = 16, CS_LANES_MOST = 8 };

/* A bit for each of the first rows of a group. */
static inline uint32_t cs_group_bits(size_t rows) {
  return (uint32_t)(((uint64_t)1 << rows) - 1);
}

/* For each bit that is set, from the lowest on. */
#define FOR_BITS(i, bits)                                                                                    \
  for (uint32_t i##_left = (bits), i; i##_left && (i = (uint32_t)__builtin_ctz(i##_left), 1);                \
       i##_left &= i##_left - 1)

/* Columns, filled up to whole vectors. */
static inline size_t cs_lanes_room(size_t d) {
  return (d + CS_LANES_MOST - 1) / CS_LANES_MOST * CS_LANES_MOST;
}

/* Centres as nearest() takes them, all less the origin; half is infinite where there is no centre, and else less by what rounding may
 * make of the centre's part. What it may make of a squared distance is `relative` of the row's squared length and the centre's,
 * and `absolute` besides; no centre's is above `longest`. */
struct cs_panels {
  size_t d, k;
  bool quick_fits; /* floats hold the numbers */
  struct {
    double *centre, *half, relative, absolute, longest;
  } fine;
  struct {
    float *centre, *half, relative, absolute, longest;
  } quick;
};

struct cs_lanes {
  const char *name;

  /* group[j][i] = x[row[i]][j] - origin[j]. */
  void (*gather)(const double *x, const uint16_t row[CS_GROUP], size_t d, const double *origin,
                 double *group);

  /* The nearest centre of each row, and how much nearer it is than the next one: at least, and as a distance. Returns the
   * number of rows of which the gap isn't above the slack. */
  size_t (*nearest)(const double *group, const struct cs_panels *panels, float slack,
                    uint32_t label[CS_GROUP], float gap[CS_GROUP]);

  /* The same two in floats: twice as many rows in a vector, and more gaps that say nothing. */
  void (*gather_quick)(const double *x, const uint16_t row[CS_GROUP], size_t d, const double *origin,
                       float *group);
  size_t (*nearest_quick)(const float *group, const struct cs_panels *panels, float slack,
                          uint32_t label[CS_GROUP], float gap[CS_GROUP]);

  /* Of factor[c] times the squared distance to c, less what rounding may make of it: the least, where it is, and the next; factor has room
   * for whole panels. doubt is how much more the squared distance of the least may be, if its factor
   * is 1/2 or more. */
  void (*weigh)(const float *group, const struct cs_panels *panels, const float *factor,
                uint32_t label[CS_GROUP], float first[CS_GROUP], float second[CS_GROUP],
                float doubt[CS_GROUP]);

  /* closest[i] = min(closest[i], squared distance to the point); the group's origin is 0. */
  void (*closer)(const double *group, size_t d, const double *point, double closest[CS_GROUP]);

  /* Adds to total[i % CS_TOTAL_LANES], in the order of rows, what closer() would leave of weight[i] * closest[i]. A weight of NULL is
   * 1. */
  void (*potential)(const double *group, size_t d, const double *weight, const double *point,
                    const double closest[CS_GROUP], double total[CS_TOTAL_LANES]);

  /* Adds the distances (not squared) of a group's rows to each of the rows x[n][d] to sum[c][label][CS_GROUP], label being that of the row
   * in the clustering c of `count`; the group's origin is 0. */
  void (*apart)(const double *group, size_t d, const double *x, size_t n, const uint32_t *const *label,
                size_t count, double *const *sum);

  /* Adds a row x[d] by its weight to the sums to[2][room of d] (sums.h), and takes it from from[2][room of d] unless that is NULL; `times`
   * times. The weight's own sum is the caller's. */
  void (*add)(const double *x, double weight, const double *scale, size_t d, double times, double *to,
              double *from);

  /* The same, once and with a weight of 1, of the rows x[row[i]] for each bit i of `which`: to the sums of to[i], from those of from[i]
   * unless that is NULL; sum is [k][2][room of d], and weight [k][2]. */
  void (*move)(const double *x, const uint16_t *row, uint32_t which, const double *scale, size_t d,
               const uint32_t *from, const uint32_t *to, double *sum, double *weight);

  /* The largest of each column of x[rows][d], as it is times the row's weight (NULL: 1), and off the origin: where it is above what
   * size[d] and off[d] have. */
  void (*extend)(const double *x, const double *weight, size_t rows, size_t d, const double *origin,
                 double *size, double *off);

  /* Of the rows 0 .. rows - 1, those whose gap isn't above most[slot], into row[], which has room for CS_GROUP more. Their number. */
  size_t (*pick)(const float *gap, const uint32_t *slot, const float *most, size_t rows, uint16_t *row);

  /* Of the rows of a block[d][m], m <= CS_GROUP, a bit for each whose squared distance to the point is at most `limit`; point[j * stride] is
   * its j-th number. Behind a block CS_GROUP - 1 numbers more are read. */
  uint32_t (*within)(const double *block, size_t m, size_t d, const double *point, size_t stride,
                     double limit);

  /* The same, asked for the rows of a block a[d][na] that `which` has bits for: counts are added. */
  void (*count)(const double *a, size_t na, uint32_t which, const double *block, size_t m, size_t d,
                double limit, uint32_t count[CS_GROUP]);

  /* The same, of the distance to the nearest point of a box [2][d]. */
  uint32_t (*beside)(const double *block, size_t m, size_t d, const double *box, double limit);

  /* The squared distances themselves, of whole vectors. */
  void (*square)(const double *block, size_t m, size_t d, const double *point, size_t stride,
                 double square[CS_GROUP]);

  /* A bit for each label that differs. */
  uint32_t (*differ)(const uint32_t label[CS_GROUP], const uint32_t other[CS_GROUP]);
};

/* Those with the widest vectors that this processor has, or that cs_lanes_limit() allows. */
const struct cs_lanes *cs_lanes(void);

/* Allows nothing wider than "plain", "avx2" or "avx512". Returns 0 where the name is unknown. To be called before there are other
 * threads. */
int cs_lanes_limit(const char *name);

extern const struct cs_lanes cs_lanes_plain;
#if defined(__x86_64__)
extern const struct cs_lanes cs_lanes_avx2, cs_lanes_avx512;
#endif

#endif
