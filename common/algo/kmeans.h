/* kmeans.h - exact k-means (Lloyd 1982), seeded by greedy k-means++, best of several starts, each polished by moving
 * single rows between clusters where that lowers the inertia (Hartigan & Wong 1979), which leaves no tie behind.
 *
 * Shapes     centre is [k][d], label is [n] (0 .. k-1), size is [k].
 * Units      distances are Euclidean, inertia is in squared units of the rows.
 * Order      clusters are numbered by decreasing weight (rows, where they have none), ties by the lexicographically smaller
 *            centre.
 * Repeats    the result depends on the points and the params (but threads) and nothing else.
 * Invariant  label[i] is the nearest centre of row i by the canonical distance of lanes.h, ties to the lower number:
 *            cs_kmeans_assign() to the result's centres gives the result's labels.
 * Cost       O(n k d) a round at worst; besides the points 24 bytes a row for each start at work, and O(k d) for each
 *            thread.
 */
#ifndef CS_ALGO_KMEANS_H
#define CS_ALGO_KMEANS_H

#include "algo/points.h"
#include "algo/seeding.h"

#include <stdbool.h>

/* How the nearest centres are found: all give the same labels. */
enum cs_kmeans_algorithm {
  CS_KMEANS_AUTO,
  CS_KMEANS_LLOYD,   /* every row in every round */
  CS_KMEANS_HAMERLY, /* rows whose gap doesn't rule another centre out (drift.h) */
};

/* Whether single rows are exchanged when no round changes anything any more. */
enum cs_kmeans_exchange {
  CS_EXCHANGE_AUTO, /* up to CS_KMEANS_EXCHANGE_ROWS rows */
  CS_EXCHANGE_YES,
  CS_EXCHANGE_NO,
};

enum { CS_KMEANS_EXCHANGE_ROWS = 20000 };

struct cs_kmeans_params {
  size_t k, restarts, max_iter;
  double tolerance; /* of the mean variance of the columns: stop when the centres' squared shift is no more;
                       0: never */
  enum cs_seeding seeding;
  const double *begin; /* [k][d]: where the only start begins; NULL: where seeding says */
  enum cs_kmeans_algorithm algorithm;
  enum cs_kmeans_exchange exchange;
  uint64_t seed, stream; /* restart r draws from stream + r */
  int threads;
};

#define CS_KMEANS_PARAMS_INIT                                                                                \
  { 0, 10, 1000, 0, CS_SEED_PLUSPLUS, NULL, CS_KMEANS_AUTO, CS_EXCHANGE_AUTO, 42, 0, 1 }

struct cs_kmeans {
  size_t n, d, k;
  double *centre;
  uint32_t *label;
  size_t *size; /* rows */
  double inertia;
  size_t iterations; /* of the best start */
  size_t recurred;   /* the starts that ended with the best inertia */
  bool converged;    /* the best start came to rest: no row changed its cluster */
};

/* Whether chance has no part in where a start begins, so that one is all there is. */
static inline bool cs_kmeans_starts_once(const struct cs_kmeans_params *params) {
  return params->begin || params->seeding == CS_SEED_PARTS;
}

/* How many starts pay: small tables are quick, and have many local optima. */
static inline size_t cs_kmeans_restarts(size_t rows) {
  return rows <= 10000 ? 100 : 10;
}

#define CS_KMEANS_INIT                                                                                       \
  { 0, 0, 0, NULL, NULL, NULL, 0, 0, 0, false }

/* CS_DATA: fewer rows than k, distances beyond the doubles. CS_MEMORY. */
CS_MUST_CHECK enum cs_status cs_kmeans_fit(struct cs_kmeans *fit, const struct cs_points *points,
                                           const struct cs_kmeans_params *params, struct cs_error *err);
void cs_kmeans_release(struct cs_kmeans *fit);

/* The nearest of k centres of each row. */
CS_MUST_CHECK enum cs_status cs_kmeans_assign(const struct cs_matrix *matrix, const double *centre, size_t k,
                                              int threads, uint32_t *label, struct cs_error *err);

/* How much nearer each row is to its centre than to the next one: 1 - d / d', 0 on the border and 1 at the centre, into value[n] (the
 * simplified silhouette of Hruschka, Campello & de Castro 2004). 1 where there is no other centre. */
void cs_kmeans_confidence(const struct cs_matrix *matrix, const double *centre, size_t k,
                          const uint32_t *label, int threads, double *value);

/* The number of different rows among those that weigh something (weight of NULL: all), counted no further than `limit`. Values
 * whose square isn't a double count as 0. */
CS_MUST_CHECK enum cs_status cs_kmeans_distinct(const struct cs_matrix *matrix, const double *weight,
                                                size_t limit, size_t *distinct, struct cs_error *err);

#endif
