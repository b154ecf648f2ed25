/* figure.h - numbers as a reader of pictures wants them: thousands separated, few digits, their unit with them. */
#ifndef CS_REPORT_FIGURE_H
#define CS_REPORT_FIGURE_H

#include "base/str.h"
#include "report/say.h"

#include <stddef.h>

/* 1234567.8 is 1,234,568 without decimals; a minus sign, not a hyphen; a dash for NaN. */
void cs_figure_number(struct cs_str *out, double value, int decimals);

/* 0.634 is "63 %"; what isn't nothing isn't shown as nothing, what isn't all not as all. */
void cs_figure_share(struct cs_str *out, double share);

/* With three significant digits or so: 0.553, 12.4, 1,812, 1.84M. */
void cs_figure_short(struct cs_str *out, double value);

/* An amount of a unit, with this many decimals: "€1,200", "35 %", "90 d"; from a million on 1.2M. */
void cs_figure_unit(struct cs_str *out, double value, int decimals, enum cs_unit unit, const char *currency);

/* --- the ticks of an axis --- */

enum { CS_TICKS_MAX = 12 };

struct cs_ticks {
  double at[CS_TICKS_MAX];
  size_t count;
  int decimals; /* that tell them apart, in the unit as it is written */
};

/* Round numbers within lo..hi, about `want` of them. whole: no halves of what is counted. */
struct cs_ticks cs_ticks_make(double lo, double hi, size_t want, enum cs_unit unit);

/* Powers of ten, or 1, 2, 5 times them where those are few; lo > 0. */
struct cs_ticks cs_ticks_log(double lo, double hi, size_t want);

#endif
