#include "cli/tool.h"
#include "report/document.h"
#include "report/report.h"
#include "report/story.h"
#include "report/text.h"

#include <stddef.h>

enum { REPORT_TEXT, REPORT_MARKDOWN, REPORT_JSON };

struct params {
  struct cs_common common;
  const char *title, *currency, *model;
  int format;
  int64_t width;
};

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "Report"},
    {.type = CS_OPTION_CHOICE,
     .name = "format",
     .argument = "FORMAT",
     .value = "text",
     .choices = "text|md|json",
     .offset = offsetof(struct params, format),
     .help = "text is for a terminal, md a document in Markdown, json the profile for other programs"},
    {.type = CS_OPTION_TEXT,
     .name = "label",
     .argument = "COLUMN",
     .offset = offsetof(struct params, common.label),
     .help = "the column that tells the segments apart, by default cluster"},
    {.type = CS_OPTION_TEXT,
     .name = "model",
     .argument = "FILE",
     .offset = offsetof(struct params, model),
     .marks = CS_OPTION_IS_FILE,
     .help = "a model of cs-kmeans or cs-dbscan (--save): adds how the clusters were chosen and how sound "
             "they are"},
    {.type = CS_OPTION_TEXT,
     .name = "title",
     .argument = "TEXT",
     .offset = offsetof(struct params, title),
     .help = "a heading"},
    {.type = CS_OPTION_TEXT,
     .name = "currency",
     .argument = "TEXT",
     .offset = offsetof(struct params, currency),
     .help = "what stands before amounts of money, '$' or 'EUR '; by default nothing, since the table "
             "doesn't tell"},
    {.type = CS_OPTION_INTEGER,
     .name = "width",
     .argument = "N",
     .value = "80",
     .lo = 60,
     .hi = 1000,
     .offset = offsetof(struct params, width),
     .help = "columns of the terminal"},
    {.type = CS_OPTION_TEXT,
     .name = "output",
     .letter = 'o',
     .argument = "FILE",
     .offset = offsetof(struct params, common.output),
     .marks = CS_OPTION_IS_FILE,
     .help = "write to FILE, which appears whole when the run has succeeded, instead of standard output"},
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    options, cs_options_features, cs_options_read, cs_options_run, NULL,
};

static const struct cs_spec spec = {
    .name = "cs-report",
    .summary = "what the segments of a clustered table are like",
    .synopsis = "[OPTION]... [FILE]...",
    .description =
        "Reads a table with a column of labels (cluster, as the clusterers write it) and tells what is in "
        "each segment: how many rows, and what sets them apart. On a table of customers (total_spent, "
        "total_transactions, days_since_last_purchase) it tells who brings the revenue.",
    .examples = "  cs-report clusters.csv\n"
                "      the segments, on the terminal\n"
                "  cs-report --model kmeans.json --currency '$' clusters.csv\n"
                "      with the evidence for the number of segments\n"
                "  cs-report --label species iris.csv\n"
                "      any table, any column of labels\n"
                "  cs-report --format json clusters.csv | jq '.segments[].share'\n",
    .tables = tables,
    .params_size = sizeof(struct params),
    .takes_files = true,
};

static enum cs_status render(struct cs_tool *tool, const struct params *params,
                             const struct cs_report *report, struct cs_str *out) {
  struct cs_error *err = cs_tool_error(tool);
  if (params->format == REPORT_TEXT) {
    struct cs_text_options how = {params->title, (size_t)params->width};
    return cs_report_text(report, &how, out, err);
  }
  if (params->format == REPORT_MARKDOWN) {
    const struct cs_story story = {.title = params->title, .report = report};
    return cs_story_tell(&story, CS_PAGE_MARKDOWN, out, err);
  }
  struct cs_node *document = cs_report_document(report);
  enum cs_status status = cs_node_write(document, out, err);
  cs_node_free(document);
  return status;
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  const struct params *params = context;
  const struct cs_common *common = &params->common;
  const struct cs_report_options how = {.label = common->label,
                                        .features = common->features,
                                        .exclude = common->exclude,
                                        .id = common->id,
                                        .model = params->model,
                                        .currency = params->currency,
                                        .points = 5000,
                                        .threads = cs_tool_threads(tool)};
  struct cs_report report = CS_REPORT_INIT;
  struct cs_table *table = NULL;
  struct cs_str out = CS_STR_INIT;
  enum cs_status status =
      params->model ? cs_evidence_read(&report.evidence, params->model, cs_tool_error(tool)) : CS_OK;
  if (status == CS_OK) status = cs_tool_read(tool, &table);
  if (status == CS_OK) {
    cs_tool_phase(tool, "profile");
    status = cs_report_make(&report, table, &how, cs_tool_notes(tool), cs_tool_error(tool));
  }
  if (status == CS_OK) status = render(tool, params, &report, &out);
  if (status == CS_OK) status = cs_tool_write_text(tool, &out);
  cs_str_release(&out);
  cs_report_release(&report);
  cs_table_free(table);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
