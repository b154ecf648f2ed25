/* plot.h - a picture: the script that makes gnuplot draw it, its title, and a sentence that says the same to whoever
 * cannot see it.
 *
 * Life     CS_PLOT_INIT, one of cs_plot_scatter(), cs_plot_comparison(), ... fills it, cs_plot_draw() as often as there
 *          are files to write, cs_plot_release().
 * Text     titles, names and units may be anything; what is too wide is cut with an ellipsis.
 * Repeats  the script depends on what was given and nothing else.
 */
#ifndef CS_REPORT_PLOT_H
#define CS_REPORT_PLOT_H

#include "base/error.h"
#include "base/str.h"
#include "report/gnuplot.h"

#include <stdbool.h>
#include <stddef.h>

struct cs_plot {
  const char *name;       /* "scatter" */
  unsigned width, height; /* in pixels at scale 1 */
  struct cs_str title, alt, script;
};

#define CS_PLOT_INIT                                                                                         \
  { NULL, 0, 0, CS_STR_INIT, CS_STR_INIT, CS_STR_INIT }

void cs_plot_release(struct cs_plot *plot);

/* What every picture is given. */
struct cs_plot_words {
  const char *title;
  const char *subtitle; /* or NULL; what a picture says of its own data comes behind it */
  const char *noun;     /* what the rows are, in the plural: "customers" */
  const char *currency; /* stands before amounts, or NULL */
};

/* A segment as the pictures show it. Its position among those that aren't noise gives its colour. */
struct cs_plot_segment {
  const char *name;
  size_t size;
  double share; /* of all rows, 0..1 */
  bool noise;
};

enum cs_image { CS_IMAGE_PNG, CS_IMAGE_SVG };

/* Appends the image. scale is 1, or 2 for twice as many pixels; an SVG has none. */
CS_MUST_CHECK enum cs_status cs_plot_draw(const struct cs_plot *plot, const struct cs_gnuplot *gnuplot,
                                          enum cs_image image, unsigned scale, struct cs_str *out,
                                          struct cs_error *err);

#endif
