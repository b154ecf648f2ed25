#include "report/plot_flow.h"

#include "base/memory.h"
#include "report/plot_inside.h"

#include <math.h>
#include <stdlib.h>

enum {
  TOP = 142,
  FOOT = 40,
  NAMES = 300,      /* pixels beside a side, for the names of its groups */
  BAR = 16,         /* how wide a group is */
  LINK = 14,        /* between a group and its name */
  GAP = 10,         /* between two groups */
  LINES_TWO = 40,   /* high is a name with its number below it */
  LINES_ONE = 22,   /* on one line */
  TWO_MOST = 10,    /* groups whose names have two lines */
  STEPS = 32,       /* of a band's curve */
  NUMBER_HIGH = 15, /* pixels that a band needs to have its number written on it */
  MOVES_SAID = 3
};

/* How much of the white shines through, as gnuplot writes it: those who changed their segment stand out. */
#define STAYED 0xb4000000u
#define MOVED  0x5c000000u

struct side {
  double top[CS_FLOW_NODES_MOST], bottom[CS_FLOW_NODES_MOST]; /* of each group */
  double used[CS_FLOW_NODES_MOST];                            /* down to where bands are placed */
};

struct band {
  double from, to; /* where it begins on either side */
  size_t rows;
  uint32_t shade;
};

struct drawing {
  const struct cs_flow_picture *in;
  struct cs_plot *plot;
  struct side side[CS_FLOW_SIDES];
  double top, bottom, high; /* of the sides; a name */
  double scale;             /* pixels a row */
  size_t all, omitted;      /* rows; flows that aren't drawn */
  struct band *band;        /* [bands] */
  size_t bands;
  bool one_line;
};

static size_t flow_at(const struct drawing *d, size_t from, size_t to) {
  return d->in->flow[from * d->in->nodes[CS_FLOW_NOW] + to];
}

/* --- places --- */

/* Each group has a slot that holds it, or its name where that is higher: names stand beside their groups and never meet. */
static double slot_of(const struct drawing *d, int s, size_t i) {
  return fmax(d->scale * (double)d->in->node[s][i].size + GAP, d->high);
}

static double slots_of(const struct drawing *d, int s) {
  double sum = 0;
  for (size_t i = 0; i < d->in->nodes[s]; i++) sum += slot_of(d, s, i);
  return sum;
}

/* The largest scale at which the slots of both sides have room. */
static void find_scale(struct drawing *d) {
  double lo = 0, hi = (d->bottom - d->top) / (double)d->all;
  for (int round = 0; round < 50; round++) {
    d->scale = (lo + hi) / 2;
    bool fits = fmax(slots_of(d, CS_FLOW_BEFORE), slots_of(d, CS_FLOW_NOW)) <= d->bottom - d->top;
    *(fits ? &lo : &hi) = d->scale;
  }
  d->scale = lo;
}

static void place_nodes(struct drawing *d, int s) {
  size_t nodes = d->in->nodes[s];
  double y = d->top, gap = (d->bottom - d->top - slots_of(d, s)) / (double)nodes;
  for (size_t i = 0; i < nodes; i++) {
    double slot = slot_of(d, s, i) + gap, size = d->scale * (double)d->in->node[s][i].size;
    d->side[s].top[i] = d->side[s].used[i] = y + (slot - size) / 2;
    d->side[s].bottom[i] = d->side[s].top[i] + size;
    y += slot;
  }
}

static void place(struct drawing *d) {
  size_t most = d->in->nodes[CS_FLOW_BEFORE];
  if (d->in->nodes[CS_FLOW_NOW] > most) most = d->in->nodes[CS_FLOW_NOW];
  d->one_line = most > TWO_MOST;
  d->high = d->one_line ? LINES_ONE : LINES_TWO;
  d->top = TOP;
  d->bottom = d->top + fmax(CS_PLOT_HEIGHT - TOP - FOOT, 1.4 * d->high * (double)most);
  find_scale(d);
  for (int s = 0; s < CS_FLOW_SIDES; s++) place_nodes(d, s);
}

/* --- bands --- */

/* Bands leave a group in the order of those that they go to, and arrive in the order of those that they come from. */
static void place_bands(struct drawing *d) {
  for (size_t a = 0; a < d->in->nodes[CS_FLOW_BEFORE]; a++)
    for (size_t b = 0; b < d->in->nodes[CS_FLOW_NOW]; b++) {
      const struct cs_flow_node *from = &d->in->node[CS_FLOW_BEFORE][a], *to = &d->in->node[CS_FLOW_NOW][b];
      size_t rows = flow_at(d, a, b);
      bool moved = from->id != to->id && !isnan(from->share) && !isnan(to->share);
      struct band band = {d->side[CS_FLOW_BEFORE].used[a], d->side[CS_FLOW_NOW].used[b], rows,
                          from->colour + (moved ? MOVED : STAYED)};
      d->omitted += rows > 0 && rows < d->in->least;
      if (rows > 0 && rows >= d->in->least) d->band[d->bands++] = band;
      d->side[CS_FLOW_BEFORE].used[a] += d->scale * (double)rows;
      d->side[CS_FLOW_NOW].used[b] += d->scale * (double)rows;
    }
}

