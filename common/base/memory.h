/* memory.h - checked allocation and an arena for text that lives until the end of a run.
 *
 * cs_alloc() computes count * size without overflow and reports the number that the data made absurd. Everything that
 * it hands out is given back with free(). Workspace is allocated at the entry of a kernel, never in a loop.
 */
#ifndef CS_BASE_MEMORY_H
#define CS_BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>

/* Sets the pointer at `pointer` (a T **) to count * size zeroed bytes, or to NULL and fails with CS_MEMORY.
 * A count of zero gives a valid pointer. `what` names the thing in the message: "distances". */
CS_MUST_CHECK enum cs_status cs_alloc(void *pointer, size_t count, size_t size, const char *what,
                                      struct cs_error *err);

/* Makes room for at least `need` elements in the array at `pointer` (a T **), growing by half; *capacity follows.
 * The new part isn't initialised. On failure the array is as before. */
CS_MUST_CHECK enum cs_status cs_grow_more(void *pointer, size_t *capacity, size_t need, size_t size,
                                          const char *what, struct cs_error *err);

CS_MUST_CHECK static inline enum cs_status cs_grow(void *pointer, size_t *capacity, size_t need, size_t size,
                                                   const char *what, struct cs_error *err) {
  return need <= *capacity ? CS_OK : cs_grow_more(pointer, capacity, need, size, what, err);
}

/* Memory that won't be read again but isn't given back yet: its whole pages go to the system, and read as anything. */
void cs_forget(void *data, size_t bytes);

/* A function that only fetches ahead. The compiler takes a call of it for one without effect, and would leave it out. */
#define CS_PREFETCHES static inline __attribute__((always_inline))

struct cs_arena {
  struct cs_arena_block *block; /* the newest, linked to the older ones */
};

#define CS_ARENA_INIT                                                                                        \
  { NULL }

/* `size` bytes aligned for any type, valid until cs_arena_release(); NULL when memory is exhausted. */
void *cs_arena_alloc(struct cs_arena *arena, size_t size);

/* A copy of text[0..len) with a NUL behind it; NULL when memory is exhausted. */
const char *cs_arena_copy(struct cs_arena *arena, const char *text, size_t len);

void cs_arena_release(struct cs_arena *arena);

#endif
