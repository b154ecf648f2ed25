/* migration_inside.h - the parts of cs_migration_compute(). Private to track/migration*.c. */
#ifndef CS_TRACK_MIGRATION_INSIDE_H
#define CS_TRACK_MIGRATION_INSIDE_H

#include "track/migration.h"

/* The segments of both tables, from their labels: sets k, segment (but for the means), and the places that follow. Labels keep the
 * segment of each row: labels.group is turned into places of migration->segment. */
CS_MUST_CHECK enum cs_status cs_migration_find_segments(struct cs_migration *migration, struct cs_error *err);

/* Puts the name of the table before a message about its columns that lacks it, as there are two; returns the status. */
enum cs_status cs_migration_name_table(enum cs_status status, const struct cs_table *table,
                                       struct cs_error *err);

/* Chooses the features and measures their drift. */
CS_MUST_CHECK enum cs_status cs_migration_find_drift(struct cs_migration *migration,
                                                     const struct cs_migration_options *options,
                                                     struct cs_notes *notes, struct cs_error *err);

#endif
