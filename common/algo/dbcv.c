#include "algo/dbcv.h"

#include "algo/lanes.h"
#include "base/memory.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Mutual reachability distances that differ by less are ties, as for hdbscan: relative, of distances. */
static const double TIE = 1e-5;

/* Workspace of a thread. Clusters stand one after the other; in each the rows are in order. All distances are squares. */
struct room {
  size_t *begin;             /* [most + 1], of each cluster */
  size_t *inner;             /* [most], how many rows in front are left of it, when its tree is done */
  double *sparse, *apart;    /* [most] */
  uint32_t *rank;            /* [n], of each row in the order of all */
  struct cs_matrix block;    /* the rows in groups, column by column */
  double *core;              /* [n] */
  double *square;            /* [n + CS_GROUP] */
  double *open;              /* [n], core, infinite in the tree */
  double *best;              /* [n], how far the tree is; infinite in the tree */
  double *link;              /* [n], by which the row came to the tree */
  uint32_t *parent, *degree; /* [n] */
};

struct task {
  const struct cs_lanes *lanes;
  struct cs_matrix rows; /* in lexicographic order */
  uint32_t *row;         /* [n], which these are */
  struct cs_dbcv *labelling;
  struct room *room; /* [threads] */
};

/* A cluster in the workspace, whose arrays are its own part of them. */
struct cluster {
  const struct task *task;
  size_t rows;
  const uint32_t *rank;
  const double *block;
  double *core, *square, *open, *best, *link;
  uint32_t *parent, *degree;
};

static struct cluster cluster_of(const struct task *task, const struct room *room, size_t c) {
  size_t at = room->begin[c];
  return (struct cluster){.task = task,
                          .rows = room->begin[c + 1] - at,
                          .rank = room->rank + at,
                          .block = room->block.x + at * task->rows.d,
                          .core = room->core + at,
                          .square = room->square,
                          .open = room->open,
                          .best = room->best,
                          .link = room->link,
                          .parent = room->parent,
                          .degree = room->degree};
}

static const double *point_of(const struct cluster *cluster, size_t i) {
  return cs_matrix_row(&cluster->task->rows, cluster->rank[i]);
}

/* The squared distances of a point to the first rows of a cluster. */
static void find_squares(const struct cluster *cluster, const double *point, size_t rows, double *square) {
  size_t d = cluster->task->rows.d;
  for (size_t at = 0; at < rows; at += CS_GROUP)
    cluster->task->lanes->square(cluster->block + at * d, rows - at < CS_GROUP ? rows - at : CS_GROUP, d,
                                 point, 1, square + at);
}

/* --- core distances --- */

/* power[i] = ratio[i]^(d/2), and ratio is used up. */
static void raise_all(double ratio[CS_GROUP], size_t d, double power[CS_GROUP]) {
  for (size_t i = 0; i < CS_GROUP; i++) power[i] = d % 2 ? sqrt(ratio[i]) : 1;
  for (size_t left = d / 2; left; left /= 2) {
    for (size_t i = 0; left % 2 && i < CS_GROUP; i++) power[i] *= ratio[i];
    for (size_t i = 0; left > 1 && i < CS_GROUP; i++) ratio[i] *= ratio[i];
  }
}

/* From the squared distances to the rows of a cluster, whose place in square[] is filled up to whole groups. Divided by the least one each power
 * is at most 1, whatever d is, and one of them is 1. */
static double core_of(double *square, size_t rows, size_t d) {
  double least = INFINITY, total[CS_GROUP] = {0}, sum = 0;
  size_t filled = (rows + CS_GROUP - 1) / CS_GROUP * CS_GROUP;
  for (size_t i = rows; i < filled; i++) square[i] = 0;
  for (size_t i = 0; i < filled; i++) {
    square[i] = square[i] > 0 ? square[i] : INFINITY;
    least = square[i] < least ? square[i] : least;
  }
  if (least == INFINITY) return 0;
  for (size_t at = 0; at < filled; at += CS_GROUP) {
    double ratio[CS_GROUP], power[CS_GROUP];
    for (size_t i = 0; i < CS_GROUP; i++) ratio[i] = least / square[at + i];
    raise_all(ratio, d, power);
    for (size_t i = 0; i < CS_GROUP; i++) total[i] += power[i];
  }
  for (size_t i = 0; i < CS_GROUP; i++) sum += total[i];
  return least * pow(sum / (double)(rows - 1), -2 / (double)d);
}

