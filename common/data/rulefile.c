#include "data/rulefile.h"

#include <string.h>

/* What is read of the top. */
struct top {
  const struct cs_rule_file *file;
  bool has_version;
};

static enum cs_status next_text(struct cs_yaml *yaml, const char *key, const char **text) {
  CS_TRY(cs_yaml_next(yaml));
  return cs_yaml_text(yaml, text, key);
}

enum cs_status cs_rule_file_words(struct cs_yaml *yaml, struct cs_arena *texts, const char *key, size_t most,
                                  const char **words, struct cs_error *err) {
  const char *text;
  CS_TRY(next_text(yaml, key, &text));
  size_t len = strlen(text);
  if (len == 0 || len > most) return cs_yaml_fail(yaml, "%s: must have 1 to %zu bytes", key, most);
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
      return cs_yaml_fail(yaml, "%s: has a control character in it", key);
  *words = cs_arena_copy(texts, text, len);
  return *words ? CS_OK : cs_fail_memory(err, (double)len, "the rules");
}

enum cs_status cs_rule_file_list(struct cs_yaml *yaml, const char *key, enum cs_status (*take)(void *context),
                                 void *context) {
  CS_TRY(cs_yaml_next(yaml));
  if (cs_yaml_kind(yaml) != CS_YAML_LIST) return cs_yaml_fail(yaml, "%s must be a list", key);
  return cs_yaml_each_item(yaml, take, context);
}

static enum cs_status read_version(struct cs_yaml *yaml) {
  const char *text;
  CS_TRY(next_text(yaml, "version", &text));
  return strcmp(text, "1") == 0 ? CS_OK : cs_yaml_fail(yaml, "version: '%s' is not 1", text);
}

static enum cs_status take_key(void *context, const char *key) {
  struct top *top = context;
  const struct cs_rule_file *file = top->file;
  bool known = true;
  if (strcmp(key, "version") == 0) {
    top->has_version = true;
    return read_version(*file->yaml);
  }
  CS_TRY(file->take(file->context, key, &known));
  return known
             ? CS_OK
             : cs_yaml_fail(*file->yaml, "'%s' is no key of a %s: they are %s", key, file->what, file->keys);
}

static enum cs_status read_document(const struct cs_rule_file *file) {
  struct cs_yaml *yaml = *file->yaml;
  struct top top = {file, false};
  CS_TRY(cs_yaml_next(yaml));
  struct cs_yaml_place place = cs_yaml_place(yaml);
  if (cs_yaml_kind(yaml) != CS_YAML_MAP)
    return cs_yaml_fail(yaml, "a %s is a mapping with %s", file->what, file->keys);
  CS_TRY(cs_yaml_each_key(yaml, take_key, &top));
  if (!top.has_version) return cs_yaml_fail_at(yaml, place, "the version is absent (version: 1)");
  if (file->count && !*file->count) return cs_yaml_fail_at(yaml, place, "there is no rule");
  return cs_yaml_next(yaml); /* the end, or a second document, which it refuses */
}

enum cs_status cs_rule_file_read(const struct cs_rule_file *file, const char *path, struct cs_error *err) {
  if (path)
    CS_TRY(cs_yaml_open(file->yaml, path, file->what, err));
  else
    CS_TRY(cs_yaml_open_text(file->yaml, file->name, (const char *)file->text, file->what, err));
  enum cs_status status = read_document(file);
  cs_yaml_close(*file->yaml);
  return status;
}
