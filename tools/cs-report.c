#include "cli/tool.h"
#include "data/outputs.h"
#include "report/document.h"
#include "report/gallery.h"
#include "report/html.h"
#include "report/report.h"
#include "report/story.h"
#include "report/text.h"

#include <stddef.h>
#include <string.h>

enum { KIND_AUTO, KIND_KMEANS, KIND_DBSCAN };

enum { REPORT_TEXT, REPORT_MARKDOWN, REPORT_HTML, REPORT_JSON };

struct params {
  struct cs_common common;
  const char *model, *quality, *previous, *recommendations, *include, *all;
  double margin;
  int format, plot, kind;
  int64_t points;
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
    {.type = CS_OPTION_CHOICE,
     .name = "plot",
     .argument = "PICTURE",
     .choices = "|" CS_PICTURE_NAMES,
     .offset = offsetof(struct params, plot),
     .help = "write one picture instead, drawn by gnuplot"},
    {.type = CS_OPTION_TEXT,
     .name = "all",
     .argument = "DIR",
     .offset = offsetof(struct params, all),
     .marks = CS_OPTION_IS_FILE,
     .help =
         "write the whole set into the folder DIR instead: the dashboard in HTML, the report in Markdown and "
         "the pictures; all of it, or nothing"},
    {.type = CS_OPTION_CHOICE,
     .name = "kind",
     .argument = "KIND",
     .choices = "|kmeans|dbscan",
     .offset = offsetof(struct params, kind),
     .help = "what the files of --all are called after; by default what the model is of"},
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
     .help = "what cs-prep --quality wrote: adds the period, guests and refunds to md and html"},
    {.type = CS_OPTION_TEXT,
     .name = "previous",
     .argument = "FILE",
     .offset = offsetof(struct params, previous),
     .marks = CS_OPTION_IS_FILE,
     .help = "the clustered table of the last run: adds to md and html how the segments have changed since"},
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
     .help =
         "columns that tell who somebody is (names, e-mail, telephone, birth dates, addresses), which are "
         "left out unless they are named here; the id too, which then stands in the page's table"},
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
    {.type = CS_OPTION_END},
};

static const struct cs_option *const tables[] = {
    options, cs_options_document, cs_options_features, cs_options_read, cs_options_run, NULL,
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
                "  cs-report --all reports --model kmeans.json clusters.csv\n"
                "      the dashboard, the report and the pictures, into the folder reports\n"
                "  cs-report --plot scatter --model kmeans.json clusters.csv >scatter.png\n"
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
  bool undrawn; /* there is no gnuplot */
};

static struct cs_error *err_of(const struct work *work) {
  return cs_tool_error(work->tool);
}

static struct cs_story story_of(const struct work *work) {
  return (struct cs_story){.title = work->params->common.title,
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
    status = cs_previous_find(&work->previous, &work->report, table, params->common.label,
                              cs_tool_threads(work->tool), err_of(work));
  cs_table_free(table);
  return status;
}

/* Whether nothing but the text is wanted, which needs no row's place. */
static bool is_plain(const struct params *params) {
  return params->format == REPORT_TEXT && !params->plot && !params->all;
}

/* Whether the report is told in words, with advice. */
static bool is_story(const struct params *params) {
  return params->all ||
         (!params->plot && (params->format == REPORT_MARKDOWN || params->format == REPORT_HTML));
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
                                        .currency = params->common.currency,
                                        .typical = is_story(params),
                                        .points = is_plain(params) ? 0 : (size_t)params->points,
                                        .threads = cs_tool_threads(work->tool)};
  if (params->model) CS_TRY(cs_evidence_read(&work->report.evidence, params->model, err_of(work)));
  if (params->quality) CS_TRY(cs_coverage_read(&work->coverage, params->quality, err_of(work)));
  CS_TRY(cs_advice_rules_read(&work->rules, params->recommendations, err_of(work)));
  CS_TRY(cs_tool_read(work->tool, &work->table));
  cs_tool_phase(work->tool, "profile");
  CS_TRY(cs_report_make(&work->report, work->table, &how, cs_tool_notes(work->tool), err_of(work)));
  if (params->previous) CS_TRY(read_previous(work));
  if (!is_story(params)) return CS_OK;
  return cs_advice_find(&work->advice, &work->report, work->table, &work->rules, params->margin,
                        cs_tool_threads(work->tool), err_of(work));
}

