#include "algo/glosh.h"

#include "algo/union.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

#define NONE UINT32_MAX

struct sets {
  size_t least;
  double *score;
  uint32_t *parent;       /* [n] */
  uint64_t *rows;         /* [n], roots */
  uint32_t *first, *last; /* [n], roots: rows without a score, a list */
  uint32_t *next;         /* [n] */
  double *
      begin; /* [n], roots: the square at which the first `least` rows came together; infinite: they haven't */
};

static void join_lists(const struct sets *sets, uint32_t to, uint32_t from) {
  if (sets->first[from] == NONE) return;
  if (sets->first[to] == NONE)
    sets->first[to] = sets->first[from];
  else
    sets->next[sets->last[to]] = sets->first[from];
  sets->last[to] = sets->last[from];
  sets->first[from] = NONE;
}

static void join(const struct sets *sets, const struct cs_link *link) {
  uint32_t a = cs_union_find_alone(sets->parent, link->a), b = cs_union_find_alone(sets->parent, link->b);
  if (a == b) return;
  if (sets->rows[a] < sets->rows[b]) {
    uint32_t t = a;
    a = b;
    b = t;
  }
  sets->parent[b] = a;
  sets->rows[a] += sets->rows[b];
  sets->begin[a] = fmin(sets->begin[a], sets->begin[b]);
  if (sets->rows[a] >= sets->least && link->square > 0) sets->begin[a] = fmin(sets->begin[a], link->square);
  join_lists(sets, a, b);
}

/* The rows of a set that is large enough by now. */
static void settle(const struct sets *sets, uint32_t root, double square) {
  if (sets->rows[root] < sets->least) return;
  for (uint32_t i = sets->first[root]; i != NONE; i = sets->next[i])
    sets->score[i] = square > 0 ? 1 - sqrt(sets->begin[root] / square) : 0;
  sets->first[root] = NONE;
}

static void join_all(const struct sets *sets, const struct cs_reach *reach) {
  const struct cs_link *link = reach->link;
  for (size_t first = 0, l; first + 1 < reach->n; first = l) {
    for (l = first; l + 1 < reach->n && link[l].square == link[first].square; l++) join(sets, &link[l]);
    for (size_t i = first; i < l; i++)
      settle(sets, cs_union_find_alone(sets->parent, link[i].a), link[first].square);
  }
}

static void start(const struct sets *sets, const struct cs_reach *reach) {
  for (uint32_t i = 0; i < reach->n; i++) {
    sets->parent[i] = sets->first[i] = sets->last[i] = i;
    sets->next[i] = NONE;
    sets->rows[i] = cs_reach_weight(reach, i);
    sets->begin[i] = INFINITY;
    sets->score[i] = 0;
  }
}

/* Rows of `least` or more are a cluster by themselves, from their core distance on: then they have their score, 0, but where another row
 * comes to them at once, from a denser part maybe. */
static void begin_heavy(const struct sets *sets, const struct cs_reach *reach) {
  for (uint32_t i = 0; i < reach->n; i++) {
    if (reach->weight[i] < sets->least || reach->weight[i] == 1) continue;
    sets->first[i] = NONE;
    if (reach->core[i] > 0) sets->begin[i] = reach->core[i];
  }
  for (size_t l = 0; l + 1 < reach->n; l++) {
    const struct cs_link *link = &reach->link[l];
    if (link->square == reach->core[link->a]) sets->first[link->a] = link->a;
    if (link->square == reach->core[link->b]) sets->first[link->b] = link->b;
  }
}

enum cs_status cs_glosh(const struct cs_reach *reach, size_t least, double *score, struct cs_error *err) {
  struct sets sets = {.least = least, .score = score};
  size_t n = reach->n;
  enum cs_status status = cs_alloc(&sets.parent, n, 4 * sizeof *sets.parent, "sets", err);
  if (status == CS_OK) status = cs_alloc(&sets.rows, n, sizeof *sets.rows, "sets", err);
  if (status == CS_OK) status = cs_alloc(&sets.begin, n, sizeof *sets.begin, "sets", err);
  if (status == CS_OK) {
    sets.first = sets.parent + n, sets.last = sets.first + n, sets.next = sets.last + n;
    start(&sets, reach);
    if (reach->weight) begin_heavy(&sets, reach);
    join_all(&sets, reach);
  }
  free(sets.parent);
  free(sets.rows);
  free(sets.begin);
  return status;
}
