/* orders.h - a table of order lines, read part by part and cleaned by rules in a fixed order, as packed lines.
 *
 * Rules     docs/cleaning.md; a row counts under the first that it fails. Cancellations are no bad rows: they are set
 *           apart, to be netted.
 * Memory    the packed lines (lines.h), the hashes of the rows while duplicates are looked for (duplicates.h), and one
 *           copy of each different customer, product, category and kept text.
 * Repeats   what comes out depends on the set of rows, not on their order, on the parts or on the file that they stand
 *           in. Only which of several equal rows is the duplicate follows the order, and that can't be seen; and a blank
 *           status, which is that of the order's lines before.
 * Life cycle  begin, next for each part, end, free; or cs_orders_read() for a table that is there whole.
 */
#ifndef CS_PREP_ORDERS_H
#define CS_PREP_ORDERS_H

#include "base/duration.h"
#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "data/columns.h"
#include "data/table.h"
#include "prep/lines.h"
#include "prep/money.h"
#include "prep/orderrow.h"
#include "prep/quality.h"
#include "prep/roles.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows for --rejects, ascending. */
struct cs_bad_rows {
  size_t *row;
  size_t count, capacity;
};

#define CS_BAD_ROWS_INIT                                                                                     \
  { NULL, 0, 0 }

CS_MUST_CHECK enum cs_status cs_bad_rows_add(struct cs_bad_rows *bad, size_t row, struct cs_error *err);

enum cs_dedupe { CS_DEDUPE_AUTO, CS_DEDUPE_YES, CS_DEDUPE_NO };
enum cs_order_unit { CS_ORDER_UNIT_DAY, CS_ORDER_UNIT_ROW };
enum cs_carry { CS_CARRY_MODE, CS_CARRY_FIRST, CS_CARRY_LAST };

struct cs_orders_options {
  const char *map, *id;        /* as the mapping was found, for columns that come later; or NULL */
  const char *where, *exclude; /* conditions, or NULL */
  const char *keep;            /* "Country=mode,Name=last", or NULL */
  const char *date_format;     /* or NULL */
  char decimal;                /* '.' or ','; 0: found out */
  bool has_as_of, has_calibration_end, has_window;
  int64_t as_of, calibration_end; /* days */
  struct cs_duration window;      /* before as_of; months and years by the calendar */
  enum cs_dedupe dedupe;
  enum cs_order_unit unit; /* of rows without an order id */
  bool rejects;            /* the bad rows are wanted */
  int threads;             /* 0 is 1 */
};

/* How the column of discounts is written. */
enum cs_discount { CS_DISCOUNT_NONE, CS_DISCOUNT_SHARE, CS_DISCOUNT_PERCENT, CS_DISCOUNT_MONEY };

/* A column carried to the customers. */
struct cs_kept {
  size_t column;
  char *name;
  enum cs_carry carry;
  struct cs_map texts;
  uint32_t *carried; /* [customers], once they are added up */
};

struct cs_orders {
  struct cs_mapping mapping;
  struct cs_lines lines; /* by customer */
  struct cs_map customers, products, categories, channels;
  struct cs_kept *kept;
  size_t kept_count;
  bool has_amount, has_order_id;
  bool has_list; /* the value before discount is known, by `discount` or as a product */
  enum cs_discount discount;
  bool cancel_letter; /* ids are figures, so that C536379 is a cancellation */
  enum cs_order_unit unit;
  bool counts_copies;     /* copies of rows aren't removed, and counted when the lines are added up */
  int64_t as_of;          /* the day that recency is counted to */
  int64_t end;            /* the last day that was observed; with a calibration, its end */
  int64_t begin;          /* the first day of the window; INT64_MIN without one */
  bool has_holdout;       /* lines after `end` are what really happened after the calibration */
  int64_t data_end;       /* the last day of the data, the holdout included */
  struct cs_bad_rows bad; /* of the rows that the table has; whoever takes them sets count to 0 */
};

#define CS_ORDERS_INIT                                                                                       \
  {                                                                                                          \
    .customers = CS_MAP_INIT, .products = CS_MAP_INIT, .categories = CS_MAP_INIT, .channels = CS_MAP_INIT,   \
    .lines = CS_LINES_INIT                                                                                   \
  }

void cs_orders_release(struct cs_orders *orders);

struct cs_orders_reader;

/* Begins with a table whose columns are known and named by `mapping`; its rows come later. known, when not NULL, holds the
 * ids of the customers that exist: rows of others fail the rule "unknown_customer", and the indices of customers are
 * those of known. orders, table, options and audit outlive the reader. */
CS_MUST_CHECK enum cs_status cs_orders_begin(struct cs_orders_reader **reader, struct cs_orders *orders,
                                             const struct cs_table *table, const struct cs_mapping *mapping,
                                             const struct cs_orders_options *options,
                                             const struct cs_map *known, struct cs_audit *audit,
                                             struct cs_error *err);

/* Reads the rows of the table that are new. In: whether the caller keeps them. *keep: whether they have to be kept, and the
 * next part be added to them. */
CS_MUST_CHECK enum cs_status cs_orders_next(struct cs_orders_reader *reader, bool *keep,
                                            struct cs_error *err);

/* The table's last rows were read: decides what needs all of them. Fills the audit's stages as far as the last row rule.
 * CS_DATA where day and month can't be told apart. */
CS_MUST_CHECK enum cs_status cs_orders_end(struct cs_orders_reader *reader, struct cs_error *err);

void cs_orders_reader_free(struct cs_orders_reader *reader);

/* All of that for a table that is there whole. */
CS_MUST_CHECK enum cs_status cs_orders_read(struct cs_orders *orders, const struct cs_table *table,
                                            const struct cs_mapping *mapping,
                                            const struct cs_orders_options *options,
                                            const struct cs_map *known, struct cs_audit *audit,
                                            struct cs_error *err);

#endif
