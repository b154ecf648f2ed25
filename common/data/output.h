/* output.h - where a result goes: standard output, or a file that appears whole under its name or not at all.
 *
 * A file is written as a temporary file beside it, synced and renamed by commit; its mode is kept, symbolic links are
 * followed, and a target that is no regular file (/dev/null, a FIFO) is written through. Temporary files of killed runs
 * are removed by the next run. After a failure the old file is what it was. A closed pipe ends the process quietly, as
 * SIGPIPE does, also when the parent had it ignored.
 */
#ifndef CS_DATA_OUTPUT_H
#define CS_DATA_OUTPUT_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_output;

/* path NULL or "-": standard output. */
CS_MUST_CHECK enum cs_status cs_output_open(struct cs_output **output, const char *path,
                                            struct cs_error *err);

/* Whether what is opened there is written through, not a file that can have others beside it. */
bool cs_output_is_through(const char *path);

/* Also computes the SHA-256 of what is written from now on. */
CS_MUST_CHECK enum cs_status cs_output_checksum(struct cs_output *output, struct cs_error *err);

/* Buffered. After a failure every further call fails with the same error. */
CS_MUST_CHECK enum cs_status cs_output_write(struct cs_output *output, const char *data, size_t len,
                                             struct cs_error *err);

/* Everything is written and synced, nothing more can be: only the name is missing. */
CS_MUST_CHECK enum cs_status cs_output_settle(struct cs_output *output, struct cs_error *err);

/* Flushes and, for a file, syncs and renames. Frees the output whatever comes. */
CS_MUST_CHECK enum cs_status cs_output_commit(struct cs_output **output, struct cs_error *err);

/* Throws away what was written to a file. Accepts NULL. */
void cs_output_abort(struct cs_output **output);

uint64_t cs_output_bytes(const struct cs_output *output);
const char *cs_output_sha256(struct cs_output *output); /* so far; "" without checksum */

/* Writes text as the whole content of a file, in one call: for models and audits. */
CS_MUST_CHECK enum cs_status cs_output_file(const char *path, const struct cs_str *text,
                                            struct cs_error *err);

#endif