/* --- writing --- */

static enum cs_status write_document(struct work *work) {
  struct cs_node *document =
      cs_report_document(&work->report, CS_DOCUMENT_PROFILE, work->params->common.title);
  enum cs_status status = cs_node_write(document, &work->out, err_of(work));
  cs_node_free(document);
  return status;
}

/* The page; where the program carries no charts, with the pictures of a gallery of SVG. */
static enum cs_status make_page(struct work *work, const struct cs_gallery *gallery, struct cs_str *out) {
  const struct cs_story story = story_of(work);
  const char *title =
      work->params->common.title ? work->params->common.title : cs_report_title(&work->report);
  struct cs_figure figure[CS_PICTURES];
  struct cs_str body = CS_STR_INIT;
  size_t figures = 0;
  for (int p = 0; gallery && p < CS_PICTURES; p++)
    if (gallery->of[p].there)
      figure[figures++] = (struct cs_figure){cs_str_text(&gallery->of[p].plot.alt), &gallery->of[p].image};
  struct cs_node *data = cs_report_document(&work->report, CS_DOCUMENT_PAGE, title);
  enum cs_status status = cs_story_tell(&story, CS_PAGE_HTML, &body, err_of(work));
  const struct cs_html page = {
      .title = title, .body = &body, .data = data, .figure = figure, .figures = figures};
  if (status == CS_OK) status = cs_html_write(&page, out, err_of(work));
  cs_node_free(data);
  cs_str_release(&body);
  return status;
}

/* Without gnuplot there are no pictures, and all else goes on; it is said once. */
static enum cs_status draw(struct work *work, struct cs_gallery *gallery, enum cs_image image) {
  enum cs_status status =
      cs_gallery_draw(gallery, &work->report, image, (unsigned)work->params->common.resolution,
                      cs_tool_threads(work->tool), err_of(work));
  if (status != CS_NO) return status;
  if (!work->undrawn)
    cs_note(cs_tool_notes(work->tool), CS_NOTE_WARNING, "there are no pictures: %s", err_of(work)->text);
  work->undrawn = true;
  *err_of(work) = (struct cs_error)CS_ERROR_INIT;
  return CS_OK;
}

static enum cs_status write_page(struct work *work, struct cs_str *out) {
  struct cs_gallery gallery = CS_GALLERY_INIT;
  enum cs_status status = cs_html_has_charts() ? CS_OK : draw(work, &gallery, CS_IMAGE_SVG);
  if (status == CS_OK) status = make_page(work, &gallery, out);
  cs_gallery_release(&gallery);
  return status;
}

static enum cs_status write_picture(struct work *work) {
  enum cs_picture_kind kind = (enum cs_picture_kind)(work->params->plot - 1);
  struct cs_plot plot = CS_PLOT_INIT;
  struct cs_gnuplot gnuplot;
  const char *lacks;
  if (!cs_picture_fits(&work->report, kind, &lacks))
    return cs_fail(err_of(work), CS_DATA, "this picture needs %s", lacks);
  enum cs_status status = cs_gnuplot_begin(&gnuplot, err_of(work));
  if (status == CS_NO) status = CS_IO; /* what was asked for can't be written */
  if (status == CS_OK) status = cs_picture_make(&plot, &work->report, kind, err_of(work));
  if (status == CS_OK)
    status = cs_plot_draw(&plot, &gnuplot, (enum cs_image)work->params->common.image,
                          (unsigned)work->params->common.resolution, &work->out, err_of(work));
  cs_plot_release(&plot);
  return status;
}

/* --- the whole set --- */

static const char *prefix_of(const struct work *work) {
  const char *kind = cs_evidence_kind(&work->report.evidence);
  if (work->params->kind != KIND_AUTO) return work->params->kind == KIND_DBSCAN ? "dbscan_" : "kmeans_";
  return !kind ? "" : strcmp(kind, "dbscan") == 0 ? "dbscan_" : "kmeans_";
}

