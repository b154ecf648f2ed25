/* select.h - which number of clusters: the evidence for each k, and two rules that choose.
 *
 * vote      one vote each for the highest silhouette, the lowest Davies-Bouldin, the highest Calinski-Harabasz and the
 *           gap statistic; ties go to the smaller k.
 * business  the largest k (but 2) whose every cluster comes back: mean bootstrap Jaccard less two standard errors at
 *           least 0.75, and which is large enough to act upon: 3 % of the rows and 10 rows. 2 when no other k passes.
 */
#ifndef CS_ALGO_SELECT_H
#define CS_ALGO_SELECT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cs_candidate {
  size_t k, rows, smallest;                                      /* rows in all and in the smallest cluster */
  double inertia, silhouette, davies_bouldin, calinski_harabasz; /* the last three NaN where undefined */
  const double *jaccard, *error; /* [k] of stability.h, NULL when not asked for */
  double silhouette_error;       /* standard error of a sample's, 0 where it is that of all rows */
  double gap, gap_error;         /* of gap.h, NaN when not asked for or undefined */
};

enum cs_rule { CS_RULE_FIXED, CS_RULE_VOTE, CS_RULE_BUSINESS };

/* How sure a business choice is. */
enum cs_verdict {
  CS_VERDICT_RELIABLE,   /* passes the rule */
  CS_VERDICT_TWO,        /* nothing but 2 passes: only heavy and light buyers can be told apart reliably */
  CS_VERDICT_UNRELIABLE, /* nothing passes: no reliable segmentation */
};

struct cs_choice {
  enum cs_rule rule;
  enum cs_verdict verdict;  /* business only */
  size_t chosen, runner_up; /* positions in the evidence; runner_up is SIZE_MAX when there is no other k */
  size_t votes, runner_up_votes;
};

/* Bounds of the business rule. */
enum { CS_BUSINESS_LEAST_K = 3, CS_BUSINESS_MOST_K = 8, CS_BUSINESS_ROWS = 10 };
#define CS_BUSINESS_SHARE   0.03
#define CS_BUSINESS_JACCARD 0.75

/* The position of the best k of each criterion, the smaller k on a tie, SIZE_MAX when no k has a value.
 * Evidence is in ascending order of k. */
size_t cs_best_silhouette(const struct cs_candidate *evidence, size_t count);
size_t cs_best_davies_bouldin(const struct cs_candidate *evidence, size_t count);
size_t cs_best_calinski_harabasz(const struct cs_candidate *evidence, size_t count);

/* The gap statistic takes the smallest k whose gap is not below that of k + 1 less its error (Tibshirani, Walther & Hastie 2001;
 * "Tibs2001SEmax" of clusGap, which would take the last k where there is none: here none is, for the gap still rises). That may be a
 * single cluster, where 2 was tried: then no k here is preferred. gap_of_one is NaN when it isn't known. */
size_t cs_best_gap(const struct cs_candidate *evidence, size_t count, double gap_of_one);
bool cs_gap_prefers_one(const struct cs_candidate *evidence, double gap_of_one);

/* The least stable cluster: its mean Jaccard, and the least mean less two standard errors; NaN without
 * stability. */
double cs_candidate_jaccard(const struct cs_candidate *evidence);
double cs_candidate_bound(const struct cs_candidate *evidence);

/* Whether every cluster is stable and large enough by the business rule. */
bool cs_candidate_stable(const struct cs_candidate *evidence);
bool cs_candidate_sizeable(const struct cs_candidate *evidence);

/* What a finer clustering separates from a coarser one of the same rows. */
struct cs_extra {
  size_t cluster; /* of the finer: the one least like any cluster of the coarser, by Jaccard */
  size_t parent;  /* of the coarser: the one that most of its rows are in */
  size_t common;  /* how many */
};

CS_MUST_CHECK enum cs_status cs_extra_find(const uint32_t *coarse, size_t coarse_k, const uint32_t *fine,
                                           size_t fine_k, size_t n, struct cs_extra *extra,
                                           struct cs_error *err);

enum { CS_VOTES = 4 };

/* count > 0. With one k there is nothing to choose. */
struct cs_choice cs_select_vote(const struct cs_candidate *evidence, size_t count, double gap_of_one);
struct cs_choice cs_select_business(const struct cs_candidate *evidence, size_t count);

#endif
