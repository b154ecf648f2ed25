/* plot_lorenz.h - how evenly an amount is spread over rows: the share that the richest bring, against their share of the
 * rows (Lorenz 1905, turned so that the richest come first), and the Gini coefficient.
 */
#ifndef CS_REPORT_PLOT_LORENZ_H
#define CS_REPORT_PLOT_LORENZ_H

#include "report/plot.h"

struct cs_lorenz {
  struct cs_plot_words words;
  const double *amount; /* [n]; NaN is left out, what is below 0 counts as nothing */
  size_t n;
  const char *what; /* "revenue" */
};

/* CS_DATA: there is no amount above 0. */
CS_MUST_CHECK enum cs_status cs_plot_lorenz(struct cs_plot *plot, const struct cs_lorenz *lorenz,
                                            struct cs_error *err);

#endif
