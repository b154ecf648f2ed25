/* rejects.h - the bad rows, written as they were read while the parts of a table come.
 *
 * What is written is the same for any cut into parts: where a row's text depends on rows that come later (types of JSON
 * cells, columns that JSON rows add, rows that were padded), all rows have to be there when it is written.
 */
#ifndef CS_PREP_REJECTS_H
#define CS_PREP_REJECTS_H

#include "base/error.h"
#include "data/output.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>

struct cs_rejects {
  struct cs_write_options options;
  enum cs_ragged ragged;
  struct cs_output *output;
  bool began; /* the header is written */
};

/* Opens the file. */
CS_MUST_CHECK enum cs_status cs_rejects_begin(struct cs_rejects *rejects, const char *path,
                                              const struct cs_write_options *options, enum cs_ragged ragged,
                                              struct cs_error *err);

/* Whether the rows of this table can only be written all together, by one cs_rejects_write(). */
bool cs_rejects_need_all(const struct cs_rejects *rejects, const struct cs_table *table);

CS_MUST_CHECK enum cs_status cs_rejects_write(struct cs_rejects *rejects, const struct cs_table *table,
                                              const size_t *rows, size_t count, struct cs_error *err);

/* Commits the file, or throws it away when status isn't CS_OK. Returns the first failure. */
CS_MUST_CHECK enum cs_status cs_rejects_end(struct cs_rejects *rejects, enum cs_status status,
                                            struct cs_error *err);

#endif
