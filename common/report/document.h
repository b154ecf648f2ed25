/* document.h - the report as a JSON document, for other programs and for the page. */
#ifndef CS_REPORT_DOCUMENT_H
#define CS_REPORT_DOCUMENT_H

#include "data/document.h"
#include "report/report.h"

/* The caller frees it. */
struct cs_node *cs_report_document(const struct cs_report *report);

#endif
