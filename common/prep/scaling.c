#include "prep/scaling.h"

#include "algo/stats.h"
#include "base/parallel.h"
#include "base/str.h"
#include "data/features.h"
#include "prep/gaps.h"
#include "prep/methods.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The columns at hand. Each is decoded, scaled and given to the table in one and the same array. */
struct work {
  struct cs_features features; /* vectors */
  struct cs_gaps dropped;      /* rows that --impute drop takes out of all of them */
  size_t n;                    /* the values of each column that are left, in front */
};

#define WORK_INIT                                                                                            \
  { CS_FEATURES_INIT, CS_GAPS_INIT, 0 }

static void work_release(struct work *work) {
  cs_features_release(&work->features);
  cs_gaps_release(&work->dropped);
}

/* Only those in work. */
static struct cs_vectors values_of(const struct work *work) {
  return (struct cs_vectors){work->n, work->features.vectors.d, work->features.vectors.v};
}

/* Rows with a missing cell leave the table and the columns. */
static enum cs_status drop_incomplete(const struct cs_scaling *scaling, struct work *work,
                                      struct cs_table *table, struct cs_notes *notes, struct cs_error *err) {
  const struct cs_vectors *vectors = &work->features.vectors;
  work->n = vectors->n;
  if (scaling->impute != CS_IMPUTE_DROP) return CS_OK;
  CS_TRY(cs_gaps_find(&work->dropped, vectors, err));
  if (work->dropped.count == 0) return CS_OK;
  for (size_t row = 0; row < vectors->n; row++)
    if (cs_gaps_has(&work->dropped, row)) CS_TRY(cs_table_drop(table, row, err));
  for (size_t j = 0; j < vectors->d; j++) cs_gaps_close(&work->dropped, vectors->v[j]);
  cs_note(notes, CS_NOTE_INFO, "%zu of %zu rows dropped for a missing cell", work->dropped.count, vectors->n);
  work->n = vectors->n - work->dropped.count;
  return CS_OK;
}

/* --- one column --- */

struct outcome {
  size_t filled; /* missing cells */
  bool flat;     /* nothing to divide by */
};

/* Pieces are handed out in order, so the first failure of a thread is that of its least column. */
struct failure {
  size_t column;
  struct cs_error err;
};

struct job {
  const struct cs_scaling *scaling;
  struct cs_scaling_column *learnt;   /* those of the scaling, or NULL: they are known */
  const enum cs_scale_method *method; /* of each column to learn */
  const struct work *work;
  const struct cs_table *table;
  struct outcome *outcome; /* [columns] */
  struct failure *failure; /* [threads] */
};

static enum cs_status fail_at(const struct job *job, size_t j, size_t i, const char *fact,
                              struct cs_error *err) {
  return cs_table_fail(job->table, cs_gaps_row(&job->work->dropped, i), job->work->features.columns.column[j],
                       err, "%s", fact);
}

/* What stands for a missing cell, learnt from the values that are there. */
static enum cs_status learn_fill(const struct job *job, size_t j, const double *v, size_t n,
                                 struct cs_error *err) {
  static const double half = 0.5;
  struct cs_scaling_column *column = &job->learnt[j];
  if (n == 0) return cs_fail(err, CS_DATA, "column '%s': every cell is missing", column->name);
  if (job->scaling->impute == CS_IMPUTE_MEDIAN) return cs_quantiles(v, n, &half, 1, &column->fill, err);
  column->fill = cs_mean(v, n);
  return CS_OK;
}

static enum cs_status fill(const struct job *job, size_t j, double *v, struct cs_error *err) {
  struct cs_gaps gaps = CS_GAPS_INIT;
  enum cs_status status = cs_gaps_find(&gaps, &(struct cs_vectors){job->work->n, 1, &v}, err);
  job->outcome[j].filled = gaps.count;
  cs_gaps_close(&gaps, v);
  if (status == CS_OK && job->learnt) status = learn_fill(job, j, v, job->work->n - gaps.count, err);
  if (status == CS_OK) cs_gaps_open(&gaps, v, job->scaling->column[j].fill);
  cs_gaps_release(&gaps);
  return status;
}

