/* ordertable.h - the customers that orders were added up to (aggregate.h), as a table. */
#ifndef CS_PREP_ORDERTABLE_H
#define CS_PREP_ORDERTABLE_H

#include "base/error.h"
#include "data/table.h"
#include "prep/features.h"
#include "prep/orders.h"

/* Keeps the customers who have an order left, in the order of their ids: figures by their value, then other texts by
 * their bytes. Begins the table: customer_id and the columns carried. */
CS_MUST_CHECK enum cs_status cs_orders_begin_table(struct cs_orders *orders, struct cs_customers *customers,
                                                   struct cs_table *table, int threads, struct cs_error *err);

/* Puts the customers into the order of a table's rows: row[i] is the row of the customer with index i; a row without an
 * order is dropped from the table. */
CS_MUST_CHECK enum cs_status cs_orders_join(struct cs_customers *customers, const size_t *row, size_t count,
                                            struct cs_table *table, struct cs_error *err);

/* How ids are sorted. */
int cs_customer_id_compare(struct cs_slice a, struct cs_slice b);

#endif
