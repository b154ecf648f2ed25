/* migration_words.h - the figures and words of a migration that several outputs share. Private to track/migration*.c.
 *
 * A place is a segment, migration->k for who came (from) or left (to), or CS_ALL for the sum. `least` is how many customers a flow
 * must have to count in sums of revenue: 1, or CS_SMALL_SEGMENT in what is passed on.
 */
#ifndef CS_TRACK_MIGRATION_WORDS_H
#define CS_TRACK_MIGRATION_WORDS_H

#include "report/say.h"
#include "track/migration_write.h"

#define CS_ALL SIZE_MAX

/* What is told of each flow: a matrix. */
enum cs_migration_matrix { CS_MATRIX_CUSTOMERS, CS_MATRIX_BEFORE, CS_MATRIX_NOW, CS_MATRICES };

/* Rows and columns of a matrix, in order, the sum last. */
struct cs_migration_shape {
  size_t *from, *to; /* [rows], [columns] */
  size_t rows, columns;
};

CS_MUST_CHECK enum cs_status cs_migration_shape_make(struct cs_migration_shape *shape,
                                                     const struct cs_migration *migration,
                                                     enum cs_migration_matrix matrix, struct cs_error *err);
void cs_migration_shape_release(struct cs_migration_shape *shape);

/* Its figure, or sum of figures; NaN where it isn't told. */
double cs_migration_figure(const struct cs_migration *migration, enum cs_migration_matrix matrix, size_t from,
                           size_t to, size_t least);

/* The same of a move. */
double cs_migration_move_figure(const struct cs_migration *migration, enum cs_migration_matrix matrix,
                                enum cs_move move, size_t least);

/* Some flow is told less of than it holds. */
bool cs_migration_has_small(const struct cs_migration *migration, size_t least);

/* How figures of revenue are written. */
struct cs_saying cs_migration_saying(const struct cs_migration *migration, const char *currency);

/* "customers", "rows" */
const char *cs_migration_noun(const struct cs_migration *migration);

/* The name that a segment has in a period, else in the other; "segment 3"; its label where that is a word. k: "came" or "left". */
void cs_migration_call(const struct cs_migration *migration, size_t segment, enum cs_period period,
                       struct cs_str *out);

/* "stayed" */
const char *cs_move_name(enum cs_move move);

/* "4,120 customers are in both: 81 % stayed in their segment, ..." */
void cs_migration_sentence(const struct cs_migration *migration, struct cs_str *out);

/* That nothing else can be believed, where it can't; else nothing. */
void cs_migration_doubt(const struct cs_migration *migration, struct cs_str *out);

/* What those who moved down had, and have; nothing where nobody did, or it isn't known. */
void cs_migration_at_stake(const struct cs_migration *migration, const char *currency, size_t least,
                           struct cs_str *out);

/* "Adjusted Rand index 0.71: 1 where ..." */
void cs_migration_agreement(const struct cs_migration *migration, struct cs_str *out);

/* Flows down, those of most revenue before first, those whose revenue isn't told last. */
struct cs_migration_step {
  size_t from, to;
  double revenue; /* before */
};
CS_MUST_CHECK enum cs_status cs_migration_downs(const struct cs_migration *migration, size_t least,
                                                struct cs_migration_step **step, size_t *steps,
                                                struct cs_error *err);

/* Features, those that have drifted farthest first: order is [features]. */
void cs_migration_order_features(const struct cs_migration *migration, size_t *order);

/* What a stability index says: "little", "some", "much"; of one that chance may make "as by chance". */
const char *cs_psi_words(const struct cs_psi *psi);

#endif
