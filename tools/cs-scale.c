#include "cli/tool.h"
#include "data/model.h"
#include "prep/methods.h"
#include "prep/scaling.h"

#include <stddef.h>
#include <stdio.h>

struct params {
  struct cs_common common;
  const char *method, *pca;
  int impute; /* enum cs_impute */
  bool invert;
};

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "Scaling"},
    {CS_OPTION_TEXT, .name = "method", .letter = 'm', .argument = "METHOD",
     .help = "standard (mean 0, variance 1), minmax (0 to 1), robust (median and quartiles), maxabs, log "
             "(ln(1 + x), then standard), yeo-johnson (the power that makes it most normal, then standard), "
             "quantile (ranks, 0 to 1), quantile-normal (ranks as normal scores) or none; for some columns "
             "only: 'total_spent=log,age=minmax', the others are standard unless the list also has a bare "
             "method",
     .offset = offsetof(struct params, method), .marks = CS_OPTION_FIT, .check = cs_methods_check},
    {CS_OPTION_CHOICE, .name = "impute", .argument = "HOW", .value = "error",
     .choices = "error|median|mean|drop",
     .help = "what a missing cell counts as in the scaled copy; drop leaves its row out, error refuses it",
     .offset = offsetof(struct params, impute), .marks = CS_OPTION_FIT},
    {CS_OPTION_TEXT, .name = "pca", .argument = "N|FRACTION",
     .help = "append the first N principal components, or as many as explain FRACTION of the variance, of "
             "the scaled "
             "columns; existing scaled__* columns are taken as they are",
     .offset = offsetof(struct params, pca), .marks = CS_OPTION_FIT, .check = cs_components_check},
    {CS_OPTION_FLAG, .name = "invert",
     .help = "the way back: with the model of --load, append the scaled columns of the input (or its "
             "components, where it has no scaled columns) in their own units as unscaled__NAME",
     .offset = offsetof(struct params, invert)},
    {CS_OPTION_TEXT, .name = "prefix", .argument = "TEXT", .value = "scaled__",
     .help = "what the names of the scaled columns begin with; the clusterers know scaled__",
     .offset = offsetof(struct params, common.prefix)},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    options, cs_options_features, cs_options_model, cs_options_read, cs_options_write, cs_options_run, NULL,
};

static const struct cs_spec spec = {
    .name = "cs-scale",
    .summary = "append scaled copies and principal components of columns",
    .synopsis = "[OPTION]... [FILE]...",
    .description =
        "Appends a column scaled__NAME for every numeric column NAME (identifiers, labels and cs-gen's truth "
        "are left alone), so that a distance treats columns in different units alike, and with --pca the "
        "principal components as pca__1, pca__2, ... Everything that was read passes through untouched.",
    .examples = "  cs-scale customers.csv\n"
                "      mean 0 and variance 1 for every numeric column\n"
                "  cs-scale --method 'total_spent=log,minmax' -f total_spent,age customers.csv\n"
                "      logarithm for money, 0 to 1 for the rest\n"
                "  cs-scale --pca 0.9 --save scale.json old.csv >old-scaled.csv\n"
                "  cs-scale --load scale.json new.csv >new-scaled.csv\n"
                "      learn from old rows, apply to new ones\n"
                "  cs-scale --load scale.json --invert points.csv\n"
                "      scaled columns back into their own units\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

static enum cs_status save(struct cs_tool *tool, const struct cs_scaling *scaling,
                           const struct cs_table *table, const char *path) {
  if (scaling->count == 0)
    return cs_fail(cs_tool_error(tool), CS_DATA,
                   "there are no rows to learn from, so there is no model to save");
  struct cs_node *model = cs_model_begin("cs-scale", cs_table_kept(table), cs_table_sha256(table));
  cs_tool_add_params(tool, model);
  cs_scaling_write(scaling, model);
  enum cs_status status = cs_model_write(model, path, cs_tool_error(tool));
  cs_node_free(model);
  return status;
}

static enum cs_status fit(struct cs_tool *tool, const struct params *params, struct cs_scaling *scaling,
                          struct cs_table *table, const struct cs_scaling_output *output) {
  const struct cs_common *common = &params->common;
  struct cs_scaling_params how = {
      common->features, common->exclude, common->id, params->method, (enum cs_impute)params->impute,
      params->pca};
  cs_tool_phase(tool, "fit");
  CS_TRY(cs_scaling_fit(scaling, table, &how, output, cs_tool_notes(tool), cs_tool_error(tool)));
  for (size_t c = 0; c < scaling->pca.count; c++) {
    char name[64];
    snprintf(name, sizeof name, "explained_%zu", c + 1);
    cs_tool_metric(tool, name, scaling->pca.explained[c]);
  }
  return common->save ? save(tool, scaling, table, common->save) : CS_OK;
}

static enum cs_status load(struct cs_tool *tool, const char *path, struct cs_scaling *scaling) {
  struct cs_error *err = cs_tool_error(tool);
  struct cs_node *model = NULL;
  CS_TRY(cs_model_read(&model, path, "cs-scale", err));
  enum cs_status status = cs_scaling_read(scaling, model, path, err);
  cs_node_free(model);
  return status;
}

static enum cs_status apply(struct cs_tool *tool, const struct params *params,
                            const struct cs_scaling *scaling, struct cs_table *table,
                            const struct cs_scaling_output *output) {
  cs_tool_phase(tool, "apply");
  return (params->invert ? cs_scaling_invert : cs_scaling_apply)(scaling, table, output, cs_tool_notes(tool),
                                                                 cs_tool_error(tool));
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  const struct params *params = context;
  const char *model = params->common.load;
  if (params->invert && !model)
    return cs_fail(cs_tool_error(tool), CS_USAGE, "--invert needs the model that --load names");
  struct cs_scaling_output output = {params->common.prefix, cs_tool_threads(tool)};
  struct cs_scaling scaling = CS_SCALING_INIT;
  struct cs_table *table = NULL;
  enum cs_status status = model ? load(tool, model, &scaling) : CS_OK;
  if (status == CS_OK) status = cs_tool_read(tool, &table);
  if (status == CS_OK)
    status =
        model ? apply(tool, params, &scaling, table, &output) : fit(tool, params, &scaling, table, &output);
  if (status == CS_OK) status = cs_tool_write(tool, table);
  cs_scaling_release(&scaling);
  cs_table_free(table);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
