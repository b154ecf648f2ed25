/* Models: what is taken is sound and does its work; what was read from one is written so that it reads back. */
#include "data/model.h"
#include "base/memory.h"
#include "fuzz.h"
#include "prep/basis.h"
#include "prep/scaling.h"
#include "prep/scoring.h"
#include "segment/dbscan_model.h"
#include "segment/kmeans_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct cs_node *read_model(struct cs_slice text, const char *tool) {
  struct cs_node *model = NULL;
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = cs_model_read(&model, fuzz_file(text), tool, &err);
  fuzz_check_error(status, &err);
  return status == CS_OK ? model : NULL;
}

static void check_space(const struct cs_space_model *space) {
  FUZZ_CHECK(space->d >= 1);
  for (size_t i = 0; i < space->d; i++) {
    double value = 1;
    FUZZ_CHECK(space->names[i]);
    if (space->scaler) cs_scaler_apply(&space->scaler[i], &value, 1);
  }
}

static void check_kmeans(struct cs_slice text) {
  struct cs_kmeans_model model;
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = cs_kmeans_model_read(&model, fuzz_file(text), &err);
  fuzz_check_error(status, &err);
  if (status != CS_OK) return;
  FUZZ_CHECK(model.k >= 1);
  check_space(&model.space);
  for (size_t i = 0; i < model.k * model.space.d; i++) FUZZ_CHECK(isfinite(model.centre[i]));
  cs_kmeans_model_release(&model);
}

static void check_dbscan(struct cs_slice text) {
  struct cs_dbscan_model model;
  struct cs_error err = CS_ERROR_INIT;
  enum cs_status status = cs_dbscan_model_read(&model, fuzz_file(text), 1, &err);
  fuzz_check_error(status, &err);
  if (status != CS_OK) return;
  FUZZ_CHECK(model.eps > 0);
  check_space(&model.space);
  for (size_t i = 0; i < model.point.n; i++) FUZZ_CHECK(model.cluster[i] < model.k);
  for (size_t i = 0; i < model.point.n * model.point.d; i++) FUZZ_CHECK(isfinite(model.point.x[i]));
  cs_dbscan_model_release(&model);
}

/* --- cs-scale --- */

static bool read_scaling(struct cs_slice text, struct cs_scaling *scaling) {
  struct cs_error err = CS_ERROR_INIT;
  struct cs_node *model = read_model(text, "cs-scale");
  if (!model) return false;
  enum cs_status status = cs_scaling_read(scaling, model, "model", &err);
  fuzz_check_error(status, &err);
  cs_node_free(model);
  return status == CS_OK;
}

static void write_scaling(const struct cs_scaling *scaling, struct cs_str *text) {
  struct cs_node *model = cs_model_begin("cs-scale", 1, "");
  cs_scaling_write(scaling, model);
  if (cs_node_write(model, text, NULL) != CS_OK) fuzz_stop("a model can't be written");
  cs_node_free(model);
}

static void check_written(const struct cs_scaling *scaling) {
  struct cs_scaling back = CS_SCALING_INIT;
  struct cs_str text = CS_STR_INIT, again = CS_STR_INIT;
  write_scaling(scaling, &text);
  if (!read_scaling((struct cs_slice){text.data, text.len}, &back)) fuzz_stop("not read back: %s", text.data);
  write_scaling(&back, &again);
  FUZZ_CHECK(strcmp(text.data, again.data) == 0);
  cs_scaling_release(&back);
  cs_str_release(&text);
  cs_str_release(&again);
}

/* Applies it to a table that has columns a, b and c, and those that the model names. */
static void apply_scaling(const struct cs_scaling *scaling) {
  static const char *const names[] = {"a", "b", "c"};
  struct cs_table *table = cs_table_new();
  struct cs_error err = CS_ERROR_INIT;
  struct cs_scaling_output output = {"scaled__", 1};
  double *value;
  if (cs_table_begin(table, 3, NULL) != CS_OK) fuzz_stop("no table");
  for (size_t i = 0; i < 3; i++) {
    if (cs_alloc(&value, 3, sizeof *value, "values", NULL) != CS_OK) fuzz_stop("no memory");
    for (size_t row = 0; row < 3; row++) value[row] = (double)row * 1e3 - (double)i;
    if (cs_table_add_number(table, names[i], CS_KIND_QUANTITY, value, NULL) != CS_OK) fuzz_stop("no column");
  }
  enum cs_status status = cs_scaling_apply(scaling, table, &output, NULL, &err);
  fuzz_check_error(status, &err);
  cs_table_free(table);
}

static void check_scaling(struct cs_slice text) {
  struct cs_scaling scaling = CS_SCALING_INIT;
  if (read_scaling(text, &scaling)) {
    check_written(&scaling);
    apply_scaling(&scaling);
  }
  cs_scaling_release(&scaling);
}

/* --- cs-prep --- */

static void write_scoring(const struct cs_scoring *scoring, struct cs_str *text) {
  struct cs_node *model = cs_model_begin("cs-prep", 1, "");
  cs_scoring_add(scoring, model);
  if (cs_node_write(model, text, NULL) != CS_OK) fuzz_stop("a model can't be written");
  cs_node_free(model);
}

/* Each cell has a name; what is written is read back. */
static void check_scoring(const struct cs_scoring *scoring) {
  struct cs_scoring back = CS_SCORING_INIT;
  struct cs_str text = CS_STR_INIT, again = CS_STR_INIT;
  struct cs_node *model = NULL;
  for (int cell = 0; cell < CS_RFM_CELLS; cell++)
    FUZZ_CHECK(cs_rules_name(&scoring->rules, cell / 25 + 1, cell / 5 % 5 + 1, cell % 5 + 1, cell) <
               scoring->rules.names.count);
  write_scoring(scoring, &text);
  if (cs_node_parse(&model, (struct cs_slice){text.data, text.len}, "model", NULL) != CS_OK ||
      cs_scoring_get(&back, model, "model", NULL) != CS_OK)
    fuzz_stop("not read back: %s", text.data);
  write_scoring(&back, &again);
  FUZZ_CHECK(strcmp(text.data, again.data) == 0);
  cs_node_free(model);
  cs_scoring_release(&back);
  cs_str_release(&text);
  cs_str_release(&again);
}

static void check_prep(struct cs_slice text) {
  struct cs_basis basis = CS_BASIS_INIT;
  struct cs_scoring scoring = CS_SCORING_INIT;
  struct cs_error err = CS_ERROR_INIT;
  struct cs_node *model = read_model(text, "cs-prep");
  if (!model) return;
  enum cs_status status = cs_scoring_get(&scoring, model, "model", &err);
  fuzz_check_error(status, &err);
  if (status == CS_OK) {
    check_scoring(&scoring);
    status = cs_basis_get(&basis, model, "model", &err);
    fuzz_check_error(status, &err);
  }
  if (status == CS_OK) {
    for (size_t i = 0; i < basis.count; i++) FUZZ_CHECK(isfinite(basis.part[i].centre));
    for (size_t i = 0; i < basis.count; i++) FUZZ_CHECK(basis.part[i].source && basis.part[i].scale > 0);
  }
  cs_basis_release(&basis);
  cs_scoring_release(&scoring);
  cs_node_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct cs_slice text = {(const char *)data, size};
  check_kmeans(text);
  check_dbscan(text);
  check_scaling(text);
  check_prep(text);
  return 0;
}
