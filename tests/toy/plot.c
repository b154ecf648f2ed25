/* plot PICTURE [VARIANT] [--svg | --script | --alt] [--2x] [--limit MS] [--title TEXT] - draws a picture of made-up data to
 * standard output, or its script, or its alternative text. "raw" as PICTURE runs the script on standard input. Exit status as of the tools; messages on
 * standard error.
 */
#include "base/memory.h"
#include "base/rng.h"
#include "report/plot_scatter.h"

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

/* --- what is asked for --- */

static const struct {
  const char *name;
  enum cs_status (*make)(const struct order *order, struct cs_plot *plot, struct cs_error *err);
} pictures[] = {{"scatter", scatter}};

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
