/* folder.h - the folder where a run keeps what it knows about itself: one run at a time, files that are never half written.
 */
#ifndef CS_PIPELINE_FOLDER_H
#define CS_PIPELINE_FOLDER_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>

/* Makes the folder, and those above it, unless they are there. CS_IO. */
CS_MUST_CHECK enum cs_status cs_folder_make(const char *path, struct cs_error *err);

/* Tries to hold the lock file at path, which all processes started from here hold with this one: it is free again when the
 * last of them has ended, however it did. *held is false when another run holds it; wait: until it doesn't. CS_IO. */
enum cs_folder_lock { CS_FOLDER_TRY, CS_FOLDER_WAIT };
CS_MUST_CHECK enum cs_status cs_folder_lock(const char *path, enum cs_folder_lock how, bool *held,
                                            struct cs_error *err);

/* Appends the content of a file; nothing when it isn't there or can't be read. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_folder_get(const char *path, struct cs_str *text, struct cs_error *err);

/* Makes text the content of the file, unless it is: then the file stays as it is, its time stamp included. CS_IO. */
CS_MUST_CHECK enum cs_status cs_folder_put(const char *path, const struct cs_str *text, struct cs_error *err);

#endif
