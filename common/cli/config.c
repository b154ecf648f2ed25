#include "cli/config.h"

#include "data/yaml.h"

#include <string.h>

static const char *const sections[] = {"cs-gen",        "cs-prep",     "cs-scale", "cs-kmeans",
                                       "cs-dbscan",     "cs-report",   "cs-track", "cs-track-diff",
                                       "cs-track-push", "cs-pipeline", NULL};

struct reader {
  const char *path, *section;
  enum cs_status (*take)(void *context, const struct cs_config_entry *entry, struct cs_error *err);
  void *context;
  struct cs_error *err;
  struct cs_yaml *yaml;
  struct cs_str key, value; /* of the entry that is read */
  struct cs_config_entry *entry;
};

/* --- one section --- */

static enum cs_status read_item(void *context) {
  struct reader *reader = context;
  struct cs_config_entry *entry = reader->entry;
  const char *item;
  CS_TRY(cs_yaml_text(reader->yaml, &item, "an item of a list"));
  struct cs_yaml_place place = cs_yaml_place(reader->yaml);
  if (strchr(item, ',') && !entry->comma_line) {
    entry->comma_line = place.line;
    entry->comma_column = place.column;
  }
  entry->items++;
  cs_str_add(&reader->value, item, strlen(item) + 1);
  return CS_OK;
}

static enum cs_status read_value(struct reader *reader, struct cs_config_entry *entry) {
  struct cs_yaml *yaml = reader->yaml;
  CS_TRY(cs_yaml_next(yaml));
  struct cs_yaml_place place = cs_yaml_place(yaml);
  entry->line = place.line;
  entry->column = place.column;
  entry->is_list = cs_yaml_kind(yaml) == CS_YAML_LIST;
  reader->entry = entry;
  if (entry->is_list) return cs_yaml_each_item(yaml, read_item, reader);
  const char *text;
  entry->items = 1;
  if (cs_yaml_is_empty(yaml))
    return cs_yaml_fail(yaml, "%s: has no value (leave the line out, or write \"\")", entry->key);
  CS_TRY(cs_yaml_text(yaml, &text, entry->key));
  cs_str_add_text(&reader->value, text);
  return CS_OK;
}

static enum cs_status read_entry(void *context, const char *key) {
  struct reader *reader = context;
  struct cs_yaml_place place = cs_yaml_place(reader->yaml);
  struct cs_config_entry entry = {.path = reader->path, .key_line = place.line, .key_column = place.column};
  cs_str_clear(&reader->key);
  cs_str_clear(&reader->value);
  cs_str_add_text(&reader->key, key);
  CS_TRY(cs_str_check(&reader->key, "the configuration", reader->err));
  entry.key = cs_str_text(&reader->key);
  CS_TRY(read_value(reader, &entry));
  CS_TRY(cs_str_check(&reader->value, "the configuration", reader->err));
  entry.value = cs_str_text(&reader->value);
  return reader->take(reader->context, &entry, reader->err);
}

static enum cs_status read_section(struct reader *reader) {
  CS_TRY(cs_yaml_next(reader->yaml));
  if (cs_yaml_is_empty(reader->yaml)) return CS_OK;
  if (cs_yaml_kind(reader->yaml) != CS_YAML_MAP)
    return cs_yaml_fail(reader->yaml, "a section must be a mapping of options to values");
  return cs_yaml_each_key(reader->yaml, read_entry, reader);
}

/* --- the whole file --- */

static enum cs_status read_version(struct reader *reader) {
  const char *text;
  CS_TRY(cs_yaml_next(reader->yaml));
  CS_TRY(cs_yaml_text(reader->yaml, &text, "version"));
  if (strcmp(text, "1") != 0) return cs_yaml_fail(reader->yaml, "version: '%s' is not 1", text);
  return CS_OK;
}

static void list_sections(struct cs_str *text) {
  for (const char *const *at = sections; *at; at++) cs_str_add_format(text, "%s, ", *at);
}

static enum cs_status read_top(void *context, const char *name) {
  struct reader *reader = context;
  if (strcmp(name, reader->section) == 0) return read_section(reader);
  if (strcmp(name, "version") == 0) return read_version(reader);
  for (const char *const *at = sections; *at; at++)
    if (strcmp(name, *at) == 0) return cs_yaml_skip(reader->yaml);
  struct cs_str known = CS_STR_INIT;
  list_sections(&known);
  enum cs_status status =
      cs_yaml_fail(reader->yaml, "'%s' is no section: sections are %sversion", name, cs_str_text(&known));
  cs_str_release(&known);
  return status;
}

static enum cs_status read_document(struct reader *reader) {
  struct cs_yaml *yaml = reader->yaml;
  CS_TRY(cs_yaml_next(yaml));
  if (cs_yaml_kind(yaml) == CS_YAML_END) return CS_OK;
  if (!cs_yaml_is_empty(yaml)) {
    if (cs_yaml_kind(yaml) != CS_YAML_MAP)
      return cs_yaml_fail(yaml, "a configuration is a mapping of tools to their options");
    CS_TRY(cs_yaml_each_key(yaml, read_top, reader));
  }
  return cs_yaml_next(yaml); /* the end, or a second document, which it refuses */
}

enum cs_status cs_config_read(const char *path, const char *section,
                              enum cs_status (*take)(void *context, const struct cs_config_entry *entry,
                                                     struct cs_error *err),
                              void *context, struct cs_error *err) {
  struct reader reader = {.path = path,
                          .section = section,
                          .take = take,
                          .context = context,
                          .err = err,
                          .key = CS_STR_INIT,
                          .value = CS_STR_INIT};
  CS_TRY(cs_yaml_open(&reader.yaml, path, "configuration", err));
  enum cs_status status = read_document(&reader);
  cs_yaml_close(reader.yaml);
  cs_str_release(&reader.key);
  cs_str_release(&reader.value);
  return status;
}

/* --- TOOL.KEY=VALUE --- */

static bool is_section(struct cs_slice name, const char *own) {
  if (cs_slice_is(name, own)) return true;
  for (const char *const *at = sections; *at; at++)
    if (cs_slice_is(name, *at)) return true;
  return false;
}

enum cs_status cs_config_split(const char *text, const char *section, struct cs_slice *key,
                               const char **value, struct cs_error *err) {
  const char *equals = strchr(text, '='), *dot = strchr(text, '.');
  *key = (struct cs_slice){NULL, 0};
  if (!equals || !dot || dot > equals || dot + 1 == equals)
    return cs_fail(err, CS_USAGE, "'%s' is not of the form cs-kmeans.clusters=5", text);
  struct cs_slice tool = {text, (size_t)(dot - text)};
  if (!is_section(tool, section)) {
    struct cs_str known = CS_STR_INIT;
    list_sections(&known);
    if (known.len > 1) known.data[known.len - 2] = '\0';
    enum cs_status status = cs_fail(err, CS_USAGE, "there is no program '%.*s': programs are %s",
                                    (int)tool.len, tool.data, cs_str_text(&known));
    cs_str_release(&known);
    return status;
  }
  if (cs_slice_is(tool, section)) *key = (struct cs_slice){dot + 1, (size_t)(equals - dot - 1)};
  *value = equals + 1;
  return CS_OK;
}
