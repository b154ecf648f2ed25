/* dbscan_inside.h - what the parts of dbscan share. Private to them. */
#ifndef CS_ALGO_DBSCAN_INSIDE_H
#define CS_ALGO_DBSCAN_INSIDE_H

#include "algo/dbscan.h"
#include "algo/union.h"

struct cs_density {
  const struct cs_kdtree *tree;
  const struct cs_dbscan_params *params;
  double limit;        /* of squared distances */
  uint32_t *core_bits; /* [leaves] */
  cs_parent *parent;   /* [n], places: sets of core points */
  uint32_t *root;      /* [n], places: that of a row's set, CS_NOISE of none */
  uint32_t *scratch;   /* [n] */
};

enum { CS_LEAVES_AT_ONCE = 32 }; /* a piece of work */

static inline size_t cs_density_pieces(const struct cs_density *density) {
  return (density->tree->leaves + CS_LEAVES_AT_ONCE - 1) / CS_LEAVES_AT_ONCE;
}

static inline size_t cs_density_piece_end(const struct cs_density *density, size_t piece) {
  size_t end = (piece + 1) * CS_LEAVES_AT_ONCE;
  return end < density->tree->leaves ? end : density->tree->leaves;
}

/* Sets core_bits. */
CS_MUST_CHECK enum cs_status cs_density_find_core(struct cs_density *density, struct cs_error *err);

/* Joins core points that are near. */
CS_MUST_CHECK enum cs_status cs_density_join(struct cs_density *density, struct cs_error *err);

/* Numbers the sets as clusters: root becomes the cluster, and size[k] is made. */
CS_MUST_CHECK enum cs_status cs_density_number(struct cs_density *density, size_t *k, size_t **size,
                                               struct cs_error *err);

#endif
