#define _GNU_SOURCE /* SOCK_CLOEXEC, MSG_DONTWAIT */
#include "report/gnuplot.h"

#include "base/memory.h"
#include "report/glyph.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  LIMIT_MS = 20000,
  FONT_LIMIT_MS = 60000, /* the first look at the fonts of a machine builds a cache */
  PART = 65536,
  SAID_MAX = 4096,
  PICTURE_MAX = 256 << 20
};

/* --- text --- */

void cs_gnuplot_add_literal(struct cs_str *script, const char *text) {
  cs_str_add_byte(script, '\'');
  while (*text) {
    struct cs_glyph glyph = cs_glyph_first(text);
    if (glyph.kind == CS_GLYPH_BROKEN)
      cs_str_add_text(script, "\xEF\xBF\xBD");
    else if (glyph.kind == CS_GLYPH_CONTROL)
      cs_str_add_byte(script, ' ');
    else if (glyph.code == '\'')
      cs_str_add_text(script, "''");
    else if (glyph.kind == CS_GLYPH_PLAIN)
      cs_str_add(script, text, glyph.bytes);
    text += glyph.bytes;
  }
  cs_str_add_byte(script, '\'');
}

/* --- the environment --- */

extern char **environ;

/* What the user set up for a gnuplot of his own, and his language, would change the picture. HOME stays: it has fonts. */
static bool changes_pictures(const char *entry) {
  static const char *const prefix[] = {"GNUTERM=", "GNUPLOT",   "GNUHELP=", "LC_",
                                       "LANG=",    "LANGUAGE=", "PLOT",     "GDFONTPATH="};
  for (size_t i = 0; i < sizeof prefix / sizeof *prefix; i++)
    if (strncmp(entry, prefix[i], strlen(prefix[i])) == 0) return true;
  return false;
}

static enum cs_status clean_environment(char ***list, struct cs_error *err) {
  static char utf8[] = "LC_ALL=C.UTF-8";
  size_t count = 0, kept = 0;
  while (environ && environ[count]) count++;
  CS_TRY(cs_alloc(list, count + 2, sizeof **list, "the environment", err));
  for (size_t i = 0; i < count; i++)
    if (!changes_pictures(environ[i])) (*list)[kept++] = environ[i];
  (*list)[kept] = utf8;
  return CS_OK;
}

bool cs_gnuplot_found(void) {
  const char *path = getenv("PATH");
  char file[PATH_MAX];
  while (path && *path) {
    size_t len = strcspn(path, ":");
    snprintf(file, sizeof file, "%.*s/gnuplot", (int)len, path);
    if (len > 0 && len < sizeof file - 16 && access(file, X_OK) == 0) return true;
    path += len + (path[len] == ':');
  }
  return false;
}

/* --- a program with its three ends --- */

enum { IN, OUT, SAID, TIMER, ENDS };

struct child {
  pid_t pid;
  struct pollfd end[ENDS]; /* fd is -1 where closed */
  struct cs_slice input;   /* what is left of it */
  struct cs_str *out, said;
};

static void close_end(struct child *child, int i) {
  if (child->end[i].fd >= 0) close(child->end[i].fd);
  child->end[i].fd = -1;
}

/* Sockets, not pipes: send() can be told not to raise SIGPIPE when gnuplot ends early. Above 2, so that none of them is in
 * the way of the child's own three. */
static bool make_pair(int fd[2]) {
  int pair[2];
  fd[0] = fd[1] = -1;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return false;
  for (int i = 0; i < 2; i++) {
    fd[i] = pair[i] > 2 ? pair[i] : fcntl(pair[i], F_DUPFD_CLOEXEC, 3);
    if (fd[i] != pair[i]) close(pair[i]);
  }
  return fd[0] >= 0 && fd[1] >= 0;
}

