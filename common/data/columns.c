#include "data/columns.h"

#include "base/memory.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>

/* --- names and roles --- */

static bool starts(struct cs_slice name, const char *with) {
  size_t len = strlen(with);
  return name.len >= len && memcmp(name.data, with, len) == 0;
}

static bool ends(struct cs_slice name, const char *with) {
  size_t len = strlen(with);
  return name.len >= len && memcmp(name.data + name.len - len, with, len) == 0;
}

static bool is_lower(char byte) {
  return byte >= 'a' && byte <= 'z';
}

static bool is_letter_or_digit(char byte) {
  return is_lower(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || (byte & 0x80);
}

bool cs_role_is_id(struct cs_slice name) {
  name = cs_slice_trim(name);
  if (name.len < 2) return false;
  const char *word = name.data + name.len - 2;
  if ((word[0] | 0x20) != 'i' || (word[1] | 0x20) != 'd') return false;
  if (name.len == 2 || !is_letter_or_digit(word[-1])) return true;
  return word[0] == 'I' && (is_lower(word[-1]) || (word[-1] >= '0' && word[-1] <= '9')); /* fooId */
}

bool cs_role_is_truth(struct cs_slice name) {
  return starts(name, "true_");
}

bool cs_role_is_cluster(struct cs_slice name) {
  return cs_slice_is(name, "cluster") || starts(name, "cluster_") || ends(name, "_cluster");
}

bool cs_role_is_fit(struct cs_slice name) {
  static const char *const fit[] = {"point_type", "distance",      "silhouette",
                                    "confidence", "outlier_score", "outlier_rule"};
  for (size_t i = 0; i < sizeof fit / sizeof *fit; i++)
    if (cs_slice_is(name, fit[i])) return true;
  return false;
}

bool cs_role_is_scaled(struct cs_slice name) {
  return starts(name, "scaled__") && name.len > strlen("scaled__");
}

bool cs_role_is_component(struct cs_slice name) {
  return starts(name, "pca__");
}

const char *cs_role_of(struct cs_slice name) {
  if (cs_role_is_id(name)) return "identity";
  if (cs_role_is_truth(name)) return "truth";
  if (cs_role_is_cluster(name)) return "cluster";
  if (cs_role_is_fit(name)) return "fit";
  return NULL;
}

/* --- lists --- */

void cs_columns_release(struct cs_columns *columns) {
  free(columns->column);
  *columns = (struct cs_columns)CS_COLUMNS_INIT;
}

bool cs_columns_has(const struct cs_columns *columns, size_t column) {
  for (size_t i = 0; i < columns->count; i++)
    if (columns->column[i] == column) return true;
  return false;
}

enum cs_status cs_columns_add(struct cs_columns *columns, size_t column, struct cs_error *err) {
  if (cs_columns_has(columns, column)) return CS_OK;
  CS_TRY(cs_grow(&columns->column, &columns->capacity, columns->count + 1, sizeof *columns->column, "columns",
                 err));
  columns->column[columns->count++] = column;
  return CS_OK;
}

enum { NAMES_LISTED = 10, NAME_SHOWN = 60 };

int cs_columns_shown(struct cs_slice name) {
  if (name.len <= NAME_SHOWN) return (int)name.len;
  int len = NAME_SHOWN;
  while (len && (name.data[len] & 0xc0) == 0x80) len--;
  return len;
}

struct finder {
  struct cs_columns *columns;
  const struct cs_table *table;
  const char *option;
  bool pass_roles; /* globs and ranges pass over the columns that are never features */
  struct cs_error *err;
};

static size_t find_exact(const struct finder *finder, struct cs_slice name) {
  size_t column = cs_table_find(finder->table, name);
  return column != SIZE_MAX ? column : cs_table_find(finder->table, cs_slice_trim(name));
}

/* Fails with the name that is nearest to what was written or, if nothing is near, with the names there are.
 */
static enum cs_status fail_unknown(const struct finder *finder, struct cs_slice item) {
  size_t columns = cs_table_columns(finder->table), best = SIZE_MAX;
  size_t least = 1 + (item.len < 60 ? item.len : 60) / 3;
  for (size_t column = 0; column < columns; column++) {
    size_t distance = cs_slice_distance(item, cs_table_name(finder->table, column));
    if (distance >= least) continue;
    least = distance;
    best = column;
  }
  if (best != SIZE_MAX) {
    struct cs_slice name = cs_table_name(finder->table, best);
    return cs_fail(finder->err, CS_USAGE, "unknown column '%.*s' in %s; did you mean '%.*s'?",
                   cs_columns_shown(item), item.data, finder->option, cs_columns_shown(name), name.data);
  }
  struct cs_str list = CS_STR_INIT;
  for (size_t column = 0; column < columns && column < NAMES_LISTED; column++) {
    struct cs_slice name = cs_table_name(finder->table, column);
    cs_str_add_format(&list, "%s%.*s", column ? ", " : "", cs_columns_shown(name), name.data);
  }
  if (columns > NAMES_LISTED) cs_str_add_format(&list, " and %zu more", columns - NAMES_LISTED);
  enum cs_status status = cs_fail(finder->err, CS_USAGE, "unknown column '%.*s' in %s; there are %s",
                                  cs_columns_shown(item), item.data, finder->option, cs_str_text(&list));
  cs_str_release(&list);
  return status;
}

static enum cs_status add_unless_role(const struct finder *finder, size_t column) {
  if (finder->pass_roles && cs_role_of(cs_table_name(finder->table, column))) return CS_OK;
  return cs_columns_add(finder->columns, column, finder->err);
}

static enum cs_status find_glob(const struct finder *finder, struct cs_slice item) {
  bool found = false;
  for (size_t column = 0; column < cs_table_columns(finder->table); column++) {
    if (!cs_slice_glob(cs_table_name(finder->table, column), item)) continue;
    CS_TRY(add_unless_role(finder, column));
    found = true;
  }
  if (found) return CS_OK;
  return cs_fail(finder->err, CS_USAGE, "'%.*s' in %s matches no column", cs_columns_shown(item), item.data,
                 finder->option);
}

/* A position from 1, as figures alone. */
static bool is_position(struct cs_slice item, int64_t *position) {
  for (size_t i = 0; i < item.len; i++)
    if (item.data[i] < '0' || item.data[i] > '9') return false;
  if (!cs_num_parse_integer(item.data, item.len, position)) *position = INT64_MAX;
  return item.len > 0;
}

static enum cs_status find_position(const struct finder *finder, int64_t position, size_t *column) {
  size_t columns = cs_table_columns(finder->table);
  if (position < 1 || (uint64_t)position > columns)
    return cs_fail(finder->err, CS_USAGE, "position %lld in %s: there are %zu columns, counted from 1",
                   (long long)position, finder->option, columns);
  *column = (size_t)position - 1;
  return CS_OK;
}

/* One end of a range: a name or a position. */
static enum cs_status find_end(const struct finder *finder, struct cs_slice end, size_t *column) {
  int64_t position;
  *column = find_exact(finder, end);
  if (*column != SIZE_MAX) return CS_OK;
  if (is_position(cs_slice_trim(end), &position)) return find_position(finder, position, column);
  return fail_unknown(finder, cs_slice_trim(end));
}

static enum cs_status find_range(const struct finder *finder, struct cs_slice item, size_t dots) {
  size_t from, to;
  CS_TRY(find_end(finder, (struct cs_slice){item.data, dots}, &from));
  CS_TRY(find_end(finder, (struct cs_slice){item.data + dots + 2, item.len - dots - 2}, &to));
  if (from > to)
    return cs_fail(finder->err, CS_USAGE,
                   "range '%.*s' in %s matches no column: its ends are the wrong way round",
                   cs_columns_shown(item), item.data, finder->option);
  for (size_t column = from; column <= to; column++) CS_TRY(add_unless_role(finder, column));
  return CS_OK;
}

static size_t find_dots(struct cs_slice item) {
  for (size_t i = 1; i + 3 <= item.len; i++)
    if (item.data[i] == '.' && item.data[i + 1] == '.') return i;
  return SIZE_MAX;
}

static enum cs_status find_item(const struct finder *finder, struct cs_slice item) {
  size_t column = find_exact(finder, item);
  if (column != SIZE_MAX) return cs_columns_add(finder->columns, column, finder->err);
  item = cs_slice_trim(item);
  if (item.len == 0) return cs_fail(finder->err, CS_USAGE, "an empty name in %s", finder->option);
  if (memchr(item.data, '*', item.len) || memchr(item.data, '?', item.len)) return find_glob(finder, item);
  size_t dots = find_dots(item);
  if (dots != SIZE_MAX) return find_range(finder, item, dots);
  int64_t position;
  if (!is_position(item, &position)) return fail_unknown(finder, item);
  CS_TRY(find_position(finder, position, &column));
  return cs_columns_add(finder->columns, column, finder->err);
}

static const char *item_end(const char *at) {
  return at + strcspn(at, ",");
}

/* =NAME up to a comma, or up to a later one where the name has commas. Moves *at behind it. */
static enum cs_status find_literal(const struct finder *finder, const char **at) {
  const char *name = *at + 1, *end = item_end(name);
  for (const char *stop = end;; stop = item_end(stop + 1)) {
    size_t column = cs_table_find(finder->table, (struct cs_slice){name, (size_t)(stop - name)});
    if (column != SIZE_MAX) {
      *at = stop;
      return cs_columns_add(finder->columns, column, finder->err);
    }
    if (!*stop) return fail_unknown(finder, (struct cs_slice){name, (size_t)(end - name)});
  }
}

/* The name that begins with the double quote at `at`. Returns whether it is closed before a comma or the end; *behind is what
 * follows it. */
static bool read_quoted(const char *at, struct cs_str *name, const char **behind) {
  const char *from = at + 1;
  for (; *from && (*from != '"' || from[1] == '"'); from++) {
    cs_str_add_byte(name, *from);
    if (*from == '"') from++;
  }
  *behind = *from ? from + 1 : from;
  return *from == '"' && (from[1] == ',' || !from[1]);
}

/* "NAME" in double quotes. Moves *at behind it. */
static enum cs_status find_quoted(const struct finder *finder, const char **at) {
  struct cs_str name = CS_STR_INIT;
  bool closed = read_quoted(*at, &name, at);
  struct cs_slice item = {cs_str_text(&name), name.len};
  size_t column = cs_table_find(finder->table, item);
  enum cs_status status = cs_str_check(&name, "a name", finder->err);
  if (status == CS_OK && !closed)
    status =
        cs_fail(finder->err, CS_USAGE, "a double quote in %s isn't closed before the comma", finder->option);
  if (status == CS_OK)
    status = column == SIZE_MAX ? fail_unknown(finder, item)
                                : cs_columns_add(finder->columns, column, finder->err);
  cs_str_release(&name);
  return status;
}

/* Whether a quoted name goes on behind the comma at `end` and is a column's: then what is before the comma is no item, although
 * it may be a column's name by itself. */
static bool goes_on(const struct finder *finder, const char *at, const char *end) {
  struct cs_str name = CS_STR_INIT;
  const char *behind;
  if (*at != '"') return false;
  bool found = read_quoted(at, &name, &behind) && behind > end &&
               cs_table_find(finder->table, (struct cs_slice){cs_str_text(&name), name.len}) != SIZE_MAX;
  cs_str_release(&name);
  return found;
}

static enum cs_status find_list(const struct finder *finder, const char *list) {
  for (const char *at = list;; at++) {
    const char *end = item_end(at);
    struct cs_slice item = {at, (size_t)(end - at)};
    bool exact = find_exact(finder, item) != SIZE_MAX && !goes_on(finder, at, end);
    if (!exact && *at == '=') {
      CS_TRY(find_literal(finder, &at));
    } else if (!exact && *at == '"') {
      CS_TRY(find_quoted(finder, &at));
    } else {
      CS_TRY(find_item(finder, item));
      at = end;
    }
    if (!*at) return CS_OK;
  }
}

enum cs_status cs_columns_find(struct cs_columns *columns, const struct cs_table *table, const char *list,
                               const char *option, struct cs_error *err) {
  return find_list(&(struct finder){columns, table, option, false, err}, list);
}

enum cs_status cs_columns_find_features(struct cs_columns *columns, const struct cs_table *table,
                                        const char *list, struct cs_error *err) {
  return find_list(&(struct finder){columns, table, "-f", true, err}, list);
}
