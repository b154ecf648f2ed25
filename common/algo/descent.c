/* Lloyd's rounds: each row to its nearest centre, each centre to the mean of its rows. Only rows whose centre may have changed are
 * looked at, and only those that change it move a sum. */
#include "algo/kmeans_inside.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum cs_status cs_start_alloc(struct start *start, const struct cs_points *points,
                              const struct cs_kmeans_params *params, int threads, struct cs_error *err) {
  size_t k = params->k, d = points->d, blocks = cs_points_blocks(points);
  *start = (struct start){.points = points, .params = params, .k = k, .threads = threads};
  CS_TRY(cs_alloc(&start->label, points->n, sizeof *start->label, "labels", err));
  CS_TRY(cs_alloc(&start->gap, points->n, sizeof *start->gap, "labels", err));
  CS_TRY(cs_alloc(&start->centre, k, d * sizeof *start->centre, "centres", err));
  CS_TRY(cs_alloc(&start->old, k, d * sizeof *start->old, "centres", err));
  CS_TRY(cs_alloc(&start->changed, blocks, sizeof *start->changed, "rows", err));
  CS_TRY(cs_alloc(&start->open, blocks, sizeof *start->open, "rows", err));
  CS_TRY(cs_alloc(&start->inertia, blocks, sizeof *start->inertia, "rows", err));
  CS_TRY(cs_alloc(&start->members, k, sizeof *start->members, "clusters", err));
  CS_TRY(cs_alloc(&start->weight, k, sizeof *start->weight, "clusters", err));
  CS_TRY(cs_alloc(&start->cost, k + CS_PANEL, sizeof *start->cost, "clusters", err));
  CS_TRY(cs_alloc(&start->save, k, sizeof *start->save, "clusters", err));
  CS_TRY(cs_alloc(&start->stay, k, sizeof *start->stay, "clusters", err));
  CS_TRY(cs_alloc(&start->change, (size_t)threads, sizeof *start->change, "threads", err));
  CS_TRY(cs_alloc(&start->scratch, (size_t)threads, sizeof *start->scratch, "threads", err));
  CS_TRY(cs_team_begin(&start->team, threads, err));
  CS_TRY(cs_panels_begin(&start->panels, k, d, err));
  CS_TRY(cs_drift_begin(&start->drift, k, d, err));
  CS_TRY(cs_sums_begin(&start->sums, k, d, err));
  for (int t = 0; t < threads; t++) {
    CS_TRY(cs_sums_begin(&start->change[t], k, d, err));
    CS_TRY(cs_alloc(&start->scratch[t], d, CS_GROUP * sizeof(double), "columns", err));
  }
  if (params->begin) return CS_OK;
  return cs_seed_work_alloc(&start->seed, points, k, threads, start->team, err);
}

void cs_start_release(struct start *start) {
  for (int t = 0; t < start->threads; t++) {
    if (start->change) cs_sums_release(&start->change[t]);
    if (start->scratch) free(start->scratch[t]);
  }
  free(start->label);
  free(start->gap);
  free(start->centre);
  free(start->old);
  free(start->changed);
  free(start->open);
  free(start->inertia);
  free(start->members);
  free(start->weight);
  free(start->cost);
  free(start->save);
  free(start->stay);
  free(start->change);
  free(start->scratch);
  cs_panels_release(&start->panels);
  cs_drift_release(&start->drift);
  cs_sums_release(&start->sums);
  cs_seed_work_release(&start->seed);
  cs_team_end(start->team);
  memset(start, 0, sizeof *start);
}

enum { AHEAD = 2 }; /* groups that are fetched */

static size_t total(const struct start *start, const size_t *by_block) {
  size_t sum = 0;
  for (size_t block = 0; block < cs_points_blocks(start->points); block++) sum += by_block[block];
  return sum;
}

/* --- a round --- */

/* The rows of a block whose centre may have changed. */
static size_t pick(const struct start *start, size_t block, uint16_t *row) {
  const float *gap = start->gap + block * CS_BLOCK, *most = start->drift.most;
  const uint32_t *slot = start->label + block * CS_BLOCK;
  size_t count = 0, rows = cs_points_block_rows(start->points, block);
  if (start->params->algorithm == CS_KMEANS_LLOYD) {
    for (; count < rows; count++) row[count] = (uint16_t)count;
    return count;
  }
  return start->points->lanes->pick(gap, slot, most, rows, row);
}

/* What became of the rows of a block: new labels, rows that were hard to tell; and what cs_points_nearest() remembers. */
struct tally {
  size_t changed, open, doubts;
};

