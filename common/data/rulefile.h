/* rulefile.h - what files of rules (YAML) have in common: a mapping with `version: 1` and lists of rules.
 *
 * Life cycle  describe the file in a struct cs_rule_file; read opens it, calls take for each key at the top, and closes it. take and
 *             whatever it calls use the other functions on *file->yaml, which is open meanwhile.
 */
#ifndef CS_DATA_RULEFILE_H
#define CS_DATA_RULEFILE_H

#include "base/memory.h"
#include "data/yaml.h"

struct cs_rule_file {
  const char *what; /* "file of name rules", as messages call it */
  const char *keys; /* "version, names and differences" */
  const char *name; /* of the text that the program carries, which is read where path is NULL */
  const unsigned char *text;
  const size_t *count; /* of the rules that were read: none is an error; or NULL */
  struct cs_yaml **yaml;
  /* The value of a key is to be gone through; *known becomes false where there is no such key. */
  enum cs_status (*take)(void *context, const char *key, bool *known);
  void *context;
};

/* CS_IO when the file can't be read, CS_USAGE when it holds no such rules, with file, line and column. */
CS_MUST_CHECK enum cs_status cs_rule_file_read(const struct cs_rule_file *file, const char *path,
                                               struct cs_error *err);

/* The value of the key at hand, a copy of which is kept: 1 to `most` bytes without control characters. */
CS_MUST_CHECK enum cs_status cs_rule_file_words(struct cs_yaml *yaml, struct cs_arena *texts, const char *key,
                                                size_t most, const char **words, struct cs_error *err);

/* Goes through the value of the key at hand, which is to be a list. */
CS_MUST_CHECK enum cs_status cs_rule_file_list(struct cs_yaml *yaml, const char *key,
                                               enum cs_status (*take)(void *context), void *context);

#endif
