#include "segment/kmeans_model.h"

#include "base/memory.h"
#include "data/model.h"
#include "segment/evidence.h"
#include "segment/means.h"

#include <math.h>
#include <stdlib.h>

/* --- writing --- */

void cs_kmeans_metrics(const struct cs_sweep *sweep, size_t position,
                       void (*visit)(void *context, const char *name, double value), void *context) {
  const struct cs_candidate *candidate = &sweep->candidate[position];
  const struct cs_kmeans *fit = &sweep->fit[position];
  visit(context, "inertia", candidate->inertia);
  visit(context, "silhouette", candidate->silhouette);
  visit(context, "davies_bouldin", candidate->davies_bouldin);
  visit(context, "calinski_harabasz", candidate->calinski_harabasz);
  visit(context, "silhouette_rows", (double)sweep->silhouette_rows);
  if (sweep->silhouette_rows < sweep->matrix->n) visit(context, "silhouette_se", candidate->silhouette_error);
  if (sweep->gap_rows) {
    visit(context, "gap", candidate->gap);
    visit(context, "gap_se", candidate->gap_error);
    visit(context, "gap_rows", (double)sweep->gap_rows);
  }
  if (sweep->stability_rows) {
    visit(context, "stability", cs_candidate_jaccard(candidate));
    visit(context, "stability_rows", (double)sweep->stability_rows);
  }
  visit(context, "restarts", (double)sweep->restarts);
  visit(context, "restarts_best", (double)fit->recurred);
  visit(context, "iterations", (double)fit->iterations);
}

static void add_metric(void *context, const char *name, double value) {
  cs_node_add_number(context, name, value);
}

static void add_selection(struct cs_node *model, const struct cs_sweep *sweep) {
  struct cs_node *array = cs_node_add_array(model, "selection");
  for (size_t i = 0; i < sweep->count; i++) {
    const struct cs_candidate *candidate = &sweep->candidate[i];
    struct cs_node *entry = cs_node_add_object(array, NULL);
    cs_node_add_integer(entry, "k", (int64_t)candidate->k);
    cs_node_add_number(entry, "inertia", candidate->inertia);
    cs_node_add_number(entry, "silhouette", candidate->silhouette);
    if (sweep->silhouette_rows < sweep->matrix->n)
      cs_node_add_number(entry, "silhouette_se", candidate->silhouette_error);
    cs_node_add_number(entry, "davies_bouldin", candidate->davies_bouldin);
    cs_node_add_number(entry, "calinski_harabasz", candidate->calinski_harabasz);
    if (sweep->gap_rows) {
      cs_node_add_number(entry, "gap", candidate->gap);
      cs_node_add_number(entry, "gap_se", candidate->gap_error);
    }
    cs_node_add_integer(entry, "smallest", (int64_t)candidate->smallest);
    if (!candidate->jaccard) continue;
    cs_node_add_numbers(entry, "stability", candidate->jaccard, candidate->k);
    cs_node_add_numbers(entry, "stability_se", candidate->error, candidate->k);
  }
}

static enum cs_status add_choice(struct cs_node *model, const struct cs_kmeans_learnt *learnt,
                                 struct cs_error *err) {
  const struct cs_sweep *sweep = learnt->sweep;
  const struct cs_choice *choice = learnt->choice;
  static const char *const rule[] = {"fixed", "vote", "business"};
  struct cs_node *node = cs_node_add_object(model, "choice");
  struct cs_str text = CS_STR_INIT;
  cs_node_add_text(node, "rule", rule[choice->rule]);
  cs_node_add_integer(node, "k", (int64_t)sweep->candidate[choice->chosen].k);
  if (choice->runner_up == SIZE_MAX)
    cs_node_add_null(node, "runner_up");
  else
    cs_node_add_integer(node, "runner_up", (int64_t)sweep->candidate[choice->runner_up].k);
  if (sweep->gap_rows) cs_node_add_number(node, "gap_of_one", sweep->gap_of_one);
  cs_evidence_reason(sweep, choice, &text);
  cs_node_add_str(node, "reason", &text);
  cs_str_clear(&text);
  enum cs_status status =
      cs_evidence_runner_up(sweep, choice, learnt->segments, learnt->inputs->names, &text, err);
  if (text.len) cs_node_add_str(node, "runner_up_reason", &text);
  if (status == CS_OK) status = cs_str_check(&text, "the choice", err);
  cs_str_release(&text);
  return status;
}

