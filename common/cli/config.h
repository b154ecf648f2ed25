/* config.h - reads one tool's section of a YAML configuration; private to cli/.
 *
 * The file is one mapping: a section per tool, and `version: 1`. Keys of a section are long names of options; values
 * are scalars, or, where the option is a comma list, lists of scalars. Deeper nesting is refused, and what data/yaml.h
 * refuses. Sections of other tools are checked by nobody but the parser.
 */
#ifndef CS_CLI_CONFIG_H
#define CS_CLI_CONFIG_H

#include "cli/options.h"

/* One key with its value as text; of a list, its items one behind the other, each with a NUL. They live during the call
 * only. */
struct cs_config_entry {
  const char *key, *value;
  bool is_list;
  size_t items; /* of a list; else 1 */
  const char *path;
  size_t line, column; /* of the value, from 1 */
  size_t key_line, key_column;
  size_t comma_line, comma_column; /* of the first item that has a comma in it; 0: none */
};

/* Calls take for every key of the section named `section`. The messages begin "FILE:LINE:COLUMN: ". CS_IO when the file
 * can't be read, CS_USAGE when it isn't such a configuration, else what take returns. */
CS_MUST_CHECK enum cs_status cs_config_read(const char *path, const char *section,
                                            enum cs_status (*take)(void *context,
                                                                   const struct cs_config_entry *entry,
                                                                   struct cs_error *err),
                                            void *context, struct cs_error *err);

/* "TOOL.KEY=VALUE", an entry for one tool. *key is NULL where it is another program's, whose keys aren't known here.
 * CS_USAGE: it isn't of that form, or there is no such program. The message has no place before it. */
CS_MUST_CHECK enum cs_status cs_config_split(const char *text, const char *section, struct cs_slice *key,
                                             const char **value, struct cs_error *err);

#endif
