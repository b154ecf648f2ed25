/* Lists of columns: the first line is the header of a table, the second the list. */
#include "data/columns.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static bool read_names(struct cs_table *table, struct cs_slice header) {
  static const char *const path[] = {FUZZ_PATH};
  struct cs_read_options options = CS_READ_OPTIONS_INIT;
  struct cs_error err = CS_ERROR_INIT;
  options.format = CS_FORMAT_CSV;
  options.delimiter = '|';
  fuzz_feed(header, 0);
  enum cs_status status = cs_table_read(table, path, 1, &options, NULL, &err);
  fuzz_check_error(status, &err);
  return status == CS_OK;
}

static void check_found(const struct cs_columns *found, const struct cs_table *table) {
  FUZZ_CHECK(found->count <= cs_table_columns(table));
  for (size_t i = 0; i < found->count; i++) {
    FUZZ_CHECK(found->column[i] < cs_table_columns(table));
    FUZZ_CHECK(cs_columns_has(found, found->column[i]));
    for (size_t other = 0; other < i; other++) FUZZ_CHECK(found->column[other] != found->column[i]);
  }
}

static enum cs_status find(const struct cs_table *table, const char *list, struct cs_columns *found) {
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = cs_columns_find(found, table, list, "-f", &err);
  fuzz_check_error(status, &err);
  check_found(found, table);
  return status;
}

/* Every column can be named, whatever its name is: ="..." with each quote doubled. */
static void check_named(const struct cs_table *table, size_t column) {
  struct cs_slice name = cs_table_name(table, column);
  struct cs_columns found = CS_COLUMNS_INIT;
  struct cs_str list = CS_STR_INIT;
  cs_str_add_byte(&list, '"');
  for (size_t i = 0; i < name.len; i++) {
    if (name.data[i] == '"') cs_str_add_byte(&list, '"');
    cs_str_add_byte(&list, name.data[i]);
  }
  cs_str_add_byte(&list, '"');
  bool right =
      find(table, cs_str_text(&list), &found) == CS_OK && found.count == 1 && found.column[0] == column;
  if (name.len && !right) fuzz_stop("%s doesn't name column %zu", cs_str_text(&list), column);
  cs_columns_release(&found);
  cs_str_release(&list);
}

static void check_list(const struct cs_table *table, struct cs_slice text) {
  struct cs_columns found = CS_COLUMNS_INIT;
  char *list = malloc(text.len + 1);
  if (!list) fuzz_stop("no memory");
  if (text.len) memcpy(list, text.data, text.len);
  list[text.len] = '\0';
  (void)!find(table, list, &found);
  cs_columns_release(&found);
  free(list);
}

static void check_roles(struct cs_slice name) {
  (void)!cs_role_is_id(name);
  (void)!cs_role_is_truth(name);
  (void)!cs_role_is_cluster(name);
  (void)!cs_role_is_fit(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cs_slice text = {(const char *)data, size};
  const char *cut = size ? memchr(text.data, '\n', size) : NULL;
  if (!cut) return 0;
  struct cs_table *table = cs_table_new();
  size_t len = (size_t)(cut - text.data);
  if (read_names(table, (struct cs_slice){text.data, len})) {
    for (size_t column = 0; column < cs_table_columns(table); column++) {
      check_named(table, column);
      check_roles(cs_table_name(table, column));
    }
    check_list(table, (struct cs_slice){cut + 1, size - len - 1});
  }
  cs_table_free(table);
  return 0;
}
