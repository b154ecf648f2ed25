/* migration_write.h - a migration as people and programs read it.
 *
 * Privacy   ids stand in cs_migration_list() alone. Markdown and picture, which are passed on, give of groups of fewer than
 *           CS_SMALL_SEGMENT customers nothing but their number; sums are then of what is shown, so that nothing can be found out by
 *           subtraction. Text, CSV and JSON are whole: they are the analyst's own.
 * Figures   revenue before is what the customers of a flow have in OLD, revenue now what they have in NEW.
 */
#ifndef CS_TRACK_MIGRATION_WRITE_H
#define CS_TRACK_MIGRATION_WRITE_H

#include "data/document.h"
#include "report/plot.h"
#include "track/migration.h"

struct cs_migration_words {
  const char *title;            /* or NULL */
  const char *currency;         /* stands before amounts, or NULL */
  const char *name[CS_PERIODS]; /* what the tables are called */
  size_t width;                 /* columns of the terminal */
};

/* For a terminal. */
CS_MUST_CHECK enum cs_status cs_migration_text(const struct cs_migration *migration,
                                               const struct cs_migration_words *words, struct cs_str *out,
                                               struct cs_error *err);

/* A document. */
CS_MUST_CHECK enum cs_status cs_migration_markdown(const struct cs_migration *migration,
                                                   const struct cs_migration_words *words, struct cs_str *out,
                                                   struct cs_error *err);

/* A row for each flow that has customers; from is empty of who came, to of who left. */
CS_MUST_CHECK enum cs_status cs_migration_csv(const struct cs_migration *migration, struct cs_str *out,
                                              struct cs_error *err);

/* A row for each feature, and its stability index. */
CS_MUST_CHECK enum cs_status cs_migration_features_csv(const struct cs_migration *migration,
                                                       struct cs_str *out, struct cs_error *err);

/* Everything (docs/schemas/migration.json). NULL, or a node that fails to be written, when memory is exhausted. */
struct cs_node *cs_migration_document(const struct cs_migration *migration);

/* The customers of some moves as CSV, one a row, with id, segments and value: what they are worth in OLD, and in NEW; by decreasing value,
 * equals in the order of their table. */
enum cs_migration_group {
  CS_GROUP_DOWN,
  CS_GROUP_UP,
  CS_GROUP_MOVED, /* into another segment, whichever */
  CS_GROUP_LEFT,
  CS_GROUP_CAME,
};

/* CS_DATA: without a column of revenue nothing is up or down. */
CS_MUST_CHECK enum cs_status cs_migration_list(const struct cs_migration *migration,
                                               enum cs_migration_group group, struct cs_str *out,
                                               struct cs_error *err);

/* The flows as a picture. CS_DATA: more segments than it has room for. */
CS_MUST_CHECK enum cs_status cs_migration_picture(const struct cs_migration *migration,
                                                  const struct cs_migration_words *words,
                                                  struct cs_plot *plot, struct cs_error *err);

/* The same drawn by gnuplot: appends the image, at scale 1 or 2. CS_IO: gnuplot isn't there, or fails. */
CS_MUST_CHECK enum cs_status cs_migration_draw(const struct cs_migration *migration,
                                               const struct cs_migration_words *words, enum cs_image image,
                                               unsigned scale, struct cs_str *out, struct cs_error *err);

#endif
