#include "report/plot_lorenz.h"

#include "algo/stats.h"
#include "base/memory.h"
#include "report/plot_inside.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS_MAX = 1000 };

static const struct cs_box area = {96, 116, 716, CS_PLOT_HEIGHT - 84};
static const double shares[] = {0.01, 0.05, 0.1, 0.2, 0.5};
enum { SHARES = sizeof shares / sizeof *shares };

struct drawing {
  const struct cs_lorenz *in;
  struct cs_plot *plot;
  double *amount; /* [n] ascending */
  double *sum;    /* [n + 1] of the i richest */
  size_t n;
};

static void take_amounts(struct drawing *d) {
  for (size_t i = 0; i < d->in->n; i++)
    if (!isnan(d->in->amount[i])) d->amount[d->n++] = fmax(0, d->in->amount[i]);
  cs_sort(d->amount, d->n);
  for (size_t i = 0; i < d->n; i++) d->sum[i + 1] = d->sum[i] + d->amount[d->n - 1 - i];
}

/* What the richest `share` of the rows bring. */
static double brought_by(const struct drawing *d, double share) {
  double at = share * (double)d->n, whole = floor(at);
  size_t i = (size_t)whole;
  double sum = d->sum[i];
  if (i < d->n) sum += (at - whole) * d->amount[d->n - 1 - i];
  return sum / d->sum[d->n];
}

static double gini(const struct drawing *d) {
  double below = 0, n = (double)d->n;
  for (size_t i = 1; i <= d->n; i++) below += d->sum[i] / d->sum[d->n];
  return (2 * below - 1) / n - 1; /* the area between curve and diagonal, twice */
}

/* More points where the curve bends, at its beginning. */
static void add_curve(struct drawing *d) {
  size_t points = d->n < POINTS_MAX ? d->n : POINTS_MAX;
  cs_plot_block(d->plot, "curve");
  for (size_t p = 0; p <= points; p++) {
    double share = (double)p / (double)points;
    if (d->n > POINTS_MAX) share *= share;
    CS_PLOT_ROW(d->plot, share, brought_by(d, share));
  }
  cs_plot_end(d->plot);
}

static void add_sentence(struct cs_str *out, const struct drawing *d, double share) {
  cs_figure_share(out, share);
  cs_str_add_format(out, " of %s bring ", d->in->words.noun);
  cs_figure_share(out, brought_by(d, share));
}

