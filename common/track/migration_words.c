#include "track/migration_words.h"

#include "base/num.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- figures --- */

static bool is_there(const struct cs_migration *m, enum cs_migration_matrix matrix, size_t from, size_t to) {
  if (matrix == CS_MATRIX_BEFORE) return from < m->k;
  return matrix != CS_MATRIX_NOW || to < m->k;
}

static double figure_of(const struct cs_migration *m, enum cs_migration_matrix matrix, size_t from, size_t to,
                        size_t least) {
  const struct cs_migration_flow *flow = cs_migration_flow(m, from, to);
  if (matrix == CS_MATRIX_CUSTOMERS) return (double)flow->customers;
  if (!m->by || !is_there(m, matrix, from, to)) return NAN;
  if (flow->customers > 0 && flow->customers < least) return NAN;
  return flow->revenue[matrix == CS_MATRIX_BEFORE ? CS_BEFORE : CS_NOW];
}

double cs_migration_figure(const struct cs_migration *m, enum cs_migration_matrix matrix, size_t from,
                           size_t to, size_t least) {
  double sum = 0;
  if (from != CS_ALL && to != CS_ALL) return figure_of(m, matrix, from, to, least);
  for (size_t a = from == CS_ALL ? 0 : from; a <= (from == CS_ALL ? m->k : from); a++)
    for (size_t b = to == CS_ALL ? 0 : to; b <= (to == CS_ALL ? m->k : to); b++) {
      double part = figure_of(m, matrix, a, b, least);
      if (!isnan(part)) sum += part;
    }
  return matrix == CS_MATRIX_CUSTOMERS || m->by ? sum : NAN;
}

double cs_migration_move_figure(const struct cs_migration *m, enum cs_migration_matrix matrix,
                                enum cs_move move, size_t least) {
  double sum = 0;
  for (size_t a = 0; a <= m->k; a++)
    for (size_t b = 0; b <= m->k; b++) {
      double part = cs_migration_move(m, a, b) == move ? figure_of(m, matrix, a, b, least) : NAN;
      if (!isnan(part)) sum += part;
    }
  return matrix == CS_MATRIX_CUSTOMERS || m->by ? sum : NAN;
}

bool cs_migration_has_small(const struct cs_migration *m, size_t least) {
  for (size_t c = 0; c < (m->k + 1) * (m->k + 1); c++)
    if (m->flow[c].customers > 0 && m->flow[c].customers < least) return true;
  return false;
}

enum cs_status cs_migration_shape_make(struct cs_migration_shape *shape, const struct cs_migration *m,
                                       enum cs_migration_matrix matrix, struct cs_error *err) {
  *shape = (struct cs_migration_shape){NULL, NULL, 0, 0};
  CS_TRY(cs_alloc(&shape->from, 2 * (m->k + 2), sizeof *shape->from, "the segments", err));
  shape->to = shape->from + m->k + 2;
  for (size_t s = 0; s < m->k; s++) {
    if (m->segment[s].there[CS_BEFORE]) shape->from[shape->rows++] = s;
    if (m->segment[s].there[CS_NOW]) shape->to[shape->columns++] = s;
  }
  if (m->move[CS_MOVE_CAME].customers && matrix != CS_MATRIX_BEFORE) shape->from[shape->rows++] = m->k;
  if (m->move[CS_MOVE_LEFT].customers && matrix != CS_MATRIX_NOW) shape->to[shape->columns++] = m->k;
  shape->from[shape->rows++] = CS_ALL;
  shape->to[shape->columns++] = CS_ALL;
  return CS_OK;
}

void cs_migration_shape_release(struct cs_migration_shape *shape) {
  free(shape->from);
  *shape = (struct cs_migration_shape){NULL, NULL, 0, 0};
}

/* Amounts of a few are told with cents. */
struct cs_saying cs_migration_saying(const struct cs_migration *m, const char *currency) {
  enum cs_unit unit = m->by ? cs_known_column(m->by).unit : CS_UNIT_MONEY;
  double all = fabs(cs_migration_figure(m, CS_MATRIX_BEFORE, CS_ALL, CS_ALL, 1));
  if (unit == CS_UNIT_NUMBER || unit == CS_UNIT_SHARE) unit = CS_UNIT_MONEY;
  return (struct cs_saying){unit, unit == CS_UNIT_MONEY && all < 1000 ? 2 : 0, currency};
}

static int by_revenue(const void *a, const void *b) {
  const struct cs_migration_step *x = a, *y = b;
  if (x->revenue != y->revenue) return x->revenue < y->revenue ? 1 : -1;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  return (x->to > y->to) - (x->to < y->to);
}

enum cs_status cs_migration_downs(const struct cs_migration *m, size_t least, struct cs_migration_step **step,
                                  size_t *steps, struct cs_error *err) {
  *steps = 0;
  CS_TRY(cs_alloc(step, m->k * m->k, sizeof **step, "the flows", err));
  for (size_t a = 0; a < m->k; a++)
    for (size_t b = 0; b < m->k; b++) {
      const struct cs_migration_flow *flow = cs_migration_flow(m, a, b);
      double revenue = flow->customers < least ? -INFINITY : flow->revenue[CS_BEFORE];
      if (flow->customers && cs_migration_move(m, a, b) == CS_MOVE_DOWN)
        (*step)[(*steps)++] = (struct cs_migration_step){a, b, revenue};
    }
  qsort(*step, *steps, sizeof **step, by_revenue);
  return CS_OK;
}

