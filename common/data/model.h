/* model.h - what every model file has in common (docs/schemas/): format, version, tool, features, scaling, rows,
 * input_sha256, params, metrics. No clock, no host. What is a tool's own it adds to the root itself.
 *
 * Version 1 is current. Files of older versions stay readable; a newer one is CS_DATA: "written by a newer cs".
 */
#ifndef CS_DATA_MODEL_H
#define CS_DATA_MODEL_H

#include "base/error.h"
#include "data/document.h"

#include <stddef.h>
#include <stdint.h>

enum { CS_MODEL_VERSION = 1 };

/* One feature's way from its column into the space clustered: (value - centre) / scale. */
struct cs_model_scaling {
  double centre, scale;
};

/* Begins a model: format, version, tool, rows, input_sha256. The caller adds params, features and so on, and writes it
 * with cs_model_write(). */
struct cs_node *cs_model_begin(const char *tool, uint64_t rows, const char *input_sha256);

/* Adds features[] and, unless scaling is NULL, scaling[{name, centre, scale}]. */
void cs_model_add_features(struct cs_node *model, const char *const *names, size_t count,
                           const struct cs_model_scaling *scaling);

CS_MUST_CHECK enum cs_status cs_model_write(const struct cs_node *model, const char *path,
                                            struct cs_error *err);

/* Reads a model and checks format, version and tool (NULL: of any tool). The messages name the file. */
CS_MUST_CHECK enum cs_status cs_model_read(struct cs_node **model, const char *path, const char *tool,
                                           struct cs_error *err);

/* The names in features[] (pointers into the model; the array is the caller's to free()). scaling may be NULL; with it,
 * *scaling is set to an array of the same length, or NULL when the model has none. */
CS_MUST_CHECK enum cs_status cs_model_features(const struct cs_node *model, const char *path,
                                               const char ***names, struct cs_model_scaling **scaling,
                                               size_t *count, struct cs_error *err);

/* A member that must be there and be a number / an array of `count` finite numbers (out is the caller's). */
CS_MUST_CHECK enum cs_status cs_model_number(const struct cs_node *object, const char *path, const char *key,
                                             double *value, struct cs_error *err);
CS_MUST_CHECK enum cs_status cs_model_numbers(const struct cs_node *array, const char *path, const char *key,
                                              size_t count, double *out, struct cs_error *err);

#endif
