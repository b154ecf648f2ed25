/* levels.h - the eps at which density clusters last: what reach.h knows is read at many eps, and that one is chosen at which as many clusters of
 * some size are there as over the longest stretch, by the factor from its first eps to its last.
 *
 * Looked at are CS_LEVELS eps in equal ratios, from where half of the rows are noise to where one cluster has nearly all rows: outside
 * there is nothing to choose. A cluster is of some size if it has min_points rows and a 50th of all. A border row counts for the
 * core point by which it stops being noise, which needs not be the nearest.
 *
 * Validity  of a level: each cluster of some size has 1 - (its longest link) / (the link by which it meets another one), or, where the
 *           latter is the shorter one, that less 1; weighed by its rows, noise having 0. After the relative validity of Moulavi,
 *           Jaskowiak, Campello, Zimek & Sander (2014), with links of all rows in place of those within clusters alone. It is shown, and not
 *           used: on the sets that tests/oracle/eps.py has, the longest stretch is right more often.
 * Units     eps are distances.
 * Repeats   the result depends on the rows alone, not on their order, nor on threads.
 * Cost      O(n log n) time, 28 bytes a row.
 */
#ifndef CS_ALGO_LEVELS_H
#define CS_ALGO_LEVELS_H

#include "algo/reach.h"

#include <stdbool.h>

enum { CS_LEVELS = 200, CS_STRETCHES = 30, CS_KNEE_POINTS = 1000 };

struct cs_eps_level {
  double eps;
  size_t clusters;             /* of any size */
  size_t significant;          /* of some size */
  size_t core, noise, largest; /* rows */
  double validity;             /* -1 .. 1; NaN without two clusters of some size */
};

/* Levels of the same number of clusters of some size, two at least. */
struct cs_stretch {
  size_t first, last; /* levels */
  double factor;      /* of eps, from the first to behind the last */
};

struct cs_levels {
  size_t n, least; /* rows, and those that a cluster of some size has */
  size_t count;
  struct cs_eps_level level[CS_LEVELS];
  size_t stretches;
  struct cs_stretch
      stretch[CS_STRETCHES]; /* the longest ones, by their factor; the first is the chosen one */
  double
      eps; /* the chosen one; that of the knee, where there is no stretch; 0: no row has min_points neighbours */
  size_t points;
  double curve
      [CS_KNEE_POINTS]; /* distances to the min_points-th nearest row, ascending, of so many rows at equal steps */
  double knee;          /* of the curve; its last but a tenth where there is none */
  struct cs_eps_level at_knee, chosen;
};

/* Whether a number of clusters lasts; else the rows are one population, and eps is that of the knee. */
bool cs_levels_last(const struct cs_levels *levels);

/* The level of a stretch at which eps is taken, or close to it. */
const struct cs_eps_level *cs_levels_of(const struct cs_levels *levels, const struct cs_stretch *stretch);

CS_MUST_CHECK enum cs_status cs_levels_find(struct cs_levels *levels, const struct cs_reach *reach,
                                            size_t min_points, struct cs_error *err);

#endif
