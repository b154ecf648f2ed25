/* features.h - which columns a clusterer or a scaler works on, as numbers. */
#ifndef CS_DATA_FEATURES_H
#define CS_DATA_FEATURES_H

#include "base/error.h"
#include "base/matrix.h"
#include "base/notes.h"
#include "data/columns.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>

/* What a clusterer or a scaler works on. */
struct cs_features {
  struct cs_columns columns;
  struct cs_matrix matrix;   /* [rows][columns.count], not scaled */
  struct cs_vectors vectors; /* the same by column; either is empty, by options.by_column */
  bool prepared;             /* they are all pca__* or scaled__*: not to be scaled again */
};

#define CS_FEATURES_INIT                                                                                     \
  { CS_COLUMNS_INIT, CS_MATRIX_INIT, CS_VECTORS_INIT, false }

struct cs_features_options {
  const char *features; /* -f, or NULL */
  const char *exclude;  /* -x, or NULL */
  const char *id;       /* --id, or NULL */
  const char *weights;  /* name of the column that weighs the rows, which is no feature then, or NULL */
  bool raw_only; /* cs-scale: never choose the prepared columns, leave them out instead; keep constant ones */
  bool allow_missing; /* NaN is left in the matrix instead of being an error */
  const char *scaled; /* how the note says that they are scaled inside; NULL: not at all */
  bool by_column;     /* give vectors instead of a matrix: the decoded numbers themselves, no copy */
  int threads;
};

/* Chooses and decodes the features. Without -f: the pca__* columns if there are any, else the scaled__* columns, else
 * every numeric column that no role excludes; constant columns drop out (unless raw_only). -f may name any column; its
 * globs and ranges pass over ids, truth, clusters and fit. Notes: the line that names the features used, those left out
 * and why; warnings of consecutive integers, of integer codes with ten values or fewer, of |skewness| above 2.
 * CS_USAGE: a list that names what isn't there. CS_DATA: no row, no feature left, a cell of a named column that is no
 * number, a missing cell (with row, column and the command that would help). With raw_only a table without rows is no
 * error: -f gives the columns named, and without it there are none, as nothing tells which would be numeric. */
CS_MUST_CHECK enum cs_status cs_features_find(struct cs_features *features, const struct cs_table *table,
                                              const struct cs_features_options *options,
                                              struct cs_notes *notes, struct cs_error *err);

/* Decodes exactly the columns of these names, each once, as a model demands: constant ones too, and none at all where the
 * table has no rows. Of the options, those behind `id` count. CS_DATA when one is absent, holds what is no number, or
 * (unless allow_missing) misses a cell. */
CS_MUST_CHECK enum cs_status cs_features_load(struct cs_features *features, const struct cs_table *table,
                                              const char *const *names, size_t count,
                                              const struct cs_features_options *options,
                                              struct cs_error *err);

void cs_features_release(struct cs_features *features);

#endif
