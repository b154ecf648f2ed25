#include "algo/stats.h"

#include "algo/order.h"
#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { INSERTION_MAX = 24 };

struct compensated {
  double sum, error;
};

/* Neumaier's step: the part of the smaller operand that the addition loses is kept apart. */
static void compensated_add(struct compensated *c, double value) {
  double sum = c->sum + value;
  c->error += fabs(c->sum) >= fabs(value) ? (c->sum - sum) + value : (value - sum) + c->sum;
  c->sum = sum;
}

double cs_sum(const double *v, size_t n) {
  struct compensated total = {0, 0};
  for (size_t i = 0; i < n; i++) compensated_add(&total, v[i]);
  /* Beyond the doubles the correction is infinity minus infinity; the sum itself says what happened. */
  return isfinite(total.sum) ? total.sum + total.error : total.sum;
}

double cs_mean(const double *v, size_t n) {
  return cs_mean_of_sum(v, n, cs_sum(v, n));
}

double cs_mean_of_sum(const double *v, size_t n, double sum) {
  if (n == 0) return NAN;
  double mean = sum / (double)n;
  if (isfinite(mean)) return mean;
  /* The sum overflows although the mean can't. */
  struct compensated total = {0, 0};
  for (size_t i = 0; i < n; i++) compensated_add(&total, v[i] / (double)n);
  return total.sum + total.error;
}

/* Half the largest distance from `centre`, as a power of two, so that dividing by it is exact and neither the
 * deviations nor their squares and cubes over- or underflow. 0 for a constant. */
static double deviation_unit(const double *v, size_t n, double centre) {
  double largest = 0;
  for (size_t i = 0; i < n; i++) {
    double away = fabs(v[i] / 2 - centre / 2);
    if (away > largest) largest = away;
  }
  if (largest == 0) return 0;
  return ldexp(1, ilogb(largest));
}

/* The mean squared deviation in squared units of `unit`, by the two-pass algorithm with its correction (Chan,
 * Golub & LeVeque 1983). */
static double scaled_variance(const double *v, size_t n, int ddof, double mean, double unit) {
  struct compensated squares = {0, 0}, linear = {0, 0};
  for (size_t i = 0; i < n; i++) {
    double deviation = v[i] / unit - mean / unit;
    compensated_add(&squares, deviation * deviation);
    compensated_add(&linear, deviation);
  }
  double rest = linear.sum + linear.error;
  double total = squares.sum + squares.error - rest * rest / (double)n;
  return total > 0 ? total / ((double)n - ddof) : 0;
}

/* Whether all values are the same: decided by comparison, since the rounded mean of a constant may differ
 * from it. */
static bool is_constant(const double *v, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (v[i] != v[0]) return false;
  return true;
}

/* Variance in squared units of *unit. */
static double unit_variance(const double *v, size_t n, int ddof, double mean, double *unit) {
  *unit = 1;
  if (n == 0 || n <= (size_t)ddof) return NAN;
  if (is_constant(v, n)) return 0;
  *unit = deviation_unit(v, n, mean);
  if (*unit > 0) return scaled_variance(v, n, ddof, mean, *unit);
  *unit = 1;
  return 0;
}

double cs_variance(const double *v, size_t n, int ddof) {
  double unit, variance = unit_variance(v, n, ddof, cs_mean(v, n), &unit);
  return variance * unit * unit;
}

double cs_deviation(const double *v, size_t n, int ddof) {
  return cs_deviation_about(v, n, ddof, cs_mean(v, n));
}

double cs_deviation_about(const double *v, size_t n, int ddof, double mean) {
  double unit, variance = unit_variance(v, n, ddof, mean, &unit);
  return sqrt(variance) * unit;
}

double cs_skewness(const double *v, size_t n) {
  double unit, mean = cs_mean(v, n), m2 = unit_variance(v, n, 0, mean, &unit);
  /* Below the rounding of the mean there is no shape to measure (scipy.stats.skew draws the same line). */
  if (!(sqrt(m2) * unit > DBL_EPSILON * fabs(mean))) return 0;
  struct compensated cubes = {0, 0};
  for (size_t i = 0; i < n; i++) {
    double deviation = v[i] / unit - mean / unit;
    compensated_add(&cubes, deviation * deviation * deviation);
  }
  return (cubes.sum + cubes.error) / (double)n / (m2 * sqrt(m2));
}

