/* plot_kdistance.h - the k-distance graph: how far each row's k-th neighbour is, in ascending order, with the knee and the
 * eps that was chosen (Ester et al. 1996).
 */
#ifndef CS_REPORT_PLOT_KDISTANCE_H
#define CS_REPORT_PLOT_KDISTANCE_H

#include "report/plot.h"

struct cs_kdistance {
  struct cs_plot_words words;
  const double *distance; /* [count], ascending: of all n rows, or of evenly spread ranks among them */
  size_t count, n;
  size_t neighbour; /* which one the distance goes to */
  double knee, eps; /* distances; NaN: none */
};

/* CS_DATA: there are no distances. At most 1,000 points are drawn. */
CS_MUST_CHECK enum cs_status cs_plot_kdistance(struct cs_plot *plot, const struct cs_kdistance *kdistance,
                                               struct cs_error *err);

#endif
