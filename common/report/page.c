#include "report/page.h"

#include "report/grid.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* --- texts --- */

static const char *entity(char c) {
  return c == '&'    ? "&amp;"
         : c == '<'  ? "&lt;"
         : c == '>'  ? "&gt;"
         : c == '"'  ? "&quot;"
         : c == '\'' ? "&#39;"
                     : NULL;
}

static void escape_html(const char *text, struct cs_str *out) {
  for (; *text; text++) {
    if (entity(*text))
      cs_str_add_text(out, entity(*text));
    else
      cs_str_add_byte(out, *text);
  }
}

static bool is_word(char c) {
  return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Whether a text begins as an item of a list, a heading or a quotation would. */
static bool begins_block(const char *text, const char *at) {
  if (at == text) return strchr("-+=#>", *at) != NULL;
  for (const char *c = text; c < at; c++)
    if (!isdigit((unsigned char)*c)) return false;
  return (*at == '.' || *at == ')') && (at[1] == ' ' || at[1] == '\0');
}

/* Whether a character at its place could be markup (CommonMark; of GitHub's additions tables, strikes, formulas, and links that
 * begin with a scheme). */
static bool is_markup(const char *text, const char *at, bool block) {
  bool within = at > text && is_word(at[-1]) && is_word(at[1]);
  if (*at == '_') return !within;
  if (*at == '&') return at[1] == '#' || isalpha((unsigned char)at[1]);
  return strchr("\\`*[]<|~$", *at) || (block && begins_block(text, at)) || strncmp(at, "://", 3) == 0;
}

/* block: what is added may begin a line. */
static void escape_markdown(const char *text, bool block, struct cs_str *out) {
  for (const char *c = text; *c; c++) {
    if (strncmp(c, "www.", 4) == 0 || strncmp(c, "WWW.", 4) == 0) { /* a link by itself */
      cs_str_add_format(out, "&#%d;", *c);
      continue;
    }
    if (is_markup(text, c, block)) cs_str_add_byte(out, '\\');
    cs_str_add_byte(out, *c);
  }
}

/* A name that is read from right to left, between two bytes that no cleaned text has. */
static const char name_begins = '\2', name_ends = '\3';

/* Whether a text has letters of Hebrew, Arabic, Syriac, Thaana or N'Ko (U+0580 to U+07FF). */
static bool reads_leftward(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text >= 0xd6 && (unsigned char)*text <= 0xdf) return true;
  return false;
}

void cs_page_name(const char *name, struct cs_str *text) {
  bool leftward = reads_leftward(name);
  if (leftward) cs_str_add_byte(text, name_begins);
  cs_text_add(text, name, SIZE_MAX);
  if (leftward) cs_str_add_byte(text, name_ends);
}

/* Isolated by an element, or by U+2068 and U+2069. */
static void mark_name(enum cs_page_format format, bool begins, struct cs_str *out) {
  if (format == CS_PAGE_HTML)
    cs_str_add_text(out, begins ? "<bdi>" : "</bdi>");
  else
    cs_str_add_text(out, begins ? "\u2068" : "\u2069");
}

/* A text without marks of names. */
static void escape_part(enum cs_page_format format, struct cs_slice part, bool block, struct cs_str *out) {
  struct cs_str text = CS_STR_INIT, clean = CS_STR_INIT;
  cs_str_add(&text, part.data, part.len);
  cs_text_add(&clean, cs_str_text(&text), SIZE_MAX);
  cs_str_inherit(out, &text);
  cs_str_release(&text);
  cs_str_inherit(out, &clean);
  if (format == CS_PAGE_HTML)
    escape_html(cs_str_text(&clean), out);
  else
    escape_markdown(cs_str_text(&clean), block, out);
  cs_str_release(&clean);
}

static void escape(enum cs_page_format format, const char *text, bool block, struct cs_str *out) {
  text += strspn(text, " ");
  size_t len = strlen(text);
  while (len && text[len - 1] == ' ') len--;
  for (const char *end = text + len; text < end; block = false) {
    const char *at = text;
    while (at < end && *at != name_begins && *at != name_ends) at++;
    if (at > text) escape_part(format, (struct cs_slice){text, (size_t)(at - text)}, block, out);
    if (at < end) mark_name(format, *at == name_begins, out);
    text = at + (at < end);
  }
}

static bool is_html(const struct cs_page *page) {
  return page->format == CS_PAGE_HTML;
}

static void add(struct cs_page *page, const char *text) {
  escape(page->format, text, true, page->out);
}

static void add_list(struct cs_page *page, const char *format, va_list list) {
  char text[4096];
  vsnprintf(text, sizeof text, format, list);
  add(page, text);
}

/* --- blocks --- */

void cs_page_begin(struct cs_page *page, enum cs_page_format format, struct cs_str *out) {
  *page = (struct cs_page){.format = format, .out = out};
}

static void end_list(struct cs_page *page) {
  if (page->list && is_html(page))
    cs_str_add_format(page->out, "</%s>\n", page->list);
  else if (page->list)
    cs_str_add_byte(page->out, '\n');
  page->list = NULL;
}

static void end_section(struct cs_page *page) {
  if (page->section) cs_str_add_text(page->out, "</section>\n");
  page->section = false;
}

enum cs_status cs_page_end(struct cs_page *page, struct cs_error *err) {
  end_list(page);
  end_section(page);
  return cs_str_check(page->out, "the report", err);
}