static void find_cores(const struct cluster *cluster) {
  for (size_t i = 0; i < cluster->rows; i++) {
    find_squares(cluster, point_of(cluster, i), cluster->rows, cluster->square);
    cluster->core[i] = core_of(cluster->square, cluster->rows, cluster->task->rows.d);
  }
}

/* --- the tree --- */

/* After a row came to the tree, whose squares these are: the first of the rows that are nearest to it. */
static size_t find_next(const struct cluster *cluster, size_t last) {
  const double core = cluster->core[last], *open = cluster->open, *square = cluster->square;
  double *best = cluster->best, least = INFINITY;
  size_t next = 0;
  for (size_t i = 0; i < cluster->rows; i++) {
    double reach = square[i] > core ? square[i] : core;
    reach = reach > open[i] ? reach : open[i];
    if (reach < best[i]) best[i] = reach;
    if (best[i] < least) least = best[i], next = i;
  }
  return next;
}

/* The first row of the tree that the row whose squares these are is as near to as to any, give or take a tie. */
static uint32_t find_parent(const struct cluster *cluster, double nearest) {
  const double limit = nearest * (1 + TIE) * (1 + TIE);
  uint32_t parent = 0;
  while (cluster->open[parent] < INFINITY || cluster->core[parent] > limit || cluster->square[parent] > limit)
    parent++;
  return parent;
}

/* Prim's algorithm, from the first row on. */
static void find_tree(const struct cluster *cluster) {
  size_t last = 0;
  for (size_t i = 0; i < cluster->rows; i++) {
    cluster->open[i] = cluster->core[i];
    cluster->best[i] = INFINITY;
    cluster->degree[i] = 0;
  }
  find_squares(cluster, point_of(cluster, last), cluster->rows, cluster->square);
  for (size_t links = 1; links < cluster->rows; links++) {
    cluster->open[last] = cluster->best[last] = INFINITY;
    last = find_next(cluster, last);
    find_squares(cluster, point_of(cluster, last), cluster->rows, cluster->square);
    cluster->link[last] = cluster->best[last];
    cluster->parent[last] = find_parent(cluster, cluster->link[last]);
    cluster->degree[last]++;
    cluster->degree[cluster->parent[last]]++;
  }
}

/* The longest link between rows of at least so many links; below 0: there is none. */
static double longest_link(const struct cluster *cluster, uint32_t degree) {
  double longest = -1;
  for (size_t i = 1; i < cluster->rows; i++)
    if (cluster->degree[i] >= degree && cluster->degree[cluster->parent[i]] >= degree &&
        cluster->link[i] > longest)
      longest = cluster->link[i];
  return longest;
}

/* --- clusters --- */

static void fill_blocks(const struct task *task, const struct room *room, size_t c, size_t rows) {
  size_t d = task->rows.d;
  for (size_t at = 0; at < rows; at += CS_GROUP) {
    size_t m = rows - at < CS_GROUP ? rows - at : CS_GROUP, begin = room->begin[c] + at;
    for (size_t i = 0; i < m; i++)
      for (size_t j = 0; j < d; j++)
        room->block.x[begin * d + j * m + i] = cs_matrix_row(&task->rows, room->rank[begin + i])[j];
  }
}

/* Leaves the inner rows alone, in front. */
static void keep_inner(const struct task *task, struct room *room, size_t c, size_t rows) {
  size_t begin = room->begin[c], kept = 0;
  for (size_t i = 0; i < rows; i++) {
    if (room->degree[i] < 2) continue;
    room->rank[begin + kept] = room->rank[begin + i];
    room->core[begin + kept++] = room->core[begin + i];
  }
  room->inner[c] = kept ? kept : 1;
  fill_blocks(task, room, c, room->inner[c]);
}

