#include "report/categories.h"

#include "base/map.h"
#include "base/num.h"
#include "report/privacy.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double Z_LEAST = 3;

/* A column that may be one of categories. */
struct counted {
  size_t column;
  struct cs_map map; /* its values */
  size_t *count;     /* [k][CS_CATEGORY_VALUES] */
  size_t *there;     /* [k], rows that have a value */
};

struct counting {
  struct cs_categories *categories;
  const struct cs_table *table;
  const struct cs_labels *labels;
  struct cs_error *err;
  struct counted *of; /* [columns] */
  size_t columns;
};

/* --- which columns --- */

static bool is_number(struct cs_slice text) {
  double value;
  return cs_num_parse(text.data, text.len, '.', &value);
}

/* Days and times begin with a year, or have digits around a slash or a point. */
static bool looks_dated(struct cs_slice text) {
  size_t digits = 0;
  for (size_t i = 0; i < text.len; i++) digits += text.data[i] >= '0' && text.data[i] <= '9';
  return digits >= 6;
}

static bool may_be(const struct counting *counting, size_t column, const struct cs_columns *left_out) {
  struct cs_slice name = cs_table_name(counting->table, column);
  return column != counting->labels->column && !cs_columns_has(left_out, column) && !cs_is_personal(name) &&
         !cs_role_of(name) && !cs_role_is_scaled(name) && !cs_role_is_component(name) &&
         !cs_slice_is(name, "rfm_cell");
}

/* --- counting --- */

static void counted_release(struct counted *counted) {
  cs_map_release(&counted->map);
  free(counted->count);
  free(counted->there);
}

/* false: this is no column of categories. */
static enum cs_status count_cell(struct counting *counting, struct counted *counted, size_t row,
                                 struct cs_slice cell, bool *fits) {
  uint32_t value;
  if (cs_table_is_missing(counting->table, cell)) return CS_OK;
  cell = cs_slice_trim(cell);
  size_t known = counted->map.count;
  CS_TRY(cs_map_add(&counted->map, cell, &value, counting->err));
  if (counted->map.count > known)
    *fits = counted->map.count <= CS_CATEGORY_VALUES && !is_number(cell) && !looks_dated(cell);
  if (!*fits) return CS_OK;
  uint32_t s = counting->labels->group[row];
  counted->count[s * CS_CATEGORY_VALUES + value]++;
  counted->there[s]++;
  return CS_OK;
}

/* Counts a row in all columns that are left, and leaves out those that don't fit. */
static enum cs_status count_row(struct counting *counting, size_t row, size_t *column, struct cs_slice *cell,
                                struct cs_str *scratch) {
  cs_str_clear(scratch);
  CS_TRY(cs_table_cells(counting->table, row, column, counting->columns, cell, scratch, counting->err));
  size_t kept = 0;
  for (size_t c = 0; c < counting->columns; c++) {
    bool fits = true;
    CS_TRY(count_cell(counting, &counting->of[c], row, cell[c], &fits));
    if (fits) {
      struct counted own = counting->of[c];
      counting->of[c] = counting->of[kept];
      counting->of[kept] = own;
      kept++;
    } else {
      counted_release(&counting->of[c]);
      counting->of[c] = (struct counted){.map = CS_MAP_INIT};
    }
  }
  if (kept == counting->columns) return CS_OK;
  counting->columns = kept;
  for (size_t c = 0; c < kept; c++) column[c] = counting->of[c].column;
  return CS_OK;
}

/* One pass over the rows. */
static enum cs_status count_rows(struct counting *counting) {
  struct cs_str scratch = CS_STR_INIT;
  size_t *column = NULL;
  struct cs_slice *cell = NULL;
  enum cs_status status = cs_alloc(&column, counting->columns, sizeof *column, "the columns", counting->err);
  if (status == CS_OK)
    status = cs_alloc(&cell, counting->columns, sizeof *cell, "the columns", counting->err);
  for (size_t c = 0; status == CS_OK && c < counting->columns; c++) column[c] = counting->of[c].column;
  for (size_t i = 0; status == CS_OK && counting->columns && i < cs_table_rows(counting->table); i++)
    status = count_row(counting, i, column, cell, &scratch);
  cs_str_release(&scratch);
  free(column);
  free(cell);
  return status;
}

static enum cs_status begin(struct counting *counting, const struct cs_columns *left_out) {
  size_t all = cs_table_columns_read(counting->table), k = counting->labels->k;
  CS_TRY(cs_alloc(&counting->of, all, sizeof *counting->of, "the categories", counting->err));
  for (size_t c = 0; c < all; c++) {
    if (!may_be(counting, c, left_out)) continue;
    struct counted *counted = &counting->of[counting->columns++];
    *counted = (struct counted){.column = c, .map = CS_MAP_INIT};
    CS_TRY(cs_alloc(&counted->count, k * CS_CATEGORY_VALUES, sizeof *counted->count, "the categories",
                    counting->err));
    CS_TRY(cs_alloc(&counted->there, k, sizeof *counted->there, "the categories", counting->err));
  }
  return CS_OK;
}

/* --- judging --- */

static enum cs_status keep(struct counting *counting, struct cs_slice text, const char **copy) {
  *copy = cs_arena_copy(&counting->categories->texts, text.data, text.len);
  return *copy ? CS_OK : cs_fail_memory(counting->err, (double)text.len, "a name");
}

