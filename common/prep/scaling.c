#include "prep/scaling.h"

#include "algo/stats.h"
#include "base/num.h"
#include "base/str.h"
#include "data/columns.h"
#include "data/model.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char scaled_prefix[] = "scaled__";
static const char *const impute_names[] = {"error", "median", "mean", "drop"};

static bool is_scaled(struct cs_slice name) {
  return name.len > sizeof scaled_prefix - 1 &&
         memcmp(name.data, scaled_prefix, sizeof scaled_prefix - 1) == 0;
}

/* --- the lists of --method and --pca --- */

struct method_item {
  struct cs_slice selector; /* empty: the method of all other columns */
  struct cs_slice method;
};

/* Cuts the next item off *rest: "total_spent=log", "=odd,name=log" isn't one (a comma in a name needs
 * quotes). The last '=' counts, so that a name may hold one. */
static bool next_item(const char **rest, struct method_item *item) {
  if (!*rest) return false;
  const char *start = *rest, *end = start, *equals = NULL;
  for (bool quoted = false; *end && (quoted || *end != ','); end++) {
    if (*end == '"') quoted = !quoted;
    if (*end == '=' && !quoted) equals = end;
  }
  *rest = *end ? end + 1 : NULL;
  const char *method = equals ? equals + 1 : start;
  item->selector = cs_slice_trim((struct cs_slice){start, equals ? (size_t)(equals - start) : 0});
  item->method = cs_slice_trim((struct cs_slice){method, (size_t)(end - method)});
  return true;
}

static bool find_method(struct cs_slice text, enum cs_scale_method *method) {
  for (int i = 0; i < CS_SCALE_METHODS; i++)
    if (cs_slice_is(text, cs_scale_name((enum cs_scale_method)i))) {
      *method = (enum cs_scale_method)i;
      return true;
    }
  return false;
}

enum cs_status cs_scaling_check_method(const char *text, struct cs_error *err) {
  struct method_item item;
  enum cs_scale_method method;
  int bare = 0;
  while (next_item(&text, &item)) {
    if (!find_method(item.method, &method))
      return cs_fail(err, CS_USAGE,
                     "must be standard, minmax, robust, maxabs, log or none, or a list such as "
                     "'total_spent=log,age=minmax'");
    bare += item.selector.len == 0;
  }
  if (bare > 1)
    return cs_fail(err, CS_USAGE, "must name one method for all columns, and others as COLUMN=METHOD");
  return CS_OK;
}

/* "3" is a count; "0.95", "1.0" and "5e-1" are shares. */
static bool parse_pca(const char *text, struct cs_pca_params *params) {
  int64_t count;
  *params = (struct cs_pca_params){0, 0, 1};
  if (cs_num_parse_integer(text, strlen(text), &count)) {
    params->count = count > 0 ? (size_t)count : 0;
    return count > 0 && count <= 1000000;
  }
  return cs_num_parse(text, strlen(text), '.', &params->fraction) && params->fraction > 0 &&
         params->fraction <= 1;
}

enum cs_status cs_scaling_check_pca(const char *text, struct cs_error *err) {
  struct cs_pca_params params;
  if (parse_pca(text, &params)) return CS_OK;
  return cs_fail(err, CS_USAGE,
                 "must be a number of components (2) or the share of variance to be kept (0.95)");
}

/* Gives each of the columns its method. A named column that isn't scaled is an error: a typing mistake must
 * not leave a column with the default. */
