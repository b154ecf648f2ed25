#include "segment/space_model.h"

#include "base/memory.h"
#include "data/model.h"

#include <stdlib.h>

enum cs_status cs_space_model_add(struct cs_node *model, const struct cs_inputs *inputs, size_t d,
                                  struct cs_error *err) {
  const struct cs_scaler *scaler = inputs->scaler;
  struct cs_model_scaling *scaling = NULL;
  if (scaler) {
    CS_TRY(cs_alloc(&scaling, d, sizeof *scaling, "scales", err));
    for (size_t j = 0; j < d; j++) scaling[j] = (struct cs_model_scaling){scaler[j].centre, scaler[j].scale};
  }
  cs_model_add_features(model, inputs->names, d, scaling);
  free(scaling);
  return CS_OK;
}

enum cs_status cs_space_model_read(struct cs_space_model *space, const struct cs_node *model,
                                   const char *path, struct cs_error *err) {
  struct cs_model_scaling *scaling = NULL;
  *space = (struct cs_space_model)CS_SPACE_MODEL_INIT;
  CS_TRY(cs_model_features(model, path, &space->names, &scaling, &space->d, err));
  enum cs_status status = CS_OK;
  if (scaling) status = cs_alloc(&space->scaler, space->d, sizeof *space->scaler, "scales", err);
  for (size_t j = 0; scaling && status == CS_OK && j < space->d; j++) {
    space->scaler[j] = (struct cs_scaler){
        .method = CS_SCALE_STANDARD, .centre = scaling[j].centre, .scale = scaling[j].scale};
    if (!(scaling[j].scale > 0)) status = cs_fail(err, CS_DATA, "%s: a scale that isn't above 0", path);
  }
  free(scaling);
  if (status == CS_OK && space->d == 0) status = cs_fail(err, CS_DATA, "%s: a model without features", path);
  return status;
}

void cs_space_model_release(struct cs_space_model *space) {
  free(space->names);
  free(space->scaler);
  *space = (struct cs_space_model)CS_SPACE_MODEL_INIT;
}
