/* plainrows.h - rows of orders as most are: bare cells, a purchase of somebody, nothing more to be said.
 *
 * Private to orderrow.c, which reads all others; of the same row both make the same.
 */
#ifndef CS_PREP_PLAINROWS_H
#define CS_PREP_PLAINROWS_H

#include "data/table.h"
#include "prep/orderrow.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether rows can be plain: the columns hold but what most exports have, who, when, which order and product, and what was
 * paid. */
bool cs_plain_rows_possible(const struct cs_order_shape *shape);

/* Reads those of rows[0..count), count <= CS_SIMPLE_ROWS, that are plain, from the table's row `first` on; plain[i] tells which.
 * The others have lost what they held. kept as for cs_order_rows_read(). */
void cs_plain_rows_read(const struct cs_order_shape *shape, struct cs_order_scratch *scratch, size_t first,
                        size_t count, struct cs_slice *kept, struct cs_order_row *rows, bool *plain);

#endif
