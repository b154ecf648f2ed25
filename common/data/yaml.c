#include "data/yaml.h"

#include "base/map.h"
#include "base/memory.h"
#include "data/libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

const char *cs_yaml_library(void) {
  return yaml_get_version_string();
}

enum { BYTES_MAX = 256 * 1024, DEPTH_MAX = 8 };

struct cs_yaml {
  const char *path, *what;
  char the[64]; /* "the configuration" */
  struct cs_error *err;
  struct cs_str text;
  yaml_parser_t parser;
  yaml_event_t event;
  enum cs_yaml_kind kind;
  bool has_parser, has_event;
  size_t depth;
};

/* --- messages --- */

static enum cs_status fail(struct cs_yaml *yaml, struct cs_yaml_place place, const char *format,
                           va_list args) {
  struct cs_error inner = CS_ERROR_INIT;
  vsnprintf(inner.text, sizeof inner.text, format, args);
  return cs_fail(yaml->err, CS_USAGE, "%s:%zu:%zu: %s", yaml->path, place.line, place.column, inner.text);
}

enum cs_status cs_yaml_fail(struct cs_yaml *yaml, const char *format, ...) {
  va_list args;
  va_start(args, format);
  enum cs_status status = fail(yaml, cs_yaml_place(yaml), format, args);
  va_end(args);
  return status;
}

enum cs_status cs_yaml_fail_at(struct cs_yaml *yaml, struct cs_yaml_place place, const char *format, ...) {
  va_list args;
  va_start(args, format);
  enum cs_status status = fail(yaml, place, format, args);
  va_end(args);
  return status;
}

static struct cs_yaml_place place_of(yaml_mark_t mark) {
  return (struct cs_yaml_place){mark.line + 1, mark.column + 1};
}

/* What libyaml found wrong. Its reader errors (bad UTF-8, control bytes) have no mark, only an offset. */
static enum cs_status fail_parser(struct cs_yaml *yaml) {
  const yaml_parser_t *parser = &yaml->parser;
  const char *problem = parser->problem ? parser->problem : "not YAML";
  if (parser->error == YAML_MEMORY_ERROR) return cs_fail_memory(yaml->err, BYTES_MAX, yaml->the);
  if (parser->error == YAML_READER_ERROR)
    return cs_fail(yaml->err, CS_USAGE, "%s: byte %zu: %s", yaml->path, parser->problem_offset + 1, problem);
  return cs_yaml_fail_at(yaml, place_of(parser->problem_mark), "%s", problem);
}

/* --- events --- */

static enum cs_status refuse_extras(struct cs_yaml *yaml) {
  const yaml_event_t *event = &yaml->event;
  const yaml_char_t *anchor = NULL, *tag = NULL;
  if (event->type == YAML_ALIAS_EVENT) return cs_yaml_fail(yaml, "aliases are not supported");
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
  if (anchor) return cs_yaml_fail(yaml, "anchors are not supported");
  if (tag) return cs_yaml_fail(yaml, "tags are not supported");
  return CS_OK;
}

static enum cs_status parse(struct cs_yaml *yaml) {
  if (yaml->has_event) yaml_event_delete(&yaml->event);
  yaml->has_event = false;
  if (!yaml_parser_parse(&yaml->parser, &yaml->event)) return fail_parser(yaml);
  yaml->has_event = true;
  yaml_event_type_t type = yaml->event.type;
  if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT) {
    if (++yaml->depth > DEPTH_MAX) return cs_yaml_fail(yaml, "nested more than %d deep", DEPTH_MAX);
  }
  if (type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT) yaml->depth--;
  return refuse_extras(yaml);
}

static enum cs_yaml_kind kind_of(yaml_event_type_t type) {
  switch (type) {
  case YAML_SCALAR_EVENT: return CS_YAML_TEXT;
  case YAML_SEQUENCE_START_EVENT: return CS_YAML_LIST;
  case YAML_SEQUENCE_END_EVENT: return CS_YAML_LIST_END;
  case YAML_MAPPING_START_EVENT: return CS_YAML_MAP;
  case YAML_MAPPING_END_EVENT: return CS_YAML_MAP_END;
  default: return CS_YAML_END;
  }
}

enum cs_status cs_yaml_next(struct cs_yaml *yaml) {
  CS_TRY(parse(yaml));
  if (yaml->event.type == YAML_DOCUMENT_START_EVENT) CS_TRY(parse(yaml));
  if (yaml->event.type == YAML_DOCUMENT_END_EVENT) {
    CS_TRY(parse(yaml));
    if (yaml->event.type != YAML_STREAM_END_EVENT)
      return cs_yaml_fail(yaml, "a second document is not supported");
  }
  yaml->kind = kind_of(yaml->event.type);
  return CS_OK;
}

enum cs_yaml_kind cs_yaml_kind(const struct cs_yaml *yaml) {
  return yaml->kind;
}

struct cs_yaml_place cs_yaml_place(const struct cs_yaml *yaml) {
  return place_of(yaml->event.start_mark);
}

bool cs_yaml_is_empty(const struct cs_yaml *yaml) {
  const yaml_event_t *event = &yaml->event;
  return event->type == YAML_SCALAR_EVENT && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
         (event->data.scalar.length == 0 || strcmp((const char *)event->data.scalar.value, "~") == 0);
}