static int spawn(struct child *child, const int far[3], char *const *argv, char *const *environment) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, pipe;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) return error;
  error = posix_spawnattr_init(&attributes);
  if (error) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigemptyset(&none);
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &pipe);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  for (int i = 0; i < 3 && !error; i++) error = posix_spawn_file_actions_adddup2(&actions, far[i], i);
  if (!error) error = posix_spawnp(&child->pid, argv[0], &actions, &attributes, argv, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

static enum cs_status begin(struct child *child, char *const *argv, unsigned limit_ms, struct cs_error *err) {
  int far[3] = {-1, -1, -1}, error = 0;
  char **environment = NULL;
  CS_TRY(clean_environment(&environment, err));
  struct itimerspec limit = {.it_value = {limit_ms / 1000, (long)(limit_ms % 1000) * 1000000}};
  for (int i = 0; i < 3 && !error; i++) {
    int pair[2];
    if (!make_pair(pair)) error = errno;
    child->end[i] = (struct pollfd){pair[0], i == IN ? POLLOUT : POLLIN, 0};
    far[i] = pair[1];
  }
  child->end[TIMER] = (struct pollfd){timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), POLLIN, 0};
  if (!error && (child->end[TIMER].fd < 0 || timerfd_settime(child->end[TIMER].fd, 0, &limit, NULL) != 0))
    error = errno;
  if (!error) error = spawn(child, far, argv, environment);
  for (int i = 0; i < 3; i++)
    if (far[i] >= 0) close(far[i]);
  free(environment);
  if (!error) return CS_OK;
  for (int i = 0; i < ENDS; i++) close_end(child, i);
  if (error == ENOENT) return cs_fail(err, CS_NO, "%s is not installed", argv[0]);
  errno = error;
  return cs_fail_errno(err, "cannot run %s", argv[0]);
}

static bool again(void) {
  return errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
}

static void feed(struct child *child) {
  ssize_t sent = 0;
  if (child->input.len > 0)
    sent = send(child->end[IN].fd, child->input.data, child->input.len, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && again()) return;
  if (sent > 0) {
    child->input.data += sent;
    child->input.len -= (size_t)sent;
  }
  if (sent < 0 || child->input.len == 0) close_end(child, IN); /* its exit status tells what was wrong */
}

/* False when there is no memory, or no end. */
static bool take(struct child *child, int i) {
  struct cs_str *text = i == OUT ? child->out : &child->said;
  char *place = cs_str_reserve(text, PART);
  if (!place || text->len > PICTURE_MAX) return false;
  ssize_t got = recv(child->end[i].fd, place, PART, MSG_DONTWAIT);
  if (got < 0 && again()) return true;
  if (got > 0) {
    text->len += (size_t)got;
    if (i == SAID && text->len > SAID_MAX) text->len = SAID_MAX;
    text->data[text->len] = '\0';
  }
  if (got <= 0) {
    *place = '\0'; /* nothing may have been added to the text before */
    close_end(child, i);
  }
  return true;
}

enum outcome { ENDED, LATE, BROKEN };

static enum outcome talk(struct child *child) {
  while (child->end[OUT].fd >= 0 || child->end[SAID].fd >= 0) {
    if (poll(child->end, ENDS, -1) < 0) {
      if (errno == EINTR) continue;
      return BROKEN;
    }
    if (child->end[IN].fd >= 0 && child->end[IN].revents) feed(child);
    for (int i = OUT; i <= SAID; i++)
      if (child->end[i].fd >= 0 && child->end[i].revents && !take(child, i)) return BROKEN;
    if (child->end[TIMER].revents) return LATE;
  }
  return ENDED;
}

/* A program may close its ends and live on. */
static enum outcome await(struct child *child, int *status) {
  pid_t ended;
  while ((ended = waitpid(child->pid, status, WNOHANG)) != child->pid) {
    if (ended < 0 && errno == ECHILD) { /* who ignores SIGCHLD is told nothing; the picture's end tells */
      *status = 0;
      return ENDED;
    }
    poll(&child->end[TIMER], 1, 5);
    if (child->end[TIMER].revents) return LATE;
  }
  return ENDED;
}

/* The line of gnuplot's message that says what is wrong: it begins "line 7: "; else the first one. */
static void fault(struct cs_str *said, char *text, size_t size) {
  const char *line = cs_str_text(said), *found = strstr(line, "line ");
  if (found) line = found;
  line += strspn(line, " \t\n");
  snprintf(text, size, "%.*s", (int)strcspn(line, "\n"), line);
}