static enum cs_status learn(const struct job *job, size_t j, double *v, struct cs_error *err) {
  struct cs_scaling_column *column = &job->learnt[j];
  struct cs_error inner = CS_ERROR_INIT;
  enum cs_status status =
      cs_scaler_fit(&column->scaler, job->method[j], v, job->work->n, &job->outcome[j].flat, &inner);
  return status == CS_OK ? CS_OK : cs_fail(err, status, "column '%s': %s", column->name, inner.text);
}

static enum cs_status treat(const struct job *job, size_t j, struct cs_error *err) {
  double *v = job->work->features.vectors.v[j];
  size_t n = job->work->n;
  enum cs_impute impute = job->scaling->impute;
  if (impute == CS_IMPUTE_MEDIAN || impute == CS_IMPUTE_MEAN) CS_TRY(fill(job, j, v, err));
  const struct cs_scaler *scaler = &job->scaling->column[j].scaler;
  size_t bad = cs_scale_outside(job->learnt ? job->method[j] : scaler->method, v, n);
  if (bad != SIZE_MAX)
    return fail_at(job, j, bad, "method log takes ln(1 + x), which needs a value above -1", err);
  if (job->learnt)
    CS_TRY(learn(job, j, v, err));
  else
    cs_scaler_apply(scaler, v, n);
  bad = cs_scale_beyond(v, n);
  return bad == SIZE_MAX ? CS_OK
                         : fail_at(job, j, bad, "the scaled value is beyond what a double can hold", err);
}

static void treat_column(void *context, size_t j, int thread) {
  const struct job *job = context;
  struct failure *failure = &job->failure[thread];
  if (failure->err.status != CS_OK) return;
  failure->column = j;
  failure->err.status = treat(job, j, &failure->err);
}

/* --- all columns --- */

static void note_outcomes(const struct job *job, struct cs_notes *notes) {
  for (size_t j = 0; j < job->scaling->count; j++) {
    const struct cs_scaling_column *column = &job->scaling->column[j];
    size_t filled = job->outcome[j].filled;
    if (filled > 0)
      cs_note(notes, CS_NOTE_INFO, "column '%s': %zu missing cell%s taken as the %s", column->name, filled,
              filled == 1 ? "" : "s", job->scaling->impute == CS_IMPUTE_MEDIAN ? "median" : "mean");
    if (!job->outcome[j].flat) continue;
    cs_note(notes, CS_NOTE_WARNING,
            column->scaler.method == CS_SCALE_ROBUST
                ? "column '%s': its quartiles coincide, so method robust leaves its units (--method "
                  "'%s=standard')"
                : "column '%s': all values are the same, its scaled copy is constant",
            column->name, column->name);
  }
}

/* Of the failures that of the least column: the same one for any number of threads. */
static enum cs_status first_failure(const struct failure *failure, int threads, struct cs_error *err) {
  const struct failure *first = NULL;
  for (int i = 0; i < threads; i++)
    if (failure[i].err.status != CS_OK && (!first || failure[i].column < first->column)) first = &failure[i];
  if (!first) return CS_OK;
  if (err) *err = first->err;
  return first->err.status;
}

/* Fills, transforms and scales each column in place; learnt is as in struct job. */
static enum cs_status treat_columns(const struct cs_scaling *scaling, struct cs_scaling_column *learnt,
                                    const enum cs_scale_method *method, const struct work *work,
                                    const struct cs_table *table, int threads, struct cs_notes *notes,
                                    struct cs_error *err) {
  struct job job = {scaling, learnt, method, work, table, NULL, NULL};
  if (threads < 1) threads = 1;
  CS_TRY(cs_alloc(&job.outcome, scaling->count, sizeof *job.outcome, "the columns", err));
  enum cs_status status = cs_alloc(&job.failure, (size_t)threads, sizeof *job.failure, "the columns", err);
  if (status == CS_OK) {
    cs_parallel(threads, scaling->count, treat_column, &job);
    status = first_failure(job.failure, threads, err);
  }
  if (status == CS_OK) note_outcomes(&job, notes);
  free(job.failure);
  free(job.outcome);
  return status;
}

