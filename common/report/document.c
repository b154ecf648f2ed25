#include "report/document.h"

#include "report/palette.h"

#include <math.h>
#include <stdio.h>

enum { DIGITS = 4 /* of what is drawn only */ };

struct making {
  const struct cs_report *report;
  enum cs_document_kind kind;
};

static bool is_page(const struct making *making) {
  return making->kind == CS_DOCUMENT_PAGE;
}

/* The columns of the document: how many, and which. */
static size_t columns_of(const struct making *making) {
  return is_page(making) ? making->report->keys : making->report->profile.d;
}

static size_t column_at(const struct making *making, size_t i) {
  return is_page(making) ? making->report->key[i] : i;
}

/* --- columns --- */

static void add_heads(const struct making *making, struct cs_node *root) {
  struct cs_node *columns = cs_node_add_array(root, "columns");
  for (size_t i = 0; i < columns_of(making); i++) {
    const struct cs_report_column *column = &making->report->column[column_at(making, i)];
    struct cs_node *node = cs_node_add_object(columns, NULL);
    cs_node_add_text(node, "name", column->name);
    cs_node_add_text(node, "title", column->title);
    cs_node_add_text(node, "unit", cs_unit_name(column->mean.unit));
    if (is_page(making)) cs_node_add_bool(node, "log", making->report->distribution[i].log);
    if (is_page(making)) cs_node_add_integer(node, "decimals", column->mean.decimals);
    if (is_page(making)) cs_node_add_integer(node, "single_decimals", column->median.decimals);
  }
}

static void add_columns(const struct making *making, struct cs_node *parent, size_t group) {
  const struct cs_profile *profile = &making->report->profile;
  struct cs_node *columns = cs_node_add_array(parent, "columns");
  for (size_t i = 0; i < columns_of(making); i++) {
    size_t j = column_at(making, i);
    const struct cs_profile_cell *cell = cs_profile_at(profile, group, j);
    struct cs_node *node = cs_node_add_object(columns, NULL);
    cs_node_add_text(node, "name", making->report->column[j].name);
    cs_node_add_integer(node, "count", (int64_t)cell->count);
    cs_node_add_number(node, "sum", cell->sum);
    cs_node_add_number(node, "mean", cell->mean);
    cs_node_add_number(node, "median", cell->median);
    cs_node_add_numbers(node, "quantiles", cell->quantile + CS_P05, CS_P95 - CS_P05 + 1);
    if (group == profile->k) {
      cs_node_add_number(node, "deviation", profile->deviation[j]);
    } else {
      cs_node_add_number(node, "effect", cs_profile_effect(profile, group, j));
      cs_node_add_number(node, "index", cs_profile_index(profile, group, j));
    }
  }
}

/* --- segments --- */

/* As it is drawn: by its position among those that aren't noise. */
static void add_looks(const struct cs_report *report, struct cs_node *node, size_t s) {
  static const char *const symbols[CS_MARKER_COUNT] = {"circle", "rect", "triangle", "diamond"};
  size_t place = 0;
  char colour[8];
  for (size_t t = 0; t < s; t++) place += !report->labels.segment[t].noise;
  uint32_t rgb = report->labels.segment[s].noise ? CS_PALETTE_NOISE : cs_palette_colour(place);
  snprintf(colour, sizeof colour, "#%06x", (unsigned)rgb);
  cs_node_add_text(node, "color", colour);
  cs_node_add_text(node, "symbol", symbols[cs_palette_marker(place)]);
}

static void add_traits(const struct cs_report *report, struct cs_node *node, size_t s) {
  struct cs_str traits = CS_STR_INIT;
  cs_report_traits(report, s, &traits);
  cs_node_add_str(node, "traits", &traits);
  cs_str_release(&traits);
}

