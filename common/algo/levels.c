#include "algo/levels.h"

#include "algo/kneedle.h"
#include "algo/stats.h"
#include "algo/union.h"
#include "base/memory.h"
#include "base/sort.h"

#include <math.h>
#include <stdlib.h>

static const double NOISE_MOST = 0.3, PLACE = 0.75, SCORE_LEAST = 0.004, SCORE_OF_CHANCE = 0.1;

/* Eps are less than the death of a stretch by so little that nobody minds. */
static const double JUST_BELOW = 1 - 1e-9;

/* --- going up through all eps --- */

/* A cluster of some size of a stretch. */
struct member {
  uint32_t place; /* of one of its core points */
  uint64_t rows;
  double outer; /* the square of the link by which it meets another one; infinite: it hasn't yet */
};

struct members {
  struct member *of;
  size_t count, open; /* open: haven't met */
};

struct climb {
  const struct cs_reach *reach;
  size_t least;
  uint32_t *by_core;   /* [n], places by their core distances */
  double *quiet;       /* [n], ascending */
  uint64_t *upto;      /* [n]: what the rows of `quiet` weigh up to there; NULL: 1 each */
  uint32_t *parent;    /* [n] */
  uint64_t *rows;      /* [n], roots: core points */
  size_t cores, links; /* how many are passed */
  uint64_t core, largest;
  size_t significant;
  struct members *members; /* [taken]: of the stretches that were passed */
  size_t taken;
};

/* Members on one side of a link, and the one of them if there is no other. */
static size_t count_members(const struct climb *climb, const struct members *members, uint32_t root,
                            struct member **only) {
  size_t count = 0;
  for (size_t m = 0; m < members->count; m++)
    if (cs_union_find_alone(climb->parent, members->of[m].place) == root) count++, *only = &members->of[m];
  return count;
}

/* Two clusters of some size are about to be one. */
static void meet(const struct climb *climb, uint32_t a, uint32_t b, double square) {
  for (size_t t = 0; t < climb->taken; t++) {
    struct members *members = &climb->members[t];
    struct member *of_a = NULL, *of_b = NULL;
    if (!members->open) continue;
    size_t in_a = count_members(climb, members, a, &of_a),
           in_b = in_a ? count_members(climb, members, b, &of_b) : 0;
    if (!in_b) continue;
    if (in_a == 1) of_a->outer = square, members->open--;
    if (in_b == 1) of_b->outer = square, members->open--;
  }
}

static void join(struct climb *climb, const struct cs_link *link) {
  uint32_t a = cs_union_find_alone(climb->parent, link->a), b = cs_union_find_alone(climb->parent, link->b);
  if (climb->rows[a] < climb->rows[b]) {
    uint32_t t = a;
    a = b;
    b = t;
  }
  bool in_a = climb->rows[a] >= climb->least, in_b = climb->rows[b] >= climb->least;
  if (in_b) meet(climb, a, b, link->square);
  climb->parent[b] = a;
  climb->rows[a] += climb->rows[b];
  bool born = !in_a && climb->rows[a] >= climb->least;
  if (climb->rows[a] > climb->largest) climb->largest = climb->rows[a];
  climb->significant += born;
  climb->significant -= in_b;
}

static double next_core(const struct climb *climb) {
  return climb->cores < climb->reach->n ? climb->reach->core[climb->by_core[climb->cores]] : INFINITY;
}

static double next_link(const struct climb *climb) {
  return climb->links + 1 < climb->reach->n ? climb->reach->link[climb->links].square : INFINITY;
}

/* The square at which something happens next; infinite: nothing does. */
static double next_event(const struct climb *climb) {
  return fmin(next_core(climb), next_link(climb));
}

/* All that happens at the next such square: core points first. Whether there are more or fewer clusters of some size then; the order of
 * links of one length decides nothing. */
static bool step(struct climb *climb) {
  double square = next_event(climb);
  size_t before = climb->significant;
  while (next_core(climb) == square) {
    uint32_t place = climb->by_core[climb->cores++];
    uint64_t rows = cs_reach_weight(climb->reach, place);
    climb->rows[place] = rows;
    climb->core += rows;
    if (climb->largest < rows) climb->largest = rows;
    climb->significant += rows >= climb->least;
  }
  while (next_link(climb) == square) join(climb, &climb->reach->link[climb->links++]);
  return climb->significant != before;
}

