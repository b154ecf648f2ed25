/* roles.h - which column is the customer, the order, the date, the amount: by the names that real exports use, or as
 * --map says.
 *
 * Names are compared without case, blanks, underscores and other punctuation, and without the accents of Western European
 * letters. Of several candidates the more specific one is taken ("customer_id" before "email"); two of the same rank are
 * an error that names both and shows --map.
 * The amount of a line is the amount column, or quantity times price, or what a formula of --map says (formula.h).
 */
#ifndef CS_PREP_ROLES_H
#define CS_PREP_ROLES_H

#include "base/error.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>

#define CS_NO_COLUMN SIZE_MAX
#define CS_COMPUTED  (SIZE_MAX - 1) /* no column either: a formula tells it */

/* What a column can be in a table of order lines. */
enum cs_role {
  CS_ROLE_CUSTOMER,
  CS_ROLE_ORDER,
  CS_ROLE_DATE,
  CS_ROLE_AMOUNT,
  CS_ROLE_QUANTITY,
  CS_ROLE_PRICE,
  CS_ROLE_PRODUCT,
  CS_ROLE_CATEGORY,
  CS_ROLE_DISCOUNT,
  CS_ROLE_STATUS,
  CS_ROLE_CHANNEL,
  CS_ROLES
};

/* What a column can be in a table of customers with their purchases added up. */
enum cs_aggregate {
  CS_AGGREGATE_FIRST,
  CS_AGGREGATE_LAST,
  CS_AGGREGATE_PURCHASE_DAYS,
  CS_AGGREGATE_ORDERS,
  CS_AGGREGATE_SPENT,
  CS_AGGREGATE_GROSS,
  CS_AGGREGATE_REFUNDED,
  CS_AGGREGATE_AVERAGE,
  CS_AGGREGATE_REPEAT_MEAN,
  CS_AGGREGATE_SPENT_12M,
  CS_AGGREGATE_DISCOUNT,
  CS_AGGREGATE_CATEGORIES,
  CS_AGGREGATE_RECENCY,
  CS_AGGREGATE_BT_X,
  CS_AGGREGATE_BT_TX,
  CS_AGGREGATE_BT_T,
  CS_AGGREGATE_BT_ZBAR,
  CS_AGGREGATES
};

enum cs_table_kind {
  CS_TABLE_ORDERS,   /* a customer and a date in each row */
  CS_TABLE_MERGED,   /* a customer in each row, with aggregates */
  CS_TABLE_CUSTOMERS /* a customer in each row, nothing about purchases */
};

struct cs_mapping {
  enum cs_table_kind kind;
  bool no_id;                      /* --map says that there is none: each row is a customer of its own */
  size_t column[CS_ROLES];         /* CS_NO_COLUMN where there is none; the amount may be CS_COMPUTED */
  size_t aggregate[CS_AGGREGATES]; /* of a merged table; may be CS_COMPUTED, but for dates */
  struct cs_slice amount;          /* the formula, in the text of --map, where it is computed */
  struct cs_slice formula[CS_AGGREGATES];
};

/* "customer_id", as --map calls it. */
const char *cs_role_name(enum cs_role role);

/* The canonical name of an aggregate's column: "total_spent". */
const char *cs_aggregate_name(enum cs_aggregate aggregate);

/* Finds out what the table is. `map` is --map or NULL: a comma list of ROLE=COLUMN, amount=FORMULA, AGGREGATE=FORMULA, ROLE=
 * (the table has none); `id` is --id or NULL. An aggregate that --map names makes the table one of customers. map outlives
 * the mapping. CS_USAGE: a role or a column that doesn't exist, orders without a customer. CS_DATA: no customer, a table
 * that is neither orders nor customers, two columns of the same rank; the message shows a --map that would help. */
CS_MUST_CHECK enum cs_status cs_mapping_find(struct cs_mapping *mapping, const struct cs_table *table,
                                             const char *map, const char *id, struct cs_error *err);

/* Whether a line has an amount, of its own or as quantity times price. */
bool cs_mapping_has_amount(const struct cs_mapping *mapping);

/* Fails with what was found and an example of --map. */
enum cs_status cs_mapping_fail(const struct cs_mapping *mapping, const struct cs_table *table,
                               struct cs_error *err, const char *what);

/* The one column of that exact name; CS_USAGE with the nearest match otherwise. */
CS_MUST_CHECK enum cs_status cs_column_named(const struct cs_table *table, struct cs_slice name,
                                             const char *option, size_t *column, struct cs_error *err);

/* Cuts the first item off a list at `separator`, outside double quotes; blanks around it and one pair of quotes are
 * dropped. False at the end of the list. */
bool cs_list_next(struct cs_slice *rest, char separator, struct cs_slice *item);

#endif
