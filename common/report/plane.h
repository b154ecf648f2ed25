/* plane.h - rows in the space that was clustered, and on the plane of its first two principal components: where they lie, which of them
 * stand for the others, and which segments meet.
 *
 * Shapes   x and y are [n]; border and neighbour are [k], as the labels' segments.
 * Space    that of the model; without one the columns that a clusterer would take (features.h), scaled to mean 0 and variance 1.
 * Borders  a row lies at the border of its segment where another segment's mean is hardly farther than its own's: where (b - a) / b is
 *          below CS_BORDER, a and b being the distances to the two (the simplified silhouette of Hruschka, Campello & de Castro 2006).
 * Repeats  the result doesn't depend on threads.
 */
#ifndef CS_REPORT_PLANE_H
#define CS_REPORT_PLANE_H

#include "base/notes.h"
#include "data/document.h"
#include "report/labels.h"

#define CS_BORDER 0.1

struct cs_plane {
  size_t n;            /* 0: there is no such space, and nothing else */
  size_t d;            /* columns clustered */
  double *x, *y;       /* y is 0 where only one column was clustered */
  double explained[2]; /* shares of the variance */
  char *axis[2];       /* what drives the component: "spend, orders" */
  double *border;      /* share of the rows at the border; NaN of noise and where there is no other segment */
  size_t *neighbour;   /* the segment that most of them border on; SIZE_MAX: none */
  size_t *
      medoid; /* the row of each segment that is most typical of it (medoid.h); SIZE_MAX: none; NULL: not wanted */
  size_t count;       /* rows that stand for all, each segment's in proportion, but 50 at least */
  size_t *row;        /* [count], ascending */
  double *silhouette; /* [count], among these rows; NaN of noise */
};

#define CS_PLANE_INIT                                                                                        \
  { 0, 0, NULL, NULL, {0, 0}, {NULL, NULL}, NULL, NULL, NULL, 0, NULL, NULL }

struct cs_plane_options {
  const struct cs_node *model; /* or NULL */
  const char *model_path;      /* for messages */
  const char *exclude, *id;    /* lists as in -x, --id, or NULL */
  size_t points;               /* about so many rows stand for all */
  bool typical;                /* whether medoids are wanted, which take longest */
  int threads;
};

/* A table without such a space gives an empty plane, and a note why. */
CS_MUST_CHECK enum cs_status cs_plane_find(struct cs_plane *plane, const struct cs_table *table,
                                           const struct cs_labels *labels,
                                           const struct cs_plane_options *options, struct cs_notes *notes,
                                           struct cs_error *err);
void cs_plane_release(struct cs_plane *plane);

#endif