static enum cs_status assign_methods(const struct cs_table *table, const struct cs_columns *columns,
                                     const char *text, enum cs_scale_method *method, struct cs_error *err) {
  struct method_item item;
  enum cs_scale_method chosen;
  for (size_t j = 0; j < columns->count; j++) method[j] = CS_SCALE_STANDARD;
  for (const char *rest = text; next_item(&rest, &item);)
    if (item.selector.len == 0 && find_method(item.method, &chosen))
      for (size_t j = 0; j < columns->count; j++) method[j] = chosen;

  enum cs_status status = CS_OK;
  struct cs_columns named = CS_COLUMNS_INIT;
  struct cs_str selector = CS_STR_INIT;
  for (const char *rest = text; status == CS_OK && next_item(&rest, &item);) {
    if (item.selector.len == 0 || !find_method(item.method, &chosen)) continue;
    named.count = 0;
    cs_str_clear(&selector);
    cs_str_add(&selector, item.selector.data, item.selector.len);
    status = cs_str_check(&selector, "the methods", err);
    if (status == CS_OK) status = cs_columns_find(&named, table, cs_str_text(&selector), "--method", err);
    for (size_t i = 0; status == CS_OK && i < named.count; i++) {
      size_t j = 0;
      while (j < columns->count && columns->column[j] != named.column[i]) j++;
      if (j < columns->count)
        method[j] = chosen;
      else
        status = cs_table_fail(
            table, SIZE_MAX, named.column[i], err,
            "named by --method, but it is not among the columns that are scaled (name it with -f)");
    }
  }
  cs_str_release(&selector);
  cs_columns_release(&named);
  return status;
}

/* --- the rows in work --- */

struct work {
  struct cs_features features; /* matrix: the rows in work, from first to last */
  size_t *row;                 /* [matrix.n], their rows in the table */
  double *column;              /* [matrix.n] */
};

#define WORK_INIT                                                                                            \
  { CS_FEATURES_INIT, NULL, NULL }

static void work_release(struct work *work) {
  cs_features_release(&work->features);
  free(work->row);
  free(work->column);
}

static enum cs_status work_alloc(struct work *work, struct cs_error *err) {
  size_t n = work->features.matrix.n;
  CS_TRY(cs_alloc(&work->row, n, sizeof *work->row, "the rows", err));
  CS_TRY(cs_alloc(&work->column, n, sizeof *work->column, "a column", err));
  for (size_t i = 0; i < n; i++) work->row[i] = i;
  return CS_OK;
}

static void take_column(struct work *work, size_t j) {
  const struct cs_matrix *x = &work->features.matrix;
  for (size_t i = 0; i < x->n; i++) work->column[i] = x->x[i * x->d + j];
}

static void put_column(struct work *work, size_t j) {
  const struct cs_matrix *x = &work->features.matrix;
  for (size_t i = 0; i < x->n; i++) x->x[i * x->d + j] = work->column[i];
}

static bool row_is_complete(const struct cs_matrix *x, size_t row) {
  for (size_t j = 0; j < x->d; j++)
    if (isnan(x->x[row * x->d + j])) return false;
  return true;
}

/* Rows with a missing cell leave the table and the matrix. */
static enum cs_status drop_incomplete(struct work *work, struct cs_table *table, struct cs_notes *notes,
                                      struct cs_error *err) {
  struct cs_matrix *x = &work->features.matrix;
  size_t kept = 0;
  for (size_t i = 0; i < x->n; i++) {
    if (!row_is_complete(x, i)) {
      CS_TRY(cs_table_drop(table, i, err));
      continue;
    }
    memmove(x->x + kept * x->d, x->x + i * x->d, x->d * sizeof *x->x);
    work->row[kept++] = i;
  }
  if (kept < x->n)
    cs_note(notes, CS_NOTE_INFO, "%zu of %zu rows dropped for a missing cell", x->n - kept, x->n);
  x->n = kept;
  return CS_OK;
}

static void fill_missing(const struct cs_scaling *scaling, struct work *work, struct cs_notes *notes) {
  const struct cs_matrix *x = &work->features.matrix;
  for (size_t j = 0; j < x->d; j++) {
    size_t filled = 0;
    for (size_t i = 0; i < x->n; i++)
      if (isnan(x->x[i * x->d + j])) {
        x->x[i * x->d + j] = scaling->column[j].fill;
        filled++;
      }
    if (filled > 0)
      cs_note(notes, CS_NOTE_INFO, "column '%s': %zu missing cell%s taken as the %s", scaling->column[j].name,
              filled, filled == 1 ? "" : "s", impute_names[scaling->impute]);
  }
}

