#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cs_error_clean(char *text) {
  for (unsigned char *at = (unsigned char *)text; *at; at++)
    if (*at < 0x20 || *at == 0x7f) *at = '?';
}

static void fill(struct cs_error *err, enum cs_status status, const char *format, va_list args) {
  err->status = status;
  vsnprintf(err->text, sizeof err->text, format, args);
  cs_error_clean(err->text);
}

enum cs_status cs_fail(struct cs_error *err, enum cs_status status, const char *format, ...) {
  if (err) {
    va_list args;
    va_start(args, format);
    fill(err, status, format, args);
    va_end(args);
  }
  return status;
}

enum cs_status cs_fail_errno(struct cs_error *err, const char *format, ...) {
  int number = errno;
  enum cs_status status = number == ENOMEM ? CS_MEMORY : CS_IO;
  if (err) {
    va_list args;
    va_start(args, format);
    fill(err, status, format, args);
    va_end(args);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(number));
  }
  return status;
}

enum cs_status cs_fail_memory(struct cs_error *err, double bytes, const char *what) {
  static const char *const unit[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  size_t power = 0;
  while (bytes >= 1024 && power + 1 < sizeof unit / sizeof *unit) {
    bytes /= 1024;
    power++;
  }
  if (bytes == 0) return cs_fail(err, CS_MEMORY, "not enough memory for %s", what);
  return cs_fail(err, CS_MEMORY, "not enough memory for %s (%.4g %s)", what, bytes, unit[power]);
}
