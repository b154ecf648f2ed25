/* sweep - runs a command again and again, failing each of its calls in turn through faults.so, and judges each run.
 *
 * sweep [-a | -f | -n CALL] [-l] [-i FILE] [-o FILE]... [-t DIR]... [-p PLAN,...] [-x STATUS] -- COMMAND...
 *   -a         fail the calls of all numbers; else of each place in the code the first, the second and the last, and with
 *              all later ones of every fourth place the first
 *   -f         of each place the first only
 *   -l         lenient: the command may write what its result does not hang on (a log), and succeed without it
 *   -i FILE    its standard input
 *   -n CALL    only the call of that number (with $FAULTS_TRACE set, the run tells where it was made)
 *   -o FILE    what it writes; before a run it is absent, or has an old content
 *   -t DIR     made anew, and empty, before each run
 *   -p PLAN    only these plans (memory, memory-from, open ...)
 *   -x STATUS  the exit status of a run in which nothing failed, 0 without it
 * It stands in a folder of its own, and faults.so beside the program. The last line counts runs; exit status 1 when
 * one was wrong. Of more than FAULT_PLACES calls of a kind, which is said, every 1024th of the rest is failed.
 */
#define _GNU_SOURCE
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES_MAX = 8, NAMES_MAX = 64, SECONDS_MAX = 60, FAULTS_SHOWN = 12, IO = 4, MEMORY = 5 };

/* What a run may come to when a call of it was failed. */
enum wanted { MAY_PASS, MUST_PASS, MUST_FAIL };

struct plan {
  const char *name;
  int kind, mode, number, status;
  enum wanted wanted;
};

static const struct plan plans[] = {
    {"memory", FAULT_MEMORY, FAULT_ONCE, ENOMEM, MEMORY, MAY_PASS},
    {"memory-from", FAULT_MEMORY, FAULT_FROM, ENOMEM, MEMORY, MAY_PASS},
    {"map", FAULT_MAP, FAULT_ONCE, ENOMEM, MEMORY, MAY_PASS},
    {"open", FAULT_OPEN, FAULT_ONCE, EMFILE, IO, MAY_PASS},
    {"open-from", FAULT_OPEN, FAULT_FROM, EMFILE, IO, MAY_PASS},
    {"read", FAULT_READ, FAULT_ONCE, EIO, IO, MUST_FAIL},
    {"read-short", FAULT_READ, FAULT_SHORT, 0, 0, MUST_PASS},
    {"read-interrupted", FAULT_READ, FAULT_EACH, EINTR, 0, MUST_PASS},
    {"read-again", FAULT_READ, FAULT_EACH, EAGAIN, 0, MUST_PASS},
    {"write", FAULT_WRITE, FAULT_ONCE, ENOSPC, IO, MUST_FAIL},
    {"write-from", FAULT_WRITE, FAULT_FROM, EIO, IO, MUST_FAIL},
    {"write-short", FAULT_WRITE, FAULT_SHORT, 0, 0, MUST_PASS},
    {"write-interrupted", FAULT_WRITE, FAULT_EACH, EINTR, 0, MUST_PASS},
    {"write-again", FAULT_WRITE, FAULT_EACH, EAGAIN, 0, MUST_PASS},
    {"message", FAULT_MESSAGE, FAULT_ONCE, EIO, 0, MUST_PASS},
    {"message-from", FAULT_MESSAGE, FAULT_FROM, EPIPE, 0, MUST_PASS},
    {"message-short", FAULT_MESSAGE, FAULT_SHORT, 0, 0, MUST_PASS},
    {"message-interrupted", FAULT_MESSAGE, FAULT_EACH, EINTR, 0, MUST_PASS},
    {"message-again", FAULT_MESSAGE, FAULT_EACH, EAGAIN, 0, MUST_PASS},
    {"close", FAULT_CLOSE, FAULT_ONCE, EIO, IO, MUST_FAIL},
    {"sync", FAULT_SYNC, FAULT_ONCE, EIO, IO, MUST_FAIL},
    {"sync-dir", FAULT_SYNC_DIR, FAULT_ONCE, EIO, IO, MAY_PASS},
    {"rename", FAULT_RENAME, FAULT_ONCE, EACCES, IO, MUST_FAIL},
    {"unlink", FAULT_UNLINK, FAULT_ONCE, EACCES, IO, MAY_PASS},
    {"stat", FAULT_STAT, FAULT_ONCE, EIO, IO, MAY_PASS},
    {"access", FAULT_ACCESS, FAULT_ONCE, EACCES, IO, MAY_PASS},
    {"opendir", FAULT_OPENDIR, FAULT_ONCE, EMFILE, IO, MAY_PASS},
    {"mkdir", FAULT_MKDIR, FAULT_ONCE, ENOSPC, IO, MAY_PASS},
    {"fcntl", FAULT_FCNTL, FAULT_ONCE, EINVAL, IO, MAY_PASS},
    {"dup", FAULT_DUP, FAULT_ONCE, EMFILE, IO, MAY_PASS},
    {"seek", FAULT_SEEK, FAULT_ONCE, ESPIPE, IO, MAY_PASS},
    {"thread", FAULT_THREAD, FAULT_ONCE, EAGAIN, 0, MUST_PASS},
    {"thread-from", FAULT_THREAD, FAULT_FROM, EAGAIN, 0, MUST_PASS},
    {"iconv", FAULT_ICONV, FAULT_ONCE, EMFILE, IO, MUST_FAIL},
    {"iconv-memory", FAULT_ICONV, FAULT_ONCE, ENOMEM, MEMORY, MUST_FAIL},
};

