#include "report/document.h"

#include <math.h>

/* The profile as JSON. */

static void add_columns(const struct cs_report *report, struct cs_node *parent, size_t group) {
  const struct cs_profile *profile = &report->profile;
  struct cs_node *columns = cs_node_add_array(parent, "columns");
  for (size_t j = 0; j < profile->d; j++) {
    const struct cs_profile_cell *cell = cs_profile_at(profile, group, j);
    struct cs_node *node = cs_node_add_object(columns, NULL);
    cs_node_add_text(node, "name", report->column[j].name);
    cs_node_add_integer(node, "count", (int64_t)cell->count);
    cs_node_add_number(node, "sum", cell->sum);
    cs_node_add_number(node, "mean", cell->mean);
    cs_node_add_number(node, "median", cell->median);
    if (group == profile->k)
      cs_node_add_number(node, "deviation", profile->deviation[j]);
    else
      cs_node_add_number(node, "effect", cs_profile_effect(profile, group, j));
  }
}

static void add_segment(const struct cs_report *report, struct cs_node *segments, size_t s) {
  const struct cs_profile *profile = &report->profile;
  const struct cs_segment *segment = &report->labels.segment[s];
  struct cs_node *node = cs_node_add_object(segments, NULL);
  cs_node_add_text(node, "label", segment->label);
  cs_node_add_text(node, "name", segment->name);
  cs_node_add_bool(node, "noise", segment->noise);
  cs_node_add_integer(node, "rows", (int64_t)profile->size[s]);
  cs_node_add_number(node, "share", (double)profile->size[s] / (double)profile->n);
  if (report->customers) {
    cs_node_add_number(node, "revenue_share", cs_profile_share(profile, s, report->revenue));
    struct cs_node *index = cs_node_add_object(node, "index");
    const size_t columns[3] = {report->revenue, report->orders, report->recency};
    for (int i = 0; i < 3; i++)
      cs_node_add_number(index, report->column[columns[i]].name, cs_profile_index(profile, s, columns[i]));
  }
  add_columns(report, node, s);
}

static void add_evidence(const struct cs_evidence *evidence, struct cs_node *root) {
  struct cs_node *node = cs_node_add_object(root, "model");
  cs_node_add_text(node, "tool", evidence->tool);
  if (!isnan(evidence->k)) cs_node_add_number(node, "k", evidence->k);
  if (!isnan(evidence->eps)) cs_node_add_number(node, "eps", evidence->eps);
  if (!isnan(evidence->min_points)) cs_node_add_number(node, "min_points", evidence->min_points);
  cs_node_add_text(node, "rule", evidence->rule);
  cs_node_add_text(node, "reason", evidence->reason);
  cs_node_add_number(node, "runner_up", evidence->runner_up);
  cs_node_add_number(node, "silhouette", evidence->silhouette);
  cs_node_add_numbers(node, "stability", evidence->stability, evidence->stability_count);
}

struct cs_node *cs_report_document(const struct cs_report *report) {
  struct cs_node *root = cs_node_object();
  cs_node_add_text(root, "format", "cs-profile");
  cs_node_add_integer(root, "version", 1);
  cs_node_add_integer(root, "rows", (int64_t)report->profile.n);
  struct cs_node *segments = cs_node_add_array(root, "segments");
  for (size_t s = 0; s < report->profile.k; s++) add_segment(report, segments, s);
  add_columns(report, cs_node_add_object(root, "all"), report->profile.k);
  if (report->evidence.model) add_evidence(&report->evidence, root);
  return root;
}
