#define _GNU_SOURCE /* memfd_create */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct {
  struct cs_slice text;
  size_t piece;
  bool on;
} feed;

static struct cs_str *keep;

ssize_t __real_read(int fd, void *place, size_t size);
ssize_t __wrap_read(int fd, void *place, size_t size);
ssize_t __real_write(int fd, const void *data, size_t size);
ssize_t __wrap_write(int fd, const void *data, size_t size);

ssize_t __wrap_read(int fd, void *place, size_t size) {
  if (!feed.on || fd <= STDERR_FILENO) return __real_read(fd, place, size);
  size_t got = feed.text.len < size ? feed.text.len : size;
  if (feed.piece && got > feed.piece) got = feed.piece;
  if (got) memcpy(place, feed.text.data, got);
  feed.text.data += got;
  feed.text.len -= got;
  return (ssize_t)got;
}

ssize_t __wrap_write(int fd, const void *data, size_t size) {
  if (!keep || fd <= STDERR_FILENO) return __real_write(fd, data, size);
  cs_str_add(keep, data, size);
  return (ssize_t)size;
}

void fuzz_feed(struct cs_slice text, size_t piece) {
  feed.text = text;
  feed.piece = piece;
  feed.on = true;
}

void fuzz_keep(struct cs_str *kept) {
  keep = kept;
}

const char *fuzz_file(struct cs_slice text) {
  static char path[64];
  static int fd = -1;
  feed.on = false;
  if (fd < 0) fd = memfd_create("fuzz", 0);
  if (fd < 0 || ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) < 0) fuzz_stop("no file in memory");
  if (text.len && __real_write(fd, text.data, text.len) != (ssize_t)text.len) fuzz_stop("no room in memory");
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return path;
}

void fuzz_stop(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("fuzz: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  abort();
}

void fuzz_check_error(enum cs_status status, const struct cs_error *err) {
  if (status == CS_OK) {
    FUZZ_CHECK(!*err->text);
    return;
  }
  if (status != CS_DATA && status != CS_USAGE) fuzz_stop("status %d: %s", (int)status, err->text);
  FUZZ_CHECK(err->status == status);
  FUZZ_CHECK(*err->text);
  for (const char *at = err->text; *at; at++) FUZZ_CHECK((unsigned char)*at >= 0x20 && *at != 0x7f);
}
