#include "algo/mcd_inside.h"
#include "algo/normal.h"
#include "algo/symmetric.h"

#include <math.h>
#include <string.h>

/* --- scales --- */

/* Hoare 1961, Wirth 1976. */
double cs_mcd_select(double *v, size_t n, size_t rank) {
  ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, at = (ptrdiff_t)rank;
  while (low < high) {
    double pivot = v[low + (high - low) / 2];
    ptrdiff_t i = low, j = high;
    while (i <= j) {
      while (v[i] < pivot) i++;
      while (v[j] > pivot) j--;
      if (i > j) break;
      double value = v[i];
      v[i++] = v[j];
      v[j--] = value;
    }
    if (at <= j)
      high = j;
    else if (at >= i)
      low = i;
    else
      break;
  }
  return v[rank];
}

double cs_mcd_median(double *v, size_t n) {
  double upper = cs_mcd_select(v, n, n / 2), lower = v[0];
  if (n % 2) return upper;
  for (size_t i = 1; i < n / 2; i++) lower = fmax(lower, v[i]);
  return lower + (upper - lower) / 2;
}

/* The median of the absolute deviations, or of those that aren't nothing. */
static double deviation(const double *v, size_t n, size_t stride, double centre, double *room) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) room[i] = fabs(v[i * stride] - centre);
  double middle = cs_mcd_median(room, n);
  if (middle > CS_MCD_NOTHING) return middle;
  for (size_t i = 0; i < n; i++)
    if (room[i] > CS_MCD_NOTHING) room[count++] = room[i];
  return count ? cs_mcd_median(room, count) : 0;
}

double cs_mcd_scale(const double *v, size_t n, size_t stride, double *room) {
  static const double centre_cut = 4.5, scale_cut = 3;
  double sum = 0, weights = 0, squares = 0;
  for (size_t i = 0; i < n; i++) room[i] = v[i * stride];
  double middle = cs_mcd_median(room, n), unit = deviation(v, n, stride, middle, room);
  if (!(unit > 0)) return 0;
  for (size_t i = 0; i < n; i++) {
    double u = (v[i * stride] - middle) / (centre_cut * unit), w = 1 - u * u;
    if (!(w > 0)) continue;
    sum += v[i * stride] * w * w;
    weights += w * w;
  }
  double centre = sum / weights;
  for (size_t i = 0; i < n; i++) {
    double u = (v[i * stride] - centre) / unit;
    squares += fmin(u * u, scale_cut * scale_cut);
  }
  return unit * sqrt(squares / (double)n);
}

/* --- the rows as a start sees them --- */

static void by_tanh(struct cs_mcd_rows *rows) {
  for (size_t i = 0; i < rows->n * rows->d; i++) rows->y[i] = tanh(rows->z[i]);
}

/* Ranks from 1, the mean of those that are equal; or their normal scores. */
static void rank_column(struct cs_mcd_rows *rows, size_t column, bool normal) {
  size_t n = rows->n, d = rows->d;
  struct cs_mcd_ranked *ranked = rows->ranked;
  for (size_t i = 0; i < n; i++) ranked[i] = (struct cs_mcd_ranked){rows->z[i * d + column], i};
  cs_mcd_rank(ranked, n);
  for (size_t begin = 0, end; begin < n; begin = end) {
    for (end = begin + 1; end < n && ranked[end].value == ranked[begin].value;) end++;
    double rank = (double)(begin + 1 + end) / 2;
    if (normal) rank = cs_normal_quantile((rank - 1.0 / 3) / ((double)n + 1.0 / 3));
    for (size_t i = begin; i < end; i++) rows->y[ranked[i].row * d + column] = rank;
  }
}

static void by_ranks(struct cs_mcd_rows *rows, bool normal) {
  for (size_t j = 0; j < rows->d; j++) rank_column(rows, j, normal);
}

static double norm(const double *row, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) sum += row[j] * row[j];
  return sqrt(sum);
}

/* Each row cut to length 1; what is in the middle stays there. */
static void by_signs(struct cs_mcd_rows *rows) {
  size_t d = rows->d;
  for (size_t i = 0; i < rows->n; i++) {
    double length = norm(rows->z + i * d, d);
    for (size_t j = 0; j < d; j++) rows->y[i * d + j] = length > 0 ? rows->z[i * d + j] / length : 0;
  }
}

/* --- scatters --- */

static void mark_all(struct cs_mcd_rows *rows) {
  for (size_t i = 0; i < rows->n; i++) rows->in[i] = true;
}

