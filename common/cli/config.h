/* config.h - reads one tool's section of a YAML configuration; private to cli/.
 *
 * The file is one mapping: a section per tool, and `version: 1`. Keys of a section are long names of options; values
 * are scalars, or, where the option is a comma list, lists of scalars. Deeper nesting is refused, and what data/yaml.h
 * refuses. Sections of other tools are checked by nobody but the parser.
 */
#ifndef CS_CLI_CONFIG_H
#define CS_CLI_CONFIG_H

#include "cli/options.h"

/* One key with its value as text (a list is joined with commas). Both live during the call only. */
struct cs_config_entry {
  const char *key, *value;
  bool is_list;
  const char *path;
  size_t line, column; /* of the value, from 1 */
  size_t key_line, key_column;
};

/* Calls take for every key of the section named `section`. The messages begin "FILE:LINE:COLUMN: ". CS_IO when the file
 * can't be read, CS_USAGE when it isn't such a configuration, else what take returns. */
CS_MUST_CHECK enum cs_status cs_config_read(const char *path, const char *section,
                                            enum cs_status (*take)(void *context,
                                                                   const struct cs_config_entry *entry,
                                                                   struct cs_error *err),
                                            void *context, struct cs_error *err);

#endif
