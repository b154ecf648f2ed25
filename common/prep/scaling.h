/* scaling.h - scaled copies of a table's columns and their principal components: learnt, kept in a model, applied.
 *
 * Steps      missing cells are filled (or their rows dropped), each column is scaled by its own method (algo/scale.h),
 *            the components are those of the scaled columns (algo/pca.h); scaled__NAME and pca__1, ... are appended.
 * Kept       a column named scaled__* is taken as it is: it takes part in the components and gets no copy.
 * Invariant  fit appends what apply appends to the same rows, byte for byte: both go through the same steps, and what
 *            is learnt survives a model exactly.
 * Ownership  the scaling owns its names and arrays.
 */
#ifndef CS_PREP_SCALING_H
#define CS_PREP_SCALING_H

#include "algo/pca.h"
#include "algo/scale.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/notes.h"
#include "data/document.h"
#include "data/table.h"

#include <stdbool.h>
#include <stddef.h>

/* What becomes of a missing cell. A filled cell is filled in the scaled copy only. */
enum cs_impute { CS_IMPUTE_ERROR, CS_IMPUTE_MEDIAN, CS_IMPUTE_MEAN, CS_IMPUTE_DROP };

struct cs_scaling_column {
  const char *name;
  struct cs_scaler scaler;
  double fill;   /* of a missing cell, in the column's own units; NaN unless median or mean */
  bool appended; /* false for scaled__* columns, which have their copy already */
};

struct cs_scaling {
  struct cs_scaling_column *column;
  size_t count;
  enum cs_impute impute;
  struct cs_pca pca; /* pca.count is 0 without components */
  struct cs_arena names;
};

#define CS_SCALING_INIT                                                                                      \
  { NULL, 0, CS_IMPUTE_ERROR, CS_PCA_INIT, CS_ARENA_INIT }

struct cs_scaling_params {
  const char *features, *exclude, *id; /* as in struct cs_features_options */
  const char *method;                  /* as in methods.h, or NULL for standard */
  enum cs_impute impute;
  const char *pca; /* as in methods.h, or NULL */
};

/* How the columns are appended. */
struct cs_scaling_output {
  const char *prefix; /* of the scaled columns: "scaled__" */
  int threads;
};

/* Learns from the table's rows and appends. Without params->features, components asked for and no method, the
 * scaled__* columns are used if there are any; else every numeric column that no role excludes. A table
 * without rows gets the columns that are known by name, and teaches nothing: count is then 0. */
CS_MUST_CHECK enum cs_status cs_scaling_fit(struct cs_scaling *scaling, struct cs_table *table,
                                            const struct cs_scaling_params *params,
                                            const struct cs_scaling_output *output, struct cs_notes *notes,
                                            struct cs_error *err);

/* Appends the same columns to other rows. */
CS_MUST_CHECK enum cs_status cs_scaling_apply(const struct cs_scaling *scaling, struct cs_table *table,
                                              const struct cs_scaling_output *output, struct cs_notes *notes,
                                              struct cs_error *err);

/* The way back: reads the scaled columns by their names, or the components where the table has none of them, and appends
 * each column in its own units as unscaled__NAME. A missing cell stays missing. What is made from fewer components than
 * there are columns is the nearest point that they can tell. Columns that were taken as they are have no way back. */
CS_MUST_CHECK enum cs_status cs_scaling_invert(const struct cs_scaling *scaling, struct cs_table *table,
                                               const struct cs_scaling_output *output, struct cs_notes *notes,
                                               struct cs_error *err);

/* Into a model that cs_model_begin() began: features[], impute, columns[], pca{}. */
void cs_scaling_write(const struct cs_scaling *scaling, struct cs_node *model);

/* Out of a model; path is for messages. CS_DATA when something is absent or can't be. */
CS_MUST_CHECK enum cs_status cs_scaling_read(struct cs_scaling *scaling, const struct cs_node *model,
                                             const char *path, struct cs_error *err);

void cs_scaling_release(struct cs_scaling *scaling);

#endif
