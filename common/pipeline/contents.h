/* contents.h - what files hold, as checksums, remembered so that files of gigabytes are read once.
 *
 * A file counts as unchanged when device, inode, size and the times of its last change (of content and of anything else)
 * are those of the time when it was read, and that was 2 s or more after the last of them: a clock has its grain.
 *
 * Life cycle  CS_CONTENTS_INIT, read, find for each file, write; release in any case.
 */
#ifndef CS_PIPELINE_CONTENTS_H
#define CS_PIPELINE_CONTENTS_H

#include "base/error.h"
#include "base/str.h"
#include "data/checksum.h"

struct cs_contents {
  struct cs_str old, now; /* lines: what was remembered, and what is to be */
};

#define CS_CONTENTS_INIT                                                                                     \
  { CS_STR_INIT, CS_STR_INIT }

/* A memory that isn't there, or that nobody can read, is an empty one. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_contents_read(struct cs_contents *contents, const char *path,
                                              struct cs_error *err);

/* The SHA-256 of the regular file at path. CS_IO: it can't be read, or is no regular file. */
CS_MUST_CHECK enum cs_status cs_contents_find(struct cs_contents *contents, const char *path,
                                              char text[CS_SHA256_TEXT], struct cs_error *err);

/* Writes what the files asked for are; those that weren't asked for are forgotten. */
CS_MUST_CHECK enum cs_status cs_contents_write(const struct cs_contents *contents, const char *path,
                                               struct cs_error *err);

void cs_contents_release(struct cs_contents *contents);

#endif
