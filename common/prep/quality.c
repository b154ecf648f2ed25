#include "prep/quality.h"

#include "base/date.h"
#include "data/document.h"
#include "prep/scoring.h"

#include <string.h>

void cs_audit_release(struct cs_audit *audit) {
  cs_emails_release(&audit->emails);
  cs_notes_release(&audit->warnings);
}

struct cs_stage *cs_audit_stage(struct cs_audit *audit, const char *rule) {
  for (size_t i = 0; i < audit->stages; i++)
    if (strcmp(audit->stage[i].rule, rule) == 0) return &audit->stage[i];
  size_t last = audit->stages < CS_STAGES_MAX ? audit->stages++ : CS_STAGES_MAX - 1;
  audit->stage[last] = (struct cs_stage){.rule = rule, .revenue = CS_MONEY_INIT};
  return &audit->stage[last];
}

void cs_stage_place(struct cs_stage *stage, uint64_t row, const char *source, uint64_t line) {
  cs_places_add(&stage->places, row, source, line);
}

void cs_audit_end_emails(struct cs_audit *audit) {
  audit->shared = cs_emails_count(&audit->emails);
  if (audit->shared.emails)
    cs_note(&audit->warnings, CS_NOTE_WARNING,
            "%llu e-mail address%s shared by %llu customers: one person with several ids, or no address of a "
            "person",
            (unsigned long long)audit->shared.emails, audit->shared.emails == 1 ? " is" : "es are",
            (unsigned long long)audit->shared.customers);
}

/* Rounding must not make almost all of what is all. */
double cs_audit_coverage(const struct cs_audit *audit) {
  double all = audit->revenue.gross + audit->guests.revenue + audit->strangers.revenue;
  if (audit->cut && (audit->guests.rows || audit->strangers.rows)) return NAN;
  return audit->has_revenue && all > 0 ? cs_money_snap(audit->gross_written / all, 1) : NAN;
}

/* The last rule before those of time leaves all that customers bought. */
double cs_audit_guest_share(const struct cs_audit *audit) {
  double all = audit->guests.revenue + audit->strangers.revenue;
  for (size_t i = 0; i < audit->stages; i++)
    if (strcmp(audit->stage[i].rule, "duplicate") == 0) all += cs_money_value(&audit->stage[i].revenue);
  return audit->has_revenue && all > 0 ? cs_money_snap(audit->guests.revenue / all, 1) : NAN;
}

void cs_audit_cell(struct cs_audit *audit, const char *column, uint64_t filled, uint64_t corrected) {
  size_t i = 0;
  while (i < audit->cell_columns && strcmp(audit->cells[i].column, column) != 0) i++;
  if (i == CS_CELLS_MAX) return;
  if (i == audit->cell_columns) audit->cells[audit->cell_columns++].column = column;
  audit->cells[i].filled += filled;
  audit->cells[i].corrected += corrected;
}

uint64_t cs_audit_bad(const struct cs_audit *audit) {
  uint64_t bad = 0;
  for (size_t i = 0; i < audit->stages; i++)
    if (audit->stage[i].bad) bad += audit->stage[i].rejected;
  return bad;
}

/* The largest sum of money. All are written to the 14th digit of it and not to the cent, since prices may have parts of
 * one: what adds up must do so in the file, too. */
static double largest_sum(const struct cs_audit *audit) {
  double largest = fmax(audit->guests.revenue, audit->strangers.revenue);
  largest = fmax(largest, fmax(audit->revenue.gross, audit->revenue.refunded));
  for (size_t i = 0; i < audit->stages; i++)
    largest = fmax(largest, fabs(cs_money_value(&audit->stage[i].revenue)));
  return largest;
}

static void add_money(struct cs_node *node, const char *key, const struct cs_audit *audit, double value) {
  if (audit->has_revenue)
    cs_node_add_number(node, key, cs_money_snap(value, largest_sum(audit)));
  else
    cs_node_add_null(node, key);
}

static void add_places(struct cs_node *node, const char *key, const struct cs_places *places) {
  struct cs_node *lines = cs_node_add_array(node, key);
  struct cs_str text = CS_STR_INIT;
  for (size_t i = 0; i < places->count; i++) {
    cs_str_clear(&text);
    cs_str_add_format(&text, "%s:%llu", places->place[i].source, (unsigned long long)places->place[i].line);
    cs_node_add_name(lines, NULL, &text);
  }
  cs_str_release(&text);
}

