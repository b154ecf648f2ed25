#define _GNU_SOURCE /* F_SETPIPE_SZ: fewer wake-ups of both ends of a pipe; sync_file_range() */
#include "data/output.h"

#include "base/memory.h"
#include "data/checksum.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024, PIPE_BYTES = 1 << 20, LINKS_MAX = 40, NAME_KEPT = 180, TRIES_MAX = 1000 };

struct cs_output {
  int fd;
  char *target; /* where the file will stand, links followed; for what is written through, its name */
  char *temp;   /* the temporary file beside it */
  uint64_t bytes;
  struct cs_checksum *checksum;
  char sha256[CS_SHA256_TEXT];
  struct cs_error failed; /* the first failure, repeated by every later call */
  size_t used, hashed;    /* bytes in the buffer, and how many of them the checksum knows */
  char buffer[BUFFER_BYTES];
};

/* --- paths --- */

static char *join(const char *directory, size_t len, const char *name) {
  char *path = malloc(len + strlen(name) + 1);
  if (!path) return NULL;
  memcpy(path, directory, len);
  strcpy(path + len, name);
  return path;
}

/* The length of the directory part of a path, with its slash. */
static size_t directory_len(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) + 1 : 0;
}

/* What a symbolic link points to, or NULL. */
static char *follow_link(const char *path) {
  char text[4096];
  ssize_t len = readlink(path, text, sizeof text - 1);
  if (len < 0) return NULL;
  text[len] = '\0';
  return join(path, text[0] == '/' ? 0 : directory_len(path), text);
}

/* The file at the end of the links that begin at path, which need not exist: realpath() would fail there. */
static enum cs_status resolve(const char *path, char **target, struct cs_error *err) {
  char *at = join("", 0, path);
  for (int links = 0; at; links++) {
    struct stat about;
    if (lstat(at, &about) != 0 || !S_ISLNK(about.st_mode)) break;
    char *next = links < LINKS_MAX ? follow_link(at) : NULL;
    free(at);
    if (!next) return cs_fail(err, CS_IO, "cannot follow the link '%s'", path);
    at = next;
  }
  *target = at;
  return at ? CS_OK : cs_fail_memory(err, (double)strlen(path), "a path");
}

/* --- temporary files: .NAME.cs-PID-N beside NAME --- */

/* ".NAME.cs-" of the target's own directory; a long name is cut. */
static void temp_prefix(const char *target, char prefix[NAME_KEPT + 8]) {
  snprintf(prefix, NAME_KEPT + 8, ".%.*s.cs-", NAME_KEPT, target + directory_len(target));
}

/* Whether the run that made a temporary file is gone: its process is, and nobody holds the file's lock. */
static bool is_stale(const char *path, const char *number) {
  char *end;
  long pid = strtol(number, &end, 10);
  if (end == number || *end != '-' || pid <= 1) return false;
  if (kill((pid_t)pid, 0) == 0 || errno != ESRCH) return false;
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  bool free_lock = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
  close(fd);
  return free_lock;
}

static void remove_stale(const char *target) {
  char prefix[NAME_KEPT + 8];
  temp_prefix(target, prefix);
  size_t len = directory_len(target);
  char *directory = join(target, len, ".");
  DIR *list = directory ? opendir(directory) : NULL;
  for (struct dirent *entry; list && (entry = readdir(list));) {
    if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
    char *path = join(target, len, entry->d_name);
    if (path && is_stale(path, entry->d_name + strlen(prefix))) unlink(path);
    free(path);
  }
  if (list) closedir(list);
  free(directory);
}

static enum cs_status create_temp(struct cs_output *output, struct cs_error *err) {
  char prefix[NAME_KEPT + 8], name[NAME_KEPT + 64];
  temp_prefix(output->target, prefix);
  for (int n = 0; n < TRIES_MAX; n++) {
    snprintf(name, sizeof name, "%s%ld-%d", prefix, (long)getpid(), n);
    free(output->temp);
    output->temp = join(output->target, directory_len(output->target), name);
    if (!output->temp) return cs_fail_memory(err, sizeof name, "a path");
    output->fd = open(output->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->fd >= 0) {
      (void)fcntl(output->fd, F_SETLK, &(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET});
      return CS_OK;
    }
    if (errno != EEXIST) break;
  }
  int number = errno;
  free(output->temp);
  output->temp = NULL;
  errno = number;
  return cs_fail_errno(err, "cannot write '%s'", output->target);
}