static void start(struct climb *climb) {
  for (size_t i = 0; i < climb->reach->n; i++) climb->parent[i] = (uint32_t)i, climb->rows[i] = 0;
  climb->cores = climb->links = climb->significant = 0;
  climb->core = climb->largest = 0;
}

static size_t noise_at(const struct climb *climb, double square) {
  size_t low = 0, high = climb->reach->n; /* the first row that is noise */
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (climb->quiet[middle] <= square)
      low = middle + 1;
    else
      high = middle;
  }
  return climb->reach->total - (climb->upto && low ? climb->upto[low - 1] : low);
}

static struct cs_eps_level level_at(struct climb *climb, double eps) {
  while (next_event(climb) <= eps * eps && next_event(climb) < INFINITY) step(climb);
  return (struct cs_eps_level){.eps = eps,
                               .clusters = climb->cores - climb->links,
                               .significant = climb->significant,
                               .core = climb->core,
                               .noise = noise_at(climb, eps * eps),
                               .largest = climb->largest};
}

/* --- stretches --- */

/* The longest one first. */
static int by_length(const void *a, const void *b) {
  const struct cs_stretch *x = a, *y = b;
  double of_x = cs_stretch_factor(x), of_y = cs_stretch_factor(y);
  if (of_x != of_y) return of_x > of_y ? -1 : 1;
  return (x->birth > y->birth) - (x->birth < y->birth);
}

static int by_birth(const void *a, const void *b) {
  const struct cs_stretch *x = a, *y = b;
  return (x->birth > y->birth) - (x->birth < y->birth);
}

static int by_score(const void *a, const void *b) {
  const struct cs_stretch *x = a, *y = b;
  if (x->score != y->score) return x->score > y->score ? -1 : 1;
  return by_birth(a, b);
}

/* Keeps the longest ones in order. */
static void keep_stretch(struct cs_levels *levels, double birth, double death) {
  struct cs_stretch stretch = {.birth = birth, .death = death};
  size_t at = levels->stretches;
  if (!(death > birth)) return;
  while (at > 0 && by_length(&stretch, &levels->stretch[at - 1]) < 0) at--;
  if (at == CS_STRETCHES) return;
  if (levels->stretches < CS_STRETCHES) levels->stretches++;
  for (size_t i = levels->stretches - 1; i > at; i--) levels->stretch[i] = levels->stretch[i - 1];
  levels->stretch[at] = stretch;
}

/* The first link above 0; infinite: there is none. A row that weighs more than 1 has links to itself, at its core distance. */
static double first_square(const struct climb *climb) {
  const struct cs_reach *reach = climb->reach;
  size_t l = 0, c = 0;
  while (l + 1 < reach->n && reach->link[l].square == 0) l++;
  double first = l + 1 < reach->n ? reach->link[l].square : INFINITY;
  if (!reach->weight) return first;
  while (c < reach->n && (reach->core[climb->by_core[c]] == 0 || reach->weight[climb->by_core[c]] == 1)) c++;
  return c < reach->n ? fmin(first, reach->core[climb->by_core[c]]) : first;
}

/* From what square on so many rows aren't noise. */
static double quiet_from(const struct climb *climb, uint64_t rows) {
  size_t low = 0, high = climb->reach->n - 1;
  if (!climb->upto) return climb->quiet[rows ? rows - 1 : 0];
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (climb->upto[middle] < rows)
      low = middle + 1;
    else
      high = middle;
  }
  return climb->quiet[low];
}

/* From what square on a stretch counts: piles of equal rows alone are no evidence. */
static double find_floor(const struct climb *climb, bool *equal) {
  double quiet = quiet_from(climb, (uint64_t)ceil((1 - NOISE_MOST) * (double)climb->reach->total));
  *equal = quiet == 0;
  return fmax(quiet, first_square(climb));
}

/* Returns the square from which on there is one cluster of some size. */
static double find_stretches(struct cs_levels *levels, struct climb *climb) {
  double floor_ = find_floor(climb, &levels->equal), since = 0;
  start(climb);
  for (double square; (square = next_event(climb)) < INFINITY;) {
    size_t before = climb->significant;
    if (!step(climb)) continue;
    if (before >= 2) keep_stretch(levels, sqrt(fmax(since, floor_)), sqrt(square));
    since = square;
  }
  return since;
}

