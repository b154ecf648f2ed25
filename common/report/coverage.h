/* coverage.h - what a report covers, as cs-prep --quality wrote it: the period, what was left out, who wasn't known. */
#ifndef CS_REPORT_COVERAGE_H
#define CS_REPORT_COVERAGE_H

#include "base/error.h"
#include "data/document.h"

/* Texts are NULL and numbers NaN where nothing is said. */
struct cs_coverage {
  struct cs_node *document; /* NULL: there is none; texts live in it */
  const char *first, *last, *as_of;
  double rows, bad_rows, customers;
  double gross, refunded, guests; /* guests: their share of revenue */
};

#define CS_COVERAGE_INIT                                                                                     \
  { NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0 }

/* CS_IO, CS_DATA: no such document. */
CS_MUST_CHECK enum cs_status cs_coverage_read(struct cs_coverage *coverage, const char *path,
                                              struct cs_error *err);
void cs_coverage_release(struct cs_coverage *coverage);

#endif
