/* faults.h - the page of memory through which sweep tells the interposed library what to fail, and learns what it did.
 *
 * The page is a file that both map; its path stands in $FAULTS_PAGE. A "place" is a hash of the calls that led to a
 * call, so that sweep need not fail the thousandth allocation of one loop to have failed that loop's allocation.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
  FAULT_MEMORY, /* malloc, calloc, realloc, aligned_alloc, posix_memalign: strdup, opendir, new ... through them */
  FAULT_OPEN,     /* open, openat, creat, mkstemp, fopen */
  FAULT_READ,     /* read, and what stdio reads */
  FAULT_WRITE,    /* write, writev, and what stdio writes; but for descriptor 2 */
  FAULT_MESSAGE,  /* the same, on descriptor 2 */
  FAULT_CLOSE,    /* close of what was open for writing */
  FAULT_SYNC,     /* fsync, fdatasync of a file */
  FAULT_SYNC_DIR, /* ... of a directory */
  FAULT_RENAME,   /* rename, renameat */
  FAULT_UNLINK,   /* unlink, unlinkat */
  FAULT_STAT,     /* stat, lstat, fstat */
  FAULT_ACCESS,   /* access */
  FAULT_OPENDIR,  /* opendir */
  FAULT_MKDIR,    /* mkdir */
  FAULT_FCNTL,    /* fcntl */
  FAULT_DUP,      /* dup */
  FAULT_SEEK,     /* lseek */
  FAULT_MAP,      /* mmap by the program itself */
  FAULT_THREAD,   /* pthread_create */
  FAULT_ICONV,    /* iconv_open */
  FAULT_KINDS
};

enum fault_mode {
  FAULT_COUNT, /* none fails; the places are kept */
  FAULT_ONCE,  /* the call of number `at` fails */
  FAULT_FROM,  /* that one and all later ones */
  FAULT_EACH,  /* every second one; with EAGAIN only on descriptors 0, 1 and 2 */
  FAULT_SHORT, /* none fails; read and write move at most three bytes */
};

enum { FAULT_PLACES = 20000 };

struct fault_page {
  int kind, mode, number; /* number: the errno */
  uint64_t at;            /* from 1 */
  atomic_ullong failed;   /* how many calls were failed, or cut short */
  atomic_ullong calls[FAULT_KINDS];
  uint64_t place[FAULT_KINDS][FAULT_PLACES];
};

#endif
