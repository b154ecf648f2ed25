#include "track/migration.h"

#include "algo/matching.h"
#include "algo/quality.h"
#include "data/columns.h"
#include "report/say.h"
#include "track/join.h"
#include "track/migration_inside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this share of the smaller table in both, the tables are hardly of the same customers. */
static const double COMMON_LEAST = 0.05;

/* So many more of the customers would have stayed under other numbers that these can't be meant to be the same. */
static const double MATCHED_MORE = 0.1;

/* --- reading --- */

enum cs_status cs_migration_name_table(enum cs_status status, const struct cs_table *table,
                                       struct cs_error *err) {
  char text[sizeof err->text];
  const char *source;
  uint64_t line;
  if ((status != CS_DATA && status != CS_USAGE) || cs_table_rows(table) == 0) return status;
  cs_table_where(table, 0, &source, &line);
  if (strncmp(err->text, source, strlen(source)) == 0) return status;
  snprintf(text, sizeof text, "%s", err->text);
  return cs_fail(err, status, "%s: %s", source, text);
}

static enum cs_status read_side(struct cs_migration_side *side, const struct cs_table *table,
                                const struct cs_migration_options *options, struct cs_error *err) {
  struct cs_join_side join = {.table = table};
  side->table = table;
  side->rows = cs_table_rows(table);
  if (side->rows == 0)
    return cs_table_fail(table, SIZE_MAX, SIZE_MAX, err, "there are no rows, so nobody can have moved");
  CS_TRY(cs_migration_name_table(cs_join_column(&join, options->id, err), table, err));
  side->id = join.id;
  return cs_migration_name_table(cs_labels_read(&side->labels, table, options->label, options->threads, err),
                                 table, err);
}

static enum cs_status find_by(const struct cs_migration *migration, const char *by, size_t column[CS_PERIODS],
                              struct cs_error *err) {
  for (int p = 0; p < CS_PERIODS; p++) {
    struct cs_columns found = CS_COLUMNS_INIT;
    enum cs_status status = cs_columns_find(&found, migration->side[p].table, by, "--by", err);
    if (status == CS_OK && found.count != 1)
      status = cs_fail(err, CS_USAGE, "--by must name one column, not %zu", found.count);
    if (status == CS_OK) column[p] = found.column[0];
    cs_columns_release(&found);
    CS_TRY(cs_migration_name_table(status, migration->side[p].table, err));
  }
  return CS_OK;
}

/* Without --by the first usual column that both tables have. */
static bool find_usual(const struct cs_migration *migration, size_t column[CS_PERIODS]) {
  static const char *const usual[] = {"total_spent", "spent_12m"};
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
    for (int p = 0; p < CS_PERIODS; p++)
      column[p] = cs_table_find(migration->side[p].table, cs_slice_of(usual[i]));
    if (column[CS_BEFORE] != SIZE_MAX && column[CS_NOW] != SIZE_MAX) return true;
  }
  return false;
}

static enum cs_status read_revenue(struct cs_migration *migration, const struct cs_migration_options *options,
                                   struct cs_error *err) {
  size_t column[CS_PERIODS];
  if (options->by)
    CS_TRY(find_by(migration, options->by, column, err));
  else if (!find_usual(migration, column))
    return CS_OK;
  for (int p = 0; p < CS_PERIODS; p++) {
    struct cs_migration_side *side = &migration->side[p];
    struct cs_decoded decoded = {.column = column[p]};
    CS_TRY(cs_table_decode(side->table, &decoded, 1, options->threads, err));
    side->revenue = decoded.value;
    if (!decoded.numeric)
      return cs_table_fail(side->table, decoded.bad_row, column[p], err,
                           decoded.bad_row == SIZE_MAX ? "every cell is missing"
                                                       : "not a number, and revenue is to be added up");
  }
  struct cs_slice name = cs_table_name(migration->side[CS_BEFORE].table, column[CS_BEFORE]);
  migration->by = cs_arena_copy(&migration->texts, name.data, name.len);
  return migration->by ? CS_OK : cs_fail_memory(err, (double)name.len, "a name");
}

/* --- joining --- */

