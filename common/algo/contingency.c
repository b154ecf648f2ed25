#include "algo/contingency.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

enum cs_status cs_contingency_make(struct cs_contingency *table, const uint32_t *first, size_t rows,
                                   const uint32_t *second, size_t columns, size_t n, struct cs_error *err) {
  *table = (struct cs_contingency){.rows = rows, .columns = columns};
  CS_TRY(
      cs_alloc(&table->cell, rows * columns + rows + columns, sizeof *table->cell, "pairs of clusters", err));
  table->row_total = table->cell + rows * columns;
  table->column_total = table->row_total + rows;
  for (size_t i = 0; i < n; i++) {
    bool in_first = first[i] < rows, in_second = second[i] < columns;
    if (in_first && in_second) table->cell[first[i] * columns + second[i]]++;
    if (in_first) table->row_total[first[i]]++;
    if (in_second) table->column_total[second[i]]++;
  }
  return CS_OK;
}

void cs_contingency_release(struct cs_contingency *table) {
  free(table->cell);
  *table = (struct cs_contingency)CS_CONTINGENCY_INIT;
}
