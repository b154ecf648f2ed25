#include "report/plot_optimal_k.h"

#include "report/plot_inside.h"

#include <math.h>
#include <stddef.h>

enum { PANELS_MAX = 6, STEPS = 24 };

enum rule { LARGEST, SMALLEST, GAP, STABLE, ELBOW, NONE };

struct criterion {
  const char *name, *note, *words;
  size_t offset;
  enum rule rule;
  enum cs_unit unit;
};

#define FIELD(name) offsetof(struct cs_optimal_k_row, name)

/* In the order in which they are drawn, as far as there is room. */
static const struct criterion criteria[] = {
    {"Silhouette", "higher: better separated", "silhouette", FIELD(silhouette), LARGEST, CS_UNIT_NUMBER},
    {"Least stability", "higher: found again in other samples", "stability", FIELD(stability), STABLE,
     CS_UNIT_NUMBER},
    {"Gap statistic", "higher: tighter than without structure", "gap", FIELD(gap), GAP, CS_UNIT_NUMBER},
    {"Davies–Bouldin", "lower: tighter and farther apart", "Davies–Bouldin", FIELD(davies_bouldin), SMALLEST,
     CS_UNIT_NUMBER},
    {"Calinski–Harabasz", "higher: tighter and farther apart", "Calinski–Harabasz", FIELD(calinski_harabasz),
     LARGEST, CS_UNIT_NUMBER},
    {"Inertia", "lower: tighter; the elbow counts", "inertia", FIELD(inertia), ELBOW, CS_UNIT_NUMBER},
    {"Smallest segment", "its share of all", "size", FIELD(smallest), NONE, CS_UNIT_SHARE}};
enum { CRITERIA = sizeof criteria / sizeof *criteria };

struct drawing {
  const struct cs_optimal_k *in;
  struct cs_plot *plot;
  const struct criterion *shown[PANELS_MAX];
  size_t panels;
};

struct panel {
  struct cs_box area;
  double left, right, lo, hi; /* of the axes */
};

static double value(const struct cs_optimal_k *in, const struct criterion *criterion, size_t i) {
  double v;
  memcpy(&v, (const char *)&in->row[i] + criterion->offset, sizeof v);
  return v;
}

static size_t values(const struct cs_optimal_k *in, const struct criterion *criterion) {
  size_t count = 0;
  for (size_t i = 0; i < in->count; i++) count += isfinite(value(in, criterion, i)) != 0;
  return count;
}

/* --- what they favour: positions of rows, or count --- */

static size_t extreme(const struct cs_optimal_k *in, const struct criterion *criterion, double sign) {
  size_t best = in->count;
  for (size_t i = 0; i < in->count; i++) {
    double v = sign * value(in, criterion, i);
    if (isfinite(v) && (best == in->count || v > sign * value(in, criterion, best))) best = i;
  }
  return best;
}

static size_t by_gap(const struct cs_optimal_k *in, const struct criterion *criterion) {
  for (size_t i = 0; i + 1 < in->count; i++) {
    const struct cs_optimal_k_row *row = &in->row[i];
    if (row[1].k == row->k + 1 && row->gap >= row[1].gap - row[1].gap_se) return i;
  }
  return extreme(in, criterion, 1);
}

static size_t by_stability(const struct cs_optimal_k *in, const struct criterion *criterion) {
  for (size_t i = in->count; i-- > 0;)
    if (value(in, criterion, i) >= 0.75) return i;
  return extreme(in, criterion, 1);
}

static size_t by_elbow(const struct cs_optimal_k *in, const struct criterion *criterion) {
  size_t first = in->count, last = 0, best = in->count;
  double most = 0;
  for (size_t i = 0; i < in->count; i++) {
    if (!isfinite(value(in, criterion, i))) continue;
    if (first == in->count) first = i;
    last = i;
  }
  for (size_t i = first; i < last; i++) {
    double part = (double)(in->row[i].k - in->row[first].k) / (double)(in->row[last].k - in->row[first].k);
    double below = value(in, criterion, first) +
                   part * (value(in, criterion, last) - value(in, criterion, first)) -
                   value(in, criterion, i);
    if (below > most) {
      most = below;
      best = i;
    }
  }
  return best;
}