static enum cs_status take_members(struct climb *climb, struct members *members, struct cs_error *err) {
  CS_TRY(cs_alloc(&members->of, climb->significant, sizeof *members->of, "clusters", err));
  for (uint32_t i = 0; i < climb->reach->n && members->count < climb->significant; i++)
    if (climb->parent[i] == i && climb->rows[i] >= climb->least)
      members->of[members->count++] = (struct member){i, climb->rows[i], INFINITY};
  members->open = members->count;
  return CS_OK;
}

/* Added up by value, since the order of the members depends on that of the rows. */
static double sum_up(double *part, size_t count) {
  double sum = 0;
  cs_sort(part, count);
  for (size_t i = 0; i < count; i++) sum += part[i];
  return sum;
}

static enum cs_status judge(struct cs_stretch *stretch, const struct members *members, size_t n,
                            struct cs_error *err) {
  double *part, all = 0;
  CS_TRY(cs_alloc(&part, members->count, sizeof *part, "clusters", err));
  for (size_t m = 0; m < members->count; m++) {
    const struct member *member = &members->of[m];
    all += (double)member->rows;
    part[m] = (double)member->rows / (double)n * (1 - stretch->birth / sqrt(member->outer));
  }
  stretch->apart = sum_up(part, members->count);
  for (size_t m = 0; m < members->count; m++)
    part[m] = (double)members->of[m].rows / all * (double)members->of[m].rows / all;
  stretch->spread = 1 - sum_up(part, members->count);
  stretch->score = log(cs_stretch_factor(stretch)) * stretch->apart * stretch->spread;
  free(part);
  return CS_OK;
}

static double within(const struct cs_stretch *stretch) {
  return stretch->birth * pow(cs_stretch_factor(stretch), PLACE);
}

static int by_eps(const void *a, const void *b) {
  double x = within(a), y = within(b);
  return (x > y) - (x < y);
}

static enum cs_status judge_all(struct cs_levels *levels, struct climb *climb, struct cs_error *err) {
  size_t count = levels->stretches;
  qsort(levels->stretch, count, sizeof *levels->stretch, by_eps);
  start(climb);
  for (size_t s = 0; s < count; s++) {
    levels->stretch[s].level = level_at(climb, within(&levels->stretch[s]));
    CS_TRY(take_members(climb, &climb->members[climb->taken++], err));
  }
  while (next_event(climb) < INFINITY) step(climb);
  for (size_t s = 0; s < count; s++) CS_TRY(judge(&levels->stretch[s], &climb->members[s], levels->n, err));
  qsort(levels->stretch, count, sizeof *levels->stretch, by_score);
  double least = fmax(SCORE_LEAST, SCORE_OF_CHANCE / sqrt((double)levels->n));
  levels->lasts = count && levels->stretch[0].score >= least;
  return CS_OK;
}

/* --- the knee --- */

static double find_knee(struct cs_levels *levels, const struct climb *climb) {
  double x[CS_KNEE_POINTS];
  const struct cs_reach *reach = climb->reach;
  uint64_t n = reach->total, upto = cs_reach_weight(reach, climb->by_core[0]);
  levels->points = n < CS_KNEE_POINTS ? n : CS_KNEE_POINTS;
  for (size_t p = 0, row = 0; p < levels->points; p++) {
    uint64_t at = levels->points > 1 ? p * (n - 1) / (levels->points - 1) : 0;
    while (upto <= at) upto += cs_reach_weight(reach, climb->by_core[++row]);
    x[p] = (double)at;
    levels->curve[p] = sqrt(reach->core[climb->by_core[row]]);
  }
  size_t knee = cs_kneedle(x, levels->curve, levels->points, CS_CONVEX_INCREASING, CS_KNEEDLE_SENSITIVITY);
  if (knee == SIZE_MAX) knee = levels->points - 1 - levels->points / 10;
  return levels->curve[knee];
}

/* --- the choice --- */

