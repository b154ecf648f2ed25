/* summary.h - the audit for a reader: a table of the rules, then a sentence for each thing worth knowing. */
#ifndef CS_PREP_SUMMARY_H
#define CS_PREP_SUMMARY_H

#include "base/str.h"
#include "prep/quality.h"

/* Lines of text, each with its LF, indented by two blanks. Of the rejected rows of a rule the first five lines are named;
 * where rows came from several inputs, with their names. */
void cs_audit_summarise(const struct cs_audit *audit, struct cs_str *text);

/* "segments cover 84 % of revenue; guests have 132,220 rows and 16 %", the second part alone where the first isn't known: to
 * be said where guests have more than a hundredth of what was bought; else false, and nothing is added. */
bool cs_audit_tells_coverage(const struct cs_audit *audit, struct cs_str *text);

#endif
