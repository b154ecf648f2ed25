/* The way back: from scaled columns, or the components, to the units that they came from. */
#include "base/parallel.h"
#include "base/str.h"
#include "data/features.h"
#include "prep/scaling.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const char unscaled_prefix[] = "unscaled__";

struct work {
  const struct cs_scaling *scaling;
  struct cs_table *table;
  struct cs_features read; /* vectors: the scaled columns of the table, or its components */
  struct cs_vectors x;     /* [scaling->count], NULL where nothing is appended */
  size_t *column;          /* [scaling->count], the table's column that was scaled, or SIZE_MAX */
};

static void work_release(struct work *work) {
  cs_features_release(&work->read);
  cs_vectors_release(&work->x);
  free(work->column);
}

/* --- names --- */

/* Prefix and name, into text. */
static enum cs_status join(struct cs_str *text, const char *prefix, const char *name, struct cs_error *err) {
  cs_str_clear(text);
  cs_str_add_text(text, prefix);
  cs_str_add_text(text, name);
  return cs_str_check(text, "a column's name", err);
}

/* The copy of a joined name that lives as long as the arena. */
static enum cs_status keep_name(struct cs_arena *arena, const char *prefix, const char *name,
                                const char **kept, struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = join(&text, prefix, name, err);
  if (status == CS_OK) *kept = cs_arena_copy(arena, cs_str_text(&text), text.len);
  if (status == CS_OK && !*kept) status = cs_fail_memory(err, (double)text.len, "a column's name");
  cs_str_release(&text);
  return status;
}

/* The names of the scaled columns, of those that were appended. */
static enum cs_status list_scaled(const struct cs_scaling *scaling, const char *prefix,
                                  struct cs_arena *arena, const char **names, size_t *count,
                                  struct cs_error *err) {
  *count = 0;
  for (size_t j = 0; j < scaling->count; j++)
    if (scaling->column[j].appended)
      CS_TRY(keep_name(arena, prefix, scaling->column[j].name, &names[(*count)++], err));
  if (*count > 0) return CS_OK;
  return cs_fail(err, CS_DATA, "the model took all columns as they were: there is nothing to invert");
}

static enum cs_status list_components(const struct cs_pca *pca, struct cs_arena *arena, const char **names,
                                      struct cs_error *err) {
  for (size_t c = 0; c < pca->count; c++) {
    char number[32];
    snprintf(number, sizeof number, "%zu", c + 1);
    CS_TRY(keep_name(arena, "pca__", number, &names[c], err));
  }
  return CS_OK;
}

static bool has_any(const struct cs_table *table, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (cs_table_find(table, cs_slice_of(names[i])) != SIZE_MAX) return true;
  return false;
}

/* --- reading --- */

/* The scaled columns become those of x. */
static void take_scaled(struct work *work) {
  for (size_t j = 0, next = 0; j < work->scaling->count; j++) {
    work->column[j] = SIZE_MAX;
    if (!work->scaling->column[j].appended) continue;
    work->column[j] = work->read.columns.column[next];
    work->x.v[j] = work->read.vectors.v[next];
    work->read.vectors.v[next++] = NULL;
  }
}

static enum cs_status read_columns(struct work *work, const char *const *names, size_t count, int threads,
                                   struct cs_error *err) {
  const struct cs_features_options options = {
      .raw_only = true, .allow_missing = true, .by_column = true, .threads = threads};
  return cs_features_load(&work->read, work->table, names, count, &options, err);
}

static enum cs_status read_components(struct work *work, const char **names, struct cs_arena *arena,
                                      int threads, struct cs_notes *notes, struct cs_error *err) {
  const struct cs_pca *pca = &work->scaling->pca;
  CS_TRY(list_components(pca, arena, names, err));
  CS_TRY(read_columns(work, names, pca->count, threads, err));
  CS_TRY(cs_vectors_alloc(&work->x, work->read.vectors.n, pca->d, err));
  cs_pca_invert(pca, &work->read.vectors, &work->x, threads);
  for (size_t j = 0; j < work->scaling->count; j++) work->column[j] = SIZE_MAX;
  if (pca->count < pca->d)
    cs_note(notes, CS_NOTE_INFO, "made from %zu components of %zu columns, so near the values, not equal",
            pca->count, pca->d);
  return CS_OK;
}

/* The components serve where none of the scaled columns is there. */
static enum cs_status read_any(struct work *work, const char **names, struct cs_arena *arena,
                               const struct cs_scaling_output *output, struct cs_notes *notes,
                               struct cs_error *err) {
  size_t count;
  CS_TRY(list_scaled(work->scaling, output->prefix, arena, names, &count, err));
  if (work->scaling->pca.count > 0 && !has_any(work->table, names, count) &&
      cs_table_find(work->table, cs_slice_of("pca__1")) != SIZE_MAX)
    return read_components(work, names, arena, output->threads, notes, err);
  CS_TRY(read_columns(work, names, count, output->threads, err));
  CS_TRY(cs_vectors_begin(&work->x, work->read.vectors.n, work->scaling->count, err));
  take_scaled(work);
  return CS_OK;
}

static enum cs_status read_work(struct work *work, const struct cs_scaling_output *output,
                                struct cs_notes *notes, struct cs_error *err) {
  struct cs_arena arena = CS_ARENA_INIT;
  const char **names;
  size_t count = work->scaling->count;
  CS_TRY(cs_alloc(&names, count, sizeof *names, "the columns", err));
  enum cs_status status = cs_alloc(&work->column, count, sizeof *work->column, "the columns", err);
  if (status == CS_OK) status = read_any(work, names, &arena, output, notes, err);
  cs_arena_release(&arena);
  free(names);
  return status;
}

/* --- inverting --- */

static void invert_column(void *context, size_t j, int thread) {
  (void)thread;
  const struct work *work = context;
  if (work->scaling->column[j].appended)
    cs_scaler_invert(&work->scaling->column[j].scaler, work->x.v[j], work->x.n);
}

static enum cs_status append(struct work *work, size_t j, struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  double *value = work->x.v[j];
  size_t beyond = cs_scale_beyond(value, work->x.n);
  if (beyond != SIZE_MAX)
    return cs_table_fail(work->table, beyond, work->column[j], err,
                         "no value of '%s' that a double can hold is scaled to this",
                         work->scaling->column[j].name);
  enum cs_status status = join(&name, unscaled_prefix, work->scaling->column[j].name, err);
  if (status == CS_OK) {
    work->x.v[j] = NULL;
    status = cs_table_add_number(work->table, cs_str_text(&name), CS_KIND_QUANTITY, value, err);
  }
  cs_str_release(&name);
  return status;
}

enum cs_status cs_scaling_invert(const struct cs_scaling *scaling, struct cs_table *table,
                                 const struct cs_scaling_output *output, struct cs_notes *notes,
                                 struct cs_error *err) {
  struct work work = {scaling, table, CS_FEATURES_INIT, CS_VECTORS_INIT, NULL};
  enum cs_status status = read_work(&work, output, notes, err);
  if (status == CS_OK) cs_parallel(output->threads, scaling->count, invert_column, &work);
  for (size_t j = 0; status == CS_OK && j < scaling->count; j++)
    if (scaling->column[j].appended) status = append(&work, j, err);
  work_release(&work);
  return status;
}
