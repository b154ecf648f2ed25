#include "report/categories.h"

#include "base/map.h"
#include "base/num.h"
#include "base/parallel.h"
#include "data/cursor.h"
#include "report/privacy.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double Z_LEAST = 3;

/* A column that may be one of categories. */
struct counted {
  size_t column;
  bool out;          /* it isn't one */
  struct cs_map map; /* its values */
  size_t *count;     /* [k][CS_CATEGORY_VALUES] */
  size_t *there;     /* [k], rows that have a value */
};

/* Some rows, as a thread counts them. */
struct piece {
  struct counted *of; /* [columns] */
  size_t *column;     /* [columns], those that are left in front */
  size_t *place;      /* [columns], where they are in of */
  struct cs_slice *cell;
  struct cs_cursor cursor;
  enum cs_status status;
  struct cs_error err;
};

struct counting {
  struct cs_categories *categories;
  const struct cs_table *table;
  const struct cs_labels *labels;
  struct cs_error *err;
  struct counted *of; /* [columns], of all rows */
  size_t columns;
  struct piece *piece; /* [threads] */
  int threads;
  enum cs_status status; /* the first failure in the order of the rows */
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

/* --- counting, some rows at a time --- */

enum { PIECE = 65536 };

static void counted_release(struct counted *counted) {
  cs_map_release(&counted->map);
  free(counted->count);
  free(counted->there);
}

static enum cs_status counted_make(struct counted *counted, size_t column, size_t k, struct cs_error *err) {
  *counted = (struct counted){.column = column, .map = CS_MAP_INIT};
  CS_TRY(cs_alloc(&counted->count, k * CS_CATEGORY_VALUES, sizeof *counted->count, "the categories", err));
  return cs_alloc(&counted->there, k, sizeof *counted->there, "the categories", err);
}

static void counted_reset(struct counted *counted, size_t k) {
  cs_map_release(&counted->map);
  memset(counted->count, 0, k * CS_CATEGORY_VALUES * sizeof *counted->count);
  memset(counted->there, 0, k * sizeof *counted->there);
  counted->out = false;
}

static enum cs_status count_cell(const struct counting *counting, struct counted *counted, size_t row,
                                 struct cs_slice cell, struct cs_error *err) {
  uint32_t value;
  if (cs_table_is_missing(counting->table, cell)) return CS_OK;
  cell = cs_slice_trim(cell);
  size_t known = counted->map.count;
  CS_TRY(cs_map_add(&counted->map, cell, &value, err));
  if (counted->map.count > known)
    counted->out = counted->map.count > CS_CATEGORY_VALUES || is_number(cell) || looks_dated(cell);
  if (counted->out) return CS_OK;
  uint32_t s = counting->labels->group[row];
  counted->count[s * CS_CATEGORY_VALUES + value]++;
  counted->there[s]++;
  return CS_OK;
}

/* Counts a row in the columns that are left, which stand in front, and forgets those that are out. */
static enum cs_status count_row(const struct counting *counting, struct piece *piece, size_t row,
                                size_t *left) {
  CS_TRY(cs_cursor_cells(&piece->cursor, row, piece->column, *left, piece->cell, &piece->err));
  size_t kept = 0;
  for (size_t i = 0; i < *left; i++) {
    CS_TRY(count_cell(counting, &piece->of[piece->place[i]], row, piece->cell[i], &piece->err));
    if (piece->of[piece->place[i]].out) continue;
    piece->column[kept] = piece->column[i];
    piece->place[kept++] = piece->place[i];
  }
  *left = kept;
  return CS_OK;
}

static void count_piece(void *context, size_t number, int thread) {
  struct counting *counting = context;
  struct piece *piece = &counting->piece[thread];
  size_t rows = cs_table_rows(counting->table), left = counting->columns;
  size_t end = (number + 1) * PIECE < rows ? (number + 1) * PIECE : rows;
  for (size_t c = 0; c < left; c++) {
    counted_reset(&piece->of[c], counting->labels->k);
    piece->column[c] = piece->of[c].column;
    piece->place[c] = c;
  }
  piece->status = CS_OK;
  for (size_t i = number * PIECE; piece->status == CS_OK && left && i < end; i++)
    piece->status = count_row(counting, piece, i, &left);
}

/* The counts of some rows go to those of all; values in the order in which they are met. */
static enum cs_status join(struct counted *all, const struct counted *some, size_t k, struct cs_error *err) {
  all->out = all->out || some->out;
  for (uint32_t v = 0; !all->out && v < some->map.count; v++) {
    uint32_t value;
    CS_TRY(cs_map_add(&all->map, cs_map_key(&some->map, v), &value, err));
    all->out = all->map.count > CS_CATEGORY_VALUES;
    for (size_t s = 0; !all->out && s < k; s++)
      all->count[s * CS_CATEGORY_VALUES + value] += some->count[s * CS_CATEGORY_VALUES + v];
  }
  for (size_t s = 0; s < k; s++) all->there[s] += some->there[s];
  return CS_OK;
}

static void end_piece(void *context, size_t number, int thread) {
  struct counting *counting = context;
  const struct piece *piece = &counting->piece[thread];
  (void)number;
  if (counting->status != CS_OK) return;
  counting->status = piece->status;
  if (piece->status != CS_OK && counting->err) *counting->err = piece->err;
  for (size_t c = 0; counting->status == CS_OK && c < counting->columns; c++)
    counting->status = join(&counting->of[c], &piece->of[c], counting->labels->k, counting->err);
}

static enum cs_status make_piece(const struct counting *counting, struct piece *piece) {
  size_t columns = counting->columns;
  CS_TRY(cs_cursor_begin(&piece->cursor, counting->table, counting->err));
  CS_TRY(cs_alloc(&piece->of, columns, sizeof *piece->of, "the categories", counting->err));
  CS_TRY(cs_alloc(&piece->column, columns, sizeof *piece->column, "the categories", counting->err));
  CS_TRY(cs_alloc(&piece->place, columns, sizeof *piece->place, "the categories", counting->err));
  CS_TRY(cs_alloc(&piece->cell, columns, sizeof *piece->cell, "the categories", counting->err));
  for (size_t c = 0; c < columns; c++)
    CS_TRY(counted_make(&piece->of[c], counting->of[c].column, counting->labels->k, counting->err));
  return CS_OK;
}

static void release_piece(const struct counting *counting, struct piece *piece) {
  for (size_t c = 0; piece->of && c < counting->columns; c++) counted_release(&piece->of[c]);
  free(piece->of);
  free(piece->column);
  free(piece->place);
  free(piece->cell);
  cs_cursor_release(&piece->cursor);
}

/* One pass over the rows. */
static enum cs_status count_rows(struct counting *counting) {
  size_t pieces = (cs_table_rows(counting->table) + PIECE - 1) / PIECE;
  CS_TRY(cs_alloc(&counting->piece, (size_t)counting->threads, sizeof *counting->piece, "the categories",
                  counting->err));
  for (int t = 0; counting->status == CS_OK && t < counting->threads; t++)
    counting->status = make_piece(counting, &counting->piece[t]);
  if (counting->status == CS_OK)
    cs_parallel_in_turn(counting->threads, pieces, count_piece, end_piece, counting);
  for (int t = 0; t < counting->threads; t++) release_piece(counting, &counting->piece[t]);
  free(counting->piece);
  return counting->status;
}

static enum cs_status begin(struct counting *counting, const struct cs_columns *left_out) {
  size_t all = cs_table_columns_read(counting->table);
  CS_TRY(cs_alloc(&counting->of, all, sizeof *counting->of, "the categories", counting->err));
  for (size_t c = 0; c < all; c++)
    if (may_be(counting, c, left_out))
      CS_TRY(counted_make(&counting->of[counting->columns++], c, counting->labels->k, counting->err));
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
    if (counted->out || counted->map.count < 2) continue;
    CS_TRY(rfm ? cross(counting, counted) : judge_column(counting, counted));
  }
  return CS_OK;
}

enum cs_status cs_categories_find(struct cs_categories *categories, const struct cs_table *table,
                                  const struct cs_labels *labels, const struct cs_columns *left_out,
                                  int threads, struct cs_error *err) {
  struct counting counting = {.categories = categories,
                              .table = table,
                              .labels = labels,
                              .err = err,
                              .threads = threads > 1 ? threads : 1};
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
