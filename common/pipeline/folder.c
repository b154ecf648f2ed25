#include "pipeline/folder.h"

#include "data/output.h"
#include "data/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum { PART = 1 << 14, LOCK_FD = 20 };

/* Beyond the numbers that a shell script uses for itself: it has to stay open in all that is started. */
static int open_lock(const char *path) {
  int low = open(path, O_RDWR | O_CREAT | O_NOCTTY | O_CLOEXEC, 0666);
  if (low < 0) return low;
  int fd = fcntl(low, F_DUPFD, LOCK_FD);
  close(low);
  return fd;
}

enum cs_status cs_folder_make(const char *path, struct cs_error *err) {
  struct cs_outputs outputs = CS_OUTPUTS_INIT;
  enum cs_status status = cs_outputs_begin(&outputs, path, err);
  cs_outputs_release(&outputs);
  return status;
}

enum cs_status cs_folder_lock(const char *path, enum cs_folder_lock how, bool *held, struct cs_error *err) {
  int fd = open_lock(path);
  if (fd < 0) return cs_fail_errno(err, "%s: can't open", path);
  int failed;
  do failed = flock(fd, how == CS_FOLDER_TRY ? LOCK_EX | LOCK_NB : LOCK_EX);
  while (failed && errno == EINTR);
  *held = !failed;
  if (!failed) return CS_OK;
  enum cs_status status =
      errno == EWOULDBLOCK ? CS_OK : cs_fail_errno(err, "%s: can't lock the folder", path);
  close(fd);
  return status;
}

enum cs_status cs_folder_get(const char *path, struct cs_str *text, struct cs_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return CS_OK;
  char part[PART];
  ssize_t got;
  while ((got = read(fd, part, sizeof part)) > 0 || (got < 0 && errno == EINTR))
    if (got > 0) cs_str_add(text, part, (size_t)got);
  close(fd);
  return cs_str_check(text, path, err);
}

enum cs_status cs_folder_put(const char *path, const struct cs_str *text, struct cs_error *err) {
  struct cs_str old = CS_STR_INIT;
  CS_TRY(cs_str_check(text, path, err));
  enum cs_status status = cs_folder_get(path, &old, err);
  bool same = status == CS_OK && access(path, F_OK) == 0 && old.len == text->len &&
              (text->len == 0 || memcmp(old.data, text->data, text->len) == 0);
  if (status == CS_OK && !same) status = cs_output_file(path, text, err);
  cs_str_release(&old);
  return status;
}
