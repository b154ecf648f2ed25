#include "base/num.h"
#include "track/join.h"
#include "track/migration_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- cells --- */

/* Quoted where it has to be (RFC 4180). */
static void add_cell(struct cs_str *out, struct cs_slice text) {
  bool quoted = false;
  for (size_t i = 0; i < text.len; i++) quoted |= strchr(",\"\r\n", text.data[i]) != NULL;
  if (!quoted) {
    cs_str_add(out, text.data, text.len);
    return;
  }
  cs_str_add_byte(out, '"');
  for (size_t i = 0; i < text.len; i++) {
    if (text.data[i] == '"') cs_str_add_byte(out, '"');
    cs_str_add_byte(out, text.data[i]);
  }
  cs_str_add_byte(out, '"');
}

/* A missing cell where there is no number. */
static void add_number(struct cs_str *out, double value, int digits) {
  char text[CS_NUM_TEXT];
  cs_str_add_byte(out, ',');
  if (!isnan(value)) cs_str_add(out, text, cs_num_print(value, digits, text));
}

static void add_segment(struct cs_str *out, const struct cs_migration *m, size_t segment,
                        enum cs_period period) {
  const char *name = segment < m->k ? m->segment[segment].name[period] : NULL;
  if (segment < m->k) add_cell(out, cs_slice_of(m->segment[segment].label));
  cs_str_add_byte(out, ',');
  if (name) add_cell(out, cs_slice_of(name));
}

/* --- flows and features --- */

static void add_flow(struct cs_str *out, const struct cs_migration *m, size_t from, size_t to) {
  const struct cs_migration_flow *flow = cs_migration_flow(m, from, to);
  char count[CS_NUM_TEXT];
  if (!flow->customers) return;
  add_segment(out, m, from, CS_BEFORE);
  cs_str_add_byte(out, ',');
  add_segment(out, m, to, CS_NOW);
  cs_str_add_format(out, ",%s,", cs_move_name(cs_migration_move(m, from, to)));
  cs_str_add(out, count, cs_num_print_integer((int64_t)flow->customers, count));
  add_number(out, from < m->k ? (double)flow->customers / (double)m->segment[from].size[CS_BEFORE] : NAN,
             CS_NUM_RATIO);
  for (int p = 0; p < CS_PERIODS; p++) add_number(out, flow->revenue[p], CS_NUM_QUANTITY);
  cs_str_add_byte(out, '\n');
}

enum cs_status cs_migration_csv(const struct cs_migration *migration, struct cs_str *out,
                                struct cs_error *err) {
  cs_str_add_text(out, "from,from_name,to,to_name,move,customers,share_of_from,revenue_before,revenue_now\n");
  for (size_t from = 0; from <= migration->k; from++)
    for (size_t to = 0; to <= migration->k; to++) add_flow(out, migration, from, to);
  return cs_str_check(out, "the flows", err);
}

enum cs_status cs_migration_features_csv(const struct cs_migration *migration, struct cs_str *out,
                                         struct cs_error *err) {
  cs_str_add_text(out, "feature,psi,chance,bins\n");
  for (size_t i = 0; i < migration->features; i++) {
    const struct cs_psi *psi = &migration->feature[i].psi;
    add_cell(out, cs_slice_of(migration->feature[i].name));
    add_number(out, psi->index, CS_NUM_RATIO);
    add_number(out, psi->chance, CS_NUM_RATIO);
    cs_str_add_format(out, ",%zu\n", psi->bins);
  }
  return cs_str_check(out, "the features", err);
}

/* --- customers --- */

struct member {
  double value;
  uint32_t row[CS_PERIODS], order;
};

struct listing {
  const struct cs_migration *m;
  enum cs_migration_group group;
  struct member *member;
  size_t count;
  struct cs_str scratch, *out;
};

static size_t segment_at(const struct cs_migration *m, enum cs_period period, uint32_t row) {
  return row == CS_JOIN_NONE ? m->k : cs_migration_segment_of(m, period, row);
}

static bool belongs(enum cs_migration_group group, enum cs_move move) {
  switch (group) {
  case CS_GROUP_DOWN: return move == CS_MOVE_DOWN;
  case CS_GROUP_UP: return move == CS_MOVE_UP;
  case CS_GROUP_LEFT: return move == CS_MOVE_LEFT;
  case CS_GROUP_CAME: return move == CS_MOVE_CAME;
  default: return move == CS_MOVE_DOWN || move == CS_MOVE_UP || move == CS_MOVE_OTHER;
  }
}

