/* page.h - a document made block by block, written as Markdown or as a fragment of HTML: the same words and figures in both.
 *
 * Texts are plain: each is cleaned of control characters and written so that nothing in it is markup, a link, or a command. Blanks at
 * their ends and runs of blanks mean nothing.
 * Life cycle  begin, blocks, end. Tables: begin, cells row after row (the head first), end.
 */
#ifndef CS_REPORT_PAGE_H
#define CS_REPORT_PAGE_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

enum cs_page_format { CS_PAGE_MARKDOWN, CS_PAGE_HTML };

struct cs_page {
  enum cs_page_format format;
  struct cs_str *out;
  const char *align; /* of the table that is open: 'l' or 'r' a column */
  size_t cell;       /* how many of it are there */
  const char *list;  /* "ul" or "ol", of the list that is open, else NULL */
  bool section;      /* one is open */
};

void cs_page_begin(struct cs_page *page, enum cs_page_format format, struct cs_str *out);
CS_MUST_CHECK enum cs_status cs_page_end(struct cs_page *page, struct cs_error *err);

/* In HTML a part of level 2 is a section of this id; ids are letters and '-'. */
void cs_page_heading(struct cs_page *page, int level, const char *id, const char *text);

/* What everything else is there to say. */
void cs_page_lead(struct cs_page *page, const char *text);
void cs_page_text(struct cs_page *page, const char *format, ...) CS_PRINTF(2, 3);
void cs_page_note(struct cs_page *page, const char *format, ...) CS_PRINTF(2, 3); /* smaller print */

/* Items one after the other make a list. head may be NULL: "**head**: text". */
void cs_page_item(struct cs_page *page, bool numbered, const char *head, const char *format, ...)
    CS_PRINTF(4, 5);

/* One letter a column. The caption is read out with the table. */
void cs_page_table(struct cs_page *page, const char *align, const char *caption);
void cs_page_cell(struct cs_page *page, const char *text);
void cs_page_table_end(struct cs_page *page);

/* A picture in a file beside a Markdown document; HTML draws its own. */
void cs_page_picture(struct cs_page *page, const char *file, const char *alt);

/* Where a page that runs draws its charts: nothing in Markdown. No text of a table can look like it, since < is written as an
 * entity. */
#define CS_PAGE_CHARTS "<div id=\"charts\"></div>\n"
void cs_page_charts(struct cs_page *page);

/* Adds a name to a text of a block: one that is read from right to left leaves the order of what stands around it alone. */
void cs_page_name(const char *name, struct cs_str *text);

/* Adds a text to HTML so that nothing in it is markup. */
void cs_html_text(const char *text, struct cs_str *out);

#endif