struct text {
  char *data;
  size_t len;
};

struct file {
  const char *path;
  struct text expected;
  ino_t old; /* of the old content before a run, 0 when the file was absent */
};

struct sweep {
  struct file file[FILES_MAX];
  const char *empty[FILES_MAX], *input, *only;
  int files, empties, right;
  bool all, first, lenient;
  unsigned long long number; /* the only call to fail, or 0 */
  char **command;
  char library[PATH_MAX];
  struct fault_page *page;
  int page_fd, out_fd, err_fd;
  struct text out, err; /* of the run at hand */
  struct text expected, expected_err;
  uint64_t calls[FAULT_KINDS];
  uint64_t place[FAULT_KINDS][FAULT_PLACES];
  long runs, wrong;
};

static const char old_text[] = "what was there before\n";

static _Noreturn void die(const char *what) {
  perror(what);
  exit(2);
}

/* --- files --- */

static void read_fd(int fd, struct text *text) {
  struct stat about;
  if (fstat(fd, &about) != 0) die("fstat");
  free(text->data);
  *text = (struct text){malloc((size_t)about.st_size + 1), 0};
  if (!text->data) die("memory");
  while (text->len < (size_t)about.st_size) {
    ssize_t got = pread(fd, text->data + text->len, (size_t)about.st_size - text->len, (off_t)text->len);
    if (got <= 0) break;
    text->len += (size_t)got;
  }
  text->data[text->len] = '\0';
}

/* False when there is no such file. */
static bool read_path(const char *path, struct text *text) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  read_fd(fd, text);
  close(fd);
  return true;
}

