#include "data/model.h"

#include "base/map.h"
#include "base/memory.h"
#include "data/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char format_name[] = "cs-model";

/* --- writing --- */

struct cs_node *cs_model_begin(const char *tool, uint64_t rows, const char *input_sha256) {
  struct cs_node *model = cs_node_object();
  cs_node_add_text(model, "format", format_name);
  cs_node_add_integer(model, "version", CS_MODEL_VERSION);
  cs_node_add_text(model, "tool", tool);
  cs_node_add_integer(model, "rows", (int64_t)rows);
  cs_node_add_text(model, "input_sha256", input_sha256 && *input_sha256 ? input_sha256 : NULL);
  return model;
}

void cs_model_add_features(struct cs_node *model, const char *const *names, size_t count,
                           const struct cs_model_scaling *scaling) {
  struct cs_node *features = cs_node_add_array(model, "features");
  for (size_t i = 0; i < count; i++) cs_node_add_text(features, NULL, names[i]);
  if (!scaling) return;
  struct cs_node *array = cs_node_add_array(model, "scaling");
  for (size_t i = 0; i < count; i++) {
    struct cs_node *entry = cs_node_add_object(array, NULL);
    cs_node_add_text(entry, "name", names[i]);
    cs_node_add_number(entry, "centre", scaling[i].centre);
    cs_node_add_number(entry, "scale", scaling[i].scale);
  }
}

enum cs_status cs_model_write(const struct cs_node *model, const char *path, struct cs_error *err) {
  struct cs_str text = CS_STR_INIT;
  enum cs_status status = cs_node_write(model, &text, err);
  if (status == CS_OK) status = cs_output_file(path, &text, err);
  cs_str_release(&text);
  return status;
}

/* --- reading --- */

static enum cs_status check_head(const struct cs_node *model, const char *path, const char *tool,
                                 struct cs_error *err) {
  if (!cs_node_is_object(model) || strcmp(cs_node_text(cs_node_get(model, "format"), ""), format_name) != 0)
    return cs_fail(err, CS_DATA, "%s: not a model written by --save ('format' isn't \"%s\")", path,
                   format_name);
  double version = cs_node_number(cs_node_get(model, "version"), NAN);
  if (!(version >= 1) || version != floor(version))
    return cs_fail(err, CS_DATA, "%s: 'version' isn't a whole number from 1", path);
  if (version > CS_MODEL_VERSION)
    return cs_fail(err, CS_DATA,
                   "%s: written by a newer cs (model version %.15g, this program reads up to %d)", path,
                   version, CS_MODEL_VERSION);
  const char *maker = cs_node_text(cs_node_get(model, "tool"), NULL);
  if (!maker) return cs_fail(err, CS_DATA, "%s: 'tool' is missing or isn't text", path);
  if (tool && strcmp(maker, tool) != 0)
    return cs_fail(err, CS_DATA, "%s: a model of %s, not of %s", path, maker, tool);
  return CS_OK;
}

enum cs_status cs_model_read(struct cs_node **model, const char *path, const char *tool,
                             struct cs_error *err) {
  CS_TRY(cs_node_read(model, path, err));
  enum cs_status status = check_head(*model, path, tool, err);
  if (status != CS_OK) {
    cs_node_free(*model);
    *model = NULL;
  }
  return status;
}

static enum cs_status read_names(const struct cs_node *features, const char *path, const char **names,
                                 struct cs_error *err) {
  struct cs_map seen = CS_MAP_INIT;
  enum cs_status status = CS_OK;
  size_t i = 0;
  for (const struct cs_node *node = cs_node_first(features); node && status == CS_OK;
       node = cs_node_next(node)) {
    uint32_t index = CS_MAP_NONE;
    names[i] = cs_node_text(node, NULL);
    if (!names[i])
      status = cs_fail(err, CS_DATA, "%s: features[%zu] isn't text", path, i);
    else
      status = cs_map_add(&seen, cs_slice_of(names[i]), &index, err);
    if (status == CS_OK && index < i)
      status = cs_fail(err, CS_DATA, "%s: feature '%s' stands twice in 'features'", path, names[i]);
    i++;
  }
  cs_map_release(&seen);
  return status;
}

