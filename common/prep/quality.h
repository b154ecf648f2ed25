/* quality.h - the audit: what happened to every row on the way from the file to the features (--quality FILE).
 *
 * Stages add up row by row: rows_in - rejected = rows_out, and the next stage begins with rows_out. A row counts under
 * the first rule that it fails. Revenue is the sum of the amounts of the rows that are left.
 */
#ifndef CS_PREP_QUALITY_H
#define CS_PREP_QUALITY_H

#include "base/error.h"
#include "base/notes.h"
#include "base/str.h"
#include "data/table.h"
#include "prep/emails.h"
#include "prep/money.h"
#include "prep/places.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_scoring;

enum { CS_STAGES_MAX = 24, CS_CELLS_MAX = 16, CS_NAMED_MAX = 24, CS_MARKED_MAX = 8 };

struct cs_stage {
  const char *rule;
  bool bad; /* its rows are bad rows: they go to --rejects and count against --max-bad */
  uint64_t rejected, customers;
  struct cs_money revenue; /* of the rejected rows while reading, of what is left in the end */
  struct cs_places places; /* of the rejected rows; none where they are told only after their text is gone */
};

/* Cells that were filled or corrected in a column. */
struct cs_cells {
  const char *column;
  uint64_t filled, corrected;
};

/* A role, and the column that it was found in, or the formula of --map. */
struct cs_named {
  const char *role;
  size_t column;
  struct cs_slice formula; /* data is NULL where there is none */
};

/* A rule of outliers, and how many customers it was the first to mark. */
struct cs_marked {
  const char *rule, *action; /* "flag", "drop" */
  double parameter;
  uint64_t customers;
};

struct cs_audit {
  const char *kind;  /* "orders", "customers" */
  const char *order; /* what one order is: "order id", "customer-day", "row" */
  uint64_t rows;
  struct cs_stage stage[CS_STAGES_MAX];
  size_t stages;
  bool has_revenue;
  struct {
    uint64_t found, removed;
  } duplicates;
  struct {
    uint64_t rows, duplicates, matched, partly, unmatched, orders_cancelled;
    double amount, matched_amount, unmatched_amount;
  } cancellations;
  struct {
    uint64_t rows;
    double revenue;
  } guests, strangers; /* purchases without a customer, and of one who isn't known */
  struct {
    uint64_t seen, no_usable_row, no_order_left, written;
    uint64_t dropped;                    /* as outliers */
    uint64_t table_rows, table_rejected; /* of a customer table beside the orders */
    struct cs_places table_places;       /* of its rejected rows */
  } customers;
  struct {
    double gross, refunded, net;
  } revenue;                      /* of all customers with a usable row, written or not */
  double net_written;             /* of those written */
  double gross_written;           /* NaN where it isn't known */
  bool cut;                       /* revenue is that of a window or a calibration, but guests' of any time */
  struct cs_emails emails;        /* while rows are read */
  bool has_emails;                /* there is a column of them */
  struct cs_emails_shared shared; /* in the end */
  struct {
    struct cs_marked rule[CS_MARKED_MAX];
    size_t rules; /* 0: outliers weren't looked for */
  } outliers;
  struct {
    bool known;
    int64_t first, last, as_of;
    const char *order;
  } dates;
  char decimal; /* sign of the numbers; 0 where none were read */
  struct cs_cells cells[CS_CELLS_MAX];
  size_t cell_columns;
  const struct cs_table *table; /* the one whose columns are named */
  struct cs_named named[CS_NAMED_MAX];
  size_t named_count;
  const struct cs_scoring *scoring; /* of the customers written; NULL before they have scores */
  struct cs_notes warnings;
};

#define CS_AUDIT_INIT                                                                                        \
  { .kind = "", .order = "", .gross_written = NAN, .emails = CS_EMAILS_INIT, .warnings = CS_NOTES_INIT }

void cs_audit_release(struct cs_audit *audit);

/* The stage of that rule, or a new one behind the others. */
struct cs_stage *cs_audit_stage(struct cs_audit *audit, const char *rule);

/* A row that the stage rejected: how many rows were read before it, and where it stands. Of most rules there are more than
 * are kept; cs_places_want() tells before the line is found out. */
void cs_stage_place(struct cs_stage *stage, uint64_t row, const char *source, uint64_t line);

/* The rows were read: counts the e-mail addresses of several customers, and warns of them. */
void cs_audit_end_emails(struct cs_audit *audit);

/* The share of gross revenue, guests' included, that customers who are written have; NaN where it isn't known: without
 * amounts, and where the audit is cut and has guests or unknown customers. */
double cs_audit_coverage(const struct cs_audit *audit);

/* The share of guests in all that was bought, at any time; NaN where it isn't known. */
double cs_audit_guest_share(const struct cs_audit *audit);

/* Counts a cell of a column, which is a constant text. */
void cs_audit_cell(struct cs_audit *audit, const char *column, uint64_t filled, uint64_t corrected);

/* The rows of bad stages. */
uint64_t cs_audit_bad(const struct cs_audit *audit);

/* The audit as JSON text; the table that it is about must still be there. */
CS_MUST_CHECK enum cs_status cs_audit_write(const struct cs_audit *audit, struct cs_str *text,
                                            struct cs_error *err);

#endif
