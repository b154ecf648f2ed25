#include "prep/prep.h"

#include "base/date.h"
#include "base/memory.h"
#include "data/model.h"
#include "prep/aggregate.h"
#include "prep/engagement.h"
#include "prep/merged.h"
#include "prep/ordertable.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Spans that differ by more than this part are told. */
static const double span_differs = 0.1;

void cs_prep_release(struct cs_prep *prep) {
  cs_map_release(&prep->known);
  free(prep->known_row);
  cs_orders_release(&prep->orders);
  cs_customers_release(&prep->customers);
  cs_scoring_release(&prep->scoring);
  cs_basis_release(&prep->basis);
  cs_outliers_release(&prep->outliers);
  cs_audit_release(&prep->audit);
  cs_table_free(prep->made);
  free(prep->bad_customers.row);
  free(prep->loaded_window);
}

static void name_column(struct cs_audit *audit, const char *role, size_t column, struct cs_slice formula) {
  if (column == CS_NO_COLUMN || audit->named_count == CS_NAMED_MAX) return;
  if (column != CS_COMPUTED) formula.data = NULL;
  audit->named[audit->named_count++] = (struct cs_named){role, column, formula};
}

static void name_columns(struct cs_audit *audit, const struct cs_table *table,
                         const struct cs_mapping *mapping) {
  bool merged = mapping->kind == CS_TABLE_MERGED;
  audit->table = table;
  for (int i = 0; i < (merged ? CS_ROLE_CUSTOMER + 1 : CS_ROLES); i++)
    name_column(audit, cs_role_name((enum cs_role)i), mapping->column[i], mapping->amount);
  for (int i = 0; merged && i < CS_AGGREGATES; i++)
    name_column(audit, cs_aggregate_name((enum cs_aggregate)i), mapping->aggregate[i], mapping->formula[i]);
}

/* --- reading --- */

static enum cs_status reject(struct cs_rejects *rejects, const struct cs_table *table,
                             struct cs_bad_rows *bad, struct cs_error *err) {
  enum cs_status status = rejects ? cs_rejects_write(rejects, table, bad->row, bad->count, err) : CS_OK;
  bad->count = 0;
  return status;
}

/* The parts from the one that is there to the last. */
static enum cs_status read_parts(struct cs_prep *prep, struct cs_orders_reader *reader,
                                 const struct cs_prep_input *input, struct cs_rejects *rejects,
                                 struct cs_error *err) {
  bool more = true;
  while (more) {
    bool keep = rejects && cs_rejects_need_all(rejects, input->table);
    CS_TRY(cs_orders_next(reader, &keep, err));
    if (!keep) CS_TRY(reject(rejects, input->table, &prep->orders.bad, err));
    CS_TRY(input->next(input->context, keep, &more, err));
  }
  return cs_orders_end(reader, err);
}

/* Whatever waits comes last. */
static enum cs_status read_orders(struct cs_prep *prep, const struct cs_prep_input *input,
                                  const struct cs_mapping *mapping, const struct cs_map *known,
                                  const struct cs_orders_options *options, struct cs_rejects *rejects,
                                  struct cs_error *err) {
  struct cs_orders_reader *reader;
  CS_TRY(cs_orders_begin(&reader, &prep->orders, input->table, mapping, options, known, &prep->audit, err));
  enum cs_status status = read_parts(prep, reader, input, rejects, err);
  cs_orders_reader_free(reader);
  if (status != CS_OK) return status;
  name_columns(&prep->audit, input->table, &prep->orders.mapping);
  return reject(rejects, input->table, &prep->orders.bad, err);
}

static enum cs_status read_whole(const struct cs_prep_input *input, struct cs_error *err) {
  bool more = true;
  while (more) CS_TRY(input->next(input->context, true, &more, err));
  return CS_OK;
}

/* A table of customers and one of their orders. --map names the orders' columns; the customers' id is recognised, or
 * told by --id. */