/* Notes the labels of rows, and their gaps as of now; before[] is what the labels were. A bit for each that is another. */
static uint32_t note(struct start *start, size_t base, const uint16_t *row, size_t count,
                     const uint32_t *label, const float *gap, uint32_t *before) {
  uint32_t *slot = start->label + base, now = start->now, mask = cs_drift_centre(&start->drift, UINT32_MAX),
           changed = 0;
  float *to = start->gap + base;
  for (size_t i = 0; i < count; i++) {
    before[i] = slot[row[i]] & mask;
    changed |= (uint32_t)(before[i] != label[i]) << i;
    slot[row[i]] = now | label[i];
    to[row[i]] = gap[i];
  }
  return changed;
}

/* The same of a whole group of rows that stand together. */
static uint32_t note_together(struct start *start, size_t begin, const uint32_t *restrict label,
                              const float *restrict gap, uint32_t *restrict before) {
  uint32_t *restrict slot = start->label + begin, now = start->now,
                     mask = cs_drift_centre(&start->drift, UINT32_MAX);
  for (size_t i = 0; i < CS_GROUP; i++) before[i] = slot[i] & mask;
  for (size_t i = 0; i < CS_GROUP; i++) slot[i] = now | label[i];
  memcpy(start->gap + begin, gap, CS_GROUP * sizeof *gap);
  return start->points->lanes->differ(before, label);
}

/* Fetches the rows of a group ahead. */
static inline void expect(const struct start *start, size_t base, const uint16_t row[CS_GROUP]) {
  enum { LINE = 64 / sizeof(double) };
  size_t d = start->points->d;
  for (size_t i = 0; i < CS_GROUP; i++)
    for (size_t j = 0; j < d; j += LINE) __builtin_prefetch(cs_points_row(start->points, base + row[i]) + j);
}

/* Gives a group of rows, of which `count` are asked for, their nearest centres. */
static void place(struct start *start, size_t base, const uint16_t row[CS_GROUP], size_t count, int thread,
                  struct tally *tally) {
  uint32_t label[CS_GROUP], before[CS_GROUP];
  float gap[CS_GROUP];
  tally->open += cs_points_nearest(start->points, base, row, &start->panels, start->centre, start->slack,
                                   start->scratch[thread], &tally->doubts, label, gap);
  bool together = count == CS_GROUP && row[CS_GROUP - 1] - row[0] == CS_GROUP - 1;
  uint32_t changed = together ? note_together(start, base + row[0], label, gap, before)
                              : note(start, base, row, count, label, gap, before);
  if (!start->labelled) changed = cs_group_bits(count);
  if (!start->kept)
    cs_sums_move_group(&start->change[thread], start->points, base, row, changed,
                       start->labelled ? before : NULL, label);
  tally->changed += (size_t)__builtin_popcount(changed);
}

static void round_block(void *context, size_t block, int thread) {
  struct start *start = context;
  uint16_t row[CS_BLOCK + CS_GROUP];
  struct tally tally = {0, 0, 0};
  size_t base = block * CS_BLOCK, count = pick(start, block, row);
  for (size_t i = 0; count && i < CS_GROUP; i++) row[count + i] = row[count - 1];
  for (size_t i = 0; i < AHEAD * CS_GROUP && i < count; i += CS_GROUP) expect(start, base, row + i);
  for (size_t i = 0; i < count; i += CS_GROUP) {
    if (i + (AHEAD + 1) * CS_GROUP <= count) expect(start, base, row + i + AHEAD * CS_GROUP);
    place(start, base, row + i, count - i < CS_GROUP ? count - i : CS_GROUP, thread, &tally);
  }
  start->changed[block] = tally.changed;
  start->open[block] = tally.open;
}

static void restamp_block(void *context, size_t block, int thread) {
  (void)thread;
  struct start *start = context;
  size_t begin = block * CS_BLOCK;
  for (size_t i = begin; i < begin + cs_points_block_rows(start->points, block); i++) {
    float left = start->gap[i] - start->drift.most[start->label[i]];
    start->gap[i] = left - fabsf(left) * 1e-6F;
    start->label[i] = cs_drift_centre(&start->drift, start->label[i]);
  }
}

/* There are no more stamps: gaps become what is left of them, as of the first stamp. */
static void restamp(struct start *start) {
  cs_team_run(start->team, cs_points_blocks(start->points), restamp_block, start);
  start->drift.stamps = 0;
}

static void forget_block(void *context, size_t block, int thread) {
  (void)thread;
  struct start *start = context;
  size_t begin = block * CS_BLOCK;
  for (size_t i = begin; i < begin + cs_points_block_rows(start->points, block); i++) {
    start->gap[i] = NAN;
    start->label[i] = cs_drift_centre(&start->drift, start->label[i]);
  }
}

/* Labels are labels again, and nothing is known of gaps. */
static void forget(struct start *start) {
  cs_team_run(start->team, cs_points_blocks(start->points), forget_block, start);
  start->drift.stamps = 0;
}

