/* story.h - the report told: page one for whoever decides, each segment, and the appendix for whoever checks. Written as Markdown and as the
 * readable part of the HTML page.
 */
#ifndef CS_REPORT_STORY_H
#define CS_REPORT_STORY_H

#include "report/advice.h"
#include "report/coverage.h"
#include "report/page.h"
#include "report/previous.h"
#include "report/report.h"

struct cs_picture {
  const char *file; /* its name beside the document */
  const char *alt;
};

struct cs_story {
  const char *title; /* NULL: what the clustering is for */
  const struct cs_report *report;
  const struct cs_advice *advice;     /* NULL, or of no customers: nothing is advised */
  const struct cs_coverage *coverage; /* NULL: nothing is known */
  const struct cs_previous *previous; /* NULL: there was no run before */
  const struct cs_picture *picture;   /* [pictures] */
  size_t pictures;
};

CS_MUST_CHECK enum cs_status cs_story_tell(const struct cs_story *story, enum cs_page_format format,
                                           struct cs_str *out, struct cs_error *err);

#endif
