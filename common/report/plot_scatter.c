#include "report/plot_scatter.h"

#include "algo/stats.h"
#include "base/memory.h"
#include "report/plot_inside.h"

#include <math.h>
#include <stdlib.h>

enum { DENSE_FROM = 20000, CELL = 4, CORNERS = 72, RINGS = 9, NAMES_IN_ALT = 8 };

static const double CHI_SQUARE_95 = 5.991464547107979; /* two degrees of freedom */

struct cloud {
  size_t count;
  double x, y, xx, xy, yy; /* mean and covariance */
  double a, b, angle;      /* half axes of the ellipse; b is 0 without one */
};

struct span {
  double lo, hi;
};

struct view {
  struct cs_box area; /* in pixels */
  struct span x, y;
};

struct drawing {
  const struct cs_scatter *in;
  struct cs_plot *plot;
  struct cloud *cloud; /* [k] */
  struct view view;
  size_t shown, outside;
};

static bool is_there(const struct cs_scatter *in, size_t i) {
  return isfinite(in->x[i]) && isfinite(in->y[i]);
}

/* --- the clouds --- */

static void find_means(struct drawing *d) {
  const struct cs_scatter *in = d->in;
  for (size_t i = 0; i < in->n; i++) {
    if (!is_there(in, i)) continue;
    struct cloud *cloud = &d->cloud[in->segment[i]];
    cloud->count++;
    cloud->x += ((double)in->x[i] - cloud->x) / (double)cloud->count;
    cloud->y += ((double)in->y[i] - cloud->y) / (double)cloud->count;
    d->shown++;
  }
}

static void find_covariances(struct drawing *d) {
  const struct cs_scatter *in = d->in;
  for (size_t i = 0; i < in->n; i++) {
    if (!is_there(in, i)) continue;
    struct cloud *cloud = &d->cloud[in->segment[i]];
    double x = (double)in->x[i] - cloud->x, y = (double)in->y[i] - cloud->y;
    cloud->xx += x * x;
    cloud->xy += x * y;
    cloud->yy += y * y;
  }
}

/* Eigenvalues and direction of the covariance, scaled to hold 95 % of a normal distribution. */
static void fit_ellipse(struct cloud *cloud) {
  if (cloud->count < 3) return;
  double n = (double)(cloud->count - 1), xx = cloud->xx / n, xy = cloud->xy / n, yy = cloud->yy / n;
  double middle = (xx + yy) / 2, apart = hypot((xx - yy) / 2, xy);
  if (!(middle - apart > 1e-9 * middle)) return; /* on a line */
  cloud->a = sqrt(CHI_SQUARE_95 * (middle + apart));
  cloud->b = sqrt(CHI_SQUARE_95 * (middle - apart));
  cloud->angle = atan2(2 * xy, xx - yy) / 2;
}

/* --- what is seen --- */

/* All there is, unless a few far rows would press the rest together: then those are left outside. */
static enum cs_status find_span(const struct cs_scatter *in, const float *v, double *work, struct span *span,
                                struct cs_error *err) {
  static const double p[4] = {0, 0.005, 0.995, 1};
  double q[4];
  size_t count = 0;
  for (size_t i = 0; i < in->n; i++)
    if (is_there(in, i)) work[count++] = v[i];
  CS_TRY(cs_quantiles(work, count, p, 4, q, err));
  double core = q[2] - q[1];
  *span = (struct span){q[0], q[3]};
  if (core > 0 && q[3] - q[0] > 2.5 * core) {
    span->lo = fmax(q[0], q[1] - 0.4 * core);
    span->hi = fmin(q[3], q[2] + 0.4 * core);
  }
  return CS_OK;
}

/* Ellipses are seen whole where that costs little room. */
static void widen(struct span *span, double lo, double hi) {
  double most = 0.25 * (span->hi - span->lo);
  if (lo < span->lo && lo > span->lo - most) span->lo = lo;
  if (hi > span->hi && hi < span->hi + most) span->hi = hi;
}

