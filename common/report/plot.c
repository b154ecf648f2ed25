#include "base/num.h"
#include "report/glyph.h"
#include "report/plot_inside.h"

#include <math.h>
#include <stdio.h>

enum { DIGITS = 7 }; /* a ten-thousandth of a pixel */

void cs_plot_release(struct cs_plot *plot) {
  cs_str_release(&plot->title);
  cs_str_release(&plot->alt);
  cs_str_release(&plot->script);
  *plot = (struct cs_plot)CS_PLOT_INIT;
}

enum cs_status cs_plot_check(const struct cs_plot *plot, struct cs_error *err) {
  CS_TRY(cs_str_check(&plot->title, "a picture", err));
  CS_TRY(cs_str_check(&plot->alt, "a picture", err));
  return cs_str_check(&plot->script, "a picture", err);
}

/* --- type --- */

/* Advance widths of ASCII from blank on, in hundredths of the size: the wider of Open Sans and Noto Sans. */
static const unsigned char advance[] = {
    26, 27, 41, 65, 58, 84, 74, 23, 30, 30, 56, 58, 27, 33, 27, 38, 58, 58, 58, 58, 58, 58, 58, 58,
    58, 58, 27, 27, 58, 58, 58, 44, 90, 64, 65, 64, 73, 56, 52, 73, 75, 34, 28, 62, 53, 91, 76, 79,
    61, 79, 63, 55, 56, 74, 60, 93, 59, 57, 58, 33, 38, 33, 58, 45, 58, 57, 62, 48, 62, 57, 35, 62,
    62, 26, 26, 54, 26, 94, 62, 61, 62, 62, 42, 48, 37, 62, 51, 79, 53, 51, 47, 38, 56, 38, 58};

static double glyph_width(struct cs_glyph glyph, struct cs_type type) {
  double em = type.points * 4 / 3, wider = type.bold ? 1.14 : 1.06; /* DejaVu Sans is 1.12 */
  if (glyph.kind == CS_GLYPH_FORMAT || glyph.width == 0) return 0;
  if (glyph.code >= ' ' && glyph.code < 127) return em * wider * advance[glyph.code - ' '] / 100;
  if (glyph.code == 0xB7 || glyph.code == 0x2026) return em * (glyph.code == 0xB7 ? 0.3 : 0.9);
  return em * (glyph.width == 2 ? 1 : 0.68);
}

double cs_type_width(const char *text, struct cs_type type) {
  double width = 0;
  while (*text) {
    struct cs_glyph glyph = cs_glyph_first(text);
    width += glyph_width(glyph, type);
    text += glyph.bytes;
  }
  return width;
}

void cs_type_cut(struct cs_str *out, const char *text, struct cs_type type, double room) {
  bool whole = cs_type_width(text, type) <= room;
  double used = whole ? -INFINITY : cs_type_width("…", type);
  size_t begin = out->len;
  while (*text) {
    struct cs_glyph glyph = cs_glyph_first(text);
    used += glyph_width(glyph, type);
    if (used > room) break;
    cs_str_add(out, text, glyph.bytes);
    text += glyph.bytes;
  }
  while (!whole && out->len > begin && out->data[out->len - 1] == ' ') out->data[--out->len] = '\0';
  if (!whole) cs_str_add_text(out, "…");
}

/* --- text --- */

static void add_label(struct cs_plot *plot, double x, double y, struct cs_type type, const char *turned,
                      const char *text) {
  struct cs_str *script = &plot->script;
  static const char *const align[] = {"left", "center", "right"};
  if (!*text) return;
  cs_str_add_text(script, "set label ");
  cs_gnuplot_add_literal(script, text);
  cs_str_add_format(script, " at screen %.6f,%.6f %s%s front font '%s,%.1f' tc rgb 0x%06x\n", x / plot->width,
                    1 - y / plot->height,
                    align[type.align == 'l'   ? 0
                          : type.align == 'c' ? 1
                                              : 2],
                    turned, type.bold ? ":Bold" : "", type.points, (unsigned)type.colour);
}

void cs_plot_text(struct cs_plot *plot, double x, double y, struct cs_type type, const char *text) {
  add_label(plot, x, y, type, "", text);
}

static void add_cut(struct cs_plot *plot, double x, double y, struct cs_type type, const char *turned,
                    double room, const char *text) {
  struct cs_str cut = CS_STR_INIT;
  cs_type_cut(&cut, text, type, room);
  cs_str_inherit(&plot->script, &cut);
  add_label(plot, x, y, type, turned, cs_str_text(&cut));
  cs_str_release(&cut);
}