/* --- appending --- */

/* Gives a column to the table; rows that were dropped have no value. */
static enum cs_status append(struct cs_table *table, const struct work *work, const char *name,
                             enum cs_kind kind, double **v, struct cs_error *err) {
  double *value = *v;
  *v = NULL;
  cs_gaps_open(&work->dropped, value, NAN);
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
    cs_str_add_text(&name, prefix);
    cs_str_add_text(&name, column->name);
    status = cs_str_check(&name, "a column's name", err);
    /* Unscaled, it is still a quantity in the data's own units. */
    enum cs_kind kind = column->scaler.method == CS_SCALE_NONE ? CS_KIND_QUANTITY : CS_KIND_RATIO;
    if (status == CS_OK)
      status = append(table, work, cs_str_text(&name), kind, &work->features.vectors.v[j], err);
  }
  cs_str_release(&name);
  return status;
}

static enum cs_status append_components(const struct cs_pca *pca, const struct work *work,
                                        struct cs_vectors *score, struct cs_table *table,
                                        struct cs_error *err) {
  for (size_t c = 0; c < pca->count; c++) {
    char name[32];
    snprintf(name, sizeof name, "pca__%zu", c + 1);
    CS_TRY(append(table, work, name, CS_KIND_RATIO, &score->v[c], err));
  }
  return CS_OK;
}

static enum cs_status find_scores(const struct cs_pca *pca, const struct work *work,
                                  const struct cs_table *table, int threads, struct cs_vectors *score,
                                  struct cs_error *err) {
  const struct cs_vectors x = values_of(work);
  CS_TRY(cs_vectors_alloc(score, work->features.vectors.n, pca->count, err));
  cs_pca_apply(pca, &x, score, threads);
  for (size_t i = 0; i < work->n; i++)
    for (size_t c = 0; c < pca->count; c++)
      if (!isfinite(score->v[c][i]))
        return cs_table_fail(table, cs_gaps_row(&work->dropped, i), SIZE_MAX, err,
                             "a component is beyond what a double can hold");
  return CS_OK;
}

/* The scores first: appending takes the scaled columns away. */
static enum cs_status append_all(const struct cs_scaling *scaling, const struct work *work,
                                 struct cs_table *table, const struct cs_scaling_output *output,
                                 struct cs_error *err) {
  struct cs_vectors score = CS_VECTORS_INIT;
  enum cs_status status = CS_OK;
  if (scaling->pca.count > 0) status = find_scores(&scaling->pca, work, table, output->threads, &score, err);
  if (status == CS_OK) status = append_scaled(scaling, work, table, output->prefix, err);
  if (status == CS_OK) status = append_components(&scaling->pca, work, &score, table, err);
  cs_vectors_release(&score);
  return status;
}

/* --- fit --- */

static bool table_has_scaled(const struct cs_table *table) {
  for (size_t c = 0; c < cs_table_columns(table); c++)
    if (cs_role_is_scaled(cs_table_name(table, c))) return true;
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
                                        .by_column = true,
                                        .threads = output->threads};
  CS_TRY(cs_features_find(features, table, &options, notes, err));
  scaling->impute = params->impute;
  CS_TRY(cs_alloc(&scaling->column, features->columns.count, sizeof *scaling->column, "the columns", err));
  for (size_t j = 0; j < features->columns.count; j++) {
    struct cs_slice name = cs_table_name(table, features->columns.column[j]);
    struct cs_scaling_column *column = &scaling->column[j];
    column->name = cs_arena_copy(&scaling->names, name.data, name.len);
    if (!column->name) return cs_fail_memory(err, (double)name.len, "a column's name");
    column->appended = !cs_role_is_scaled(name);
    column->fill = NAN;
    if (!column->appended && !params->pca)
      return cs_table_fail(table, SIZE_MAX, features->columns.column[j], err, "it is scaled already");
  }
  scaling->count = features->columns.count;
  return CS_OK;
}

