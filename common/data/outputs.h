/* outputs.h - several files of one folder, which appear together: none of them before all are written and synced.
 *
 * Life cycle  CS_OUTPUTS_INIT, begin, add each, commit; release in any case, which throws away what wasn't committed.
 */
#ifndef CS_DATA_OUTPUTS_H
#define CS_DATA_OUTPUTS_H

#include "data/output.h"

struct cs_outputs {
  const char *folder;
  struct cs_output **output; /* [count] */
  size_t count, capacity;
};

#define CS_OUTPUTS_INIT                                                                                      \
  { NULL, NULL, 0, 0 }

/* Makes the folder unless it is there, and those above it. CS_IO. */
CS_MUST_CHECK enum cs_status cs_folders_make(const char *folder, struct cs_error *err);

/* The folder, which outlives the outputs, is made unless it is there, and those above it. CS_IO. */
CS_MUST_CHECK enum cs_status cs_outputs_begin(struct cs_outputs *outputs, const char *folder,
                                              struct cs_error *err);

CS_MUST_CHECK enum cs_status cs_outputs_add(struct cs_outputs *outputs, const char *name,
                                            const struct cs_str *content, struct cs_error *err);

CS_MUST_CHECK enum cs_status cs_outputs_commit(struct cs_outputs *outputs, struct cs_error *err);
void cs_outputs_release(struct cs_outputs *outputs);

#endif
