/* store.h - the folder of recorded runs: one folder a run, named by the time at which it began (UTC).
 *
 *   STORE/20260131_235959/experiment.json    the record
 *   STORE/20260131_235959/steps/             what each program of the run left
 *   STORE/20260131_235959/artifacts/         copies of what the run made
 *
 * mkdir() decides who has a name; a second run of the same second is 20260131_235959_2. Whoever changes a record holds
 * the lock of its folder, so that any number of writers, also ones that are killed, leave it whole. A run is held while
 * it goes on: a record that says "running" and is held by nobody is that of a run that was killed. Both locks are
 * fcntl()'s, which the system takes back from a process that is gone.
 */
#ifndef CS_TRACK_STORE_H
#define CS_TRACK_STORE_H

#include "base/error.h"
#include "base/memory.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* The names of the runs of a store, the oldest first. */
struct cs_runs {
  const char **id; /* [count], in texts */
  size_t count, capacity;
  struct cs_arena texts;
};

#define CS_RUNS_INIT                                                                                         \
  { NULL, 0, 0, CS_ARENA_INIT }

/* A store that isn't there has no runs. Folders without a record are none. CS_IO. */
CS_MUST_CHECK enum cs_status cs_runs_list(struct cs_runs *runs, const char *store, struct cs_error *err);
void cs_runs_release(struct cs_runs *runs);

/* Makes the folder of a run that begins now ("2026-01-31T23:59:59.123Z") and those above it; folder is its path. CS_IO. */
CS_MUST_CHECK enum cs_status cs_store_create(const char *store, const char *now, struct cs_str *folder,
                                             struct cs_error *err);

/* The folder of a run: by its id or a beginning of it that no other has, as "last", "last~2" (the second before it), by
 * the name that it was given (the newest of that name), or by the path of its folder. CS_USAGE: none, or several. */
CS_MUST_CHECK enum cs_status cs_store_find(const char *store, const char *run, struct cs_str *folder,
                                           struct cs_error *err);

/* Of an id that the list has. */
CS_MUST_CHECK enum cs_status cs_store_folder(const char *store, const char *id, struct cs_str *folder,
                                             struct cs_error *err);

/* The last part of a folder's path: the run's id. */
const char *cs_store_id(const char *folder);

/* Waits for the lock of the folder. *lock is to be given to cs_store_unlock(). CS_IO. */
CS_MUST_CHECK enum cs_status cs_store_lock(const char *folder, int *lock, struct cs_error *err);
void cs_store_unlock(int lock);

/* Holds the run until cs_store_let_go() or the end of the process. CS_IO. */
CS_MUST_CHECK enum cs_status cs_store_hold(const char *folder, int *hold, struct cs_error *err);
void cs_store_let_go(const char *folder, int hold);
bool cs_store_is_held(const char *folder);

/* Takes the run away: from the list at once, then its files. CS_IO. */
CS_MUST_CHECK enum cs_status cs_store_remove(const char *folder, struct cs_error *err);

#endif
