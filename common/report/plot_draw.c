#include "report/glyph.h"
#include "report/plot_inside.h"

/* --- the script's first lines --- */

/* The svg terminal takes points for pixels, pngcairo takes 4/3 pixels for them. */
static void add_terminal(struct cs_str *script, const struct cs_plot *plot, const struct cs_gnuplot *gnuplot,
                         enum cs_image image, unsigned scale) {
  struct cs_str font = CS_STR_INIT;
  cs_str_add_format(&font, "%s,12", gnuplot->font);
  if (image == CS_IMAGE_SVG) scale = 1;
  cs_str_add_format(script, "set terminal %s noenhanced size %u,%u background '#ffffff' font ",
                    image == CS_IMAGE_SVG ? "svg" : "pngcairo", plot->width * scale, plot->height * scale);
  cs_gnuplot_add_literal(script, cs_str_text(&font));
  if (image == CS_IMAGE_SVG)
    cs_str_add_text(script, " fontscale 1.333 dashlength 0.6\n");
  else
    cs_str_add_format(script, " fontscale %u linewidth %u pointscale %u\n", scale, scale, scale);
  cs_str_inherit(script, &font);
  cs_str_release(&font);
}

/* --- what gnuplot's SVG lacks --- */

static void add_xml(struct cs_str *out, const char *text) {
  while (*text) {
    struct cs_glyph glyph = cs_glyph_first(text);
    const char *name = glyph.code == '&'   ? "&amp;"
                       : glyph.code == '<' ? "&lt;"
                       : glyph.code == '>' ? "&gt;"
                                           : NULL;
    if (glyph.kind == CS_GLYPH_BROKEN)
      cs_str_add_text(out, "\xEF\xBF\xBD");
    else if (glyph.kind == CS_GLYPH_CONTROL)
      cs_str_add_byte(out, ' ');
    else if (name)
      cs_str_add_text(out, name);
    else if (glyph.kind == CS_GLYPH_PLAIN)
      cs_str_add(out, text, glyph.bytes);
    text += glyph.bytes;
  }
}

static bool begins(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Behind the next `end`, or the end of the text. */
static const char *behind(const char *text, const char *end) {
  const char *found = strstr(text, end);
  return found ? found + strlen(end) : text + strlen(text);
}

/* gnuplot names one family, and knows bold type as a part of its name. */
static const char *put_font(struct cs_str *out, const char *at) {
  size_t len = strcspn(at, "\""), family = len;
  if (len >= 5 && begins(at + len - 5, ":Bold")) family -= 5;
  cs_str_add_text(out, "font-family=\"");
  cs_str_add(out, at, family);
  if (family > 0) cs_str_add_text(out, ", ");
  cs_str_add_text(out, "'Open Sans', 'Noto Sans', 'Helvetica Neue', Arial, sans-serif\"");
  if (family < len) cs_str_add_text(out, " font-weight=\"bold\"");
  return at + len + (at[len] == '"');
}

/* Ids that are the same in every picture of gnuplot would meet in one page. */
static const char *put_id(struct cs_str *out, const struct cs_plot *plot, const char *prefix,
                          const char *at) {
  cs_str_add_text(out, prefix);
  cs_str_add_text(out, plot->name);
  cs_str_add_byte(out, '-');
  return at + strlen(prefix);
}

/* Copies one thing of the SVG, changed where it has to be; returns what is behind it. */
static const char *put_next(struct cs_str *out, const struct cs_plot *plot, const char *at) {
  if (begins(at, "<title>Gnuplot</title>")) {
    cs_str_add_text(out, "<title>");
    add_xml(out, cs_str_text(&plot->title));
    cs_str_add_text(out, "</title>");
    return behind(at, "</title>");
  }
  if (begins(at, "<title>gnuplot_plot")) return behind(at, "</title>"); /* would pop up under the pointer */
  if (begins(at, "<desc>")) {
    cs_str_add_text(out, "<desc>");
    add_xml(out, cs_str_text(&plot->alt));
    cs_str_add_text(out, "</desc>");
    return behind(at, "</desc>");
  }
  if (begins(at, "font-family=\"")) return put_font(out, at + strlen("font-family=\""));
  if (begins(at, "id=\"gnuplot_")) return put_id(out, plot, "id=\"", at);
  if (begins(at, "id='")) return put_id(out, plot, "id='", at);
  if (begins(at, "xlink:href='#")) return put_id(out, plot, "xlink:href='#", at);
  if (begins(at, "url(#")) return put_id(out, plot, "url(#", at);
  cs_str_add_byte(out, *at);
  return at + 1;
}

/* Text never looks like markup: gnuplot has escaped its '<'. Only in front of the name of an attribute it could look like one. */
static void put_svg(struct cs_str *out, const struct cs_plot *plot, const char *svg) {
  bool inside = false;
  while (*svg) {
    if (!inside && *svg != '<') {
      size_t len = strcspn(svg, "<");
      cs_str_add(out, svg, len);
      svg += len;
      continue;
    }
    const char *next = put_next(out, plot, svg);
    inside = next[-1] != '>';
    svg = next;
  }
}

/* --- drawing --- */

static bool is_whole(const struct cs_str *picture, enum cs_image image) {
  static const char png[] = "IEND\xAE\x42\x60\x82", svg[] = "</svg>";
  const char *end = image == CS_IMAGE_SVG ? svg : png;
  size_t len = picture->len;
  while (image == CS_IMAGE_SVG && len > 0 && strchr(" \n", picture->data[len - 1])) len--;
  return len >= strlen(end) && memcmp(picture->data + len - strlen(end), end, strlen(end)) == 0;
}

enum cs_status cs_plot_draw(const struct cs_plot *plot, const struct cs_gnuplot *gnuplot, enum cs_image image,
                            unsigned scale, struct cs_str *out, struct cs_error *err) {
  struct cs_str script = CS_STR_INIT, picture = CS_STR_INIT;
  CS_TRY(cs_plot_check(plot, err));
  add_terminal(&script, plot, gnuplot, image, scale);
  cs_str_add(&script, cs_str_text(&plot->script), plot->script.len);
  enum cs_status status = cs_gnuplot_run(gnuplot, &script, &picture, err);
  if (status == CS_OK && !is_whole(&picture, image))
    status = cs_fail(err, CS_IO, "gnuplot sent half a picture of '%s'", plot->name);
  if (status == CS_OK && image == CS_IMAGE_SVG)
    put_svg(out, plot, cs_str_text(&picture));
  else if (status == CS_OK)
    cs_str_add(out, picture.data, picture.len);
  if (status == CS_OK) status = cs_str_check(out, "a picture", err);
  cs_str_release(&script);
  cs_str_release(&picture);
  return status;
}
