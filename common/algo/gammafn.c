#include "algo/gammafn.h"

#include <math.h>

enum { STIRLING_FROM = 10 };

static const double half_log_two_pi = 0.91893853320467274178;

/* The sum of B(2k) / (2k (2k - 1) z^(2k-1)). */
static struct cs_jet stirling(double z) {
  static const double coefficient[] = {1.0 / 12,    -1.0 / 360,       1.0 / 1260,
                                       -1.0 / 1680, 1.0 / 1188,       -691.0 / 360360,
                                       1.0 / 156,   -3617.0 / 122400, 43867.0 / 244188};
  double term = 1 / z, square = term * term;
  struct cs_jet sum = {0, 0, 0};
  for (int k = 0; k < (int)(sizeof coefficient / sizeof *coefficient); k++, term *= square) {
    double power = 2 * k + 1, part = coefficient[k] * term;
    sum.value += part;
    sum.first -= power * part;
    sum.second += power * power * part;
  }
  return sum;
}

/* J with its derivatives by z itself, which add up over the steps. */
static struct cs_jet binet_by_z(double z) {
  struct cs_jet steps = {0, 0, 0};
  for (; z < STIRLING_FROM; z += 1) {
    double grown = log1p(1 / z), product = z * (z + 1);
    steps.value += (z + 0.5) * grown - 1;
    steps.first += grown - (z + 0.5) / product;
    steps.second += 0.5 / (product * product);
  }
  struct cs_jet rest = stirling(z);
  steps.value += rest.value;
  steps.first += rest.first / z;
  steps.second += (rest.second - rest.first) / (z * z);
  return steps;
}

struct cs_jet cs_binet(double z) {
  struct cs_jet j = binet_by_z(z);
  double first = z * j.first;
  return (struct cs_jet){j.value, first, first + z * (z * j.second)};
}

double cs_log_gamma(double z) {
  return binet_by_z(z).value + (z - 0.5) * log(z) - z + half_log_two_pi;
}

double cs_digamma(double z) {
  return binet_by_z(z).first + log(z) - 0.5 / z;
}

double cs_trigamma(double z) {
  return binet_by_z(z).second + 1 / z + 0.5 / (z * z);
}

struct cs_jet cs_log_rising(double z, double x) {
  struct cs_jet low = cs_binet(z), high = cs_binet(z + x);
  double part = z / (z + x), grown = log1p(x / z), rest = x / (z + x);
  return (struct cs_jet){
      (z + x - 0.5) * grown - x + high.value - low.value,
      z * grown - x + rest / 2 + part * high.first - low.first,
      z * grown - part * x - part * rest / 2 + part * (rest * high.first + part * high.second) - low.second,
  };
}

void cs_rising_init(struct cs_rising *table, double z, double most) {
  struct cs_jet sum = {0, 0, 0};
  table->z = z;
  table->count = most < CS_RISING_MAX ? (size_t)most + 1 : CS_RISING_MAX;
  for (size_t i = 0; i < table->count; i++) {
    double share = (double)i / (z + (double)i);
    table->at[i] = sum;
    sum.value += log1p((double)i / z);
    sum.first -= share;
    sum.second += share * (z / (z + (double)i));
  }
}
