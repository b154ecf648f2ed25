#include "report/figure.h"

#include <math.h>

void cs_figure_number(struct cs_str *out, double value, int decimals) {
  char text[CS_SAY_TEXT];
  const char *digits = isinf(value) ? "∞" : cs_say_number(text, fabs(value), decimals);
  if (value < 0 && strspn(digits, "0.") != strlen(digits)) cs_str_add_text(out, "−");
  cs_str_add_text(out, digits);
}

void cs_figure_share(struct cs_str *out, double share) {
  if (share > 0 && 100 * share <= 0.5) /* 0.5 rounds to the even 0 */
    cs_str_add_text(out, "<1 %");
  else if (share < 1 && 100 * share >= 99.5)
    cs_str_add_text(out, ">99 %");
  else {
    cs_figure_number(out, 100 * share, 0);
    cs_str_add_text(out, isnan(share) ? "" : " %");
  }
}

/* 1.84M: the value in thousand thousands, with the letter for it. Below a million as it is. */
static char scaled(double *value) {
  static const char letter[] = {'M', 'B', 'T'};
  double size = fabs(*value);
  if (!(size >= 999999.5) || !(size < 1e15)) return '\0';
  size_t i = size < 999.9995e6 ? 0 : size < 999.9995e9 ? 1 : 2;
  *value /= pow(1000, (double)i + 2);
  return letter[i];
}

void cs_figure_short(struct cs_str *out, double value) {
  char letter = scaled(&value);
  double size = fabs(value);
  int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
  if (size > 0 && size < 0.01) decimals = size < 1e-9 ? 12 : 1 - (int)floor(log10(size));
  if (value == 0) decimals = 0;
  cs_figure_number(out, value, decimals);
  if (letter) cs_str_add_byte(out, letter);
}

void cs_figure_unit(struct cs_str *out, double value, int decimals, enum cs_unit unit, const char *currency) {
  if (isnan(value)) {
    cs_str_add_text(out, "–");
    return;
  }
  char letter = unit == CS_UNIT_SHARE ? '\0' : scaled(&value);
  if (unit == CS_UNIT_MONEY && currency) {
    cs_str_add_text(out, value < 0 ? "−" : "");
    cs_str_add_text(out, currency);
    value = fabs(value);
  }
  if (letter) decimals = fabs(value) < 9.995 && fabs(value - round(value)) > 0.005 ? 1 : 0;
  if (unit == CS_UNIT_SHARE) value *= 100;
  cs_figure_number(out, value, decimals);
  if (letter) cs_str_add_byte(out, letter);
  if (unit == CS_UNIT_SHARE) cs_str_add_text(out, " %");
  if (unit == CS_UNIT_DAYS) cs_str_add_text(out, " d");
}

/* --- ticks --- */

/* The round number nearest to a raw step: 1, 2 or 5 times a power of ten. */
static double round_step(double raw) {
  double power = pow(10, floor(log10(raw))), part = raw / power;
  return power * (part < 1.4142 ? 1 : part < 3.1623 ? 2 : part < 7.0711 ? 5 : 10);
}

static int step_decimals(double step) {
  int decimals = 0;
  while (decimals < 12 && fabs(step - round(step)) > 1e-6 * step) {
    step *= 10;
    decimals++;
  }
  return decimals;
}

struct cs_ticks cs_ticks_make(double lo, double hi, size_t want, enum cs_unit unit) {
  struct cs_ticks ticks = {.count = 0};
  double range = hi - lo;
  if (!(range > 0) || !isfinite(range) || range < 1e-12 * fmax(fabs(lo), fabs(hi))) return ticks;
  double step = round_step(range / (double)(want ? want : 1));
  bool whole = unit == CS_UNIT_COUNT || unit == CS_UNIT_DAYS;
  if (whole && step < 1) step = 1;
  while (floor(hi / step + 1e-9) - ceil(lo / step - 1e-9) + 1 > CS_TICKS_MAX) step *= 2;
  double first = ceil(lo / step - 1e-9), last = floor(hi / step + 1e-9);
  for (double i = first; i <= last; i++) ticks.at[ticks.count++] = i == 0 ? 0 : i * step;
  ticks.decimals = step_decimals(unit == CS_UNIT_SHARE ? 100 * step : step);
  return ticks;
}

struct cs_ticks cs_ticks_log(double lo, double hi, size_t want) {
  static const double dense[] = {1, 2, 5}, sparse[] = {1};
  struct cs_ticks ticks = {.count = 0};
  int first = (int)floor(log10(lo)), last = (int)ceil(log10(hi));
  double decades = log10(hi) - log10(lo);
  bool few = decades < 1.6;
  int step = 1 + (int)(decades / (double)(want + 1));
  for (int e = first; e <= last; e += few ? 1 : step)
    for (size_t i = 0; i < (few ? 3 : 1) && ticks.count < CS_TICKS_MAX; i++) {
      double at = (few ? dense[i] : sparse[i]) * pow(10, e);
      if (at >= lo * (1 - 1e-9) && at <= hi * (1 + 1e-9)) ticks.at[ticks.count++] = at;
    }
  if (ticks.count > 0) ticks.decimals = ticks.at[0] < 1 ? (int)ceil(-log10(ticks.at[0]) - 1e-9) : 0;
  return ticks;
}
