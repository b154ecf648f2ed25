#include "cli/config.h"

#include "base/map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

enum { BYTES_MAX = 256 * 1024, DEPTH_MAX = 8 };

static const char *const sections[] = {"cs-gen",    "cs-prep",  "cs-scale",    "cs-kmeans", "cs-dbscan",
                                       "cs-report", "cs-track", "cs-pipeline", NULL};

struct reader {
  const char *path, *section;
  enum cs_status (*take)(void *context, const struct cs_config_entry *entry, struct cs_error *err);
  void *context;
  struct cs_error *err;
  yaml_parser_t parser;
  yaml_event_t event;
  bool has_event;
  size_t depth;
};

static enum cs_status fail(struct reader *reader, yaml_mark_t mark, const char *format, ...) CS_PRINTF(3, 4);

static enum cs_status fail(struct reader *reader, yaml_mark_t mark, const char *format, ...) {
  struct cs_error inner = CS_ERROR_INIT;
  va_list args;
  va_start(args, format);
  vsnprintf(inner.text, sizeof inner.text, format, args);
  va_end(args);
  return cs_fail(reader->err, CS_USAGE, "%s:%zu:%zu: %s", reader->path, mark.line + 1, mark.column + 1,
                 inner.text);
}

/* --- events --- */

/* What libyaml found wrong. Its reader errors (bad UTF-8, control bytes) have no mark, only an offset. */
static enum cs_status fail_parser(struct reader *reader) {
  const yaml_parser_t *parser = &reader->parser;
  const char *problem = parser->problem ? parser->problem : "not YAML";
  if (parser->error == YAML_MEMORY_ERROR) return cs_fail_memory(reader->err, BYTES_MAX, "the configuration");
  if (parser->error == YAML_READER_ERROR)
    return cs_fail(reader->err, CS_USAGE, "%s: byte %zu: %s", reader->path, parser->problem_offset + 1,
                   problem);
  return fail(reader, parser->problem_mark, "%s", problem);
}

static enum cs_status refuse_extras(struct reader *reader) {
  const yaml_event_t *event = &reader->event;
  const yaml_char_t *anchor = NULL, *tag = NULL;
  if (event->type == YAML_ALIAS_EVENT) return fail(reader, event->start_mark, "aliases are not supported");
  if (event->type == YAML_SCALAR_EVENT) {
    anchor = event->data.scalar.anchor;
    tag = event->data.scalar.tag;
  } else if (event->type == YAML_SEQUENCE_START_EVENT) {
    anchor = event->data.sequence_start.anchor;
    tag = event->data.sequence_start.tag;
  } else if (event->type == YAML_MAPPING_START_EVENT) {
    anchor = event->data.mapping_start.anchor;
    tag = event->data.mapping_start.tag;
  }
  if (anchor) return fail(reader, event->start_mark, "anchors are not supported");
  if (tag) return fail(reader, event->start_mark, "tags are not supported");
  return CS_OK;
}

static enum cs_status next(struct reader *reader) {
  if (reader->has_event) yaml_event_delete(&reader->event);
  reader->has_event = false;
  if (!yaml_parser_parse(&reader->parser, &reader->event)) return fail_parser(reader);
  reader->has_event = true;
  yaml_event_type_t type = reader->event.type;
  if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT) {
    if (++reader->depth > DEPTH_MAX)
      return fail(reader, reader->event.start_mark, "nested more than %d deep", DEPTH_MAX);
  }
  if (type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT) reader->depth--;
  return refuse_extras(reader);
}

/* The scalar at hand as text; a NUL in it ("\0") would cut it short unseen. */
static enum cs_status scalar(struct reader *reader, const char **text, const char *what) {
  const yaml_event_t *event = &reader->event;
  if (event->type != YAML_SCALAR_EVENT)
    return fail(reader, event->start_mark, "%s must be a plain value", what);
  *text = (const char *)event->data.scalar.value;
  if (strlen(*text) != event->data.scalar.length)
    return fail(reader, event->start_mark, "%s has a NUL in it", what);
  return CS_OK;
}