/* The methods of the columns; one that is scaled already stays what it is. */
static enum cs_status choose_methods(const struct cs_scaling *scaling, const struct work *work,
                                     const struct cs_table *table, const char *text,
                                     enum cs_scale_method **method, struct cs_error *err) {
  CS_TRY(cs_alloc(method, scaling->count, sizeof **method, "the methods", err));
  CS_TRY(cs_methods_assign(table, &work->features.columns, text, *method, err));
  for (size_t j = 0; j < scaling->count; j++)
    if (!scaling->column[j].appended) (*method)[j] = CS_SCALE_NONE;
  return CS_OK;
}

static enum cs_status learn_components(struct cs_scaling *scaling, const struct cs_vectors *x,
                                       const char *text, int threads, struct cs_notes *notes,
                                       struct cs_error *err) {
  struct cs_pca_params params;
  if (!text) return CS_OK;
  if (!cs_components_parse(text, &params)) return cs_components_check(text, err);
  params.threads = threads;
  CS_TRY(cs_pca_fit(&scaling->pca, x, &params, err));
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
  CS_TRY(drop_incomplete(scaling, work, table, notes, err));
  if (work->n == 0)
    return cs_fail(err, CS_DATA, "every row has a missing cell, --impute drop leaves nothing to learn from");
  CS_TRY(treat_columns(scaling, scaling->column, method, work, table, output->threads, notes, err));
  const struct cs_vectors x = values_of(work);
  CS_TRY(learn_components(scaling, &x, params->pca, output->threads, notes, err));
  return append_all(scaling, work, table, output, err);
}

/* Header only: the columns that the command names by themselves, empty. */
static enum cs_status fit_nothing(struct cs_scaling *scaling, struct work *work, struct cs_table *table,
                                  const struct cs_scaling_params *params,
                                  const struct cs_scaling_output *output, struct cs_notes *notes,
                                  struct cs_error *err) {
  struct cs_pca_params pca = {0, 0, 1};
  cs_note(notes, CS_NOTE_WARNING, "there are no rows: the header is all that is written");
  if (params->pca && cs_components_parse(params->pca, &pca) && scaling->count > 0)
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
  if (status == CS_OK) status = choose_methods(scaling, &work, table, params->method, &method, err);
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
  const struct cs_features_options options = {.raw_only = true,
                                              .allow_missing = scaling->impute != CS_IMPUTE_ERROR,
                                              .by_column = true,
                                              .threads = threads};
  CS_TRY(cs_alloc(&names, scaling->count, sizeof *names, "the columns", err));
  for (size_t j = 0; j < scaling->count; j++) names[j] = scaling->column[j].name;
  enum cs_status status = cs_features_load(&work->features, table, names, scaling->count, &options, err);
  free(names);
  return status;
}

enum cs_status cs_scaling_apply(const struct cs_scaling *scaling, struct cs_table *table,
                                const struct cs_scaling_output *output, struct cs_notes *notes,
                                struct cs_error *err) {
  struct work work = WORK_INIT;
  enum cs_status status = load_rows(scaling, &work, table, output->threads, err);
  if (status == CS_OK) status = drop_incomplete(scaling, &work, table, notes, err);
  if (status == CS_OK) status = treat_columns(scaling, NULL, NULL, &work, table, output->threads, notes, err);
  if (status == CS_OK) status = append_all(scaling, &work, table, output, err);
  work_release(&work);
  return status;
}
