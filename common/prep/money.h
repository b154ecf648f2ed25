/* money.h - sums of money that come out to the cent in whatever order the lines stand.
 *
 * A total keeps what each addition loses (Neumaier 1974), so it is the exact sum, rounded once, for any
 * realistic number of lines. A difference is cut to the digits that its operands carried: 25.50 - 25.50 paid
 * in parts is 0.
 */
#ifndef CS_PREP_MONEY_H
#define CS_PREP_MONEY_H

#include <math.h>
#include <stdlib.h>

struct cs_money {
  double sum, error;
};

#define CS_MONEY_INIT                                                                                        \
  { 0, 0 }

static inline void cs_money_add(struct cs_money *total, double value) {
  double sum = total->sum + value;
  total->error += fabs(total->sum) >= fabs(value) ? (total->sum - sum) + value : (value - sum) + total->sum;
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

/* value without the noise below the 14th significant digit of `magnitude`, the largest of what it was made
 * from. */
static inline double cs_money_snap(double value, double magnitude) {
  if (!isfinite(value) || !(magnitude > 0)) return value;
  int places = 13 - (int)floor(log10(magnitude));
  if (places > 300 || places < -300) return value;
  double unit = pow(10, abs(places));
  double cut = places >= 0 ? round(value * unit) / unit : round(value / unit) * unit;
  return isfinite(cut) ? cut : value;
}

#endif