static enum cs_status read_scaling(const struct cs_node *array, const char *path, const char *const *names,
                                   size_t count, struct cs_model_scaling *scaling, struct cs_error *err) {
  const struct cs_node *entry = cs_node_first(array);
  for (size_t i = 0; i < count; i++, entry = cs_node_next(entry)) {
    const char *name = cs_node_text(cs_node_get(entry, "name"), NULL);
    if (!name || strcmp(name, names[i]) != 0)
      return cs_fail(err, CS_DATA, "%s: scaling[%zu] isn't that of feature '%s'", path, i, names[i]);
    CS_TRY(cs_model_number(entry, path, "centre", &scaling[i].centre, err));
    CS_TRY(cs_model_number(entry, path, "scale", &scaling[i].scale, err));
    if (!(scaling[i].scale > 0))
      return cs_fail(err, CS_DATA, "%s: the scale of feature '%s' isn't above 0", path, names[i]);
  }
  return CS_OK;
}

/* scaling[] is absent (or null) where the columns are clustered as they are. */
static enum cs_status add_scaling(const struct cs_node *model, const char *path, const char *const *names,
                                  size_t count, struct cs_model_scaling **scaling, struct cs_error *err) {
  const struct cs_node *array = cs_node_get(model, "scaling");
  *scaling = NULL;
  if (!array || cs_node_is_null(array)) return CS_OK;
  if (!cs_node_is_array(array) || cs_node_size(array) != count)
    return cs_fail(err, CS_DATA, "%s: 'scaling' isn't an array of %zu entries, one for each feature", path,
                   count);
  CS_TRY(cs_alloc(scaling, count, sizeof **scaling, "the scaling of a model", err));
  enum cs_status status = read_scaling(array, path, names, count, *scaling, err);
  if (status != CS_OK) {
    free(*scaling);
    *scaling = NULL;
  }
  return status;
}

enum cs_status cs_model_features(const struct cs_node *model, const char *path, const char ***names,
                                 struct cs_model_scaling **scaling, size_t *count, struct cs_error *err) {
  *names = NULL;
  *count = 0;
  if (scaling) *scaling = NULL;
  const struct cs_node *features = cs_node_get(model, "features");
  if (!cs_node_first(features) || !cs_node_is_array(features))
    return cs_fail(err, CS_DATA, "%s: 'features' is missing, or isn't an array of column names", path);
  size_t size = cs_node_size(features);
  CS_TRY(cs_alloc(names, size, sizeof **names, "the features of a model", err));
  enum cs_status status = read_names(features, path, *names, err);
  if (status == CS_OK && scaling) status = add_scaling(model, path, *names, size, scaling, err);
  if (status != CS_OK) {
    free(*names);
    *names = NULL;
    return status;
  }
  *count = size;
  return CS_OK;
}

enum cs_status cs_model_number(const struct cs_node *object, const char *path, const char *key, double *value,
                               struct cs_error *err) {
  const struct cs_node *node = cs_node_get(object, key);
  if (!node) return cs_fail(err, CS_DATA, "%s: '%s' is missing", path, key);
  if (!cs_node_is_number(node)) return cs_fail(err, CS_DATA, "%s: '%s' isn't a number", path, key);
  *value = cs_node_number(node, 0);
  return CS_OK;
}

enum cs_status cs_model_numbers(const struct cs_node *array, const char *path, const char *key, size_t count,
                                double *out, struct cs_error *err) {
  if (!array) return cs_fail(err, CS_DATA, "%s: '%s' is missing", path, key);
  if (!cs_node_is_array(array)) return cs_fail(err, CS_DATA, "%s: '%s' isn't an array of numbers", path, key);
  size_t size = cs_node_size(array);
  if (size != count) return cs_fail(err, CS_DATA, "%s: '%s' has %zu values, not %zu", path, key, size, count);
  size_t i = 0;
  for (const struct cs_node *node = cs_node_first(array); node; node = cs_node_next(node), i++) {
    if (!cs_node_is_number(node))
      return cs_fail(err, CS_DATA, "%s: '%s' holds what isn't a number", path, key);
    out[i] = cs_node_number(node, 0);
  }
  return CS_OK;
}