static void show_ellipses(struct drawing *d) {
  struct span x = d->view.x, y = d->view.y;
  for (size_t s = 0; s < d->in->k; s++) {
    const struct cloud *cloud = &d->cloud[s];
    if (cloud->b == 0 || d->in->segments[s].noise) continue;
    double wide = hypot(cloud->a * cos(cloud->angle), cloud->b * sin(cloud->angle)),
           high = hypot(cloud->a * sin(cloud->angle), cloud->b * cos(cloud->angle));
    struct span whole = d->view.x;
    widen(&whole, cloud->x - wide, cloud->x + wide);
    x = (struct span){fmin(x.lo, whole.lo), fmax(x.hi, whole.hi)};
    whole = d->view.y;
    widen(&whole, cloud->y - high, cloud->y + high);
    y = (struct span){fmin(y.lo, whole.lo), fmax(y.hi, whole.hi)};
  }
  d->view.x = x;
  d->view.y = y;
}

static void pad(struct span *span) {
  double more = 0.04 * (span->hi - span->lo);
  if (!(more > 0)) more = fmax(1, fabs(span->lo) / 10);
  span->lo -= more;
  span->hi += more;
}

static void stretch(struct span *span, double width) {
  double more = (width - (span->hi - span->lo)) / 2;
  span->lo -= more;
  span->hi += more;
}

/* Components are measured alike: one unit is as long both ways, where that doesn't waste the half of the picture. */
static void fit_view(struct view *view) {
  pad(&view->x);
  pad(&view->y);
  double x = (view->x.hi - view->x.lo) / (view->area.right - view->area.left),
         y = (view->y.hi - view->y.lo) / (view->area.bottom - view->area.top);
  if (x > y && x < 2 * y) stretch(&view->y, x * (view->area.bottom - view->area.top));
  if (y > x && y < 2 * x) stretch(&view->x, y * (view->area.right - view->area.left));
}

static double to_x(const struct view *view, double x) {
  return view->area.left +
         (x - view->x.lo) / (view->x.hi - view->x.lo) * (view->area.right - view->area.left);
}

static double to_y(const struct view *view, double y) {
  return view->area.bottom -
         (y - view->y.lo) / (view->y.hi - view->y.lo) * (view->area.bottom - view->area.top);
}

static double from_x(const struct view *view, double px) {
  return view->x.lo +
         (px - view->area.left) / (view->area.right - view->area.left) * (view->x.hi - view->x.lo);
}

static double from_y(const struct view *view, double px) {
  return view->y.lo +
         (view->area.bottom - px) / (view->area.bottom - view->area.top) * (view->y.hi - view->y.lo);
}

static enum cs_status find_view(struct drawing *d, struct cs_error *err) {
  double *work = NULL;
  CS_TRY(cs_alloc(&work, d->in->n, sizeof *work, "the coordinates", err));
  enum cs_status status = find_span(d->in, d->in->x, work, &d->view.x, err);
  if (status == CS_OK) status = find_span(d->in, d->in->y, work, &d->view.y, err);
  free(work);
  if (status != CS_OK) return status;
  show_ellipses(d);
  fit_view(&d->view);
  for (size_t i = 0; i < d->in->n; i++)
    d->outside +=
        is_there(d->in, i) && ((double)d->in->x[i] < d->view.x.lo || (double)d->in->x[i] > d->view.x.hi ||
                               (double)d->in->y[i] < d->view.y.lo || (double)d->in->y[i] > d->view.y.hi);
  return CS_OK;
}

/* --- points --- */

static void add_points(struct drawing *d, bool noise) {
  const struct cs_scatter *in = d->in;
  cs_plot_block(d->plot, noise ? "noise" : "points");
  CS_PLOT_ROW(d->plot, NAN, NAN, 1, 0);
  for (size_t i = 0; i < in->n; i++) {
    uint32_t s = in->segment[i];
    if (!is_there(in, i) || in->segments[s].noise != noise) continue;
    CS_PLOT_ROW(d->plot, in->x[i], in->y[i], cs_plot_marker(in->segments, s),
                cs_plot_colour(in->segments, s) | (in->n > 4000 ? 0x80000000u : 0x64000000u));
  }
  cs_plot_end(d->plot);
}

struct cell {
  double count, red, green, blue;
};

static void fill_cells(const struct drawing *d, struct cell *cell, size_t across, size_t down) {
  const struct cs_scatter *in = d->in;
  for (size_t i = 0; i < in->n; i++) {
    if (!is_there(in, i)) continue;
    double column = floor((to_x(&d->view, in->x[i]) - d->view.area.left) / CELL),
           row = floor((d->view.area.bottom - to_y(&d->view, in->y[i])) / CELL);
    if (column < 0 || row < 0 || column >= (double)across || row >= (double)down) continue;
    struct cell *at = &cell[(size_t)row * across + (size_t)column];
    uint32_t colour = cs_plot_colour(in->segments, in->segment[i]);
    at->count++;
    at->red += colour >> 16;
    at->green += colour >> 8 & 0xff;
    at->blue += colour & 0xff;
  }
}

