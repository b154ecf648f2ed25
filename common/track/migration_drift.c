#include "base/parallel.h"
#include "data/columns.h"
#include "report/privacy.h"
#include "track/migration_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The features that are compared, as columns of both tables. */
struct pairs {
  struct cs_decoded *side[CS_PERIODS]; /* [count] */
  size_t count;
  struct cs_str absent, text; /* names of those that aren't in NEW, or no numbers in one of the two */
};

/* --- which ones --- */

/* scaled__NAME is measured by the scaler of its own run, which hides what has moved: it stands for NAME. */
static size_t behind(const struct cs_table *table, size_t column) {
  struct cs_slice name = cs_table_name(table, column);
  size_t skip = strlen("scaled__");
  size_t source = cs_table_find(table, (struct cs_slice){name.data + skip, name.len - skip});
  return source == SIZE_MAX ? column : source;
}

static bool may_drift(const struct cs_migration_side *side, size_t column) {
  struct cs_slice name = cs_table_name(side->table, column);
  return column != side->id && column != side->labels.column && !cs_role_of(name) &&
         !cs_role_is_scaled(name) && !cs_role_is_component(name) && !cs_is_personal(name) &&
         !cs_slice_is(name, "rfm_cell");
}

/* What was clustered, in its own units, else every column that may be a feature. */
static enum cs_status add_usual(const struct cs_migration_side *side, struct cs_columns *columns,
                                struct cs_error *err) {
  size_t count = cs_table_columns(side->table);
  for (size_t c = 0; c < count; c++)
    if (cs_role_is_scaled(cs_table_name(side->table, c)))
      CS_TRY(cs_columns_add(columns, behind(side->table, c), err));
  if (columns->count) return CS_OK;
  for (size_t c = 0; c < count; c++)
    if (may_drift(side, c)) CS_TRY(cs_columns_add(columns, c, err));
  return CS_OK;
}

static enum cs_status choose(const struct cs_migration *migration, const struct cs_migration_options *options,
                             struct cs_columns *columns, struct cs_columns *excluded, struct cs_error *err) {
  const struct cs_migration_side *side = &migration->side[CS_BEFORE];
  enum cs_status status = CS_OK;
  if (options->exclude) status = cs_columns_find(excluded, side->table, options->exclude, "-x", err);
  if (status == CS_OK && options->features)
    status = cs_columns_find_features(columns, side->table, options->features, err);
  if (status != CS_OK || options->features) return cs_migration_name_table(status, side->table, err);
  return add_usual(side, columns, err);
}

static void list_name(struct cs_str *list, struct cs_slice name) {
  cs_str_add_format(list, "%s%.*s", list->len ? ", " : "", cs_columns_shown(name), name.data);
}

/* What NEW lacks is told of where it is a feature at all. */
static enum cs_status miss(const struct cs_migration *migration, size_t column, struct pairs *pairs,
                           struct cs_error *err) {
  const struct cs_table *table = migration->side[CS_BEFORE].table;
  struct cs_decoded decoded = {.column = column};
  CS_TRY(cs_table_decode(table, &decoded, 1, 1, err));
  if (decoded.numeric) list_name(&pairs->absent, cs_table_name(table, column));
  free(decoded.value);
  return CS_OK;
}

/* Finds the columns of OLD in NEW by their names. */
static enum cs_status pair(const struct cs_migration *migration, const struct cs_columns *columns,
                           const struct cs_columns *excluded, bool named, struct pairs *pairs,
                           struct cs_error *err) {
  for (int p = 0; p < CS_PERIODS; p++)
    CS_TRY(cs_alloc(&pairs->side[p], columns->count, sizeof *pairs->side[p], "the features", err));
  for (size_t i = 0; i < columns->count; i++) {
    struct cs_slice name = cs_table_name(migration->side[CS_BEFORE].table, columns->column[i]);
    size_t column = cs_table_find(migration->side[CS_NOW].table, name);
    if (cs_columns_has(excluded, columns->column[i])) continue;
    if (column == SIZE_MAX && named)
      return cs_table_fail(migration->side[CS_NOW].table, SIZE_MAX, SIZE_MAX, err,
                           "there is no column '%.*s', which is to be compared", cs_columns_shown(name),
                           name.data);
    if (column == SIZE_MAX) {
      CS_TRY(miss(migration, columns->column[i], pairs, err));
      continue;
    }
    pairs->side[CS_BEFORE][pairs->count].column = columns->column[i];
    pairs->side[CS_NOW][pairs->count++].column = column;
  }
  return CS_OK;
}