void cs_migration_order_features(const struct cs_migration *m, size_t *order) {
  for (size_t i = 0; i < m->features; i++) {
    size_t at = i;
    for (; at > 0 && m->feature[order[at - 1]].psi.index < m->feature[i].psi.index; at--)
      order[at] = order[at - 1];
    order[at] = i;
  }
}

/* --- words --- */

/* Of the flows that are told in full. */
static size_t customers_down(const struct cs_migration *m, size_t least) {
  size_t sum = 0;
  for (size_t a = 0; a < m->k; a++)
    for (size_t b = 0; b < m->k; b++) {
      size_t customers = cs_migration_flow(m, a, b)->customers;
      if (customers >= least && cs_migration_move(m, a, b) == CS_MOVE_DOWN) sum += customers;
    }
  return sum;
}

const char *cs_migration_noun(const struct cs_migration *m) {
  struct cs_slice id = cs_table_name(m->side[CS_BEFORE].table, m->side[CS_BEFORE].id);
  if (m->by || cs_slice_glob(id, cs_slice_of("*ustomer*"))) return "customers";
  return "rows";
}

void cs_migration_call(const struct cs_migration *m, size_t segment, enum cs_period period,
                       struct cs_str *out) {
  double number;
  if (segment == m->k) {
    cs_str_add_text(out, period == CS_BEFORE ? "came" : "left");
    return;
  }
  const struct cs_migration_segment *of = &m->segment[segment];
  const char *name = of->name[period] ? of->name[period] : of->name[CS_NOW - period];
  if (of->noise)
    cs_str_add_text(out, "no pattern");
  else if (name)
    cs_str_add_text(out, name);
  else if (cs_num_parse(of->label, strlen(of->label), '.', &number))
    cs_str_add_format(out, "segment %s", of->label);
  else
    cs_str_add_text(out, of->label);
}

const char *cs_move_name(enum cs_move move) {
  static const char *const name[CS_MOVES] = {"stayed", "up", "down", "other", "came", "left"};
  return name[move];
}

const char *cs_psi_words(const struct cs_psi *psi) {
  if (psi->index <= psi->chance) return "as by chance";
  return psi->index < 0.1 ? "little" : psi->index < 0.25 ? "some" : "much";
}

static void add_share(const struct cs_migration *m, enum cs_move move, const char *words,
                      struct cs_str *out) {
  char text[CS_SAY_TEXT];
  if (!m->move[move].customers) return;
  cs_str_add_format(out, ", %s %s", cs_say_percent(text, (double)m->move[move].customers / (double)m->joined),
                    words);
}

void cs_migration_sentence(const struct cs_migration *m, struct cs_str *out) {
  char a[CS_SAY_TEXT], b[CS_SAY_TEXT];
  cs_str_add_format(out, "%s %s are in both tables: ", cs_say_number(a, (double)m->joined, 0),
                    cs_migration_noun(m));
  cs_str_add_format(out, "%s stayed in their segment",
                    cs_say_percent(a, (double)m->move[CS_MOVE_STAYED].customers / (double)m->joined));
  add_share(m, CS_MOVE_UP, "moved up", out);
  add_share(m, CS_MOVE_DOWN, "moved down", out);
  add_share(m, CS_MOVE_OTHER, m->by ? "moved elsewhere" : "moved", out);
  cs_str_add_format(out, "; %s left, %s came", cs_say_number(a, (double)m->move[CS_MOVE_LEFT].customers, 0),
                    cs_say_number(b, (double)m->move[CS_MOVE_CAME].customers, 0));
}

void cs_migration_doubt(const struct cs_migration *m, struct cs_str *out) {
  char text[CS_SAY_TEXT];
  if (!cs_migration_renumbered(m)) return;
  cs_str_add_format(
      out,
      "The segments seem to be numbered anew, so the moves mean little: %s would have stayed if "
      "segments kept the label of most of their %s",
      cs_say_percent(text, (double)m->matched / (double)m->joined), cs_migration_noun(m));
}

void cs_migration_at_stake(const struct cs_migration *m, const char *currency, size_t least,
                           struct cs_str *out) {
  struct cs_saying saying = cs_migration_saying(m, currency);
  size_t told = customers_down(m, least), all = m->move[CS_MOVE_DOWN].customers;
  char count[2][CS_SAY_TEXT], before[CS_SAY_TEXT], share[CS_SAY_TEXT], now[CS_SAY_TEXT];
  double sum = cs_migration_figure(m, CS_MATRIX_BEFORE, CS_ALL, CS_ALL, least),
         down = cs_migration_move_figure(m, CS_MATRIX_BEFORE, CS_MOVE_DOWN, least);
  if (!m->by || !told) return;
  if (told < all)
    cs_str_add_format(out, "Of the %s %s who moved down, %s in groups of %zu and more",
                      cs_say_number(count[0], (double)all, 0), cs_migration_noun(m),
                      cs_say_number(count[1], (double)told, 0), least);
  else
    cs_str_add_format(out, "The %s %s who moved down", cs_say_number(count[0], (double)all, 0),
                      cs_migration_noun(m));
  cs_str_add_format(out, " had %s of %s (%s of all) before, and have %s now", cs_say(before, &saying, down),
                    m->by, cs_say_percent(share, sum > 0 ? down / sum : NAN),
                    cs_say(now, &saying, cs_migration_move_figure(m, CS_MATRIX_NOW, CS_MOVE_DOWN, least)));
}

void cs_migration_agreement(const struct cs_migration *m, struct cs_str *out) {
  char text[CS_SAY_TEXT];
  cs_str_add_format(out,
                    "Adjusted Rand index %s: 1 where both tables group the %s of both alike, 0 as by chance",
                    cs_say_number(text, m->rand, 2), cs_migration_noun(m));
}