static enum cs_status read_both(struct cs_prep *prep, const struct cs_prep_input *transactions,
                                const struct cs_orders_options *options, struct cs_rejects *rejects,
                                struct cs_error *err) {
  struct cs_mapping mapping;
  struct cs_orders_options of_orders = *options;
  bool more;
  of_orders.id = NULL;
  CS_TRY(cs_mapping_find(&prep->mapping, prep->table, NULL, options->id, err));
  if (prep->mapping.kind == CS_TABLE_MERGED)
    return cs_fail(err, CS_USAGE,
                   "the customers have their purchases added up already: --transactions would do it twice");
  CS_TRY(transactions->next(transactions->context, false, &more, err));
  CS_TRY(cs_mapping_find(&mapping, transactions->table, options->map, NULL, err));
  if (mapping.kind != CS_TABLE_ORDERS)
    return cs_mapping_fail(&mapping, transactions->table, err,
                           "--transactions: no column was recognised as the date");
  CS_TRY(cs_plain_read(&prep->known, &prep->known_row, prep->table, prep->mapping.column[CS_ROLE_CUSTOMER],
                       &prep->bad_customers, &prep->audit, err));
  prep->result = prep->table;
  return read_orders(prep, transactions, &mapping, &prep->known, &of_orders, rejects, err);
}

enum cs_status cs_prep_read(struct cs_prep *prep, const struct cs_prep_input *input,
                            const struct cs_prep_input *transactions, const struct cs_orders_options *options,
                            struct cs_rejects *rejects, struct cs_error *err) {
  bool more;
  prep->table = input->table;
  CS_TRY(input->next(input->context, false, &more, err));
  if (transactions) {
    CS_TRY(read_whole(input, err));
    return read_both(prep, transactions, options, rejects, err);
  }
  CS_TRY(cs_mapping_find(&prep->mapping, input->table, options->map, options->id, err));
  if (prep->mapping.kind == CS_TABLE_ORDERS)
    return read_orders(prep, input, &prep->mapping, NULL, options, rejects, err);
  CS_TRY(read_whole(input, err));
  return cs_mapping_find(&prep->mapping, input->table, options->map, options->id, err);
}

/* --- adding up --- */

/* Orders alone: the customers are made of them. */
static enum cs_status add_up_orders(struct cs_prep *prep, const struct cs_orders_options *options,
                                    struct cs_error *err) {
  CS_TRY(cs_orders_aggregate(&prep->orders, &prep->customers, options->threads, &prep->audit, err));
  if (prep->known_row)
    return cs_orders_join(&prep->customers, prep->known_row, prep->known.count, prep->table, err);
  prep->made = cs_table_new();
  if (!prep->made) return cs_fail_memory(err, 0, "a table");
  prep->result = prep->made;
  return cs_orders_begin_table(&prep->orders, &prep->customers, prep->made, options->threads, err);
}

static enum cs_status read_merged(struct cs_prep *prep, const struct cs_orders_options *options,
                                  struct cs_rejects *rejects, struct cs_error *err) {
  if (prep->mapping.kind != CS_TABLE_MERGED)
    return cs_mapping_fail(
        &prep->mapping, prep->table, err,
        "there are customers but no purchases: no date of orders, and no totals of customers "
        "(--transactions FILE gives the orders of these customers)");
  if (options->keep)
    return cs_fail(err, CS_USAGE, "--keep is for orders; the columns of customers are kept anyway");
  if (options->has_calibration_end || options->has_window)
    return cs_fail(err, CS_USAGE, "%s is for orders; what is added up already can't be cut by date",
                   options->has_window ? "--window" : "--calibration-end");
  name_columns(&prep->audit, prep->table, &prep->mapping);
  prep->result = prep->table;
  CS_TRY(cs_merged_read(&prep->customers, prep->table, &prep->mapping, options, &prep->bad_customers,
                        &prep->audit, err));
  return reject(rejects, prep->table, &prep->bad_customers, err);
}

static bool has_orders(const struct cs_prep *prep) {
  return prep->known_row || prep->mapping.kind == CS_TABLE_ORDERS;
}

static void add_up_gross(struct cs_prep *prep) {
  const double *gross = prep->customers.value[CS_FEATURE_GROSS];
  struct cs_money sum = CS_MONEY_INIT;
  if (!gross || !has_orders(prep)) return;
  for (size_t i = 0; i < prep->customers.n; i++)
    if (!isnan(gross[i])) cs_money_add(&sum, gross[i]);
  prep->audit.gross_written = cs_money_value(&sum);
}

