#include "algo/medoid.h"

#include "algo/points.h"
#include "base/memory.h"
#include "base/team.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 4096, STEPS_TO_MIDDLE = 10, CURVED_PIECES = 32, CURVED_MOST = 128 };

/* Sums are decided to about 1e-13 of them; who comes so near to the least one is looked at. */
#define SLACK 1e-10

/* A row that may be the medoid yet. */
struct candidate {
  size_t i;                  /* its place among the members */
  double from_middle, bound; /* squared distance; what its sum is at least */
};

struct search {
  const struct cs_matrix *matrix;
  const double *weight; /* of all rows, or NULL */
  struct cs_team *team;
  const size_t *member; /* the cluster's rows, in their order */
  double *row;          /* [count][d], the same side by side: all that is looked at again and again */
  size_t count;
  struct candidate *candidate;
  size_t candidates;
  double *point; /* [d], where the sum is looked at */
  double *slope; /* [d] */
  double *part;  /* [blocks][d + 2]: slope, sum and pull of the rows of a block */
  double sum;    /* of the distances of the point */
  double pull;   /* of their inverses */
  /* what find_curve() knows around the middle, as far as reach */
  double *curve;      /* [d][d] */
  double *curve_part; /* [CURVED_PIECES][d][d] */
  double reach;
};

static const double *row_of(const struct search *search, size_t i) {
  return search->row + i * search->matrix->d;
}

static void gather(struct search *search) {
  size_t d = search->matrix->d;
  for (size_t i = 0; i < search->count; i++)
    memcpy(search->row + i * d, cs_matrix_row(search->matrix, search->member[i]), d * sizeof *search->row);
}

static double weight_of(const struct search *search, size_t row) {
  return search->weight ? search->weight[row] : 1;
}

static void look_block(void *context, size_t piece, int thread) {
  struct search *search = context;
  size_t d = search->matrix->d,
         end = (piece + 1) * BLOCK < search->count ? (piece + 1) * BLOCK : search->count;
  double *part = search->part + piece * (d + 2);
  (void)thread;
  memset(part, 0, (d + 2) * sizeof *part);
  for (size_t i = piece * BLOCK; i < end; i++) {
    const double *x = row_of(search, i);
    double distance = sqrt(cs_square_distance(search->point, x, d));
    if (!(distance > 0)) continue; /* any slope of length 1 or less holds there: 0 */
    double weight = weight_of(search, search->member[i]), pull = weight / distance;
    part[d] += weight * distance;
    part[d + 1] += pull;
    for (size_t j = 0; j < d; j++) part[j] += pull * (search->point[j] - x[j]);
  }
}

/* The sum of the distances at the point, with its slope. */
static void look(struct search *search) {
  size_t d = search->matrix->d, blocks = (search->count + BLOCK - 1) / BLOCK;
  cs_team_run(search->team, blocks, look_block, search);
  memset(search->slope, 0, d * sizeof *search->slope);
  search->sum = search->pull = 0;
  for (size_t b = 0; b < blocks; b++) {
    const double *part = search->part + b * (d + 2);
    for (size_t j = 0; j < d; j++) search->slope[j] += part[j];
    search->sum += part[d];
    search->pull += part[d + 1];
  }
}

/* Takes the point from the mean towards the place where the sum is least (Weiszfeld 1937). */
static void find_middle(struct search *search) {
  size_t d = search->matrix->d;
  double total = 0;
  memset(search->point, 0, d * sizeof *search->point);
  for (size_t i = 0; i < search->count; i++) total += weight_of(search, search->member[i]);
  for (size_t i = 0; i < search->count; i++) {
    const double *x = row_of(search, i);
    double share = weight_of(search, search->member[i]) / total;
    for (size_t j = 0; j < d; j++) search->point[j] += share * x[j];
  }
  for (int step = 0; step < STEPS_TO_MIDDLE; step++) {
    look(search);
    for (size_t j = 0; search->pull > 0 && j < d; j++) search->point[j] -= search->slope[j] / search->pull;
  }
}

/* Around the middle m a distance is at least a - r cos t + r^2 sin^2 t / (2 (a + r)), a being that of m, r how far one is from
 * m and t the angle between. Summed up, with the `reach` for r, that is a quadratic form: what look() knows, and
 * half of sum of (1 - u u') / (a + reach), u being the unit vectors from m. */
static void curve_piece(void *context, size_t piece, int thread) {
  struct search *search = context;
  size_t d = search->matrix->d, begin = search->count * piece / CURVED_PIECES,
         end = search->count * (piece + 1) / CURVED_PIECES;
  double *part = search->curve_part + piece * d * d;
  (void)thread;
  memset(part, 0, d * d * sizeof *part);
  for (size_t i = begin; i < end; i++) {
    const double *x = row_of(search, i);
    double square = cs_square_distance(search->point, x, d), distance = sqrt(square);
    double much = weight_of(search, search->member[i]) / (distance + search->reach);
    for (size_t a = 0; a < d; a++) {
      double much_a = square > 0 ? much / square * (x[a] - search->point[a]) : 0;
      part[a * d + a] += much;
      for (size_t b = 0; b < d; b++) part[a * d + b] -= much_a * (x[b] - search->point[b]);
    }
  }
}

static void find_curve(struct search *search, double reach) {
  size_t d = search->matrix->d;
  search->reach = reach;
  memset(search->curve, 0, d * d * sizeof *search->curve);
  cs_team_run(search->team, CURVED_PIECES, curve_piece, search);
  for (size_t p = 0; p < CURVED_PIECES; p++)
    for (size_t e = 0; e < d * d; e++) search->curve[e] += search->curve_part[p * d * d + e];
}