/* Of three digits, if that stays within the bounds. */
static double round_within(double value, double from, double to) {
  double unit = pow(10, floor(log10(value)) - 2), rounded = floor(value / unit + 0.5) * unit;
  if (unit < 1) rounded = floor(value / unit + 0.5) / floor(1 / unit + 0.5);
  return rounded >= from && rounded <= to ? rounded : value;
}

static double choose(const struct cs_levels *levels, const struct climb *climb, double knee, double one) {
  const struct cs_stretch *best = levels->stretch;
  if (levels->lasts) return round_within(best->level.eps, best->birth, best->death * JUST_BELOW);
  if (levels->equal) { /* each pile of rows by itself */
    double first = first_square(climb);
    return first < INFINITY ? sqrt(first) / 2 : 0.5;
  }
  double eps = fmax(knee, one);
  return round_within(eps, eps, INFINITY);
}

static void find_choice(struct cs_levels *levels, struct climb *climb, double one) {
  double knee = find_knee(levels, climb), eps = choose(levels, climb, knee, one);
  climb->taken = 0; /* nobody is to meet them any more */
  start(climb);
  struct cs_eps_level low = level_at(climb, fmin(knee, eps)), high = level_at(climb, fmax(knee, eps));
  levels->knee = knee <= eps ? low : high;
  levels->chosen = knee <= eps ? high : low;
}

/* --- the whole --- */

static enum cs_status sort_rows(struct climb *climb, struct cs_error *err) {
  size_t n = climb->reach->n;
  struct cs_keyed *keyed;
  CS_TRY(cs_alloc(&keyed, n, 2 * sizeof *keyed, "rows", err));
  for (size_t i = 0; i < n; i++) keyed[i] = (struct cs_keyed){i, cs_sort_key(climb->reach->core[i])};
  cs_sort_keyed(keyed, keyed + n, n);
  for (size_t i = 0; i < n; i++) climb->by_core[i] = (uint32_t)keyed[i].value;
  for (size_t i = 0; i < n; i++)
    keyed[i] = (struct cs_keyed){cs_reach_weight(climb->reach, i), cs_sort_key(climb->reach->quiet[i])};
  cs_sort_keyed(keyed, keyed + n, n);
  cs_forget(keyed + n, n * sizeof *keyed);
  for (size_t i = 0; i < n; i++) climb->quiet[i] = cs_sort_number(keyed[i].key);
  enum cs_status status =
      climb->reach->weight ? cs_alloc(&climb->upto, n, sizeof *climb->upto, "weights", err) : CS_OK;
  for (size_t i = 0; climb->upto && i < n; i++)
    climb->upto[i] = keyed[i].value + (i ? climb->upto[i - 1] : 0);
  free(keyed);
  return status;
}

static enum cs_status find_all(struct cs_levels *levels, struct climb *climb, struct cs_error *err) {
  if (climb->quiet[0] == INFINITY) return CS_OK;
  double one = sqrt(find_stretches(levels, climb));
  CS_TRY(judge_all(levels, climb, err));
  find_choice(levels, climb, one);
  return CS_OK;
}

enum cs_status cs_levels_find(struct cs_levels *levels, const struct cs_reach *reach, size_t min_points,
                              struct cs_error *err) {
  size_t n = reach->n, root = (size_t)ceil(sqrt((double)reach->total));
  *levels = (struct cs_levels){.n = reach->total, .least = root > min_points ? root : min_points};
  struct climb climb = {.reach = reach, .least = levels->least};
  struct members members[CS_STRETCHES] = {{0}};
  climb.members = members;
  enum cs_status status = cs_alloc(&climb.by_core, n, sizeof *climb.by_core, "rows", err);
  if (status == CS_OK) status = cs_alloc(&climb.quiet, n, sizeof *climb.quiet, "distances", err);
  if (status == CS_OK) status = sort_rows(&climb, err);
  if (status == CS_OK) status = cs_alloc(&climb.parent, n, sizeof *climb.parent, "sets", err);
  if (status == CS_OK) status = cs_alloc(&climb.rows, n, sizeof *climb.rows, "sets", err);
  if (status == CS_OK) status = find_all(levels, &climb, err);
  for (size_t s = 0; s < CS_STRETCHES; s++) free(members[s].of);
  free(climb.by_core);
  free(climb.quiet);
  free(climb.upto);
  free(climb.parent);
  free(climb.rows);
  return status;
}
