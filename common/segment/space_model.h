/* space_model.h - the space that was clustered, as a model keeps it: features[] and scaling[].
 *
 * Life cycle  CS_SPACE_MODEL_INIT, read; release in any case. The names live in the model.
 */
#ifndef CS_SEGMENT_SPACE_MODEL_H
#define CS_SEGMENT_SPACE_MODEL_H

#include "data/document.h"
#include "segment/inputs.h"

struct cs_space_model {
  const char **names;       /* [d], of the columns */
  struct cs_scaler *scaler; /* [d], NULL when they are taken as they are */
  size_t d;
};

#define CS_SPACE_MODEL_INIT                                                                                  \
  { NULL, NULL, 0 }

CS_MUST_CHECK enum cs_status cs_space_model_add(struct cs_node *model, const struct cs_inputs *inputs,
                                                size_t d, struct cs_error *err);
/* CS_DATA: no features, a scale that isn't above 0. */
CS_MUST_CHECK enum cs_status cs_space_model_read(struct cs_space_model *space, const struct cs_node *model,
                                                 const char *path, struct cs_error *err);
void cs_space_model_release(struct cs_space_model *space);

#endif