/* Of two proportions, with the pooled share. */
static double z_of(double a, double n, double b, double m) {
  double share = (a + b) / (n + m), deviation = sqrt(share * (1 - share) * (1 / n + 1 / m));
  return deviation > 0 ? (a / n - b / m) / deviation : 0;
}

static void put(struct counting *counting, size_t s, const struct cs_category *category) {
  struct cs_category *of = counting->categories->of[s];
  size_t *told = &counting->categories->told[s], place = *told;
  while (place > 0 && fabs(of[place - 1].z) < fabs(category->z)) place--;
  if (place == CS_CATEGORIES_TOLD) return;
  if (*told < CS_CATEGORIES_TOLD) (*told)++;
  for (size_t i = *told - 1; i > place; i--) of[i] = of[i - 1];
  of[place] = *category;
}

static enum cs_status judge_value(struct counting *counting, const struct counted *counted,
                                  const char *column, uint32_t value) {
  size_t k = counting->labels->k, all = 0, rows = 0;
  const char *text = NULL;
  for (size_t s = 0; s < k; s++) {
    all += counted->count[s * CS_CATEGORY_VALUES + value];
    rows += counted->there[s];
  }
  for (size_t s = 0; s < k; s++) {
    size_t own = counted->count[s * CS_CATEGORY_VALUES + value], n = counted->there[s];
    if (own < CS_CATEGORY_ROWS || n == rows) continue;
    double z = z_of((double)own, (double)n, (double)(all - own), (double)(rows - n)),
           share = (double)own / (double)n;
    if (!(fabs(z) >= Z_LEAST)) continue;
    if (!text) CS_TRY(keep(counting, cs_map_key(&counted->map, value), &text));
    const struct cs_category category = {column, text, own, share, 100 * share / ((double)all / (double)rows),
                                         z};
    put(counting, s, &category);
  }
  return CS_OK;
}

static enum cs_status judge_column(struct counting *counting, const struct counted *counted) {
  const char *name;
  CS_TRY(keep(counting, cs_table_name(counting->table, counted->column), &name));
  for (uint32_t v = 0; v < counted->map.count; v++) CS_TRY(judge_value(counting, counted, name, v));
  return CS_OK;
}

/* --- the cross table --- */

static size_t total_of(const struct counting *counting, const struct counted *counted, uint32_t value) {
  size_t total = 0;
  for (size_t s = 0; s < counting->labels->k; s++) total += counted->count[s * CS_CATEGORY_VALUES + value];
  return total;
}

/* Whether value a stands before b: the more frequent one, and of equal ones the text that sorts first. */
static bool comes_before(const struct counting *counting, const struct counted *counted, uint32_t a,
                         uint32_t b) {
  size_t x = total_of(counting, counted, a), y = total_of(counting, counted, b);
  return x != y ? x > y : cs_slice_compare(cs_map_key(&counted->map, a), cs_map_key(&counted->map, b)) < 0;
}

static enum cs_status cross(struct counting *counting, const struct counted *counted) {
  struct cs_cross *rfm = &counting->categories->rfm;
  uint32_t order[CS_CATEGORY_VALUES];
  size_t values = counted->map.count;
  if (values > CS_CROSS_NAMES) return CS_OK;
  for (uint32_t v = 0; v < values; v++) {
    uint32_t place = v;
    for (; place > 0 && comes_before(counting, counted, v, order[place - 1]); place--)
      order[place] = order[place - 1];
    order[place] = v;
  }
  CS_TRY(cs_alloc(&rfm->count, counting->labels->k * values, sizeof *rfm->count, "the cross table",
                  counting->err));
  for (size_t v = 0; v < values; v++) {
    CS_TRY(keep(counting, cs_map_key(&counted->map, order[v]), &rfm->value[v]));
    for (size_t s = 0; s < counting->labels->k; s++)
      rfm->count[s * values + v] = counted->count[s * CS_CATEGORY_VALUES + order[v]];
  }
  rfm->values = values;
  return CS_OK;
}

static enum cs_status judge(struct counting *counting) {
  for (size_t c = 0; c < counting->columns; c++) {
    const struct counted *counted = &counting->of[c];
    bool rfm = cs_slice_is(cs_table_name(counting->table, counted->column), "rfm_segment");
    if (counted->map.count < 2) continue;
    CS_TRY(rfm ? cross(counting, counted) : judge_column(counting, counted));
  }
  return CS_OK;
}

enum cs_status cs_categories_find(struct cs_categories *categories, const struct cs_table *table,
                                  const struct cs_labels *labels, const struct cs_columns *left_out,
                                  struct cs_error *err) {
  struct counting counting = {.categories = categories, .table = table, .labels = labels, .err = err};
  size_t k = labels->k;
  enum cs_status status = cs_alloc(&categories->of, k, sizeof *categories->of, "the categories", err);
  if (status == CS_OK)
    status = cs_alloc(&categories->told, k, sizeof *categories->told, "the categories", err);
  if (status == CS_OK) status = begin(&counting, left_out);
  if (status == CS_OK) status = count_rows(&counting);
  if (status == CS_OK) status = judge(&counting);
  for (size_t c = 0; c < counting.columns; c++) counted_release(&counting.of[c]);
  free(counting.of);
  return status;
}

void cs_categories_release(struct cs_categories *categories) {
  free(categories->of);
  free(categories->told);
  free(categories->rfm.count);
  cs_arena_release(&categories->texts);
  *categories = (struct cs_categories)CS_CATEGORIES_INIT;
}
