#include "segment/older.h"

#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* A whole number from 1 on. */
static bool read_number(const struct cs_node *node, uint32_t *number) {
  double value = cs_node_number(node, 0);
  if (!(value >= 1 && value <= UINT32_MAX - 1) || value != floor(value)) return false;
  *number = (uint32_t)value;
  return true;
}

/* Models without numbers call their clusters 1 to k. */
static enum cs_status read_numbers(struct cs_older *older, const struct cs_node *model, const char *path,
                                   struct cs_error *err) {
  const struct cs_node *numbers = cs_node_get(model, "numbers"), *number = cs_node_first(numbers);
  bool sound = !numbers || (cs_node_is_array(numbers) && cs_node_size(numbers) == older->k);
  CS_TRY(cs_alloc(&older->number, older->k, sizeof *older->number, "clusters", err));
  for (size_t c = 0; sound && c < older->k; c++) {
    older->number[c] = (uint32_t)c + 1;
    if (numbers) sound = read_number(number, &older->number[c]), number = cs_node_next(number);
    for (size_t b = 0; sound && numbers && b < c; b++) sound = older->number[b] != older->number[c];
    if (older->number[c] > older->highest) older->highest = older->number[c];
  }
  if (!sound) return cs_fail(err, CS_DATA, "%s: 'numbers' doesn't hold k different numbers from 1 on", path);
  const struct cs_node *highest = cs_node_get(model, "highest_number");
  uint32_t least = older->highest;
  if (highest && (!read_number(highest, &older->highest) || older->highest < least))
    return cs_fail(err, CS_DATA, "%s: 'highest_number' is no number of a cluster, or not the highest", path);
  return CS_OK;
}

static enum cs_status read_names(struct cs_older *older, const struct cs_node *model, const char *path,
                                 struct cs_error *err) {
  const struct cs_node *names = cs_node_get(model, "names"), *name = cs_node_first(names);
  if (!names) return CS_OK;
  if (!cs_node_is_array(names) || cs_node_size(names) != older->k)
    return cs_fail(err, CS_DATA, "%s: 'names' doesn't hold k names", path);
  CS_TRY(cs_alloc(&older->name, older->k, sizeof *older->name, "names", err));
  for (size_t c = 0; c < older->k; c++, name = cs_node_next(name)) {
    older->name[c] = cs_node_text(name, "");
    if (!*older->name[c]) return cs_fail(err, CS_DATA, "%s: 'names' holds what is no name", path);
  }
  return CS_OK;
}

enum cs_status cs_older_read(struct cs_older *older, const struct cs_node *model, size_t k, const char *path,
                             struct cs_error *err) {
  *older = (struct cs_older){.k = k};
  CS_TRY(read_numbers(older, model, path, err));
  return read_names(older, model, path, err);
}

void cs_older_release(struct cs_older *older) {
  free(older->number);
  free(older->name);
  *older = (struct cs_older)CS_OLDER_INIT;
}