static size_t favoured(const struct cs_optimal_k *in, const struct criterion *criterion) {
  switch (criterion->rule) {
  case LARGEST: return extreme(in, criterion, 1);
  case SMALLEST: return extreme(in, criterion, -1);
  case GAP: return by_gap(in, criterion);
  case STABLE: return by_stability(in, criterion);
  case ELBOW: return by_elbow(in, criterion);
  case NONE: break;
  }
  return in->count;
}

/* Which of those shown favour row i: a bit each. */
static unsigned voters(const struct drawing *d, size_t i) {
  unsigned bits = 0;
  for (size_t c = 0; c < d->panels; c++)
    if (favoured(d->in, d->shown[c]) == i) bits |= 1u << c;
  return bits;
}

static unsigned count_bits(unsigned bits) {
  unsigned count = 0;
  for (; bits; bits &= bits - 1) count++;
  return count;
}

/* "silhouette, gap and inertia favour k = 5" */
static void add_vote(struct cs_str *out, const struct drawing *d, size_t i, bool verb) {
  unsigned bits = voters(d, i), all = count_bits(bits), seen = 0;
  for (size_t c = 0; c < d->panels; c++) {
    if (!(bits >> c & 1)) continue;
    seen++;
    cs_str_add_text(out, seen == 1 ? "" : seen == all ? " and " : ", ");
    cs_str_add_text(out, d->shown[c]->words);
  }
  cs_str_add_format(out, "%s k = %zu", !verb ? "" : all == 1 ? " favours" : " favour", d->in->row[i].k);
}

/* The k that most favour comes first, equals by the smaller k. */
static void add_votes(struct cs_str *out, const struct drawing *d) {
  bool first = true;
  for (unsigned votes = (unsigned)d->panels; votes > 0; votes--)
    for (size_t i = 0; i < d->in->count; i++) {
      if (count_bits(voters(d, i)) != votes) continue;
      cs_str_add_text(out, first ? "" : "; ");
      add_vote(out, d, i, first);
      first = false;
    }
  if (first) cs_str_add_text(out, "no criterion favours a k");
}

