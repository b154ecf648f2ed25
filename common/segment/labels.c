#include "segment/labels.h"

#include "base/memory.h"

#include <stdlib.h>

/* LABEL_name. */
static enum cs_status name_column(const char *label, struct cs_str *name, struct cs_error *err) {
  cs_str_add_format(name, "%s_name", label);
  return cs_str_check(name, "the name of a column", err);
}

static enum cs_status check_free(const struct cs_table *table, const char *name, struct cs_error *err) {
  if (cs_table_find(table, cs_slice_of(name)) == SIZE_MAX) return CS_OK;
  return cs_fail(err, CS_USAGE, "column '%s' exists already; --label NAME names the new one", name);
}

enum cs_status cs_labels_check(const char *label, bool named, const struct cs_table *table,
                               struct cs_error *err) {
  struct cs_str name = CS_STR_INIT;
  CS_TRY(check_free(table, label, err));
  enum cs_status status = name_column(label, &name, err);
  if (status == CS_OK && named) status = check_free(table, cs_str_text(&name), err);
  cs_str_release(&name);
  return status;
}

static enum cs_status add_numbers(const char *label, const struct cs_segments *segments,
                                  struct cs_table *table, const uint32_t *cluster, struct cs_error *err) {
  size_t n = cs_table_rows(table);
  double *value;
  CS_TRY(cs_alloc(&value, n, sizeof *value, "labels", err));
  for (size_t i = 0; i < n; i++)
    value[i] = cluster[i] < segments->k ? (double)segments->number[cluster[i]] : -1;
  return cs_table_add_number(table, label, CS_KIND_INTEGER, value, err);
}

static enum cs_status add_names(const char *label, const struct cs_segments *segments, struct cs_table *table,
                                const uint32_t *cluster, struct cs_error *err) {
  size_t k = segments->k, n = cs_table_rows(table);
  struct cs_str name = CS_STR_INIT;
  struct cs_slice *text = NULL;
  uint32_t *code = NULL;
  enum cs_status status = name_column(label, &name, err);
  if (status == CS_OK) status = cs_alloc(&text, k + 1, sizeof *text, "names", err);
  if (status == CS_OK) status = cs_alloc(&code, n, sizeof *code, "names", err);
  for (size_t c = 0; status == CS_OK && c < k; c++) text[c] = cs_slice_of(segments->name[c]);
  if (status == CS_OK) {
    text[k] = cs_slice_of(CS_LABEL_NOISE);
    for (size_t i = 0; i < n; i++) code[i] = cluster[i] < k ? cluster[i] : (uint32_t)k;
    status = cs_table_add_text(table, cs_str_text(&name), code, text, k + 1, err);
  }
  free(text);
  cs_str_release(&name);
  return status;
}

enum cs_status cs_labels_add(const char *label, const struct cs_segments *segments, struct cs_table *table,
                             const uint32_t *cluster, struct cs_error *err) {
  CS_TRY(add_numbers(label, segments, table, cluster, err));
  return segments->name ? add_names(label, segments, table, cluster, err) : CS_OK;
}

enum cs_status cs_labels_check_option(const char *name, const struct cs_table *table, struct cs_error *err) {
  if (cs_table_find(table, cs_slice_of(name)) == SIZE_MAX) return CS_OK;
  return cs_fail(err, CS_USAGE, "--%s: column '%s' exists already", name, name);
}
