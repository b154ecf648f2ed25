/* plot_comparison.h - what sets each segment apart: a heat map of segments by columns, and box plots of a few columns in
 * their own units below it.
 *
 * Shapes   segments is [k]; column is [d]; cell and effect are [k * d], segment after segment; quantile of a panel is
 *          [k * 5]: 5 %, 25 %, 50 %, 75 %, 95 %, NaN where a segment has no value.
 * Height   of the picture grows with k. More than 24 segments, 14 columns or 6 panels are cut, and the subtitle says so.
 */
#ifndef CS_REPORT_PLOT_COMPARISON_H
#define CS_REPORT_PLOT_COMPARISON_H

#include "report/figure.h"
#include "report/plot.h"

struct cs_comparison_panel {
  const char *name;
  enum cs_unit unit;
  bool logarithmic; /* where all that is drawn is above 0; what isn't is drawn at the edge */
  const double *quantile;
  double middle; /* the median of all rows, or NaN */
};

struct cs_comparison {
  struct cs_plot_words words;
  size_t k, d, panels;
  const struct cs_plot_segment *segments;
  const char *const *column;
  const char *const *cell; /* what stands in it: "1,840" */
  const double *effect;    /* distance from the mean of all in standard deviations; gives its colour */
  const struct cs_comparison_panel *panel;
};

/* CS_DATA: there is no segment, or no column. */
CS_MUST_CHECK enum cs_status cs_plot_comparison(struct cs_plot *plot, const struct cs_comparison *comparison,
                                                struct cs_error *err);

#endif
