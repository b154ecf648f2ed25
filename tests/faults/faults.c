/* faults.c - a library for LD_PRELOAD that fails the N-th call of a kind, as the page of sweep says (faults.h).
 *
 * Functions that libc calls within itself can't be reached this way, but for malloc; so fopen() is made from
 * fopencookie(), and what stdio reads and writes passes through the read() and write() below.
 */
#define _GNU_SOURCE
#include "faults.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <iconv.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DEPTH = 32, EARLY_BYTES = 1 << 16, SHORT_BYTES = 3 };

static struct fault_page *page;
static bool tracing;
static __thread int within __attribute__((tls_model("initial-exec")));

/* --- what comes next: the function that is interposed --- */

/* dlsym() allocates and frees itself, also before malloc and free are found; its declaration says that it wouldn't call
 * back, hence volatile. */
static volatile int finding;

/* A pointer to a function is no pointer to an object for the compiler; POSIX has it so. */
static void find_next(void *function, const char *name) {
  finding = 1;
  void *found = dlsym(RTLD_NEXT, name);
  finding = 0;
  if (!found) abort();
  memcpy(function, &found, sizeof found);
}

#define NEXT(name)                                                                                           \
  static __typeof__(&name) next;                                                                             \
  if (!next) find_next(&next, #name)

/* --- whether to fail --- */

static uint64_t place_of(void) {
  void *frame[DEPTH];
  int depth = backtrace(frame, DEPTH);
  uint64_t hash = 0xcbf29ce484222325u;
  for (int i = 0; i < depth; i++) hash = (hash ^ (uint64_t)(uintptr_t)frame[i]) * 0x100000001b3u;
  return hash;
}

static void keep_place(int kind, uint64_t call) {
  if (page->mode != FAULT_COUNT || call > FAULT_PLACES) return;
  within++;
  page->place[kind][call - 1] = place_of();
  within--;
}

/* $FAULTS_TRACE: where the call that fails was made, to be read with addr2line. */
static void tell_place(void) {
  void *frame[DEPTH];
  if (!tracing) return;
  within++;
  backtrace_symbols_fd(frame, backtrace(frame, DEPTH), STDERR_FILENO);
  within--;
}

/* Counts a call of this kind; true, with errno set, when it is to fail. */
static bool fails(int kind, int fd) {
  if (!page || within) return false;
  uint64_t call = atomic_fetch_add(&page->calls[kind], 1) + 1;
  keep_place(kind, call);
  if (page->kind != kind) return false;
  bool chosen = page->mode == FAULT_ONCE   ? call == page->at
                : page->mode == FAULT_FROM ? call >= page->at
                : page->mode == FAULT_EACH ? call % 2 == 1 && (page->number != EAGAIN || fd <= STDERR_FILENO)
                                           : false;
  if (!chosen) return false;
  atomic_fetch_add(&page->failed, 1);
  tell_place();
  errno = page->number;
  return true;
}

/* How many of `len` bytes are to be moved. */
static size_t portion(int kind, size_t len) {
  if (!page || within || page->mode != FAULT_SHORT || page->kind != kind || len <= SHORT_BYTES) return len;
  atomic_fetch_add(&page->failed, 1);
  return SHORT_BYTES;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULTS_PAGE");
  int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *memory = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  syscall(SYS_close, fd);
  if (memory == MAP_FAILED) return;
  place_of(); /* its first call allocates */
  tracing = getenv("FAULTS_TRACE") != NULL;
  page = memory;
}

/* --- memory --- */

static _Alignas(16) char early[EARLY_BYTES];
static size_t early_used;

static void *early_alloc(size_t size) {
  void *memory = early + early_used;
  early_used += (size + 15) / 16 * 16;
  if (early_used > sizeof early) abort();
  return memory;
}

static bool is_early(const void *memory) {
  return (const char *)memory >= early && (const char *)memory < early + sizeof early;
}

#define NEXT_MEMORY(name, size)                                                                              \
  static __typeof__(&name) next;                                                                             \
  if (!next) {                                                                                               \
    if (finding) return early_alloc(size);                                                                   \
    find_next(&next, #name);                                                                                 \
  }

void *malloc(size_t size) {
  NEXT_MEMORY(malloc, size)
  return fails(FAULT_MEMORY, -1) ? NULL : next(size);
}

void *calloc(size_t count, size_t size) {
  NEXT_MEMORY(calloc, count * size)
  return fails(FAULT_MEMORY, -1) ? NULL : next(count, size);
}

void *realloc(void *old, size_t size) {
  NEXT_MEMORY(realloc, size)
  if (is_early(old)) {
    void *copy = malloc(size);
    if (copy) memcpy(copy, old, size);
    return copy;
  }
  return fails(FAULT_MEMORY, -1) ? NULL : next(old, size);
}

void free(void *memory) {
  static __typeof__(&free) next;
  if (is_early(memory) || (!next && finding)) return;
  if (!next) find_next(&next, "free");
  next(memory);
}

void *aligned_alloc(size_t alignment, size_t size) {
  NEXT(aligned_alloc);
  return fails(FAULT_MEMORY, -1) ? NULL : next(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  NEXT(posix_memalign);
  return fails(FAULT_MEMORY, -1) ? ENOMEM : next(memory, alignment, size);
}

void *mmap(void *address, size_t len, int protection, int flags, int fd, off_t offset) {
  NEXT(mmap);
  return fails(FAULT_MAP, -1) ? MAP_FAILED : next(address, len, protection, flags, fd, offset);
}

/* --- files --- */

static mode_t mode_of(int flags, va_list args) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
  NEXT(open);
  va_list args;
  va_start(args, flags);
  mode_t mode = mode_of(flags, args);
  va_end(args);
  return fails(FAULT_OPEN, -1) ? -1 : next(path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
  NEXT(openat);
  va_list args;
  va_start(args, flags);
  mode_t mode = mode_of(flags, args);
  va_end(args);
  return fails(FAULT_OPEN, -1) ? -1 : next(directory, path, flags, mode);
}

int creat(const char *path, mode_t mode) {
  return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int mkstemp(char *path) {
  NEXT(mkstemp);
  return fails(FAULT_OPEN, -1) ? -1 : next(path);
}

ssize_t read(int fd, void *place, size_t len) {
  NEXT(read);
  return fails(FAULT_READ, fd) ? -1 : next(fd, place, portion(FAULT_READ, len));
}

ssize_t write(int fd, const void *data, size_t len) {
  NEXT(write);
  int kind = fd == STDERR_FILENO ? FAULT_MESSAGE : FAULT_WRITE;
  return fails(kind, fd) ? -1 : next(fd, data, portion(kind, len));
}

ssize_t writev(int fd, const struct iovec *part, int count) {
  NEXT(writev);
  int kind = fd == STDERR_FILENO ? FAULT_MESSAGE : FAULT_WRITE;
  if (fails(kind, fd)) return -1;
  if (count > 0 && portion(kind, part[0].iov_len) < part[0].iov_len)
    return write(fd, part[0].iov_base, SHORT_BYTES);
  return next(fd, part, count);
}

/* The descriptor is closed all the same, as close(2) has it. */
int close(int fd) {
  NEXT(close);
  int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
  bool failed = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && fails(FAULT_CLOSE, fd);
  int number = errno, result = next(fd);
  if (!failed) return result;
  errno = number;
  return -1;
}

/* Not done where it isn't failed: the disk is not what is tested. */
int fsync(int fd) {
  struct stat about;
  bool directory = syscall(SYS_fstat, fd, &about) == 0 && S_ISDIR(about.st_mode);
  return fails(directory ? FAULT_SYNC_DIR : FAULT_SYNC, fd) ? -1 : 0;
}

int fdatasync(int fd) {
  return fsync(fd);
}

#define INTERPOSE(kind, result, name, parameters, arguments)                                                 \
  result name parameters {                                                                                   \
    NEXT(name);                                                                                              \
    return fails(kind, -1) ? -1 : next arguments;                                                            \
  }

INTERPOSE(FAULT_RENAME, int, rename, (const char *from, const char *to), (from, to))
INTERPOSE(FAULT_RENAME, int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
INTERPOSE(FAULT_UNLINK, int, unlink, (const char *path), (path))
INTERPOSE(FAULT_UNLINK, int, unlinkat, (int directory, const char *path, int flags), (directory, path, flags))
INTERPOSE(FAULT_STAT, int, stat, (const char *restrict path, struct stat *restrict about), (path, about))
INTERPOSE(FAULT_STAT, int, lstat, (const char *restrict path, struct stat *restrict about), (path, about))
INTERPOSE(FAULT_STAT, int, fstat, (int fd, struct stat *about), (fd, about))
INTERPOSE(FAULT_ACCESS, int, access, (const char *path, int mode), (path, mode))
INTERPOSE(FAULT_MKDIR, int, mkdir, (const char *path, mode_t mode), (path, mode))
INTERPOSE(FAULT_DUP, int, dup, (int fd), (fd))
INTERPOSE(FAULT_SEEK, off_t, lseek, (int fd, off_t offset, int whence), (fd, offset, whence))

DIR *opendir(const char *path) {
  NEXT(opendir);
  return fails(FAULT_OPENDIR, -1) ? NULL : next(path);
}

/* The third argument is a number or a pointer; both travel in one register. */
int fcntl(int fd, int command, ...) {
  NEXT(fcntl);
  va_list args;
  va_start(args, command);
  void *argument = va_arg(args, void *);
  va_end(args);
  return fails(FAULT_FCNTL, fd) ? -1 : next(fd, command, argument);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument) {
  NEXT(pthread_create);
  return fails(FAULT_THREAD, -1) ? page->number : next(thread, attributes, run, argument);
}

iconv_t iconv_open(const char *to, const char *from) {
  NEXT(iconv_open);
  return fails(FAULT_ICONV, -1) ? (iconv_t)-1 : next(to, from);
}

/* --- stdio --- */

static int fd_of(void *cookie) {
  return (int)(intptr_t)cookie;
}

static ssize_t cookie_read(void *cookie, char *place, size_t len) {
  return read(fd_of(cookie), place, len);
}

static ssize_t cookie_write(void *cookie, const char *data, size_t len) {
  ssize_t done = write(fd_of(cookie), data, len);
  return done < 0 ? 0 : done;
}

static int cookie_seek(void *cookie, off64_t *offset, int whence) {
  off_t place = lseek(fd_of(cookie), *offset, whence);
  if (place >= 0) *offset = place;
  return place < 0 ? -1 : 0;
}

static int cookie_close(void *cookie) {
  return close(fd_of(cookie));
}

static int flags_of(const char *mode) {
  int plus = strchr(mode, '+') ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
  return plus | (mode[0] == 'w' ? O_CREAT | O_TRUNC : mode[0] == 'a' ? O_CREAT | O_APPEND : 0);
}

FILE *fopen(const char *restrict path, const char *restrict mode) {
  static const cookie_io_functions_t functions = {cookie_read, cookie_write, cookie_seek, cookie_close};
  int fd = open(path, flags_of(mode), 0666);
  if (fd < 0) return NULL;
  FILE *file = fopencookie((void *)(intptr_t)fd, mode, functions);
  if (!file) syscall(SYS_close, fd);
  return file;
}
