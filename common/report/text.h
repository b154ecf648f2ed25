/* text.h - the report as plain text for a terminal: one sentence, the segments, what sets them apart, the
 * evidence. */
#ifndef CS_REPORT_TEXT_H
#define CS_REPORT_TEXT_H

#include "base/error.h"
#include "base/str.h"
#include "report/report.h"

struct cs_text_options {
  const char *title; /* a heading, or NULL */
  size_t width;      /* of the terminal, at least 60 */
};

CS_MUST_CHECK enum cs_status cs_report_text(const struct cs_report *report,
                                            const struct cs_text_options *options, struct cs_str *out,
                                            struct cs_error *err);

#endif
