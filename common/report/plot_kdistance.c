#include "report/plot_kdistance.h"

#include "report/plot_inside.h"

#include <math.h>

enum { POINTS_MAX = 1000 };

static const struct cs_box area = {96, 116, CS_PLOT_WIDTH - 48, CS_PLOT_HEIGHT - 84};

struct drawing {
  const struct cs_kdistance *in;
  struct cs_plot *plot;
  double top; /* of the vertical axis */
};

/* The row, counted from 0, that point i stands for. */
static double row_of(const struct cs_kdistance *in, double i) {
  return in->count > 1 ? i * (double)(in->n - 1) / (double)(in->count - 1) : 0;
}

/* The row at which the curve reaches a distance. */
static double row_at(const struct cs_kdistance *in, double distance) {
  size_t i = 0;
  while (i < in->count && in->distance[i] < distance) i++;
  if (i == 0 || i == in->count) return i == 0 ? 0 : (double)in->n;
  double from = in->distance[i - 1], part = (distance - from) / (in->distance[i] - from);
  return row_of(in, (double)(i - 1) + part);
}

static double to_x(const struct drawing *d, double row) {
  return area.left + row / fmax(1, (double)d->in->n) * (area.right - area.left);
}

static double to_y(const struct drawing *d, double distance) {
  return area.bottom - distance / d->top * (area.bottom - area.top);
}

/* The far end of the curve would press the knee down to the axis: it may leave at the top. */
static double find_top(const struct cs_kdistance *in) {
  double most = in->distance[in->count - 1],
         mark = fmax(isnan(in->eps) ? 0 : in->eps, isnan(in->knee) ? 0 : in->knee);
  if (mark > 0 && most > 4 * mark) most = 4 * mark;
  return most > 0 ? 1.04 * fmax(most, mark) : 1;
}

static void add_curve(struct drawing *d) {
  size_t points = d->in->count < POINTS_MAX ? d->in->count : POINTS_MAX;
  cs_plot_block(d->plot, "curve");
  for (size_t p = 0; p < points; p++) {
    size_t i = points > 1 ? p * (d->in->count - 1) / (points - 1) : 0;
    CS_PLOT_ROW(d->plot, row_of(d->in, (double)i), d->in->distance[i]);
  }
  cs_plot_end(d->plot);
}

static bool is_one(const struct cs_kdistance *in) {
  return fabs(in->knee - in->eps) <= 1e-6 * in->eps;
}

static void add_marks(struct drawing *d) {
  const struct cs_kdistance *in = d->in;
  cs_plot_set(d->plot, "EPS", in->eps);
  cs_plot_set(d->plot, "EPS_ROW", isnan(in->eps) ? NAN : row_at(in, in->eps));
  cs_plot_set(d->plot, "KNEE", is_one(in) ? NAN : in->knee);
  cs_plot_set(d->plot, "KNEE_ROW", isnan(in->knee) ? NAN : row_at(in, in->knee));
}

/* Above the curve and left of it there is room, but near the left edge. */
static void write_mark(struct drawing *d, double distance, double raise, struct cs_type type,
                       const char *text) {
  double x = to_x(d, row_at(d->in, distance)), wide = cs_type_width(text, type);
  type.align = x - 16 - wide > area.left ? 'r' : 'l';
  cs_plot_text(d->plot, type.align == 'r' ? x - 16 : area.left + 10,
               fmax(to_y(d, distance) - raise, area.top + 12), type, text);
}

static void write_eps(struct drawing *d) {
  const struct cs_kdistance *in = d->in;
  struct cs_type bold = {12, CS_PALETTE_ACCENT, 'r', true}, plain = {12, CS_PALETTE_ACCENT, 'r', false};
  struct cs_str eps = CS_STR_INIT, knee = CS_STR_INIT;
  bool both = !isnan(in->knee) && !isnan(in->eps),
       near = both && fabs(to_y(d, in->knee) - to_y(d, in->eps)) < 48;
  cs_str_add_text(&eps, "eps = ");
  cs_figure_short(&eps, in->eps);
  cs_str_add_text(&knee, both && is_one(in) ? "at the knee" : "knee at ");
  if (!both || !is_one(in)) cs_figure_short(&knee, in->knee);
  if (!isnan(in->eps)) write_mark(d, in->eps, near ? 42 : 20, bold, cs_str_text(&eps));
  if (!isnan(in->knee)) write_mark(d, near ? in->eps : in->knee, 20, plain, cs_str_text(&knee));
  cs_str_inherit(&d->plot->script, &eps);
  cs_str_inherit(&d->plot->script, &knee);
  cs_str_release(&eps);
  cs_str_release(&knee);
}

