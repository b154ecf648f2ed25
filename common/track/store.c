#define _XOPEN_SOURCE 700 /* nftw() */
#include "track/store.h"

#include "data/document.h"
#include "data/outputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STAMP = 15 /* 20260131_235959 */, TRIES_MAX = 100000, FOLDERS_OPEN = 16 };

static const char record_name[] = "experiment.json";

/* --- paths --- */

static enum cs_status join(struct cs_str *path, const char *folder, const char *name, struct cs_error *err) {
  cs_str_clear(path);
  cs_str_add_format(path, "%s/%s", folder, name);
  return cs_str_check(path, "a path", err);
}

static bool has_record(const char *folder) {
  struct cs_str path = CS_STR_INIT;
  bool there = join(&path, folder, record_name, NULL) == CS_OK && access(cs_str_text(&path), F_OK) == 0;
  cs_str_release(&path);
  return there;
}

const char *cs_store_id(const char *folder) {
  const char *slash = strrchr(folder, '/');
  return slash ? slash + 1 : folder;
}

/* --- the list --- */

/* 20260131_235959 or 20260131_235959_2. */
static bool is_id(const char *name) {
  for (int i = 0; i < STAMP; i++)
    if (i == 8 ? name[i] != '_' : name[i] < '0' || name[i] > '9') return false;
  return !name[STAMP] ||
         (name[STAMP] == '_' && strspn(name + STAMP + 1, "0123456789") == strlen(name + STAMP + 1));
}

/* By time, and those of one second by their number. */
static int by_age(const void *a, const void *b) {
  const char *x = *(const char *const *)a, *y = *(const char *const *)b;
  int order = strncmp(x, y, STAMP);
  if (order) return order;
  long i = x[STAMP] ? strtol(x + STAMP + 1, NULL, 10) : 1, j = y[STAMP] ? strtol(y + STAMP + 1, NULL, 10) : 1;
  return (i > j) - (i < j);
}

static enum cs_status add_run(struct cs_runs *runs, const char *store, const char *name,
                              struct cs_error *err) {
  struct cs_str folder = CS_STR_INIT;
  enum cs_status status = join(&folder, store, name, err);
  bool there = status == CS_OK && has_record(cs_str_text(&folder));
  cs_str_release(&folder);
  if (status != CS_OK || !there) return status;
  CS_TRY(cs_grow(&runs->id, &runs->capacity, runs->count + 1, sizeof *runs->id, "the runs", err));
  const char *copy = cs_arena_copy(&runs->texts, name, strlen(name));
  if (!copy) return cs_fail_memory(err, (double)strlen(name), "the runs");
  runs->id[runs->count++] = copy;
  return CS_OK;
}

enum cs_status cs_runs_list(struct cs_runs *runs, const char *store, struct cs_error *err) {
  DIR *list = opendir(store);
  if (!list && errno == ENOENT) return CS_OK;
  if (!list) return cs_fail_errno(err, "%s: can't read the experiments", store);
  enum cs_status status = CS_OK;
  struct dirent *entry;
  while (status == CS_OK && (entry = readdir(list)))
    if (is_id(entry->d_name)) status = add_run(runs, store, entry->d_name, err);
  closedir(list);
  if (runs->count) qsort(runs->id, runs->count, sizeof *runs->id, by_age);
  return status;
}

void cs_runs_release(struct cs_runs *runs) {
  free(runs->id);
  cs_arena_release(&runs->texts);
  *runs = (struct cs_runs)CS_RUNS_INIT;
}

/* --- making --- */

enum cs_status cs_store_create(const char *store, const char *now, struct cs_str *folder,
                               struct cs_error *err) {
  struct cs_str steps = CS_STR_INIT;
  CS_TRY(cs_folders_make(store, err));
  cs_str_add_format(folder, "%s/%.4s%.2s%.2s_%.2s%.2s%.2s", store, now, now + 5, now + 8, now + 11, now + 14,
                    now + 17);
  CS_TRY(cs_str_check(folder, "a path", err));
  size_t stem = folder->len;
  int number = 1;
  while (mkdir(cs_str_text(folder), 0777) != 0) {
    if (errno != EEXIST || ++number > TRIES_MAX)
      return cs_fail_errno(err, "%s: can't make the folder", cs_str_text(folder));
    folder->len = stem;
    cs_str_add_format(folder, "_%d", number);
    CS_TRY(cs_str_check(folder, "a path", err));
  }
  enum cs_status status = join(&steps, cs_str_text(folder), "steps", err);
  if (status == CS_OK && mkdir(cs_str_text(&steps), 0777) != 0)
    status = cs_fail_errno(err, "%s: can't make the folder", cs_str_text(&steps));
  cs_str_release(&steps);
  return status;
}

/* --- finding --- */

enum cs_status cs_store_folder(const char *store, const char *id, struct cs_str *folder,
                               struct cs_error *err) {
  return join(folder, store, id, err);
}

/* "last", "last~2": how many before the last one; -1: it is written otherwise. */
static long runs_back(const char *run) {
  char *end;
  if (strncmp(run, "last", 4) != 0) return -1;
  if (!run[4]) return 0;
  if (run[4] != '~' || run[5] < '0' || run[5] > '9') return -1;
  errno = 0;
  long back = strtol(run + 5, &end, 10);
  return *end || errno ? -1 : back;
}