/* The new file has the mode of the old one, and its owner where that is allowed. */
static void keep_mode(int fd, const struct stat *old) {
  if (fchown(fd, old->st_uid, old->st_gid) != 0) (void)!fchown(fd, (uid_t)-1, old->st_gid);
  (void)fchmod(fd, old->st_mode & 0777);
}

/* --- opening --- */

bool cs_output_is_through(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && !S_ISREG(about.st_mode);
}

static enum cs_status open_path(struct cs_output *output, const char *path, struct cs_error *err) {
  struct stat about;
  bool exists = stat(path, &about) == 0;
  if (!*path) return cs_fail(err, CS_USAGE, "the name of the output is empty");
  if (!exists && errno != ENOENT) return cs_fail_errno(err, "cannot write '%s'", path);
  if (exists && S_ISDIR(about.st_mode))
    return cs_fail(err, CS_IO, "cannot write '%s': it is a directory", path);
  if (exists && !S_ISREG(about.st_mode)) {
    output->target = join("", 0, path);
    if (!output->target) return cs_fail_memory(err, (double)strlen(path), "a path");
    output->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return output->fd < 0 ? cs_fail_errno(err, "cannot write '%s'", path) : CS_OK;
  }
  if (exists && access(path, W_OK) != 0) return cs_fail_errno(err, "cannot write '%s'", path);
  CS_TRY(resolve(path, &output->target, err));
  remove_stale(output->target);
  CS_TRY(create_temp(output, err));
  if (exists) keep_mode(output->fd, &about);
  return CS_OK;
}

static void release(struct cs_output **output) {
  if ((*output)->fd > STDERR_FILENO) close((*output)->fd);
  if ((*output)->temp) unlink((*output)->temp);
  free((*output)->temp);
  free((*output)->target);
  cs_checksum_free((*output)->checksum);
  free(*output);
  *output = NULL;
}

enum cs_status cs_output_open(struct cs_output **output, const char *path, struct cs_error *err) {
  *output = malloc(sizeof **output);
  if (!*output) return cs_fail_memory(err, sizeof **output, "the output");
  memset(*output, 0, offsetof(struct cs_output, buffer));
  (*output)->fd = STDOUT_FILENO;
  if (!path || strcmp(path, "-") == 0) {
#ifdef F_SETPIPE_SZ
    (void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_BYTES); /* fails where it is no pipe */
#endif
    return CS_OK;
  }
  (*output)->fd = -1;
  enum cs_status status = open_path(*output, path, err);
  if (status != CS_OK) release(output);
  return status;
}

/* --- writing --- */

static enum cs_status again(const struct cs_output *output, struct cs_error *err) {
  return cs_fail(err, output->failed.status, "%s", output->failed.text);
}

/* Dies as a program does that never heard of SIGPIPE, also when the parent ignores it: nobody reads any more.
 */
static void die_quietly(void) {
  sigset_t set;
  signal(SIGPIPE, SIG_DFL);
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  raise(SIGPIPE);
}

static enum cs_status fail_write(struct cs_output *output, struct cs_error *err) {
  if (errno == EPIPE) die_quietly();
  if (output->target)
    cs_fail_errno(&output->failed, "write error on '%s'", output->target);
  else
    cs_fail_errno(&output->failed, "write error on standard output");
  return again(output, err);
}

