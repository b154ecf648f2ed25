#include "report/pictures.h"

#include "report/plot_comparison.h"
#include "report/plot_kdistance.h"
#include "report/plot_lorenz.h"
#include "report/plot_optimal_k.h"
#include "report/plot_rfm.h"
#include "report/plot_scatter.h"
#include "report/plot_silhouette.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PANELS = 6, QUANTILES = CS_P95 - CS_P05 + 1 };

/* Everything that the pictures of a report share. */
struct drawing {
  const struct cs_report *report;
  struct cs_plot *plot;
  struct cs_plot_segment *segment; /* [k] */
  struct cs_arena texts;
  struct cs_plot_words words;
  struct cs_error *err;
};

static const struct {
  const char *file; /* behind the prefix */
  bool prefixed;
  const char *of_customers, *of_rows; /* titles */
} pictures[CS_PICTURES] = {
    {"optimal_k_analysis", false, "How many segments", "How many clusters"},
    {"clustering_visualization", true, "Where the customers lie", "Where the rows lie"},
    {"cluster_comparison", true, "What sets each segment apart", "What sets each cluster apart"},
    {"silhouette", true, "How well customers fit their segment", "How well rows fit their cluster"},
    {"k_distance", true, "How eps was found", "How eps was found"},
    {"rfm", true, "Customers by recency and frequency", NULL},
    {"lorenz", true, "How revenue is spread over customers", NULL},
};

void cs_picture_file(enum cs_picture_kind kind, const char *prefix, struct cs_str *out) {
  cs_str_add_format(out, "%s%s", pictures[kind].prefixed ? prefix : "", pictures[kind].file);
}

/* --- what there is --- */

static bool has_selection(const struct cs_report *report) {
  const struct cs_node *first = cs_node_first(cs_node_get(report->evidence.model, "selection"));
  return first && cs_node_get(first, "k") && cs_node_next(first);
}

static bool has_distances(const struct cs_report *report) {
  return cs_node_first(cs_node_get(report->evidence.model, "k_distance")) != NULL;
}

static bool has_silhouettes(const struct cs_report *report) {
  for (size_t i = 0; i < report->plane.count; i++)
    if (!isnan(report->plane.silhouette[i])) return true;
  return false;
}

bool cs_picture_fits(const struct cs_report *report, enum cs_picture_kind kind, const char **lacks) {
  static const char *const lacking[CS_PICTURES] = {
      "a model (--model) of cs-kmeans that chose among several numbers of clusters",
      "columns to cluster by",
      "numeric columns",
      "two clusters, and columns to cluster by",
      "a model (--model) of cs-dbscan that found eps",
      "customers with RFM scores, as cs-prep writes them",
      "customers with what they spent",
  };
  bool fits = false;
  *lacks = lacking[kind];
  switch (kind) {
  case CS_PICTURE_OPTIMAL_K: fits = has_selection(report); break;
  case CS_PICTURE_SCATTER: fits = report->plane.n > 0; break;
  case CS_PICTURE_COMPARISON: fits = report->keys > 0; break;
  case CS_PICTURE_SILHOUETTE: fits = has_silhouettes(report); break;
  case CS_PICTURE_K_DISTANCE: fits = has_distances(report); break;
  case CS_PICTURE_RFM: fits = report->rfm.there; break;
  case CS_PICTURE_LORENZ: fits = report->customers && !isnan(report->insights.gini); break;
  default: break;
  }
  return fits;
}

/* --- words --- */

static enum cs_status keep(struct drawing *drawing, struct cs_str *text, const char **copy) {
  enum cs_status status = cs_str_check(text, "a name", drawing->err);
  if (status == CS_OK) {
    *copy = cs_arena_copy(&drawing->texts, cs_str_text(text), text->len);
    if (!*copy) status = cs_fail_memory(drawing->err, (double)text->len, "a name");
  }
  cs_str_release(text);
  return status;
}

