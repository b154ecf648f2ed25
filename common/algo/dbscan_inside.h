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

/* Sets core_bits. */
CS_MUST_CHECK enum cs_status cs_density_find_core(struct cs_density *density, struct cs_error *err);

/* Joins core points that are near. */
CS_MUST_CHECK enum cs_status cs_density_join(struct cs_density *density, struct cs_error *err);

/* Numbers the sets as clusters: root becomes the cluster, and size[k] is made. */
CS_MUST_CHECK enum cs_status cs_density_number(struct cs_density *density, size_t *k, size_t **size,
                                               struct cs_error *err);

#endif
