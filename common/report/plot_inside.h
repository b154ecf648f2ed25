/* plot_inside.h - what the pictures are made of. Private to report/plot*.c.
 *
 * Places are in pixels of the picture, from its upper left corner. Sizes of type are in points: 12 are 16 pixels.
 */
#ifndef CS_REPORT_PLOT_INSIDE_H
#define CS_REPORT_PLOT_INSIDE_H

#include "report/figure.h"
#include "report/palette.h"
#include "report/plot.h"

#include <stdint.h>

enum { CS_PLOT_MARGIN = 48, CS_PLOT_WIDTH = 1200, CS_PLOT_HEIGHT = 800 };

struct cs_type {
  double points;
  uint32_t colour;
  char align; /* 'l', 'c', 'r' */
  bool bold;
};

/* The type of text, of what stands back, of small text. */
#define CS_TYPE_TEXT                                                                                         \
  (struct cs_type) {                                                                                         \
    12, CS_PALETTE_INK, 'l', false                                                                           \
  }
#define CS_TYPE_MUTE                                                                                         \
  (struct cs_type) {                                                                                         \
    12, CS_PALETTE_MUTE, 'l', false                                                                          \
  }
#define CS_TYPE_NOTE                                                                                         \
  (struct cs_type) {                                                                                         \
    10.5, CS_PALETTE_MUTE, 'l', false                                                                        \
  }
#define CS_TYPE_HEAD                                                                                         \
  (struct cs_type) {                                                                                         \
    12, CS_PALETTE_INK, 'l', true                                                                            \
  }

struct cs_box {
  double left, top, right, bottom;
};

/* Starts the script and writes the title. */
void cs_plot_begin(struct cs_plot *plot, const char *name, unsigned width, unsigned height,
                   const char *title);

/* Writes the subtitle on one line or two; returns where it ends. */
double cs_plot_subtitle(struct cs_plot *plot, const char *text);

/* How wide a text is, in pixels, about: by the widths of common sans-serif fonts, rather too wide than too narrow. */
double cs_type_width(const char *text, struct cs_type type);

/* Appends text, cut with an ellipsis to `room` pixels. */
void cs_type_cut(struct cs_str *out, const char *text, struct cs_type type, double room);

/* Text at a place, its middle at y. */
void cs_plot_text(struct cs_plot *plot, double x, double y, struct cs_type type, const char *text);

/* The same, cut to `room` pixels. */
void cs_plot_text_within(struct cs_plot *plot, double x, double y, struct cs_type type, double room,
                         const char *text);

/* Text that reads upwards, its middle at x, y. */
void cs_plot_text_upright(struct cs_plot *plot, double x, double y, struct cs_type type, double room,
                          const char *text);

/* Where the axes are. */
void cs_plot_area(struct cs_plot *plot, struct cs_box area);
void cs_plot_range(struct cs_plot *plot, char axis, double lo, double hi);
void cs_plot_ticks(struct cs_plot *plot, char axis, const struct cs_ticks *ticks, enum cs_unit unit,
                   const char *currency);

/* NAME = value, for the template. */
void cs_plot_set(struct cs_plot *plot, const char *name, double value);

/* Numbers for the template: $name, row after row; NaN is a missing one. */
void cs_plot_block(struct cs_plot *plot, const char *name);
void cs_plot_row(struct cs_plot *plot, const double *value, size_t count);
#define CS_PLOT_ROW(plot, ...)                                                                               \
  cs_plot_row(plot, (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double))
void cs_plot_gap(struct cs_plot *plot); /* what follows is joined to nothing before */
void cs_plot_end(struct cs_plot *plot);

/* Boxes of one colour each, in the order in which they are drawn, on the whole picture; a line is a thin box. */
struct cs_canvas {
  struct cs_str boxes;
};

#define CS_CANVAS_INIT                                                                                       \
  { CS_STR_INIT }

void cs_canvas_box(struct cs_canvas *canvas, struct cs_box box, uint32_t colour);
/* One pixel wide, between whole pixels. */
void cs_canvas_upright(struct cs_canvas *canvas, double x, double top, double bottom, uint32_t colour);
void cs_canvas_level(struct cs_canvas *canvas, double y, double left, double right, uint32_t colour);
/* Writes $boxes and the ranges of a canvas, and releases it. */
void cs_canvas_end(struct cs_canvas *canvas, struct cs_plot *plot);

/* Whether two boxes have a place in common. */
bool cs_box_meets(struct cs_box a, struct cs_box b);

/* Appends a template of common/report/plots. */
#define CS_PLOT_TEMPLATE(plot, name)                                                                         \
  do {                                                                                                       \
    extern const unsigned char cs_embedded_plot_##name[];                                                    \
    cs_str_add_text(&(plot)->script, (const char *)cs_embedded_plot_##name);                                 \
  } while (0)

/* The first error of what was added. */
CS_MUST_CHECK enum cs_status cs_plot_check(const struct cs_plot *plot, struct cs_error *err);

/* The colour that a segment has: noise is grey. */
uint32_t cs_plot_colour(const struct cs_plot_segment *segment, size_t at);
/* gnuplot's number for its marker. */
int cs_plot_marker(const struct cs_plot_segment *segment, size_t at);

/* "470 · 24 %" */
void cs_plot_add_size(struct cs_str *out, const struct cs_plot_segment *segment);

/* "2,000 customers" */
void cs_plot_add_count(struct cs_str *out, size_t count, const char *noun);

/* " · " between the parts of a subtitle. */
void cs_plot_add_part(struct cs_str *out, const char *text);

#endif
