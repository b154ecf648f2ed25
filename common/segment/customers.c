#include "segment/customers.h"

bool cs_is_customers(const struct cs_table *table) {
  static const char *const needed[] = {"scaled__days_since_last_purchase", "scaled__total_transactions",
                                       "scaled__total_spent"};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (cs_table_find(table, cs_slice_of(needed[i])) == SIZE_MAX) return false;
  return true;
}