/* What will be synced at the end is on its way to the disk meanwhile. Failures are for fsync() to tell. */
static void begin_sync(const struct cs_output *output, size_t len) {
#ifdef SYNC_FILE_RANGE_WRITE
  if (output->temp && len >= BUFFER_BYTES / 2) (void)sync_file_range(output->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
  (void)output, (void)len;
#endif
}

static enum cs_status put(struct cs_output *output, const char *data, size_t len, struct cs_error *err) {
  size_t all = len;
  while (len) {
    ssize_t done = write(output->fd, data, len);
    if (done < 0 && errno == EAGAIN) {
      poll(&(struct pollfd){output->fd, POLLOUT, 0}, 1, -1);
      continue;
    }
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return fail_write(output, err);
    data += done;
    len -= (size_t)done;
  }
  begin_sync(output, all);
  return CS_OK;
}

static void hash_buffer(struct cs_output *output) {
  if (output->checksum && output->used > output->hashed)
    cs_checksum_add(output->checksum, output->buffer + output->hashed, output->used - output->hashed);
  output->hashed = output->used;
}

static enum cs_status flush(struct cs_output *output, struct cs_error *err) {
  hash_buffer(output);
  size_t used = output->used;
  output->used = output->hashed = 0;
  return put(output, output->buffer, used, err);
}

enum cs_status cs_output_write(struct cs_output *output, const char *data, size_t len, struct cs_error *err) {
  if (output->failed.status != CS_OK) return again(output, err);
  output->bytes += len;
  if (len > BUFFER_BYTES - output->used) {
    CS_TRY(flush(output, err));
    if (len >= BUFFER_BYTES) {
      if (output->checksum) cs_checksum_add(output->checksum, data, len);
      return put(output, data, len, err);
    }
  }
  if (len) memcpy(output->buffer + output->used, data, len);
  output->used += len;
  return CS_OK;
}

enum cs_status cs_output_checksum(struct cs_output *output, struct cs_error *err) {
  if (output->checksum) return CS_OK;
  hash_buffer(output);
  return cs_checksum_new(&output->checksum, err);
}

uint64_t cs_output_bytes(const struct cs_output *output) {
  return output->bytes;
}

const char *cs_output_sha256(struct cs_output *output) {
  hash_buffer(output);
  if (output->checksum) cs_checksum_text(output->checksum, output->sha256);
  return output->sha256;
}

/* --- ending --- */

/* The new name is on the disk only when its directory is. File systems without that are taken as they are. */
static void sync_directory(const char *target) {
  char *path = join(target, directory_len(target), ".");
  int fd = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (fd >= 0) {
    (void)!fsync(fd);
    close(fd);
  }
  free(path);
}

/* A file system that writes late (NFS, a quota) tells of a failure at close. Standard output has to stay open, so that no
 * other file gets its number; a copy of it tells as much. */
static enum cs_status close_copy(struct cs_output *output, struct cs_error *err) {
  int copy = dup(output->fd);
  return copy >= 0 && close(copy) != 0 ? fail_write(output, err) : CS_OK;
}

enum cs_status cs_output_settle(struct cs_output *output, struct cs_error *err) {
  if (output->failed.status != CS_OK) return again(output, err);
  if (output->fd < 0) return CS_OK;
  CS_TRY(flush(output, err));
  if (output->fd <= STDERR_FILENO) return close_copy(output, err);
  if (output->temp && fsync(output->fd) != 0 && errno != EINVAL && errno != ENOTSUP)
    return fail_write(output, err);
  int closed = close(output->fd);
  output->fd = -1;
  return closed != 0 ? fail_write(output, err) : CS_OK;
}

static enum cs_status finish(struct cs_output *output, struct cs_error *err) {
  CS_TRY(cs_output_settle(output, err));
  if (!output->temp) return CS_OK;
  if (rename(output->temp, output->target) != 0) return fail_write(output, err);
  free(output->temp);
  output->temp = NULL;
  sync_directory(output->target);
  return CS_OK;
}

enum cs_status cs_output_commit(struct cs_output **output, struct cs_error *err) {
  enum cs_status status = finish(*output, err);
  release(output);
  return status;
}

void cs_output_abort(struct cs_output **output) {
  if (output && *output) release(output);
}

enum cs_status cs_output_file(const char *path, const struct cs_str *text, struct cs_error *err) {
  CS_TRY(cs_str_check(text, "the text to write", err));
  struct cs_output *output;
  CS_TRY(cs_output_open(&output, path, err));
  enum cs_status status = cs_output_write(output, cs_str_text(text), text->len, err);
  if (status == CS_OK) return cs_output_commit(&output, err);
  cs_output_abort(&output);
  return status;
}
