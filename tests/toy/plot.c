/* plot PICTURE [VARIANT] [--svg | --script | --alt] [--2x] [--limit MS] [--title TEXT] - draws a picture of made-up data to
 * standard output, or its script, or its alternative text. "raw" as PICTURE runs the script on standard input. Exit status as of the tools; messages on
 * standard error.
 */
#include "base/memory.h"
#include "report/palette.h"
#include "report/plot_comparison.h"
#include "report/plot_flow.h"
#include "report/plot_kdistance.h"
#include "report/plot_lorenz.h"
#include "report/plot_optimal_k.h"
#include "report/plot_rfm.h"
#include "report/plot_scatter.h"
#include "report/plot_silhouette.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum what { PNG, SVG, SCRIPT, ALT };

struct order {
  const char *picture, *variant, *title;
  enum what what;
  unsigned scale, limit_ms;
};

static bool is(const struct order *order, const char *variant) {
  return strcmp(order->variant, variant) == 0;
}

/* --- made-up data: the same on every run --- */

static double uniform(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (double)(*state >> 11) / 9007199254740992.0;
}

static double normal(uint64_t *state) {
  double u = uniform(state) + 1e-12, v = uniform(state);
  return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

enum { SEGMENTS = 51 };

static const char *const english[] = {"Champions",   "Loyal regulars",  "Promising new", "At risk",
                                      "Hibernating", "Bargain hunters", "Big spenders",  "Weekend shoppers",
                                      "Seasonal",    "One-timers",      "Silent",        "Returners"};
static const char *const long_ones[] = {
    "Customers who bought often and much until last spring and not since then",
    "Those with a very high discount share and rather low average basket values", "W",
    "Internationale Großhandelskunden mit Sonderkonditionen und Zahlungsziel"};
static const char *const foreign[] = {"重要价值客户", "عملاء مخلصون",     "לקוחות חדשים",
                                      "新しいお客様", "Τακτικοί πελάτες", "고위험 고객"};

static char numbered[SEGMENTS][24];

static const char *name_of(const struct order *order, size_t s) {
  snprintf(numbered[s], sizeof *numbered, "Segment %zu", s + 1);
  if (is(order, "long")) return long_ones[s % 4];
  if (is(order, "foreign")) return foreign[s % 6];
  if (is(order, "hostile"))
    return s % 2 ? order->title : "a'b`touch canary`\\' . system('touch canary') . '{/=90 x}_^@&~%s";
  return s < 12 ? english[s] : numbered[s];
}

static size_t segments_of(const struct order *order) {
  if (is(order, "one")) return 1;
  if (is(order, "two")) return 2;
  if (is(order, "twelve")) return 12;
  if (is(order, "fifty")) return 50;
  return is(order, "foreign") ? 6 : 5;
}

static struct cs_plot_words words(const struct order *order, const char *title, const char *subtitle) {
  return (struct cs_plot_words){order->title ? order->title : title, subtitle, "customers", "€"};
}

/* --- the scatter plot --- */

static struct cs_plot_segment segments[SEGMENTS];

static void count_segments(const struct order *order, const uint32_t *segment, size_t n, size_t k,
                           size_t noise) {
  for (size_t s = 0; s < k; s++)
    segments[s] = (struct cs_plot_segment){s == noise ? "Noise" : name_of(order, s), 0, 0, s == noise};
  for (size_t i = 0; i < n; i++) segments[segment[i]].size++;
  for (size_t s = 0; s < k; s++) segments[s].share = (double)segments[s].size / (double)n;
}

static enum cs_status scatter(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  size_t n = is(order, "dense")    ? 100000
             : is(order, "single") ? 301
                                   : 2000,
         clusters = segments_of(order), k = clusters + 1;
  float *x = NULL, *y = NULL;
  uint32_t *segment = NULL;
  uint64_t state = 7;
  CS_TRY(cs_alloc(&x, n, sizeof *x, "x", err));
  CS_TRY(cs_alloc(&y, n, sizeof *y, "y", err));
  CS_TRY(cs_alloc(&segment, n, sizeof *segment, "segments", err));
  for (size_t i = 0; i < n; i++) {
    size_t s = (size_t)(uniform(&state) * uniform(&state) * (double)clusters) % clusters;
    double turn = 6.2832 * (double)s / (double)clusters, ring = clusters > 12 ? 3 + (double)(s % 4) * 2 : 3;
    double u = normal(&state), v = normal(&state);
    segment[i] = (uint32_t)s;
    x[i] = (float)(1.4 * ring * cos(turn) + 0.9 * u + 0.3 * v);
    y[i] = (float)(ring * sin(turn) + 0.7 * v - 0.2 * (double)(s % 3) * u);
    if (i % 33 == 0 || is(order, "noise")) {
      segment[i] = (uint32_t)clusters;
      x[i] = (float)(16 * uniform(&state) - 8);
      y[i] = (float)(10 * uniform(&state) - 5);
    }
    if (is(order, "constant")) y[i] = 2.5f;
    if (is(order, "single")) segment[i] = i == 300;
  }
  if (is(order, "outlier")) x[5] = 400;
  count_segments(order, segment, n, k, clusters);
  struct cs_scatter in = {
      words(order, "Customer segments in two principal components", "the axes keep 67 % of the variance"),
      n,
      k,
      x,
      y,
      segment,
      segments,
      "component 1 (46 %): spend, orders",
      "component 2 (21 %): recency, tenure"};
  enum cs_status status = cs_plot_scatter(plot, &in, err);
  free(x);
  free(y);
  free(segment);
  return status;
}

/* --- the others --- */

static enum cs_status silhouette(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  size_t n = is(order, "dense")    ? 100000
             : is(order, "single") ? 301
                                   : 2000,
         clusters = segments_of(order), k = clusters + 1;
  double *value = NULL;
  uint32_t *segment = NULL;
  uint64_t state = 11;
  CS_TRY(cs_alloc(&value, n, sizeof *value, "silhouettes", err));
  CS_TRY(cs_alloc(&segment, n, sizeof *segment, "segments", err));
  for (size_t i = 0; i < n; i++) {
    size_t s = (size_t)(uniform(&state) * uniform(&state) * (double)clusters) % clusters;
    segment[i] = (uint32_t)(i % 33 == 0 ? clusters : s);
    value[i] = i % 33 == 0 ? NAN : 0.8 - 0.35 * fabs(normal(&state)) - 0.02 * (double)(s % 5);
    if (is(order, "constant")) value[i] = 0.5;
    if (is(order, "single")) segment[i] = i == 300;
    if (is(order, "noise")) value[i] = i == 1 ? -0.2 : NAN;
    if (value[i] < -1) value[i] = -1;
  }
  count_segments(order, segment, n, k, clusters);
  struct cs_silhouettes in = {
      words(order, "Silhouette of every customer", NULL), n, k, value, segment, segments};
  enum cs_status status = cs_plot_silhouette(plot, &in, err);
  free(value);
  free(segment);
  return status;
}

static enum cs_status kdistance(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  enum { COUNT = 2000 };
  static double distance[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    double part = ((double)i + 0.5) / COUNT;
    distance[i] = is(order, "constant") ? 1 : 0.1 + 0.2 * part + 0.03 / (1.002 - part);
  }
  struct cs_kdistance in = {words(order, "Choosing eps for DBSCAN: the k-distance graph", NULL),
                            distance,
                            COUNT,
                            COUNT,
                            8,
                            0.476,
                            0.476};
  if (is(order, "two")) in.eps = 0.9;
  if (is(order, "twelve")) in.eps = 0.51;
  if (is(order, "noise")) in.eps = 0.13;
  if (is(order, "fifty")) in.n = 1234567;
  if (is(order, "one")) in.count = in.n = 1;
  if (is(order, "single")) in.knee = in.eps = NAN;
  if (is(order, "constant")) in.knee = NAN;
  if (is(order, "outlier")) distance[COUNT - 1] = 5e6;
  return cs_plot_kdistance(plot, &in, err);
}

static enum cs_status lorenz(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  enum { COUNT = 3000 };
  static double amount[COUNT];
  uint64_t state = 5;
  for (size_t i = 0; i < COUNT; i++) amount[i] = is(order, "constant") ? 5 : exp(4 + 1.1 * normal(&state));
  if (is(order, "outlier")) amount[7] = 1e9;
  struct cs_lorenz in = {words(order, "A fifth of the customers bring most of the revenue", NULL), amount,
                         is(order, "one") ? 1 : COUNT, "revenue"};
  return cs_plot_lorenz(plot, &in, err);
}

static enum cs_status rfm(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  static struct cs_rfm_grid grid;
  grid.words = words(order, "Recency and frequency", NULL);
  for (size_t r = 0; r < 5; r++)
    for (size_t f = 0; f < 5; f++) {
      size_t apart = r > f ? r - f : f - r;
      grid.count[r][f] = apart > 3 ? 0 : 180 / (1 + apart * apart) + 13 * r;
      if (is(order, "one")) grid.count[r][f] = r == 2 && f == 1;
      if (is(order, "outlier")) grid.count[r][f] *= 12345;
      grid.spend[r][f] = grid.count[r][f] ? 30 + 60.0 * (double)(f + 1) * (double)(r + 2) : NAN;
    }
  return cs_plot_rfm(plot, &grid, err);
}

static enum cs_status optimal_k(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  static struct cs_optimal_k_row row[30];
  size_t count = is(order, "fifty") ? 29 : is(order, "one") ? 2 : 10;
  for (size_t i = 0; i < count; i++) {
    double k = (double)i + 2, off = fabs(k - 5), part = 1 / (1 + off);
    row[i] = (struct cs_optimal_k_row){i + 2,
                                       36000 / k * (k < 5 ? 1.2 : 1),
                                       0.35 + 0.2 * part,
                                       1.2 - 0.5 * part,
                                       900 + 900 / (1 + fabs(k - 4)),
                                       k < 5 ? 0.1 * k : 0.52 - 0.005 * k,
                                       0.012,
                                       k <= 5 ? 0.95 - 0.03 * k : 0.75 - 0.05 * (k - 5),
                                       0.5 / k};
    if (is(order, "two") || is(order, "single"))
      row[i].gap = row[i].stability = row[i].smallest = row[i].davies_bouldin = NAN;
    if (is(order, "single")) row[i].inertia = row[i].calinski_harabasz = NAN;
    if (is(order, "twelve")) row[i].gap = NAN;
    if (is(order, "constant")) row[i].silhouette = 0.5;
    if (is(order, "outlier")) row[i].inertia *= 1e9;
  }
  struct cs_optimal_k in = {words(order, "Choosing the number of clusters", NULL), row, count, 5, 4};
  if (is(order, "noise")) in.chosen = in.runner_up = 0;
  return cs_plot_optimal_k(plot, &in, err);
}

enum { COLUMNS = 20 };

static const char *const columns[COLUMNS] = {"days_since_last_purchase",
                                             "total_transactions",
                                             "total_spent",
                                             "avg_order_value",
                                             "tenure_days",
                                             "discount_share",
                                             "return_rate",
                                             "channels",
                                             "a_very_long_column_name_that_nobody_should_have",
                                             "总消费",
                                             "k",
                                             "l",
                                             "m",
                                             "n",
                                             "o",
                                             "p",
                                             "q",
                                             "r",
                                             "s",
                                             "t"};

static enum cs_status comparison(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  static double effect[SEGMENTS * COLUMNS], quantile[6][SEGMENTS * 5];
  static char text[SEGMENTS * COLUMNS][16];
  static const char *cell[SEGMENTS * COLUMNS];
  static struct cs_comparison_panel panel[6];
  static const enum cs_unit unit[6] = {CS_UNIT_DAYS,  CS_UNIT_COUNT,  CS_UNIT_MONEY,
                                       CS_UNIT_MONEY, CS_UNIT_NUMBER, CS_UNIT_SHARE};
  static const double size[6] = {120, 12, 900, 60, 2.5, 0.3};
  size_t k = segments_of(order), d = is(order, "fifty")    ? COLUMNS
                                     : is(order, "twelve") ? 12
                                     : is(order, "one")    ? 1
                                                           : 8;
  uint64_t state = 3;
  for (size_t s = 0; s < k; s++)
    segments[s] =
        (struct cs_plot_segment){name_of(order, s), 300 - 5 * s, 0.9 / (double)(s + 2), s == 4 && k == 5};
  for (size_t i = 0; i < k * d; i++) {
    effect[i] = is(order, "constant") ? 0 : 1.3 * normal(&state);
    snprintf(text[i], sizeof *text, "%.4g", 400 + 200 * effect[i]);
    cell[i] = text[i];
  }
  for (size_t p = 0; p < 6; p++) {
    for (size_t s = 0; s < k; s++) {
      double middle = size[p] * (0.1 + uniform(&state) * 2);
      for (int q = 0; q < 5; q++)
        quantile[p][s * 5 + (size_t)q] = is(order, "constant") ? 3 : middle * pow(1.55, q - 2);
      if (p == 2) quantile[p][s * 5 + 4] = middle * (is(order, "outlier") ? 1e6 : 6);
      if (is(order, "noise")) quantile[p][s * 5 + 2] = NAN;
    }
    panel[p] = (struct cs_comparison_panel){columns[p], unit[p], p == 2 || p == 3, quantile[p], size[p]};
  }
  struct cs_comparison in = {words(order, "What sets each segment apart", "number: its mean"),
                             k,
                             d,
                             is(order, "two")     ? 2
                             : is(order, "noise") ? 0
                                                  : 6,
                             segments,
                             columns,
                             cell,
                             effect,
                             panel};
  return cs_plot_comparison(plot, &in, err);
}

/* Segments, then newcomers and leavers; most rows stay. */
static enum cs_status flow(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  static struct cs_flow_node node[CS_FLOW_SIDES][SEGMENTS];
  static size_t count[SEGMENTS * SEGMENTS];
  size_t k = segments_of(order), n = is(order, "single") ? k : k + 1;
  uint64_t state = 13;
  for (size_t c = 0; c < n * n; c++) {
    size_t a = c / n, b = c % n;
    count[c] = a == b ? 900 / (a + 1) + (is(order, "outlier") && a == 0 ? 1000000 : 0) : 0;
    if (a != b && !is(order, "constant")) count[c] = (size_t)(90 * uniform(&state) / (double)(b + 1));
    if (a == k && b == k) count[c] = 0;
  }
  for (int s = 0; s < CS_FLOW_SIDES; s++)
    for (size_t i = 0; i < n; i++) {
      size_t size = 0;
      for (size_t j = 0; j < n; j++) size += s == CS_FLOW_BEFORE ? count[i * n + j] : count[j * n + i];
      node[s][i] =
          i < k
              ? (struct cs_flow_node){name_of(order, i), i, size, 1.0 / (double)(i + 2), cs_palette_colour(i)}
              : (struct cs_flow_node){s ? "left" : "came", k + (size_t)s, size, NAN, CS_PALETTE_MUTE};
    }
  struct cs_flow_picture in = {words(order, "Who went where", "83 % stayed in their segment"),
                               {"september.csv: 3,800", "december.csv: 3,720"},
                               {node[CS_FLOW_BEFORE], node[CS_FLOW_NOW]},
                               {n, n},
                               count,
                               10};
  return cs_plot_flow(plot, &in, err);
}

/* --- what is asked for --- */

static const struct {
  const char *name;
  enum cs_status (*make)(const struct order *order, struct cs_plot *plot, struct cs_error *err);
} pictures[] = {{"scatter", scatter},      {"comparison", comparison},
                {"optimal-k", optimal_k},  {"silhouette", silhouette},
                {"k-distance", kdistance}, {"rfm", rfm},
                {"lorenz", lorenz},        {"flow", flow}};

static enum cs_status make(const struct order *order, struct cs_plot *plot, struct cs_error *err) {
  for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
    if (strcmp(order->picture, pictures[i].name) == 0) return pictures[i].make(order, plot, err);
  return cs_fail(err, CS_USAGE, "no picture '%s'", order->picture);
}

static void read_all(struct cs_str *text) {
  char part[4096];
  size_t got;
  while ((got = fread(part, 1, sizeof part, stdin)) > 0) cs_str_add(text, part, got);
}

static enum cs_status draw(const struct order *order, struct cs_plot *plot, struct cs_str *out,
                           struct cs_error *err) {
  struct cs_gnuplot gnuplot;
  bool raw = strcmp(order->picture, "raw") == 0;
  if (raw)
    read_all(&plot->script);
  else
    CS_TRY(make(order, plot, err));
  if (order->what == SCRIPT || order->what == ALT) {
    const struct cs_str *text = order->what == SCRIPT ? &plot->script : &plot->alt;
    cs_str_add(out, cs_str_text(text), text->len);
    return CS_OK;
  }
  CS_TRY(cs_gnuplot_begin(&gnuplot, err));
  if (order->limit_ms > 0) gnuplot.limit_ms = order->limit_ms;
  if (raw) return cs_gnuplot_run(&gnuplot, &plot->script, out, err);
  return cs_plot_draw(plot, &gnuplot, order->what == SVG ? CS_IMAGE_SVG : CS_IMAGE_PNG, order->scale, out,
                      err);
}

static struct order read_order(int argc, char **argv) {
  struct order order = {"", "", NULL, PNG, 1, 0};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--svg") == 0)
      order.what = SVG;
    else if (strcmp(argv[i], "--script") == 0)
      order.what = SCRIPT;
    else if (strcmp(argv[i], "--alt") == 0)
      order.what = ALT;
    else if (strcmp(argv[i], "--2x") == 0)
      order.scale = 2;
    else if (strcmp(argv[i], "--limit") == 0 && i + 1 < argc)
      order.limit_ms = (unsigned)strtoul(argv[++i], NULL, 10);
    else if (strcmp(argv[i], "--title") == 0 && i + 1 < argc)
      order.title = argv[++i];
    else if (!*order.picture)
      order.picture = argv[i];
    else
      order.variant = argv[i];
  }
  return order;
}

int main(int argc, char **argv) {
  struct order order = read_order(argc, argv);
  struct cs_plot plot = CS_PLOT_INIT;
  struct cs_str out = CS_STR_INIT;
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = draw(&order, &plot, &out, &err);
  if (status != CS_OK) fprintf(stderr, "plot: %s\n", err.text);
  if (status == CS_OK && fwrite(out.data, 1, out.len, stdout) != out.len) status = CS_IO;
  cs_plot_release(&plot);
  cs_str_release(&out);
  return fflush(stdout) == 0 ? status : CS_IO;
}
