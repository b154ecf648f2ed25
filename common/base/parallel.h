/* parallel.h - work cut into numbered pieces, done by several threads.
 *
 * Invariant: what a piece computes depends on its number alone, never on the thread that runs it or on the order.
 * A caller that reduces keeps one partial result per piece and adds them in the order of the pieces. With threads <= 1
 * or one piece the work runs in the caller. Pieces are handed out one at a time, so they may be of unequal cost.
 */
#ifndef CS_BASE_PARALLEL_H
#define CS_BASE_PARALLEL_H

#include <stddef.h>

/* work(context, piece, thread): thread is 0 .. threads-1, for workspace only. Threads that can't be started are done
 * without; the work is always complete on return. */
void cs_parallel(int threads, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                 void *context);

/* The same, and the thread that did a piece calls end() for it: one piece at a time, in their order. What a thread made in
 * its workspace is put out so. */
void cs_parallel_in_turn(int threads, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                         void (*end)(void *context, size_t piece, int thread), void *context);

/* The processors that this process may use. */
int cs_parallel_processors(void);

#endif