static enum cs_status treat_missing(const struct cs_scaling *scaling, struct work *work,
                                    struct cs_table *table, struct cs_notes *notes, struct cs_error *err) {
  if (scaling->impute == CS_IMPUTE_DROP) return drop_incomplete(work, table, notes, err);
  if (scaling->impute != CS_IMPUTE_ERROR) fill_missing(scaling, work, notes);
  return CS_OK;
}

static enum cs_status check_domain(const struct work *work, const struct cs_table *table, size_t j,
                                   enum cs_scale_method method, struct cs_error *err) {
  size_t bad = cs_scale_outside(method, work->column, work->features.matrix.n);
  if (bad == SIZE_MAX) return CS_OK;
  return cs_table_fail(table, work->row[bad], work->features.columns.column[j], err,
                       "method log takes ln(1 + x), which needs a value above -1");
}

static enum cs_status scale_columns(const struct cs_scaling *scaling, struct work *work,
                                    const struct cs_table *table, struct cs_error *err) {
  size_t n = work->features.matrix.n;
  for (size_t j = 0; j < scaling->count; j++) {
    const struct cs_scaler *scaler = &scaling->column[j].scaler;
    take_column(work, j);
    CS_TRY(check_domain(work, table, j, scaler->method, err));
    cs_scaler_apply(scaler, work->column, n);
    size_t beyond = cs_scale_beyond(work->column, n);
    if (beyond != SIZE_MAX)
      return cs_table_fail(table, work->row[beyond], work->features.columns.column[j], err,
                           "the scaled value is beyond what a double can hold");
    put_column(work, j);
  }
  return CS_OK;
}

/* --- appending --- */

/* value(i) of the rows in work is source[i * stride]; the other rows have none. */
static enum cs_status append(struct cs_table *table, const struct work *work, const char *name,
                             enum cs_kind kind, const double *source, size_t stride, struct cs_error *err) {
  double *value;
  size_t rows = cs_table_rows(table);
  CS_TRY(cs_alloc(&value, rows, sizeof *value, "a column", err));
  if (work->features.matrix.n < rows)
    for (size_t i = 0; i < rows; i++) value[i] = NAN;
  for (size_t i = 0; i < work->features.matrix.n; i++) value[work->row[i]] = source[i * stride];
  return cs_table_add_number(table, name, kind, value, err);
}

static enum cs_status append_scaled(const struct cs_scaling *scaling, const struct work *work,
                                    struct cs_table *table, const char *prefix, struct cs_error *err) {
  enum cs_status status = CS_OK;
  struct cs_str name = CS_STR_INIT;
  for (size_t j = 0; status == CS_OK && j < scaling->count; j++) {
    const struct cs_scaling_column *column = &scaling->column[j];
    if (!column->appended) continue;
    cs_str_clear(&name);
    cs_str_add_text(&name, prefix ? prefix : scaled_prefix);
    cs_str_add_text(&name, column->name);
    status = cs_str_check(&name, "a column's name", err);
    /* Unscaled, it is still a quantity in the data's own units. */
    enum cs_kind kind = column->scaler.method == CS_SCALE_NONE ? CS_KIND_QUANTITY : CS_KIND_RATIO;
    if (status == CS_OK)
      status =
          append(table, work, cs_str_text(&name), kind, work->features.matrix.x + j, scaling->count, err);
  }
  cs_str_release(&name);
  return status;
}

static enum cs_status append_components(const struct cs_pca *pca, const struct work *work,
                                        struct cs_table *table, int threads, struct cs_error *err) {
  double *score;
  CS_TRY(
      cs_alloc(&score, work->features.matrix.n * pca->count, sizeof *score, "the principal components", err));
  if (work->features.matrix.n > 0) cs_pca_apply(pca, &work->features.matrix, score, threads);
  enum cs_status status = CS_OK;
  for (size_t i = 0; status == CS_OK && i < work->features.matrix.n * pca->count; i++)
    if (!isfinite(score[i]))
      status = cs_table_fail(table, work->row[i / pca->count], SIZE_MAX, err,
                             "a component is beyond what a double can hold");
  for (size_t c = 0; status == CS_OK && c < pca->count; c++) {
    char name[32];
    snprintf(name, sizeof name, "pca__%zu", c + 1);
    status = append(table, work, name, CS_KIND_RATIO, score + c, pca->count, err);
  }
  free(score);
  return status;
}