void cs_plot_text_within(struct cs_plot *plot, double x, double y, struct cs_type type, double room,
                         const char *text) {
  add_cut(plot, x, y, type, "", room, text);
}

void cs_plot_text_upright(struct cs_plot *plot, double x, double y, struct cs_type type, double room,
                          const char *text) {
  add_cut(plot, x, y, type, " rotate by 90", room, text);
}

void cs_plot_begin(struct cs_plot *plot, const char *name, unsigned width, unsigned height,
                   const char *title) {
  cs_plot_release(plot);
  plot->name = name;
  plot->width = width;
  plot->height = height;
  cs_str_add_text(&plot->title, title);
  CS_PLOT_TEMPLATE(plot, style);
  cs_plot_text_within(plot, CS_PLOT_MARGIN, 36, (struct cs_type){19, CS_PALETTE_INK, 'l', true},
                      width - 2 * CS_PLOT_MARGIN, title);
}

/* How many bytes of text fit into `room` pixels, broken between two parts, or at a blank, where there is one. */
static size_t line_length(const char *text, struct cs_type type, double room) {
  size_t len = 0, blank = 0, part = 0;
  double used = 0;
  while (text[len]) {
    struct cs_glyph glyph = cs_glyph_first(text + len);
    used += glyph_width(glyph, type);
    if (used > room) return part ? part : blank ? blank : len;
    if (glyph.code == ' ') blank = len;
    if (glyph.code == 0xB7) part = blank; /* " · " */
    len += glyph.bytes;
  }
  return len;
}

double cs_plot_subtitle(struct cs_plot *plot, const char *text) {
  struct cs_type type = CS_TYPE_MUTE;
  struct cs_str line = CS_STR_INIT;
  double room = plot->width - 2 * CS_PLOT_MARGIN, y = 70;
  size_t len = line_length(text, type, room);
  cs_str_add(&line, text, len);
  if (len > 0 && !line.failed && text[0] >= 'a' && text[0] <= 'z') line.data[0] = (char)(text[0] - 'a' + 'A');
  cs_plot_text(plot, CS_PLOT_MARGIN, y, type, cs_str_text(&line));
  text += len;
  text += strspn(text, " ");
  if (strncmp(text, "· ", 3) == 0) text += 3;
  if (*text) cs_plot_text_within(plot, CS_PLOT_MARGIN, y += 22, type, room, text);
  cs_str_inherit(&plot->script, &line);
  cs_str_release(&line);
  return y + 10;
}

/* --- axes --- */

void cs_plot_area(struct cs_plot *plot, struct cs_box area) {
  cs_str_add_format(&plot->script,
                    "set lmargin at screen %.6f; set rmargin at screen %.6f\n"
                    "set tmargin at screen %.6f; set bmargin at screen %.6f\n",
                    area.left / plot->width, area.right / plot->width, 1 - area.top / plot->height,
                    1 - area.bottom / plot->height);
}

static void add_number(struct cs_str *script, double value) {
  char text[CS_NUM_TEXT];
  if (value == floor(value) && fabs(value) < 1e15) /* colours need all their digits */
    cs_str_add(script, text, cs_num_print_integer((int64_t)value, text));
  else if (isfinite(value))
    cs_str_add(script, text, cs_num_print(value, DIGITS, text));
  else
    cs_str_add_text(script, "NaN");
}

void cs_plot_range(struct cs_plot *plot, char axis, double lo, double hi) {
  cs_str_add_format(&plot->script, "set %crange [", axis);
  add_number(&plot->script, lo);
  cs_str_add_byte(&plot->script, ':');
  add_number(&plot->script, hi);
  cs_str_add_text(&plot->script, "]\n");
}

/* The text of a tick is a format of printf. */
static void add_tick_label(struct cs_str *script, const char *text) {
  struct cs_str doubled = CS_STR_INIT;
  for (; *text; text++) {
    cs_str_add_byte(&doubled, *text);
    if (*text == '%') cs_str_add_byte(&doubled, '%');
  }
  cs_str_inherit(script, &doubled);
  cs_gnuplot_add_literal(script, cs_str_text(&doubled));
  cs_str_release(&doubled);
}

