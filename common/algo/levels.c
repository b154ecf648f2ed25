#include "algo/levels.h"

#include "algo/kneedle.h"
#include "base/memory.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

/* Limits to what is looked at, as shares of the rows; where in a stretch eps is taken, as a share of its length. */
static const double NOISE_MOST = 0.5, LARGEST_MOST = 0.95, LEAST_SHARE = 0.02, PLACE = 0.75;

/* Uniform and normal rows alone make stretches up to this factor, and longer ones where they are few. */
static const double FACTOR_LEAST = 1.1;

/* --- going up through all eps --- */

/* A cluster of some size as it was at a level. */
struct snapshot {
  uint32_t place; /* of one of its rows */
  size_t rows;
  double inner,
      outer; /* squares: its longest link, and the one by which it meets another; 0: it hasn't yet */
};

struct level_snapshots {
  struct snapshot *of;
  size_t count, open;
};

struct climb {
  const struct cs_reach *reach;
  size_t least;
  uint32_t *by_quiet;          /* [n]: rows as they stop being noise */
  double *core;                /* [n], ascending */
  uint32_t *parent;            /* [n] */
  uint32_t *rows;              /* [n], roots: rows that aren't noise */
  double *inner;               /* [n], roots: the longest link */
  size_t active, cores, links; /* how many are passed */
  size_t significant, largest;
  struct level_snapshots *snapshots; /* [taken], or NULL: none are taken */
  size_t taken;
};