/* "139 customers (7 %)" farther than eps from that neighbour. */
static void add_beyond(struct cs_str *out, const struct cs_kdistance *in) {
  double beyond = (double)in->n - ceil(row_at(in, in->eps));
  if (beyond < 0) beyond = 0;
  cs_plot_add_count(out, (size_t)beyond, in->words.noun);
  cs_str_add_text(out, " (");
  cs_figure_share(out, beyond / (double)in->n);
  cs_str_add_byte(out, ')');
}

static void write_beyond(struct drawing *d) {
  struct cs_type type = {11, CS_PALETTE_ACCENT, 'r', false};
  struct cs_str text = CS_STR_INIT;
  if (isnan(d->in->eps)) return;
  double x = to_x(d, row_at(d->in, d->in->eps));
  add_beyond(&text, d->in);
  if (x - 12 - cs_type_width(cs_str_text(&text), type) > area.left && to_y(d, d->in->eps) > area.top + 120) {
    cs_plot_text(d->plot, x - 12, area.top + 16, type, cs_str_text(&text));
    cs_plot_text(d->plot, x - 12, area.top + 37, type, "beyond eps");
  }
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void add_ordinal(struct cs_str *out, size_t n) {
  static const char *const end[] = {"th", "st", "nd", "rd"};
  size_t last = n % 10 < 4 && (n % 100 < 10 || n % 100 > 20) ? n % 10 : 0;
  cs_str_add_format(out, "%zu%s", n, end[last]);
}

static void add_words(struct drawing *d) {
  const struct cs_kdistance *in = d->in;
  struct cs_str text = CS_STR_INIT;
  double most = in->distance[in->count - 1];
  cs_str_add_text(&text, "distance to the ");
  add_ordinal(&text, in->neighbour);
  cs_str_add_format(&text, " nearest neighbour, %s in ascending order", in->words.noun);
  cs_plot_add_part(&text, in->words.subtitle);
  if (most > d->top) {
    cs_plot_add_part(&text, "the largest is ");
    cs_figure_short(&text, most);
  }
  cs_plot_subtitle(d->plot, cs_str_text(&text));
  cs_str_add_format(&d->plot->alt, "Curve of the %s", cs_str_text(&text));
  if (!isnan(in->knee)) {
    cs_str_add_text(&d->plot->alt, "; its knee is at ");
    cs_figure_short(&d->plot->alt, in->knee);
  }
  if (!isnan(in->eps)) {
    cs_str_add_text(&d->plot->alt, "; eps is ");
    cs_figure_short(&d->plot->alt, in->eps);
    cs_str_add_text(&d->plot->alt, ", beyond it lie ");
    add_beyond(&d->plot->alt, in);
  }
  cs_str_add_byte(&d->plot->alt, '.');
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void add_axes(struct drawing *d) {
  struct cs_ticks x = cs_ticks_make(0, (double)d->in->n, 7, CS_UNIT_COUNT),
                  y = cs_ticks_make(0, d->top, 6, CS_UNIT_NUMBER);
  struct cs_type type = CS_TYPE_MUTE;
  struct cs_str text = CS_STR_INIT;
  type.align = 'c';
  cs_plot_area(d->plot, area);
  cs_plot_range(d->plot, 'x', 0, fmax(1, (double)d->in->n));
  cs_plot_range(d->plot, 'y', 0, d->top);
  cs_plot_ticks(d->plot, 'x', &x, CS_UNIT_COUNT, NULL);
  cs_plot_ticks(d->plot, 'y', &y, CS_UNIT_NUMBER, NULL);
  cs_str_add_format(&text, "%s, the densest first", d->in->words.noun);
  cs_plot_text(d->plot, (area.left + area.right) / 2, area.bottom + 52, type, cs_str_text(&text));
  cs_str_clear(&text);
  cs_str_add_format(&text, "distance to neighbour %zu", d->in->neighbour);
  cs_plot_text_upright(d->plot, 26, (area.top + area.bottom) / 2, type, 500, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

enum cs_status cs_plot_kdistance(struct cs_plot *plot, const struct cs_kdistance *kdistance,
                                 struct cs_error *err) {
  if (kdistance->count == 0 || kdistance->n < kdistance->count)
    return cs_fail(err, CS_DATA, "there are no distances to draw");
  struct drawing d = {kdistance, plot, find_top(kdistance)};
  cs_plot_begin(plot, "k-distance", CS_PLOT_WIDTH, CS_PLOT_HEIGHT, kdistance->words.title);
  add_words(&d);
  add_axes(&d);
  add_curve(&d);
  add_marks(&d);
  write_eps(&d);
  write_beyond(&d);
  CS_PLOT_TEMPLATE(plot, k_distance);
  return cs_plot_check(plot, err);
}