static void add_stages(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *stages = cs_node_add_array(root, "stages");
  uint64_t rows = audit->rows;
  for (size_t i = 0; i < audit->stages; i++) {
    const struct cs_stage *stage = &audit->stage[i];
    struct cs_node *node = cs_node_add_object(stages, NULL);
    cs_node_add_text(node, "rule", stage->rule);
    cs_node_add_integer(node, "rows_in", (int64_t)rows);
    cs_node_add_integer(node, "rejected", (int64_t)stage->rejected);
    rows -= stage->rejected;
    cs_node_add_integer(node, "rows_out", (int64_t)rows);
    cs_node_add_integer(node, "customers", (int64_t)stage->customers);
    add_money(node, "revenue", audit, cs_money_value(&stage->revenue));
    cs_node_add_bool(node, "bad", stage->bad);
    add_places(node, "lines", &stage->places);
  }
}

static void add_columns(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *columns = cs_node_add_object(root, "columns");
  for (size_t i = 0; i < audit->named_count; i++) {
    const struct cs_named *named = &audit->named[i];
    cs_node_add_slice(columns, named->role,
                      named->formula.data ? named->formula : cs_table_name(audit->table, named->column));
  }
}

static void add_date(struct cs_node *node, const char *key, int64_t day) {
  char text[CS_DATE_TEXT];
  cs_date_print(day, text);
  cs_node_add_text(node, key, text);
}

static void add_dates(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *dates = cs_node_add_object(root, "dates");
  if (!audit->dates.known) return;
  add_date(dates, "first", audit->dates.first);
  add_date(dates, "last", audit->dates.last);
  cs_node_add_integer(dates, "days", audit->dates.last - audit->dates.first + 1);
  add_date(dates, "as_of", audit->dates.as_of);
  cs_node_add_text(dates, "read_as", audit->dates.order);
}

static void add_numbers(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *numbers = cs_node_add_object(root, "numbers");
  if (audit->decimal) cs_node_add_slice(numbers, "decimal", (struct cs_slice){&audit->decimal, 1});
}

static void add_customers(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *customers = cs_node_add_object(root, "customers");
  cs_node_add_integer(customers, "seen", (int64_t)audit->customers.seen);
  cs_node_add_integer(customers, "no_usable_row", (int64_t)audit->customers.no_usable_row);
  cs_node_add_integer(customers, "no_order_left", (int64_t)audit->customers.no_order_left);
  cs_node_add_integer(customers, "written", (int64_t)audit->customers.written);
  cs_node_add_integer(customers, "outliers_dropped", (int64_t)audit->customers.dropped);
  if (!audit->customers.table_rows) return;
  cs_node_add_integer(customers, "table_rows", (int64_t)audit->customers.table_rows);
  cs_node_add_integer(customers, "table_rejected", (int64_t)audit->customers.table_rejected);
  add_places(customers, "table_lines", &audit->customers.table_places);
}

static void add_share(struct cs_node *node, const char *key, double share) {
  if (isnan(share))
    cs_node_add_null(node, key);
  else
    cs_node_add_number(node, key, share);
}

static struct cs_node *add_unknown(struct cs_node *root, const char *key, uint64_t rows, double revenue,
                                   const struct cs_audit *audit) {
  struct cs_node *node = cs_node_add_object(root, key);
  cs_node_add_integer(node, "rows", (int64_t)rows);
  add_money(node, "revenue", audit, revenue);
  return node;
}