static enum cs_status append_all(const struct cs_scaling *scaling, const struct work *work,
                                 struct cs_table *table, const struct cs_scaling_output *output,
                                 struct cs_error *err) {
  CS_TRY(append_scaled(scaling, work, table, output->prefix, err));
  if (scaling->pca.count == 0) return CS_OK;
  return append_components(&scaling->pca, work, table, output->threads, err);
}

/* --- fit --- */

static bool table_has_scaled(const struct cs_table *table) {
  for (size_t c = 0; c < cs_table_columns(table); c++)
    if (is_scaled(cs_table_name(table, c))) return true;
  return false;
}

/* The list of -f, or the one that components of existing scaled columns stand for, or NULL. */
static const char *features_list(const struct cs_scaling_params *params, const struct cs_table *table) {
  bool existing = params->pca && !params->features && !params->method && table_has_scaled(table);
  return existing ? "scaled__*" : params->features;
}

static enum cs_status choose_columns(struct cs_scaling *scaling, struct cs_features *features,
                                     const struct cs_table *table, const struct cs_scaling_params *params,
                                     const struct cs_scaling_output *output, struct cs_notes *notes,
                                     struct cs_error *err) {
  struct cs_features_options options = {.features = features_list(params, table),
                                        .exclude = params->exclude,
                                        .id = params->id,
                                        .raw_only = true,
                                        .allow_missing = params->impute != CS_IMPUTE_ERROR,
                                        .threads = output->threads};
  CS_TRY(cs_features_find(features, table, &options, notes, err));
  scaling->impute = params->impute;
  CS_TRY(cs_alloc(&scaling->column, features->columns.count, sizeof *scaling->column, "the columns", err));
  for (size_t j = 0; j < features->columns.count; j++) {
    struct cs_slice name = cs_table_name(table, features->columns.column[j]);
    struct cs_scaling_column *column = &scaling->column[j];
    column->name = cs_arena_copy(&scaling->names, name.data, name.len);
    if (!column->name) return cs_fail_memory(err, (double)name.len, "a column's name");
    column->appended = !is_scaled(name);
    column->fill = NAN;
    if (!column->appended && !params->pca)
      return cs_table_fail(table, SIZE_MAX, features->columns.column[j], err, "it is scaled already");
  }
  scaling->count = features->columns.count;
  return CS_OK;
}

/* What stands for a missing cell is learnt from the cells that are there, before anything is scaled. */
static enum cs_status learn_fills(struct cs_scaling *scaling, struct work *work, struct cs_error *err) {
  if (scaling->impute != CS_IMPUTE_MEDIAN && scaling->impute != CS_IMPUTE_MEAN) return CS_OK;
  for (size_t j = 0; j < scaling->count; j++) {
    size_t count = 0;
    take_column(work, j);
    for (size_t i = 0; i < work->features.matrix.n; i++)
      if (!isnan(work->column[i])) work->column[count++] = work->column[i];
    if (count == 0)
      return cs_fail(err, CS_DATA, "column '%s': every cell is missing", scaling->column[j].name);
    if (scaling->impute == CS_IMPUTE_MEDIAN) cs_sort(work->column, count);
    scaling->column[j].fill = scaling->impute == CS_IMPUTE_MEDIAN
                                  ? cs_quantile_sorted(work->column, count, 0.5)
                                  : cs_mean(work->column, count);
  }
  return CS_OK;
}