static enum cs_status refuse_strangers(const struct cs_join_side *older, const struct cs_join_side *newer,
                                       struct cs_error *err) {
  struct cs_slice names[CS_PERIODS] = {cs_table_name(older->table, older->id),
                                       cs_table_name(newer->table, newer->id)};
  size_t nearly;
  CS_TRY(cs_join_nearly(older, newer, &nearly, err));
  if (nearly)
    return cs_fail(err, CS_DATA,
                   "the tables have no id in common (columns '%.*s', '%.*s'), but %zu would have without "
                   "leading zeros, '.0', case and blanks: write them the same way in both",
                   cs_columns_shown(names[0]), names[0].data, cs_columns_shown(names[1]), names[1].data,
                   nearly);
  return cs_fail(err, CS_DATA,
                 "the tables have no id in common (columns '%.*s', '%.*s'): --id names the column that tells "
                 "who is who in both",
                 cs_columns_shown(names[0]), names[0].data, cs_columns_shown(names[1]), names[1].data);
}

static enum cs_status join(struct cs_migration *migration, struct cs_notes *notes, struct cs_error *err) {
  const struct cs_migration_side *before = &migration->side[CS_BEFORE], *now = &migration->side[CS_NOW];
  const struct cs_join_side older = {before->table, before->id}, newer = {now->table, now->id};
  CS_TRY(cs_alloc(&migration->partner, now->rows, sizeof *migration->partner, "the customers", err));
  CS_TRY(cs_join_rows(&older, &newer, migration->partner, err));
  for (size_t i = 0; i < now->rows; i++) migration->joined += migration->partner[i] != CS_JOIN_NONE;
  if (!migration->joined) return refuse_strangers(&older, &newer, err);
  struct cs_slice names[CS_PERIODS] = {cs_table_name(before->table, before->id),
                                       cs_table_name(now->table, now->id)};
  if (!cs_slice_equal(names[CS_BEFORE], names[CS_NOW]))
    cs_note(notes, CS_NOTE_INFO, "joined '%.*s' with '%.*s'", cs_columns_shown(names[CS_BEFORE]),
            names[CS_BEFORE].data, cs_columns_shown(names[CS_NOW]), names[CS_NOW].data);
  size_t fewer = before->rows < now->rows ? before->rows : now->rows;
  if ((double)migration->joined < COMMON_LEAST * (double)fewer)
    cs_note(notes, CS_NOTE_WARNING,
            "only %zu of %zu ids are in both tables: are they the same customers, written the same way?",
            migration->joined, fewer);
  return CS_OK;
}

/* --- adding up --- */

/* A compensated sum (Neumaier 1974), for flows that grow row by row. */
struct sum {
  double sum, rest;
};

static void add(struct sum *to, double value) {
  if (isnan(value)) return;
  double sum = to->sum + value;
  to->rest += fabs(to->sum) >= fabs(value) ? (to->sum - sum) + value : (value - sum) + to->sum;
  to->sum = sum;
}

static double of(const struct sum *sum) {
  return sum->sum + sum->rest;
}

/* The mean revenue in OLD of each segment that was there. */
static enum cs_status find_means(struct cs_migration *migration, struct cs_error *err) {
  const struct cs_migration_side *side = &migration->side[CS_BEFORE];
  struct sum *sum;
  size_t *count;
  if (!side->revenue) return CS_OK;
  CS_TRY(cs_alloc(&sum, migration->k, sizeof *sum + sizeof *count, "the segments", err));
  count = (size_t *)(sum + migration->k);
  for (size_t i = 0; i < side->rows; i++) {
    add(&sum[side->labels.group[i]], side->revenue[i]);
    count[side->labels.group[i]] += !isnan(side->revenue[i]);
  }
  for (size_t s = 0; s < migration->k; s++)
    if (count[s]) migration->segment[s].mean = of(&sum[s]) / (double)count[s];
  free(sum);
  return CS_OK;
}

enum cs_move cs_migration_move(const struct cs_migration *migration, size_t from, size_t to) {
  if (from == migration->k) return CS_MOVE_CAME;
  if (to == migration->k) return CS_MOVE_LEFT;
  if (from == to) return CS_MOVE_STAYED;
  const struct cs_migration_segment *a = &migration->segment[from], *b = &migration->segment[to];
  if (a->noise || b->noise || isnan(a->mean) || isnan(b->mean) || a->mean == b->mean) return CS_MOVE_OTHER;
  return b->mean < a->mean ? CS_MOVE_DOWN : CS_MOVE_UP;
}