/* The thickest first: thin ones lie on top. */
static int by_rows(const void *a, const void *b) {
  const struct band *x = a, *y = b;
  if (x->rows != y->rows) return x->rows < y->rows ? 1 : -1;
  if (x->from > y->from || x->from < y->from) return x->from < y->from ? -1 : 1;
  return (x->to > y->to) - (x->to < y->to);
}

static void add_band(struct drawing *d, const struct band *band) {
  double left = NAMES + BAR, right = CS_PLOT_WIDTH - NAMES - BAR, high = d->scale * (double)band->rows;
  for (int i = 0; i <= STEPS; i++) {
    double t = (double)i / STEPS, y = band->from + (band->to - band->from) * t * t * (3 - 2 * t);
    CS_PLOT_ROW(d->plot, left + (right - left) * t, y, y + high);
  }
  cs_plot_gap(d->plot);
  cs_plot_gap(d->plot);
}

static void add_bands(struct drawing *d) {
  place_bands(d);
  qsort(d->band, d->bands, sizeof *d->band, by_rows);
  cs_plot_block(d->plot, "bands");
  for (size_t i = 0; i < d->bands; i++) add_band(d, &d->band[i]);
  CS_PLOT_ROW(d->plot, NAN, NAN, NAN);
  cs_plot_end(d->plot);
  cs_plot_set(d->plot, "SHAPES", (double)d->bands);
  cs_str_add_format(&d->plot->script, "array SHADE[%zu]\n", d->bands + 1);
  for (size_t i = 0; i < d->bands; i++)
    cs_str_add_format(&d->plot->script, "SHADE[%zu] = 0x%08x\n", i + 1, (unsigned)d->band[i].shade);
}

