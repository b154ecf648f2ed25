/* orders.h - a table of order lines, cleaned by rules in a fixed order, as compact lines.
 *
 * Rules     docs/cleaning.md; a row counts under the first that it fails. Cancellations are no bad rows: they are set
 *           apart, to be netted.
 * Memory    40 bytes a line, 4 more for a category and for each kept column, 8 more where there are discounts; one copy
 *           of each different id.
 * Repeats   what comes out depends on the set of rows, not on their order or on the file that they stand in. Only which
 *           of several equal rows is the duplicate follows the order, and that can't be seen.
 */
#ifndef CS_PREP_ORDERS_H
#define CS_PREP_ORDERS_H

#include "base/error.h"
#include "base/map.h"
#include "base/notes.h"
#include "data/columns.h"
#include "data/table.h"
#include "prep/dates.h"
#include "prep/money.h"
#include "prep/quality.h"
#include "prep/roles.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line of a purchase or of a cancellation; amounts and quantities of both are positive. */
struct cs_line {
  int64_t moment;
  double amount, quantity; /* 0 and 1 where the table has none */
  uint32_t customer;       /* index in customers */
  uint32_t order;          /* the same for the lines of one order of one customer */
  uint32_t product;        /* index in products */
  uint32_t at;             /* place in the arrays beside the lines */
};

struct cs_lines {
  struct cs_line *line;
  size_t count, capacity;
};

/* Rows for --rejects, ascending. */
struct cs_bad_rows {
  size_t *row;
  size_t count, capacity;
};

#define CS_BAD_ROWS_INIT                                                                                     \
  { NULL, 0, 0 }

CS_MUST_CHECK enum cs_status cs_bad_rows_add(struct cs_bad_rows *bad, size_t row, struct cs_error *err);

enum cs_dedupe { CS_DEDUPE_AUTO, CS_DEDUPE_YES, CS_DEDUPE_NO };
enum cs_order_unit { CS_ORDER_DAY, CS_ORDER_ROW };
enum cs_carry { CS_CARRY_MODE, CS_CARRY_FIRST, CS_CARRY_LAST };

struct cs_orders_options {
  const char *where, *exclude; /* conditions, or NULL */
  const char *keep;            /* "Country=mode,Name=last", or NULL */
  const char *date_format;     /* or NULL */
  bool has_as_of;
  int64_t as_of; /* day */
  enum cs_dedupe dedupe;
  enum cs_order_unit unit; /* of rows without an order id */
};

/* A column carried to the customers. */
struct cs_kept {
  size_t column;
  char *name;
  enum cs_carry carry;
  struct cs_map texts;
  uint32_t *code; /* [purchases], by line.at */
  size_t capacity;
};

struct cs_orders {
  struct cs_mapping mapping;
  struct cs_lines purchase, refund;
  struct cs_map customers, order_ids, products, categories;
  uint32_t *category; /* [purchases], by line.at; NULL without a category column */
  double *list;       /* [purchases], by line.at: the value before discount; NULL where nothing tells it */
  size_t category_capacity, list_capacity;
  struct cs_kept *kept;
  size_t kept_count;
  bool has_amount, has_order_id;
  int64_t as_of;
  struct cs_bad_rows bad;
};

#define CS_ORDERS_INIT                                                                                       \
  { .customers = CS_MAP_INIT, .order_ids = CS_MAP_INIT, .products = CS_MAP_INIT, .categories = CS_MAP_INIT }

void cs_orders_release(struct cs_orders *orders);

/* Reads the rows of `table`, whose columns `mapping` names. known, when not NULL, holds the ids of the customers that
 * exist: rows of others fail the rule "unknown_customer", and the indices of customers are those of known. Fills the
 * audit's stages as far as the last row rule. CS_DATA as cs_dates_recognise(). */
CS_MUST_CHECK enum cs_status cs_orders_read(struct cs_orders *orders, const struct cs_table *table,
                                            const struct cs_mapping *mapping,
                                            const struct cs_orders_options *options,
                                            const struct cs_map *known, struct cs_audit *audit,
                                            struct cs_error *err);

/* A customer's id as it is written and compared: without blanks around it, 17850.0 as 17850. */
struct cs_slice cs_customer_id(struct cs_slice cell);

#endif