static enum cs_status judge(struct child *child, enum outcome outcome, int status, const char *program,
                            unsigned limit_ms, struct cs_error *err) {
  char text[256];
  CS_TRY(cs_str_check(child->out, "a picture", err));
  fault(&child->said, text, sizeof text);
  if (outcome == LATE)
    return cs_fail(err, CS_IO, "%s did not end within %.1f seconds", program, limit_ms / 1000.0);
  if (outcome == BROKEN) return cs_fail(err, CS_IO, "%s sent no picture that could be read", program);
  if (WIFSIGNALED(status)) return cs_fail(err, CS_IO, "%s died of signal %d", program, WTERMSIG(status));
  if (WEXITSTATUS(status) != 0)
    return cs_fail(err, CS_IO, "%s failed: %s", program, *text ? text : "it does not say why");
  return CS_OK;
}

/* Gives input to a program and appends what it writes. */
static enum cs_status converse(char *const *argv, struct cs_slice input, unsigned limit_ms,
                               struct cs_str *out, struct cs_error *err) {
  struct child child = {.input = input, .out = out, .said = CS_STR_INIT};
  int status = 0;
  for (int i = 0; i < ENDS; i++) child.end[i].fd = -1;
  CS_TRY(begin(&child, argv, limit_ms, err));
  enum outcome outcome = talk(&child);
  if (outcome == ENDED) outcome = await(&child, &status);
  if (outcome != ENDED) {
    kill(child.pid, SIGKILL);
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  }
  for (int i = 0; i < ENDS; i++) close_end(&child, i);
  enum cs_status result = judge(&child, outcome, status, argv[0], limit_ms, err);
  cs_str_release(&child.said);
  return result;
}

/* --- gnuplot --- */

/* gnuplot without any font draws pictures without text and says nothing. fc-match comes with its libraries; a machine
 * that lacks it can't be asked. */
static enum cs_status find_font(char *font, size_t size, struct cs_error *err) {
  static char program[] = "fc-match", option[] = "-f", format[] = "%{family[0]}",
              wanted[] = "Open Sans,Noto Sans,Inter,DejaVu Sans,Liberation Sans,sans-serif";
  char *argv[] = {program, option, format, wanted, NULL};
  struct cs_str said = CS_STR_INIT;
  enum cs_status status = converse(argv, (struct cs_slice){NULL, 0}, FONT_LIMIT_MS, &said, err);
  const char *family = cs_str_text(&said);
  if (status == CS_NO)
    snprintf(font, size, "Sans");
  else if (status == CS_OK && *family)
    snprintf(font, size, "%.*s", (int)strcspn(family, ",:\n"), family);
  bool none = status == CS_IO || (status == CS_OK && !*family);
  cs_str_release(&said);
  if (none) return cs_fail(err, CS_IO, "no fonts are installed (Debian: apt-get install fonts-dejavu-core)");
  return status == CS_NO ? CS_OK : status;
}

static enum cs_status missing(struct cs_error *err) {
  return cs_fail(err, CS_NO, "gnuplot is not installed (Debian: apt-get install gnuplot-nox)");
}

enum cs_status cs_gnuplot_begin(struct cs_gnuplot *gnuplot, struct cs_error *err) {
  *gnuplot = (struct cs_gnuplot){.limit_ms = LIMIT_MS};
  if (!cs_gnuplot_found()) return missing(err);
  return find_font(gnuplot->font, sizeof gnuplot->font, err);
}

enum cs_status cs_gnuplot_run(const struct cs_gnuplot *gnuplot, const struct cs_str *script,
                              struct cs_str *picture, struct cs_error *err) {
  static char program[] = "gnuplot", no_files[] = "-d", input[] = "-";
  char *argv[] = {program, no_files, input, NULL};
  size_t before = picture->len;
  CS_TRY(cs_str_check(script, "a script", err));
  enum cs_status status =
      converse(argv, (struct cs_slice){cs_str_text(script), script->len}, gnuplot->limit_ms, picture, err);
  if (status == CS_NO) return missing(err);
  CS_TRY(status);
  if (picture->len == before) return cs_fail(err, CS_IO, "gnuplot drew no picture");
  return CS_OK;
}
