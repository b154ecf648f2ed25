#include "cs-track/commands.h"

#include "cli/tool.h"
#include "track/migration_write.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { DIFF_TEXT, DIFF_MARKDOWN, DIFF_CSV, DIFF_JSON };

/* Of --list: positions of cs_migration_group, behind the one that nobody can choose; then the features. */
enum { LIST_NONE, LIST_FEATURES = CS_GROUP_CAME + 2 };

struct params {
  struct cs_common common;
  const char *by;
  double max_psi;
  int format, list;
  bool plot;
};

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "Report"},
    {.type = CS_OPTION_CHOICE,
     .name = "format",
     .argument = "FORMAT",
     .value = "text",
     .choices = "text|md|csv|json",
     .offset = offsetof(struct params, format),
     .help = "text is for a terminal, md a document in Markdown, csv the flows from segment to segment, json "
             "everything for other programs"},
    {.type = CS_OPTION_CHOICE,
     .name = "list",
     .argument = "WHAT",
     .choices = "|downgrades|upgrades|moves|left|came|features",
     .offset = offsetof(struct params, list),
     .help =
         "write a list as CSV instead: the customers who moved down, up, into any other segment, left or "
         "came, with id, segments and value, the most valuable first; or the features with their stability "
         "index"},
    {.type = CS_OPTION_FLAG,
     .name = "plot",
     .offset = offsetof(struct params, plot),
     .help = "write a picture of the flows instead, drawn by gnuplot"},
    {.type = CS_OPTION_TEXT,
     .name = "label",
     .argument = "COLUMN",
     .offset = offsetof(struct params, common.label),
     .help = "the column that tells the segments apart, by default cluster; cluster_name compares by name"},
    {.type = CS_OPTION_TEXT,
     .name = "by",
     .argument = "COLUMN",
     .offset = offsetof(struct params, by),
     .help = "revenue, which decides what is up and down; by default total_spent, else spent_12m, if both "
             "tables have it"},
    {.type = CS_OPTION_NUMBER,
     .name = "max-psi",
     .argument = "X",
     .lo = 0,
     .hi = INFINITY,
     .offset = offsetof(struct params, max_psi),
     .help = "exit with status 1 when the stability index of a feature is above X (0.25 is the custom)"},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    options, cs_options_document, cs_options_features, cs_options_read, cs_options_run, NULL,
};