static enum cs_status name_segments(struct drawing *drawing) {
  const struct cs_labels *labels = &drawing->report->labels;
  CS_TRY(cs_alloc(&drawing->segment, labels->k, sizeof *drawing->segment, "the segments", drawing->err));
  for (size_t s = 0; s < labels->k; s++) {
    struct cs_str name = CS_STR_INIT;
    cs_segment_call(&labels->segment[s], &name);
    drawing->segment[s] = (struct cs_plot_segment){.size = drawing->report->profile.size[s],
                                                   .share = cs_report_share(drawing->report, s),
                                                   .noise = labels->segment[s].noise};
    CS_TRY(keep(drawing, &name, &drawing->segment[s].name));
  }
  return CS_OK;
}

/* --- each picture --- */

static enum cs_status axis_text(struct drawing *drawing, int component, const char **text) {
  const struct cs_plane *plane = &drawing->report->plane;
  struct cs_str line = CS_STR_INIT;
  char share[CS_SAY_TEXT];
  cs_str_add_format(&line, "component %d (%s): %s", component + 1,
                    cs_say_percent(share, plane->explained[component]),
                    plane->axis[component] ? plane->axis[component] : "");
  return keep(drawing, &line, text);
}

static enum cs_status draw_scatter(struct drawing *drawing) {
  const struct cs_plane *plane = &drawing->report->plane;
  struct cs_scatter scatter = {.words = drawing->words,
                               .n = plane->n,
                               .k = drawing->report->labels.k,
                               .segment = drawing->report->labels.group,
                               .segments = drawing->segment};
  float *place;
  CS_TRY(axis_text(drawing, 0, &scatter.x_text));
  CS_TRY(axis_text(drawing, 1, &scatter.y_text));
  CS_TRY(cs_alloc(&place, 2 * plane->n, sizeof *place, "the places", drawing->err));
  for (size_t i = 0; i < plane->n; i++) {
    place[i] = (float)plane->x[i];
    place[plane->n + i] = (float)plane->y[i];
  }
  scatter.x = place;
  scatter.y = place + plane->n;
  enum cs_status status = cs_plot_scatter(drawing->plot, &scatter, drawing->err);
  free(place);
  return status;
}

/* Columns of the box plots: of customers money, frequency, recency, RFM and lifetime value. */
static size_t choose_panels(const struct cs_report *report, size_t *panel) {
  static const char *const wanted[] = {
      "total_spent",  "total_transactions", "days_since_last_purchase", "rfm_score",
      "clv_advanced", "clv_simple",         "avg_transaction_value"};
  size_t count = 0;
  if (!report->customers) {
    for (; count < report->keys && count < PANELS; count++) panel[count] = report->key[count];
    return count;
  }
  for (size_t w = 0; w < sizeof wanted / sizeof *wanted && count < PANELS; w++) {
    size_t j = cs_report_column(report, wanted[w]);
    if (j == SIZE_MAX ||
        (strcmp(wanted[w], "clv_simple") == 0 && cs_report_column(report, "clv_advanced") != SIZE_MAX))
      continue;
    if (cs_profile_at(&report->profile, report->labels.k, j)->count) panel[count++] = j;
  }
  return count;
}

static bool is_logarithmic(const struct cs_report *report, size_t column) {
  for (size_t i = 0; i < report->keys; i++)
    if (report->key[i] == column) return report->distribution[i].log;
  return false;
}

/* Nothing of small segments is drawn. quantile is [panels][k][QUANTILES]. */
static void fill_panels(const struct cs_report *report, const size_t *column, size_t count,
                        struct cs_comparison_panel *panel, double *quantile) {
  size_t k = report->labels.k;
  for (size_t p = 0; p < count; p++) {
    double *of = quantile + p * k * QUANTILES;
    for (size_t s = 0; s < k; s++)
      for (size_t q = 0; q < QUANTILES; q++)
        of[s * QUANTILES + q] = report->labels.segment[s].small
                                    ? NAN
                                    : cs_profile_at(&report->profile, s, column[p])->quantile[CS_P05 + q];
    panel[p] = (struct cs_comparison_panel){.name = report->column[column[p]].title,
                                            .unit = report->column[column[p]].mean.unit,
                                            .logarithmic = is_logarithmic(report, column[p]),
                                            .quantile = of,
                                            .middle = cs_profile_at(&report->profile, k, column[p])->median};
  }
}