static bool same(const struct text *a, const struct text *b) {
  return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static void lay_out(struct file *file, bool old) {
  struct stat about;
  unlink(file->path);
  file->old = 0;
  if (!old) return;
  int fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (fd < 0 || write(fd, old_text, sizeof old_text - 1) < 0 || fstat(fd, &about) != 0) die(file->path);
  close(fd);
  file->old = about.st_ino;
}

static int remove_entry(const char *path, const struct stat *about, int type, struct FTW *place) {
  (void)about;
  (void)type;
  (void)place;
  return remove(path);
}

static void prepare(struct sweep *sweep, bool old) {
  for (int i = 0; i < sweep->files; i++) lay_out(&sweep->file[i], old);
  for (int i = 0; i < sweep->empties; i++) {
    nftw(sweep->empty[i], remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    if (mkdir(sweep->empty[i], 0777) != 0) die(sweep->empty[i]);
  }
}

/* --- what is left lying about: nftw() passes no context --- */

static char *known[NAMES_MAX];
static int known_count, strays;
static char stray[PATH_MAX];

static int know_entry(const char *path, const struct stat *about, int type, struct FTW *place) {
  (void)about;
  (void)type;
  if (place->level != 1) return 0;
  if (known_count == NAMES_MAX || !(known[known_count++] = strdup(path))) die("too many files");
  return 0;
}

static bool is_known(const char *path) {
  for (int i = 0; i < known_count; i++)
    if (strcmp(known[i], path) == 0) return true;
  return false;
}

static int judge_entry(const char *path, const struct stat *about, int type, struct FTW *place) {
  (void)about;
  (void)type;
  const char *name = path + place->base;
  bool temporary = name[0] == '.' && strstr(name, ".cs-");
  if (!temporary && (place->level != 1 || is_known(path))) return 0;
  strays++;
  snprintf(stray, sizeof stray, "%s", path);
  return remove(path);
}

/* --- one run --- */

static void exec_command(const struct sweep *sweep) {
  char path[64];
  int input = open(sweep->input ? sweep->input : "/dev/null", O_RDONLY);
  if (input < 0 || dup2(input, 0) < 0 || dup2(sweep->out_fd, 1) < 0 || dup2(sweep->err_fd, 2) < 0) _exit(126);
  if (input > 2) close(input);
  snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getppid(), sweep->page_fd);
  setenv("FAULTS_PAGE", path, 1);
  setenv("LD_PRELOAD", sweep->library, 1);
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  alarm(SECONDS_MAX);
  execvp(sweep->command[0], sweep->command);
  _exit(127);
}

/* The exit status, or minus the signal. */
static int run(struct sweep *sweep) {
  int status = 0;
  memset(sweep->page->calls, 0, sizeof sweep->page->calls);
  sweep->page->failed = 0;
  if (ftruncate(sweep->out_fd, 0) != 0 || ftruncate(sweep->err_fd, 0) != 0) die("ftruncate");
  lseek(sweep->out_fd, 0, SEEK_SET);
  lseek(sweep->err_fd, 0, SEEK_SET);
  pid_t child = fork();
  if (child == 0) exec_command(sweep);
  if (child < 0 || waitpid(child, &status, 0) < 0) die("fork");
  read_fd(sweep->out_fd, &sweep->out);
  read_fd(sweep->err_fd, &sweep->err);
  sweep->runs++;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* --- judging it --- */

static void wrong(struct sweep *sweep, const struct plan *plan, uint64_t at, int status, const char *what,
                  const char *detail) {
  if (++sweep->wrong > FAULTS_SHOWN) return;
  printf("%s: %s of call %llu: exit status %d: %s%s; it said: %.4000s\n", sweep->command[0],
         plan ? plan->name : "no fault", (unsigned long long)at, status, what, detail,
         sweep->err.data && sweep->err.len ? sweep->err.data : "nothing");
}

/* NULL, or why the file is neither the new one nor what it was before. */
static const char *judge_file(const struct file *file, bool succeeded) {
  struct text text = {NULL, 0};
  struct stat about;
  if (!read_path(file->path, &text)) return succeeded || file->old ? "is not there: " : NULL;
  bool right = same(&text, &file->expected);
  bool old = file->old && stat(file->path, &about) == 0 && about.st_ino == file->old &&
             (about.st_mode & 0777) == 0640 && strcmp(text.data, old_text) == 0;
  free(text.data);
  return right || (old && !succeeded) ? NULL : "is neither the old file nor the new one: ";
}

/* A line "cs-x: ... TEXT". */
static bool has_line(const struct sweep *sweep, const char *text) {
  const char *slash = strrchr(sweep->command[0], '/'), *name = slash ? slash + 1 : sweep->command[0];
  size_t len = strlen(name);
  for (const char *line = sweep->err.data; line && *line; line = strchr(line, '\n'), line += line != NULL) {
    const char *end = strchr(line, '\n'), *found = strstr(line, text);
    size_t command = strncmp(line, name, len) == 0 && line[len] == ' ' ? strcspn(line + len, ":\n") : 0;
    if (end && strncmp(line, name, len) == 0 && strncmp(line + len + command, ": ", 2) == 0 && found &&
        found < end)
      return true;
  }
  return false;
}

/* Whether the message says which file it is about, or which stream. */
static bool names_file(const struct sweep *sweep) {
  for (int i = 0; i < sweep->files; i++)
    if (has_line(sweep, sweep->file[i].path)) return true;
  for (char **word = sweep->command + 1; *word; word++)
    if (**word != '-' && has_line(sweep, *word)) return true;
  const char *config = getenv("CS_CONFIG"), *directory = getenv("CS_RUN");
  return (config && has_line(sweep, config)) || (directory && has_line(sweep, directory)) ||
         has_line(sweep, "standard input") || has_line(sweep, "standard output") ||
         has_line(sweep, ": -: ") || has_line(sweep, "/proc/self/exe");
}

static const char *judge_words(const struct sweep *sweep, const struct plan *plan, int status) {
  static const char *const never[] = {"(null)", "terminate called", "anitizer", "runtime error", "Assertion"};
  for (size_t i = 0; i < sizeof never / sizeof *never; i++)
    if (strstr(sweep->err.data, never[i])) return "words of no program of ours";
  bool whole = plan->kind == FAULT_MESSAGE && (plan->mode == FAULT_EACH || plan->mode == FAULT_SHORT);
  if (whole && !same(&sweep->err, &sweep->expected_err)) return "messages got lost";
  if (status == sweep->right || plan->kind == FAULT_MESSAGE) return NULL;
  if (plan->status == MEMORY && has_line(sweep, "not enough memory")) return NULL;
  if (!has_line(sweep, strerror(plan->number))) return "no reason in the message";
  return names_file(sweep) ? NULL : "no file in the message";
}

static const char *judge_status(const struct sweep *sweep, const struct plan *plan, int status) {
  if (status < 0) return status == -SIGALRM ? "it hung" : "killed by a signal";
  if (status == sweep->right) {
    bool told = sweep->lenient && has_line(sweep, "warning: ");
    return plan->wanted == MUST_FAIL && !told ? "the fault went unseen" : NULL;
  }
  return plan->wanted != MUST_PASS && status == plan->status ? NULL : "not the exit status of this fault";
}

static const char *judge_output(const struct sweep *sweep, int status) {
  const struct text *out = &sweep->out, *expected = &sweep->expected;
  if (status == sweep->right) return same(out, expected) ? NULL : "other bytes on standard output";
  bool prefix = out->len <= expected->len && memcmp(out->data, expected->data, out->len) == 0;
  return prefix ? NULL : "other bytes on standard output than the first of the result";
}

static void judge(struct sweep *sweep, const struct plan *plan, uint64_t at, int status) {
  const char *fault = judge_status(sweep, plan, status);
  if (!fault) fault = judge_words(sweep, plan, status);
  if (!fault) fault = judge_output(sweep, status);
  if (fault) wrong(sweep, plan, at, status, fault, "");
  for (int i = 0; i < sweep->files && !fault; i++) {
    fault = judge_file(&sweep->file[i], status == sweep->right);
    if (fault) wrong(sweep, plan, at, status, fault, sweep->file[i].path);
  }
  strays = 0;
  nftw(".", judge_entry, 16, FTW_PHYS | FTW_DEPTH);
  if (strays && plan->kind != FAULT_UNLINK) wrong(sweep, plan, at, status, "left behind: ", stray);
}

/* --- all runs of a plan --- */

static void fail_call(struct sweep *sweep, const struct plan *plan, uint64_t at, bool old) {
  prepare(sweep, old);
  sweep->page->kind = plan->kind;
  sweep->page->mode = plan->mode;
  sweep->page->number = plan->number;
  sweep->page->at = at;
  int status = run(sweep);
  if (sweep->page->failed || status != sweep->right) judge(sweep, plan, at, status);
}

/* The first, the second and the last call from each place: errors at the first of something, at the next, at the end.
 */
static bool is_chosen(const struct sweep *sweep, const struct plan *plan, uint64_t call) {
  const uint64_t *place = sweep->place[plan->kind];
  uint64_t before = 0, count = sweep->calls[plan->kind];
  if (sweep->number) return call + 1 == sweep->number;
  if (sweep->all) return true;
  if (call >= FAULT_PLACES) return call % 1024 == 0;
  for (uint64_t i = call; i > 0 && before < 2; i--) before += place[i - 1] == place[call];
  if (before == 0 || sweep->first || plan->mode == FAULT_FROM) return before == 0;
  if (before < 2) return true;
  for (uint64_t i = call + 1; i < count && i < FAULT_PLACES; i++)
    if (place[i] == place[call]) return false;
  return true;
}

static void sweep_plan(struct sweep *sweep, const struct plan *plan) {
  if (plan->mode == FAULT_EACH || plan->mode == FAULT_SHORT) {
    fail_call(sweep, plan, 0, true);
    return;
  }
  bool both = plan->kind != FAULT_MEMORY;
  long chosen = 0;
  for (uint64_t call = 0; call < sweep->calls[plan->kind]; call++) {
    if (!is_chosen(sweep, plan, call)) continue;
    bool old = chosen % 2 == 0;
    /* What goes wrong when memory has run out for good depends little on the place where it did. */
    if (chosen++ % 4 && plan->kind == FAULT_MEMORY && plan->mode == FAULT_FROM && !sweep->all) continue;
    fail_call(sweep, plan, call + 1, old);
    if (both && sweep->files) fail_call(sweep, plan, call + 1, !old);
  }
}

/* Whether `name` stands in the list, or there is none. */
static bool is_listed(const char *list, const char *name) {
  size_t len = strlen(name);
  for (const char *at = list; at; at = strchr(at, ','), at += at != NULL)
    if (strncmp(at, name, len) == 0 && (at[len] == ',' || at[len] == '\0')) return true;
  return !list;
}

/* --- the run that all others are held against --- */

static void refer(struct sweep *sweep) {
  prepare(sweep, false);
  sweep->page->mode = FAULT_COUNT;
  int status = run(sweep);
  if (status != sweep->right) wrong(sweep, NULL, 0, status, "it fails by itself", "");
  sweep->expected = sweep->out;
  sweep->expected_err = sweep->err;
  sweep->out = sweep->err = (struct text){NULL, 0};
  for (int i = 0; i < sweep->files; i++)
    if (!read_path(sweep->file[i].path, &sweep->file[i].expected))
      wrong(sweep, NULL, 0, status, "did not write ", sweep->file[i].path);
  nftw(".", know_entry, 16, FTW_PHYS);
  for (int kind = 0; kind < FAULT_KINDS; kind++) {
    sweep->calls[kind] = sweep->page->calls[kind];
    memcpy(sweep->place[kind], sweep->page->place[kind], sizeof sweep->place[kind]);
    if (sweep->calls[kind] > FAULT_PLACES)
      printf("more calls than places can be kept of: some are left out\n");
  }
  if (sweep->calls[FAULT_CLOSE] + sweep->calls[FAULT_WRITE] == 0)
    wrong(sweep, NULL, 0, status, "faults.so counted no call", "");
}

static int report(const struct sweep *sweep) {
  for (int kind = 0; kind < FAULT_KINDS; kind++)
    printf("%llu%s", (unsigned long long)sweep->calls[kind],
           kind + 1 < FAULT_KINDS ? " " : " calls by kind; ");
  printf("%ld runs, %ld wrong\n", sweep->runs, sweep->wrong);
  return sweep->wrong > 0;
}

/* faults.so beside this program. */
static void find_library(struct sweep *sweep) {
  ssize_t len = readlink("/proc/self/exe", sweep->library, sizeof sweep->library - 1);
  char *slash = len > 0 ? strrchr(sweep->library, '/') : NULL;
  size_t room = slash ? sizeof sweep->library - (size_t)(slash - sweep->library) : 0;
  if (room < sizeof "/faults.so") die("/proc/self/exe");
  strcpy(slash, "/faults.so");
}

static void begin(struct sweep *sweep, int argc, char **argv) {
  int letter;
  while ((letter = getopt(argc, argv, "+afli:n:o:t:p:x:")) != -1) {
    if (sweep->files == FILES_MAX || sweep->empties == FILES_MAX) die("too many files");
    switch (letter) {
    case 'a': sweep->all = true; break;
    case 'f': sweep->first = true; break;
    case 'l': sweep->lenient = true; break;
    case 'i': sweep->input = optarg; break;
    case 'n': sweep->number = strtoull(optarg, NULL, 10); break;
    case 'o': sweep->file[sweep->files++].path = optarg; break;
    case 't': sweep->empty[sweep->empties++] = optarg; break;
    case 'p': sweep->only = optarg; break;
    case 'x': sweep->right = atoi(optarg); break;
    default: exit(2);
    }
  }
  sweep->command = argv + optind;
  sweep->page_fd = memfd_create("page", MFD_CLOEXEC);
  sweep->out_fd = memfd_create("out", MFD_CLOEXEC);
  sweep->err_fd = memfd_create("err", MFD_CLOEXEC);
  if (ftruncate(sweep->page_fd, sizeof *sweep->page) != 0) die("memfd");
  sweep->page = mmap(NULL, sizeof *sweep->page, PROT_READ | PROT_WRITE, MAP_SHARED, sweep->page_fd, 0);
  if (sweep->page == MAP_FAILED || !*sweep->command) die("sweep");
  find_library(sweep);
}

int main(int argc, char **argv) {
  static struct sweep sweep;
  setvbuf(stdout, NULL, _IOLBF, 0);
  begin(&sweep, argc, argv);
  refer(&sweep);
  for (size_t i = 0; i < sizeof plans / sizeof *plans && !(sweep.wrong && sweep.runs == 1); i++)
    if (is_listed(sweep.only, plans[i].name)) sweep_plan(&sweep, &plans[i]);
  return report(&sweep);
}
