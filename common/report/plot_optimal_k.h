/* plot_optimal_k.h - the criteria for the number of clusters, side by side, with the choice and the runner-up.
 *
 * Each favours a k: silhouette and Calinski-Harabasz their largest value, Davies-Bouldin its smallest, the gap statistic
 * the smallest k whose gap is within one standard error of the next (Tibshirani et al. 2001), the stability the largest k
 * whose clusters all reach 0.75 (Hennig 2007), the inertia its elbow: the point farthest below the line between its ends.
 * The smallest share favours none.
 */
#ifndef CS_REPORT_PLOT_OPTIMAL_K_H
#define CS_REPORT_PLOT_OPTIMAL_K_H

#include "report/plot.h"

struct cs_optimal_k_row {
  size_t k;
  /* NaN where absent */
  double inertia, silhouette, davies_bouldin, calinski_harabasz, gap, gap_se, stability, smallest;
};

struct cs_optimal_k {
  struct cs_plot_words words;
  const struct cs_optimal_k_row *row; /* [count], k ascending */
  size_t count;
  size_t chosen, runner_up; /* k, or 0 */
};

/* CS_DATA: there is no criterion with two values. At most six are drawn. */
CS_MUST_CHECK enum cs_status cs_plot_optimal_k(struct cs_plot *plot, const struct cs_optimal_k *optimal_k,
                                               struct cs_error *err);

#endif