static void correlation(struct cs_mcd_rows *rows, double *mean, double *scatter) {
  size_t d = rows->d;
  mark_all(rows);
  cs_mcd_moments(rows, rows->y, mean, scatter);
  for (size_t j = 0; j < d; j++) mean[j] = sqrt(scatter[j * d + j]);
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k < d; k++) {
      double both = mean[j] * mean[k];
      scatter[j * d + k] = j == k ? 1 : both > 0 ? scatter[j * d + k] / both : 0;
    }
}

static void sign_covariance(const struct cs_mcd_rows *rows, double *scatter) {
  size_t d = rows->d;
  memset(scatter, 0, d * d * sizeof *scatter);
  for (size_t i = 0; i < rows->n; i++)
    for (size_t j = 0; j < d; j++)
      for (size_t k = 0; k < d; k++) scatter[j * d + k] += rows->y[i * d + j] * rows->y[i * d + k];
}

/* The half nearest to the middle: the first step of Billor, Hadi & Velleman (2000). */
static void half_covariance(struct cs_mcd_rows *rows, double *mean, double *scatter) {
  for (size_t i = 0; i < rows->n; i++) rows->distance[i] = norm(rows->z + i * rows->d, rows->d);
  cs_mcd_choose(rows, (rows->n + 1) / 2);
  cs_mcd_moments(rows, rows->z, mean, scatter);
}

/* Of pairs of columns by the scales of their sum and difference (Gnanadesikan & Kettenring 1972). */
static void pairwise(struct cs_mcd_rows *rows, double *scatter) {
  size_t n = rows->n, d = rows->d;
  double *v = rows->y;
  for (size_t j = 0; j < d; j++) scatter[j * d + j] = 1;
  for (size_t j = 0; j < d; j++)
    for (size_t k = 0; k < j; k++) {
      for (size_t i = 0; i < n; i++) v[i] = rows->z[i * d + j] + rows->z[i * d + k];
      double sum = cs_mcd_scale(v, n, 1, rows->room);
      for (size_t i = 0; i < n; i++) v[i] = rows->z[i * d + j] - rows->z[i * d + k];
      double difference = cs_mcd_scale(v, n, 1, rows->room);
      scatter[j * d + k] = scatter[k * d + j] = (sum * sum - difference * difference) / 4;
    }
}

static void make_scatter(struct cs_mcd_rows *rows, int start, double *mean, double *scatter) {
  switch (start) {
  case 0: by_tanh(rows); break;
  case 1: by_ranks(rows, false); break;
  case 2: by_ranks(rows, true); break;
  case 3:
    by_signs(rows);
    sign_covariance(rows, scatter);
    return;
  case 4: half_covariance(rows, mean, scatter); return;
  default: pairwise(rows, scatter); return;
  }
  correlation(rows, mean, scatter);
}

/* --- distances --- */

/* y becomes z along the eigenvectors, each with scale 1; a direction without one is left as it is. */
static void turn(struct cs_mcd_rows *rows, const double *vector) {
  size_t n = rows->n, d = rows->d;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < d; k++) {
      double sum = 0;
      for (size_t j = 0; j < d; j++) sum += rows->z[i * d + j] * vector[k * d + j];
      rows->y[i * d + k] = sum;
    }
  for (size_t k = 0; k < d; k++) {
    double scale = cs_mcd_scale(rows->y + k, n, d, rows->room);
    if (!(scale > CS_MCD_NOTHING)) continue;
    for (size_t i = 0; i < n; i++) rows->y[i * d + k] /= scale;
  }
}

/* The medians along the columns, of the rows without scale and correlation, and then along the eigenvectors. */
static void find_centre(struct cs_mcd_rows *rows, const double *vector, double *median, double *centre) {
  size_t n = rows->n, d = rows->d;
  for (size_t j = 0; j < d; j++) {
    for (size_t i = 0; i < n; i++) {
      rows->room[i] = 0;
      for (size_t k = 0; k < d; k++) rows->room[i] += rows->y[i * d + k] * vector[k * d + j];
    }
    median[j] = cs_mcd_median(rows->room, n);
  }
  for (size_t k = 0; k < d; k++) {
    centre[k] = 0;
    for (size_t j = 0; j < d; j++) centre[k] += vector[k * d + j] * median[j];
  }
}

void cs_mcd_start(struct cs_mcd_rows *rows, int start, double *work) {
  size_t d = rows->d;
  double *scatter = work, *vector = scatter + d * d, *median = vector + d * d, *centre = median + d;
  make_scatter(rows, start, median, scatter);
  memset(vector, 0, d * d * sizeof *vector);
  cs_symmetric_diagonalise(scatter, vector, d);
  turn(rows, vector);
  find_centre(rows, vector, median, centre);
  for (size_t i = 0; i < rows->n; i++) {
    rows->distance[i] = 0;
    for (size_t k = 0; k < d; k++) {
      double off = rows->y[i * d + k] - centre[k];
      rows->distance[i] += off * off;
    }
  }
}