/* A cell has the mean colour of its rows and grows denser with the logarithm of their number. */
static void add_cells(const struct drawing *d, const struct cell *cell, size_t across, size_t down) {
  double most = 1;
  for (size_t i = 0; i < across * down; i++) most = fmax(most, cell[i].count);
  cs_plot_block(d->plot, "density");
  for (size_t i = 0; i < across * down; i++) {
    const struct cell *at = &cell[i];
    double n = fmax(at->count, 1), strength = at->count > 0 ? 0.22 + 0.78 * log1p(n) / log1p(most) : 0;
    CS_PLOT_ROW(d->plot, from_x(&d->view, d->view.area.left + ((double)(i % across) + 0.5) * CELL),
                from_y(&d->view, d->view.area.bottom - ((double)(i / across) + 0.5) * CELL),
                round(at->red / n), round(at->green / n), round(at->blue / n), round(255 * strength));
  }
  cs_plot_end(d->plot);
}

static enum cs_status add_density(struct drawing *d, struct cs_error *err) {
  struct cell *cell = NULL;
  size_t across = (size_t)(d->view.area.right - d->view.area.left) / CELL,
         down = (size_t)(d->view.area.bottom - d->view.area.top) / CELL;
  CS_TRY(cs_alloc(&cell, across * down, sizeof *cell, "the density", err));
  fill_cells(d, cell, across, down);
  add_cells(d, cell, across, down);
  free(cell);
  return CS_OK;
}

/* --- ellipses and centroids --- */

static bool is_drawn(const struct drawing *d, size_t s) {
  return d->cloud[s].count > 0 && !d->in->segments[s].noise;
}

static void add_outline(struct cs_plot *plot, const struct cloud *cloud) {
  for (int i = 0; i <= CORNERS; i++) {
    double turn = 2 * acos(-1) * i / CORNERS, u = cloud->a * cos(turn), v = cloud->b * sin(turn);
    CS_PLOT_ROW(plot, cloud->x + u * cos(cloud->angle) - v * sin(cloud->angle),
                cloud->y + u * sin(cloud->angle) + v * cos(cloud->angle));
  }
  cs_plot_gap(plot);
  cs_plot_gap(plot);
}

static void add_ellipses(struct drawing *d) {
  size_t shapes = 0;
  cs_plot_block(d->plot, "ellipses");
  for (size_t s = 0; s < d->in->k; s++) {
    if (!is_drawn(d, s) || d->cloud[s].b == 0) continue;
    add_outline(d->plot, &d->cloud[s]);
    shapes++;
  }
  CS_PLOT_ROW(d->plot, NAN, NAN);
  cs_plot_end(d->plot);
  cs_plot_set(d->plot, "SHAPES", (double)shapes);
  cs_str_add_format(&d->plot->script, "array SHADE[%zu]\nSHADE[1] = 0\n", shapes + 1);
  shapes = 0;
  for (size_t s = 0; s < d->in->k; s++)
    if (is_drawn(d, s) && d->cloud[s].b > 0)
      cs_str_add_format(&d->plot->script, "SHADE[%zu] = 0x%06x\n", ++shapes,
                        (unsigned)cs_plot_colour(d->in->segments, s));
}

static void add_centroids(struct drawing *d) {
  cs_plot_block(d->plot, "centroids");
  for (size_t s = 0; s < d->in->k; s++)
    if (is_drawn(d, s))
      CS_PLOT_ROW(d->plot, d->cloud[s].x, d->cloud[s].y, cs_plot_marker(d->in->segments, s),
                  cs_plot_colour(d->in->segments, s));
  CS_PLOT_ROW(d->plot, NAN, NAN, 7, 0);
  cs_plot_end(d->plot);
}

/* --- names beside the centroids --- */

struct named {
  struct cs_box box;
  double x, y; /* of the centroid */
  bool moved;  /* away from it, so that a line has to lead there */
};

struct naming {
  struct cs_type type;
  double room;
  struct named *named; /* [k] */
  size_t count;
};

