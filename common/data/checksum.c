#include "data/checksum.h"

#include "base/memory.h"
#include "data/libraries.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <nettle/version.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

struct cs_checksum {
  struct sha256_ctx sha256;
};

#define TEXT_OF(number) #number
#define DOTTED(a, b)    TEXT_OF(a) "." TEXT_OF(b)

const char *cs_checksum_library(void) {
  return DOTTED(NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR);
}

enum cs_status cs_checksum_new(struct cs_checksum **checksum, struct cs_error *err) {
  CS_TRY(cs_alloc(checksum, 1, sizeof **checksum, "a checksum", err));
  sha256_init(&(*checksum)->sha256);
  return CS_OK;
}

void cs_checksum_free(struct cs_checksum *checksum) {
  free(checksum);
}

void cs_checksum_add(struct cs_checksum *checksum, const char *data, size_t len) {
  sha256_update(&checksum->sha256, len, (const uint8_t *)data);
}

void cs_checksum_text(const struct cs_checksum *checksum, char text[CS_SHA256_TEXT]) {
  static const char digit[] = "0123456789abcdef";
  struct sha256_ctx copy = checksum->sha256; /* asking for the digest resets a context */
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&copy, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++) {
    text[2 * i] = digit[digest[i] >> 4];
    text[2 * i + 1] = digit[digest[i] & 15];
  }
  text[2 * sizeof digest] = '\0';
}

enum { FILE_PART = 1 << 16 };

static enum cs_status add_file(struct cs_checksum *checksum, const char *path, char *part,
                               struct cs_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return cs_fail_errno(err, "%s: can't open", path);
  for (;;) {
    ssize_t got = read(fd, part, FILE_PART);
    if (got < 0 && errno == EINTR) continue;
    enum cs_status status = got < 0 ? cs_fail_errno(err, "%s: can't read", path) : CS_OK;
    if (got > 0) {
      cs_checksum_add(checksum, part, (size_t)got);
      continue;
    }
    close(fd);
    return status;
  }
}

enum cs_status cs_checksum_file(const char *path, char text[CS_SHA256_TEXT], struct cs_error *err) {
  struct cs_checksum *checksum;
  char *part = NULL;
  CS_TRY(cs_checksum_new(&checksum, err));
  enum cs_status status = cs_alloc(&part, 1, FILE_PART, "a file", err);
  if (status == CS_OK) status = add_file(checksum, path, part, err);
  if (status == CS_OK) cs_checksum_text(checksum, text);
  free(part);
  cs_checksum_free(checksum);
  return status;
}
