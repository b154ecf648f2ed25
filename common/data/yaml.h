/* yaml.h - YAML files that people write (configurations, rule files), read event by event. Only yaml.c includes libyaml.
 *
 * Strict: anchors, aliases, tags, a second document, nesting beyond 8 levels, text that is no UTF-8 or holds a NUL, and
 * files above 256 KiB (libyaml 0.2.5 takes quadratic time on nested input) are refused, and so are keys that are there
 * twice, which libyaml doesn't look for.
 *
 * Failures fill the error that was given to cs_yaml_open(): CS_IO when the file can't be read, CS_USAGE when it isn't such
 * YAML; messages begin "FILE:LINE:COLUMN: ". Texts live until the next event.
 * Life cycle  open; next, each_item, each_key; close in any case.
 */
#ifndef CS_DATA_YAML_H
#define CS_DATA_YAML_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum cs_yaml_kind {
  CS_YAML_END, /* of the document; an empty file has nothing else */
  CS_YAML_TEXT,
  CS_YAML_LIST,
  CS_YAML_LIST_END,
  CS_YAML_MAP,
  CS_YAML_MAP_END
};

/* From 1. */
struct cs_yaml_place {
  size_t line, column;
};

struct cs_yaml;

/* what: "configuration", as messages call the file. On failure *yaml is NULL. */
CS_MUST_CHECK enum cs_status cs_yaml_open(struct cs_yaml **yaml, const char *path, const char *what,
                                          struct cs_error *err);

/* The same of a text that the program carries; `name` stands for the file in messages. */
CS_MUST_CHECK enum cs_status cs_yaml_open_text(struct cs_yaml **yaml, const char *name, const char *text,
                                               const char *what, struct cs_error *err);
void cs_yaml_close(struct cs_yaml *yaml);

/* Goes to the next event, which is then the one at hand. */
CS_MUST_CHECK enum cs_status cs_yaml_next(struct cs_yaml *yaml);

enum cs_yaml_kind cs_yaml_kind(const struct cs_yaml *yaml);
struct cs_yaml_place cs_yaml_place(const struct cs_yaml *yaml);

/* Whether it is the absence of a value: nothing at all, or ~. */
bool cs_yaml_is_empty(const struct cs_yaml *yaml);

/* The text at hand; `name` begins the message where it is none ("NAME must be a plain value"). */
CS_MUST_CHECK enum cs_status cs_yaml_text(struct cs_yaml *yaml, const char **text, const char *name);

/* After CS_YAML_MAP: calls take with each key, which is at hand and lives until the value is asked for; take goes to the
 * value, and through all of it. */
CS_MUST_CHECK enum cs_status
cs_yaml_each_key(struct cs_yaml *yaml, enum cs_status (*take)(void *context, const char *key), void *context);

/* After CS_YAML_LIST: calls take at the beginning of each item; take goes through all of it. */
CS_MUST_CHECK enum cs_status cs_yaml_each_item(struct cs_yaml *yaml, enum cs_status (*take)(void *context),
                                               void *context);

/* Goes through the value of the key at hand. */
CS_MUST_CHECK enum cs_status cs_yaml_skip(struct cs_yaml *yaml);

/* CS_USAGE at the event at hand, or at another place. */
enum cs_status cs_yaml_fail(struct cs_yaml *yaml, const char *format, ...) CS_PRINTF(2, 3);
enum cs_status cs_yaml_fail_at(struct cs_yaml *yaml, struct cs_yaml_place place, const char *format, ...)
    CS_PRINTF(3, 4);

#endif
