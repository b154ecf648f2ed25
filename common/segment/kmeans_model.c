#include "segment/kmeans_model.h"

#include "base/memory.h"
#include "data/model.h"
#include "segment/behind.h"
#include "segment/evidence.h"

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

/* The sums of the columns behind, in the order of the rows, whatever reads them. */
struct means {
  const struct cs_kmeans *fit;
  const double *row_weight; /* or NULL */
  struct cs_decoded *behind;
  size_t count;         /* columns */
  double *sum, *weight; /* [k][count], of the rows that have a value */
};

static void add_rows(void *context, size_t first, size_t rows, const double *x) {
  const struct means *means = context;
  for (size_t i = first; i < first + rows; i++, x += means->count) {
    size_t at = means->fit->label[i] * means->count;
    double w = means->row_weight ? means->row_weight[i] : 1;
    for (size_t j = 0; j < means->count; j++) {
      bool missing = isnan(x[j]);
      means->sum[at + j] += missing ? 0 : w * x[j];
      means->weight[at + j] += missing ? 0 : w;
    }
  }
}

/* Whether the matrix holds them as they were read. */
static bool are_features(const struct means *means, const struct cs_inputs *inputs) {
  const struct cs_columns *features = &inputs->features.columns;
  bool same = !inputs->scaler && means->count == features->count;
  for (size_t j = 0; same && j < means->count; j++) same = means->behind[j].column == features->column[j];
  return same;
}

static enum cs_status sum_up(struct means *means, const struct cs_kmeans_learnt *learnt, int threads,
                             struct cs_error *err) {
  const struct cs_matrix *matrix = &learnt->inputs->features.matrix;
  if (!are_features(means, learnt->inputs))
    return cs_table_visit_rows(learnt->table, means->behind, means->count, add_rows, means, threads, err);
  for (size_t j = 0; j < means->count; j++) means->behind[j].numeric = true;
  add_rows(means, 0, matrix->n, matrix->x);
  return CS_OK;
}

static void write_means(struct cs_node *model, const struct cs_table *table, const struct means *means) {
  struct cs_node *of = cs_node_add_array(model, "means_of"), *rows = cs_node_add_array(model, "means");
  for (size_t j = 0; j < means->count; j++)
    if (means->behind[j].numeric) cs_node_add_slice(of, NULL, cs_table_name(table, means->behind[j].column));
  for (size_t c = 0; c < means->fit->k; c++) {
    struct cs_node *row = cs_node_add_array(rows, NULL);
    for (size_t j = 0, at = c * means->count; j < means->count; j++, at++)
      if (means->behind[j].numeric) /* NaN, written as null, where nothing is there */
        cs_node_add_number(row, NULL, means->sum[at] / means->weight[at]);
  }
}

static enum cs_status add_means(struct cs_node *model, const struct cs_kmeans_learnt *learnt,
                                const struct cs_kmeans *fit, int threads, struct cs_error *err) {
  struct means means = {.fit = fit, .row_weight = learnt->sweep->points.weight};
  size_t *column;
  CS_TRY(cs_behind_find(learnt->table, &learnt->inputs->features.columns, &column, &means.count, err));
  enum cs_status status = cs_alloc(&means.behind, means.count, sizeof *means.behind, "columns", err);
  if (status == CS_OK)
    status = cs_alloc(&means.sum, 2 * fit->k, means.count * sizeof *means.sum, "means", err);
  for (size_t j = 0; status == CS_OK && j < means.count; j++) means.behind[j].column = column[j];
  if (status == CS_OK) {
    means.weight = means.sum + fit->k * means.count;
    status = sum_up(&means, learnt, threads, err);
  }
  if (status == CS_OK) write_means(model, learnt->table, &means);
  free(means.behind);
  free(means.sum);
  free(column);
  return status;
}

static void add_clusters(struct cs_node *model, const struct cs_kmeans *fit) {
  struct cs_node *sizes = cs_node_add_array(model, "sizes");
  for (size_t c = 0; c < fit->k; c++) cs_node_add_integer(sizes, NULL, (int64_t)fit->size[c]);
  struct cs_node *centres = cs_node_add_array(model, "centres");
  for (size_t c = 0; c < fit->k; c++) cs_node_add_numbers(centres, NULL, fit->centre + c * fit->d, fit->d);
}

static enum cs_status add_features(struct cs_node *model, const char *const *names, size_t d,
                                   const struct cs_scaler *scaler, struct cs_error *err) {
  struct cs_model_scaling *scaling = NULL;
  if (scaler) {
    CS_TRY(cs_alloc(&scaling, d, sizeof *scaling, "scales", err));
    for (size_t j = 0; j < d; j++) scaling[j] = (struct cs_model_scaling){scaler[j].centre, scaler[j].scale};
  }
  cs_model_add_features(model, names, d, scaling);
  free(scaling);
  return CS_OK;
}

enum cs_status cs_kmeans_model_add(struct cs_node *model, const struct cs_kmeans_learnt *learnt, int threads,
                                   struct cs_error *err) {
  const struct cs_sweep *sweep = learnt->sweep;
  const struct cs_choice *choice = learnt->choice;
  const struct cs_kmeans *fit = &sweep->fit[choice->chosen];
  enum cs_status status = add_features(model, learnt->inputs->names, fit->d, learnt->inputs->scaler, err);
  cs_node_add_integer(model, "k", (int64_t)fit->k);
  cs_kmeans_metrics(sweep, choice->chosen, add_metric, cs_node_add_object(model, "metrics"));
  if (status == CS_OK) status = add_choice(model, learnt, err);
  cs_segments_add(learnt->segments, model);
  add_clusters(model, fit);
  if (status == CS_OK) status = add_means(model, learnt, fit, threads, err);
  if (choice->rule != CS_RULE_FIXED) add_selection(model, sweep);
  return status;
}