static enum cs_status learn_scalers(struct cs_scaling *scaling, struct work *work,
                                    const struct cs_table *table, const enum cs_scale_method *method,
                                    struct cs_notes *notes, struct cs_error *err) {
  for (size_t j = 0; j < scaling->count; j++) {
    struct cs_scaling_column *column = &scaling->column[j];
    enum cs_scale_method chosen = column->appended ? method[j] : CS_SCALE_NONE;
    bool flat;
    struct cs_error inner = CS_ERROR_INIT;
    take_column(work, j);
    CS_TRY(check_domain(work, table, j, chosen, err));
    enum cs_status status =
        cs_scaler_fit(&column->scaler, chosen, work->column, work->features.matrix.n, &flat, &inner);
    if (status != CS_OK) return cs_fail(err, status, "column '%s': %s", column->name, inner.text);
    if (flat)
      cs_note(notes, CS_NOTE_WARNING,
              chosen == CS_SCALE_ROBUST ? "column '%s': its quartiles coincide, so method robust leaves its "
                                          "units (--method '%s=standard')"
                                        : "column '%s': all values are the same, its scaled copy is constant",
              column->name, column->name);
  }
  return CS_OK;
}

static enum cs_status learn_components(struct cs_scaling *scaling, const struct work *work, const char *text,
                                       int threads, struct cs_notes *notes, struct cs_error *err) {
  struct cs_pca_params params;
  if (!text) return CS_OK;
  if (!parse_pca(text, &params)) return cs_scaling_check_pca(text, err);
  params.threads = threads;
  CS_TRY(cs_pca_fit(&scaling->pca, &work->features.matrix, &params, err));
  const struct cs_pca *pca = &scaling->pca;
  if (pca->count > pca->rank)
    cs_note(notes, CS_NOTE_WARNING, "only %zu of the %zu components vary: the columns depend on each other",
            pca->rank, pca->count);
  cs_note(notes, CS_NOTE_INFO, "%zu component%s of %zu columns %s %.1f %% of the variance", pca->count,
          pca->count == 1 ? "" : "s", pca->d, pca->count == 1 ? "explains" : "explain",
          100 * cs_sum(pca->explained, pca->count));
  return CS_OK;
}

static enum cs_status fit_rows(struct cs_scaling *scaling, struct work *work, struct cs_table *table,
                               const struct cs_scaling_params *params, const enum cs_scale_method *method,
                               const struct cs_scaling_output *output, struct cs_notes *notes,
                               struct cs_error *err) {
  CS_TRY(work_alloc(work, err));
  CS_TRY(learn_fills(scaling, work, err));
  CS_TRY(treat_missing(scaling, work, table, notes, err));
  if (work->features.matrix.n == 0)
    return cs_fail(err, CS_DATA, "every row has a missing cell, --impute drop leaves nothing to learn from");
  CS_TRY(learn_scalers(scaling, work, table, method, notes, err));
  CS_TRY(scale_columns(scaling, work, table, err));
  CS_TRY(learn_components(scaling, work, params->pca, output->threads, notes, err));
  return append_all(scaling, work, table, output, err);
}

/* Header only: the columns that the command names by themselves, empty. */
static enum cs_status fit_nothing(struct cs_scaling *scaling, struct work *work, struct cs_table *table,
                                  const struct cs_scaling_params *params,
                                  const struct cs_scaling_output *output, struct cs_notes *notes,
                                  struct cs_error *err) {
  struct cs_pca_params pca = {0, 0, 1};
  cs_note(notes, CS_NOTE_WARNING, "there are no rows: the header is all that is written");
  if (params->pca && parse_pca(params->pca, &pca) && scaling->count > 0)
    CS_TRY(cs_pca_alloc(&scaling->pca, scaling->count,
                        pca.count < scaling->count ? pca.count : scaling->count, err));
  CS_TRY(append_all(scaling, work, table, output, err));
  cs_scaling_release(scaling);
  return CS_OK;
}

