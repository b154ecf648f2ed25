/* story_inside.h - the parts of story.h among themselves. */
#ifndef CS_REPORT_STORY_INSIDE_H
#define CS_REPORT_STORY_INSIDE_H

#include "report/story.h"

void cs_story_page_one(struct cs_page *page, const struct cs_story *story);
void cs_story_segments(struct cs_page *page, const struct cs_story *story);
void cs_story_insights(struct cs_page *page, const struct cs_story *story);
void cs_story_appendix(struct cs_page *page, const struct cs_story *story);

/* What a segment is called, to be told within a block: cs_segment_call() and cs_page_name(). */
void cs_story_call(const struct cs_story *story, size_t segment, struct cs_str *out);

/* What is advised for a segment; NULL: nothing. */
const struct cs_segment_advice *cs_story_advice(const struct cs_story *story, size_t segment);

/* How a figure of all rows, or of segment k, is written in a table; that of a small segment is withheld. */
void cs_story_cell(struct cs_page *page, const struct cs_report *report, size_t segment, const char *text);

#endif