static void tell_file(struct work *work, const char *name) {
  struct cs_str path = CS_STR_INIT;
  cs_str_add_format(&path, "%s/%s", work->params->all, name);
  if (!path.failed) cs_tool_wrote(work->tool, cs_str_text(&path));
  cs_str_release(&path);
}

static enum cs_status add_file(struct work *work, struct cs_outputs *outputs, const char *name,
                               const struct cs_str *content) {
  struct cs_str file = CS_STR_INIT;
  cs_str_add_format(&file, "%s%s", prefix_of(work), name);
  enum cs_status status = cs_str_check(&file, "a name", err_of(work));
  if (status == CS_OK) status = cs_outputs_add(outputs, cs_str_text(&file), content, err_of(work));
  if (status == CS_OK) tell_file(work, cs_str_text(&file));
  cs_str_release(&file);
  return status;
}

static enum cs_status add_page(struct work *work, struct cs_outputs *outputs) {
  struct cs_str page = CS_STR_INIT;
  enum cs_status status = write_page(work, &page);
  if (status == CS_OK) status = add_file(work, outputs, "dashboard.html", &page);
  cs_str_release(&page);
  return status;
}

/* The pictures, and the report that shows them. */
static enum cs_status add_report(struct work *work, struct cs_outputs *outputs, struct cs_gallery *gallery) {
  struct cs_story story = story_of(work);
  struct cs_picture picture[CS_PICTURES];
  struct cs_str name[CS_PICTURES] = {CS_STR_INIT}, text = CS_STR_INIT;
  enum cs_status status = draw(work, gallery, CS_IMAGE_PNG);
  for (int p = 0; status == CS_OK && p < CS_PICTURES; p++) {
    if (!gallery->of[p].there) continue;
    cs_picture_file((enum cs_picture_kind)p, prefix_of(work), &name[p]);
    cs_str_add_text(&name[p], ".png");
    status = cs_str_check(&name[p], "a name", err_of(work));
    if (status == CS_OK)
      status = cs_outputs_add(outputs, cs_str_text(&name[p]), &gallery->of[p].image, err_of(work));
    if (status == CS_OK) tell_file(work, cs_str_text(&name[p]));
    picture[story.pictures++] =
        (struct cs_picture){cs_str_text(&name[p]), cs_str_text(&gallery->of[p].plot.alt)};
  }
  story.picture = picture;
  if (status == CS_OK) status = cs_story_tell(&story, CS_PAGE_MARKDOWN, &text, err_of(work));
  if (status == CS_OK) status = add_file(work, outputs, "clustering_report.md", &text);
  for (int p = 0; p < CS_PICTURES; p++) cs_str_release(&name[p]);
  cs_str_release(&text);
  return status;
}

static enum cs_status write_all(struct work *work) {
  struct cs_outputs outputs = CS_OUTPUTS_INIT;
  struct cs_gallery gallery = CS_GALLERY_INIT;
  enum cs_status status = cs_outputs_begin(&outputs, work->params->all, err_of(work));
  if (status == CS_OK) status = add_report(work, &outputs, &gallery);
  if (status == CS_OK) status = add_page(work, &outputs);
  size_t files = outputs.count;
  if (status == CS_OK) status = cs_outputs_commit(&outputs, err_of(work));
  if (status == CS_OK) cs_tool_say(work->tool, "%zu files in %s", files, work->params->all);
  cs_outputs_release(&outputs);
  cs_gallery_release(&gallery);
  return status;
}

static enum cs_status render(struct work *work) {
  const struct params *params = work->params;
  if (params->plot) return write_picture(work);
  const struct cs_text_options text = {params->common.title, (size_t)params->common.width};
  const struct cs_story story = story_of(work);
  switch (params->format) {
  case REPORT_MARKDOWN: return cs_story_tell(&story, CS_PAGE_MARKDOWN, &work->out, err_of(work));
  case REPORT_HTML: return write_page(work, &work->out);
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
  if (status == CS_OK && work.params->all) {
    cs_tool_phase(tool, "write");
    status = write_all(&work);
  } else if (status == CS_OK) {
    status = render(&work);
    if (status == CS_OK) status = cs_tool_write_text(tool, &work.out);
  }
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