/* Calls for each customer, with his row in either table, CS_JOIN_NONE where he is in the other alone: those of NEW in its order, then those who
 * left, in the order of OLD. */
struct adding {
  struct cs_migration *migration;
  struct sum (*flow)[CS_PERIODS]; /* [k + 1][k + 1] */
};

static void add_customer(struct adding *adding, uint32_t before, uint32_t now) {
  struct cs_migration *m = adding->migration;
  const uint32_t row[CS_PERIODS] = {before, now};
  size_t at[CS_PERIODS];
  for (int p = 0; p < CS_PERIODS; p++)
    at[p] = row[p] == CS_JOIN_NONE ? m->k : m->side[p].labels.group[row[p]];
  size_t place = at[CS_BEFORE] * (m->k + 1) + at[CS_NOW];
  m->flow[place].customers++;
  for (int p = 0; p < CS_PERIODS; p++)
    if (row[p] != CS_JOIN_NONE && m->side[p].revenue)
      add(&adding->flow[place][p], m->side[p].revenue[row[p]]);
}

static enum cs_status add_customers(struct adding *adding, struct cs_error *err) {
  const struct cs_migration *m = adding->migration;
  unsigned char *stays;
  CS_TRY(cs_alloc(&stays, m->side[CS_BEFORE].rows, 1, "the customers", err));
  for (size_t i = 0; i < m->side[CS_NOW].rows; i++) {
    if (m->partner[i] != CS_JOIN_NONE) stays[m->partner[i]] = 1;
    add_customer(adding, m->partner[i], (uint32_t)i);
  }
  for (size_t i = 0; i < m->side[CS_BEFORE].rows; i++)
    if (!stays[i]) add_customer(adding, (uint32_t)i, CS_JOIN_NONE);
  free(stays);
  return CS_OK;
}

/* Revenue of a period that a flow has no part in isn't 0 but unknown. */
static void finish_flows(struct adding *adding) {
  struct cs_migration *m = adding->migration;
  struct sum move[CS_MOVES][CS_PERIODS] = {0};
  for (size_t from = 0; from <= m->k; from++)
    for (size_t to = 0; to <= m->k; to++) {
      size_t place = from * (m->k + 1) + to;
      enum cs_move what = cs_migration_move(m, from, to);
      m->move[what].customers += m->flow[place].customers;
      for (int p = 0; p < CS_PERIODS; p++) {
        bool there = m->by && (p == CS_BEFORE ? from : to) < m->k;
        m->flow[place].revenue[p] = there ? of(&adding->flow[place][p]) : NAN;
        add(&move[what][p], m->flow[place].revenue[p]);
      }
    }
  for (int what = 0; what < CS_MOVES; what++)
    for (int p = 0; p < CS_PERIODS; p++) {
      bool there = m->by && what != (p == CS_BEFORE ? CS_MOVE_CAME : CS_MOVE_LEFT);
      m->move[what].revenue[p] = there ? of(&move[what][p]) : NAN;
    }
}

static enum cs_status find_flows(struct cs_migration *migration, struct cs_error *err) {
  struct adding adding = {migration, NULL};
  size_t cells = (migration->k + 1) * (migration->k + 1);
  CS_TRY(cs_alloc(&migration->flow, cells, sizeof *migration->flow, "the flows", err));
  CS_TRY(cs_alloc(&adding.flow, cells, sizeof *adding.flow, "the flows", err));
  enum cs_status status = add_customers(&adding, err);
  if (status == CS_OK) finish_flows(&adding);
  free(adding.flow);
  return status;
}

/* --- agreement --- */

/* The segments of the joined rows: label[period][joined]. */
static void take_joined(const struct cs_migration *migration, uint32_t *label[CS_PERIODS]) {
  size_t count = 0;
  for (size_t i = 0; i < migration->side[CS_NOW].rows; i++) {
    if (migration->partner[i] == CS_JOIN_NONE) continue;
    label[CS_BEFORE][count] = migration->side[CS_BEFORE].labels.group[migration->partner[i]];
    label[CS_NOW][count++] = migration->side[CS_NOW].labels.group[i];
  }
}