static bool is_empty_plain(const yaml_event_t *event) {
  return event->type == YAML_SCALAR_EVENT && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
         (event->data.scalar.length == 0 || strcmp((const char *)event->data.scalar.value, "~") == 0);
}

/* --- one section --- */

static enum cs_status read_list(struct reader *reader, struct cs_str *value) {
  for (size_t count = 0;; count++) {
    const char *item;
    CS_TRY(next(reader));
    if (reader->event.type == YAML_SEQUENCE_END_EVENT) return CS_OK;
    CS_TRY(scalar(reader, &item, "an item of a list"));
    if (strchr(item, ','))
      return fail(reader, reader->event.start_mark, "an item with a comma: write the list as one text");
    if (count > 0) cs_str_add_byte(value, ',');
    cs_str_add_text(value, item);
  }
}

static enum cs_status read_value(struct reader *reader, struct cs_config_entry *entry, struct cs_str *value) {
  CS_TRY(next(reader));
  const yaml_event_t *event = &reader->event;
  entry->line = event->start_mark.line + 1;
  entry->column = event->start_mark.column + 1;
  entry->is_list = event->type == YAML_SEQUENCE_START_EVENT;
  if (entry->is_list) return read_list(reader, value);
  const char *text;
  if (is_empty_plain(event))
    return fail(reader, event->start_mark, "%s: has no value (leave the line out, or write \"\")",
                entry->key);
  CS_TRY(scalar(reader, &text, entry->key));
  cs_str_add_text(value, text);
  return CS_OK;
}

static enum cs_status read_entry(struct reader *reader, struct cs_config_entry *entry, struct cs_str *key,
                                 struct cs_str *value) {
  const char *text;
  CS_TRY(scalar(reader, &text, "a key"));
  entry->key_line = reader->event.start_mark.line + 1;
  entry->key_column = reader->event.start_mark.column + 1;
  cs_str_clear(key);
  cs_str_clear(value);
  cs_str_add_text(key, text);
  CS_TRY(cs_str_check(key, "the configuration", reader->err));
  entry->key = cs_str_text(key);
  CS_TRY(read_value(reader, entry, value));
  CS_TRY(cs_str_check(value, "the configuration", reader->err));
  entry->value = cs_str_text(value);
  return reader->take(reader->context, entry, reader->err);
}

/* A key that is new, or the fault that it is there twice: libyaml doesn't look. */
static enum cs_status claim(struct reader *reader, struct cs_map *seen) {
  const char *text;
  uint32_t index;
  size_t before = seen->count;
  CS_TRY(scalar(reader, &text, "a key"));
  CS_TRY(cs_map_add(seen, cs_slice_of(text), &index, reader->err));
  if (seen->count == before) return fail(reader, reader->event.start_mark, "%s: is there twice", text);
  return CS_OK;
}

static enum cs_status read_entries(struct reader *reader, struct cs_map *seen, struct cs_str *key,
                                   struct cs_str *value) {
  for (;;) {
    struct cs_config_entry entry = {.path = reader->path};
    CS_TRY(next(reader));
    if (reader->event.type == YAML_MAPPING_END_EVENT) return CS_OK;
    CS_TRY(claim(reader, seen));
    CS_TRY(read_entry(reader, &entry, key, value));
  }
}

static enum cs_status read_section(struct reader *reader) {
  CS_TRY(next(reader));
  if (is_empty_plain(&reader->event)) return CS_OK;
  if (reader->event.type != YAML_MAPPING_START_EVENT)
    return fail(reader, reader->event.start_mark, "a section must be a mapping of options to values");
  struct cs_map seen = CS_MAP_INIT;
  struct cs_str key = CS_STR_INIT, value = CS_STR_INIT;
  enum cs_status status = read_entries(reader, &seen, &key, &value);
  cs_map_release(&seen);
  cs_str_release(&key);
  cs_str_release(&value);
  return status;
}

/* --- the whole file --- */