static enum cs_status fill_cells(struct drawing *drawing, const char **cell, double *effect) {
  const struct cs_report *report = drawing->report;
  for (size_t s = 0; s < report->labels.k; s++)
    for (size_t i = 0; i < report->keys; i++) {
      size_t j = report->key[i];
      bool small = report->labels.segment[s].small;
      struct cs_str text = CS_STR_INIT;
      char number[CS_SAY_TEXT];
      cs_str_add_text(
          &text,
          small ? "–" : cs_say(number, &report->column[j].mean, cs_profile_at(&report->profile, s, j)->mean));
      CS_TRY(keep(drawing, &text, &cell[s * report->keys + i]));
      effect[s * report->keys + i] = small ? 0 : cs_profile_effect(&report->profile, s, j);
    }
  return CS_OK;
}

static enum cs_status draw_comparison(struct drawing *drawing) {
  const struct cs_report *report = drawing->report;
  size_t k = report->labels.k, d = report->keys, column[PANELS], panels = choose_panels(report, column);
  struct cs_comparison_panel panel[PANELS];
  const char *title[CS_KEYS_MOST], **cell = NULL;
  double *effect = NULL, *quantile = NULL;
  for (size_t i = 0; i < d; i++) title[i] = report->column[report->key[i]].title;
  enum cs_status status = cs_alloc(&cell, k * d, sizeof *cell, "the picture", drawing->err);
  if (status == CS_OK) status = cs_alloc(&effect, k * d, sizeof *effect, "the picture", drawing->err);
  if (status == CS_OK)
    status = cs_alloc(&quantile, PANELS * k * QUANTILES, sizeof *quantile, "the picture", drawing->err);
  if (status == CS_OK) status = fill_cells(drawing, cell, effect);
  if (status == CS_OK) {
    fill_panels(report, column, panels, panel, quantile);
    const struct cs_comparison comparison = {.words = drawing->words,
                                             .k = k,
                                             .d = d,
                                             .panels = panels,
                                             .segments = drawing->segment,
                                             .column = title,
                                             .cell = cell,
                                             .effect = effect,
                                             .panel = panel};
    status = cs_plot_comparison(drawing->plot, &comparison, drawing->err);
  }
  free(cell);
  free(effect);
  free(quantile);
  return status;
}

static double member(const struct cs_node *object, const char *key) {
  return cs_node_number(cs_node_get(object, key), NAN);
}

static enum cs_status draw_optimal_k(struct drawing *drawing) {
  const struct cs_evidence *evidence = &drawing->report->evidence;
  const struct cs_node *selection = cs_node_get(evidence->model, "selection");
  struct cs_optimal_k_row *row;
  struct cs_optimal_k optimal = {.words = drawing->words,
                                 .chosen = evidence->k > 0 ? (size_t)evidence->k : 0,
                                 .runner_up = evidence->runner_up > 0 ? (size_t)evidence->runner_up : 0};
  double n = (double)drawing->report->profile.n;
  CS_TRY(cs_alloc(&row, cs_node_size(selection), sizeof *row, "the picture", drawing->err));
  for (const struct cs_node *s = cs_node_first(selection); s; s = cs_node_next(s))
    row[optimal.count++] = (struct cs_optimal_k_row){.k = (size_t)member(s, "k"),
                                                     .inertia = member(s, "inertia"),
                                                     .silhouette = member(s, "silhouette"),
                                                     .davies_bouldin = member(s, "davies_bouldin"),
                                                     .calinski_harabasz = member(s, "calinski_harabasz"),
                                                     .gap = member(s, "gap"),
                                                     .gap_se = member(s, "gap_se"),
                                                     .stability = cs_evidence_least(s),
                                                     .smallest = member(s, "smallest") / n};
  optimal.row = row;
  enum cs_status status = cs_plot_optimal_k(drawing->plot, &optimal, drawing->err);
  free(row);
  return status;
}