static void add_clusters(struct cs_node *model, const struct cs_kmeans *fit) {
  struct cs_node *sizes = cs_node_add_array(model, "sizes");
  for (size_t c = 0; c < fit->k; c++) cs_node_add_integer(sizes, NULL, (int64_t)fit->size[c]);
  struct cs_node *centres = cs_node_add_array(model, "centres");
  for (size_t c = 0; c < fit->k; c++) cs_node_add_numbers(centres, NULL, fit->centre + c * fit->d, fit->d);
}

enum cs_status cs_kmeans_model_add(struct cs_node *model, const struct cs_kmeans_learnt *learnt, int threads,
                                   struct cs_error *err) {
  const struct cs_sweep *sweep = learnt->sweep;
  const struct cs_choice *choice = learnt->choice;
  const struct cs_kmeans *fit = &sweep->fit[choice->chosen];
  const struct cs_means_of means = {learnt->table, learnt->inputs, fit->label, fit->k, sweep->points.weight};
  enum cs_status status = cs_space_model_add(model, learnt->inputs, fit->d, err);
  cs_node_add_integer(model, "k", (int64_t)fit->k);
  cs_kmeans_metrics(sweep, choice->chosen, add_metric, cs_node_add_object(model, "metrics"));
  if (status == CS_OK) status = add_choice(model, learnt, err);
  cs_segments_add(learnt->segments, model);
  add_clusters(model, fit);
  if (status == CS_OK) status = cs_means_add(model, &means, threads, err);
  if (choice->rule != CS_RULE_FIXED) add_selection(model, sweep);
  return status;
}

/* --- reading --- */

void cs_kmeans_model_release(struct cs_kmeans_model *model) {
  cs_space_model_release(&model->space);
  cs_older_release(&model->older);
  free(model->centre);
  cs_node_free(model->root);
  *model = (struct cs_kmeans_model)CS_KMEANS_MODEL_INIT;
}

static enum cs_status read_centres(struct cs_kmeans_model *model, const char *path, struct cs_error *err) {
  const struct cs_node *centres = cs_node_get(model->root, "centres"), *row = cs_node_first(centres);
  double k;
  CS_TRY(cs_model_number(model->root, path, "k", &k, err));
  model->k = cs_node_size(centres);
  if (!cs_node_is_array(centres) || model->k < 1 || (double)model->k != k)
    return cs_fail(err, CS_DATA, "%s: 'centres' doesn't hold k centres", path);
  CS_TRY(cs_alloc(&model->centre, model->k, model->space.d * sizeof *model->centre, "centres", err));
  for (size_t c = 0; c < model->k; c++, row = cs_node_next(row))
    CS_TRY(cs_model_numbers(row, path, "centres", model->space.d, model->centre + c * model->space.d, err));
  return CS_OK;
}

enum cs_status cs_kmeans_model_read(struct cs_kmeans_model *model, const char *path, struct cs_error *err) {
  *model = (struct cs_kmeans_model)CS_KMEANS_MODEL_INIT;
  CS_TRY(cs_model_read(&model->root, path, "cs-kmeans", err));
  enum cs_status status = cs_space_model_read(&model->space, model->root, path, err);
  if (status == CS_OK) status = read_centres(model, path, err);
  if (status == CS_OK) status = cs_older_read(&model->older, model->root, model->k, path, err);
  if (status != CS_OK) cs_kmeans_model_release(model);
  return status;
}