static bool is_named(const char *store, const char *id, const char *name) {
  struct cs_str path = CS_STR_INIT;
  struct cs_node *record = NULL;
  cs_str_add_format(&path, "%s/%s/%s", store, id, record_name);
  bool same = !path.failed && cs_node_read(&record, cs_str_text(&path), NULL) == CS_OK &&
              strcmp(cs_node_text(cs_node_get(record, "name"), ""), name) == 0;
  cs_node_free(record);
  cs_str_release(&path);
  return same;
}

static enum cs_status find_listed(const struct cs_runs *runs, const char *store, const char *run,
                                  struct cs_str *folder, struct cs_error *err) {
  const char *by_start = NULL;
  size_t starts = 0;
  long back = runs_back(run);
  if (runs->count == 0) return cs_fail(err, CS_USAGE, "no run has been recorded in %s", store);
  if (back >= 0 && (size_t)back < runs->count)
    return cs_store_folder(store, runs->id[runs->count - 1 - (size_t)back], folder, err);
  if (back >= 0) return cs_fail(err, CS_USAGE, "'%s': there are %zu runs in %s", run, runs->count, store);
  for (size_t i = runs->count; i > 0; i--) {
    const char *id = runs->id[i - 1];
    if (strcmp(id, run) == 0) return cs_store_folder(store, id, folder, err);
    if (*run && strncmp(id, run, strlen(run)) == 0) by_start = id, starts++;
  }
  for (size_t i = runs->count; i > 0 && *run; i--)
    if (is_named(store, runs->id[i - 1], run)) return cs_store_folder(store, runs->id[i - 1], folder, err);
  if (starts == 1) return cs_store_folder(store, by_start, folder, err);
  if (starts > 1)
    return cs_fail(err, CS_USAGE, "'%s' begins the names of %zu runs of %s", run, starts, store);
  return cs_fail(err, CS_USAGE, "'%s': no such run in %s (cs-track list)", run, store);
}

enum cs_status cs_store_find(const char *store, const char *run, struct cs_str *folder,
                             struct cs_error *err) {
  struct cs_runs runs = CS_RUNS_INIT;
  if (*run && has_record(run)) {
    size_t len = strlen(run);
    while (len > 1 && run[len - 1] == '/') len--;
    cs_str_add(folder, run, len);
    return cs_str_check(folder, "a path", err);
  }
  enum cs_status status = cs_runs_list(&runs, store, err);
  if (status == CS_OK) status = find_listed(&runs, store, run, folder, err);
  cs_runs_release(&runs);
  return status;
}

/* --- locks --- */

static enum cs_status open_in(const char *folder, const char *name, int flags, int *file,
                              struct cs_error *err) {
  struct cs_str path = CS_STR_INIT;
  enum cs_status status = join(&path, folder, name, err);
  if (status == CS_OK) {
    *file = open(cs_str_text(&path), flags | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (*file < 0) status = cs_fail_errno(err, "%s: can't open it", cs_str_text(&path));
  }
  cs_str_release(&path);
  return status;
}

static struct flock whole_file(short type) {
  return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

enum cs_status cs_store_lock(const char *folder, int *lock, struct cs_error *err) {
  struct flock whole = whole_file(F_WRLCK);
  CS_TRY(open_in(folder, ".lock", O_RDWR | O_CREAT, lock, err));
  while (fcntl(*lock, F_SETLKW, &whole) != 0) {
    if (errno == EINTR) continue;
    enum cs_status status = cs_fail_errno(err, "%s: can't be locked", folder);
    close(*lock);
    return status;
  }
  return CS_OK;
}

void cs_store_unlock(int lock) {
  close(lock);
}

static const char held_name[] = ".running";

enum cs_status cs_store_hold(const char *folder, int *hold, struct cs_error *err) {
  struct flock whole = whole_file(F_WRLCK);
  CS_TRY(open_in(folder, held_name, O_RDWR | O_CREAT, hold, err));
  if (fcntl(*hold, F_SETLK, &whole) == 0) return CS_OK;
  enum cs_status status = cs_fail_errno(err, "%s: can't be locked", folder);
  close(*hold);
  return status;
}

void cs_store_let_go(const char *folder, int hold) {
  struct cs_str path = CS_STR_INIT;
  if (join(&path, folder, held_name, NULL) == CS_OK) unlink(cs_str_text(&path));
  cs_str_release(&path);
  close(hold);
}

bool cs_store_is_held(const char *folder) {
  struct flock whole = whole_file(F_WRLCK);
  int file;
  if (open_in(folder, held_name, O_RDWR, &file, NULL) != CS_OK) return false;
  bool held = fcntl(file, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
  close(file);
  return held;
}

/* --- removing --- */

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about, (void)kind, (void)walk;
  return remove(path);
}

enum cs_status cs_store_remove(const char *folder, struct cs_error *err) {
  struct cs_str away = CS_STR_INIT;
  cs_str_add_format(&away, "%.*s.removed-%s", (int)(cs_store_id(folder) - folder), folder,
                    cs_store_id(folder));
  enum cs_status status = cs_str_check(&away, "a path", err);
  if (status == CS_OK && rename(folder, cs_str_text(&away)) != 0)
    status = cs_fail_errno(err, "%s: can't be removed", folder);
  if (status == CS_OK &&
      nftw(cs_str_text(&away), remove_entry, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
    status = cs_fail_errno(err, "%s: can't be removed", cs_str_text(&away));
  cs_str_release(&away);
  return status;
}
