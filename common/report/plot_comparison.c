#include "report/plot_comparison.h"

#include "report/plot_inside.h"

#include <math.h>
#include <string.h>

enum { SEGMENTS_MAX = 24, COLUMNS_MAX = 14, PANELS_MAX = 6, LINES_MAX = 3, NAMES_IN_ALT = 6, QUANTILES = 5 };
enum { CHIP = 7, GAP = 3, PANEL_GAP = 34 }; /* in pixels */

static const double LEFT = 230, RIGHT = CS_PLOT_WIDTH - CS_PLOT_MARGIN, HEAT_TOP = 158;

struct drawing {
  const struct cs_comparison *in;
  struct cs_plot *plot;
  struct cs_canvas canvas;
  size_t k, d, panels;      /* that are drawn */
  double row, bar;          /* heights of a row of the heat map and of the box plots */
  double heat_end, bars_at; /* where the one ends and the others begin */
};

static void measure(struct drawing *d) {
  const struct cs_comparison *in = d->in;
  d->k = in->k < SEGMENTS_MAX ? in->k : SEGMENTS_MAX;
  d->d = in->d < COLUMNS_MAX ? in->d : COLUMNS_MAX;
  d->panels = in->panels < PANELS_MAX ? in->panels : PANELS_MAX;
  d->row = d->k <= 6 ? 60 : d->k <= 9 ? 50 : d->k <= 12 ? 42 : 28;
  d->bar = d->k <= 6 ? 36 : d->k <= 12 ? 26 : 20;
  d->heat_end = HEAT_TOP + d->row * (double)d->k;
  d->bars_at = d->heat_end + 118;
}

static unsigned height(const struct drawing *d) {
  double end = d->panels > 0 ? d->bars_at + d->bar * (double)d->k + 60 : d->heat_end + 64;
  return (unsigned)fmax(end, 320);
}

/* --- the heat map --- */

static void write_segment(struct drawing *d, size_t s, double y, double high) {
  const struct cs_plot_segment *segment = &d->in->segments[s];
  struct cs_type name = {high >= 26 ? 11.5 : 10, CS_PALETTE_INK, 'r', false},
                 note = {10, CS_PALETTE_MUTE, 'r', false};
  struct cs_str size = CS_STR_INIT;
  double at = LEFT - CHIP - 12, room = at - CS_PLOT_MARGIN;
  bool two = high >= 42;
  cs_plot_add_size(&size, segment);
  cs_plot_text_within(d->plot, at, two ? y - 9 : y, name, room, segment->name);
  if (two) cs_plot_text(d->plot, at, y + 11, note, cs_str_text(&size));
  cs_canvas_box(&d->canvas, (struct cs_box){LEFT - CHIP - 3, y - high / 2 + 1, LEFT - 3, y + high / 2 - 2},
                cs_plot_colour(d->in->segments, s));
  cs_str_inherit(&d->plot->script, &size);
  cs_str_release(&size);
}

/* Where a name is best broken: behind the last '_' or blank of what fits; a blank at the end of a line takes no room. */
static size_t break_at(const char *text, struct cs_type type, double room) {
  size_t at = 0;
  struct cs_str part = CS_STR_INIT;
  for (size_t i = 0; text[i] && !part.failed; i++) {
    if (text[i] == ' ' && cs_type_width(cs_str_text(&part), type) <= room) at = i + 1;
    cs_str_add_byte(&part, text[i]);
    if (text[i] == '_' && cs_type_width(cs_str_text(&part), type) <= room) at = i + 1;
  }
  cs_str_release(&part);
  return at;
}

/* Smaller, where that lets each word of the columns' names stand whole. */
static struct cs_type type_of_columns(const struct drawing *d, struct cs_type type, double room) {
  enum { LEAST_POINTS = 8 };
  struct cs_str word = CS_STR_INIT;
  for (size_t j = 0; j < d->d; j++) {
    for (const char *at = d->in->column[j]; *at;) {
      size_t len = strcspn(at, " _");
      cs_str_clear(&word);
      cs_str_add(&word, at, len + (at[len] == '_'));
      while (type.points > LEAST_POINTS && cs_type_width(cs_str_text(&word), type) > room) type.points -= 0.5;
      at += len + (at[len] != '\0');
    }
  }
  cs_str_inherit(&d->plot->script, &word);
  cs_str_release(&word);
  return type;
}

