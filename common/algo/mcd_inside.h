/* mcd_inside.h - what the search for the subset and its starts share; private to mcd.c and mcd_starts.c. */
#ifndef CS_ALGO_MCD_INSIDE_H
#define CS_ALGO_MCD_INSIDE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct cs_mcd_ranked {
  double value;
  size_t row;
};

/* Rows in a fixed order, each column with median 0 and robust scale 1. */
struct cs_mcd_rows {
  size_t n, d;
  double *z;                    /* [n][d] */
  double *y;                    /* [n][d], what a start makes of them */
  double *distance;             /* [n], squared */
  double *room;                 /* [n] */
  struct cs_mcd_ranked *ranked; /* [n] */
  bool *in;                     /* [n], in the subset */
};

/* Below this a scale or what is left of a variance is none: columns have scale 1. */
#define CS_MCD_NOTHING 1e-12

enum { CS_MCD_STARTS = 6 };

/* distance becomes that of each row from the start's centre, by its scatter. work is 2 d^2 + 2 d doubles. */
void cs_mcd_start(struct cs_mcd_rows *rows, int start, double *work);

/* Marks the `count` rows of the least distance; of equal ones those that come first. */
void cs_mcd_choose(struct cs_mcd_rows *rows, size_t count);

/* Mean and covariance (divisor count - 1) of the rows that are marked, of the matrix [n][d]. */
void cs_mcd_moments(const struct cs_mcd_rows *rows, const double *matrix, double *mean, double *covariance);

/* Sorts by value. */
void cs_mcd_rank(struct cs_mcd_ranked *ranked, size_t n);

/* The value that would stand at `rank` if v were sorted; v is left in another order, none before rank above it. */
double cs_mcd_select(double *v, size_t n, size_t rank);

/* The median of v[0..n), n > 0, which is left in another order. */
double cs_mcd_median(double *v, size_t n);

/* The tau scale of Maronna & Zamar (2002), up to its constant, of v around its own centre; where more than half of the
 * values are equal, around what is left of the deviations. 0 for a constant. room is [n]. */
double cs_mcd_scale(const double *v, size_t n, size_t stride, double *room);

#endif
