/* document.h - the report as a JSON document (docs/schemas/profile.json): for other programs, with every column; for the page, with the
 * columns that people look at first, and the rows that stand for all.
 */
#ifndef CS_REPORT_DOCUMENT_H
#define CS_REPORT_DOCUMENT_H

#include "data/document.h"
#include "report/report.h"

enum cs_document_kind { CS_DOCUMENT_PROFILE, CS_DOCUMENT_PAGE };

/* title may be NULL. The caller frees it. */
struct cs_node *cs_report_document(const struct cs_report *report, enum cs_document_kind kind,
                                   const char *title);

#endif
