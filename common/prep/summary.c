#include "prep/summary.h"

#include "base/date.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum column { RULE, ROWS, REJECTED, CUSTOMERS, REVENUE, LINES, COLUMNS };

enum { LINES_NAMED = 5 };

static const char *const heads[COLUMNS] = {"rule", "rows", "rejected", "customers", "revenue", "first lines"};

/* --- numbers --- */

/* Figures with a comma before each three that stand before the point. */
static void add_grouped(struct cs_str *text, const char *figures) {
  size_t sign = figures[0] == '-', whole = strspn(figures + sign, "0123456789") + sign;
  for (size_t i = 0; i < whole; i++) {
    if (i > sign && (whole - i) % 3 == 0) cs_str_add_byte(text, ',');
    cs_str_add_byte(text, figures[i]);
  }
  cs_str_add_text(text, figures + whole);
}

static void add_count(struct cs_str *text, uint64_t count) {
  char figures[32];
  snprintf(figures, sizeof figures, "%llu", (unsigned long long)count);
  add_grouped(text, figures);
}

static bool shows(double value, double power) {
  return fabs(value - round(value * power) / power) <= 1e-13 * fabs(value);
}

/* Cents, or the tenths or hundredths of one that some price has: sums that are rounded don't add up. */
static int decimals_of(const struct cs_audit *audit) {
  static const double power[] = {1e2, 1e3, 1e4};
  for (int more = 0; more < 3; more++) {
    bool all = shows(audit->revenue.gross, power[more]) && shows(audit->revenue.refunded, power[more]) &&
               shows(audit->guests.revenue, power[more]);
    for (size_t i = 0; i < audit->stages && all; i++)
      all = shows(cs_money_value(&audit->stage[i].revenue), power[more]);
    if (all) return 2 + more;
  }
  return 2;
}

static void add_money(struct cs_str *text, const struct cs_audit *audit, double value) {
  char figures[64];
  bool plain = value == 0 || (fabs(value) >= 0.005 && fabs(value) < 1e15);
  if (plain)
    snprintf(figures, sizeof figures, "%.*f", decimals_of(audit), value);
  else
    snprintf(figures, sizeof figures, "%.6g", value);
  add_grouped(text, figures);
}

/* Whole per cent, but never all or nothing of what is only almost that. */
static void add_share(struct cs_str *text, double share) {
  double per_cent = 100 * share;
  bool almost = (per_cent >= 99.5 && per_cent < 100) || (per_cent > 0 && per_cent < 0.5);
  cs_str_add_format(text, almost ? "%.2g %%" : "%.0f %%", almost && per_cent > 99 ? 99.0 : per_cent);
}

static void add_day(struct cs_str *text, int64_t day) {
  char figures[CS_DATE_TEXT];
  cs_date_print(day, figures);
  cs_str_add_text(text, figures);
}

/* --- the table --- */

/* Whether the places of all rules are in one input, whose name needn't be repeated then. */
static bool has_one_source(const struct cs_audit *audit) {
  const char *source = NULL;
  for (size_t i = 0; i < audit->stages; i++)
    for (size_t k = 0; k < audit->stage[i].places.count; k++) {
      const char *other = audit->stage[i].places.place[k].source;
      if (source && strcmp(source, other) != 0) return false;
      source = other;
    }
  return true;
}

static void add_lines(struct cs_str *text, const struct cs_stage *stage, bool named) {
  char name[256];
  for (size_t i = 0; i < stage->places.count && i < LINES_NAMED; i++) {
    const struct cs_place *place = &stage->places.place[i];
    if (i) cs_str_add_text(text, ", ");
    snprintf(name, sizeof name, "%s", place->source);
    cs_error_clean(name);
    if (named) cs_str_add_format(text, "%s:", name);
    cs_str_add_format(text, "%llu", (unsigned long long)place->line);
  }
  if (stage->places.count && stage->rejected > LINES_NAMED) cs_str_add_text(text, ", ...");
}

/* What is to be laid out: the audit, and the rows that stage begins with. */
struct layout {
  const struct cs_audit *audit;
  size_t width[COLUMNS];
  bool named;
  struct cs_str cell;
};

static void make_cell(struct layout *layout, const struct cs_stage *stage, uint64_t rows,
                      enum column column) {
  struct cs_str *cell = &layout->cell;
  cs_str_clear(cell);
  switch (column) {
  case RULE: cs_str_add_text(cell, stage->rule); break;
  case ROWS: add_count(cell, rows); break;
  case REJECTED: add_count(cell, stage->rejected); break;
  case CUSTOMERS: add_count(cell, stage->customers); break;
  case REVENUE:
    if (layout->audit->has_revenue) add_money(cell, layout->audit, cs_money_value(&stage->revenue));
    break;
  default: add_lines(cell, stage, layout->named);
  }
}

