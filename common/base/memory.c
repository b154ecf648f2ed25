#define _DEFAULT_SOURCE /* madvise */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024 };

struct cs_arena_block {
  struct cs_arena_block *older;
  size_t used, size;
  max_align_t data[];
};

enum cs_status cs_alloc(void *pointer, size_t count, size_t size, const char *what, struct cs_error *err) {
  void *memory = NULL;
  if (size == 0 || count <= SIZE_MAX / 2 / size) memory = calloc(count ? count : 1, size ? size : 1);
  memcpy(pointer, &memory, sizeof memory);
  return memory ? CS_OK : cs_fail_memory(err, (double)count * (double)size, what);
}

enum cs_status cs_grow_more(void *pointer, size_t *capacity, size_t need, size_t size, const char *what,
                            struct cs_error *err) {
  size_t want = *capacity + *capacity / 2;
  if (want < need) want = need;
  if (want < 16) want = 16;
  void *memory;
  memcpy(&memory, pointer, sizeof memory);
  void *grown = want <= SIZE_MAX / 2 / size ? realloc(memory, want * size) : NULL;
  if (!grown) return cs_fail_memory(err, (double)want * (double)size, what);
  memcpy(pointer, &grown, sizeof grown);
  *capacity = want;
  return CS_OK;
}

void cs_forget(void *data, size_t bytes) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), before = (page - (uintptr_t)data % page) % page;
  if (bytes >= before + page) madvise((char *)data + before, (bytes - before) / page * page, MADV_DONTNEED);
}

void *cs_arena_alloc(struct cs_arena *arena, size_t size) {
  const size_t unit = sizeof(max_align_t);
  if (size > SIZE_MAX / 2) return NULL;
  size = (size + unit - 1) / unit * unit;
  struct cs_arena_block *block = arena->block;
  if (!block || block->size - block->used < size) {
    size_t bytes = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    struct cs_arena_block *fresh = malloc(sizeof *fresh + bytes);
    if (!fresh) return NULL;
    fresh->older = block;
    fresh->used = 0;
    fresh->size = bytes;
    arena->block = block = fresh;
  }
  void *result = (char *)block->data + block->used;
  block->used += size;
  return result;
}

const char *cs_arena_copy(struct cs_arena *arena, const char *text, size_t len) {
  char *copy = cs_arena_alloc(arena, len + 1);
  if (!copy) return NULL;
  if (len) memcpy(copy, text, len);
  copy[len] = '\0';
  return copy;
}

void cs_arena_release(struct cs_arena *arena) {
  while (arena->block) {
    struct cs_arena_block *older = arena->block->older;
    free(arena->block);
    arena->block = older;
  }
}
