/* aggregate.h - order lines added up to customers.
 *
 * Orders   lines are netted first (netting.h). An order counts while a line of it has something left; so do its day in
 *          recency and frequency, and its category. Spend is what was bought less every refund, matched or not.
 * Repeats  the result doesn't depend on the order of the lines, or on threads.
 */
#ifndef CS_PREP_AGGREGATE_H
#define CS_PREP_AGGREGATE_H

#include "base/error.h"
#include "data/table.h"
#include "prep/features.h"
#include "prep/orders.h"
#include "prep/quality.h"

/* Nets the lines and adds them up, and lets them go: customers->value[...][i] is that of the customer with index i in orders->customers, NaN
 * for one without an order left. Ends the audit's stages. */
CS_MUST_CHECK enum cs_status cs_orders_aggregate(struct cs_orders *orders, struct cs_customers *customers,
                                                 int threads, struct cs_audit *audit, struct cs_error *err);

#endif
