/* artifacts.h - the files that a run made: their sizes and SHA-256, and copies of those that hold no rows of data. */
#ifndef CS_TRACK_ARTIFACTS_H
#define CS_TRACK_ARTIFACTS_H

#include "track/experiment.h"

#include <stdbool.h>

/* Whether a file holds rows of data by its name: those leave the machine, and are copied, only when somebody says so. */
bool cs_artifact_is_data(const char *path);

/* Adds the file to the record, in the place of an earlier one of the same path. `keep` copies tables of data too; other
 * files are copied into the run's folder, artifacts/ and their path, and that is where "kept" points. CS_IO. */
CS_MUST_CHECK enum cs_status cs_artifact_add(struct cs_experiment *experiment, const char *path, bool keep,
                                             struct cs_error *err);

/* The files that the steps say they wrote and that are there. */
CS_MUST_CHECK enum cs_status cs_artifacts_take_outputs(struct cs_experiment *experiment, bool keep,
                                                       struct cs_error *err);

/* --- looking whether they are still what they were --- */

enum cs_artifact_state { CS_ARTIFACT_SAME, CS_ARTIFACT_CHANGED, CS_ARTIFACT_GONE };

/* Of the copy where there is one, else of the file in its place. CS_IO when it can't be read. */
CS_MUST_CHECK enum cs_status cs_artifact_check(const struct cs_experiment *experiment,
                                               const struct cs_node *artifact, enum cs_artifact_state *state,
                                               struct cs_error *err);

#endif