/* A NUL in it ("\0") would cut it short unseen. */
enum cs_status cs_yaml_text(struct cs_yaml *yaml, const char **text, const char *name) {
  const yaml_event_t *event = &yaml->event;
  if (event->type != YAML_SCALAR_EVENT) return cs_yaml_fail(yaml, "%s must be a plain value", name);
  *text = (const char *)event->data.scalar.value;
  if (strlen(*text) != event->data.scalar.length) return cs_yaml_fail(yaml, "%s has a NUL in it", name);
  return CS_OK;
}

/* --- what is made of events --- */

/* A key that is new, or the fault that it is there twice. */
static enum cs_status claim(struct cs_yaml *yaml, struct cs_map *seen, const char **key) {
  uint32_t index;
  size_t before = seen->count;
  CS_TRY(cs_yaml_text(yaml, key, "a key"));
  CS_TRY(cs_map_add(seen, cs_slice_of(*key), &index, yaml->err));
  return seen->count > before ? CS_OK : cs_yaml_fail(yaml, "%s: is there twice", *key);
}

static enum cs_status each_key(struct cs_yaml *yaml, struct cs_map *seen,
                               enum cs_status (*take)(void *context, const char *key), void *context) {
  const char *key = NULL;
  for (;;) {
    CS_TRY(cs_yaml_next(yaml));
    if (yaml->kind == CS_YAML_MAP_END) return CS_OK;
    CS_TRY(claim(yaml, seen, &key));
    CS_TRY(take(context, key));
  }
}

enum cs_status cs_yaml_each_key(struct cs_yaml *yaml, enum cs_status (*take)(void *context, const char *key),
                                void *context) {
  struct cs_map seen = CS_MAP_INIT;
  enum cs_status status = each_key(yaml, &seen, take, context);
  cs_map_release(&seen);
  return status;
}

enum cs_status cs_yaml_each_item(struct cs_yaml *yaml, enum cs_status (*take)(void *context), void *context) {
  for (;;) {
    CS_TRY(cs_yaml_next(yaml));
    if (yaml->kind == CS_YAML_LIST_END) return CS_OK;
    CS_TRY(take(context));
  }
}

enum cs_status cs_yaml_skip(struct cs_yaml *yaml) {
  size_t depth = yaml->depth;
  do CS_TRY(cs_yaml_next(yaml));
  while (yaml->depth > depth);
  return CS_OK;
}

/* --- begin and end --- */

static enum cs_status load(struct cs_yaml *yaml) {
  struct cs_str *text = &yaml->text;
  int fd = open(yaml->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return cs_fail_errno(yaml->err, "%s: can't open %s", yaml->path, yaml->the);
  ssize_t got = 0;
  while (text->len <= BYTES_MAX) {
    char *place = cs_str_reserve(text, 16384);
    if (!place) break;
    got = read(fd, place, 16384);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text->len += (size_t)got;
  }
  enum cs_status status =
      got < 0 ? cs_fail_errno(yaml->err, "%s: can't read %s", yaml->path, yaml->the) : CS_OK;
  close(fd);
  if (status != CS_OK) return status;
  CS_TRY(cs_str_check(text, yaml->the, yaml->err));
  if (text->len > BYTES_MAX)
    return cs_fail(yaml->err, CS_USAGE, "%s: a %s has at most %d KiB", yaml->path, yaml->what,
                   BYTES_MAX / 1024);
  return CS_OK;
}

/* As far as the document, or the end where there is none. */
static enum cs_status begin(struct cs_yaml *yaml) {
  yaml->has_parser = yaml_parser_initialize(&yaml->parser);
  if (!yaml->has_parser) return cs_fail_memory(yaml->err, BYTES_MAX, yaml->the);
  yaml_parser_set_input_string(&yaml->parser, (const unsigned char *)cs_str_text(&yaml->text),
                               yaml->text.len);
  return parse(yaml); /* the stream's start */
}

/* text NULL: what stands in the file. */
static enum cs_status open_any(struct cs_yaml **yaml, const char *path, const char *text, const char *what,
                               struct cs_error *err) {
  CS_TRY(cs_alloc(yaml, 1, sizeof **yaml, what, err));
  **yaml = (struct cs_yaml){.path = path, .what = what, .err = err, .text = CS_STR_INIT};
  snprintf((*yaml)->the, sizeof(*yaml)->the, "the %s", what);
  if (text) cs_str_add_text(&(*yaml)->text, text);
  enum cs_status status = text ? cs_str_check(&(*yaml)->text, (*yaml)->the, err) : load(*yaml);
  if (status == CS_OK) status = begin(*yaml);
  if (status == CS_OK) return CS_OK;
  cs_yaml_close(*yaml);
  *yaml = NULL;
  return status;
}

enum cs_status cs_yaml_open(struct cs_yaml **yaml, const char *path, const char *what, struct cs_error *err) {
  return open_any(yaml, path, NULL, what, err);
}

enum cs_status cs_yaml_open_text(struct cs_yaml **yaml, const char *name, const char *text, const char *what,
                                 struct cs_error *err) {
  return open_any(yaml, name, text, what, err);
}

void cs_yaml_close(struct cs_yaml *yaml) {
  if (!yaml) return;
  if (yaml->has_event) yaml_event_delete(&yaml->event);
  if (yaml->has_parser) yaml_parser_delete(&yaml->parser);
  cs_str_release(&yaml->text);
  free(yaml);
}