/* --- their values --- */

static bool has_text(const struct cs_decoded *decoded) {
  return !decoded->numeric && decoded->bad_row != SIZE_MAX;
}

static enum cs_status refuse_text(const struct cs_migration *migration, const struct pairs *pairs, size_t i,
                                  struct cs_error *err) {
  for (int p = 0; p < CS_PERIODS; p++) {
    const struct cs_decoded *decoded = &pairs->side[p][i];
    if (has_text(decoded))
      return cs_table_fail(migration->side[p].table, decoded->bad_row, decoded->column, err, "not a number");
  }
  return CS_OK;
}

/* Columns of text drop out where nobody named them; a column that was all numbers before is told of, as its numbers may be lost. */
static enum cs_status drop_text(const struct cs_migration *migration, bool named, struct pairs *pairs,
                                struct cs_error *err) {
  size_t kept = 0;
  for (size_t i = 0; i < pairs->count; i++) {
    struct cs_decoded *before = &pairs->side[CS_BEFORE][i], *now = &pairs->side[CS_NOW][i];
    bool text = has_text(before) || has_text(now);
    if (text && named) return refuse_text(migration, pairs, i, err);
    if (text && (before->numeric || now->numeric))
      list_name(&pairs->text, cs_table_name(migration->side[CS_BEFORE].table, before->column));
    if (text || (!before->numeric && !now->numeric)) {
      free(before->value);
      free(now->value);
      before->value = now->value = NULL;
      continue;
    }
    struct cs_decoded kept_before = *before, kept_now = *now;
    before->value = now->value = NULL;
    pairs->side[CS_BEFORE][kept] = kept_before;
    pairs->side[CS_NOW][kept++] = kept_now;
  }
  pairs->count = kept;
  return CS_OK;
}

static enum cs_status decode(const struct cs_migration *migration, int threads, struct pairs *pairs,
                             struct cs_error *err) {
  for (int p = 0; p < CS_PERIODS; p++)
    CS_TRY(cs_table_decode(migration->side[p].table, pairs->side[p], pairs->count, threads, err));
  return CS_OK;
}

/* --- the drift --- */

struct measuring {
  struct cs_migration *migration;
  const struct pairs *pairs;
  enum cs_status *status; /* [features] */
};

static void measure(void *context, size_t i, int thread) {
  struct measuring *m = context;
  (void)thread;
  m->status[i] = cs_psi_find(&m->migration->feature[i].psi, m->pairs->side[CS_BEFORE][i].value,
                             m->migration->side[CS_BEFORE].rows, m->pairs->side[CS_NOW][i].value,
                             m->migration->side[CS_NOW].rows, NULL);
}

static enum cs_status measure_all(struct cs_migration *migration, const struct pairs *pairs, int threads,
                                  struct cs_error *err) {
  struct measuring m = {migration, pairs, NULL};
  CS_TRY(cs_alloc(&migration->feature, pairs->count, sizeof *migration->feature, "the features", err));
  migration->features = pairs->count;
  for (size_t i = 0; i < pairs->count; i++) {
    struct cs_slice name = cs_table_name(migration->side[CS_BEFORE].table, pairs->side[CS_BEFORE][i].column);
    migration->feature[i].name = cs_arena_copy(&migration->texts, name.data, name.len);
    if (!migration->feature[i].name) return cs_fail_memory(err, (double)name.len, "a name");
  }
  CS_TRY(cs_alloc(&m.status, pairs->count, sizeof *m.status, "the features", err));
  cs_parallel(threads, pairs->count, measure, &m);
  enum cs_status status = CS_OK;
  for (size_t i = 0; status == CS_OK && i < pairs->count; i++)
    if (m.status[i] != CS_OK) status = cs_fail_memory(err, 0, "the values of a feature");
  free(m.status);
  return status;
}

