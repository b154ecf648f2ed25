/* reach_inside.h - what the parts of reach share. Private to them. */
#ifndef CS_ALGO_REACH_INSIDE_H
#define CS_ALGO_REACH_INSIDE_H

#include "algo/reach.h"

/* Sets core[]. */
CS_MUST_CHECK enum cs_status cs_reach_find_core(struct cs_reach *reach, const struct cs_kdtree *tree,
                                                size_t min_points, int threads, struct cs_error *err);

/* Sets quiet[] and link[], unsorted. */
CS_MUST_CHECK enum cs_status cs_reach_link(struct cs_reach *reach, const struct cs_kdtree *tree, int threads,
                                           struct cs_error *err);

#endif