/* What the sum of x is at least, seen from the middle. Beyond the reach it goes on growing as it did up to there, being
 * convex. */
static double bound_from_middle(const struct search *search, const double *x, double from_middle) {
  size_t d = search->matrix->d;
  double linear = 0, square = 0, far = sqrt(from_middle) / search->reach;
  for (size_t a = 0; a < d; a++) {
    double row = 0, step = x[a] - search->point[a];
    for (size_t b = 0; b < d; b++) row += search->curve[a * d + b] * (x[b] - search->point[b]);
    linear += search->slope[a] * step;
    square += row * step;
  }
  return search->sum + linear + square / 2 / (far > 1 ? far : 1);
}

/* Bounds the candidates by what is seen at the member, drops those that can't be the medoid any more, and says which of the others
 * has the lowest bound: SIZE_MAX when there is none. */
static size_t drop(struct search *search, size_t own, double least) {
  size_t d = search->matrix->d, left = 0, next = SIZE_MAX;
  for (size_t i = 0; i < search->candidates; i++) {
    struct candidate candidate = search->candidate[i];
    const double *x = row_of(search, candidate.i);
    double bound = search->sum;
    bool same = true;
    for (size_t j = 0; j < d; j++) {
      bound += search->slope[j] * (x[j] - search->point[j]);
      same &= x[j] == search->point[j];
    }
    if (bound > candidate.bound) candidate.bound = bound;
    if (candidate.bound > least * (1 + SLACK) || candidate.i == own || same) continue;
    if (next == SIZE_MAX || candidate.bound < search->candidate[next].bound) next = left;
    search->candidate[left++] = candidate;
  }
  search->candidates = left;
  return next;
}

static size_t find_medoid(struct search *search) {
  size_t d = search->matrix->d, next = 0, medoid = SIZE_MAX;
  double least = INFINITY;
  gather(search);
  find_middle(search);
  search->candidates = search->count;
  for (size_t i = 0; i < search->count; i++) {
    const double *x = row_of(search, i);
    search->candidate[i] = (struct candidate){i, cs_square_distance(search->point, x, d), 0};
    if (search->candidate[i].from_middle < search->candidate[next].from_middle) next = i;
  }
  double nearest = sqrt(search->candidate[next].from_middle);
  if (search->curve && nearest > 0) {
    look(search);
    find_curve(search, 2 * nearest);
    for (size_t i = 0; i < search->count; i++) {
      const double *x = row_of(search, i);
      search->candidate[i].bound = bound_from_middle(search, x, search->candidate[i].from_middle);
    }
  }
  while (next != SIZE_MAX) {
    size_t own = search->candidate[next].i, row = search->member[own];
    memcpy(search->point, row_of(search, own), d * sizeof *search->point);
    look(search);
    if (search->sum < least || (search->sum == least && row < medoid)) least = search->sum, medoid = row;
    next = drop(search, own, least);
  }
  return medoid;
}

/* The rows cluster by cluster: those of c are member[begin[c] .. begin[c + 1]). */
static void group(const uint32_t *label, size_t n, size_t k, size_t *begin, size_t *member) {
  for (size_t i = 0; i < n; i++) begin[label[i] + 1]++;
  for (size_t c = 0; c < k; c++) begin[c + 1] += begin[c];
  for (size_t i = 0; i < n; i++) member[begin[label[i]]++] = i;
  memmove(begin + 1, begin, k * sizeof *begin);
  begin[0] = 0;
}

static size_t largest(const size_t *begin, size_t k) {
  size_t most = 0;
  for (size_t c = 0; c < k; c++)
    if (begin[c + 1] - begin[c] > most) most = begin[c + 1] - begin[c];
  return most;
}

enum cs_status cs_medoids_find(const struct cs_matrix *matrix, const double *weight, const uint32_t *label,
                               size_t k, int threads, size_t *medoid, struct cs_error *err) {
  struct search search = {.matrix = matrix, .weight = weight};
  size_t n = matrix->n, d = matrix->d, *begin = NULL, *member = NULL;
  enum cs_status status = cs_alloc(&begin, k + 1, sizeof *begin, "clusters", err);
  if (status == CS_OK) status = cs_alloc(&member, n, sizeof *member, "rows", err);
  if (status == CS_OK) group(label, n, k, begin, member);
  size_t most = status == CS_OK ? largest(begin, k) : 0, blocks = (most + BLOCK - 1) / BLOCK;
  if (status == CS_OK) status = cs_alloc(&search.candidate, most, sizeof *search.candidate, "rows", err);
  if (status == CS_OK) status = cs_alloc(&search.row, most * d, sizeof *search.row, "rows", err);
  if (status == CS_OK)
    status = cs_alloc(&search.point, 2 * d + blocks * (d + 2), sizeof *search.point, "sums", err);
  if (status == CS_OK && d <= CURVED_MOST)
    status = cs_alloc(&search.curve, (1 + CURVED_PIECES) * d * d, sizeof *search.curve, "sums", err);
  if (status == CS_OK) status = cs_team_begin(&search.team, threads, err);
  if (status == CS_OK) {
    search.slope = search.point + d;
    search.part = search.slope + d;
    search.curve_part = search.curve ? search.curve + d * d : NULL;
    for (size_t c = 0; c < k; c++) {
      search.member = member + begin[c];
      search.count = begin[c + 1] - begin[c];
      medoid[c] = search.count ? find_medoid(&search) : SIZE_MAX;
    }
  }
  cs_team_end(search.team);
  free(search.candidate);
  free(search.row);
  free(search.point);
  free(search.curve);
  free(member);
  free(begin);
  return status;
}
