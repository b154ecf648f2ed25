/* child.h - another program, run to its end. */
#ifndef CS_TRACK_CHILD_H
#define CS_TRACK_CHILD_H

#include "base/error.h"

/* How it ended, with what it and its own children used. */
struct cs_child {
  int exit_status, signal;               /* signal 0: it ended by itself */
  double cpu_seconds, peak_memory_bytes; /* the peak of the largest */
};

/* Runs command (NULL at its end) and waits. SIGINT and SIGQUIT of a terminal are the program's; SIGTERM and SIGHUP are
 * passed on to it. CS_IO where it can't be run: child->exit_status is 127 where there is no such program, else 126. */
CS_MUST_CHECK enum cs_status cs_child_run(const char *const *command, struct cs_child *child,
                                          struct cs_error *err);

#endif