enum cs_status cs_scaling_fit(struct cs_scaling *scaling, struct cs_table *table,
                              const struct cs_scaling_params *params, const struct cs_scaling_output *output,
                              struct cs_notes *notes, struct cs_error *err) {
  struct work work = WORK_INIT;
  enum cs_scale_method *method = NULL;
  enum cs_status status = choose_columns(scaling, &work.features, table, params, output, notes, err);
  if (status == CS_OK) status = cs_alloc(&method, scaling->count, sizeof *method, "the methods", err);
  if (status == CS_OK) status = assign_methods(table, &work.features.columns, params->method, method, err);
  if (status == CS_OK && cs_table_rows(table) > 0)
    status = fit_rows(scaling, &work, table, params, method, output, notes, err);
  else if (status == CS_OK)
    status = fit_nothing(scaling, &work, table, params, output, notes, err);
  free(method);
  work_release(&work);
  return status;
}

/* --- apply --- */

static enum cs_status load_rows(const struct cs_scaling *scaling, struct work *work,
                                const struct cs_table *table, int threads, struct cs_error *err) {
  const char **names;
  CS_TRY(cs_alloc(&names, scaling->count, sizeof *names, "the columns", err));
  enum cs_status status;
  for (size_t j = 0; j < scaling->count; j++) names[j] = scaling->column[j].name;
  status = cs_features_load(&work->features, table, names, scaling->count, scaling->impute != CS_IMPUTE_ERROR,
                            threads, err);
  free(names);
  if (status == CS_OK) status = work_alloc(work, err);
  return status;
}

enum cs_status cs_scaling_apply(const struct cs_scaling *scaling, struct cs_table *table,
                                const struct cs_scaling_output *output, struct cs_notes *notes,
                                struct cs_error *err) {
  struct work work = WORK_INIT;
  enum cs_status status = load_rows(scaling, &work, table, output->threads, err);
  if (status == CS_OK) status = treat_missing(scaling, &work, table, notes, err);
  if (status == CS_OK) status = scale_columns(scaling, &work, table, err);
  if (status == CS_OK) status = append_all(scaling, &work, table, output, err);
  work_release(&work);
  return status;
}

/* --- models --- */

static void write_columns(const struct cs_scaling *scaling, struct cs_node *model) {
  bool filled = scaling->impute == CS_IMPUTE_MEDIAN || scaling->impute == CS_IMPUTE_MEAN;
  struct cs_node *columns = cs_node_add_array(model, "columns");
  for (size_t j = 0; j < scaling->count; j++) {
    const struct cs_scaling_column *column = &scaling->column[j];
    struct cs_node *node = cs_node_add_object(columns, NULL);
    cs_node_add_text(node, "name", column->name);
    cs_node_add_text(node, "method", cs_scale_name(column->scaler.method));
    cs_node_add_number(node, "centre", column->scaler.centre);
    cs_node_add_number(node, "scale", column->scaler.scale);
    if (filled) cs_node_add_number(node, "fill", column->fill);
    cs_node_add_bool(node, "appended", column->appended);
  }
}

void cs_scaling_write(const struct cs_scaling *scaling, struct cs_node *model) {
  struct cs_node *features = cs_node_add_array(model, "features");
  for (size_t j = 0; j < scaling->count; j++) cs_node_add_text(features, NULL, scaling->column[j].name);
  cs_node_add_text(model, "impute", impute_names[scaling->impute]);
  write_columns(scaling, model);
  const struct cs_pca *pca = &scaling->pca;
  if (pca->count == 0) return;
  struct cs_node *node = cs_node_add_object(model, "pca");
  cs_node_add_numbers(node, "mean", pca->mean, pca->d);
  struct cs_node *components = cs_node_add_array(node, "components");
  for (size_t c = 0; c < pca->count; c++)
    cs_node_add_numbers(components, NULL, pca->component + c * pca->d, pca->d);
  cs_node_add_numbers(node, "variance", pca->variance, pca->count);
  cs_node_add_numbers(node, "explained", pca->explained, pca->count);
}

