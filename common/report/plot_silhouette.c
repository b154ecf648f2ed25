#include "report/plot_silhouette.h"

#include "algo/stats.h"
#include "base/memory.h"
#include "report/plot_inside.h"

#include <math.h>
#include <stdlib.h>

enum {
  BARS_MAX = 400,
  NAMES_IN_ALT = 8,
  FIT = 20,
  ROW = 18
}; /* so many segments fit; more are higher by ROW each */

static const double MEAN_AT = 1060, BELOW_AT = CS_PLOT_WIDTH - CS_PLOT_MARGIN;

struct part {
  double *value; /* [count] descending */
  size_t count, below;
  double mean, top, bottom; /* of its bars, in pixels */
};

struct drawing {
  struct cs_box area;
  const struct cs_silhouettes *in;
  struct cs_plot *plot;
  struct part *part; /* [k] */
  double *value;     /* [n], part by part */
  size_t count, drawn;
  double lo, hi, mean;
};

/* --- the values --- */

static void gather(struct drawing *d) {
  const struct cs_silhouettes *in = d->in;
  double *next = d->value;
  for (size_t i = 0; i < in->n; i++) d->part[in->segment[i]].count += !isnan(in->value[i]);
  for (size_t s = 0; s < in->k; s++) {
    d->part[s].value = next;
    next += d->part[s].count;
    d->count += d->part[s].count;
    d->drawn += d->part[s].count > 0;
    d->part[s].count = 0;
  }
  for (size_t i = 0; i < in->n; i++) {
    struct part *part = &d->part[in->segment[i]];
    if (!isnan(in->value[i])) part->value[part->count++] = in->value[i];
  }
}

static void describe(struct drawing *d) {
  d->mean = cs_mean(d->value, d->count);
  for (size_t s = 0; s < d->in->k; s++) {
    struct part *part = &d->part[s];
    if (part->count == 0) continue;
    part->mean = cs_mean(part->value, part->count);
    cs_sort(part->value, part->count);
    for (size_t i = 0; i < part->count / 2; i++) {
      double swapped = part->value[i];
      part->value[i] = part->value[part->count - 1 - i];
      part->value[part->count - 1 - i] = swapped;
    }
    while (part->below < part->count && part->value[part->count - 1 - part->below] < 0) part->below++;
    d->hi = fmax(d->hi, part->value[0]);
    d->lo = fmin(d->lo, part->value[part->count - 1]);
  }
  d->lo -= 0.03;
  d->hi = fmin(1, d->hi + 0.03);
}

/* Heights follow the sizes, but a small segment can still be seen and named. */
static void stack(struct drawing *d) {
  size_t more = d->drawn > FIT ? d->drawn - FIT : 0;
  d->area = (struct cs_box){250, 140, 980, CS_PLOT_HEIGHT - 84 + (double)(ROW * more)};
  double even = d->drawn > FIT ? 0.85 : 0.4, room = d->area.bottom - d->area.top,
         gap = fmin(12, 0.25 * room / (double)d->drawn), y = d->area.top;
  room -= gap * (double)(d->drawn - 1);
  for (size_t s = 0; s < d->in->k; s++) {
    struct part *part = &d->part[s];
    if (part->count == 0) continue;
    part->top = y;
    y += room * (even / (double)d->drawn + (1 - even) * (double)part->count / (double)d->count);
    part->bottom = y;
    y += gap;
  }
}

/* --- the picture --- */

static void add_bars(struct drawing *d) {
  size_t shape = 0;
  cs_plot_block(d->plot, "bars");
  for (size_t s = 0; s < d->in->k; s++) {
    const struct part *part = &d->part[s];
    size_t bars = part->count < BARS_MAX ? part->count : BARS_MAX;
    for (size_t b = 0; b < bars; b++) {
      double value = part->value[bars > 1 ? b * (part->count - 1) / (bars - 1) : 0];
      double high = (part->bottom - part->top) / (double)bars;
      CS_PLOT_ROW(d->plot, value, part->top + high * (double)b);
      CS_PLOT_ROW(d->plot, value, part->top + high * (double)(b + 1));
    }
    if (bars > 0) cs_plot_gap(d->plot);
    if (bars > 0) cs_plot_gap(d->plot);
  }
  CS_PLOT_ROW(d->plot, NAN, NAN);
  cs_plot_end(d->plot);
  cs_plot_set(d->plot, "SHAPES", (double)d->drawn);
  cs_str_add_format(&d->plot->script, "array SHADE[%zu]\n", d->drawn);
  for (size_t s = 0; s < d->in->k; s++)
    if (d->part[s].count > 0)
      cs_str_add_format(&d->plot->script, "SHADE[%zu] = 0x%06x\n", ++shape,
                        (unsigned)cs_plot_colour(d->in->segments, s));
}

/* "9 · 3 %" of its rows lie nearer to another segment. */
static void add_below(struct cs_str *out, const struct part *part) {
  cs_figure_number(out, (double)part->below, 0);
  if (part->below == 0) return;
  cs_str_add_text(out, " · ");
  cs_figure_share(out, (double)part->below / (double)part->count);
}