const struct cs_spec cs_track_diff_spec = {
    .name = "cs-track-diff",
    .called = "cs-track diff",
    .summary = "which customers changed their segment between two clustered tables",
    .synopsis = "[OPTION]... OLD NEW",
    .description =
        "Reads two tables with a column of labels (cluster, as the clusterers write it), joins them on the "
        "id, "
        "and tells how many customers went from which segment to which and what they bring, who left and who "
        "came, which moves are downgrades, and how far the features have drifted. Segments are the same "
        "where "
        "their labels are: cs-kmeans --match keeps them.",
    .examples = "  cs-track diff october.csv november.csv\n"
                "      the matrix of moves, in customers and in revenue\n"
                "  cs-track diff --list downgrades october.csv november.csv >win-back.csv\n"
                "      who moved down, with what they were worth\n"
                "  cs-track diff --max-psi 0.25 -q -o drift.txt october.csv november.csv || echo drifted\n"
                "  cs-track diff --plot --image svg october.csv november.csv >flows.svg\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

/* What the table is called where it is passed on: its file without the folder. */
static const char *name(const char *path, const char *otherwise) {
  const char *slash = strrchr(path, '/');
  return strcmp(path, "-") == 0 ? otherwise : slash ? slash + 1 : path;
}

static enum cs_status render(struct cs_tool *tool, const struct params *params,
                             const struct cs_migration *migration, struct cs_str *out) {
  struct cs_error *err = cs_tool_error(tool);
  const struct cs_migration_words words = {
      params->common.title,
      params->common.currency,
      {name(params->common.files[0], "OLD"), name(params->common.files[1], "NEW")},
      (size_t)params->common.width};
  if (params->plot)
    return cs_migration_draw(migration, &words, (enum cs_image)params->common.image,
                             (unsigned)params->common.resolution, out, err);
  if (params->list == LIST_FEATURES) return cs_migration_features_csv(migration, out, err);
  if (params->list != LIST_NONE)
    return cs_migration_list(migration, (enum cs_migration_group)(params->list - 1), out, err);
  if (params->format == DIFF_MARKDOWN) return cs_migration_markdown(migration, &words, out, err);
  if (params->format == DIFF_CSV) return cs_migration_csv(migration, out, err);
  if (params->format == DIFF_TEXT) return cs_migration_text(migration, &words, out, err);
  struct cs_node *document = cs_migration_document(migration);
  enum cs_status status = cs_node_write(document, out, err);
  cs_node_free(document);
  return status;
}

static void tell_metrics(struct cs_tool *tool, const struct cs_migration *migration) {
  size_t farthest = cs_migration_farthest(migration);
  if (farthest != SIZE_MAX) cs_tool_metric(tool, "max_psi", migration->feature[farthest].psi.index);
  cs_tool_metric(tool, "adjusted_rand_index", migration->rand);
}

static enum cs_status read(struct cs_tool *tool, const struct cs_common *common,
                           struct cs_table *table[CS_PERIODS]) {
  struct cs_error *err = cs_tool_error(tool);
  if (common->file_count != 2)
    return cs_fail(err, CS_USAGE, "there must be two tables, OLD and NEW, not %zu", common->file_count);
  if (strcmp(common->files[0], "-") == 0 && strcmp(common->files[1], "-") == 0)
    return cs_fail(err, CS_USAGE, "standard input is named twice");
  cs_tool_phase(tool, "read");
  for (int p = 0; p < CS_PERIODS; p++) {
    table[p] = cs_table_new();
    if (!table[p]) return cs_fail_memory(err, 0, "a table");
    CS_TRY(
        cs_table_read(table[p], &common->files[p], 1, cs_tool_read_options(tool), cs_tool_notes(tool), err));
  }
  return CS_OK;
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  const struct params *params = context;
  const struct cs_common *common = &params->common;
  const struct cs_migration_options how = {.id = common->id,
                                           .label = common->label,
                                           .by = params->by,
                                           .features = common->features,
                                           .exclude = common->exclude,
                                           .threads = cs_tool_threads(tool)};
  struct cs_migration migration = CS_MIGRATION_INIT;
  struct cs_table *table[CS_PERIODS] = {NULL, NULL};
  struct cs_str out = CS_STR_INIT;
  enum cs_status status = read(tool, common, table);
  if (status == CS_OK) cs_tool_phase(tool, "compare");
  if (status == CS_OK)
    status = cs_migration_compute(&migration, table[CS_BEFORE], table[CS_NOW], &how, cs_tool_notes(tool),
                                  cs_tool_error(tool));
  bool limited = cs_options_given(common, "max-psi");
  if (status == CS_OK) tell_metrics(tool, &migration);
  if (status == CS_OK && limited && !migration.features)
    status = cs_fail(cs_tool_error(tool), CS_DATA,
                     "--max-psi: the tables have no feature whose drift could be told");
  if (status == CS_OK) status = render(tool, params, &migration, &out);
  if (status == CS_OK) status = cs_tool_write_text(tool, &out);
  if (status == CS_OK && limited)
    status = cs_migration_judge(&migration, params->max_psi, cs_tool_error(tool));
  cs_str_release(&out);
  cs_migration_release(&migration);
  for (int p = 0; p < CS_PERIODS; p++) cs_table_free(table[p]);
  return status;
}

int cs_track_diff_main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&cs_track_diff_spec, argc, argv, &params, run);
}
