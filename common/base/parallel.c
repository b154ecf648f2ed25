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

/* At least the caller's own. */
static int thread_count(int threads) {
  return threads < 1 ? 1 : threads < THREADS_MAX ? threads : THREADS_MAX;
}

/* start(workers + i * size) in each of `threads` threads, the caller's among them. */
static void run_all(int threads, void *(*start)(void *), void *workers, size_t size) {
  pthread_t id[THREADS_MAX];
  int started = 1;
  for (int thread = 1; thread < threads; thread++, started++)
    if (pthread_create(&id[thread], NULL, start, (char *)workers + (size_t)thread * size)) break;
  start(workers);
  for (int thread = 1; thread < started; thread++) pthread_join(id[thread], NULL);
}

void cs_parallel_in_turn(int threads, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                         void (*end)(void *context, size_t piece, int thread), void *context) {
  threads = thread_count(threads);
  if ((size_t)threads > pieces) threads = thread_count((int)pieces);
  struct job job = {0, pieces, work, end, context, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
  struct worker worker[THREADS_MAX];
  for (int thread = 0; thread < threads; thread++) worker[thread] = (struct worker){&job, thread};
  run_all(threads, run, worker, sizeof *worker);
}

/* --- stages --- */

/* What there is to do next. */
enum { PIECE = CS_STAGES, NOTHING };

struct task {
  int what; /* a stage, PIECE or NOTHING */
  size_t batch, piece;
};

struct flow {
  const struct cs_stages *stages;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t begun, pieces, next; /* batches; the pieces of the last one, and those handed out */
  size_t left[CS_DEPTH_MAX];  /* by batch: pieces that aren't done */
  size_t passed[CS_STAGES];   /* batches */
  bool busy[CS_STAGES], stopped;
  int waiting;
};

struct flow_worker {
  struct flow *flow;
  int thread;
};

/* The batches that a stage may take: all whose pieces are done, or that passed the one before. */
static bool may_pass(const struct flow *flow, int stage) {
  size_t batch = flow->passed[stage];
  if (flow->busy[stage]) return false;
  if (stage > 0) return batch < flow->passed[stage - 1];
  return batch < flow->begun && !flow->left[batch % flow->stages->depth];
}

static bool begin_batch(struct flow *flow) {
  const struct cs_stages *stages = flow->stages;
  if (flow->begun == stages->batches || flow->begun == flow->passed[CS_STAGES - 1] + stages->depth)
    return false;
  flow->pieces = stages->begin(stages->context, flow->begun);
  flow->left[flow->begun++ % stages->depth] = flow->pieces;
  flow->next = 0;
  return true;
}

/* Batches are passed on before others are begun: who comes last decides when all is done. */
static struct task next_task(struct flow *flow) {
  do {
    for (int stage = 0; stage < CS_STAGES; stage++) {
      if (!may_pass(flow, stage)) continue;
      flow->busy[stage] = true;
      return (struct task){stage, flow->passed[stage], 0};
    }
    if (flow->next < flow->pieces) return (struct task){PIECE, flow->begun - 1, flow->next++};
  } while (begin_batch(flow));
  return (struct task){NOTHING, 0, 0};
}

static bool is_over(const struct flow *flow) {
  return flow->stopped || flow->passed[CS_STAGES - 1] == flow->stages->batches;
}

static void end_task(struct flow *flow, const struct task *task, bool go_on) {
  if (task->what == PIECE) {
    flow->left[task->batch % flow->stages->depth]--;
  } else {
    flow->busy[task->what] = false;
    flow->passed[task->what]++;
  }
  flow->stopped |= !go_on;
  if (flow->waiting) pthread_cond_broadcast(&flow->changed);
}

static void *run_flow(void *argument) {
  const struct flow_worker *worker = argument;
  struct flow *flow = worker->flow;
  const struct cs_stages *stages = flow->stages;
  pthread_mutex_lock(&flow->lock);
  while (!is_over(flow)) {
    struct task task = next_task(flow);
    bool go_on = true;
    if (task.what == NOTHING) {
      flow->waiting++;
      pthread_cond_wait(&flow->changed, &flow->lock);
      flow->waiting--;
      continue;
    }
    pthread_mutex_unlock(&flow->lock);
    if (task.what == PIECE)
      stages->work(stages->context, task.batch, task.piece, worker->thread);
    else
      go_on = stages->in_turn[task.what](stages->context, task.batch);
    pthread_mutex_lock(&flow->lock);
    end_task(flow, &task, go_on);
  }
  pthread_mutex_unlock(&flow->lock);
  return NULL;
}

void cs_parallel_stages(int threads, const struct cs_stages *stages) {
  struct flow flow = {
      .stages = stages, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  struct flow_worker worker[THREADS_MAX];
  threads = thread_count(threads);
  for (int thread = 0; thread < threads; thread++) worker[thread] = (struct flow_worker){&flow, thread};
  run_all(threads, run_flow, worker, sizeof *worker);
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
