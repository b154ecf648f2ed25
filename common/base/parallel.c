#define _GNU_SOURCE /* sched_getaffinity: a container's share of the machine, not the machine */
#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif

enum { THREADS_MAX = 256 };

struct job {
  atomic_size_t next;
  size_t pieces;
  void (*work)(void *context, size_t piece, int thread);
  void (*end)(void *context, size_t piece, int thread); /* may be NULL */
  void *context;
  pthread_mutex_t lock;
  pthread_cond_t turned;
  size_t turn; /* the piece that is ended next */
};

struct worker {
  struct job *job;
  int thread;
};

/* The pieces were handed out in their order, so the one that is waited for is being done. */
static void end_in_turn(struct job *job, size_t piece, int thread) {
  pthread_mutex_lock(&job->lock);
  while (job->turn != piece) pthread_cond_wait(&job->turned, &job->lock);
  pthread_mutex_unlock(&job->lock);
  job->end(job->context, piece, thread);
  pthread_mutex_lock(&job->lock);
  job->turn++;
  pthread_cond_broadcast(&job->turned);
  pthread_mutex_unlock(&job->lock);
}

static void *run(void *argument) {
  const struct worker *worker = argument;
  struct job *job = worker->job;
  for (;;) {
    size_t piece = atomic_fetch_add(&job->next, 1);
    if (piece >= job->pieces) return NULL;
    job->work(job->context, piece, worker->thread);
    if (job->end) end_in_turn(job, piece, worker->thread);
  }
}

void cs_parallel(int threads, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                 void *context) {
  cs_parallel_in_turn(threads, pieces, work, NULL, context);
}

void cs_parallel_in_turn(int threads, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                         void (*end)(void *context, size_t piece, int thread), void *context) {
  if (threads > THREADS_MAX) threads = THREADS_MAX;
  if ((size_t)(threads > 0 ? threads : 1) > pieces) threads = (int)pieces;
  struct job job = {0, pieces, work, end, context, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
  struct worker worker[THREADS_MAX];
  pthread_t id[THREADS_MAX];
  int started = 1;
  for (int thread = 1; thread < threads; thread++) {
    worker[thread] = (struct worker){&job, thread};
    if (pthread_create(&id[thread], NULL, run, &worker[thread])) break;
    started++;
  }
  worker[0] = (struct worker){&job, 0};
  run(&worker[0]);
  for (int thread = 1; thread < started; thread++) pthread_join(id[thread], NULL);
}

int cs_parallel_processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    int count = CPU_COUNT(&set);
    if (count > 0) return count < THREADS_MAX ? count : THREADS_MAX;
  }
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (int)count;
}