static void add_border(const struct cs_report *report, struct cs_node *node, size_t s) {
  const struct cs_plane *plane = &report->plane;
  if (!plane->n || isnan(plane->border[s])) return;
  struct cs_node *border = cs_node_add_object(node, "border");
  cs_node_add_number(border, "share", plane->border[s]);
  if (plane->neighbour[s] == SIZE_MAX)
    cs_node_add_null(border, "with");
  else
    cs_node_add_text(border, "with", report->labels.segment[plane->neighbour[s]].label);
}

static void add_categories(const struct cs_report *report, struct cs_node *node, size_t s) {
  const struct cs_categories *categories = &report->categories;
  if (!categories->told) return;
  struct cs_node *array = cs_node_add_array(node, "categories");
  for (size_t i = 0; i < categories->told[s]; i++) {
    const struct cs_category *category = &categories->of[s][i];
    struct cs_node *entry = cs_node_add_object(array, NULL);
    cs_node_add_text(entry, "column", category->column);
    cs_node_add_text(entry, "value", category->value);
    cs_node_add_integer(entry, "rows", (int64_t)category->rows);
    cs_node_add_number(entry, "share", category->share);
    cs_node_add_number(entry, "index", category->index);
    cs_node_add_number(entry, "z", category->z);
  }
}

static void add_segment(const struct making *making, struct cs_node *segments, size_t s) {
  const struct cs_report *report = making->report;
  const struct cs_profile *profile = &report->profile;
  const struct cs_segment *segment = &report->labels.segment[s];
  struct cs_node *node = cs_node_add_object(segments, NULL);
  bool told = !(is_page(making) && segment->small);
  cs_node_add_text(node, "label", segment->label);
  cs_node_add_text(node, "name", segment->name);
  cs_node_add_bool(node, "noise", segment->noise);
  cs_node_add_integer(node, "rows", (int64_t)profile->size[s]);
  cs_node_add_number(node, "share", cs_report_share(report, s));
  cs_node_add_bool(node, "small", segment->small);
  if (is_page(making)) add_looks(report, node, s);
  if (told) add_traits(report, node, s);
  if (report->customers && told) {
    cs_node_add_number(node, "revenue", cs_profile_at(profile, s, report->revenue)->sum);
    cs_node_add_number(node, "revenue_share", cs_profile_share(profile, s, report->revenue));
    struct cs_node *index = cs_node_add_object(node, "index");
    const size_t columns[3] = {report->revenue, report->orders, report->recency};
    for (int i = 0; i < 3; i++)
      cs_node_add_number(index, report->column[columns[i]].name, cs_profile_index(profile, s, columns[i]));
  }
  if (told) add_border(report, node, s);
  double stability = cs_evidence_stability_of(&report->evidence, segment->label);
  if (told && !isnan(stability)) cs_node_add_number(node, "stability", stability);
  if (told) add_categories(report, node, s);
  if (told) add_columns(making, node, s);
}

/* --- what holds of all --- */

static void add_insights(const struct cs_report *report, struct cs_node *root) {
  const struct cs_insights *insights = &report->insights;
  if (!report->customers) return;
  struct cs_node *node = cs_node_add_object(root, "insights");
  cs_node_add_number(node, "gini", insights->gini);
  cs_node_add_number(node, "top_quarter", insights->held[(CS_LORENZ_POINTS - 1) / 4]);
  cs_node_add_number(node, "active", insights->active);
  cs_node_add_number(node, "dormant", insights->dormant);
  cs_node_add_number(node, "bought_once", insights->once);
  cs_node_add_numbers(node, "held", insights->held, CS_LORENZ_POINTS);
}

static void add_rfm(const struct making *making, struct cs_node *root) {
  const struct cs_rfm_counts *grid = &making->report->rfm;
  if (!grid->there) return;
  struct cs_node *node = cs_node_add_object(root, "rfm"), *counts = cs_node_add_array(node, "counts"),
                 *spends = cs_node_add_array(node, "spend");
  for (size_t r = 0; r < CS_SCORES; r++) {
    struct cs_node *count = cs_node_add_array(counts, NULL), *spend = cs_node_add_array(spends, NULL);
    for (size_t f = 0; f < CS_SCORES; f++) {
      cs_node_add_integer(count, NULL, (int64_t)grid->count[r][f]);
      bool told = grid->count[r][f] >= (is_page(making) ? CS_SMALL_SEGMENT : 1);
      cs_node_add_number(spend, NULL, told ? grid->spend[r][f] / (double)grid->count[r][f] : NAN);
    }
  }
}

