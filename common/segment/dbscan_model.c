#include "segment/dbscan_model.h"

#include "base/memory.h"
#include "base/num.h"
#include "data/model.h"
#include "data/output.h"
#include "segment/means.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const borders[] = {[CS_BORDER_NEAREST] = "nearest", [CS_BORDER_FIRST] = "first"};

/* --- the core points' own file --- */

static enum cs_status core_path(const char *path, struct cs_str *text, struct cs_error *err) {
  cs_str_add_format(text, "%s.core.csv", path);
  return cs_str_check(text, "the name of a file", err);
}

/* Columns 1 to d, then the cluster. */
static enum cs_status write_points(struct cs_output *output, const struct cs_matrix *point,
                                   const uint32_t *cluster, struct cs_error *err) {
  struct cs_str line = CS_STR_INIT;
  char number[CS_NUM_TEXT];
  enum cs_status status = CS_OK;
  for (size_t j = 1; j <= point->d; j++) cs_str_add_format(&line, "x%zu,", j);
  cs_str_add_text(&line, "cluster\n");
  for (size_t i = 0; i <= point->n && status == CS_OK; i++) {
    status = cs_str_check(&line, "a core point", err);
    if (status == CS_OK) status = cs_output_write(output, cs_str_text(&line), line.len, err);
    cs_str_clear(&line);
    if (i == point->n) break;
    for (size_t j = 0; j < point->d; j++) {
      cs_num_shortest(cs_matrix_row(point, i)[j], number);
      cs_str_add_format(&line, "%s,", number);
    }
    cs_str_add_format(&line, "%u\n", cluster[i]);
  }
  cs_str_release(&line);
  return status;
}

static enum cs_status write_file(struct cs_node *model, const struct cs_matrix *point,
                                 const uint32_t *cluster, const char *path, struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  struct cs_output *output = NULL;
  enum cs_status status = core_path(path, &name, err);
  if (status == CS_OK) status = cs_output_open(&output, cs_str_text(&name), err);
  if (status == CS_OK) status = cs_output_checksum(output, err);
  if (status == CS_OK) status = write_points(output, point, cluster, err);
  if (status == CS_OK) {
    cs_node_add_text(model, "core_sha256", cs_output_sha256(output));
    status = cs_output_commit(&output, err);
  } else {
    cs_output_abort(&output);
  }
  cs_str_release(&name);
  return status;
}

/* --- writing --- */

void cs_dbscan_metrics(const struct cs_dbscan *fit, double dbcv,
                       void (*visit)(void *context, const char *name, double value), void *context) {
  double n = (double)fit->n;
  visit(context, "core_share", (double)fit->core / n);
  visit(context, "noise_share", (double)fit->noise / n);
  visit(context, "largest_share", (double)cs_dbscan_largest(fit) / n);
  visit(context, "dbcv", dbcv);
}

static void add_metric(void *context, const char *name, double value) {
  cs_node_add_number(context, name, value);
}

static enum cs_status add_points(struct cs_node *model, const struct cs_dbscan_learnt *learnt,
                                 const char *path, struct cs_error *err) {
  struct cs_matrix point;
  uint32_t *cluster;
  enum cs_status status = cs_dbscan_points(learnt->fit, learnt->tree, &point, &cluster, err);
  if (status == CS_OK && point.n > CS_DBSCAN_POINTS_MOST && !cs_output_is_through(path)) {
    status = write_file(model, &point, cluster, path, err);
  } else if (status == CS_OK) {
    struct cs_node *points = cs_node_add_array(model, "core_points");
    for (size_t i = 0; i < point.n; i++) cs_node_add_numbers(points, NULL, cs_matrix_row(&point, i), point.d);
    struct cs_node *clusters = cs_node_add_array(model, "core_clusters");
    for (size_t i = 0; i < point.n; i++) cs_node_add_integer(clusters, NULL, cluster[i]);
  }
  cs_matrix_release(&point);
  free(cluster);
  return status;
}