static enum cs_status draw_silhouette(struct drawing *drawing) {
  const struct cs_plane *plane = &drawing->report->plane;
  uint32_t *segment;
  CS_TRY(cs_alloc(&segment, plane->count, sizeof *segment, "the picture", drawing->err));
  for (size_t i = 0; i < plane->count; i++) segment[i] = drawing->report->labels.group[plane->row[i]];
  const struct cs_silhouettes silhouettes = {.words = drawing->words,
                                             .n = plane->count,
                                             .k = drawing->report->labels.k,
                                             .value = plane->silhouette,
                                             .segment = segment,
                                             .segments = drawing->segment};
  enum cs_status status = cs_plot_silhouette(drawing->plot, &silhouettes, drawing->err);
  free(segment);
  return status;
}

static enum cs_status draw_kdistance(struct drawing *drawing) {
  const struct cs_evidence *evidence = &drawing->report->evidence;
  const struct cs_node *array = cs_node_get(evidence->model, "k_distance");
  struct cs_kdistance curve = {.words = drawing->words,
                               .n = drawing->report->profile.n,
                               .neighbour = (size_t)evidence->min_points,
                               .knee = evidence->knee,
                               .eps = evidence->eps};
  double *distance;
  CS_TRY(cs_alloc(&distance, cs_node_size(array), sizeof *distance, "the picture", drawing->err));
  for (const struct cs_node *value = cs_node_first(array); value; value = cs_node_next(value))
    distance[curve.count++] = cs_node_number(value, NAN);
  curve.distance = distance;
  enum cs_status status = cs_plot_kdistance(drawing->plot, &curve, drawing->err);
  free(distance);
  return status;
}

static enum cs_status draw_rfm(struct drawing *drawing) {
  const struct cs_rfm_counts *counts = &drawing->report->rfm;
  struct cs_rfm_grid grid = {.words = drawing->words};
  for (size_t r = 0; r < CS_SCORES; r++)
    for (size_t f = 0; f < CS_SCORES; f++) {
      size_t count = counts->count[r][f];
      grid.count[r][f] = count;
      grid.spend[r][f] = count < CS_SMALL_SEGMENT ? NAN : counts->spend[r][f] / (double)count;
    }
  return cs_plot_rfm(drawing->plot, &grid, drawing->err);
}

static enum cs_status draw_lorenz(struct drawing *drawing) {
  const struct cs_report *report = drawing->report;
  const struct cs_lorenz lorenz = {.words = drawing->words,
                                   .amount = report->column[report->revenue].value,
                                   .n = report->profile.n,
                                   .what = "revenue"};
  return cs_plot_lorenz(drawing->plot, &lorenz, drawing->err);
}

enum cs_status cs_picture_make(struct cs_plot *plot, const struct cs_report *report,
                               enum cs_picture_kind kind, struct cs_error *err) {
  static enum cs_status (*const draw[CS_PICTURES])(struct drawing *) = {
      draw_optimal_k, draw_scatter, draw_comparison, draw_silhouette, draw_kdistance, draw_rfm, draw_lorenz};
  const char *title = report->customers ? pictures[kind].of_customers : pictures[kind].of_rows;
  struct drawing drawing = {
      .report = report,
      .plot = plot,
      .texts = CS_ARENA_INIT,
      .words = {.title = title, .noun = cs_report_noun(report), .currency = report->currency},
      .err = err};
  enum cs_status status = name_segments(&drawing);
  if (status == CS_OK) status = draw[kind](&drawing);
  free(drawing.segment);
  cs_arena_release(&drawing.texts);
  return status;
}
