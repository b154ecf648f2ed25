#include "cli/tool.h"
#include "report/document.h"
#include "report/html.h"
#include "report/report.h"
#include "report/story.h"
#include "report/text.h"

#include <stddef.h>

enum { REPORT_TEXT, REPORT_MARKDOWN, REPORT_HTML, REPORT_JSON };

struct params {
  struct cs_common common;
  const char *title, *currency, *model, *quality, *previous, *recommendations, *include;
  double margin;
  int format;
  int64_t width, points;
};

static const struct cs_option options[] = {
    {CS_OPTION_HEADING, .help = "Report"},
    {.type = CS_OPTION_CHOICE,
     .name = "format",
     .argument = "FORMAT",
     .value = "text",
     .choices = "text|md|html|json",
     .offset = offsetof(struct params, format),
     .help = "text is for a terminal, md a document in Markdown, html a page that works offline, json the "
             "profile for other programs"},
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
     .name = "quality",
     .argument = "FILE",
     .offset = offsetof(struct params, quality),
     .marks = CS_OPTION_IS_FILE,
     .help = "what cs-prep --quality wrote: adds the period, guests and refunds to md"},
    {.type = CS_OPTION_TEXT,
     .name = "previous",
     .argument = "FILE",
     .offset = offsetof(struct params, previous),
     .marks = CS_OPTION_IS_FILE,
     .help = "the clustered table of the last run: adds to md how the segments have changed since"},
    {.type = CS_OPTION_TEXT,
     .name = "recommendations",
     .argument = "FILE",
     .offset = offsetof(struct params, recommendations),
     .marks = CS_OPTION_IS_FILE,
     .help = "advise by the rules in FILE (YAML) instead of the built-in ones, on customers, in md and html"},
    {.type = CS_OPTION_TEXT,
     .name = "include",
     .argument = "LIST",
     .offset = offsetof(struct params, include),
     .help = "columns that tell who somebody is (names, e-mail, telephone, birth dates, addresses, ids), "
             "which are "
             "left out unless they are named here"},
    {.type = CS_OPTION_NUMBER,
     .name = "margin",
     .argument = "M",
     .value = "1",
     .lo = 0,
     .hi = 1,
     .offset = offsetof(struct params, margin),
     .help = "part of the spend that is yours to lose: money at stake is the last 12 months' spend times M"},
    {.type = CS_OPTION_INTEGER,
     .name = "points",
     .argument = "N",
     .value = "5000",
     .lo = 100,
     .hi = 100000,
     .offset = offsetof(struct params, points),
     .help = "about so many rows stand for all where single ones are shown or compared, of each segment in "
             "proportion"},
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

/* Everything that a run holds. */
struct work {
  struct cs_tool *tool;
  const struct params *params;
  struct cs_table *table;
  struct cs_report report;
  struct cs_coverage coverage;
  struct cs_previous previous;
  struct cs_advice_rules rules;
  struct cs_advice advice;
  struct cs_str out;
};

static struct cs_error *err_of(const struct work *work) {
  return cs_tool_error(work->tool);
}

static struct cs_story story_of(const struct work *work) {
  return (struct cs_story){.title = work->params->title,
                           .report = &work->report,
                           .advice = &work->advice,
                           .coverage = work->coverage.document ? &work->coverage : NULL,
                           .previous = work->previous.there ? &work->previous : NULL};
}

/* --- reading --- */

static enum cs_status read_previous(struct work *work) {
  const struct params *params = work->params;
  struct cs_table *table = cs_table_new();
  if (!table) return cs_fail_memory(err_of(work), 0, "a table");
  enum cs_status status =
      cs_table_read(table, &params->previous, 1, cs_tool_read_options(work->tool), NULL, err_of(work));
  if (status == CS_OK)
    status = cs_previous_find(&work->previous, &work->report, table, params->common.label, err_of(work));
  cs_table_free(table);
  return status;
}

static enum cs_status find_facts(struct work *work) {
  const struct params *params = work->params;
  const struct cs_common *common = &params->common;
  const struct cs_report_options how = {.label = common->label,
                                        .features = common->features,
                                        .exclude = common->exclude,
                                        .id = common->id,
                                        .include = params->include,
                                        .model = params->model,
                                        .currency = params->currency,
                                        .points = params->format == REPORT_TEXT ? 0 : (size_t)params->points,
                                        .threads = cs_tool_threads(work->tool)};
  if (params->model) CS_TRY(cs_evidence_read(&work->report.evidence, params->model, err_of(work)));
  if (params->quality) CS_TRY(cs_coverage_read(&work->coverage, params->quality, err_of(work)));
  CS_TRY(cs_advice_rules_read(&work->rules, params->recommendations, err_of(work)));
  CS_TRY(cs_tool_read(work->tool, &work->table));
  cs_tool_phase(work->tool, "profile");
  CS_TRY(cs_report_make(&work->report, work->table, &how, cs_tool_notes(work->tool), err_of(work)));
  if (params->previous) CS_TRY(read_previous(work));
  return cs_advice_find(&work->advice, &work->report, work->table, &work->rules, params->margin,
                        cs_tool_threads(work->tool), err_of(work));
}

/* --- writing --- */

static enum cs_status write_document(struct work *work) {
  struct cs_node *document = cs_report_document(&work->report, CS_DOCUMENT_PROFILE, work->params->title);
  enum cs_status status = cs_node_write(document, &work->out, err_of(work));
  cs_node_free(document);
  return status;
}

static enum cs_status write_page(struct work *work) {
  const struct cs_story story = story_of(work);
  const char *title = work->params->title ? work->params->title : cs_report_title(&work->report);
  struct cs_str body = CS_STR_INIT;
  struct cs_node *data = cs_report_document(&work->report, CS_DOCUMENT_PAGE, title);
  enum cs_status status = cs_story_tell(&story, CS_PAGE_HTML, &body, err_of(work));
  const struct cs_html page = {.title = title, .body = &body, .data = data};
  if (status == CS_OK) status = cs_html_write(&page, &work->out, err_of(work));
  cs_node_free(data);
  cs_str_release(&body);
  return status;
}

static enum cs_status render(struct work *work) {
  const struct params *params = work->params;
  const struct cs_text_options text = {params->title, (size_t)params->width};
  const struct cs_story story = story_of(work);
  switch (params->format) {
  case REPORT_MARKDOWN: return cs_story_tell(&story, CS_PAGE_MARKDOWN, &work->out, err_of(work));
  case REPORT_HTML: return write_page(work);
  case REPORT_JSON: return write_document(work);
  default: return cs_report_text(&work->report, &text, &work->out, err_of(work));
  }
}

static enum cs_status run(struct cs_tool *tool, void *context) {
  struct work work = {.tool = tool,
                      .params = context,
                      .report = CS_REPORT_INIT,
                      .coverage = CS_COVERAGE_INIT,
                      .previous = CS_PREVIOUS_INIT,
                      .rules = CS_ADVICE_RULES_INIT,
                      .advice = CS_ADVICE_INIT};
  enum cs_status status = find_facts(&work);
  if (status == CS_OK) status = render(&work);
  if (status == CS_OK) status = cs_tool_write_text(tool, &work.out);
  cs_str_release(&work.out);
  cs_advice_release(&work.advice);
  cs_advice_rules_release(&work.rules);
  cs_previous_release(&work.previous);
  cs_coverage_release(&work.coverage);
  cs_report_release(&work.report);
  cs_table_free(work.table);
  return status;
}

int main(int argc, char **argv) {
  struct params params;
  return cs_tool_main(&spec, argc, argv, &params, run);
}
