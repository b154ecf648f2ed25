/* money.h - sums of money that come out to the cent in whatever order the lines stand.
 *
 * A total keeps what each addition loses (Neumaier 1974), so it is the exact sum, rounded once, for any
 * realistic number of lines. A difference is cut to the digits that its operands carried: 25.50 - 25.50 paid
 * in parts is 0.
 */
#ifndef CS_PREP_MONEY_H
#define CS_PREP_MONEY_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

struct cs_money {
  double sum, error;
};

#define CS_MONEY_INIT                                                                                        \
  { 0, 0 }

static inline void cs_money_add(struct cs_money *total, double value) {
  double sum = total->sum + value, added = sum - total->sum;
  total->error += (total->sum - (sum - added)) + (value - added); /* Knuth's, without a branch */
  total->sum = sum;
}

static inline void cs_money_add_total(struct cs_money *total, const struct cs_money *other) {
  cs_money_add(total, other->sum);
  total->error += other->error;
}

static inline double cs_money_value(const struct cs_money *total) {
  double value = total->sum + total->error;
  return isfinite(value) ? value : total->sum;
}

/* How many digits stand before the point: 3 for 999, 0 for 0.99, -1 for 0.099. */
static inline int cs_money_digits(double magnitude) {
  static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
  int digits = 0;
  if (magnitude < 1 || magnitude >= 1e10) return (int)floor(log10(magnitude)) + 1;
  while (magnitude >= power[digits]) digits++;
  return digits;
}

/* value without the noise below the 14th significant digit of `magnitude`, the largest of what it was made
 * from. */
static inline double cs_money_snap(double value, double magnitude) {
  static const double power[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6, 1e7,
                                 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};
  if (!isfinite(value) || !(magnitude > 0)) return value;
  double size = fabs(value);
  if (magnitude == size && size < 1e13) {
    /* Hundredths and a little noise: what is below comes to the same. */
    double cents = (double)(int64_t)(size * 100 + 0.5) / 100;
    if (fabs(size - cents) <= 4e-15 * size) return value < 0 ? -cents : cents;
  }
  int places = 14 - cs_money_digits(magnitude);
  if (places > 300 || places < -300) return value;
  double unit = abs(places) <= 14 ? power[abs(places)] : pow(10, abs(places));
  double cut = places >= 0 ? round(value * unit) / unit : round(value / unit) * unit;
  return isfinite(cut) ? cut : value;
}

#endif