static enum cs_status skip_value(struct reader *reader) {
  size_t depth = reader->depth;
  do CS_TRY(next(reader));
  while (reader->depth > depth);
  return CS_OK;
}

static enum cs_status read_version(struct reader *reader) {
  const char *text;
  CS_TRY(next(reader));
  CS_TRY(scalar(reader, &text, "version"));
  if (strcmp(text, "1") != 0) return fail(reader, reader->event.start_mark, "version: '%s' is not 1", text);
  return CS_OK;
}

static enum cs_status read_top(struct reader *reader) {
  const char *name;
  CS_TRY(scalar(reader, &name, "a key"));
  if (strcmp(name, reader->section) == 0) return read_section(reader);
  if (strcmp(name, "version") == 0) return read_version(reader);
  for (const char *const *at = sections; *at; at++)
    if (strcmp(name, *at) == 0) return skip_value(reader);
  struct cs_str known = CS_STR_INIT;
  for (const char *const *at = sections; *at; at++) cs_str_add_format(&known, "%s, ", *at);
  enum cs_status status = fail(reader, reader->event.start_mark, "'%s' is no section: sections are %sversion",
                               name, cs_str_text(&known));
  cs_str_release(&known);
  return status;
}

static enum cs_status read_document(struct reader *reader, struct cs_map *seen) {
  CS_TRY(next(reader)); /* the stream's start */
  CS_TRY(next(reader));
  if (reader->event.type == YAML_STREAM_END_EVENT) return CS_OK;
  CS_TRY(next(reader));
  if (!is_empty_plain(&reader->event)) {
    if (reader->event.type != YAML_MAPPING_START_EVENT)
      return fail(reader, reader->event.start_mark, "a configuration is a mapping of tools to their options");
    for (;;) {
      CS_TRY(next(reader));
      if (reader->event.type == YAML_MAPPING_END_EVENT) break;
      CS_TRY(claim(reader, seen));
      CS_TRY(read_top(reader));
    }
  }
  CS_TRY(next(reader)); /* the document's end */
  CS_TRY(next(reader));
  if (reader->event.type != YAML_STREAM_END_EVENT)
    return fail(reader, reader->event.start_mark, "a second document is not supported");
  return CS_OK;
}

static enum cs_status load(const char *path, struct cs_str *text, struct cs_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return cs_fail_errno(err, "%s: can't open the configuration", path);
  ssize_t got = 0;
  while (text->len <= BYTES_MAX) {
    char *place = cs_str_reserve(text, 16384);
    if (!place) break;
    got = read(fd, place, 16384);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text->len += (size_t)got;
  }
  enum cs_status status = got < 0 ? cs_fail_errno(err, "%s: can't read the configuration", path) : CS_OK;
  close(fd);
  if (status != CS_OK) return status;
  CS_TRY(cs_str_check(text, "the configuration", err));
  if (text->len > BYTES_MAX)
    return cs_fail(err, CS_USAGE, "%s: a configuration has at most %d KiB", path, BYTES_MAX / 1024);
  return CS_OK;
}

static enum cs_status parse(struct reader *reader, const struct cs_str *text) {
  if (!yaml_parser_initialize(&reader->parser))
    return cs_fail_memory(reader->err, BYTES_MAX, "the configuration");
  yaml_parser_set_input_string(&reader->parser, (const unsigned char *)cs_str_text(text), text->len);
  struct cs_map seen = CS_MAP_INIT;
  enum cs_status status = read_document(reader, &seen);
  cs_map_release(&seen);
  if (reader->has_event) yaml_event_delete(&reader->event);
  yaml_parser_delete(&reader->parser);
  return status;
}

enum cs_status cs_config_read(const char *path, const char *section,
                              enum cs_status (*take)(void *context, const struct cs_config_entry *entry,
                                                     struct cs_error *err),
                              void *context, struct cs_error *err) {
  struct reader reader = {.path = path, .section = section, .take = take, .context = context, .err = err};
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = load(path, &text, err);
  if (status == CS_OK) status = parse(&reader, &text);
  cs_str_release(&text);
  return status;
}
