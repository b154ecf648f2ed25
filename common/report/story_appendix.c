/* For whoever checks: how the clustering came about, its figures, its limits. */
#include "report/story_inside.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINES_MOST = 30 };

static void cell_of(struct cs_page *page, const struct cs_node *object, const char *key, int digits) {
  char text[CS_NUM_TEXT];
  double value = cs_node_number(cs_node_get(object, key), NAN);
  if (isnan(value)) {
    cs_page_cell(page, "–");
    return;
  }
  cs_num_print(value, digits, text);
  cs_page_cell(page, text);
}

/* --- the number of clusters --- */

static void row_of_k(struct cs_page *page, const struct cs_evidence *evidence, const struct cs_node *s) {
  char text[CS_SAY_TEXT];
  double k = cs_node_number(cs_node_get(s, "k"), NAN), least = cs_evidence_least(s);
  snprintf(text, sizeof text, "%.0f%s", k,
           k == evidence->k           ? " (chosen)"
           : k == evidence->runner_up ? " (runner-up)"
                                      : "");
  cs_page_cell(page, text);
  cell_of(page, s, "inertia", 5);
  cell_of(page, s, "silhouette", 3);
  cell_of(page, s, "davies_bouldin", 3);
  cell_of(page, s, "calinski_harabasz", 4);
  cs_page_cell(page, cs_say_number(text, least, 2));
  cell_of(page, s, "smallest", 9);
}

static void tell_k(struct cs_page *page, const struct cs_evidence *evidence) {
  static const char *const heads[] = {"Segments",          "Inertia",         "Silhouette", "Davies-Bouldin",
                                      "Calinski-Harabasz", "Least stability", "Smallest"};
  struct cs_str votes = CS_STR_INIT;
  const struct cs_node *first = cs_node_first(cs_node_get(evidence->model, "selection"));
  if (!first) return;
  cs_page_table(page, "lrrrrrr", "What speaks for how many segments");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) cs_page_cell(page, heads[i]);
  for (const struct cs_node *s = first; s; s = cs_node_next(s)) row_of_k(page, evidence, s);
  cs_page_table_end(page);
  cs_evidence_votes(evidence, &votes);
  if (votes.len)
    cs_page_text(page, "By themselves the criteria would choose %s; chosen were %.0f.", cs_str_text(&votes),
                 evidence->k);
  cs_str_inherit(page->out, &votes);
  cs_str_release(&votes);
}

/* --- eps --- */

static void tell_eps(struct cs_page *page, const struct cs_evidence *evidence) {
  static const char *const heads[] = {"Eps", "From", "To", "Clusters", "Noise", "Score"};
  static const char *const keys[] = {"eps", "from", "to", "significant", "noise", "score"};
  const struct cs_node *first = cs_node_first(cs_node_get(evidence->model, "selection"));
  size_t lines = 0;
  if (!first) return;
  cs_page_table(page, "rrrrrr", "Eps over which the clusters stay the same");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) cs_page_cell(page, heads[i]);
  for (const struct cs_node *s = first; s && lines < LINES_MOST; s = cs_node_next(s), lines++)
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) cell_of(page, s, keys[i], i == 5 ? 3 : 4);
  cs_page_table_end(page);
}

/* --- how it was found --- */

static void add_features(struct cs_str *out, const struct cs_node *model) {
  size_t said = 0;
  for (const struct cs_node *f = cs_node_first(cs_node_get(model, "features")); f; f = cs_node_next(f)) {
    const char *name = cs_node_text(f, ""), *plain = strncmp(name, "scaled__", 8) == 0 ? name + 8 : name;
    const char *title = cs_known_column(plain).title;
    cs_str_add_format(out, "%s%s", said++ ? ", " : "", title ? title : plain);
  }
}