/* How many customers the best pairing of segments keeps. */
static enum cs_status match(struct cs_migration *migration, uint32_t *const label[CS_PERIODS],
                            struct cs_error *err) {
  struct cs_contingency both = CS_CONTINGENCY_INIT;
  size_t *partner = NULL, k = migration->k;
  migration->matched = migration->move[CS_MOVE_STAYED].customers;
  if (k > CS_MATCHING_MOST) return CS_OK;
  CS_TRY(cs_contingency_make(&both, label[CS_NOW], k, label[CS_BEFORE], k, migration->joined, err));
  enum cs_status status = cs_alloc(&partner, k, sizeof *partner, "the segments", err);
  if (status == CS_OK) status = cs_matching_find(&both, partner, err);
  size_t kept = 0;
  for (size_t s = 0; status == CS_OK && s < k; s++)
    if (partner[s] != SIZE_MAX) kept += cs_contingency_at(&both, s, partner[s]);
  if (kept > migration->matched) migration->matched = kept;
  free(partner);
  cs_contingency_release(&both);
  return status;
}

static enum cs_status find_agreement(struct cs_migration *migration, struct cs_error *err) {
  uint32_t *label[CS_PERIODS] = {NULL, NULL};
  CS_TRY(cs_alloc(&label[CS_BEFORE], 2 * migration->joined, sizeof *label[0], "the customers", err));
  label[CS_NOW] = label[CS_BEFORE] + migration->joined;
  take_joined(migration, label);
  enum cs_status status = cs_rand_adjusted(label[CS_BEFORE], migration->k, label[CS_NOW], migration->k,
                                           migration->joined, &migration->rand, err);
  if (status == CS_OK) status = match(migration, label, err);
  free(label[CS_BEFORE]);
  return status;
}

/* --- what is strange --- */

bool cs_migration_renumbered(const struct cs_migration *migration) {
  size_t stayed = migration->move[CS_MOVE_STAYED].customers;
  return (double)(migration->matched - stayed) > MATCHED_MORE * (double)migration->joined;
}

static void warn_of_numbers(const struct cs_migration *migration, struct cs_notes *notes) {
  size_t stayed = migration->move[CS_MOVE_STAYED].customers, renamed = 0;
  for (size_t s = 0; s < migration->k; s++) renamed += cs_migration_renamed(&migration->segment[s]);
  if (cs_migration_renumbered(migration))
    cs_note(
        notes, CS_NOTE_WARNING,
        "the segments seem to be numbered anew: %zu of %zu customers have the same label, %zu would have it "
        "if segments kept that of most of their customers, as with --match of cs-kmeans and cs-dbscan",
        stayed, migration->joined, migration->matched);
  else if (renamed)
    cs_note(notes, CS_NOTE_INFO, "%zu segment%s goes on under another name", renamed, cs_plural(renamed));
}

static enum cs_status compute(struct cs_migration *migration, const struct cs_migration_options *options,
                              struct cs_notes *notes, struct cs_error *err) {
  CS_TRY(read_revenue(migration, options, err));
  CS_TRY(join(migration, notes, err));
  CS_TRY(cs_migration_find_segments(migration, err));
  CS_TRY(find_means(migration, err));
  CS_TRY(find_flows(migration, err));
  CS_TRY(find_agreement(migration, err));
  CS_TRY(cs_migration_find_drift(migration, options, notes, err));
  warn_of_numbers(migration, notes);
  return CS_OK;
}

enum cs_status cs_migration_compute(struct cs_migration *migration, const struct cs_table *older,
                                    const struct cs_table *newer, const struct cs_migration_options *options,
                                    struct cs_notes *notes, struct cs_error *err) {
  CS_TRY(read_side(&migration->side[CS_BEFORE], older, options, err));
  CS_TRY(read_side(&migration->side[CS_NOW], newer, options, err));
  return compute(migration, options, notes, err);
}

void cs_migration_release(struct cs_migration *migration) {
  for (int p = 0; p < CS_PERIODS; p++) {
    cs_labels_release(&migration->side[p].labels);
    free(migration->side[p].revenue);
  }
  free(migration->segment);
  free(migration->flow);
  free(migration->partner);
  free(migration->feature);
  cs_arena_release(&migration->texts);
  *migration = (struct cs_migration)CS_MIGRATION_INIT;
}