static bool is_free(const struct drawing *d, const struct naming *naming, size_t own, struct cs_box box) {
  const struct cs_box *area = &d->view.area;
  if (box.left < area->left + 4 || box.right > area->right || box.top < area->top ||
      box.bottom > area->bottom - 4)
    return false;
  for (size_t i = 0; i < naming->count; i++)
    if (cs_box_meets(box, naming->named[i].box)) return false;
  for (size_t s = 0; s < d->in->k; s++) {
    double x = to_x(&d->view, d->cloud[s].x), y = to_y(&d->view, d->cloud[s].y), r = s == own ? 7 : 9;
    if (is_drawn(d, s) && cs_box_meets(box, (struct cs_box){x - r, y - r, x + r, y + r})) return false;
  }
  return true;
}

/* The nearest free place: to the right, the left, above, below, between those; then farther away. */
static bool place(const struct drawing *d, const struct naming *naming, size_t s, double width,
                  struct named *named) {
  static const double way[8][2] = {{1, 0},      {-1, 0},    {0, -1},      {0, 1},
                                   {0.7, -0.7}, {0.7, 0.7}, {-0.7, -0.7}, {-0.7, 0.7}};
  double half = width / 2 + 4, high = naming->type.points * 0.95;
  named->x = to_x(&d->view, d->cloud[s].x);
  named->y = to_y(&d->view, d->cloud[s].y);
  for (int ring = 0; ring < RINGS; ring++)
    for (int i = 0; i < 8; i++) {
      double away = 9 + 20 * ring;
      double x = named->x + way[i][0] * (away + half), y = named->y + way[i][1] * (away + high);
      named->box = (struct cs_box){x - half, y - high, x + half, y + high};
      named->moved = ring > 0;
      if (is_free(d, naming, s, named->box)) return true;
    }
  return false;
}

/* The text meets the side that the centroid is on, as its true width isn't known. */
static void write_name(struct cs_plot *plot, const struct named *named, struct cs_type type,
                       const char *text) {
  const struct cs_box *box = &named->box;
  type.align = box->left >= named->x ? 'l' : box->right <= named->x ? 'r' : 'c';
  double x = type.align == 'l'   ? box->left + 4
             : type.align == 'r' ? box->right - 4
                                 : (box->left + box->right) / 2;
  cs_plot_text(plot, x, (box->top + box->bottom) / 2, type, text);
}

static void name_segment(struct drawing *d, struct naming *naming, size_t s) {
  struct cs_str cut = CS_STR_INIT;
  struct named *named = &naming->named[naming->count];
  cs_type_cut(&cut, d->in->segments[s].name, naming->type, naming->room);
  double width = cs_type_width(cs_str_text(&cut), naming->type);
  if (width > 0 && place(d, naming, s, width, named)) {
    write_name(d->plot, named, naming->type, cs_str_text(&cut));
    naming->count++;
  }
  cs_str_inherit(&d->plot->script, &cut);
  cs_str_release(&cut);
}

static void add_boxes(struct drawing *d, const struct naming *naming) {
  const struct view *view = &d->view;
  cs_plot_block(d->plot, "boxes");
  CS_PLOT_ROW(d->plot, NAN, NAN, NAN, NAN, NAN, NAN);
  for (size_t i = 0; i < naming->count; i++) {
    const struct cs_box *box = &naming->named[i].box;
    CS_PLOT_ROW(d->plot, from_x(view, box->left), from_y(view, box->bottom), from_x(view, box->left),
                from_x(view, box->right), from_y(view, box->bottom), from_y(view, box->top));
  }
  cs_plot_end(d->plot);
}

static void add_leaders(struct drawing *d, const struct naming *naming) {
  const struct view *view = &d->view;
  cs_plot_block(d->plot, "leaders");
  CS_PLOT_ROW(d->plot, NAN, NAN);
  for (size_t i = 0; i < naming->count; i++) {
    const struct named *named = &naming->named[i];
    if (!named->moved) continue;
    cs_plot_gap(d->plot);
    CS_PLOT_ROW(d->plot, from_x(view, named->x), from_y(view, named->y));
    CS_PLOT_ROW(d->plot, from_x(view, fmin(fmax(named->x, named->box.left), named->box.right)),
                from_y(view, fmin(fmax(named->y, named->box.top), named->box.bottom)));
  }
  cs_plot_end(d->plot);
}

