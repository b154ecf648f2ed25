#include "report/report.h"

#include "base/parallel.h"
#include "data/columns.h"
#include "report/privacy.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- columns --- */

static bool begins(struct cs_slice name, const char *prefix) {
  return name.len >= strlen(prefix) && memcmp(name.data, prefix, strlen(prefix)) == 0;
}

/* What names a row, a rank or a place in another space describes no segment by its mean. */
static bool describes(struct cs_slice name) {
  return !cs_role_is_id(name) && !cs_role_is_truth(name) && !cs_role_is_cluster(name) &&
         !cs_role_is_fit(name) && !begins(name, "scaled__") && !begins(name, "pca__") &&
         !cs_slice_is(name, "rfm_cell");
}

/* Personal columns that weren't asked for. */
static enum cs_status leave_personal_out(struct cs_columns *left_out, const struct cs_table *table,
                                         const struct cs_report_options *options, struct cs_error *err) {
  struct cs_columns included = CS_COLUMNS_INIT;
  enum cs_status status = CS_OK;
  if (options->include) status = cs_columns_find(&included, table, options->include, "--include", err);
  for (size_t c = 0; status == CS_OK && c < cs_table_columns(table); c++)
    if (cs_is_personal(cs_table_name(table, c)) && !cs_columns_has(&included, c))
      status = cs_columns_add(left_out, c, err);
  cs_columns_release(&included);
  return status;
}

static enum cs_status candidates(const struct cs_table *table, size_t label,
                                 const struct cs_report_options *options, struct cs_columns *columns,
                                 struct cs_columns *left_out, struct cs_error *err) {
  enum cs_status status = CS_OK;
  if (options->exclude) status = cs_columns_find(left_out, table, options->exclude, "-x", err);
  if (status == CS_OK && options->id) status = cs_columns_find(left_out, table, options->id, "--id", err);
  if (status == CS_OK) status = leave_personal_out(left_out, table, options, err);
  if (status == CS_OK && options->features)
    status = cs_columns_find(columns, table, options->features, "-f", err);
  size_t count = options->features ? 0 : cs_table_columns(table);
  if (status == CS_OK)
    status = cs_grow(&columns->column, &columns->capacity, columns->count + count, sizeof *columns->column,
                     "the columns", err);
  for (size_t c = 0; status == CS_OK && c < count; c++)
    if (describes(cs_table_name(table, c))) columns->column[columns->count++] = c;
  size_t kept = 0;
  for (size_t i = 0; status == CS_OK && i < columns->count; i++)
    if (columns->column[i] != label && !cs_columns_has(left_out, columns->column[i]))
      columns->column[kept++] = columns->column[i];
  columns->count = kept;
  return status;
}

size_t cs_report_column(const struct cs_report *report, const char *name) {
  for (size_t j = 0; j < report->profile.d; j++)
    if (strcmp(report->column[j].name, name) == 0) return j;
  return SIZE_MAX;
}

/* The numeric ones of the decoded columns; value[] takes them over. */
static enum cs_status take_numeric(struct cs_report *report, const struct cs_table *table,
                                   struct cs_decoded *decoded, size_t count, double **value, size_t *d,
                                   struct cs_error *err) {
  CS_TRY(cs_alloc(&report->column, count, sizeof *report->column, "the columns", err));
  for (size_t i = 0; i < count; i++) {
    if (!decoded[i].value) continue;
    struct cs_slice name = cs_table_name(table, decoded[i].column);
    struct cs_report_column *column = &report->column[*d];
    column->name = cs_arena_copy(&report->texts, name.data, name.len);
    if (!column->name) return cs_fail_memory(err, (double)name.len, "a name");
    value[(*d)++] = decoded[i].value;
    decoded[i].value = NULL;
  }
  return CS_OK;
}

/* Of money all figures have the same decimals: cents where half the values are below 100. */
static void say_columns(struct cs_report *report) {
  const struct cs_profile *profile = &report->profile;
  for (size_t j = 0; j < profile->d; j++) {
    struct cs_report_column *column = &report->column[j];
    struct cs_known_column known = cs_known_column(column->name);
    double middle = fabs(cs_profile_at(profile, profile->k, j)->median);
    int decimals = cs_say_decimals(profile->deviation[j]);
    column->title = known.title ? known.title : column->name;
    column->mean = column->median = (struct cs_saying){known.unit, decimals, report->currency};
    if (known.unit == CS_UNIT_MONEY) column->mean.decimals = column->median.decimals = middle < 100 ? 2 : 0;
    if (known.unit == CS_UNIT_DAYS) column->mean.decimals = column->median.decimals = 0;
    if (known.unit == CS_UNIT_COUNT || known.unit == CS_UNIT_SCORE)
      column->mean.decimals = 1, column->median.decimals = 0;
    if (strcmp(column->name, "expected_orders_12m") == 0) column->median.decimals = 1;
  }
}

/* --- what people look at first --- */

static const char *const customer_keys[] = {
    "total_spent",
    "total_transactions",
    "days_since_last_purchase",
    "spent_12m",
    "avg_transaction_value",
    "tenure_days",
    "purchase_interval",
    "discount_share",
    "category_count",
    "clv_advanced",
    "churn_risk",
    "engagement_score",
};