static void write_segment(struct drawing *d, size_t s) {
  const struct part *part = &d->part[s];
  double high = part->bottom - part->top, y = (part->top + part->bottom) / 2;
  struct cs_type type = {d->drawn <= 14 ? 12 : 10, CS_PALETTE_INK, 'r', false}, mute = type;
  struct cs_str text = CS_STR_INIT;
  mute.colour = CS_PALETTE_MUTE;
  bool two = high >= 44;
  cs_plot_text_within(d->plot, d->area.left - 18, two ? y - 11 : y, type, d->area.left - 18 - CS_PLOT_MARGIN,
                      d->in->segments[s].name);
  cs_figure_number(&text, part->mean, 2);
  cs_plot_text(d->plot, MEAN_AT, y, type, cs_str_text(&text));
  cs_str_clear(&text);
  add_below(&text, part);
  cs_plot_text(d->plot, BELOW_AT, y, mute, cs_str_text(&text));
  cs_str_clear(&text);
  cs_plot_add_count(&text, part->count, d->in->words.noun);
  mute.points = 10.5;
  if (two) cs_plot_text(d->plot, d->area.left - 18, y + 12, mute, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void write_heads(struct drawing *d) {
  struct cs_type note = {11, CS_PALETTE_MUTE, 'r', false}, mean = {11, CS_PALETTE_INK, 'c', false};
  struct cs_str text = CS_STR_INIT;
  double x = d->area.left + (d->mean - d->lo) / (d->hi - d->lo) * (d->area.right - d->area.left);
  cs_str_add_text(&text, "mean ");
  cs_figure_number(&text, d->mean, 2);
  cs_plot_text(d->plot, x, d->area.top - 16, mean, cs_str_text(&text));
  cs_plot_text(d->plot, MEAN_AT, d->area.top - 16, note, "mean");
  cs_plot_text(d->plot, BELOW_AT, d->area.top - 16, note, "below 0");
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

/* By Kaufman and Rousseeuw (1990), table 4; what they call weak is usual for customers. */
static const char *structure(double mean) {
  if (mean > 0.7) return "well apart";
  if (mean > 0.5) return "reasonably apart";
  if (mean > 0.25) return "soft borders";
  return "borders that are drawn, not found";
}

static void add_words(struct drawing *d) {
  struct cs_str text = CS_STR_INIT;
  size_t below = 0;
  for (size_t s = 0; s < d->in->k; s++) below += d->part[s].below;
  cs_str_add_text(&text, "mean ");
  cs_figure_number(&text, d->mean, 2);
  cs_str_add_format(&text, ": %s · ", structure(d->mean));
  if (below > 0) cs_figure_share(&text, (double)below / (double)d->count);
  cs_str_add_format(&text, "%s %s are near a border: below 0, another segment is nearer",
                    below > 0 ? " of" : "no", d->in->words.noun);
  cs_str_add_format(&d->plot->alt, "Silhouettes of %zu segments: %s. Means: ", d->drawn, cs_str_text(&text));
  size_t named = 0;
  for (size_t s = 0; s < d->in->k && named < NAMES_IN_ALT; s++) {
    if (d->part[s].count == 0) continue;
    cs_str_add_format(&d->plot->alt, "%s%s ", named++ > 0 ? ", " : "", d->in->segments[s].name);
    cs_figure_number(&d->plot->alt, d->part[s].mean, 2);
  }
  cs_str_add_byte(&d->plot->alt, '.');
  cs_plot_add_part(&text, d->in->words.subtitle);
  cs_plot_subtitle(d->plot, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void add_axes(struct drawing *d) {
  struct cs_ticks ticks = cs_ticks_make(d->lo, d->hi, 6, CS_UNIT_NUMBER);
  struct cs_type type = CS_TYPE_MUTE;
  type.align = 'c';
  cs_plot_area(d->plot, d->area);
  cs_plot_range(d->plot, 'x', d->lo, d->hi);
  cs_plot_range(d->plot, 'y', d->area.bottom, d->area.top);
  cs_plot_ticks(d->plot, 'x', &ticks, CS_UNIT_NUMBER, NULL);
  cs_plot_set(d->plot, "MEAN", d->mean);
  cs_plot_text(d->plot, (d->area.left + d->area.right) / 2, d->area.bottom + 52, type,
               "silhouette: 1 well inside its segment, 0 on a border");
}

static enum cs_status draw(struct drawing *d, struct cs_error *err) {
  gather(d);
  if (d->count == 0) return cs_fail(err, CS_DATA, "there are no silhouettes to draw");
  describe(d);
  stack(d);
  cs_plot_begin(d->plot, "silhouette", CS_PLOT_WIDTH, (unsigned)d->area.bottom + 84, d->in->words.title);
  add_words(d);
  add_axes(d);
  add_bars(d);
  write_heads(d);
  for (size_t s = 0; s < d->in->k; s++)
    if (d->part[s].count > 0) write_segment(d, s);
  CS_PLOT_TEMPLATE(d->plot, silhouette);
  return cs_plot_check(d->plot, err);
}

enum cs_status cs_plot_silhouette(struct cs_plot *plot, const struct cs_silhouettes *silhouettes,
                                  struct cs_error *err) {
  struct drawing d = {.in = silhouettes, .plot = plot};
  enum cs_status status = cs_alloc(&d.part, silhouettes->k, sizeof *d.part, "the segments", err);
  if (status == CS_OK) status = cs_alloc(&d.value, silhouettes->n, sizeof *d.value, "the silhouettes", err);
  if (status == CS_OK) status = draw(&d, err);
  free(d.part);
  free(d.value);
  return status;
}
