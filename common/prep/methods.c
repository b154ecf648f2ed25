#include "prep/methods.h"

#include "base/num.h"
#include "base/str.h"

#include <stdint.h>
#include <string.h>

struct method_item {
  struct cs_slice selector; /* empty: the method of all other columns */
  struct cs_slice method;
};

/* Cuts the next item off *rest: "total_spent=log", "=odd,name=log" isn't one (a comma in a name needs
 * quotes). The last '=' counts, so that a name may hold one. */
static bool next_item(const char **rest, struct method_item *item) {
  if (!*rest) return false;
  const char *start = *rest, *end = start, *equals = NULL;
  for (bool quoted = false; *end && (quoted || *end != ','); end++) {
    if (*end == '"') quoted = !quoted;
    if (*end == '=' && !quoted) equals = end;
  }
  *rest = *end ? end + 1 : NULL;
  const char *method = equals ? equals + 1 : start;
  item->selector = cs_slice_trim((struct cs_slice){start, equals ? (size_t)(equals - start) : 0});
  item->method = cs_slice_trim((struct cs_slice){method, (size_t)(end - method)});
  return true;
}

static bool find_method(struct cs_slice text, enum cs_scale_method *method) {
  for (int i = 0; i < CS_SCALE_METHODS; i++)
    if (cs_slice_is(text, cs_scale_name((enum cs_scale_method)i))) {
      *method = (enum cs_scale_method)i;
      return true;
    }
  return false;
}

enum cs_status cs_methods_check(const char *text, struct cs_error *err) {
  struct method_item item;
  enum cs_scale_method method;
  int bare = 0;
  while (next_item(&text, &item)) {
    if (!find_method(item.method, &method))
      return cs_fail(err, CS_USAGE,
                     "must be standard, minmax, robust, maxabs, log, yeo-johnson, quantile, quantile-normal "
                     "or none, or a list such as 'total_spent=log,age=minmax'");
    bare += item.selector.len == 0;
  }
  if (bare > 1)
    return cs_fail(err, CS_USAGE, "must name one method for all columns, and others as COLUMN=METHOD");
  return CS_OK;
}

/* "3" is a count; "0.95", "1.0" and "5e-1" are shares. */
bool cs_components_parse(const char *text, struct cs_pca_params *params) {
  int64_t count;
  *params = (struct cs_pca_params){0, 0, 1};
  if (cs_num_parse_integer(text, strlen(text), &count)) {
    params->count = count > 0 ? (size_t)count : 0;
    return count > 0 && count <= 1000000;
  }
  return cs_num_parse(text, strlen(text), '.', &params->fraction) && params->fraction > 0 &&
         params->fraction <= 1;
}

enum cs_status cs_components_check(const char *text, struct cs_error *err) {
  struct cs_pca_params params;
  if (cs_components_parse(text, &params)) return CS_OK;
  return cs_fail(err, CS_USAGE,
                 "must be a number of components (2) or the share of variance to be kept (0.95)");
}

/* What a list without names says, else standard. */
static enum cs_scale_method bare_method(const char *text) {
  enum cs_scale_method method = CS_SCALE_STANDARD;
  struct method_item item;
  while (next_item(&text, &item))
    if (item.selector.len == 0) find_method(item.method, &method);
  return method;
}

/* A named column that isn't scaled is an error: a typing mistake must not leave a column with the default. */
static enum cs_status assign_named(const struct cs_table *table, const struct cs_columns *columns,
                                   const struct cs_columns *named, enum cs_scale_method chosen,
                                   enum cs_scale_method *method, struct cs_error *err) {
  for (size_t i = 0; i < named->count; i++) {
    size_t j = 0;
    while (j < columns->count && columns->column[j] != named->column[i]) j++;
    if (j == columns->count)
      return cs_table_fail(
          table, SIZE_MAX, named->column[i], err,
          "named by --method, but it is not among the columns that are scaled (name it with -f)");
    method[j] = chosen;
  }
  return CS_OK;
}

static enum cs_status assign_item(const struct cs_table *table, const struct cs_columns *columns,
                                  const struct method_item *item, enum cs_scale_method *method,
                                  struct cs_error *err) {
  struct cs_columns named = CS_COLUMNS_INIT;
  struct cs_str selector = CS_STR_INIT;
  enum cs_scale_method chosen = CS_SCALE_STANDARD;
  find_method(item->method, &chosen);
  cs_str_add(&selector, item->selector.data, item->selector.len);
  enum cs_status status = cs_str_check(&selector, "the methods", err);
  if (status == CS_OK) status = cs_columns_find(&named, table, cs_str_text(&selector), "--method", err);
  if (status == CS_OK) status = assign_named(table, columns, &named, chosen, method, err);
  cs_str_release(&selector);
  cs_columns_release(&named);
  return status;
}

enum cs_status cs_methods_assign(const struct cs_table *table, const struct cs_columns *columns,
                                 const char *text, enum cs_scale_method *method, struct cs_error *err) {
  struct method_item item;
  enum cs_scale_method bare = bare_method(text);
  for (size_t j = 0; j < columns->count; j++) method[j] = bare;
  while (next_item(&text, &item))
    if (item.selector.len > 0) CS_TRY(assign_item(table, columns, &item, method, err));
  return CS_OK;
}
