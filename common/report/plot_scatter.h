/* plot_scatter.h - rows as points of two coordinates, coloured by segment, with 95 % ellipses and names.
 *
 * Shapes   x, y, segment are [n], segments is [k]. Rows that lack a coordinate are left out.
 * Method   the ellipse of a segment is that of a normal distribution with its mean and covariance (chi-square with two
 *          degrees of freedom, 5.991). Beyond 20,000 rows the picture shows their density.
 */
#ifndef CS_REPORT_PLOT_SCATTER_H
#define CS_REPORT_PLOT_SCATTER_H

#include "report/plot.h"

#include <stdint.h>

struct cs_scatter {
  struct cs_plot_words words;
  size_t n, k;
  const float *x, *y;
  const uint32_t *segment; /* below k */
  const struct cs_plot_segment *segments;
  const char *x_text, *y_text; /* "component 1 (46 %): spend, orders" */
};

/* CS_DATA: no row has both coordinates. */
CS_MUST_CHECK enum cs_status cs_plot_scatter(struct cs_plot *plot, const struct cs_scatter *scatter,
                                             struct cs_error *err);

#endif