static double value_of(const struct cs_migration *m, enum cs_period period, uint32_t row) {
  return row == CS_JOIN_NONE || !m->by ? NAN : m->side[period].revenue[row];
}

static void take(struct listing *listing, uint32_t before, uint32_t now) {
  const struct cs_migration *m = listing->m;
  enum cs_move move = cs_migration_move(m, segment_at(m, CS_BEFORE, before), segment_at(m, CS_NOW, now));
  if (!belongs(listing->group, move)) return;
  enum cs_period period = before == CS_JOIN_NONE ? CS_NOW : CS_BEFORE;
  uint32_t row[CS_PERIODS] = {before, now};
  listing->member[listing->count++] =
      (struct member){value_of(m, period, row[period]), {before, now}, row[period]};
}

/* The row of NEW of each row of OLD. */
static enum cs_status find_later(const struct cs_migration *m, uint32_t **later, struct cs_error *err) {
  CS_TRY(cs_alloc(later, m->side[CS_BEFORE].rows, sizeof **later, "the customers", err));
  memset(*later, 0xff, m->side[CS_BEFORE].rows * sizeof **later);
  for (size_t i = 0; i < m->side[CS_NOW].rows; i++)
    if (m->partner[i] != CS_JOIN_NONE) (*later)[m->partner[i]] = (uint32_t)i;
  return CS_OK;
}

static enum cs_status take_all(struct listing *listing, struct cs_error *err) {
  const struct cs_migration *m = listing->m;
  uint32_t *later;
  size_t before = m->side[CS_BEFORE].rows, now = m->side[CS_NOW].rows;
  CS_TRY(cs_alloc(&listing->member, before + now, sizeof *listing->member, "the customers", err));
  CS_TRY(find_later(m, &later, err));
  for (size_t i = 0; i < before; i++) take(listing, (uint32_t)i, later[i]);
  for (size_t i = 0; i < now; i++)
    if (m->partner[i] == CS_JOIN_NONE) take(listing, CS_JOIN_NONE, (uint32_t)i);
  free(later);
  return CS_OK;
}

/* Those of unknown value come last. */
static int by_value(const void *a, const void *b) {
  const struct member *x = a, *y = b;
  if (isnan(x->value) != isnan(y->value)) return isnan(x->value) ? 1 : -1;
  if (x->value > y->value || x->value < y->value) return x->value < y->value ? 1 : -1;
  return (x->order > y->order) - (x->order < y->order);
}

static enum cs_status add_member(struct listing *listing, const struct member *member, struct cs_error *err) {
  const struct cs_migration *m = listing->m;
  enum cs_period period = member->row[CS_BEFORE] == CS_JOIN_NONE ? CS_NOW : CS_BEFORE;
  struct cs_slice id;
  cs_str_clear(&listing->scratch);
  CS_TRY(cs_table_cells(m->side[period].table, member->row[period], &m->side[period].id, 1, &id,
                        &listing->scratch, err));
  add_cell(listing->out, id);
  for (int p = 0; p < CS_PERIODS; p++) {
    cs_str_add_byte(listing->out, ',');
    add_segment(listing->out, m, segment_at(m, (enum cs_period)p, member->row[p]), (enum cs_period)p);
  }
  for (int p = 0; p < CS_PERIODS; p++)
    add_number(listing->out, value_of(m, (enum cs_period)p, member->row[p]), CS_NUM_QUANTITY);
  cs_str_add_byte(listing->out, '\n');
  return CS_OK;
}

static enum cs_status write_members(struct listing *listing, struct cs_error *err) {
  const struct cs_migration_side *side = &listing->m->side[CS_BEFORE];
  CS_TRY(take_all(listing, err));
  qsort(listing->member, listing->count, sizeof *listing->member, by_value);
  add_cell(listing->out, cs_table_name(side->table, side->id));
  cs_str_add_text(listing->out, ",from,from_name,to,to_name,value,value_now\n");
  for (size_t i = 0; i < listing->count; i++) CS_TRY(add_member(listing, &listing->member[i], err));
  return cs_str_check(listing->out, "the list", err);
}

enum cs_status cs_migration_list(const struct cs_migration *migration, enum cs_migration_group group,
                                 struct cs_str *out, struct cs_error *err) {
  struct listing listing = {.m = migration, .group = group, .scratch = CS_STR_INIT, .out = out};
  if (!migration->by && (group == CS_GROUP_DOWN || group == CS_GROUP_UP))
    return cs_fail(err, CS_DATA,
                   "without a column of revenue no move is up or down: --by names one that both tables have");
  enum cs_status status = write_members(&listing, err);
  free(listing.member);
  cs_str_release(&listing.scratch);
  return status;
}
