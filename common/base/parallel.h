/* parallel.h - work cut into numbered pieces, done by several threads.
 *
 * Invariant: what a piece computes depends on its number alone, never on the thread that runs it or on the order.
 * A caller that reduces keeps one partial result per piece and adds them in the order of the pieces. With threads <= 1
 * or one piece the work runs in the caller. Pieces are handed out one at a time, so they may be of unequal cost.
 */
#ifndef CS_BASE_PARALLEL_H
#define CS_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

/* work(context, piece, thread): thread is 0 .. threads-1, for workspace only. Threads that can't be started are done
 * without; the work is always complete on return. */
void cs_parallel(int threads, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                 void *context);

/* The same, and the thread that did a piece calls end() for it: one piece at a time, in their order. What a thread made in
 * its workspace is put out so. */
void cs_parallel_in_turn(int threads, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                         void (*end)(void *context, size_t piece, int thread), void *context);

/* Batches 0 .. batches-1 that pass stages: the pieces of a batch are worked on side by side, of later batches too; then it
 * passes each of in_turn, which one batch does at a time, in their order. All stages go on at once. */
enum { CS_STAGES = 2 };

struct cs_stages {
  size_t batches;
  size_t depth; /* a batch isn't begun before the one so many before it is through */
  size_t (*begin)(void *context,
                  size_t batch); /* returns its pieces; one at a time, in the order of batches */
  void (*work)(void *context, size_t batch, size_t piece, int thread);
  bool (*in_turn[CS_STAGES])(void *context, size_t batch); /* false: nothing more is begun */
  void *context;
};

/* 1 <= depth <= CS_DEPTH_MAX. */
enum { CS_DEPTH_MAX = 8 };
void cs_parallel_stages(int threads, const struct cs_stages *stages);

/* The processors that this process may use. */
int cs_parallel_processors(void);

#endif
