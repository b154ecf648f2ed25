/* kmeans_model.h - what cs-kmeans --save writes and --load reads (docs/schemas/kmeans.json).
 *
 * Keys of its own: k, metrics{}, choice{}, numbers[] (what each cluster is called in the table), sizes[], centres[][] (the
 * space clustered), means_of[] and means[][] (the columns behind the features, in their own units), selection[] where k was
 * chosen, match{} where clusters follow those of an older model.
 */
#ifndef CS_SEGMENT_KMEANS_MODEL_H
#define CS_SEGMENT_KMEANS_MODEL_H

#include "algo/sweep.h"
#include "data/document.h"
#include "data/table.h"
#include "segment/inputs.h"
#include "segment/segments.h"
#include "segment/space_model.h"

/* What was learnt. */
struct cs_kmeans_learnt {
  const struct cs_table *table;
  const struct cs_inputs *inputs;
  const struct cs_sweep *sweep;
  const struct cs_choice *choice;
  const struct cs_segments *segments;
};

/* Adds everything but the head and the params. */
CS_MUST_CHECK enum cs_status cs_kmeans_model_add(struct cs_node *model, const struct cs_kmeans_learnt *learnt,
                                                 int threads, struct cs_error *err);

struct cs_kmeans_model {
  struct cs_node *root;
  struct cs_space_model space;
  struct cs_older older;
  size_t k;
  double *centre; /* [k][d] */
};

#define CS_KMEANS_MODEL_INIT                                                                                 \
  { NULL, CS_SPACE_MODEL_INIT, CS_OLDER_INIT, 0, NULL }

CS_MUST_CHECK enum cs_status cs_kmeans_model_read(struct cs_kmeans_model *model, const char *path,
                                                  struct cs_error *err);
void cs_kmeans_model_release(struct cs_kmeans_model *model);

/* The metrics of one clustering, in the order of the model: for the log and the step record too. */
void cs_kmeans_metrics(const struct cs_sweep *sweep, size_t position,
                       void (*visit)(void *context, const char *name, double value), void *context);

#endif