/* The largest segment chooses first. */
static enum cs_status add_names(struct drawing *d, struct cs_error *err) {
  size_t k = d->in->k;
  struct naming naming = {CS_TYPE_TEXT, 190, NULL, 0};
  bool *done = NULL;
  naming.type.points = k <= 8 ? 12 : k <= 15 ? 11 : k <= 26 ? 10 : 9;
  if (k > 8) naming.room = k <= 15 ? 150 : 110;
  CS_TRY(cs_alloc(&naming.named, k, sizeof *naming.named, "the names", err));
  enum cs_status status = cs_alloc(&done, k, sizeof *done, "the names", err);
  for (size_t round = 0; status == CS_OK && round < k; round++) {
    size_t best = k;
    for (size_t s = 0; s < k; s++)
      if (!done[s] && (best == k || d->cloud[s].count > d->cloud[best].count)) best = s;
    done[best] = true;
    if (is_drawn(d, best)) name_segment(d, &naming, best);
  }
  add_boxes(d, &naming);
  add_leaders(d, &naming);
  free(naming.named);
  free(done);
  return status;
}

/* --- the legend --- */

static const double LEGEND_NAME_MAX = 230;

/* How wide its two columns are. */
static struct span legend_columns(const struct cs_scatter *in, struct cs_type type) {
  struct span wide = {0, 0};
  struct cs_str size = CS_STR_INIT;
  for (size_t s = 0; s < in->k; s++) {
    cs_str_clear(&size);
    cs_plot_add_size(&size, &in->segments[s]);
    wide.lo = fmax(wide.lo, cs_type_width(in->segments[s].name, type));
    wide.hi = fmax(wide.hi, cs_type_width(cs_str_text(&size), type));
  }
  cs_str_release(&size);
  wide.lo = fmin(wide.lo + 2, LEGEND_NAME_MAX);
  return wide;
}

static struct cs_type legend_type(size_t k) {
  struct cs_type type = CS_TYPE_TEXT;
  type.points = k <= 18 ? 12 : k <= 26 ? 11 : k <= 36 ? 9.5 : 8;
  return type;
}

/* Its left edge. */
static double legend_left(const struct cs_scatter *in) {
  struct span wide = legend_columns(in, legend_type(in->k));
  return CS_PLOT_WIDTH - 36 - wide.hi - 16 - wide.lo - 20;
}

static void add_legend(struct drawing *d, double top, double bottom) {
  const struct cs_scatter *in = d->in;
  struct cs_type type = legend_type(in->k), mute = type;
  struct span wide = legend_columns(in, type);
  double left = legend_left(in), row = fmin(38, (bottom - top) / (double)in->k);
  struct cs_str size = CS_STR_INIT;
  mute.colour = CS_PALETTE_MUTE;
  mute.align = 'r';
  for (size_t s = 0; s < in->k; s++) {
    const struct cs_plot_segment *segment = &in->segments[s];
    double y = top + row * ((double)s + 0.5);
    cs_str_add_format(&d->plot->script,
                      "set label '' at screen %.6f,%.6f point pt %d ps %.2f lw 1.4 lc rgb 0x%06x front\n",
                      left / CS_PLOT_WIDTH, 1 - y / CS_PLOT_HEIGHT, cs_plot_marker(in->segments, s),
                      segment->noise ? 0.9 : type.points / 8, (unsigned)cs_plot_colour(in->segments, s));
    cs_plot_text_within(d->plot, left + 18, y, type, wide.lo, segment->name);
    cs_str_clear(&size);
    cs_plot_add_size(&size, segment);
    cs_plot_text(d->plot, CS_PLOT_WIDTH - 36, y, mute, cs_str_text(&size));
  }
  cs_str_inherit(&d->plot->script, &size);
  cs_str_release(&size);
}

/* --- words --- */

static double add_subtitle(struct cs_plot *plot, const struct drawing *d) {
  struct cs_str text = CS_STR_INIT, part = CS_STR_INIT;
  bool ellipses = false, noise = false;
  for (size_t s = 0; s < d->in->k; s++) {
    ellipses = ellipses || (is_drawn(d, s) && d->cloud[s].b > 0);
    noise = noise || (d->in->segments[s].noise && d->cloud[s].count > 0);
  }
  bool dense = d->shown > DENSE_FROM;
  cs_plot_add_count(&text, d->shown, d->in->words.noun);
  cs_plot_add_part(&text, d->in->words.subtitle);
  if (ellipses) cs_plot_add_part(&text, "ellipses hold 95 % of a segment");
  if (noise) cs_plot_add_part(&text, dense ? "grey: noise" : "grey crosses: noise");
  if (dense) cs_plot_add_part(&text, "darker: more of them");
  if (d->outside > 0) {
    cs_plot_add_count(&part, d->outside, "beyond the edges");
    cs_plot_add_part(&text, cs_str_text(&part));
  }
  double y = cs_plot_subtitle(plot, cs_str_text(&text));
  cs_str_inherit(&plot->script, &text);
  cs_str_inherit(&plot->script, &part);
  cs_str_release(&text);
  cs_str_release(&part);
  return y;
}

