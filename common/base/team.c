#include "base/team.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { THREADS_MAX = 256, LOOKS = 2000 };

struct member {
  struct cs_team *team;
  pthread_t id;
  int thread;
};

struct cs_team {
  struct member *member; /* [started], of which the first is the caller */
  int started;
  size_t pieces; /* of this job */
  void (*work)(void *context, size_t piece, int thread);
  void *context;
  bool over;
  atomic_size_t next; /* piece */
  atomic_uint job;    /* its number */
  atomic_int busy;    /* members that haven't ended it, the caller apart */
  pthread_mutex_t lock;
  pthread_cond_t begun, ended;
  int asleep;
  bool waits; /* the caller does */
};

static inline void look_aside(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void do_pieces(struct cs_team *team, int thread) {
  for (;;) {
    size_t piece = atomic_fetch_add(&team->next, 1);
    if (piece >= team->pieces) return;
    team->work(team->context, piece, thread);
  }
}

/* Until there is another job than the one seen last. */
static void wait_for_job(struct cs_team *team, unsigned seen) {
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load(&team->job) != seen) return;
    look_aside();
  }
  pthread_mutex_lock(&team->lock);
  team->asleep++;
  while (atomic_load(&team->job) == seen) pthread_cond_wait(&team->begun, &team->lock);
  team->asleep--;
  pthread_mutex_unlock(&team->lock);
}

static void end_job(struct cs_team *team) {
  if (atomic_fetch_sub(&team->busy, 1) > 1) return;
  pthread_mutex_lock(&team->lock);
  if (team->waits) pthread_cond_signal(&team->ended);
  pthread_mutex_unlock(&team->lock);
}

static void *run_member(void *argument) {
  const struct member *member = argument;
  struct cs_team *team = member->team;
  for (unsigned seen = 0;; seen++) {
    wait_for_job(team, seen);
    if (team->over) return NULL;
    do_pieces(team, member->thread);
    end_job(team);
  }
}

static void begin_job(struct cs_team *team) {
  pthread_mutex_lock(&team->lock);
  atomic_fetch_add(&team->job, 1);
  if (team->asleep) pthread_cond_broadcast(&team->begun);
  pthread_mutex_unlock(&team->lock);
}

static void wait_for_members(struct cs_team *team) {
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load(&team->busy) == 0) return;
    look_aside();
  }
  pthread_mutex_lock(&team->lock);
  team->waits = true;
  while (atomic_load(&team->busy) > 0) pthread_cond_wait(&team->ended, &team->lock);
  team->waits = false;
  pthread_mutex_unlock(&team->lock);
}

enum cs_status cs_team_begin(struct cs_team **out, int threads, struct cs_error *err) {
  struct cs_team *team;
  threads = threads < 1 ? 1 : threads < THREADS_MAX ? threads : THREADS_MAX;
  *out = NULL;
  CS_TRY(cs_alloc(&team, 1, sizeof *team, "threads", err));
  enum cs_status status = cs_alloc(&team->member, (size_t)threads, sizeof *team->member, "threads", err);
  if (status != CS_OK) {
    free(team);
    return status;
  }
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->begun, NULL);
  pthread_cond_init(&team->ended, NULL);
  for (team->started = 1; team->started < threads; team->started++) {
    struct member *member = &team->member[team->started];
    *member = (struct member){.team = team, .thread = team->started};
    if (pthread_create(&member->id, NULL, run_member, member)) break;
  }
  *out = team;
  return CS_OK;
}

void cs_team_run(struct cs_team *team, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                 void *context) {
  team->pieces = pieces, team->work = work, team->context = context;
  atomic_store(&team->next, 0);
  if (team->started == 1 || pieces < 2) {
    do_pieces(team, 0);
    return;
  }
  atomic_store(&team->busy, team->started - 1);
  begin_job(team);
  do_pieces(team, 0);
  wait_for_members(team);
}

void cs_team_end(struct cs_team *team) {
  if (!team) return;
  team->over = true;
  begin_job(team);
  for (int thread = 1; thread < team->started; thread++) pthread_join(team->member[thread].id, NULL);
  pthread_cond_destroy(&team->begun);
  pthread_cond_destroy(&team->ended);
  pthread_mutex_destroy(&team->lock);
  free(team->member);
  free(team);
}
