/* say.h - numbers and columns as people read them: one way to write a figure, whatever the output. */
#ifndef CS_REPORT_SAY_H
#define CS_REPORT_SAY_H

#include "base/str.h"

#include <stddef.h>

/* What a column holds. */
enum cs_unit {
  CS_UNIT_NUMBER, /* nothing is known of it */
  CS_UNIT_MONEY,
  CS_UNIT_COUNT, /* things: orders, categories */
  CS_UNIT_DAYS,
  CS_UNIT_SHARE, /* 0..1, written as a percentage */
  CS_UNIT_SCORE,
};

/* A column that cs-prep writes (docs/data-dictionary.md); of others title is NULL, and the unit a number. */
struct cs_known_column {
  const char *title;      /* "days since last purchase" */
  const char *low, *high; /* "bought lately", "long since the last purchase"; NULL: nothing to say */
  enum cs_unit unit;
};

struct cs_known_column cs_known_column(const char *name);

/* "money", "share" */
const char *cs_unit_name(enum cs_unit unit);

enum { CS_SAY_TEXT = 64 };

/* 1,234,568 or 3.14; what would be longer than a column is 1.23e+20; NaN is a dash. Returns text. */
const char *cs_say_number(char text[CS_SAY_TEXT], double value, int decimals);

/* A share as "63 %"; what isn't nothing isn't shown as nothing, what isn't all not as all. */
const char *cs_say_percent(char text[CS_SAY_TEXT], double share);

/* With the sign and the currency (or NULL) before it: -€1,234. */
const char *cs_say_money(char text[CS_SAY_TEXT], double value, const char *currency, int decimals);

/* How the figures of a column are written. */
struct cs_saying {
  enum cs_unit unit;
  int decimals;
  const char *currency; /* may be NULL */
};

/* +1.2, -0.3, 0.0 */
const char *cs_say_signed(char text[CS_SAY_TEXT], double value, int decimals);

const char *cs_say(char text[CS_SAY_TEXT], const struct cs_saying *saying, double value);

/* As many decimals as show two digits of half the spread. */
int cs_say_decimals(double deviation);

/* One row, two rows. */
const char *cs_plural(size_t count);

#endif