/* The name of a column above it, its last line at y; at most `lines`, broken where that helps. */
static void write_column(struct drawing *d, double x, double y, struct cs_type type, double room, int lines,
                         const char *name) {
  size_t at[LINES_MAX] = {0};
  int used = 0;
  struct cs_str line = CS_STR_INIT;
  while (used + 1 < lines && cs_type_width(name + at[used], type) > room) {
    size_t more = break_at(name + at[used], type, room);
    if (more == 0) break;
    at[used + 1] = at[used] + more;
    used++;
  }
  for (int i = 0; i < used; i++) {
    cs_str_clear(&line);
    cs_str_add(&line, name + at[i], at[i + 1] - at[i]);
    cs_plot_text(d->plot, x, y - 1.45 * type.points * (used - i), type, cs_str_text(&line));
  }
  cs_plot_text_within(d->plot, x, y, type, room, name + at[used]);
  cs_str_inherit(&d->plot->script, &line);
  cs_str_release(&line);
}

static void add_heat_map(struct drawing *d) {
  double wide = fmin(190, (RIGHT - LEFT) / (double)d->d);
  struct cs_type head = {d->d > 9 ? 9.5 : 11, CS_PALETTE_INK, 'c', false};
  head = type_of_columns(d, head, wide - 8);
  for (size_t j = 0; j < d->d; j++)
    write_column(d, LEFT + wide * ((double)j + 0.5) - GAP / 2.0, HEAT_TOP - 14, head, wide - 8, LINES_MAX,
                 d->in->column[j]);
  for (size_t s = 0; s < d->k; s++) {
    double top = HEAT_TOP + d->row * (double)s, y = top + (d->row - GAP) / 2;
    write_segment(d, s, y + 0.5, d->row - GAP + 1);
    for (size_t j = 0; j < d->d; j++) {
      double left = LEFT + wide * (double)j;
      uint32_t colour = cs_palette_effect(d->in->effect[s * d->in->d + j]);
      struct cs_type type = {d->row < 40 || d->d > 9 ? 10.5 : 12, cs_palette_text_on(colour), 'c', false};
      cs_canvas_box(&d->canvas, (struct cs_box){left, top, left + wide - GAP, top + d->row - GAP}, colour);
      cs_plot_text_within(d->plot, left + (wide - GAP) / 2, y, type, wide - 8, d->in->cell[s * d->in->d + j]);
    }
  }
}

static void add_scale(struct drawing *d) {
  static const char *const text[] = {"−2 σ", "−1", "average", "+1", "+2 σ"};
  enum { STEPS = 75, STEP = 4 };
  double left = RIGHT - GAP - STEPS * STEP, top = floor(d->heat_end) + 18;
  for (int i = 0; i < STEPS; i++) /* each to the right end, so that no seams show */
    cs_canvas_box(&d->canvas, (struct cs_box){left + STEP * i, top, RIGHT - GAP, top + 11},
                  cs_palette_effect(-2 + 4.0 * (i + 0.5) / STEPS));
  for (int i = 0; i < 5; i++)
    cs_plot_text(d->plot, left + 75.0 * i, top + 24,
                 (struct cs_type){10, CS_PALETTE_MUTE,
                                  i == 0   ? 'l'
                                  : i == 4 ? 'r'
                                           : 'c',
                                  false},
                 text[i]);
}

/* --- box plots --- */

struct panel {
  const struct cs_comparison_panel *in;
  double left, right, lo, hi;
  bool logarithmic;
};

static double to_x(const struct panel *panel, double v) {
  double part = panel->logarithmic ? log(fmax(v, panel->lo) / panel->lo) / log(panel->hi / panel->lo)
                                   : (v - panel->lo) / (panel->hi - panel->lo);
  return panel->left + fmin(1, fmax(0, part)) * (panel->right - panel->left);
}

/* A linear axis begins at 0 where the values come near to it. */
static void find_range(struct panel *panel, size_t k) {
  double lo = INFINITY, hi = -INFINITY, positive = INFINITY;
  for (size_t i = 0; i <= k * QUANTILES; i++) {
    double v = i < k * QUANTILES ? panel->in->quantile[i] : panel->in->middle;
    if (!isfinite(v)) continue;
    lo = fmin(lo, v);
    hi = fmax(hi, v);
    if (v > 0) positive = fmin(positive, v);
  }
  panel->logarithmic = panel->in->logarithmic && hi > positive && isfinite(positive);
  if (panel->logarithmic) lo = positive;
  if (!(hi > lo)) {
    double middle = isfinite(lo) ? lo : 0;
    hi = middle + fmax(1, fabs(middle) / 2);
    lo = middle - fmax(1, fabs(middle) / 2);
  }
  if (!panel->logarithmic && lo > 0 && lo < 0.5 * hi) lo = 0;
  panel->lo = panel->logarithmic ? lo / pow(hi / lo, 0.03) : lo;
  panel->hi = panel->logarithmic ? hi * pow(hi / lo, 0.03) : hi + 0.03 * (hi - lo);
}