static enum cs_status measure_shares(struct cs_migration *migration, struct cs_error *err) {
  size_t *size;
  CS_TRY(cs_alloc(&size, CS_PERIODS * migration->k, sizeof *size, "the segments", err));
  for (size_t s = 0; s < migration->k; s++)
    for (int p = 0; p < CS_PERIODS; p++) size[(size_t)p * migration->k + s] = migration->segment[s].size[p];
  migration->shares = cs_psi_of_counts(size, size + migration->k, migration->k);
  free(size);
  return CS_OK;
}

static void tell(const struct cs_migration *migration, const struct pairs *pairs, struct cs_notes *notes) {
  if (pairs->absent.len && !pairs->absent.failed)
    cs_note(notes, CS_NOTE_WARNING, "not in the newer table, so not compared: %s",
            cs_str_text(&pairs->absent));
  if (pairs->text.len && !pairs->text.failed)
    cs_note(notes, CS_NOTE_WARNING, "numbers in one of the two tables alone, so not compared: %s",
            cs_str_text(&pairs->text));
  if (!migration->features) cs_note(notes, CS_NOTE_INFO, "there is no feature whose drift could be told");
}

static enum cs_status find_pairs(struct cs_migration *migration, const struct cs_migration_options *options,
                                 struct pairs *pairs, struct cs_error *err) {
  struct cs_columns columns = CS_COLUMNS_INIT, excluded = CS_COLUMNS_INIT;
  bool named = options->features != NULL;
  enum cs_status status = choose(migration, options, &columns, &excluded, err);
  if (status == CS_OK) status = pair(migration, &columns, &excluded, named, pairs, err);
  if (status == CS_OK) status = decode(migration, options->threads, pairs, err);
  if (status == CS_OK) status = drop_text(migration, named, pairs, err);
  cs_columns_release(&columns);
  cs_columns_release(&excluded);
  return status;
}

enum cs_status cs_migration_find_drift(struct cs_migration *migration,
                                       const struct cs_migration_options *options, struct cs_notes *notes,
                                       struct cs_error *err) {
  struct pairs pairs = {.absent = CS_STR_INIT, .text = CS_STR_INIT};
  enum cs_status status = find_pairs(migration, options, &pairs, err);
  if (status == CS_OK) status = measure_all(migration, &pairs, options->threads, err);
  if (status == CS_OK) status = measure_shares(migration, err);
  if (status == CS_OK) tell(migration, &pairs, notes);
  for (int p = 0; p < CS_PERIODS; p++) {
    for (size_t i = 0; pairs.side[p] && i < pairs.count; i++) free(pairs.side[p][i].value);
    free(pairs.side[p]);
  }
  cs_str_release(&pairs.absent);
  cs_str_release(&pairs.text);
  return status;
}

size_t cs_migration_farthest(const struct cs_migration *migration) {
  size_t best = SIZE_MAX;
  for (size_t i = 0; i < migration->features; i++)
    if (best == SIZE_MAX || migration->feature[i].psi.index > migration->feature[best].psi.index) best = i;
  return best;
}

enum cs_status cs_migration_judge(const struct cs_migration *migration, double most, struct cs_error *err) {
  size_t above = 0, farthest = cs_migration_farthest(migration);
  for (size_t i = 0; i < migration->features; i++) above += migration->feature[i].psi.index > most;
  if (!above) return CS_OK;
  const struct cs_migration_feature *feature = &migration->feature[farthest];
  return cs_fail(err, CS_NO, "%zu of %zu features have drifted beyond %g: '%.200s' by %.3f", above,
                 migration->features, most, feature->name, feature->psi.index);
}