static void tell_method(struct cs_page *page, const struct cs_evidence *evidence) {
  struct cs_str text = CS_STR_INIT;
  const struct cs_node *seed = cs_node_get(cs_node_get(evidence->model, "params"), "seed");
  char number[CS_NUM_TEXT];
  cs_str_add_text(&text, evidence->tool);
  if (!isnan(evidence->k)) cs_str_add_format(&text, ", k = %.0f", evidence->k);
  if (!isnan(evidence->eps)) {
    cs_num_print(evidence->eps, 4, number);
    cs_str_add_format(&text, ", eps %s", number);
  }
  if (!isnan(evidence->min_points)) cs_str_add_format(&text, ", min-points %.0f", evidence->min_points);
  if (seed && cs_node_is_number(seed)) cs_str_add_format(&text, ", seed %.0f", cs_node_number(seed, 0));
  cs_page_item(page, false, "Method", "%s", cs_str_text(&text));
  cs_str_clear(&text);
  add_features(&text, evidence->model);
  cs_page_item(page, false, "Clustered by", "%s", cs_str_text(&text));
  if (evidence->reason)
    cs_page_item(page, false, "Chosen", "rule %s: %s", evidence->rule ? evidence->rule : "",
                 evidence->reason);
  if (!isnan(evidence->silhouette)) cs_page_item(page, false, "Silhouette", "%.2f", evidence->silhouette);
  cs_str_inherit(page->out, &text);
  cs_str_release(&text);
}

static void tell_stability(struct cs_page *page, const struct cs_evidence *evidence) {
  struct cs_str text = CS_STR_INIT;
  for (size_t i = 0; i < evidence->stability_count; i++)
    cs_str_add_format(&text, "%s%.2f", i ? ", " : "", evidence->stability[i].jaccard);
  if (text.len)
    cs_page_item(page, false, "Stability", "mean Jaccard of the segments under resampling %s",
                 cs_str_text(&text));
  cs_str_inherit(page->out, &text);
  cs_str_release(&text);
}

/* Segments against the cells of recency, frequency and money. */
static void tell_cross(struct cs_page *page, const struct cs_story *story) {
  const struct cs_report *report = story->report;
  const struct cs_cross *rfm = &report->categories.rfm;
  char align[CS_CROSS_NAMES + 2] = "l", text[CS_SAY_TEXT];
  if (!rfm->values) return;
  memset(align + 1, 'r', rfm->values);
  cs_page_heading(page, 3, NULL, "Beside the RFM segments");
  cs_page_table(page, align, "Customers by segment and RFM segment");
  cs_page_cell(page, "Segment");
  for (size_t v = 0; v < rfm->values; v++) cs_page_cell(page, rfm->value[v]);
  for (size_t s = 0; s < report->labels.k; s++) {
    struct cs_str name = CS_STR_INIT;
    cs_story_call(story, s, &name);
    cs_page_cell(page, cs_str_text(&name));
    cs_str_inherit(page->out, &name);
    cs_str_release(&name);
    for (size_t v = 0; v < rfm->values; v++)
      cs_story_cell(page, report, s, cs_say_number(text, (double)rfm->count[s * rfm->values + v], 0));
  }
  cs_page_table_end(page);
}

static void tell_pictures(struct cs_page *page, const struct cs_story *story) {
  if (story->pictures == 0 || page->format == CS_PAGE_HTML) return;
  cs_page_heading(page, 2, "pictures", "Pictures");
  for (size_t i = 0; i < story->pictures; i++)
    cs_page_picture(page, story->picture[i].file, story->picture[i].alt);
}

void cs_story_appendix(struct cs_page *page, const struct cs_story *story) {
  const struct cs_evidence *evidence = &story->report->evidence;
  const char *kind = cs_evidence_kind(evidence);
  tell_pictures(page, story);
  cs_page_heading(page, 2, "appendix", "Appendix: how it was found");
  if (!evidence->model) {
    cs_page_text(page, "No model was given: cs-report --model FILE tells how.");
  } else {
    tell_method(page, evidence);
    tell_stability(page, evidence);
    if (kind && strcmp(kind, "dbscan") == 0)
      tell_eps(page, evidence);
    else
      tell_k(page, evidence);
  }
  tell_cross(page, story);
  cs_page_heading(page, 3, NULL, "Limits");
  cs_page_item(page, false, NULL,
               "Segments are averages: a customer near a border may be like those across it.");
  cs_page_item(page, false, NULL,
               "What isn't in the table (margin, returns by post, competitors) isn't in the segments.");
  cs_page_item(page, false, NULL, "Last month's segments fit next month less well: look again.");
}