static void swap(double *a, double *b) {
  double t = *a;
  *a = *b;
  *b = t;
}

static void insertion_sort(double *v, size_t n) {
  for (size_t i = 1; i < n; i++) {
    double value = v[i];
    size_t j = i;
    for (; j > 0 && v[j - 1] > value; j--) v[j] = v[j - 1];
    v[j] = value;
  }
}

static void sift_down(double *v, size_t root, size_t n) {
  for (size_t child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && v[child] < v[child + 1]) child++;
    if (v[root] >= v[child]) return;
    swap(&v[root], &v[child]);
  }
}

static void heap_sort(double *v, size_t n) {
  for (size_t i = n / 2; i-- > 0;) sift_down(v, i, n);
  for (size_t end = n; end-- > 1;) {
    swap(&v[0], &v[end]);
    sift_down(v, 0, end);
  }
}

/* Hoare's partition around the median of three: v[0..result] <= v[result+1..n). Equal keys stop both hands,
 * so a constant splits in halves. */
static size_t partition(double *v, size_t n) {
  size_t middle = (n - 1) / 2;
  if (v[middle] < v[0]) swap(&v[middle], &v[0]);
  if (v[n - 1] < v[0]) swap(&v[n - 1], &v[0]);
  if (v[n - 1] < v[middle]) swap(&v[n - 1], &v[middle]);
  double pivot = v[middle];
  size_t low = 0, high = n - 1;
  for (;;) {
    while (v[low] < pivot) low++;
    while (v[high] > pivot) high--;
    if (low >= high) return high;
    swap(&v[low++], &v[high--]);
  }
}

/* Introsort (Musser 1997): n log n whatever the order of the data, without memory. */
static void intro_sort(double *v, size_t n, int depth) {
  while (n > INSERTION_MAX) {
    if (depth-- == 0) {
      heap_sort(v, n);
      return;
    }
    size_t cut = partition(v, n) + 1;
    if (cut < n - cut) {
      intro_sort(v, cut, depth);
      v += cut;
      n -= cut;
    } else {
      intro_sort(v + cut, n - cut, depth);
      n = cut;
    }
  }
  insertion_sort(v, n);
}

void cs_sort(double *v, size_t n) {
  int depth = 0;
  for (size_t rest = n; rest > 1; rest /= 2) depth += 2;
  intro_sort(v, n, depth);
}

/* Between a and b, from the nearer end, as numpy does: the result never leaves [a, b]. */
static double between(double a, double b, double part) {
  double step = b - a;
  if (part == 0) return a;
  if (!isfinite(step)) return a * (1 - part) + b * part;
  return part < 0.5 ? a + step * part : b - step * (1 - part);
}

/* The rank of a quantile, and how far it lies towards the next one. */
static size_t rank_of(size_t n, double p, double *part) {
  double place = (double)(n - 1) * p, whole = floor(place);
  size_t rank = (size_t)whole;
  *part = place - whole;
  if (rank + 1 < n) return rank;
  *part = 0;
  return n - 1;
}

double cs_quantile_sorted(const double *sorted, size_t n, double p) {
  double part;
  if (n == 0) return NAN;
  size_t rank = rank_of(n, p, &part);
  return part == 0 ? sorted[rank] : between(sorted[rank], sorted[rank + 1], part);
}

/* Where the two values that a quantile lies between stand in the list of ranks. */
struct place {
  size_t at;
  double part;
};

