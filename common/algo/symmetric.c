#include "algo/symmetric.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { SWEEPS_MAX = 64 };

/* --- eigenvectors --- */

/* Rotates rows and columns p < q of a so that a[p][q] vanishes, and the rows p, q of vector with them. */
static void rotate(double *a, double *vector, size_t d, size_t p, size_t q) {
  double apq = a[p * d + q], theta = (a[q * d + q] - a[p * d + p]) / (2 * apq);
  /* The smaller of the two angles, which makes the sweeps converge. */
  double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
  if (!isfinite(theta * theta)) t = 0.5 / theta;
  double c = 1 / sqrt(t * t + 1), s = t * c, r = s / (1 + c);
  a[p * d + p] -= t * apq;
  a[q * d + q] += t * apq;
  a[p * d + q] = a[q * d + p] = 0;
  for (size_t i = 0; i < d; i++) {
    if (i != p && i != q) {
      double ip = a[p * d + i], iq = a[q * d + i];
      a[p * d + i] = a[i * d + p] = ip - s * (iq + r * ip);
      a[q * d + i] = a[i * d + q] = iq + s * (ip - r * iq);
    }
    double vp = vector[p * d + i], vq = vector[q * d + i];
    vector[p * d + i] = vp - s * (vq + r * vp);
    vector[q * d + i] = vq + s * (vp - r * vq);
  }
}

/* Whether a[p][q] still counts beside the diagonal. */
static bool matters(const double *a, size_t d, size_t p, size_t q, double largest) {
  double apq = fabs(a[p * d + q]);
  if (apq <= DBL_MIN || apq <= DBL_EPSILON * 1e-3 * largest) return false;
  return apq > DBL_EPSILON * 0.25 * sqrt(fabs(a[p * d + p])) * sqrt(fabs(a[q * d + q]));
}

/* Cyclic by rows, until a whole sweep changes nothing. */
void cs_symmetric_diagonalise(double *a, double *vector, size_t d) {
  double largest = 0;
  for (size_t i = 0; i < d; i++) {
    vector[i * d + i] = 1;
    largest = fmax(largest, a[i * d + i]);
  }
  for (int sweep = 0, rotations = 1; rotations > 0 && sweep < SWEEPS_MAX; sweep++) {
    rotations = 0;
    for (size_t p = 0; p + 1 < d; p++)
      for (size_t q = p + 1; q < d; q++)
        if (matters(a, d, p, q, largest)) {
          rotate(a, vector, d, p, q);
          rotations++;
        }
  }
}

/* --- factors --- */

size_t cs_symmetric_factor(const double *a, size_t d, double least, double *factor) {
  for (size_t j = 0; j < d; j++) {
    double left = a[j * d + j];
    for (size_t k = 0; k < j; k++) {
      double sum = a[j * d + k];
      for (size_t m = 0; m < k; m++) sum -= factor[j * d + m] * factor[k * d + m];
      factor[j * d + k] = sum / factor[k * d + k];
      left -= factor[j * d + k] * factor[j * d + k];
    }
    if (!(left > least)) return j;
    factor[j * d + j] = sqrt(left);
  }
  return d;
}

double cs_mahalanobis(const double *row, const double *centre, const double *factor, size_t d, double *room) {
  double sum = 0;
  for (size_t j = 0; j < d; j++) {
    room[j] = row[j] - centre[j];
    for (size_t k = 0; k < j; k++) room[j] -= factor[j * d + k] * room[k];
    room[j] /= factor[j * d + j];
    sum += room[j] * room[j];
  }
  return sum;
}
