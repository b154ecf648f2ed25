/* customers.h - whether the rows of a table are customers. */
#ifndef CS_SEGMENT_CUSTOMERS_H
#define CS_SEGMENT_CUSTOMERS_H

#include "data/table.h"

#include <stdbool.h>

/* Whether cs-prep has prepared the table: recency, frequency and money are there, scaled. */
bool cs_is_customers(const struct cs_table *table);

#endif
