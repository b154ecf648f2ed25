/* plot_rfm.h - how many rows have which recency and frequency score, and what they spend on average. */
#ifndef CS_REPORT_PLOT_RFM_H
#define CS_REPORT_PLOT_RFM_H

#include "report/plot.h"

enum { CS_RFM_SCORES = 5 };

struct cs_rfm_grid {
  struct cs_plot_words words;
  size_t count[CS_RFM_SCORES][CS_RFM_SCORES]; /* [recency score - 1][frequency score - 1] */
  double spend[CS_RFM_SCORES][CS_RFM_SCORES]; /* the mean; NaN where there is none */
};

CS_MUST_CHECK enum cs_status cs_plot_rfm(struct cs_plot *plot, const struct cs_rfm_grid *grid,
                                         struct cs_error *err);

#endif