static uint32_t find(uint32_t *parent, uint32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

/* Clusters of some size that meet: those of earlier levels, too. */
static void meet(const struct climb *climb, uint32_t a, uint32_t b, double square) {
  for (size_t l = 0; l < climb->taken; l++) {
    struct level_snapshots *level = &climb->snapshots[l];
    for (size_t c = 0; level->open && c < level->count; c++) {
      struct snapshot *s = &level->of[c];
      if (s->outer > 0) continue;
      uint32_t root = find(climb->parent, s->place);
      if (root != a && root != b) continue;
      s->outer = square;
      level->open--;
    }
  }
}

static void grew(struct climb *climb, uint32_t root, bool was_significant) {
  climb->significant += climb->rows[root] >= climb->least && !was_significant;
  if (climb->rows[root] > climb->largest) climb->largest = climb->rows[root];
}

static void join(struct climb *climb, uint32_t a, uint32_t b, double square) {
  a = find(climb->parent, a);
  b = find(climb->parent, b);
  if (a == b) return;
  bool in_a = climb->rows[a] >= climb->least, in_b = climb->rows[b] >= climb->least;
  if (in_a && in_b) {
    climb->significant--;
    meet(climb, a, b, square);
  }
  if (climb->rows[a] < climb->rows[b]) {
    uint32_t t = a;
    a = b;
    b = t;
  }
  climb->parent[b] = a;
  climb->rows[a] += climb->rows[b];
  climb->inner[a] = fmax(square, fmax(climb->inner[a], climb->inner[b]));
  grew(climb, a, in_a || in_b);
}

static void wake(struct climb *climb, uint32_t place) {
  uint32_t root = find(climb->parent, place);
  bool was_significant = climb->rows[root] >= climb->least;
  climb->rows[root]++;
  grew(climb, root, was_significant);
  if (climb->reach->host[place] != place) join(climb, place, climb->reach->host[place], 0);
}

/* Up to that squared eps, itself included. */
static void climb_to(struct climb *climb, double square) {
  const struct cs_reach *reach = climb->reach;
  size_t n = reach->n;
  for (;;) {
    double quiet = climb->active < n ? reach->quiet[climb->by_quiet[climb->active]] : INFINITY;
    double link = climb->links + 1 < n ? reach->link[climb->links].square : INFINITY;
    if (!(fmin(quiet, link) <= square) || fmin(quiet, link) == INFINITY) break;
    if (quiet <= link) {
      wake(climb, climb->by_quiet[climb->active++]);
    } else {
      const struct cs_link *next = &reach->link[climb->links++];
      join(climb, next->a, next->b, link);
    }
  }
  while (climb->cores < n && climb->core[climb->cores] <= square) climb->cores++;
}

static void start(struct climb *climb) {
  for (size_t i = 0; i < climb->reach->n; i++) {
    climb->parent[i] = (uint32_t)i;
    climb->rows[i] = 0;
    climb->inner[i] = 0;
  }
  climb->active = climb->cores = climb->links = climb->significant = climb->largest = 0;
}

static struct cs_eps_level level_at(struct climb *climb, double eps) {
  climb_to(climb, eps * eps);
  return (struct cs_eps_level){.eps = eps,
                               .clusters = climb->cores - climb->links,
                               .significant = climb->significant,
                               .core = climb->cores,
                               .noise = climb->reach->n - climb->active,
                               .largest = climb->largest,
                               .validity = NAN};
}

/* --- validity --- */

static enum cs_status take_snapshot(struct climb *climb, struct cs_error *err) {
  struct level_snapshots *level = &climb->snapshots[climb->taken];
  CS_TRY(cs_alloc(&level->of, climb->significant, sizeof *level->of, "clusters", err));
  for (uint32_t i = 0; i < climb->reach->n && level->count < climb->significant; i++)
    if (climb->parent[i] == i && climb->rows[i] >= climb->least)
      level->of[level->count++] = (struct snapshot){i, climb->rows[i], climb->inner[i], 0};
  level->open = level->count;
  climb->taken++;
  return CS_OK;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Added up by value, as the order of clusters depends on that of rows. */
static enum cs_status find_validity(const struct level_snapshots *level, size_t n, double *validity,
                                    struct cs_error *err) {
  double *part, sum = 0;
  *validity = NAN;
  if (level->count < 2) return CS_OK;
  CS_TRY(cs_alloc(&part, level->count, sizeof *part, "clusters", err));
  for (size_t c = 0; c < level->count; c++) {
    const struct snapshot *s = &level->of[c];
    double inner = sqrt(s->inner), outer = sqrt(s->outer), most = fmax(inner, outer);
    if (most > 0) part[c] = (double)s->rows * (outer - inner) / most;
  }
  qsort(part, level->count, sizeof *part, by_value);
  for (size_t c = 0; c < level->count; c++) sum += part[c];
  free(part);
  *validity = sum / (double)n;
  return CS_OK;
}

/* --- the levels --- */

static enum cs_status look(struct climb *climb, struct cs_levels *levels, double from, double to,
                           struct cs_error *err) {
  double ratio = to / from;
  start(climb);
  levels->count = ratio > 1 ? CS_LEVELS : 1;
  for (size_t l = 0; l < levels->count; l++) {
    double eps = l + 1 < levels->count ? from * pow(ratio, (double)l / (CS_LEVELS - 1)) : to;
    levels->level[l] = level_at(climb, eps);
    CS_TRY(take_snapshot(climb, err));
  }
  climb_to(climb, INFINITY);
  for (size_t l = 0; l < levels->count; l++)
    CS_TRY(find_validity(&climb->snapshots[l], climb->reach->n, &levels->level[l].validity, err));
  return CS_OK;
}

static int by_factor(const void *a, const void *b) {
  const struct cs_stretch *x = a, *y = b;
  if (x->factor != y->factor) return x->factor > y->factor ? -1 : 1;
  return (x->first > y->first) - (x->first < y->first);
}

static void keep_stretch(struct cs_levels *levels, struct cs_stretch stretch) {
  if (levels->stretches == CS_STRETCHES && by_factor(&levels->stretch[CS_STRETCHES - 1], &stretch) <= 0)
    return;
  if (levels->stretches < CS_STRETCHES) levels->stretches++;
  levels->stretch[levels->stretches - 1] = stretch;
  qsort(levels->stretch, levels->stretches, sizeof stretch, by_factor);
}

static void find_stretches(struct cs_levels *levels) {
  const struct cs_eps_level *level = levels->level;
  double step = levels->count > 1 ? level[1].eps / level[0].eps : 1;
  for (size_t first = 0, last; first < levels->count; first = last + 1) {
    for (last = first; last + 1 < levels->count && level[last + 1].significant == level[first].significant;)
      last++;
    double factor = level[last].eps / level[first].eps * step;
    if (level[first].significant >= 2) keep_stretch(levels, (struct cs_stretch){first, last, factor});
  }
}

/* Of three digits, if that stays within the bounds. */
static double round_within(double value, double from, double to) {
  double unit = pow(10, floor(log10(value)) - 2), rounded = floor(value / unit + 0.5) * unit;
  if (unit < 1) rounded = floor(value / unit + 0.5) / floor(1 / unit + 0.5);
  return rounded >= from && rounded <= to ? rounded : value;
}

static void choose(struct cs_levels *levels, double least) {
  if (!cs_levels_last(levels)) {
    levels->eps = levels->knee > 0 ? round_within(levels->knee, levels->knee / 2, INFINITY) : least;
    return;
  }
  double from = levels->level[levels->stretch[0].first].eps, to = levels->level[levels->stretch[0].last].eps;
  levels->eps = round_within(from * pow(to / from, PLACE), from, to);
}

/* --- the knee --- */

static void find_knee(struct cs_levels *levels, const struct climb *climb) {
  double x[CS_KNEE_POINTS];
  size_t n = climb->reach->n;
  levels->points = n < CS_KNEE_POINTS ? n : CS_KNEE_POINTS;
  for (size_t p = 0; p < levels->points; p++) {
    size_t at = levels->points > 1 ? p * (n - 1) / (levels->points - 1) : 0;
    x[p] = (double)at;
    levels->curve[p] = sqrt(climb->core[at]);
  }
  size_t knee = cs_kneedle(x, levels->curve, levels->points, CS_CONVEX_INCREASING, CS_KNEEDLE_SENSITIVITY);
  if (knee == SIZE_MAX) knee = levels->points - 1 - levels->points / 10;
  levels->knee = levels->curve[knee];
}

/* --- the whole --- */

static enum cs_status sort_rows(struct climb *climb, struct cs_error *err) {
  size_t n = climb->reach->n;
  struct cs_keyed *keyed;
  CS_TRY(cs_alloc(&keyed, n, 2 * sizeof *keyed, "rows", err));
  for (size_t i = 0; i < n; i++) keyed[i] = (struct cs_keyed){i, cs_sort_key(climb->reach->quiet[i])};
  cs_sort_keyed(keyed, keyed + n, n);
  for (size_t i = 0; i < n; i++) climb->by_quiet[i] = (uint32_t)keyed[i].value;
  for (size_t i = 0; i < n; i++) keyed[i] = (struct cs_keyed){0, cs_sort_key(climb->reach->core[i])};
  cs_sort_keyed(keyed, keyed + n, n);
  for (size_t i = 0; i < n; i++) climb->core[i] = cs_sort_number(keyed[i].key);
  free(keyed);
  return CS_OK;
}

/* From where enough rows aren't noise to just before one cluster has nearly all. */
static void find_range(struct climb *climb, double *from, double *to) {
  const struct cs_reach *reach = climb->reach;
  size_t half = (size_t)ceil((double)reach->n * (1 - NOISE_MOST));
  double most = LARGEST_MOST * (double)reach->n, square = reach->quiet[climb->by_quiet[half ? half - 1 : 0]];
  for (size_t l = 0; square == 0 && l + 1 < reach->n; l++) square = reach->link[l].square;
  *from = *to = sqrt(square);
  start(climb);
  climb_to(climb, square);
  if ((double)climb->largest > most) return;
  while ((double)climb->largest <= most && climb->links + 1 < reach->n) {
    square = reach->link[climb->links].square;
    climb_to(climb, square);
  }
  *to = fmax(*from, sqrt(square) * (1 - 1e-9));
}

static enum cs_status find_all(struct cs_levels *levels, struct climb *climb, struct cs_error *err) {
  double from, to;
  CS_TRY(sort_rows(climb, err));
  if (climb->core[0] == INFINITY) return CS_OK;
  find_knee(levels, climb);
  find_range(climb, &from, &to);
  if (from > 0) CS_TRY(look(climb, levels, from, to, err));
  find_stretches(levels);
  choose(levels, from);
  double first = fmin(levels->eps, levels->knee), second = fmax(levels->eps, levels->knee);
  climb->taken = 0;
  start(climb);
  struct cs_eps_level a = level_at(climb, first), b = level_at(climb, second);
  levels->chosen = levels->eps == first ? a : b;
  levels->at_knee = levels->knee == first ? a : b;
  if (cs_levels_last(levels)) levels->chosen.validity = cs_levels_of(levels, &levels->stretch[0])->validity;
  return CS_OK;
}

bool cs_levels_last(const struct cs_levels *levels) {
  return levels->stretches && levels->stretch[0].factor >= FACTOR_LEAST;
}

const struct cs_eps_level *cs_levels_of(const struct cs_levels *levels, const struct cs_stretch *stretch) {
  return &levels
              ->level[stretch->first + (size_t)floor(PLACE * (double)(stretch->last - stretch->first) + 0.5)];
}

enum cs_status cs_levels_find(struct cs_levels *levels, const struct cs_reach *reach, size_t min_points,
                              struct cs_error *err) {
  size_t n = reach->n;
  double share = ceil(LEAST_SHARE * (double)n);
  *levels = (struct cs_levels){.n = n, .least = share > (double)min_points ? (size_t)share : min_points};
  struct climb climb = {.reach = reach, .least = levels->least};
  enum cs_status status = cs_alloc(&climb.by_quiet, n, sizeof *climb.by_quiet, "rows", err);
  if (status == CS_OK) status = cs_alloc(&climb.core, n, sizeof *climb.core, "distances", err);
  if (status == CS_OK) status = cs_alloc(&climb.parent, n, sizeof *climb.parent, "sets", err);
  if (status == CS_OK) status = cs_alloc(&climb.rows, n, sizeof *climb.rows, "sets", err);
  if (status == CS_OK) status = cs_alloc(&climb.inner, n, sizeof *climb.inner, "sets", err);
  if (status == CS_OK) status = cs_alloc(&climb.snapshots, CS_LEVELS, sizeof *climb.snapshots, "levels", err);
  if (status == CS_OK) status = find_all(levels, &climb, err);
  for (size_t l = 0; climb.snapshots && l < CS_LEVELS; l++) free(climb.snapshots[l].of);
  free(climb.snapshots);
  free(climb.by_quiet);
  free(climb.core);
  free(climb.parent);
  free(climb.rows);
  free(climb.inner);
  return status;
}
