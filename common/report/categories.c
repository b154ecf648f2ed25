#include "report/categories.h"

#include "base/map.h"
#include "base/num.h"
#include "report/privacy.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double Z_LEAST = 3;

struct counting {
  struct cs_categories *categories;
  const struct cs_table *table;
  const struct cs_labels *labels;
  struct cs_error *err;
  struct cs_map map; /* values of the column at hand */
  size_t *count;     /* [k][CS_CATEGORY_VALUES] */
  size_t *there;     /* [k], rows that have a value */
  struct cs_str scratch;
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

/* One row's value; false: this isn't a column of categories. */
static enum cs_status count_row(struct counting *counting, size_t row, size_t column, bool *fits) {
  struct cs_slice cell;
  uint32_t value;
  cs_str_clear(&counting->scratch);
  CS_TRY(cs_table_cells(counting->table, row, &column, 1, &cell, &counting->scratch, counting->err));
  if (cs_table_is_missing(counting->table, cell)) return CS_OK;
  cell = cs_slice_trim(cell);
  size_t known = counting->map.count;
  CS_TRY(cs_map_add(&counting->map, cell, &value, counting->err));
  if (counting->map.count > known)
    *fits = counting->map.count <= CS_CATEGORY_VALUES && !is_number(cell) && !looks_dated(cell);
  if (!*fits) return CS_OK;
  uint32_t s = counting->labels->group[row];
  counting->count[s * CS_CATEGORY_VALUES + value]++;
  counting->there[s]++;
  return CS_OK;
}

static enum cs_status count_column(struct counting *counting, size_t column, bool *fits) {
  size_t k = counting->labels->k;
  cs_map_release(&counting->map);
  memset(counting->count, 0, k * CS_CATEGORY_VALUES * sizeof *counting->count);
  memset(counting->there, 0, k * sizeof *counting->there);
  *fits = true;
  for (size_t i = 0; *fits && i < cs_table_rows(counting->table); i++)
    CS_TRY(count_row(counting, i, column, fits));
  *fits = *fits && counting->map.count >= 2;
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

static enum cs_status judge_value(struct counting *counting, const char *column, uint32_t value) {
  size_t k = counting->labels->k, all = 0, rows = 0;
  const char *text = NULL;
  for (size_t s = 0; s < k; s++) {
    all += counting->count[s * CS_CATEGORY_VALUES + value];
    rows += counting->there[s];
  }
  for (size_t s = 0; s < k; s++) {
    size_t own = counting->count[s * CS_CATEGORY_VALUES + value], n = counting->there[s];
    if (own < CS_CATEGORY_ROWS || n == rows) continue;
    double z = z_of((double)own, (double)n, (double)(all - own), (double)(rows - n)),
           share = (double)own / (double)n;
    if (!(fabs(z) >= Z_LEAST)) continue;
    if (!text) CS_TRY(keep(counting, cs_map_key(&counting->map, value), &text));
    const struct cs_category category = {column, text, own, share, 100 * share / ((double)all / (double)rows),
                                         z};
    put(counting, s, &category);
  }
  return CS_OK;
}

static enum cs_status judge_column(struct counting *counting, size_t column) {
  const char *name;
  CS_TRY(keep(counting, cs_table_name(counting->table, column), &name));
  for (uint32_t v = 0; v < counting->map.count; v++) CS_TRY(judge_value(counting, name, v));
  return CS_OK;
}

/* --- the cross table --- */

static size_t total_of(const struct counting *counting, uint32_t value) {
  size_t total = 0;
  for (size_t s = 0; s < counting->labels->k; s++) total += counting->count[s * CS_CATEGORY_VALUES + value];
  return total;
}

/* Whether value a stands before b: the more frequent one, and of equal ones the text that sorts first. */
static bool comes_before(const struct counting *counting, uint32_t a, uint32_t b) {
  size_t x = total_of(counting, a), y = total_of(counting, b);
  return x != y ? x > y : cs_slice_compare(cs_map_key(&counting->map, a), cs_map_key(&counting->map, b)) < 0;
}

static enum cs_status cross(struct counting *counting) {
  struct cs_cross *rfm = &counting->categories->rfm;
  uint32_t order[CS_CATEGORY_VALUES];
  size_t values = counting->map.count;
  if (values > CS_CROSS_NAMES) return CS_OK;
  for (uint32_t v = 0; v < values; v++) {
    uint32_t place = v;
    for (; place > 0 && comes_before(counting, v, order[place - 1]); place--) order[place] = order[place - 1];
    order[place] = v;
  }
  CS_TRY(cs_alloc(&rfm->count, counting->labels->k * values, sizeof *rfm->count, "the cross table",
                  counting->err));
  for (size_t v = 0; v < values; v++) {
    CS_TRY(keep(counting, cs_map_key(&counting->map, order[v]), &rfm->value[v]));
    for (size_t s = 0; s < counting->labels->k; s++)
      rfm->count[s * values + v] = counting->count[s * CS_CATEGORY_VALUES + order[v]];
  }
  rfm->values = values;
  return CS_OK;
}

static enum cs_status look_at(struct counting *counting, size_t column) {
  bool fits;
  CS_TRY(count_column(counting, column, &fits));
  if (!fits) return CS_OK;
  if (cs_slice_is(cs_table_name(counting->table, column), "rfm_segment")) return cross(counting);
  return judge_column(counting, column);
}

enum cs_status cs_categories_find(struct cs_categories *categories, const struct cs_table *table,
                                  const struct cs_labels *labels, const struct cs_columns *left_out,
                                  struct cs_error *err) {
  struct counting counting = {.categories = categories,
                              .table = table,
                              .labels = labels,
                              .err = err,
                              .map = CS_MAP_INIT,
                              .scratch = CS_STR_INIT};
  size_t k = labels->k;
  enum cs_status status = cs_alloc(&categories->of, k, sizeof *categories->of, "the categories", err);
  if (status == CS_OK)
    status = cs_alloc(&categories->told, k, sizeof *categories->told, "the categories", err);
  if (status == CS_OK)
    status = cs_alloc(&counting.count, k * CS_CATEGORY_VALUES, sizeof *counting.count, "the categories", err);
  if (status == CS_OK) status = cs_alloc(&counting.there, k, sizeof *counting.there, "the categories", err);
  for (size_t c = 0; status == CS_OK && c < cs_table_columns_read(table); c++)
    if (may_be(&counting, c, left_out)) status = look_at(&counting, c);
  cs_map_release(&counting.map);
  cs_str_release(&counting.scratch);
  free(counting.count);
  free(counting.there);
  return status;
}

void cs_categories_release(struct cs_categories *categories) {
  free(categories->of);
  free(categories->told);
  free(categories->rfm.count);
  cs_arena_release(&categories->texts);
  *categories = (struct cs_categories)CS_CATEGORIES_INIT;
}