static void add_alt(struct cs_plot *plot, const struct drawing *d) {
  const struct cs_scatter *in = d->in;
  cs_str_add_text(&plot->alt, "Scatter plot of ");
  cs_plot_add_count(&plot->alt, d->shown, in->words.noun);
  cs_str_add_format(&plot->alt, " by %s and %s: ", in->x_text, in->y_text);
  for (size_t s = 0; s < in->k && s < NAMES_IN_ALT; s++) {
    cs_str_add_format(&plot->alt, "%s%s (", s > 0 ? ", " : "", in->segments[s].name);
    cs_plot_add_size(&plot->alt, &in->segments[s]);
    cs_str_add_byte(&plot->alt, ')');
  }
  if (in->k > NAMES_IN_ALT) cs_str_add_format(&plot->alt, " and %zu more", in->k - NAMES_IN_ALT);
  cs_str_add_byte(&plot->alt, '.');
}

/* --- the picture --- */

static void add_axes(struct drawing *d) {
  const struct view *view = &d->view;
  struct cs_type type = CS_TYPE_MUTE;
  double wide = view->area.right - view->area.left, high = view->area.bottom - view->area.top;
  struct cs_ticks x = cs_ticks_make(view->x.lo, view->x.hi, 6, CS_UNIT_NUMBER),
                  y = cs_ticks_make(view->y.lo, view->y.hi, 5, CS_UNIT_NUMBER);
  type.align = 'c';
  cs_plot_area(d->plot, view->area);
  cs_plot_range(d->plot, 'x', view->x.lo, view->x.hi);
  cs_plot_range(d->plot, 'y', view->y.lo, view->y.hi);
  cs_plot_ticks(d->plot, 'x', &x, CS_UNIT_NUMBER, NULL);
  cs_plot_ticks(d->plot, 'y', &y, CS_UNIT_NUMBER, NULL);
  cs_plot_text_within(d->plot, view->area.left + wide / 2, view->area.bottom + 52, type, wide + 60,
                      d->in->x_text);
  cs_plot_text_upright(d->plot, 26, view->area.top + high / 2, type, high, d->in->y_text);
}

static enum cs_status draw(struct drawing *d, struct cs_error *err) {
  cs_plot_begin(d->plot, "scatter", CS_PLOT_WIDTH, CS_PLOT_HEIGHT, d->in->words.title);
  double top = 116;
  d->view.area = (struct cs_box){96, top, legend_left(d->in) - 36, CS_PLOT_HEIGHT - 84};
  CS_TRY(find_view(d, err));
  add_subtitle(d->plot, d);
  add_axes(d);
  add_legend(d, top + 8, CS_PLOT_HEIGHT - 40);
  bool dense = d->shown > DENSE_FROM;
  cs_plot_set(d->plot, "DENSE", dense);
  if (dense)
    CS_TRY(add_density(d, err));
  else {
    add_points(d, true);
    add_points(d, false);
  }
  add_ellipses(d);
  add_centroids(d);
  CS_TRY(add_names(d, err));
  CS_PLOT_TEMPLATE(d->plot, scatter);
  add_alt(d->plot, d);
  return cs_plot_check(d->plot, err);
}

enum cs_status cs_plot_scatter(struct cs_plot *plot, const struct cs_scatter *scatter, struct cs_error *err) {
  struct drawing d = {.in = scatter, .plot = plot};
  CS_TRY(cs_alloc(&d.cloud, scatter->k, sizeof *d.cloud, "the segments", err));
  find_means(&d);
  find_covariances(&d);
  for (size_t s = 0; s < scatter->k; s++) fit_ellipse(&d.cloud[s]);
  enum cs_status status =
      d.shown > 0 ? draw(&d, err) : cs_fail(err, CS_DATA, "no row has both coordinates of the picture");
  free(d.cloud);
  return status;
}
