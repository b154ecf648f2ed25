#include "base/parallel.h"

#include "unit.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { PIECES = 5000 };

struct job {
  atomic_int runs[PIECES];
  atomic_int threads_beyond;
  int threads;
  double partial[PIECES];
};

static void work(void *context, size_t piece, int thread) {
  struct job *job = context;
  atomic_fetch_add(&job->runs[piece], 1);
  if (thread < 0 || thread >= job->threads) atomic_fetch_add(&job->threads_beyond, 1);
  double sum = 0;
  for (int i = 1; i <= 100; i++) sum += 1.0 / (double)(piece * 100 + (size_t)i);
  job->partial[piece] = sum;
}

static double run(struct job *job, int threads, size_t pieces) {
  memset(job, 0, sizeof *job);
  job->threads = threads > 1 ? threads : 1;
  cs_parallel(threads, pieces, work, job);
  double sum = 0;
  for (size_t i = 0; i < pieces; i++) sum += job->partial[i];
  return sum;
}

/* What end() was called for, in that order, and whether by who did the piece. */
struct turns {
  int thread[PIECES];
  size_t ended;
  int wrong;
};

static void note_thread(void *context, size_t piece, int thread) {
  struct turns *turns = context;
  turns->thread[piece] = thread;
}

static void note_turn(void *context, size_t piece, int thread) {
  struct turns *turns = context;
  turns->wrong += turns->ended != piece || turns->thread[piece] != thread;
  turns->ended++;
}

/* Batches of 0 to 6 pieces in stages, each of which checks that it is its turn. */
enum { BATCHES = 300, BATCH_PIECES = 7 };

struct flow {
  atomic_int done[BATCHES][BATCH_PIECES];
  atomic_size_t begun, passed[CS_STAGES];
  atomic_int wrong;
  size_t depth, stop; /* the batch that stage 0 stops at */
};

static size_t pieces_of(size_t batch) {
  return batch * 5 % BATCH_PIECES;
}

static size_t begin_batch(void *context, size_t batch) {
  struct flow *flow = context;
  if (batch != flow->begun++ || batch >= flow->passed[CS_STAGES - 1] + flow->depth) flow->wrong++;
  return pieces_of(batch);
}

static void work_on(void *context, size_t batch, size_t piece, int thread) {
  struct flow *flow = context;
  if (batch >= flow->begun || piece >= pieces_of(batch) || thread < 0) flow->wrong++;
  for (volatile int i = 0; i < (int)(batch % 3) * 500;) i++;
  flow->done[batch][piece]++;
}

static bool pass_first(void *context, size_t batch) {
  struct flow *flow = context;
  if (batch != flow->passed[0]) flow->wrong++;
  for (size_t piece = 0; piece < pieces_of(batch); piece++) flow->wrong += flow->done[batch][piece] != 1;
  flow->passed[0]++;
  return batch != flow->stop;
}

static bool pass_second(void *context, size_t batch) {
  struct flow *flow = context;
  if (batch != flow->passed[1] || batch >= flow->passed[0]) flow->wrong++;
  flow->passed[1]++;
  return true;
}

static void run_flow(struct flow *flow, int threads, size_t depth, size_t stop) {
  memset(flow, 0, sizeof *flow);
  flow->depth = depth;
  flow->stop = stop;
  cs_parallel_stages(
      threads, &(struct cs_stages){BATCHES, depth, begin_batch, work_on, {pass_first, pass_second}, flow});
}

int main(void) {
  UNIT_BEGIN;
  struct job *job = malloc(sizeof *job);
  static const int threads[] = {-1, 0, 1, 2, 8, 1000};
  double expected = run(job, 1, PIECES);
  TEST("parallel: every piece is done once, whatever the number of threads") {
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
      int wrong = 0;
      run(job, threads[t], PIECES);
      for (size_t i = 0; i < PIECES; i++) wrong += job->runs[i] != 1;
      CHECK(wrong == 0 && job->threads_beyond == 0);
    }
  }
  TEST("parallel: partial results added in order don't depend on threads") {
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
      CHECK(run(job, threads[t], PIECES) == expected);
  }
  TEST("parallel: pieces are ended in their order, each by the thread that did it") {
    static struct turns turns;
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
      turns.ended = 0;
      cs_parallel_in_turn(threads[t], PIECES, note_thread, note_turn, &turns);
      CHECK(turns.wrong == 0 && turns.ended == PIECES);
    }
  }
  TEST("parallel: no piece, one piece, fewer pieces than threads") {
    CHECK(run(job, 8, 0) == 0 && job->runs[0] == 0);
    run(job, 8, 1);
    CHECK(job->runs[0] == 1 && job->runs[1] == 0);
    run(job, 8, 3);
    CHECK(job->runs[0] == 1 && job->runs[2] == 1 && job->runs[3] == 0);
  }
  TEST("parallel: batches pass all stages in their order, once their pieces are done, so many at once and no "
       "more") {
    static struct flow flow;
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
      for (size_t depth = 1; depth <= CS_DEPTH_MAX; depth++) {
        run_flow(&flow, threads[t], depth, SIZE_MAX);
        CHECK(flow.wrong == 0 && flow.begun == BATCHES && flow.passed[0] == BATCHES &&
              flow.passed[1] == BATCHES);
      }
  }
  TEST("parallel: where a stage stops, no batch goes on to it") {
    static struct flow flow;
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
      run_flow(&flow, threads[t], 4, 100);
      CHECK(flow.wrong == 0 && flow.passed[0] == 101 && flow.passed[1] <= 101 && flow.begun <= 105);
    }
  }
  TEST("parallel: there is at least one processor") {
    CHECK(cs_parallel_processors() >= 1);
  }
  free(job);
  UNIT_END;
}