static int by_place(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

static void choose_keys(struct cs_report *report) {
  if (!report->customers) {
    report->keys = cs_profile_strongest(&report->profile, -1, CS_KEYS_MOST, report->key);
    qsort(report->key, report->keys, sizeof *report->key, by_place);
    return;
  }
  for (size_t i = 0; i < sizeof customer_keys / sizeof *customer_keys; i++) {
    size_t j = cs_report_column(report, customer_keys[i]);
    if (j != SIZE_MAX && cs_profile_at(&report->profile, report->profile.k, j)->count)
      report->key[report->keys++] = j;
  }
}

static void find_rfm(struct cs_report *report, double *const *value, size_t n) {
  size_t r = cs_report_column(report, "rfm_recency"), f = cs_report_column(report, "rfm_frequency");
  struct cs_rfm_counts *grid = &report->rfm;
  if (!report->customers || r == SIZE_MAX || f == SIZE_MAX) return;
  for (size_t i = 0; i < n; i++) {
    double recency = value[r][i], frequency = value[f][i], spend = value[report->revenue][i];
    if (!(recency >= 1 && recency <= CS_SCORES && frequency >= 1 && frequency <= CS_SCORES)) continue;
    size_t a = (size_t)recency - 1, b = (size_t)frequency - 1;
    grid->there = true;
    grid->count[a][b]++;
    if (!isnan(spend)) grid->spend[a][b] += spend;
  }
}

/* Insights, and the distribution of each key column: side by side. */
struct closer {
  struct cs_report *report;
  size_t n;
  enum cs_status status[CS_KEYS_MOST + 1];
  struct cs_error err[CS_KEYS_MOST + 1];
};

static enum cs_status find_distribution(struct cs_report *report, size_t key, size_t n,
                                        struct cs_error *err) {
  size_t j = report->key[key], k = report->labels.k;
  return cs_distribution_find(&report->distribution[key], cs_profile_at(&report->profile, k, j),
                              report->column[j].value, report->labels.group, n, k, err);
}

static enum cs_status find_insights(struct cs_report *report, size_t n, struct cs_error *err) {
  const struct cs_report_column *column = report->column;
  if (!report->customers) return CS_OK;
  return cs_insights_find(&report->insights, column[report->revenue].value, column[report->orders].value,
                          column[report->recency].value, n, err);
}

static void find_one(void *context, size_t piece, int thread) {
  struct closer *closer = context;
  (void)thread;
  closer->status[piece] = piece == 0
                              ? find_insights(closer->report, closer->n, &closer->err[0])
                              : find_distribution(closer->report, piece - 1, closer->n, &closer->err[piece]);
}

/* What is computed of single values; those of key columns stay. */
static enum cs_status look_closer(struct cs_report *report, double **value, size_t n, int threads,
                                  struct cs_error *err) {
  report->revenue = cs_report_column(report, "total_spent");
  report->orders = cs_report_column(report, "total_transactions");
  report->recency = cs_report_column(report, "days_since_last_purchase");
  report->customers =
      report->revenue != SIZE_MAX && report->orders != SIZE_MAX && report->recency != SIZE_MAX;
  say_columns(report);
  choose_keys(report);
  find_rfm(report, value, n);
  for (size_t i = 0; i < report->keys; i++) {
    report->column[report->key[i]].value = value[report->key[i]];
    value[report->key[i]] = NULL;
  }
  struct closer closer = {.report = report, .n = n};
  cs_parallel(threads, report->keys + 1, find_one, &closer);
  for (size_t i = 0; i <= report->keys; i++)
    if (closer.status[i] != CS_OK) return cs_fail(err, closer.status[i], "%s", closer.err[i].text);
  return CS_OK;
}

static enum cs_status describe(struct cs_report *report, const struct cs_table *table,
                               const struct cs_columns *columns, int threads, struct cs_error *err) {
  struct cs_decoded *decoded = NULL;
  double **value = NULL;
  size_t d = 0, n = cs_table_rows(table);
  enum cs_status status = cs_alloc(&decoded, columns->count, sizeof *decoded, "the columns", err);
  if (status == CS_OK) status = cs_alloc(&value, columns->count, sizeof *value, "the columns", err);
  for (size_t i = 0; status == CS_OK && i < columns->count; i++) decoded[i].column = columns->column[i];
  if (status == CS_OK) status = cs_table_decode(table, decoded, columns->count, threads, err);
  if (status == CS_OK) status = take_numeric(report, table, decoded, columns->count, value, &d, err);
  if (status == CS_OK)
    status =
        cs_profile_make(&report->profile, n, report->labels.group, report->labels.k, value, d, threads, err);
  if (status == CS_OK) status = look_closer(report, value, n, threads, err);
  for (size_t j = 0; j < d; j++) free(value[j]);
  for (size_t i = 0; decoded && i < columns->count; i++) free(decoded[i].value);
  free(value);
  free(decoded);
  return status;
}

/* --- the whole --- */

/* What isn't shown doesn't place the rows either: the columns by their positions, as names may hold commas. */
static enum cs_status list_left_out(const struct cs_columns *left_out, struct cs_str *list,
                                    struct cs_error *err) {
  for (size_t i = 0; i < left_out->count; i++)
    cs_str_add_format(list, "%s%zu", i ? "," : "", left_out->column[i] + 1);
  return cs_str_check(list, "the columns", err);
}

static enum cs_status find_plane(struct cs_report *report, const struct cs_table *table,
                                 const struct cs_columns *left_out, const struct cs_report_options *options,
                                 struct cs_notes *notes, struct cs_error *err) {
  struct cs_str list = CS_STR_INIT;
  CS_TRY(list_left_out(left_out, &list, err));
  const struct cs_plane_options how = {.model = report->evidence.model,
                                       .model_path = options->model,
                                       .exclude = left_out->count ? cs_str_text(&list) : NULL,
                                       .id = options->id,
                                       .points = options->points,
                                       .typical = options->typical,
                                       .threads = options->threads};
  enum cs_status status = cs_plane_find(&report->plane, table, &report->labels, &how, notes, err);
  cs_str_release(&list);
  return status;
}

/* The first column of ids that --include names, or SIZE_MAX. */
static enum cs_status find_id(const struct cs_table *table, const struct cs_report_options *options,
                              size_t *id, struct cs_error *err) {
  struct cs_columns included = CS_COLUMNS_INIT, named = CS_COLUMNS_INIT;
  *id = SIZE_MAX;
  if (!options->include) return CS_OK;
  enum cs_status status = cs_columns_find(&included, table, options->include, "--include", err);
  if (status == CS_OK && options->id) status = cs_columns_find(&named, table, options->id, "--id", err);
  for (size_t i = included.count; status == CS_OK && i > 0; i--) {
    size_t column = included.column[i - 1];
    if (cs_role_is_id(cs_table_name(table, column)) || cs_columns_has(&named, column)) *id = column;
  }
  cs_columns_release(&included);
  cs_columns_release(&named);
  return status;
}

/* Of the rows that stand for all. */
static enum cs_status read_ids(struct cs_report *report, const struct cs_table *table, size_t column,
                               struct cs_error *err) {
  struct cs_str scratch = CS_STR_INIT;
  enum cs_status status = cs_alloc(&report->id, report->plane.count, sizeof *report->id, "the ids", err);
  for (size_t p = 0; status == CS_OK && p < report->plane.count; p++) {
    struct cs_slice cell;
    cs_str_clear(&scratch);
    status = cs_table_cells(table, report->plane.row[p], &column, 1, &cell, &scratch, err);
    if (status == CS_OK && !(report->id[p] = cs_arena_copy(&report->texts, cell.data, cell.len)))
      status = cs_fail_memory(err, (double)cell.len, "the ids");
  }
  cs_str_release(&scratch);
  return status;
}

static enum cs_status take_ids(struct cs_report *report, const struct cs_table *table,
                               const struct cs_report_options *options, struct cs_error *err) {
  size_t column;
  CS_TRY(find_id(table, options, &column, err));
  return column == SIZE_MAX ? CS_OK : read_ids(report, table, column, err);
}

enum cs_status cs_report_make(struct cs_report *report, const struct cs_table *table,
                              const struct cs_report_options *options, struct cs_notes *notes,
                              struct cs_error *err) {
  struct cs_columns columns = CS_COLUMNS_INIT, left_out = CS_COLUMNS_INIT;
  report->currency = options->currency;
  if (cs_table_rows(table) == 0)
    return cs_fail(err, CS_DATA, "there are no rows, so there is nothing to report");
  CS_TRY(cs_labels_read(&report->labels, table, options->label, options->threads, err));
  enum cs_status status = candidates(table, report->labels.column, options, &columns, &left_out, err);
  if (status == CS_OK) status = describe(report, table, &columns, options->threads, err);
  if (status == CS_OK && report->profile.d == 0)
    cs_note(notes, CS_NOTE_WARNING, "no numeric column describes the clusters: only their sizes are shown");
  if (status == CS_OK && options->points)
    status =
        cs_categories_find(&report->categories, table, &report->labels, &left_out, options->threads, err);
  if (status == CS_OK && options->points) status = find_plane(report, table, &left_out, options, notes, err);
  if (status == CS_OK && options->points) status = take_ids(report, table, options, err);
  cs_columns_release(&columns);
  cs_columns_release(&left_out);
  return status;
}

void cs_report_release(struct cs_report *report) {
  for (size_t j = 0; report->column && j < report->profile.d; j++) free(report->column[j].value);
  for (size_t i = 0; i < report->keys; i++) cs_distribution_release(&report->distribution[i]);
  free(report->column);
  free(report->id);
  cs_labels_release(&report->labels);
  cs_profile_release(&report->profile);
  cs_categories_release(&report->categories);
  cs_plane_release(&report->plane);
  cs_evidence_release(&report->evidence);
  cs_arena_release(&report->texts);
  *report = (struct cs_report)CS_REPORT_INIT;
}