enum cs_status cs_dbscan_model_add(struct cs_node *model, const struct cs_dbscan_learnt *learnt,
                                   const char *path, int threads, struct cs_error *err) {
  const struct cs_dbscan *fit = learnt->fit;
  const struct cs_means_of means = {learnt->table, learnt->inputs, fit->label, fit->k,
                                    learnt->params->weight};
  enum cs_status status = cs_space_model_add(model, learnt->inputs, learnt->tree->d, err);
  cs_node_add_number(model, "eps", learnt->params->eps);
  cs_node_add_number(model, "min_points", learnt->params->min_points);
  cs_node_add_text(model, "border", borders[learnt->params->border]);
  cs_node_add_integer(model, "clusters", (int64_t)fit->k);
  cs_node_add_integer(model, "core", (int64_t)fit->core);
  cs_node_add_integer(model, "noise", (int64_t)fit->noise);
  cs_dbscan_metrics(fit, learnt->dbcv, add_metric, cs_node_add_object(model, "metrics"));
  cs_segments_add(learnt->segments, model);
  struct cs_node *sizes = cs_node_add_array(model, "sizes");
  for (size_t c = 0; c < fit->k; c++) cs_node_add_integer(sizes, NULL, (int64_t)fit->size[c]);
  if (status == CS_OK) status = cs_means_add(model, &means, threads, err);
  struct cs_node *first = cs_node_add_array(model, "first_rows");
  for (size_t c = 0; c < fit->k; c++) cs_node_add_integer(first, NULL, fit->first[c]);
  return status == CS_OK ? add_points(model, learnt, path, err) : status;
}

/* --- reading --- */

void cs_dbscan_model_release(struct cs_dbscan_model *model) {
  cs_space_model_release(&model->space);
  cs_older_release(&model->older);
  cs_matrix_release(&model->point);
  free(model->cluster);
  free(model->first);
  cs_node_free(model->root);
  *model = (struct cs_dbscan_model)CS_DBSCAN_MODEL_INIT;
}

/* Whole numbers below `limit`. */
static enum cs_status read_whole(const struct cs_dbscan_model *model, const char *path, const char *key,
                                 size_t count, double limit, uint32_t *to, struct cs_error *err) {
  const struct cs_node *array = cs_node_get(model->root, key), *node = cs_node_first(array);
  bool sound = cs_node_is_array(array) && cs_node_size(array) == count;
  for (size_t i = 0; sound && i < count; i++, node = cs_node_next(node)) {
    double value = cs_node_number(node, -1);
    sound = value >= 0 && value < limit && value == floor(value);
    if (sound) to[i] = (uint32_t)value;
  }
  return sound ? CS_OK
               : cs_fail(err, CS_DATA, "%s: '%s' doesn't hold the numbers that belong there", path, key);
}

static enum cs_status read_points(struct cs_dbscan_model *model, const char *path, struct cs_error *err) {
  const struct cs_node *points = cs_node_get(model->root, "core_points"), *row = cs_node_first(points);
  size_t n = cs_node_size(points);
  if (!cs_node_is_array(points)) return cs_fail(err, CS_DATA, "%s: 'core_points' is no array", path);
  CS_TRY(cs_matrix_alloc(&model->point, n, model->space.d, err));
  CS_TRY(cs_alloc(&model->cluster, n, sizeof *model->cluster, "core points", err));
  for (size_t i = 0; i < n; i++, row = cs_node_next(row))
    CS_TRY(cs_model_numbers(row, path, "core_points", model->space.d, cs_matrix_row(&model->point, i), err));
  return read_whole(model, path, "core_clusters", n, (double)model->k, model->cluster, err);
}