enum cs_status cs_prep_add_up(struct cs_prep *prep, const struct cs_orders_options *options,
                              struct cs_rejects *rejects, struct cs_error *err) {
  CS_TRY(has_orders(prep) ? add_up_orders(prep, options, err) : read_merged(prep, options, rejects, err));
  add_up_gross(prep);
  return cs_customers_derive(&prep->customers, options->threads, err);
}

/* The days that what was added up spans; 0 where nothing is dated. */
static int64_t span_of(const struct cs_prep *prep) {
  const struct cs_customers *customers = &prep->customers;
  int64_t first = prep->audit.dates.first;
  if (!prep->audit.dates.known) return 0;
  if (prep->window && prep->orders.begin > first) first = prep->orders.begin;
  return customers->end - first + 1;
}

static double holdout_days(const struct cs_prep *prep) {
  const struct cs_orders *orders = &prep->orders;
  return orders->has_holdout && orders->data_end > orders->end ? (double)(orders->data_end - orders->end) : 0;
}

/* Outliers to be dropped are gone before anything else is learnt or applied, as if they had not been there. */
static enum cs_status mark_outliers(struct cs_prep *prep, struct cs_error *err) {
  struct cs_customers *customers = &prep->customers;
  struct cs_audit *audit = &prep->audit;
  struct cs_money left = CS_MONEY_INIT;
  if (prep->marked) return CS_OK;
  prep->marked = true;
  CS_TRY(cs_outliers_mark(&prep->outliers, customers, prep->result, err));
  cs_outliers_account(&prep->outliers, audit);
  if (!cs_outliers_drop(&prep->outliers)) return CS_OK;
  const double *spent = customers->value[CS_FEATURE_SPENT];
  for (size_t i = 0; spent && i < customers->n; i++)
    if (!isnan(spent[i])) cs_money_add(&left, spent[i]);
  audit->customers.dropped = prep->outliers.dropped;
  audit->customers.written -= prep->outliers.dropped;
  audit->net_written = cs_money_value(&left);
  add_up_gross(prep);
  struct cs_stage *stage = cs_audit_stage(audit, "outlier");
  stage->rejected = prep->mapping.kind == CS_TABLE_MERGED ? prep->outliers.dropped : 0;
  stage->customers = audit->customers.written;
  stage->revenue = left;
  return CS_OK;
}

/* What rests on the model: before the basis is learnt, since that may name any of it. */
static enum cs_status describe(struct cs_prep *prep, const struct cs_prep_options *options,
                               struct cs_error *err) {
  double days = holdout_days(prep);
  if (prep->described) return CS_OK;
  prep->described = true;
  if (prep->customers.make & CS_MAKE_RFM) CS_TRY(cs_scoring_apply(&prep->scoring, &prep->customers, err));
  if (prep->customers.make & CS_MAKE_CLV)
    CS_TRY(cs_clv_apply(&prep->clv, &prep->customers, &options->clv, days, err));
  CS_TRY(cs_holdout_judge(&prep->holdout, &prep->customers, days, err));
  return prep->customers.make & CS_MAKE_ENGAGEMENT ? cs_engagement_apply(&prep->customers, err) : CS_OK;
}

enum cs_status cs_prep_fit(struct cs_prep *prep, const struct cs_prep_options *options,
                           struct cs_notes *notes, struct cs_error *err) {
  CS_TRY(cs_outliers_fit(&prep->outliers, &prep->customers, prep->result, options->basis, notes, err));
  CS_TRY(mark_outliers(prep, err));
  bool scored = options->saved || prep->customers.make & CS_MAKE_RFM;
  CS_TRY(cs_scoring_fit(&prep->scoring, &prep->customers, scored, notes, err));
  if (prep->customers.make & CS_MAKE_CLV)
    CS_TRY(cs_clv_fit(&prep->clv, &prep->customers, &options->clv, notes, err));
  CS_TRY(describe(prep, options, err));
  return cs_basis_fit(&prep->basis, &prep->customers, prep->result, options->basis, options->threads, notes,
                      err);
}