static void add_orders(struct cs_node *root, const struct cs_audit *audit) {
  cs_node_add_text(root, "one_order_is", audit->order);
  struct cs_node *duplicates = cs_node_add_object(root, "duplicates");
  cs_node_add_integer(duplicates, "found", (int64_t)audit->duplicates.found);
  cs_node_add_integer(duplicates, "removed", (int64_t)audit->duplicates.removed);
  struct cs_node *cancel = cs_node_add_object(root, "cancellations");
  cs_node_add_integer(cancel, "rows", (int64_t)audit->cancellations.rows);
  cs_node_add_integer(cancel, "duplicates", (int64_t)audit->cancellations.duplicates);
  cs_node_add_integer(cancel, "matched", (int64_t)audit->cancellations.matched);
  cs_node_add_integer(cancel, "partly_matched", (int64_t)audit->cancellations.partly);
  cs_node_add_integer(cancel, "unmatched", (int64_t)audit->cancellations.unmatched);
  cs_node_add_integer(cancel, "orders_fully_cancelled", (int64_t)audit->cancellations.orders_cancelled);
  add_money(cancel, "amount", audit, audit->cancellations.amount);
  add_money(cancel, "matched_amount", audit, audit->cancellations.matched_amount);
  add_money(cancel, "unmatched_amount", audit, audit->cancellations.unmatched_amount);
  struct cs_node *revenue = cs_node_add_object(root, "revenue");
  add_money(revenue, "gross", audit, audit->revenue.gross);
  add_money(revenue, "refunded", audit, audit->revenue.refunded);
  add_money(revenue, "net", audit, audit->revenue.net);
  add_money(revenue, "net_of_customers_written", audit, audit->net_written);
  struct cs_node *guests = add_unknown(root, "guests", audit->guests.rows, audit->guests.revenue, audit);
  add_share(guests, "share", cs_audit_guest_share(audit));
  add_unknown(root, "unknown_customers", audit->strangers.rows, audit->strangers.revenue, audit);
  add_share(root, "coverage", cs_audit_coverage(audit));
}

static void add_emails(struct cs_node *root, const struct cs_audit *audit) {
  if (!audit->has_emails) {
    cs_node_add_null(root, "shared_emails");
    return;
  }
  struct cs_node *shared = cs_node_add_object(root, "shared_emails");
  cs_node_add_integer(shared, "emails", (int64_t)audit->shared.emails);
  cs_node_add_integer(shared, "customers", (int64_t)audit->shared.customers);
}

static void add_outliers(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *rules = cs_node_add_array(root, "outliers");
  for (size_t i = 0; i < audit->outliers.rules; i++) {
    struct cs_node *node = cs_node_add_object(rules, NULL);
    cs_node_add_text(node, "rule", audit->outliers.rule[i].rule);
    cs_node_add_number(node, "parameter", audit->outliers.rule[i].parameter);
    cs_node_add_text(node, "action", audit->outliers.rule[i].action);
    cs_node_add_integer(node, "customers", (int64_t)audit->outliers.rule[i].customers);
  }
}

static void add_cells(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *cells = cs_node_add_array(root, "cells");
  for (size_t i = 0; i < audit->cell_columns; i++) {
    struct cs_node *node = cs_node_add_object(cells, NULL);
    cs_node_add_text(node, "column", audit->cells[i].column);
    cs_node_add_integer(node, "filled", (int64_t)audit->cells[i].filled);
    cs_node_add_integer(node, "corrected", (int64_t)audit->cells[i].corrected);
  }
}

static void add_warnings(struct cs_node *root, const struct cs_audit *audit) {
  struct cs_node *warnings = cs_node_add_array(root, "warnings");
  for (size_t i = 0; i < audit->warnings.count; i++)
    cs_node_add_text(warnings, NULL, audit->warnings.note[i].text);
}

enum cs_status cs_audit_write(const struct cs_audit *audit, struct cs_str *text, struct cs_error *err) {
  struct cs_node *root = cs_node_object();
  cs_node_add_text(root, "format", "cs-quality");
  cs_node_add_integer(root, "version", 1);
  cs_node_add_text(root, "input", audit->kind);
  add_columns(root, audit);
  cs_node_add_integer(root, "rows", (int64_t)audit->rows);
  cs_node_add_integer(root, "bad_rows", (int64_t)cs_audit_bad(audit));
  add_stages(root, audit);
  add_customers(root, audit);
  add_dates(root, audit);
  add_numbers(root, audit);
  if (strcmp(audit->kind, "orders") == 0) add_orders(root, audit);
  add_emails(root, audit);
  add_outliers(root, audit);
  add_cells(root, audit);
  if (audit->scoring) cs_scoring_account(audit->scoring, root);
  add_warnings(root, audit);
  enum cs_status status = cs_node_write(root, text, err);
  cs_node_free(root);
  return status;
}
