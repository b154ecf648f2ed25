#include "report/html.h"

#include "data/checksum.h"
#include "report/page.h"

#include <stdint.h>
#include <string.h>

extern const unsigned char cs_embedded_style[], cs_embedded_app[], cs_embedded_echarts[];

static const char *text_of(const unsigned char *bytes) {
  return (const char *)bytes;
}

bool cs_html_has_charts(void) {
  return cs_embedded_echarts[0] != '\0';
}

/* --- the policy --- */

static int digit_of(char hex) {
  return hex <= '9' ? hex - '0' : hex - 'a' + 10;
}

/* RFC 4648 of the 32 bytes that a checksum in hexadecimal stands for. */
static void add_base64(struct cs_str *out, const char *hex) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t at = 0; at < 64; at += 6) {
    size_t left = 64 - at < 6 ? 64 - at : 6;
    uint32_t bits = 0;
    for (size_t i = 0; i < 6; i++) bits = bits << 4 | (uint32_t)(i < left ? digit_of(hex[at + i]) : 0);
    for (size_t i = 0; i < 4; i++)
      cs_str_add_byte(out, i <= left / 2 ? letters[bits >> (18 - 6 * i) & 63] : '=');
  }
}

static enum cs_status add_hash(struct cs_str *out, const char *script, struct cs_error *err) {
  struct cs_checksum *checksum;
  char hex[CS_SHA256_TEXT];
  CS_TRY(cs_checksum_new(&checksum, err));
  cs_checksum_add(checksum, script, strlen(script));
  cs_checksum_text(checksum, hex);
  cs_checksum_free(checksum);
  cs_str_add_text(out, " 'sha256-");
  add_base64(out, hex);
  cs_str_add_byte(out, '\'');
  return CS_OK;
}

static enum cs_status add_policy(struct cs_str *out, struct cs_error *err) {
  cs_str_add_text(
      out,
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "img-src data: blob:; base-uri 'none'; form-action 'none'; script-src");
  if (cs_html_has_charts()) CS_TRY(add_hash(out, text_of(cs_embedded_echarts), err));
  CS_TRY(add_hash(out, text_of(cs_embedded_app), err));
  cs_str_add_text(out, "\">\n");
  return CS_OK;
}

/* --- the page --- */

/* JSON within a script: nothing that could end it, or be taken for a comment. */
static void add_data(struct cs_str *out, const struct cs_str *json) {
  for (size_t i = 0; i < json->len; i++) {
    if (json->data[i] == '<')
      cs_str_add_text(out, "\\u003c");
    else
      cs_str_add_byte(out, json->data[i]);
  }
}

static void add_script(struct cs_str *out, const unsigned char *script) {
  cs_str_add_text(out, "<script>");
  cs_str_add_text(out, text_of(script));
  cs_str_add_text(out, "</script>\n");
}

static void add_figures(struct cs_str *out, const struct cs_html *html) {
  cs_str_add_text(out, "<section id=\"pictures\"><h2>Pictures</h2>\n<p class=\"note\">");
  cs_str_add_text(out, html->figures ? "These are still" : "There are none, since gnuplot was not there");
  cs_str_add_text(out, ": this cs-report was built without Apache ECharts.</p>\n");
  for (size_t i = 0; i < html->figures; i++) {
    cs_str_add_text(out, "<figure class=\"figure\" role=\"img\" aria-label=\"");
    cs_html_text(html->figure[i].alt, out);
    cs_str_add_text(out, "\">");
    const char *svg = strstr(cs_str_text(html->figure[i].svg), "<svg");
    cs_str_add_text(out, svg ? svg : "");
    cs_str_add_text(out, "</figure>\n");
  }
  cs_str_add_text(out, "</section>\n");
}

/* The words; without charts, the pictures stand where these would. */
static void add_body(struct cs_str *out, const struct cs_html *html) {
  const char *body = cs_str_text(html->body), *charts = strstr(body, CS_PAGE_CHARTS);
  size_t before = charts && !cs_html_has_charts() ? (size_t)(charts - body) : html->body->len;
  cs_str_inherit(out, html->body);
  cs_str_add(out, body, before);
  if (before == html->body->len) return;
  add_figures(out, html);
  cs_str_add_text(out, charts);
}

static enum cs_status add_head(struct cs_str *out, const struct cs_html *html, struct cs_error *err) {
  cs_str_add_text(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
  CS_TRY(add_policy(out, err));
  cs_str_add_text(out, "<title>");
  cs_html_text(html->title, out);
  cs_str_add_text(out, "</title>\n<style>");
  cs_str_add_text(out, text_of(cs_embedded_style));
  cs_str_add_text(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the "
                       "report</a>\n<header><div><div><h1>");
  cs_html_text(html->title, out);
  cs_str_add_text(out, "</h1>");
  cs_str_add_text(
      out,
      "</div><div id=\"tools\" class=\"tools\"></div></div></header>\n<main id=\"main\">\n<!-- report -->\n");
  return CS_OK;
}

enum cs_status cs_html_write(const struct cs_html *html, struct cs_str *out, struct cs_error *err) {
  struct cs_str json = CS_STR_INIT;
  CS_TRY(add_head(out, html, err));
  add_body(out, html);
  cs_str_add_text(out, "<!-- /report -->\n</main>\n<footer><p>One file: it loads nothing and sends nothing.");
  if (cs_html_has_charts()) cs_str_add_text(out, " Charts by Apache ECharts (Apache License 2.0).");
  cs_str_add_text(out, "</p></footer>\n<script type=\"application/json\" id=\"data\">");
  enum cs_status status = cs_node_write_line(html->data, &json, err);
  if (status == CS_OK) {
    add_data(out, &json);
    cs_str_inherit(out, &json);
    cs_str_add_text(out, "</script>\n");
    if (cs_html_has_charts()) add_script(out, cs_embedded_echarts);
    add_script(out, cs_embedded_app);
    cs_str_add_text(out, "</body>\n</html>\n");
    status = cs_str_check(out, "the page", err);
  }
  cs_str_release(&json);
  return status;
}