/* Lists the ranks that the quantiles need, ascending and each once. */
static size_t list_ranks(size_t n, const double *p, size_t count, struct place *place, size_t *rank) {
  size_t ranks = 0;
  for (size_t i = 0; i < count; i++) {
    size_t low = rank_of(n, p[i], &place[i].part);
    if (ranks == 0 || rank[ranks - 1] < low) rank[ranks++] = low;
    /* The last one listed is this rank or, from the quantile before, the one above it. */
    place[i].at = ranks - 1 - (rank[ranks - 1] - low);
    if (place[i].part > 0 && rank[ranks - 1] == low) rank[ranks++] = low + 1;
  }
  return ranks;
}

enum cs_status cs_quantiles(const double *v, size_t n, const double *p, size_t count, double *out,
                            struct cs_error *err) {
  size_t *rank;
  struct place *place = NULL;
  double *value = NULL;
  for (size_t i = 0; i < count; i++) out[i] = NAN;
  if (n == 0 || count == 0) return CS_OK;
  CS_TRY(cs_alloc(&rank, 2 * count, sizeof *rank, "the quantiles", err));
  enum cs_status status = cs_alloc(&place, count, sizeof *place, "the quantiles", err);
  if (status == CS_OK) status = cs_alloc(&value, 2 * count, sizeof *value, "the quantiles", err);
  if (status == CS_OK) status = cs_order(v, n, rank, list_ranks(n, p, count, place, rank), value, err);
  for (size_t i = 0; i < count && status == CS_OK; i++) {
    const double *low = value + place[i].at;
    out[i] = place[i].part == 0 ? *low : between(low[0], low[1], place[i].part);
  }
  free(value);
  free(place);
  free(rank);
  return status;
}

/* --- order statistics in place --- */

enum { SORTED_AT_ONCE = 48, ROUNDS_MOST = 64, NINTHER = 9, MUCH = 16 };

struct parted {
  size_t below, equal;
};

/* Those below the pivot are put in front; tells how many, and how many equal it. Without a branch, which would be guessed wrongly
 * half the time. */
static struct parted put_below(double *v, size_t n, double pivot) {
  size_t below = 0, equal = 0;
  for (size_t i = 0; i < n; i++) {
    double x = v[i];
    v[i] = v[below];
    v[below] = x;
    below += x < pivot;
    equal += x == pivot;
  }
  return (struct parted){below, equal};
}

static double pivot_of(const double *v, size_t n) {
  double some[NINTHER];
  for (size_t i = 0; i < NINTHER; i++) some[i] = v[(n - 1) / (NINTHER - 1) * i];
  cs_sort(some, NINTHER);
  return some[NINTHER / 2];
}

/* Puts what belongs at rank[0..count) there: ranks are of v[0..n), ascending, counted from `from` on. */
static void put_ranks(double *v, size_t n, size_t from, const size_t *rank, size_t count, int rounds) {
  while (count > 0 && n > SORTED_AT_ONCE && rounds-- > 0) {
    double pivot = pivot_of(v, n);
    const struct parted parted = put_below(v, n, pivot);
    size_t below = parted.below, upto = below, first = 0;
    /* Of the rest, which isn't below it, what is equal, where it is much: of values that are all different a pass for nothing. */
    if (below == 0 || parted.equal > n / MUCH)
      upto += put_below(v + below, n - below, nextafter(pivot, INFINITY)).below;
    while (first < count && rank[first] - from < below) first++;
    put_ranks(v, below, from, rank, first, rounds);
    while (first < count && rank[first] - from < upto) first++;
    rank += first;
    count -= first;
    v += upto;
    n -= upto;
    from += upto;
  }
  if (count > 0) cs_sort(v, n);
}

void cs_quantiles_place(double *v, size_t n, const double *p, size_t count) {
  enum { PLACED_MOST = 16 };
  size_t rank[2 * PLACED_MOST], ranks = 0;
  if (n == 0) return;
  for (size_t i = 0; i < count && i < PLACED_MOST; i++) {
    double part;
    size_t low = rank_of(n, p[i], &part);
    if (ranks == 0 || rank[ranks - 1] < low) rank[ranks++] = low;
    if (low + 1 < n && rank[ranks - 1] < low + 1) rank[ranks++] = low + 1;
  }
  put_ranks(v, n, 0, rank, ranks, ROUNDS_MOST);
}
