#include "algo/reach.h"

#include "algo/reach_inside.h"
#include "base/memory.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

static enum cs_status sort_links(struct cs_link *link, size_t count, struct cs_error *err) {
  struct cs_keyed *keyed;
  CS_TRY(cs_alloc(&keyed, count, 2 * sizeof *keyed, "links", err));
  for (size_t l = 0; l < count; l++)
    keyed[l] = (struct cs_keyed){(uint64_t)link[l].a << 32 | link[l].b, cs_sort_key(link[l].square)};
  cs_sort_keyed(keyed, keyed + count, count);
  for (size_t l = 0; l < count; l++)
    link[l] = (struct cs_link){(uint32_t)(keyed[l].value >> 32), (uint32_t)keyed[l].value,
                               cs_sort_number(keyed[l].key)};
  free(keyed);
  return CS_OK;
}

/* There is no core point at any eps. */
static void find_nothing(const struct cs_reach *reach) {
  for (size_t i = 0; i < reach->n; i++) {
    reach->core[i] = reach->quiet[i] = INFINITY;
    if (i > 0) reach->link[i - 1] = (struct cs_link){0, (uint32_t)i, INFINITY};
  }
}

static enum cs_status weigh(struct cs_reach *reach, const struct cs_kdtree *tree, const double *weight,
                            struct cs_error *err) {
  reach->total = tree->n;
  if (!weight) return CS_OK;
  CS_TRY(cs_alloc(&reach->weight, tree->n, sizeof *reach->weight, "weights", err));
  reach->total = 0;
  for (size_t place = 0; place < tree->n; place++)
    reach->total += reach->weight[place] = (uint64_t)weight[tree->row[place]];
  return CS_OK;
}

enum cs_status cs_reach_find(struct cs_reach *reach, const struct cs_kdtree *tree, size_t min_points,
                             const double *weight, int threads, struct cs_error *err) {
  *reach = (struct cs_reach){.n = tree->n};
  enum cs_status status = weigh(reach, tree, weight, err);
  if (status == CS_OK) status = cs_alloc(&reach->core, tree->n, sizeof *reach->core, "distances", err);
  if (status == CS_OK) status = cs_alloc(&reach->quiet, tree->n, sizeof *reach->quiet, "distances", err);
  if (status == CS_OK) status = cs_alloc(&reach->link, tree->n, sizeof *reach->link, "links", err);
  if (status == CS_OK && reach->total < min_points) {
    find_nothing(reach);
    return CS_OK;
  }
  if (status == CS_OK) status = cs_reach_find_core(reach, tree, min_points, threads, err);
  if (status == CS_OK) status = cs_reach_link(reach, tree, threads, err);
  if (status == CS_OK) status = sort_links(reach->link, tree->n - 1, err);
  if (status != CS_OK) cs_reach_release(reach);
  return status;
}

void cs_reach_release(struct cs_reach *reach) {
  free(reach->weight);
  free(reach->core);
  free(reach->quiet);
  free(reach->link);
  *reach = (struct cs_reach)CS_REACH_INIT;
}
