/* kmeans_inside.h - one start of k-means. Shared by the files that are k-means: descent.c, which lets the inertia fall; exchange.c,
 * which moves single rows; refine.c, which mends the means; kmeans.c, which has the starts. Private to algo/.
 */
#ifndef CS_ALGO_KMEANS_INSIDE_H
#define CS_ALGO_KMEANS_INSIDE_H

#include "algo/drift.h"
#include "algo/kmeans.h"
#include "algo/sums.h"
#include "base/team.h"

/* The workspace of one start at a time. */
struct start {
  const struct cs_points *points;
  const struct cs_kmeans_params *params;
  size_t k;
  int threads;
  struct cs_team *team; /* the threads that share this start */
  uint32_t *label;      /* [n]; while centres move, the slots of drift.h */
  float *gap;           /* [n]: how much nearer than the next, as of the stamp; NaN: not known */
  double *centre, *old; /* [k][d] */
  struct cs_panels panels;
  struct cs_drift drift;
  struct cs_sums sums;       /* of the labels */
  struct cs_sums *change;    /* [threads]: what a round adds to them */
  void **scratch;            /* [threads]: a group of rows */
  size_t *changed;           /* [blocks], rows with a new label */
  size_t *open;              /* [blocks], rows that rounding left to the canonical distance */
  double *inertia;           /* [blocks] */
  size_t *members;           /* [k] */
  double *weight;            /* [k] */
  float *cost, *save, *stay; /* [k], cost for whole panels: see exchange.c */
  double slack;              /* of this round; see points.h */
  uint32_t now;              /* its first slot */
  bool labelled;             /* labels and their sums are there */
  bool kept;                 /* sums don't follow the labels in this round */
  struct cs_seed_work seed;
  double shift; /* squared shift of the centres at which the tolerance is met */
  size_t iterations;
  bool converged;
  bool tied; /* some row may be as near to two centres: its label hangs on their numbers */
};

CS_MUST_CHECK enum cs_status cs_start_alloc(struct start *start, const struct cs_points *points,
                                            const struct cs_kmeans_params *params, int threads,
                                            struct cs_error *err);
void cs_start_release(struct start *start);

/* Rounds until no row changes its cluster, from the centres on. On return labels belong to the centres; when it converged, the
 * centres are the means of the labels as well. */
void cs_lloyd(struct start *start);

/* Gives each row the nearest of centres that stay where they are. The number of labels that changed. */
size_t cs_assign(struct start *start);

/* The centres as the means of the labels' sums, made anew; a cluster that stayed empty stays where it is. */
void cs_centres_of_labels(struct start *start);

double cs_start_inertia(struct start *start);

/* Passes of single moves until one makes none. Whether any was made; the centres are then the exact means again. */
bool cs_exchange(struct start *start);

/* Whether the sums may be too coarse for what is within the clusters: see refine.c. */
bool cs_is_coarse(const struct start *start, double inertia);

/* Rounds in which the means are taken in doubles, until the centres are the means to eleven digits of what rows are off them. Whether
 * there were any. */
CS_MUST_CHECK enum cs_status cs_refine(struct start *start, bool *moved, struct cs_error *err);

#endif