/* The table of core points, as columns of numbers. */
static enum cs_status take_table(struct cs_dbscan_model *model, const struct cs_table *table, int threads,
                                 struct cs_error *err) {
  size_t n = cs_table_rows(table), d = model->space.d;
  struct cs_decoded *decoded;
  struct cs_matrix all = CS_MATRIX_INIT;
  if (cs_table_columns(table) != d + 1 || n == 0)
    return cs_table_fail(table, SIZE_MAX, SIZE_MAX, err, "not the core points of the model");
  CS_TRY(cs_alloc(&decoded, d + 1, sizeof *decoded, "columns", err));
  for (size_t j = 0; j <= d; j++) decoded[j].column = j;
  enum cs_status status = cs_matrix_alloc(&all, n, d + 1, err);
  if (status == CS_OK) status = cs_table_decode_rows(table, decoded, d + 1, n, all.x, threads, err);
  if (status == CS_OK) status = cs_matrix_alloc(&model->point, n, d, err);
  if (status == CS_OK) status = cs_alloc(&model->cluster, n, sizeof *model->cluster, "core points", err);
  for (size_t j = 0; status == CS_OK && j <= d; j++)
    if (!decoded[j].numeric || decoded[j].missing)
      status = cs_table_fail(table, SIZE_MAX, j, err, "not all cells are numbers");
  for (size_t i = 0; status == CS_OK && i < n; i++) {
    const double *x = cs_matrix_row(&all, i);
    memcpy(cs_matrix_row(&model->point, i), x, d * sizeof *x);
    if (!(x[d] >= 0 && x[d] < (double)model->k))
      status = cs_table_fail(table, i, d, err, "no cluster of the model");
    else
      model->cluster[i] = (uint32_t)x[d];
  }
  cs_matrix_release(&all);
  free(decoded);
  return status;
}

static enum cs_status read_file(struct cs_dbscan_model *model, const char *path, const char *sha256,
                                int threads, struct cs_error *err) {
  struct cs_read_options how = CS_READ_OPTIONS_INIT;
  struct cs_str name = CS_STR_INIT;
  struct cs_table *table = cs_table_new();
  how.checksum = true;
  enum cs_status status = table ? core_path(path, &name, err) : cs_fail_memory(err, 0, "a table");
  const char *file = cs_str_text(&name);
  if (status == CS_OK) status = cs_table_read(table, &file, 1, &how, NULL, err);
  if (status == CS_OK && strcmp(cs_table_sha256(table), sha256) != 0)
    status =
        cs_fail(err, CS_DATA, "%s: these aren't the core points of %s: their checksums differ", file, path);
  if (status == CS_OK) status = take_table(model, table, threads, err);
  cs_table_free(table);
  cs_str_release(&name);
  return status;
}

static enum cs_status read_params(struct cs_dbscan_model *model, const char *path, struct cs_error *err) {
  const char *border = cs_node_text(cs_node_get(model->root, "border"), "nearest");
  double k;
  CS_TRY(cs_model_number(model->root, path, "eps", &model->eps, err));
  CS_TRY(cs_model_number(model->root, path, "clusters", &k, err));
  if (!(model->eps > 0)) return cs_fail(err, CS_DATA, "%s: 'eps' isn't above 0", path);
  if (!(k >= 0 && k < UINT32_MAX) || k != floor(k))
    return cs_fail(err, CS_DATA, "%s: 'clusters' is no number of clusters", path);
  model->k = (size_t)k;
  model->border = strcmp(border, borders[CS_BORDER_FIRST]) == 0 ? CS_BORDER_FIRST : CS_BORDER_NEAREST;
  return CS_OK;
}

static enum cs_status read_all(struct cs_dbscan_model *model, const char *path, int threads,
                               struct cs_error *err) {
  const char *sha256;
  CS_TRY(cs_space_model_read(&model->space, model->root, path, err));
  CS_TRY(read_params(model, path, err));
  CS_TRY(cs_older_read(&model->older, model->root, model->k, path, err));
  CS_TRY(cs_alloc(&model->first, model->k, sizeof *model->first, "clusters", err));
  CS_TRY(read_whole(model, path, "first_rows", model->k, UINT32_MAX, model->first, err));
  sha256 = cs_node_text(cs_node_get(model->root, "core_sha256"), NULL);
  return sha256 ? read_file(model, path, sha256, threads, err) : read_points(model, path, err);
}

enum cs_status cs_dbscan_model_read(struct cs_dbscan_model *model, const char *path, int threads,
                                    struct cs_error *err) {
  *model = (struct cs_dbscan_model)CS_DBSCAN_MODEL_INIT;
  CS_TRY(cs_model_read(&model->root, path, "cs-dbscan", err));
  enum cs_status status = read_all(model, path, threads, err);
  if (status != CS_OK) cs_dbscan_model_release(model);
  return status;
}
