/* source.h - the bytes of one input: opened, named when they are no text, decoded to UTF-8 without a BOM.
 *
 * Life cycle: open -> read until it gives 0 bytes -> close. Private to data/.
 */
#ifndef CS_DATA_SOURCE_H
#define CS_DATA_SOURCE_H

#include "base/error.h"
#include "data/checksum.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CS_SOURCE_LEAST = 64 };

struct cs_source {
  const char *name; /* the path, or "-" */
  int fd;
  bool ended, begun;
  uint64_t bytes;               /* read so far, as they are in the file */
  uint64_t size;                /* of a regular file, else 0: a hint */
  struct cs_checksum *checksum; /* of the caller, or NULL */
  struct cs_recoder *recoder;   /* NULL: the bytes are UTF-8 */
  const char *flaw;             /* why the text can't be decoded behind what was read, or NULL */
};

/* path "-" is standard input; encoding as in struct cs_read_options. CS_IO when it can't be opened (a
 * directory, too), CS_USAGE for an unknown encoding. */
CS_MUST_CHECK enum cs_status cs_source_open(struct cs_source *source, const char *path, const char *encoding,
                                            struct cs_checksum *checksum, struct cs_error *err);

/* Reads at most `size` bytes (at least CS_SOURCE_LEAST the first time, and where it decodes) to `place`; *got is 0 at the end, and where a flaw is. CS_DATA
 * when the first bytes say that this is no text. Bytes that come without decoding are given as they are: whether they
 * are UTF-8 is for the caller to check, who knows the line. */
CS_MUST_CHECK enum cs_status cs_source_read(struct cs_source *source, char *place, size_t size, size_t *got,
                                            struct cs_error *err);

void cs_source_close(struct cs_source *source);

#endif
