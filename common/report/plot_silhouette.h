/* plot_silhouette.h - the silhouette value of each row, sorted within its segment (Rousseeuw 1987).
 *
 * Shapes   value, segment are [n], segments is [k]. Rows without a value, as noise, are left out.
 * Height   of the picture grows beyond 20 segments.
 */
#ifndef CS_REPORT_PLOT_SILHOUETTE_H
#define CS_REPORT_PLOT_SILHOUETTE_H

#include "report/plot.h"

#include <stdint.h>

struct cs_silhouettes {
  struct cs_plot_words words;
  size_t n, k;
  const double *value; /* -1..1, or NaN */
  const uint32_t *segment;
  const struct cs_plot_segment *segments;
};

/* CS_DATA: there is no value. At most 400 rows of a segment are drawn, evenly spread over its order. */
CS_MUST_CHECK enum cs_status
cs_plot_silhouette(struct cs_plot *plot, const struct cs_silhouettes *silhouettes, struct cs_error *err);

#endif