/* --- reading --- */

void cs_kmeans_model_release(struct cs_kmeans_model *model) {
  free(model->names);
  free(model->scaler);
  free(model->centre);
  free(model->number);
  free(model->segment);
  cs_node_free(model->root);
  *model = (struct cs_kmeans_model)CS_KMEANS_MODEL_INIT;
}

static enum cs_status read_scaling(struct cs_kmeans_model *model, const char *path, struct cs_error *err) {
  struct cs_model_scaling *scaling = NULL;
  CS_TRY(cs_model_features(model->root, path, &model->names, &scaling, &model->d, err));
  enum cs_status status = CS_OK;
  if (scaling) status = cs_alloc(&model->scaler, model->d, sizeof *model->scaler, "scales", err);
  for (size_t j = 0; scaling && status == CS_OK && j < model->d; j++) {
    model->scaler[j] = (struct cs_scaler){
        .method = CS_SCALE_STANDARD, .centre = scaling[j].centre, .scale = scaling[j].scale};
    if (!(scaling[j].scale > 0)) status = cs_fail(err, CS_DATA, "%s: a scale that isn't above 0", path);
  }
  free(scaling);
  if (status == CS_OK && model->d == 0) status = cs_fail(err, CS_DATA, "%s: a model without features", path);
  return status;
}

static enum cs_status read_centres(struct cs_kmeans_model *model, const char *path, struct cs_error *err) {
  const struct cs_node *centres = cs_node_get(model->root, "centres"), *row = cs_node_first(centres);
  double k;
  CS_TRY(cs_model_number(model->root, path, "k", &k, err));
  model->k = cs_node_size(centres);
  if (!cs_node_is_array(centres) || model->k < 1 || (double)model->k != k)
    return cs_fail(err, CS_DATA, "%s: 'centres' doesn't hold k centres", path);
  CS_TRY(cs_alloc(&model->centre, model->k, model->d * sizeof *model->centre, "centres", err));
  for (size_t c = 0; c < model->k; c++, row = cs_node_next(row))
    CS_TRY(cs_model_numbers(row, path, "centres", model->d, model->centre + c * model->d, err));
  return CS_OK;
}

/* A whole number from 1 on. */
static bool read_number(const struct cs_node *node, uint32_t *number) {
  double value = cs_node_number(node, 0);
  if (!(value >= 1 && value <= UINT32_MAX - 1) || value != floor(value)) return false;
  *number = (uint32_t)value;
  return true;
}

/* Models without numbers call their clusters 1 to k. */
static enum cs_status read_numbers(struct cs_kmeans_model *model, const char *path, struct cs_error *err) {
  const struct cs_node *numbers = cs_node_get(model->root, "numbers"), *number = cs_node_first(numbers);
  bool sound = !numbers || (cs_node_is_array(numbers) && cs_node_size(numbers) == model->k);
  CS_TRY(cs_alloc(&model->number, model->k, sizeof *model->number, "clusters", err));
  for (size_t c = 0; sound && c < model->k; c++) {
    model->number[c] = (uint32_t)c + 1;
    if (numbers) sound = read_number(number, &model->number[c]), number = cs_node_next(number);
    for (size_t b = 0; sound && numbers && b < c; b++) sound = model->number[b] != model->number[c];
    if (model->number[c] > model->highest) model->highest = model->number[c];
  }
  if (!sound) return cs_fail(err, CS_DATA, "%s: 'numbers' doesn't hold k different numbers from 1 on", path);
  const struct cs_node *highest = cs_node_get(model->root, "highest_number");
  uint32_t least = model->highest;
  if (highest && (!read_number(highest, &model->highest) || model->highest < least))
    return cs_fail(err, CS_DATA, "%s: 'highest_number' is no number of a cluster, or not the highest", path);
  return CS_OK;
}

static enum cs_status read_names(struct cs_kmeans_model *model, const char *path, struct cs_error *err) {
  const struct cs_node *names = cs_node_get(model->root, "names"), *name = cs_node_first(names);
  if (!names) return CS_OK;
  if (!cs_node_is_array(names) || cs_node_size(names) != model->k)
    return cs_fail(err, CS_DATA, "%s: 'names' doesn't hold k names", path);
  CS_TRY(cs_alloc(&model->segment, model->k, sizeof *model->segment, "names", err));
  for (size_t c = 0; c < model->k; c++, name = cs_node_next(name)) {
    model->segment[c] = cs_node_text(name, "");
    if (!*model->segment[c]) return cs_fail(err, CS_DATA, "%s: 'names' holds what is no name", path);
  }
  return CS_OK;
}

enum cs_status cs_kmeans_model_read(struct cs_kmeans_model *model, const char *path, struct cs_error *err) {
  *model = (struct cs_kmeans_model)CS_KMEANS_MODEL_INIT;
  CS_TRY(cs_model_read(&model->root, path, "cs-kmeans", err));
  enum cs_status status = read_scaling(model, path, err);
  if (status == CS_OK) status = read_centres(model, path, err);
  if (status == CS_OK) status = read_numbers(model, path, err);
  if (status == CS_OK) status = read_names(model, path, err);
  if (status != CS_OK) cs_kmeans_model_release(model);
  return status;
}
