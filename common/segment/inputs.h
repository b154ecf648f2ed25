/* inputs.h - what a clusterer clusters: the features of a table's rows, brought into one space, and the rows' weights.
 *
 * Life cycle  CS_INPUTS_INIT, then find (to learn) or load (to apply what was learnt); release in any case.
 */
#ifndef CS_SEGMENT_INPUTS_H
#define CS_SEGMENT_INPUTS_H

#include "algo/space.h"
#include "data/features.h"
#include "data/weights.h"

#include <stddef.h>

struct cs_inputs {
  struct cs_features features; /* matrix is in the space that is clustered */
  const char **names;          /* [d], of the features */
  struct cs_scaler *scaler;    /* [d]; NULL: they are taken as they are */
  double *weight;              /* [n], of the rows; NULL: 1 each */
};

#define CS_INPUTS_INIT                                                                                       \
  { CS_FEATURES_INIT, NULL, NULL, NULL }

void cs_inputs_release(struct cs_inputs *inputs);

struct cs_inputs_options {
  const char *features, *exclude, *id;       /* as of struct cs_features_options */
  const char *row_weights, *feature_weights; /* the column, "NAME=2,..."; or NULL */
  enum cs_weight_sign sign;                  /* of the rows' weights */
  enum cs_scale_method scale;                /* of features that aren't prepared */
  int threads;
};

/* Chooses the features, learns their scales, and brings them there. A feature that weighs w is scaled to the square root
 * of it. Errors: those of features.h, weights.h and space.h. */
CS_MUST_CHECK enum cs_status cs_inputs_find(struct cs_inputs *inputs, const struct cs_table *table,
                                            const struct cs_inputs_options *options, struct cs_notes *notes,
                                            struct cs_error *err);

/* The rows of a table in a space that was learnt: names and scaler (or NULL) are [d]. Only features is made. */
CS_MUST_CHECK enum cs_status cs_inputs_load(struct cs_features *features, const struct cs_table *table,
                                            const char *const *names, const struct cs_scaler *scaler,
                                            size_t d, int threads, struct cs_error *err);

#endif