static void measure(struct layout *layout) {
  uint64_t rows = layout->audit->rows;
  for (int column = 0; column < COLUMNS; column++) layout->width[column] = strlen(heads[column]);
  for (size_t i = 0; i < layout->audit->stages; i++) {
    const struct cs_stage *stage = &layout->audit->stage[i];
    for (int column = 0; column < COLUMNS; column++) {
      make_cell(layout, stage, rows, (enum column)column);
      if (layout->cell.len > layout->width[column]) layout->width[column] = layout->cell.len;
    }
    rows -= stage->rejected;
  }
}

/* Words to the left, numbers to the right, nothing behind the last. */
static void add_cell(struct layout *layout, struct cs_str *text, enum column column, const char *cell) {
  int width = (int)layout->width[column];
  if (column == RULE)
    cs_str_add_format(text, "  %-*s", width, cell);
  else if (column != LINES)
    cs_str_add_format(text, "  %*s", width, cell);
  else if (*cell)
    cs_str_add_format(text, "  %s", cell);
}

static void add_table(const struct cs_audit *audit, struct cs_str *text) {
  struct layout layout = {.audit = audit, .named = !has_one_source(audit), .cell = CS_STR_INIT};
  uint64_t rows = audit->rows;
  measure(&layout);
  for (int column = 0; column < COLUMNS; column++)
    if (column != REVENUE || audit->has_revenue) add_cell(&layout, text, (enum column)column, heads[column]);
  cs_str_add_byte(text, '\n');
  for (size_t i = 0; i < audit->stages; i++) {
    for (int column = 0; column < COLUMNS; column++) {
      if (column == REVENUE && !audit->has_revenue) continue;
      make_cell(&layout, &audit->stage[i], rows, (enum column)column);
      add_cell(&layout, text, (enum column)column, cs_str_text(&layout.cell));
    }
    cs_str_add_byte(text, '\n');
    rows -= audit->stage[i].rejected;
  }
  cs_str_inherit(text, &layout.cell);
  cs_str_release(&layout.cell);
}

/* --- the sentences --- */

static void add_number_of(struct cs_str *text, const char *before, uint64_t count, const char *behind) {
  cs_str_add_text(text, before);
  add_count(text, count);
  cs_str_add_text(text, behind);
}

static void tell_customers(const struct cs_audit *audit, struct cs_str *text) {
  add_number_of(text, "  customers: ", audit->customers.seen, " seen, ");
  if (audit->customers.no_usable_row)
    add_number_of(text, "", audit->customers.no_usable_row, " without a usable row, ");
  if (audit->customers.no_order_left)
    add_number_of(text, "", audit->customers.no_order_left, " without an order left, ");
  if (audit->customers.dropped) add_number_of(text, "", audit->customers.dropped, " dropped as outliers, ");
  add_number_of(text, "", audit->customers.written, " written\n");
  if (!audit->customers.table_rows) return;
  add_number_of(text, "  the table of customers: ", audit->customers.table_rows, " rows, ");
  add_number_of(text, "", audit->customers.table_rejected, " rejected\n");
}

static void tell_money(const struct cs_audit *audit, struct cs_str *text) {
  cs_str_add_text(text, "  gross ");
  add_money(text, audit, audit->revenue.gross);
  cs_str_add_text(text, " - refunded ");
  add_money(text, audit, audit->revenue.refunded);
  cs_str_add_text(text, " = net ");
  add_money(text, audit, audit->revenue.net);
  cs_str_add_text(text, "; customers who are written have ");
  add_money(text, audit, audit->net_written);
  cs_str_add_byte(text, '\n');
}

static void tell_cancellations(const struct cs_audit *audit, struct cs_str *text) {
  uint64_t lines =
      audit->cancellations.matched + audit->cancellations.partly + audit->cancellations.unmatched;
  if (!lines) return;
  add_number_of(text, "  cancellations: ", lines, ", of which ");
  add_number_of(text, "", audit->cancellations.matched, " matched purchases, ");
  add_number_of(text, "", audit->cancellations.partly, " in part, ");
  add_number_of(text, "", audit->cancellations.unmatched, " none; ");
  add_number_of(text, "", audit->cancellations.orders_cancelled, " orders cancelled whole\n");
}

static void tell_unknown(const struct cs_audit *audit, const char *who, uint64_t rows, double revenue,
                         double share, struct cs_str *text) {
  if (!rows) return;
  add_number_of(text, who, rows, " rows");
  if (audit->has_revenue) {
    cs_str_add_text(text, ", revenue ");
    add_money(text, audit, revenue);
  }
  if (!isnan(share)) {
    cs_str_add_text(text, " (");
    add_share(text, share);
    cs_str_add_byte(text, ')');
  }
  cs_str_add_text(text, "; ");
}