/* The number of new labels. */
static size_t run_round(struct start *start) {
  struct cs_drift *drift = &start->drift;
  start->slack = cs_panels_set(&start->panels, start->points, start->centre);
  cs_drift_measure(drift, start->centre, start->slack);
  if (drift->stamps == drift->room) restamp(start);
  start->now = cs_drift_mark(drift, start->centre, start->slack);
  cs_team_run(start->team, cs_points_blocks(start->points), round_block, start);
  for (int t = 0; t < start->threads && !start->kept; t++) cs_sums_take(&start->sums, &start->change[t]);
  start->labelled = true;
  start->tied = total(start, start->open) > 0;
  return total(start, start->changed);
}

size_t cs_assign(struct start *start) {
  forget(start);
  start->kept = true;
  size_t changed = run_round(start);
  start->kept = false;
  forget(start);
  return changed;
}

/* --- sums and centres --- */

static void move_centres(struct start *start) {
  size_t d = start->points->d;
  for (size_t c = 0; c < start->k; c++) cs_sums_mean(&start->sums, start->points, c, start->centre + c * d);
}

static void sum_block(void *context, size_t block, int thread) {
  struct start *start = context;
  size_t begin = block * CS_BLOCK;
  for (size_t i = begin; i < begin + cs_points_block_rows(start->points, block); i++)
    cs_sums_add(&start->change[thread], start->points, i, start->label[i]);
}

void cs_centres_of_labels(struct start *start) {
  cs_team_run(start->team, cs_points_blocks(start->points), sum_block, start);
  cs_sums_clear(&start->sums);
  for (int t = 0; t < start->threads; t++) cs_sums_take(&start->sums, &start->change[t]);
  move_centres(start);
}

static void inertia_block(void *context, size_t block, int thread) {
  (void)thread;
  struct start *start = context;
  const struct cs_points *points = start->points;
  size_t begin = block * CS_BLOCK, d = points->d;
  double sum = 0;
  for (size_t i = begin; i < begin + cs_points_block_rows(points, block); i++)
    sum += cs_points_weight(points, i) *
           cs_square_distance(cs_points_row(points, i), start->centre + start->label[i] * d, d);
  start->inertia[block] = sum;
}

double cs_start_inertia(struct start *start) {
  double inertia = 0;
  cs_team_run(start->team, cs_points_blocks(start->points), inertia_block, start);
  for (size_t block = 0; block < cs_points_blocks(start->points); block++) inertia += start->inertia[block];
  return inertia;
}

/* --- empty clusters --- */

static uint32_t label_of(const struct start *start, size_t row) {
  return cs_drift_centre(&start->drift, start->label[row]);
}

/* Gives an empty cluster the row farthest from its centre, the first of them on a tie, among clusters that
 * have another row. False when no row is off its centre: there are fewer different rows than clusters. */
static bool reseed(struct start *start, size_t empty) {
  const struct cs_points *points = start->points;
  size_t farthest = SIZE_MAX, d = points->d;
  double most = 0;
  for (size_t i = 0; i < points->n; i++) {
    if (start->members[label_of(start, i)] < 2 || cs_points_weight(points, i) <= 0) continue;
    double distance = cs_square_distance(cs_points_row(points, i), start->centre + label_of(start, i) * d, d);
    if (distance > most) most = distance, farthest = i;
  }
  if (farthest == SIZE_MAX) return false;
  size_t from = label_of(start, farthest);
  start->members[from]--;
  start->members[empty] = 1;
  cs_sums_move(&start->sums, points, farthest, from, empty);
  cs_sums_end(&start->sums);
  start->label[farthest] = start->now | (uint32_t)empty;
  start->gap[farthest] = NAN;
  memcpy(start->centre + empty * d, cs_points_row(points, farthest), d * sizeof *start->centre);
  return true;
}

static void count_members(const struct start *start) {
  memset(start->members, 0, start->k * sizeof *start->members);
  for (size_t i = 0; i < start->points->n; i++)
    start->members[label_of(start, i)] += cs_points_weight(start->points, i) > 0;
}

static void reseed_empty(struct start *start) {
  bool empty = false;
  for (size_t c = 0; c < start->k; c++) empty |= !(cs_sums_weight(&start->sums, start->points, c) > 0);
  if (!empty) return;
  count_members(start);
  for (size_t c = 0; c < start->k; c++)
    if (start->members[c] == 0) reseed(start, c);
}

/* --- rounds --- */

void cs_lloyd(struct start *start) {
  const struct cs_kmeans_params *params = start->params;
  size_t size = start->k * start->points->d;
  start->converged = false;
  forget(start);
  while (start->iterations < params->max_iter) {
    start->iterations++;
    if (run_round(start) == 0) {
      start->converged = true;
      break;
    }
    reseed_empty(start);
    memcpy(start->old, start->centre, size * sizeof *start->old);
    move_centres(start);
    if (params->tolerance > 0 && cs_square_distance(start->centre, start->old, size) <= start->shift) break;
  }
  if (!start->converged) {
    start->kept = true;
    start->converged = run_round(start) == 0;
    start->kept = false;
  }
  forget(start);
}
