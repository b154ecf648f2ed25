/* checksum.h - SHA-256 of a stream of bytes; nettle is included by checksum.c only. */
#ifndef CS_DATA_CHECKSUM_H
#define CS_DATA_CHECKSUM_H

#include "base/error.h"

#include <stddef.h>

enum { CS_SHA256_TEXT = 65 };

struct cs_checksum;

CS_MUST_CHECK enum cs_status cs_checksum_new(struct cs_checksum **checksum, struct cs_error *err);
void cs_checksum_free(struct cs_checksum *checksum);
void cs_checksum_add(struct cs_checksum *checksum, const char *data, size_t len);

/* Of what was added so far, in lower-case hexadecimal; adding may go on. */
void cs_checksum_text(const struct cs_checksum *checksum, char text[CS_SHA256_TEXT]);

/* Of a whole file. CS_IO. */
CS_MUST_CHECK enum cs_status cs_checksum_file(const char *path, char text[CS_SHA256_TEXT],
                                              struct cs_error *err);

#endif