static void tell_coverage(const struct cs_audit *audit, struct cs_str *text) {
  double coverage = cs_audit_coverage(audit);
  size_t before = text->len;
  cs_str_add_text(text, "  ");
  tell_unknown(audit, "guests: ", audit->guests.rows, audit->guests.revenue, cs_audit_guest_share(audit),
               text);
  tell_unknown(audit, "unknown customers: ", audit->strangers.rows, audit->strangers.revenue, NAN, text);
  if (!isnan(coverage)) {
    cs_str_add_text(text, "segments cover ");
    add_share(text, coverage);
    cs_str_add_text(text, " of revenue");
  } else if (text->len == before + 2) {
    text->len = before;
    return;
  } else {
    text->len -= 2;
  }
  cs_str_add_byte(text, '\n');
}

static void tell_dates(const struct cs_audit *audit, struct cs_str *text) {
  if (!audit->dates.known) return;
  cs_str_add_text(text, "  dates: ");
  add_day(text, audit->dates.first);
  cs_str_add_text(text, " to ");
  add_day(text, audit->dates.last);
  add_number_of(text, ", ", (uint64_t)(audit->dates.last - audit->dates.first) + 1, " days");
  cs_str_add_format(text, ", read as %s; as of ", audit->dates.order);
  add_day(text, audit->dates.as_of);
  cs_str_add_byte(text, '\n');
}

static void tell_cells(const struct cs_audit *audit, struct cs_str *text) {
  for (size_t i = 0; i < audit->cell_columns; i++) {
    const struct cs_cells *cells = &audit->cells[i];
    cs_str_add_format(text, "%s%s: ", i ? ", " : "  cells: ", cells->column);
    if (cells->filled || !cells->corrected) add_number_of(text, "", cells->filled, " filled");
    if (cells->corrected) add_number_of(text, cells->filled ? " and " : "", cells->corrected, " corrected");
  }
  if (audit->cell_columns) cs_str_add_byte(text, '\n');
}

static void tell_emails(const struct cs_audit *audit, struct cs_str *text) {
  if (!audit->has_emails) return;
  add_number_of(text, "  e-mail addresses of more than one customer: ", audit->shared.emails, "");
  if (audit->shared.emails) add_number_of(text, ", of ", audit->shared.customers, " customers");
  cs_str_add_byte(text, '\n');
}

static void tell_outliers(const struct cs_audit *audit, struct cs_str *text) {
  if (!audit->outliers.rules) return;
  cs_str_add_text(text, "  outliers: ");
  for (size_t i = 0; i < audit->outliers.rules; i++) {
    const struct cs_marked *rule = &audit->outliers.rule[i];
    cs_str_add_format(text, "%s%s %s ", i ? ", " : "", rule->rule,
                      strcmp(rule->action, "drop") == 0 ? "drops" : "flags");
    add_count(text, rule->customers);
  }
  cs_str_add_byte(text, '\n');
}

static void tell_warnings(const struct cs_audit *audit, struct cs_str *text) {
  size_t count = 0;
  for (size_t i = 0; i < audit->warnings.count; i++) count += audit->warnings.note[i].kind == CS_NOTE_WARNING;
  if (count)
    add_number_of(text, "  warnings: ", count, "\n");
  else
    cs_str_add_text(text, "  no warnings\n");
}

void cs_audit_summarise(const struct cs_audit *audit, struct cs_str *text) {
  bool orders = strcmp(audit->kind, "orders") == 0;
  add_table(audit, text);
  tell_customers(audit, text);
  if (orders && audit->has_revenue) tell_money(audit, text);
  if (orders) tell_cancellations(audit, text);
  if (orders) tell_coverage(audit, text);
  tell_dates(audit, text);
  if (audit->duplicates.found) {
    add_number_of(text, "  duplicates: ", audit->duplicates.found, " found, ");
    add_number_of(text, "", audit->duplicates.removed, " removed\n");
  }
  tell_cells(audit, text);
  tell_emails(audit, text);
  tell_outliers(audit, text);
  tell_warnings(audit, text);
}

bool cs_audit_tells_coverage(const struct cs_audit *audit, struct cs_str *text) {
  double guests = cs_audit_guest_share(audit), coverage = cs_audit_coverage(audit);
  if (!(guests > 0.01)) return false;
  if (!isnan(coverage)) {
    cs_str_add_text(text, "segments cover ");
    add_share(text, coverage);
    cs_str_add_text(text, " of revenue; ");
  }
  add_number_of(text, "guests have ", audit->guests.rows, " rows and ");
  add_share(text, guests);
  if (isnan(coverage)) cs_str_add_text(text, " of revenue");
  return true;
}