/* --- what the page draws --- */

static double rounded(double value) {
  if (!isfinite(value) || value == 0) return value;
  double unit = pow(10, DIGITS - 1 - floor(log10(fabs(value))));
  return round(value * unit) / unit;
}

static void add_distributions(const struct cs_report *report, struct cs_node *root) {
  struct cs_node *all = cs_node_add_array(root, "distributions");
  for (size_t i = 0; i < report->keys; i++) {
    const struct cs_distribution *distribution = &report->distribution[i];
    if (!distribution->count) continue;
    struct cs_node *node = cs_node_add_object(all, NULL);
    cs_node_add_text(node, "name", report->column[report->key[i]].name);
    cs_node_add_bool(node, "log", distribution->log);
    cs_node_add_numbers(node, "edges", distribution->edge, CS_BINS + 1);
    struct cs_node *counts = cs_node_add_array(node, "counts");
    for (size_t s = 0; s < report->labels.k; s++) {
      struct cs_node *row = cs_node_add_array(counts, NULL);
      for (size_t b = 0; b < CS_BINS && !report->labels.segment[s].small; b++)
        cs_node_add_integer(row, NULL, (int64_t)distribution->count[s * CS_BINS + b]);
    }
  }
}

/* As exact as it is shown, and one digit more. */
static double shown(double value, const struct cs_saying *saying) {
  double unit = pow(10, saying->unit == CS_UNIT_SHARE ? 4 : saying->decimals + 1);
  return isfinite(value) ? round(value * unit) / unit : value;
}

/* The rows that stand for all, but those of small segments. */
static bool is_drawn(const struct cs_report *report, size_t p) {
  return !report->labels.segment[report->labels.group[report->plane.row[p]]].small;
}

/* saying: of a column, which is read; NULL: of a place, which is drawn. */
static void add_values(const struct cs_report *report, struct cs_node *parent, const char *key,
                       const double *value, const struct cs_saying *saying) {
  struct cs_node *array = cs_node_add_array(parent, key);
  for (size_t p = 0; p < report->plane.count; p++) {
    double own = value[report->plane.row[p]];
    if (is_drawn(report, p)) cs_node_add_number(array, NULL, saying ? shown(own, saying) : rounded(own));
  }
}

static void add_points(const struct cs_report *report, struct cs_node *root) {
  const struct cs_plane *plane = &report->plane;
  if (!plane->n) return;
  struct cs_node *where = cs_node_add_object(root, "plane"), *axes;
  cs_node_add_numbers(where, "explained", plane->explained, 2);
  axes = cs_node_add_array(where, "axes");
  for (int c = 0; c < 2; c++) cs_node_add_text(axes, NULL, plane->axis[c] ? plane->axis[c] : "");
  struct cs_node *points = cs_node_add_object(root, "points");
  cs_node_add_integer(points, "of", (int64_t)plane->n);
  cs_node_add_bool(points, "sampled", plane->count < plane->n);
  struct cs_node *segment = cs_node_add_array(points, "segment");
  for (size_t p = 0; p < plane->count; p++)
    if (is_drawn(report, p)) cs_node_add_integer(segment, NULL, report->labels.group[plane->row[p]]);
  add_values(report, points, "x", plane->x, NULL);
  add_values(report, points, "y", plane->y, NULL);
  struct cs_node *ids = report->id ? cs_node_add_array(points, "id") : NULL;
  for (size_t p = 0; ids && p < plane->count; p++)
    if (is_drawn(report, p)) cs_node_add_text(ids, NULL, report->id[p]);
  struct cs_node *values = cs_node_add_array(points, "values");
  for (size_t i = 0; i < report->keys; i++) {
    const struct cs_report_column *column = &report->column[report->key[i]];
    add_values(report, values, NULL, column->value, &column->mean);
  }
}

