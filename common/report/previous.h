/* previous.h - the segments of a run before: how many rows each had, and what it brought. Segments are the same where their labels are
 * (cs-kmeans --match keeps them), and their names, if both have one.
 */
#ifndef CS_REPORT_PREVIOUS_H
#define CS_REPORT_PREVIOUS_H

#include "report/report.h"

struct cs_previous {
  bool there;
  size_t rows;     /* in all */
  size_t *size;    /* [k], rows of the segment then; SIZE_MAX: there was none */
  double *revenue; /* [k], NaN where not known */
  size_t gone;     /* segments of then that are no more */
};

#define CS_PREVIOUS_INIT                                                                                     \
  { false, 0, NULL, NULL, 0 }

/* table is the clustered table of then, with the same column of labels. */
CS_MUST_CHECK enum cs_status cs_previous_find(struct cs_previous *previous, const struct cs_report *report,
                                              const struct cs_table *table, const char *label, int threads,
                                              struct cs_error *err);
void cs_previous_release(struct cs_previous *previous);

#endif