static void look_at_cluster(const struct task *task, struct room *room, size_t c) {
  struct cluster cluster = cluster_of(task, room, c);
  room->inner[c] = 0;
  room->apart[c] = INFINITY;
  if (cluster.rows < 2) return;
  fill_blocks(task, room, c, cluster.rows);
  find_cores(&cluster);
  find_tree(&cluster);
  double longest = longest_link(&cluster, 2);
  room->sparse[c] = longest >= 0 ? longest : longest_link(&cluster, 1);
  keep_inner(task, room, c, cluster.rows);
}

static double least_of(double a, double b) {
  return b < a ? b : a;
}

/* How near an inner row of a cluster is to those of another one. */
static double reach_of(const struct cluster *other, size_t inner, const double *point, double core) {
  double least = INFINITY;
  find_squares(other, point, inner, other->square);
  for (size_t i = 0; i < inner; i++) {
    double reach = other->square[i] > other->core[i] ? other->square[i] : other->core[i];
    least = reach < least ? reach : least;
  }
  return least > core ? least : core;
}

static void separate(const struct task *task, const struct room *room, size_t a, size_t b) {
  const struct cluster one = cluster_of(task, room, a), other = cluster_of(task, room, b);
  for (size_t i = 0; room->inner[b] && i < room->inner[a]; i++) {
    if (one.core[i] >= room->apart[a] && one.core[i] >= room->apart[b]) continue;
    double reach = reach_of(&other, room->inner[b], point_of(&one, i), one.core[i]);
    room->apart[a] = least_of(room->apart[a], reach);
    room->apart[b] = least_of(room->apart[b], reach);
  }
}

/* --- labellings --- */

/* Lays the rows of the clusters out one after the other. */
static void lay_out(const struct task *task, const struct room *room, const struct cs_dbcv *labelling) {
  size_t n = task->rows.n, k = labelling->k, *begin = room->begin;
  memset(begin, 0, (k + 1) * sizeof *begin);
  for (size_t i = 0; i < n; i++)
    if (labelling->label[i] != CS_NOISE) begin[labelling->label[i] + 1]++;
  for (size_t c = 0; c < k; c++) begin[c + 1] += begin[c];
  for (size_t i = 0; i < n; i++) {
    uint32_t c = labelling->label[task->row[i]];
    if (c != CS_NOISE) room->rank[begin[c]++] = (uint32_t)i;
  }
  for (size_t c = k; c > 0; c--) begin[c] = begin[c - 1];
  begin[0] = 0;
}

/* Whether there are clusters of two rows or more to be separate. */
static bool are_several(const struct room *room, size_t k) {
  size_t clusters = 0;
  for (size_t c = 0; c < k; c++) clusters += room->begin[c + 1] - room->begin[c] > 1;
  return clusters > 1;
}

static double sum_up(const struct room *room, size_t n, size_t k) {
  double index = 0;
  for (size_t c = 0; c < k; c++) {
    if (room->apart[c] == INFINITY) continue; /* of fewer than two rows, or alone */
    double apart = sqrt(room->apart[c]), sparse = sqrt(room->sparse[c]),
           larger = apart > sparse ? apart : sparse;
    if (larger > 0)
      index += (double)(room->begin[c + 1] - room->begin[c]) / (double)n * ((apart - sparse) / larger);
  }
  return index;
}

static void judge(void *context, size_t piece, int thread) {
  const struct task *task = context;
  struct room *room = &task->room[thread];
  struct cs_dbcv *labelling = &task->labelling[piece];
  lay_out(task, room, labelling);
  labelling->index = 0;
  if (!are_several(room, labelling->k)) return;
  for (size_t c = 0; c < labelling->k; c++) look_at_cluster(task, room, c);
  for (size_t a = 0; a < labelling->k; a++)
    for (size_t b = a + 1; b < labelling->k; b++) separate(task, room, a, b);
  labelling->index = sum_up(room, task->rows.n, labelling->k);
}

/* --- the whole --- */

struct sorted {
  const double *x;
  size_t d;
  uint32_t row;
};