static void add_words(struct drawing *d) {
  const struct cs_optimal_k *in = d->in;
  struct cs_str text = CS_STR_INIT;
  add_votes(&text, d);
  cs_str_add_format(&d->plot->alt, "%zu criteri%s for the number of clusters from %zu to %zu: %s", d->panels,
                    d->panels == 1 ? "on" : "a", in->row[0].k, in->row[in->count - 1].k, cs_str_text(&text));
  if (in->chosen) cs_str_add_format(&d->plot->alt, "; chosen is k = %zu", in->chosen);
  if (in->runner_up) cs_str_add_format(&d->plot->alt, ", the runner-up is k = %zu", in->runner_up);
  cs_str_add_byte(&d->plot->alt, '.');
  if (in->chosen) cs_str_add_format(&text, " · filled: chosen, k = %zu", in->chosen);
  if (in->runner_up) cs_str_add_format(&text, " · ring: runner-up, k = %zu", in->runner_up);
  cs_plot_add_part(&text, in->words.subtitle);
  cs_plot_subtitle(d->plot, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

/* --- a panel --- */

static size_t find_row(const struct cs_optimal_k *in, size_t k) {
  size_t i = 0;
  while (i < in->count && in->row[i].k != k) i++;
  return k ? i : in->count;
}

static double error_of(const struct drawing *d, const struct criterion *criterion, size_t i) {
  double error = criterion->rule == GAP ? d->in->row[i].gap_se : 0;
  return isfinite(error) ? error : 0;
}

static void find_range(const struct drawing *d, const struct criterion *criterion, struct panel *panel) {
  panel->lo = INFINITY;
  panel->hi = -INFINITY;
  for (size_t i = 0; i < d->in->count; i++) {
    double v = value(d->in, criterion, i), error = error_of(d, criterion, i);
    if (!isfinite(v)) continue;
    panel->lo = fmin(panel->lo, v - error);
    panel->hi = fmax(panel->hi, v + error);
  }
  double range = panel->hi - panel->lo, more = range > 0 ? 0.14 * range : fmax(0.1 * fabs(panel->hi), 0.1);
  bool from_zero = panel->lo >= 0;
  panel->lo -= more;
  panel->hi += more;
  if (from_zero && panel->lo < 0.2 * panel->hi) panel->lo = 0;
  panel->left = (double)d->in->row[0].k - 0.4;
  panel->right = (double)d->in->row[d->in->count - 1].k + 0.4;
}

static double to_x(const struct panel *panel, double k) {
  return panel->area.left +
         (k - panel->left) / (panel->right - panel->left) * (panel->area.right - panel->area.left);
}

static double to_y(const struct panel *panel, double v) {
  return panel->area.bottom -
         (v - panel->lo) / (panel->hi - panel->lo) * (panel->area.bottom - panel->area.top);
}

/* Whether the curve, or the line at the choice, runs through a box. */
static bool curve_meets(const struct drawing *d, const struct criterion *criterion, const struct panel *panel,
                        struct cs_box box) {
  size_t before = d->in->count;
  double chosen = to_x(panel, (double)d->in->chosen); /* the dashed line */
  if (d->in->chosen && box.left < chosen + 2 && box.right > chosen - 2) return true;
  for (size_t i = 0; i < d->in->count; i++) {
    if (!isfinite(value(d->in, criterion, i))) continue;
    double x = to_x(panel, (double)d->in->row[i].k), y = to_y(panel, value(d->in, criterion, i));
    double from_x = before < i ? to_x(panel, (double)d->in->row[before].k) : x,
           from_y = before < i ? to_y(panel, value(d->in, criterion, before)) : y;
    for (int step = 0; step <= STEPS; step++) {
      double at_x = from_x + (x - from_x) * step / STEPS, at_y = from_y + (y - from_y) * step / STEPS;
      if (cs_box_meets(box, (struct cs_box){at_x - 4, at_y - 4, at_x + 4, at_y + 4})) return true;
    }
    before = i;
  }
  return false;
}

/* Beside the point, where neither curve nor axes nor another label are. taken becomes the place. */
static void label_point(struct drawing *d, const struct criterion *criterion, const struct panel *panel,
                        size_t i, struct cs_type type, struct cs_box *taken) {
  static const double way[10][2] = {{1, -1},  {-1, -1}, {1, 1},    {-1, 1},   {0, -1.3},
                                    {0, 1.3}, {1.2, 0}, {-1.2, 0}, {1, -2.2}, {1, 2.2}};
  struct cs_str text = CS_STR_INIT;
  if (criterion->unit == CS_UNIT_SHARE)
    cs_figure_share(&text, value(d->in, criterion, i));
  else
    cs_figure_short(&text, value(d->in, criterion, i));
  double half = cs_type_width(cs_str_text(&text), type) / 2 + 3, x = to_x(panel, (double)d->in->row[i].k),
         y = to_y(panel, value(d->in, criterion, i));
  for (int w = 0; w < 10; w++) {
    double at_x = x + way[w][0] * (half + 7), at_y = y + way[w][1] * 15;
    struct cs_box box = {at_x - half, at_y - 10, at_x + half, at_y + 10};
    if (box.left < panel->area.left + 3 || box.right > panel->area.right + 6 ||
        box.top < panel->area.top - 8 || box.bottom > panel->area.bottom - 3 || cs_box_meets(box, *taken) ||
        curve_meets(d, criterion, panel, box))
      continue;
    type.align = way[w][0] > 0 ? 'l' : way[w][0] < 0 ? 'r' : 'c';
    cs_plot_text(d->plot,
                 type.align == 'l'   ? box.left + 3
                 : type.align == 'r' ? box.right - 3
                                     : at_x,
                 at_y, type, cs_str_text(&text));
    *taken = box;
    break;
  }
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void add_marks(struct drawing *d, const struct criterion *criterion, const struct panel *panel) {
  struct cs_type chosen = {12, CS_PALETTE_ACCENT, 'l', true}, other = {11, CS_PALETTE_ACCENT, 'l', false};
  const size_t mark[2] = {find_row(d->in, d->in->chosen), find_row(d->in, d->in->runner_up)};
  struct cs_box taken = {0, 0, 0, 0};
  for (int m = 0; m < 2; m++) {
    double v = mark[m] < d->in->count ? value(d->in, criterion, mark[m]) : NAN;
    cs_plot_set(d->plot, m == 0 ? "CHOSEN" : "RUNNER", isfinite(v) ? (double)d->in->row[mark[m]].k : NAN);
    cs_plot_set(d->plot, m == 0 ? "CHOSEN_AT" : "RUNNER_AT", v);
    if (isfinite(v)) label_point(d, criterion, panel, mark[m], m == 0 ? chosen : other, &taken);
  }
}

static void add_curve(struct drawing *d, const struct criterion *criterion) {
  cs_plot_block(d->plot, "curve");
  for (size_t i = 0; i < d->in->count; i++)
    if (isfinite(value(d->in, criterion, i)))
      CS_PLOT_ROW(d->plot, (double)d->in->row[i].k, value(d->in, criterion, i), error_of(d, criterion, i));
  cs_plot_end(d->plot);
  cs_plot_set(d->plot, "ERRORS", criterion->rule == GAP);
}

static void add_axes(struct drawing *d, const struct criterion *criterion, const struct panel *panel) {
  struct cs_ticks y = cs_ticks_make(panel->lo, panel->hi, 4, criterion->unit),
                  x = cs_ticks_make(panel->left, panel->right, d->panels > 4 ? 8 : 11, CS_UNIT_COUNT);
  cs_plot_area(d->plot, panel->area);
  cs_plot_range(d->plot, 'x', panel->left, panel->right);
  cs_plot_range(d->plot, 'y', panel->lo, panel->hi);
  cs_plot_ticks(d->plot, 'x', &x, CS_UNIT_COUNT, NULL);
  cs_plot_ticks(d->plot, 'y', &y, criterion->unit, NULL);
}

static void add_panel(struct drawing *d, size_t at) {
  size_t across = d->panels <= 2   ? d->panels
                  : d->panels == 4 ? 2
                                   : 3,
         down = (d->panels + across - 1) / across;
  const struct criterion *criterion = d->shown[at];
  double wide = (CS_PLOT_WIDTH - CS_PLOT_MARGIN - 24) / (double)across,
         high = (CS_PLOT_HEIGHT - 128) / (double)down;
  double left = CS_PLOT_MARGIN + wide * (double)(at % across), top = 116 + high * (double)(at / across);
  struct panel panel = {.area = {left + 62, top + 62, left + wide - 18, top + high - (down > 1 ? 58 : 66)}};
  struct cs_type note = {10.5, CS_PALETTE_MUTE, 'l', false}, caption = CS_TYPE_MUTE;
  caption.align = 'c';
  find_range(d, criterion, &panel);
  add_axes(d, criterion, &panel);
  cs_plot_text(d->plot, panel.area.left, top + 14, CS_TYPE_HEAD, criterion->name);
  cs_plot_text_within(d->plot, panel.area.left, top + 36, note, wide - 70, criterion->note);
  if (at + across >= d->panels)
    cs_plot_text(d->plot, (panel.area.left + panel.area.right) / 2, panel.area.bottom + 50, caption,
                 "number of clusters k");
  add_curve(d, criterion);
  add_marks(d, criterion, &panel);
  CS_PLOT_TEMPLATE(d->plot, optimal_k);
}

enum cs_status cs_plot_optimal_k(struct cs_plot *plot, const struct cs_optimal_k *optimal_k,
                                 struct cs_error *err) {
  struct drawing d = {.in = optimal_k, .plot = plot};
  for (size_t c = 0; c < CRITERIA && d.panels < PANELS_MAX; c++)
    if (values(optimal_k, &criteria[c]) > 1) d.shown[d.panels++] = &criteria[c];
  if (d.panels == 0) return cs_fail(err, CS_DATA, "no criterion was measured for two numbers of clusters");
  cs_plot_begin(plot, "optimal-k", CS_PLOT_WIDTH, CS_PLOT_HEIGHT, optimal_k->words.title);
  add_words(&d);
  cs_str_add_text(&plot->script, "set multiplot\n");
  for (size_t p = 0; p < d.panels; p++) add_panel(&d, p);
  cs_str_add_text(&plot->script, "unset multiplot\n");
  return cs_plot_check(plot, err);
}