static void add_tick_text(const struct drawing *d, const struct panel *panel, const struct cs_ticks *ticks,
                          size_t i, struct cs_str *out) {
  int decimals = panel->logarithmic && ticks->at[i] >= 1 ? 0 : ticks->decimals;
  cs_str_clear(out);
  cs_figure_unit(out, ticks->at[i], decimals, panel->in->unit, d->in->words.currency);
}

/* Of how many ticks one is written, so that texts don't run into each other. */
static size_t find_stride(const struct drawing *d, const struct panel *panel, const struct cs_ticks *ticks,
                          struct cs_type type, struct cs_str *scratch) {
  size_t stride = 1;
  for (bool meets = true; meets && stride < ticks->count; stride += meets) {
    double end = -INFINITY;
    meets = false;
    for (size_t i = 0; i < ticks->count; i += stride) {
      add_tick_text(d, panel, ticks, i, scratch);
      double x = to_x(panel, ticks->at[i]), half = cs_type_width(cs_str_text(scratch), type) / 2;
      meets = meets || x - half < end + 8;
      end = x + half;
    }
  }
  return stride;
}

static void add_ticks(struct drawing *d, const struct panel *panel, double top, double bottom) {
  struct cs_type type = {9.5, CS_PALETTE_MUTE, 'c', false};
  struct cs_ticks ticks = panel->logarithmic ? cs_ticks_log(panel->lo, panel->hi, 3)
                                             : cs_ticks_make(panel->lo, panel->hi, 3, panel->in->unit);
  struct cs_str text = CS_STR_INIT;
  size_t stride = find_stride(d, panel, &ticks, type, &text);
  for (size_t i = 0; i < ticks.count; i++) {
    double x = to_x(panel, ticks.at[i]);
    cs_canvas_upright(&d->canvas, x, top, bottom, 0xe9edf1);
    if (i % stride) continue;
    add_tick_text(d, panel, &ticks, i, &text);
    double over = x + cs_type_width(cs_str_text(&text), type) / 2 - panel->right - PANEL_GAP / 2 + 4;
    cs_plot_text(d->plot, over > 0 ? x - over : x, bottom + 14, type, cs_str_text(&text));
  }
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

/* Whiskers from 5 % to 95 %, a box from 25 % to 75 %, the median as a white line with an edge of ink. */
static void add_box(struct drawing *d, const struct panel *panel, size_t s, double y) {
  const double *q = &panel->in->quantile[s * QUANTILES];
  uint32_t colour = cs_plot_colour(d->in->segments, s);
  double half = fmax(4, floor(d->bar * 0.32));
  if (!isfinite(q[2])) return;
  double x[QUANTILES];
  for (int i = 0; i < QUANTILES; i++) x[i] = to_x(panel, isfinite(q[i]) ? q[i] : q[2]);
  y = floor(y);
  cs_canvas_box(&d->canvas, (struct cs_box){x[0], y - 1, x[4], y + 1}, cs_palette_tint(colour, 0.75));
  cs_canvas_box(&d->canvas, (struct cs_box){x[1], y - half, fmax(x[3], x[1] + 1), y + half}, colour);
  double middle = floor(x[2]);
  cs_canvas_box(&d->canvas, (struct cs_box){middle - 2, y - half - 2, middle + 3, y + half + 2},
                CS_PALETTE_WHITE);
  cs_canvas_box(&d->canvas, (struct cs_box){middle - 1, y - half - 2, middle + 2, y + half + 2},
                CS_PALETTE_INK);
}

static void add_panel(struct drawing *d, size_t p) {
  double wide = fmin(340, (RIGHT - GAP - LEFT + PANEL_GAP) / (double)d->panels),
         left = LEFT + wide * (double)p;
  struct panel panel = {&d->in->panel[p], left, left + wide - PANEL_GAP, 0, 0, false};
  double top = d->bars_at, bottom = top + d->bar * (double)d->k;
  struct cs_type head = {11, CS_PALETTE_INK, 'l', false};
  struct cs_str name = CS_STR_INIT;
  find_range(&panel, d->k);
  cs_str_add_text(&name, panel.in->name);
  if (panel.logarithmic) cs_str_add_text(&name, " (log)");
  write_column(d, left, top - 16, head, wide - PANEL_GAP, 2, cs_str_text(&name));
  add_ticks(d, &panel, top, bottom);
  if (isfinite(panel.in->middle)) {
    double x = floor(to_x(&panel, panel.in->middle));
    for (double y = top; y < bottom; y += 9)
      cs_canvas_box(&d->canvas, (struct cs_box){x, y, x + 1, fmin(y + 5, bottom)}, CS_PALETTE_MUTE);
  }
  cs_canvas_level(&d->canvas, bottom, panel.left, panel.right, CS_PALETTE_RULE);
  for (size_t s = 0; s < d->k; s++) add_box(d, &panel, s, top + d->bar * ((double)s + 0.5));
  cs_str_inherit(&d->plot->script, &name);
  cs_str_release(&name);
}

static void add_panels(struct drawing *d) {
  struct cs_type type = {d->bar >= 24 ? 11 : 9.5, CS_PALETTE_INK, 'r', false};
  bool middle = false;
  for (size_t p = 0; p < d->panels; p++) middle = middle || isfinite(d->in->panel[p].middle);
  cs_plot_text(d->plot, CS_PLOT_MARGIN, d->heat_end + 30, CS_TYPE_HEAD, "Spread within the segments");
  cs_plot_text(d->plot, CS_PLOT_MARGIN, d->heat_end + 52, CS_TYPE_NOTE,
               middle ? "box: the middle half · line: 5 % to 95 % · black: median · dashed: median of all"
                      : "box: the middle half · line: 5 % to 95 % · black: median");
  for (size_t s = 0; s < d->k; s++)
    cs_plot_text_within(d->plot, LEFT - 16, d->bars_at + d->bar * ((double)s + 0.5), type,
                        LEFT - 16 - CS_PLOT_MARGIN, d->in->segments[s].name);
  for (size_t p = 0; p < d->panels; p++) add_panel(d, p);
}

/* --- words --- */

static void add_cut(struct cs_str *out, size_t shown, size_t all, const char *what) {
  if (shown < all) cs_str_add_format(out, " · the first %zu of %zu %s", shown, all, what);
}

static void add_words(struct drawing *d) {
  const struct cs_comparison *in = d->in;
  struct cs_str text = CS_STR_INIT;
  cs_str_add_format(&text, "colour: distance from the mean of all %s in standard deviations", in->words.noun);
  cs_plot_add_part(&text, in->words.subtitle);
  add_cut(&text, d->k, in->k, "segments");
  add_cut(&text, d->d, in->d, "columns");
  cs_plot_subtitle(d->plot, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

/* The column in which each of the first segments lies farthest from the mean. */
static void add_alt(struct drawing *d) {
  const struct cs_comparison *in = d->in;
  struct cs_str *alt = &d->plot->alt;
  cs_str_add_format(alt, "Heat map of %zu segments by %zu columns; farthest from the mean of all: ", in->k,
                    in->d);
  for (size_t s = 0; s < in->k && s < NAMES_IN_ALT; s++) {
    size_t best = 0;
    for (size_t j = 1; j < in->d; j++)
      if (fabs(in->effect[s * in->d + j]) > fabs(in->effect[s * in->d + best])) best = j;
    double effect = in->effect[s * in->d + best];
    cs_str_add_format(alt, "%s%s by %s %s (%s", s > 0 ? ", " : "", in->segments[s].name, in->column[best],
                      in->cell[s * in->d + best], effect > 0 ? "+" : "");
    cs_figure_number(alt, effect, 1);
    cs_str_add_text(alt, " σ)");
  }
  if (in->k > NAMES_IN_ALT) cs_str_add_format(alt, " and %zu more", in->k - NAMES_IN_ALT);
  cs_str_add_byte(alt, '.');
}

enum cs_status cs_plot_comparison(struct cs_plot *plot, const struct cs_comparison *comparison,
                                  struct cs_error *err) {
  struct drawing d = {.in = comparison, .plot = plot, .canvas = CS_CANVAS_INIT};
  if (comparison->k == 0 || comparison->d == 0) return cs_fail(err, CS_DATA, "there is nothing to compare");
  measure(&d);
  cs_plot_begin(plot, "comparison", CS_PLOT_WIDTH, height(&d), comparison->words.title);
  add_words(&d);
  add_heat_map(&d);
  add_scale(&d);
  if (d.panels > 0) add_panels(&d);
  cs_canvas_end(&d.canvas, plot);
  CS_PLOT_TEMPLATE(plot, comparison);
  add_alt(&d);
  return cs_plot_check(plot, err);
}