static int by_numbers(const void *a, const void *b) {
  const struct sorted *left = a, *right = b;
  int order = 0;
  for (size_t j = 0; j < left->d && !order; j++)
    order = (left->x[j] > right->x[j]) - (left->x[j] < right->x[j]);
  return order;
}

/* Rows in order, by a power of two in the unit of the largest number, so that no square is infinite. */
static enum cs_status sort_rows(struct task *task, const struct cs_matrix *matrix, struct cs_error *err) {
  struct sorted *sorted;
  double largest = 0;
  int exponent = 0;
  CS_TRY(cs_matrix_alloc(&task->rows, matrix->n, matrix->d, err));
  CS_TRY(cs_alloc(&task->row, matrix->n, sizeof *task->row, "rows", err));
  CS_TRY(cs_alloc(&sorted, matrix->n, sizeof *sorted, "rows", err));
  for (size_t i = 0; i < matrix->n * matrix->d; i++) largest = fmax(largest, fabs(matrix->x[i]));
  frexp(largest, &exponent);
  for (size_t i = 0; i < matrix->n; i++)
    sorted[i] = (struct sorted){cs_matrix_row(matrix, i), matrix->d, (uint32_t)i};
  if (matrix->n) qsort(sorted, matrix->n, sizeof *sorted, by_numbers);
  for (size_t i = 0; i < matrix->n; i++) {
    task->row[i] = sorted[i].row;
    for (size_t j = 0; j < matrix->d; j++)
      cs_matrix_row(&task->rows, i)[j] = ldexp(sorted[i].x[j], -exponent);
  }
  free(sorted);
  return CS_OK;
}

static enum cs_status make_room(struct room *room, size_t n, size_t d, size_t most, struct cs_error *err) {
  CS_TRY(cs_alloc(&room->begin, most + 1, sizeof *room->begin, "clusters", err));
  CS_TRY(cs_alloc(&room->inner, most, sizeof *room->inner, "clusters", err));
  CS_TRY(cs_alloc(&room->sparse, most, 2 * sizeof *room->sparse, "clusters", err));
  room->apart = room->sparse + most;
  CS_TRY(cs_alloc(&room->rank, n, 3 * sizeof *room->rank, "rows", err));
  room->parent = room->rank + n, room->degree = room->parent + n;
  CS_TRY(cs_matrix_alloc(&room->block, n, d, err));
  CS_TRY(cs_alloc(&room->core, n, 4 * sizeof *room->core, "distances", err));
  room->open = room->core + n, room->best = room->open + n, room->link = room->best + n;
  return cs_alloc(&room->square, n + CS_GROUP, sizeof *room->square, "distances", err);
}

static void release(struct task *task, size_t workers) {
  for (size_t t = 0; task->room && t < workers; t++) {
    free(task->room[t].begin);
    free(task->room[t].inner);
    free(task->room[t].sparse);
    free(task->room[t].rank);
    cs_matrix_release(&task->room[t].block);
    free(task->room[t].core);
    free(task->room[t].square);
  }
  free(task->room);
  free(task->row);
  cs_matrix_release(&task->rows);
}

enum cs_status cs_dbcv(const struct cs_matrix *matrix, struct cs_dbcv *labelling, size_t count, int threads,
                       struct cs_error *err) {
  struct task task = {.lanes = cs_lanes(), .rows = CS_MATRIX_INIT, .labelling = labelling};
  size_t workers = threads > 1 ? (size_t)threads : 1, most = 0;
  if (workers > count) workers = count;
  for (size_t l = 0; l < count; l++) most = labelling[l].k > most ? labelling[l].k : most;
  enum cs_status status = sort_rows(&task, matrix, err);
  if (status == CS_OK) status = cs_alloc(&task.room, workers, sizeof *task.room, "threads", err);
  for (size_t t = 0; status == CS_OK && t < workers; t++)
    status = make_room(&task.room[t], matrix->n, matrix->d, most, err);
  if (status == CS_OK) cs_parallel((int)workers, count, judge, &task);
  release(&task, workers);
  return status;
}
