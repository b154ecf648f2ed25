#include "algo/matching.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>

/* The state of the search: rows are new clusters, columns the old ones and then one for each row, which stands for none.
 * Rows and columns are counted from 1, as the shortest paths begin at a column 0 that isn't there. */
struct search {
  const struct cs_contingency *both;
  size_t rows, columns;
  int64_t *row_price, *column_price, *least;
  size_t *row_of;  /* of a column: who has it */
  size_t *reached; /* of a column: the one before it on the shortest path */
  bool *seen;
};

/* What a pair costs: rows that keep their cluster are a gain. */
static int64_t cost(const struct search *search, size_t row, size_t column) {
  const struct cs_contingency *both = search->both;
  if (column > both->columns) return 0;
  size_t common = cs_contingency_at(both, row - 1, column - 1);
  return 2 * common >= both->row_total[row - 1] ? -(int64_t)common : 0;
}

/* Looks from the row at all columns not seen yet, and says which is the nearest. */
static size_t look(struct search *search, size_t row, size_t from, int64_t *nearest) {
  size_t next = 0;
  *nearest = INT64_MAX;
  for (size_t j = 1; j <= search->columns; j++) {
    if (search->seen[j]) continue;
    int64_t way = cost(search, row, j) - search->row_price[row] - search->column_price[j];
    if (way < search->least[j]) search->least[j] = way, search->reached[j] = from;
    if (search->least[j] < *nearest) *nearest = search->least[j], next = j;
  }
  return next;
}

/* Finds a column for one more row, moving the others on along the shortest path. */
static void add_row(struct search *search, size_t row) {
  size_t column = 0;
  search->row_of[0] = row;
  for (size_t j = 0; j <= search->columns; j++) search->least[j] = INT64_MAX, search->seen[j] = false;
  do {
    int64_t nearest;
    search->seen[column] = true;
    size_t next = look(search, search->row_of[column], column, &nearest);
    for (size_t j = 0; j <= search->columns; j++) {
      if (search->seen[j])
        search->row_price[search->row_of[j]] += nearest, search->column_price[j] -= nearest;
      else
        search->least[j] -= nearest;
    }
    column = next;
  } while (search->row_of[column]);
  while (column) {
    size_t before = search->reached[column];
    search->row_of[column] = search->row_of[before];
    column = before;
  }
}

static void find(struct search *search, size_t *partner) {
  const struct cs_contingency *both = search->both;
  for (size_t i = 1; i <= search->rows; i++) add_row(search, i);
  for (size_t i = 0; i < search->rows; i++) partner[i] = SIZE_MAX;
  for (size_t j = 1; j <= both->columns; j++)
    if (search->row_of[j] && cost(search, search->row_of[j], j) < 0) partner[search->row_of[j] - 1] = j - 1;
}

enum cs_status cs_matching_find(const struct cs_contingency *both, size_t *partner, struct cs_error *err) {
  struct search search = {.both = both, .rows = both->rows, .columns = both->columns + both->rows};
  size_t room = search.columns + 1;
  enum cs_status status =
      cs_alloc(&search.row_price, room + 2 * room, sizeof *search.row_price, "prices", err);
  if (status == CS_OK) status = cs_alloc(&search.row_of, 2 * room, sizeof *search.row_of, "columns", err);
  if (status == CS_OK) status = cs_alloc(&search.seen, room, sizeof *search.seen, "columns", err);
  if (status == CS_OK) {
    search.column_price = search.row_price + room;
    search.least = search.column_price + room;
    search.reached = search.row_of + room;
    find(&search, partner);
  }
  free(search.row_price);
  free(search.row_of);
  free(search.seen);
  return status;
}
