#include "track/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_FOUND = 127, NOT_RUN = 126 };

/* --- signals --- */

static volatile sig_atomic_t running; /* the child's number; pass_on() can't be told otherwise */

static void pass_on(int signal) {
  int number = errno;
  if (running > 0) (void)kill((pid_t)running, signal);
  errno = number;
}

static const int mine[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof mine / sizeof *mine, IGNORED = 2 };

static void take_signals(struct sigaction old[SIGNALS]) {
  for (int i = 0; i < SIGNALS; i++) {
    struct sigaction action = {.sa_handler = i < IGNORED ? SIG_IGN : pass_on, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(mine[i], NULL, &old[i]);
    /* Who began this with a signal ignored (nohup) means it. */
    if (old[i].sa_handler != SIG_IGN) sigaction(mine[i], &action, NULL);
  }
}

static void give_signals_back(const struct sigaction old[SIGNALS]) {
  for (int i = 0; i < SIGNALS; i++) sigaction(mine[i], &old[i], NULL);
}

/* --- running --- */

/* Does not return. What went wrong goes through the pipe, which a program that runs closes. */
static void become(const char *const *command, const struct sigaction old[SIGNALS], int tell) {
  give_signals_back(old);
  execvp(command[0], (char *const *)(void *)command); /* exec changes no word; its type is older than const */
  int number = errno;
  (void)!write(tell, &number, sizeof number);
  _exit(number == ENOENT ? NOT_FOUND : NOT_RUN);
}

/* The errno of a program that couldn't be run, 0 of one that is. */
static int hear(int from) {
  int number = 0;
  ssize_t got;
  do got = read(from, &number, sizeof number);
  while (got < 0 && errno == EINTR);
  return got == (ssize_t)sizeof number ? number : 0;
}

static void wait_for(pid_t pid, struct cs_child *child) {
  int status = 0;
  struct rusage usage = {0};
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  child->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  child->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) return;
  child->cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
#ifdef __APPLE__
  child->peak_memory_bytes = (double)usage.ru_maxrss;
#else
  child->peak_memory_bytes = (double)usage.ru_maxrss * 1024;
#endif
}

static enum cs_status fail_to_run(const char *program, int number, struct cs_error *err) {
  errno = number;
  return cs_fail_errno(err, "can't run '%s'", program);
}

enum cs_status cs_child_run(const char *const *command, struct cs_child *child, struct cs_error *err) {
  int ends[2];
  struct sigaction old[SIGNALS];
  *child = (struct cs_child){.exit_status = NOT_RUN};
  if (pipe(ends) != 0) return fail_to_run(command[0], errno, err);
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  take_signals(old);
  pid_t pid = fork();
  int number = errno;
  if (pid == 0) become(command, old, ends[1]);
  running = pid;
  close(ends[1]);
  if (pid > 0) {
    number = hear(ends[0]);
    wait_for(pid, child);
  }
  close(ends[0]);
  running = 0;
  give_signals_back(old);
  return number && (pid < 0 || child->exit_status >= NOT_RUN) ? fail_to_run(command[0], number, err) : CS_OK;
}