static enum cs_status read_column(struct cs_scaling *scaling, size_t j, const struct cs_node *node,
                                  const char *path, struct cs_error *err) {
  struct cs_scaling_column *column = &scaling->column[j];
  const char *name = cs_node_text(cs_node_get(node, "name"), NULL);
  const char *method = cs_node_text(cs_node_get(node, "method"), "");
  if (!name) return cs_fail(err, CS_DATA, "%s: columns[%zu] has no name", path, j);
  if (!cs_scale_find(method, &column->scaler.method))
    return cs_fail(err, CS_DATA, "%s: column '%s' has an unknown method", path, name);
  column->name = cs_arena_copy(&scaling->names, name, strlen(name));
  if (!column->name) return cs_fail_memory(err, (double)strlen(name), "a column's name");
  column->fill = NAN;
  column->appended = cs_node_bool(cs_node_get(node, "appended"), true);
  CS_TRY(cs_model_number(node, path, "centre", &column->scaler.centre, err));
  CS_TRY(cs_model_number(node, path, "scale", &column->scaler.scale, err));
  if (!(column->scaler.scale > 0))
    return cs_fail(err, CS_DATA, "%s: column '%s': the scale must be above 0", path, name);
  if (scaling->impute != CS_IMPUTE_MEDIAN && scaling->impute != CS_IMPUTE_MEAN) return CS_OK;
  return cs_model_number(node, path, "fill", &column->fill, err);
}

static enum cs_status read_impute(struct cs_scaling *scaling, const struct cs_node *model, const char *path,
                                  struct cs_error *err) {
  const char *text = cs_node_text(cs_node_get(model, "impute"), "");
  for (size_t i = 0; i < sizeof impute_names / sizeof *impute_names; i++)
    if (strcmp(text, impute_names[i]) == 0) {
      scaling->impute = (enum cs_impute)i;
      return CS_OK;
    }
  return cs_fail(err, CS_DATA, "%s: impute must be error, median, mean or drop", path);
}

static enum cs_status read_pca(struct cs_scaling *scaling, const struct cs_node *model, const char *path,
                               struct cs_error *err) {
  const struct cs_node *node = cs_node_get(model, "pca"), *components = cs_node_get(node, "components");
  if (!node) return CS_OK;
  size_t d = scaling->count, count = components ? cs_node_size(components) : 0;
  if (count == 0 || count > d)
    return cs_fail(err, CS_DATA, "%s: pca has %zu components of %zu columns", path, count, d);
  CS_TRY(cs_pca_alloc(&scaling->pca, d, count, err));
  struct cs_pca *pca = &scaling->pca;
  CS_TRY(cs_model_numbers(cs_node_get(node, "mean"), path, "pca.mean", d, pca->mean, err));
  CS_TRY(cs_model_numbers(cs_node_get(node, "variance"), path, "pca.variance", count, pca->variance, err));
  CS_TRY(cs_model_numbers(cs_node_get(node, "explained"), path, "pca.explained", count, pca->explained, err));
  double *row = pca->component;
  for (const struct cs_node *c = cs_node_first(components); c; c = cs_node_next(c), row += d)
    CS_TRY(cs_model_numbers(c, path, "pca.components", d, row, err));
  return CS_OK;
}

enum cs_status cs_scaling_read(struct cs_scaling *scaling, const struct cs_node *model, const char *path,
                               struct cs_error *err) {
  const struct cs_node *columns = cs_node_get(model, "columns");
  size_t count = columns && cs_node_is_array(columns) ? cs_node_size(columns) : 0;
  if (count == 0) return cs_fail(err, CS_DATA, "%s: there are no columns", path);
  CS_TRY(read_impute(scaling, model, path, err));
  CS_TRY(cs_alloc(&scaling->column, count, sizeof *scaling->column, "the columns", err));
  for (const struct cs_node *c = cs_node_first(columns); c; c = cs_node_next(c))
    CS_TRY(read_column(scaling, scaling->count++, c, path, err));
  return read_pca(scaling, model, path, err);
}

void cs_scaling_release(struct cs_scaling *scaling) {
  free(scaling->column);
  cs_pca_release(&scaling->pca);
  cs_arena_release(&scaling->names);
  *scaling = (struct cs_scaling)CS_SCALING_INIT;
}