/* --- the model --- */

static void copy_value(const struct cs_node *value, const char *key, struct cs_node *to) {
  if (cs_node_is_number(value))
    cs_node_add_number(to, key, cs_node_number(value, NAN));
  else if (cs_node_is_text(value))
    cs_node_add_text(to, key, cs_node_text(value, NULL));
  else if (cs_node_is_array(value)) {
    struct cs_node *array = cs_node_add_array(to, key);
    for (const struct cs_node *v = cs_node_first(value); v; v = cs_node_next(v)) copy_value(v, NULL, array);
  } else if (cs_node_is_object(value)) {
    struct cs_node *object = cs_node_add_object(to, key);
    for (const struct cs_node *v = cs_node_first(value); v; v = cs_node_next(v))
      copy_value(v, cs_node_key(v), object);
  } else {
    cs_node_add_null(to, key);
  }
}

static void copy_member(const struct cs_node *from, const char *key, struct cs_node *to) {
  if (cs_node_get(from, key)) copy_value(cs_node_get(from, key), key, to);
}

static void add_evidence(const struct making *making, struct cs_node *root) {
  const struct cs_evidence *evidence = &making->report->evidence;
  struct cs_node *node = cs_node_add_object(root, "model");
  cs_node_add_text(node, "tool", evidence->tool);
  if (!isnan(evidence->k)) cs_node_add_number(node, "k", evidence->k);
  if (!isnan(evidence->eps)) cs_node_add_number(node, "eps", evidence->eps);
  if (!isnan(evidence->min_points)) cs_node_add_number(node, "min_points", evidence->min_points);
  if (!isnan(evidence->knee)) cs_node_add_number(node, "knee", evidence->knee);
  cs_node_add_text(node, "rule", evidence->rule);
  cs_node_add_text(node, "reason", evidence->reason);
  cs_node_add_number(node, "runner_up", evidence->runner_up);
  cs_node_add_number(node, "silhouette", evidence->silhouette);
  struct cs_node *stability = cs_node_add_array(node, "stability");
  for (size_t i = 0; i < evidence->stability_count; i++)
    cs_node_add_number(stability, NULL, evidence->stability[i].jaccard);
  if (!is_page(making)) return;
  copy_member(evidence->model, "selection", node);
  copy_member(evidence->model, "k_distance", node);
}

struct cs_node *cs_report_document(const struct cs_report *report, enum cs_document_kind kind,
                                   const char *title) {
  const struct making making = {report, kind};
  struct cs_node *root = cs_node_object();
  cs_node_add_text(root, "format", "cs-profile");
  cs_node_add_integer(root, "version", 1);
  cs_node_add_text(root, "title", title);
  cs_node_add_text(root, "currency", report->currency);
  cs_node_add_text(root, "kind", cs_evidence_kind(&report->evidence));
  cs_node_add_text(root, "noun", cs_report_noun(report));
  cs_node_add_bool(root, "customers", report->customers);
  cs_node_add_integer(root, "rows", (int64_t)report->profile.n);
  add_heads(&making, root);
  struct cs_node *segments = cs_node_add_array(root, "segments");
  for (size_t s = 0; s < report->profile.k; s++) add_segment(&making, segments, s);
  if (!is_page(&making) || !cs_report_is_small(report)) {
    add_columns(&making, cs_node_add_object(root, "all"), report->profile.k);
    add_insights(report, root);
    add_rfm(&making, root);
  }
  if (is_page(&making)) {
    if (!cs_report_is_small(report)) add_distributions(report, root);
    add_points(report, root);
  }
  if (report->evidence.model) add_evidence(&making, root);
  return root;
}