void cs_page_heading(struct cs_page *page, int level, const char *id, const char *text) {
  end_list(page);
  if (is_html(page)) {
    if (level == 2) {
      end_section(page);
      cs_str_add_format(page->out, "<section id=\"%s\">\n", id);
      page->section = true;
    }
    cs_str_add_format(page->out, "<h%d>", level);
    add(page, text);
    cs_str_add_format(page->out, "</h%d>\n", level);
    return;
  }
  cs_str_add_format(page->out, "%.*s ", level, "######");
  add(page, text);
  cs_str_add_text(page->out, "\n\n");
}

void cs_page_lead(struct cs_page *page, const char *text) {
  end_list(page);
  cs_str_add_text(page->out, is_html(page) ? "<p class=\"lead\">" : "**");
  add(page, text);
  cs_str_add_text(page->out, is_html(page) ? "</p>\n" : "**\n\n");
}

/* A paragraph: between what stands before and behind it in HTML, or a mark in Markdown. */
static void add_paragraph(struct cs_page *page, const char *tag, const char *mark, const char *format,
                          va_list list) {
  end_list(page);
  cs_str_add_text(page->out, is_html(page) ? tag : mark);
  add_list(page, format, list);
  cs_str_add_format(page->out, "%s%s", is_html(page) ? "</p>" : mark, is_html(page) ? "\n" : "\n\n");
}

void cs_page_text(struct cs_page *page, const char *format, ...) {
  va_list list;
  va_start(list, format);
  add_paragraph(page, "<p>", "", format, list);
  va_end(list);
}

void cs_page_note(struct cs_page *page, const char *format, ...) {
  va_list list;
  va_start(list, format);
  add_paragraph(page, "<p class=\"note\">", "_", format, list);
  va_end(list);
}

void cs_page_item(struct cs_page *page, bool numbered, const char *head, const char *format, ...) {
  va_list list;
  const char *kind = numbered ? "ol" : "ul";
  if (page->list && strcmp(page->list, kind) != 0) end_list(page);
  if (!page->list && is_html(page)) cs_str_add_format(page->out, "<%s>\n", kind);
  page->list = kind;
  cs_str_add_text(page->out, is_html(page) ? "<li>" : numbered ? "1. " : "- ");
  if (head) {
    cs_str_add_text(page->out, is_html(page) ? "<strong>" : "**");
    add(page, head);
    bool asks = *head && head[strlen(head) - 1] == '?';
    cs_str_add_text(page->out, asks ? "" : ":");
    cs_str_add_text(page->out, is_html(page) ? "</strong> " : "** ");
  }
  va_start(list, format);
  add_list(page, format, list);
  va_end(list);
  cs_str_add_text(page->out, is_html(page) ? "</li>\n" : "\n");
}

/* --- tables --- */

void cs_page_table(struct cs_page *page, const char *align, const char *caption) {
  end_list(page);
  page->align = align;
  page->cell = 0;
  if (!is_html(page)) return;
  cs_str_add_text(page->out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
  add(page, caption);
  cs_str_add_text(page->out, "\"><table>\n<caption>");
  add(page, caption);
  cs_str_add_text(page->out, "</caption>\n");
}

static void html_cell(struct cs_page *page, size_t row, size_t column, const char *text) {
  const char *tag = row == 0 ? "th scope=\"col\"" : column == 0 ? "th scope=\"row\"" : "td";
  if (column == 0)
    cs_str_add_text(page->out, row == 0   ? "<thead><tr>"
                               : row == 1 ? "</tr></thead>\n<tbody><tr>"
                                          : "</tr>\n<tr>");
  cs_str_add_format(page->out, "<%s%s>", tag, page->align[column] == 'r' ? " class=\"num\"" : "");
  add(page, text);
  cs_str_add_format(page->out, "</%.2s>", tag);
}

static void rule(struct cs_page *page) {
  for (const char *a = page->align; *a; a++) cs_str_add_text(page->out, *a == 'r' ? "|---:" : "|:---");
  cs_str_add_text(page->out, "|\n");
}

void cs_page_cell(struct cs_page *page, const char *text) {
  size_t columns = strlen(page->align), column = page->cell % columns, row = page->cell / columns;
  page->cell++;
  if (is_html(page)) {
    html_cell(page, row, column, text);
    return;
  }
  cs_str_add_text(page->out, "| ");
  escape(page->format, text, false, page->out);
  cs_str_add_byte(page->out, ' ');
  if (column + 1 < columns) return;
  cs_str_add_text(page->out, "|\n");
  if (row == 0) rule(page);
}

void cs_page_table_end(struct cs_page *page) {
  bool head_only = page->cell <= strlen(page->align);
  if (is_html(page))
    cs_str_add_text(page->out,
                    head_only ? "</tr></thead>\n</table></div>\n" : "</tr></tbody>\n</table></div>\n");
  else
    cs_str_add_byte(page->out, '\n');
}

void cs_page_picture(struct cs_page *page, const char *file, const char *alt) {
  if (is_html(page)) return;
  end_list(page);
  cs_str_add_text(page->out, "![");
  add(page, alt);
  cs_str_add_format(page->out, "](%s)\n\n", file);
}

void cs_page_charts(struct cs_page *page) {
  end_list(page);
  if (!is_html(page)) return;
  end_section(page);
  cs_str_add_text(page->out, CS_PAGE_CHARTS);
}

void cs_html_text(const char *text, struct cs_str *out) {
  escape(CS_PAGE_HTML, text, false, out);
}
