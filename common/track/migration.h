/* migration.h - which customers changed their segment between two clustered tables, OLD and NEW, what they bring, and how far the features
 * have drifted. All outputs take their figures from here.
 *
 * Join       on the id, as text, byte for byte; each id once in a table. Who is only in NEW came, who is only in OLD left.
 * Segments   are the same where their labels are: equal as text, or as numbers (cs-kmeans --match keeps numbers). Numbers ascend, with
 *            noise (-1) last; other labels stand as in OLD, then those of NEW alone.
 * Revenue    of a flow: the sum of one column over its customers, in OLD and in NEW. A missing cell adds nothing.
 * Down       is a move into a segment whose mean revenue in OLD is below that of the segment left, up into one above: by what the
 *            segments were worth before anybody moved. Neither are moves from or to noise, to a segment that OLD doesn't have, between equal
 *            means, or without a revenue column: those are other moves.
 * Drift      algo/psi.h, over all rows of OLD and NEW, of each feature in its own units.
 * Life cycle CS_MIGRATION_INIT, compute, any of the writers, release; the tables outlive it.
 * Repeats    the result depends on the tables and the options alone.
 * Cost       O(rows) time; 12 bytes a row and 8 a revenue besides the tables; the ids (join.h) while it computes.
 */
#ifndef CS_TRACK_MIGRATION_H
#define CS_TRACK_MIGRATION_H

#include "algo/psi.h"
#include "base/memory.h"
#include "base/notes.h"
#include "data/table.h"
#include "report/labels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cs_period { CS_BEFORE, CS_NOW, CS_PERIODS };

enum cs_move {
  CS_MOVE_STAYED,
  CS_MOVE_UP,
  CS_MOVE_DOWN,
  CS_MOVE_OTHER,
  CS_MOVE_CAME,
  CS_MOVE_LEFT,
  CS_MOVES
};

struct cs_migration_options {
  const char *id;    /* the column to join on, as in --id; NULL: customer_id, id, or the only id */
  const char *label; /* the column of labels, NULL: cluster */
  const char *by;    /* of revenue; NULL: total_spent, else spent_12m, else none */
  const char *features, *exclude; /* -f and -x, for the drift */
  int threads;
};

/* One table. */
struct cs_migration_side {
  const struct cs_table *table;
  size_t rows, id;
  struct cs_labels labels;
  double *revenue; /* [rows], NULL without a column of it; NaN where missing */
};

/* A segment of either table. Arrays are by enum cs_period. */
struct cs_migration_segment {
  const char *label;
  const char *name[CS_PERIODS]; /* of cluster_name, or NULL */
  bool noise;
  bool there[CS_PERIODS];
  size_t size[CS_PERIODS];
  double mean; /* revenue in OLD; NaN: not known */
};

struct cs_migration_flow {
  size_t customers;
  double revenue
      [CS_PERIODS]; /* NaN without a column of it, and where there is no such period: of who came or left */
};

struct cs_migration_feature {
  const char *name;
  struct cs_psi psi;
};

struct cs_migration {
  struct cs_migration_side side[CS_PERIODS];
  size_t k;
  struct cs_migration_segment *segment; /* [k] */
  struct cs_migration_flow *flow;       /* [k + 1][k + 1]: from, to; row k came, column k left */
  struct cs_migration_flow move[CS_MOVES];
  uint32_t *partner; /* [rows of NEW], the row of OLD that is the same customer, or CS_JOIN_NONE */
  size_t joined;
  const char *by; /* name of the column of revenue, or NULL */
  double rand;    /* adjusted Rand index over the joined rows, noise as one segment */
  size_t
      matched; /* joined rows that had stayed if segments were matched by their customers, not their labels */
  struct cs_migration_feature *feature;
  size_t features;
  double shares; /* the stability index of the segments' shares */
  struct cs_arena texts;
};

#define CS_MIGRATION_INIT                                                                                    \
  { .side = {{.labels = CS_LABELS_INIT}, {.labels = CS_LABELS_INIT}}, .texts = CS_ARENA_INIT }

/* Notes: what the drift is not told of; labels that seem to be numbered anew; ids of which hardly any is in both. CS_DATA: no rows, no
 * column of ids or labels, an id missing or twice, no id in common, revenue or a named feature that is no number. CS_USAGE: lists that name
 * what isn't there. */
CS_MUST_CHECK enum cs_status cs_migration_compute(struct cs_migration *migration,
                                                  const struct cs_table *older, const struct cs_table *newer,
                                                  const struct cs_migration_options *options,
                                                  struct cs_notes *notes, struct cs_error *err);
void cs_migration_release(struct cs_migration *migration);

static inline const struct cs_migration_flow *cs_migration_flow(const struct cs_migration *migration,
                                                                size_t from, size_t to) {
  return &migration->flow[from * (migration->k + 1) + to];
}

/* What a move from one segment to another is; k: came, or left. */
enum cs_move cs_migration_move(const struct cs_migration *migration, size_t from, size_t to);

/* The segment of a row. */
size_t cs_migration_segment_of(const struct cs_migration *migration, enum cs_period period, size_t row);

/* Whether so many more customers would have stayed under other labels that the segments must have been numbered anew. */
bool cs_migration_renumbered(const struct cs_migration *migration);

/* Whether the names of a segment differ. */
bool cs_migration_renamed(const struct cs_migration_segment *segment);

/* CS_NO: features have drifted beyond a stability index of `most`; the message names the farthest. */
CS_MUST_CHECK enum cs_status cs_migration_judge(const struct cs_migration *migration, double most,
                                                struct cs_error *err);

/* The feature that has drifted farthest, SIZE_MAX: there is none. */
size_t cs_migration_farthest(const struct cs_migration *migration);

#endif
