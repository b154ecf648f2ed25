/* union.h - disjoint sets that several threads join at once without a lock (Anderson & Woll 1991): the higher root is hung under the lower
 * one, so that the root of a set is its lowest member, whoever came first.
 *
 * Shapes   parent is [n], parent[i] = i to begin with.
 */
#ifndef CS_ALGO_UNION_H
#define CS_ALGO_UNION_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint32_t cs_parent;

/* The root; the way there is halved. While others join, two that are found to have one root have it for ever. */
static inline uint32_t cs_union_find(cs_parent *parent, uint32_t i) {
  uint32_t up = atomic_load_explicit(&parent[i], memory_order_relaxed);
  while (up != i) {
    uint32_t above = atomic_load_explicit(&parent[up], memory_order_relaxed);
    if (above != up)
      atomic_compare_exchange_weak_explicit(&parent[i], &up, above, memory_order_relaxed,
                                            memory_order_relaxed);
    i = above;
    up = atomic_load_explicit(&parent[i], memory_order_relaxed);
  }
  return i;
}

/* Returns the root. */
static inline uint32_t cs_union_join(cs_parent *parent, uint32_t a, uint32_t b) {
  for (;;) {
    a = cs_union_find(parent, a);
    b = cs_union_find(parent, b);
    if (a == b) return a;
    if (a > b) {
      uint32_t t = a;
      a = b;
      b = t;
    }
    uint32_t root = b;
    if (atomic_compare_exchange_strong_explicit(&parent[b], &root, a, memory_order_relaxed,
                                                memory_order_relaxed))
      return a;
  }
}

/* The root where nobody joins meanwhile. */
static inline uint32_t cs_union_find_alone(uint32_t *parent, uint32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

#endif