void cs_plot_ticks(struct cs_plot *plot, char axis, const struct cs_ticks *ticks, enum cs_unit unit,
                   const char *currency) {
  struct cs_str label = CS_STR_INIT;
  cs_str_add_format(&plot->script, "set %ctics (", axis);
  for (size_t i = 0; i < ticks->count; i++) {
    cs_str_clear(&label);
    cs_figure_unit(&label, ticks->at[i], ticks->decimals, unit, currency);
    cs_str_inherit(&plot->script, &label);
    cs_str_add_text(&plot->script, i > 0 ? ", " : "");
    add_tick_label(&plot->script, cs_str_text(&label));
    cs_str_add_byte(&plot->script, ' ');
    add_number(&plot->script, ticks->at[i]);
  }
  cs_str_add_text(&plot->script, ")\n");
  cs_str_release(&label);
}

/* --- data --- */

void cs_plot_set(struct cs_plot *plot, const char *name, double value) {
  cs_str_add_format(&plot->script, "%s = ", name);
  add_number(&plot->script, value);
  cs_str_add_byte(&plot->script, '\n');
}

void cs_plot_block(struct cs_plot *plot, const char *name) {
  cs_str_add_format(&plot->script, "$%s << CS_END\n", name);
}

static void add_row(struct cs_str *out, const double *value, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0) cs_str_add_byte(out, ' ');
    add_number(out, value[i]);
  }
  cs_str_add_byte(out, '\n');
}

void cs_plot_row(struct cs_plot *plot, const double *value, size_t count) {
  add_row(&plot->script, value, count);
}

void cs_plot_gap(struct cs_plot *plot) {
  cs_str_add_byte(&plot->script, '\n');
}

void cs_plot_end(struct cs_plot *plot) {
  cs_str_add_text(&plot->script, "CS_END\n");
}

/* --- a canvas --- */

void cs_canvas_box(struct cs_canvas *canvas, struct cs_box box, uint32_t colour) {
  const double row[] = {(box.left + box.right) / 2,
                        (box.top + box.bottom) / 2,
                        box.left,
                        box.right,
                        box.top,
                        box.bottom,
                        colour};
  add_row(&canvas->boxes, row, sizeof row / sizeof *row);
}

void cs_canvas_upright(struct cs_canvas *canvas, double x, double top, double bottom, uint32_t colour) {
  cs_canvas_box(canvas, (struct cs_box){floor(x), top, floor(x) + 1, bottom}, colour);
}

void cs_canvas_level(struct cs_canvas *canvas, double y, double left, double right, uint32_t colour) {
  cs_canvas_box(canvas, (struct cs_box){left, floor(y), right, floor(y) + 1}, colour);
}

void cs_canvas_end(struct cs_canvas *canvas, struct cs_plot *plot) {
  cs_plot_area(plot, (struct cs_box){0, 0, plot->width, plot->height});
  cs_plot_range(plot, 'x', 0, plot->width);
  cs_plot_range(plot, 'y', plot->height, 0);
  cs_plot_block(plot, "boxes");
  CS_PLOT_ROW(plot, NAN, NAN, NAN, NAN, NAN, NAN, 0);
  cs_str_add(&plot->script, cs_str_text(&canvas->boxes), canvas->boxes.len);
  cs_plot_end(plot);
  cs_str_inherit(&plot->script, &canvas->boxes);
  cs_str_release(&canvas->boxes);
}

bool cs_box_meets(struct cs_box a, struct cs_box b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/* --- segments --- */

uint32_t cs_plot_colour(const struct cs_plot_segment *segment, size_t at) {
  size_t position = 0;
  for (size_t s = 0; s < at; s++) position += !segment[s].noise;
  return segment[at].noise ? CS_PALETTE_NOISE : cs_palette_colour(position);
}

int cs_plot_marker(const struct cs_plot_segment *segment, size_t at) {
  static const int shape[CS_MARKER_COUNT] = {7, 5, 9, 13};
  size_t position = 0;
  for (size_t s = 0; s < at; s++) position += !segment[s].noise;
  return segment[at].noise ? 2 : shape[cs_palette_marker(position)];
}

void cs_plot_add_size(struct cs_str *out, const struct cs_plot_segment *segment) {
  cs_figure_number(out, (double)segment->size, 0);
  cs_str_add_text(out, " · ");
  cs_figure_share(out, segment->share);
}

void cs_plot_add_count(struct cs_str *out, size_t count, const char *noun) {
  size_t len = strlen(noun);
  if (count == 1 && len > 1 && noun[len - 1] == 's') len--;
  cs_figure_number(out, (double)count, 0);
  cs_str_add_byte(out, ' ');
  cs_str_add(out, noun, len);
}

void cs_plot_add_part(struct cs_str *out, const char *text) {
  if (!text || !*text) return;
  if (out->len > 0) cs_str_add_text(out, " · ");
  cs_str_add_text(out, text);
}
