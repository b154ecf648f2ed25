/* html.h - the report as one page that needs nothing else: the words, the data, and what draws them, offline.
 *
 * Safe  the page may load nothing and run nothing but the two scripts that it carries (its policy holds their checksums); data is JSON in which
 *       no '<' stands.
 */
#ifndef CS_REPORT_HTML_H
#define CS_REPORT_HTML_H

#include "base/str.h"
#include "data/document.h"

/* A picture in place of a chart, for a program that was built without the charts. */
struct cs_figure {
  const char *alt;
  const struct cs_str *svg;
};

struct cs_html {
  const char *title;         /* any text */
  const struct cs_str *body; /* HTML */
  const struct cs_node *data;
  const struct cs_figure *figure; /* [figures] */
  size_t figures;
};

/* Whether the program carries what draws the charts. */
bool cs_html_has_charts(void);

CS_MUST_CHECK enum cs_status cs_html_write(const struct cs_html *html, struct cs_str *out,
                                           struct cs_error *err);

#endif