static enum cs_status load_window(struct cs_prep *prep, const struct cs_node *model, struct cs_error *err) {
  const char *text = cs_node_text(cs_node_get(model, "window"), NULL);
  if (!text) return CS_OK;
  CS_TRY(cs_alloc(&prep->loaded_window, strlen(text) + 1, 1, "a model", err));
  memcpy(prep->loaded_window, text, strlen(text));
  prep->window = prep->loaded_window;
  return CS_OK;
}

enum cs_status cs_prep_load(struct cs_prep *prep, const struct cs_node *model, const char *path,
                            struct cs_error *err) {
  CS_TRY(cs_scoring_get(&prep->scoring, model, path, err));
  CS_TRY(cs_clv_get(&prep->clv, model, path, err));
  if (prep->clv.model != CS_CLV_NONE) prep->customers.unit_days = prep->clv.unit_days;
  CS_TRY(cs_outliers_get(&prep->outliers, model, path, err));
  CS_TRY(load_window(prep, model, err));
  prep->model_span = (int64_t)cs_node_number(cs_node_get(model, "span_days"), 0);
  return cs_basis_get(&prep->basis, model, path, err);
}

static void compare_spans(const struct cs_prep *prep, struct cs_notes *notes) {
  double span = (double)span_of(prep), model = (double)prep->model_span;
  if (span <= 0 || model <= 0 || fabs(span - model) <= span_differs * model) return;
  cs_note(
      notes, CS_NOTE_WARNING,
      "the data span %.0f days, those of the model %.0f: totals grow with the span, so scores and segments "
      "shift; a model made with --window has spans that are equal",
      span, model);
}

enum cs_status cs_prep_apply(struct cs_prep *prep, const struct cs_prep_options *options,
                             struct cs_notes *notes, struct cs_error *err) {
  size_t filled;
  compare_spans(prep, notes);
  CS_TRY(mark_outliers(prep, err));
  CS_TRY(describe(prep, options, err));
  if (prep->customers.make & CS_MAKE_RFM) prep->audit.scoring = &prep->scoring;
  CS_TRY(cs_customers_give(&prep->customers, prep->result, err));
  CS_TRY(cs_outliers_add_column(&prep->outliers, prep->result, err));
  CS_TRY(cs_basis_apply(&prep->basis, &prep->customers, prep->result, options->threads, &filled, err));
  if (filled) cs_audit_cell(&prep->audit, "scaled__*", filled, 0);
  return CS_OK;
}

void cs_prep_add(const struct cs_prep *prep, struct cs_node *model) {
  char as_of[CS_DATE_TEXT];
  cs_date_print(prep->customers.as_of, as_of);
  cs_node_add_text(model, "as_of", prep->audit.dates.known ? as_of : NULL);
  cs_node_add_text(model, "window", prep->window);
  cs_node_add_integer(model, "span_days", span_of(prep));
  cs_scoring_add(&prep->scoring, model);
  cs_clv_add(&prep->clv, &prep->holdout, model);
  cs_outliers_add(&prep->outliers, model);
  cs_basis_add(&prep->basis, model);
}

void cs_prep_describe(const struct cs_prep *prep, struct cs_str *text) {
  const struct cs_audit *audit = &prep->audit;
  cs_str_add_format(text, "%llu row%s", (unsigned long long)audit->rows, audit->rows == 1 ? "" : "s");
  const char *before = ": ";
  for (size_t i = 0; i < audit->stages; i++) {
    if (!audit->stage[i].rejected) continue;
    cs_str_add_format(text, "%s%s %llu", before, audit->stage[i].rule,
                      (unsigned long long)audit->stage[i].rejected);
    before = ", ";
  }
}

enum cs_status cs_prep_check(const struct cs_prep *prep, double most, struct cs_error *err) {
  const struct cs_audit *audit = &prep->audit;
  uint64_t bad = cs_audit_bad(audit);
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = CS_OK;
  cs_prep_describe(prep, &text);
  if ((double)bad > most / 100 * (double)audit->rows)
    status = cs_fail(err, CS_DATA, "%llu of %llu rows are bad, more than --max-bad %g %%: %s",
                     (unsigned long long)bad, (unsigned long long)audit->rows, most, cs_str_text(&text));
  else if (audit->rows && !audit->customers.written)
    status = cs_fail(err, CS_DATA, "no customer has an order left: %s", cs_str_text(&text));
  cs_str_release(&text);
  return status;
}
