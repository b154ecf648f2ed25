/* team.h - threads that stay together for many short jobs, as cs_parallel() has them for one: rounds of a few hundredths of a
 * second would spend a good part of it on making threads.
 *
 * Invariant: that of parallel.h. Jobs come from one thread, one at a time. Between them the others look out for the next
 * one for some microseconds, then sleep.
 */
#ifndef CS_BASE_TEAM_H
#define CS_BASE_TEAM_H

#include "base/error.h"

#include <stddef.h>

struct cs_team;

/* The caller is one of the threads. Those that can't be started are done without. */
CS_MUST_CHECK enum cs_status cs_team_begin(struct cs_team **team, int threads, struct cs_error *err);

/* work(context, piece, thread) for each piece, thread being 0 .. threads-1. */
void cs_team_run(struct cs_team *team, size_t pieces, void (*work)(void *context, size_t piece, int thread),
                 void *context);

/* Sends the threads home. NULL is allowed. */
void cs_team_end(struct cs_team *team);

#endif