/* On two lines, below the curve, or above it where that runs near to the diagonal. */
static void add_marks(struct drawing *d) {
  struct cs_type accent = {12, CS_PALETTE_ACCENT, 'l', true};
  struct cs_str text = CS_STR_INIT;
  double brought = brought_by(d, 0.2), y = area.bottom - brought * (area.bottom - area.top);
  bool below = brought > 0.5;
  double x = below ? area.left + 0.2 * (area.right - area.left) + 16 : area.left + 12;
  y += below ? 22 : -66;
  cs_plot_set(d->plot, "TOP", 0.2);
  cs_plot_set(d->plot, "BRING", brought);
  cs_str_add_format(&text, "20 %% of %s", d->in->words.noun);
  cs_plot_text_within(d->plot, x, y, accent, 200, cs_str_text(&text));
  cs_str_clear(&text);
  cs_str_add_text(&text, "bring ");
  cs_figure_share(&text, brought);
  cs_plot_text(d->plot, x, y + 22, accent, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

/* Beside the picture: what a few parts of the rows bring, in numbers. */
static const double TABLE_LEFT = 800, TABLE_FIRST = 884, TABLE_SECOND = 1030,
                    TABLE_RIGHT = CS_PLOT_WIDTH - CS_PLOT_MARGIN;

static void add_table_row(struct drawing *d, double share, double y) {
  struct cs_type mute = CS_TYPE_MUTE, number = CS_TYPE_TEXT;
  struct cs_str text = CS_STR_INIT;
  double brought = brought_by(d, share);
  mute.align = number.align = 'r';
  number.bold = share == 0.2;
  number.colour = number.bold ? CS_PALETTE_ACCENT : CS_PALETTE_INK;
  cs_figure_share(&text, share);
  cs_plot_text(d->plot, TABLE_FIRST, y, number, cs_str_text(&text));
  cs_str_clear(&text);
  cs_figure_unit(&text, d->sum[d->n] * brought, 0, CS_UNIT_MONEY, d->in->words.currency);
  cs_plot_text_within(d->plot, TABLE_SECOND, y, mute, TABLE_SECOND - TABLE_FIRST - 20, cs_str_text(&text));
  cs_str_clear(&text);
  cs_figure_share(&text, brought);
  cs_plot_text(d->plot, TABLE_RIGHT, y, number, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void add_table(struct drawing *d) {
  struct cs_type mute = CS_TYPE_MUTE;
  struct cs_str text = CS_STR_INIT;
  double y = area.top + 20;
  mute.align = 'r';
  cs_str_add_format(&text, "of %s", d->in->what);
  cs_plot_text(d->plot, TABLE_LEFT, y, CS_TYPE_MUTE, "the richest");
  cs_plot_text(d->plot, TABLE_SECOND, y, mute, "bring");
  cs_plot_text_within(d->plot, TABLE_RIGHT, y, mute, TABLE_RIGHT - TABLE_SECOND - 20, cs_str_text(&text));
  for (size_t i = 0; i < SHARES; i++) add_table_row(d, shares[i], y + 8 + 40 * (double)(i + 1));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void add_words(struct drawing *d) {
  struct cs_str text = CS_STR_INIT;
  cs_plot_add_count(&text, d->n, d->in->words.noun);
  cs_plot_add_part(&text, d->in->words.subtitle);
  cs_plot_add_part(&text, "Gini coefficient ");
  cs_figure_number(&text, gini(d), 2);
  cs_str_add_text(&text, ": 0 all the same, 1 one has all");
  cs_plot_subtitle(d->plot, cs_str_text(&text));
  cs_str_add_format(&d->plot->alt, "Lorenz curve of %s, the richest first: ", d->in->what);
  add_sentence(&d->plot->alt, d, 0.2);
  cs_str_add_text(&d->plot->alt, ", ");
  add_sentence(&d->plot->alt, d, 0.5);
  cs_str_add_text(&d->plot->alt, "; the Gini coefficient is ");
  cs_figure_number(&d->plot->alt, gini(d), 2);
  cs_str_add_byte(&d->plot->alt, '.');
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void add_axes(struct drawing *d) {
  struct cs_ticks ticks = cs_ticks_make(0, 1, 5, CS_UNIT_SHARE);
  struct cs_type type = CS_TYPE_MUTE;
  struct cs_str text = CS_STR_INIT;
  type.align = 'c';
  cs_plot_area(d->plot, area);
  cs_plot_range(d->plot, 'x', 0, 1);
  cs_plot_range(d->plot, 'y', 0, 1);
  cs_plot_ticks(d->plot, 'x', &ticks, CS_UNIT_SHARE, NULL);
  cs_plot_ticks(d->plot, 'y', &ticks, CS_UNIT_SHARE, NULL);
  cs_str_add_format(&text, "share of %s, the richest first", d->in->words.noun);
  cs_plot_text_within(d->plot, (area.left + area.right) / 2, area.bottom + 52, type, 620, cs_str_text(&text));
  cs_str_clear(&text);
  cs_str_add_format(&text, "share of %s", d->in->what);
  cs_plot_text_upright(d->plot, 26, (area.top + area.bottom) / 2, type, 580, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static enum cs_status draw(struct drawing *d, struct cs_error *err) {
  take_amounts(d);
  if (d->n == 0 || !(d->sum[d->n] > 0)) return cs_fail(err, CS_DATA, "there is no %s to draw", d->in->what);
  cs_plot_begin(d->plot, "lorenz", CS_PLOT_WIDTH, CS_PLOT_HEIGHT, d->in->words.title);
  add_words(d);
  add_axes(d);
  add_curve(d);
  add_marks(d);
  add_table(d);
  CS_PLOT_TEMPLATE(d->plot, lorenz);
  return cs_plot_check(d->plot, err);
}

enum cs_status cs_plot_lorenz(struct cs_plot *plot, const struct cs_lorenz *lorenz, struct cs_error *err) {
  struct drawing d = {.in = lorenz, .plot = plot};
  enum cs_status status = cs_alloc(&d.amount, lorenz->n, sizeof *d.amount, "the amounts", err);
  if (status == CS_OK) status = cs_alloc(&d.sum, lorenz->n + 1, sizeof *d.sum, "the amounts", err);
  if (status == CS_OK) status = draw(&d, err);
  free(d.amount);
  free(d.sum);
  return status;
}