static void add_number(struct drawing *d, size_t rows, double y) {
  struct cs_type type = CS_TYPE_NOTE;
  struct cs_str text = CS_STR_INIT;
  type.colour = CS_PALETTE_INK;
  cs_figure_number(&text, (double)rows, 0);
  cs_plot_text(d->plot, NAMES + BAR + 8, y, type, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

/* How many rows a band has, where it begins, if it is thick enough. */
static void add_numbers(struct drawing *d) {
  for (size_t a = 0; a < d->in->nodes[CS_FLOW_BEFORE]; a++) {
    double y = d->side[CS_FLOW_BEFORE].top[a];
    for (size_t b = 0; b < d->in->nodes[CS_FLOW_NOW]; b++) {
      size_t rows = flow_at(d, a, b);
      double high = d->scale * (double)rows;
      if (high >= NUMBER_HIGH && rows >= d->in->least) add_number(d, rows, y + high / 2);
      y += high;
    }
  }
}

/* --- groups --- */

static double edge_of(int s) {
  return s == CS_FLOW_BEFORE ? NAMES : CS_PLOT_WIDTH - NAMES;
}

static void add_bars(struct drawing *d, struct cs_canvas *canvas) {
  for (int s = 0; s < CS_FLOW_SIDES; s++)
    for (size_t i = 0; i < d->in->nodes[s]; i++) {
      double left = s == CS_FLOW_BEFORE ? NAMES : CS_PLOT_WIDTH - NAMES - BAR;
      const struct side *side = &d->side[s];
      cs_canvas_box(canvas,
                    (struct cs_box){left, side->top[i], left + BAR, fmax(side->bottom[i], side->top[i] + 1)},
                    d->in->node[s][i].colour);
    }
}

static void add_size(struct cs_str *out, const struct cs_flow_node *node) {
  cs_figure_number(out, (double)node->size, 0);
  if (isnan(node->share)) return;
  cs_str_add_text(out, " · ");
  cs_figure_share(out, node->share);
}

static void write_node(struct drawing *d, int s, size_t i) {
  const struct cs_flow_node *node = &d->in->node[s][i];
  struct cs_type type = {12, CS_PALETTE_INK, s == CS_FLOW_BEFORE ? 'r' : 'l', false}, mute = CS_TYPE_NOTE;
  double x = edge_of(s) + (s == CS_FLOW_BEFORE ? -LINK : LINK),
         y = (d->side[s].top[i] + d->side[s].bottom[i]) / 2, room = NAMES - LINK - CS_PLOT_MARGIN / 2.0;
  struct cs_str size = CS_STR_INIT, line = CS_STR_INIT;
  mute.align = type.align;
  add_size(&size, node);
  if (d->one_line) {
    type.points = 10.5;
    cs_str_add_text(&line, "  ");
    cs_str_add(&line, cs_str_text(&size), size.len);
    double number = cs_type_width(cs_str_text(&line), type);
    cs_str_clear(&line);
    cs_type_cut(&line, node->name, type, room - number);
    cs_str_add_format(&line, "  %s", cs_str_text(&size));
    cs_plot_text(d->plot, x, y, type, cs_str_text(&line));
  } else {
    cs_plot_text_within(d->plot, x, y - 9, type, room, node->name);
    cs_plot_text_within(d->plot, x, y + 9, mute, room, cs_str_text(&size));
  }
  cs_str_inherit(&d->plot->script, &size);
  cs_str_inherit(&d->plot->script, &line);
  cs_str_release(&size);
  cs_str_release(&line);
}

/* --- words --- */

/* Appends the largest flows between different groups: "Loyal to At risk 120". */
static void add_moves(struct drawing *d, struct cs_str *out) {
  size_t last = SIZE_MAX, said = 0;
  size_t cells = d->in->nodes[CS_FLOW_BEFORE] * d->in->nodes[CS_FLOW_NOW], last_cell = SIZE_MAX;
  while (said < MOVES_SAID) {
    size_t best = SIZE_MAX;
    for (size_t c = 0; c < cells; c++) {
      const struct cs_flow_node *a = &d->in->node[CS_FLOW_BEFORE][c / d->in->nodes[CS_FLOW_NOW]],
                                *b = &d->in->node[CS_FLOW_NOW][c % d->in->nodes[CS_FLOW_NOW]];
      size_t rows = d->in->flow[c];
      bool later = rows < last || (rows == last && c > last_cell);
      if (a->id == b->id || rows == 0 || rows < d->in->least || !later) continue;
      if (best == SIZE_MAX || rows > d->in->flow[best]) best = c;
    }
    if (best == SIZE_MAX) break;
    last = d->in->flow[best];
    last_cell = best;
    cs_str_add_format(out, "%s%s to %s ", said++ > 0 ? ", " : "; the largest moves: ",
                      d->in->node[CS_FLOW_BEFORE][best / d->in->nodes[CS_FLOW_NOW]].name,
                      d->in->node[CS_FLOW_NOW][best % d->in->nodes[CS_FLOW_NOW]].name);
    cs_figure_number(out, (double)last, 0);
  }
}

static void add_words(struct drawing *d) {
  struct cs_str text = CS_STR_INIT;
  cs_plot_add_part(&text, d->in->words.subtitle);
  cs_str_add_format(&d->plot->alt, "Flows between the segments of two periods: %s", cs_str_text(&text));
  add_moves(d, &d->plot->alt);
  cs_str_add_byte(&d->plot->alt, '.');
  if (d->omitted) {
    cs_plot_add_part(&text, "flows of fewer than ");
    cs_plot_add_count(&text, d->in->least, d->in->words.noun);
    cs_str_add_text(&text, " aren't drawn");
  }
  cs_plot_subtitle(d->plot, cs_str_text(&text));
  cs_str_inherit(&d->plot->script, &text);
  cs_str_release(&text);
}

static void write_heads(struct drawing *d) {
  struct cs_type type = CS_TYPE_HEAD;
  for (int s = 0; s < CS_FLOW_SIDES; s++) {
    type.align = s == CS_FLOW_BEFORE ? 'r' : 'l';
    double x = s == CS_FLOW_BEFORE ? NAMES + BAR : CS_PLOT_WIDTH - NAMES - BAR;
    cs_plot_text_within(d->plot, x, d->top - 22, type, NAMES + BAR - CS_PLOT_MARGIN / 2.0, d->in->head[s]);
  }
}

static enum cs_status check(const struct drawing *d, struct cs_error *err) {
  for (int s = 0; s < CS_FLOW_SIDES; s++)
    if (d->in->nodes[s] > CS_FLOW_NODES_MOST)
      return cs_fail(err, CS_DATA, "this picture has room for %d groups, not for %zu", CS_FLOW_NODES_MOST,
                     d->in->nodes[s]);
  return d->all ? CS_OK : cs_fail(err, CS_DATA, "there are no flows to draw");
}

static enum cs_status draw(struct drawing *d, struct cs_error *err) {
  struct cs_canvas canvas = CS_CANVAS_INIT;
  place(d);
  cs_plot_begin(d->plot, "flow", CS_PLOT_WIDTH, (unsigned)lround(d->bottom) + FOOT, d->in->words.title);
  add_bands(d);
  add_words(d);
  write_heads(d);
  add_numbers(d);
  for (int s = 0; s < CS_FLOW_SIDES; s++)
    for (size_t i = 0; i < d->in->nodes[s]; i++) write_node(d, s, i);
  add_bars(d, &canvas);
  cs_canvas_end(&canvas, d->plot);
  CS_PLOT_TEMPLATE(d->plot, flow);
  return cs_plot_check(d->plot, err);
}

enum cs_status cs_plot_flow(struct cs_plot *plot, const struct cs_flow_picture *picture,
                            struct cs_error *err) {
  struct drawing d = {.in = picture, .plot = plot};
  size_t cells = picture->nodes[CS_FLOW_BEFORE] * picture->nodes[CS_FLOW_NOW];
  for (size_t c = 0; c < cells; c++) d.all += picture->flow[c];
  CS_TRY(check(&d, err));
  CS_TRY(cs_alloc(&d.band, cells, sizeof *d.band, "the flows", err));
  enum cs_status status = draw(&d, err);
  free(d.band);
  return status;
}
